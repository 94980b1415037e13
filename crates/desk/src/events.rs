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
    /// A delivery failed for good or was replayed, or one of an outgoing message went on; the subject is its id.
    DeliveryChanged,
    /// An employee left a chat; the subject is the employee's id.
    ChatLeft,
    /// A chat is no matter of a line any more that had taken it over; the subject is the line's id.
    ChatMoved,
    /// What an employee keeps with a chat changed: draft, snooze, mention. The subject is the employee's id.
    OwnChanged,
    /// What is known of a customer changed; the subject is the customer's id.
    CustomerChanged,
    /// An employee was employed, dismissed or changed; the subject is the employee's id.
    EmployeeChanged,
    /// An employee, the subject, sees other chats than before; 0 stands for everybody.
    AccessChanged,
    /// One of the lists that everybody has changed; the subject is the [`Catalog`]'s number.
    CatalogChanged,
}

/// A list that every client has; it is fetched again when it changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Catalog {
    /// Open lines, their queues and channels.
    Lines = 1,
    /// Labels.
    Labels = 2,
    /// Saved views.
    Views = 3,
    /// Quick answers.
    QuickAnswers = 4,
    /// Connectors.
    Connectors = 5,
}

impl Catalog {
    /// All of them.
    pub const ALL: &'static [Catalog] =
        &[Catalog::Lines, Catalog::Labels, Catalog::Views, Catalog::QuickAnswers, Catalog::Connectors];

    /// The catalog of a stored number.
    #[must_use]
    pub fn of_number(number: i64) -> Option<Catalog> {
        Catalog::ALL.iter().copied().find(|catalog| *catalog as i64 == number)
    }

    /// Its name in the live feed.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Catalog::Lines => "lines",
            Catalog::Labels => "labels",
            Catalog::Views => "views",
            Catalog::QuickAnswers => "quick_answers",
            Catalog::Connectors => "connectors",
        }
    }
}

impl Kind {
    /// All of them.
    pub const ALL: &'static [Kind] = &[
        Kind::MessageAdded,
        Kind::MessageChanged,
        Kind::MessageDeleted,
        Kind::MessageDelivered,
        Kind::ChatChanged,
        Kind::ChatRead,
        Kind::ChatWriting,
        Kind::SessionStarted,
        Kind::SessionChanged,
        Kind::SessionFinished,
        Kind::AnswerLate,
        Kind::FileChanged,
        Kind::PresenceChanged,
        Kind::DeliveryChanged,
        Kind::ChatLeft,
        Kind::ChatMoved,
        Kind::OwnChanged,
        Kind::CustomerChanged,
        Kind::EmployeeChanged,
        Kind::AccessChanged,
        Kind::CatalogChanged,
    ];

    /// The kind of a stored name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Kind> {
        Kind::ALL.iter().copied().find(|kind| kind.as_str() == text)
    }

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
            Kind::ChatLeft => "chat.left",
            Kind::ChatMoved => "chat.moved",
            Kind::OwnChanged => "own.changed",
            Kind::CustomerChanged => "customer.changed",
            Kind::EmployeeChanged => "employee.changed",
            Kind::AccessChanged => "access.changed",
            Kind::CatalogChanged => "catalog.changed",
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

/// The number of the last event; what a transaction reads is the state after exactly this one.
///
/// # Errors
/// Those of the database.
pub fn number(tx: &mut Tx<'_>) -> Result<i64> {
    Ok(tx.query_one("SELECT value FROM counters WHERE name = 'event'", &[], |row| row.get(0))?)
}

/// Whether every event after `number` is still there, and not more than `limit` of them.
///
/// # Errors
/// Those of the database.
pub fn can_resume(tx: &mut Tx<'_>, number: i64, limit: i64) -> Result<bool> {
    let last = self::number(tx)?;
    if number == last {
        return Ok(true);
    }
    // Numbers have no gaps, so the first one after it tells whether something was swept.
    let next = "SELECT number FROM events WHERE number > ?1 ORDER BY number LIMIT 1";
    let next: Option<i64> = tx.query_opt(next, &params![number], |row| row.get(0))?;
    Ok(next == Some(number + 1) && last - number <= limit)
}

/// Removes events that are older than `before`, at most `limit`.
///
/// # Errors
/// Those of the database.
pub fn sweep(tx: &mut Tx<'_>, before: Millis, limit: u64) -> Result<u64> {
    // Times grow with numbers, so the oldest stand at the beginning.
    let sql = "SELECT number, at_ms FROM events ORDER BY number LIMIT ?1";
    let oldest: Vec<(i64, Millis)> =
        tx.query(sql, &params![limit.cast_signed()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    match oldest.iter().take_while(|(_, at_ms)| *at_ms < before).last() {
        Some((last, _)) => Ok(tx.execute("DELETE FROM events WHERE number <= ?1", &params![*last])?),
        None => Ok(0),
    }
}
