//! How an open session goes to somebody else: to one employee by name, to another line.

use store::params;

use super::owning::{self, Given};
use super::{Session, Status, changed, closing};
use crate::chats;
use crate::events::Kind;
use crate::lines::Line;
use crate::{Change, Result, queue};

/// Gives an open session to one employee, who has still to answer it; everybody else leaves the chat. Whoever does not
/// answer within the line's `QUEUE_TIME` loses it to the queue.
///
/// # Errors
/// Those of the database.
pub fn hand_to(
    change: &mut Change<'_, '_>,
    session: &Session,
    line: &Line,
    employee_id: i64,
    reason: &str,
) -> Result<()> {
    let reason = reason.to_owned();
    let given = Given { status: Status::Offered, operator_id: employee_id, members: vec![employee_id], reason };
    // Who is named has not passed it on, whatever was before.
    change.tx.execute(
        "DELETE FROM session_offers WHERE session_id = ?1 AND user_id = ?2",
        &params![session.id, employee_id],
    )?;
    give(change, session, line, &given)
}

/// Passes an open session on to another line, where it goes to whom the line's rules find.
///
/// # Errors
/// Those of the database.
pub fn move_to_line(change: &mut Change<'_, '_>, session: &Session, line: &Line, reason: &str) -> Result<()> {
    change.tx.execute("DELETE FROM session_offers WHERE session_id = ?1", &params![session.id])?;
    let mut facts = queue::facts(change.tx, line)?;
    let mut given = Given::by_routing(&mut facts, session.id);
    given.reason = format!("{reason}; {}", given.reason);
    give(change, session, line, &given)
}

/// Hands an open session, wherever it stands, to those given; employees who are not among them leave the chat.
fn give(change: &mut Change<'_, '_>, session: &Session, line: &Line, given: &Given) -> Result<()> {
    change.tx.execute(
        "UPDATE sessions SET line_id = ?2, operator_id = ?3, status = ?4, reason = ?5, closing_ms = NULL \
         WHERE id = ?1 AND closed_ms IS NULL",
        &params![session.id, line.id, given.operator_id, given.status.as_str(), &given.reason],
    )?;
    chats::leave_all_but(change, session.chat_id, given.operator_id)?;
    chats::join(change, &given.members.iter().map(|user| (session.chat_id, *user)).collect::<Vec<_>>())?;
    owning::offer(change, line.id, session.id, given)?;
    closing::stop_closing(change, session.id)?;
    changed(change, Kind::SessionChanged, session.chat_id, session.id);
    Ok(())
}
