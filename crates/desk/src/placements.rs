//! Placements: pages of applications that appear inside the portal (`contract/platform.md` 7.4).

use store::{Row, Tx, params};

use crate::ids::{self, Series};
use crate::{Error, Millis, Refusal, Result};

/// Handlers of one application at most.
pub const HANDLERS_MAX: u32 = 500;

/// A handler as an application binds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPlacement {
    /// Whose it is.
    pub application_id: i64,
    /// Code of the place, in upper case.
    pub code: String,
    /// For whom; 0 for everybody.
    pub user_id: i64,
    /// Page to show.
    pub url: String,
    /// Title.
    pub title: String,
    /// Description, or empty.
    pub description: String,
    /// Titles by language, as JSON.
    pub languages: String,
    /// Options of the place, as JSON.
    pub options: String,
}

/// A handler as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placement {
    /// Id.
    pub id: i64,
    /// What was bound.
    pub bound: NewPlacement,
}

const COLUMNS: &str = "id, application_id, code, user_id, url, title, description, languages, options";

fn from_row(row: &Row<'_>) -> std::result::Result<Placement, store::Error> {
    let bound = NewPlacement {
        application_id: row.get(1)?,
        code: row.get(2)?,
        user_id: row.get(3)?,
        url: row.get(4)?,
        title: row.get(5)?,
        description: row.get(6)?,
        languages: row.get(7)?,
        options: row.get(8)?,
    };
    Ok(Placement { id: row.get(0)?, bound })
}

/// The application's handlers by id.
///
/// # Errors
/// Those of the database.
pub fn list(tx: &mut Tx<'_>, application_id: i64) -> Result<Vec<Placement>> {
    let sql = format!("SELECT {COLUMNS} FROM placements WHERE application_id = ?1 ORDER BY id");
    Ok(tx.query(&sql, &params![application_id], from_row)?)
}

/// Whether a place may have more than one handler of an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// One for everybody, and one for each employee.
    One,
    /// As many as it likes.
    Many,
}

/// Binds a handler and returns its id.
///
/// # Errors
/// [`Refusal::HandlerBound`] when the same is bound already, [`Refusal::TooMany`] with 1 when the place has room for one
/// only, else with [`HANDLERS_MAX`]; those of the database.
pub fn bind(tx: &mut Tx<'_>, now: Millis, new: &NewPlacement, room: Room) -> Result<i64> {
    let bound = list(tx, new.application_id)?;
    let same_place = |one: &&Placement| one.bound.code == new.code && one.bound.user_id == new.user_id;
    if bound.iter().filter(same_place).any(|one| one.bound.url == new.url && one.bound.title == new.title) {
        return Err(Error::Refused(Refusal::HandlerBound));
    }
    if room == Room::One && bound.iter().any(|one| same_place(&one)) {
        return Err(Error::Refused(Refusal::TooMany(1)));
    }
    if bound.len() >= HANDLERS_MAX as usize {
        return Err(Error::Refused(Refusal::TooMany(HANDLERS_MAX)));
    }
    let id = ids::next(tx, Series::Placement)?;
    tx.execute(
        &format!("INSERT INTO placements ({COLUMNS}, created_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"),
        &params![
            id,
            new.application_id,
            &new.code,
            new.user_id,
            &new.url,
            &new.title,
            &new.description,
            &new.languages,
            &new.options,
            now
        ],
    )?;
    Ok(id)
}

/// Which handlers of an application to remove.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Code of the place, in upper case.
    pub code: String,
    /// Only with this address.
    pub url: Option<String>,
    /// Only this employee's.
    pub user_id: Option<i64>,
}

/// Removes handlers and returns how many.
///
/// # Errors
/// Those of the database.
pub fn unbind(tx: &mut Tx<'_>, application_id: i64, wanted: &Wanted) -> Result<i64> {
    let matches = |one: &Placement| {
        one.bound.code == wanted.code
            && wanted.url.as_ref().is_none_or(|url| *url == one.bound.url)
            && wanted.user_id.is_none_or(|id| id == one.bound.user_id)
    };
    let mut removed = 0;
    for placement in list(tx, application_id)?.iter().filter(|one| matches(one)) {
        tx.execute("DELETE FROM placements WHERE id = ?1", &params![placement.id])?;
        removed += 1;
    }
    Ok(removed)
}
