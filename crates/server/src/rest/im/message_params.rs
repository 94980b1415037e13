//! `ATTACH`, `KEYBOARD` and `MENU` of a message: object, array or JSON text (`contract/platform.md` 9.0).

use serde_json::{Map, Value, json};
use wire::node::Node;

use super::super::RestError;

/// Longest of each when serialised, in characters.
const SIZE_CHARS_MAX: usize = 60_000;

/// One of the three.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rest) enum Part {
    Attach,
    Keyboard,
    Menu,
}

/// What was given for one of the three.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::rest) enum Given {
    /// Nothing: it stays as it is.
    Absent,
    /// `N` or empty: it is taken away.
    Remove,
    /// The full form.
    Set(Value),
}

impl Part {
    /// Key in the stored parameters and in answers.
    pub(in crate::rest) fn key(self) -> &'static str {
        match self {
            Part::Attach => "ATTACH",
            Part::Keyboard => "KEYBOARD",
            Part::Menu => "MENU",
        }
    }

    /// Key of the list inside the full form.
    fn list(self) -> &'static str {
        match self {
            Part::Attach => "BLOCKS",
            Part::Keyboard => "BUTTONS",
            Part::Menu => "ITEMS",
        }
    }

    pub(in crate::rest) fn invalid(self) -> RestError {
        match self {
            Part::Attach => RestError::method("ATTACH_ERROR", "Incorrect attach params"),
            Part::Keyboard => RestError::method("KEYBOARD_ERROR", "Incorrect keyboard params"),
            Part::Menu => RestError::method("MENU_ERROR", "Incorrect menu params"),
        }
    }

    pub(in crate::rest) fn too_large(self) -> RestError {
        let text = |what| format!("You have exceeded the maximum allowable size of {what}");
        match self {
            Part::Attach => RestError::method("ATTACH_OVERSIZE", text("attach")),
            Part::Keyboard => RestError::method("KEYBOARD_OVERSIZE", text("keyboard")),
            Part::Menu => RestError::method("MENU_OVERSIZE", text("menu")),
        }
    }

    /// Reads what a client sent.
    ///
    /// # Errors
    /// `…_ERROR` when it is not of the documented form, `…_OVERSIZE`.
    pub(in crate::rest) fn read(self, node: Option<&Node>) -> Result<Given, RestError> {
        let Some(node) = node.filter(|node| **node != Node::Null) else { return Ok(Given::Absent) };
        if node.is_empty() || node.as_text().is_some_and(|text| text.eq_ignore_ascii_case("N")) {
            return Ok(Given::Remove);
        }
        let value: Value = match node {
            Node::Text(text) if text.chars().count() > SIZE_CHARS_MAX => return Err(self.too_large()),
            Node::Text(text) => serde_json::from_str(text).map_err(|_| self.invalid())?,
            node => serialised(node).ok_or_else(|| self.invalid())?,
        };
        if value.to_string().chars().count() > SIZE_CHARS_MAX {
            return Err(self.too_large());
        }
        self.full_form(value).map(Given::Set).ok_or_else(|| self.invalid())
    }

    /// The short form is the bare list of the full one.
    fn full_form(self, value: Value) -> Option<Value> {
        let mut full = match value {
            Value::Object(map) if map.contains_key(self.list()) => map,
            value => Map::from_iter([(self.list().to_owned(), value)]),
        };
        let list = elements(full.remove(self.list())?)?;
        if list.is_empty() || !list.iter().all(|element| self.is_element(element)) {
            return None;
        }
        full.insert(self.list().to_owned(), json!(list));
        Some(Value::Object(full))
    }

    fn is_element(self, element: &Value) -> bool {
        let Value::Object(map) = element else { return false };
        match self {
            Part::Attach => map.len() == 1 && map.iter().all(|(name, value)| is_block(name, value)),
            Part::Keyboard | Part::Menu => is_button(map),
        }
    }
}

fn serialised(node: &Node) -> Option<Value> {
    serde_json::to_value(node).ok()
}

/// A list, or an object whose keys are numbers: forms write lists so.
fn elements(value: Value) -> Option<Vec<Value>> {
    match value {
        Value::Array(items) => Some(items),
        Value::Object(map) if map.keys().all(|key| key.parse::<u32>().is_ok()) => Some(map.into_values().collect()),
        _ => None,
    }
}

fn is_block(name: &str, value: &Value) -> bool {
    let has =
        |value: &Value, key: &str| value.get(key).is_some_and(|text| text.as_str().is_some_and(|t| !t.is_empty()));
    let all = |value: &Value, key: &str| match value {
        Value::Array(items) => !items.is_empty() && items.iter().all(|item| has(item, key)),
        value => has(value, key),
    };
    match name {
        "MESSAGE" => value.is_string() || value.is_number(),
        "LINK" => all(value, "LINK"),
        "USER" => all(value, "NAME"),
        "GRID" => value.is_array() && all(value, "DISPLAY"),
        "IMAGE" | "FILE" => all(value, "LINK"),
        "DELIMITER" => value.is_object() || value.is_array(),
        _ => false,
    }
}

fn is_button(button: &Map<String, Value>) -> bool {
    let given = |key: &str| button.get(key).is_some_and(|value| !value.is_null() && value != "");
    if button.get("TYPE").is_some_and(|value| value == "NEWLINE") {
        return true;
    }
    // A button with a text alone is shown and does nothing.
    given("TEXT") && (!given("ACTION") || given("ACTION_VALUE"))
}
