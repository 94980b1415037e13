//! Which data of an operator the customer sees (`OPERATOR_DATA`, D-76).

use serde_json::Value;
use store::Tx;

use crate::lines::Line;
use crate::{Result, users};

/// The name under which an operator writes: that of the profile, the one that the line gives all its operators, or none.
///
/// # Errors
/// Those of the database.
pub fn name(tx: &mut Tx<'_>, line: Option<&Line>, operator_id: i64) -> Result<Option<String>> {
    if operator_id == 0 {
        return Ok(None);
    }
    let name = match line.and_then(|line| line.settings.text("OPERATOR_DATA")) {
        Some("hide") => None,
        Some("queue") => line.and_then(given_name),
        _ => users::find(tx, operator_id)?.map(|user| user.full_name()),
    };
    Ok(name.filter(|name| !name.is_empty()))
}

/// `NAME` of `DEFAULT_OPERATOR_DATA`.
fn given_name(line: &Line) -> Option<String> {
    let data: Value = serde_json::from_str(line.settings.text("DEFAULT_OPERATOR_DATA")?).ok()?;
    Some(data.get("NAME")?.as_str()?.trim().to_owned())
}
