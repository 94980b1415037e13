//! Reads that take long: they have threads of their own, and the longest of them come one after another, so that whoever asks for
//! two reports at once stops nobody's search.

use std::sync::Arc;

use store::{Store, Tx};
use tokio::sync::Semaphore;

/// Reads in turn that may wait; one more is told that the server is busy.
pub const WAITING_MAX: usize = 50;

/// The line in which the longest reads wait.
#[derive(Debug)]
pub struct LongReads {
    /// Who waits or reads.
    line: Arc<Semaphore>,
    /// Who reads.
    turn: Arc<Semaphore>,
}

impl Default for LongReads {
    fn default() -> Self {
        LongReads { line: Arc::new(Semaphore::new(WAITING_MAX + 1)), turn: Arc::new(Semaphore::new(1)) }
    }
}

impl LongReads {
    /// Reads when those who came before are done.
    ///
    /// # Errors
    /// [`store::Error::Busy`] when too many wait; those of the rule and of the database.
    pub async fn in_turn<T: Send + 'static>(
        &self,
        store: &Store,
        rule: impl FnOnce(&mut Tx<'_>) -> desk::Result<T> + Send + 'static,
    ) -> desk::Result<T> {
        let place = Arc::clone(&self.line).try_acquire_owned().map_err(|_| store::Error::Busy)?;
        let turn = Arc::clone(&self.turn).acquire_owned().await.map_err(|_| store::Error::Closed)?;
        let read = store.read_long(move |tx| {
            // The reading thread holds them: it goes on when the caller has gone away.
            let _held = (place, turn);
            rule(tx)
        });
        read.await
    }
}
