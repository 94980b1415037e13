//! Quick answers: texts that operators saved to write them again (`imopenlines.message.quick.save`).

use store::{Row, Tx, params};

use crate::chats;
use crate::ids::{self, Series};
use crate::lines::Line;
use crate::{Change, Error, Millis, Refusal, Result, messages, queue};

/// How many answers a list may hold.
pub const ANSWERS_MAX: u32 = 1000;

/// A saved text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuickAnswer {
    /// Id.
    pub id: i64,
    /// The text.
    pub body: String,
    /// Message it was taken from.
    pub message_id: i64,
    /// Who saved it.
    pub created_by: i64,
    /// When.
    pub created_ms: Millis,
}

/// Which list a line saves to: `QUICK_ANSWERS_IBLOCK_ID`, shared by all lines that name it, or, when that is 0, its own.
fn list_of(line: &Line) -> (i64, i64) {
    match line.settings.int("QUICK_ANSWERS_IBLOCK_ID") {
        0 => (0, line.id),
        list_id => (list_id, 0),
    }
}

/// An administrator or operator of the line saves the text of a message. Saving the same message again changes nothing.
///
/// # Errors
/// [`Refusal::NoChat`], [`Refusal::NoAccess`], [`Refusal::NothingToSave`] when the chat has no such message, the message has
/// no text, the line was deleted or its list is full; those of the database.
pub fn save(change: &mut Change<'_, '_>, chat_id: i64, message_id: i64) -> Result<()> {
    let (context, user) = chats::open_for(change.tx, chat_id, change.actor_id)?;
    let line = context.line.ok_or(Refusal::NothingToSave)?;
    if !user.admin && !queue::contains(change.tx, line.id, user.id)? {
        return Err(Error::Refused(Refusal::NoAccess));
    }
    let message = messages::find(change.tx, message_id)?.filter(|message| {
        message.chat_id == chat_id && message.deleted_ms.is_none() && !message.body.trim().is_empty()
    });
    let message = message.ok_or(Refusal::NothingToSave)?;
    let (list_id, line_id) = list_of(&line);
    let saved = list(change.tx, &line)?;
    if saved.iter().any(|answer| answer.message_id == message_id) {
        return Ok(());
    }
    if saved.len() >= ANSWERS_MAX as usize {
        return Err(Error::Refused(Refusal::NothingToSave));
    }
    let id = ids::next(change.tx, Series::QuickAnswer)?;
    change.tx.execute(
        "INSERT INTO quick_answers (id, list_id, line_id, message_id, body, created_by, created_ms) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        &params![id, list_id, line_id, message_id, &message.body, user.id, change.now],
    )?;
    Ok(())
}

/// The answers that operators of the line see, in the order in which they were saved.
///
/// # Errors
/// Those of the database.
pub fn list(tx: &mut Tx<'_>, line: &Line) -> Result<Vec<QuickAnswer>> {
    let (list_id, line_id) = list_of(line);
    let sql = "SELECT id, body, message_id, created_by, created_ms FROM quick_answers \
               WHERE list_id = ?1 AND line_id = ?2 ORDER BY id";
    Ok(tx.query(sql, &params![list_id, line_id], from_row)?)
}

fn from_row(row: &Row<'_>) -> std::result::Result<QuickAnswer, store::Error> {
    Ok(QuickAnswer {
        id: row.get(0)?,
        body: row.get(1)?,
        message_id: row.get(2)?,
        created_by: row.get(3)?,
        created_ms: row.get(4)?,
    })
}
