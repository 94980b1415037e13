//! Goes on where one change would have had to move too many sessions (`desk/src/sessions/offering.rs`).

use desk::jobs::{Job, JobKind};
use desk::sessions;

use super::{Ended, Kind};
use crate::app::SharedApp;

pub(super) const KIND: Kind = Kind { kinds: &[JobKind::TakeBack, JobKind::OfferWaiting], at_once: 1 };

pub(super) async fn run(app: SharedApp, job: Job) -> desk::Result<Ended> {
    app.work(move |change| sessions::go_on(change, job.kind, job.subject_id)).await?;
    Ok(Ended::Done)
}
