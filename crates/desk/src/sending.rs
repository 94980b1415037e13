//! What an operator's browser sends: an answer or a note, now or later, once however often it is sent.

use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Row, Tx, params};

use crate::files::{Attached, State};
use crate::hindrance::{self, Hindrance};
use crate::ids::{self, Series};
use crate::jobs::{self, JobKind};
use crate::messages::Message;
use crate::operators::{self, Text};
use crate::texts::Language;
use crate::{Change, Error, Millis, Refusal, Result, chats, deliveries, files, messages, notes, notifications};
use crate::{outbound, own, posts, uploads, users};

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
    /// It was written while the chat was silent, so it stays with colleagues, whatever the chat is when it is sent. [`send`] says so.
    #[serde(default)]
    pub silent: bool,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// It is this message.
    Message(Box<Message>),
    /// It is sent later.
    Later(Scheduled),
}

/// A message that is sent later, or could not be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scheduled {
    /// Id.
    pub id: i64,
    /// What is to be sent.
    pub sending: Sending,
    /// When.
    pub send_at_ms: Millis,
    /// Why it could not be sent: it is its author's again, who sends it once more or takes it back.
    pub refusal: Option<Hindrance>,
}

/// Messages that one employee may have waiting, those that came back included.
pub const SCHEDULED_MAX: u32 = 1000;

/// Sends it, or plans it for `send_at_ms`. The name of one that came back sends what is given now in its place.
///
/// # Errors
/// [`Refusal::NoChat`], [`Refusal::NoAccess`], [`Refusal::NotFound`] for a file, [`Refusal::NoMessage`] for a quote,
/// [`Refusal::OtherChat`] when the name was given to a message of another chat, [`Refusal::NotOperator`] when a colleague has
/// the dialogue that is to be finished, [`Refusal::TooMany`]; those of the database.
pub fn send(change: &mut Change<'_, '_>, sending: Sending, send_at_ms: Option<Millis>) -> Result<Sent> {
    let (context, _) = operators::open_chat(change, sending.chat_id)?;
    let sending = Sending { silent: context.chat.silent, ..sending };
    match known(change, &sending)? {
        Some(Sent::Later(scheduled)) if scheduled.refusal.is_some() => remove(change, &scheduled)?,
        Some(sent) => return Ok(sent),
        None => {}
    }
    // Before anything waits for its moment.
    attached(change, &sending)?;
    quoted(change, &sending)?;
    if sending.finish && operators::is_held_by_colleague(change, sending.chat_id)? {
        return Err(Error::Refused(Refusal::NotOperator));
    }
    own::forget_sent_draft(change, sending.chat_id, &sending.text)?;
    match send_at_ms.filter(|at_ms| *at_ms > change.now) {
        None => Ok(Sent::Message(Box::new(write(change, sending, Presence::Here)?))),
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
    match scheduled.map(read).transpose()? {
        Some(scheduled) if scheduled.sending.chat_id != sending.chat_id => Err(Error::Refused(Refusal::OtherChat)),
        scheduled => Ok(scheduled.map(Sent::Later)),
    }
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

/// Whether the author sees what they answer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Presence {
    Here,
    /// It was written a while ago.
    Away,
}

fn write(change: &mut Change<'_, '_>, sending: Sending, presence: Presence) -> Result<Message> {
    let (files, reply_to) = (attached(change, &sending)?, quoted(change, &sending)?);
    let Sending { chat_id, client_id, text: body, note, finish, silent, .. } = sending;
    let mut params = reply_to.map(|id| json!({"REPLY_ID": id}).to_string()).unwrap_or_default();
    if silent && !note {
        params = outbound::marked_hidden(&params);
    }
    let text = Text { body, params, reply_to, files, client_id: Some(client_id) };
    let id = match (note, presence) {
        (true, Presence::Here) => notes::write(change, chat_id, text)?,
        (true, Presence::Away) => notes::write_unseen(change, chat_id, text)?,
        (false, Presence::Here) => operators::write(change, chat_id, text)?,
        (false, Presence::Away) => operators::write_unseen(change, chat_id, text)?,
    };
    if finish {
        operators::finish(change, chat_id)?;
    }
    Ok(messages::find(change.tx, id)?.ok_or(Refusal::NoMessage)?)
}

const COLUMNS: &str = "id, draft, send_at_ms, refusal";

type Stored = (i64, String, Millis, Option<Hindrance>);

fn from_row(row: &Row<'_>) -> std::result::Result<Stored, store::Error> {
    let refusal: Option<String> = row.get(3)?;
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, refusal.as_deref().map(Hindrance::read)))
}

fn read((id, draft, send_at_ms, refusal): Stored) -> Result<Scheduled> {
    let corrupt =
        |error: serde_json::Error| Error::Corrupt { table: "scheduled_messages", id, what: error.to_string() };
    Ok(Scheduled { id, sending: serde_json::from_str(&draft).map_err(corrupt)?, send_at_ms, refusal })
}

fn schedule(change: &mut Change<'_, '_>, sending: Sending, send_at_ms: Millis) -> Result<Scheduled> {
    let sql = "SELECT count(*) FROM scheduled_messages WHERE author_id = ?1";
    let waiting: i64 = change.tx.query_one(sql, &params![change.actor_id], |row| row.get(0))?;
    if waiting >= i64::from(SCHEDULED_MAX) {
        return Err(Error::Refused(Refusal::TooMany(SCHEDULED_MAX)));
    }
    let id = ids::next(change.tx, Series::Scheduled)?;
    let draft = serde_json::to_string(&sending).expect("texts and numbers are JSON");
    change.tx.execute(
        "INSERT INTO scheduled_messages (id, chat_id, author_id, client_id, draft, send_at_ms, created_ms) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        &params![id, sending.chat_id, change.actor_id, &sending.client_id, &draft, send_at_ms, change.now],
    )?;
    uploads::planned(change, &sending.file_ids)?;
    jobs::schedule(change, JobKind::SendLater, id, send_at_ms)?;
    Ok(Scheduled { id, sending, send_at_ms, refusal: None })
}

/// One of the caller's.
fn own_scheduled(change: &mut Change<'_, '_>, id: i64) -> Result<Option<Scheduled>> {
    let sql = format!("SELECT {COLUMNS} FROM scheduled_messages WHERE id = ?1 AND author_id = ?2");
    let found = change.tx.query_opt(&sql, &params![id, change.actor_id], from_row)?;
    found.map(read).transpose()
}

/// The caller takes back a message that was not sent, and gets all of it back. Either it is sent or it is taken back.
///
/// # Errors
/// [`Refusal::NotFound`] when it was sent, taken back before, or is somebody else's; those of the database.
pub fn take_back(change: &mut Change<'_, '_>, id: i64) -> Result<Scheduled> {
    let scheduled = own_scheduled(change, id)?.ok_or(Refusal::NotFound)?;
    remove(change, &scheduled)?;
    jobs::cancel(change, JobKind::SendLater, id)?;
    Ok(scheduled)
}

fn remove(change: &mut Change<'_, '_>, scheduled: &Scheduled) -> Result<()> {
    change.tx.execute("DELETE FROM scheduled_messages WHERE id = ?1", &params![scheduled.id])?;
    uploads::given_back(change, &scheduled.sending.file_ids)?;
    match scheduled.refusal {
        Some(_) => count_returned(change, scheduled.sending.chat_id),
        None => Ok(()),
    }
}

/// The author sees with the chat how many came back.
fn count_returned(change: &mut Change<'_, '_>, chat_id: i64) -> Result<()> {
    let sql = "SELECT count(*) FROM scheduled_messages WHERE chat_id = ?1 AND author_id = ?2 AND refusal IS NOT NULL";
    let returned: i64 = change.tx.query_one(sql, &params![chat_id, change.actor_id], |row| row.get(0))?;
    own::set_returned(change, chat_id, returned)
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

/// The caller's messages that wait for their moment or came back, for one chat or for all, the next one first.
///
/// # Errors
/// Those of the database.
pub fn waiting(tx: &mut Tx<'_>, author_id: i64, chat_id: Option<i64>) -> Result<Vec<Scheduled>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM scheduled_messages WHERE author_id = ?1 AND (?2 = 0 OR chat_id = ?2) ORDER BY send_at_ms, id"
    );
    tx.query(&sql, &params![author_id, chat_id.unwrap_or(0)], from_row)?.into_iter().map(read).collect()
}

/// Whose planned message it is, and what the author planned for the same chat before it, in the order in which it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// The author.
    pub author_id: i64,
    /// Planned for an earlier moment, or earlier for the same one; what came back is left out.
    pub before: Vec<i64>,
}

/// Whose turn a planned message has to wait for; `None` when there is no such message any more.
///
/// # Errors
/// Those of the database.
pub fn turn(tx: &mut Tx<'_>, id: i64) -> Result<Option<Turn>> {
    let sql = "SELECT author_id, chat_id, send_at_ms FROM scheduled_messages WHERE id = ?1";
    let found = tx.query_opt(sql, &params![id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let Some((author_id, chat_id, send_at_ms)) = found else { return Ok(None) };
    let (author_id, chat_id, send_at_ms): (i64, i64, Millis) = (author_id, chat_id, send_at_ms);
    let sql = "SELECT id FROM scheduled_messages WHERE chat_id = ?1 AND author_id = ?2 AND refusal IS NULL \
               AND (send_at_ms < ?3 OR (send_at_ms = ?3 AND id < ?4)) ORDER BY send_at_ms, id";
    let before = tx.query(sql, &params![chat_id, author_id, send_at_ms, id], |row| row.get(0))?;
    Ok(Some(Turn { author_id, before }))
}

/// Sends a planned message in its author's name, who is the change's actor. What the job [`JobKind::SendLater`] does. When a
/// colleague has the dialogue that was to be finished with it, it is sent all the same, and the author is told.
///
/// # Errors
/// Any [`Refusal`] when it cannot be sent any more; then [`hand_back`] ends it. Those of the database.
pub fn send_planned(change: &mut Change<'_, '_>, id: i64) -> Result<()> {
    if !jobs::take(change, JobKind::SendLater, id)? {
        return Ok(());
    }
    let Some(scheduled) = own_scheduled(change, id)? else { return Ok(()) };
    remove(change, &scheduled)?;
    let mut sending = scheduled.sending;
    let chat_id = sending.chat_id;
    let is_held = sending.finish && operators::is_held_by_colleague(change, chat_id)?;
    sending.finish &= !is_held;
    write(change, sending, Presence::Away)?;
    if is_held {
        let text = hindrance::sent_unfinished(language(change)?, chat_id);
        tell(change, id, text)?;
    }
    Ok(())
}

/// A planned message was refused when its moment came: it is kept whole for its author, the change's actor, who is told why. It
/// is not tried again by itself.
///
/// # Errors
/// Those of the database.
pub fn hand_back(change: &mut Change<'_, '_>, id: i64, refusal: Refusal) -> Result<()> {
    if !jobs::take(change, JobKind::SendLater, id)? {
        return Ok(());
    }
    let Some(scheduled) = own_scheduled(change, id)? else { return Ok(()) };
    let chat_id = scheduled.sending.chat_id;
    let why = Hindrance::from(refusal);
    change.tx.execute("UPDATE scheduled_messages SET refusal = ?2 WHERE id = ?1", &params![id, why.as_str()])?;
    count_returned(change, chat_id)?;
    let text = hindrance::returned(language(change)?, chat_id, why);
    tell(change, id, text)
}

/// Of the change's actor.
fn language(change: &mut Change<'_, '_>) -> Result<Language> {
    let user = users::find(change.tx, change.actor_id)?;
    Ok(Language::read(user.map(|user| user.language).as_deref().unwrap_or_default()))
}

fn tell(change: &mut Change<'_, '_>, id: i64, body: String) -> Result<()> {
    let notification = notifications::NewNotification {
        user_id: change.actor_id,
        author_id: 0,
        application: String::new(),
        body,
        params: String::new(),
        tag: format!("send_later|{id}"),
        sub_tag: String::new(),
    };
    match notifications::add(change, &notification) {
        Ok(_) | Err(Error::Refused(Refusal::NoUser)) => Ok(()),
        Err(error) => Err(error),
    }
}
