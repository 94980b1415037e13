//! Fields of employees that administrators declare beside the documented ones, and what employees have in them.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Deserialize, Serialize};
use store::{Row, Tx, params};

use crate::ids::{self, Series};
use crate::{Error, Refusal, Result};

/// How many fields a portal may declare.
pub const FIELDS_MAX: u32 = 200;

/// What a field without a wish sorts by.
pub const SORT: i64 = 100;

/// A declared field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserField {
    /// Id; 0 before it is added.
    pub id: i64,
    /// Code, `UF_USR_…` in upper case; no two are the same.
    pub name: String,
    /// Type of its values as declared, in lower case.
    pub kind: String,
    /// Id in another system, or empty.
    pub xml_id: String,
    /// Smaller numbers come first.
    pub sort: i64,
    /// Holds a list of values.
    pub multiple: bool,
    /// An employee must have a value.
    pub mandatory: bool,
    /// How forms filter by it: `N`, `I`, `E` or `S`.
    pub show_filter: String,
    /// Forms list it.
    pub show_in_list: bool,
    /// Forms let people change it in lists.
    pub edit_in_list: bool,
    /// The search looks into it.
    pub searchable: bool,
    /// Settings of its type, as JSON.
    pub settings: String,
    /// Texts for forms: by what they are for, then by language; no language (the empty text) stands for all.
    pub labels: Labels,
    /// Choices of an enumeration, in their order.
    pub items: Vec<Item>,
}

/// Texts by purpose and language.
pub type Labels = BTreeMap<String, BTreeMap<String, String>>;

/// A choice of an enumeration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Id, unique over all fields; 0 before it is stored.
    pub id: i64,
    /// Smaller numbers come first.
    pub sort: i64,
    /// What people read.
    pub value: String,
    /// Chosen unless something else is.
    pub default: bool,
    /// Id in another system, or empty.
    pub xml_id: String,
}

/// What one employee has: values by the field's id. A field without a value is absent.
pub type Values = HashMap<i64, Vec<String>>;

const COLUMNS: &str = "id, name, kind, xml_id, sort, multiple, mandatory, show_filter, show_in_list, edit_in_list, \
     searchable, settings, labels, items";

/// All fields, by sort and id.
///
/// # Errors
/// Those of the database.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<UserField>> {
    tx.query(&format!("SELECT {COLUMNS} FROM user_fields ORDER BY sort, id"), &[], |row| Ok(from_row(row)))?
        .into_iter()
        .collect()
}

/// One field.
///
/// # Errors
/// Those of the database.
pub fn find(tx: &mut Tx<'_>, id: i64) -> Result<Option<UserField>> {
    let sql = format!("SELECT {COLUMNS} FROM user_fields WHERE id = ?1");
    tx.query_opt(&sql, &params![id], |row| Ok(from_row(row)))?.transpose()
}

fn from_row(row: &Row<'_>) -> Result<UserField> {
    let id = row.get(0)?;
    let corrupt = |error: serde_json::Error| Error::Corrupt { table: "user_fields", id, what: error.to_string() };
    let (labels, items): (String, String) = (row.get(12)?, row.get(13)?);
    Ok(UserField {
        id,
        name: row.get(1)?,
        kind: row.get(2)?,
        xml_id: row.get(3)?,
        sort: row.get(4)?,
        multiple: row.get(5)?,
        mandatory: row.get(6)?,
        show_filter: row.get(7)?,
        show_in_list: row.get(8)?,
        edit_in_list: row.get(9)?,
        searchable: row.get(10)?,
        settings: row.get(11)?,
        labels: serde_json::from_str(&labels).map_err(corrupt)?,
        items: serde_json::from_str(&items).map_err(corrupt)?,
    })
}

/// Declares a field and returns its id.
///
/// # Errors
/// [`Refusal::FieldTaken`], [`Refusal::TooMany`]; those of the database.
pub fn add(tx: &mut Tx<'_>, field: &UserField) -> Result<i64> {
    let known = list(tx)?;
    if known.iter().any(|known| known.name == field.name) {
        return Err(Error::Refused(Refusal::FieldTaken));
    }
    if known.len() >= FIELDS_MAX as usize {
        return Err(Error::Refused(Refusal::TooMany(FIELDS_MAX)));
    }
    let id = ids::next(tx, Series::UserField)?;
    tx.execute(
        "INSERT INTO user_fields (id, name, kind, xml_id, sort, multiple, mandatory, show_filter, show_in_list, \
         edit_in_list, searchable, settings, labels, items) \
         VALUES (?1, ?2, ?3, '', 0, ?4, 0, 'N', 0, 0, 0, '{}', '{}', '[]')",
        &params![id, &field.name, &field.kind, field.multiple],
    )?;
    update(tx, &UserField { id, ..field.clone() })?;
    Ok(id)
}

/// Stores what may change of a field: everything but its name, its type and whether it holds a list. What employees chose
/// of removed choices is gone.
///
/// # Errors
/// [`Refusal::NotFound`]; those of the database.
pub fn update(tx: &mut Tx<'_>, field: &UserField) -> Result<()> {
    let stored = find(tx, field.id)?.ok_or(Refusal::NotFound)?;
    let mut items = field.items.clone();
    for item in items.iter_mut().filter(|item| item.id == 0) {
        item.id = ids::next(tx, Series::UserFieldItem)?;
    }
    items.sort_by_key(|item| (item.sort, item.id));
    let kept: HashSet<i64> = items.iter().map(|item| item.id).collect();
    for gone in stored.items.iter().filter(|item| !kept.contains(&item.id)) {
        let sql = "DELETE FROM user_field_values WHERE field_id = ?1 AND value = ?2";
        tx.execute(sql, &params![field.id, &gone.id.to_string()])?;
    }
    let labels = serde_json::to_string(&field.labels).expect("maps of texts are JSON");
    let items = serde_json::to_string(&items).expect("choices are JSON");
    tx.execute(
        "UPDATE user_fields SET xml_id = ?2, sort = ?3, mandatory = ?4, show_filter = ?5, show_in_list = ?6, \
         edit_in_list = ?7, searchable = ?8, settings = ?9, labels = ?10, items = ?11 WHERE id = ?1",
        &params![
            field.id,
            &field.xml_id,
            field.sort,
            field.mandatory,
            &field.show_filter,
            field.show_in_list,
            field.edit_in_list,
            field.searchable,
            &field.settings,
            &labels,
            &items
        ],
    )?;
    Ok(())
}

/// Removes a field and what employees have in it.
///
/// # Errors
/// [`Refusal::NotFound`]; those of the database.
pub fn remove(tx: &mut Tx<'_>, id: i64) -> Result<()> {
    if tx.execute("DELETE FROM user_fields WHERE id = ?1", &params![id])? == 0 {
        return Err(Error::Refused(Refusal::NotFound));
    }
    tx.execute("DELETE FROM user_field_values WHERE field_id = ?1", &params![id])?;
    Ok(())
}

/// What every employee has in the declared fields.
///
/// # Errors
/// Those of the database.
pub fn all_values(tx: &mut Tx<'_>) -> Result<HashMap<i64, Values>> {
    let sql = "SELECT user_id, field_id, value FROM user_field_values ORDER BY user_id, field_id, position";
    let mut all: HashMap<i64, Values> = HashMap::new();
    for (user_id, field_id, value) in tx.query(sql, &[], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))? {
        all.entry(user_id).or_default().entry(field_id).or_default().push(value);
    }
    Ok(all)
}

/// What one employee has in the declared fields.
///
/// # Errors
/// Those of the database.
pub fn values_of(tx: &mut Tx<'_>, user_id: i64) -> Result<Values> {
    let sql = "SELECT field_id, value FROM user_field_values WHERE user_id = ?1 ORDER BY field_id, position";
    let mut values = Values::new();
    for (field_id, value) in tx.query(sql, &params![user_id], |row| Ok((row.get(0)?, row.get(1)?)))? {
        values.entry(field_id).or_default().push(value);
    }
    Ok(values)
}

/// Replaces what an employee has in these fields; no values remove them. A field that was removed meanwhile is passed over.
///
/// # Errors
/// Those of the database.
pub fn set_values(tx: &mut Tx<'_>, user_id: i64, values: &Values) -> Result<()> {
    for (field_id, values) in values {
        let sql = "DELETE FROM user_field_values WHERE user_id = ?1 AND field_id = ?2";
        tx.execute(sql, &params![user_id, *field_id])?;
        if find(tx, *field_id)?.is_none() {
            continue;
        }
        for (position, value) in (0_i64..).zip(values) {
            tx.execute(
                "INSERT INTO user_field_values (user_id, field_id, position, value) VALUES (?1, ?2, ?3, ?4)",
                &params![user_id, *field_id, position, value],
            )?;
        }
    }
    Ok(())
}
