//! `trunkline delivery`: what was told to applications, and telling it again.

use clap::{Args, Subcommand, ValueEnum};
use desk::attempts::{self, Attempt};
use desk::deliveries::{self, Delivery, Filter, State};
use serde_json::{Value, json};
use server::app::{App, SharedApp};
use server::provision;

use super::output;
use super::settings::{Common, with_portal};

/// Shows what was told to applications, attempt by attempt, and tells it again.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List deliveries, the newest first
    #[command(after_help = "\
Examples:
  trunkline delivery list --state failed
  trunkline delivery list --app 1 --limit 10 --json")]
    List(List),
    /// Show one delivery with all its attempts
    Show(Show),
    /// Send ended deliveries once more; a running server takes them up
    #[command(after_help = "\
Examples:
  trunkline delivery replay 17 18
  trunkline delivery list --state failed --json | jq .[].id | xargs trunkline delivery replay")]
    Replay(Replay),
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Which {
    /// To be tried, now or later
    Pending,
    /// The handler answered
    Done,
    /// Confirmed by the connector before its answer was seen
    Settled,
    /// Tried in vain until its time was over
    Failed,
    /// The handler or the application is gone
    Cancelled,
}

#[derive(Debug, Args)]
struct List {
    /// Only those in this state
    #[arg(long)]
    state: Option<Which>,
    /// Only those of the application with this id
    #[arg(long, value_name = "ID")]
    app: Option<i64>,
    /// Only those of this chat
    #[arg(long, value_name = "ID")]
    chat: Option<i64>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=10_000))]
    limit: i64,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Args)]
struct Show {
    /// Its id
    id: i64,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Args)]
struct Replay {
    /// Their ids
    #[arg(required = true)]
    ids: Vec<i64>,
    #[command(flatten)]
    common: Common,
}

pub async fn run(arguments: Arguments) -> Result<(), String> {
    match arguments.action {
        Action::List(list) => with_portal(&list.common.portal, async |app| show_all(&app, &list).await).await,
        Action::Show(show) => with_portal(&show.common.portal, async |app| show_one(&app, &show).await).await,
        Action::Replay(replay) => with_portal(&replay.common.portal, async |app| send_again(&app, &replay).await).await,
    }
}

async fn show_all(app: &SharedApp, list: &List) -> Result<(), String> {
    let state = list.state.map(|which| match which {
        Which::Pending => State::Pending,
        Which::Done => State::Done,
        Which::Settled => State::Settled,
        Which::Failed => State::Failed,
        Which::Cancelled => State::Cancelled,
    });
    let filter = Filter { state, application_id: list.app, chat_id: list.chat, ..Filter::default() };
    let limit = list.limit;
    let found = app.read(move |tx| deliveries::list(tx, filter, limit)).await;
    let found = found.map_err(|error| format!("listing the deliveries: {error}"))?;
    if list.common.json {
        output::json(&found.iter().map(|delivery| described(app, delivery)).collect());
        return Ok(());
    }
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|one| {
            let numbers = [one.id, one.application_id, one.chat_id, one.attempts].map(|number| number.to_string());
            let [id, application, chat, attempts] = numbers;
            let created = app.datetime(one.created_ms);
            let state = one.state.as_str().to_owned();
            vec![id, state, attempts, created, application, chat, one.event_code.clone(), one.url.clone()]
        })
        .collect();
    output::table(&["ID", "STATE", "ATTEMPTS", "CREATED", "APP", "CHAT", "EVENT", "URL"], &rows);
    Ok(())
}

async fn show_one(app: &SharedApp, show: &Show) -> Result<(), String> {
    let id = show.id;
    let found = app.read(move |tx| Ok((deliveries::find(tx, id)?, attempts::of_delivery(tx, id)?))).await;
    let (delivery, attempts) = found.map_err(|error| format!("reading delivery {id}: {error}"))?;
    let delivery = delivery
        .ok_or_else(|| format!("there is no delivery {id}: `trunkline delivery list` shows which there are"))?;
    let mut shown = described(app, &delivery);
    shown["tries"] = attempts.iter().map(|attempt| tried(app, attempt)).collect();
    if show.common.json {
        output::json(&shown);
        return Ok(());
    }
    let state = delivery.state.as_str();
    output::line(format_args!("delivery {id}, {state}: {} to {}", delivery.event_code, delivery.url));
    let rows: Vec<Vec<String>> = attempts
        .into_iter()
        .map(|one| {
            let status = one.status.map_or(String::new(), |status| status.to_string());
            vec![app.datetime(one.at_ms), format!("{} ms", one.duration_ms), status, one.result, one.answer]
        })
        .collect();
    output::table(&["AT", "TOOK", "STATUS", "RESULT", "ANSWER"], &rows);
    Ok(())
}

async fn send_again(app: &SharedApp, replay: &Replay) -> Result<(), String> {
    let (mut replayed, mut refused) = (Vec::new(), Vec::new());
    for &id in &replay.ids {
        let done = provision::replay_delivery(app, id).await;
        match done.map_err(|error| format!("replaying delivery {id}: {error}"))? {
            true => replayed.push(id),
            false => refused.push(id),
        }
    }
    match replay.common.json {
        true => output::json(&json!({"replayed": replayed, "refused": refused})),
        false => {
            for id in &replayed {
                output::line(format_args!("delivery {id} will be sent again"));
            }
        }
    }
    match refused.as_slice() {
        [] => Ok(()),
        ids => Err(format!("not replayed, because they do not exist or are still pending: {ids:?}")),
    }
}

fn described(app: &App, delivery: &Delivery) -> Value {
    json!({
        "id": delivery.id,
        "state": delivery.state.as_str(),
        "event": delivery.event_code,
        "url": delivery.url,
        "application": delivery.application_id,
        "chat": delivery.chat_id,
        "message": delivery.message_id,
        "attempts": delivery.attempts,
        "created": app.datetime(delivery.created_ms),
        "due": delivery.due_ms.map(|at_ms| app.datetime(at_ms)),
        "finished": delivery.finished_ms.map(|at_ms| app.datetime(at_ms)),
    })
}

fn tried(app: &App, attempt: &Attempt) -> Value {
    json!({
        "at": app.datetime(attempt.at_ms),
        "duration_ms": attempt.duration_ms,
        "status": attempt.status,
        "result": attempt.result,
        "answer": attempt.answer,
    })
}
