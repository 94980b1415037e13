//! Whose turn it is to write: the operator's (`answered`) or the customer's (`waiting`). Only a change of turns is written,
//! not every message.

use store::params;

use super::{Session, Status, changed, closing, line_may_take_more};
use crate::events::Kind;
use crate::{Change, Result, kpi};

/// An operator has written to the customer of an answered session: the customer's turn.
pub(crate) fn operator_wrote(change: &mut Change<'_, '_>, session: &Session) -> Result<()> {
    let sql = "UPDATE sessions SET status = 'waiting', waiting_ms = NULL, replied_ms = ?2, \
               first_reply_ms = coalesce(first_reply_ms, ?2), replies = replies + 1, \
               replies_ms = replies_ms + ?2 - coalesce(waiting_ms, ?2) WHERE id = ?1 AND status = 'answered'";
    if change.tx.execute(sql, &params![session.id, change.now])? > 0 {
        // It counts as much for its owner as before.
        changed(change, Kind::SessionChanged, session.chat_id, session.id, &[]);
    }
    Ok(())
}

/// A session whose customer has written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spoken {
    pub chat_id: i64,
    pub session_id: i64,
    pub status: Status,
}

/// Customers have written: those whose turn it was wait for an answer from now on, and a session that was about to close
/// goes on. Without an owner it waits for one.
pub(crate) fn customers_wrote(change: &mut Change<'_, '_>, spoken: &[Spoken]) -> Result<()> {
    let turned = |one: &&Spoken| matches!(one.status, Status::Waiting | Status::Closing);
    let rows: Vec<_> = spoken.iter().filter(turned).map(|one| params![one.session_id, change.now].to_vec()).collect();
    if rows.is_empty() {
        return Ok(());
    }
    change.tx.execute_each(
        "UPDATE sessions SET status = CASE WHEN operator_id = 0 THEN 'new' \
         WHEN operator_id = (SELECT bot_id FROM chats WHERE chats.id = chat_id) THEN 'bot' ELSE 'answered' END, waiting_ms = ?2, \
         closing_ms = NULL, close_reason = '' WHERE id = ?1 AND status IN ('waiting', 'closing')",
        &rows,
    )?;
    for one in spoken.iter().filter(|one| one.status == Status::Closing) {
        closing::go_on(change, one.session_id)?;
    }
    let turned: Vec<&Spoken> = spoken.iter().filter(turned).collect();
    for one in &turned {
        kpi::await_further(change, one.session_id)?;
    }
    let rows: Vec<_> = turned.iter().map(|one| params![one.session_id].to_vec()).collect();
    let sql = "SELECT operator_id, line_id FROM sessions WHERE id = ?1";
    let found = change.tx.query_each(sql, &rows, |index, row| Ok((index, row.get(0)?, row.get(1)?)))?;
    for (index, operator_id, line_id) in found {
        let one = turned[index];
        // Whoever's turn it is, an answered session counts the same; one that was about to close may not have.
        let owners: &[i64] = if one.status == Status::Closing { &[operator_id] } else { &[] };
        changed(change, Kind::SessionChanged, one.chat_id, one.session_id, owners);
        if operator_id == 0 {
            line_may_take_more(change, line_id);
        }
    }
    Ok(())
}
