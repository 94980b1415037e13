//! Whose a session is: offered to operators, taken by one, passed on to the next.

use store::params;

use super::{Session, Status, changed, closing};
use crate::chats;
use crate::events::Kind;
use crate::lines::Line;
use crate::routing::{self, Facts};
use crate::{Change, Result, lines, queue};

/// Gives an open session to an employee who answers it.
///
/// # Errors
/// Those of the database.
pub fn assign(change: &mut Change<'_, '_>, session: &Session, employee_id: i64, reason: &str) -> Result<()> {
    change.tx.execute(
        "UPDATE sessions SET operator_id = ?2, status = 'answered', reason = ?3, closing_ms = NULL, \
         answered_ms = coalesce(answered_ms, ?4) WHERE id = ?1 AND closed_ms IS NULL",
        &params![session.id, employee_id, reason, change.now],
    )?;
    chats::join(change, &[(session.chat_id, employee_id)])?;
    closing::stop_closing(change, session.id)?;
    if let Some(line) = lines::find(change.tx, session.line_id)? {
        closing::await_silence(change, &line, session.id)?;
    }
    changed(change, Kind::SessionChanged, session.chat_id, session.id);
    Ok(())
}

/// Passes an open session on to whom routing finds, leaving out those who passed it on before.
///
/// # Errors
/// Those of the database.
pub fn pass_on(change: &mut Change<'_, '_>, session: &Session, line: &Line, from: i64) -> Result<()> {
    change.tx.execute(
        "INSERT INTO session_offers (session_id, user_id, offered_ms, skipped_ms) VALUES (?1, ?2, ?3, ?3) \
         ON CONFLICT (session_id, user_id) DO UPDATE SET skipped_ms = excluded.skipped_ms",
        &params![session.id, from, change.now],
    )?;
    chats::leave(change, session.chat_id, from)?;
    route(change, session, line)
}

/// Offers an open session to whom routing finds.
pub(super) fn route(change: &mut Change<'_, '_>, session: &Session, line: &Line) -> Result<()> {
    let mut facts = queue::facts(change.tx, line)?;
    let sql = "SELECT user_id FROM session_offers WHERE session_id = ?1 AND skipped_ms IS NOT NULL";
    let skipped: Vec<i64> = change.tx.query(sql, &params![session.id], |row| row.get(0))?;
    for operator in &mut facts.operators {
        operator.skipped = skipped.contains(&operator.id);
    }
    let given = Given::by_routing(&mut facts, session.id);
    change.tx.execute(
        "UPDATE sessions SET operator_id = ?2, status = ?3, reason = ?4 WHERE id = ?1 AND closed_ms IS NULL",
        &params![session.id, given.operator_id, given.status.as_str(), &given.reason],
    )?;
    chats::join(change, &given.members.iter().map(|user| (session.chat_id, *user)).collect::<Vec<_>>())?;
    offer(change, line.id, session.id, &given)?;
    changed(change, Kind::SessionChanged, session.chat_id, session.id);
    Ok(())
}

/// What becomes of a session that is given to somebody.
pub(super) struct Given {
    pub status: Status,
    pub operator_id: i64,
    pub members: Vec<i64>,
    pub reason: String,
}

impl Given {
    /// To nobody yet.
    pub fn nobody(reason: &str) -> Given {
        Given { status: Status::New, operator_id: 0, members: Vec::new(), reason: reason.to_owned() }
    }

    /// What routing decides; the facts are kept up to date.
    pub fn by_routing(facts: &mut Facts, session_id: i64) -> Given {
        let decision = routing::decide(facts);
        let operator_id = match decision.operator_ids.as_slice() {
            [one] => *one,
            _ => 0,
        };
        if let Some(operator) = facts.operators.iter_mut().find(|operator| operator.id == operator_id) {
            operator.last_turn = session_id;
            operator.chats += 1;
        }
        let status = if decision.operator_ids.is_empty() { Status::New } else { Status::Offered };
        Given { status, operator_id, members: decision.operator_ids, reason: decision.reason }
    }
}

/// Remembers to whom a session was offered, and whose turn it was.
pub(super) fn offer(change: &mut Change<'_, '_>, line_id: i64, session_id: i64, given: &Given) -> Result<()> {
    let rows: Vec<_> = given.members.iter().map(|user| params![session_id, *user, change.now].to_vec()).collect();
    if rows.is_empty() {
        return Ok(());
    }
    change.tx.execute_each(
        "INSERT INTO session_offers (session_id, user_id, offered_ms) VALUES (?1, ?2, ?3) \
         ON CONFLICT (session_id, user_id) DO NOTHING",
        &rows,
    )?;
    let turn = (given.operator_id != 0).then_some((line_id, given.operator_id, session_id));
    queue::record_turns(change.tx, turn.as_slice())
}
