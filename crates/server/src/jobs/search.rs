//! Takes what was committed into the word indexes of the search (`desk/src/search/indexer.rs`). A neighbour of everybody who
//! writes: it writes small groups, rests after each, and longer while others wait to write.

use std::time::{Duration, Instant};

use desk::search::indexer;
use tokio::sync::watch;

use super::POLL;
use crate::app::{App, SharedApp};

/// What is committed within this time is taken in together.
const TOGETHER: Duration = Duration::from_millis(200);

/// How much is taken in at once, and the rest after it in times of what that took.
struct Pace {
    rows: i64,
    rest: u32,
}

/// While nobody waits for the writer.
const CALM: Pace = Pace { rows: 100, rest: 1 };

/// While others do: what piles up meanwhile is taken in when they are done.
const BUSY: Pace = Pace { rows: 25, rest: 20 };

/// Follows the events until `stopped` becomes true.
pub(super) async fn run(app: SharedApp, mut stopped: watch::Receiver<bool>) {
    loop {
        // Interest first: a commit between the look and the waiting must not be missed.
        let committed = app.wakers.feed.notified();
        tokio::pin!(committed);
        committed.as_mut().enable();
        let pace = if app.intake.len() + app.store.write_queue_len() > 0 { BUSY } else { CALM };
        let begun = Instant::now();
        let worked = take_in(&app, pace.rows).await.unwrap_or_else(|error| {
            tracing::error!(%error, "the search could not take in what was committed; trying again");
            false
        });
        let pause = async {
            if worked {
                tokio::time::sleep(begun.elapsed() * pace.rest).await;
                return;
            }
            tokio::select! {
                () = committed => {}
                () = tokio::time::sleep(POLL) => {}
            }
            tokio::time::sleep(TOGETHER).await;
        };
        tokio::select! {
            biased;
            _ = stopped.wait_for(|stopped| *stopped) => break,
            () = pause => {}
        }
    }
}

/// Takes in one group; `false` when there is nothing to take in.
///
/// # Errors
/// Those of the database.
pub async fn step(app: &App) -> desk::Result<bool> {
    take_in(app, CALM.rows).await
}

async fn take_in(app: &App, rows: i64) -> desk::Result<bool> {
    // Words are looked for on a reading thread: that takes longer than writing them.
    let Some(group) = app.read(move |tx| indexer::gather(tx, rows, wire::bbcode::strip)).await? else {
        return Ok(false);
    };
    app.work(move |change| indexer::apply(change.tx, &group)).await?;
    Ok(true)
}
