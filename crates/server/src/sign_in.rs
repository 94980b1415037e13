//! Signing in with e-mail, password and second factor: hashing, and bounds on guessing.

mod strangers;

use std::net::IpAddr;
use std::sync::OnceLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use desk::audit::{self, Act};
use desk::passwords::{self, Attempt};
use desk::second_factors::{self, Factor, Typed};
use desk::users::User;
use desk::{Change, Error, Millis, Refusal};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::app::App;
use crate::chance::Chance;
use crate::config;
use crate::rate::{Network, RateLimiter};
use crate::totp;
use strangers::Strangers;

/// Shortest password, in bytes.
pub const PASSWORD_BYTES_MIN: usize = 8;
/// Longest password, in bytes.
pub const PASSWORD_BYTES_MAX: usize = 1024;

/// Hashes computed at once: each takes 19 MiB and a processor.
const HASHING_MAX: usize = 2;

/// Attempts of one address: 20 at once, then one in six seconds, whoever they are for.
const ATTEMPTS: config::Rate = config::Rate { enabled: true, burst: 19.0, drain: 1.0 / 6.0 };

/// Seconds until an address that tried too often may try again.
pub const ADDRESS_PAUSE_S: i64 = 6;

/// Bounds on guessing passwords.
pub struct SignIn {
    pub(crate) attempts: RateLimiter<Network>,
    strangers: Strangers,
    hashing: Semaphore,
    /// Stands in for the hash of somebody who does not exist, so that the answer takes as long.
    nobody: OnceLock<String>,
}

impl Default for SignIn {
    fn default() -> Self {
        let attempts = RateLimiter::new(&ATTEMPTS);
        let (strangers, hashing) = (Strangers::default(), Semaphore::new(HASHING_MAX));
        SignIn { attempts, strangers, hashing, nobody: OnceLock::new() }
    }
}

/// What somebody presents to sign in.
#[derive(Clone)]
pub struct Credentials {
    /// E-mail address, in any letter case.
    pub email: String,
    /// Password.
    pub password: String,
    /// Code of the second factor or recovery code, as typed; empty for none.
    pub code: String,
}

/// What became of an attempt to sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome<T> {
    /// It is an employee, and what was to be done then is done.
    Welcome(T),
    /// Address or password is wrong; which one is not said.
    Wrong,
    /// Both are right; the code of the second factor is wanted too.
    CodeRequired,
    /// The code is wrong or was used.
    WrongCode,
    /// Too many attempts: the next one is allowed in so many seconds.
    Later(i64),
}

/// Checks who it is and does `then` for the employee, in the change that records the success. It may only touch what
/// [`App::work`] allows.
///
/// # Errors
/// Those of `then` and of the database.
pub async fn sign_in<T: Send + 'static>(
    app: &App,
    from: IpAddr,
    given: Credentials,
    then: impl FnOnce(&mut Change<'_, '_>, &User, Factor) -> desk::Result<T> + Send + 'static,
) -> desk::Result<Outcome<T>> {
    let now = app.clock.now_ms();
    if !app.sign_in.attempts.allow(from.into(), now) {
        return Ok(Outcome::Later(ADDRESS_PAUSE_S));
    }
    let Credentials { email, password, code } = given;
    let stranger = Strangers::key(&email);
    let attempt = app.work(move |change| passwords::attempt(change.tx, now, &email)).await?;
    let attempt = match attempt {
        Attempt::Nobody => app.sign_in.strangers.attempt(stranger, now),
        attempt => attempt,
    };
    let (user, hash) = match check(app, attempt, password, now).await? {
        Checked::Right(user, hash) => (user, hash),
        Checked::Wrong(claimed) => {
            refuse(app, from, claimed.as_ref(), "password").await?;
            return Ok(Outcome::Wrong);
        }
        Checked::Later(seconds) => return Ok(Outcome::Later(seconds)),
    };
    let claimed = user.clone();
    let outcome = app
        .work(move |change| {
            if !passwords::is_current(change.tx, user.id, &hash)? {
                return Ok(Outcome::Wrong);
            }
            match with_typed(&code, now, |typed| second_factors::check(change.tx, user.id, typed))? {
                Factor::Missing => {
                    passwords::not_counted(change.tx, user.id)?;
                    Ok(Outcome::CodeRequired)
                }
                Factor::Wrong => Ok(Outcome::WrongCode),
                factor => {
                    passwords::succeeded(change.tx, user.id)?;
                    then(change, &user, factor).map(Outcome::Welcome)
                }
            }
        })
        .await?;
    match outcome {
        Outcome::WrongCode => refuse(app, from, Some(&claimed), "code").await?,
        Outcome::Wrong => refuse(app, from, Some(&claimed), "password").await?,
        _ => {}
    }
    Ok(outcome)
}

/// Does something with what was typed as the second factor.
pub fn with_typed<T>(typed: &str, now: Millis, then: impl FnOnce(Typed<'_>) -> T) -> T {
    let code = totp::tidy(typed);
    let step_of = |secret: &str| totp::step_of(secret, &code, now);
    then(match code.len() {
        0 => Typed::Nothing,
        totp::RECOVERY_CHARS => Typed::RecoveryCode(&code),
        _ => Typed::Code(&step_of),
    })
}

/// Whether somebody who is signed in knows the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmed {
    /// Yes.
    Right,
    /// No, or there is none.
    Wrong,
    /// Too many attempts: the next one is allowed in so many seconds.
    Later(i64),
}

/// Asks for the password again. Attempts count as those to sign in.
///
/// # Errors
/// Those of the database.
pub async fn confirm(app: &App, from: IpAddr, user_id: i64, password: String) -> desk::Result<Confirmed> {
    let now = app.clock.now_ms();
    if !app.sign_in.attempts.allow(from.into(), now) {
        return Ok(Confirmed::Later(ADDRESS_PAUSE_S));
    }
    let attempt = app.work(move |change| passwords::attempt_of(change.tx, now, user_id)).await?;
    match check(app, attempt, password, now).await? {
        Checked::Right(user, hash) => {
            let confirmed = app.work(move |change| match passwords::is_current(change.tx, user.id, &hash)? {
                true => passwords::succeeded(change.tx, user.id).map(|()| Confirmed::Right),
                false => Ok(Confirmed::Wrong),
            });
            confirmed.await
        }
        Checked::Wrong(claimed) => {
            refuse(app, from, claimed.as_ref(), "password").await?;
            Ok(Confirmed::Wrong)
        }
        Checked::Later(seconds) => Ok(Confirmed::Later(seconds)),
    }
}

enum Checked {
    /// And the hash with which it was compared.
    Right(User, String),
    /// Whose password it was to be, if anybody's.
    Wrong(Option<User>),
    Later(i64),
}

/// Compares the password; takes as long for an address that nobody has.
async fn check(app: &App, attempt: Attempt, password: String, now: Millis) -> desk::Result<Checked> {
    let (user, hash) = match attempt {
        Attempt::Paused { until_ms } => return Ok(Checked::Later(seconds_until(until_ms, now))),
        Attempt::Check { user, hash } => (Some(user), hash),
        Attempt::Nobody => (None, nobody(app).await?),
    };
    let compared = hash.clone();
    let right = password.len() <= PASSWORD_BYTES_MAX && hashing(app, move || is_right(&password, &compared)).await?;
    Ok(match user {
        Some(user) if right => Checked::Right(user, hash),
        user => Checked::Wrong(user),
    })
}

/// Records that somebody was refused. What was typed as an address is not kept unless it is an employee's: it may be a
/// password that was typed into the wrong field.
async fn refuse(app: &App, from: IpAddr, claimed: Option<&User>, what: &'static str) -> desk::Result<()> {
    let act = refused(from, claimed, &json!({"wrong": what}));
    app.work(move |change| audit::add(change.tx, change.now, 0, &act)).await
}

/// What is recorded of somebody who was refused; `wrong` says what was wrong.
#[must_use]
pub fn refused(from: IpAddr, claimed: Option<&User>, wrong: &Value) -> Act {
    tracing::info!(%from, %wrong, "somebody could not sign in: something was wrong");
    Act {
        kind: "session.refused",
        subject: claimed.map(|user| user.id.to_string()).unwrap_or_default(),
        details: wrong.to_string(),
        address: from.to_string(),
        application_id: 0,
    }
}

/// The hash of a new password.
///
/// # Errors
/// [`Refusal::Password`] when it is too short or too long.
pub async fn hash(app: &App, password: String) -> desk::Result<String> {
    if !(PASSWORD_BYTES_MIN..=PASSWORD_BYTES_MAX).contains(&password.len()) {
        return Err(Error::Refused(Refusal::Password));
    }
    let chance = app.chance.clone();
    hashing(app, move || hashed(&chance, &password)).await
}

async fn nobody(app: &App) -> desk::Result<String> {
    if let Some(hash) = app.sign_in.nobody.get() {
        return Ok(hash.clone());
    }
    let chance = app.chance.clone();
    let hash = hashing(app, move || hashed(&chance, &chance.hex(16))).await?;
    Ok(app.sign_in.nobody.get_or_init(|| hash).clone())
}

/// Runs the work on a thread that may block, few at a time.
async fn hashing<T: Send + 'static>(app: &App, work: impl FnOnce() -> T + Send + 'static) -> desk::Result<T> {
    let closed = || Error::Store(store::Error::Closed);
    let _turn = app.sign_in.hashing.acquire().await.map_err(|_| closed())?;
    tokio::task::spawn_blocking(work).await.map_err(|_| closed())
}

fn hashed(chance: &Chance, password: &str) -> String {
    let salt = chance.hex(16);
    let hash = Argon2::default().hash_password_with_salt(password.as_bytes(), salt.as_bytes());
    hash.expect("the salt has a length that Argon2 takes").to_string()
}

fn is_right(password: &str, hash: &str) -> bool {
    let parsed = PasswordHash::new(hash);
    parsed.is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

fn seconds_until(until_ms: Millis, now: Millis) -> i64 {
    (until_ms - now).max(0).div_euclid(1000) + 1
}
