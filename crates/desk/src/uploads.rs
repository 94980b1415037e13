//! Uploads: files that employees send to a chat before the message that will carry them. Nobody else has seen them, so those
//! that no message ever carried are removed. Files of the drive are none, although no message need carry those either.

use store::{Tx, params};

use crate::{Change, DAY_MS, Error, Millis, Refusal, Result, chats};

/// How long an upload waits for its message: as long as a browser in which somebody is signed in may keep the draft.
pub const KEEP_MS: Millis = 30 * DAY_MS;

/// Uploads of one employee that may wait for a message, those of planned ones left out.
pub const WAITING_MAX: u32 = 200;

/// Stands for the moment since which the upload of a planned message waits.
const PLANNED: Millis = Millis::MAX;

/// Whether the employee may upload a file to the chat now.
///
/// # Errors
/// Those of [`chats::open_for`], [`Refusal::TooMany`]; those of the database.
pub fn check(tx: &mut Tx<'_>, chat_id: i64, user_id: i64) -> Result<()> {
    chats::open_for(tx, chat_id, user_id)?;
    let sql = "SELECT count(*) FROM files WHERE author_id = ?1 AND unsent_ms IS NOT NULL AND unsent_ms < ?2";
    let waiting: i64 = tx.query_one(sql, &params![user_id, PLANNED], |row| row.get(0))?;
    if waiting >= i64::from(WAITING_MAX) { Err(Error::Refused(Refusal::TooMany(WAITING_MAX))) } else { Ok(()) }
}

/// A file that was just stored waits for its message.
///
/// # Errors
/// Those of the database.
pub fn wait(change: &mut Change<'_, '_>, file_id: i64) -> Result<()> {
    change.tx.execute("UPDATE files SET unsent_ms = ?2 WHERE id = ?1", &params![file_id, change.now])?;
    Ok(())
}

/// A message that will be sent later carries them.
pub(crate) fn planned(change: &mut Change<'_, '_>, file_ids: &[i64]) -> Result<()> {
    since(change, file_ids, PLANNED)
}

/// No planned message carries them any more.
pub(crate) fn given_back(change: &mut Change<'_, '_>, file_ids: &[i64]) -> Result<()> {
    since(change, file_ids, change.now)
}

fn since(change: &mut Change<'_, '_>, file_ids: &[i64], unsent_ms: Millis) -> Result<()> {
    let rows: Vec<_> = file_ids.iter().map(|id| params![*id, unsent_ms].to_vec()).collect();
    change.tx.execute_each("UPDATE files SET unsent_ms = ?2 WHERE id = ?1 AND unsent_ms IS NOT NULL", &rows)?;
    Ok(())
}

/// Removes uploads that waited too long, at most `limit`, and returns their ids: the contents under them are nobody's now.
///
/// # Errors
/// Those of the database.
pub fn sweep(tx: &mut Tx<'_>, now: Millis, limit: u64) -> Result<Vec<i64>> {
    let sql = "SELECT id FROM files WHERE unsent_ms IS NOT NULL AND unsent_ms < ?1 ORDER BY unsent_ms LIMIT ?2";
    let ids: Vec<i64> = tx.query(sql, &params![now - KEEP_MS, limit.cast_signed()], |row| row.get(0))?;
    let rows: Vec<_> = ids.iter().map(|id| params![*id].to_vec()).collect();
    tx.execute_each("DELETE FROM files WHERE id = ?1", &rows)?;
    Ok(ids)
}
