//! The one-time link with which an employee sets a password: whose it is, and setting it.

use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::post;
use desk::users::{self, User};
use desk::{Change, invitations, passwords, second_factors};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use wire::Format;

use super::listener::Peer;
use super::rest::render;
use super::session::{self, CODE_REQUIRED, Refused, Visitor, WRONG_CODE};
use crate::app::SharedApp;
use crate::rest::{RestError, is_email};
use crate::sign_in::{self, Factor};

/// What is served here.
pub(super) fn routes() -> Router<SharedApp> {
    Router::new().route("/api/invitation", post(answer).fallback(session::not_allowed))
}

/// Body of `POST /api/invitation`.
#[derive(Deserialize, JsonSchema)]
struct Invitation {
    /// Last part of the link.
    token: String,
    /// The new password; without one only whose link it is is told.
    password: Option<String>,
    /// E-mail address of an employee who has none yet.
    email: Option<String>,
    /// Code of the second factor, where the employee has one.
    code: Option<String>,
}

/// Whose link it is.
#[derive(Serialize, JsonSchema)]
struct Invited {
    name: String,
    last_name: String,
    /// Empty: one has to be given with the password.
    email: String,
    /// Whether a code has to be given with the password.
    totp: bool,
}

/// What became of a link.
#[expect(clippy::large_enum_variant, reason = "one at a time, soon gone")]
enum Used {
    Welcome(User, Factor),
    Gone,
    CodeRequired,
    WrongCode,
}

/// `POST /api/invitation`
async fn answer(
    State(app): State<SharedApp>,
    ConnectInfo(Peer(peer)): ConnectInfo<Peer>,
    request: Request,
) -> Result<Response, Refused> {
    let visitor = Visitor::admit(&app, peer, request.headers())?;
    let given: Invitation = session::read_json(request).await?;
    let now = app.clock.now_ms();
    if !app.sign_in.attempts.allow(visitor.address, now) {
        return Err(Refused::later(sign_in::ADDRESS_PAUSE_S));
    }
    let secret = given.token.clone();
    let found = app
        .read(move |tx| {
            let Some(user) = invitations::find(tx, now, &secret)? else { return Ok(None) };
            let totp = second_factors::is_on(tx, user.id)?;
            Ok(Some((user, totp)))
        })
        .await?;
    let (user, totp) = found.ok_or_else(gone)?;
    let Some(password) = given.password else {
        let invited = Invited { name: user.name, last_name: user.last_name, email: user.email, totp };
        return Ok(render(StatusCode::OK, &invited, Format::Json));
    };
    let email = match user.email.is_empty() {
        true => Some(address(given.email.as_deref())?),
        false => None,
    };
    let hash = sign_in::hash(&app, password).await?;
    let new = visitor.new_session(&app);
    let (token, code, secret) = (new.token.clone(), given.code.unwrap_or_default(), given.token);
    let used = app.change(now, user.id, move |change| {
        let used = use_up(change, &secret, email, &hash, &code)?;
        if let Used::Welcome(user, factor) = &used {
            session::record(change, user.id, "password.set", user.id, &json!({"with": "invitation"}), &new.address)?;
            session::begin(change, user, &new, *factor)?;
        }
        Ok(used)
    });
    match used.await? {
        Used::Welcome(user, factor) => {
            app.callers.clear();
            Ok(session::welcome(&app, &user, factor != Factor::None, &token))
        }
        Used::Gone => Err(gone()),
        Used::CodeRequired => Err(Refused::new(StatusCode::UNAUTHORIZED, "CODE_REQUIRED", CODE_REQUIRED)),
        Used::WrongCode => Err(Refused::new(StatusCode::UNAUTHORIZED, "WRONG_CODE", WRONG_CODE)),
    }
}

fn use_up(
    change: &mut Change<'_, '_>,
    secret: &str,
    email: Option<String>,
    hash: &str,
    code: &str,
) -> desk::Result<Used> {
    let now = change.now;
    let Some(mut user) = invitations::find(change.tx, now, secret)? else { return Ok(Used::Gone) };
    let factor = sign_in::second_factor(change, user.id, code)?;
    match factor {
        Factor::Missing => return Ok(Used::CodeRequired),
        Factor::Wrong => {
            invitations::failed(change.tx, secret)?;
            return Ok(Used::WrongCode);
        }
        Factor::None | Factor::Code | Factor::RecoveryCode => {}
    }
    invitations::take(change.tx, now, secret)?;
    if let Some(email) = email {
        user.email = email;
        users::update_employee(change, &user)?;
    }
    passwords::set(change.tx, now, user.id, hash)?;
    Ok(Used::Welcome(user, factor))
}

fn address(given: Option<&str>) -> Result<String, RestError> {
    let text = given.unwrap_or_default().trim();
    let required = || RestError::method("EMAIL_REQUIRED", "Give the e-mail address to sign in with");
    if is_email(text) { Ok(text.to_owned()) } else { Err(required()) }
}

fn gone() -> Refused {
    let text = "This link was used or has run out: ask an administrator for a new one";
    Refused::new(StatusCode::NOT_FOUND, "INVITATION_GONE", text)
}
