//! The one-time link with which an employee sets a password: whose it is, and setting it.

use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::post;
use desk::audit;
use desk::invitations::{self, Acceptance, Accepted};
use desk::second_factors::{self, Factor};
use schemars::{JsonSchema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use serde_json::json;
use wire::Format;

use super::described::{self, Admits, Answered, Operation};
use super::listener::Peer;
use super::rest::render;
use super::session::{self, CODE_REQUIRED, Refused, Visitor, WRONG_CODE};
use crate::app::SharedApp;
use crate::rest::{RestError, is_email};
use crate::sign_in;

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

/// For the OpenAPI document.
pub(super) fn described(generator: &mut SchemaGenerator) -> Operation {
    let answers = [described::schema::<Invited>(generator), session::welcome_schema(generator)];
    Operation {
        path: "/api/invitation",
        verb: "post",
        about: "Whose link it is, when no password is given; else sets the password, signs in and sets the cookie.",
        admits: Admits::Strangers,
        query: Vec::new(),
        body: vec![("application/json", described::schema::<Invitation>(generator))],
        answer: Answered::Json(json!({"anyOf": answers})),
        errors: &[
            (400, "`EMAIL_REQUIRED`, `ERROR_ARGUMENT`"),
            (401, "`CODE_REQUIRED`, `WRONG_CODE`"),
            (404, "`INVITATION_GONE`"),
            (413, "`INVALID_REQUEST`"),
            (429, "`TOO_MANY_ATTEMPTS` with `retry_after_s`"),
        ],
    }
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
    if !app.sign_in.attempts.allow(visitor.address.into(), now) {
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
    let address = visitor.address;
    let used = app.change(now, user.id, move |change| {
        let accepted = sign_in::with_typed(&code, now, |typed| {
            let (secret, email, password_hash) = (secret.as_str(), email.as_deref(), hash.as_str());
            invitations::accept(change, &Acceptance { secret, email, password_hash, typed })
        })?;
        match &accepted {
            Accepted::Welcome(user, factor) => {
                session::record(
                    change,
                    user.id,
                    "password.set",
                    user.id,
                    &json!({"with": "invitation"}),
                    &new.address,
                )?;
                session::begin(change, user, &new, *factor)?;
            }
            Accepted::WrongCode(user) => {
                let act = sign_in::refused(address, Some(user), &json!({"wrong": "code", "with": "invitation"}));
                audit::add(change.tx, now, 0, &act)?;
            }
            Accepted::Gone | Accepted::CodeRequired => {}
        }
        Ok(accepted)
    });
    match used.await? {
        Accepted::Welcome(user, factor) => {
            app.callers.clear();
            Ok(session::welcome(&app, &user, factor != Factor::None, &token))
        }
        Accepted::Gone => Err(gone()),
        Accepted::CodeRequired => Err(Refused::new(StatusCode::UNAUTHORIZED, "CODE_REQUIRED", CODE_REQUIRED)),
        Accepted::WrongCode(_) => Err(Refused::new(StatusCode::UNAUTHORIZED, "WRONG_CODE", WRONG_CODE)),
    }
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
