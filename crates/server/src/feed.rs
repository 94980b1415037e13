//! The live feed (promise 6): committed events become changes, and changes go to the browsers that may see them.
//!
//! One reader per process, woken by commits and by a poll, turns events into the things they speak of as they are now, writes
//! each as JSON once, and hands every listener what it may see. Numbers are given while a change has the writer's turn, so they
//! are committed in order, whatever process writes (`desk/src/memory.rs`): nothing appears behind the reader. Nobody waits for
//! a listener: each has a bounded buffer, and whoever falls behind by more is told to fetch everything again.

mod hub;
mod listener;
pub(crate) mod news;

use std::time::Duration;

use desk::{chat_list, events};
use tokio::sync::watch;

use crate::app::{App, SharedApp};
use hub::{Position, Published};

pub use hub::{Feed, Look};
pub use listener::{Item, Listener, NoPlace, listen};

/// How long the reader sleeps at most.
const POLL: Duration = Duration::from_secs(1);

/// Events read at once.
const BATCH: i64 = 500;

/// Pause between two looks, so that under load many commits share one; the first after a rest is looked at immediately.
const PACE: Duration = Duration::from_millis(20);

/// How often listeners hear that the feed is alive.
const BEAT: Duration = Duration::from_secs(15);

/// How often the counts are told at most.
const COUNTS_EVERY: Duration = Duration::from_secs(1);

/// Reads events for the listeners until `stopped` becomes true.
pub async fn run(app: SharedApp, mut stopped: watch::Receiver<bool>) {
    let mut beat = tokio::time::interval(BEAT);
    let mut counts = tokio::time::interval(COUNTS_EVERY);
    counts.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut counts_changed = false;
    loop {
        // Interest first: a commit between the query and the waiting must not be missed.
        let committed = app.wakers.feed.notified();
        tokio::pin!(committed);
        committed.as_mut().enable();
        match pass_on(&app).await {
            Ok(moved) => counts_changed |= moved,
            Err(error) => tracing::error!(%error, "the live feed could not read events; trying again"),
        }
        tokio::select! {
            biased;
            () = over(&mut stopped) => break,
            _ = beat.tick() => app.feed.beat(app.clock.now_ms()),
            _ = counts.tick(), if counts_changed => {
                counts_changed = false;
                if let Err(error) = tell_counts(&app).await {
                    tracing::error!(%error, "the counts of the live feed could not be read");
                }
            }
            () = committed => tokio::time::sleep(PACE).await,
            () = tokio::time::sleep(POLL) => {}
        }
    }
    app.feed.close();
}

/// Waits until the program stops.
async fn over(stopped: &mut watch::Receiver<bool>) {
    // An error means that the server was dropped: stop as well.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

/// Hands everything committed since the last look to the listeners. Whether counts may have changed.
async fn pass_on(app: &App) -> desk::Result<bool> {
    let mut moved = false;
    loop {
        // Without listeners nothing is read: the first one says where to begin.
        let Some(from) = app.feed.position() else { return Ok(moved) };
        let (news, full) = read(app, from.clone()).await?;
        let Some(news) = news else { return Ok(moved) };
        moved |= news.sessions_moved;
        let published = app.feed.publish(&from, &news::written(app, &news));
        if !full && published == Published::Yes {
            return Ok(moved);
        }
    }
}

async fn read(app: &App, from: Position) -> desk::Result<(Option<desk::feed::News>, bool)> {
    app.read(move |tx| {
        let found = events::after(tx, from.number, BATCH)?;
        let full = i64::try_from(found.len()).unwrap_or(i64::MAX) >= BATCH;
        match found.is_empty() {
            true => Ok((None, false)),
            false => Ok((Some(desk::feed::read(tx, &found, &from.employees)?), full)),
        }
    })
    .await
}

async fn tell_counts(app: &App) -> desk::Result<()> {
    if app.feed.position().is_some() {
        let counts = app.read(chat_list::live_counts).await?;
        app.feed.tell_counts(&counts);
    }
    Ok(())
}
