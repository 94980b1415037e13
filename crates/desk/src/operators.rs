//! What operators do with a dialogue: take it, write into it, pass it on, finish it.

use crate::chats::{self, Context};
use crate::files::Attached;
use crate::grounds::{Ground, Word};
use crate::outbound::{self, Outgoing};
use crate::sessions::{self, For, Session, Status};
use crate::users::User;
use crate::{Change, Error, Refusal, Result, messages};

/// The chat that the caller may open, and the caller.
///
/// # Errors
/// [`Refusal::NoChat`], [`Refusal::NoAccess`]; those of the database.
pub fn open_chat(change: &mut Change<'_, '_>, chat_id: i64) -> Result<(Context, User)> {
    chats::open_for(change.tx, chat_id, change.actor_id)
}

/// The caller takes the dialogue. One that a colleague has answered is not taken away: that is `session.intercept`. A
/// closed one starts again.
///
/// # Errors
/// Those of [`open_chat`]; [`Refusal::NoAccess`] when a colleague has it; [`Refusal::NoSession`] when it is closed and its
/// line was deleted.
pub fn answer(change: &mut Change<'_, '_>, chat_id: i64) -> Result<()> {
    let (context, user) = open_chat(change, chat_id)?;
    let Some(session) = sessions::open_of_chat(change.tx, chat_id)? else {
        start(change, &context, &user)?;
        return Ok(());
    };
    if matches!(session.status, Status::Answered | Status::Waiting) && session.operator_id == user.id {
        return Ok(());
    }
    if is_held_by_other(&session, &user) {
        return Err(Error::Refused(Refusal::NoAccess));
    }
    take(change, &session, &user, Word::Answered)
}

/// Whether a colleague has answered the session; an offer binds nobody.
pub(crate) fn is_held_by_other(session: &Session, user: &User) -> bool {
    session.status.is_taken() && session.operator_id != 0 && session.operator_id != user.id
}

/// Whether the caller cannot finish the chat's session because a colleague has it.
pub(crate) fn is_held_by_colleague(change: &mut Change<'_, '_>, chat_id: i64) -> Result<bool> {
    let (_, user) = open_chat(change, chat_id)?;
    let session = sessions::open_of_chat(change.tx, chat_id)?;
    Ok(session.is_some_and(|session| is_held_by_other(&session, &user)))
}

/// The caller becomes the owner; those to whom it was offered too leave the chat.
fn take(change: &mut Change<'_, '_>, session: &Session, user: &User, what: Word) -> Result<()> {
    sessions::assign(change, session, user.id, Ground::of(what, &user.full_name()))?;
    chats::leave_all_but(change, session.chat_id, user.id)
}

/// Opens a session that the employee has answered and returns its id.
pub(crate) fn start(change: &mut Change<'_, '_>, context: &Context, user: &User) -> Result<i64> {
    let line = context.line.as_ref().ok_or(Refusal::NoSession)?;
    let id = sessions::open(change, &context.chat, &context.connector, line, For::Employee(user.id))?;
    chats::leave_all_but(change, context.chat.id, user.id)?;
    sessions::greet(change, &context.chat, &context.connector, line, id)?;
    Ok(id)
}

/// The caller closes the dialogue; a closed one stays closed without complaint (D-58).
///
/// # Errors
/// Those of [`open_chat`]; [`Refusal::NoAccess`] when a colleague has it.
pub fn finish(change: &mut Change<'_, '_>, chat_id: i64) -> Result<()> {
    let (_, user) = open_chat(change, chat_id)?;
    let Some(session) = sessions::open_of_chat(change.tx, chat_id)? else { return Ok(()) };
    if is_held_by_other(&session, &user) {
        return Err(Error::Refused(Refusal::NoAccess));
    }
    if session.status == Status::Closing {
        return Ok(());
    }
    if !session.status.is_taken() || session.operator_id != user.id {
        take(change, &session, &user, Word::Finished)?;
    }
    sessions::begin_closing(change, &session)
}

/// The caller passes the dialogue to the next operator of the queue. An administrator may pass on a colleague's.
///
/// # Errors
/// Those of [`open_chat`]; [`Refusal::NoSession`] when it is closed or about to be; [`Refusal::NoAccess`] when a colleague
/// has it.
pub fn skip(change: &mut Change<'_, '_>, chat_id: i64) -> Result<()> {
    let (context, user) = open_chat(change, chat_id)?;
    let session = sessions::open_of_chat(change.tx, chat_id)?.ok_or(Refusal::NoSession)?;
    let line = context.line.as_ref().ok_or(Refusal::NoSession)?;
    if session.status == Status::Closing {
        return Err(Error::Refused(Refusal::NoSession));
    }
    if session.operator_id != 0 && session.operator_id != user.id && !user.admin {
        return Err(Error::Refused(Refusal::NoAccess));
    }
    let from = if session.operator_id == 0 { user.id } else { session.operator_id };
    sessions::pass_on(change, &session, line, from)
}

/// What an employee writes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text {
    /// Text, BB codes as given.
    pub body: String,
    /// Attachments, keyboard and the like as JSON, or empty.
    pub params: String,
    /// Message of the same chat that it answers.
    pub reply_to: Option<i64>,
    /// Files of the drive that it carries.
    pub files: Vec<Attached>,
    /// Name that the writer's browser gave it.
    pub client_id: Option<String>,
}

impl From<&str> for Text {
    fn from(body: &str) -> Self {
        Text { body: body.to_owned(), ..Text::default() }
    }
}

/// An employee writes into a chat, and has read it with that. The first to write into a waiting session owns it; without a
/// session one is started. Returns the message's id.
///
/// # Errors
/// Those of [`open_chat`]; [`Refusal::NoMessage`], [`Refusal::OtherChat`] for a wrong `reply_to`.
pub fn write(change: &mut Change<'_, '_>, chat_id: i64, text: Text) -> Result<i64> {
    let id = write_unseen(change, chat_id, text)?;
    chats::mark_read(change, chat_id, change.actor_id, id)?;
    Ok(id)
}

/// [`write()`] by an employee who does not look at the chat: what is unread stays so.
///
/// # Errors
/// As [`write()`].
pub(crate) fn write_unseen(change: &mut Change<'_, '_>, chat_id: i64, text: Text) -> Result<i64> {
    let (mut context, user) = open_chat(change, chat_id)?;
    check_reply(change, chat_id, text.reply_to)?;
    let session_id = match sessions::open_of_chat(change.tx, chat_id)? {
        None if context.line.is_none() => last_session_id(change, chat_id)?,
        None => start(change, &context, &user)?,
        Some(session) => {
            let free =
                matches!(session.status, Status::New | Status::Offered | Status::Bot) || session.operator_id == 0;
            if free || (session.status == Status::Closing && session.operator_id == user.id) {
                take(change, &session, &user, Word::Answered)?;
                // A bot that had the dialogue has left, and hears nothing more of it.
                context.chat = chats::find(change.tx, chat_id)?.ok_or(Refusal::NoChat)?;
            } else {
                chats::join(change, &[(chat_id, user.id)])?;
            }
            session.id
        }
    };
    let outgoing = Outgoing {
        session_id,
        author_id: user.id,
        body: text.body,
        params: text.params,
        direction: messages::Direction::Out,
        files: text.files,
        client_id: text.client_id,
        reply_to: text.reply_to,
    };
    let id = outbound::send(change, &context.chat, &context.connector, context.line.as_ref(), outgoing)?;
    if !context.chat.silent
        && let Some(session) = sessions::find(change.tx, session_id)?
    {
        sessions::operator_wrote(change, &session)?;
    }
    Ok(id)
}

/// An employee has the program write: no author, no signature, and nobody's dialogue changes hands (`SYSTEM` = `Y`).
///
/// # Errors
/// As [`write()`].
pub fn write_as_system(change: &mut Change<'_, '_>, chat_id: i64, text: Text) -> Result<i64> {
    let (context, _) = open_chat(change, chat_id)?;
    check_reply(change, chat_id, text.reply_to)?;
    let session_id = last_session_id(change, chat_id)?;
    let outgoing =
        Outgoing { params: text.params, reply_to: text.reply_to, ..Outgoing::automatic(session_id, &text.body) };
    outbound::send(change, &context.chat, &context.connector, context.line.as_ref(), outgoing)
}

fn last_session_id(change: &mut Change<'_, '_>, chat_id: i64) -> Result<i64> {
    Ok(sessions::last_of_chat(change.tx, chat_id)?.map_or(0, |session| session.id))
}

fn check_reply(change: &mut Change<'_, '_>, chat_id: i64, reply_to: Option<i64>) -> Result<()> {
    let Some(id) = reply_to else { return Ok(()) };
    let message = messages::find(change.tx, id)?.filter(|message| message.deleted_ms.is_none());
    let message = message.ok_or(Refusal::NoMessage)?;
    if message.chat_id != chat_id {
        return Err(Error::Refused(Refusal::OtherChat));
    }
    Ok(())
}
