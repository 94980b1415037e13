//! Events: numbered facts for the live view (promise 6). A client that resumes from number N reads all after N.

use store::{Tx, params};

use crate::ids::{self, Series};
use crate::{Change, Millis, Result};

/// What happened. The name is stored and is what the live feed sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A message was stored; the subject is its id.
    MessageAdded,
    /// A message's text changed.
    MessageChanged,
    /// A message was deleted.
    MessageDeleted,
    /// A connector confirmed a message.
    MessageDelivered,
    /// A chat was made or renamed; the subject is its id.
    ChatChanged,
    /// An employee, the actor, has read a chat; the subject is the last message read.
    ChatRead,
    /// An employee, the subject, is writing into a chat.
    ChatWriting,
    /// A session was opened; the subject is its id.
    SessionStarted,
    /// A session changed its operator or status.
    SessionChanged,
    /// A session was closed.
    SessionFinished,
    /// An operator is late with an answer; the subject is an employee who wants to know it. One event for each.
    AnswerLate,
    /// A file became ready or failed; the subject is its id.
    FileChanged,
    /// An employee came or went; the subject is the employee's id.
    PresenceChanged,
    /// A delivery failed for good or was replayed; the subject is its id.
    DeliveryChanged,
}

impl Kind {
    /// The stored name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::MessageAdded => "message.added",
            Kind::MessageChanged => "message.changed",
            Kind::MessageDeleted => "message.deleted",
            Kind::MessageDelivered => "message.delivered",
            Kind::ChatChanged => "chat.changed",
            Kind::ChatRead => "chat.read",
            Kind::ChatWriting => "chat.writing",
            Kind::SessionStarted => "session.started",
            Kind::SessionChanged => "session.changed",
            Kind::SessionFinished => "session.finished",
            Kind::AnswerLate => "answer.late",
            Kind::FileChanged => "file.changed",
            Kind::PresenceChanged => "presence.changed",
            Kind::DeliveryChanged => "delivery.changed",
        }
    }
}

/// An event about to be written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewEvent {
    pub kind: Kind,
    pub chat_id: i64,
    pub subject_id: i64,
    pub actor_id: i64,
}

/// An event as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its number: grows in the order of the commits.
    pub number: i64,
    /// When it was committed.
    pub at_ms: Millis,
    /// [`Kind::as_str`].
    pub kind: String,
    /// Chat concerned, or 0.
    pub chat_id: i64,
    /// Id of the row that the kind speaks of.
    pub subject_id: i64,
    /// Employee who caused it, or 0.
    pub actor_id: i64,
}

/// Writes the events that a change announced.
pub(crate) fn append(change: &mut Change<'_, '_>) -> Result<()> {
    let (now, events) = (change.now, std::mem::take(&mut change.events));
    if events.is_empty() {
        return Ok(());
    }
    let first = ids::take_remembered(change, Series::Event, events.len())?;
    let rows: Vec<_> = (first..)
        .zip(&events)
        .map(|(number, event)| {
            params![number, now, event.kind.as_str(), event.chat_id, event.subject_id, event.actor_id].to_vec()
        })
        .collect();
    change.tx.send_each(
        "INSERT INTO events (number, at_ms, kind, chat_id, subject_id, actor_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        &rows,
    )?;
    Ok(())
}

/// The events after `number`, at most `limit` of them.
///
/// # Errors
/// Those of the database.
pub fn after(tx: &mut Tx<'_>, number: i64, limit: i64) -> Result<Vec<Event>> {
    let sql = "SELECT number, at_ms, kind, chat_id, subject_id, actor_id FROM events WHERE number > ?1 ORDER BY number LIMIT ?2";
    Ok(tx.query(sql, &params![number, limit], |row| {
        Ok(Event {
            number: row.get(0)?,
            at_ms: row.get(1)?,
            kind: row.get(2)?,
            chat_id: row.get(3)?,
            subject_id: row.get(4)?,
            actor_id: row.get(5)?,
        })
    })?)
}

/// When the newest event was committed.
///
/// # Errors
/// Those of the database.
pub fn newest_ms(tx: &mut Tx<'_>) -> Result<Option<Millis>> {
    Ok(tx.query_opt("SELECT at_ms FROM events ORDER BY number DESC LIMIT 1", &[], |row| row.get(0))?)
}
