//! What an employee's inbox remembers for them: JSON that only the inbox understands.

use serde_json::{Map, Value};
use store::{Tx, params};

use crate::{Change, Result};

/// Largest, in bytes of JSON.
pub const BYTES_MAX: usize = 16 * 1024;

/// The employee's, as JSON; an empty object when there are none.
///
/// # Errors
/// Those of the database.
pub fn of(tx: &mut Tx<'_>, user_id: i64) -> Result<String> {
    let sql = "SELECT value FROM preferences WHERE user_id = ?1";
    let found: Option<String> = tx.query_opt(sql, &params![user_id], |row| row.get(0))?;
    Ok(found.unwrap_or_else(|| "{}".to_owned()))
}

/// Keeps what one of the caller's browsers names; null forgets it. What is not named stays: another of their browsers may have
/// changed it. `false`, and nothing is changed, when all together would be larger than [`BYTES_MAX`].
///
/// # Errors
/// Those of the database.
pub fn set(change: &mut Change<'_, '_>, named: Map<String, Value>) -> Result<bool> {
    let kept = of(change.tx, change.actor_id)?;
    let mut all: Map<String, Value> = serde_json::from_str(&kept).unwrap_or_default();
    all.extend(named);
    all.retain(|_, value| !value.is_null());
    let json = Value::Object(all).to_string();
    if json.len() > BYTES_MAX {
        return Ok(false);
    }
    change.tx.execute(
        "INSERT INTO preferences (user_id, value) VALUES (?1, ?2) ON CONFLICT (user_id) DO UPDATE SET value = excluded.value",
        &params![change.actor_id, json],
    )?;
    Ok(true)
}
