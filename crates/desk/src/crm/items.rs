//! Leads, deals, contacts, companies and activities: adding, changing, reading and deleting them.

use std::collections::BTreeMap;

use store::{Param, Row, Tx, params};

use super::Type;
use super::fields::{self, Access, Column, Field, Kind, Name, Place};
use super::multifields::{self, Edit, Multifield};
use super::statuses::{self, Semantic};
use super::values;
use crate::events::Kind as Event;
use crate::ids;
use crate::{Change, Millis, Result, users};

/// An item as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// What it is.
    pub item_type: Type,
    /// Its id, counted per type.
    pub id: i64,
    /// Stage of a lead or deal, else empty.
    pub stage: String,
    /// `P`, `S` or `F`.
    pub semantic: String,
    /// Funnel of a deal.
    pub category_id: i64,
    /// Responsible person.
    pub assigned_by: i64,
    /// Who made it.
    pub created_by: i64,
    /// Who changed it last.
    pub updated_by: i64,
    /// Who moved it to its stage.
    pub moved_by: i64,
    /// Its contact, or 0.
    pub contact_id: i64,
    /// Its company, or 0.
    pub company_id: i64,
    /// The lead it came from, or 0.
    pub lead_id: i64,
    /// Type of the item to which an activity belongs, else 0.
    pub owner_type: i64,
    /// The item to which an activity belongs, else 0.
    pub owner_id: i64,
    /// When it was made; moments are kept to the second.
    pub created_ms: Millis,
    /// When it last changed.
    pub updated_ms: Millis,
    /// When it came to its stage.
    pub moved_ms: Millis,
    /// When it ended.
    pub closed_ms: Option<Millis>,
    /// All other fields, by name in the original spelling.
    pub values: BTreeMap<String, Stored>,
    /// Phones and addresses, by id.
    pub multifields: Vec<Multifield>,
}

/// A field's value.
#[derive(Debug, Clone, PartialEq)]
pub enum Stored {
    /// One; moments as unix milliseconds in decimal.
    One(String),
    /// A list.
    Many(Vec<String>),
}

impl Item {
    /// The number in a column; `None` for the columns of text and for no end.
    #[must_use]
    pub fn number(&self, column: Column) -> Option<i64> {
        match column {
            Column::Stage | Column::Semantic => None,
            Column::Category => Some(self.category_id),
            Column::AssignedBy => Some(self.assigned_by),
            Column::CreatedBy => Some(self.created_by),
            Column::UpdatedBy => Some(self.updated_by),
            Column::MovedBy => Some(self.moved_by),
            Column::Contact => Some(self.contact_id),
            Column::Company => Some(self.company_id),
            Column::Lead => Some(self.lead_id),
            Column::OwnerType => Some(self.owner_type),
            Column::Owner => Some(self.owner_id),
            Column::Created => Some(self.created_ms),
            Column::Updated => Some(self.updated_ms),
            Column::Moved => Some(self.moved_ms),
            Column::Closed => self.closed_ms,
        }
    }

    /// The text of a single value, empty when it is unset.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        match self.values.get(name) {
            Some(Stored::One(text)) => text,
            _ => "",
        }
    }

    /// Whether it is still being worked on.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.semantic == Semantic::Process.as_str()
    }
}

/// What a field is to hold.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// Nothing.
    Clear,
    /// Text, a flag or a word.
    Text(String),
    /// A number, an id or a moment (unix milliseconds).
    Int(i64),
    /// An amount.
    Real(f64),
    /// A list.
    List(Vec<String>),
}

/// What is to become of an item's fields.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Draft {
    /// Fields with what they are to hold. Those that nobody may set are passed over.
    pub fields: Vec<(Name, Input)>,
    /// Phones and addresses.
    pub multifields: Vec<Edit>,
}

impl Draft {
    /// Sets a field of the type by its original name.
    ///
    /// # Panics
    /// When the type has no such field: a mistake of the program.
    pub(crate) fn set(&mut self, item_type: Type, name: &str, input: Input) {
        let field = fields::find(item_type, name).unwrap_or_else(|| panic!("{item_type:?} has no field {name}"));
        self.fields.push((field, input));
    }
}

const COLUMNS: &str = "stage, semantic, category_id, assigned_by, created_by, updated_by, moved_by, contact_id, company_id, \
     lead_id, owner_type, owner_id, created_ms, updated_ms, moved_ms, closed_ms";

fn from_row(row: &Row<'_>, item_type: Type, id: i64) -> std::result::Result<Item, store::Error> {
    Ok(Item {
        item_type,
        id,
        stage: row.get(0)?,
        semantic: row.get(1)?,
        category_id: row.get(2)?,
        assigned_by: row.get(3)?,
        created_by: row.get(4)?,
        updated_by: row.get(5)?,
        moved_by: row.get(6)?,
        contact_id: row.get(7)?,
        company_id: row.get(8)?,
        lead_id: row.get(9)?,
        owner_type: row.get(10)?,
        owner_id: row.get(11)?,
        created_ms: row.get(12)?,
        updated_ms: row.get(13)?,
        moved_ms: row.get(14)?,
        closed_ms: row.get(15)?,
        values: BTreeMap::new(),
        multifields: Vec::new(),
    })
}

/// One item.
///
/// # Errors
/// Those of the database.
pub fn find(tx: &mut Tx<'_>, item_type: Type, id: i64) -> Result<Option<Item>> {
    Ok(load(tx, item_type, &[id])?.pop())
}

/// Whether the item exists.
///
/// # Errors
/// Those of the database.
pub fn exists(tx: &mut Tx<'_>, item_type: Type, id: i64) -> Result<bool> {
    let sql = "SELECT 1 FROM crm_items WHERE type_id = ?1 AND id = ?2";
    Ok(tx.query_opt(sql, &params![item_type.id(), id], |row| row.get::<i64>(0))?.is_some())
}

/// The items with these ids, in the order asked; unknown ids are left out.
///
/// # Errors
/// Those of the database.
pub fn load(tx: &mut Tx<'_>, item_type: Type, ids: &[i64]) -> Result<Vec<Item>> {
    let keys: Vec<Vec<Param<'_>>> = ids.iter().map(|id| params![item_type.id(), *id].to_vec()).collect();
    let sql = format!("SELECT {COLUMNS} FROM crm_items WHERE type_id = ?1 AND id = ?2");
    let mut items = tx.query_each(&sql, &keys, |index, row| from_row(row, item_type, ids[index]))?;
    let known: Vec<i64> = items.iter().map(|item| item.id).collect();
    let keys: Vec<Vec<Param<'_>>> = known.iter().map(|id| params![item_type.id(), *id].to_vec()).collect();
    let sql =
        "SELECT name, position, value FROM crm_values WHERE type_id = ?1 AND item_id = ?2 ORDER BY name, position";
    let values = tx.query_each(sql, &keys, |index, row| {
        Ok((index, row.get::<String>(0)?, row.get::<i64>(1)?, row.get::<String>(2)?))
    })?;
    for (index, name, position, value) in values {
        let stored = &mut items[index].values;
        match (position, stored.get_mut(&name)) {
            (0, _) => {
                stored.insert(name, Stored::One(value));
            }
            (_, Some(Stored::Many(list))) => list.push(value),
            _ => {
                stored.insert(name, Stored::Many(vec![value]));
            }
        }
    }
    for (index, value) in multifields::of_items(tx, item_type, &known)? {
        items[index].multifields.push(value);
    }
    Ok(items)
}

/// Adds an item and returns its id. Without a responsible person it is the caller's.
///
/// # Errors
/// Those of the database.
pub fn add(change: &mut Change<'_, '_>, item_type: Type, draft: &Draft) -> Result<i64> {
    let id = ids::next(change.tx, item_type.series())?;
    let now = to_the_second(change.now);
    let mut item = Item {
        item_type,
        id,
        stage: stage_directory(item_type).map_or("", statuses::first).to_owned(),
        semantic: Semantic::Process.as_str().to_owned(),
        category_id: 0,
        assigned_by: change.actor_id,
        created_by: change.actor_id,
        updated_by: change.actor_id,
        moved_by: change.actor_id,
        contact_id: 0,
        company_id: 0,
        lead_id: 0,
        owner_type: 0,
        owner_id: 0,
        created_ms: now,
        updated_ms: now,
        moved_ms: now,
        closed_ms: None,
        values: BTreeMap::new(),
        multifields: Vec::new(),
    };
    let values = apply(change, &mut item, draft, Purpose::Add)?;
    store(change, &item)?;
    values::write(change, item_type, id, &values)?;
    multifields::edit(change, item_type, id, &draft.multifields)?;
    Ok(id)
}

/// Changes an item. `false` when it does not exist.
///
/// # Errors
/// Those of the database.
pub fn update(change: &mut Change<'_, '_>, item_type: Type, id: i64, draft: &Draft) -> Result<bool> {
    let Some(mut item) = find(change.tx, item_type, id)? else { return Ok(false) };
    let values = apply(change, &mut item, draft, Purpose::Update)?;
    item.updated_ms = to_the_second(change.now);
    item.updated_by = change.actor_id;
    store(change, &item)?;
    values::write(change, item_type, id, &values)?;
    multifields::edit(change, item_type, id, &draft.multifields)?;
    Ok(true)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Add,
    Update,
}

/// Moments of the CRM are seconds: clients filter by what they were shown.
fn to_the_second(at_ms: Millis) -> Millis {
    at_ms - at_ms.rem_euclid(1000)
}

fn stage_directory(item_type: Type) -> Option<&'static str> {
    match item_type {
        Type::Lead => Some("STATUS"),
        Type::Deal => Some("DEAL_STAGE"),
        _ => None,
    }
}

/// Puts the draft's columns into the item and returns what goes into `crm_values`.
fn apply(
    change: &mut Change<'_, '_>,
    item: &mut Item,
    draft: &Draft,
    purpose: Purpose,
) -> Result<Vec<(String, Input)>> {
    let mut values: Vec<(String, Input)> = Vec::new();
    for (name, input) in &draft.fields {
        let field = match name {
            Name::Custom(name) => {
                values.push((name.clone(), input.clone()));
                continue;
            }
            Name::Known(field) => field,
        };
        let settable = match field.access {
            Access::Open => true,
            Access::Immutable => purpose == Purpose::Add,
            Access::ReadOnly => false,
        };
        match field.place {
            _ if !settable => {}
            Place::Column(column) => set_column(change, item, column, input)?,
            Place::Value(_) => values.push((field.name.to_owned(), input.clone())),
            _ => {}
        }
    }
    take_main_ones(change, item, &values)?;
    let titled = fields::of(item.item_type).any(|field| field.name == "TITLE");
    let has_title = values.iter().any(|(name, input)| name == "TITLE" && !is_nothing(input));
    if purpose == Purpose::Add && titled && !has_title {
        values.push(("TITLE".to_owned(), Input::Text(format!("{} #{}", item.item_type.title(), item.id))));
    }
    Ok(values)
}

fn is_nothing(input: &Input) -> bool {
    match input {
        Input::Clear => true,
        Input::Text(text) => text.is_empty(),
        Input::List(list) => list.is_empty(),
        Input::Int(_) | Input::Real(_) => false,
    }
}

/// `CONTACT_IDS` and `COMPANY_IDS` name the main one first.
fn take_main_ones(change: &mut Change<'_, '_>, item: &mut Item, values: &[(String, Input)]) -> Result<()> {
    for (name, column) in [("CONTACT_IDS", Column::Contact), ("COMPANY_IDS", Column::Company)] {
        let Some((_, input)) = values.iter().find(|(given, _)| given == name) else { continue };
        let first = match input {
            Input::List(ids) => ids.first().and_then(|id| id.parse().ok()),
            _ => None,
        };
        set_column(change, item, column, &first.map_or(Input::Clear, Input::Int))?;
    }
    Ok(())
}

fn set_column(change: &mut Change<'_, '_>, item: &mut Item, column: Column, input: &Input) -> Result<()> {
    let number = match input {
        Input::Int(number) => *number,
        Input::Text(text) => text.trim().parse().unwrap_or(0),
        _ => 0,
    };
    match column {
        Column::Stage => {
            if let (Input::Text(code), Some(directory)) = (input, stage_directory(item.item_type)) {
                move_to(change, item, directory, code);
            }
        }
        Column::AssignedBy => {
            let known = users::find(change.tx, number)?.is_some_and(|user| user.is_active_employee());
            if known {
                item.assigned_by = number;
            }
        }
        Column::Category => item.category_id = number.max(0),
        Column::Contact => item.contact_id = existing(change, Type::Contact, number)?,
        Column::Company => item.company_id = existing(change, Type::Company, number)?,
        Column::OwnerType => item.owner_type = number,
        Column::Owner => item.owner_id = number,
        _ => {}
    }
    Ok(())
}

fn existing(change: &mut Change<'_, '_>, item_type: Type, id: i64) -> Result<i64> {
    Ok(if id > 0 && exists(change.tx, item_type, id)? { id } else { 0 })
}

fn move_to(change: &Change<'_, '_>, item: &mut Item, directory: &str, code: &str) {
    if code.is_empty() || item.stage == code {
        return;
    }
    code.clone_into(&mut item.stage);
    let semantic = statuses::semantic(directory, code);
    semantic.as_str().clone_into(&mut item.semantic);
    item.moved_ms = to_the_second(change.now);
    item.moved_by = change.actor_id;
    item.closed_ms = (semantic != Semantic::Process).then(|| to_the_second(change.now));
}

fn store(change: &mut Change<'_, '_>, item: &Item) -> Result<()> {
    let replaced =
        COLUMNS.split(", ").map(|column| format!("{column} = excluded.{column}")).collect::<Vec<_>>().join(", ");
    let sql = format!(
        "INSERT INTO crm_items (type_id, id, {COLUMNS}) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18) \
         ON CONFLICT (type_id, id) DO UPDATE SET {replaced}"
    );
    change.tx.execute(
        &sql,
        &params![
            item.item_type.id(),
            item.id,
            &item.stage,
            &item.semantic,
            item.category_id,
            item.assigned_by,
            item.created_by,
            item.updated_by,
            item.moved_by,
            item.contact_id,
            item.company_id,
            item.lead_id,
            item.owner_type,
            item.owner_id,
            item.created_ms,
            item.updated_ms,
            item.moved_ms,
            item.closed_ms
        ],
    )?;
    Ok(())
}

/// Deletes an item with everything that belongs to it alone; what named it names nothing. `false` when it does not exist.
///
/// # Errors
/// Those of the database.
pub fn delete(change: &mut Change<'_, '_>, item_type: Type, id: i64) -> Result<bool> {
    let key = params![item_type.id(), id];
    if change.tx.execute("DELETE FROM crm_items WHERE type_id = ?1 AND id = ?2", &key)? == 0 {
        return Ok(false);
    }
    let sql = "SELECT chat_id FROM crm_links WHERE type_id = ?1 AND item_id = ?2 AND present = 1";
    for chat_id in change.tx.query(sql, &key, |row| row.get::<i64>(0))? {
        change.event(Event::ChatChanged, chat_id, chat_id);
    }
    for table in ["crm_values", "crm_multifields", "crm_links", "crm_bindings", "crm_comments"] {
        change.tx.execute(&format!("DELETE FROM {table} WHERE type_id = ?1 AND item_id = ?2"), &key)?;
    }
    match item_type {
        Type::Contact => {
            change.tx.execute("UPDATE crm_items SET contact_id = 0 WHERE contact_id = ?1", &params![id])?
        }
        Type::Company => {
            change.tx.execute("UPDATE crm_items SET company_id = 0 WHERE company_id = ?1", &params![id])?
        }
        Type::Activity => {
            change.tx.execute("DELETE FROM crm_bindings WHERE activity_id = ?1", &params![id])?;
            change.tx.execute(
                "UPDATE crm_sessions SET activity_id = 0 WHERE activity_id = ?1 AND activity_id <> 0",
                &params![id],
            )?
        }
        Type::Lead | Type::Deal => 0,
    };
    if item_type != Type::Activity {
        let sql = "SELECT id FROM crm_items WHERE type_id = 6 AND owner_type = ?1 AND owner_id = ?2";
        for activity_id in change.tx.query(sql, &key, |row| row.get::<i64>(0))? {
            delete(change, Type::Activity, activity_id)?;
        }
    }
    Ok(true)
}

/// The open items of a type that have this contact, newest first.
pub(crate) fn open_of_contact(tx: &mut Tx<'_>, item_type: Type, contact_id: i64) -> Result<Vec<i64>> {
    let sql = "SELECT id FROM crm_items WHERE contact_id = ?2 AND contact_id <> 0 AND type_id = ?1 AND semantic = 'P' \
               ORDER BY id DESC LIMIT 10";
    Ok(tx.query(sql, &params![item_type.id(), contact_id], |row| row.get(0))?)
}

/// Gives an item to another responsible person.
pub(crate) fn assign(change: &mut Change<'_, '_>, item_type: Type, id: i64, employee_id: i64) -> Result<()> {
    change.tx.execute(
        "UPDATE crm_items SET assigned_by = ?3, updated_by = ?4, updated_ms = ?5 WHERE type_id = ?1 AND id = ?2",
        &params![item_type.id(), id, employee_id, change.actor_id, to_the_second(change.now)],
    )?;
    Ok(())
}

/// Whether a field is a number in the database, so that it is compared as one.
pub(super) fn is_number(field: &Field) -> bool {
    match (field.place, field.kind) {
        (Place::Id, _) => true,
        (Place::Column(column), kind) => !column.is_text() && kind != Kind::Flag,
        (_, kind) => matches!(kind, Kind::Int | Kind::Double | Kind::Date | Kind::DateTime | Kind::User),
    }
}
