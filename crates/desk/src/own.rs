//! What one employee keeps with a chat: how far it is read, a draft, a snooze, an unread mention, planned messages that came back.
//!
//! A snooze ends at its moment (a job) or with the customer's next message. Nothing is written for the latter: a snooze counts
//! only while no message of the customer follows the one it was set at.

use std::collections::HashMap;

use store::{Param, Tx, params};

use crate::events::Kind;
use crate::jobs::{self, JobKind};
use crate::{Change, Millis, Refusal, Result, chats, messages};

/// What an employee keeps with a chat; all at its default for whoever keeps nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Own {
    /// The chat.
    pub chat_id: i64,
    /// The employee.
    pub user_id: i64,
    /// Number of the last message read, 0 for none.
    pub read_no: i64,
    /// Messages of other people after it, at most [`UNREAD_MAX`]; only members have any.
    pub unread: i64,
    /// Text not sent yet.
    pub draft: Option<Draft>,
    /// Until when the chat is out of the employee's way.
    pub snoozed_until_ms: Option<Millis>,
    /// Number of the last note that names the employee and is not read.
    pub mentioned_no: Option<i64>,
    /// Planned messages that could not be sent and wait for their author's decision ([`crate::sending`]).
    pub returned: i64,
}

impl Own {
    /// Whether anything differs from what whoever has nothing to do with the chat has.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        *self != Own { chat_id: self.chat_id, user_id: self.user_id, ..Own::default() }
    }
}

/// So many unread messages are counted.
pub const UNREAD_MAX: i64 = 1000;

/// A text that was begun and not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The text.
    pub text: String,
    /// It is to be a note for colleagues.
    pub note: bool,
    /// When it last changed.
    pub updated_ms: Millis,
}

/// What these employees keep with these chats, in the order asked; the pairs are (chat, employee).
///
/// # Errors
/// Those of the database.
pub fn of_pairs(tx: &mut Tx<'_>, pairs: &[(i64, i64)]) -> Result<Vec<Own>> {
    let keys: Vec<Vec<Param<'_>>> =
        pairs.iter().map(|(chat_id, user_id)| params![*chat_id, *user_id].to_vec()).collect();
    let mut owns: Vec<Own> =
        pairs.iter().map(|(chat_id, user_id)| Own { chat_id: *chat_id, user_id: *user_id, ..Own::default() }).collect();
    let read = "SELECT coalesce((SELECT r.no FROM messages r WHERE r.id = m.read_message_id), 0) \
                FROM chat_members m WHERE m.chat_id = ?1 AND m.user_id = ?2";
    let read: Vec<(usize, i64)> = tx.query_each(read, &keys, |index, row| Ok((index, row.get(0)?)))?;
    // What the program says is nobody's to read.
    let unread_keys: Vec<Vec<Param<'_>>> = read
        .iter()
        .map(|(index, read_no)| params![pairs[*index].0, *read_no, pairs[*index].1, UNREAD_MAX].to_vec())
        .collect();
    let unread = "SELECT count(*) FROM (SELECT 1 FROM messages WHERE chat_id = ?1 AND no > ?2 AND author_id <> ?3 \
                  AND direction <> 'system' AND deleted_ms IS NULL LIMIT ?4) AS found";
    let unread: Vec<i64> = tx.query_each(unread, &unread_keys, |_, row| row.get(0))?;
    for ((index, read_no), unread) in read.into_iter().zip(unread) {
        (owns[index].read_no, owns[index].unread) = (read_no, unread);
    }
    let kept = "SELECT draft, draft_note, coalesce(draft_ms, 0), mentioned_no, CASE WHEN snoozed_until_ms IS NOT NULL \
                AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.chat_id = o.chat_id AND m.no > o.snoozed_no AND m.direction = 'in') \
                THEN snoozed_until_ms END, returned FROM chat_own o WHERE o.chat_id = ?1 AND o.user_id = ?2";
    let kept = tx.query_each(kept, &keys, |index, row| {
        let draft = match row.get::<Option<String>>(0)? {
            None => None,
            Some(text) => Some(Draft { text, note: row.get(1)?, updated_ms: row.get(2)? }),
        };
        Ok((index, draft, row.get(3)?, row.get(4)?, row.get(5)?))
    })?;
    for (index, draft, mentioned_no, snoozed_until_ms, returned) in kept {
        let own = &mut owns[index];
        (own.draft, own.mentioned_no, own.snoozed_until_ms, own.returned) =
            (draft, mentioned_no, snoozed_until_ms, returned);
    }
    Ok(owns)
}

/// What one employee keeps with these chats, in the order asked.
///
/// # Errors
/// Those of the database.
pub fn of_user(tx: &mut Tx<'_>, user_id: i64, chat_ids: &[i64]) -> Result<Vec<Own>> {
    let pairs: Vec<(i64, i64)> = chat_ids.iter().map(|chat_id| (*chat_id, user_id)).collect();
    of_pairs(tx, &pairs)
}

/// Employees who keep something with these chats besides being members, as (chat, employee).
///
/// # Errors
/// Those of the database.
pub fn keepers(tx: &mut Tx<'_>, chat_ids: &[i64]) -> Result<Vec<(i64, i64)>> {
    let keys: Vec<Vec<Param<'_>>> = chat_ids.iter().map(|id| params![*id].to_vec()).collect();
    let sql = "SELECT user_id FROM chat_own WHERE chat_id = ?1";
    Ok(tx.query_each(sql, &keys, |index, row| Ok((chat_ids[index], row.get(0)?)))?)
}

/// Keeps the caller's draft in a chat that the caller may open; an empty text forgets it.
///
/// # Errors
/// [`Refusal::NoChat`], [`Refusal::NoAccess`]; those of the database.
pub fn set_draft(change: &mut Change<'_, '_>, chat_id: i64, text: &str, note: Audible) -> Result<()> {
    chats::open_for(change.tx, chat_id, change.actor_id)?;
    store_draft(change, chat_id, text, note)
}

/// Whom a text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audible {
    /// The customer.
    Customer,
    /// Colleagues only.
    Colleagues,
}

/// Forgets the caller's draft if it says what was sent. What was begun since is another text: a message that was delayed or
/// planned does not take it away.
pub(crate) fn forget_sent_draft(change: &mut Change<'_, '_>, chat_id: i64, sent: &str) -> Result<()> {
    let sql = "SELECT draft FROM chat_own WHERE chat_id = ?1 AND user_id = ?2 AND draft IS NOT NULL";
    let draft: Option<String> = change.tx.query_opt(sql, &params![chat_id, change.actor_id], |row| row.get(0))?;
    match draft.filter(|draft| draft.trim() == sent.trim()) {
        Some(_) => store_draft(change, chat_id, "", Audible::Customer),
        None => Ok(()),
    }
}

/// Keeps or forgets the caller's draft.
fn store_draft(change: &mut Change<'_, '_>, chat_id: i64, text: &str, audible: Audible) -> Result<()> {
    let user_id = change.actor_id;
    if text.is_empty() {
        let sql = "UPDATE chat_own SET draft = NULL, draft_note = 0, draft_ms = NULL \
                   WHERE chat_id = ?1 AND user_id = ?2 AND draft IS NOT NULL";
        if change.tx.execute(sql, &params![chat_id, user_id])? > 0 {
            changed(change, chat_id, user_id)?;
        }
        return Ok(());
    }
    let note = audible == Audible::Colleagues;
    change.tx.execute(
        "INSERT INTO chat_own (chat_id, user_id, draft, draft_note, draft_ms) VALUES (?1, ?2, ?3, ?4, ?5) \
         ON CONFLICT (chat_id, user_id) DO UPDATE SET draft = excluded.draft, draft_note = excluded.draft_note, \
         draft_ms = excluded.draft_ms",
        &params![chat_id, user_id, text, note, change.now],
    )?;
    changed(change, chat_id, user_id)
}

/// Takes a chat out of the caller's way until a moment, or brings it back.
///
/// # Errors
/// [`Refusal::NoChat`], [`Refusal::NoAccess`]; those of the database.
pub fn snooze(change: &mut Change<'_, '_>, chat_id: i64, until_ms: Option<Millis>) -> Result<()> {
    let user_id = change.actor_id;
    chats::open_for(change.tx, chat_id, user_id)?;
    let last_no = messages::last_number(change.tx, chat_id)?;
    change.tx.execute(
        "INSERT INTO chat_own (chat_id, user_id, snoozed_until_ms, snoozed_no) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (chat_id, user_id) DO UPDATE SET snoozed_until_ms = excluded.snoozed_until_ms, \
         snoozed_no = excluded.snoozed_no",
        &params![chat_id, user_id, until_ms, until_ms.map(|_| last_no)],
    )?;
    changed(change, chat_id, user_id)?;
    await_next(change, user_id)
}

/// Plans the end of the employee's next snooze; there is one job for all of theirs.
fn await_next(change: &mut Change<'_, '_>, user_id: i64) -> Result<()> {
    let sql = "SELECT min(snoozed_until_ms) FROM chat_own WHERE user_id = ?1 AND snoozed_until_ms IS NOT NULL";
    match change.tx.query_one(sql, &params![user_id], |row| row.get::<Option<Millis>>(0))? {
        Some(until_ms) => jobs::schedule(change, JobKind::EndSnooze, user_id, until_ms),
        None => jobs::cancel(change, JobKind::EndSnooze, user_id),
    }
}

/// Ends the employee's snoozes whose moment has come. What the job [`JobKind::EndSnooze`] does.
///
/// # Errors
/// Those of the database.
pub fn end_snoozes(change: &mut Change<'_, '_>, user_id: i64) -> Result<()> {
    if !jobs::take(change, JobKind::EndSnooze, user_id)? {
        return Ok(());
    }
    let sql = "SELECT chat_id FROM chat_own WHERE user_id = ?1 AND snoozed_until_ms <= ?2";
    let over: Vec<i64> = change.tx.query(sql, &params![user_id, change.now], |row| row.get(0))?;
    for chat_id in over {
        let sql = "UPDATE chat_own SET snoozed_until_ms = NULL, snoozed_no = NULL WHERE chat_id = ?1 AND user_id = ?2";
        change.tx.execute(sql, &params![chat_id, user_id])?;
        changed(change, chat_id, user_id)?;
    }
    await_next(change, user_id)
}

/// So many of the caller's planned messages for a chat came back.
pub(crate) fn set_returned(change: &mut Change<'_, '_>, chat_id: i64, returned: i64) -> Result<()> {
    let user_id = change.actor_id;
    change.tx.execute(
        "INSERT INTO chat_own (chat_id, user_id, returned) VALUES (?1, ?2, ?3) \
         ON CONFLICT (chat_id, user_id) DO UPDATE SET returned = excluded.returned",
        &params![chat_id, user_id, returned],
    )?;
    changed(change, chat_id, user_id)
}

/// A note names these employees.
pub(crate) fn mention(change: &mut Change<'_, '_>, chat_id: i64, no: i64, user_ids: &[i64]) -> Result<()> {
    for user_id in user_ids {
        change.tx.execute(
            "INSERT INTO chat_own (chat_id, user_id, mentioned_no) VALUES (?1, ?2, ?3) \
             ON CONFLICT (chat_id, user_id) DO UPDATE SET mentioned_no = excluded.mentioned_no",
            &params![chat_id, *user_id, no],
        )?;
        change.event(Kind::OwnChanged, chat_id, *user_id);
    }
    Ok(())
}

/// The caller has read a chat up to this number, with every mention up to there.
///
/// # Errors
/// [`Refusal::NoChat`], [`Refusal::NoAccess`]; those of the database.
pub fn read(change: &mut Change<'_, '_>, chat_id: i64, no: i64) -> Result<Own> {
    let user_id = change.actor_id;
    chats::open_for(change.tx, chat_id, user_id)?;
    let last_no = messages::last_number(change.tx, chat_id)?;
    if let Some(message) = messages::find_by_no(change.tx, chat_id, no.min(last_no))? {
        chats::mark_read(change, chat_id, user_id, message.id)?;
    }
    mentions_read(change, chat_id, no)?;
    of_one(change.tx, chat_id, user_id)
}

/// For the caller a chat is unread from this number on; where that is the caller's own message or one of the program, from the
/// last one before it that somebody else wrote, for only those count as unread.
///
/// # Errors
/// [`Refusal::NoChat`], [`Refusal::NoAccess`]; those of the database.
pub fn unread(change: &mut Change<'_, '_>, chat_id: i64, no: i64) -> Result<Own> {
    let user_id = change.actor_id;
    chats::open_for(change.tx, chat_id, user_id)?;
    let sql = "SELECT no FROM messages WHERE chat_id = ?1 AND no <= ?2 AND author_id <> ?3 AND direction <> 'system' \
               AND deleted_ms IS NULL ORDER BY no DESC LIMIT 1";
    let from = change.tx.query_opt(sql, &params![chat_id, no, user_id], |row| row.get(0))?.unwrap_or(no);
    let before = messages::find_by_no(change.tx, chat_id, from.saturating_sub(1))?;
    chats::mark_unread(change, chat_id, user_id, before.map_or(0, |message| message.id))?;
    of_one(change.tx, chat_id, user_id)
}

fn of_one(tx: &mut Tx<'_>, chat_id: i64, user_id: i64) -> Result<Own> {
    Ok(of_user(tx, user_id, &[chat_id])?.pop().ok_or(Refusal::NoChat)?)
}

fn mentions_read(change: &mut Change<'_, '_>, chat_id: i64, no: i64) -> Result<()> {
    let sql = "UPDATE chat_own SET mentioned_no = NULL WHERE chat_id = ?1 AND user_id = ?2 AND mentioned_no <= ?3";
    let user_id = change.actor_id;
    if change.tx.execute(sql, &params![chat_id, user_id, no])? > 0 {
        changed(change, chat_id, user_id)?;
    }
    Ok(())
}

/// Announces it, and forgets a row that holds nothing any more.
fn changed(change: &mut Change<'_, '_>, chat_id: i64, user_id: i64) -> Result<()> {
    change.tx.execute(
        "DELETE FROM chat_own WHERE chat_id = ?1 AND user_id = ?2 AND draft IS NULL AND snoozed_until_ms IS NULL \
         AND mentioned_no IS NULL AND returned = 0",
        &params![chat_id, user_id],
    )?;
    change.event(Kind::OwnChanged, chat_id, user_id);
    Ok(())
}

/// The chats that the employee has snoozed, with until when.
///
/// # Errors
/// Those of the database.
pub fn snoozed(tx: &mut Tx<'_>, user_id: i64) -> Result<HashMap<i64, Millis>> {
    let sql = "SELECT chat_id FROM chat_own WHERE user_id = ?1 AND snoozed_until_ms IS NOT NULL";
    let chat_ids: Vec<i64> = tx.query(sql, &params![user_id], |row| row.get(0))?;
    let owns = of_user(tx, user_id, &chat_ids)?;
    Ok(owns.into_iter().filter_map(|own| Some((own.chat_id, own.snoozed_until_ms?))).collect())
}

/// The chats in which a note names the employee that they have not read.
///
/// # Errors
/// Those of the database.
pub fn mentioning(tx: &mut Tx<'_>, user_id: i64) -> Result<Vec<i64>> {
    let sql = "SELECT chat_id FROM chat_own WHERE user_id = ?1 AND mentioned_no IS NOT NULL";
    Ok(tx.query(sql, &params![user_id], |row| row.get(0))?)
}
