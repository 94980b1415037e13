//! A parameter tree, and the value reading rules of `contract/platform.md` section 1.3.

use std::borrow::Cow;

use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::{Number, Value};

use crate::limits::Meter;

/// Parameters by name, in the order in which they were sent. Equality does not look at the order.
pub type Map = IndexMap<String, Node>;

/// One value as a client sent it: JSON types from a JSON body, texts from a form.
///
/// Texts never contain U+0000: decoders replace it by U+FFFD, because PostgreSQL cannot store it
/// and refusing the whole message would lose it.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Node {
    /// JSON `null`; the same as "not given" for optional parameters.
    #[default]
    Null,
    /// JSON `true` and `false`.
    Bool(bool),
    /// A JSON number.
    Number(Number),
    /// Any text; the only scalar of form encodings.
    Text(String),
    /// A JSON array, or a bracket container whose keys are exactly 0..n-1 in order.
    List(Vec<Node>),
    /// A JSON object, or any other bracket container.
    Map(Map),
}

impl Node {
    /// The value as text: numbers in decimal, `true` as `1`, `false` as the empty text.
    /// `None` for null and containers.
    #[must_use]
    pub fn as_text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Text(text) => Some(Cow::Borrowed(text)),
            Self::Number(number) => Some(Cow::Owned(number.to_string())),
            Self::Bool(true) => Some(Cow::Borrowed("1")),
            Self::Bool(false) => Some(Cow::Borrowed("")),
            Self::Null | Self::List(_) | Self::Map(_) => None,
        }
    }

    /// The value as integer: an integral JSON number (`107` or `107.0`) or a decimal text with
    /// surrounding spaces. `None` for everything else, booleans included.
    #[must_use]
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Self::Number(number) => number.as_i64().or_else(|| number.as_f64().and_then(whole)),
            Self::Text(text) => text.trim().parse().ok(),
            Self::Null | Self::Bool(_) | Self::List(_) | Self::Map(_) => None,
        }
    }

    /// The value as yes or no: `Y` `N` `1` `0` `true` `false` in any case, booleans, numbers 0 and 1.
    /// `None` for everything else, the empty text included.
    #[must_use]
    pub fn as_flag(&self) -> Option<bool> {
        match self {
            Self::Bool(flag) => Some(*flag),
            Self::Number(_) => match self.as_int() {
                Some(0) => Some(false),
                Some(1) => Some(true),
                _ => None,
            },
            Self::Text(text) => flag_of_text(text.trim()),
            Self::Null | Self::List(_) | Self::Map(_) => None,
        }
    }

    /// "Null or empty" of `contract/openlines.md` 0.3: null, `""`, `[]` and `{}`.
    /// `0`, `"0"` and `false` are values (D-06). For a parameter that may be absent use [`is_absent`].
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Text(text) => text.is_empty(),
            Self::List(items) => items.is_empty(),
            Self::Map(map) => map.is_empty(),
            Self::Bool(_) | Self::Number(_) => false,
        }
    }

    /// The entry of a map with exactly this key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        match self {
            Self::Map(map) => map.get(key),
            _ => None,
        }
    }

    /// The entry of a map with exactly this key, else the last one whose key differs in ASCII case
    /// only (`user.ID`, `message.TEXT`; `contract/clients.md` rule 12).
    #[must_use]
    pub fn get_any_case(&self, key: &str) -> Option<&Node> {
        match self {
            Self::Map(map) => find_any_case(map, key).map(|index| &map[index]),
            _ => None,
        }
    }

    /// The elements of an array: of a list, or of a map all of whose keys are numbers, in the order
    /// sent. `None` for scalars and other maps.
    ///
    /// A list of one empty text has no elements: `k[]=` is how b24pysdk writes an empty array.
    #[must_use]
    pub fn items(&self) -> Option<Vec<&Node>> {
        match self {
            Self::List(items) if is_blank_list(items) => Some(Vec::new()),
            Self::List(items) => Some(items.iter().collect()),
            Self::Map(map) if has_number_keys(map) => Some(map.values().collect()),
            _ => None,
        }
    }

    /// [`Node::items`], taking the elements out; the node comes back if it is not an array.
    ///
    /// # Errors
    /// The node itself when it is a scalar or a map with other keys than numbers.
    pub fn into_items(self) -> Result<Vec<Node>, Node> {
        match self {
            Self::List(items) if is_blank_list(&items) => Ok(Vec::new()),
            Self::List(items) => Ok(items),
            Self::Map(map) if has_number_keys(&map) => Ok(map.into_values().collect()),
            other => Err(other),
        }
    }

    /// The value at the end of a path of keys and list indices.
    #[must_use]
    pub fn at(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, key| match node {
            Self::Map(map) => map.get(*key),
            Self::List(items) => items.get(usize::try_from(index_of_key(key)?).ok()?),
            _ => None,
        })
    }
}

/// True when a parameter is absent or "null or empty" (see [`Node::is_empty`]).
#[must_use]
pub fn is_absent(node: Option<&Node>) -> bool {
    node.is_none_or(Node::is_empty)
}

/// Position of the entry with exactly this key, else of the last one that differs in ASCII case.
pub(crate) fn find_any_case(map: &Map, key: &str) -> Option<usize> {
    map.get_index_of(key).or_else(|| map.keys().rposition(|name| name.eq_ignore_ascii_case(key)))
}

/// The integer that PHP would use for this array key: canonical decimal, no sign but minus, no
/// leading zeros.
pub(crate) fn index_of_key(key: &str) -> Option<i64> {
    let digits = key.strip_prefix('-').unwrap_or(key);
    let canonical = match digits.as_bytes() {
        [] => false,
        [b'0'] => digits.len() == key.len(),
        [b'1'..=b'9', rest @ ..] => rest.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    if canonical { key.parse().ok() } else { None }
}

/// Replaces U+0000, see [`Node`].
pub(crate) fn without_nul(text: String) -> String {
    if text.as_bytes().contains(&0) { text.replace('\0', "\u{fffd}") } else { text }
}

fn is_blank_list(items: &[Node]) -> bool {
    matches!(items, [Node::Text(text)] if text.is_empty())
}

fn has_number_keys(map: &Map) -> bool {
    map.keys().all(|key| index_of_key(key).is_some())
}

fn whole(number: f64) -> Option<i64> {
    // Beyond 2^53 a double does not name one integer.
    const EXACT_MAX: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() <= EXACT_MAX {
        #[expect(clippy::cast_possible_truncation, reason = "integral and within 2^53")]
        return Some(number as i64);
    }
    None
}

fn flag_of_text(text: &str) -> Option<bool> {
    const YES: [&str; 3] = ["y", "1", "true"];
    const NO: [&str; 3] = ["n", "0", "false"];
    if YES.iter().any(|word| word.eq_ignore_ascii_case(text)) {
        return Some(true);
    }
    NO.iter().any(|word| word.eq_ignore_ascii_case(text)).then_some(false)
}

impl From<Value> for Node {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(flag) => Self::Bool(flag),
            Value::Number(number) => Self::Number(number),
            Value::String(text) => Self::Text(without_nul(text)),
            Value::Array(items) => Self::List(items.into_iter().map(Self::from).collect()),
            Value::Object(map) => {
                Self::Map(map.into_iter().map(|(key, value)| (without_nul(key), Self::from(value))).collect())
            }
        }
    }
}

impl From<Node> for Value {
    fn from(node: Node) -> Self {
        match node {
            Node::Null => Self::Null,
            Node::Bool(flag) => Self::Bool(flag),
            Node::Number(number) => Self::Number(number),
            Node::Text(text) => Self::String(text),
            Node::List(items) => Self::Array(items.into_iter().map(Self::from).collect()),
            Node::Map(map) => Self::Object(map.into_iter().map(|(key, node)| (key, Self::from(node))).collect()),
        }
    }
}

impl From<&str> for Node {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl From<String> for Node {
    fn from(text: String) -> Self {
        Self::Text(without_nul(text))
    }
}

impl From<i64> for Node {
    fn from(number: i64) -> Self {
        Self::Number(number.into())
    }
}

impl From<bool> for Node {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(flag) => serializer.serialize_bool(*flag),
            Self::Number(number) => number.serialize(serializer),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => serializer.collect_seq(items),
            Self::Map(map) => serializer.collect_map(map),
        }
    }
}

impl<'de> serde::Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        NodeSeed { meter: &Meter::unlimited(), depth: 0 }.deserialize(deserializer)
    }
}

impl JsonSchema for Node {
    fn schema_name() -> Cow<'static, str> {
        "Any".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        true.into()
    }

    fn inline_schema() -> bool {
        true
    }
}

/// Reads one value of any type and counts it.
pub(crate) struct NodeSeed<'m> {
    pub(crate) meter: &'m Meter,
    pub(crate) depth: usize,
}

impl NodeSeed<'_> {
    fn leaf<E: serde::de::Error>(&self, node: Node) -> Result<Node, E> {
        self.meter.leaf().map_err(E::custom)?;
        Ok(node)
    }
}

impl<'de> DeserializeSeed<'de> for NodeSeed<'_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for NodeSeed<'_> {
    type Value = Node;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Node, E> {
        self.leaf(Node::Null)
    }

    fn visit_none<E: serde::de::Error>(self) -> Result<Node, E> {
        self.leaf(Node::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_bool<E: serde::de::Error>(self, flag: bool) -> Result<Node, E> {
        self.leaf(Node::Bool(flag))
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<Node, E> {
        self.leaf(Node::Number(number.into()))
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Node, E> {
        self.leaf(Node::Number(number.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Node, E> {
        self.leaf(Number::from_f64(number).map_or(Node::Null, Node::Number))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Node, E> {
        self.leaf(Node::from(text))
    }

    fn visit_string<E: serde::de::Error>(self, text: String) -> Result<Node, E> {
        self.leaf(Node::from(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        use serde::de::Error;
        self.meter.container().map_err(A::Error::custom)?;
        let depth = self.depth + 1;
        let mut items = Vec::new();
        while let Some(item) = access.next_element_seed(Deeper { meter: self.meter, depth })? {
            items.push(item);
        }
        if items.is_empty() { self.leaf(Node::List(items)) } else { Ok(Node::List(items)) }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        use serde::de::Error;
        self.meter.container().map_err(A::Error::custom)?;
        let depth = self.depth + 1;
        let mut map = Map::new();
        while let Some(key) = access.next_key::<String>()? {
            let value = access.next_value_seed(Deeper { meter: self.meter, depth })?;
            map.insert(without_nul(key), value);
        }
        if map.is_empty() { self.leaf(Node::Map(map)) } else { Ok(Node::Map(map)) }
    }
}

/// A [`NodeSeed`] that checks its depth before it descends.
struct Deeper<'m> {
    meter: &'m Meter,
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Deeper<'_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        self.meter.depth(self.depth).map_err(serde::de::Error::custom)?;
        NodeSeed { meter: self.meter, depth: self.depth }.deserialize(deserializer)
    }
}
