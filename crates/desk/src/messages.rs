//! Messages: numbered without gaps inside their chat, in the order in which they were accepted (promise 3).

use std::collections::HashMap;

use sha2::{Digest, Sha256};
use store::{Param, Row, Tx, params};

use crate::events::Kind;
use crate::files::{self, Link, Purpose};
use crate::ids::{self, Series};
use crate::{Change, Millis, Result};

/// Where a message comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From outside, through the connector.
    In,
    /// Written by an employee.
    Out,
    /// Written by the program.
    System,
    /// Written by an employee for employees: no connector, customer or application ever hears of it.
    Note,
}

impl Direction {
    /// The stored word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Direction::In => "in",
            Direction::Out => "out",
            Direction::System => "system",
            Direction::Note => "note",
        }
    }
}

/// How far an outgoing message has come on its way to the connector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// To be delivered.
    Queued,
    /// A handler has taken it.
    Sent,
    /// Given up, or nobody takes it.
    Failed,
}

impl Progress {
    /// The stored word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Progress::Queued => "queued",
            Progress::Sent => "sent",
            Progress::Failed => "failed",
        }
    }

    fn parse(text: &str) -> Option<Progress> {
        [Progress::Queued, Progress::Sent, Progress::Failed].into_iter().find(|progress| progress.as_str() == text)
    }
}

/// A message about to be stored.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// Its chat.
    pub chat_id: i64,
    /// Its session.
    pub session_id: i64,
    /// Who wrote it; 0 for the program.
    pub author_id: i64,
    /// Where it comes from.
    pub direction: Direction,
    /// When it was written, as the sender says.
    pub sent_ms: Millis,
    /// Text as given.
    pub body: String,
    /// Attachments, keyboard and the like as JSON, or empty.
    pub params: String,
    /// Id in the external system.
    pub external_id: Option<String>,
    /// Files to fetch.
    pub files: Vec<Link>,
    /// Name that the writer's browser gave it.
    pub client_id: Option<String>,
    /// Message of the same chat that it answers.
    pub reply_to: Option<i64>,
}

/// A message as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Id, unique over all chats.
    pub id: i64,
    /// Its chat.
    pub chat_id: i64,
    /// Its number in the chat, from 1, without gaps.
    pub no: i64,
    /// Its session.
    pub session_id: i64,
    /// Who wrote it; 0 for the program.
    pub author_id: i64,
    /// Where it comes from.
    pub direction: Direction,
    /// When it was accepted.
    pub created_ms: Millis,
    /// Text.
    pub body: String,
    /// JSON or empty.
    pub params: String,
    /// Id in the external system, of an incoming message.
    pub external_id: Option<String>,
    /// When it was last edited.
    pub edited_ms: Option<Millis>,
    /// When it was deleted; the row stays.
    pub deleted_ms: Option<Millis>,
    /// When the connector confirmed it.
    pub delivered_ms: Option<Millis>,
    /// Ids in the external system, of a confirmed outgoing message.
    pub connector_ids: Vec<String>,
    /// When the customer read it, if the connector said so.
    pub read_ms: Option<Millis>,
    /// Name that the writer's browser gave it.
    pub client_id: Option<String>,
    /// Message of the same chat that it answers.
    pub reply_to: Option<i64>,
    /// How far an outgoing message has come.
    pub progress: Option<Progress>,
    /// The delivery that carries it.
    pub delivery_id: Option<i64>,
}

const COLUMNS: &str = "id, chat_id, no, session_id, author_id, direction, created_ms, body, params, external_id, edited_ms, \
     deleted_ms, delivered_ms, connector_ids, read_ms, client_id, reply_to_id, progress, delivery_id";

fn from_row(row: &Row<'_>) -> std::result::Result<Message, store::Error> {
    let direction: String = row.get(5)?;
    let connector_ids: String = row.get(13)?;
    Ok(Message {
        id: row.get(0)?,
        chat_id: row.get(1)?,
        no: row.get(2)?,
        session_id: row.get(3)?,
        author_id: row.get(4)?,
        direction: match direction.as_str() {
            "in" => Direction::In,
            "out" => Direction::Out,
            "note" => Direction::Note,
            _ => Direction::System,
        },
        created_ms: row.get(6)?,
        body: row.get(7)?,
        params: row.get(8)?,
        external_id: row.get(9)?,
        edited_ms: row.get(10)?,
        deleted_ms: row.get(11)?,
        delivered_ms: row.get(12)?,
        connector_ids: serde_json::from_str(&connector_ids).unwrap_or_default(),
        read_ms: row.get(14)?,
        client_id: row.get(15)?,
        reply_to: row.get(16)?,
        progress: row.get::<Option<String>>(17)?.and_then(|word| Progress::parse(&word)),
        delivery_id: row.get(18)?,
    })
}

/// What identifies a repeated message (promise 2). The text and files are part of it, the date is not: clients send the
/// time of the retry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct OnceKey<'a> {
    /// Chat, which stands for connector, line and external chat.
    pub chat_id: i64,
    /// Id in the external system.
    pub external_id: &'a str,
    /// The customer.
    pub author_id: i64,
    /// [`content_digest`].
    pub digest: i64,
}

/// The first time a message was accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Original {
    /// The message.
    pub message_id: i64,
    /// Its session then.
    pub session_id: i64,
}

/// A number that is equal for equal text and files: the first eight bytes of their SHA-256.
#[must_use]
pub fn content_digest(body: &str, files: &[Link]) -> i64 {
    let mut hash = Sha256::new();
    hash.update((body.len() as u64).to_be_bytes());
    hash.update(body);
    for file in files {
        hash.update((file.url.len() as u64).to_be_bytes());
        hash.update(&file.url);
        hash.update((file.name.len() as u64).to_be_bytes());
        hash.update(&file.name);
    }
    let bytes: [u8; 8] = hash.finalize()[..8].try_into().expect("eight of 32 bytes");
    i64::from_be_bytes(bytes)
}

/// Finds which of these messages were accepted before; the answers carry the index of the key.
///
/// # Errors
/// Those of the database.
pub fn originals(tx: &mut Tx<'_>, keys: &[OnceKey<'_>]) -> Result<Vec<(usize, Original)>> {
    let rows: Vec<Vec<Param<'_>>> =
        keys.iter().map(|key| params![key.chat_id, key.external_id, key.author_id, key.digest].to_vec()).collect();
    let sql = "SELECT id, session_id FROM messages \
               WHERE chat_id = ?1 AND external_id = ?2 AND author_id = ?3 AND content_digest = ?4";
    Ok(tx.query_each(sql, &rows, |index, row| {
        Ok((index, Original { message_id: row.get(0)?, session_id: row.get(1)? }))
    })?)
}

/// Stores messages in the given order and returns their ids.
///
/// # Errors
/// Those of the database.
pub fn append(change: &mut Change<'_, '_>, new: &[NewMessage]) -> Result<Vec<i64>> {
    if new.is_empty() {
        return Ok(Vec::new());
    }
    // In this order: whoever takes ids waits for the writer before, and then sees its numbers.
    let first = ids::take_remembered(change, Series::Message, new.len())?;
    let mut last_no = last_numbers(change, new)?;
    let mut rows: Vec<Vec<Param<'_>>> = Vec::with_capacity(new.len());
    for (id, message) in (first..).zip(new) {
        let no = last_no.entry(message.chat_id).or_insert(0);
        *no += 1;
        let digest = message.external_id.as_ref().map(|_| content_digest(&message.body, &message.files));
        rows.push(
            params![
                id,
                message.chat_id,
                *no,
                message.session_id,
                message.author_id,
                message.direction.as_str(),
                change.now,
                message.sent_ms,
                &message.body,
                &message.params,
                message.external_id.as_deref(),
                digest,
                message.client_id.as_deref(),
                message.reply_to
            ]
            .to_vec(),
        );
    }
    for (chat_id, no) in last_no {
        change.memory.numbers.insert(chat_id, no);
    }
    change.tx.send_each(
        "INSERT INTO messages (id, chat_id, no, session_id, author_id, direction, created_ms, sent_ms, body, params, \
         external_id, content_digest, client_id, reply_to_id, connector_ids) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, '[]')",
        &rows,
    )?;
    for (id, message) in (first..).zip(new) {
        change.event(Kind::MessageAdded, message.chat_id, id);
        let purpose = Purpose::Attachment { chat_id: message.chat_id, message_id: id, author_id: message.author_id };
        files::add_remote(change, purpose, &message.files)?;
    }
    Ok((first..).take(new.len()).collect())
}

/// The number of each chat's last message: those that are remembered and those that the database knows.
fn last_numbers(change: &mut Change<'_, '_>, new: &[NewMessage]) -> Result<HashMap<i64, i64>> {
    let remembered = |message: &NewMessage| Some((message.chat_id, *change.memory.numbers.get(&message.chat_id)?));
    let mut numbers: HashMap<i64, i64> = new.iter().filter_map(remembered).collect();
    let is_unknown = |chat_id: &i64| cfg!(debug_assertions) || !numbers.contains_key(chat_id);
    let mut unknown: Vec<i64> = new.iter().map(|message| message.chat_id).filter(is_unknown).collect();
    unknown.sort_unstable();
    unknown.dedup();
    let keys: Vec<_> = unknown.iter().map(|id| params![*id].to_vec()).collect();
    let sql = "SELECT no FROM messages WHERE chat_id = ?1 ORDER BY no DESC LIMIT 1";
    for (chat_id, no) in change.tx.query_each(sql, &keys, |index, row| Ok((unknown[index], row.get(0)?)))? {
        debug_assert!(numbers.get(&chat_id).is_none_or(|known| *known == no), "chat {chat_id} was remembered wrongly");
        numbers.insert(chat_id, no);
    }
    Ok(numbers)
}

/// The number of the chat's last message, 0 when it has none.
///
/// # Errors
/// Those of the database.
pub fn last_number(tx: &mut Tx<'_>, chat_id: i64) -> Result<i64> {
    let sql = "SELECT no FROM messages WHERE chat_id = ?1 ORDER BY no DESC LIMIT 1";
    Ok(tx.query_opt(sql, &params![chat_id], |row| row.get(0))?.unwrap_or(0))
}

/// One message, deleted ones included.
///
/// # Errors
/// Those of the database.
pub fn find(tx: &mut Tx<'_>, id: i64) -> Result<Option<Message>> {
    Ok(tx.query_opt(&format!("SELECT {COLUMNS} FROM messages WHERE id = ?1"), &params![id], from_row)?)
}

/// The message that owns an external id now: the last one that came with it and was not deleted (D-39).
///
/// # Errors
/// Those of the database.
pub fn find_by_external(
    tx: &mut Tx<'_>,
    connector_id: i64,
    line_id: i64,
    external_chat_id: &str,
    external_id: &str,
) -> Result<Option<Message>> {
    let columns = COLUMNS.split(", ").map(|column| format!("m.{column}")).collect::<Vec<_>>().join(", ");
    let sql = format!(
        "SELECT {columns} FROM chats c JOIN messages m ON m.chat_id = c.id AND m.external_id = ?4 \
         WHERE c.connector_id = ?1 AND c.line_id = ?2 AND c.external_id = ?3 AND m.deleted_ms IS NULL ORDER BY m.id DESC LIMIT 1"
    );
    Ok(tx.query_opt(&sql, &params![connector_id, line_id, external_chat_id, external_id], from_row)?)
}

/// Which part of a chat's messages to read. Ids, exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// The newest.
    Newest,
    /// Those before this id, newest of them first.
    Before(i64),
    /// Those after this id, oldest of them first.
    After(i64),
}

/// Up to `limit` messages of a chat that were not deleted, newest first.
///
/// # Errors
/// Those of the database.
pub fn page(tx: &mut Tx<'_>, chat_id: i64, page: Page, limit: i64) -> Result<Vec<Message>> {
    let (condition, order, edge) = match page {
        Page::Newest => ("?2 = 0", "DESC", 0),
        Page::Before(id) => ("id < ?2", "DESC", id),
        Page::After(id) => ("id > ?2", "ASC", id),
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM messages WHERE chat_id = ?1 AND deleted_ms IS NULL AND {condition} ORDER BY no {order} LIMIT ?3"
    );
    let mut found = tx.query(&sql, &params![chat_id, edge, limit], from_row)?;
    found.sort_by_key(|message| std::cmp::Reverse(message.no));
    Ok(found)
}

/// Which part of a chat's messages to read, deleted ones included. Numbers, exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stretch {
    /// The newest.
    Newest,
    /// Those just before this number.
    Before(i64),
    /// Those just after this number.
    After(i64),
}

/// Up to `limit` messages of a chat, deleted ones included, in their order.
///
/// # Errors
/// Those of the database.
pub fn stretch(tx: &mut Tx<'_>, chat_id: i64, stretch: Stretch, limit: i64) -> Result<Vec<Message>> {
    let (condition, order, edge) = match stretch {
        Stretch::Newest => ("<=", "DESC", i64::MAX),
        Stretch::Before(no) => ("<", "DESC", no),
        Stretch::After(no) => (">", "ASC", no),
    };
    let sql =
        format!("SELECT {COLUMNS} FROM messages WHERE chat_id = ?1 AND no {condition} ?2 ORDER BY no {order} LIMIT ?3");
    let mut found = tx.query(&sql, &params![chat_id, edge, limit], from_row)?;
    found.sort_by_key(|message| message.no);
    Ok(found)
}

/// The messages with these ids, deleted ones included, in the order asked; unknown ids are left out.
///
/// # Errors
/// Those of the database.
pub fn find_many(tx: &mut Tx<'_>, ids: &[i64]) -> Result<Vec<Message>> {
    let keys: Vec<Vec<Param<'_>>> = ids.iter().map(|id| params![*id].to_vec()).collect();
    Ok(tx.query_each(&format!("SELECT {COLUMNS} FROM messages WHERE id = ?1"), &keys, |_, row| from_row(row))?)
}

/// The chats of these messages, one for each.
///
/// # Errors
/// Those of the database.
pub fn chats_of(tx: &mut Tx<'_>, ids: &[i64]) -> Result<Vec<i64>> {
    let keys: Vec<Vec<Param<'_>>> = ids.iter().map(|id| params![*id].to_vec()).collect();
    Ok(tx.query_each("SELECT chat_id FROM messages WHERE id = ?1", &keys, |_, row| row.get(0))?)
}

/// Ids of the messages that answer these.
///
/// # Errors
/// Those of the database.
pub fn replies_to(tx: &mut Tx<'_>, ids: &[i64]) -> Result<Vec<i64>> {
    let keys: Vec<Vec<Param<'_>>> = ids.iter().map(|id| params![*id].to_vec()).collect();
    Ok(tx.query_each("SELECT id FROM messages WHERE reply_to_id = ?1", &keys, |_, row| row.get(0))?)
}

/// The message that an employee's browser gave this name.
///
/// # Errors
/// Those of the database.
pub fn find_by_client(tx: &mut Tx<'_>, author_id: i64, client_id: &str) -> Result<Option<Message>> {
    let sql = format!("SELECT {COLUMNS} FROM messages WHERE author_id = ?1 AND client_id = ?2");
    Ok(tx.query_opt(&sql, &params![author_id, client_id], from_row)?)
}

/// The message of a chat with this number, deleted or not.
///
/// # Errors
/// Those of the database.
pub fn find_by_no(tx: &mut Tx<'_>, chat_id: i64, no: i64) -> Result<Option<Message>> {
    let sql = format!("SELECT {COLUMNS} FROM messages WHERE chat_id = ?1 AND no = ?2");
    Ok(tx.query_opt(&sql, &params![chat_id, no], from_row)?)
}

/// The messages of a session that were not deleted, newest first, at most `limit`.
///
/// # Errors
/// Those of the database.
pub fn of_session(tx: &mut Tx<'_>, chat_id: i64, session_id: i64, limit: i64) -> Result<Vec<Message>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM messages WHERE chat_id = ?1 AND session_id = ?2 AND deleted_ms IS NULL ORDER BY no DESC LIMIT ?3"
    );
    Ok(tx.query(&sql, &params![chat_id, session_id, limit], from_row)?)
}

/// When people last wrote in a session; what the program says, and what they say to each other, does not count.
///
/// # Errors
/// Those of the database.
pub fn last_of_people(tx: &mut Tx<'_>, chat_id: i64, session_id: i64) -> Result<Option<Millis>> {
    let sql = "SELECT created_ms FROM messages WHERE chat_id = ?1 AND session_id = ?2 AND direction NOT IN ('system', 'note') \
               ORDER BY no DESC LIMIT 1";
    Ok(tx.query_opt(sql, &params![chat_id, session_id], |row| row.get(0))?)
}

/// How many messages of a chat were not deleted.
///
/// # Errors
/// Those of the database.
pub fn count(tx: &mut Tx<'_>, chat_id: i64) -> Result<i64> {
    let sql = "SELECT count(*) FROM messages WHERE chat_id = ?1 AND deleted_ms IS NULL";
    Ok(tx.query_one(sql, &params![chat_id], |row| row.get(0))?)
}

/// The id of the chat's last message that was not deleted, 0 when it has none.
///
/// # Errors
/// Those of the database.
pub fn last_id(tx: &mut Tx<'_>, chat_id: i64) -> Result<i64> {
    let sql = "SELECT id FROM messages WHERE chat_id = ?1 AND deleted_ms IS NULL ORDER BY no DESC LIMIT 1";
    Ok(tx.query_opt(sql, &params![chat_id], |row| row.get(0))?.unwrap_or(0))
}

/// The last message of each chat that was not deleted; chats without one are left out.
///
/// # Errors
/// Those of the database.
pub fn last_of_chats(tx: &mut Tx<'_>, chat_ids: &[i64]) -> Result<Vec<Message>> {
    let keys: Vec<Vec<Param<'_>>> = chat_ids.iter().map(|id| params![*id].to_vec()).collect();
    let sql =
        format!("SELECT {COLUMNS} FROM messages WHERE chat_id = ?1 AND deleted_ms IS NULL ORDER BY no DESC LIMIT 1");
    Ok(tx.query_each(&sql, &keys, |_, row| from_row(row))?)
}

/// How many messages of each chat were not deleted, in the order asked.
///
/// # Errors
/// Those of the database.
pub fn counts(tx: &mut Tx<'_>, chat_ids: &[i64]) -> Result<Vec<i64>> {
    let keys: Vec<Vec<Param<'_>>> = chat_ids.iter().map(|id| params![*id].to_vec()).collect();
    let sql = "SELECT count(*) FROM messages WHERE chat_id = ?1 AND deleted_ms IS NULL";
    Ok(tx.query_each(sql, &keys, |_, row| row.get(0))?)
}

/// For each chat and the message up to which it is read: how many messages of others follow, and the first of them, 0 for
/// none. Only what is unread is looked at.
///
/// # Errors
/// Those of the database.
pub fn unread(tx: &mut Tx<'_>, reader_id: i64, read: &[(i64, i64)]) -> Result<Vec<(i64, i64)>> {
    let keys: Vec<Vec<Param<'_>>> =
        read.iter().map(|(chat_id, read_id)| params![*chat_id, *read_id, reader_id].to_vec()).collect();
    let sql = "SELECT count(*), coalesce(min(id), 0) FROM messages \
               WHERE chat_id = ?1 AND no > coalesce((SELECT r.no FROM messages r WHERE r.id = ?2), 0) \
               AND author_id <> ?3 AND deleted_ms IS NULL";
    Ok(tx.query_each(sql, &keys, |_, row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// The chat's last message up to this id, 0 for none: a place to which somebody has read.
///
/// # Errors
/// Those of the database.
pub fn last_up_to(tx: &mut Tx<'_>, chat_id: i64, id: i64) -> Result<i64> {
    let sql = "SELECT id FROM messages WHERE chat_id = ?1 AND id <= ?2 ORDER BY no DESC LIMIT 1";
    Ok(tx.query_opt(sql, &params![chat_id, id], |row| row.get(0))?.unwrap_or(0))
}

/// Replaces a message's text and marks it as edited; `params` replaces its attachments when given.
///
/// # Errors
/// Those of the database.
pub fn set_body(change: &mut Change<'_, '_>, message: &Message, body: &str, params: Option<&str>) -> Result<()> {
    change.tx.execute(
        "UPDATE messages SET body = ?2, params = ?3, edited_ms = ?4 WHERE id = ?1",
        &params![message.id, body, params.unwrap_or(&message.params), change.now],
    )?;
    change.event(Kind::MessageChanged, message.chat_id, message.id);
    Ok(())
}

/// Moves a message into another session of its chat.
///
/// # Errors
/// Those of the database.
pub fn move_to_session(change: &mut Change<'_, '_>, message: &Message, session_id: i64) -> Result<()> {
    change.tx.execute("UPDATE messages SET session_id = ?2 WHERE id = ?1", &params![message.id, session_id])?;
    change.event(Kind::MessageChanged, message.chat_id, message.id);
    Ok(())
}

/// Replaces what is stored with a message, without marking it as edited.
///
/// # Errors
/// Those of the database.
pub fn set_params(change: &mut Change<'_, '_>, chat_id: i64, message_id: i64, params: &str) -> Result<()> {
    change.tx.execute("UPDATE messages SET params = ?2 WHERE id = ?1", &params![message_id, params])?;
    change.event(Kind::MessageChanged, chat_id, message_id);
    Ok(())
}

/// Replaces a message's files, if other ones are given; none leaves those that are there.
///
/// # Errors
/// Those of the database.
pub fn replace_files(change: &mut Change<'_, '_>, message: &Message, links: &[Link]) -> Result<()> {
    if links.is_empty() {
        return Ok(());
    }
    files::detach(change, message.id)?;
    let purpose =
        Purpose::Attachment { chat_id: message.chat_id, message_id: message.id, author_id: message.author_id };
    files::add_remote(change, purpose, links)?;
    Ok(())
}

/// Sets or clears the mark of an edited message.
///
/// # Errors
/// Those of the database.
pub(crate) fn set_edited(change: &mut Change<'_, '_>, id: i64, edited_ms: Option<Millis>) -> Result<()> {
    change.tx.execute("UPDATE messages SET edited_ms = ?2 WHERE id = ?1", &params![id, edited_ms])?;
    Ok(())
}

/// Marks a message as deleted.
///
/// # Errors
/// Those of the database.
pub fn set_deleted(change: &mut Change<'_, '_>, message: &Message) -> Result<()> {
    change.tx.execute("UPDATE messages SET deleted_ms = ?2 WHERE id = ?1", &params![message.id, change.now])?;
    change.event(Kind::MessageDeleted, message.chat_id, message.id);
    Ok(())
}

/// Records how far outgoing messages have come, given as (message, the delivery that carries it). One that a handler has taken
/// stays so, whatever becomes of its deliveries to others.
///
/// # Errors
/// Those of the database.
pub(crate) fn set_progress(tx: &mut Tx<'_>, progress: Progress, messages: &[(i64, Option<i64>)]) -> Result<()> {
    let rows: Vec<_> =
        messages.iter().map(|(id, delivery_id)| params![*id, progress.as_str(), *delivery_id].to_vec()).collect();
    let sql = match progress {
        Progress::Failed => {
            "UPDATE messages SET progress = ?2, delivery_id = ?3 WHERE id = ?1 AND coalesce(progress, '') <> 'sent'"
        }
        Progress::Queued | Progress::Sent => "UPDATE messages SET progress = ?2, delivery_id = ?3 WHERE id = ?1",
    };
    tx.execute_each(sql, &rows)?;
    Ok(())
}

/// The customer has read outgoing messages, as their connector says; what is read was delivered.
///
/// # Errors
/// Those of the database.
pub(crate) fn set_read(change: &mut Change<'_, '_>, message: &Message, at_ms: Millis) -> Result<()> {
    if message.read_ms.is_some() {
        return Ok(());
    }
    let sql = "UPDATE messages SET read_ms = ?2 WHERE id = ?1";
    change.tx.execute(sql, &params![message.id, at_ms])?;
    change.event(Kind::MessageDelivered, message.chat_id, message.id);
    Ok(())
}

/// Marks an outgoing message as delivered and remembers its ids in the external system.
///
/// # Errors
/// Those of the database.
pub fn set_delivered(change: &mut Change<'_, '_>, message: &Message, at_ms: Millis, ids: &[String]) -> Result<()> {
    let mut known = message.connector_ids.clone();
    known.extend(ids.iter().filter(|id| !message.connector_ids.contains(id)).cloned());
    let known = serde_json::to_string(&known).expect("a list of texts is JSON");
    change.tx.execute(
        "UPDATE messages SET delivered_ms = ?2, connector_ids = ?3 WHERE id = ?1",
        &params![message.id, message.delivered_ms.unwrap_or(at_ms), &known],
    )?;
    if message.delivered_ms.is_none() {
        change.event(Kind::MessageDelivered, message.chat_id, message.id);
    }
    Ok(())
}
