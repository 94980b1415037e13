//! The write-ahead log: it grows with every commit, and has to go back into the database file.
//!
//! A thread of its own copies it (a passive checkpoint disturbs nobody); then the log starts anew as
//! soon as no reader needs it. If readers overlap for ever, the writer waits for them a moment.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_channel::{Receiver, Sender};
use rusqlite::hooks::Wal;

use super::BUSY_TIMEOUT;
use crate::Error;

/// After so many new pages in the log the checkpoint thread is woken.
const CHECKPOINT_PAGES: u32 = 10_000;
/// At so many pages, and each quarter of it more, the writer itself waits for readers to let the log start anew.
const RESTART_PAGES: u32 = 64_000;
/// How long it waits: writes stand still meanwhile.
const RESTART_WAIT: Duration = Duration::from_millis(500);

/// The writer's view of the write-ahead log.
pub(super) struct Log {
    /// Pages in it after the last commit.
    pages: Arc<AtomicU32>,
    passive_at: Threshold,
    restart_at: Threshold,
    /// Wakes the checkpoint thread.
    wake: Sender<()>,
}

impl Log {
    pub(super) fn watch(connection: &mut rusqlite::Connection, wake: Sender<()>) -> Result<Self, Error> {
        let pages = Arc::new(AtomicU32::new(0));
        let count = Arc::clone(&pages);
        let hook = move |_: &mut Wal, pages: std::ffi::c_int| {
            count.store(pages.try_into().unwrap_or(0), Ordering::Relaxed);
            Ok(())
        };
        connection.wal_hook(Some(hook)).map_err(Error::connection)?;
        let passive_at = Threshold::new(CHECKPOINT_PAGES, CHECKPOINT_PAGES);
        let restart_at = Threshold::new(RESTART_PAGES, RESTART_PAGES / 4);
        Ok(Log { pages, passive_at, restart_at, wake })
    }

    /// Looks at the log after a commit of the writer, whose `connection` it is.
    pub(super) fn care(&mut self, connection: &rusqlite::Connection) {
        let pages = self.pages.load(Ordering::Relaxed);
        if self.passive_at.is_passed(pages) {
            // A full channel means that it is awake already.
            let _ = self.wake.try_send(());
        }
        if self.restart_at.is_passed(pages) {
            let _ = connection.busy_timeout(RESTART_WAIT);
            checkpoint(connection, "RESTART");
            let _ = connection.busy_timeout(BUSY_TIMEOUT);
        }
    }
}

/// Fires each time a number that grows, and sometimes starts anew, has grown by a step.
struct Threshold {
    first: u32,
    step: u32,
    next: u32,
}

impl Threshold {
    fn new(first: u32, step: u32) -> Self {
        Threshold { first, step, next: first }
    }

    fn is_passed(&mut self, number: u32) -> bool {
        if number < self.first {
            self.next = self.first;
        }
        let passed = number >= self.next;
        if passed {
            self.next = number.saturating_add(self.step);
        }
        passed
    }
}

/// Copies the log back into the database while others read and write; ends with the writer.
pub(super) fn checkpoints(connection: &rusqlite::Connection, woken: &Receiver<()>) {
    while woken.recv_blocking().is_ok() {
        checkpoint(connection, "PASSIVE");
    }
}

pub(super) fn checkpoint(connection: &rusqlite::Connection, how: &str) {
    let result = connection.query_row(&format!("PRAGMA wal_checkpoint({how})"), [], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?))
    });
    match result {
        Ok((busy, pages, copied)) => tracing::debug!(how, busy, pages, copied, "checkpoint"),
        Err(error) => {
            tracing::warn!(how, %error, "a checkpoint failed; the log keeps growing until one succeeds");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_threshold_fires_once_per_step_and_again_after_a_new_start() {
        let mut threshold = Threshold::new(10, 5);
        let fired: Vec<u32> =
            [1, 9, 10, 11, 14, 15, 40, 44, 45, 2, 9, 12, 13].into_iter().filter(|&n| threshold.is_passed(n)).collect();
        assert_eq!(fired, [10, 15, 40, 45, 12]);
    }
}
