//! Passwords of employees, for signing in on the portal's own pages. Only hashes are stored; the server makes and checks
//! them. Every attempt is counted before it is checked, so that guesses in parallel are counted too.

use store::{Tx, params};

use crate::users::{self, User};
use crate::{Error, Millis, Refusal, Result, browser_sessions, invitations};

/// Attempts that may fail before the account pauses.
pub const FREE_ATTEMPTS: i64 = 5;
/// The first pause; each further attempt doubles it.
pub const PAUSE_MS: Millis = 30_000;
/// The longest pause: whoever guesses on purpose must not shut the owner out for a day.
pub const PAUSE_MS_MAX: Millis = 15 * 60 * 1000;

/// Stores an employee's password and ends every pause, all sessions in browsers and a link that would set another one.
///
/// # Errors
/// [`Refusal::NotFound`] when no employee has the id; those of the database.
pub fn set(tx: &mut Tx<'_>, now: Millis, user_id: i64, hash: &str) -> Result<()> {
    store(tx, now, user_id, hash)?;
    browser_sessions::end_all(tx, user_id)?;
    invitations::remove_of_user(tx, user_id)
}

/// [`set`] by the employee, whose own session goes on.
///
/// # Errors
/// As [`set`].
pub fn change(tx: &mut Tx<'_>, now: Millis, user_id: i64, hash: &str, kept_session_id: i64) -> Result<()> {
    store(tx, now, user_id, hash)?;
    browser_sessions::end_others(tx, user_id, kept_session_id)?;
    invitations::remove_of_user(tx, user_id)
}

fn store(tx: &mut Tx<'_>, now: Millis, user_id: i64, hash: &str) -> Result<()> {
    if !users::find(tx, user_id)?.is_some_and(|user| user.is_active_employee()) {
        return Err(Error::Refused(Refusal::NotFound));
    }
    tx.execute(
        "INSERT INTO passwords (user_id, hash, changed_ms, failed, locked_until_ms) VALUES (?1, ?2, ?3, 0, 0) \
         ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash, changed_ms = excluded.changed_ms, failed = 0, \
         locked_until_ms = 0",
        &params![user_id, hash, now],
    )?;
    Ok(())
}

/// What an attempt to sign in meets.
#[expect(clippy::large_enum_variant, reason = "one at a time, soon gone")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attempt {
    /// Check the password against this hash.
    Check {
        /// Who wants to sign in.
        user: User,
        /// The stored hash.
        hash: String,
    },
    /// The account pauses until then.
    Paused {
        /// When the next attempt is allowed.
        until_ms: Millis,
    },
    /// Nobody who works here has this address and a password.
    Nobody,
}

/// Begins an attempt and counts it as failed; [`succeeded`] takes that back.
///
/// # Errors
/// Those of the database.
pub fn attempt(tx: &mut Tx<'_>, now: Millis, email: &str) -> Result<Attempt> {
    let sql = "SELECT u.id FROM users u JOIN passwords p ON p.user_id = u.id \
               WHERE u.kind = 'employee' AND u.active = 1 AND u.email_key <> '' AND u.email_key = ?1";
    let Some(user_id) = tx.query_opt(sql, &params![users::email_key(email)], |row| row.get::<i64>(0))? else {
        return Ok(Attempt::Nobody);
    };
    attempt_of(tx, now, user_id)
}

/// [`attempt`] by an employee who is known already.
///
/// # Errors
/// Those of the database.
pub fn attempt_of(tx: &mut Tx<'_>, now: Millis, user_id: i64) -> Result<Attempt> {
    // The condition is in the statement: of two attempts at once the second sees the first one's pause.
    let counted = tx.execute(
        "UPDATE passwords SET failed = failed + 1 WHERE user_id = ?1 AND locked_until_ms <= ?2",
        &params![user_id, now],
    )?;
    let sql = "SELECT hash, failed, locked_until_ms FROM passwords WHERE user_id = ?1";
    let found: Option<(String, i64, Millis)> =
        tx.query_opt(sql, &params![user_id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let Some((hash, failed, until_ms)) = found else { return Ok(Attempt::Nobody) };
    if counted == 0 {
        return Ok(Attempt::Paused { until_ms });
    }
    if let Some(pause_ms) = pause_ms(failed) {
        let until_ms = now + pause_ms;
        tx.execute("UPDATE passwords SET locked_until_ms = ?2 WHERE user_id = ?1", &params![user_id, until_ms])?;
    }
    let user = users::find(tx, user_id)?.ok_or(Error::Refused(Refusal::NotFound))?;
    Ok(Attempt::Check { user, hash })
}

/// How long nobody may try after so many failed attempts, if there is a pause.
#[must_use]
pub fn pause_ms(failed: i64) -> Option<Millis> {
    let doublings = u32::try_from(failed - FREE_ATTEMPTS).ok()?.min(20);
    Some((PAUSE_MS << doublings).min(PAUSE_MS_MAX))
}

/// Whether a hash is still that of somebody who works here. It is compared outside of any transaction, and meanwhile the
/// employee may have got a new password or been dismissed, which ends all sessions: none may begin behind that.
///
/// # Errors
/// Those of the database.
pub fn is_current(tx: &mut Tx<'_>, user_id: i64, hash: &str) -> Result<bool> {
    let sql = "SELECT 1 FROM passwords p JOIN users u ON u.id = p.user_id \
               WHERE p.user_id = ?1 AND p.hash = ?2 AND u.kind = 'employee' AND u.active = 1";
    Ok(tx.query_opt(sql, &params![user_id, hash], |row| row.get::<i64>(0))?.is_some())
}

/// The password was right: nothing counts as failed any more.
///
/// # Errors
/// Those of the database.
pub fn succeeded(tx: &mut Tx<'_>, user_id: i64) -> Result<()> {
    tx.execute("UPDATE passwords SET failed = 0, locked_until_ms = 0 WHERE user_id = ?1", &params![user_id])?;
    Ok(())
}

/// The password was right, but a second factor is still wanted: the attempt does not count, and those before it still do, so
/// that whoever knows the password cannot guess codes without a pause.
///
/// # Errors
/// Those of the database.
pub fn not_counted(tx: &mut Tx<'_>, user_id: i64) -> Result<()> {
    tx.execute("UPDATE passwords SET failed = failed - 1, locked_until_ms = 0 WHERE user_id = ?1", &params![user_id])?;
    Ok(())
}
