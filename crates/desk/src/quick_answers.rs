//! Quick answers: texts that operators saved to write them again (`imopenlines.message.quick.save`).

use store::{Row, Tx, params};

use crate::chats;
use crate::events::{Catalog, Kind};
use crate::ids::{self, Series};
use crate::lines::Line;
use crate::users::{Role, User};
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
    /// What it is called, or empty.
    pub title: String,
    /// Its line; 0 when it is of several or of all.
    pub line_id: i64,
}

/// Longest title, in characters.
pub const TITLE_CHARS_MAX: usize = 100;

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
    change.event(Kind::CatalogChanged, 0, Catalog::QuickAnswers as i64);
    Ok(())
}

/// The answers that operators of the line see, in the order in which they were saved.
///
/// # Errors
/// Those of the database.
pub fn list(tx: &mut Tx<'_>, line: &Line) -> Result<Vec<QuickAnswer>> {
    let (list_id, line_id) = list_of(line);
    let sql = "SELECT id, body, message_id, created_by, created_ms, title, line_id FROM quick_answers \
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
        title: row.get(5)?,
        line_id: row.get(6)?,
    })
}

/// The answers of all lines, in the order in which they were saved.
///
/// # Errors
/// Those of the database.
pub fn of_all_lines(tx: &mut Tx<'_>) -> Result<Vec<QuickAnswer>> {
    let sql = "SELECT id, body, message_id, created_by, created_ms, title, line_id FROM quick_answers \
               WHERE list_id = 0 AND line_id = 0 ORDER BY id";
    Ok(tx.query(sql, &[], from_row)?)
}

fn find(tx: &mut Tx<'_>, id: i64) -> Result<QuickAnswer> {
    let sql = "SELECT id, body, message_id, created_by, created_ms, title, line_id FROM quick_answers WHERE id = ?1";
    Ok(tx.query_opt(sql, &params![id], from_row)?.ok_or(Refusal::NotFound)?)
}

/// Adds an answer of a line, or of all lines.
///
/// # Errors
/// [`Refusal::TooMany`]; those of the database.
pub fn add(change: &mut Change<'_, '_>, line: Option<&Line>, title: &str, body: &str) -> Result<QuickAnswer> {
    let (list_id, line_id) = line.map_or((0, 0), list_of);
    let sql = "SELECT count(*) FROM quick_answers WHERE list_id = ?1 AND line_id = ?2";
    let count: i64 = change.tx.query_one(sql, &params![list_id, line_id], |row| row.get(0))?;
    if count >= i64::from(ANSWERS_MAX) {
        return Err(Error::Refused(Refusal::TooMany(ANSWERS_MAX)));
    }
    let id = ids::next(change.tx, Series::QuickAnswer)?;
    change.tx.execute(
        "INSERT INTO quick_answers (id, list_id, line_id, message_id, body, created_by, created_ms, title) \
         VALUES (?1, ?2, ?3, 0, ?4, ?5, ?6, ?7)",
        &params![id, list_id, line_id, body, change.actor_id, change.now, title],
    )?;
    change.event(Kind::CatalogChanged, 0, Catalog::QuickAnswers as i64);
    find(change.tx, id)
}

/// An answer that this employee may change: who saved it, and supervisors.
fn own(tx: &mut Tx<'_>, user: &User, id: i64) -> Result<()> {
    let answer = find(tx, id)?;
    match answer.created_by == user.id || user.role() >= Role::Supervisor {
        true => Ok(()),
        false => Err(Error::Refused(Refusal::NotFound)),
    }
}

/// Changes an answer.
///
/// # Errors
/// [`Refusal::NotFound`] when it is not there or not this employee's to change; those of the database.
pub fn update(change: &mut Change<'_, '_>, user: &User, id: i64, title: &str, body: &str) -> Result<QuickAnswer> {
    own(change.tx, user, id)?;
    let sql = "UPDATE quick_answers SET title = ?2, body = ?3 WHERE id = ?1";
    change.tx.execute(sql, &params![id, title, body])?;
    change.event(Kind::CatalogChanged, 0, Catalog::QuickAnswers as i64);
    find(change.tx, id)
}

/// Removes an answer.
///
/// # Errors
/// [`Refusal::NotFound`] when it is not there or not this employee's to change; those of the database.
pub fn remove(change: &mut Change<'_, '_>, user: &User, id: i64) -> Result<()> {
    own(change.tx, user, id)?;
    change.tx.execute("DELETE FROM quick_answers WHERE id = ?1", &params![id])?;
    change.event(Kind::CatalogChanged, 0, Catalog::QuickAnswers as i64);
    Ok(())
}
