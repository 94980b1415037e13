//! Takes what was committed into the word indexes of the search (`desk/src/search/indexer.rs`). A neighbour of everybody who
//! writes: it writes small groups, rests after each, and longer while others wait to write.

use std::time::{Duration, Instant};

use desk::search::indexer;
use tokio::sync::watch;

use super::POLL;
use crate::app::{App, SharedApp};

/// What is committed within this time is taken in together.
const TOGETHER: Duration = Duration::from_millis(200);

/// Rest after a group, in times of what the group took, when nobody waits to write and when somebody does.
const REST: (u32, u32) = (1, 4);

/// Follows the events until `stopped` becomes true.
pub(super) async fn run(app: SharedApp, mut stopped: watch::Receiver<bool>) {
    loop {
        // Interest first: a commit between the look and the waiting must not be missed.
        let committed = app.wakers.feed.notified();
        tokio::pin!(committed);
        committed.as_mut().enable();
        let begun = Instant::now();
        let worked = step(&app).await.unwrap_or_else(|error| {
            tracing::error!(%error, "the search could not take in what was committed; trying again");
            false
        });
        let pause = async {
            if worked {
                let times = if app.store.write_queue_len() > 0 { REST.1 } else { REST.0 };
                tokio::time::sleep(begun.elapsed() * times).await;
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
    // Words are looked for on a reading thread: that takes longer than writing them.
    let Some(group) = app.read(|tx| indexer::gather(tx, wire::bbcode::strip)).await? else { return Ok(false) };
    app.work(move |change| indexer::apply(change.tx, &group)).await?;
    Ok(true)
}
