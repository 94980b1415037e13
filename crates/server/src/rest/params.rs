//! Checks of parameters that many methods share (`contract/openlines.md` 0.3, E-ARG).

use jiff::civil;
use jiff::tz::TimeZone;
use wire::node::{Node, is_absent};

use super::RestError;

/// The text of a required parameter.
///
/// # Errors
/// `ERROR_ARGUMENT` when it is absent, null, empty, or no text.
pub(crate) fn required_text(node: Option<&Node>, name: &'static str) -> Result<String, RestError> {
    if is_absent(node) {
        return Err(RestError::empty_argument(name));
    }
    let text = node.and_then(Node::as_text).ok_or_else(|| invalid_type(name))?;
    Ok(text.trim().to_owned())
}

/// The number of a required parameter.
///
/// # Errors
/// `ERROR_ARGUMENT` when it is absent, null, empty, or no whole number.
pub(crate) fn required_int(node: Option<&Node>, name: &'static str) -> Result<i64, RestError> {
    if is_absent(node) {
        return Err(RestError::empty_argument(name));
    }
    node.and_then(Node::as_int).ok_or_else(|| invalid_type(name))
}

fn invalid_type(name: &'static str) -> RestError {
    RestError::argument(name, format!("The value of an argument '{name}' has an invalid type"))
}

/// A date or date with time, ISO 8601 or `DD.MM.YYYY [HH:MM:SS]`; without an offset it is the portal's time.
pub(crate) fn moment(text: &str, time_zone: &TimeZone) -> Option<jiff::Timestamp> {
    let text = text.to_uppercase();
    if let Ok(at) = text.parse::<jiff::Timestamp>() {
        return Some(at);
    }
    let local = text.parse::<civil::DateTime>().ok();
    let local = local.or_else(|| civil::DateTime::strptime("%d.%m.%Y %H:%M:%S", &text).ok());
    let local = local.or_else(|| civil::Date::strptime("%d.%m.%Y", &text).ok().map(civil::Date::into));
    Some(local?.to_zoned(time_zone.clone()).ok()?.timestamp())
}
