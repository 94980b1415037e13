//! Quick answers: texts that operators saved to write them again (`imopenlines.message.quick.save`).

use store::{Row, Tx, params};

use crate::chats;
use crate::events::{Catalog, Kind};
use crate::ids::{self, Series};
use crate::lines::{self, Line};
use crate::users::{Role, User};
use crate::{Change, Error, Millis, Refusal, Result, messages, queue, sight};

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

/// A list that lines share, or 0, and the line that it is of, or 0.
type List = (i64, i64);

/// The list that every line has besides its own.
const ALL_LINES: List = (0, 0);

/// Which list a line saves to: `QUICK_ANSWERS_IBLOCK_ID`, shared by all lines that name it, or, when that is 0, its own.
fn list_of(line: &Line) -> List {
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

fn find(tx: &mut Tx<'_>, id: i64) -> Result<(List, QuickAnswer)> {
    let sql = "SELECT id, body, message_id, created_by, created_ms, title, line_id, list_id FROM quick_answers \
               WHERE id = ?1";
    let found = tx.query_opt(sql, &params![id], |row| {
        let answer = from_row(row)?;
        Ok(((row.get(7)?, answer.line_id), answer))
    })?;
    Ok(found.ok_or(Refusal::NotFound)?)
}

/// Adds an answer of a line, or of all lines.
///
/// # Errors
/// [`Refusal::TooMany`]; those of the database.
pub fn add(change: &mut Change<'_, '_>, line: Option<&Line>, title: &str, body: &str) -> Result<QuickAnswer> {
    let list = line.map_or(ALL_LINES, list_of);
    has_room(change.tx, list)?;
    let id = ids::next(change.tx, Series::QuickAnswer)?;
    change.tx.execute(
        "INSERT INTO quick_answers (id, list_id, line_id, message_id, body, created_by, created_ms, title) \
         VALUES (?1, ?2, ?3, 0, ?4, ?5, ?6, ?7)",
        &params![id, list.0, list.1, body, change.actor_id, change.now, title],
    )?;
    change.event(Kind::CatalogChanged, 0, Catalog::QuickAnswers as i64);
    Ok(find(change.tx, id)?.1)
}

fn has_room(tx: &mut Tx<'_>, (list_id, line_id): List) -> Result<()> {
    let sql = "SELECT count(*) FROM quick_answers WHERE list_id = ?1 AND line_id = ?2";
    let count: i64 = tx.query_one(sql, &params![list_id, line_id], |row| row.get(0))?;
    match count < i64::from(ANSWERS_MAX) {
        true => Ok(()),
        false => Err(Error::Refused(Refusal::TooMany(ANSWERS_MAX))),
    }
}

/// An answer that this employee may change, and its list: who saved it, and supervisors.
fn own(tx: &mut Tx<'_>, user: &User, id: i64) -> Result<(List, QuickAnswer)> {
    let (list, answer) = find(tx, id)?;
    match answer.created_by == user.id || user.role() >= Role::Supervisor {
        true => Ok((list, answer)),
        false => Err(Error::Refused(Refusal::NotFound)),
    }
}

/// What to change of an answer; `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edit {
    /// What it is called.
    pub title: Option<String>,
    /// The text.
    pub body: Option<String>,
    /// For which line it is to be; `Some(None)` for all, and an answer that several lines share stays theirs then.
    pub line_id: Option<Option<i64>>,
}

/// Changes an answer. It moves only for somebody who sees both lines; to all lines and away from them for supervisors.
///
/// # Errors
/// [`Refusal::NotFound`] when it is not there or not this employee's to change, or the employee sees no such line;
/// [`Refusal::NoAccess`] when it may not leave where it is, or only supervisors may; [`Refusal::TooMany`]; those of the database.
pub fn update(change: &mut Change<'_, '_>, user: &User, id: i64, edit: &Edit) -> Result<QuickAnswer> {
    let (from, answer) = own(change.tx, user, id)?;
    let line_id = edit.line_id.filter(|line_id| line_id.is_some() || answer.line_id != 0);
    if let Some(line_id) = line_id {
        move_to(change.tx, user, &answer, from, line_id)?;
    }
    let title = edit.title.as_deref().unwrap_or(&answer.title);
    let body = edit.body.as_deref().unwrap_or(&answer.body);
    let sql = "UPDATE quick_answers SET title = ?2, body = ?3 WHERE id = ?1";
    change.tx.execute(sql, &params![id, title, body])?;
    change.event(Kind::CatalogChanged, 0, Catalog::QuickAnswers as i64);
    Ok(find(change.tx, id)?.1)
}

fn move_to(tx: &mut Tx<'_>, user: &User, answer: &QuickAnswer, from: List, line_id: Option<i64>) -> Result<()> {
    let sight = sight::of(tx, user)?;
    let lines: Vec<Line> = lines::list(tx)?.into_iter().filter(|line| sight.sees_line(line.id)).collect();
    let to = match line_id {
        None => ALL_LINES,
        Some(id) => lines.iter().find(|line| line.id == id).map(list_of).ok_or(Refusal::NotFound)?,
    };
    if to == from {
        return Ok(());
    }
    // Lists of deleted lines are the supervisors' too.
    let sees_both = [from, to].iter().all(|list| lines.iter().any(|line| list_of(line) == *list));
    if user.role() < Role::Supervisor && !sees_both {
        return Err(Error::Refused(Refusal::NoAccess));
    }
    has_room(tx, to)?;
    let sql = "SELECT count(*) FROM quick_answers WHERE list_id = ?1 AND line_id = ?2 AND message_id = ?3";
    let saved: i64 = tx.query_one(sql, &params![to.0, to.1, answer.message_id], |row| row.get(0))?;
    // A list has a message once: of two answers only the one that was there before still is that message's.
    let message_id = if saved == 0 { answer.message_id } else { 0 };
    let sql = "UPDATE quick_answers SET list_id = ?2, line_id = ?3, message_id = ?4 WHERE id = ?1";
    tx.execute(sql, &params![answer.id, to.0, to.1, message_id])?;
    Ok(())
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
