//! How the connectors and their applications do: when each last brought something, and how what it is to be told gets through.

use std::collections::{BTreeSet, HashMap};

use store::{Param, Tx, params};

use crate::connectors::{self, Connector};
use crate::{DAY_MS, Millis, Result, applications};

/// How a connector does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// The connector.
    pub connector: Connector,
    /// Name of its application.
    pub application_name: String,
    /// Its lines.
    pub lines: Vec<LineState>,
    /// When a customer's message last came in: exact when it is among the newest of all ([`NEWEST_MESSAGES`]), else the last one
    /// of the connector's newest chats and newest open sessions ([`NEWEST_CHATS`] of each).
    pub last_message_ms: Option<Millis>,
    /// When it was last told something, among its application's newest deliveries ([`NEWEST_DELIVERIES`]).
    pub last_told_ms: Option<Millis>,
    /// What it has not been told yet.
    pub pending: i64,
    /// Since when the oldest of that has been waiting.
    pub pending_since_ms: Option<Millis>,
    /// What was given up in the last 24 hours.
    pub failed: i64,
    /// Why the newest attempt failed, if what it was for is not done yet.
    pub last_error: Option<Failure>,
}

/// A connector on a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineState {
    /// The line.
    pub line_id: i64,
    /// Whether messages may be exchanged.
    pub active: bool,
    /// Whether it has said that its channel is set up.
    pub connected: bool,
    /// Whether it has reported an error.
    pub failed: bool,
}

/// An attempt in vain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// When.
    pub at_ms: Millis,
    /// HTTP status of the answer, if there was one.
    pub status: Option<i64>,
    /// What happened, in a word or a sentence.
    pub result: String,
}

/// How many of the newest messages are looked at for the last one of each connector.
pub const NEWEST_MESSAGES: i64 = 1000;

/// How many chats of a connector without a message among those are asked when one last came in.
pub const NEWEST_CHATS: i64 = 200;

/// How many of an application's newest deliveries are asked.
pub const NEWEST_DELIVERIES: i64 = 500;

/// All registered connectors in the order of their registration.
///
/// # Errors
/// Those of the database.
pub fn list(tx: &mut Tx<'_>, now: Millis) -> Result<Vec<Health>> {
    let applications: HashMap<i64, String> =
        applications::list(tx)?.into_iter().map(|application| (application.id, application.name)).collect();
    let (newest, pending, failed) = (newest_messages(tx)?, pending(tx)?, failed(tx, now - DAY_MS)?);
    let mut found = Vec::new();
    for connector in connectors::list(tx)? {
        let (pending, pending_since_ms) = pending.get(&connector.id).copied().unwrap_or_default();
        let last_message_ms = match newest.get(&connector.id) {
            Some(at_ms) => Some(*at_ms),
            None => last_message_ms(tx, connector.id)?,
        };
        found.push(Health {
            application_name: applications.get(&connector.application_id).cloned().unwrap_or_default(),
            lines: lines(tx, connector.id)?,
            last_message_ms,
            last_told_ms: last_told_ms(tx, &connector)?,
            pending,
            pending_since_ms,
            failed: failed.get(&connector.id).copied().unwrap_or_default(),
            last_error: last_error(tx, &connector)?,
            connector,
        });
    }
    Ok(found)
}

/// Deliveries of an application that wait, and those that were given up since `since_ms`.
///
/// # Errors
/// Those of the database.
pub fn counts(tx: &mut Tx<'_>, application_id: i64, since_ms: Millis) -> Result<(i64, i64)> {
    // The sum keeps the databases from going through all that the application was ever told.
    let sql = "SELECT COUNT(*) FROM deliveries WHERE application_id + 0 = ?1 AND state = 'pending'";
    let pending = tx.query_one(sql, &params![application_id], |row| row.get(0))?;
    let sql =
        "SELECT COUNT(*) FROM deliveries WHERE application_id + 0 = ?1 AND state = 'failed' AND finished_ms >= ?2";
    Ok((pending, tx.query_one(sql, &params![application_id, since_ms], |row| row.get(0))?))
}

fn lines(tx: &mut Tx<'_>, connector_id: i64) -> Result<Vec<LineState>> {
    let sql = "SELECT c.line_id, c.active, c.connected, c.failed FROM channels c JOIN lines l ON l.id = c.line_id \
               WHERE c.connector_id = ?1 AND l.removed_ms IS NULL ORDER BY c.line_id";
    Ok(tx.query(sql, &params![connector_id], |row| {
        Ok(LineState { line_id: row.get(0)?, active: row.get(1)?, connected: row.get(2)?, failed: row.get(3)? })
    })?)
}

/// When the last of the newest messages came in, by connector.
fn newest_messages(tx: &mut Tx<'_>) -> Result<HashMap<i64, Millis>> {
    let sql = "SELECT c.connector_id, m.created_ms FROM \
               (SELECT id, chat_id, direction, created_ms FROM messages ORDER BY id DESC LIMIT ?1) m \
               JOIN chats c ON c.id = m.chat_id WHERE m.direction = 'in'";
    let mut newest: HashMap<i64, Millis> = HashMap::new();
    let rows: Vec<(i64, Millis)> = tx.query(sql, &params![NEWEST_MESSAGES], |row| Ok((row.get(0)?, row.get(1)?)))?;
    for (connector_id, at_ms) in rows {
        newest.entry(connector_id).and_modify(|newest| *newest = at_ms.max(*newest)).or_insert(at_ms);
    }
    Ok(newest)
}

/// The last message that came in through a connector that has been quiet for a while.
fn last_message_ms(tx: &mut Tx<'_>, connector_id: i64) -> Result<Option<Millis>> {
    // The sums lead to the connector's own chats and the open sessions instead of through all others.
    let newest = "SELECT id FROM chats WHERE connector_id = ?1 ORDER BY id + 0 DESC LIMIT ?2";
    let open = "SELECT s.chat_id FROM sessions s JOIN chats c ON c.id = s.chat_id \
                WHERE s.closed_ms IS NULL AND c.connector_id = ?1 ORDER BY s.id + 0 DESC LIMIT ?2";
    let mut chat_ids = BTreeSet::new();
    for sql in [newest, open] {
        chat_ids.extend(tx.query(sql, &params![connector_id, NEWEST_CHATS], |row| row.get::<i64>(0))?);
    }
    let keys: Vec<Vec<Param<'_>>> = chat_ids.iter().map(|id| params![*id].to_vec()).collect();
    let sql = "SELECT created_ms FROM messages WHERE chat_id = ?1 AND direction = 'in' ORDER BY no DESC LIMIT 1";
    Ok(tx.query_each(sql, &keys, |_, row| row.get::<Millis>(0))?.into_iter().max())
}

/// What connectors are told themselves; other events of their chats go to other handlers.
const TOLD: &str = "deliveries d JOIN chats c ON c.id = d.chat_id WHERE substr(d.event_code, 1, 13) = 'ONIMCONNECTOR'";

/// How much waits and since when, by connector.
fn pending(tx: &mut Tx<'_>) -> Result<HashMap<i64, (i64, Option<Millis>)>> {
    let sql = format!(
        "SELECT c.connector_id, COUNT(*), MIN(d.created_ms) FROM {TOLD} AND d.state = 'pending' GROUP BY c.connector_id"
    );
    let rows = tx.query(&sql, &[], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))))?;
    Ok(rows.into_iter().collect())
}

/// How much was given up, by connector.
fn failed(tx: &mut Tx<'_>, since_ms: Millis) -> Result<HashMap<i64, i64>> {
    let sql = format!(
        "SELECT c.connector_id, COUNT(*) FROM {TOLD} AND d.state = 'failed' AND d.finished_ms >= ?1 GROUP BY c.connector_id"
    );
    let rows = tx.query(&sql, &params![since_ms], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.into_iter().collect())
}

/// The application's newest deliveries; an index leads to them, however many there are.
const NEWEST: &str = "(SELECT id, chat_id, event_code, state, attempts, finished_ms FROM deliveries \
     WHERE application_id = ?2 ORDER BY id DESC LIMIT ?3) d JOIN chats c ON c.id = d.chat_id \
     WHERE c.connector_id = ?1 AND substr(d.event_code, 1, 13) = 'ONIMCONNECTOR'";

fn last_told_ms(tx: &mut Tx<'_>, connector: &Connector) -> Result<Option<Millis>> {
    let sql = format!("SELECT MAX(d.finished_ms) FROM {NEWEST} AND d.state IN ('done', 'settled')");
    let key = params![connector.id, connector.application_id, NEWEST_DELIVERIES];
    Ok(tx.query_one(&sql, &key, |row| row.get(0))?)
}

fn last_error(tx: &mut Tx<'_>, connector: &Connector) -> Result<Option<Failure>> {
    let sql = format!(
        "SELECT d.id FROM {NEWEST} AND (d.state = 'failed' OR (d.state = 'pending' AND d.attempts > 0)) \
         ORDER BY d.id DESC LIMIT 1"
    );
    let key = params![connector.id, connector.application_id, NEWEST_DELIVERIES];
    let Some(delivery_id) = tx.query_opt(&sql, &key, |row| row.get::<i64>(0))? else { return Ok(None) };
    let sql = "SELECT at_ms, status, result FROM attempts WHERE delivery_id = ?1 ORDER BY id DESC LIMIT 1";
    Ok(tx.query_opt(sql, &params![delivery_id], |row| {
        Ok(Failure { at_ms: row.get(0)?, status: row.get(1)?, result: row.get(2)? })
    })?)
}
