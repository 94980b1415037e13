//! The second factor: codes that change with time (RFC 6238), made by an authenticator which shares a secret with the portal,
//! and recovery codes for whoever loses it. The server computes the codes; here is which of them may be used.

use store::{Tx, params};

use crate::tokens::digest;
use crate::{Change, Error, Millis, Refusal, Result};

/// Recovery codes that an employee gets.
pub const RECOVERY_CODES: usize = 10;

/// An employee's second factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondFactor {
    /// What the authenticator was given, hexadecimal.
    pub secret: String,
    /// Since when it is asked for; `None` until a first code has shown that the authenticator works.
    pub confirmed_ms: Option<Millis>,
    /// The moment that the last accepted code stood for, in steps of 30 seconds.
    pub last_step: i64,
}

/// The second factor of an employee, also one that is not confirmed.
///
/// # Errors
/// Those of the database.
pub fn find(tx: &mut Tx<'_>, user_id: i64) -> Result<Option<SecondFactor>> {
    let sql = "SELECT secret, confirmed_ms, last_step FROM second_factors WHERE user_id = ?1";
    Ok(tx.query_opt(sql, &params![user_id], |row| {
        Ok(SecondFactor { secret: row.get(0)?, confirmed_ms: row.get(1)?, last_step: row.get(2)? })
    })?)
}

/// Whether an employee is asked for a code.
///
/// # Errors
/// Those of the database.
pub fn is_on(tx: &mut Tx<'_>, user_id: i64) -> Result<bool> {
    Ok(find(tx, user_id)?.is_some_and(|factor| factor.confirmed_ms.is_some()))
}

/// Employees who are asked for a code, by id.
///
/// # Errors
/// Those of the database.
pub fn users(tx: &mut Tx<'_>) -> Result<Vec<i64>> {
    let sql = "SELECT user_id FROM second_factors WHERE confirmed_ms IS NOT NULL ORDER BY user_id";
    Ok(tx.query(sql, &[], |row| row.get(0))?)
}

/// Keeps a secret that a first code is to confirm; one before it that was not confirmed is forgotten.
///
/// # Errors
/// [`Refusal::NothingToDo`] when a second factor is in use; those of the database.
pub fn begin(tx: &mut Tx<'_>, user_id: i64, secret: &str) -> Result<()> {
    if is_on(tx, user_id)? {
        return Err(Error::Refused(Refusal::NothingToDo));
    }
    remove(tx, user_id)?;
    tx.execute(
        "INSERT INTO second_factors (user_id, secret, confirmed_ms, last_step) VALUES (?1, ?2, NULL, 0)",
        &params![user_id, secret],
    )?;
    Ok(())
}

/// A first code that was right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmation {
    /// The secret that made it.
    pub secret: String,
    /// The moment it stood for, in steps of 30 seconds.
    pub step: i64,
    /// The codes for whoever loses the authenticator.
    pub recovery_codes: Vec<String>,
}

/// A first code was right: from now on a code is asked for. Keeps the recovery codes.
///
/// # Errors
/// [`Refusal::NothingToDo`] when there is nothing to confirm, or another secret now; those of the database.
pub fn confirm(tx: &mut Tx<'_>, now: Millis, user_id: i64, with: &Confirmation) -> Result<()> {
    let sql = "UPDATE second_factors SET confirmed_ms = ?2, last_step = ?3 \
               WHERE user_id = ?1 AND confirmed_ms IS NULL AND secret = ?4";
    if tx.execute(sql, &params![user_id, now, with.step, &with.secret])? == 0 {
        return Err(Error::Refused(Refusal::NothingToDo));
    }
    replace_codes(tx, user_id, &with.recovery_codes)
}

/// Gives an employee new recovery codes; those before work no more.
///
/// # Errors
/// [`Refusal::NothingToDo`] when no second factor is in use; those of the database.
pub fn replace_codes(tx: &mut Tx<'_>, user_id: i64, recovery_codes: &[String]) -> Result<()> {
    if !is_on(tx, user_id)? {
        return Err(Error::Refused(Refusal::NothingToDo));
    }
    tx.execute("DELETE FROM recovery_codes WHERE user_id = ?1", &params![user_id])?;
    for code in recovery_codes {
        let sql = "INSERT INTO recovery_codes (user_id, digest) VALUES (?1, ?2)";
        tx.execute(sql, &params![user_id, digest(code)])?;
    }
    Ok(())
}

/// What somebody typed as the second factor. Which codes a secret makes is not computed here.
#[derive(Clone, Copy)]
pub enum Typed<'t> {
    /// Nothing.
    Nothing,
    /// What has the length of a recovery code.
    RecoveryCode(&'t str),
    /// Anything else: the step for which it is right with a secret, if there is one.
    Code(&'t dyn Fn(&str) -> Option<i64>),
}

/// How the second factor went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Factor {
    /// The employee has none.
    None,
    /// A code of the authenticator.
    Code,
    /// A recovery code.
    RecoveryCode,
    /// The employee has one, but no code was given.
    Missing,
    /// The code is wrong or was used.
    Wrong,
}

impl Factor {
    /// The word in the audit log.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Factor::None => "none",
            Factor::Code => "code",
            Factor::RecoveryCode => "recovery_code",
            Factor::Missing => "missing",
            Factor::Wrong => "wrong",
        }
    }
}

/// Uses up what was typed, if the employee has a second factor.
///
/// # Errors
/// Those of the database.
pub fn check(tx: &mut Tx<'_>, user_id: i64, typed: Typed<'_>) -> Result<Factor> {
    let factor = find(tx, user_id)?.filter(|factor| factor.confirmed_ms.is_some());
    let Some(factor) = factor else { return Ok(Factor::None) };
    let (used, how) = match typed {
        Typed::Nothing => return Ok(Factor::Missing),
        Typed::RecoveryCode(code) => (use_recovery_code(tx, user_id, code)?, Factor::RecoveryCode),
        Typed::Code(step_of) => match step_of(&factor.secret) {
            Some(step) => (use_step(tx, user_id, step)?, Factor::Code),
            None => (false, Factor::Code),
        },
    };
    Ok(if used { how } else { Factor::Wrong })
}

/// Uses the code of a step; `false` when that or a later one was used: a code that somebody saw over the shoulder is worth
/// nothing.
fn use_step(tx: &mut Tx<'_>, user_id: i64, step: i64) -> Result<bool> {
    let sql = "UPDATE second_factors SET last_step = ?2 \
               WHERE user_id = ?1 AND confirmed_ms IS NOT NULL AND last_step < ?2";
    Ok(tx.execute(sql, &params![user_id, step])? > 0)
}

/// Uses a recovery code; `false` when it is wrong or was used.
fn use_recovery_code(tx: &mut Tx<'_>, user_id: i64, code: &str) -> Result<bool> {
    let sql = "DELETE FROM recovery_codes WHERE user_id = ?1 AND digest = ?2";
    Ok(tx.execute(sql, &params![user_id, digest(code)])? > 0)
}

/// Recovery codes that were not used yet.
///
/// # Errors
/// Those of the database.
pub fn recovery_codes_left(tx: &mut Tx<'_>, user_id: i64) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM recovery_codes WHERE user_id = ?1";
    Ok(tx.query_one(sql, &params![user_id], |row| row.get(0))?)
}

/// Switches the second factor off, or gives up one that was begun; `false` when none was in use. Without either nothing is done.
///
/// # Errors
/// Those of the database.
pub fn switch_off(change: &mut Change<'_, '_>, user_id: i64) -> Result<bool> {
    if find(change.tx, user_id)?.is_none() {
        change.nothing_done();
    }
    remove(change.tx, user_id)
}

/// Takes the second factor away; `false` when none was in use.
///
/// # Errors
/// Those of the database.
pub fn remove(tx: &mut Tx<'_>, user_id: i64) -> Result<bool> {
    let was_on = is_on(tx, user_id)?;
    tx.execute("DELETE FROM second_factors WHERE user_id = ?1", &params![user_id])?;
    tx.execute("DELETE FROM recovery_codes WHERE user_id = ?1", &params![user_id])?;
    Ok(was_on)
}
