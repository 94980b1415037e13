//! The chats of an employee, newest message first, and what they have not read.
//!
//! Nothing is written per incoming message. A chat whose session is closed rests: its members' rows hold its last message, and
//! an index has them in order. A chat with an open session is awake: its last message is looked up. Few chats are awake; where
//! somebody has more than `FEW` of them, they are found by walking back from the newest messages instead, which ends as soon
//! as the page is full.

use std::collections::HashSet;

use store::{Param, Tx, params};

use crate::{Millis, Result};

/// So many awake chats are looked up one by one.
const FEW: usize = 1000;

/// Messages per step of a walk.
const STEP: i64 = 1000;

/// Which part of an employee's chats to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Only chats whose last message is older.
    pub before_ms: Option<Millis>,
    /// Chats to pass over.
    pub offset: usize,
    /// Chats to return.
    pub limit: usize,
}

/// Which chats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// All in which there is a message.
    All,
    /// Those with something unread.
    Unread,
}

/// Ids of the employee's chats, that with the newest message first, and whether there are more after them.
///
/// # Errors
/// Those of the database.
pub fn chat_ids(tx: &mut Tx<'_>, user_id: i64, which: Which, part: Part) -> Result<(Vec<i64>, bool)> {
    let before = match part.before_ms {
        None => i64::MAX,
        Some(at_ms) => first_since(tx, at_ms)?,
    };
    // One more than asked for tells whether there are more.
    let count = part.offset.saturating_add(part.limit).saturating_add(1);
    let mut found = match which {
        Which::All => {
            let mut found = awake(tx, user_id, before, count)?;
            found.extend(resting(tx, user_id, before, count)?);
            found
        }
        Which::Unread => {
            let unread: Vec<i64> = unread(tx, user_id)?.into_iter().map(|(chat_id, _)| chat_id).collect();
            last_ids(tx, &unread, before)?
        }
    };
    found.sort_unstable_by_key(|(last_id, _)| std::cmp::Reverse(*last_id));
    let more = found.len() >= count;
    Ok((found.into_iter().skip(part.offset).take(part.limit).map(|(_, chat_id)| chat_id).collect(), more))
}

/// The employee's chats in which something is unread, with how many messages.
///
/// # Errors
/// Those of the database.
pub fn unread(tx: &mut Tx<'_>, user_id: i64) -> Result<Vec<(i64, i64)>> {
    let count = "SELECT m.chat_id, (SELECT count(*) FROM messages x WHERE x.chat_id = m.chat_id \
         AND x.no > coalesce((SELECT r.no FROM messages r WHERE r.id = m.read_message_id), 0) \
         AND x.author_id <> ?1 AND x.deleted_ms IS NULL) FROM chat_members m WHERE m.user_id = ?1";
    let mut found: Vec<(i64, i64)> = Vec::new();
    for condition in ["m.resting_id IS NULL", "m.resting_id IS NOT NULL AND m.read_message_id < m.resting_id"] {
        let sql = format!("{count} AND {condition}");
        found.extend(tx.query(&sql, &params![user_id], |row| Ok((row.get(0)?, row.get(1)?)))?);
    }
    found.retain(|(_, count): &(i64, i64)| *count > 0);
    found.sort_unstable();
    Ok(found)
}

/// The chats that the employee takes part in, as (chat, its name, its customer's name and family name), the newest first.
///
/// # Errors
/// Those of the database.
pub fn names(tx: &mut Tx<'_>, user_id: i64) -> Result<Vec<(i64, String)>> {
    let sql = "SELECT c.id, c.name, coalesce(u.name, ''), coalesce(u.last_name, '') FROM chat_members m \
               JOIN chats c ON c.id = m.chat_id LEFT JOIN users u ON u.id = c.customer_id \
               WHERE m.user_id = ?1 ORDER BY c.id DESC";
    Ok(tx.query(sql, &params![user_id], |row| {
        let (chat, name, last_name): (String, String, String) = (row.get(1)?, row.get(2)?, row.get(3)?);
        Ok((row.get(0)?, format!("{chat} {name} {last_name}")))
    })?)
}

/// Awake chats as (last message, chat), at least the newest `count` of those before a message.
fn awake(tx: &mut Tx<'_>, user_id: i64, before: i64, count: usize) -> Result<Vec<(i64, i64)>> {
    let sql = "SELECT chat_id FROM chat_members WHERE user_id = ?1 AND resting_id IS NULL LIMIT ?2";
    let few = i64::try_from(FEW).expect("a small number");
    let ids: Vec<i64> = tx.query(sql, &params![user_id, few + 1], |row| row.get(0))?;
    match ids.len() <= FEW {
        true => last_ids(tx, &ids, before),
        false => walk(tx, user_id, before, count),
    }
}

/// The last message of each chat, if it is before `before`.
fn last_ids(tx: &mut Tx<'_>, chat_ids: &[i64], before: i64) -> Result<Vec<(i64, i64)>> {
    let keys: Vec<Vec<Param<'_>>> = chat_ids.iter().map(|id| params![*id].to_vec()).collect();
    let sql = "SELECT id FROM messages WHERE chat_id = ?1 AND deleted_ms IS NULL ORDER BY no DESC LIMIT 1";
    let mut found = tx.query_each(sql, &keys, |index, row| Ok((row.get(0)?, chat_ids[index])))?;
    found.retain(|(last_id, _)| *last_id < before);
    Ok(found)
}

/// Walks back from the newest message until `count` awake chats of the employee were met or no message is left.
fn walk(tx: &mut Tx<'_>, user_id: i64, before: i64, count: usize) -> Result<Vec<(i64, i64)>> {
    let (mut found, mut seen, mut cursor) = (Vec::new(), HashSet::new(), before);
    while found.len() < count {
        let sql = "SELECT id, chat_id, deleted_ms IS NULL FROM messages WHERE id < ?1 ORDER BY id DESC LIMIT ?2";
        let step: Vec<(i64, i64, bool)> =
            tx.query(sql, &params![cursor, STEP], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let Some((last, ..)) = step.last() else { break };
        cursor = *last;
        let met = step.into_iter().filter(|(_, _, kept)| *kept).map(|(id, chat_id, _)| (id, chat_id));
        let met: Vec<(i64, i64)> = met.filter(|(_, chat_id)| seen.insert(*chat_id)).collect();
        let keys: Vec<Vec<Param<'_>>> = met.iter().map(|(_, chat_id)| params![*chat_id, user_id].to_vec()).collect();
        let sql = "SELECT 1 FROM chat_members WHERE chat_id = ?1 AND user_id = ?2 AND resting_id IS NULL";
        let mut own = tx.query_each(sql, &keys, |index, _| Ok(met[index]))?;
        if before != i64::MAX {
            // Those with a newer message after `before` do not belong here.
            let ids: Vec<i64> = own.iter().map(|(_, chat_id)| *chat_id).collect();
            own = last_ids(tx, &ids, before)?;
        }
        found.extend(own);
    }
    Ok(found)
}

/// Resting chats as (last message, chat), the newest `count` of those before a message.
fn resting(tx: &mut Tx<'_>, user_id: i64, before: i64, count: usize) -> Result<Vec<(i64, i64)>> {
    let sql = "SELECT resting_id, chat_id FROM chat_members WHERE user_id = ?1 AND resting_id > 0 AND resting_id < ?2 \
               ORDER BY resting_id DESC LIMIT ?3";
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    Ok(tx.query(sql, &params![user_id, before, count], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// The first message accepted at or after a moment: ids grow with time, so it is found by halving.
pub(crate) fn first_since(tx: &mut Tx<'_>, at_ms: Millis) -> Result<i64> {
    let newest: Option<i64> =
        tx.query_opt("SELECT id FROM messages ORDER BY id DESC LIMIT 1", &[], |row| row.get(0))?;
    let (mut low, mut high) = (0, newest.unwrap_or(0) + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        let sql = "SELECT id, created_ms FROM messages WHERE id >= ?1 ORDER BY id LIMIT 1";
        let found: Option<(i64, i64)> = tx.query_opt(sql, &params![middle], |row| Ok((row.get(0)?, row.get(1)?)))?;
        match found {
            Some((id, created_ms)) if created_ms < at_ms => low = id + 1,
            _ => high = middle,
        }
    }
    Ok(high)
}

/// What an employee chose from a search: a `DIALOG_ID`, remembered once.
///
/// # Errors
/// Those of the database.
pub fn remember_choice(tx: &mut Tx<'_>, now: Millis, user_id: i64, dialog: &str) -> Result<()> {
    tx.execute(
        "INSERT INTO search_choices (user_id, dialog, at_ms) VALUES (?1, ?2, ?3) \
         ON CONFLICT (user_id, dialog) DO UPDATE SET at_ms = excluded.at_ms",
        &params![user_id, dialog, now],
    )?;
    // The oldest make room.
    tx.execute(
        "DELETE FROM search_choices WHERE user_id = ?1 AND dialog NOT IN \
         (SELECT s.dialog FROM search_choices s WHERE s.user_id = ?1 ORDER BY s.at_ms DESC, s.dialog LIMIT ?2)",
        &params![user_id, CHOICES_MAX],
    )?;
    Ok(())
}

/// Choices kept for each employee.
const CHOICES_MAX: i64 = 50;

/// Forgets a choice; `false` when there was none.
///
/// # Errors
/// Those of the database.
pub fn forget_choice(tx: &mut Tx<'_>, user_id: i64, dialog: &str) -> Result<bool> {
    let sql = "DELETE FROM search_choices WHERE user_id = ?1 AND dialog = ?2";
    Ok(tx.execute(sql, &params![user_id, dialog])? > 0)
}

/// The employee's choices, the newest first.
///
/// # Errors
/// Those of the database.
pub fn choices(tx: &mut Tx<'_>, user_id: i64) -> Result<Vec<String>> {
    let sql = "SELECT dialog FROM search_choices WHERE user_id = ?1 ORDER BY at_ms DESC, dialog";
    Ok(tx.query(sql, &params![user_id], |row| row.get(0))?)
}
