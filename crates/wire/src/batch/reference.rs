//! `$result[id][path]…` in the values of a command (`contract/platform.md` 4.2).

use indexmap::IndexMap;
use serde_json::Value;

use crate::node::{Map, Node, index_of_key};

/// How many bytes the references of one command may bring in, counted roughly. Without a bound a
/// text full of references to one long result would fill the memory. Beyond it references stay
/// unresolved.
pub const RESOLVED_BYTES_MAX: usize = 16 * 1024 * 1024;

const OPENING: &str = "$result[";

/// Replaces references to the results of earlier commands, in values only (P-50).
///
/// A value that is nothing but one reference to an array or object becomes that array or object;
/// within longer text it becomes empty (P-49). Scalars become text: `true` is `1`, `false` and null
/// are empty. A reference that leads nowhere stays as it is. `results` holds the commands that
/// succeeded, by id.
pub fn resolve_references(params: &mut Map, results: &IndexMap<String, Value>) {
    let mut resolver = Resolver { results, bytes_left: RESOLVED_BYTES_MAX };
    params.values_mut().for_each(|node| resolver.resolve(node));
}

struct Resolver<'a> {
    results: &'a IndexMap<String, Value>,
    bytes_left: usize,
}

impl<'a> Resolver<'a> {
    fn resolve(&mut self, node: &mut Node) {
        match node {
            Node::Text(text) => {
                if let Some(resolved) = self.resolve_text(text) {
                    *node = resolved;
                }
            }
            Node::List(items) => items.iter_mut().for_each(|item| self.resolve(item)),
            Node::Map(map) => map.values_mut().for_each(|item| self.resolve(item)),
            Node::Null | Node::Bool(_) | Node::Number(_) => {}
        }
    }

    /// `None` when there is nothing to replace.
    fn resolve_text(&mut self, text: &str) -> Option<Node> {
        let mut resolved = String::new();
        let mut copied = 0;
        let mut from = 0;
        while let Some(found) = text[from..].find(OPENING) {
            let start = from + found;
            let Some(end) = reference_end(text, start) else {
                from = start + OPENING.len();
                continue;
            };
            from = end;
            let Some(value) = self.find(&text[start..end]) else {
                continue;
            };
            if (start, end) == (0, text.len()) && (value.is_array() || value.is_object()) {
                return Some(Node::from(value.clone()));
            }
            resolved.push_str(&text[copied..start]);
            append_scalar(&mut resolved, value);
            copied = end;
        }
        if copied == 0 {
            return None;
        }
        resolved.push_str(&text[copied..]);
        Some(Node::Text(resolved))
    }

    /// The value a reference leads to, if the bound allows it.
    fn find(&mut self, reference: &str) -> Option<&'a Value> {
        let mut segments = reference[OPENING.len() - 1..].split(['[', ']']).filter(|segment| !segment.is_empty());
        let first = self.results.get(segments.next()?)?;
        let value = segments.try_fold(first, |value, segment| match value {
            Value::Object(map) => map.get(segment),
            Value::Array(items) => items.get(usize::try_from(index_of_key(segment)?).ok()?),
            _ => None,
        })?;
        // After the first refusal nothing more is measured, so that measuring is bounded as well.
        self.bytes_left = weight(value, self.bytes_left).unwrap_or(0);
        (self.bytes_left > 0).then_some(value)
    }
}

/// The end of `$result[a][b]…` that starts here; `None` if its first bracket is not one.
fn reference_end(text: &str, start: usize) -> Option<usize> {
    let mut end = None;
    let mut at = start + OPENING.len() - 1;
    while text[at..].starts_with('[') {
        let inner = at + 1;
        let Some(length) = text[inner..].find(['[', ']']) else {
            break;
        };
        if length == 0 || !text[inner + length..].starts_with(']') {
            break;
        }
        at = inner + length + 1;
        end = Some(at);
    }
    end
}

/// What is left of the budget after this value; `None` when it does not suffice.
fn weight(value: &Value, bytes_left: usize) -> Option<usize> {
    /// About what a node costs besides its text.
    const NODE_BYTES: usize = 32;
    let bytes_left = bytes_left.checked_sub(NODE_BYTES)?;
    match value {
        Value::String(text) => bytes_left.checked_sub(text.len()),
        Value::Array(items) => items.iter().try_fold(bytes_left, |left, item| weight(item, left)),
        Value::Object(map) => {
            map.iter().try_fold(bytes_left, |left, (key, item)| weight(item, left.checked_sub(key.len())?))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => Some(bytes_left),
    }
}

fn append_scalar(out: &mut String, value: &Value) {
    match value {
        Value::String(text) => out.push_str(text),
        Value::Number(number) => out.push_str(&number.to_string()),
        Value::Bool(true) => out.push('1'),
        Value::Bool(false) | Value::Null | Value::Array(_) | Value::Object(_) => {}
    }
}
