//! What changes in a message once it is stored: its text, its marks, how far it has come.

use store::{Tx, params};

use super::{Message, Progress};
use crate::events::Kind;
use crate::files::{self, Link, Purpose};
use crate::{Change, Millis, Result};

/// Replaces a message's text and marks it as edited; `params` replaces its attachments when given.
///
/// # Errors
/// Those of the database.
pub fn set_body(change: &mut Change<'_, '_>, message: &Message, body: &str, params: Option<&str>) -> Result<()> {
    change.tx.execute(
        "UPDATE messages SET body = ?2, params = ?3, edited_ms = ?4 WHERE id = ?1",
        &params![message.id, body, params.unwrap_or(&message.params), change.now],
    )?;
    change.event(Kind::MessageChanged, message.chat_id, message.id);
    Ok(())
}

/// Moves a message into another session of its chat.
///
/// # Errors
/// Those of the database.
pub fn move_to_session(change: &mut Change<'_, '_>, message: &Message, session_id: i64) -> Result<()> {
    change.tx.execute("UPDATE messages SET session_id = ?2 WHERE id = ?1", &params![message.id, session_id])?;
    change.event(Kind::MessageChanged, message.chat_id, message.id);
    Ok(())
}

/// Replaces what is stored with a message, without marking it as edited.
///
/// # Errors
/// Those of the database.
pub fn set_params(change: &mut Change<'_, '_>, chat_id: i64, message_id: i64, params: &str) -> Result<()> {
    change.tx.execute("UPDATE messages SET params = ?2 WHERE id = ?1", &params![message_id, params])?;
    change.event(Kind::MessageChanged, chat_id, message_id);
    Ok(())
}

/// Replaces a message's files, if other ones are given; none leaves those that are there.
///
/// # Errors
/// Those of the database.
pub fn replace_files(change: &mut Change<'_, '_>, message: &Message, links: &[Link]) -> Result<()> {
    if links.is_empty() {
        return Ok(());
    }
    files::detach(change, message.id)?;
    let purpose =
        Purpose::Attachment { chat_id: message.chat_id, message_id: message.id, author_id: message.author_id };
    files::add_remote(change, purpose, links)?;
    Ok(())
}

/// Sets or clears the mark of an edited message.
///
/// # Errors
/// Those of the database.
pub(crate) fn set_edited(change: &mut Change<'_, '_>, id: i64, edited_ms: Option<Millis>) -> Result<()> {
    change.tx.execute("UPDATE messages SET edited_ms = ?2 WHERE id = ?1", &params![id, edited_ms])?;
    Ok(())
}

/// Marks a message as deleted.
///
/// # Errors
/// Those of the database.
pub fn set_deleted(change: &mut Change<'_, '_>, message: &Message) -> Result<()> {
    change.tx.execute("UPDATE messages SET deleted_ms = ?2 WHERE id = ?1", &params![message.id, change.now])?;
    change.event(Kind::MessageDeleted, message.chat_id, message.id);
    Ok(())
}

/// Records how far outgoing messages have come, given as (message, the delivery that carries it). One that a handler has taken
/// stays so, whatever becomes of its deliveries to others.
///
/// # Errors
/// Those of the database.
pub(crate) fn set_progress(tx: &mut Tx<'_>, progress: Progress, messages: &[(i64, Option<i64>)]) -> Result<()> {
    let rows: Vec<_> =
        messages.iter().map(|(id, delivery_id)| params![*id, progress.as_str(), *delivery_id].to_vec()).collect();
    let sql = match progress {
        Progress::Failed => {
            "UPDATE messages SET progress = ?2, delivery_id = ?3 WHERE id = ?1 AND coalesce(progress, '') <> 'sent'"
        }
        Progress::Queued | Progress::Sent => "UPDATE messages SET progress = ?2, delivery_id = ?3 WHERE id = ?1",
    };
    tx.execute_each(sql, &rows)?;
    Ok(())
}

/// The customer has read outgoing messages, as their connector says; what is read was delivered.
///
/// # Errors
/// Those of the database.
pub(crate) fn set_read(change: &mut Change<'_, '_>, message: &Message, at_ms: Millis) -> Result<()> {
    if message.read_ms.is_some() {
        return Ok(());
    }
    let sql = "UPDATE messages SET read_ms = ?2 WHERE id = ?1";
    change.tx.execute(sql, &params![message.id, at_ms])?;
    change.event(Kind::MessageDelivered, message.chat_id, message.id);
    Ok(())
}

/// Marks an outgoing message as delivered and remembers its ids in the external system.
///
/// # Errors
/// Those of the database.
pub fn set_delivered(change: &mut Change<'_, '_>, message: &Message, at_ms: Millis, ids: &[String]) -> Result<()> {
    let mut known = message.connector_ids.clone();
    known.extend(ids.iter().filter(|id| !message.connector_ids.contains(id)).cloned());
    let known = serde_json::to_string(&known).expect("a list of texts is JSON");
    change.tx.execute(
        "UPDATE messages SET delivered_ms = ?2, connector_ids = ?3 WHERE id = ?1",
        &params![message.id, message.delivered_ms.unwrap_or(at_ms), &known],
    )?;
    if message.delivered_ms.is_none() {
        change.event(Kind::MessageDelivered, message.chat_id, message.id);
    }
    Ok(())
}
