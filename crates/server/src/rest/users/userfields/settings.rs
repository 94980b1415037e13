//! `SETTINGS` of a declared field: which ones its type has, and what counts unless it is said.

use serde_json::{Map, Value, json};
use wire::node::{Node, is_absent};

use super::super::super::RestError;
use super::input::invalid;

/// Characters of a setting at most, and of all settings of a type that an application brought.
const SETTING_CHARS_MAX: usize = 1000;

/// What a setting may be.
enum Allowed {
    Text,
    /// A whole number, at least this.
    From(i64),
    /// `Y` or `N`.
    Flag,
    OneOf(&'static [&'static str]),
    /// `1` from anything above 0, else `0`.
    OneOrNothing,
    /// `{VALUE, TYPE}`
    Moment,
}

struct Setting {
    name: &'static str,
    allowed: Allowed,
    default: Value,
}

fn setting(name: &'static str, allowed: Allowed, default: impl Into<Value>) -> Setting {
    Setting { name, allowed, default: default.into() }
}

/// The settings of a type; `None` when they are the application's own matter.
fn of(kind: &str) -> Option<Vec<Setting>> {
    use Allowed::{Flag, From, Moment, OneOf, OneOrNothing, Text};
    const DISPLAY: &[&str] = &["LIST", "UI", "CHECKBOX", "DIALOG"];
    let default_text = || setting("DEFAULT_VALUE", Text, "");
    Some(match kind {
        "string" => vec![default_text(), setting("ROWS", From(1), 1)],
        "double" => vec![default_text(), setting("PRECISION", From(0), 2)],
        "integer" | "money" | "url" | "address" => vec![default_text()],
        "boolean" => vec![
            setting("DEFAULT_VALUE", OneOrNothing, 0),
            setting("DISPLAY", OneOf(&["CHECKBOX", "RADIO", "DROPDOWN"]), "CHECKBOX"),
        ],
        "date" | "datetime" => vec![setting("DEFAULT_VALUE", Moment, json!({"VALUE": "", "TYPE": "NONE"}))],
        "enumeration" => vec![
            setting("DISPLAY", OneOf(DISPLAY), "LIST"),
            setting("LIST_HEIGHT", From(1), 1),
            setting("CAPTION_NO_VALUE", Text, ""),
            setting("SHOW_NO_VALUE", Flag, "Y"),
        ],
        "iblock_section" | "iblock_element" => vec![
            setting("IBLOCK_TYPE_ID", Text, ""),
            setting("IBLOCK_ID", Text, "0"),
            default_text(),
            setting("DISPLAY", OneOf(DISPLAY), "LIST"),
            setting("LIST_HEIGHT", From(1), 1),
            setting("ACTIVE_FILTER", Flag, "N"),
        ],
        "crm_status" => vec![setting("ENTITY_TYPE", Text, "")],
        "crm" => ["LEAD", "CONTACT", "COMPANY", "DEAL"].map(|name| setting(name, Flag, "N")).into(),
        "employee" | "file" => Vec::new(),
        _ => return None,
    })
}

/// The settings of a field of this type as JSON. What the type does not have is left out, what is out of range becomes the
/// default.
pub(super) fn read(kind: &str, node: Option<&Node>) -> Result<String, RestError> {
    let given = match node {
        Some(Node::Map(map)) => Some(map),
        node if is_absent(node) => None,
        _ => return Err(invalid("SETTINGS")),
    };
    let Some(settings) = of(kind) else {
        let own = node.cloned().map_or_else(|| json!({}), Value::from).to_string();
        return if own.chars().count() <= SETTING_CHARS_MAX { Ok(own) } else { Err(too_long()) };
    };
    let mut kept = Map::new();
    for setting in settings {
        let node = given.and_then(|map| map.iter().find(|(key, _)| key.eq_ignore_ascii_case(setting.name)));
        let value = node.and_then(|(_, node)| setting.allowed.value(node));
        if value.as_ref().is_some_and(|value| value.to_string().chars().count() > SETTING_CHARS_MAX) {
            return Err(too_long());
        }
        kept.insert(setting.name.to_owned(), value.unwrap_or(setting.default));
    }
    // A field of the CRM that names nothing to be bound to is bound to leads.
    if kind == "crm" && kept.values().all(|flag| flag == "N") {
        kept.insert("LEAD".to_owned(), json!("Y"));
    }
    Ok(Value::Object(kept).to_string())
}

impl Allowed {
    /// The value as it is kept, `None` when it is not allowed.
    fn value(&self, node: &Node) -> Option<Value> {
        match self {
            Allowed::Text => Some(json!(node.as_text()?.trim())),
            Allowed::From(least) => Some(json!(node.as_int().filter(|number| number >= least)?)),
            Allowed::Flag => Some(json!(if node.as_flag()? { "Y" } else { "N" })),
            Allowed::OneOf(words) => {
                let word = node.as_text()?.trim().to_uppercase();
                Some(json!(words.iter().find(|known| **known == word)?))
            }
            Allowed::OneOrNothing => {
                let number = node.as_int().or_else(|| node.as_flag().map(i64::from))?;
                Some(json!(i64::from(number > 0)))
            }
            Allowed::Moment => {
                let kind = node.get_any_case("TYPE").and_then(Node::as_text)?.to_uppercase();
                let kind = ["NONE", "NOW", "FIXED"].into_iter().find(|known| *known == kind)?;
                let value = node.get_any_case("VALUE").and_then(Node::as_text).unwrap_or_default();
                Some(json!({"VALUE": value, "TYPE": kind}))
            }
        }
    }
}

fn too_long() -> RestError {
    RestError::argument("SETTINGS", format!("A setting may have {SETTING_CHARS_MAX} characters: shorten it"))
}
