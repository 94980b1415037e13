//! What an operator does with a session: answer, pass on, finish (`contract/openlines.md` 3.2).

use crate::chats::{self, Context};
use crate::outbound::{self, Outgoing};
use crate::sessions::{self, For, Session, Status};
use crate::users::{self, User};
use crate::{Change, Error, Refusal, Result, messages};

/// The chat that the caller may open, and the caller.
///
/// # Errors
/// [`Refusal::NoChat`], [`Refusal::NoAccess`]; those of the database.
pub fn open_chat(change: &mut Change<'_, '_>, chat_id: i64) -> Result<(Context, User)> {
    let context = chats::context(change.tx, chat_id)?;
    let user = users::find(change.tx, change.actor_id)?.ok_or(Refusal::NoAccess)?;
    if !chats::may_open(change.tx, &context.chat, &user)? {
        return Err(Error::Refused(Refusal::NoAccess));
    }
    Ok((context, user))
}

/// The caller takes the dialogue. One that a colleague has answered is not taken away: that is `session.intercept`.
///
/// # Errors
/// Those of [`open_chat`]; [`Refusal::NoAccess`] when a colleague has it.
pub fn answer(change: &mut Change<'_, '_>, chat_id: i64) -> Result<()> {
    let (context, user) = open_chat(change, chat_id)?;
    let Some(session) = sessions::open_of_chat(change.tx, chat_id)? else {
        start(change, &context, user.id)?;
        return Ok(());
    };
    if session.status == Status::Answered && session.operator_id == user.id {
        return Ok(());
    }
    let held = matches!(session.status, Status::Answered | Status::Closing);
    if held && session.operator_id != 0 && session.operator_id != user.id {
        return Err(Error::Refused(Refusal::NoAccess));
    }
    take(change, &session, &user)
}

/// The caller becomes the owner; those to whom it was offered too leave the chat.
fn take(change: &mut Change<'_, '_>, session: &Session, user: &User) -> Result<()> {
    sessions::assign(change, session, user.id, &format!("{}: answered", user.full_name()))?;
    chats::leave_all_but(change, session.chat_id, user.id)
}

fn start(change: &mut Change<'_, '_>, context: &Context, employee_id: i64) -> Result<i64> {
    let line = context.line.as_ref().ok_or(Refusal::NoSession)?;
    sessions::open(change, &context.chat, &context.connector, line, For::Employee(employee_id))
}

/// The caller closes the dialogue; a closed one stays closed without complaint (D-58).
///
/// # Errors
/// Those of [`open_chat`]; [`Refusal::NoAccess`] when a colleague has it.
pub fn finish(change: &mut Change<'_, '_>, chat_id: i64) -> Result<()> {
    let (context, user) = open_chat(change, chat_id)?;
    let Some(session) = sessions::open_of_chat(change.tx, chat_id)? else { return Ok(()) };
    if session.operator_id != 0 && session.operator_id != user.id && session.status != Status::Offered {
        return Err(Error::Refused(Refusal::NoAccess));
    }
    if session.status == Status::Closing {
        return Ok(());
    }
    if session.operator_id == 0 {
        sessions::assign(change, &session, user.id, &format!("{}: finished", user.full_name()))?;
    }
    sessions::begin_closing(change, &session, &context)
}

/// The caller passes the dialogue to the next operator of the queue.
///
/// # Errors
/// Those of [`open_chat`]; [`Refusal::NoSession`] when it is closed; [`Refusal::NoAccess`] when a colleague has it.
pub fn skip(change: &mut Change<'_, '_>, chat_id: i64) -> Result<()> {
    let (context, user) = open_chat(change, chat_id)?;
    let session = sessions::open_of_chat(change.tx, chat_id)?.ok_or(Refusal::NoSession)?;
    let line = context.line.as_ref().ok_or(Refusal::NoSession)?;
    if session.operator_id != 0 && session.operator_id != user.id && !user.admin {
        return Err(Error::Refused(Refusal::NoAccess));
    }
    let from = if session.operator_id == 0 { user.id } else { session.operator_id };
    sessions::pass_on(change, &session, line, from)
}

/// An employee writes into a chat. The first to write into a waiting session owns it; without a session one is started.
/// Returns the message's id.
///
/// # Errors
/// Those of [`open_chat`].
pub fn write(change: &mut Change<'_, '_>, chat_id: i64, body: &str, params: &str) -> Result<i64> {
    let (context, user) = open_chat(change, chat_id)?;
    let session_id = match sessions::open_of_chat(change.tx, chat_id)? {
        None if context.line.is_none() => sessions::last_of_chat(change.tx, chat_id)?.map_or(0, |session| session.id),
        None => start(change, &context, user.id)?,
        Some(session) => {
            let free = matches!(session.status, Status::New | Status::Offered);
            if free || (session.status == Status::Closing && session.operator_id == user.id) {
                take(change, &session, &user)?;
            } else {
                chats::join(change, &[(chat_id, user.id)])?;
            }
            session.id
        }
    };
    let outgoing = Outgoing {
        session_id,
        author_id: user.id,
        body: body.to_owned(),
        params: params.to_owned(),
        direction: messages::Direction::Out,
    };
    outbound::send(change, &context.chat, &context.connector, context.line.as_ref(), outgoing)
}
