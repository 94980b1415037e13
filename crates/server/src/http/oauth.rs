//! The OAuth server of the protocol: the page that gives out codes, and the endpoint that turns them into tokens
//! (`contract/platform.md` 3.2 and 3.3, `contract/clients.md` rule 7).

use std::net::SocketAddr;

use axum::extract::Request;
use axum::http::{HeaderValue, Method as Verb, StatusCode, header};
use axum::response::Response;
use desk::applications::{self, Application};
use desk::audit::{self, Act};
use desk::tokens::{self, Kind, Token};
use desk::users;
use serde_json::json;
use wire::node::Node;
use wire::{Format, Params};

use super::admission::{self, Origin};
use super::page;
use super::rest::{read_params, render, render_error};
use crate::app::App;
use crate::auth::same;
use crate::config;
use crate::provision::{self, TokenPair};
use crate::rest::RestError;
use crate::sign_in::{self, Credentials, Outcome};

/// Refreshes of one application: 60 at once, then one a second (P-41).
pub const REFRESHES: config::Rate = config::Rate { enabled: true, burst: 59.0, drain: 1.0 };

/// Longest `state` that is handed back, in bytes.
const STATE_BYTES_MAX: usize = 4096;

/// Bytes of an authorisation code; twice as many hexadecimal digits (P-34).
const CODE_BYTES: usize = 16;

/// Which of the two pages a path names, in any of its spellings (P-39).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint {
    /// `/oauth/authorize/`
    Authorize,
    /// `/oauth/token/`, also under `/rest/`.
    Token,
}

impl Endpoint {
    /// Repeated and trailing slashes do not count, nor does the letter case.
    #[must_use]
    pub fn of(path: &str) -> Option<Endpoint> {
        let segments: Vec<String> =
            path.split('/').filter(|segment| !segment.is_empty()).map(str::to_ascii_lowercase).collect();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        match segments.as_slice() {
            ["oauth", "authorize"] => Some(Endpoint::Authorize),
            ["oauth", "token"] | ["rest", "oauth", "token"] => Some(Endpoint::Token),
            _ => None,
        }
    }
}

/// `/oauth/token/`: tokens for a code or for a refresh token.
pub async fn token(app: &App, peer: SocketAddr, request: Request) -> Response {
    match grant(app, peer, request).await {
        Ok(body) => render(StatusCode::OK, &body, Format::Json),
        Err(error) => render_error(&error),
    }
}

async fn grant(app: &App, peer: SocketAddr, request: Request) -> Result<serde_json::Value, RestError> {
    let origin = Origin::admit(app, peer, request.headers())?;
    let params = read_params(app, request).await.map_err(as_oauth)?;
    let now = app.clock.now_ms();
    admission::count(app, origin.address, now)?;
    if params.as_map().is_empty() {
        return Err(RestError::no_auth_found());
    }
    let (kind, name) = match required(&params, "grant_type")?.as_str() {
        "authorization_code" => (Kind::Code, "code"),
        "refresh_token" => (Kind::Refresh, "refresh_token"),
        _ => {
            let text = "The \"grant_type\" is either authorization_code or refresh_token";
            return Err(RestError::method("invalid_request", text));
        }
    };
    let client_id = required(&params, "client_id")?;
    let client_secret = required(&params, "client_secret")?;
    let secret = required(&params, name)?;
    let application = app.read(move |tx| applications::find_by_client(tx, &client_id)).await?;
    let application = application
        .ok_or_else(|| RestError::new(StatusCode::OK, "wrong_client", "No application has this client id"))?;
    if !same(&tokens::digest(&client_secret), &application.secret_digest) {
        tracing::warn!(application = application.id, from = %origin.address, "a wrong client secret was presented");
        return Err(RestError::method("invalid_client", "The client secret is wrong"));
    }
    if !application.active {
        return Err(RestError::new(StatusCode::UNAUTHORIZED, "NOT_INSTALLED", "Application not installed"));
    }
    if kind == Kind::Refresh && !app.refreshes.allow(application.id, now) {
        return Err(RestError::query_limit_exceeded());
    }
    let (pair, user_id) = exchange(app, application.id, kind, secret).await?;
    let expires_ms = now + tokens::ACCESS_SECONDS * 1000;
    Ok(json!({
        "access_token": pair.access_token,
        "expires": expires_ms / 1000,
        "expires_in": tokens::ACCESS_SECONDS,
        "scope": application.scopes,
        "domain": app.address.authorization_domain,
        "server_endpoint": app.address.server_endpoint(),
        "status": "L",
        "client_endpoint": app.address.client_endpoint(),
        "member_id": app.portal.member_id,
        "user_id": user_id,
        "refresh_token": pair.refresh_token,
    }))
}

/// Takes the code or refresh token and gives a pair of tokens, in one commit: a code cannot be used twice.
async fn exchange(app: &App, application_id: i64, kind: Kind, secret: String) -> Result<(TokenPair, i64), RestError> {
    let pair = provision::new_pair(app);
    let (stored, now) = (pair.clone(), app.clock.now_ms());
    let user_id = app
        .change(now, 0, move |change| {
            let Some(token) = redeem(change, application_id, kind, &secret)? else { return Ok(None) };
            provision::store_pair(change.tx, now, application_id, token.user_id, &stored)?;
            Ok(Some(token.user_id))
        })
        .await?;
    let wrong = || {
        let what = if kind == Kind::Code { "code" } else { "refresh token" };
        RestError::method("invalid_grant", format!("The {what} is wrong, has expired or was used already"))
    };
    Ok((pair, user_id.ok_or_else(wrong)?))
}

fn redeem(
    change: &mut desk::Change<'_, '_>,
    application_id: i64,
    kind: Kind,
    secret: &str,
) -> desk::Result<Option<Token>> {
    let now = change.now;
    let found = tokens::find(change.tx, kind, secret)?
        .filter(|token| token.application_id == application_id && token.expires_ms > now);
    let Some(token) = found else { return Ok(None) };
    let user = users::find(change.tx, token.user_id)?;
    if !user.is_some_and(|user| user.is_active_employee()) {
        return Ok(None);
    }
    if kind == Kind::Code {
        return Ok(tokens::take(change.tx, kind, secret)?.then_some(token));
    }
    tokens::expire_at(change.tx, secret, now + tokens::REPLACED_MS)?;
    Ok(Some(token))
}

/// The endpoint's codes are lower case.
fn as_oauth(error: RestError) -> RestError {
    match error.body.error.as_ref() {
        "INVALID_REQUEST" => RestError::new(error.status, "invalid_request", error.body.error_description),
        _ => error,
    }
}

fn optional(params: &Params, name: &str) -> String {
    params.get(name).and_then(Node::as_text).unwrap_or_default().into_owned()
}

fn required(params: &Params, name: &str) -> Result<String, RestError> {
    match optional(params, name) {
        text if text.is_empty() => Err(RestError::method("invalid_request", format!("No \"{name}\" parameter found"))),
        text => Ok(text),
    }
}

/// `/oauth/authorize/`: asks who it is, then sends the code to the application's registered address.
pub async fn authorize(app: &App, peer: SocketAddr, request: Request) -> Response {
    let posted = request.method() == Verb::POST;
    let Ok(origin) = Origin::admit(app, peer, request.headers()) else {
        return page::failed(app, StatusCode::BAD_REQUEST, "Open this page by https.");
    };
    let params = match read_params(app, request).await {
        Ok(params) => params,
        Err(error) => return page::failed(app, error.status, &error.body.error_description),
    };
    let (client_id, state) = (optional(&params, "client_id"), optional(&params, "state"));
    if state.len() > STATE_BYTES_MAX {
        return page::failed(app, StatusCode::BAD_REQUEST, "The application sent a state that is too long.");
    }
    let application = match app.read(move |tx| applications::find_by_client(tx, &client_id)).await {
        Ok(Some(application)) if application.active => application,
        Ok(Some(_)) => {
            let text = "This application is switched off here. Ask your administrator to switch it on.";
            return page::failed(app, StatusCode::FORBIDDEN, text);
        }
        Ok(None) => {
            let text = "This application is not installed here. Ask your administrator to add it.";
            return page::failed(app, StatusCode::NOT_FOUND, text);
        }
        Err(error) => return unexpected(app, error),
    };
    if !posted {
        return page::form(app, StatusCode::OK, &application, &state, "", "");
    }
    let email = optional(&params, "email").trim().to_owned();
    let (password, second) = (optional(&params, "password"), optional(&params, "code"));
    let given = Credentials { email: email.clone(), password, code: second };
    let code = app.chance.hex(CODE_BYTES);
    let (stored, application_id) = (code.clone(), application.id);
    let from = origin.address;
    let signed_in = sign_in::sign_in(app, from, given, move |change, user, factor| {
        let token = Token { application_id, user_id: user.id, expires_ms: change.now + tokens::CODE_MS };
        tokens::add(change.tx, change.now, Kind::Code, &stored, &token)?;
        let act = Act {
            kind: "application.authorize",
            subject: application_id.to_string(),
            details: json!({"second_factor": factor.as_str()}).to_string(),
            address: from.to_string(),
            application_id,
        };
        audit::add(change.tx, change.now, user.id, &act)
    });
    match signed_in.await {
        Ok(Outcome::Welcome(())) if application.redirect_url.is_empty() => page::code(app, &application, &code),
        Ok(Outcome::Welcome(())) => redirect(app, &application, &code, &state),
        Ok(Outcome::Wrong) => {
            let text = "The e-mail address or the password is wrong.";
            page::form(app, StatusCode::UNAUTHORIZED, &application, &state, &email, text)
        }
        Ok(Outcome::CodeRequired | Outcome::WrongCode) => {
            let text = "Type the password again, and the code that your authenticator shows now.";
            page::form(app, StatusCode::UNAUTHORIZED, &application, &state, &email, text)
        }
        Ok(Outcome::Later(seconds)) => {
            let text = format!("Too many attempts. Try again in {seconds} seconds.");
            let mut response = page::form(app, StatusCode::TOO_MANY_REQUESTS, &application, &state, &email, &text);
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            response
        }
        Err(error) => unexpected(app, error),
    }
}

fn unexpected(app: &App, error: desk::Error) -> Response {
    let error = RestError::from(error);
    page::failed(app, error.status, "Something went wrong here. Try again in a moment.")
}

/// To the registered address only (P-36).
fn redirect(app: &App, application: &Application, code: &str, state: &str) -> Response {
    let Ok(mut url) = url::Url::parse(&application.redirect_url) else {
        let text = "The application's redirect address cannot be used. Ask your administrator to correct it.";
        return page::failed(app, StatusCode::BAD_REQUEST, text);
    };
    url.query_pairs_mut()
        .append_pair("code", code)
        .append_pair("state", state)
        .append_pair("domain", &app.address.domain)
        .append_pair("member_id", &app.portal.member_id)
        .append_pair("scope", &application.scopes)
        .append_pair("server_domain", &app.address.authorization_domain);
    page::redirect(&url)
}
