//! Labels: what employees mark chats with.

use store::{Tx, params};

use crate::events::{Catalog, Kind};
use crate::ids::{self, Series};
use crate::{Change, Error, Refusal, Result, chats};

/// Labels that a portal may have.
pub const LABELS_MAX: u32 = 500;

/// Longest title, in characters.
pub const TITLE_CHARS_MAX: usize = 60;

/// Names of colours; which colour it is, is the interface's to say.
pub const COLORS: &[&str] = &["red", "orange", "amber", "green", "teal", "blue", "violet", "pink", "gray"];

/// A label as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Id.
    pub id: i64,
    /// What it says.
    pub title: String,
    /// One of [`COLORS`].
    pub color: String,
}

/// All of them by id.
///
/// # Errors
/// Those of the database.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Label>> {
    let sql = "SELECT id, title, color FROM labels ORDER BY id";
    Ok(tx.query(sql, &[], |row| Ok(Label { id: row.get(0)?, title: row.get(1)?, color: row.get(2)? }))?)
}

/// Adds a label and returns its id.
///
/// # Errors
/// [`Refusal::TooMany`]; those of the database.
pub fn add(change: &mut Change<'_, '_>, title: &str, color: &str) -> Result<i64> {
    let count: i64 = change.tx.query_one("SELECT count(*) FROM labels", &[], |row| row.get(0))?;
    if count >= i64::from(LABELS_MAX) {
        return Err(Error::Refused(Refusal::TooMany(LABELS_MAX)));
    }
    let id = ids::next(change.tx, Series::Label)?;
    let sql = "INSERT INTO labels (id, title, color) VALUES (?1, ?2, ?3)";
    change.tx.execute(sql, &params![id, title, color])?;
    change.event(Kind::CatalogChanged, 0, Catalog::Labels as i64);
    Ok(id)
}

/// Changes a label.
///
/// # Errors
/// [`Refusal::NotFound`]; those of the database.
pub fn update(change: &mut Change<'_, '_>, label: &Label) -> Result<()> {
    let sql = "UPDATE labels SET title = ?2, color = ?3 WHERE id = ?1";
    if change.tx.execute(sql, &params![label.id, &label.title, &label.color])? == 0 {
        return Err(Error::Refused(Refusal::NotFound));
    }
    change.event(Kind::CatalogChanged, 0, Catalog::Labels as i64);
    Ok(())
}

/// Removes a label, also from the chats that have it. Clients fetch everything again: it may have been many.
///
/// # Errors
/// [`Refusal::NotFound`]; those of the database.
pub fn remove(change: &mut Change<'_, '_>, id: i64) -> Result<()> {
    if change.tx.execute("DELETE FROM labels WHERE id = ?1", &params![id])? == 0 {
        return Err(Error::Refused(Refusal::NotFound));
    }
    let marked = change.tx.execute("DELETE FROM chat_labels WHERE label_id = ?1", &params![id])?;
    change.event(Kind::CatalogChanged, 0, Catalog::Labels as i64);
    if marked > 0 {
        change.event(Kind::AccessChanged, 0, 0);
    }
    Ok(())
}

/// Gives a chat that the caller may open exactly these labels.
///
/// # Errors
/// [`Refusal::NoChat`], [`Refusal::NoAccess`], [`Refusal::NotFound`] for an unknown label; those of the database.
pub fn set_of_chat(change: &mut Change<'_, '_>, chat_id: i64, label_ids: &[i64]) -> Result<()> {
    chats::open_for(change.tx, chat_id, change.actor_id)?;
    let known: Vec<i64> = list(change.tx)?.into_iter().map(|label| label.id).collect();
    if label_ids.iter().any(|id| !known.contains(id)) {
        return Err(Error::Refused(Refusal::NotFound));
    }
    change.tx.execute("DELETE FROM chat_labels WHERE chat_id = ?1", &params![chat_id])?;
    let rows: Vec<_> = label_ids.iter().map(|id| params![chat_id, *id].to_vec()).collect();
    let sql = "INSERT INTO chat_labels (chat_id, label_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    change.tx.execute_each(sql, &rows)?;
    change.event(Kind::ChatChanged, chat_id, chat_id);
    Ok(())
}

/// Highest priority of a chat; 0 is none.
pub const PRIORITY_MAX: i64 = 3;

/// Gives a chat that the caller may open a priority.
///
/// # Errors
/// [`Refusal::NoChat`], [`Refusal::NoAccess`]; those of the database.
pub fn set_priority(change: &mut Change<'_, '_>, chat_id: i64, priority: i64) -> Result<()> {
    chats::open_for(change.tx, chat_id, change.actor_id)?;
    let priority = priority.clamp(0, PRIORITY_MAX);
    change.tx.execute("UPDATE chats SET priority = ?2 WHERE id = ?1", &params![chat_id, priority])?;
    change.event(Kind::ChatChanged, chat_id, chat_id);
    Ok(())
}
