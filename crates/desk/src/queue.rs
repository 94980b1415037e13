//! A line's queue: who takes its sessions, and the facts that routing decides from.

use std::collections::HashMap;

use store::{Tx, params};

use crate::ids::{self, Series};
use crate::lines::Line;
use crate::routing::{Facts, Operator, Rule};
use crate::{Result, users};

/// A member of a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Row's id.
    pub id: i64,
    /// `user` or `department`.
    pub entity_type: String,
    /// The employee or department.
    pub entity_id: i64,
}

/// How many members a queue may have.
pub const MEMBERS_MAX: usize = 1000;

/// The members in queue order.
///
/// # Errors
/// Those of the database.
pub fn members(tx: &mut Tx<'_>, line_id: i64) -> Result<Vec<Member>> {
    let sql = "SELECT id, entity_type, entity_id FROM line_queue WHERE line_id = ?1 ORDER BY position";
    Ok(tx.query(sql, &params![line_id], |row| {
        Ok(Member { id: row.get(0)?, entity_type: row.get(1)?, entity_id: row.get(2)? })
    })?)
}

/// Replaces the queue; the ids of the given members are ignored.
///
/// # Errors
/// Those of the database.
pub fn set_members(tx: &mut Tx<'_>, line_id: i64, members: &[(String, i64)]) -> Result<()> {
    tx.execute("DELETE FROM line_queue WHERE line_id = ?1", &params![line_id])?;
    if members.is_empty() {
        return Ok(());
    }
    let first = ids::take(tx, Series::Queue, members.len())?;
    let rows: Vec<_> = (0..)
        .zip(members)
        .map(|(position, (entity_type, entity_id))| {
            params![line_id, position, first + position, entity_type, *entity_id].to_vec()
        })
        .collect();
    let sql = "INSERT INTO line_queue (line_id, position, id, entity_type, entity_id) VALUES (?1, ?2, ?3, ?4, ?5)";
    tx.execute_each(sql, &rows)?;
    Ok(())
}

/// The employees of the queue, in its order, each once.
///
/// # Errors
/// Those of the database.
pub fn user_ids(tx: &mut Tx<'_>, line_id: i64) -> Result<Vec<i64>> {
    let mut ids = Vec::new();
    for member in members(tx, line_id)? {
        if member.entity_type == "user" && !ids.contains(&member.entity_id) {
            ids.push(member.entity_id);
        }
    }
    Ok(ids)
}

/// Whether the employee is in the line's queue.
///
/// # Errors
/// Those of the database.
pub fn contains(tx: &mut Tx<'_>, line_id: i64, user_id: i64) -> Result<bool> {
    let sql = "SELECT 1 FROM line_queue WHERE line_id = ?1 AND entity_type = 'user' AND entity_id = ?2";
    Ok(tx.query_opt(sql, &params![line_id, user_id], |row| row.get::<i64>(0))?.is_some())
}

/// Loads what routing needs to know about the line now.
///
/// # Errors
/// Those of the database.
pub fn facts(tx: &mut Tx<'_>, line: &Line) -> Result<Facts> {
    let ids = user_ids(tx, line.id)?;
    let turns: HashMap<i64, i64> = tx
        .query("SELECT user_id, session_id FROM line_turns WHERE line_id = ?1", &params![line.id], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?
        .into_iter()
        .collect();
    // Without a limit nobody's load matters, and counting it would cost more the busier everybody is.
    let loads = match line.settings.int("MAX_CHAT") {
        0 => HashMap::new(),
        _ => loads(tx, line, &ids)?,
    };
    let operators = users::find_many(tx, &ids)?
        .into_iter()
        .map(|user| Operator {
            id: user.id,
            name: user.full_name(),
            employed: user.is_active_employee(),
            online: user.presence == "online",
            chats: loads.get(&user.id).copied().unwrap_or(0),
            last_turn: turns.get(&user.id).copied().unwrap_or(0),
            skipped: false,
        })
        .collect();
    Ok(Facts {
        rule: Rule::parse(line.settings.text("QUEUE_TYPE").unwrap_or("evenly")),
        chats_max: line.settings.int("MAX_CHAT"),
        check_online: line.settings.flag("CHECK_AVAILABLE"),
        operators,
    })
}

/// The open sessions of each operator that count against `MAX_CHAT`.
fn loads(tx: &mut Tx<'_>, line: &Line, user_ids: &[i64]) -> Result<HashMap<i64, i64>> {
    let statuses = match line.settings.text("TYPE_MAX_CHAT") {
        Some("answered") => "('answered')",
        Some("closed") => "('new', 'offered', 'answered', 'closing')",
        _ => "('new', 'offered', 'answered')",
    };
    let sql =
        format!("SELECT count(*) FROM sessions WHERE operator_id = ?1 AND closed_ms IS NULL AND status IN {statuses}");
    let keys: Vec<_> = user_ids.iter().map(|id| params![*id].to_vec()).collect();
    let loads = tx.query_each(&sql, &keys, |index, row| Ok((user_ids[index], row.get(0)?)))?;
    Ok(loads.into_iter().collect())
}

/// Remembers who received which session last.
///
/// # Errors
/// Those of the database.
pub fn record_turns(tx: &mut Tx<'_>, turns: &[(i64, i64, i64)]) -> Result<()> {
    let rows: Vec<_> =
        turns.iter().map(|(line_id, user_id, session_id)| params![*line_id, *user_id, *session_id].to_vec()).collect();
    for row in rows {
        tx.execute(
            "INSERT INTO line_turns (line_id, user_id, session_id) VALUES (?1, ?2, ?3) \
             ON CONFLICT (line_id, user_id) DO UPDATE SET session_id = excluded.session_id",
            &row,
        )?;
    }
    Ok(())
}

/// Those of the given members who exist: employees, and departments as they are. Each stands once, where it first stood.
///
/// # Errors
/// Those of the database.
pub fn known_members(tx: &mut Tx<'_>, given: &[(String, i64)]) -> Result<Vec<(String, i64)>> {
    let ids: Vec<i64> = given.iter().filter(|(kind, _)| kind == "user").map(|(_, id)| *id).collect();
    let employed: Vec<i64> =
        users::find_many(tx, &ids)?.into_iter().filter(users::User::is_active_employee).map(|user| user.id).collect();
    let mut known: Vec<(String, i64)> = Vec::new();
    for member in given {
        if (member.0 != "user" || employed.contains(&member.1)) && !known.contains(member) {
            known.push(member.clone());
        }
    }
    Ok(known)
}
