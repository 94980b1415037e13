//! Closes sessions whose closing time has come (D-58).

use desk::jobs::{Job, JobKind};
use desk::sessions;

use super::{Ended, Kind};
use crate::app::SharedApp;

pub(super) const KIND: Kind = Kind { kind: JobKind::CloseSession, at_once: 16 };

pub(super) async fn run(app: SharedApp, job: Job) -> desk::Result<Ended> {
    app.change(app.clock.now_ms(), 0, move |change| sessions::close_if_due(change, job.subject_id)).await?;
    Ok(Ended::Done)
}
