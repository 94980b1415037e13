//! Fields that a call sets: from whatever was sent to what a field may hold.

use desk::crm::Type;
use desk::crm::addresses;
use desk::crm::fields::{self, Kind, Name};
use desk::crm::items::{Draft, Input};
use desk::crm::multifields::{Edit, KINDS, VALUE_BYTES_MAX, VALUES_MAX};
use jiff::tz::TimeZone;
use wire::node::{Map, Node};

use super::super::RestError;
use super::super::params::moment;
use super::{Style, plain};

/// Fields in one call at most.
const FIELDS_MAX: usize = 500;
/// Longest text of a field, in bytes.
const TEXT_BYTES_MAX: usize = 65_535;
/// Entries of a list at most.
const LIST_MAX: usize = 500;

/// Reads `fields`; names that the type does not have are passed over.
///
/// # Errors
/// A limit is reached; an address is none; in the newer methods, a value that does not fit its field.
pub(super) fn draft(item_type: Type, given: &Map, style: Style, time_zone: &TimeZone) -> Result<Draft, RestError> {
    if given.len() > FIELDS_MAX {
        return Err(refused(format!("At most {FIELDS_MAX} fields in one call: set the rest in further calls")));
    }
    let mut draft = Draft::default();
    for (key, node) in given {
        if style == Style::Modern && key == "fm" {
            modern_multifields(node, &mut draft.multifields)?;
            continue;
        }
        let found = match style {
            Style::Original => fields::find(item_type, key),
            Style::Modern => fields::find_modern(item_type, key),
        };
        let Some(name) = found else { continue };
        match name.kind() {
            Kind::Multifield if style == Style::Original => multifields(&name, node, &mut draft.multifields)?,
            Kind::Multifield | Kind::File | Kind::Object => {}
            kind => match input(kind, node, time_zone) {
                Ok(Some(input)) => {
                    check_length(key, &input)?;
                    draft.fields.push((name, input));
                }
                Ok(None) if style == Style::Original => {}
                Ok(None) => return Err(invalid(key)),
                Err(NotIterable(what)) if style == Style::Modern => {
                    let text = format!("Expected iterable value for multiple field, but got {what} instead");
                    return Err(RestError::method("100", text));
                }
                Err(NotIterable(_)) => {}
            },
        }
    }
    if draft.multifields.len() > VALUES_MAX {
        return Err(refused(format!("At most {VALUES_MAX} phones and addresses: send fewer")));
    }
    Ok(draft)
}

fn refused(text: String) -> RestError {
    RestError::method("ERROR_CORE", text)
}

fn invalid(field: &str) -> RestError {
    RestError::method("CRM_FIELD_ERROR_VALUE_NOT_VALID", format!("Invalid value for field \"{field}\""))
}

fn check_length(field: &str, input: &Input) -> Result<(), RestError> {
    let longest = match input {
        Input::Text(text) => text.len(),
        Input::List(list) if list.len() > LIST_MAX => {
            return Err(refused(format!("The field {field} has more than {LIST_MAX} values: send fewer")));
        }
        Input::List(list) => list.iter().map(String::len).max().unwrap_or(0),
        _ => 0,
    };
    if longest > TEXT_BYTES_MAX {
        return Err(refused(format!("The field {field} is longer than {TEXT_BYTES_MAX} bytes: shorten it")));
    }
    Ok(())
}

/// A single value came where a list belongs; the type's name.
struct NotIterable(&'static str);

/// What the field is to hold; `None` when the value does not fit it.
fn input(kind: Kind, node: &Node, time_zone: &TimeZone) -> Result<Option<Input>, NotIterable> {
    if node.is_empty() {
        return Ok(Some(Input::Clear));
    }
    let text = || node.as_text().map(|text| text.trim().to_owned());
    Ok(match kind {
        Kind::Text | Kind::Status(_) | Kind::Currency => node.as_text().map(|text| Input::Text(text.into_owned())),
        Kind::Int | Kind::User | Kind::Category | Kind::Item(_) => node.as_int().map(Input::Int),
        Kind::Flag => node.as_flag().map(|flag| Input::Text(if flag { "Y" } else { "N" }.to_owned())),
        Kind::Double => text().and_then(|text| number(&text)).map(Input::Real),
        Kind::Date | Kind::DateTime => {
            text().and_then(|text| moment(&text, time_zone)).map(|at| Input::Int(at.as_millisecond()))
        }
        Kind::Items(_) => {
            let Some(items) = node.items() else {
                return Err(NotIterable(if matches!(node, Node::Text(_)) { "string" } else { "integer" }));
            };
            let ids: Option<Vec<String>> =
                items.into_iter().map(|item| item.as_int().map(|id| id.to_string())).collect();
            ids.map(Input::List)
        }
        Kind::Custom => match node.items() {
            Some(items) => {
                let texts: Option<Vec<String>> =
                    items.into_iter().map(|item| item.as_text().map(std::borrow::Cow::into_owned)).collect();
                texts.map(Input::List)
            }
            None => node.as_text().map(|text| Input::Text(text.into_owned())),
        },
        Kind::File | Kind::Object | Kind::Multifield => None,
    })
}

fn number(text: &str) -> Option<f64> {
    text.replace(',', ".").parse().ok().filter(|number: &f64| number.is_finite())
}

/// `PHONE`: a list of `{VALUE, VALUE_TYPE}`, with `ID` to change one and `DELETE` = `Y` to remove it.
fn multifields(name: &Name, node: &Node, edits: &mut Vec<Edit>) -> Result<(), RestError> {
    let Name::Known(field) = name else { return Ok(()) };
    let Some(kind) = KINDS.into_iter().find(|kind| *kind == field.name) else { return Ok(()) };
    for entry in entries(node) {
        let delete = entry.get_any_case("DELETE").and_then(Node::as_flag) == Some(true);
        let id = entry.get_any_case("ID").and_then(Node::as_int);
        // A bare text is a value as well.
        let value = entry.get_any_case("VALUE").and_then(Node::as_text).or_else(|| entry.as_text());
        let value_type = text_of(entry, "VALUE_TYPE");
        push(edits, kind, id, if delete { "" } else { value.as_deref().unwrap_or("") }, value_type)?;
    }
    Ok(())
}

/// `fm`: values of all kinds by their id; a key that is no number adds one.
fn modern_multifields(node: &Node, edits: &mut Vec<Edit>) -> Result<(), RestError> {
    let keyed: Vec<(Option<i64>, &Node)> = match node {
        Node::Map(map) => map.iter().map(|(key, entry)| (key.parse().ok(), entry)).collect(),
        Node::List(list) => list.iter().map(|entry| (None, entry)).collect(),
        _ => Vec::new(),
    };
    for (id, entry) in keyed {
        let type_id = text_of(entry, "typeId").unwrap_or_default();
        let Some(kind) = KINDS.into_iter().find(|kind| kind.eq_ignore_ascii_case(&type_id)) else { continue };
        let id = id.or_else(|| entry.get("id").and_then(Node::as_int));
        let value = entry.get("value").and_then(Node::as_text).unwrap_or_default();
        push(edits, kind, id, &value, text_of(entry, "valueType"))?;
    }
    Ok(())
}

fn entries(node: &Node) -> Vec<&Node> {
    match node {
        Node::Map(map) if map.contains_key("VALUE") || map.contains_key("ID") => vec![node],
        Node::Map(map) => map.values().collect(),
        Node::List(list) => list.iter().collect(),
        Node::Text(text) if !text.is_empty() => vec![node],
        _ => Vec::new(),
    }
}

fn text_of(node: &Node, key: &str) -> Option<String> {
    node.get_any_case(key).and_then(Node::as_text).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn push(
    edits: &mut Vec<Edit>,
    kind: &'static str,
    id: Option<i64>,
    value: &str,
    value_type: Option<String>,
) -> Result<(), RestError> {
    // A messenger value must stay as it is, byte for byte.
    let value = if kind == "IM" { value } else { value.trim() };
    let value_type = value_type.map(|word| word.to_uppercase());
    if value.len() > VALUE_BYTES_MAX || value_type.as_ref().is_some_and(|word| word.len() > 50) {
        return Err(refused(format!("A value of {kind} is longer than {VALUE_BYTES_MAX} bytes: shorten it")));
    }
    if kind == "EMAIL" && !value.is_empty() && !addresses::is_email(value) {
        let which = match value_type.as_deref() {
            None | Some("WORK") => "Work e-mail",
            Some("HOME") => "Home e-mail",
            Some(_) => "E-mail",
        };
        return Err(refused(format!("The field {which} contains an invalid address")));
    }
    if id.is_some() || !value.is_empty() {
        edits.push(Edit { id, kind, value: value.to_owned(), value_type });
    }
    Ok(())
}

/// A parameter that must be an object; `[]` is an empty one, absent counts as nothing.
pub(super) fn object<'n>(node: Option<&'n Node>, name: &str) -> Result<Option<&'n Map>, RestError> {
    match node {
        None | Some(Node::Null) => Ok(None),
        Some(Node::Map(map)) => Ok(Some(map)),
        Some(Node::List(list)) if list.is_empty() => Ok(None),
        Some(_) => Err(plain(format!("Parameter '{name}' must be array."))),
    }
}
