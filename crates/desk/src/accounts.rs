//! Employees as their administrators see them: with what they sign in, and when they last did.

use std::collections::HashMap;

use store::{Tx, params};

use crate::users::{self, Employment, Kind, Role, User};
use crate::{Change, Error, Millis, Refusal, Result, invitations, second_factors};

/// An employee and how they sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The employee.
    pub user: User,
    /// Why they are away, in their own words.
    pub presence_reason: Option<String>,
    /// Whether they have a password.
    pub has_password: bool,
    /// Whether they are asked for a code too.
    pub totp: bool,
    /// Until when a link to set a password works, if one was made.
    pub invited_until_ms: Option<Millis>,
    /// When they last did something in a browser in which they are still signed in.
    pub used_ms: Option<Millis>,
}

/// All employees by id, dismissed ones included.
///
/// # Errors
/// Those of the database.
pub fn list(tx: &mut Tx<'_>, now: Millis) -> Result<Vec<Account>> {
    let mut dates = |sql: &str| -> Result<HashMap<i64, Millis>> {
        Ok(tx.query(sql, &[], |row| Ok((row.get(0)?, row.get(1)?)))?.into_iter().collect())
    };
    let passwords = dates("SELECT user_id, changed_ms FROM passwords")?;
    let invited = dates("SELECT user_id, expires_ms FROM invitations")?;
    let used = dates("SELECT user_id, MAX(used_ms) FROM browser_sessions GROUP BY user_id")?;
    let sql = "SELECT id, presence_reason FROM users WHERE kind = 'employee' AND presence_reason IS NOT NULL";
    let mut reasons: HashMap<i64, String> =
        tx.query(sql, &[], |row| Ok((row.get(0)?, row.get(1)?)))?.into_iter().collect();
    let with_totp = second_factors::users(tx)?;
    let accounts = users::employees(tx)?.into_iter().map(|user| Account {
        presence_reason: reasons.remove(&user.id),
        has_password: passwords.contains_key(&user.id),
        totp: with_totp.binary_search(&user.id).is_ok(),
        invited_until_ms: invited.get(&user.id).copied().filter(|until_ms| *until_ms > now),
        used_ms: used.get(&user.id).copied(),
        user,
    });
    Ok(accounts.collect())
}

/// One employee.
///
/// # Errors
/// [`Refusal::NoUser`] when nobody has the id; those of the database.
pub fn find(tx: &mut Tx<'_>, now: Millis, user_id: i64) -> Result<Account> {
    let user = users::find(tx, user_id)?.filter(|user| user.kind == Kind::Employee).ok_or(Refusal::NoUser)?;
    let mut date = |sql: &str| -> Result<Option<Millis>> {
        Ok(tx.query_opt(sql, &params![user_id], |row| row.get::<Option<Millis>>(0))?.flatten())
    };
    let has_password = date("SELECT changed_ms FROM passwords WHERE user_id = ?1")?.is_some();
    let invited_until_ms = date("SELECT expires_ms FROM invitations WHERE user_id = ?1")?;
    let used_ms = date("SELECT MAX(used_ms) FROM browser_sessions WHERE user_id = ?1")?;
    let sql = "SELECT presence_reason FROM users WHERE id = ?1";
    Ok(Account {
        presence_reason: tx.query_one(sql, &params![user_id], |row| row.get(0))?,
        has_password,
        totp: second_factors::is_on(tx, user_id)?,
        invited_until_ms: invited_until_ms.filter(|until_ms| *until_ms > now),
        used_ms,
        user,
    })
}

/// Gives an employee a role.
///
/// # Errors
/// [`Refusal::NoUser`]; [`Refusal::LastAdministrator`] when nobody could change settings any more; those of the database.
pub fn set_role(change: &mut Change<'_, '_>, user_id: i64, role: Role) -> Result<()> {
    users::set_role(change, user_id, role)?;
    keep_an_administrator(change.tx)
}

/// Dismisses an employee, who is signed out everywhere and cannot use a link any more, or takes one back.
///
/// # Errors
/// As [`set_role`].
pub fn set_employment(change: &mut Change<'_, '_>, user_id: i64, employment: Employment) -> Result<()> {
    users::set_employment(change, user_id, employment)?;
    if employment == Employment::Dismissed {
        invitations::remove_of_user(change.tx, user_id)?;
    }
    keep_an_administrator(change.tx)
}

fn keep_an_administrator(tx: &mut Tx<'_>) -> Result<()> {
    let sql = "SELECT COUNT(*) FROM users WHERE kind = 'employee' AND active = 1 AND admin = 1";
    match tx.query_one(sql, &params![], |row| row.get::<i64>(0))? {
        0 => Err(Error::Refused(Refusal::LastAdministrator)),
        _ => Ok(()),
    }
}

/// Whom the first start invites: the first administrator, unless one can sign in already.
#[expect(clippy::large_enum_variant, reason = "one at a time, soon gone")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FirstAdministrator {
    /// Somebody can sign in and administer the portal.
    CanSignIn,
    /// This one has no password yet.
    Invite(User),
    /// There is none.
    Missing,
}

/// Looks for an administrator who can sign in.
///
/// # Errors
/// Those of the database.
pub fn first_administrator(tx: &mut Tx<'_>, now: Millis) -> Result<FirstAdministrator> {
    let mut found = list(tx, now)?;
    found.retain(|account| account.user.admin && account.user.active);
    if found.iter().any(|account| account.has_password && !account.user.email.is_empty()) {
        return Ok(FirstAdministrator::CanSignIn);
    }
    Ok(found.into_iter().next().map_or(FirstAdministrator::Missing, |account| FirstAdministrator::Invite(account.user)))
}
