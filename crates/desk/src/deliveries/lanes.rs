//! The order of a lane: who is its head when a delivery ends, is given up, or comes back.

use store::{Tx, params};

use super::{State, find};
use crate::attempts::GIVE_UP_MS;
use crate::change::Change;
use crate::events::Kind;
use crate::facts::EventCode;
use crate::handlers::Handler;
use crate::messages::{self, Progress};
use crate::{Millis, Result};

/// Ends a pending delivery and lets the oldest one behind it be tried at once. `false` when it had ended before.
pub(crate) fn end(tx: &mut Tx<'_>, now: Millis, id: i64, state: State) -> Result<bool> {
    let ended = tx.execute(
        "UPDATE deliveries SET state = ?2, finished_ms = ?3, due_ms = NULL, locked_until_ms = 0 \
         WHERE id = ?1 AND state = 'pending'",
        &params![id, state.as_str(), now],
    )?;
    if ended == 0 {
        return Ok(false);
    }
    let sql = "SELECT lane_id, chat_id FROM deliveries WHERE id = ?1";
    let (lane_id, chat_id): (i64, i64) = tx.query_one(sql, &params![id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if head(tx, lane_id, chat_id)?.is_none() {
        let oldest = "(SELECT min(id) FROM deliveries WHERE state = 'pending' AND lane_id = ?1 AND chat_id = ?2)";
        let sql = format!("UPDATE deliveries SET due_ms = {FIRST_DUE} WHERE id = {oldest}");
        tx.execute(&sql, &params![lane_id, chat_id, now, EventCode::OfflineEvent.code])?;
    }
    Ok(true)
}

/// When a delivery that becomes the head at the moment ?3 may be tried: at once, but a call for offline events (?4) keeps its
/// distance from the one before it (P-65).
const FIRST_DUE: &str = "?3 + CASE WHEN event_code = ?4 THEN coalesce((SELECT h.min_timeout_ms FROM handlers h \
     WHERE h.id = deliveries.handler_id), 0) ELSE 0 END";

/// The head of a lane: its id and until when it is locked.
fn head(tx: &mut Tx<'_>, lane_id: i64, chat_id: i64) -> Result<Option<(i64, Millis)>> {
    let sql = "SELECT id, locked_until_ms FROM deliveries WHERE state = 'pending' AND lane_id = ?1 AND chat_id = ?2 \
               AND due_ms IS NOT NULL";
    Ok(tx.query_opt(sql, &params![lane_id, chat_id], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// Whether something waits for a handler, of no chat, that nobody is telling it right now.
pub(crate) fn is_unsent(tx: &mut Tx<'_>, now: Millis, handler: &Handler) -> Result<bool> {
    let sql = "SELECT count(*) FROM deliveries WHERE state = 'pending' AND lane_id = ?1 AND chat_id = 0 AND locked_until_ms <= ?2";
    let waiting: i64 = tx.query_one(sql, &params![handler.lane_id, now], |row| row.get(0))?;
    Ok(waiting > 0)
}

/// Makes the oldest delivery of each of these lanes the head, at once, unless another one is on its way.
fn lead_with_oldest(tx: &mut Tx<'_>, now: Millis, lanes: &[(i64, i64)]) -> Result<()> {
    let keys: Vec<_> = lanes.iter().map(|(lane_id, chat_id)| params![*lane_id, *chat_id, now].to_vec()).collect();
    let oldest = "(SELECT min(o.id) FROM deliveries o WHERE o.state = 'pending' AND o.lane_id = ?1 AND o.chat_id = ?2)";
    tx.execute_each(
        &format!(
            "UPDATE deliveries SET due_ms = NULL WHERE state = 'pending' AND lane_id = ?1 AND chat_id = ?2 \
             AND due_ms IS NOT NULL AND locked_until_ms <= ?3 AND id <> {oldest}"
        ),
        &keys,
    )?;
    tx.execute_each(
        &format!(
            "UPDATE deliveries SET due_ms = ?3 WHERE id = {oldest} AND NOT EXISTS (SELECT 1 FROM deliveries h \
             WHERE h.state = 'pending' AND h.lane_id = ?1 AND h.chat_id = ?2 AND h.due_ms IS NOT NULL)"
        ),
        &keys,
    )?;
    Ok(())
}

/// The connector confirmed the message: its deliveries that were tried already are over. One that was never tried is
/// still sent, because the confirmation cannot have been about it.
pub(crate) fn settle_confirmed(change: &mut Change<'_, '_>, message_id: i64) -> Result<()> {
    let sql =
        "SELECT id FROM deliveries WHERE message_id = ?1 AND message_id <> 0 AND state = 'pending' AND attempts > 0";
    for id in change.tx.query(sql, &params![message_id], |row| row.get(0))? {
        end(change.tx, change.now, id, State::Settled)?;
        messages::set_progress(change.tx, Progress::Sent, &[(message_id, Some(id))])?;
    }
    Ok(())
}

/// Whose deliveries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whose {
    /// Those of one handler.
    Handler {
        /// Which.
        id: i64,
        /// Where it stands in line.
        lane_id: i64,
    },
    /// Those of one lane.
    Lane {
        /// Which.
        lane_id: i64,
        /// About this chat.
        chat_id: i64,
    },
    /// Those of all handlers of an application.
    Application(i64),
}

/// A delivery that is given up, or comes back.
struct Moved {
    id: i64,
    lane_id: i64,
    chat_id: i64,
    message_id: i64,
}

/// Gives up what is still to be told to a handler, or to all of an application.
pub(crate) fn cancel(change: &mut Change<'_, '_>, whose: Whose) -> Result<()> {
    let (tx, now) = (&mut *change.tx, change.now);
    let (filter, key) = match whose {
        Whose::Handler { id, lane_id } => ("lane_id = ?1 AND handler_id = ?2", [lane_id, id]),
        Whose::Lane { lane_id, chat_id } => ("lane_id = ?1 AND chat_id = ?2", [lane_id, chat_id]),
        Whose::Application(id) => ("application_id = ?1 AND application_id = ?2", [id, id]),
    };
    let sql = format!("SELECT id, lane_id, chat_id, message_id FROM deliveries WHERE {filter} AND state = 'pending'");
    let given_up: Vec<Moved> = tx.query(&sql, &params![key[0], key[1]], |row| {
        Ok(Moved { id: row.get(0)?, lane_id: row.get(1)?, chat_id: row.get(2)?, message_id: row.get(3)? })
    })?;
    tx.execute(
        &format!(
            "UPDATE deliveries SET state = 'cancelled', finished_ms = ?3, due_ms = NULL, locked_until_ms = 0 \
             WHERE {filter} AND state = 'pending'"
        ),
        &params![key[0], key[1], now],
    )?;
    // Of the others nothing is left that could lead.
    if let Whose::Handler { .. } = whose {
        lead_with_oldest(tx, now, &lanes_of(&given_up))?;
    }
    tell_progress(change, Progress::Failed, &given_up)
}

fn lanes_of(moved: &[Moved]) -> Vec<(i64, i64)> {
    let mut lanes: Vec<_> = moved.iter().map(|one| (one.lane_id, one.chat_id)).collect();
    lanes.sort_unstable();
    lanes.dedup();
    lanes
}

fn tell_progress(change: &mut Change<'_, '_>, progress: Progress, moved: &[Moved]) -> Result<()> {
    let carrying = || moved.iter().filter(|one| one.message_id != 0);
    let rows: Vec<_> = carrying().map(|one| (one.message_id, Some(one.id))).collect();
    messages::set_progress(change.tx, progress, &rows)?;
    for one in carrying() {
        change.event(Kind::DeliveryChanged, one.chat_id, one.id);
    }
    Ok(())
}

/// The same event is bound to the same address again: what was given up when that was unbound is told after all, in its old
/// order. Applications unbind and bind whenever they start; what was written while they were down must not be lost by that.
/// Left out is what is too old to be tried, what the connector confirmed, and what was deleted meanwhile.
pub(crate) fn restore(change: &mut Change<'_, '_>, handler: &Handler) -> Result<()> {
    let (tx, now) = (&mut *change.tx, change.now);
    // Bots are told at addresses of their own: what was given up there waits for no handler.
    if handler.offline || handler.event_code.starts_with("ONIMBOT") {
        return Ok(());
    }
    let sql = "SELECT id, chat_id, message_id FROM deliveries WHERE state = 'cancelled' AND application_id = ?1 \
               AND event_code = ?2 AND url = ?3 AND finished_ms > ?4 AND NOT EXISTS (SELECT 1 FROM messages m \
               WHERE m.id = deliveries.message_id AND (m.delivered_ms IS NOT NULL OR m.deleted_ms IS NOT NULL)) ORDER BY id";
    let key = params![handler.application_id, &handler.event_code, &handler.url, now - GIVE_UP_MS];
    let back: Vec<Moved> = tx.query(sql, &key, |row| {
        Ok(Moved { id: row.get(0)?, lane_id: handler.lane_id, chat_id: row.get(1)?, message_id: row.get(2)? })
    })?;
    if back.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = back.iter().map(|one| params![one.id, handler.id, handler.lane_id].to_vec()).collect();
    tx.execute_each(
        "UPDATE deliveries SET state = 'pending', finished_ms = NULL, handler_id = ?2, lane_id = ?3 WHERE id = ?1",
        &rows,
    )?;
    lead_with_oldest(tx, now, &lanes_of(&back))?;
    change.wake.deliveries = true;
    tell_progress(change, Progress::Queued, &back)
}

/// Sends a delivery that ended once more; its days of retries start anew. It goes before what waits in its lane, but not
/// before what is on its way. `false` when there is none or it is still pending.
///
/// # Errors
/// Those of the database.
pub fn replay(change: &mut Change<'_, '_>, id: i64) -> Result<bool> {
    let now = change.now;
    let Some(delivery) = find(change.tx, id)? else { return Ok(false) };
    if delivery.state == State::Pending {
        return Ok(false);
    }
    let mut due_ms = Some(now);
    if let Some((head_id, locked_until_ms)) = head(change.tx, delivery.lane_id, delivery.chat_id)? {
        if locked_until_ms > now {
            due_ms = None;
        } else {
            change.tx.execute("UPDATE deliveries SET due_ms = NULL WHERE id = ?1", &params![head_id])?;
        }
    }
    change.tx.execute(
        "UPDATE deliveries SET state = 'pending', finished_ms = NULL, created_ms = ?2, due_ms = ?3, locked_until_ms = 0, \
         attempts = 0 WHERE id = ?1",
        &params![id, now, due_ms],
    )?;
    if delivery.message_id != 0 {
        messages::set_progress(change.tx, Progress::Queued, &[(delivery.message_id, Some(id))])?;
    }
    change.event(Kind::DeliveryChanged, delivery.chat_id, id);
    Ok(true)
}
