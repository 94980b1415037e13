//! Background work: one file and one line per kind.

use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::app::SharedApp;

/// Starts all workers; they end when `stopped` becomes true.
pub fn spawn(_app: &SharedApp, _stopped: &watch::Receiver<bool>) -> JoinSet<()> {
    JoinSet::new()
}
