//! XML rendering of an answer (`contract/platform.md` 1.6, P-19).

use serde_json::Value;

/// Renders an answer as `<response>…</response>`, without an XML declaration.
///
/// Keys become elements, list items `<item>`; a key that is no XML name becomes
/// `<item key="…">`; booleans are `1` and `0`, null is an empty element. Characters that XML cannot
/// carry become U+FFFD.
#[must_use]
pub fn to_xml(answer: &Value) -> String {
    let mut out = String::new();
    element(&mut out, "response", None, answer);
    out
}

fn element(out: &mut String, name: &str, key: Option<&str>, value: &Value) {
    out.push('<');
    out.push_str(name);
    if let Some(key) = key {
        out.push_str(" key=\"");
        escape(out, key);
        out.push('"');
    }
    out.push('>');
    content(out, value);
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}

fn content(out: &mut String, value: &Value) {
    match value {
        Value::Null => {}
        Value::Bool(true) => out.push('1'),
        Value::Bool(false) => out.push('0'),
        Value::Number(number) => out.push_str(&number.to_string()),
        Value::String(text) => escape(out, text),
        Value::Array(items) => items.iter().for_each(|item| element(out, "item", None, item)),
        Value::Object(map) => {
            for (key, item) in map {
                if is_name(key) {
                    element(out, key, None, item);
                } else {
                    element(out, "item", Some(key), item);
                }
            }
        }
    }
}

/// The ASCII part of XML names; other alphabets are not worth a table here.
fn is_name(key: &str) -> bool {
    let mut bytes = key.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
}

fn escape(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' => out.push(character),
            // A bare carriage return would be read as a line feed.
            '\r' => out.push_str("&#13;"),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(character),
        }
    }
}
