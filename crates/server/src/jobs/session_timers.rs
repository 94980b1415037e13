//! Fires the timers of sessions; what each does stands in `desk/src/timers.rs`.

use desk::jobs::{Job, JobKind};
use desk::timers::{self, Timer};

use super::{Ended, Kind};
use crate::app::SharedApp;

pub(super) const KIND: Kind = Kind {
    kinds: &[
        JobKind::Session(Timer::HandOver),
        JobKind::Session(Timer::BotHandOver),
        JobKind::Session(Timer::NoAnswer),
        JobKind::Session(Timer::KpiFirst),
        JobKind::Session(Timer::KpiFurther),
        JobKind::Session(Timer::Close),
        JobKind::Session(Timer::AutoClose),
        JobKind::Session(Timer::Expire),
    ],
    at_once: 16,
};

pub(super) async fn run(app: SharedApp, job: Job) -> desk::Result<Ended> {
    if let JobKind::Session(timer) = job.kind {
        app.work(move |change| timers::fire(change, timer, job.subject_id)).await?;
    }
    Ok(Ended::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_timer_is_served() {
        for timer in Timer::ALL {
            assert!(KIND.kinds.contains(&JobKind::Session(*timer)), "{timer:?}");
        }
    }
}
