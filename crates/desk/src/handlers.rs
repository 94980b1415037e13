//! Handlers: an application's subscriptions to events (`contract/platform.md` 6.1).

use store::{Row, Tx, params};

use crate::deliveries::{self, Whose};
use crate::ids::{self, Series};
use crate::{Change, Error, Millis, Refusal, Result};

/// How many handlers an application may bind.
pub const HANDLERS_MAX: u32 = 1000;

/// A handler as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handler {
    /// `event_handler_id` of the deliveries.
    pub id: i64,
    /// Whose it is.
    pub application_id: i64,
    /// Who bound it.
    pub user_id: i64,
    /// Upper-case event code.
    pub event_code: String,
    /// Where the event is sent; empty for an offline handler.
    pub url: String,
    /// Whose authorisation is sent along; 0 means the user who caused the event.
    pub auth_user_id: i64,
    /// Events are stored until collected instead of sent.
    pub offline: bool,
    /// Source key of offline events.
    pub auth_connector: String,
    /// Quiet time between two `ONOFFLINEEVENT` calls, milliseconds.
    pub min_timeout_ms: Millis,
    /// The handler with which it shares its lanes, or itself ([`deliveries`]).
    pub lane_id: i64,
}

const COLUMNS: &str =
    "id, application_id, user_id, event_code, url, auth_user_id, offline, auth_connector, min_timeout_ms, lane_id";

fn from_row(row: &Row<'_>) -> std::result::Result<Handler, store::Error> {
    Ok(Handler {
        id: row.get(0)?,
        application_id: row.get(1)?,
        user_id: row.get(2)?,
        event_code: row.get(3)?,
        url: row.get(4)?,
        auth_user_id: row.get(5)?,
        offline: row.get(6)?,
        auth_connector: row.get(7)?,
        min_timeout_ms: row.get(8)?,
        lane_id: row.get(9)?,
    })
}

/// Binds a handler (its `id` and `lane_id` are ignored) and returns its id. What the same one was still to be told when it was
/// unbound is told after all.
///
/// # Errors
/// [`Refusal::HandlerBound`] when the same one is bound already, [`Refusal::TooMany`] above [`HANDLERS_MAX`]; those of the
/// database.
pub fn bind(change: &mut Change<'_, '_>, handler: &Handler) -> Result<i64> {
    let bound = list(change.tx, handler.application_id)?;
    if bound.len() >= HANDLERS_MAX as usize {
        return Err(Error::Refused(Refusal::TooMany(HANDLERS_MAX)));
    }
    let key = |h: &Handler| (h.event_code.clone(), h.url.clone(), h.auth_user_id, h.offline, h.auth_connector.clone());
    if bound.iter().any(|other| key(other) == key(handler)) {
        return Err(Error::Refused(Refusal::HandlerBound));
    }
    let id = ids::next(change.tx, Series::Handler)?;
    let neighbour = bound.iter().find(|other| share_lanes(other, handler));
    let h = Handler { id, lane_id: neighbour.map_or(id, |other| other.lane_id), ..handler.clone() };
    change.tx.execute(
        &format!(
            "INSERT INTO handlers ({COLUMNS}, last_call_ms, created_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0, ?11)"
        ),
        &params![
            id,
            h.application_id,
            h.user_id,
            &h.event_code,
            &h.url,
            h.auth_user_id,
            h.offline,
            &h.auth_connector,
            h.min_timeout_ms,
            h.lane_id,
            change.now
        ],
    )?;
    deliveries::restore(change, &h)?;
    Ok(id)
}

/// Whether two handlers of an application stand in one line: they tell the same address about a connector's dialogues, where a
/// message, its changes, and the end of it all must come in their order.
fn share_lanes(one: &Handler, other: &Handler) -> bool {
    let of_connector = |handler: &Handler| handler.event_code.starts_with("ONIMCONNECTOR") && !handler.offline;
    of_connector(one) && of_connector(other) && one.url == other.url
}

/// Removes the given handlers. What they were still to be told is given up, until they are bound again.
///
/// # Errors
/// Those of the database.
pub fn unbind(change: &mut Change<'_, '_>, ids: &[i64]) -> Result<()> {
    for id in ids {
        let sql = "SELECT lane_id FROM handlers WHERE id = ?1";
        let Some(lane_id) = change.tx.query_opt(sql, &params![*id], |row| row.get(0))? else { continue };
        change.tx.execute("DELETE FROM handlers WHERE id = ?1", &params![*id])?;
        deliveries::cancel(change, Whose::Handler { id: *id, lane_id })?;
    }
    Ok(())
}

/// All handlers of an application by id.
///
/// # Errors
/// Those of the database.
pub fn list(tx: &mut Tx<'_>, application_id: i64) -> Result<Vec<Handler>> {
    let sql = format!("SELECT {COLUMNS} FROM handlers WHERE application_id = ?1 ORDER BY id");
    Ok(tx.query(&sql, &params![application_id], from_row)?)
}

/// The handlers of installed applications that want one of the codes; `application_id` narrows to one application.
pub(crate) fn wanting(tx: &mut Tx<'_>, application_id: Option<i64>) -> Result<Vec<Handler>> {
    let columns = COLUMNS.split(", ").map(|column| format!("h.{column}")).collect::<Vec<_>>().join(", ");
    let sql = format!(
        "SELECT {columns} FROM handlers h JOIN applications a ON a.id = h.application_id AND a.installed = 1 \
         WHERE h.application_id = ?1 OR ?1 = 0 ORDER BY h.id"
    );
    Ok(tx.query(&sql, &params![application_id.unwrap_or(0)], from_row)?)
}
