//! How an open session goes to somebody else: to one employee by name, to another line.

use store::params;

use super::owning::{self, Given};
use super::{Session, Status, closing};
use crate::chats::Context;
use crate::grounds::Ground;
use crate::lines::Line;
use crate::{Change, Result, automatic, chats, tracker};

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
    ground: Ground,
) -> Result<()> {
    let given = Given::offered_to(employee_id, ground);
    // Who is named has not passed it on, whatever was before.
    change.tx.execute(
        "DELETE FROM session_passes WHERE session_id = ?1 AND user_id = ?2",
        &params![session.id, employee_id],
    )?;
    give(change, session, line, &given)
}

/// Passes an open session on to another line, where it goes to whom the line's rules find.
///
/// # Errors
/// Those of the database.
pub fn move_to_line(change: &mut Change<'_, '_>, session: &Session, line: &Line, ground: Ground) -> Result<()> {
    change.tx.execute("DELETE FROM session_passes WHERE session_id = ?1", &params![session.id])?;
    let mut facts = owning::facts_without(change, line, session)?;
    let Context { chat, connector, .. } = chats::context(change.tx, session.chat_id)?;
    let mut wish = tracker::wish(change.tx, &chat, &connector, line)?;
    // Who gives it away does not get it back.
    wish.preferred = wish.preferred.filter(|one| ![session.operator_id, change.actor_id].contains(&one.id));
    let mut given = Given::by_routing(&mut facts, &wish);
    given.grounds.insert(0, ground);
    give(change, session, line, &given)
}

/// Hands an open session, wherever it stands, to those given; employees who are not among them leave the chat.
fn give(change: &mut Change<'_, '_>, session: &Session, line: &Line, given: &Given) -> Result<()> {
    closing::stop_closing(change, session.id)?;
    if session.status == Status::Bot {
        automatic::await_answer(change, line, session.id)?;
    }
    chats::leave_all_but(change, session.chat_id, given.operator_id)?;
    owning::give(change, line, session, given)
}
