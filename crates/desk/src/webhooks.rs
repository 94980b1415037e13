//! Inbound webhooks: a user and a secret in the path (`contract/platform.md` 3.8).

use store::{Row, Tx, params};

use crate::ids::{self, Series};
use crate::tokens::digest;
use crate::{Millis, Result};

/// A webhook as stored; the code itself is known only to its creator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Id.
    pub id: i64,
    /// The employee in whose name it acts.
    pub user_id: i64,
    /// What it is for.
    pub title: String,
    /// Granted scope codes, comma separated.
    pub scopes: String,
    /// When it was made.
    pub created_ms: Millis,
    /// When it stops working; `None` means never.
    pub expires_ms: Option<Millis>,
    /// When it was last used, [`USED_EVERY_MS`] late at most; `None` when it never was.
    pub used_ms: Option<Millis>,
}

/// So often the last use is written: not with every call.
pub const USED_EVERY_MS: Millis = 3600 * 1000;

const COLUMNS: &str = "id, user_id, title, scopes, created_ms, expires_ms, used_ms";

fn from_row(row: &Row<'_>) -> std::result::Result<Webhook, store::Error> {
    Ok(Webhook {
        id: row.get(0)?,
        user_id: row.get(1)?,
        title: row.get(2)?,
        scopes: row.get(3)?,
        created_ms: row.get(4)?,
        expires_ms: row.get(5)?,
        used_ms: row.get(6)?,
    })
}

/// Adds a webhook (`webhook.id` is ignored) with the given code and returns its id.
///
/// # Errors
/// Those of the database.
pub fn add(tx: &mut Tx<'_>, webhook: &Webhook, code: &str) -> Result<i64> {
    let id = ids::next(tx, Series::Webhook)?;
    tx.execute(
        "INSERT INTO webhooks (id, user_id, code_digest, title, scopes, created_ms, expires_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        &params![
            id,
            webhook.user_id,
            digest(code),
            &webhook.title,
            &webhook.scopes,
            webhook.created_ms,
            webhook.expires_ms
        ],
    )?;
    Ok(id)
}

/// Finds the webhook of this user and code, expired ones included.
///
/// # Errors
/// Those of the database.
pub fn find(tx: &mut Tx<'_>, user_id: i64, code: &str) -> Result<Option<Webhook>> {
    let sql = format!("SELECT {COLUMNS} FROM webhooks WHERE user_id = ?1 AND code_digest = ?2");
    Ok(tx.query_opt(&sql, &params![user_id, digest(code)], from_row)?)
}

/// Remembers that a webhook was used.
///
/// # Errors
/// Those of the database.
pub fn used(tx: &mut Tx<'_>, now: Millis, id: i64) -> Result<()> {
    tx.execute("UPDATE webhooks SET used_ms = ?2 WHERE id = ?1", &params![id, now])?;
    Ok(())
}

/// All webhooks by id.
///
/// # Errors
/// Those of the database.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Webhook>> {
    Ok(tx.query(&format!("SELECT {COLUMNS} FROM webhooks ORDER BY id"), &[], from_row)?)
}

/// Removes a webhook; `false` when there was none.
///
/// # Errors
/// Those of the database.
pub fn remove(tx: &mut Tx<'_>, id: i64) -> Result<bool> {
    Ok(tx.execute("DELETE FROM webhooks WHERE id = ?1", &params![id])? > 0)
}
