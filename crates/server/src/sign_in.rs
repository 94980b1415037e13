//! Signing in with e-mail and password: hashing, and bounds on guessing.

use std::net::IpAddr;
use std::sync::OnceLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use desk::passwords::{self, Attempt};
use desk::users::User;
use desk::{Change, Error, Millis, Refusal};
use tokio::sync::Semaphore;

use crate::app::App;
use crate::chance::Chance;
use crate::config;
use crate::rate::RateLimiter;

/// Shortest password, in bytes.
pub const PASSWORD_BYTES_MIN: usize = 8;
/// Longest password, in bytes.
pub const PASSWORD_BYTES_MAX: usize = 1024;

/// Hashes computed at once: each takes 19 MiB and a processor.
const HASHING_MAX: usize = 2;

/// Attempts of one address: 20 at once, then one in six seconds, whoever they are for.
const ATTEMPTS: config::Rate = config::Rate { enabled: true, burst: 19.0, drain: 1.0 / 6.0 };

/// Bounds on guessing passwords.
pub struct SignIn {
    attempts: RateLimiter<IpAddr>,
    hashing: Semaphore,
    /// Stands in for the hash of somebody who does not exist, so that the answer takes as long.
    nobody: OnceLock<String>,
}

impl Default for SignIn {
    fn default() -> Self {
        let attempts = RateLimiter::new(&ATTEMPTS);
        SignIn { attempts, hashing: Semaphore::new(HASHING_MAX), nobody: OnceLock::new() }
    }
}

/// What somebody presents to sign in.
#[derive(Clone)]
pub struct Credentials {
    /// E-mail address, in any letter case.
    pub email: String,
    /// Password.
    pub password: String,
}

/// What became of an attempt to sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome<T> {
    /// It is an employee, and what was to be done then is done.
    Welcome(T),
    /// Address or password is wrong; which one is not said.
    Wrong,
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
    then: impl FnOnce(&mut Change<'_, '_>, &User) -> desk::Result<T> + Send + 'static,
) -> desk::Result<Outcome<T>> {
    let now = app.clock.now_ms();
    if !app.sign_in.attempts.allow(from, now) {
        return Ok(Outcome::Later(6));
    }
    let Credentials { email, password } = given;
    if password.len() > PASSWORD_BYTES_MAX {
        return Ok(Outcome::Wrong);
    }
    let attempt = app.work(move |change| passwords::attempt(change.tx, now, &email)).await?;
    let (user, hash) = match attempt {
        Attempt::Paused { until_ms } => return Ok(Outcome::Later(seconds_until(until_ms, now))),
        Attempt::Check { user, hash } => (Some(user), hash),
        Attempt::Nobody => (None, nobody(app).await?),
    };
    let right = hashing(app, move || is_right(&password, &hash)).await?;
    let Some(user) = user.filter(|_| right) else {
        tracing::info!(%from, "somebody could not sign in: wrong e-mail address or password");
        return Ok(Outcome::Wrong);
    };
    let done = app
        .work(move |change| {
            passwords::succeeded(change.tx, user.id)?;
            then(change, &user)
        })
        .await?;
    Ok(Outcome::Welcome(done))
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
