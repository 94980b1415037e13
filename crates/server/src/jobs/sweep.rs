//! Removes what nobody needs any more: expired tokens, links and sessions of browsers, ended deliveries, old rows of the audit log, old offline events,
//! uploads that nobody sent. Planned at the start, plans itself again.

use desk::jobs::{Job, JobKind};
use desk::{DAY_MS, Millis, audit, browser_sessions, deliveries, events, invitations, offline, tokens, uploads};
use store::Tx;

use super::{Ended, Kind};
use crate::app::{App, SharedApp};

pub(super) const KIND: Kind = Kind { kinds: &[JobKind::Sweep], at_once: 1 };

/// The only subject: there is one sweep.
pub(super) const SUBJECT: i64 = 0;

const EVERY_MS: Millis = 3_600_000;

/// How long reserved offline events are kept, days (`contract/platform.md` 6.2).
const OFFLINE_DAYS: i64 = 30;

/// Rows in one transaction: others wait no longer than these take.
const ROWS_MAX: u64 = 500;

pub(super) async fn run(app: SharedApp, _: Job) -> desk::Result<Ended> {
    let now = app.clock.now_ms();
    let keep_ms = app.config.delivery.keep_days.saturating_mul(DAY_MS);
    let mut removed = 0;
    removed += all(&app, move |tx| tokens::sweep(tx, now, ROWS_MAX)).await?;
    removed += all(&app, move |tx| browser_sessions::sweep(tx, now, ROWS_MAX)).await?;
    removed += all(&app, move |tx| invitations::sweep(tx, now, ROWS_MAX)).await?;
    removed += all(&app, move |tx| audit::sweep(tx, now, ROWS_MAX)).await?;
    removed += all(&app, move |tx| deliveries::sweep(tx, now.saturating_sub(keep_ms), ROWS_MAX)).await?;
    removed += all(&app, move |tx| offline::sweep(tx, now - OFFLINE_DAYS * DAY_MS, ROWS_MAX)).await?;
    let feed_ms = app.config.feed.keep_days.saturating_mul(DAY_MS);
    removed += all(&app, move |tx| events::sweep(tx, now.saturating_sub(feed_ms), ROWS_MAX)).await?;
    removed += unsent_uploads(&app, now).await?;
    tracing::debug!(rows = removed, "old rows were removed");
    Ok(Ended::Again(now + EVERY_MS, String::new()))
}

async fn all(app: &App, part: impl Fn(&mut Tx<'_>) -> desk::Result<u64> + Copy + Send + 'static) -> desk::Result<u64> {
    let mut removed = 0;
    loop {
        // Takes its turn, so that no other process sends an old delivery once more between the look and the removal.
        let rows = app.work(move |change| part(change.tx)).await?;
        removed += rows;
        if rows < ROWS_MAX {
            return Ok(removed);
        }
    }
}

/// The contents go after the commit: what a crash leaves of them is nobody's.
async fn unsent_uploads(app: &App, now: Millis) -> desk::Result<u64> {
    let mut removed = 0;
    loop {
        let ids = app.work(move |change| uploads::sweep(change.tx, now, ROWS_MAX)).await?;
        for id in &ids {
            app.files.remove(*id).await;
        }
        let rows = ids.len() as u64;
        removed += rows;
        if rows < ROWS_MAX {
            return Ok(removed);
        }
    }
}

/// Plans the sweep of a portal that has none yet.
///
/// # Errors
/// Those of the database.
pub(super) async fn plan(app: &App) -> desk::Result<()> {
    let now = app.clock.now_ms();
    app.change(now, 0, move |change| desk::jobs::schedule_once(change, JobKind::Sweep, SUBJECT, now)).await
}
