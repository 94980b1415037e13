//! Signing in from a browser: what happens before there is a session, and how a browser proves later that it has one.
//!
//! The cookie alone opens nothing that changes something. A call also carries the header `X-Trunkline-Csrf`, whose value only
//! a page of the portal can have read, and must not come from another address's page. Nothing here is open to other pages
//! (CORS): no answer has a header that would let them read it.

use std::net::{IpAddr, SocketAddr};

use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use desk::Change;
use desk::audit::{self, Act};
use desk::browser_sessions::{self, BrowserSession, LIFETIME_MS, NewSession};
use desk::second_factors::{self, Factor};
use desk::tokens::digest;
use desk::users::User;
use schemars::{JsonSchema, SchemaGenerator};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use wire::Format;

use super::admission::{self, Origin};
use super::described::{self, Admits, Answered, Operation};
use super::listener::Peer;
use super::rest::{render, render_error};
use crate::app::{App, SharedApp};
use crate::auth::{Presented, same};
use crate::config;
use crate::rest::RestError;
use crate::rest::views::me::{Me, me};
use crate::sign_in::{self, Credentials, Outcome};

/// Carries the session's CSRF token.
const CSRF: HeaderName = HeaderName::from_static("x-trunkline-csrf");

/// Calls of one session: 200 at once, then 20 a second.
pub const CALLS: config::Rate = config::Rate { enabled: true, burst: 199.0, drain: 20.0 };

/// Bytes of a cookie's secret; twice as many hexadecimal digits.
const TOKEN_BYTES: usize = 32;

/// Longest body of these requests.
const BODY_BYTES_MAX: usize = 16 * 1024;

/// How much of a browser's description of itself is kept.
const USER_AGENT_CHARS_MAX: usize = 300;

/// What is served here.
pub(super) fn routes() -> Router<SharedApp> {
    let session = get(show).post(start).delete(end).fallback(not_allowed);
    Router::new().route("/api/session", session)
}

/// The three verbs, for the OpenAPI document.
pub(super) fn described(generator: &mut SchemaGenerator) -> [Operation; 3] {
    let path = "/api/session";
    let show = Operation {
        path,
        verb: "get",
        about: "Who is signed in.",
        admits: Admits::Browsers,
        query: Vec::new(),
        body: Vec::new(),
        answer: Answered::Json(described::schema::<Welcome>(generator)),
        errors: &[],
    };
    let start = Operation {
        verb: "post",
        about: "Signs in; the answer sets the cookie.",
        admits: Admits::Strangers,
        body: vec![("application/json", described::schema::<SignIn>(generator))],
        answer: Answered::Json(described::schema::<Welcome>(generator)),
        errors: &[
            (401, "`WRONG_CREDENTIALS`, `CODE_REQUIRED`, `WRONG_CODE`"),
            (413, "`INVALID_REQUEST`"),
            (429, "`TOO_MANY_ATTEMPTS` with `retry_after_s`"),
        ],
        query: Vec::new(),
        path,
    };
    let end = Operation {
        path,
        verb: "delete",
        about: "Signs out.",
        admits: Admits::OwnPages,
        query: Vec::new(),
        body: Vec::new(),
        answer: Answered::Nothing,
        errors: &[],
    };
    [show, start, end]
}

/// What a browser has to show besides its cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// The header with the CSRF token: for all that may change something.
    Header,
    /// Nothing: for what only reads and what browsers ask for without headers, such as the live feed.
    Cookie,
}

/// What a browser presents; [`Presented::Nothing`] without a cookie.
///
/// # Errors
/// `FOREIGN_ORIGIN`, `CSRF_FAILED`.
pub fn presented(app: &App, headers: &HeaderMap, proof: Proof) -> Result<Presented, RestError> {
    let Some(token) = cookie(app, headers) else { return Ok(Presented::Nothing) };
    check_origin(app, headers)?;
    if proof == Proof::Header {
        let given = headers.get(CSRF).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !same(given, &csrf_token(&token)) {
            return Err(RestError::csrf_failed());
        }
    }
    Ok(Presented::Browser(token))
}

/// The CSRF token of a session. It follows from the cookie's secret and does not tell it, so nothing needs to be kept.
#[must_use]
pub fn csrf_token(token: &str) -> String {
    digest(&format!("csrf {token}"))
}

/// Where browsers say whose page sent the request, it must be ours: under the address that was called, or the portal's.
fn check_origin(app: &App, headers: &HeaderMap) -> Result<(), RestError> {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let Some(origin) = headers.get(header::ORIGIN) else { return Ok(()) };
    let host = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, host)| host);
    let ours = [text(header::HOST), Some(app.address.domain.as_str())];
    match host {
        Some(host) if ours.iter().flatten().any(|own| own.eq_ignore_ascii_case(host)) => Ok(()),
        _ => Err(RestError::foreign_origin()),
    }
}

fn is_https(app: &App) -> bool {
    app.address.portal_url.starts_with("https://")
}

/// A browser takes a cookie of the longer name only over https, for this host alone and all of its paths.
#[must_use]
pub fn cookie_name(app: &App) -> &'static str {
    if is_https(app) { "__Host-trunkline_session" } else { "trunkline_session" }
}

fn cookie(app: &App, headers: &HeaderMap) -> Option<String> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, value)| *name == cookie_name(app) && !value.is_empty()).map(|(_, value)| value.to_owned())
}

/// An empty value takes the cookie away.
fn set_cookie(app: &App, response: &mut Response, value: &str) {
    let seconds = if value.is_empty() { 0 } else { LIFETIME_MS / 1000 };
    let secure = if is_https(app) { "; Secure" } else { "" };
    let name = cookie_name(app);
    let cookie = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}");
    let cookie = HeaderValue::from_str(&cookie).expect("the parts are plain text");
    response.headers_mut().insert(header::SET_COOKIE, cookie);
}

/// Body of `POST /api/session`.
#[derive(Deserialize, JsonSchema)]
struct SignIn {
    email: String,
    password: String,
    /// Code of the second factor or recovery code; wanted after `CODE_REQUIRED`.
    code: Option<String>,
}

/// Who is signed in, and what calls have to carry.
#[derive(Debug, Serialize, JsonSchema)]
struct Welcome {
    /// Value of the header `X-Trunkline-Csrf`.
    csrf: String,
    /// Who it is.
    user: Me,
}

/// `POST /api/session`: signs in.
async fn start(
    State(app): State<SharedApp>,
    ConnectInfo(Peer(peer)): ConnectInfo<Peer>,
    request: Request,
) -> Result<Response, Refused> {
    let visitor = Visitor::admit(&app, peer, request.headers())?;
    let given: SignIn = read_json(request).await?;
    // No database keeps the character NUL.
    let email = given.email.replace('\0', "");
    let credentials = Credentials { email, password: given.password, code: given.code.unwrap_or_default() };
    let new = visitor.new_session(&app);
    let token = new.token.clone();
    let signed_in = sign_in::sign_in(&app, visitor.address, credentials, move |change, user, factor| {
        begin(change, user, &new, factor)?;
        Ok((user.clone(), factor != Factor::None))
    });
    match signed_in.await? {
        Outcome::Welcome((user, totp)) => Ok(welcome(&app, &user, totp, &token)),
        Outcome::Wrong => Err(Refused::new(StatusCode::UNAUTHORIZED, "WRONG_CREDENTIALS", WRONG)),
        Outcome::CodeRequired => Err(Refused::new(StatusCode::UNAUTHORIZED, "CODE_REQUIRED", CODE_REQUIRED)),
        Outcome::WrongCode => Err(Refused::new(StatusCode::UNAUTHORIZED, "WRONG_CODE", WRONG_CODE)),
        Outcome::Later(seconds) => Err(Refused::later(seconds)),
    }
}

const WRONG: &str = "The e-mail address or the password is wrong";
pub(super) const CODE_REQUIRED: &str = "A code is wanted too: the one that the authenticator shows, or a recovery code";
pub(super) const WRONG_CODE: &str = "The code is wrong or was used: take the one that is shown now";

/// Starts the session of somebody who has proved who it is.
pub(super) fn begin(change: &mut Change<'_, '_>, user: &User, new: &NewSession, factor: Factor) -> desk::Result<()> {
    let id = browser_sessions::start(change.tx, change.now, user.id, new)?;
    let details = json!({"second_factor": factor.as_str(), "user_agent": new.user_agent});
    record(change, user.id, "session.start", id, &details, &new.address)
}

pub(super) fn record(
    change: &mut Change<'_, '_>,
    actor_id: i64,
    kind: &'static str,
    subject: i64,
    details: &Value,
    address: &str,
) -> desk::Result<()> {
    let (subject, details) = (subject.to_string(), details.to_string());
    let act = Act { kind, subject, details, address: address.to_owned(), application_id: 0 };
    audit::add(change.tx, change.now, actor_id, &act)
}

/// The schema of [`welcome`]'s answer.
pub(super) fn welcome_schema(generator: &mut SchemaGenerator) -> Value {
    described::schema::<Welcome>(generator)
}

/// The answer to somebody whose session has just begun.
pub(super) fn welcome(app: &App, user: &User, totp: bool, token: &str) -> Response {
    let welcome = Welcome { csrf: csrf_token(token), user: me(app, user, totp) };
    let mut response = render(StatusCode::OK, &welcome, Format::Json);
    set_cookie(app, &mut response, token);
    response
}

/// `GET /api/session`: who is signed in.
async fn show(
    State(app): State<SharedApp>,
    ConnectInfo(Peer(peer)): ConnectInfo<Peer>,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let browser = own_browser(&app, peer, &headers, Proof::Cookie).await?;
    let csrf = match &browser.presented {
        Presented::Browser(token) => csrf_token(token),
        _ => return Err(RestError::no_session().into()),
    };
    let user = browser.caller.user.clone();
    let user_id = user.id;
    let totp = app.read(move |tx| second_factors::is_on(tx, user_id)).await?;
    let welcome = Welcome { csrf, user: me(&app, &user, totp) };
    Ok(render(StatusCode::OK, &welcome, Format::Json))
}

/// Here nobody's cookie is somebody's whose session has ended.
async fn own_browser(
    app: &App,
    peer: SocketAddr,
    headers: &HeaderMap,
    proof: Proof,
) -> Result<admission::Browser, RestError> {
    if cookie(app, headers).is_none() {
        Origin::admit(app, peer, headers)?;
        return Err(RestError::no_session());
    }
    admission::browser(app, peer, headers, proof).await
}

/// `DELETE /api/session`: signs out.
async fn end(
    State(app): State<SharedApp>,
    ConnectInfo(Peer(peer)): ConnectInfo<Peer>,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let browser = own_browser(&app, peer, &headers, Proof::Header).await?;
    if let Some(&BrowserSession { id, user_id, .. }) = browser.caller.browser() {
        let address = browser.address.to_string();
        let ended = app.work(move |change| match browser_sessions::end(change.tx, user_id, id)? {
            true => record(change, user_id, "session.end", id, &json!({}), &address),
            false => Ok(()),
        });
        ended.await?;
        app.callers.clear();
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    set_cookie(&app, &mut response, "");
    Ok(response)
}

pub(super) async fn not_allowed() -> Refused {
    Refused::new(StatusCode::METHOD_NOT_ALLOWED, "INVALID_REQUEST", "Method not allowed")
}

/// Somebody who is not signed in.
pub(super) struct Visitor {
    /// Network address.
    pub address: IpAddr,
    user_agent: String,
}

impl Visitor {
    pub(super) fn admit(app: &App, peer: SocketAddr, headers: &HeaderMap) -> Result<Visitor, RestError> {
        let origin = Origin::admit(app, peer, headers)?;
        check_origin(app, headers)?;
        let user_agent = headers.get(header::USER_AGENT).map(|value| String::from_utf8_lossy(value.as_bytes()));
        let user_agent = user_agent.unwrap_or_default().chars().take(USER_AGENT_CHARS_MAX).collect();
        Ok(Visitor { address: origin.address, user_agent })
    }

    pub(super) fn new_session(&self, app: &App) -> NewSession {
        NewSession {
            token: app.chance.hex(TOKEN_BYTES),
            address: self.address.to_string(),
            user_agent: self.user_agent.clone(),
        }
    }
}

/// JSON and nothing else: a form on another page cannot send it.
pub(super) async fn read_json<T: DeserializeOwned>(request: Request) -> Result<T, RestError> {
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        return Err(RestError::invalid_request("Send the parameters as application/json"));
    }
    let bytes = axum::body::to_bytes(request.into_body(), BODY_BYTES_MAX).await;
    let bytes = bytes.map_err(|_| {
        let text = format!("The body could not be read or is larger than {BODY_BYTES_MAX} bytes");
        RestError::new(StatusCode::PAYLOAD_TOO_LARGE, "INVALID_REQUEST", text)
    })?;
    serde_json::from_slice(&bytes).map_err(|error| RestError::invalid_request(format!("Invalid JSON: {error}")))
}

/// An error's answer.
pub(super) struct Refused {
    error: RestError,
    retry_after_s: Option<i64>,
}

impl Refused {
    pub(super) fn new(status: StatusCode, code: &'static str, text: &'static str) -> Refused {
        RestError::new(status, code, text).into()
    }

    pub(super) fn later(seconds: i64) -> Refused {
        Refused { error: RestError::too_many_attempts(seconds), retry_after_s: Some(seconds) }
    }
}

impl From<RestError> for Refused {
    fn from(error: RestError) -> Self {
        Refused { error, retry_after_s: None }
    }
}

impl From<desk::Error> for Refused {
    fn from(error: desk::Error) -> Self {
        RestError::from(error).into()
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut response = render_error(&self.error);
        if let Some(seconds) = self.retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
