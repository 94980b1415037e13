//! Who calls: an application's token or a webhook's code, and the employee in whose name it acts
//! (`contract/platform.md` 3).

use std::sync::Arc;
use std::time::Duration;

use desk::applications::{self, Application};
use desk::users::{Kind, User};
use desk::webhooks::{self, Webhook};
use desk::{Millis, tokens, users};
use moka::sync::Cache;

use crate::app::App;
use crate::operating::Meter;
use crate::rest::RestError;

/// What a request presents to prove who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Presented {
    /// An access token.
    Token(String),
    /// User id and secret code in the path.
    Webhook(i64, String),
    /// Nothing.
    Nothing,
}

/// How the caller came in.
#[derive(Debug, Clone)]
pub enum Credential {
    /// With an access token of an application.
    Application(Application),
    /// Through an inbound webhook.
    Webhook(Webhook),
}

/// An authenticated caller.
#[derive(Debug, Clone)]
pub struct Caller {
    /// How it came in.
    pub credential: Credential,
    /// In whose name it acts.
    pub user: User,
    /// When the credential stops working.
    pub expires_ms: Option<Millis>,
}

impl Caller {
    /// The application, when the caller is one.
    #[must_use]
    pub fn application(&self) -> Option<&Application> {
        match &self.credential {
            Credential::Application(application) => Some(application),
            Credential::Webhook(_) => None,
        }
    }

    /// Granted scope codes in the order in which they were granted.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        let list = match &self.credential {
            Credential::Application(application) => &application.scopes,
            Credential::Webhook(webhook) => &webhook.scopes,
        };
        list.split(',').filter(|code| !code.is_empty())
    }

    /// Whether one of the scopes was granted; no scope at all means that everybody may.
    #[must_use]
    pub fn has_any_scope(&self, wanted: &[&str]) -> bool {
        wanted.is_empty() || self.scopes().any(|code| wanted.contains(&code))
    }

    /// Whose operating time the calls count as.
    #[must_use]
    pub fn meter(&self) -> Meter {
        match &self.credential {
            Credential::Application(application) => Meter::Application(application.id),
            Credential::Webhook(webhook) => Meter::Webhook(webhook.id),
        }
    }
}

/// How long an answer of the database is believed. A token that another process takes away works for so long.
const BELIEVED: Duration = Duration::from_secs(5);

/// Callers remembered at once.
const CALLERS_MAX: u64 = 10_000;

/// Remembers who a token or code belongs to.
#[derive(Clone)]
pub struct CallerCache(Cache<String, Arc<Caller>>);

impl Default for CallerCache {
    fn default() -> Self {
        CallerCache(Cache::builder().max_capacity(CALLERS_MAX).time_to_live(BELIEVED).build())
    }
}

impl CallerCache {
    /// Forgets everybody, because rights have changed.
    pub fn clear(&self) {
        self.0.invalidate_all();
    }
}

/// Finds out who calls.
///
/// # Errors
/// `NO_AUTH_FOUND`, `INVALID_CREDENTIALS`, `invalid_token`, `expired_token`, `authorization_error` (P-26 to P-29).
pub async fn authenticate(app: &App, presented: Presented, now: Millis) -> Result<Arc<Caller>, RestError> {
    let key = match &presented {
        Presented::Nothing => return Err(RestError::no_auth_found()),
        Presented::Token(token) => format!("t{token}"),
        Presented::Webhook(user_id, code) => format!("w{user_id}/{code}"),
    };
    if let Some(caller) = app.callers.0.get(&key) {
        return still_valid(caller, now);
    }
    let caller = match presented {
        Presented::Token(token) => by_token(app, token).await?,
        Presented::Webhook(user_id, code) => by_webhook(app, user_id, code).await?,
        Presented::Nothing => return Err(RestError::no_auth_found()),
    };
    let caller = Arc::new(caller);
    app.callers.0.insert(key, Arc::clone(&caller));
    still_valid(caller, now)
}

fn still_valid(caller: Arc<Caller>, now: Millis) -> Result<Arc<Caller>, RestError> {
    match (&caller.credential, caller.expires_ms) {
        (Credential::Application(_), Some(expires_ms)) if expires_ms <= now => Err(RestError::expired_token()),
        (Credential::Webhook(_), Some(expires_ms)) if expires_ms <= now => Err(RestError::invalid_credentials()),
        _ => Ok(caller),
    }
}

async fn by_token(app: &App, token: String) -> Result<Caller, RestError> {
    let found = app
        .read(move |tx| {
            let Some(token) = tokens::find(tx, tokens::Kind::Access, &token)? else { return Ok(None) };
            let application = applications::find(tx, token.application_id)?;
            let user = users::find(tx, token.user_id)?;
            Ok(Some((token, application, user)))
        })
        .await?;
    let (token, application, user) = found.ok_or_else(RestError::invalid_token)?;
    let application = application.ok_or_else(RestError::application_not_found)?;
    let user = user.filter(may_call).ok_or_else(RestError::authorization_error)?;
    Ok(Caller { credential: Credential::Application(application), user, expires_ms: Some(token.expires_ms) })
}

/// An employee, or a bot: its application gets a token in its name with each event.
pub(crate) fn may_call(user: &User) -> bool {
    user.is_active_employee() || (user.kind == Kind::Bot && user.active)
}

async fn by_webhook(app: &App, user_id: i64, code: String) -> Result<Caller, RestError> {
    let found = app.read(move |tx| Ok((webhooks::find(tx, user_id, &code)?, users::find(tx, user_id)?))).await?;
    let (Some(webhook), Some(user)) = found else { return Err(RestError::invalid_credentials()) };
    if !user.is_active_employee() {
        return Err(RestError::invalid_credentials());
    }
    let expires_ms = webhook.expires_ms;
    Ok(Caller { credential: Credential::Webhook(webhook), user, expires_ms })
}
