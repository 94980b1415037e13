//! The system and the current user: `app.info`, `scope`, `methods`, `method.get`, `server.time`, `feature.get`,
//! `access.name`, `user.access`, `user.admin`, `profile` (`contract/platform.md` 8.1, 8.2).

use desk::departments::{self, Department};
use desk::users::{self, User};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use wire::node::Node;
use wire::php::php_map;

use super::{Call, Callers, Method, NoParams, Outcome, RestError, method};
use crate::auth::{Caller, Credential};
use crate::files::avatar_url;
use crate::http::rest::Door;
use crate::payload::gender;

pub(super) fn methods() -> Vec<Method> {
    vec![
        method("app.info", &[], Callers::All, app_info),
        method("scope", &[], Callers::All, scope),
        method("methods", &[], Callers::All, list_methods),
        method("method.get", &[], Callers::All, method_get),
        method("server.time", &[], Callers::All, server_time),
        method("feature.get", &[], Callers::All, feature_get),
        method("access.name", &[], Callers::All, access_name),
        method("user.access", &[], Callers::All, user_access),
        method("user.admin", &[], Callers::All, user_admin),
        method("profile", &[], Callers::All, profile),
    ]
}

/// `batch` is answered before the table is asked, so that it cannot stand in itself; to callers it is a basic method.
const BATCH: &str = "batch";

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
struct AppInfoParams {
    /// Asks for the authorisation server's form of the answer.
    is_need_oauth_secure_check: Option<Node>,
}

/// `app.info`: the portal's form, the authorisation server's (3.6, P-43), or that of a webhook (P-88).
async fn app_info(call: Call, params: AppInfoParams) -> Outcome {
    let app = &call.app;
    let license = format!("{}_selfhosted", app.config.server.language);
    let Credential::Application(application) = &call.caller.credential else {
        let scopes: Vec<&str> = call.caller.scopes().collect();
        return Ok(json!({"SCOPE": scopes, "LICENSE": license}).into());
    };
    let checks = params.is_need_oauth_secure_check.as_ref().and_then(Node::as_flag).unwrap_or(false);
    if checks || call.door == Door::Authorization {
        let expires = call.caller.expires_ms.map(|at_ms| app.datetime(at_ms));
        return Ok(json!({
            "client_id": application.client_id,
            "scope": application.scopes,
            "expires": expires,
            "install": {
                "installed": application.installed,
                "version": application.version,
                "status": "L",
                "scope": application.scopes,
                "domain": app.address.domain,
                "uri": app.address.portal_url,
                "client_endpoint": app.address.client_endpoint(),
                "member_id": app.portal.member_id,
                "member_type": "selfhosted",
            },
            "user_id": call.caller.user.id,
        })
        .into());
    }
    Ok(json!({
        "ID": application.id,
        "CODE": application.client_id,
        "VERSION": application.version,
        "STATUS": "L",
        "INSTALLED": application.installed,
        "PAYMENT_EXPIRED": "N",
        "DAYS": null,
        "LANGUAGE_ID": app.config.server.language,
        "LICENSE": license,
        "LICENSE_TYPE": "ent",
        "LICENSE_FAMILY": "ent",
    })
    .into())
}

#[derive(Deserialize, JsonSchema)]
struct ScopeParams {
    /// All scopes that the portal knows instead of the caller's.
    full: Option<Node>,
}

/// `scope`: the caller's scopes in the order in which they were granted (P-89), or all that a method or an event needs; a
/// browser has all.
async fn scope(call: Call, params: ScopeParams) -> Outcome {
    if !is_set(params.full.as_ref()) && call.caller.browser().is_none() {
        return Ok(json!(call.caller.scopes().collect::<Vec<_>>()).into());
    }
    Ok(json!(call.app.methods.scopes()).into())
}

#[derive(Deserialize, JsonSchema)]
struct MethodsParams {
    /// All methods instead of those the caller may use.
    full: Option<Node>,
    /// Only the methods of this scope; an empty text means the basic ones.
    scope: Option<Node>,
}

/// `methods`: lower-case names of all methods, of one scope, or of those that the caller's scopes cover.
async fn list_methods(call: Call, params: MethodsParams) -> Outcome {
    let scope = params.scope.as_ref().and_then(Node::as_text);
    let full = is_set(params.full.as_ref());
    let wanted = |scopes: &[&str]| match &scope {
        _ if full => true,
        Some(code) if code.is_empty() => scopes.is_empty(),
        Some(code) => scopes.contains(&code.as_ref()),
        None => call.caller.has_any_scope(scopes),
    };
    let listed = call.app.methods.all().iter().filter(|method| wanted(method.scopes));
    let mut names: Vec<String> = listed.map(|method| method.name.to_lowercase()).collect();
    if wanted(&[]) {
        names.push(BATCH.to_owned());
    }
    Ok(json!(names).into())
}

#[derive(Deserialize, JsonSchema)]
struct MethodGetParams {
    /// Name of a method in any letter case.
    name: Option<Node>,
}

/// `method.get`: whether a method exists and whether the caller's scopes cover it.
async fn method_get(call: Call, params: MethodGetParams) -> Outcome {
    let name = params.name.as_ref().and_then(Node::as_text).unwrap_or_default();
    let name = name.trim();
    let (exists, available) = match call.app.methods.find(name) {
        Some(method) => (true, call.caller.has_any_scope(method.scopes)),
        None => (name.eq_ignore_ascii_case(BATCH), name.eq_ignore_ascii_case(BATCH)),
    };
    Ok(json!({"isExisting": exists, "isAvailable": available}).into())
}

/// `server.time`: now, in the portal's time zone.
async fn server_time(call: Call, _: NoParams) -> Outcome {
    Ok(json!(call.app.datetime(call.now)).into())
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
struct FeatureParams {
    /// `rest_offline_extended` or `rest_auth_connector`.
    code: Option<String>,
}

/// `feature.get`: both features of offline events are there (P-92), everything else is not (P-91).
async fn feature_get(_: Call, params: FeatureParams) -> Outcome {
    let code = params.code.ok_or_else(|| RestError::method("CODE_EMPTY", "CODE can't be empty"))?;
    let there = ["rest_offline_extended", "rest_auth_connector"].contains(&code.as_str());
    Ok(json!({"value": if there { "Y" } else { "N" }}).into())
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
struct AccessParams {
    /// Access codes: `U1`, `G2`, `AU`, `D1`, `DR1`.
    access: Option<Vec<String>>,
}

/// `access.name`: names of access codes; unknown codes are left out, no codes at all give `false`.
async fn access_name(call: Call, params: AccessParams) -> Outcome {
    let codes = params.access.unwrap_or_default();
    if codes.is_empty() {
        return Ok(json!(false).into());
    }
    let (employees, departments) = call.read(|tx| Ok((users::employees(tx)?, departments::list(tx)?))).await?;
    let named = codes.into_iter().filter_map(|code| {
        let (provider, name, provider_id) = describe_access(&code, &employees, &departments)?;
        Some((code, json!({"provider": provider, "name": name, "provider_id": provider_id})))
    });
    Ok(php_map(named).into())
}

/// Provider, name and provider id of an access code (P-93).
fn describe_access(
    code: &str,
    employees: &[User],
    departments: &[Department],
) -> Option<(&'static str, String, &'static str)> {
    let fixed = match code {
        "AU" => "All authorized users",
        "G1" => "Administrators",
        "G2" => "All users",
        _ => {
            let (kind, id) = code.split_at(code.find(|letter: char| letter.is_ascii_digit())?);
            let id: i64 = id.parse().ok()?;
            let department = || departments.iter().find(|department| department.id == id);
            return Some(match kind {
                "U" => ("User", employees.iter().find(|user| user.id == id)?.full_name(), "user"),
                "D" => ("Department", department()?.name.clone(), "intranet"),
                "DR" => ("Department", format!("{}: all departments", department()?.name), "intranet"),
                _ => return None,
            });
        }
    };
    Some(("", fixed.to_owned(), "other"))
}

/// `user.access`: whether the caller has one of the codes; an administrator has them all (P-95).
async fn user_access(call: Call, params: AccessParams) -> Outcome {
    let user = &call.caller.user;
    if user.admin {
        return Ok(json!(true).into());
    }
    let departments = user.departments.clone();
    let reached = call.read(move |tx| departments::with_all_above(tx, &departments)).await?;
    let mut own = vec![format!("U{}", user.id), "AU".to_owned(), "G2".to_owned()];
    own.extend(user.departments.iter().map(|id| format!("D{id}")));
    own.extend(reached.iter().map(|id| format!("DR{id}")));
    let has = params.access.unwrap_or_default().iter().any(|code| own.contains(code));
    Ok(json!(has).into())
}

/// `user.admin`: whether the caller administers the portal.
async fn user_admin(call: Call, _: NoParams) -> Outcome {
    Ok(json!(call.caller.user.admin).into())
}

/// `profile`: the caller without needing a scope. A dismissed user cannot call, so the empty object of P-94 never occurs.
async fn profile(call: Call, _: NoParams) -> Outcome {
    let Caller { user, .. } = &*call.caller;
    let mut profile = json!({
        "ID": user.id.to_string(),
        "ADMIN": user.admin,
        "NAME": user.name,
        "LAST_NAME": user.last_name,
        "PERSONAL_GENDER": gender(&user.gender),
        "TIME_ZONE": "",
    });
    let photo = avatar_url(&call.app, user);
    if !photo.is_empty() {
        profile["PERSONAL_PHOTO"] = Value::String(photo);
    }
    Ok(profile.into())
}

/// A flag that is on: `true`, `1`, `Y` in any shape.
fn is_set(node: Option<&Node>) -> bool {
    node.and_then(Node::as_flag).unwrap_or(false)
}
