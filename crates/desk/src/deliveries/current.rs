//! What is told is how things stand when it is told: a delivery may have waited for days behind a dead handler, and meanwhile the
//! operator has corrected the reply, or taken it back.

use store::params;

use super::{Delivery, State, find, give_up};
use crate::Result;
use crate::change::Change;
use crate::facts::{EventCode, Fact};
use crate::messages::{self, Message};

/// Why a text is not told any more.
const DELETED: &str = "the message was deleted before it was told";

/// A claimed delivery with the text and the external ids that its message has now. `None` when the message was deleted: nobody
/// hears its text then.
pub(super) fn refreshed(change: &mut Change<'_, '_>, mut delivery: Delivery) -> Result<Option<Delivery>> {
    let Fact::Outgoing { message_id, body, connector_ids, .. } = &mut delivery.fact else {
        return Ok(Some(delivery));
    };
    let Some(message) = messages::find(change.tx, *message_id)? else { return Ok(Some(delivery)) };
    *connector_ids = message.connector_ids;
    if delivery.event_code == EventCode::ConnectorMessageDelete.code {
        return Ok(Some(delivery));
    }
    if message.deleted_ms.is_some() {
        give_up(change, &delivery, DELETED.to_owned(), State::Cancelled)?;
        return Ok(None);
    }
    *body = message.body;
    Ok(Some(delivery))
}

/// Whether the connector may know a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known {
    /// Nobody was ever told of it.
    Never,
    /// Somebody was told, or is being told right now.
    Perhaps,
}

/// Whether anybody may have heard of an outgoing message: what waits untried takes every change along by itself.
pub(crate) fn known(change: &mut Change<'_, '_>, message: &Message) -> Result<Known> {
    if message.progress.is_none() {
        return Ok(Known::Never);
    }
    // Replays begin to count anew, so the attempts themselves are asked as well.
    let sql = "SELECT d.attempts, (SELECT count(*) FROM attempts a WHERE a.delivery_id = d.id) FROM deliveries d \
               WHERE d.chat_id = ?1 AND d.chat_id <> 0 AND d.message_id = ?2";
    let tried: Vec<(i64, i64)> =
        change.tx.query(sql, &params![message.chat_id, message.id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let waits_untried = !tried.is_empty() && tried.iter().all(|tried| *tried == (0, 0));
    Ok(if waits_untried { Known::Never } else { Known::Perhaps })
}

/// Gives up what of a deleted message is not on its way yet, and says whether the connector may know it.
pub(crate) fn withdraw(change: &mut Change<'_, '_>, message: &Message) -> Result<Known> {
    let known = known(change, message)?;
    let sql = "SELECT id FROM deliveries WHERE message_id = ?1 AND message_id <> 0 AND state = 'pending' \
               AND locked_until_ms <= ?2";
    let waiting: Vec<i64> = change.tx.query(sql, &params![message.id, change.now], |row| row.get(0))?;
    for id in waiting {
        if let Some(delivery) = find(change.tx, id)? {
            give_up(change, &delivery, DELETED.to_owned(), State::Cancelled)?;
        }
    }
    Ok(known)
}
