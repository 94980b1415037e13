//! Subscriptions: `event.bind`, `event.unbind`, `event.get`, `events`, `event.test`, and the offline queue
//! (`contract/platform.md` 6).

mod offline;

use desk::change::Notice;
use desk::facts::{EventCode, Fact};
use desk::handlers::{self, Handler};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;
use wire::node::Node;

use super::{Call, Callers, Method, NoParams, Outcome, RestError, method, raw_method};

pub(super) fn methods() -> Vec<Method> {
    let mut methods = vec![
        method("event.bind", &[], Callers::Applications, bind).audited(),
        method("event.unbind", &[], Callers::Applications, unbind).audited(),
        method("event.get", &[], Callers::Applications, get),
        method("events", &[], Callers::All, events),
        raw_method::<NoParams, _, _>("event.test", &[], Callers::Applications, test),
    ];
    methods.extend(offline::methods());
    methods
}

/// Longest address of a handler, in bytes.
const URL_BYTES_MAX: usize = 2048;

/// Longest source key of offline events, in bytes.
const CONNECTOR_BYTES_MAX: usize = 255;

/// Longest quiet time between two `ONOFFLINEEVENT` calls: a day, in seconds.
const MIN_TIMEOUT_S_MAX: i64 = 86_400;

#[derive(Deserialize, JsonSchema)]
struct BindParams {
    /// Event code in any letter case.
    event: Option<String>,
    /// Absolute http or https address; not for offline handlers.
    handler: Option<String>,
    /// User whose authorisation is sent along; 0 means the user who caused the event.
    auth_type: Option<i64>,
    /// `online` or `offline`.
    event_type: Option<String>,
    /// Source key of offline events.
    auth_connector: Option<String>,
    /// `minTimeout` in seconds, for `ONOFFLINEEVENT`.
    options: Option<Node>,
}

/// `event.bind`
async fn bind(call: Call, params: BindParams) -> Outcome {
    let application = call.application()?;
    let (user, app) = (&call.caller.user, &call.app);
    let name = params.event.ok_or_else(|| RestError::empty_argument("EVENT"))?;
    let event = EventCode::parse(name.trim())
        .filter(|event| event.scopes.is_empty() || event.scopes.iter().any(|code| application.has_scope(code)))
        .ok_or_else(|| RestError::method("ERROR_EVENT_NOT_FOUND", "Event not found"))?;
    let offline = is_offline(params.event_type.as_deref())?;
    let auth_connector = params.auth_connector.unwrap_or_default();
    if auth_connector.len() > CONNECTOR_BYTES_MAX {
        let text = format!("A source key has at most {CONNECTOR_BYTES_MAX} bytes: shorten it");
        return Err(RestError::argument("AUTH_CONNECTOR", text));
    }
    let url = match (offline, params.handler) {
        (true, _) => String::new(),
        (false, Some(url)) => checked_url(&url, app.config.delivery.require_https)?,
        (false, None) => return Err(RestError::empty_argument("HANDLER")),
    };
    let min_timeout_ms = min_timeout_s(params.options.as_ref())? * 1000;
    let auth_type = params.auth_type.unwrap_or(0);
    let auth_user_id = match (user.admin, auth_type) {
        (true, 0) => 0,
        (true, id) if call.read(move |tx| desk::users::find(tx, id)).await?.is_some_and(|u| u.is_active_employee()) => {
            id
        }
        (true, id) => {
            let text = format!("No employee has the id {id}: take one that user.get lists");
            return Err(RestError::argument("AUTH_TYPE", text));
        }
        (false, _) if offline => return Err(denied("Offline events binding requires administrator access rights")),
        (false, id) if id == 0 || id == user.id => user.id,
        (false, _) => return Err(denied("Event binding with AUTH_TYPE requires administrator access rights")),
    };
    let handler = Handler {
        id: 0,
        application_id: application.id,
        user_id: user.id,
        event_code: event.code.to_owned(),
        url,
        auth_user_id,
        offline,
        auth_connector: if offline { auth_connector } else { String::new() },
        min_timeout_ms,
        lane_id: 0,
    };
    call.change(move |change| handlers::bind(change, &handler)).await?;
    Ok(json!(true).into())
}

fn denied(text: &str) -> RestError {
    RestError::access_denied(format!("Access denied! {text}"))
}

fn is_offline(event_type: Option<&str>) -> Result<bool, RestError> {
    match event_type.map(str::trim).unwrap_or_default() {
        text if text.is_empty() || text.eq_ignore_ascii_case("online") => Ok(false),
        text if text.eq_ignore_ascii_case("offline") => Ok(true),
        _ => Err(RestError::argument("EVENT_TYPE", "The event type is either online or offline")),
    }
}

pub(super) fn checked_url(url: &str, require_https: bool) -> Result<String, RestError> {
    let url = url.trim();
    if url.len() > URL_BYTES_MAX {
        let text = format!("The address of a handler has at most {URL_BYTES_MAX} bytes: shorten it");
        return Err(RestError::argument("HANDLER", text));
    }
    let scheme = Url::parse(url).ok().filter(|url| url.has_host()).map(|url| url.scheme().to_owned());
    match scheme.as_deref() {
        Some("https") => Ok(url.to_owned()),
        Some("http") if !require_https => Ok(url.to_owned()),
        Some("http") => Err(RestError::argument("HANDLER", "The address of a handler must begin with https://")),
        _ => Err(RestError::argument("HANDLER", "The address of a handler must be an absolute http or https address")),
    }
}

/// `options[minTimeout]`, 1 unless given.
fn min_timeout_s(options: Option<&Node>) -> Result<i64, RestError> {
    let Some(node) = options.and_then(|options| options.get_any_case("minTimeout")).filter(|node| !node.is_empty())
    else {
        return Ok(1);
    };
    let seconds = node.as_int().filter(|seconds| (0..=MIN_TIMEOUT_S_MAX).contains(seconds));
    seconds.ok_or_else(|| {
        RestError::argument("OPTIONS", format!("minTimeout is a number of seconds from 0 to {MIN_TIMEOUT_S_MAX}"))
    })
}

#[derive(Deserialize, JsonSchema)]
struct UnbindParams {
    /// Event code in any letter case.
    event: Option<String>,
    /// Address of the handler; without it all handlers of the event (P-59).
    handler: Option<String>,
    /// Only handlers with this user's authorisation; 0 or empty: only those without, absent: any.
    auth_type: Option<Node>,
    /// `online` or `offline`.
    event_type: Option<String>,
    /// Only offline handlers with this source key (P-58).
    auth_connector: Option<String>,
}

/// `event.unbind`
async fn unbind(call: Call, params: UnbindParams) -> Outcome {
    let application_id = call.application()?.id;
    let (user_id, admin) = (call.caller.user.id, call.caller.user.admin);
    let event = params.event.ok_or_else(|| RestError::empty_argument("EVENT"))?;
    let event = event.trim().to_ascii_uppercase();
    let offline = is_offline(params.event_type.as_deref())?;
    let auth_type = match params.auth_type {
        None | Some(Node::Null) => None,
        Some(Node::Text(text)) if text.is_empty() => Some(0),
        Some(node) => Some(node.as_int().ok_or_else(|| {
            RestError::argument("AUTH_TYPE", "The value of an argument 'AUTH_TYPE' has an invalid type")
        })?),
    };
    if !admin && offline {
        return Err(denied("Offline events unbinding requires administrator access rights"));
    }
    if !admin && auth_type.is_some_and(|id| id != 0 && id != user_id) {
        return Err(denied("Event unbinding with AUTH_TYPE requires administrator access rights"));
    }
    let url = params.handler.filter(|_| !offline).map(|url| url.trim().to_owned());
    let count = call
        .change(move |change| {
            let bound = handlers::list(change.tx, application_id)?;
            let meant = |handler: &&Handler| {
                handler.event_code == event
                    && handler.offline == offline
                    && (admin || handler.user_id == user_id)
                    && url.as_ref().is_none_or(|url| *url == handler.url)
                    && auth_type.is_none_or(|id| id == handler.auth_user_id)
                    && (!offline || params.auth_connector.as_ref().is_none_or(|key| *key == handler.auth_connector))
            };
            let ids: Vec<i64> = bound.iter().filter(meant).map(|handler| handler.id).collect();
            if ids.is_empty() {
                change.nothing_done();
            }
            handlers::unbind(change, &ids)?;
            Ok(ids.len())
        })
        .await?;
    Ok(json!({"count": count}).into())
}

/// `event.get`: the application's handlers; somebody who is no administrator sees his own.
async fn get(call: Call, _: NoParams) -> Outcome {
    let application_id = call.application()?.id;
    let user = &call.caller.user;
    let bound = call.read(move |tx| handlers::list(tx, application_id)).await?;
    let seen = bound.iter().filter(|handler| user.admin || handler.user_id == user.id);
    let rows: Vec<Value> = seen
        .map(|handler| {
            let mut row = json!({
                "event": handler.event_code,
                "handler": handler.url,
                "auth_type": handler.auth_user_id.to_string(),
                "offline": i64::from(handler.offline),
            });
            if handler.offline {
                row["auth_connector"] = json!(handler.auth_connector);
            }
            row
        })
        .collect();
    Ok(rows.into())
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
struct EventsParams {
    /// Only this scope's events; an empty text means the common ones.
    scope: Option<Node>,
    /// All events.
    full: Option<Node>,
}

/// `events`: codes of the events that the caller's scopes cover, of one scope, or of all.
async fn events(call: Call, params: EventsParams) -> Outcome {
    let scope = params.scope.as_ref().and_then(Node::as_text);
    let full = params.full.as_ref().and_then(Node::as_flag).unwrap_or(false);
    let wanted = |event: &&EventCode| match &scope {
        Some(code) if code.is_empty() => event.scopes.is_empty(),
        Some(code) => event.scopes.contains(&code.as_ref()),
        None => full || call.caller.has_any_scope(event.scopes),
    };
    let codes: Vec<&str> = EventCode::ALL.iter().filter(wanted).map(|event| event.code).collect();
    Ok(codes.into())
}

/// Longest parameters of `event.test` as JSON, in bytes.
const TEST_BYTES_MAX: usize = 65_536;

/// `event.test`: sends `ONAPPTEST` with the parameters to the application's own handlers.
async fn test(call: Call) -> Outcome {
    let application_id = call.application()?.id;
    let query = Value::from(Node::Map(call.params.as_map().clone()));
    if query.to_string().len() > TEST_BYTES_MAX {
        let text = format!("The parameters of a test have at most {TEST_BYTES_MAX} bytes as JSON: send less");
        return Err(RestError::argument("", text));
    }
    call.change(move |change| {
        change.notice(Notice {
            application_id: Some(application_id),
            code: EventCode::AppTest,
            chat_id: 0,
            message_id: 0,
            fact: Fact::Test { query },
        });
        Ok(())
    })
    .await?;
    Ok(json!(1).into())
}
