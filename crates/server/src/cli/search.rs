//! `trunkline search`

use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::{Args, Subcommand};
use desk::search::indexer::{self, Progress};
use serde_json::json;
use server::app::App;
use server::jobs::search_step;

use super::output;
use super::settings::{Portal, with_portal};

/// Progress is shown about so often.
const SHOWN_EVERY: Duration = Duration::from_secs(1);

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Make the search's indexes anew from the stored messages, customers and chats, the newest first. The server may run
    /// meanwhile: it finds less until this is done, and goes on with it when this is interrupted
    Rebuild(Rebuild),
}

#[derive(Debug, Args)]
struct Rebuild {
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    portal: Portal,
}

pub async fn run(arguments: Arguments) -> Result<(), String> {
    match arguments.action {
        Action::Rebuild(given) => rebuild(given).await,
    }
}

async fn rebuild(given: Rebuild) -> Result<(), String> {
    let begun = Instant::now();
    let rows = with_portal(&given.portal, async |app| {
        take_in_everything(&app).await.map_err(|error| format!("rebuilding the search: {error}"))
    })
    .await?;
    let seconds = begun.elapsed().as_secs_f64();
    if given.json {
        output::json(&json!({"messages": rows.message_id, "seconds": seconds}));
    } else {
        output::line(format_args!("the search was made anew in {seconds:.0} s"));
    }
    Ok(())
}

/// Returns where the rebuild began: ids up to which there was something to take in.
async fn take_in_everything(app: &Arc<App>) -> desk::Result<Progress> {
    app.work(|change| {
        let group = indexer::begin_rebuild(change.tx)?;
        indexer::apply(change.tx, &group)
    })
    .await?;
    let first = app.read(indexer::progress).await?;
    let mut shown = Instant::now();
    while search_step(app).await? {
        if shown.elapsed() >= SHOWN_EVERY {
            let now = app.read(indexer::progress).await?;
            output::note(format_args!("{}", stage(&first, &now)));
            shown = Instant::now();
        }
    }
    Ok(first)
}

fn stage(first: &Progress, now: &Progress) -> String {
    let share = |whole: i64, left: i64| if whole == 0 { 100 } else { 100 - 100 * left / whole };
    match (now.chat_id, now.customer_id) {
        (0, 0) => format!("messages: {} %", share(first.message_id, now.message_id)),
        (0, customer_id) => format!("customers: {} %", share(first.customer_id, customer_id)),
        (chat_id, _) => format!("chats: {} %", share(first.chat_id, chat_id)),
    }
}
