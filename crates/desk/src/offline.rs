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

impl OfflineEvent {
    /// Key of the row for the application: the same for every state of the same object (P-61).
    #[must_use]
    pub fn message_id(&self, application_id: i64) -> String {
        let identity = format!("{application_id}:{}:{}", self.event_code, self.object_key);
        crate::tokens::digest(&identity)[..32].to_owned()
    }
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

/// Queues one `ONOFFLINEEVENT` per handler: at once, or at the end of its quiet time if the last was sent less than `minTimeout`
/// ago (P-65). One that is still to be sent calls for this event too; one that is on its way may have been heard before it, so
/// another one follows at its distance.
fn call_waiting(tx: &mut Tx<'_>, now: Millis, actor_id: i64, application_id: i64) -> Result<()> {
    let code = EventCode::OfflineEvent;
    for handler in handlers::wanting(tx, Some(application_id))? {
        if handler.event_code != code.code || handler.offline || deliveries::is_unsent(tx, now, &handler)? {
            continue;
        }
        let sql = "SELECT last_call_ms FROM handlers WHERE id = ?1";
        let last_call_ms: Millis = tx.query_one(sql, &params![handler.id], |row| row.get(0))?;
        let due_ms = now.max(last_call_ms + handler.min_timeout_ms);
        let auth_user_id = if handler.auth_user_id == 0 { actor_id } else { handler.auth_user_id };
        let auth_user_id = if auth_user_id == 0 { handler.user_id } else { auth_user_id };
        deliveries::enqueue_at(tx, now, due_ms, &handler, auth_user_id, code, &Fact::OfflineStored)?;
    }
    Ok(())
}

/// The events of a package, whatever their source key, by id.
///
/// # Errors
/// Those of the database.
pub fn of_package(tx: &mut Tx<'_>, application_id: i64, process_id: &str) -> Result<Vec<OfflineEvent>> {
    let sql = format!("SELECT {COLUMNS} FROM offline_events WHERE application_id = ?1 AND process_id = ?2 ORDER BY id");
    let found = tx.query(&sql, &params![application_id, process_id], from_row)?;
    found.into_iter().map(with_fact).collect()
}

/// All events of an application's queue by id: both reserved and free ones.
///
/// # Errors
/// Those of the database.
pub fn list(tx: &mut Tx<'_>, application_id: i64, auth_connector: &str) -> Result<Vec<OfflineEvent>> {
    select(tx, application_id, auth_connector, "1 = 1")
}

/// Those that nobody has reserved, by id.
///
/// # Errors
/// Those of the database.
pub fn list_free(tx: &mut Tx<'_>, application_id: i64, auth_connector: &str) -> Result<Vec<OfflineEvent>> {
    select(tx, application_id, auth_connector, "process_id = ''")
}

fn select(tx: &mut Tx<'_>, application_id: i64, auth_connector: &str, which: &str) -> Result<Vec<OfflineEvent>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM offline_events WHERE application_id = ?1 AND auth_connector = ?2 AND {which} \
         ORDER BY id LIMIT 100000"
    );
    let found = tx.query(&sql, &params![application_id, auth_connector], from_row)?;
    found.into_iter().map(with_fact).collect()
}

fn with_fact((mut event, json): (OfflineEvent, String)) -> Result<OfflineEvent> {
    let corrupt =
        |error: serde_json::Error| Error::Corrupt { table: "offline_events", id: event.id, what: error.to_string() };
    event.fact = serde_json::from_str(&json).map_err(corrupt)?;
    Ok(event)
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

/// What happens to the events that are handed out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taking {
    /// They are removed.
    Remove,
    /// They are reserved for the package of this id, so that other calls do not see them.
    Reserve(String),
}

/// Takes the given events. Those that another call took meanwhile are left out: parallel calls get disjoint events.
///
/// # Errors
/// Those of the database.
pub fn take(
    tx: &mut Tx<'_>,
    application_id: i64,
    events: Vec<OfflineEvent>,
    taking: &Taking,
) -> Result<Vec<OfflineEvent>> {
    let mut taken = Vec::with_capacity(events.len());
    for event in events {
        let sql = "WHERE id = ?1 AND application_id = ?2 AND process_id = ?3";
        let count = match taking {
            Taking::Remove => {
                let sql = format!("DELETE FROM offline_events {sql}");
                tx.execute(&sql, &params![event.id, application_id, &event.process_id])?
            }
            Taking::Reserve(process_id) => {
                let sql = format!("UPDATE offline_events SET process_id = ?4 {sql}");
                tx.execute(&sql, &params![event.id, application_id, &event.process_id, process_id])?
            }
        };
        if count > 0 {
            taken.push(event);
        }
    }
    Ok(taken)
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
