//! Background work: one file and one line per kind.
//!
//! Work is a committed row, so it survives a crash. A worker claims rows by a lease, does the work outside of any
//! transaction and records the outcome. Wake-ups are hints; a poll at least once a second is the guarantee.

mod deliver;

use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::app::SharedApp;

/// How long a worker sleeps at most.
const POLL: Duration = Duration::from_secs(1);

/// How long work on its way may go on when the program stops; then it is handed back and done after the next start.
const FINISH: Duration = Duration::from_secs(3);

/// Starts all workers; they end when `stopped` becomes true.
pub fn spawn(app: &SharedApp, stopped: &watch::Receiver<bool>) -> JoinSet<()> {
    let mut workers = JoinSet::new();
    workers.spawn(deliver::run(SharedApp::clone(app), stopped.clone()));
    workers
}
