//! Comments in an item's timeline.

use store::{Tx, params};

use super::{Type, items};
use crate::ids::{self, Series};
use crate::{Change, Millis, Refusal, Result};

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Id.
    pub id: i64,
    /// Who wrote it.
    pub author_id: i64,
    /// Text.
    pub body: String,
    /// When.
    pub created_ms: Millis,
}

/// Adds a comment and returns its id.
///
/// # Errors
/// [`Refusal::NotFound`] when the item does not exist; those of the database.
pub fn add(change: &mut Change<'_, '_>, item_type: Type, item_id: i64, body: &str) -> Result<i64> {
    if !items::exists(change.tx, item_type, item_id)? {
        return Err(Refusal::NotFound.into());
    }
    let id = ids::next(change.tx, Series::CrmComment)?;
    change.tx.execute(
        "INSERT INTO crm_comments (id, type_id, item_id, author_id, body, created_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        &params![id, item_type.id(), item_id, change.actor_id, body, change.now],
    )?;
    Ok(id)
}

/// The comments of an item, oldest first, at most `limit`.
///
/// # Errors
/// Those of the database.
pub fn of_item(tx: &mut Tx<'_>, item_type: Type, item_id: i64, limit: i64) -> Result<Vec<Comment>> {
    let sql = "SELECT id, author_id, body, created_ms FROM crm_comments WHERE type_id = ?1 AND item_id = ?2 \
               ORDER BY id LIMIT ?3";
    Ok(tx.query(sql, &params![item_type.id(), item_id, limit], |row| {
        Ok(Comment { id: row.get(0)?, author_id: row.get(1)?, body: row.get(2)?, created_ms: row.get(3)? })
    })?)
}
