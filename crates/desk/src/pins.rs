//! Pins: an operator keeps a dialogue at hand (`imopenlines.session.mode.pin`), and silence does not close it. A pin belongs to
//! the owner of the session and ends with the ownership.

use std::collections::HashSet;

use store::{Param, Tx, params};

use crate::chats;
use crate::events::Kind;
use crate::sessions::{self, Session};
use crate::{Change, Error, Refusal, Result};

/// Pins or unpins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pin {
    /// The session is pinned.
    On,
    /// It is not.
    Off,
}

/// Whether the session is pinned to its owner.
///
/// # Errors
/// Those of the database.
pub fn is_pinned(tx: &mut Tx<'_>, session: &Session) -> Result<bool> {
    let sql = "SELECT 1 FROM session_pins WHERE session_id = ?1 AND user_id = ?2";
    Ok(tx.query_opt(sql, &params![session.id, session.operator_id], |row| row.get::<i64>(0))?.is_some())
}

/// Those of the sessions that are pinned to their owners.
///
/// # Errors
/// Those of the database.
pub fn of_sessions<'s>(tx: &mut Tx<'_>, sessions: impl Iterator<Item = &'s Session>) -> Result<HashSet<i64>> {
    let (ids, keys): (Vec<i64>, Vec<Vec<Param<'_>>>) =
        sessions.map(|session| (session.id, params![session.id, session.operator_id].to_vec())).unzip();
    let sql = "SELECT 1 FROM session_pins WHERE session_id = ?1 AND user_id = ?2";
    Ok(tx.query_each(sql, &keys, |index, _| Ok(ids[index]))?.into_iter().collect())
}

/// The caller pins or unpins the open session of a chat, which must be the caller's own.
///
/// # Errors
/// [`Refusal::NoChat`], [`Refusal::NoAccess`] also when a colleague has the session, [`Refusal::NoSession`]; those of the
/// database.
pub fn set(change: &mut Change<'_, '_>, chat_id: i64, pin: Pin) -> Result<()> {
    let (_, user) = chats::open_for(change.tx, chat_id, change.actor_id)?;
    let session = sessions::open_of_chat(change.tx, chat_id)?.ok_or(Refusal::NoSession)?;
    if session.operator_id != user.id {
        return Err(Error::Refused(Refusal::NoAccess));
    }
    if is_pinned(change.tx, &session)? != (pin == Pin::On) {
        store(change, session.id, chat_id, pin)?;
    }
    Ok(())
}

/// The caller pins or unpins all sessions of their own that are open, and learns which ones changed, newest first.
///
/// # Errors
/// Those of the database.
pub fn set_all(change: &mut Change<'_, '_>, pin: Pin) -> Result<Vec<i64>> {
    let sql = "SELECT s.id, s.chat_id, CASE WHEN p.user_id IS NULL THEN 0 ELSE 1 END FROM sessions s \
               LEFT JOIN session_pins p ON p.session_id = s.id AND p.user_id = s.operator_id \
               WHERE s.operator_id = ?1 AND s.closed_ms IS NULL ORDER BY s.id DESC";
    let own: Vec<(i64, i64, bool)> =
        change.tx.query(sql, &params![change.actor_id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let mut changed = Vec::new();
    for (session_id, chat_id, pinned) in own {
        if pinned != (pin == Pin::On) {
            store(change, session_id, chat_id, pin)?;
            changed.push(session_id);
        }
    }
    Ok(changed)
}

fn store(change: &mut Change<'_, '_>, session_id: i64, chat_id: i64, pin: Pin) -> Result<()> {
    match pin {
        Pin::On => change.tx.execute(
            "INSERT INTO session_pins (session_id, user_id, pinned_ms) VALUES (?1, ?2, ?3) \
             ON CONFLICT (session_id) DO UPDATE SET user_id = excluded.user_id, pinned_ms = excluded.pinned_ms",
            &params![session_id, change.actor_id, change.now],
        )?,
        Pin::Off => change.tx.execute("DELETE FROM session_pins WHERE session_id = ?1", &params![session_id])?,
    };
    change.event(Kind::SessionChanged, chat_id, session_id);
    Ok(())
}
