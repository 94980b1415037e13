//! Connectors: what an application registers to exchange messages with an external system
//! (`contract/openlines.md` Part 2, `imconnector.register`).

use store::{Row, Tx, params};

use crate::events::{Catalog, Kind};
use crate::ids::{self, Series};
use crate::{Change, Error, Millis, Refusal, Result};

/// What a registration says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// The code as the application spells it; looked up in lower case.
    pub spelling: String,
    /// Name people see.
    pub name: String,
    /// Icon as JSON text.
    pub icon: String,
    /// Icon of the switched off connector as JSON text.
    pub icon_disabled: String,
    /// Address of the settings page.
    pub placement_url: String,
    /// Description for the settings page.
    pub comment: String,
    /// Customers' messages may be deleted by operators.
    pub del_external_messages: bool,
    /// Operators' messages may be edited.
    pub edit_internal_messages: bool,
    /// Operators' messages may be deleted.
    pub del_internal_messages: bool,
    /// Usable for mailings.
    pub newsletter: bool,
    /// Automatic texts are sent to the channel.
    pub need_system_messages: bool,
    /// The operator's name is put before outgoing text.
    pub need_signature: bool,
    /// One chat per external chat instead of one per customer.
    pub chat_group: bool,
}

/// A connector as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connector {
    /// Id inside the portal.
    pub id: i64,
    /// Lower-case code.
    pub code: String,
    /// The application that registered it.
    pub application_id: i64,
    /// What it registered.
    pub registration: Registration,
    /// When it was registered first.
    pub created_ms: Millis,
    /// When it was unregistered.
    pub removed_ms: Option<Millis>,
}

/// Codes that no application may register, with their names: Trunkline's own.
pub const BUILT_IN: &[(&str, &str)] = &[("livechat", "Live Chat")];

const COLUMNS: &str = "id, code, spelling, application_id, name, icon, icon_disabled, placement_url, comment_text, \
     del_external_messages, edit_internal_messages, del_internal_messages, newsletter, need_system_messages, need_signature, \
     chat_group, created_ms, removed_ms";

fn from_row(row: &Row<'_>) -> std::result::Result<Connector, store::Error> {
    Ok(Connector {
        id: row.get(0)?,
        code: row.get(1)?,
        application_id: row.get(3)?,
        registration: Registration {
            spelling: row.get(2)?,
            name: row.get(4)?,
            icon: row.get(5)?,
            icon_disabled: row.get(6)?,
            placement_url: row.get(7)?,
            comment: row.get(8)?,
            del_external_messages: row.get(9)?,
            edit_internal_messages: row.get(10)?,
            del_internal_messages: row.get(11)?,
            newsletter: row.get(12)?,
            need_system_messages: row.get(13)?,
            need_signature: row.get(14)?,
            chat_group: row.get(15)?,
        },
        created_ms: row.get(16)?,
        removed_ms: row.get(17)?,
    })
}

/// The registered connector with this code, in any letter case.
///
/// # Errors
/// Those of the database.
pub fn find(tx: &mut Tx<'_>, code: &str) -> Result<Option<Connector>> {
    let sql = format!("SELECT {COLUMNS} FROM connectors WHERE code = ?1 AND removed_ms IS NULL");
    Ok(tx.query_opt(&sql, &params![code.to_lowercase()], from_row)?)
}

/// A connector by id, removed ones included.
///
/// # Errors
/// Those of the database.
pub fn find_by_id(tx: &mut Tx<'_>, id: i64) -> Result<Option<Connector>> {
    Ok(tx.query_opt(&format!("SELECT {COLUMNS} FROM connectors WHERE id = ?1"), &params![id], from_row)?)
}

/// All registered connectors in the order of their registration.
///
/// # Errors
/// Those of the database.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Connector>> {
    let sql = format!("SELECT {COLUMNS} FROM connectors WHERE removed_ms IS NULL ORDER BY id");
    Ok(tx.query(&sql, &[], from_row)?)
}

/// Registers a connector or replaces every field of the application's own (D-19, D-20). A connector that the same
/// application had unregistered before comes back with its chats.
///
/// # Errors
/// [`Refusal::ConnectorTaken`]; those of the database.
pub fn register(change: &mut Change<'_, '_>, application_id: i64, new: &Registration) -> Result<i64> {
    let code = new.spelling.to_lowercase();
    if BUILT_IN.iter().any(|(built_in, _)| *built_in == code) {
        return Err(Error::Refused(Refusal::ConnectorTaken));
    }
    let id = match find(change.tx, &code)? {
        Some(found) if found.application_id != application_id => return Err(Error::Refused(Refusal::ConnectorTaken)),
        // Applications register at every start: nothing is to be told then.
        Some(found) if found.registration == *new => return Ok(found.id),
        Some(found) => found.id,
        None => match find_removed(change.tx, application_id, &code)? {
            Some(id) => id,
            None => insert(change, application_id, &code)?,
        },
    };
    change.tx.execute(
        "UPDATE connectors SET spelling = ?2, name = ?3, icon = ?4, icon_disabled = ?5, placement_url = ?6, comment_text = ?7, \
         del_external_messages = ?8, edit_internal_messages = ?9, del_internal_messages = ?10, newsletter = ?11, \
         need_system_messages = ?12, need_signature = ?13, chat_group = ?14, removed_ms = NULL WHERE id = ?1",
        &params![
            id,
            &new.spelling,
            &new.name,
            &new.icon,
            &new.icon_disabled,
            &new.placement_url,
            &new.comment,
            new.del_external_messages,
            new.edit_internal_messages,
            new.del_internal_messages,
            new.newsletter,
            new.need_system_messages,
            new.need_signature,
            new.chat_group
        ],
    )?;
    changed(change);
    Ok(id)
}

/// Inboxes fetch again what connectors there are, and by which names the lines show theirs.
pub(crate) fn changed(change: &mut Change<'_, '_>) {
    change.event(Kind::CatalogChanged, 0, Catalog::Connectors as i64);
    change.event(Kind::CatalogChanged, 0, Catalog::Lines as i64);
}

fn find_removed(tx: &mut Tx<'_>, application_id: i64, code: &str) -> Result<Option<i64>> {
    let sql =
        "SELECT id FROM connectors WHERE code = ?1 AND application_id = ?2 AND removed_ms IS NOT NULL ORDER BY id DESC";
    Ok(tx.query_opt(sql, &params![code, application_id], |row| row.get(0))?)
}

fn insert(change: &mut Change<'_, '_>, application_id: i64, code: &str) -> Result<i64> {
    let id = ids::next(change.tx, Series::Connector)?;
    change.tx.execute(
        &format!(
            "INSERT INTO connectors ({COLUMNS}) VALUES (?1, ?2, ?2, ?3, '', '', '', '', '', 1, 1, 1, 1, 1, 1, 0, ?4, NULL)"
        ),
        &params![id, code, application_id, change.now],
    )?;
    Ok(id)
}

/// Unregisters the application's connector with its states on all lines; chats and history stay (D-30). `false` when the
/// application has none with this code.
///
/// # Errors
/// Those of the database.
pub fn unregister(change: &mut Change<'_, '_>, application_id: i64, code: &str) -> Result<bool> {
    let Some(found) = find(change.tx, code)?.filter(|found| found.application_id == application_id) else {
        return Ok(false);
    };
    change.tx.execute("DELETE FROM channels WHERE connector_id = ?1", &params![found.id])?;
    change.tx.execute("UPDATE connectors SET removed_ms = ?2 WHERE id = ?1", &params![found.id, change.now])?;
    changed(change);
    Ok(true)
}
