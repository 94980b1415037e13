//! Settings of the portal itself: its member id and the moment it was created.

use store::{Tx, params};

use crate::{Millis, Result};

/// The portal's identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Portal {
    /// Account id of the protocol: 32 hexadecimal digits, never changes.
    pub member_id: String,
    /// When the portal was created.
    pub created_ms: Millis,
}

/// The portal, if it was created already.
///
/// # Errors
/// Those of the database.
pub fn portal(tx: &mut Tx<'_>) -> Result<Option<Portal>> {
    let Some(member_id) = get(tx, "member_id")? else { return Ok(None) };
    let created_ms = get(tx, "created_ms")?.and_then(|text| text.parse().ok()).unwrap_or(0);
    Ok(Some(Portal { member_id, created_ms }))
}

/// Creates the portal with the given member id, or returns the one that is there.
///
/// # Errors
/// Those of the database.
pub fn create_portal(tx: &mut Tx<'_>, now: Millis, member_id: &str) -> Result<Portal> {
    if let Some(found) = portal(tx)? {
        return Ok(found);
    }
    set(tx, "member_id", member_id)?;
    set(tx, "created_ms", &now.to_string())?;
    Ok(Portal { member_id: member_id.to_owned(), created_ms: now })
}

/// One setting.
///
/// # Errors
/// Those of the database.
pub fn get(tx: &mut Tx<'_>, name: &str) -> Result<Option<String>> {
    Ok(tx.query_opt("SELECT value FROM settings WHERE name = ?1", &params![name], |row| row.get(0))?)
}

/// Stores one setting, replacing what was there.
///
/// # Errors
/// Those of the database.
pub fn set(tx: &mut Tx<'_>, name: &str, value: &str) -> Result<()> {
    tx.execute(
        "INSERT INTO settings (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        &params![name, value],
    )?;
    Ok(())
}
