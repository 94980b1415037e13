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
        if !is_sound(&full) {
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
    let one = |value: &Value, holds: fn(&Map<String, Value>) -> bool| value.as_object().is_some_and(holds);
    let all = |holds: fn(&Map<String, Value>) -> bool| {
        value.as_array().is_some_and(|items| !items.is_empty() && items.iter().all(|item| one(item, holds)))
    };
    let linked = |map: &Map<String, Value>| given(map, "LINK") && is_sound(map);
    match name {
        "MESSAGE" => value.is_string() || value.is_number(),
        "USER" => {
            let named = |user: &Map<String, Value>| given(user, "NAME") && is_sound(user);
            one(value, named) || all(named)
        }
        "LINK" | "IMAGE" | "FILE" => one(value, linked) || all(linked),
        "GRID" => {
            all(|cell| given(cell, "DISPLAY") && shows_as(cell, &["BLOCK", "LINE", "ROW", "TABLE"]) && is_sound(cell))
        }
        // PHP writes an object without entries as an empty list.
        "DELIMITER" => one(value, is_sound) || value.as_array().is_some_and(Vec::is_empty),
        _ => false,
    }
}

fn is_button(button: &Map<String, Value>) -> bool {
    let breaks_the_row = button.get("TYPE").is_some_and(|value| value == "NEWLINE");
    // A button with a text alone is shown and does nothing.
    let labelled = given(button, "TEXT") && (!given(button, "ACTION") || given(button, "ACTION_VALUE"));
    (breaks_the_row || labelled) && shows_as(button, &["LINE", "BLOCK"]) && is_sound(button)
}

/// A text that is not empty, or a number.
fn given(map: &Map<String, Value>, key: &str) -> bool {
    map.get(key).is_some_and(|value| value.is_number() || value.as_str().is_some_and(|text| !text.is_empty()))
}

fn shows_as(map: &Map<String, Value>, allowed: &[&str]) -> bool {
    map.get("DISPLAY").is_none_or(|value| text_holds(value, |text| is_one_of(text, allowed)))
}

/// Addresses, colours and listed values of a block, a button or the full form are what they may be.
///
/// Keys are compared without regard to letter case: whoever shows the message may read them so.
fn is_sound(map: &Map<String, Value>) -> bool {
    let flag = |text: &str| is_one_of(text, &["Y", "N"]);
    map.iter().all(|(key, value)| match key.to_ascii_uppercase().as_str() {
        "LINK" | "PREVIEW" | "AVATAR" => text_holds(value, is_address),
        "COLOR" | "BG_COLOR" | "TEXT_COLOR" | "OFF_BG_COLOR" | "OFF_TEXT_COLOR" => text_holds(value, is_colour),
        "COLOR_TOKEN" | "BG_COLOR_TOKEN" => {
            text_holds(value, |text| is_one_of(text, &["primary", "secondary", "alert", "base"]))
        }
        "ACTION" => text_holds(value, |text| is_one_of(text, &["PUT", "SEND", "COPY", "CALL", "DIALOG"])),
        "AVATAR_TYPE" => text_holds(value, |text| is_one_of(text, &["USER", "CHAT", "BOT"])),
        "CONTEXT" => text_holds(value, |text| is_one_of(text, &["MOBILE", "DESKTOP", "ALL"])),
        "BLOCK" | "DISABLED" => value.is_boolean() || text_holds(value, flag),
        _ => true,
    })
}

/// Nothing, or a text that is empty or satisfies the condition.
fn text_holds(value: &Value, holds: impl Fn(&str) -> bool) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty() || holds(text),
        _ => false,
    }
}

fn is_one_of(text: &str, allowed: &[&str]) -> bool {
    allowed.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// Three or six hexadecimal digits.
fn is_colour(text: &str) -> bool {
    let digits = text.strip_prefix('#').unwrap_or(text);
    matches!(digits.len(), 3 | 6) && digits.chars().all(|c| c.is_ascii_hexdigit())
}

/// Absolute with `http` or `https`, or a path from the root: nothing that would run where it is shown.
fn is_address(text: &str) -> bool {
    let text = text.trim();
    let starts = |scheme: &str| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    // Browsers pass over control characters and read a backslash as a slash; two slashes would name a host.
    let from_root = text.strip_prefix('/').is_some_and(|rest| !rest.starts_with(['/', '\\']));
    !text.chars().any(char::is_control) && (starts("https://") || starts("http://") || from_root)
}
