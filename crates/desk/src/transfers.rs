//! Dialogues that change hands because somebody wants so: transferred to a colleague or to another line, intercepted, joined.
//! Who did it stays with the session.

use crate::chats;
use crate::grounds::{Ground, Word};
use crate::lines::{self, Line};
use crate::operators;
use crate::sessions::{self, Session, Status};
use crate::users::{self, User};
use crate::{Change, Error, Refusal, Result, tracker};

/// Where a dialogue goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Destination {
    /// This employee.
    Employee(i64),
    /// The queue of this line.
    Line(i64),
}

/// The caller transfers a dialogue.
///
/// # Errors
/// [`Refusal::WrongOperator`] when the caller may not open the chat, it has no open session, or the destination cannot take
/// it; those of the database.
pub fn transfer(change: &mut Change<'_, '_>, chat_id: i64, to: Destination) -> Result<()> {
    let (session, user) = open(change, chat_id)?;
    let ground = Ground::of(Word::Transferred, &user.full_name());
    match to {
        // To oneself is taking it.
        Destination::Employee(id) if id == user.id => {
            let target = target(change, &session, id)?;
            take_items_along(change, &session, id)?;
            take_over(change, &session, id, ground.with(&target.full_name()))
        }
        to => give(change, &session, to, ground),
    }
}

/// Gives an open session to its destination; `ground` says why, and to whom is added to it.
///
/// # Errors
/// [`Refusal::WrongOperator`] when the destination cannot take it or has it already; those of the database.
pub(crate) fn give(change: &mut Change<'_, '_>, session: &Session, to: Destination, ground: Ground) -> Result<()> {
    match to {
        Destination::Employee(id) => {
            let target = target(change, session, id)?;
            take_items_along(change, session, id)?;
            let line = lines::find(change.tx, session.line_id)?.ok_or(Refusal::WrongOperator)?;
            sessions::hand_to(change, session, &line, target.id, ground.with(&target.full_name()))
        }
        Destination::Line(id) => {
            let line: Option<Line> = lines::find(change.tx, id)?.filter(|line| line.active);
            let line = line.ok_or(Refusal::WrongOperator)?;
            sessions::move_to_line(change, session, &line, ground.with(&line.name))
        }
    }
}

/// The employee who is to get a session.
fn target(change: &mut Change<'_, '_>, session: &Session, id: i64) -> Result<User> {
    let target = users::find(change.tx, id)?.filter(User::is_active_employee);
    target.filter(|target| target.id != session.operator_id).ok_or(Error::Refused(Refusal::WrongOperator))
}

/// The session's CRM items follow it to an employee, if its line wants so.
fn take_items_along(change: &mut Change<'_, '_>, session: &Session, employee_id: i64) -> Result<()> {
    match lines::find(change.tx, session.line_id)? {
        Some(line) => tracker::transferred(change, &line, session.chat_id, employee_id),
        None => Ok(()),
    }
}

/// The caller takes a dialogue from whoever has it.
///
/// # Errors
/// [`Refusal::WrongOperator`] when the caller may not open the chat or it has no open session; those of the database.
pub fn intercept(change: &mut Change<'_, '_>, chat_id: i64) -> Result<()> {
    let (session, user) = open(change, chat_id)?;
    if session.operator_id == user.id && matches!(session.status, Status::Answered | Status::Waiting) {
        return Ok(());
    }
    let ground = Ground::of(Word::Intercepted, &user.full_name());
    let ground = match users::find(change.tx, session.operator_id)?.filter(|before| before.id != user.id) {
        Some(before) => ground.with(&before.full_name()),
        None => ground,
    };
    take_over(change, &session, user.id, ground)
}

/// The caller takes part in a dialogue; its operator keeps it.
///
/// # Errors
/// [`Refusal::NoChat`], [`Refusal::NoAccess`]; those of the database.
pub fn join(change: &mut Change<'_, '_>, chat_id: i64) -> Result<()> {
    let (_, user) = operators::open_chat(change, chat_id)?;
    chats::join(change, &[(chat_id, user.id)])?;
    change.event(crate::events::Kind::ChatChanged, chat_id, chat_id);
    Ok(())
}

fn take_over(change: &mut Change<'_, '_>, session: &Session, employee_id: i64, ground: Ground) -> Result<()> {
    sessions::assign(change, session, employee_id, ground)?;
    chats::leave_all_but(change, session.chat_id, employee_id)
}

/// The chat's open session, and the caller, who may open the chat.
fn open(change: &mut Change<'_, '_>, chat_id: i64) -> Result<(Session, User)> {
    let (_, user) = operators::open_chat(change, chat_id).map_err(|error| match error {
        Error::Refused(Refusal::NoChat | Refusal::NoAccess) => Error::Refused(Refusal::WrongOperator),
        error => error,
    })?;
    let session = sessions::open_of_chat(change.tx, chat_id)?.ok_or(Refusal::WrongOperator)?;
    Ok((session, user))
}
