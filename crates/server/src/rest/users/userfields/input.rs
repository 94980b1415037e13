//! What `user.userfield.add` and `user.userfield.update` say of a field.

use std::collections::BTreeMap;

use desk::user_fields::{Item, SORT, UserField};
use wire::node::{Map, Node};

use super::super::super::RestError;
use super::settings;

/// The type whose values are choices.
pub(in super::super) const ENUMERATION: &str = "enumeration";

const KINDS: &[&str] = &[
    "string",
    "integer",
    "double",
    "date",
    "datetime",
    "boolean",
    "file",
    ENUMERATION,
    "url",
    "address",
    "money",
    "iblock_section",
    "iblock_element",
    "employee",
    "crm",
    "crm_status",
];

/// What every code of a field begins with.
const PREFIX: &str = "UF_USR_";

/// Characters of a code at most, the prefix included.
const NAME_CHARS_MAX: usize = 50;

/// Characters of an id in another system, of a label or of a choice at most.
const TEXT_CHARS_MAX: usize = 255;

/// Languages of a label at most.
const LANGUAGES_MAX: usize = 30;

/// Choices of an enumeration at most.
const ITEMS_MAX: usize = 500;

const LABELS: &[&str] =
    &["EDIT_FORM_LABEL", "LIST_COLUMN_LABEL", "LIST_FILTER_LABEL", "ERROR_MESSAGE", "HELP_MESSAGE", "LABEL"];

/// The code of a new field, in upper case and with its prefix.
pub(super) fn name(fields: &Map) -> Result<String, RestError> {
    let given = text(fields, "FIELD_NAME")?.filter(|name| !name.is_empty());
    let given = given.ok_or_else(|| RestError::method("", "The 'FIELD_NAME' field is not found."))?.to_uppercase();
    let name = if given.starts_with(PREFIX) { given } else { format!("{PREFIX}{given}") };
    let plain = name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    if plain && name.len() <= NAME_CHARS_MAX && name != PREFIX { Ok(name) } else { Err(failed()) }
}

/// The type of a new field.
pub(super) fn kind(fields: &Map) -> Result<String, RestError> {
    let given = find(fields, "USER_TYPE_ID");
    let given = given.ok_or_else(|| RestError::method("", "The 'USER_TYPE_ID' field is not found."))?;
    if given.is_empty() {
        return Err(RestError::empty_argument("USER_TYPE_ID"));
    }
    let kind = given.as_text().ok_or_else(failed)?.trim().to_lowercase();
    let is_word = |text: &str| {
        text.len() <= NAME_CHARS_MAX && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let of_application = kind.strip_prefix("rest_").is_some_and(|rest| !rest.is_empty() && is_word(rest));
    if of_application || KINDS.contains(&kind.as_str()) { Ok(kind) } else { Err(failed()) }
}

/// A new field of which nothing else is said.
pub(super) fn new(name: String, kind: String, fields: &Map) -> Result<UserField, RestError> {
    Ok(UserField {
        id: 0,
        name,
        settings: settings::read(&kind, None)?,
        kind,
        xml_id: String::new(),
        sort: SORT,
        multiple: flag(fields, "MULTIPLE").unwrap_or(false),
        mandatory: false,
        show_filter: "N".to_owned(),
        show_in_list: true,
        edit_in_list: true,
        searchable: false,
        labels: BTreeMap::new(),
        items: Vec::new(),
    })
}

/// The field with what is said of it.
pub(super) fn changed(mut field: UserField, fields: &Map) -> Result<UserField, RestError> {
    if let Some(xml_id) = text(fields, "XML_ID")? {
        field.xml_id = xml_id;
    }
    if let Some(node) = find(fields, "SORT").filter(|node| !node.is_empty()) {
        field.sort = node.as_int().ok_or_else(|| invalid("SORT"))?;
    }
    let put = |value: &mut bool, name| *value = flag(fields, name).unwrap_or(*value);
    put(&mut field.mandatory, "MANDATORY");
    put(&mut field.show_in_list, "SHOW_IN_LIST");
    put(&mut field.edit_in_list, "EDIT_IN_LIST");
    put(&mut field.searchable, "IS_SEARCHABLE");
    if let Some(shown) = find(fields, "SHOW_FILTER").and_then(show_filter) {
        shown.clone_into(&mut field.show_filter);
    }
    if let Some(node) = find(fields, "SETTINGS") {
        field.settings = settings::read(&field.kind, Some(node))?;
    }
    for name in LABELS {
        if let Some(node) = find(fields, name) {
            field.labels.insert((*name).to_owned(), label(name, node)?);
        }
    }
    if let Some(node) = find(fields, "LIST").filter(|_| field.kind == ENUMERATION) {
        field.items = items(node, field.items)?;
    }
    Ok(field)
}

/// Yes is a mask (`E`), as rows show it; the other ways to filter are told by their letter.
fn show_filter(node: &Node) -> Option<&'static str> {
    match (node.as_flag(), node.as_text()?.to_uppercase().as_str()) {
        (Some(true), _) | (_, "E") => Some("E"),
        (Some(false), _) => Some("N"),
        (_, "I") => Some("I"),
        (_, "S") => Some("S"),
        _ => None,
    }
}

/// One text for all languages, or texts by language.
fn label(name: &str, node: &Node) -> Result<BTreeMap<String, String>, RestError> {
    let Node::Map(languages) = node else {
        let text = scalar(name, node)?;
        return Ok(if text.is_empty() { BTreeMap::new() } else { [(String::new(), text)].into() });
    };
    if languages.len() > LANGUAGES_MAX || languages.keys().any(|language| language.len() > 10) {
        return Err(RestError::argument(name, format!("{name} has a text for up to {LANGUAGES_MAX} languages")));
    }
    languages.iter().map(|(language, node)| Ok((language.to_lowercase(), scalar(name, node)?))).collect()
}

/// The choices after what is said of them: one with a known `ID` is changed or, with `DEL`, removed, every other is new.
fn items(node: &Node, mut items: Vec<Item>) -> Result<Vec<Item>, RestError> {
    let entries: Vec<&Node> = match node {
        Node::Map(map) => map.values().collect(),
        node => node.items().unwrap_or_default(),
    };
    for entry in entries {
        let Node::Map(entry) = entry else { return Err(invalid("LIST")) };
        let id = find(entry, "ID").and_then(Node::as_int).unwrap_or(0);
        let known = items.iter().position(|item| item.id != 0 && item.id == id);
        if flag(entry, "DEL") == Some(true) {
            known.map(|index| items.remove(index));
            continue;
        }
        let mut item = known.map_or_else(
            || Item { id: 0, sort: SORT, value: String::new(), default: false, xml_id: String::new() },
            |index| items[index].clone(),
        );
        item.value = text(entry, "VALUE")?.unwrap_or(item.value);
        item.xml_id = text(entry, "XML_ID")?.unwrap_or(item.xml_id);
        item.sort = find(entry, "SORT").and_then(Node::as_int).unwrap_or(item.sort);
        item.default = flag(entry, "DEF").unwrap_or(item.default);
        match known {
            Some(index) => items[index] = item,
            // A choice without a name is none.
            None if item.value.is_empty() => {}
            None => items.push(item),
        }
    }
    let too_many = || RestError::argument("LIST", format!("An enumeration has up to {ITEMS_MAX} choices"));
    if items.len() <= ITEMS_MAX { Ok(items) } else { Err(too_many()) }
}

/// The entry of this name in any letter case.
fn find<'m>(map: &'m Map, name: &str) -> Option<&'m Node> {
    map.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, node)| node)
}

fn flag(map: &Map, name: &str) -> Option<bool> {
    find(map, name).and_then(Node::as_flag)
}

fn text(map: &Map, name: &str) -> Result<Option<String>, RestError> {
    find(map, name).map(|node| scalar(name, node)).transpose()
}

fn scalar(name: &str, node: &Node) -> Result<String, RestError> {
    if node.is_empty() {
        return Ok(String::new());
    }
    let text = node.as_text().ok_or_else(|| invalid(name))?;
    if text.chars().count() > TEXT_CHARS_MAX {
        return Err(RestError::argument(name, format!("{name} may have {TEXT_CHARS_MAX} characters: shorten it")));
    }
    Ok(text.trim().to_owned())
}

pub(super) fn invalid(name: &str) -> RestError {
    RestError::argument(name, format!("The value of an argument '{name}' has an invalid type"))
}

/// The name or the type is none that a field can have.
fn failed() -> RestError {
    RestError::method("ERROR_CORE", "Fail to create new user field")
}
