//! Notifications: what the portal or an application tells an employee.

use store::{Row, Tx, params};

use crate::ids::{self, Series};
use crate::{Change, Error, Millis, Refusal, Result, users};

/// Kept for each employee; the oldest make room.
pub const KEPT: i64 = 1000;

/// A notification about to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNotification {
    /// Who is told.
    pub user_id: i64,
    /// Who tells; 0 for the portal.
    pub author_id: i64,
    /// Which application's it is: tags are counted within one.
    pub application: String,
    /// Text.
    pub body: String,
    /// Attachment as JSON, or empty.
    pub params: String,
    /// What it is about: a later one about the same takes its place. Empty for none.
    pub tag: String,
    /// A wider name, for removing many at once. Empty for none.
    pub sub_tag: String,
}

/// A notification as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// Id.
    pub id: i64,
    /// What it says.
    pub content: NewNotification,
    /// When it was made.
    pub created_ms: Millis,
    /// When it was read.
    pub read_ms: Option<Millis>,
}

const COLUMNS: &str = "id, user_id, author_id, application, body, params, tag, sub_tag, created_ms, read_ms";

fn from_row(row: &Row<'_>) -> std::result::Result<Notification, store::Error> {
    let content = NewNotification {
        user_id: row.get(1)?,
        author_id: row.get(2)?,
        application: row.get(3)?,
        body: row.get(4)?,
        params: row.get(5)?,
        tag: row.get(6)?,
        sub_tag: row.get(7)?,
    };
    Ok(Notification { id: row.get(0)?, content, created_ms: row.get(8)?, read_ms: row.get(9)? })
}

/// Tells an employee something and returns the notification's id. It takes the place of one with the same tag.
///
/// # Errors
/// [`Refusal::NoUser`] when there is no such employee; those of the database.
pub fn add(change: &mut Change<'_, '_>, new: &NewNotification) -> Result<i64> {
    let user = users::find(change.tx, new.user_id)?;
    if !user.is_some_and(|user| user.is_active_employee()) {
        return Err(Error::Refused(Refusal::NoUser));
    }
    if !new.tag.is_empty() {
        change.tx.execute(
            "DELETE FROM notifications WHERE application = ?1 AND tag = ?2 AND tag <> '' AND user_id = ?3",
            &params![&new.application, &new.tag, new.user_id],
        )?;
    }
    let id = ids::next(change.tx, Series::Notification)?;
    change.tx.execute(
        &format!("INSERT INTO notifications ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, NULL)"),
        &params![
            id,
            new.user_id,
            new.author_id,
            &new.application,
            &new.body,
            &new.params,
            &new.tag,
            &new.sub_tag,
            change.now
        ],
    )?;
    change.tx.execute(
        "DELETE FROM notifications WHERE user_id = ?1 AND id <= \
         (SELECT n.id FROM notifications n WHERE n.user_id = ?1 ORDER BY n.id DESC LIMIT 1 OFFSET ?2)",
        &params![new.user_id, KEPT],
    )?;
    Ok(id)
}

/// The employee's notifications before an id, newest first.
///
/// # Errors
/// Those of the database.
pub fn page(tx: &mut Tx<'_>, user_id: i64, before: i64, limit: i64) -> Result<Vec<Notification>> {
    let sql = format!("SELECT {COLUMNS} FROM notifications WHERE user_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3");
    Ok(tx.query(&sql, &params![user_id, before, limit], from_row)?)
}

/// How many notifications the employee has, and how many of them are unread.
///
/// # Errors
/// Those of the database.
pub fn counts(tx: &mut Tx<'_>, user_id: i64) -> Result<(i64, i64)> {
    let all =
        tx.query_one("SELECT count(*) FROM notifications WHERE user_id = ?1", &params![user_id], |row| row.get(0))?;
    Ok((all, unread(tx, user_id)?))
}

/// How many notifications the employee has not read.
///
/// # Errors
/// Those of the database.
pub fn unread(tx: &mut Tx<'_>, user_id: i64) -> Result<i64> {
    let sql = "SELECT count(*) FROM notifications WHERE user_id = ?1 AND read_ms IS NULL";
    Ok(tx.query_one(sql, &params![user_id], |row| row.get(0))?)
}

/// Which of an employee's notifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// This one.
    One(i64),
    /// This one and all after it.
    From(i64),
    /// All.
    All,
}

/// Marks the caller's notifications as read, or as unread when `read_ms` is `None`.
///
/// # Errors
/// Those of the database.
pub fn mark(change: &mut Change<'_, '_>, which: Which, read_ms: Option<Millis>) -> Result<()> {
    let (condition, id) = match which {
        Which::One(id) => ("id = ?3", id),
        Which::From(id) => ("id >= ?3", id),
        Which::All => ("id > ?3", 0),
    };
    let sql = format!("UPDATE notifications SET read_ms = ?2 WHERE user_id = ?1 AND {condition}");
    change.tx.execute(&sql, &params![change.actor_id, read_ms, id])?;
    Ok(())
}

/// Removes one of the caller's notifications. `false` when it is not there.
///
/// # Errors
/// Those of the database.
pub fn remove(change: &mut Change<'_, '_>, id: i64) -> Result<bool> {
    let sql = "DELETE FROM notifications WHERE user_id = ?1 AND id = ?2";
    Ok(change.tx.execute(sql, &params![change.actor_id, id])? > 0)
}

/// Removes an application's notifications with a tag, whoever has them. `false` when there is none.
///
/// # Errors
/// Those of the database.
pub fn remove_tagged(change: &mut Change<'_, '_>, application: &str, tag: &str) -> Result<bool> {
    let sql = "DELETE FROM notifications WHERE application = ?1 AND tag = ?2 AND tag <> ''";
    Ok(change.tx.execute(sql, &params![application, tag])? > 0)
}

/// Removes an application's notifications with a wider tag, whoever has them. `false` when there is none.
///
/// # Errors
/// Those of the database.
pub fn remove_sub_tagged(change: &mut Change<'_, '_>, application: &str, sub_tag: &str) -> Result<bool> {
    let sql = "DELETE FROM notifications WHERE application = ?1 AND sub_tag = ?2 AND sub_tag <> ''";
    Ok(change.tx.execute(sql, &params![application, sub_tag])? > 0)
}
