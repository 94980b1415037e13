//! What employees planned for themselves: the end of a snooze, a message for later (`desk/src/own.rs`, `desk/src/sending.rs`).

use desk::jobs::{Job, JobKind};
use desk::{Error, Millis, own, sending};

use super::{Ended, Kind};
use crate::app::SharedApp;

pub(super) const KIND: Kind = Kind { kinds: &[JobKind::SendLater, JobKind::EndSnooze], at_once: 8 };

/// Pause until a message is tried again that has to wait for an earlier one, which failed.
const AGAIN_MS: Millis = 1000;

pub(super) async fn run(app: SharedApp, job: Job) -> desk::Result<Ended> {
    let id = job.subject_id;
    match job.kind {
        JobKind::SendLater => {
            // One that was taken back has no turn.
            let Some(turn) = app.read(move |tx| sending::turn(tx, id)).await? else { return Ok(Ended::Done) };
            if !turn.before.is_empty() {
                // Jobs run side by side, but nobody's sentences change places: whoever comes first sends those before it too.
                for earlier in turn.before {
                    send(&app, turn.author_id, earlier).await?;
                }
                let left = app.read(move |tx| sending::turn(tx, id)).await?;
                if left.is_some_and(|turn| !turn.before.is_empty()) {
                    return Ok(Ended::Again(app.clock.now_ms() + AGAIN_MS, "an earlier message waits".to_owned()));
                }
            }
            send(&app, turn.author_id, id).await?;
        }
        _ => app.work(move |change| own::end_snoozes(change, id)).await?,
    }
    Ok(Ended::Done)
}

/// It is the author who sends.
async fn send(app: &SharedApp, author_id: i64, id: i64) -> desk::Result<()> {
    let now = app.clock.now_ms();
    match app.change(now, author_id, move |change| sending::send_planned(change, id)).await {
        // Nothing of it was stored, and trying again would not help.
        Err(Error::Refused(why)) => app.change(now, author_id, move |change| sending::hand_back(change, id, why)).await,
        done => done,
    }
}
