//! Making the rows that a portal needs before anybody can call it: what `demo`, the command line and the tests share.

use desk::applications::{self, Application, Retries};
use desk::tokens::{self, Kind, Token};
use desk::webhooks::{self, Webhook};
use desk::{Error, Millis, Refusal, passwords};
use store::Tx;

use crate::app::App;
use crate::sign_in;

/// A pair of tokens as the client gets them; only their digests are stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenPair {
    /// Good for one hour.
    pub access_token: String,
    /// Good for 180 days.
    pub refresh_token: String,
}

/// What is needed to add an application.
#[derive(Debug, Clone, Default)]
pub struct NewApplication {
    /// Name people see.
    pub name: String,
    /// Scope codes.
    pub scopes: Vec<String>,
    /// Address of its page, or empty.
    pub handler_url: String,
    /// Address told about the installation, or empty.
    pub install_url: String,
    /// Where authorisation codes are sent, or empty.
    pub redirect_url: String,
}

/// An application with the secret that only its developer keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddedApplication {
    /// As stored.
    pub application: Application,
    /// The client secret.
    pub client_secret: String,
}

/// Length of a client secret.
const SECRET_CHARS: usize = 50;

/// Bytes of a token; twice as many hexadecimal digits (P-34).
pub(crate) const TOKEN_BYTES: usize = 35;

/// Adds a local application; it counts as installed, and its install address is told.
///
/// # Errors
/// Those of the database.
pub async fn add_application(app: &App, new: NewApplication) -> desk::Result<AddedApplication> {
    let client_secret = app.chance.alphanumeric(SECRET_CHARS);
    let application = Application {
        id: 0,
        client_id: format!("local.{}.{}", app.chance.hex(7), app.chance.digits(8)),
        secret_digest: tokens::digest(&client_secret),
        application_token: app.chance.hex(16),
        name: new.name,
        scopes: new.scopes.join(","),
        handler_url: new.handler_url,
        install_url: new.install_url,
        redirect_url: new.redirect_url,
        installed: true,
        retries: Retries::ForDays,
        version: 1,
        created_ms: app.clock.now_ms(),
    };
    let mut stored = application.clone();
    let id = app
        .change(application.created_ms, 0, move |change| {
            stored.id = applications::add(change.tx, &stored)?;
            applications::tell_installed(change.tx, change.now, &stored)?;
            Ok(stored.id)
        })
        .await?;
    Ok(AddedApplication { application: Application { id, ..application }, client_secret })
}

/// Gives the application a pair of tokens that act in the employee's name.
///
/// # Errors
/// Those of the database.
pub async fn issue_tokens(app: &App, application_id: i64, user_id: i64) -> desk::Result<TokenPair> {
    let pair = new_pair(app);
    let (stored, now) = (pair.clone(), app.clock.now_ms());
    app.change(now, 0, move |change| store_pair(change.tx, now, application_id, user_id, &stored)).await?;
    Ok(pair)
}

/// Two fresh secrets that nobody knows yet.
#[must_use]
pub fn new_pair(app: &App) -> TokenPair {
    TokenPair { access_token: app.chance.hex(TOKEN_BYTES), refresh_token: app.chance.hex(TOKEN_BYTES) }
}

/// Makes a pair work from `now` on.
///
/// # Errors
/// Those of the database.
pub fn store_pair(
    tx: &mut Tx<'_>,
    now: Millis,
    application_id: i64,
    user_id: i64,
    pair: &TokenPair,
) -> desk::Result<()> {
    let mut token = Token { application_id, user_id, expires_ms: now + tokens::ACCESS_SECONDS * 1000 };
    tokens::add(tx, now, Kind::Access, &pair.access_token, &token)?;
    token.expires_ms = now + tokens::REFRESH_MS;
    tokens::add(tx, now, Kind::Refresh, &pair.refresh_token, &token)
}

/// Gives an employee a password, with which to sign in on the portal's own pages.
///
/// # Errors
/// [`Refusal::Password`] when it is too short or too long, [`Refusal::NotFound`] when the employee does not exist; those of
/// the database.
pub async fn set_password(app: &App, user_id: i64, password: &str) -> desk::Result<()> {
    let hash = sign_in::hash(app, password.to_owned()).await?;
    let now = app.clock.now_ms();
    app.change(now, user_id, move |change| passwords::set(change.tx, now, user_id, &hash)).await?;
    app.callers.clear();
    Ok(())
}

/// Length of a webhook's code.
const CODE_CHARS: usize = 24;

/// Adds an inbound webhook and returns its id and code.
///
/// # Errors
/// [`Refusal::NotFound`] when the employee does not exist; those of the database.
pub async fn add_webhook(app: &App, user_id: i64, title: &str, scopes: &[String]) -> desk::Result<(i64, String)> {
    let code = app.chance.alphanumeric(CODE_CHARS);
    let webhook = Webhook {
        id: 0,
        user_id,
        title: title.to_owned(),
        scopes: scopes.join(","),
        created_ms: app.clock.now_ms(),
        expires_ms: None,
    };
    let stored = code.clone();
    let id = app
        .change(webhook.created_ms, user_id, move |change| {
            let user = desk::users::find(change.tx, user_id)?;
            if !user.is_some_and(|user| user.is_active_employee()) {
                return Err(Error::Refused(Refusal::NotFound));
            }
            webhooks::add(change.tx, &webhook, &stored)
        })
        .await?;
    Ok((id, code))
}

/// Gives the application a new client secret; the one before stops working.
///
/// # Errors
/// Those of the database.
pub async fn renew_secret(app: &App, application_id: i64) -> desk::Result<String> {
    let secret = app.chance.alphanumeric(SECRET_CHARS);
    let digest = tokens::digest(&secret);
    let now = app.clock.now_ms();
    app.change(now, 0, move |change| applications::set_secret(change.tx, application_id, &digest)).await?;
    Ok(secret)
}

/// Address of an inbound webhook, without a slash at the end.
#[must_use]
pub fn webhook_url(app: &App, user_id: i64, code: &str) -> String {
    format!("{}{user_id}/{code}", app.address.client_endpoint())
}
