//! Phones, e-mail addresses, websites and messengers of leads, contacts and companies.

use store::{Param, Row, Tx, params};

use super::Type;
use super::addresses::{self, Region};
use crate::ids::{self, Series};
use crate::{Change, Result};

/// The kinds, in the order in which answers show them.
pub const KINDS: [&str; 5] = ["PHONE", "EMAIL", "WEB", "IM", "LINK"];

/// Values of one item at most.
pub const VALUES_MAX: usize = 200;

/// Longest value, in bytes: a user code fits.
pub const VALUE_BYTES_MAX: usize = 1000;

/// What the messenger value of a chat begins with (0.5).
pub const IMOL: &str = "imol|";

/// One value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Multifield {
    /// Id.
    pub id: i64,
    /// `PHONE`, `EMAIL`, `WEB`, `IM`, `LINK`.
    pub kind: String,
    /// `WORK`, `MOBILE`, `OPENLINE` and so on.
    pub value_type: String,
    /// As given.
    pub value: String,
}

/// A wanted change of an item's values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// Which value; `None` adds one.
    pub id: Option<i64>,
    /// One of [`KINDS`].
    pub kind: &'static str,
    /// The new value; empty removes it.
    pub value: String,
    /// The new type; `None` keeps what was there, or `WORK`.
    pub value_type: Option<String>,
}

/// The form in which two values of a kind are the same.
#[must_use]
pub fn normal(kind: &str, value: &str, region: Option<Region>) -> String {
    match kind {
        "PHONE" => addresses::normal_phone(value, region),
        "EMAIL" => addresses::normal_email(value),
        _ => value.to_owned(),
    }
}

const COLUMNS: &str = "id, kind, value_type, value";

fn from_row(row: &Row<'_>) -> std::result::Result<Multifield, store::Error> {
    Ok(Multifield { id: row.get(0)?, kind: row.get(1)?, value_type: row.get(2)?, value: row.get(3)? })
}

/// The values of these items, each with the index of its item, by id.
pub(super) fn of_items(tx: &mut Tx<'_>, item_type: Type, ids: &[i64]) -> Result<Vec<(usize, Multifield)>> {
    if !item_type.has_multifields() {
        return Ok(Vec::new());
    }
    let keys: Vec<Vec<Param<'_>>> = ids.iter().map(|id| params![item_type.id(), *id].to_vec()).collect();
    let sql = format!("SELECT {COLUMNS} FROM crm_multifields WHERE type_id = ?1 AND item_id = ?2 ORDER BY id");
    Ok(tx.query_each(&sql, &keys, |index, row| Ok((index, from_row(row)?)))?)
}

/// Applies changes; a value that the item has already is not added again. Returns whether anything changed.
pub(super) fn edit(change: &mut Change<'_, '_>, item_type: Type, item_id: i64, edits: &[Edit]) -> Result<bool> {
    if edits.is_empty() || !item_type.has_multifields() {
        return Ok(false);
    }
    let region = super::region(change.tx)?;
    let mut present = of_items(change.tx, item_type, &[item_id])?;
    let mut changed = false;
    for one in edits {
        let found =
            one.id.and_then(|id| present.iter().position(|(_, value)| value.id == id && value.kind == one.kind));
        match (one.id, found) {
            (Some(_), None) => {}
            (Some(_), Some(index)) if one.value.is_empty() => {
                let (_, gone) = present.remove(index);
                change.tx.execute("DELETE FROM crm_multifields WHERE id = ?1", &params![gone.id])?;
                changed = true;
            }
            (Some(id), Some(index)) => {
                let value_type = one.value_type.clone().unwrap_or_else(|| present[index].1.value_type.clone());
                let sql = "UPDATE crm_multifields SET value = ?2, normal = ?3, value_type = ?4, \
                           tracked = CASE WHEN normal = ?3 THEN tracked ELSE 0 END WHERE id = ?1";
                let normal = normal(one.kind, &one.value, region);
                change.tx.execute(sql, &params![id, &one.value, normal, value_type])?;
                changed = true;
            }
            (None, _) => {
                let wanted = normal(one.kind, &one.value, region);
                let known = present
                    .iter()
                    .any(|(_, value)| value.kind == one.kind && normal(&value.kind, &value.value, region) == wanted);
                if one.value.is_empty() || known || present.len() >= VALUES_MAX {
                    continue;
                }
                let value_type = one.value_type.as_deref().unwrap_or("WORK");
                let new = New { item_type, item_id, kind: one.kind, value_type, value: &one.value, normal: &wanted };
                present.push((0, new.insert(change, Origin::Call)?));
                changed = true;
            }
        }
    }
    Ok(changed)
}

/// Who adds a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    Call,
    Tracker,
}

struct New<'n> {
    item_type: Type,
    item_id: i64,
    kind: &'n str,
    value_type: &'n str,
    value: &'n str,
    normal: &'n str,
}

impl New<'_> {
    fn insert(&self, change: &mut Change<'_, '_>, origin: Origin) -> Result<Multifield> {
        let id = ids::next(change.tx, Series::CrmMultifield)?;
        change.tx.execute(
            "INSERT INTO crm_multifields (id, type_id, item_id, kind, value_type, value, normal, tracked) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            &params![
                id,
                self.item_type.id(),
                self.item_id,
                self.kind,
                self.value_type,
                self.value,
                self.normal,
                origin == Origin::Tracker
            ],
        )?;
        Ok(Multifield {
            id,
            kind: self.kind.to_owned(),
            value_type: self.value_type.to_owned(),
            value: self.value.to_owned(),
        })
    }
}

/// The tracker gives an item a value, unless the item, or for a contact any other contact, has it.
pub(crate) fn track(
    change: &mut Change<'_, '_>,
    item_type: Type,
    item_id: i64,
    kind: &'static str,
    value: &str,
) -> Result<bool> {
    let region = super::region(change.tx)?;
    let normal = normal(kind, value, region);
    let holders = holders(change.tx, item_type, kind, &normal)?;
    let taken = if item_type == Type::Contact { !holders.is_empty() } else { holders.contains(&item_id) };
    if taken || value.len() > VALUE_BYTES_MAX || of_items(change.tx, item_type, &[item_id])?.len() >= VALUES_MAX {
        return Ok(false);
    }
    let value_type = if kind == "IM" { "OPENLINE" } else { "WORK" };
    New { item_type, item_id, kind, value_type, value, normal: &normal }.insert(change, Origin::Tracker)?;
    Ok(true)
}

/// Brings all phones into the form in which they are compared: the portal's country is another one.
///
/// # Errors
/// Those of the database.
pub fn normalise_phones(tx: &mut Tx<'_>) -> Result<()> {
    let region = super::region(tx)?;
    let sql = "SELECT id, value, normal FROM crm_multifields WHERE kind = 'PHONE'";
    let phones: Vec<(i64, String, String)> = tx.query(sql, &[], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let renewed = phones.into_iter().filter_map(|(id, value, before)| {
        let normal = normal("PHONE", &value, region);
        (normal != before).then(|| params![id, normal].to_vec())
    });
    // Two contacts may turn out to have the same phone, which those of the tracker cannot.
    tx.execute_each("UPDATE crm_multifields SET normal = ?2, tracked = 0 WHERE id = ?1", &renewed.collect::<Vec<_>>())?;
    Ok(())
}

/// The items of a type that have this value, by id.
///
/// # Errors
/// Those of the database.
pub fn holders(tx: &mut Tx<'_>, item_type: Type, kind: &str, normal: &str) -> Result<Vec<i64>> {
    let sql = "SELECT DISTINCT item_id FROM crm_multifields WHERE kind = ?1 AND normal = ?2 AND type_id = ?3 \
               ORDER BY item_id LIMIT 100";
    Ok(tx.query(sql, &params![kind, normal, item_type.id()], |row| row.get(0))?)
}

/// Duplicates of one type that are named at most (`crm.duplicate.findbycomm`).
const DUPLICATES_MAX: usize = 20;

/// The items that have one of these phones or addresses, type by type in the order given; the types after one with 20 or
/// more are left out (`crm.duplicate.findbycomm`).
///
/// # Errors
/// Those of the database.
pub fn duplicates(tx: &mut Tx<'_>, types: &[Type], kind: &str, values: &[String]) -> Result<Vec<(Type, Vec<i64>)>> {
    let region = super::region(tx)?;
    let mut found = Vec::new();
    for item_type in types {
        let mut ids: Vec<i64> = Vec::new();
        for value in values {
            ids.extend(holders(tx, *item_type, kind, &normal(kind, value, region))?);
        }
        ids.sort_unstable();
        ids.dedup();
        ids.truncate(DUPLICATES_MAX);
        let many = ids.len() == DUPLICATES_MAX;
        if !ids.is_empty() {
            found.push((*item_type, ids));
        }
        if many {
            break;
        }
    }
    Ok(found)
}
