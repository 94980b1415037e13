//! Ids are numbers given by the process. The counter's row stays locked until the commit, so numbers commit in order.

use store::{Tx, params};

use crate::Result;

/// A series of ids: one row of the table `counters`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Series {
    /// Employees and customers.
    User,
    /// Applications.
    Application,
    /// Inbound webhooks.
    Webhook,
    /// Connectors.
    Connector,
    /// Lines.
    Line,
    /// Members of a line's queue.
    Queue,
    /// Chats.
    Chat,
    /// Sessions.
    Session,
    /// Messages.
    Message,
    /// Events.
    Event,
    /// Handlers.
    Handler,
    /// Deliveries.
    Delivery,
    /// Attempts of deliveries.
    Attempt,
    /// Files.
    File,
    /// Jobs.
    Job,
    /// Offline events.
    Offline,
}

impl Series {
    fn name(self) -> &'static str {
        match self {
            Series::User => "user",
            Series::Application => "application",
            Series::Webhook => "webhook",
            Series::Connector => "connector",
            Series::Line => "line",
            Series::Queue => "queue",
            Series::Chat => "chat",
            Series::Session => "session",
            Series::Message => "message",
            Series::Event => "event",
            Series::Handler => "handler",
            Series::Delivery => "delivery",
            Series::Attempt => "attempt",
            Series::File => "file",
            Series::Job => "job",
            Series::Offline => "offline",
        }
    }
}

/// Takes the next id of the series.
///
/// # Errors
/// Those of the database.
pub fn next(tx: &mut Tx<'_>, series: Series) -> Result<i64> {
    take(tx, series, 1)
}

/// Takes `count` ids of the series and returns the first; the rest follow without a gap.
///
/// # Errors
/// Those of the database.
pub fn take(tx: &mut Tx<'_>, series: Series, count: usize) -> Result<i64> {
    let count = i64::try_from(count).expect("a batch is smaller than 2^63");
    let sql = "UPDATE counters SET value = value + ?2 WHERE name = ?1 RETURNING value";
    let last: i64 = tx.query_one(sql, &params![series.name(), count], |row| row.get(0))?;
    Ok(last - count + 1)
}
