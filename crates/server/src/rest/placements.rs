//! `placement.*`: applications register pages that appear inside the portal (`contract/platform.md` 7.4 and 7.5).

use desk::placements::{self, NewPlacement, Placement, Room, Wanted};
use desk::{Error, Refusal};
use http::StatusCode;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use url::{Host, Url};
use wire::node::{Node, is_absent};

use super::{Call, Callers, Method, NoParams, Outcome, RestError, method};

const SCOPES: &[&str] = &["placement"];

pub(super) fn methods() -> Vec<Method> {
    use Callers::Applications;
    vec![
        method("placement.bind", SCOPES, Applications, bind).audited(),
        method("placement.get", SCOPES, Applications, get),
        method("placement.list", SCOPES, Applications, list),
        method("placement.unbind", SCOPES, Applications, unbind).audited(),
    ]
}

/// Longest title, description or address, in characters.
const TEXT_CHARS_MAX: usize = 2000;

/// A place in the portal.
struct Place {
    code: &'static str,
    /// Scope that is needed besides `placement`, or empty.
    scope: &'static str,
    /// Options that are kept.
    options: &'static [&'static str],
}

const fn place(code: &'static str, scope: &'static str, options: &'static [&'static str]) -> Place {
    Place { code, scope, options }
}

const PANEL: &[&str] = &["iconName", "context", "role", "extranet", "color", "width", "height"];

/// The places of the catalogue (7.5) besides those of the CRM, whose codes are made of two parts.
const PLACES: &[Place] = &[
    place("SETTING_CONNECTOR", "imopenlines", &[]),
    place("CONTACT_CENTER", "contact_center", &[]),
    place("IM_TEXTAREA", "", PANEL),
    place("IM_SIDEBAR", "", PANEL),
    place("IM_CONTEXT_MENU", "", &["context", "role", "extranet"]),
    place("IM_NAVIGATION", "", &["iconName", "role", "extranet"]),
    place("IMMOBILE_CONTEXT_MENU", "", &["context", "role", "extranet"]),
    place("IM_SMILES_SELECTOR", "", &[]),
    place("LEFT_MENU", "", &[]),
    place("PAGE_BACKGROUND_WORKER", "", &["errorHandlerUrl"]),
    place("REST_APP_URI", "", &[]),
    place("USER_PROFILE_MENU", "user", &[]),
    place("USER_PROFILE_TOOLBAR", "user", &[]),
    place("CALL_CARD", "telephony", &[]),
    place("TELEPHONY_ANALYTICS_MENU", "telephony", &[]),
    place("CALENDAR_GRIDVIEW", "calendar", &[]),
    place("CRM_ANALYTICS_MENU", "crm", &[]),
    place("CRM_ANALYTICS_TOOLBAR", "crm", &[]),
    place("CRM_FUNNELS_TOOLBAR", "crm", &[]),
    place("CRM_DETAIL_SEARCH", "crm", &[]),
    place("CRM_REQUISITE_AUTOCOMPLETE", "crm", &[]),
    place("CRM_BANK_DETAIL_AUTOCOMPLETE", "crm", &[]),
];

const CRM_OBJECTS: &[&str] = &["LEAD", "DEAL", "CONTACT", "COMPANY", "QUOTE", "SMART_INVOICE", "ORDER", "ACTIVITY"];
const CRM_SPOTS: &[&str] = &[
    "DETAIL_TAB",
    "DETAIL_TOOLBAR",
    "DETAIL_ACTIVITY",
    "LIST_MENU",
    "LIST_TOOLBAR",
    "ACTIVITY_TIMELINE_MENU",
    "DOCUMENTGENERATOR_BUTTON",
    "ROBOT_DESIGNER_TOOLBAR",
];

/// Scope and options of a place that the caller may bind to.
fn find(call: &Call, code: &str) -> Option<&'static [&'static str]> {
    let (scope, options) = match PLACES.iter().find(|place| place.code == code) {
        Some(place) => (place.scope, place.options),
        None if is_crm(code) => ("crm", &[][..]),
        None => return None,
    };
    (scope.is_empty() || call.caller.has_any_scope(&[scope])).then_some(options)
}

fn is_crm(code: &str) -> bool {
    let Some(rest) = code.strip_prefix("CRM_") else { return false };
    CRM_SPOTS.iter().any(|spot| {
        let object = rest.strip_suffix(spot).and_then(|object| object.strip_suffix('_'));
        object.is_some_and(|object| {
            let number = object.strip_prefix("DYNAMIC_").is_some_and(|id| id.parse::<u32>().is_ok());
            number || CRM_OBJECTS.contains(&object)
        })
    })
}

/// Parameters of `placement.bind`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
struct BindParams {
    placement: Option<Node>,
    /// Page to show: http or https, with a domain name.
    handler: Option<Node>,
    title: Option<Node>,
    description: Option<Node>,
    group_name: Option<Node>,
    /// Titles by language.
    lang_all: Option<Node>,
    options: Option<Node>,
    /// Only for `PAGE_BACKGROUND_WORKER`.
    user_id: Option<Node>,
}

/// `placement.bind`
async fn bind(call: Call, params: BindParams) -> Outcome {
    require_administrator(&call)?;
    let application = call.application()?.clone();
    let code = given(params.placement.as_ref(), "PLACEMENT")?.to_uppercase();
    let url = given(params.handler.as_ref(), "HANDLER")?;
    let known = find(&call, &code);
    let known = known.ok_or_else(|| RestError::method("ERROR_PLACEMENT_NOT_FOUND", "Placement not found"))?;
    check_url(&url)?;
    let worker = code == "PAGE_BACKGROUND_WORKER";
    let user_id = match params.user_id.as_ref().filter(|node| !node.is_empty()).and_then(Node::as_int) {
        Some(id) if id > 0 && !worker => {
            return Err(listed_as_ok("ERROR_PLACEMENT_USER_MODE", "User mode is not available"));
        }
        id => id.unwrap_or(0).max(0),
    };
    let options = options(params.options.as_ref(), known)?;
    if worker && !options.contains_key("errorHandlerUrl") {
        let text = "The option errorHandlerUrl is missing: it is told when the worker is switched off";
        return Err(listed_as_ok("EMPTY_ERROR_HANDLER_URL", text));
    }
    if known.contains(&"iconName") && !options.contains_key("iconName") {
        return Err(missing("iconName"));
    }
    let title = text(params.title.as_ref(), "TITLE")?;
    let title = if title.is_empty() { application.name.clone() } else { title };
    let description = text(params.description.as_ref(), "DESCRIPTION")?;
    let group = text(params.group_name.as_ref(), "GROUP_NAME")?;
    let languages = match languages(params.lang_all.as_ref())? {
        languages if languages.is_empty() => {
            let texts = json!({"TITLE": title, "DESCRIPTION": description, "GROUP_NAME": group});
            Map::from_iter([(call.app.config.server.language.clone(), texts)])
        }
        languages => languages,
    };
    let single = ["PAGE_BACKGROUND_WORKER", "REST_APP_URI"].contains(&code.as_str());
    let new = NewPlacement {
        application_id: application.id,
        code,
        user_id,
        url,
        title,
        description,
        languages: Value::Object(languages).to_string(),
        options: Value::Object(options).to_string(),
    };
    let room = if single { Room::One } else { Room::Many };
    match call.change(move |change| placements::bind(change.tx, change.now, &new, room)).await {
        Ok(_) => Ok(true.into()),
        Err(Error::Refused(Refusal::HandlerBound)) => {
            Err(RestError::method("ERROR_CORE", "Unable to set placement handler: Handler already binded"))
        }
        Err(Error::Refused(Refusal::TooMany(1))) => {
            Err(listed_as_ok("ERROR_PLACEMENT_MAX_COUNT", "The placement has a handler already: unbind it first"))
        }
        Err(error) => Err(error.into()),
    }
}

/// The documentation lists these errors with HTTP 200 (P-33).
fn listed_as_ok(code: &'static str, text: &'static str) -> RestError {
    RestError::new(StatusCode::OK, code, text)
}

fn missing(name: &'static str) -> RestError {
    RestError { status: StatusCode::OK, ..RestError::empty_argument(name) }
}

fn require_administrator(call: &Call) -> Result<(), RestError> {
    if call.caller.user.admin { Ok(()) } else { Err(RestError::access_denied("Access denied!")) }
}

fn given(node: Option<&Node>, name: &'static str) -> Result<String, RestError> {
    let text = text(node, name)?;
    if text.is_empty() { Err(missing(name)) } else { Ok(text) }
}

fn text(node: Option<&Node>, name: &'static str) -> Result<String, RestError> {
    let Some(node) = node.filter(|node| !node.is_empty()) else { return Ok(String::new()) };
    let wrong = || RestError::argument(name, format!("The value of an argument '{name}' must be of type string"));
    let text = node.as_text().ok_or_else(wrong)?;
    if text.chars().count() > TEXT_CHARS_MAX {
        return Err(RestError::argument(name, format!("{name} may have {TEXT_CHARS_MAX} characters: shorten it")));
    }
    Ok(text.trim().to_owned())
}

/// An address that a browser can open: with a domain name, as the documentation asks.
fn check_url(text: &str) -> Result<(), RestError> {
    let wrong = || RestError::method("ERROR_WRONG_HANDLER_URL", "Wrong handler URL");
    let url = Url::parse(text).map_err(|_| wrong())?;
    if !["http", "https"].contains(&url.scheme()) {
        return Err(RestError::method("ERROR_UNSUPPORTED_PROTOCOL", "Unsupported event handler protocol"));
    }
    match url.host() {
        Some(Host::Domain(domain)) if domain.contains('.') && !domain.ends_with(".localhost") => Ok(()),
        _ => Err(wrong()),
    }
}

/// The options that the place knows; others are not kept.
fn options(node: Option<&Node>, known: &[&str]) -> Result<Map<String, Value>, RestError> {
    let mut options = Map::new();
    for name in known {
        let Some(value) = node.and_then(|node| node.get_any_case(name)).and_then(Node::as_text) else { continue };
        let value = value.trim();
        if value.is_empty() {
            continue;
        }
        let kept = match *name {
            "context" => context(value)?,
            "role" => one_of(value, &["USER", "ADMIN"], "INVALID_ERROR_ROLE")?,
            "extranet" => one_of(value, &["N", "Y"], "INVALID_ERROR_EXTRANET")?,
            _ => value.chars().take(TEXT_CHARS_MAX).collect(),
        };
        options.insert((*name).to_owned(), json!(kept));
    }
    for (name, default) in [("context", "ALL"), ("role", "USER"), ("extranet", "N")] {
        if known.contains(&name) && !options.contains_key(name) {
            options.insert(name.to_owned(), json!(default));
        }
    }
    Ok(options)
}

/// Several kinds of dialogues joined by `;`; `ALL` swallows the rest.
fn context(value: &str) -> Result<String, RestError> {
    let kinds: Vec<String> = value.split(';').map(|kind| kind.trim().to_uppercase()).collect();
    for kind in &kinds {
        one_of(kind, &["ALL", "USER", "CHAT", "LINES", "CRM"], "INVALID_ERROR_CONTEXT")?;
    }
    Ok(if kinds.iter().any(|kind| kind == "ALL") { "ALL".to_owned() } else { kinds.join(";") })
}

fn one_of(value: &str, allowed: &[&str], code: &'static str) -> Result<String, RestError> {
    let value = value.to_uppercase();
    match allowed.contains(&value.as_str()) {
        true => Ok(value),
        false => Err(RestError::method(code, format!("The option must be one of {}", allowed.join(", ")))),
    }
}

/// Languages in one call at most.
const LANGUAGES_MAX: usize = 50;

fn languages(node: Option<&Node>) -> Result<Map<String, Value>, RestError> {
    let Some(Node::Map(map)) = node else { return Ok(Map::new()) };
    if map.len() > LANGUAGES_MAX {
        return Err(RestError::argument("LANG_ALL", format!("At most {LANGUAGES_MAX} languages")));
    }
    let mut languages = Map::new();
    for (language, texts) in map {
        let one = |name| text(texts.get_any_case(name), "LANG_ALL");
        let texts = json!({
            "TITLE": one("TITLE")?,
            "DESCRIPTION": one("DESCRIPTION")?,
            "GROUP_NAME": one("GROUP_NAME")?,
        });
        languages.insert(language.chars().take(10).collect(), texts);
    }
    Ok(languages)
}

/// `placement.get`: what the application has bound.
async fn get(call: Call, _: NoParams) -> Outcome {
    require_administrator(&call)?;
    let application_id = call.application()?.id;
    let bound = call.read(move |tx| placements::list(tx, application_id)).await?;
    Ok(json!(bound.iter().map(row).collect::<Vec<_>>()).into())
}

fn row(placement: &Placement) -> Value {
    let bound = &placement.bound;
    let parsed = |text: &str| match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(map)) if !map.is_empty() => Value::Object(map),
        _ => json!([]),
    };
    json!({
        "id": placement.id,
        "placement": bound.code,
        "userId": bound.user_id,
        "handler": bound.url,
        "options": parsed(&bound.options),
        "title": bound.title,
        "description": bound.description,
        "langAll": parsed(&bound.languages),
    })
}

/// Parameters of `placement.list`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
struct ListParams {
    /// Only the places of this scope.
    scope: Option<Node>,
    /// Those of all scopes.
    full: Option<Node>,
}

/// `placement.list`: codes of the places; without parameters those that the caller may bind to.
async fn list(call: Call, params: ListParams) -> Outcome {
    let scope = params.scope.as_ref().and_then(Node::as_text).unwrap_or_default();
    let full = params.full.as_ref().and_then(Node::as_flag) == Some(true);
    let wanted = |needed: &str| match scope.as_ref() {
        "" => full || needed.is_empty() || call.caller.has_any_scope(&[needed]),
        scope => needed == scope,
    };
    let mut codes: Vec<String> =
        PLACES.iter().filter(|place| wanted(place.scope)).map(|place| place.code.to_owned()).collect();
    if wanted("crm") {
        let pairs = CRM_OBJECTS.iter().flat_map(|object| CRM_SPOTS.iter().map(move |spot| (object, spot)));
        codes.extend(pairs.map(|(object, spot)| format!("CRM_{object}_{spot}")));
    }
    Ok(json!(codes).into())
}

/// Parameters of `placement.unbind`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
struct UnbindParams {
    placement: Option<Node>,
    /// All of the place unless given.
    handler: Option<Node>,
    user_id: Option<Node>,
}

/// `placement.unbind`: how many were removed (P-78).
async fn unbind(call: Call, params: UnbindParams) -> Outcome {
    require_administrator(&call)?;
    let application_id = call.application()?.id;
    if is_absent(params.placement.as_ref()) {
        return Err(RestError::empty_argument("PLACEMENT"));
    }
    let code = text(params.placement.as_ref(), "PLACEMENT")?.to_uppercase();
    let url = Some(text(params.handler.as_ref(), "HANDLER")?).filter(|url| !url.is_empty());
    let user_id = params.user_id.as_ref().filter(|node| !node.is_empty()).and_then(Node::as_int);
    let wanted = Wanted { code, url, user_id };
    let count = call
        .change(move |change| {
            let count = placements::unbind(change.tx, application_id, &wanted)?;
            if count == 0 {
                change.nothing_done();
            }
            Ok(count)
        })
        .await?;
    Ok(json!({"count": count}).into())
}
