//! What the API's description says of texts that are one of a few words.

use desk::grounds::Word;
use desk::hindrance::Hindrance;
use desk::messages::Direction;
use desk::presence::Presence;
use desk::sessions::Status;
use desk::{deliveries, files, labels};
use serde_json::{Value, json};

/// States of a session.
pub(crate) fn statuses() -> Vec<&'static str> {
    Status::ALL.iter().map(|status| status.as_str()).collect()
}

/// A list's entries, each a state of a session.
pub(crate) fn status_items() -> Value {
    json!({ "type": "string", "enum": statuses() })
}

/// What an employee says of being at work.
pub(crate) fn presences() -> Vec<&'static str> {
    Presence::ALL.iter().map(|presence| presence.as_str()).collect()
}

/// The same, or nothing.
pub(crate) fn presences_or_none() -> Vec<Option<&'static str>> {
    presences().into_iter().map(Some).chain([None]).collect()
}

/// Why a session went to whom it went.
pub(crate) fn grounds() -> Value {
    json!(Word::ALL)
}

/// Where a message comes from.
pub(crate) fn directions() -> [&'static str; 4] {
    [Direction::In, Direction::Out, Direction::System, Direction::Note].map(Direction::as_str)
}

/// States of a delivery.
pub(crate) fn delivery_states() -> Vec<&'static str> {
    deliveries::State::ALL.iter().map(|state| state.as_str()).collect()
}

/// Why a planned message came back, or nothing.
pub(crate) fn hindrances() -> Vec<Option<&'static str>> {
    Hindrance::ALL.iter().map(|hindrance| Some(hindrance.as_str())).chain([None]).collect()
}

/// States of a file.
pub(crate) fn file_states() -> [&'static str; 3] {
    use files::State::{Failed, Loading, Ready};
    [Loading, Ready, Failed].map(files::State::as_str)
}

/// Priorities of a chat.
pub(crate) fn priorities() -> Vec<i64> {
    (0..=labels::PRIORITY_MAX).collect()
}
