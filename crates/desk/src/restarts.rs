//! Sessions that an employee starts in a chat, and ends for others.

use crate::operators;
use crate::sessions;
use crate::{Change, Error, Refusal, Result, messages};

/// The caller starts a session and has it; when one is open nothing happens (D-61).
///
/// # Errors
/// [`Refusal::NoChat`], [`Refusal::NoAccess`]; [`Refusal::NoSession`] when the chat's line was deleted; those of the database.
pub fn start(change: &mut Change<'_, '_>, chat_id: i64) -> Result<()> {
    open(change, chat_id)?;
    Ok(())
}

/// The caller starts a session, unless one is open, and a message of the chat moves into it.
///
/// # Errors
/// Those of [`start`]; [`Refusal::NoAccess`] when the chat has no such message (D-62).
pub fn start_from(change: &mut Change<'_, '_>, chat_id: i64, message_id: i64) -> Result<()> {
    // First, so that somebody without access learns nothing of messages.
    operators::open_chat(change, chat_id)?;
    let message = messages::find(change.tx, message_id)?;
    let message = message.filter(|message| message.chat_id == chat_id && message.deleted_ms.is_none());
    let message = message.ok_or(Refusal::NoAccess)?;
    let session_id = open(change, chat_id)?;
    if message.session_id != session_id {
        messages::move_to_session(change, &message, session_id)?;
    }
    Ok(())
}

/// The chat's open session, or a new one that the caller has.
fn open(change: &mut Change<'_, '_>, chat_id: i64) -> Result<i64> {
    let (context, user) = operators::open_chat(change, chat_id)?;
    match sessions::open_of_chat(change.tx, chat_id)? {
        Some(session) => Ok(session.id),
        None => operators::start(change, &context, &user),
    }
}

/// The caller closes a dialogue, whoever has it; a closed one stays closed without complaint (D-58).
///
/// # Errors
/// [`Refusal::NoChat`], [`Refusal::NoAccess`]; those of the database.
pub fn finish_for(change: &mut Change<'_, '_>, chat_id: i64) -> Result<()> {
    operators::open_chat(change, chat_id)?;
    match sessions::open_of_chat(change.tx, chat_id)? {
        Some(session) if session.status != sessions::Status::Closing => sessions::begin_closing(change, &session),
        _ => Ok(()),
    }
}

/// The caller marks a dialogue as spam: it is closed at once, without a text and without asking for a rating.
///
/// # Errors
/// [`Refusal::NoChat`]; [`Refusal::NoAccess`] also when a colleague has it; those of the database.
pub fn mark_as_spam(change: &mut Change<'_, '_>, chat_id: i64) -> Result<()> {
    let (_, user) = operators::open_chat(change, chat_id)?;
    let Some(session) = sessions::open_of_chat(change.tx, chat_id)? else { return Ok(()) };
    if operators::is_held_by_other(&session, &user) && !user.admin {
        return Err(Error::Refused(Refusal::NoAccess));
    }
    sessions::close_as_spam(change, session.id)
}
