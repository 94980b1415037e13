//! One-time links with which an employee sets a password: the first one, or a new one for a forgotten one. Only the SHA-256
//! digest of a link's secret is stored.

use store::{Tx, params};

use crate::tokens::digest;
use crate::users::{self, User};
use crate::{Error, Millis, Refusal, Result};

/// How long a link works.
pub const LIFETIME_MS: Millis = 72 * 3600 * 1000;

/// Wrong codes of the second factor that a link survives.
pub const FAILURES_MAX: i64 = 5;

/// Makes a link with this secret; an employee's link before it works no more.
///
/// # Errors
/// [`Refusal::NotFound`] when nobody who works here has the id; those of the database.
pub fn add(tx: &mut Tx<'_>, now: Millis, user_id: i64, secret: &str) -> Result<()> {
    if !users::find(tx, user_id)?.is_some_and(|user| user.is_active_employee()) {
        return Err(Error::Refused(Refusal::NotFound));
    }
    remove_of_user(tx, user_id)?;
    tx.execute(
        "INSERT INTO invitations (digest, user_id, created_ms, expires_ms, failed) VALUES (?1, ?2, ?3, ?4, 0)",
        &params![digest(secret), user_id, now, now + LIFETIME_MS],
    )?;
    Ok(())
}

/// Who is invited by a link that still works.
///
/// # Errors
/// Those of the database.
pub fn find(tx: &mut Tx<'_>, now: Millis, secret: &str) -> Result<Option<User>> {
    let sql = "SELECT user_id FROM invitations WHERE digest = ?1 AND expires_ms > ?2";
    let Some(user_id) = tx.query_opt(sql, &params![digest(secret), now], |row| row.get::<i64>(0))? else {
        return Ok(None);
    };
    Ok(users::find(tx, user_id)?.filter(User::is_active_employee))
}

/// Uses a link up; `false` when somebody else was faster.
///
/// # Errors
/// Those of the database.
pub fn take(tx: &mut Tx<'_>, now: Millis, secret: &str) -> Result<bool> {
    let sql = "DELETE FROM invitations WHERE digest = ?1 AND expires_ms > ?2";
    Ok(tx.execute(sql, &params![digest(secret), now])? > 0)
}

/// Counts a wrong code of the second factor; the link is gone after [`FAILURES_MAX`] of them.
///
/// # Errors
/// Those of the database.
pub fn failed(tx: &mut Tx<'_>, secret: &str) -> Result<()> {
    tx.execute("UPDATE invitations SET failed = failed + 1 WHERE digest = ?1", &params![digest(secret)])?;
    let sql = "DELETE FROM invitations WHERE digest = ?1 AND failed >= ?2";
    tx.execute(sql, &params![digest(secret), FAILURES_MAX])?;
    Ok(())
}

/// Takes an employee's link back.
///
/// # Errors
/// Those of the database.
pub fn remove_of_user(tx: &mut Tx<'_>, user_id: i64) -> Result<()> {
    tx.execute("DELETE FROM invitations WHERE user_id = ?1", &params![user_id])?;
    Ok(())
}

/// Removes what has run out, at most `limit` rows.
///
/// # Errors
/// Those of the database.
pub fn sweep(tx: &mut Tx<'_>, now: Millis, limit: u64) -> Result<u64> {
    Ok(tx.execute(
        "DELETE FROM invitations WHERE digest IN (SELECT digest FROM invitations WHERE expires_ms <= ?1 LIMIT ?2)",
        &params![now, limit.cast_signed()],
    )?)
}
