//! `PARAMS` of config.add and config.update: from what clients send to what a line keeps (CONFIG FIELDS).

use desk::line_fields::{self, Field, Kind};
use desk::lines::Settings;
use desk::queue::MEMBERS_MAX;
use wire::node::Node;

use super::super::super::RestError;

/// Longest name of a line, in characters.
const NAME_CHARS_MAX: usize = 255;

/// What was given, as far as it can be used: unknown keys and values that do not fit are passed over (D-47).
#[derive(Debug, Default)]
pub(super) struct Given {
    /// `LINE_NAME`
    pub(super) name: Option<String>,
    /// `ACTIVE`
    pub(super) active: Option<bool>,
    /// `QUEUE` as (type, id); an empty list empties the queue.
    pub(super) queue: Option<Vec<(String, i64)>>,
    settings: Vec<(&'static str, String)>,
}

impl Given {
    /// Reads `PARAMS`; absent, null and empty are all the same (D-49).
    ///
    /// # Errors
    /// `ERROR_ARGUMENT` when it is no object, or names more than [`MEMBERS_MAX`] members of the queue.
    pub(super) fn read(params: Option<Node>) -> Result<Given, RestError> {
        let map = match params {
            None => return Ok(Given::default()),
            Some(node) if node.is_empty() => return Ok(Given::default()),
            Some(Node::Map(map)) => map,
            Some(_) => {
                let text = "The value of an argument 'PARAMS' must be of type array";
                return Err(RestError::argument("PARAMS", text));
            }
        };
        let mut given = Given::default();
        for (name, node) in &map {
            match name.as_str() {
                "LINE_NAME" => given.name = line_name(node),
                "ACTIVE" => given.active = node.as_flag(),
                "QUEUE" => given.queue = queue(node)?,
                name => {
                    let field = line_fields::find(name).filter(|field| field.settable);
                    if let Some((field, value)) = field.and_then(|field| Some((field, value(field, node)?))) {
                        given.settings.push((field.name, value));
                    }
                }
            }
        }
        Ok(given)
    }

    /// Writes the given fields over those that are there.
    pub(super) fn apply(&self, settings: &mut Settings) {
        for (name, value) in &self.settings {
            settings.set(name, value.clone());
        }
    }
}

fn line_name(node: &Node) -> Option<String> {
    let name = node.as_text()?;
    let name: String = name.trim().chars().take(NAME_CHARS_MAX).collect();
    Some(name).filter(|name| !name.is_empty())
}

/// A value as the line keeps it; `None` when the field cannot hold it.
fn value(field: &Field, node: &Node) -> Option<String> {
    let text = match field.kind {
        Kind::Flag => if node.as_flag()? { "Y" } else { "N" }.to_owned(),
        Kind::Holidays | Kind::Weekdays | Kind::Users => match node.items() {
            Some(items) => items.iter().map(|item| item.as_text()).collect::<Option<Vec<_>>>()?.join(","),
            None => node.as_text()?.into_owned(),
        },
        Kind::OperatorData => operator_data(node)?,
        Kind::Text | Kind::Int | Kind::OneOf(_) | Kind::Time => node.as_text()?.into_owned(),
    };
    if field.name == "WORKTIME_TIMEZONE" && jiff::tz::TimeZone::get(text.trim()).is_err() {
        return None;
    }
    field.accept(&text)
}

/// `NAME`, `AVATAR` and `AVATAR_ID` as JSON; nothing of them is the empty text.
fn operator_data(node: &Node) -> Option<String> {
    if node.items().is_some_and(|items| items.is_empty()) {
        return Some(String::new());
    }
    let Node::Map(_) = node else { return None };
    let keys = ["NAME", "AVATAR", "AVATAR_ID"];
    let kept = keys.iter().filter_map(|key| Some(((*key).to_owned(), node.get_any_case(key)?.as_text()?.into())));
    let kept: serde_json::Map<String, serde_json::Value> = kept.collect();
    Some(serde_json::Value::Object(kept).to_string())
}

/// Both forms: objects with `ENTITY_TYPE` and `ENTITY_ID`, and the older `{"U": [ids]}`. Bare ids are employees.
fn queue(node: &Node) -> Result<Option<Vec<(String, i64)>>, RestError> {
    let members: Vec<(String, i64)> = match (node.get_any_case("U").and_then(Node::items), node.items()) {
        (Some(ids), _) => ids.iter().filter_map(|id| employee(id)).collect(),
        (None, Some(items)) => items.iter().filter_map(|item| employee(item).or_else(|| entity(item))).collect(),
        // `QUEUE=` in a form: an empty queue.
        (None, None) if *node == Node::Text(String::new()) => Vec::new(),
        (None, None) => return Ok(None),
    };
    if members.len() > MEMBERS_MAX {
        let text = format!("At most {MEMBERS_MAX} members are allowed in QUEUE: leave some out");
        return Err(RestError::argument("PARAMS", text));
    }
    Ok(Some(members))
}

fn employee(node: &Node) -> Option<(String, i64)> {
    Some(("user".to_owned(), node.as_int().filter(|id| *id > 0)?))
}

fn entity(node: &Node) -> Option<(String, i64)> {
    let kind = node.get_any_case("ENTITY_TYPE")?.as_text()?.to_lowercase();
    let id = node.get_any_case("ENTITY_ID")?.as_int().filter(|id| *id > 0)?;
    matches!(kind.as_str(), "user" | "department").then_some((kind, id))
}
