//! `imopenlines.config.list.get`

use desk::lines::{self, Line};
use desk::queue;
use desk::users::User;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};
use store::Tx;
use wire::node::Node;

use super::super::super::{Call, Outcome, RestError};
use super::query::{Query, invalid, map};
use super::shown;
use crate::app::{App, SharedApp};

/// Parameters of `imopenlines.config.list.get`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(in super::super) struct ListParams {
    /// `select`, `order`, `filter`, `limit`, `offset`.
    params: Option<Node>,
    /// `QUEUE`, `CONFIG_QUEUE`, `CHECK_PERMISSION`.
    options: Option<Node>,
}

/// What to add to each line, and which lines to leave out.
#[derive(Debug, Clone, Copy, Default)]
struct Options {
    queue: bool,
    config_queue: bool,
    permission: Option<Permission>,
}

/// What a caller may do with a line: our own names, because the documented map is not public (D-55).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Permission {
    /// `VIEW`: see its dialogues, that is, be in its queue or be able to change it.
    View,
    /// `MODIFY`: change and delete it.
    Modify,
}

impl Options {
    fn read(node: Option<&Node>) -> Result<Options, RestError> {
        let mut options = Options::default();
        let Some(given) = map("OPTIONS", node)? else { return Ok(options) };
        let known = ["QUEUE", "CONFIG_QUEUE", "CHECK_PERMISSION"];
        let unknown: Vec<&str> = given.keys().map(String::as_str).filter(|key| !known.contains(key)).collect();
        if !unknown.is_empty() {
            return Err(invalid(format!("Unsupported OPTIONS fields are passed: {}", unknown.join(", "))));
        }
        for (key, node) in given {
            if key == "CHECK_PERMISSION" {
                options.permission = permission(node)?;
                continue;
            }
            if matches!(node, Node::List(_) | Node::Map(_)) {
                return Err(invalid(format!("A wrong format for the OPTIONS field '{key}' is passed")));
            }
            let on = node.as_flag() == Some(true);
            if key == "QUEUE" { options.queue = on } else { options.config_queue = on }
        }
        Ok(options)
    }
}

fn permission(node: &Node) -> Result<Option<Permission>, RestError> {
    if *node == Node::Null {
        return Ok(None);
    }
    match node.as_text().unwrap_or_default().to_uppercase().as_str() {
        "VIEW" => Ok(Some(Permission::View)),
        "MODIFY" => Ok(Some(Permission::Modify)),
        _ => Err(invalid("An unknown value for the OPTIONS field 'CHECK_PERMISSION' is passed")),
    }
}

/// `imopenlines.config.list.get`
pub(in super::super) async fn list(call: Call, params: ListParams) -> Outcome {
    let query = Query::read(params.params.as_ref())?;
    let options = Options::read(params.options.as_ref())?;
    let (app, caller) = (SharedApp::clone(&call.app), call.caller.user.clone());
    let rows = call
        .read(move |tx| {
            let mut found = Vec::new();
            for line in lines::list(tx)? {
                if query.matches(&line) && is_allowed(tx, &line, &caller, options.permission)? {
                    found.push(line);
                }
            }
            query.sort(&mut found);
            let page = found.iter().skip(query.offset).take(query.limit);
            page.map(|line| row(&app, tx, line, &query, options)).collect::<desk::Result<Vec<Value>>>()
        })
        .await?;
    Ok(Value::Array(rows).into())
}

fn is_allowed(tx: &mut Tx<'_>, line: &Line, caller: &User, permission: Option<Permission>) -> desk::Result<bool> {
    Ok(match permission {
        None => true,
        Some(Permission::Modify) => lines::may_change(line, caller),
        Some(Permission::View) => lines::may_change(line, caller) || queue::contains(tx, line.id, caller.id)?,
    })
}

fn row(app: &App, tx: &mut Tx<'_>, line: &Line, query: &Query, options: Options) -> desk::Result<Value> {
    let mut row: Map<String, Value> = match &query.select {
        None => shown::fields(line),
        Some(select) => {
            select.iter().map(|(alias, name)| (alias.clone(), shown::field(line, name).unwrap_or_default())).collect()
        }
    };
    if options.queue {
        row.extend(shown::list_queue(app, &shown::operators(tx, line.id)?));
    }
    if options.config_queue {
        row.extend([shown::config_queue(&queue::members(tx, line.id)?)]);
    }
    Ok(Value::Object(row))
}
