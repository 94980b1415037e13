//! The wire language as tables of cases: what clients send, what they find.

mod answers;
mod batch;
mod bbcode;
mod forms;
mod hostile;
mod params;
mod paths;
mod reading;

use wire::{Map, Node};

/// A tree as JSON text, so that order counts.
fn shown(map: &Map) -> String {
    serde_json::to_string(&Node::Map(map.clone())).expect("a tree is JSON")
}
