//! JSON bodies (`contract/platform.md` 1.3, P-08, P-11).

use serde::de::DeserializeSeed;

use crate::limits::{DecodeError, Limits, Meter};
use crate::node::{Map, Node, NodeSeed};

/// Decodes a JSON body into parameters; the values keep their JSON types.
///
/// An empty body and `[]` mean "no parameters". A byte order mark is skipped, of a repeated key the
/// last value wins, U+0000 becomes U+FFFD.
///
/// # Errors
/// [`DecodeError::Json`] for malformed JSON and for a root that is not an object; the other variants
/// when a limit is exceeded or the bytes are not UTF-8.
pub fn decode_json(body: &[u8], limits: Limits) -> Result<Map, DecodeError> {
    match decode_json_value(body, limits)? {
        None => Ok(Map::new()),
        Some(Node::Map(map)) => Ok(map),
        Some(Node::List(items)) if items.is_empty() => Ok(Map::new()),
        Some(_) => Err(DecodeError::Json { line: 0, column: 0 }),
    }
}

/// Decodes any JSON text within the limits; `None` when there is nothing but blanks.
///
/// For parameters that hold JSON in a text (`ATTACH`, `KEYBOARD`, the `cmd` of a batch).
///
/// # Errors
/// As [`decode_json`], but any root type is right.
pub fn decode_json_value(body: &[u8], limits: Limits) -> Result<Option<Node>, DecodeError> {
    let text = std::str::from_utf8(body).map_err(|_| DecodeError::NotUtf8)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim_ascii().is_empty() {
        return Ok(None);
    }
    let meter = Meter::new(limits);
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let decoded = NodeSeed { meter: &meter, depth: 0 }
        .deserialize(&mut deserializer)
        .and_then(|node| deserializer.end().map(|()| node));
    decoded.map(Some).map_err(|error| match (meter.failure(), is_too_deep_for_serde(&error)) {
        (Some(limit), _) => limit,
        (None, true) => DecodeError::TooDeep { depth_max: limits.depth_max },
        (None, false) => DecodeError::Json { line: error.line(), column: error.column() },
    })
}

/// `serde_json` has its own bound of 128 levels, which guards the stack if somebody raises ours.
fn is_too_deep_for_serde(error: &serde_json::Error) -> bool {
    error.is_syntax() && error.to_string().starts_with("recursion limit exceeded")
}
