//! Offline events: stored until the application collects them; only the last state per object is kept
//! (`contract/platform.md` 6.2).

use store::{Row, Tx, params};

use crate::change::Notice;
use crate::facts::{EventCode, Fact};
use crate::handlers::{self, Handler};
use crate::ids::{self, Series};
use crate::{Error, Millis, Result, deliveries};

/// A stored event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfflineEvent {
    /// Id.
    pub id: i64,
    /// Source key of the handler.
    pub auth_connector: String,
    /// Upper-case event code.
    pub event_code: String,
    /// Identity of the object.
    pub object_key: String,
    /// What happened last.
    pub fact: Fact,
    /// Employee who caused it, or 0.
    pub actor_id: i64,
    /// When.
    pub at_ms: Millis,
    /// Package that reserved it, or empty.
    pub process_id: String,
    /// Marked as erroneous by the application.
    pub failed: bool,
}

const COLUMNS: &str = "id, auth_connector, event_code, object_key, fact, actor_id, at_ms, process_id, failed";

fn from_row(row: &Row<'_>) -> std::result::Result<(OfflineEvent, String), store::Error> {
    let event = OfflineEvent {
        id: row.get(0)?,
        auth_connector: row.get(1)?,
        event_code: row.get(2)?,
        object_key: row.get(3)?,
        fact: Fact::OfflineStored,
        actor_id: row.get(5)?,
        at_ms: row.get(6)?,
        process_id: row.get(7)?,
        failed: row.get(8)?,
    };
    Ok((event, row.get(4)?))
}

/// Stores an event for an offline handler in place of the object's former state, and tells the application's
/// `ONOFFLINEEVENT` handlers.
pub(crate) fn record(tx: &mut Tx<'_>, now: Millis, actor_id: i64, handler: &Handler, notice: &Notice) -> Result<()> {
    let id = ids::next(tx, Series::Offline)?;
    let fact = serde_json::to_string(&notice.fact).expect("facts are JSON");
    tx.execute(
        "INSERT INTO offline_events (id, application_id, auth_connector, event_code, object_key, fact, actor_id, at_ms, \
         process_id, failed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, '', 0) \
         ON CONFLICT (application_id, auth_connector, event_code, object_key, process_id) \
         DO UPDATE SET id = excluded.id, fact = excluded.fact, actor_id = excluded.actor_id, at_ms = excluded.at_ms",
        &params![
            id,
            handler.application_id,
            &handler.auth_connector,
            &handler.event_code,
            notice.fact.object_key(),
            fact,
            actor_id,
            now
        ],
    )?;
    call_waiting(tx, now, actor_id, handler.application_id)
}

/// Queues one `ONOFFLINEEVENT` per handler: at once, or at the end of its quiet time if one is still pending or the last
/// was sent less than `minTimeout` ago (P-65).
fn call_waiting(tx: &mut Tx<'_>, now: Millis, actor_id: i64, application_id: i64) -> Result<()> {
    let code = EventCode::OfflineEvent;
    for handler in handlers::wanting(tx, Some(application_id))? {
        if handler.event_code != code.code || handler.offline {
            continue;
        }
        let sql = "SELECT last_call_ms FROM handlers WHERE id = ?1";
        let last_call_ms: Millis = tx.query_one(sql, &params![handler.id], |row| row.get(0))?;
        if last_call_ms > now {
            continue;
        }
        let due_ms = now.max(last_call_ms + handler.min_timeout_ms);
        tx.execute("UPDATE handlers SET last_call_ms = ?2 WHERE id = ?1", &params![handler.id, due_ms])?;
        let auth_user_id = if handler.auth_user_id == 0 { actor_id } else { handler.auth_user_id };
        let auth_user_id = if auth_user_id == 0 { handler.user_id } else { auth_user_id };
        deliveries::enqueue_at(tx, now, due_ms, &handler, auth_user_id, code, &Fact::OfflineStored)?;
    }
    Ok(())
}

/// All events of an application's queue by id: both reserved and free ones.
///
/// # Errors
/// Those of the database.
pub fn list(tx: &mut Tx<'_>, application_id: i64, auth_connector: &str) -> Result<Vec<OfflineEvent>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM offline_events WHERE application_id = ?1 AND auth_connector = ?2 ORDER BY id LIMIT 100000"
    );
    let found = tx.query(&sql, &params![application_id, auth_connector], from_row)?;
    found
        .into_iter()
        .map(|(mut event, json)| {
            let corrupt = |error: serde_json::Error| Error::Corrupt {
                table: "offline_events",
                id: event.id,
                what: error.to_string(),
            };
            event.fact = serde_json::from_str(&json).map_err(corrupt)?;
            Ok(event)
        })
        .collect()
}

/// Removes events.
///
/// # Errors
/// Those of the database.
pub fn remove(tx: &mut Tx<'_>, application_id: i64, ids: &[i64]) -> Result<()> {
    let rows: Vec<_> = ids.iter().map(|id| params![*id, application_id].to_vec()).collect();
    tx.execute_each("DELETE FROM offline_events WHERE id = ?1 AND application_id = ?2", &rows)?;
    Ok(())
}

/// Reserves events for a package, so that other calls do not see them.
///
/// # Errors
/// Those of the database.
pub fn reserve(tx: &mut Tx<'_>, application_id: i64, ids: &[i64], process_id: &str) -> Result<()> {
    let rows: Vec<_> = ids.iter().map(|id| params![*id, application_id, process_id].to_vec()).collect();
    tx.execute_each("UPDATE offline_events SET process_id = ?3 WHERE id = ?1 AND application_id = ?2", &rows)?;
    Ok(())
}

/// Marks events as erroneous.
///
/// # Errors
/// Those of the database.
pub fn mark_failed(tx: &mut Tx<'_>, application_id: i64, ids: &[i64]) -> Result<()> {
    let rows: Vec<_> = ids.iter().map(|id| params![*id, application_id].to_vec()).collect();
    tx.execute_each("UPDATE offline_events SET failed = 1 WHERE id = ?1 AND application_id = ?2", &rows)?;
    Ok(())
}

/// Removes reserved events older than `before`, at most `limit` of them.
///
/// # Errors
/// Those of the database.
pub fn sweep(tx: &mut Tx<'_>, before: Millis, limit: u64) -> Result<u64> {
    Ok(tx.execute(
        "DELETE FROM offline_events WHERE id IN (SELECT id FROM offline_events WHERE process_id <> '' AND at_ms < ?1 \
         ORDER BY id LIMIT ?2)",
        &params![before, limit.cast_signed()],
    )?)
}
