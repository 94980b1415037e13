//! What employees planned for themselves: the end of a snooze, a message for later (`desk/src/own.rs`, `desk/src/sending.rs`).

use desk::jobs::{Job, JobKind};
use desk::{Error, own, sending};

use super::{Ended, Kind};
use crate::app::SharedApp;

pub(super) const KIND: Kind = Kind { kinds: &[JobKind::SendLater, JobKind::EndSnooze], at_once: 8 };

pub(super) async fn run(app: SharedApp, job: Job) -> desk::Result<Ended> {
    let id = job.subject_id;
    match job.kind {
        JobKind::SendLater => {
            // It is the author who sends. One that was taken back has none.
            if let Some(author_id) = app.read(move |tx| sending::author_of(tx, id)).await? {
                let now = app.clock.now_ms();
                match app.change(now, author_id, move |change| sending::send_planned(change, id)).await {
                    // Nothing of it was stored, and trying again would not help.
                    Err(Error::Refused(why)) => {
                        app.change(now, author_id, move |change| sending::hand_back(change, id, why)).await?;
                    }
                    done => done?,
                }
            }
        }
        _ => app.work(move |change| own::end_snoozes(change, id)).await?,
    }
    Ok(Ended::Done)
}
