//! Background work: one file and one line per kind.
//!
//! Work is a committed row, so it survives a crash. A worker claims rows by a lease, does the work outside of any
//! transaction and records the outcome. Wake-ups are hints; a poll at least once a second is the guarantee.

mod deliver;
mod fetch_file;
mod hosts;
mod offering;
mod own;
mod search;
mod session_timers;
mod sweep;
mod track;

use std::time::Duration;

use desk::Millis;
use desk::jobs::{self, Job, JobKind};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::app::{App, SharedApp};

pub use hosts::Hosts;
pub use search::step as search_step;

/// How long a worker sleeps at most.
const POLL: Duration = Duration::from_secs(1);

/// How long a claim holds without being renewed, milliseconds. Work of a process that died waits at most so long.
const LEASE_MS: Millis = 15_000;

/// How often a claim is renewed while the work goes on, milliseconds: often enough that two renewals may fail.
const RENEW_MS: Millis = 4_000;

/// How long work on its way may go on when the program stops; then it is handed back and done after the next start.
const FINISH: Duration = Duration::from_secs(3);

/// Starts all workers; they end when `stopped` becomes true.
pub fn spawn(app: &SharedApp, stopped: &watch::Receiver<bool>) -> JoinSet<()> {
    let mut workers = JoinSet::new();
    let (app, stopped) = (|| SharedApp::clone(app), || stopped.clone());
    workers.spawn(deliver::run(app(), stopped()));
    workers.spawn(work(app(), stopped(), fetch_file::kind(&app()), fetch_file::run));
    workers.spawn(work(app(), stopped(), session_timers::KIND, session_timers::run));
    workers.spawn(work(app(), stopped(), offering::KIND, offering::run));
    workers.spawn(work(app(), stopped(), track::KIND, track::run));
    workers.spawn(work(app(), stopped(), own::KIND, own::run));
    workers.spawn(search::run(app(), stopped()));
    let (planning, sweeping) = (app(), work(app(), stopped(), sweep::KIND, sweep::run));
    workers.spawn(async move {
        if let Err(error) = sweep::plan(&planning).await {
            tracing::error!(%error, "the removal of old rows could not be planned; it will be at the next start");
        }
        sweeping.await;
    });
    workers
}

/// How jobs of one or several kinds are worked on.
#[derive(Debug, Clone, Copy)]
struct Kind {
    /// Which, in the order in which they are served.
    kinds: &'static [JobKind],
    /// Jobs at once.
    at_once: usize,
}

/// What becomes of a job that was worked on.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Ended {
    /// It is done.
    Done,
    /// It is tried again, or done again, at this moment; the text says why.
    Again(Millis, String),
    /// There is no place for it before this moment; it was not tried.
    NotYet(Millis),
}

/// Works on the jobs of a kind until `stopped` becomes true.
async fn work<F>(app: SharedApp, mut stopped: watch::Receiver<bool>, kind: Kind, run: fn(SharedApp, Job) -> F)
where
    F: Future<Output = desk::Result<Ended>> + Send + 'static,
{
    let mut running = JoinSet::new();
    loop {
        // Interest first: a commit between the query and the waiting must not be missed.
        let committed = app.wakers.jobs.notified();
        tokio::pin!(committed);
        committed.as_mut().enable();
        let room = kind.at_once.saturating_sub(running.len());
        let claimed = claim(&app, kind, room).await.unwrap_or_else(|error| {
            tracing::error!(%error, kind = kind.kinds[0].as_str(), "jobs could not be claimed; trying again");
            Vec::new()
        });
        for job in claimed {
            running.spawn(run_and_record(SharedApp::clone(&app), job, run, stopped.clone()));
        }
        tokio::select! {
            biased;
            _ = stopped.wait_for(|stopped| *stopped) => break,
            Some(_) = running.join_next() => {}
            () = committed => {}
            () = tokio::time::sleep(POLL) => {}
        }
        while running.try_join_next().is_some() {}
    }
    while running.join_next().await.is_some() {}
}

async fn claim(app: &SharedApp, kind: Kind, room: usize) -> desk::Result<Vec<Job>> {
    let now = app.clock.now_ms();
    // Most of the time nothing is due, and a look costs less than a transaction that writes.
    let next_due_ms = app.read(move |tx| jobs::next_due(tx, kind.kinds)).await?;
    if room == 0 || next_due_ms.is_none_or(|due_ms| due_ms > now) {
        return Ok(Vec::new());
    }
    app.work(move |change| jobs::claim(change.tx, now, kind.kinds, LEASE_MS, room)).await
}

/// Runs a job and records what became of it; hands it back when the program stops before it is done.
async fn run_and_record<F>(
    app: SharedApp,
    mut job: Job,
    run: fn(SharedApp, Job) -> F,
    mut stopped: watch::Receiver<bool>,
) where
    F: Future<Output = desk::Result<Ended>> + Send + 'static,
{
    let patience = async {
        // An error means that the server was dropped: stop as well.
        let _ = stopped.wait_for(|stopped| *stopped).await;
        tokio::time::sleep(FINISH).await;
    };
    let running = run(SharedApp::clone(&app), job.clone());
    tokio::pin!(patience, running);
    let ended = loop {
        tokio::select! {
            ended = &mut running => break Some(ended),
            () = &mut patience => break None,
            () = tokio::time::sleep(Duration::from_millis(RENEW_MS.cast_unsigned())) => job = renewed(&app, job).await,
        }
    };
    let now = app.clock.now_ms();
    let stored = job.clone();
    let recorded = match ended {
        Some(Ok(Ended::Done)) => app.work(move |change| jobs::finish(change.tx, &stored)).await,
        Some(Ok(Ended::Again(due_ms, why))) => {
            app.work(move |change| jobs::postpone(change.tx, &stored, due_ms, &why)).await
        }
        Some(Ok(Ended::NotYet(due_ms))) => app.work(move |change| jobs::put_off(change.tx, &stored, due_ms)).await,
        Some(Err(error)) => {
            tracing::error!(%error, kind = job.kind.as_str(), subject = job.subject_id, "a job failed and is tried again");
            let due_ms = now + pause_ms(job.attempts);
            app.work(move |change| jobs::postpone(change.tx, &stored, due_ms, &error.to_string())).await
        }
        None => app.work(move |change| jobs::hand_back(change.tx, &stored)).await,
    };
    app.committed();
    if let Err(error) = recorded {
        tracing::error!(%error, kind = job.kind.as_str(), "a job's end could not be recorded; it runs again when its lease is over");
    }
}

async fn renewed(app: &App, job: Job) -> Job {
    let (stored, until_ms) = (job.clone(), app.clock.now_ms() + LEASE_MS);
    app.work(move |change| jobs::renew(change.tx, stored, until_ms)).await.unwrap_or_else(|error| {
        tracing::warn!(%error, kind = job.kind.as_str(), "the lease of a running job could not be renewed");
        job
    })
}

/// Pause after a failure of our own: 1 s, 2 s, 4 s and so on, at most about an hour.
fn pause_ms(attempts: i64) -> Millis {
    1000 << attempts.clamp(0, 12)
}
