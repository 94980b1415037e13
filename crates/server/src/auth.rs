//! Who calls: an application's token, a webhook's code or a browser's cookie, and the employee in whose name it acts
//! (`contract/platform.md` 3).

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use desk::applications::{self, Application};
use desk::browser_sessions::BrowserSession;
use desk::users::{Kind, User};
use desk::webhooks::{self, Webhook};
use desk::{Millis, browser_sessions, tokens, users};
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
    /// The secret of a browser's cookie; whoever read the request has made sure that a page of ours sent it
    /// (`http/session.rs`).
    Browser(String),
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
    /// From a browser in which somebody signed in.
    Browser(BrowserSession),
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
            Credential::Webhook(_) | Credential::Browser(_) => None,
        }
    }

    /// The browser session, when the call comes from one.
    #[must_use]
    pub fn browser(&self) -> Option<&BrowserSession> {
        match &self.credential {
            Credential::Browser(session) => Some(session),
            Credential::Application(_) | Credential::Webhook(_) => None,
        }
    }

    /// Granted scope codes in the order in which they were granted; empty for a browser, which has all.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        let list = match &self.credential {
            Credential::Application(application) => &application.scopes,
            Credential::Webhook(webhook) => &webhook.scopes,
            Credential::Browser(_) => "",
        };
        list.split(',').filter(|code| !code.is_empty())
    }

    /// Whether one of the scopes was granted; no scope at all means that everybody may.
    #[must_use]
    pub fn has_any_scope(&self, wanted: &[&str]) -> bool {
        wanted.is_empty() || self.browser().is_some() || self.scopes().any(|code| wanted.contains(&code))
    }

    /// Whose operating time the calls count as.
    #[must_use]
    pub fn meter(&self) -> Meter {
        match &self.credential {
            Credential::Application(application) => Meter::Application(application.id),
            Credential::Webhook(webhook) => Meter::Webhook(webhook.id),
            Credential::Browser(session) => Meter::Browser(session.id),
        }
    }
}

/// How long an answer of the database is believed. A token that another process takes away works for so long.
const BELIEVED: Duration = Duration::from_secs(5);

/// Callers remembered at once.
const CALLERS_MAX: u64 = 10_000;

/// Remembers who a token, code or cookie belongs to.
#[derive(Clone)]
pub struct CallerCache {
    found: Cache<String, (u64, Arc<Caller>)>,
    /// Counts how often rights changed: what was asked for before that is not believed after it.
    round: Arc<AtomicU64>,
}

impl Default for CallerCache {
    fn default() -> Self {
        let found = Cache::builder().max_capacity(CALLERS_MAX).time_to_live(BELIEVED).build();
        CallerCache { found, round: Arc::default() }
    }
}

impl CallerCache {
    /// Forgets everybody, because rights have changed; also those who are being looked up now.
    pub fn clear(&self) {
        self.round.fetch_add(1, Ordering::SeqCst);
        self.found.invalidate_all();
    }

    fn round(&self) -> u64 {
        self.round.load(Ordering::SeqCst)
    }

    fn get(&self, key: &str) -> Option<Arc<Caller>> {
        self.found.get(key).filter(|(round, _)| *round == self.round()).map(|(_, caller)| caller)
    }

    fn insert(&self, key: String, round: u64, caller: &Arc<Caller>) {
        self.found.insert(key, (round, Arc::clone(caller)));
    }
}

/// Finds out who calls.
///
/// # Errors
/// `NO_AUTH_FOUND`, `INVALID_CREDENTIALS`, `invalid_token`, `expired_token`, `authorization_error` (P-26 to P-29), `NO_SESSION`.
pub async fn authenticate(app: &App, presented: Presented, now: Millis) -> Result<Arc<Caller>, RestError> {
    let key = match &presented {
        Presented::Nothing => return Err(RestError::no_auth_found()),
        Presented::Token(token) => format!("t{token}"),
        Presented::Webhook(user_id, code) => format!("w{user_id}/{code}"),
        Presented::Browser(token) => format!("b{token}"),
    };
    if let Some(caller) = app.callers.get(&key) {
        return still_valid(caller, now);
    }
    let round = app.callers.round();
    let caller = match presented {
        Presented::Token(token) => by_token(app, token).await?,
        Presented::Webhook(user_id, code) => by_webhook(app, user_id, code, now).await?,
        Presented::Browser(token) => by_cookie(app, token, now).await?,
        Presented::Nothing => return Err(RestError::no_auth_found()),
    };
    let caller = Arc::new(caller);
    app.callers.insert(key, round, &caller);
    still_valid(caller, now)
}

fn still_valid(caller: Arc<Caller>, now: Millis) -> Result<Arc<Caller>, RestError> {
    match (&caller.credential, caller.expires_ms) {
        (Credential::Application(_), Some(expires_ms)) if expires_ms <= now => Err(RestError::expired_token()),
        (Credential::Webhook(_), Some(expires_ms)) if expires_ms <= now => Err(RestError::invalid_credentials()),
        (Credential::Browser(_), Some(expires_ms)) if expires_ms <= now => Err(RestError::no_session()),
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
    if !application.active {
        return Err(RestError::application_inactive());
    }
    let user = user.filter(may_call).ok_or_else(RestError::authorization_error)?;
    Ok(Caller { credential: Credential::Application(application), user, expires_ms: Some(token.expires_ms) })
}

/// An employee, or a bot: its application gets a token in its name with each event.
pub(crate) fn may_call(user: &User) -> bool {
    user.is_active_employee() || (user.kind == Kind::Bot && user.active)
}

async fn by_webhook(app: &App, user_id: i64, code: String, now: Millis) -> Result<Caller, RestError> {
    let found = app.read(move |tx| Ok((webhooks::find(tx, user_id, &code)?, users::find(tx, user_id)?))).await?;
    let (Some(mut webhook), Some(user)) = found else { return Err(RestError::invalid_credentials()) };
    if !user.is_active_employee() {
        return Err(RestError::invalid_credentials());
    }
    let expires_ms = webhook.expires_ms;
    let is_good = expires_ms.is_none_or(|expires_ms| expires_ms > now);
    if is_good && webhook.used_ms.is_none_or(|used_ms| used_ms + webhooks::USED_EVERY_MS <= now) {
        let id = webhook.id;
        app.work(move |change| webhooks::used(change.tx, now, id)).await?;
        webhook.used_ms = Some(now);
    }
    Ok(Caller { credential: Credential::Webhook(webhook), user, expires_ms })
}

/// A session that never was, has run out, was ended, or whose employee was dismissed: all are refused in the same words.
async fn by_cookie(app: &App, token: String, now: Millis) -> Result<Caller, RestError> {
    let found = app
        .read(move |tx| {
            let Some(session) = browser_sessions::find(tx, &token)? else { return Ok(None) };
            let user = users::find(tx, session.user_id)?;
            Ok(Some(session).zip(user))
        })
        .await?;
    let (mut session, user) = found.ok_or_else(RestError::no_session)?;
    if session.ends_ms() <= now || !user.is_active_employee() {
        return Err(RestError::no_session());
    }
    if session.used_ms + browser_sessions::USED_EVERY_MS <= now {
        let id = session.id;
        app.work(move |change| browser_sessions::used(change.tx, now, id)).await?;
        session.used_ms = now;
    }
    let expires_ms = session.ends_ms();
    Ok(Caller { credential: Credential::Browser(session), user, expires_ms: Some(expires_ms) })
}

/// Whether two digests are the same, in a time that does not tell where they differ.
#[must_use]
pub(crate) fn same(one: &str, other: &str) -> bool {
    let differences = one.bytes().zip(other.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b));
    one.len() == other.len() && differences == 0
}
