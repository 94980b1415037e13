//! A line's queue: who takes its sessions, and the facts that routing decides from.

mod loads;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use store::{Row, Tx, params};

use crate::events::{Catalog, Kind};
use crate::ids::{self, Series};
use crate::lines::Line;
use crate::presence::Presence;
use crate::routing::{Counted, Facts, Operator, Pass, Rule, Wish};
use crate::{Change, Result, automatic, departments, sessions, users};

pub(crate) use loads::Load;

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

/// Replaces the queue and offers to its new members what waits.
///
/// # Errors
/// Those of the database.
pub fn set_members(change: &mut Change<'_, '_>, line_id: i64, members: &[(String, i64)]) -> Result<()> {
    sessions::line_may_take_more(change, line_id);
    change.memory.queues.remove(&line_id);
    let before = user_ids(change.tx, line_id)?;
    store_members(change.tx, line_id, members)?;
    let after = user_ids(change.tx, line_id)?;
    change.event(Kind::CatalogChanged, 0, Catalog::Lines as i64);
    // Who came sees more chats than before, who left fewer.
    let other = |one: &&i64, list: &[i64]| !list.contains(one);
    let changed = before.iter().filter(|id| other(id, &after)).chain(after.iter().filter(|id| other(id, &before)));
    for user_id in changed {
        change.event(Kind::AccessChanged, 0, *user_id);
    }
    Ok(())
}

fn store_members(tx: &mut Tx<'_>, line_id: i64, members: &[(String, i64)]) -> Result<()> {
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

/// Ids of the employees of the queue, in its order, each once.
///
/// # Errors
/// Those of the database.
pub fn user_ids(tx: &mut Tx<'_>, line_id: i64) -> Result<Vec<i64>> {
    Ok(seats(tx, line_id)?.into_iter().map(|seat| seat.user_id).collect())
}

/// Ids of the employees that one member stands for: itself, or those of the department and of those below it.
///
/// # Errors
/// Those of the database.
pub fn users_of(tx: &mut Tx<'_>, member: &Member) -> Result<Vec<i64>> {
    match member.entity_type.as_str() {
        "user" => Ok(vec![member.entity_id]),
        _ => Ok(seats_of_department(tx, member.entity_id)?.into_iter().map(|seat| seat.user_id).collect()),
    }
}

/// The departments a user belongs to, with all above them.
const DEPARTMENTS_OF: &str = "WITH RECURSIVE above (id) AS (\
     SELECT department_id FROM department_members WHERE user_id = ?1 \
     UNION SELECT d.parent_id FROM departments d JOIN above a ON d.id = a.id WHERE d.parent_id <> 0)";

/// Whether the employee is in the line's queue, by name or as one of a department.
///
/// # Errors
/// Those of the database.
pub fn contains(tx: &mut Tx<'_>, line_id: i64, user_id: i64) -> Result<bool> {
    let sql = "SELECT 1 FROM line_queue WHERE line_id = ?2 AND entity_type = 'user' AND entity_id = ?1";
    if tx.query_opt(sql, &params![user_id, line_id], |row| row.get::<i64>(0))?.is_some() {
        return Ok(true);
    }
    let sql = format!(
        "{DEPARTMENTS_OF} SELECT 1 FROM line_queue q JOIN above a ON a.id = q.entity_id \
         WHERE q.line_id = ?2 AND q.entity_type = 'department'"
    );
    Ok(tx.query_opt(&sql, &params![user_id, line_id], |row| row.get::<i64>(0))?.is_some())
}

/// Ids of the lines in whose queues one of these employees is.
pub(crate) fn lines_of(tx: &mut Tx<'_>, user_ids: &[i64]) -> Result<Vec<i64>> {
    let mut lines = Vec::new();
    let direct = "SELECT line_id FROM line_queue WHERE entity_type = 'user' AND entity_id = ?1";
    let through_department = format!(
        "{DEPARTMENTS_OF} SELECT q.line_id FROM line_queue q JOIN above a ON a.id = q.entity_id \
         WHERE q.entity_type = 'department'"
    );
    for user_id in user_ids {
        for sql in [direct, &through_department] {
            lines.extend(tx.query(sql, &params![*user_id], |row| row.get::<i64>(0))?);
        }
    }
    lines.sort_unstable();
    lines.dedup();
    Ok(lines)
}

/// An employee in a queue: what changes seldom, so that the writer can remember it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seat {
    user_id: i64,
    name: String,
    employed: bool,
    presence: Presence,
    presence_reason: String,
}

const SEAT: &str = "u.id, u.name, u.last_name, u.kind, u.active, u.presence, u.presence_reason";

fn seat(row: &Row<'_>) -> std::result::Result<Seat, store::Error> {
    let (name, last_name): (String, String) = (row.get(1)?, row.get(2)?);
    let (kind, presence): (String, String) = (row.get(3)?, row.get(5)?);
    let reason: Option<String> = row.get(6)?;
    Ok(Seat {
        user_id: row.get(0)?,
        name: format!("{name} {last_name}").trim().to_owned(),
        employed: kind == "employee" && row.get::<bool>(4)?,
        presence: Presence::parse(&presence).unwrap_or(Presence::Offline),
        presence_reason: reason.unwrap_or_default(),
    })
}

/// The employees of the queue in its order, each where it first stands. A department stands for its head, then its other
/// employees by id, then those of the departments below it.
fn seats(tx: &mut Tx<'_>, line_id: i64) -> Result<Vec<Seat>> {
    let sql = format!(
        "SELECT {SEAT} FROM line_queue q JOIN users u ON u.id = q.entity_id \
         WHERE q.line_id = ?1 AND q.entity_type = 'user' ORDER BY q.position"
    );
    let named = tx.query(&sql, &params![line_id], seat)?;
    let sql = "SELECT 1 FROM line_queue WHERE line_id = ?1 AND entity_type = 'department'";
    if tx.query_opt(sql, &params![line_id], |row| row.get::<i64>(0))?.is_none() {
        return Ok(named);
    }
    let mut named: HashMap<i64, Seat> = named.into_iter().map(|seat| (seat.user_id, seat)).collect();
    let mut seated = HashSet::new();
    let mut seats = Vec::new();
    for member in members(tx, line_id)? {
        let of_member = match member.entity_type.as_str() {
            "user" => named.remove(&member.entity_id).into_iter().collect(),
            _ => seats_of_department(tx, member.entity_id)?,
        };
        seats.extend(of_member.into_iter().filter(|seat| seated.insert(seat.user_id)));
    }
    Ok(seats)
}

fn seats_of_department(tx: &mut Tx<'_>, department_id: i64) -> Result<Vec<Seat>> {
    let sql = format!(
        "SELECT {SEAT} FROM department_members m JOIN users u ON u.id = m.user_id JOIN departments d ON d.id = m.department_id \
         WHERE m.department_id = ?1 ORDER BY CASE WHEN u.id = d.head_id THEN 0 ELSE 1 END, u.id"
    );
    let mut seats = Vec::new();
    for id in departments::with_all_below(tx, department_id)? {
        seats.extend(tx.query(&sql, &params![id], seat)?);
    }
    Ok(seats)
}

/// [`seats`], from memory or from the database.
fn recall_seats(change: &mut Change<'_, '_>, line_id: i64) -> Result<Arc<Vec<Seat>>> {
    if let Some(remembered) = change.memory.queues.get(&line_id) {
        return Ok(Arc::clone(remembered));
    }
    let found = Arc::new(seats(change.tx, line_id)?);
    change.memory.queues.insert(line_id, Arc::clone(&found));
    Ok(found)
}

/// An employee has another name or presence, or does not work here any more: what is remembered of the queues follows.
pub(crate) fn refresh_seats_of(change: &mut Change<'_, '_>, user_id: i64) -> Result<()> {
    let sql = format!("SELECT {SEAT} FROM users u WHERE u.id = ?1");
    let Some(now) = change.tx.query_opt(&sql, &params![user_id], seat)? else { return Ok(()) };
    for queue in change.memory.queues.values_mut() {
        if let Some(index) = queue.iter().position(|seat| seat.user_id == user_id) {
            Arc::make_mut(queue)[index] = now.clone();
        }
    }
    Ok(())
}

/// The number of each operator's last turn on the line, from memory or from the database.
fn recall_turns(change: &mut Change<'_, '_>, line_id: i64) -> Result<Arc<HashMap<i64, i64>>> {
    if let Some(remembered) = change.memory.turns.get(&line_id) {
        return Ok(Arc::clone(remembered));
    }
    let found = Arc::new(turns(change.tx, line_id)?);
    change.memory.turns.insert(line_id, Arc::clone(&found));
    Ok(found)
}

/// Asks the database for everything remembered that decisions depend on; only debug builds do, at the end of every change.
#[cfg(debug_assertions)]
pub(crate) fn check_memory(change: &mut Change<'_, '_>) -> Result<()> {
    for (line_id, queue) in change.memory.queues.iter() {
        assert_eq!(**queue, seats(change.tx, *line_id)?, "the queue of line {line_id} was remembered wrongly");
    }
    for (line_id, remembered) in change.memory.turns.iter() {
        assert_eq!(**remembered, turns(change.tx, *line_id)?, "the turns of line {line_id} were remembered wrongly");
    }
    loads::check(change)
}

/// Loads what routing needs to know about the line now.
///
/// # Errors
/// Those of the database.
pub fn facts(change: &mut Change<'_, '_>, line: &Line) -> Result<Facts> {
    let seats = recall_seats(change, line.id)?;
    let ids: Vec<i64> = seats.iter().map(|seat| seat.user_id).collect();
    let rule = Rule::of(line);
    let turns = match rule {
        Rule::Evenly => recall_turns(change, line.id)?,
        Rule::Strictly | Rule::All => Arc::default(),
    };
    let chats_max = line.settings.int("MAX_CHAT");
    let counted = Counted::parse(line.settings.text("TYPE_MAX_CHAT").unwrap_or_default());
    // Without a limit nobody's load matters, and counting it would cost more the busier everybody is.
    let loads = if chats_max == 0 { vec![Load::default(); ids.len()] } else { loads::recall(change, &ids)? };
    let turn = |seat: &Seat| turns.get(&seat.user_id).copied().unwrap_or(0);
    let seats_and_loads = seats.iter().zip(loads);
    let operators = seats_and_loads.map(|(seat, load)| operator(seat, load.counted(counted), turn(seat))).collect();
    let check_available = line.settings.flag("CHECK_AVAILABLE");
    Ok(Facts {
        rule,
        chats_max,
        counted,
        check_available,
        turns: turns.values().copied().max().unwrap_or(0),
        closed_until_ms: automatic::closed_until_ms(line, change.now),
        operators,
    })
}

fn operator(seat: &Seat, chats: i64, last_turn: i64) -> Operator {
    Operator {
        id: seat.user_id,
        name: seat.name.clone(),
        employed: seat.employed,
        presence: seat.presence,
        presence_reason: seat.presence_reason.clone(),
        chats,
        last_turn,
    }
}

/// What routing needs to know about one employee, who need not be in the line's queue; `None` when there is no such user.
///
/// # Errors
/// Those of the database.
pub fn candidate(tx: &mut Tx<'_>, line: &Line, user_id: i64) -> Result<Option<Operator>> {
    let sql = format!("SELECT {SEAT} FROM users u WHERE u.id = ?1");
    let Some(seat) = tx.query_opt(&sql, &params![user_id], seat)? else { return Ok(None) };
    let counted = Counted::parse(line.settings.text("TYPE_MAX_CHAT").unwrap_or_default());
    let load = loads::count(tx, &[user_id])?.remove(&user_id).unwrap_or_default();
    Ok(Some(operator(&seat, load.counted(counted), 0)))
}

/// The number of each operator's last turn on the line.
fn turns(tx: &mut Tx<'_>, line_id: i64) -> Result<HashMap<i64, i64>> {
    let sql = "SELECT user_id, turn FROM line_turns WHERE line_id = ?1";
    Ok(tx.query(sql, &params![line_id], |row| Ok((row.get(0)?, row.get(1)?)))?.into_iter().collect())
}

/// Remembers whose turn it was.
pub(crate) fn record_turn(change: &mut Change<'_, '_>, line_id: i64, user_id: i64, turn: i64) -> Result<()> {
    if let Some(turns) = change.memory.turns.get_mut(&line_id) {
        Arc::make_mut(turns).insert(user_id, turn);
    }
    change.tx.execute(
        "INSERT INTO line_turns (line_id, user_id, turn) VALUES (?1, ?2, ?3) \
         ON CONFLICT (line_id, user_id) DO UPDATE SET turn = excluded.turn",
        &params![line_id, user_id, turn],
    )?;
    Ok(())
}

/// What a session wishes: who has let it go by in this round.
///
/// # Errors
/// Those of the database.
pub fn wish(tx: &mut Tx<'_>, session_id: i64) -> Result<Wish> {
    let sql = "SELECT user_id, how FROM session_passes WHERE session_id = ?1";
    let passed = tx.query(sql, &params![session_id], |row| Ok((row.get::<i64>(0)?, pass(&row.get::<String>(1)?))))?;
    Ok(Wish { preferred: None, passed: passed.into_iter().collect() })
}

fn pass(how: &str) -> Pass {
    if how == "skipped" { Pass::Skipped } else { Pass::Lapsed }
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
