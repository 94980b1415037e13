//! The audit log: who signed in or was refused, and every act of an administrator. A row is written in the change that it
//! tells of, so there is none without its act and no act without its row.

use store::{Param, Row, Tx, params};

use crate::ids::{self, Series};
use crate::{Millis, Result};

/// How long rows are kept.
pub const KEEP_MS: Millis = 2 * 365 * 24 * 3600 * 1000;

/// Longest details, in bytes of JSON; longer ones are left out.
const DETAILS_BYTES_MAX: usize = 8 * 1024;

/// Longest subject, in characters.
const SUBJECT_CHARS_MAX: usize = 255;

/// An act that goes into the log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Act {
    /// What was done: the name of a method, or a word of ours such as `session.start`.
    pub kind: &'static str,
    /// To what: an id or a code, or empty; a rule that knows better says so with [`crate::Change::about`].
    pub subject: String,
    /// With what, as a JSON object without secrets.
    pub details: String,
    /// Network address of who did it, or what stands for it.
    pub address: String,
    /// The application that called, 0 for none.
    pub application_id: i64,
}

/// A row of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Number; later acts have higher ones.
    pub id: i64,
    /// When.
    pub at_ms: Millis,
    /// The employee who did it, 0 when nobody was signed in.
    pub actor_id: i64,
    /// The application that called in the employee's name, 0 for none.
    pub application_id: i64,
    /// What was done.
    pub kind: String,
    /// To what, or empty.
    pub subject: String,
    /// With what: a JSON object.
    pub details: String,
    /// From where.
    pub address: String,
}

/// Writes a row.
///
/// # Errors
/// Those of the database.
pub fn add(tx: &mut Tx<'_>, now: Millis, actor_id: i64, act: &Act) -> Result<()> {
    let id = ids::next(tx, Series::Audit)?;
    let subject: String = act.subject.chars().take(SUBJECT_CHARS_MAX).collect();
    let details = match act.details.len() {
        0 => "{}",
        1..=DETAILS_BYTES_MAX => &act.details,
        _ => r#"{"left_out":"too long"}"#,
    };
    tx.execute(
        "INSERT INTO audit (id, at_ms, actor_id, application_id, kind, subject, details, address) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        &params![id, now, actor_id, act.application_id, act.kind, subject, details, &act.address],
    )?;
    Ok(())
}

/// Which rows to show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Acts of this employee.
    pub actor_id: Option<i64>,
    /// Acts of this kind, or of all whose kind begins with it and a dot.
    pub kind: Option<String>,
    /// Acts done to this.
    pub subject: Option<String>,
    /// Not before.
    pub from_ms: Option<Millis>,
    /// Before.
    pub to_ms: Option<Millis>,
    /// Rows with lower numbers: where the page before ended.
    pub before_id: Option<i64>,
}

fn from_row(row: &Row<'_>) -> std::result::Result<Entry, store::Error> {
    Ok(Entry {
        id: row.get(0)?,
        at_ms: row.get(1)?,
        actor_id: row.get(2)?,
        application_id: row.get(3)?,
        kind: row.get(4)?,
        subject: row.get(5)?,
        details: row.get(6)?,
        address: row.get(7)?,
    })
}

/// The newest `limit` rows that fit, newest first.
///
/// # Errors
/// Those of the database.
pub fn list(tx: &mut Tx<'_>, filter: &Filter, limit: usize) -> Result<Vec<Entry>> {
    let columns = "id, at_ms, actor_id, application_id, kind, subject, details, address";
    let mut sql = format!("SELECT {columns} FROM audit WHERE id < ?1");
    let mut values = vec![Param::Int(filter.before_id.unwrap_or(i64::MAX))];
    let prefix = filter.kind.as_ref().map(|kind| format!("{kind}."));
    let conditions = [("actor_id =", filter.actor_id), ("at_ms >=", filter.from_ms), ("at_ms <", filter.to_ms)];
    for (condition, value) in conditions {
        if let Some(value) = value {
            values.push(Param::Int(value));
            sql.push_str(&format!(" AND {condition} ?{}", values.len()));
        }
    }
    if let (Some(kind), Some(prefix)) = (&filter.kind, &prefix) {
        values.push(Param::from(kind.as_str()));
        sql.push_str(&format!(" AND (kind = ?{}", values.len()));
        values.push(Param::from(prefix.as_str()));
        sql.push_str(&format!(" OR substr(kind, 1, length(?{0})) = ?{0})", values.len()));
    }
    if let Some(subject) = &filter.subject {
        values.push(Param::from(subject.as_str()));
        sql.push_str(&format!(" AND subject = ?{}", values.len()));
    }
    values.push(Param::Int(i64::try_from(limit).unwrap_or(i64::MAX)));
    sql.push_str(&format!(" ORDER BY id DESC LIMIT ?{}", values.len()));
    Ok(tx.query(&sql, &values, from_row)?)
}

/// The kinds of acts that are in the log.
///
/// # Errors
/// Those of the database.
pub fn kinds(tx: &mut Tx<'_>) -> Result<Vec<String>> {
    Ok(tx.query("SELECT DISTINCT kind FROM audit ORDER BY kind", &[], |row| row.get(0))?)
}

/// Removes rows older than [`KEEP_MS`], at most `limit`.
///
/// # Errors
/// Those of the database.
pub fn sweep(tx: &mut Tx<'_>, now: Millis, limit: u64) -> Result<u64> {
    Ok(tx.execute(
        "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at_ms < ?1 ORDER BY at_ms LIMIT ?2)",
        &params![now - KEEP_MS, limit.cast_signed()],
    )?)
}
