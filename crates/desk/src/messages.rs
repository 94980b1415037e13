//! Messages: numbered without gaps inside their chat, in the order in which they were accepted (promise 3).

mod marks;
mod reading;

use std::collections::HashMap;

use sha2::{Digest, Sha256};
use store::{Param, Row, Tx, params};

use crate::events::Kind;
use crate::files::{self, Link, Purpose};
use crate::ids::{self, Series};
use crate::{Change, Millis, Result, outbound};

pub use marks::{move_to_session, replace_files, set_body, set_deleted, set_delivered, set_params};
pub(crate) use marks::{set_edited, set_progress, set_read};
pub use reading::{
    Page, Stretch, chats_of, count, counts, find_by_client, find_by_no, find_by_nos, find_many, last_id, last_of_chats,
    last_of_people, last_up_to, of_session, page, replies_to, stretch, unread,
};

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
    /// When it was written, as the connector says (D-36); otherwise when it was accepted.
    pub sent_ms: Millis,
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
     deleted_ms, delivered_ms, connector_ids, read_ms, client_id, reply_to_id, progress, delivery_id, sent_ms";

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
        sent_ms: row.get(19)?,
    })
}

impl Message {
    /// Only employees see it: a note, or written in silent mode.
    #[must_use]
    pub fn is_hidden(&self) -> bool {
        self.direction == Direction::Note || outbound::is_marked_hidden(&self.params)
    }
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

/// The message that owns an external id now: the last one that came with it and was not deleted (D-39). Ids are unique for one
/// author only, so this author's come first; 0 for any.
///
/// # Errors
/// Those of the database.
pub fn find_by_external(
    tx: &mut Tx<'_>,
    connector_id: i64,
    line_id: i64,
    external_chat_id: &str,
    external_id: &str,
    author_id: i64,
) -> Result<Option<Message>> {
    let columns = COLUMNS.split(", ").map(|column| format!("m.{column}")).collect::<Vec<_>>().join(", ");
    let sql = format!(
        "SELECT {columns} FROM chats c JOIN messages m ON m.chat_id = c.id AND m.external_id = ?4 \
         WHERE c.connector_id = ?1 AND c.line_id = ?2 AND c.external_id = ?3 AND m.deleted_ms IS NULL \
         ORDER BY CASE WHEN m.author_id = ?5 THEN 0 ELSE 1 END, m.id DESC LIMIT 1"
    );
    Ok(tx.query_opt(&sql, &params![connector_id, line_id, external_chat_id, external_id, author_id], from_row)?)
}
