//! Takes what was committed into the word indexes of the search (`desk/src/search/indexer.rs`). A neighbour of everybody who
//! writes: it writes small groups, rests after each, and longer while others wait to write.

use std::time::{Duration, Instant};

use desk::search::indexer;
use tokio::sync::watch;

use super::POLL;
use crate::app::{App, SharedApp};

/// What is committed within this time is taken in together.
const TOGETHER: Duration = Duration::from_millis(200);

/// Rows of the first group, and of any group at most; while others wait to write, and at least.
const ROWS_MAX: i64 = 100;
const ROWS_BUSY_MAX: i64 = 25;
const ROWS_MIN: i64 = 5;

/// How long a group should hold the writer: nobody notices half of what would be too long.
const HELD: Duration = Duration::from_millis(50);

/// The rest after a group, in times of what it took; while others wait to write, what piles up is taken in when they are done.
const REST: u32 = 1;
const REST_BUSY: u32 = 20;

/// What a step did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Done {
    Nothing,
    /// A group was written, and held the writer so long.
    Group(Duration),
}

/// How many rows the next group may have, after one of `rows` held the writer for `held`.
fn next_rows(rows: i64, held: Duration) -> i64 {
    let rows = match held > HELD {
        true => i64::try_from(rows.unsigned_abs() as u128 * HELD.as_micros() / held.as_micros()).unwrap_or(ROWS_MIN),
        false => rows + rows / 4 + 1,
    };
    rows.clamp(ROWS_MIN, ROWS_MAX)
}

/// Follows the events until `stopped` becomes true.
pub(super) async fn run(app: SharedApp, mut stopped: watch::Receiver<bool>) {
    let mut rows = ROWS_MAX;
    loop {
        // Interest first: a commit between the look and the waiting must not be missed.
        let committed = app.wakers.feed.notified();
        tokio::pin!(committed);
        committed.as_mut().enable();
        let busy = app.intake.len() + app.store.write_queue_len() > 0;
        let now = if busy { rows.min(ROWS_BUSY_MAX) } else { rows };
        let begun = Instant::now();
        let done = take_in(&app, now).await.unwrap_or_else(|error| {
            tracing::error!(%error, "the search could not take in what was committed; trying again");
            Done::Nothing
        });
        let pause = async {
            if let Done::Group(_) = done {
                tokio::time::sleep(begun.elapsed() * if busy { REST_BUSY } else { REST }).await;
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
        if let Done::Group(held) = done {
            rows = next_rows(now, held);
        }
    }
}

/// Takes in one group; `false` when there is nothing to take in.
///
/// # Errors
/// Those of the database.
pub async fn step(app: &App) -> desk::Result<bool> {
    Ok(take_in(app, ROWS_MAX).await? != Done::Nothing)
}

async fn take_in(app: &App, rows: i64) -> desk::Result<Done> {
    // Words are looked for on a reading thread: that takes longer than writing them.
    let Some(group) = app.read(move |tx| indexer::gather(tx, rows, wire::bbcode::strip)).await? else {
        return Ok(Done::Nothing);
    };
    let held = app.work(move |change| {
        let begun = Instant::now();
        indexer::apply(change.tx, &group)?;
        Ok(begun.elapsed())
    });
    Ok(Done::Group(held.await?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_shrink_at_once_and_grow_again() {
        let after = |rows: i64, held_ms: &[u64]| {
            held_ms.iter().fold(rows, |rows, held_ms| next_rows(rows, Duration::from_millis(*held_ms)))
        };
        assert_eq!(after(100, &[0]), 100, "not beyond the most");
        assert_eq!(after(100, &[50]), 100, "what is just right stays");
        assert_eq!(after(100, &[100]), 50);
        assert_eq!(after(100, &[1000]), 5);
        assert_eq!(after(5, &[60_000]), 5, "something is always taken in");
        assert_eq!(after(5, &[10]), 7);
        assert_eq!(after(5, &[10; 20]), 100, "back at the most after a few groups");
    }
}
