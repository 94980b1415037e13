//! Changing and deleting messages that employees wrote.

use serde_json::{Map, Value};

use crate::chats::{self, Context};
use crate::messages::{self, Message};
use crate::users::User;
use crate::{Change, Error, Refusal, Result, outbound};

/// What changes in a message.
#[derive(Debug, Clone, Default)]
pub struct Edit {
    /// New text; `None` leaves it.
    pub body: Option<String>,
    /// Parameters to set, or with `None` to take away.
    pub params: Vec<(&'static str, Option<Value>)>,
    /// Whether the message shows that it was edited.
    pub mark: Mark,
}

/// Whether a changed message shows that it was edited.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mark {
    /// It does.
    #[default]
    Edited,
    /// It looks as if it had been written so.
    Unchanged,
}

/// The author changes a message. The connector hears of a new text; attachments and keyboards stay inside.
///
/// # Errors
/// [`Refusal::NoMessage`], [`Refusal::NoAccess`]; those of the database.
pub fn edit(change: &mut Change<'_, '_>, message_id: i64, edit: Edit) -> Result<()> {
    let (context, user, message) = open_message(change, message_id)?;
    if message.author_id != user.id {
        return Err(Error::Refused(Refusal::NoAccess));
    }
    apply(change, &context, &message, edit)
}

/// Changes a message, whoever may.
pub(crate) fn apply(change: &mut Change<'_, '_>, context: &Context, message: &Message, edit: Edit) -> Result<()> {
    let mut params: Map<String, Value> = serde_json::from_str(&message.params).unwrap_or_default();
    for (key, value) in edit.params {
        match value {
            Some(value) => params.insert(key.to_owned(), value),
            None => params.shift_remove(key),
        };
    }
    let params = if params.is_empty() { String::new() } else { Value::Object(params).to_string() };
    match edit.body.filter(|body| *body != message.body) {
        Some(body) => outbound::edit(change, context, message, &body, Some(&params))?,
        None => messages::set_body(change, message, &message.body, Some(&params))?,
    }
    match edit.mark {
        Mark::Edited => Ok(()),
        Mark::Unchanged => messages::set_edited(change, message.id, message.edited_ms),
    }
}

/// The author takes a message back.
///
/// # Errors
/// [`Refusal::NoMessage`], [`Refusal::NoAccess`]; those of the database.
pub fn delete_own(change: &mut Change<'_, '_>, message_id: i64) -> Result<()> {
    let (context, user, message) = open_message(change, message_id)?;
    if message.author_id != user.id {
        return Err(Error::Refused(Refusal::NoAccess));
    }
    outbound::delete(change, &context, &message)
}

/// The author or an administrator deletes a message.
///
/// # Errors
/// [`Refusal::NoMessage`], [`Refusal::NoAccess`]; those of the database.
pub fn delete(change: &mut Change<'_, '_>, message_id: i64) -> Result<()> {
    let (context, user, message) = open_message(change, message_id)?;
    if message.author_id != user.id && !user.admin {
        return Err(Error::Refused(Refusal::NoAccess));
    }
    outbound::delete(change, &context, &message)
}

/// A message in a chat that the caller may open.
fn open_message(change: &mut Change<'_, '_>, id: i64) -> Result<(Context, User, Message)> {
    let message = messages::find(change.tx, id)?.ok_or(Refusal::NoMessage)?;
    let (context, user) = chats::open_for(change.tx, message.chat_id, change.actor_id)?;
    match message.deleted_ms {
        None => Ok((context, user, message)),
        Some(_) => Err(Error::Refused(Refusal::NoMessage)),
    }
}
