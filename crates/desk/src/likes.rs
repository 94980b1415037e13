//! Who liked which message.

use store::{Param, Tx, params};

use crate::chats;
use crate::events::Kind;
use crate::{Change, Error, Refusal, Result, messages};

/// What to do with the caller's like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Give it, or take it back.
    Turn,
    /// Give it.
    Give,
    /// Take it back.
    TakeBack,
}

/// Gives or takes back the caller's like. `false` when nothing changed.
///
/// # Errors
/// [`Refusal::NoMessage`] when it is not there, [`Refusal::NoAccess`] when the caller may not open its chat; those of the
/// database.
pub fn act(change: &mut Change<'_, '_>, message_id: i64, action: Action) -> Result<bool> {
    let message = messages::find(change.tx, message_id)?.filter(|message| message.deleted_ms.is_none());
    let message = message.ok_or(Error::Refused(Refusal::NoMessage))?;
    let user_id = change.actor_id;
    chats::open_for(change.tx, message.chat_id, user_id)?;
    let changed = match action {
        Action::Give => give(change, message_id, user_id)?,
        Action::TakeBack => take_back(change, message_id, user_id)?,
        Action::Turn => take_back(change, message_id, user_id)? || give(change, message_id, user_id)?,
    };
    if changed {
        change.event(Kind::MessageChanged, message.chat_id, message_id);
    }
    Ok(changed)
}

fn give(change: &mut Change<'_, '_>, message_id: i64, user_id: i64) -> Result<bool> {
    let sql = "INSERT INTO likes (message_id, user_id, at_ms) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
    Ok(change.tx.execute(sql, &params![message_id, user_id, change.now])? > 0)
}

fn take_back(change: &mut Change<'_, '_>, message_id: i64, user_id: i64) -> Result<bool> {
    let sql = "DELETE FROM likes WHERE message_id = ?1 AND user_id = ?2";
    Ok(change.tx.execute(sql, &params![message_id, user_id])? > 0)
}

/// The likes of these messages as (message, employee), each message's in the order in which they were given.
///
/// # Errors
/// Those of the database.
pub fn of_messages(tx: &mut Tx<'_>, message_ids: &[i64]) -> Result<Vec<(i64, i64)>> {
    let keys: Vec<Vec<Param<'_>>> = message_ids.iter().map(|id| params![*id].to_vec()).collect();
    let sql = "SELECT user_id FROM likes WHERE message_id = ?1 ORDER BY at_ms, user_id";
    Ok(tx.query_each(sql, &keys, |index, row| Ok((message_ids[index], row.get(0)?)))?)
}
