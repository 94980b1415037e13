//! Outgoing messages: what an operator or the program writes into a chat, and how the connector is told.

use crate::bots::{self, Heard};
use crate::change::Notice;
use crate::channels;
use crate::chats::{self, Chat, Context};
use crate::connectors::Connector;
use crate::deliveries::Known;
use crate::events::Kind;
use crate::facts::{EventCode, Fact};
use crate::files::{self, Attached, Purpose};
use crate::lines::Line;
use crate::messages::{self, Direction, Message, NewMessage, Progress};
use crate::{Change, Error, Refusal, Result, deliveries, operator_data};

/// A message to send.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// Session it belongs to.
    pub session_id: i64,
    /// The employee who writes it; 0 for the program.
    pub author_id: i64,
    /// Text.
    pub body: String,
    /// Attachments, keyboard and the like as JSON, or empty.
    pub params: String,
    /// Who writes: an employee or the program.
    pub direction: Direction,
    /// Files of the drive that it carries.
    pub files: Vec<Attached>,
    /// Name that the writer's browser gave it.
    pub client_id: Option<String>,
    /// Message of the same chat that it answers.
    pub reply_to: Option<i64>,
}

impl Outgoing {
    /// An automatic text: greeting, closing text and the like.
    #[must_use]
    pub fn automatic(session_id: i64, body: &str) -> Outgoing {
        Outgoing {
            session_id,
            author_id: 0,
            body: body.to_owned(),
            params: String::new(),
            direction: Direction::System,
            files: Vec::new(),
            client_id: None,
            reply_to: None,
        }
    }
}

/// Stores an outgoing message and hands it to the connector, unless an employee writes in silent mode, the channel is off, the
/// connector does not want automatic texts (D-78), or there is neither text nor file. Returns its id.
///
/// # Errors
/// Those of the database.
pub fn send(
    change: &mut Change<'_, '_>,
    chat: &Chat,
    connector: &Connector,
    line: Option<&Line>,
    outgoing: Outgoing,
) -> Result<i64> {
    let system = outgoing.direction == Direction::System;
    let hidden = is_marked_hidden(&outgoing.params) || (chat.silent && !system);
    let message = NewMessage {
        chat_id: chat.id,
        session_id: outgoing.session_id,
        author_id: outgoing.author_id,
        direction: outgoing.direction,
        sent_ms: change.now,
        body: outgoing.body,
        params: if hidden { marked_hidden(&outgoing.params) } else { outgoing.params },
        external_id: None,
        files: Vec::new(),
        client_id: outgoing.client_id,
        reply_to: outgoing.reply_to,
    };
    let id = messages::append(change, std::slice::from_ref(&message))?[0];
    let purpose = Purpose::Attachment { chat_id: chat.id, message_id: id, author_id: message.author_id };
    files::attach(change, purpose, &outgoing.files)?;
    chats::rest_at(change, chat.id, id)?;
    announce_in_line(change, chat, connector, &message, id);
    let heard = Heard { id, author_id: message.author_id, direction: message.direction, body: &message.body };
    bots::tell_message(change, chat, heard)?;
    // A channel has no use for what is neither text nor file, such as an attachment that stands alone.
    let has_content = !message.body.trim().is_empty() || !outgoing.files.is_empty();
    let wanted = has_content && (!system || connector.registration.need_system_messages);
    if wanted && !hidden && !reaches_channel(change, chat, connector)? {
        messages::set_progress(change.tx, Progress::Failed, &[(id, None)])?;
    } else if wanted && !hidden {
        let signature = match system {
            true => None,
            false => signature(change, connector, line, message.author_id)?,
        };
        let fact =
            outgoing_fact(chat, connector, Written { id, author_id: message.author_id, signature, body: message.body });
        notice(change, chat, connector, EventCode::ConnectorMessageAdd, id, fact);
    }
    Ok(id)
}

/// What clients know a message by that only employees see.
const HIDDEN: (&str, &str) = ("COMPONENT_ID", "HiddenMessage");

pub(crate) fn marked_hidden(params: &str) -> String {
    let mut params: serde_json::Map<String, serde_json::Value> = serde_json::from_str(params).unwrap_or_default();
    params.insert(HIDDEN.0.to_owned(), HIDDEN.1.into());
    serde_json::Value::Object(params).to_string()
}

/// Whether the message was written in silent mode: the channel never heard of it and never will.
fn is_hidden(message: &Message) -> bool {
    is_marked_hidden(&message.params)
}

pub(crate) fn is_marked_hidden(params: &str) -> bool {
    // Most messages have no parameters at all.
    let params = serde_json::from_str::<serde_json::Value>(params);
    params.is_ok_and(|params| params[HIDDEN.0] == HIDDEN.1)
}

/// Leaves a note that only employees see: neither the connector nor any application is told. Returns its id.
///
/// # Errors
/// Those of the database.
pub fn leave_note(change: &mut Change<'_, '_>, chat: &Chat, session_id: i64, body: &str) -> Result<i64> {
    let note = NewMessage {
        chat_id: chat.id,
        session_id,
        author_id: 0,
        direction: Direction::System,
        sent_ms: change.now,
        body: body.to_owned(),
        params: marked_hidden(""),
        external_id: None,
        files: Vec::new(),
        client_id: None,
        reply_to: None,
    };
    Ok(messages::append(change, &[note])?[0])
}

/// Tells the applications that a message appeared in the line's chat (`OnOpenLineMessageAdd`).
pub(crate) fn announce_in_line(
    change: &mut Change<'_, '_>,
    chat: &Chat,
    connector: &Connector,
    message: &NewMessage,
    id: i64,
) {
    let fact = Fact::LineMessage {
        chat: chat.as_ref(connector),
        chat_id: chat.id,
        message_id: id,
        at_ms: message.sent_ms,
        body: message.body.clone(),
        author_id: message.author_id,
        system: message.direction == Direction::System,
    };
    notice(change, chat, connector, EventCode::LineMessageAdd, 0, fact);
}

/// Tells the applications that a message of the line's chat changed or is gone.
pub(crate) fn announce_change(
    change: &mut Change<'_, '_>,
    chat: &Chat,
    connector: &Connector,
    message: &Message,
    code: EventCode,
) {
    let fact = Fact::LineMessage {
        chat: chat.as_ref(connector),
        chat_id: chat.id,
        message_id: message.id,
        at_ms: change.now,
        body: String::new(),
        author_id: message.author_id,
        system: message.direction == Direction::System,
    };
    notice(change, chat, connector, code, 0, fact);
}

/// Changes an employee's message and tells the connector, if it allows edits and may know the message.
///
/// # Errors
/// Those of the database.
pub fn edit(
    change: &mut Change<'_, '_>,
    context: &Context,
    message: &Message,
    body: &str,
    params: Option<&str>,
) -> Result<()> {
    messages::set_body(change, message, body, params)?;
    if message.direction == Direction::Note {
        return Ok(());
    }
    let (chat, connector) = (&context.chat, &context.connector);
    let heard = Heard { body, ..Heard::from(message) };
    bots::tell_change(change, chat, heard, EventCode::BotMessageUpdate)?;
    announce_change(change, chat, connector, message, EventCode::LineMessageUpdate);
    // What was never told goes out as it is now.
    if connector.registration.edit_internal_messages && deliveries::known(change, message)? == Known::Perhaps {
        let signature = signature(change, connector, context.line.as_ref(), message.author_id)?;
        tell_channel(change, chat, connector, message, EventCode::ConnectorMessageUpdate, signature, body)?;
    }
    Ok(())
}

/// Deletes an employee's message and tells the connector, if it allows deletions and may know the message. What waits to be told
/// of it is told to nobody.
///
/// # Errors
/// Those of the database.
pub fn delete(change: &mut Change<'_, '_>, context: &Context, message: &Message) -> Result<()> {
    messages::set_deleted(change, message)?;
    if message.direction == Direction::Note {
        return Ok(());
    }
    let (chat, connector) = (&context.chat, &context.connector);
    bots::tell_change(change, chat, message.into(), EventCode::BotMessageDelete)?;
    announce_change(change, chat, connector, message, EventCode::LineMessageDelete);
    let known = deliveries::withdraw(change, message)?;
    if connector.registration.del_internal_messages && known == Known::Perhaps {
        tell_channel(change, chat, connector, message, EventCode::ConnectorMessageDelete, None, "")?;
    }
    Ok(())
}

/// Hands a message that was given up to the connector once more, under its own id.
///
/// # Errors
/// [`Refusal::NoProvider`] when the channel is off; those of the database.
pub(crate) fn send_again(change: &mut Change<'_, '_>, context: &Context, message: &Message) -> Result<()> {
    let (chat, connector) = (&context.chat, &context.connector);
    if !reaches_channel(change, chat, connector)? {
        return Err(Error::Refused(Refusal::NoProvider));
    }
    let signature = match message.direction {
        Direction::Out => signature(change, connector, context.line.as_ref(), message.author_id)?,
        _ => None,
    };
    let written = Written { id: message.id, author_id: message.author_id, signature, body: message.body.clone() };
    let fact = outgoing_fact(chat, connector, written);
    notice(change, chat, connector, EventCode::ConnectorMessageAdd, message.id, fact);
    change.event(Kind::MessageDelivered, message.chat_id, message.id);
    Ok(())
}

/// The connector confirmed a message: it is delivered, and what is still to be sent of it is not sent again (promise 5).
/// Ids of another connector or line are passed over (D-41).
///
/// # Errors
/// Those of the database.
pub fn confirm(
    change: &mut Change<'_, '_>,
    connector: &Connector,
    line_id: i64,
    confirmed: &Confirmation,
) -> Result<()> {
    let Some(message) = confirmed_message(change, connector, line_id, confirmed)? else { return Ok(()) };
    messages::set_delivered(change, &message, confirmed.at_ms.unwrap_or(change.now), &confirmed.external_ids)?;
    deliveries::settle_confirmed(change, message.id)
}

/// The connector says that the customer has read a message. Ids of another connector or line are passed over.
///
/// # Errors
/// Those of the database.
pub fn confirm_read(
    change: &mut Change<'_, '_>,
    connector: &Connector,
    line_id: i64,
    confirmed: &Confirmation,
) -> Result<()> {
    if let Some(message) = confirmed_message(change, connector, line_id, confirmed)? {
        messages::set_read(change, &message, confirmed.at_ms.unwrap_or(change.now))?;
    }
    Ok(())
}

/// The outgoing message that a connector speaks of, if it is one of its own on this line.
fn confirmed_message(
    change: &mut Change<'_, '_>,
    connector: &Connector,
    line_id: i64,
    confirmed: &Confirmation,
) -> Result<Option<Message>> {
    let Some(message) = messages::find(change.tx, confirmed.message_id)? else { return Ok(None) };
    let other_chat = confirmed.chat_id.is_some_and(|chat_id| chat_id != message.chat_id);
    if other_chat || matches!(message.direction, Direction::In | Direction::Note) {
        return Ok(None);
    }
    let Some(chat) = crate::chats::find(change.tx, message.chat_id)? else { return Ok(None) };
    Ok((chat.connector_id == connector.id && chat.line_id == line_id).then_some(message))
}

/// What a connector says of an outgoing message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmation {
    /// `im.chat_id`, if it was given.
    pub chat_id: Option<i64>,
    /// `im.message_id`.
    pub message_id: i64,
    /// `message.id`.
    pub external_ids: Vec<String>,
    /// `message.date`.
    pub at_ms: Option<crate::Millis>,
}

fn reaches_channel(change: &mut Change<'_, '_>, chat: &Chat, connector: &Connector) -> Result<bool> {
    if connector.removed_ms.is_some() {
        return Ok(false);
    }
    Ok(channels::find(change.tx, connector.id, chat.line_id)?.is_some_and(|channel| channel.active))
}

/// The name before the text: the operator's, unless the line hides it or the connector wants none (D-76).
fn signature(
    change: &mut Change<'_, '_>,
    connector: &Connector,
    line: Option<&Line>,
    author_id: i64,
) -> Result<Option<String>> {
    match connector.registration.need_signature {
        true => operator_data::name(change.tx, line, author_id),
        false => Ok(None),
    }
}

fn tell_channel(
    change: &mut Change<'_, '_>,
    chat: &Chat,
    connector: &Connector,
    message: &Message,
    code: EventCode,
    signature: Option<String>,
    body: &str,
) -> Result<()> {
    if matches!(message.direction, Direction::In | Direction::Note)
        || is_hidden(message)
        || !reaches_channel(change, chat, connector)?
    {
        return Ok(());
    }
    let written = Written { id: message.id, author_id: message.author_id, signature, body: body.to_owned() };
    let mut fact = outgoing_fact(chat, connector, written);
    if let Fact::Outgoing { connector_ids, .. } = &mut fact {
        connector_ids.clone_from(&message.connector_ids);
    }
    // The message's own delivery may be confirmed and settled while this one is pending, so it goes under its own name.
    notice(change, chat, connector, code, 0, fact);
    Ok(())
}

struct Written {
    id: i64,
    author_id: i64,
    signature: Option<String>,
    body: String,
}

fn outgoing_fact(chat: &Chat, connector: &Connector, written: Written) -> Fact {
    Fact::Outgoing {
        chat: chat.as_ref(connector),
        chat_id: chat.id,
        message_id: written.id,
        author_id: written.author_id,
        signature: written.signature,
        body: written.body,
        connector_ids: Vec::new(),
    }
}

fn notice(
    change: &mut Change<'_, '_>,
    chat: &Chat,
    connector: &Connector,
    code: EventCode,
    message_id: i64,
    fact: Fact,
) {
    let application_id = Some(connector.application_id);
    change.notice(Notice { application_id, code, chat_id: chat.id, message_id, fact });
}
