//! Who takes part in a chat, and how far they have read it.

use store::{Param, Row, Tx, params};

use crate::events::Kind;
use crate::{Change, Millis, Result, messages};

/// A member of a chat: an employee who takes part in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// The employee.
    pub user_id: i64,
    /// Since when.
    pub joined_ms: Millis,
    /// Last message read, 0 for none.
    pub read_message_id: i64,
    /// When it was read.
    pub read_ms: Option<Millis>,
}

/// The chat's members in the order in which they joined.
///
/// # Errors
/// Those of the database.
pub fn members(tx: &mut Tx<'_>, chat_id: i64) -> Result<Vec<Member>> {
    Ok(tx.query(MEMBERS, &params![chat_id], member_from_row)?)
}

const MEMBERS: &str = "SELECT user_id, joined_ms, read_message_id, read_ms FROM chat_members WHERE chat_id = ?1 ORDER BY joined_ms, user_id";

fn member_from_row(row: &Row<'_>) -> std::result::Result<Member, store::Error> {
    Ok(Member { user_id: row.get(0)?, joined_ms: row.get(1)?, read_message_id: row.get(2)?, read_ms: row.get(3)? })
}

/// The members of these chats, each chat's in the order in which they joined, with the chat's id.
///
/// # Errors
/// Those of the database.
pub fn members_of(tx: &mut Tx<'_>, chat_ids: &[i64]) -> Result<Vec<(i64, Member)>> {
    let keys: Vec<Vec<Param<'_>>> = chat_ids.iter().map(|id| params![*id].to_vec()).collect();
    Ok(tx.query_each(MEMBERS, &keys, |index, row| Ok((chat_ids[index], member_from_row(row)?)))?)
}

/// Adds employees to chats, given as (chat, user); those who are in stay. The caller announces it.
///
/// # Errors
/// Those of the database.
pub fn join(change: &mut Change<'_, '_>, pairs: &[(i64, i64)]) -> Result<()> {
    if pairs.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> =
        pairs.iter().map(|(chat_id, user_id)| params![*chat_id, *user_id, change.now, 0].to_vec()).collect();
    change.tx.execute_each(
        "INSERT INTO chat_members (chat_id, user_id, joined_ms, read_message_id, resting_id) \
         VALUES (?1, ?2, ?3, ?4, (SELECT c.resting_id FROM chats c WHERE c.id = ?1)) \
         ON CONFLICT (chat_id, user_id) DO NOTHING",
        &rows,
    )?;
    Ok(())
}

/// Remembers that an employee has read the chat up to a message; never goes back. Those who are no members have no mark.
///
/// # Errors
/// Those of the database.
pub fn mark_read(change: &mut Change<'_, '_>, chat_id: i64, user_id: i64, message_id: i64) -> Result<()> {
    let marked = change.tx.execute(
        "UPDATE chat_members SET read_message_id = ?3, read_ms = ?4 \
         WHERE chat_id = ?1 AND user_id = ?2 AND read_message_id < ?3",
        &params![chat_id, user_id, message_id, change.now],
    )?;
    if marked > 0 {
        change.event(Kind::ChatRead, chat_id, message_id);
    }
    Ok(())
}

/// Moves an employee's mark back, so that the messages after `message_id` are unread. Those who are no members have no mark.
///
/// # Errors
/// Those of the database.
pub fn mark_unread(change: &mut Change<'_, '_>, chat_id: i64, user_id: i64, message_id: i64) -> Result<()> {
    let marked = change.tx.execute(
        "UPDATE chat_members SET read_message_id = ?3 WHERE chat_id = ?1 AND user_id = ?2 AND read_message_id > ?3",
        &params![chat_id, user_id, message_id],
    )?;
    if marked > 0 {
        change.event(Kind::ChatRead, chat_id, message_id);
    }
    Ok(())
}

/// A session opens in a chat that was closed: from now on its last message is looked up.
pub(crate) fn wake(change: &mut Change<'_, '_>, chat_id: i64) -> Result<()> {
    for table in [("chat_members", "chat_id"), ("chats", "id")] {
        let sql = format!("UPDATE {} SET resting_id = NULL WHERE {} = ?1", table.0, table.1);
        change.tx.execute(&sql, &params![chat_id])?;
    }
    Ok(())
}

/// The chat's session is closed: from now on its members' rows say what its last message is.
pub(crate) fn rest(change: &mut Change<'_, '_>, chat_id: i64) -> Result<()> {
    let last_id = messages::last_id(change.tx, chat_id)?;
    change.tx.execute("UPDATE chat_members SET resting_id = ?2 WHERE chat_id = ?1", &params![chat_id, last_id])?;
    let sql = "UPDATE chats SET resting_id = coalesce((SELECT m.id FROM messages m WHERE m.chat_id = ?1 \
               ORDER BY m.no DESC LIMIT 1), 0) WHERE id = ?1";
    change.tx.execute(sql, &params![chat_id])?;
    Ok(())
}

/// A message was written into a chat: where no session is open, it is the one that the chat rests at.
pub(crate) fn rest_at(change: &mut Change<'_, '_>, chat_id: i64, message_id: i64) -> Result<()> {
    let sql = "UPDATE chat_members SET resting_id = ?2 WHERE chat_id = ?1 AND resting_id IS NOT NULL";
    change.tx.execute(sql, &params![chat_id, message_id])?;
    let sql = "UPDATE chats SET resting_id = ?2 WHERE id = ?1 AND resting_id IS NOT NULL";
    change.tx.execute(sql, &params![chat_id, message_id])?;
    Ok(())
}

/// Takes employees out of a chat, all but `keep`; its bot stays.
///
/// # Errors
/// Those of the database.
pub fn leave_all_but(change: &mut Change<'_, '_>, chat_id: i64, keep: i64) -> Result<()> {
    let others = "FROM chat_members WHERE chat_id = ?1 AND user_id <> ?2 AND user_id <> (SELECT bot_id FROM chats WHERE id = ?1)";
    let left: Vec<i64> =
        change.tx.query(&format!("SELECT user_id {others}"), &params![chat_id, keep], |row| row.get(0))?;
    if left.is_empty() {
        return Ok(());
    }
    change.tx.execute(&format!("DELETE {others}"), &params![chat_id, keep])?;
    for user_id in left {
        change.event(Kind::ChatLeft, chat_id, user_id);
    }
    Ok(())
}

/// Takes one employee out of a chat.
///
/// # Errors
/// Those of the database.
pub fn leave(change: &mut Change<'_, '_>, chat_id: i64, user_id: i64) -> Result<()> {
    let sql = "DELETE FROM chat_members WHERE chat_id = ?1 AND user_id = ?2";
    if change.tx.execute(sql, &params![chat_id, user_id])? > 0 {
        change.event(Kind::ChatLeft, chat_id, user_id);
    }
    Ok(())
}
