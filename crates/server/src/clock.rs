//! The only place that asks the system for the time. Everything else is handed a [`Clock`] or a moment.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use desk::Millis;

/// Where the time comes from.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The system's clock.
    System,
    /// A clock that stands still until a test moves it.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that shows `now_ms` until [`Clock::advance`].
    #[must_use]
    pub fn manual(now_ms: Millis) -> Clock {
        Clock::Manual(Arc::new(AtomicI64::new(now_ms)))
    }

    /// Now, as unix milliseconds.
    #[must_use]
    pub fn now_ms(&self) -> Millis {
        self.now_us() / 1000
    }

    /// Now, as unix microseconds: for durations in answers.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the place")]
    pub fn now_us(&self) -> i64 {
        match self {
            Clock::System => {
                let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
                i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
            }
            Clock::Manual(now_ms) => now_ms.load(Ordering::SeqCst) * 1000,
        }
    }

    /// Moves a manual clock; the system's clock takes no orders.
    pub fn advance(&self, by_ms: Millis) {
        if let Clock::Manual(now_ms) = self {
            now_ms.fetch_add(by_ms, Ordering::SeqCst);
        }
    }
}
