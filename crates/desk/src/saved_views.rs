//! Saved views: a list of chats with a filter, for oneself or for everybody.

use store::{Row, Tx, params};

use crate::events::{Catalog, Kind};
use crate::ids::{self, Series};
use crate::users::{Role, User};
use crate::{Change, Error, Refusal, Result};

/// Views that one employee may have.
pub const VIEWS_MAX: u32 = 100;

/// A view as stored. What view, filter and order are is the interface's to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedView {
    /// Id; 0 before it is stored.
    pub id: i64,
    /// Who saved it.
    pub user_id: i64,
    /// What it is called.
    pub title: String,
    /// Everybody has it; only who saved it and administrators change it.
    pub shared: bool,
    /// Name of the view.
    pub view: String,
    /// Filter as JSON.
    pub filter: String,
    /// Name of the order.
    pub sort: String,
}

const COLUMNS: &str = "id, user_id, title, shared, view, filter, sort";

fn from_row(row: &Row<'_>) -> std::result::Result<SavedView, store::Error> {
    Ok(SavedView {
        id: row.get(0)?,
        user_id: row.get(1)?,
        title: row.get(2)?,
        shared: row.get(3)?,
        view: row.get(4)?,
        filter: row.get(5)?,
        sort: row.get(6)?,
    })
}

/// The employee's own and those that everybody has, by id.
///
/// # Errors
/// Those of the database.
pub fn list(tx: &mut Tx<'_>, user_id: i64) -> Result<Vec<SavedView>> {
    let sql = format!("SELECT {COLUMNS} FROM saved_views WHERE user_id = ?1 OR shared = 1 ORDER BY id");
    Ok(tx.query(&sql, &params![user_id], from_row)?)
}

/// Adds a view, or replaces the one with its id, and returns it as it is now.
///
/// # Errors
/// [`Refusal::NotFound`] when it is not there or not the caller's to change, [`Refusal::TooMany`]; those of the database.
pub fn save(change: &mut Change<'_, '_>, caller: &User, view: &SavedView) -> Result<SavedView> {
    let id = match view.id {
        0 => add(change, view)?,
        id => {
            owned(change.tx, caller, id)?;
            change.tx.execute(
                "UPDATE saved_views SET title = ?2, shared = ?3, view = ?4, filter = ?5, sort = ?6 WHERE id = ?1",
                &params![id, &view.title, view.shared, &view.view, &view.filter, &view.sort],
            )?;
            id
        }
    };
    change.event(Kind::CatalogChanged, 0, Catalog::Views as i64);
    Ok(find(change.tx, id)?.ok_or(Refusal::NotFound)?)
}

fn find(tx: &mut Tx<'_>, id: i64) -> Result<Option<SavedView>> {
    let sql = format!("SELECT {COLUMNS} FROM saved_views WHERE id = ?1");
    Ok(tx.query_opt(&sql, &params![id], from_row)?)
}

fn add(change: &mut Change<'_, '_>, view: &SavedView) -> Result<i64> {
    let sql = "SELECT count(*) FROM saved_views WHERE user_id = ?1";
    let count: i64 = change.tx.query_one(sql, &params![change.actor_id], |row| row.get(0))?;
    if count >= i64::from(VIEWS_MAX) {
        return Err(Error::Refused(Refusal::TooMany(VIEWS_MAX)));
    }
    let id = ids::next(change.tx, Series::View)?;
    change.tx.execute(
        &format!("INSERT INTO saved_views ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"),
        &params![id, change.actor_id, &view.title, view.shared, &view.view, &view.filter, &view.sort],
    )?;
    Ok(id)
}

fn owned(tx: &mut Tx<'_>, caller: &User, id: i64) -> Result<()> {
    let may = |view: &SavedView| view.user_id == caller.id || (view.shared && caller.role() == Role::Administrator);
    find(tx, id)?.filter(may).map(drop).ok_or(Error::Refused(Refusal::NotFound))
}

/// Removes a view.
///
/// # Errors
/// [`Refusal::NotFound`] when it is not there or not the caller's to change; those of the database.
pub fn remove(change: &mut Change<'_, '_>, caller: &User, id: i64) -> Result<()> {
    owned(change.tx, caller, id)?;
    change.tx.execute("DELETE FROM saved_views WHERE id = ?1", &params![id])?;
    change.event(Kind::CatalogChanged, 0, Catalog::Views as i64);
    Ok(())
}
