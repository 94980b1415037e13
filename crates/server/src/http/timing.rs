//! The `time` block of an answer (`contract/platform.md` 2.2).

use wire::TimeBlock;

use crate::app::App;
use crate::operating::Spent;

/// When a call began.
#[derive(Debug, Clone, Copy)]
pub struct Timing {
    start_us: i64,
}

/// What the method itself took.
#[derive(Debug, Clone, Copy)]
pub struct Worked {
    /// Seconds.
    pub processing_s: f64,
    /// Its operating time; `None` when it is not metered.
    pub spent: Option<Spent>,
}

impl Timing {
    /// Starts now.
    #[must_use]
    pub fn start(app: &App) -> Timing {
        Timing { start_us: app.clock.now_us() }
    }

    /// Seconds since the start.
    #[must_use]
    pub fn elapsed_s(&self, app: &App) -> f64 {
        seconds(app.clock.now_us() - self.start_us)
    }

    /// The block of a call that ends now.
    #[must_use]
    pub fn finish(&self, app: &App, worked: Worked) -> TimeBlock {
        let finish_us = app.clock.now_us().max(self.start_us);
        let (start, finish) = (self.start_us / 1000, finish_us / 1000);
        let date_start = app.datetime(start);
        let date_finish = if start / 1000 == finish / 1000 { date_start.clone() } else { app.datetime(finish) };
        let block = TimeBlock::unmetered(
            seconds(self.start_us),
            seconds(finish_us),
            worked.processing_s,
            date_start,
            date_finish,
        );
        match worked.spent {
            Some(spent) => block.metered(spent.seconds, spent.reset_at_s),
            None => block,
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "microseconds since 1970 are below 2^53")]
fn seconds(us: i64) -> f64 {
    us as f64 / 1_000_000.0
}
