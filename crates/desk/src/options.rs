//! Options that an application keeps on the portal, for itself or per user (`contract/platform.md` 8.3).

use store::{Tx, params};

use crate::{Error, Refusal, Result};

/// How many options one owner may keep.
pub const OPTIONS_MAX: u32 = 1000;

/// Whose options: the application's own (user 0) or one user's.
#[derive(Debug, Clone, Copy)]
pub struct Owner {
    /// The application.
    pub application_id: i64,
    /// 0 for the application's own options.
    pub user_id: i64,
}

/// One option as JSON text.
///
/// # Errors
/// Those of the database.
pub fn get(tx: &mut Tx<'_>, owner: Owner, name: &str) -> Result<Option<String>> {
    let sql = "SELECT value FROM options WHERE application_id = ?1 AND user_id = ?2 AND name = ?3";
    Ok(tx.query_opt(sql, &params![owner.application_id, owner.user_id, name], |row| row.get(0))?)
}

/// All options of the owner, by name, as JSON texts.
///
/// # Errors
/// Those of the database.
pub fn list(tx: &mut Tx<'_>, owner: Owner) -> Result<Vec<(String, String)>> {
    let sql = "SELECT name, value FROM options WHERE application_id = ?1 AND user_id = ?2 ORDER BY name";
    Ok(tx.query(sql, &params![owner.application_id, owner.user_id], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// Sets the given options and leaves the others; `None` removes one (P-98).
///
/// # Errors
/// [`Refusal::TooMany`] above [`OPTIONS_MAX`]; those of the database.
pub fn set(tx: &mut Tx<'_>, owner: Owner, options: &[(String, Option<String>)]) -> Result<()> {
    for (name, value) in options {
        let key = params![owner.application_id, owner.user_id, name];
        match value {
            None => tx.execute("DELETE FROM options WHERE application_id = ?1 AND user_id = ?2 AND name = ?3", &key)?,
            Some(value) => tx.execute(
                "INSERT INTO options (application_id, user_id, name, value) VALUES (?1, ?2, ?3, ?4) \
                 ON CONFLICT (application_id, user_id, name) DO UPDATE SET value = excluded.value",
                &params![owner.application_id, owner.user_id, name, value],
            )?,
        };
    }
    let sql = "SELECT count(*) FROM options WHERE application_id = ?1 AND user_id = ?2";
    let count: i64 = tx.query_one(sql, &params![owner.application_id, owner.user_id], |row| row.get(0))?;
    if count > i64::from(OPTIONS_MAX) {
        return Err(Error::Refused(Refusal::TooMany(OPTIONS_MAX)));
    }
    Ok(())
}
