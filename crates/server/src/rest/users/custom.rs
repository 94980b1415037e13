//! Declared fields in the rows and in the changes of employees.

use std::collections::HashMap;

use desk::user_fields::{self, UserField, Values};
use serde_json::{Map, Value, json};
use store::Tx;
use wire::node::Node;

use super::super::params::moment;
use super::super::{Call, RestError};
use super::filter::{Column, Holds};
use crate::app::App;

/// Who has no such scope sees and changes none of them.
pub(super) const SCOPE: &str = "user.userfield";

/// Values of one field at most.
const VALUES_MAX: usize = 100;

/// The declared fields that the caller may see.
///
/// # Errors
/// Those of the database.
pub(super) async fn declared(call: &Call) -> Result<Vec<UserField>, RestError> {
    if !call.caller.has_any_scope(&[SCOPE]) {
        return Ok(Vec::new());
    }
    Ok(call.read(user_fields::list).await?)
}

/// What every employee has in them.
///
/// # Errors
/// Those of the database.
pub(super) fn values(tx: &mut Tx<'_>, declared: &[UserField]) -> desk::Result<HashMap<i64, Values>> {
    if declared.is_empty() { Ok(HashMap::new()) } else { user_fields::all_values(tx) }
}

/// The field as one filters by it.
pub(super) fn column(field: &UserField) -> Column {
    let holds = match field.kind.as_str() {
        "integer" | "double" | "enumeration" | "employee" | "iblock_section" | "iblock_element" => Holds::Number,
        "boolean" => Holds::Flag,
        "date" | "datetime" => Holds::Date,
        _ => Holds::Text,
    };
    Column { code: field.name.clone().into(), holds, searched: field.searchable && holds == Holds::Text }
}

/// Adds the values to a row: a text, or a list of texts where the field holds one.
pub(super) fn show(row: &mut Map<String, Value>, declared: &[UserField], values: Option<&Values>) {
    for field in declared {
        let stored = values.and_then(|values| values.get(&field.id)).map(Vec::as_slice).unwrap_or_default();
        let shown = match (field.multiple, stored) {
            (true, stored) => json!(stored),
            (false, [value, ..]) => json!(value),
            (false, []) => json!(""),
        };
        row.insert(field.name.clone(), shown);
    }
}

/// Whether the employee is new or there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Every mandatory field needs a value.
    Add,
    /// A mandatory field that is named needs a value.
    Update,
}

/// The values that a call gives.
///
/// # Errors
/// `ERROR_ARGUMENT` when a value is none of the field's type, `ERROR_CORE` when a mandatory one is missing.
pub(super) fn read(call: &Call, declared: &[UserField], purpose: Purpose) -> Result<Values, RestError> {
    let mut values = Values::new();
    // Files of employees are not kept, as their photos are not.
    for field in declared.iter().filter(|field| field.kind != "file") {
        let given = match call.params.get(&field.name) {
            Some(node) => Some(read_field(&call.app, field, node)?),
            None => None,
        };
        let missing = given.as_ref().map_or(purpose == Purpose::Add, Vec::is_empty);
        if field.mandatory && missing {
            let name = label(&call.app, field, "EDIT_FORM_LABEL").or_else(|| label(&call.app, field, "LABEL"));
            let name = name.unwrap_or(&field.name);
            return Err(RestError::method("ERROR_CORE", format!("The field \"{name}\" needs a value")));
        }
        values.extend(given.map(|given| (field.id, given)));
    }
    Ok(values)
}

fn read_field(app: &App, field: &UserField, node: &Node) -> Result<Vec<String>, RestError> {
    let invalid = || {
        let said = label(app, field, "ERROR_MESSAGE").map(str::to_owned);
        let text = said.unwrap_or_else(|| format!("{} is no value of the type {}", field.name, field.kind));
        RestError::argument(&field.name, text)
    };
    let nodes = match node {
        node if node.is_empty() => Vec::new(),
        Node::List(_) | Node::Map(_) if field.multiple => node.items().ok_or_else(invalid)?,
        scalar => vec![scalar],
    };
    if nodes.len() > VALUES_MAX {
        let text = format!("{} may have {VALUES_MAX} values: send fewer", field.name);
        return Err(RestError::argument(&field.name, text));
    }
    let mut values = Vec::new();
    for node in nodes.into_iter().filter(|node| !node.is_empty()) {
        let value = read_value(app, field, node).ok_or_else(invalid)?;
        if value.chars().count() > super::VALUE_CHARS_MAX {
            return Err(super::too_long(&field.name));
        }
        values.push(value);
    }
    values.retain(|value| !value.is_empty());
    Ok(values)
}

/// The value as it is stored and shown; `None` when it is none of the field's type.
fn read_value(app: &App, field: &UserField, node: &Node) -> Option<String> {
    let text = || node.as_text().map(|text| text.trim().to_owned());
    match field.kind.as_str() {
        "boolean" => Some(if node.as_flag()? { "1" } else { "0" }.to_owned()),
        "integer" => Some(node.as_int()?.to_string()),
        "double" => double(field, &text()?),
        "date" | "datetime" => Some(app.datetime(moment(&text()?, &app.time_zone)?.as_millisecond())),
        "enumeration" => {
            let id = node.as_int()?;
            field.items.iter().any(|item| item.id == id).then(|| id.to_string())
        }
        "employee" | "iblock_section" | "iblock_element" => Some(node.as_int().filter(|id| *id > 0)?.to_string()),
        _ => text(),
    }
}

/// Rounded to as many digits as the field's settings say.
fn double(field: &UserField, text: &str) -> Option<String> {
    let number: f64 = text.parse().ok().filter(|number: &f64| number.is_finite())?;
    let settings: Value = serde_json::from_str(&field.settings).ok()?;
    let digits = settings["PRECISION"].as_u64().and_then(|digits| i32::try_from(digits).ok()).unwrap_or(2).min(15);
    let scale = 10_f64.powi(digits);
    // Halves go away from zero; a number too large for that has no such digits.
    let rounded = Some((number * scale).round() / scale).filter(|rounded| rounded.is_finite()).unwrap_or(number);
    let rounded = format!("{rounded:.*}", usize::try_from(digits).ok()?);
    let rounded = if rounded.contains('.') { rounded.trim_end_matches('0').trim_end_matches('.') } else { &rounded };
    Some(rounded.to_owned())
}

/// A text of the field in the portal's language, or the one for all languages.
fn label<'f>(app: &App, field: &'f UserField, purpose: &str) -> Option<&'f str> {
    let texts = field.labels.get(purpose)?;
    let text = texts.get(&app.config.server.language).or_else(|| texts.get(""));
    text.map(String::as_str).filter(|text| !text.is_empty())
}
