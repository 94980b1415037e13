//! Looks at sessions for the CRM: reads in one go, looks for phones and addresses outside of any transaction, writes in one
//! change (`desk/src/tracker.rs`).

use desk::jobs::{Job, JobKind};
use desk::tracker;

use super::{Ended, Kind};
use crate::app::SharedApp;

pub(super) const KIND: Kind = Kind { kinds: &[JobKind::Track], at_once: 4 };

pub(super) async fn run(app: SharedApp, job: Job) -> desk::Result<Ended> {
    let session_id = job.subject_id;
    let Some(material) = app.read(move |tx| tracker::gather(tx, session_id)).await? else { return Ok(Ended::Done) };
    let looking = tokio::task::spawn_blocking(move || {
        let found = material.found();
        (material, found)
    });
    let (material, found) = match looking.await {
        Ok(found) => found,
        Err(error) => {
            tracing::error!(%error, session_id, "a session could not be read for the CRM; it is left as it is");
            return Ok(Ended::Done);
        }
    };
    app.work(move |change| tracker::apply(change, &material, &found)).await?;
    Ok(Ended::Done)
}
