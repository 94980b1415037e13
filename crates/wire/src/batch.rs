//! The parts of `batch` that are language: its commands and their `$result` references
//! (`contract/platform.md` section 4).

mod reference;

use crate::form::{decode_form, percent_decode};
use crate::json::decode_json_value;
use crate::limits::{DecodeError, Limits};
use crate::node::{Map, Node};
use crate::params::Params;
use crate::path::split_suffix;

pub use reference::{RESOLVED_BYTES_MAX, resolve_references};

/// How many commands run (4.1); the rest is answered with `ERROR_BATCH_LENGTH_EXCEEDED` (P-52).
pub const COMMANDS_MAX: usize = 50;

/// A parsed batch.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// The commands in order, those beyond [`COMMANDS_MAX`] too, but without their parameters:
    /// they never run.
    pub commands: Vec<Command>,
    /// Stop at the first command that fails.
    pub halt: bool,
}

/// One command of a batch.
#[derive(Debug, Clone, PartialEq)]
pub struct Command {
    /// The id under which the answer goes; `0`..`n-1` for a list.
    pub key: String,
    /// Lower case, without leading slash and suffix (P-47). Empty when the command was not
    /// understood, which is an unknown method.
    pub method: String,
    /// Decoded, without `auth` (P-15). An error concerns this command only.
    pub params: Result<Params, DecodeError>,
}

impl Batch {
    /// Reads `cmd` and `halt`. Without a `cmd` that is a container there are no commands (P-53).
    ///
    /// `cmd` may be a list, a map, or a text with either as JSON, which may be percent-encoded once
    /// too often; `halt` any flag.
    #[must_use]
    pub fn parse(mut params: Params, limits: Limits) -> Self {
        let halt = params.get("halt").and_then(Node::as_flag).unwrap_or(false);
        let commands = match params.take("cmd").map(|cmd| unpack(cmd, limits)) {
            Some(Node::List(items)) => {
                let entries = items.into_iter().enumerate().map(|(index, node)| (index.to_string(), node));
                parse_commands(entries, limits)
            }
            Some(Node::Map(map)) => parse_commands(map, limits),
            _ => Vec::new(),
        };
        Self { commands, halt }
    }
}

fn parse_commands(entries: impl IntoIterator<Item = (String, Node)>, limits: Limits) -> Vec<Command> {
    // The commands of one batch share the leaves of one request.
    let limits = Limits { leaves_max: limits.leaves_max / COMMANDS_MAX, ..limits };
    let mut commands = Vec::new();
    for (key, node) in entries {
        let command = if commands.len() < COMMANDS_MAX {
            parse_command(key, node, limits)
        } else {
            Command { key, method: String::new(), params: Ok(Params::default()) }
        };
        commands.push(command);
    }
    commands
}

/// Opens a `cmd` that is a text.
fn unpack(cmd: Node, limits: Limits) -> Node {
    let Node::Text(text) = cmd else { return cmd };
    let text = text.trim_ascii();
    let decoded = match text.get(..3) {
        Some(start) if start.eq_ignore_ascii_case("%7b") || start.eq_ignore_ascii_case("%5b") => {
            percent_decode(text.as_bytes())
        }
        _ => Ok(text.into()),
    };
    let node = decoded.and_then(|json| decode_json_value(json.as_bytes(), limits));
    node.ok().flatten().unwrap_or_default()
}

fn parse_command(key: String, command: Node, limits: Limits) -> Command {
    let (method, params) = match command {
        Node::Text(text) => parse_text(&text, limits),
        Node::Map(_) => {
            let method = command.get_any_case("method").and_then(Node::as_text).unwrap_or_default();
            let params = command.get_any_case("params").cloned().unwrap_or_default();
            (method.into_owned(), parse_params(params, limits))
        }
        Node::List(items) => {
            let mut items = items.into_iter();
            let method = items.next().unwrap_or_default();
            let method = method.as_text().unwrap_or_default().into_owned();
            (method, parse_params(items.next().unwrap_or_default(), limits))
        }
        _ => (String::new(), Ok(Map::new())),
    };
    let params = params.map(|map| {
        let mut params = Params::from(map);
        params.take_auth();
        params
    });
    Command { key, method: method_name(&method), params }
}

/// `method?query`, where the query is percent-encoded once. A whole command that was encoded once
/// more than it was decoded is known by its `%3F` and the missing `?`.
fn parse_text(text: &str, limits: Limits) -> (String, Result<Map, DecodeError>) {
    let is_encoded_twice = !text.contains('?') && (text.contains("%3F") || text.contains("%3f"));
    let text = match percent_decode(text.as_bytes()) {
        Ok(decoded) if is_encoded_twice => decoded,
        _ => text.into(),
    };
    match text.split_once('?') {
        Some((method, query)) => (method.to_owned(), decode_form(query.as_bytes(), limits)),
        None => (text.into_owned(), Ok(Map::new())),
    }
}

/// The parameters of a command that is an object (P-48): an object, or a query string.
fn parse_params(params: Node, limits: Limits) -> Result<Map, DecodeError> {
    match params {
        Node::Map(map) => Ok(map),
        Node::List(items) => Ok(items.into_iter().enumerate().map(|(index, node)| (index.to_string(), node)).collect()),
        Node::Text(query) => decode_form(query.as_bytes(), limits),
        _ => Ok(Map::new()),
    }
}

fn method_name(method: &str) -> String {
    let method = percent_decode(method.as_bytes()).unwrap_or(method.into());
    let method = method.trim().trim_matches('/');
    split_suffix(method).0.to_lowercase()
}
