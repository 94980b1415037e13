//! Channels: a connector on a line, with its state and the external channel's data.

use store::{Row, Tx, params};

use crate::change::Notice;
use crate::events::{Catalog, Kind};
use crate::facts::{EventCode, Fact};
use crate::{Change, Result, connectors};

/// A channel as stored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Channel {
    /// `ACTIVE_STATUS`: messages may be exchanged (D-25).
    pub active: bool,
    /// `CONNECTION_STATUS`, raised by data.set.
    pub connected: bool,
    /// `REGISTER_STATUS`, raised by data.set.
    pub registered: bool,
    /// `ERROR_STATUS`.
    pub failed: bool,
    /// What the connector told about its external channel.
    pub data: ChannelData,
}

/// `DATA` of `imconnector.connector.data.set`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChannelData {
    /// Channel id in the external system.
    pub external_id: String,
    /// Link to the external channel.
    pub url: String,
    /// The same link for the operator's interface.
    pub url_im: String,
    /// Name people see.
    pub name: String,
}

impl Channel {
    /// `CONFIGURED` (D-26).
    #[must_use]
    pub fn is_configured(&self) -> bool {
        self.active && self.connected && self.registered
    }
}

fn from_row(row: &Row<'_>) -> std::result::Result<Channel, store::Error> {
    Ok(Channel {
        active: row.get(0)?,
        connected: row.get(1)?,
        registered: row.get(2)?,
        failed: row.get(3)?,
        data: ChannelData { external_id: row.get(4)?, url: row.get(5)?, url_im: row.get(6)?, name: row.get(7)? },
    })
}

/// The channel of a connector on a line, if it was ever switched on or set up.
///
/// # Errors
/// Those of the database.
pub fn find(tx: &mut Tx<'_>, connector_id: i64, line_id: i64) -> Result<Option<Channel>> {
    let sql = "SELECT active, connected, registered, failed, external_id, url, url_im, name FROM channels \
               WHERE connector_id = ?1 AND line_id = ?2";
    Ok(tx.query_opt(sql, &params![connector_id, line_id], from_row)?)
}

fn ensure(change: &mut Change<'_, '_>, connector_id: i64, line_id: i64) -> Result<()> {
    change.tx.execute(
        "INSERT INTO channels (connector_id, line_id, active, connected, registered, failed, external_id, url, url_im, name, \
         updated_ms) VALUES (?1, ?2, 0, 0, 0, 0, '', '', '', '', ?3) ON CONFLICT (connector_id, line_id) DO NOTHING",
        &params![connector_id, line_id, change.now],
    )?;
    Ok(())
}

/// Sets `ACTIVE_STATUS`; other flags and the data stay (D-24).
///
/// # Errors
/// Those of the database.
pub fn set_active(change: &mut Change<'_, '_>, connector_id: i64, line_id: i64, active: bool) -> Result<()> {
    ensure(change, connector_id, line_id)?;
    change.tx.execute(
        "UPDATE channels SET active = ?3, updated_ms = ?4 WHERE connector_id = ?1 AND line_id = ?2",
        &params![connector_id, line_id, active, change.now],
    )?;
    change.event(Kind::CatalogChanged, 0, Catalog::Lines as i64);
    Ok(())
}

/// Replaces the external channel's data and raises `CONNECTION_STATUS` and `REGISTER_STATUS`.
///
/// # Errors
/// Those of the database.
pub fn set_data(change: &mut Change<'_, '_>, connector_id: i64, line_id: i64, data: &ChannelData) -> Result<()> {
    ensure(change, connector_id, line_id)?;
    change.tx.execute(
        "UPDATE channels SET connected = 1, registered = 1, external_id = ?3, url = ?4, url_im = ?5, name = ?6, updated_ms = ?7 \
         WHERE connector_id = ?1 AND line_id = ?2",
        &params![connector_id, line_id, &data.external_id, &data.url, &data.url_im, &data.name, change.now],
    )?;
    Ok(())
}

/// Disconnects a connector from a line: clears flags and data, then tells the application (`OnImConnectorStatusDelete`).
/// `false` when there was no channel.
///
/// # Errors
/// Those of the database.
pub fn disconnect(change: &mut Change<'_, '_>, connector_id: i64, line_id: i64) -> Result<bool> {
    let removed = change
        .tx
        .execute("DELETE FROM channels WHERE connector_id = ?1 AND line_id = ?2", &params![connector_id, line_id])?;
    if removed == 0 {
        return Ok(false);
    }
    change.event(Kind::CatalogChanged, 0, Catalog::Lines as i64);
    if let Some(connector) = connectors::find_by_id(change.tx, connector_id)? {
        change.notice(Notice {
            application_id: Some(connector.application_id),
            code: EventCode::ConnectorStatusDelete,
            chat_id: 0,
            message_id: 0,
            fact: Fact::ChannelGone { connector: connector.registration.spelling, line_id },
        });
    }
    Ok(true)
}

/// All channels of registered connectors, as (line, connector's code, its name, active), by line and connector.
///
/// # Errors
/// Those of the database.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<(i64, String, String, bool)>> {
    let sql = "SELECT h.line_id, k.spelling, k.name, h.active FROM channels h JOIN connectors k ON k.id = h.connector_id \
               WHERE k.removed_ms IS NULL ORDER BY h.line_id, k.id";
    Ok(tx.query(sql, &[], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?)
}
