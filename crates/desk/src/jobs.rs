//! Jobs: work that is due at a moment and survives a restart. A job is claimed by a lease, so that of two workers only one
//! runs it and a crashed worker's job runs again.

use store::{Tx, params};

use crate::ids::{self, Series};
use crate::timers::Timer;
use crate::{Change, Millis, Result};

/// What a job does. The name is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobKind {
    /// Fetch a file; the subject is its id.
    FetchFile,
    /// A session's timer; the subject is the session's id.
    Session(Timer),
    /// Give to others what an employee has who is not there; the subject is the employee's id.
    TakeBack,
    /// Offer what waits on a line; the subject is the line's id.
    OfferWaiting,
    /// Look at a session for the CRM; the subject is the session's id.
    Track,
    /// End the snoozes of an employee whose moment has come; the subject is the employee's id.
    EndSnooze,
    /// Send a message that was written for later; the subject is its id there.
    SendLater,
    /// Remove expired tokens and old events.
    Sweep,
}

impl JobKind {
    /// The stored name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            JobKind::FetchFile => "fetch_file",
            JobKind::Session(timer) => timer.as_str(),
            JobKind::TakeBack => "take_back",
            JobKind::OfferWaiting => "offer_waiting",
            JobKind::Track => "track",
            JobKind::EndSnooze => "end_snooze",
            JobKind::SendLater => "send_later",
            JobKind::Sweep => "sweep",
        }
    }
}

/// A claimed job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Id.
    pub id: i64,
    /// What to do.
    pub kind: JobKind,
    /// To what.
    pub subject_id: i64,
    /// How often it was tried before.
    pub attempts: i64,
    /// End of the lease, which also names the claim: a job that was planned anew meanwhile has another one.
    pub locked_until_ms: Millis,
}

/// Plans a job. A job of this kind and subject that is planned already moves to the new moment.
///
/// # Errors
/// Those of the database.
pub fn schedule(change: &mut Change<'_, '_>, kind: JobKind, subject_id: i64, due_ms: Millis) -> Result<()> {
    change.wake.jobs = true;
    let id = ids::next(change.tx, Series::Job)?;
    change.tx.execute(
        "INSERT INTO jobs (id, kind, subject_id, due_ms, attempts, locked_until_ms, error) VALUES (?1, ?2, ?3, ?4, 0, 0, '') \
         ON CONFLICT (kind, subject_id) DO UPDATE SET due_ms = excluded.due_ms, attempts = 0, locked_until_ms = 0, error = ''",
        &params![id, kind.as_str(), subject_id, due_ms],
    )?;
    Ok(())
}

/// Plans a job unless it is planned already.
///
/// # Errors
/// Those of the database.
pub fn schedule_once(change: &mut Change<'_, '_>, kind: JobKind, subject_id: i64, due_ms: Millis) -> Result<()> {
    change.wake.jobs = true;
    let id = ids::next(change.tx, Series::Job)?;
    change.tx.execute(
        "INSERT INTO jobs (id, kind, subject_id, due_ms, attempts, locked_until_ms, error) VALUES (?1, ?2, ?3, ?4, 0, 0, '') \
         ON CONFLICT (kind, subject_id) DO NOTHING",
        &params![id, kind.as_str(), subject_id, due_ms],
    )?;
    Ok(())
}

/// Takes a job whose moment has come away, in the change that does what it is for: so it is done once, whatever happens to
/// the worker. `false` when it is done already, or was planned anew for later, or taken back.
///
/// # Errors
/// Those of the database.
pub fn take(change: &mut Change<'_, '_>, kind: JobKind, subject_id: i64) -> Result<bool> {
    let sql = "DELETE FROM jobs WHERE kind = ?1 AND subject_id = ?2 AND due_ms <= ?3";
    Ok(change.tx.execute(sql, &params![kind.as_str(), subject_id, change.now])? > 0)
}

/// Takes back a planned job.
///
/// # Errors
/// Those of the database.
pub fn cancel(change: &mut Change<'_, '_>, kind: JobKind, subject_id: i64) -> Result<()> {
    change.tx.execute("DELETE FROM jobs WHERE kind = ?1 AND subject_id = ?2", &params![kind.as_str(), subject_id])?;
    Ok(())
}

/// Claims up to `limit` due jobs of these kinds until `now + lease_ms`; the kinds stand in the order in which they are
/// served.
///
/// # Errors
/// Those of the database.
pub fn claim(tx: &mut Tx<'_>, now: Millis, kinds: &[JobKind], lease_ms: Millis, limit: usize) -> Result<Vec<Job>> {
    let waiting = "SELECT id, subject_id, attempts FROM jobs WHERE kind = ?1 AND locked_until_ms = 0 AND due_ms <= ?2 \
                   ORDER BY due_ms LIMIT ?3";
    let abandoned = "SELECT id, subject_id, attempts FROM jobs WHERE kind = ?1 AND locked_until_ms > 0 \
                     AND locked_until_ms <= ?2 ORDER BY locked_until_ms LIMIT ?3";
    let locked_until_ms = now + lease_ms;
    let mut claimed = Vec::new();
    for (kind, sql) in kinds.iter().flat_map(|kind| [(*kind, abandoned), (*kind, waiting)]) {
        let room = i64::try_from(limit - claimed.len()).unwrap_or(i64::MAX);
        let due = tx.query(sql, &params![kind.as_str(), now, room], |row| {
            Ok(Job { id: row.get(0)?, kind, subject_id: row.get(1)?, attempts: row.get(2)?, locked_until_ms })
        })?;
        for job in due {
            // The condition is repeated: another process may have claimed the row since it was read.
            let taken = tx.execute(
                "UPDATE jobs SET locked_until_ms = ?2, attempts = attempts + 1 \
                 WHERE id = ?1 AND due_ms <= ?3 AND locked_until_ms <= ?3",
                &params![job.id, locked_until_ms, now],
            )?;
            if taken == 1 {
                claimed.push(job);
            }
        }
    }
    Ok(claimed)
}

/// Extends the lease of a job that is still running to `until_ms`, unless it was planned anew; the job then carries the new
/// lease.
///
/// # Errors
/// Those of the database.
pub fn renew(tx: &mut Tx<'_>, job: Job, until_ms: Millis) -> Result<Job> {
    let renewed = tx.execute(
        "UPDATE jobs SET locked_until_ms = ?3 WHERE id = ?1 AND locked_until_ms = ?2",
        &params![job.id, job.locked_until_ms, until_ms],
    )?;
    Ok(if renewed == 1 { Job { locked_until_ms: until_ms, ..job } } else { job })
}

/// Removes a finished job, unless it was planned anew while it ran.
///
/// # Errors
/// Those of the database.
pub fn finish(tx: &mut Tx<'_>, job: &Job) -> Result<()> {
    tx.execute("DELETE FROM jobs WHERE id = ?1 AND locked_until_ms = ?2", &params![job.id, job.locked_until_ms])?;
    Ok(())
}

/// Hands a job back to be tried at `due_ms`, unless it was planned anew while it ran.
///
/// # Errors
/// Those of the database.
pub fn postpone(tx: &mut Tx<'_>, job: &Job, due_ms: Millis, error: &str) -> Result<()> {
    tx.execute(
        "UPDATE jobs SET due_ms = ?3, locked_until_ms = 0, error = ?4 WHERE id = ?1 AND locked_until_ms = ?2",
        &params![job.id, job.locked_until_ms, due_ms, error],
    )?;
    Ok(())
}

/// Hands a job back untried, because the program stops.
///
/// # Errors
/// Those of the database.
pub fn hand_back(tx: &mut Tx<'_>, job: &Job) -> Result<()> {
    tx.execute(
        "UPDATE jobs SET locked_until_ms = 0, attempts = attempts - 1 WHERE id = ?1 AND locked_until_ms = ?2",
        &params![job.id, job.locked_until_ms],
    )?;
    Ok(())
}

/// Puts a job off to `due_ms` untried, because there is no place for it now.
///
/// # Errors
/// Those of the database.
pub fn put_off(tx: &mut Tx<'_>, job: &Job, due_ms: Millis) -> Result<()> {
    tx.execute(
        "UPDATE jobs SET due_ms = ?3, locked_until_ms = 0, attempts = attempts - 1 WHERE id = ?1 AND locked_until_ms = ?2",
        &params![job.id, job.locked_until_ms, due_ms],
    )?;
    Ok(())
}

/// When the next job of these kinds can be claimed, if any is planned: its moment, or the end of its lease if it is running.
///
/// # Errors
/// Those of the database.
pub fn next_due(tx: &mut Tx<'_>, kinds: &[JobKind]) -> Result<Option<Millis>> {
    let rows: Vec<_> = kinds.iter().map(|kind| params![kind.as_str()].to_vec()).collect();
    // Two looks at the ends of two indexes: thousands of timers may be set.
    let waiting = "SELECT due_ms FROM jobs WHERE kind = ?1 AND locked_until_ms = 0 ORDER BY due_ms LIMIT 1";
    let running =
        "SELECT locked_until_ms FROM jobs WHERE kind = ?1 AND locked_until_ms > 0 ORDER BY locked_until_ms LIMIT 1";
    let mut moments: Vec<Millis> = tx.query_each(waiting, &rows, |_, row| row.get(0))?;
    moments.extend(tx.query_each(running, &rows, |_, row| row.get::<Millis>(0))?);
    Ok(moments.into_iter().min())
}
