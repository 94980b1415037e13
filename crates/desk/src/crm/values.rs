//! The fields of items that have no column: rows of `crm_values`, with what filters compare beside each value.

use sha2::{Digest, Sha256};
use store::{Param, params};

use super::Type;
use super::items::Input;
use crate::{Change, Result};

/// Replaces these fields of an item.
pub(super) fn write(change: &mut Change<'_, '_>, item_type: Type, id: i64, values: &[(String, Input)]) -> Result<()> {
    let type_id = item_type.id();
    let gone: Vec<_> = values.iter().map(|(name, _)| params![type_id, id, name.as_str()].to_vec()).collect();
    change.tx.execute_each("DELETE FROM crm_values WHERE type_id = ?1 AND item_id = ?2 AND name = ?3", &gone)?;
    let mut rows: Vec<Vec<Param<'_>>> = Vec::new();
    let mut push = |name: &str, position: i64, value: String, number: Option<f64>| {
        let folded = fold(&value);
        let digest = digest(&folded);
        rows.push(params![type_id, id, name.to_owned(), position, value, folded, number, digest].to_vec());
    };
    let mut written: Vec<&str> = Vec::new();
    for (name, input) in values.iter().rev() {
        // Of a field that is named twice the last counts.
        if written.contains(&name.as_str()) {
            continue;
        }
        written.push(name);
        match input {
            Input::Clear => {}
            Input::Text(text) if text.is_empty() => {}
            Input::Text(text) => push(name, 0, text.clone(), text.trim().parse().ok().filter(|n: &f64| n.is_finite())),
            #[expect(clippy::cast_precision_loss, reason = "ids and moments are far below 2^53")]
            Input::Int(number) => push(name, 0, number.to_string(), Some(*number as f64)),
            Input::Real(number) => push(name, 0, number.to_string(), Some(*number)),
            Input::List(list) => {
                for (position, text) in (1..).zip(list) {
                    push(name, position, text.clone(), text.trim().parse().ok().filter(|n: &f64| n.is_finite()));
                }
            }
        }
    }
    change.tx.execute_each(
        "INSERT INTO crm_values (type_id, item_id, name, position, value, folded, number, digest) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        &rows,
    )?;
    Ok(())
}

/// The form in which texts are compared: small letters.
pub(super) fn fold(text: &str) -> String {
    text.trim().to_lowercase()
}

/// A number that is equal for equal texts: the first eight bytes of the SHA-256.
pub(super) fn digest(folded: &str) -> i64 {
    let hash = Sha256::digest(folded.as_bytes());
    let bytes: [u8; 8] = hash[..8].try_into().expect("eight of 32 bytes");
    i64::from_be_bytes(bytes)
}
