//! How the connectors and their applications do: when each last brought something, and how what it is to be told gets through.

use std::collections::HashMap;

use store::{Tx, params};

use crate::connectors::{self, Connector};
use crate::{Millis, Result, applications};

/// How a connector does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// The connector.
    pub connector: Connector,
    /// Name of its application.
    pub application_name: String,
    /// Its lines.
    pub lines: Vec<LineState>,
    /// When a customer's message last came in, among its newest chats ([`NEWEST_CHATS`]) and those with an open session.
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

/// How many of a connector's newest chats are asked when a message last came in.
pub const NEWEST_CHATS: i64 = 200;

/// How many of an application's newest deliveries are asked.
pub const NEWEST_DELIVERIES: i64 = 500;

const DAY_MS: Millis = 24 * 3600 * 1000;

/// All registered connectors in the order of their registration.
///
/// # Errors
/// Those of the database.
pub fn list(tx: &mut Tx<'_>, now: Millis) -> Result<Vec<Health>> {
    let applications: HashMap<i64, String> =
        applications::list(tx)?.into_iter().map(|application| (application.id, application.name)).collect();
    let mut found = Vec::new();
    for connector in connectors::list(tx)? {
        let (pending, pending_since_ms) = pending(tx, connector.id)?;
        found.push(Health {
            application_name: applications.get(&connector.application_id).cloned().unwrap_or_default(),
            lines: lines(tx, connector.id)?,
            last_message_ms: last_message_ms(tx, connector.id)?,
            last_told_ms: last_told_ms(tx, &connector)?,
            pending,
            pending_since_ms,
            failed: failed(tx, connector.id, now - DAY_MS)?,
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
    let sql = "SELECT COUNT(*) FROM deliveries WHERE application_id = ?1 AND state = 'pending'";
    let pending = tx.query_one(sql, &params![application_id], |row| row.get(0))?;
    let sql = "SELECT COUNT(*) FROM deliveries WHERE application_id = ?1 AND state = 'failed' AND finished_ms >= ?2";
    Ok((pending, tx.query_one(sql, &params![application_id, since_ms], |row| row.get(0))?))
}

fn lines(tx: &mut Tx<'_>, connector_id: i64) -> Result<Vec<LineState>> {
    let sql = "SELECT c.line_id, c.active, c.connected, c.failed FROM channels c JOIN lines l ON l.id = c.line_id \
               WHERE c.connector_id = ?1 AND l.removed_ms IS NULL ORDER BY c.line_id";
    Ok(tx.query(sql, &params![connector_id], |row| {
        Ok(LineState { line_id: row.get(0)?, active: row.get(1)?, connected: row.get(2)?, failed: row.get(3)? })
    })?)
}

fn last_message_ms(tx: &mut Tx<'_>, connector_id: i64) -> Result<Option<Millis>> {
    // The newest message of each chat is the last by number; one of an operator makes the answer a little too late.
    let newest = "SELECT MAX(m.created_ms) FROM messages m WHERE m.direction = 'in' AND m.chat_id IN";
    let by_chat = format!("{newest} (SELECT id FROM chats WHERE connector_id = ?1 ORDER BY id DESC LIMIT ?2)",);
    let by_session = format!(
        "{newest} (SELECT c.id FROM chats c JOIN sessions s ON s.chat_id = c.id AND s.closed_ms IS NULL \
         WHERE c.connector_id = ?1)",
    );
    let newest: Option<Millis> = tx.query_one(&by_chat, &params![connector_id, NEWEST_CHATS], |row| row.get(0))?;
    let open: Option<Millis> = tx.query_one(&by_session, &params![connector_id], |row| row.get(0))?;
    Ok(newest.max(open))
}

/// The connector's own events; others of its chats are told to other handlers.
const DELIVERIES: &str = "deliveries d JOIN chats c ON c.id = d.chat_id \
     WHERE c.connector_id = ?1 AND substr(d.event_code, 1, 13) = 'ONIMCONNECTOR'";

fn pending(tx: &mut Tx<'_>, connector_id: i64) -> Result<(i64, Option<Millis>)> {
    let sql = format!("SELECT COUNT(*), MIN(d.created_ms) FROM {DELIVERIES} AND d.state = 'pending'");
    Ok(tx.query_one(&sql, &params![connector_id], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

fn failed(tx: &mut Tx<'_>, connector_id: i64, since_ms: Millis) -> Result<i64> {
    let sql = format!("SELECT COUNT(*) FROM {DELIVERIES} AND d.state = 'failed' AND d.finished_ms >= ?2");
    Ok(tx.query_one(&sql, &params![connector_id, since_ms], |row| row.get(0))?)
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
