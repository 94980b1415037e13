//! `trunkline line`: the open lines.

use clap::{Args, Subcommand};
use desk::{connectors, lines, queue};
use serde_json::{Value, json};
use server::provision;

use super::output;
use super::settings::{Common, Portal, with_portal};

/// Lists the open lines and shows their codes. They are made and changed through the API (imopenlines.config.add, .update).
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the lines with their queues and connectors
    List(Common),
    /// Print the code by which applications know a line (imopenlines.network.*); made when it is first asked for
    Code(Code),
}

#[derive(Debug, Args)]
struct Code {
    /// The line's id
    line: i64,
    #[command(flatten)]
    portal: Portal,
}

struct Listed {
    line: lines::Line,
    queue: Vec<String>,
    connectors: Vec<String>,
}

pub async fn run(arguments: Arguments) -> Result<(), String> {
    match arguments.action {
        Action::List(given) => list(given).await,
        Action::Code(given) => code(given).await,
    }
}

async fn code(given: Code) -> Result<(), String> {
    let line_id = given.line;
    let code = with_portal(&given.portal, async |app| {
        let made = provision::line_code(&app, line_id);
        made.await.map_err(|error| format!("the code of line {line_id}: {error}"))
    })
    .await?;
    output::line(code);
    Ok(())
}

async fn list(list: Common) -> Result<(), String> {
    let found = with_portal(&list.portal, async |app| {
        app.read(read).await.map_err(|error| format!("listing the lines: {error}"))
    })
    .await?;
    if list.json {
        output::json(&found.iter().map(described).collect());
        return Ok(());
    }
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|one| {
            let state = if one.line.active { "active" } else { "inactive" };
            let lists = [one.queue.join(","), one.connectors.join(",")];
            [vec![one.line.id.to_string(), one.line.name.clone(), state.to_owned()], lists.to_vec()].concat()
        })
        .collect();
    output::table(&["ID", "NAME", "STATE", "QUEUE", "CONNECTORS"], &rows);
    Ok(())
}

fn read(tx: &mut store::Tx<'_>) -> desk::Result<Vec<Listed>> {
    let known = connectors::list(tx)?;
    let mut listed = Vec::new();
    for line in lines::list(tx)? {
        let members = queue::members(tx, line.id)?;
        let queue = members.iter().map(|member| format!("{}:{}", member.entity_type, member.entity_id)).collect();
        let mut active = Vec::new();
        for connector in &known {
            if desk::channels::find(tx, connector.id, line.id)?.is_some_and(|channel| channel.active) {
                active.push(connector.registration.spelling.clone());
            }
        }
        listed.push(Listed { line, queue, connectors: active });
    }
    Ok(listed)
}

fn described(one: &Listed) -> Value {
    json!({
        "id": one.line.id,
        "name": one.line.name,
        "active": one.line.active,
        "queue": one.queue,
        "connectors": one.connectors,
    })
}
