//! Departments: the company's structure, who belongs where, and who heads what.
//!
//! The company itself is the department [`COMPANY`]; it stands at the top and cannot be removed. Every employee belongs to at
//! least one department.

use std::collections::{HashMap, HashSet};

use store::{Row, Tx, params};

use crate::events::Kind;
use crate::ids::{self, Series};
use crate::memory::Bounded;
use crate::{Change, Error, Refusal, Result, sessions};

/// The department at the top.
pub const COMPANY: i64 = 1;

/// How many departments a portal may have.
pub const DEPARTMENTS_MAX: u32 = 5000;

/// What a department without a wish sorts by.
pub const SORT: i64 = 500;

/// A department as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Department {
    /// Id.
    pub id: i64,
    /// Name people see.
    pub name: String,
    /// The department above, 0 for the company.
    pub parent_id: i64,
    /// The employee who heads it, 0 for nobody.
    pub head_id: i64,
    /// Smaller numbers come first among neighbours.
    pub sort: i64,
}

const COLUMNS: &str = "id, name, parent_id, head_id, sort";

fn from_row(row: &Row<'_>) -> std::result::Result<Department, store::Error> {
    Ok(Department {
        id: row.get(0)?,
        name: row.get(1)?,
        parent_id: row.get(2)?,
        head_id: row.get(3)?,
        sort: row.get(4)?,
    })
}

/// All departments, by sort and id.
///
/// # Errors
/// Those of the database.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Department>> {
    Ok(tx.query(&format!("SELECT {COLUMNS} FROM departments ORDER BY sort, id"), &[], from_row)?)
}

/// One department.
///
/// # Errors
/// Those of the database.
pub fn find(tx: &mut Tx<'_>, id: i64) -> Result<Option<Department>> {
    Ok(tx.query_opt(&format!("SELECT {COLUMNS} FROM departments WHERE id = ?1"), &params![id], from_row)?)
}

/// Ids of the employees who belong to the department itself, dismissed ones included, in the order of their ids.
///
/// # Errors
/// Those of the database.
pub fn member_ids(tx: &mut Tx<'_>, id: i64) -> Result<Vec<i64>> {
    let sql = "SELECT user_id FROM department_members WHERE department_id = ?1 ORDER BY user_id";
    Ok(tx.query(sql, &params![id], |row| row.get(0))?)
}

/// Ids of the department and of all below it, the nearer ones first.
///
/// # Errors
/// Those of the database.
pub fn with_all_below(tx: &mut Tx<'_>, id: i64) -> Result<Vec<i64>> {
    let mut children: HashMap<i64, Vec<i64>> = HashMap::new();
    for department in list(tx)? {
        children.entry(department.parent_id).or_default().push(department.id);
    }
    let mut ids = vec![id];
    let mut next = 0;
    while let Some(id) = ids.get(next).copied() {
        ids.extend(children.remove(&id).unwrap_or_default());
        next += 1;
    }
    Ok(ids)
}

/// Ids of these departments and of all above them, each once.
///
/// # Errors
/// Those of the database.
pub fn with_all_above(tx: &mut Tx<'_>, ids: &[i64]) -> Result<HashSet<i64>> {
    let above: HashMap<i64, i64> =
        list(tx)?.into_iter().map(|department| (department.id, department.parent_id)).collect();
    let mut found = HashSet::new();
    for id in ids {
        let mut next = Some(*id);
        while let Some(id) = next.filter(|id| *id != 0 && found.insert(*id)) {
            next = above.get(&id).copied();
        }
    }
    Ok(found)
}

/// What a department is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDepartment {
    /// Name people see.
    pub name: String,
    /// The department above.
    pub parent_id: i64,
    /// The employee who heads it, 0 for nobody.
    pub head_id: i64,
    /// Smaller numbers come first among neighbours.
    pub sort: i64,
}

/// Adds a department and returns its id. Its head belongs to it.
///
/// # Errors
/// [`Refusal::NotFound`] when there is no such department above, [`Refusal::TooMany`]; those of the database.
pub fn add(change: &mut Change<'_, '_>, new: &NewDepartment) -> Result<i64> {
    let tx = &mut *change.tx;
    find(tx, new.parent_id)?.ok_or(Refusal::NotFound)?;
    let count: i64 = tx.query_one("SELECT count(*) FROM departments", &[], |row| row.get(0))?;
    if count >= i64::from(DEPARTMENTS_MAX) {
        return Err(Error::Refused(Refusal::TooMany(DEPARTMENTS_MAX)));
    }
    let id = ids::next(tx, Series::Department)?;
    tx.execute(
        &format!("INSERT INTO departments ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5)"),
        &params![id, &new.name, new.parent_id, new.head_id, new.sort],
    )?;
    join_head(tx, id, new.head_id)?;
    offer_anew(change)?;
    Ok(id)
}

/// Stores a changed department. Its head belongs to it.
///
/// # Errors
/// [`Refusal::NotFound`] when it or the one above does not exist, [`Refusal::NoAccess`] when it would stand below itself,
/// or anything but the company at the top; those of the database.
pub fn update(change: &mut Change<'_, '_>, department: &Department) -> Result<()> {
    let (id, tx) = (department.id, &mut *change.tx);
    find(tx, id)?.ok_or(Refusal::NotFound)?;
    let is_top = department.parent_id == 0;
    if is_top != (id == COMPANY) {
        return Err(Error::Refused(Refusal::NoAccess));
    }
    if !is_top {
        find(tx, department.parent_id)?.ok_or(Refusal::NotFound)?;
        if with_all_below(tx, id)?.contains(&department.parent_id) {
            return Err(Error::Refused(Refusal::NoAccess));
        }
    }
    tx.execute(
        "UPDATE departments SET name = ?2, parent_id = ?3, head_id = ?4, sort = ?5 WHERE id = ?1",
        &params![id, &department.name, department.parent_id, department.head_id, department.sort],
    )?;
    join_head(tx, id, department.head_id)?;
    offer_anew(change)
}

/// Removes a department: those below it and its employees move to the one above, and no queue names it any more.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::NoAccess`] for the company itself; those of the database.
pub fn remove(change: &mut Change<'_, '_>, id: i64) -> Result<()> {
    let tx = &mut *change.tx;
    let department = find(tx, id)?.ok_or(Refusal::NotFound)?;
    if id == COMPANY {
        return Err(Error::Refused(Refusal::NoAccess));
    }
    tx.execute("UPDATE departments SET parent_id = ?2 WHERE parent_id = ?1", &params![id, department.parent_id])?;
    let members = member_ids(tx, id)?;
    tx.execute("DELETE FROM department_members WHERE department_id = ?1", &params![id])?;
    // Who belongs to another department too stays there alone.
    let homeless = "SELECT count(*) FROM department_members WHERE user_id = ?1";
    for user_id in members {
        let left: i64 = tx.query_one(homeless, &params![user_id], |row| row.get(0))?;
        if left == 0 {
            join(tx, department.parent_id, user_id)?;
        }
    }
    tx.execute("DELETE FROM line_queue WHERE entity_type = 'department' AND entity_id = ?1", &params![id])?;
    tx.execute("DELETE FROM departments WHERE id = ?1", &params![id])?;
    offer_anew(change)
}

/// Who belongs where has changed: the lines that departments serve may have somebody free.
fn offer_anew(change: &mut Change<'_, '_>) -> Result<()> {
    change.memory.queues = Bounded::default();
    // Through which queues who sees what would take longer to find than to fetch again.
    change.event(Kind::AccessChanged, 0, 0);
    let sql = "SELECT DISTINCT line_id FROM line_queue WHERE entity_type = 'department'";
    for line_id in change.tx.query(sql, &[], |row| row.get(0))? {
        sessions::line_may_take_more(change, line_id);
    }
    Ok(())
}

/// Moves an employee into these departments, as `set_of_user` does, with what it means for the queues.
///
/// # Errors
/// Those of the database.
pub fn move_user(change: &mut Change<'_, '_>, user_id: i64, departments: &[i64]) -> Result<()> {
    set_of_user(change.tx, user_id, departments)?;
    offer_anew(change)
}

/// Replaces the departments of an employee. Unknown ones are passed over; without any it is the company.
///
/// # Errors
/// Those of the database.
pub(crate) fn set_of_user(tx: &mut Tx<'_>, user_id: i64, departments: &[i64]) -> Result<()> {
    tx.execute("DELETE FROM department_members WHERE user_id = ?1", &params![user_id])?;
    let known: HashSet<i64> = list(tx)?.into_iter().map(|department| department.id).collect();
    let mut wanted: Vec<i64> = departments.iter().copied().filter(|id| known.contains(id)).collect();
    if wanted.is_empty() {
        wanted.push(COMPANY);
    }
    for id in wanted {
        join(tx, id, user_id)?;
    }
    Ok(())
}

fn join_head(tx: &mut Tx<'_>, id: i64, head_id: i64) -> Result<()> {
    if head_id == 0 { Ok(()) } else { join(tx, id, head_id) }
}

fn join(tx: &mut Tx<'_>, id: i64, user_id: i64) -> Result<()> {
    let sql = "INSERT INTO department_members (department_id, user_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    tx.execute(sql, &params![id, user_id])?;
    Ok(())
}
