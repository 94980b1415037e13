//! One-time links with which an employee sets a password: the first one, or a new one for a forgotten one. Only the SHA-256
//! digest of a link's secret is stored.

use store::{Tx, params};

use crate::second_factors::{self, Factor, Typed};
use crate::tokens::digest;
use crate::users::{self, User};
use crate::{Change, Error, Millis, Refusal, Result, passwords};

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

/// What somebody who follows a link gives.
#[derive(Clone)]
pub struct Acceptance<'a> {
    /// The link's secret.
    pub secret: &'a str,
    /// E-mail address of an employee who has none yet.
    pub email: Option<&'a str>,
    /// Hash of the new password.
    pub password_hash: &'a str,
    /// What was typed as the second factor.
    pub typed: Typed<'a>,
}

/// What became of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Accepted {
    /// It is used up; the employee has the new password.
    Welcome(User, Factor),
    /// It was used before, or has run out.
    Gone,
    /// A code of the second factor is wanted too.
    CodeRequired,
    /// The code is wrong or was used; the link is gone after [`FAILURES_MAX`] of them. It was to be this employee.
    WrongCode(User),
}

/// Uses a link up: its employee gets the new password. One with a second factor gives a code too: otherwise whoever reads
/// the mail with the link would need no authenticator.
///
/// # Errors
/// Those of [`users::update_employee`] and of the database.
pub fn accept(change: &mut Change<'_, '_>, given: &Acceptance<'_>) -> Result<Accepted> {
    let now = change.now;
    let Some(mut user) = find(change.tx, now, given.secret)? else { return Ok(Accepted::Gone) };
    let factor = second_factors::check(change.tx, user.id, given.typed)?;
    match factor {
        Factor::Missing => return Ok(Accepted::CodeRequired),
        Factor::Wrong => {
            failed(change.tx, given.secret)?;
            return Ok(Accepted::WrongCode(user));
        }
        Factor::None | Factor::Code | Factor::RecoveryCode => {}
    }
    change.tx.execute("DELETE FROM invitations WHERE digest = ?1", &params![digest(given.secret)])?;
    if let Some(email) = given.email {
        email.clone_into(&mut user.email);
        users::update_employee(change, &user)?;
    }
    passwords::set(change.tx, now, user.id, given.password_hash)?;
    Ok(Accepted::Welcome(user, factor))
}

fn failed(tx: &mut Tx<'_>, secret: &str) -> Result<()> {
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
