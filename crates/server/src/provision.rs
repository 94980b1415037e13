//! Making the rows that a portal needs before anybody can call it: what `demo`, the command line and the tests share.

use desk::accounts::{self, FirstAdministrator};
use desk::applications::{self, Application, Retries};
use desk::tokens::{self, Kind, Token};
use desk::users::{self, NewEmployee};
use desk::webhooks::{self, Webhook};
use desk::{Change, Error, Millis, Refusal, deliveries, invitations, network, passwords, second_factors};
use store::Tx;

use crate::app::App;
use crate::{scopes, sign_in};

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

/// A client secret that nobody knows yet.
#[must_use]
pub fn new_secret(app: &App) -> String {
    app.chance.alphanumeric(SECRET_CHARS)
}

/// Makes the secrets of a local application, which counts as installed; nothing is stored yet.
#[must_use]
pub fn new_application(app: &App, new: NewApplication) -> AddedApplication {
    let client_secret = new_secret(app);
    let application = Application {
        id: 0,
        client_id: format!("local.{}.{}", app.chance.hex(7), app.chance.digits(8)),
        secret_digest: tokens::digest(&client_secret),
        application_token: app.chance.hex(16),
        name: new.name,
        scopes: scopes::granted(&new.scopes).join(","),
        handler_url: new.handler_url,
        install_url: new.install_url,
        redirect_url: new.redirect_url,
        installed: true,
        active: true,
        retries: Retries::ForDays,
        version: 1,
        created_ms: app.clock.now_ms(),
    };
    AddedApplication { application, client_secret }
}

/// Stores a new application, tells its install address, and returns its id.
///
/// # Errors
/// Those of the database.
pub fn store_application(change: &mut Change<'_, '_>, application: &Application) -> desk::Result<i64> {
    let mut stored = application.clone();
    stored.id = applications::add(change.tx, &stored)?;
    change.about(stored.id);
    applications::tell_installed(change.tx, change.now, &stored)?;
    Ok(stored.id)
}

/// Adds a local application; it counts as installed, and its install address is told.
///
/// # Errors
/// Those of the database.
pub async fn add_application(app: &App, new: NewApplication) -> desk::Result<AddedApplication> {
    let AddedApplication { application, client_secret } = new_application(app, new);
    let stored = application.clone();
    let id = app.command("command.application.add", move |change| store_application(change, &stored)).await?;
    Ok(AddedApplication { application: Application { id, ..application }, client_secret })
}

/// Gives the application a pair of tokens that act in the employee's name.
///
/// # Errors
/// Those of the database.
pub async fn issue_tokens(app: &App, application_id: i64, user_id: i64) -> desk::Result<TokenPair> {
    let pair = new_pair(app);
    let (stored, now) = (pair.clone(), app.clock.now_ms());
    app.command("command.application.token", move |change| {
        change.about(application_id);
        store_pair(change.tx, now, application_id, user_id, &stored)
    })
    .await?;
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
    app.command("command.user.password", move |change| {
        change.about(user_id);
        passwords::set(change.tx, now, user_id, &hash)
    })
    .await?;
    app.callers.clear();
    Ok(())
}

/// Length of a webhook's code.
pub(crate) const CODE_CHARS: usize = 24;

/// Bytes of an invitation's secret; twice as many hexadecimal digits.
const INVITATION_BYTES: usize = 32;

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
        scopes: scopes::granted(scopes).join(","),
        created_ms: app.clock.now_ms(),
        expires_ms: None,
        used_ms: None,
    };
    let stored = code.clone();
    let id = app.command("command.webhook.add", move |change| store_webhook(change, &webhook, &stored)).await?;
    Ok((id, code))
}

/// Stores a new webhook with this code and returns its id.
///
/// # Errors
/// As [`add_webhook`].
pub fn store_webhook(change: &mut Change<'_, '_>, webhook: &Webhook, code: &str) -> desk::Result<i64> {
    let user = users::find(change.tx, webhook.user_id)?;
    if !user.is_some_and(|user| user.is_active_employee()) {
        return Err(Error::Refused(Refusal::NotFound));
    }
    let id = webhooks::add(change.tx, webhook, code)?;
    change.about(id);
    Ok(id)
}

/// A link with which an employee sets a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationLink {
    /// The last part of the address; only its digest is stored.
    pub secret: String,
    /// The whole address.
    pub url: String,
}

/// Makes a link; nothing is stored yet.
#[must_use]
pub fn new_invitation(app: &App) -> InvitationLink {
    let secret = app.chance.hex(INVITATION_BYTES);
    InvitationLink { url: format!("{}/welcome/{secret}", app.address.portal_url), secret }
}

/// Makes a link for an employee at the command line and returns its address.
///
/// # Errors
/// [`Refusal::NotFound`] when nobody who works here has the id; those of the database.
pub async fn invite(app: &App, user_id: i64, factor: SecondFactor) -> desk::Result<String> {
    let link = new_invitation(app);
    app.command("command.user.invite", move |change| {
        change.about(user_id);
        if factor == SecondFactor::Removed {
            second_factors::remove(change.tx, user_id)?;
        }
        invitations::add(change.tx, change.now, user_id, &link.secret)
    })
    .await?;
    Ok(link.url)
}

/// What becomes of the second factor of an employee who is invited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondFactor {
    /// It is asked for as before.
    Kept,
    /// It is no longer asked for.
    Removed,
}

/// The link of a portal's first administrator, as long as no administrator can sign in; there is one then, if there was none.
///
/// # Errors
/// Those of the database.
pub async fn first_invitation(app: &App) -> desk::Result<Option<String>> {
    let now = app.clock.now_ms();
    if app.read(move |tx| accounts::first_administrator(tx, now)).await? == FirstAdministrator::CanSignIn {
        return Ok(None);
    }
    let link = new_invitation(app);
    let invited = app
        .command("command.user.invite", move |change| {
            let user_id = match accounts::first_administrator(change.tx, now)? {
                FirstAdministrator::CanSignIn => {
                    change.nothing_done();
                    return Ok(false);
                }
                FirstAdministrator::Invite(user) => user.id,
                FirstAdministrator::Missing => users::employ(change, &administrator(), |_, _| Ok(()))?,
            };
            change.about(user_id);
            invitations::add(change.tx, now, user_id, &link.secret)?;
            Ok(true)
        })
        .await?;
    Ok(invited.then_some(link.url))
}

fn administrator() -> NewEmployee {
    NewEmployee { name: "Administrator".to_owned(), admin: true, ..NewEmployee::default() }
}

/// Gives the application a new client secret; the one before stops working.
///
/// # Errors
/// Those of the database.
pub async fn renew_secret(app: &App, application_id: i64) -> desk::Result<String> {
    let secret = new_secret(app);
    let digest = tokens::digest(&secret);
    app.command("command.application.secret", move |change| {
        change.about(application_id);
        applications::set_secret(change.tx, application_id, &digest)
    })
    .await?;
    Ok(secret)
}

/// Address of an inbound webhook, without a slash at the end.
#[must_use]
pub fn webhook_url(app: &App, user_id: i64, code: &str) -> String {
    format!("{}{user_id}/{code}", app.address.client_endpoint())
}

/// The code by which applications know a line; made when it is first asked for.
///
/// # Errors
/// [`Refusal::NotFound`] when there is no such line; those of the database.
pub async fn line_code(app: &App, line_id: i64) -> desk::Result<String> {
    let fresh = app.chance.hex(network::CODE_CHARS / 2);
    app.command("command.line.code", move |change| {
        change.about(line_id);
        let code = network::publish(change, line_id, &fresh)?;
        if code != fresh {
            change.nothing_done();
        }
        Ok(code)
    })
    .await
}

/// Sends a delivery that ended once more. `false` when there is none or it is still pending.
///
/// # Errors
/// Those of the database.
pub async fn replay_delivery(app: &App, id: i64) -> desk::Result<bool> {
    app.command("command.delivery.replay", move |change| {
        change.about(id);
        let replayed = deliveries::replay(change, id)?;
        if !replayed {
            change.nothing_done();
        }
        Ok(replayed)
    })
    .await
}
