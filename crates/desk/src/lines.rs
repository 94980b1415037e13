//! Lines: an open line is the settings of a queue (`contract/openlines.md` 3.1).

use std::collections::BTreeMap;

use store::{Row, Tx, params};

use crate::change::Notice;
use crate::events::{Catalog, Kind};
use crate::facts::{EventCode, Fact};
use crate::ids::{self, Series};
use crate::sessions::CloseReason;
use crate::users::User;
use crate::{Change, Error, Millis, Result, line_fields, sessions};

/// A line as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// `LINE`, `CONFIG_ID` and `QUEUE_ID` of the protocol.
    pub id: i64,
    /// Name people see.
    pub name: String,
    /// Takes messages.
    pub active: bool,
    /// Its settings.
    pub settings: Settings,
    /// When it was made.
    pub created_ms: Millis,
    /// Who made it.
    pub created_by: i64,
    /// When it last changed.
    pub updated_ms: Millis,
    /// Who changed it last.
    pub updated_by: i64,
}

/// The fields of a line that differ from their defaults.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings(BTreeMap<String, String>);

impl Settings {
    /// A field's value; `None` when it is unset and has no default.
    ///
    /// # Panics
    /// When no field has this name: a mistake of the program.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        let field = line_fields::find(name).unwrap_or_else(|| panic!("no line field {name}"));
        self.0.get(name).map(String::as_str).or(field.default)
    }

    /// A field's value if somebody has set it.
    #[must_use]
    pub fn own(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A whole number.
    #[must_use]
    pub fn int(&self, name: &str) -> i64 {
        self.text(name).and_then(|text| text.parse().ok()).unwrap_or(0)
    }

    /// Whether a flag is `Y`.
    #[must_use]
    pub fn flag(&self, name: &str) -> bool {
        self.text(name) == Some("Y")
    }

    /// Sets a field to a value that [`line_fields::Field::accept`] returned.
    pub fn set(&mut self, name: &str, value: String) {
        self.0.insert(name.to_owned(), value);
    }

    fn to_json(&self) -> String {
        serde_json::to_string(&self.0).expect("a map of texts is JSON")
    }
}

const COLUMNS: &str = "id, name, active, settings, created_ms, created_by, updated_ms, updated_by";

type StoredLine = (Line, String);

fn from_row(row: &Row<'_>) -> std::result::Result<StoredLine, store::Error> {
    let line = Line {
        id: row.get(0)?,
        name: row.get(1)?,
        active: row.get(2)?,
        settings: Settings::default(),
        created_ms: row.get(4)?,
        created_by: row.get(5)?,
        updated_ms: row.get(6)?,
        updated_by: row.get(7)?,
    };
    Ok((line, row.get(3)?))
}

fn with_settings((mut line, json): StoredLine) -> Result<Line> {
    let corrupt = |error: serde_json::Error| Error::Corrupt { table: "lines", id: line.id, what: error.to_string() };
    line.settings = Settings(serde_json::from_str(&json).map_err(corrupt)?);
    Ok(line)
}

/// A line that was not deleted.
///
/// # Errors
/// Those of the database.
pub fn find(tx: &mut Tx<'_>, id: i64) -> Result<Option<Line>> {
    let sql = format!("SELECT {COLUMNS} FROM lines WHERE id = ?1 AND removed_ms IS NULL");
    tx.query_opt(&sql, &params![id], from_row)?.map(with_settings).transpose()
}

/// The line that has a session, where it is not the one through which the customer writes.
pub(crate) fn elsewhere(tx: &mut Tx<'_>, line_id: i64, here: &Line) -> Result<Option<Line>> {
    if line_id == here.id { Ok(None) } else { find(tx, line_id) }
}

/// Whether the employee may change or delete the line: an administrator, or who made it.
#[must_use]
pub fn may_change(line: &Line, user: &User) -> bool {
    user.is_active_employee() && (user.admin || line.created_by == user.id)
}

/// All lines by id.
///
/// # Errors
/// Those of the database.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Line>> {
    let sql = format!("SELECT {COLUMNS} FROM lines WHERE removed_ms IS NULL ORDER BY id");
    tx.query(&sql, &[], from_row)?.into_iter().map(with_settings).collect()
}

/// Adds a line and returns its id. An empty name becomes `Open line N`.
///
/// # Errors
/// Those of the database.
pub fn add(change: &mut Change<'_, '_>, name: &str, active: bool, settings: &Settings) -> Result<i64> {
    let id = ids::next(change.tx, Series::Line)?;
    let name = if name.is_empty() { format!("Open line {id}") } else { name.to_owned() };
    change.tx.execute(
        &format!("INSERT INTO lines ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?5, ?6)"),
        &params![id, &name, active, settings.to_json(), change.now, change.actor_id],
    )?;
    change.event(Kind::CatalogChanged, 0, Catalog::Lines as i64);
    Ok(id)
}

/// Stores a changed line. `false` when it does not exist.
///
/// # Errors
/// Those of the database.
pub fn update(change: &mut Change<'_, '_>, line: &Line) -> Result<bool> {
    let due = |line: &Line| ["KPI_FIRST_ANSWER_TIME", "KPI_FURTHER_ANSWER_TIME"].map(|field| line.settings.int(field));
    let before = find(change.tx, line.id)?.map(|line| due(&line));
    let updated = change.tx.execute(
        "UPDATE lines SET name = ?2, active = ?3, settings = ?4, updated_ms = ?5, updated_by = ?6 \
         WHERE id = ?1 AND removed_ms IS NULL",
        &params![line.id, &line.name, line.active, line.settings.to_json(), change.now, change.actor_id],
    )?;
    sessions::line_may_take_more(change, line.id);
    change.event(Kind::CatalogChanged, 0, Catalog::Lines as i64);
    if updated > 0 && before.is_some_and(|before| before != due(line)) {
        // When answers are due is part of every open chat of the line.
        change.event(Kind::AccessChanged, 0, 0);
    }
    Ok(updated > 0)
}

/// Deletes a line: its open sessions are closed first (D-51), its channels go, the subscribed applications are told. Chats
/// and history stay. `false` when it does not exist.
///
/// # Errors
/// Those of the database.
pub fn remove(change: &mut Change<'_, '_>, id: i64) -> Result<bool> {
    if find(change.tx, id)?.is_none() {
        return Ok(false);
    }
    for session in sessions::open_of_line(change.tx, id)? {
        sessions::close(change, session.id, CloseReason::LineRemoved)?;
    }
    change.tx.execute("DELETE FROM channels WHERE line_id = ?1", &params![id])?;
    change.tx.execute("UPDATE lines SET removed_ms = ?2, active = 0 WHERE id = ?1", &params![id, change.now])?;
    change.event(Kind::CatalogChanged, 0, Catalog::Lines as i64);
    change.notice(Notice {
        application_id: None,
        code: EventCode::ConnectorLineDelete,
        chat_id: 0,
        message_id: 0,
        fact: Fact::LineGone { line_id: id },
    });
    Ok(true)
}
