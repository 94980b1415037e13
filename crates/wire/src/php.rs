//! PHP's array rules: in JSON answers (`contract/platform.md` 1.5) and in form-encoded events (D-71).

use std::borrow::Cow;

use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::ser::{Serialize, Serializer};
use serde_json::Value;

use crate::node::index_of_key;

/// An ordered map that serialises as PHP arrays do: `[]` when empty, an array when its keys are
/// exactly `0`..`n-1` in order, else an object.
#[derive(Debug, Clone, PartialEq)]
pub struct PhpMap<V>(IndexMap<String, V>);

impl<V> PhpMap<V> {
    /// An empty map.
    #[must_use]
    pub fn new() -> Self {
        Self(IndexMap::new())
    }

    /// Sets a value; returns the one it replaces.
    pub fn insert(&mut self, key: impl Into<String>, value: V) -> Option<V> {
        self.0.insert(key.into(), value)
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&V> {
        self.0.get(key)
    }

    /// Number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True without entries.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The entries in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &V)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// The map itself, such as the earlier results that [`crate::batch::resolve_references`] reads.
    #[must_use]
    pub fn as_index_map(&self) -> &IndexMap<String, V> {
        &self.0
    }

    fn is_list(&self) -> bool {
        self.0.keys().zip(0_i64..).all(|(key, index)| index_of_key(key) == Some(index))
    }
}

impl<V> Default for PhpMap<V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: Into<String>, V> FromIterator<(K, V)> for PhpMap<V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        Self(entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }
}

impl<K: Into<String>, V> Extend<(K, V)> for PhpMap<V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        self.0.extend(entries.into_iter().map(|(key, value)| (key.into(), value)));
    }
}

impl<V: Serialize> Serialize for PhpMap<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.is_list() { serializer.collect_seq(self.0.values()) } else { serializer.collect_map(&self.0) }
    }
}

impl<V: JsonSchema> JsonSchema for PhpMap<V> {
    fn schema_name() -> Cow<'static, str> {
        format!("PhpMap_{}", V::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let value = generator.subschema_for::<V>();
        json_schema!({"anyOf": [
            {"type": "array", "items": value},
            {"type": "object", "additionalProperties": value},
        ]})
    }

    fn inline_schema() -> bool {
        true
    }
}

/// [`PhpMap`] as a finished JSON value.
#[must_use]
pub fn php_map(entries: impl IntoIterator<Item = (String, Value)>) -> Value {
    let map: PhpMap<Value> = entries.into_iter().collect();
    if map.is_list() { Value::Array(map.0.into_values().collect()) } else { Value::Object(map.0.into_iter().collect()) }
}

/// Encodes an event body as PHP's `http_build_query` does (D-71, `contract/platform.md` 6.3).
///
/// Nested keys in percent-encoded brackets, list indices from 0, `true` as `1`, `false` as `0`, null
/// and empty containers omitted, empty texts kept, spaces as `+`.
///
/// ```
/// let data = serde_json::json!({"CONNECTOR": "wa", "MESSAGES": [{"im": {"chat_id": 13}}]});
/// let body = wire::php::encode_form(&[("event", "ONX".into()), ("data", data)]);
/// assert_eq!(body, "event=ONX&data%5BCONNECTOR%5D=wa&data%5BMESSAGES%5D%5B0%5D%5Bim%5D%5Bchat_id%5D=13");
/// ```
#[must_use]
pub fn encode_form(fields: &[(&str, Value)]) -> String {
    let mut body = String::new();
    let mut name = String::new();
    for (key, value) in fields {
        append_field(&mut body, &mut name, key, value);
    }
    body
}

/// [`encode_form`] for the fields of an object.
#[must_use]
pub fn encode_form_object(fields: &serde_json::Map<String, Value>) -> String {
    let mut body = String::new();
    let mut name = String::new();
    for (key, value) in fields {
        append_field(&mut body, &mut name, key, value);
    }
    body
}

fn append_field(body: &mut String, name: &mut String, key: &str, value: &Value) {
    name.clear();
    append_encoded(name, key);
    append_value(body, name, value);
}

/// `name` is the encoded name so far; it is the same again afterwards.
fn append_value(body: &mut String, name: &mut String, value: &Value) {
    let text = match value {
        Value::Null => return,
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                append_child(body, name, &index.to_string(), item);
            }
            return;
        }
        Value::Object(map) => {
            for (key, item) in map {
                append_child(body, name, key, item);
            }
            return;
        }
        Value::Bool(true) => Cow::Borrowed("1"),
        Value::Bool(false) => Cow::Borrowed("0"),
        Value::String(text) => Cow::Borrowed(text.as_str()),
        Value::Number(number) => Cow::Owned(php_number(number)),
    };
    if !body.is_empty() {
        body.push('&');
    }
    body.push_str(name);
    body.push('=');
    append_encoded(body, &text);
}

fn append_child(body: &mut String, name: &mut String, key: &str, value: &Value) {
    let parent = name.len();
    name.push_str("%5B");
    append_encoded(name, key);
    name.push_str("%5D");
    append_value(body, name, value);
    name.truncate(parent);
}

/// PHP writes a whole float without its fraction.
fn php_number(number: &serde_json::Number) -> String {
    let text = number.to_string();
    match text.strip_suffix(".0") {
        Some(whole) => whole.to_owned(),
        None => text,
    }
}

/// PHP's `urlencode`: letters, digits and `-_.` stay, a space is `+`.
fn append_encoded(out: &mut String, text: &str) {
    const KEPT: percent_encoding::AsciiSet =
        percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b' ');
    for piece in percent_encoding::utf8_percent_encode(text, &KEPT) {
        // A space is the only character that passes and must still change.
        let mut rest = piece;
        while let Some(space) = rest.find(' ') {
            out.push_str(&rest[..space]);
            out.push('+');
            rest = &rest[space + 1..];
        }
        out.push_str(rest);
    }
}
