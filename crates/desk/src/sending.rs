//! What an operator's browser sends: an answer or a note, now or later, once however often it is sent.

use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Row, Tx, params};

use crate::files::{Attached, State};
use crate::ids::{self, Series};
use crate::jobs::{self, JobKind};
use crate::messages::Message;
use crate::operators::{self, Text};
use crate::own::{self, Audible};
use crate::{Change, Error, Millis, Refusal, Result, chats, deliveries, files, messages, notes, notifications};
use crate::{outbound, posts};

/// What is to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sending {
    /// The chat.
    pub chat_id: i64,
    /// Name that the browser gave it: the same name again is the same message.
    pub client_id: String,
    /// Text, BB codes as given.
    pub text: String,
    /// Files that the caller has uploaded to the chat.
    pub file_ids: Vec<i64>,
    /// Number of the message that it answers.
    pub quote_no: Option<i64>,
    /// For colleagues only.
    pub note: bool,
    /// The dialogue is finished with it.
    pub finish: bool,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// It is this message.
    Message(Box<Message>),
    /// It is sent later.
    Later(Scheduled),
}

/// A message that is sent later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scheduled {
    /// Id.
    pub id: i64,
    /// What is to be sent.
    pub sending: Sending,
    /// When.
    pub send_at_ms: Millis,
}

/// Messages that one employee may have waiting.
pub const SCHEDULED_MAX: i64 = 1000;

/// Sends it, or plans it for `send_at_ms`.
///
/// # Errors
/// [`Refusal::NoChat`], [`Refusal::NoAccess`], [`Refusal::NotFound`] for a file, [`Refusal::NoMessage`] for a quote,
/// [`Refusal::OtherChat`] when the name was given to a message of another chat, [`Refusal::TooMany`]; those of the database.
pub fn send(change: &mut Change<'_, '_>, sending: Sending, send_at_ms: Option<Millis>) -> Result<Sent> {
    operators::open_chat(change, sending.chat_id)?;
    if let Some(sent) = known(change, &sending)? {
        return Ok(sent);
    }
    check(change, &sending)?;
    match send_at_ms.filter(|at_ms| *at_ms > change.now) {
        None => Ok(Sent::Message(Box::new(send_now(change, sending)?))),
        Some(at_ms) => Ok(Sent::Later(schedule(change, sending, at_ms)?)),
    }
}

/// What was sent or planned under the same name before.
fn known(change: &mut Change<'_, '_>, sending: &Sending) -> Result<Option<Sent>> {
    if let Some(message) = messages::find_by_client(change.tx, change.actor_id, &sending.client_id)? {
        return match message.chat_id == sending.chat_id {
            true => Ok(Some(Sent::Message(Box::new(message)))),
            false => Err(Error::Refused(Refusal::OtherChat)),
        };
    }
    let sql = format!("SELECT {COLUMNS} FROM scheduled_messages WHERE author_id = ?1 AND client_id = ?2");
    let scheduled = change.tx.query_opt(&sql, &params![change.actor_id, &sending.client_id], from_row)?;
    scheduled.map(|found| read(found).map(Sent::Later)).transpose()
}

/// Files and quote are there, before anything waits for its moment.
fn check(change: &mut Change<'_, '_>, sending: &Sending) -> Result<()> {
    attached(change, sending)?;
    quoted(change, sending)?;
    Ok(())
}

/// Files that the caller uploaded to this chat and that no message has.
fn attached(change: &mut Change<'_, '_>, sending: &Sending) -> Result<Vec<Attached>> {
    let found = files::find_many(change.tx, &sending.file_ids)?;
    let is_own = |file: &files::File| {
        file.chat_id == sending.chat_id
            && file.message_id == 0
            && file.author_id == change.actor_id
            && file.state == State::Ready
    };
    if found.len() != sending.file_ids.len() || !found.iter().all(is_own) {
        return Err(Error::Refused(Refusal::NotFound));
    }
    Ok(found.into_iter().map(|file| Attached { file, secret: String::new() }).collect())
}

fn quoted(change: &mut Change<'_, '_>, sending: &Sending) -> Result<Option<i64>> {
    let Some(no) = sending.quote_no else { return Ok(None) };
    let message = messages::find_by_no(change.tx, sending.chat_id, no)?.filter(|message| message.deleted_ms.is_none());
    Ok(Some(message.ok_or(Refusal::NoMessage)?.id))
}

fn send_now(change: &mut Change<'_, '_>, sending: Sending) -> Result<Message> {
    let (files, reply_to) = (attached(change, &sending)?, quoted(change, &sending)?);
    let Sending { chat_id, client_id, text: body, note, finish, .. } = sending;
    let params = reply_to.map(|id| json!({"REPLY_ID": id}).to_string()).unwrap_or_default();
    let sent = body.clone();
    let text = Text { body, params, reply_to, files, client_id: Some(client_id) };
    let id = if note { notes::write(change, chat_id, text)? } else { operators::write(change, chat_id, text)? };
    own::forget_sent_draft(change, chat_id, &sent)?;
    if finish {
        operators::finish(change, chat_id)?;
    }
    Ok(messages::find(change.tx, id)?.ok_or(Refusal::NoMessage)?)
}

const COLUMNS: &str = "id, draft, send_at_ms";

fn from_row(row: &Row<'_>) -> std::result::Result<(i64, String, Millis), store::Error> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
}

fn read((id, draft, send_at_ms): (i64, String, Millis)) -> Result<Scheduled> {
    let corrupt =
        |error: serde_json::Error| Error::Corrupt { table: "scheduled_messages", id, what: error.to_string() };
    Ok(Scheduled { id, sending: serde_json::from_str(&draft).map_err(corrupt)?, send_at_ms })
}

fn schedule(change: &mut Change<'_, '_>, sending: Sending, send_at_ms: Millis) -> Result<Scheduled> {
    let sql = "SELECT count(*) FROM scheduled_messages WHERE author_id = ?1";
    let waiting: i64 = change.tx.query_one(sql, &params![change.actor_id], |row| row.get(0))?;
    if waiting >= SCHEDULED_MAX {
        return Err(Error::Refused(Refusal::TooMany(1000)));
    }
    let id = ids::next(change.tx, Series::Scheduled)?;
    let draft = serde_json::to_string(&sending).expect("texts and numbers are JSON");
    change.tx.execute(
        "INSERT INTO scheduled_messages (id, chat_id, author_id, client_id, draft, send_at_ms, created_ms) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        &params![id, sending.chat_id, change.actor_id, &sending.client_id, &draft, send_at_ms, change.now],
    )?;
    own::forget_sent_draft(change, sending.chat_id, &sending.text)?;
    jobs::schedule(change, JobKind::SendLater, id, send_at_ms)?;
    Ok(Scheduled { id, sending, send_at_ms })
}

/// The caller takes back a message that was not sent yet, and gets its text back. Either it is sent or it is taken back.
///
/// # Errors
/// [`Refusal::NotFound`] when it was sent, taken back before, or is somebody else's; those of the database.
pub fn take_back(change: &mut Change<'_, '_>, id: i64) -> Result<Sending> {
    let sql = format!("SELECT {COLUMNS} FROM scheduled_messages WHERE id = ?1 AND author_id = ?2");
    let found = change.tx.query_opt(&sql, &params![id, change.actor_id], from_row)?.ok_or(Refusal::NotFound)?;
    let scheduled = read(found)?;
    remove(change, id)?;
    jobs::cancel(change, JobKind::SendLater, id)?;
    Ok(scheduled.sending)
}

fn remove(change: &mut Change<'_, '_>, id: i64) -> Result<()> {
    change.tx.execute("DELETE FROM scheduled_messages WHERE id = ?1", &params![id])?;
    Ok(())
}

/// Delivers a message that was given up once more, in its place before what waits behind it.
///
/// # Errors
/// [`Refusal::NoMessage`], [`Refusal::NoChat`], [`Refusal::NoAccess`], [`Refusal::NothingToDo`] when it has not failed,
/// [`Refusal::NoProvider`] when the channel is off; those of the database.
pub fn retry(change: &mut Change<'_, '_>, message_id: i64) -> Result<Message> {
    let message = messages::find(change.tx, message_id)?.filter(|message| message.deleted_ms.is_none());
    let message = message.ok_or(Refusal::NoMessage)?;
    let (context, _) = chats::open_for(change.tx, message.chat_id, change.actor_id)?;
    if posts::State::of(&message) != Some(posts::State::Failed) {
        return Err(Error::Refused(Refusal::NothingToDo));
    }
    let replayed = match message.delivery_id {
        Some(id) => deliveries::replay(change, id)?,
        None => false,
    };
    // Nobody took it, or its delivery was swept.
    if !replayed {
        outbound::send_again(change, &context, &message)?;
    }
    Ok(messages::find(change.tx, message_id)?.ok_or(Refusal::NoMessage)?)
}

/// The caller's messages for a chat that wait for their moment, the next one first.
///
/// # Errors
/// Those of the database.
pub fn waiting(tx: &mut Tx<'_>, author_id: i64, chat_id: i64) -> Result<Vec<Scheduled>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM scheduled_messages WHERE author_id = ?1 AND chat_id = ?2 ORDER BY send_at_ms, id"
    );
    tx.query(&sql, &params![author_id, chat_id], from_row)?.into_iter().map(read).collect()
}

/// Whose planned message it is.
///
/// # Errors
/// Those of the database.
pub fn author_of(tx: &mut Tx<'_>, id: i64) -> Result<Option<i64>> {
    let sql = "SELECT author_id FROM scheduled_messages WHERE id = ?1";
    Ok(tx.query_opt(sql, &params![id], |row| row.get(0))?)
}

/// Sends a planned message in its author's name, who is the change's actor. What the job [`JobKind::SendLater`] does. One that
/// cannot be sent any more becomes its author's draft again, and the author is told.
///
/// # Errors
/// Those of the database.
pub fn send_planned(change: &mut Change<'_, '_>, id: i64) -> Result<()> {
    if !jobs::take(change, JobKind::SendLater, id)? {
        return Ok(());
    }
    let sql = format!("SELECT {COLUMNS} FROM scheduled_messages WHERE id = ?1 AND author_id = ?2");
    let Some(found) = change.tx.query_opt(&sql, &params![id, change.actor_id], from_row)? else { return Ok(()) };
    let scheduled = read(found)?;
    remove(change, id)?;
    let (chat_id, text) = (scheduled.sending.chat_id, scheduled.sending.text.clone());
    let note = scheduled.sending.note;
    // What refuses it does so before anything is written.
    let refused = match chats::open_for(change.tx, chat_id, change.actor_id) {
        Ok(_) => check(change, &scheduled.sending),
        Err(error) => Err(error),
    };
    match refused {
        Ok(()) => send_now(change, scheduled.sending).map(drop),
        Err(Error::Refused(_)) => {
            own::store_draft(change, chat_id, &text, if note { Audible::Colleagues } else { Audible::Customer })?;
            let notification = notifications::NewNotification {
                user_id: change.actor_id,
                author_id: 0,
                application: String::new(),
                body: format!("A message planned for chat {chat_id} could not be sent; its text is the chat's draft."),
                params: String::new(),
                tag: format!("send_later|{id}"),
                sub_tag: String::new(),
            };
            match notifications::add(change, &notification) {
                Ok(_) | Err(Error::Refused(Refusal::NoUser)) => Ok(()),
                Err(error) => Err(error),
            }
        }
        Err(error) => Err(error),
    }
}
