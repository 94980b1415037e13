//! What is known of an employee besides what the program itself works with: address, second name, messengers.

use std::collections::{BTreeMap, HashMap};

use store::{Tx, params};

use crate::{Error, Result};

/// Values by field code, in upper case. Empty ones are not kept.
pub type Profile = BTreeMap<String, String>;

/// The profile of every employee who has one.
///
/// # Errors
/// Those of the database.
pub fn all(tx: &mut Tx<'_>) -> Result<HashMap<i64, Profile>> {
    let rows: Vec<(i64, String)> =
        tx.query("SELECT user_id, fields FROM profiles", &[], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.into_iter().map(|(id, json)| Ok((id, read(id, &json)?))).collect()
}

/// An employee's profile.
///
/// # Errors
/// Those of the database.
pub fn of(tx: &mut Tx<'_>, user_id: i64) -> Result<Profile> {
    let sql = "SELECT fields FROM profiles WHERE user_id = ?1";
    let json: Option<String> = tx.query_opt(sql, &params![user_id], |row| row.get(0))?;
    json.map_or_else(|| Ok(Profile::new()), |json| read(user_id, &json))
}

fn read(id: i64, json: &str) -> Result<Profile> {
    serde_json::from_str(json).map_err(|error| Error::Corrupt { table: "profiles", id, what: error.to_string() })
}

/// Takes over changed values; an empty one removes the field.
///
/// # Errors
/// Those of the database.
pub fn change(tx: &mut Tx<'_>, user_id: i64, changes: &Profile) -> Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    let mut profile = of(tx, user_id)?;
    for (code, value) in changes {
        match value.as_str() {
            "" => profile.remove(code),
            value => profile.insert(code.clone(), value.to_owned()),
        };
    }
    let json = serde_json::to_string(&profile).expect("a map of texts is JSON");
    tx.execute(
        "INSERT INTO profiles (user_id, fields) VALUES (?1, ?2) \
         ON CONFLICT (user_id) DO UPDATE SET fields = excluded.fields",
        &params![user_id, &json],
    )?;
    Ok(())
}
