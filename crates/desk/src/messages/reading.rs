//! Reading a chat's messages: pages, the last ones, counts.

use store::{Param, Tx, params};

use super::{COLUMNS, Message, from_row};
use crate::{Millis, Result};

/// Which part of a chat's messages to read. Ids, exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// The newest.
    Newest,
    /// Those before this id, newest of them first.
    Before(i64),
    /// Those after this id, oldest of them first.
    After(i64),
}

/// Up to `limit` messages of a chat that were not deleted, newest first.
///
/// # Errors
/// Those of the database.
pub fn page(tx: &mut Tx<'_>, chat_id: i64, page: Page, limit: i64) -> Result<Vec<Message>> {
    let (condition, order, edge) = match page {
        Page::Newest => ("?2 = 0", "DESC", 0),
        Page::Before(id) => ("id < ?2", "DESC", id),
        Page::After(id) => ("id > ?2", "ASC", id),
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM messages WHERE chat_id = ?1 AND deleted_ms IS NULL AND {condition} ORDER BY no {order} LIMIT ?3"
    );
    let mut found = tx.query(&sql, &params![chat_id, edge, limit], from_row)?;
    found.sort_by_key(|message| std::cmp::Reverse(message.no));
    Ok(found)
}

/// Which part of a chat's messages to read, deleted ones included. Numbers, exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stretch {
    /// The newest.
    Newest,
    /// Those just before this number.
    Before(i64),
    /// Those just after this number.
    After(i64),
}

/// Up to `limit` messages of a chat, deleted ones included, in their order.
///
/// # Errors
/// Those of the database.
pub fn stretch(tx: &mut Tx<'_>, chat_id: i64, stretch: Stretch, limit: i64) -> Result<Vec<Message>> {
    let (condition, order, edge) = match stretch {
        Stretch::Newest => ("<=", "DESC", i64::MAX),
        Stretch::Before(no) => ("<", "DESC", no),
        Stretch::After(no) => (">", "ASC", no),
    };
    let sql =
        format!("SELECT {COLUMNS} FROM messages WHERE chat_id = ?1 AND no {condition} ?2 ORDER BY no {order} LIMIT ?3");
    let mut found = tx.query(&sql, &params![chat_id, edge, limit], from_row)?;
    found.sort_by_key(|message| message.no);
    Ok(found)
}

/// The messages with these ids, deleted ones included, in the order asked; unknown ids are left out.
///
/// # Errors
/// Those of the database.
pub fn find_many(tx: &mut Tx<'_>, ids: &[i64]) -> Result<Vec<Message>> {
    let keys: Vec<Vec<Param<'_>>> = ids.iter().map(|id| params![*id].to_vec()).collect();
    Ok(tx.query_each(&format!("SELECT {COLUMNS} FROM messages WHERE id = ?1"), &keys, |_, row| from_row(row))?)
}

/// The chats of these messages, one for each.
///
/// # Errors
/// Those of the database.
pub fn chats_of(tx: &mut Tx<'_>, ids: &[i64]) -> Result<Vec<i64>> {
    let keys: Vec<Vec<Param<'_>>> = ids.iter().map(|id| params![*id].to_vec()).collect();
    Ok(tx.query_each("SELECT chat_id FROM messages WHERE id = ?1", &keys, |_, row| row.get(0))?)
}

/// Ids of the messages that answer these.
///
/// # Errors
/// Those of the database.
pub fn replies_to(tx: &mut Tx<'_>, ids: &[i64]) -> Result<Vec<i64>> {
    let keys: Vec<Vec<Param<'_>>> = ids.iter().map(|id| params![*id].to_vec()).collect();
    Ok(tx.query_each("SELECT id FROM messages WHERE reply_to_id = ?1", &keys, |_, row| row.get(0))?)
}

/// The message that an employee's browser gave this name.
///
/// # Errors
/// Those of the database.
pub fn find_by_client(tx: &mut Tx<'_>, author_id: i64, client_id: &str) -> Result<Option<Message>> {
    let sql = format!("SELECT {COLUMNS} FROM messages WHERE author_id = ?1 AND client_id = ?2");
    Ok(tx.query_opt(&sql, &params![author_id, client_id], from_row)?)
}

/// The message of a chat with this number, deleted or not.
///
/// # Errors
/// Those of the database.
pub fn find_by_no(tx: &mut Tx<'_>, chat_id: i64, no: i64) -> Result<Option<Message>> {
    let sql = format!("SELECT {COLUMNS} FROM messages WHERE chat_id = ?1 AND no = ?2");
    Ok(tx.query_opt(&sql, &params![chat_id, no], from_row)?)
}

/// The messages with these numbers, given as (chat, number), deleted or not; unknown ones are left out.
///
/// # Errors
/// Those of the database.
pub fn find_by_nos(tx: &mut Tx<'_>, nos: &[(i64, i64)]) -> Result<Vec<Message>> {
    let keys: Vec<Vec<Param<'_>>> = nos.iter().map(|(chat_id, no)| params![*chat_id, *no].to_vec()).collect();
    let sql = format!("SELECT {COLUMNS} FROM messages WHERE chat_id = ?1 AND no = ?2");
    Ok(tx.query_each(&sql, &keys, |_, row| from_row(row))?)
}

/// The messages of a session that were not deleted, newest first, at most `limit`.
///
/// # Errors
/// Those of the database.
pub fn of_session(tx: &mut Tx<'_>, chat_id: i64, session_id: i64, limit: i64) -> Result<Vec<Message>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM messages WHERE chat_id = ?1 AND session_id = ?2 AND deleted_ms IS NULL ORDER BY no DESC LIMIT ?3"
    );
    Ok(tx.query(&sql, &params![chat_id, session_id, limit], from_row)?)
}

/// When people last wrote in a session; what the program says, and what they say to each other, does not count.
///
/// # Errors
/// Those of the database.
pub fn last_of_people(tx: &mut Tx<'_>, chat_id: i64, session_id: i64) -> Result<Option<Millis>> {
    let sql = "SELECT created_ms FROM messages WHERE chat_id = ?1 AND session_id = ?2 AND direction NOT IN ('system', 'note') \
               ORDER BY no DESC LIMIT 1";
    Ok(tx.query_opt(sql, &params![chat_id, session_id], |row| row.get(0))?)
}

/// How many messages of a chat were not deleted.
///
/// # Errors
/// Those of the database.
pub fn count(tx: &mut Tx<'_>, chat_id: i64) -> Result<i64> {
    let sql = "SELECT count(*) FROM messages WHERE chat_id = ?1 AND deleted_ms IS NULL";
    Ok(tx.query_one(sql, &params![chat_id], |row| row.get(0))?)
}

/// The id of the chat's last message that was not deleted, 0 when it has none.
///
/// # Errors
/// Those of the database.
pub fn last_id(tx: &mut Tx<'_>, chat_id: i64) -> Result<i64> {
    let sql = "SELECT id FROM messages WHERE chat_id = ?1 AND deleted_ms IS NULL ORDER BY no DESC LIMIT 1";
    Ok(tx.query_opt(sql, &params![chat_id], |row| row.get(0))?.unwrap_or(0))
}

/// The last message of each chat that was not deleted; chats without one are left out.
///
/// # Errors
/// Those of the database.
pub fn last_of_chats(tx: &mut Tx<'_>, chat_ids: &[i64]) -> Result<Vec<Message>> {
    let keys: Vec<Vec<Param<'_>>> = chat_ids.iter().map(|id| params![*id].to_vec()).collect();
    let sql =
        format!("SELECT {COLUMNS} FROM messages WHERE chat_id = ?1 AND deleted_ms IS NULL ORDER BY no DESC LIMIT 1");
    Ok(tx.query_each(&sql, &keys, |_, row| from_row(row))?)
}

/// How many messages of each chat were not deleted, in the order asked.
///
/// # Errors
/// Those of the database.
pub fn counts(tx: &mut Tx<'_>, chat_ids: &[i64]) -> Result<Vec<i64>> {
    let keys: Vec<Vec<Param<'_>>> = chat_ids.iter().map(|id| params![*id].to_vec()).collect();
    let sql = "SELECT count(*) FROM messages WHERE chat_id = ?1 AND deleted_ms IS NULL";
    Ok(tx.query_each(sql, &keys, |_, row| row.get(0))?)
}

/// For each chat and the message up to which it is read: how many messages of others follow, and the first of them, 0 for
/// none. Only what is unread is looked at.
///
/// # Errors
/// Those of the database.
pub fn unread(tx: &mut Tx<'_>, reader_id: i64, read: &[(i64, i64)]) -> Result<Vec<(i64, i64)>> {
    let keys: Vec<Vec<Param<'_>>> =
        read.iter().map(|(chat_id, read_id)| params![*chat_id, *read_id, reader_id].to_vec()).collect();
    let sql = "SELECT count(*), coalesce(min(id), 0) FROM messages \
               WHERE chat_id = ?1 AND no > coalesce((SELECT r.no FROM messages r WHERE r.id = ?2), 0) \
               AND author_id <> ?3 AND deleted_ms IS NULL";
    Ok(tx.query_each(sql, &keys, |_, row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// The chat's last message up to this id, 0 for none: a place to which somebody has read.
///
/// # Errors
/// Those of the database.
pub fn last_up_to(tx: &mut Tx<'_>, chat_id: i64, id: i64) -> Result<i64> {
    let sql = "SELECT id FROM messages WHERE chat_id = ?1 AND id <= ?2 ORDER BY no DESC LIMIT 1";
    Ok(tx.query_opt(sql, &params![chat_id, id], |row| row.get(0))?.unwrap_or(0))
}
