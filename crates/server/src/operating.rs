//! The protocol's operating time: seconds of work per caller and method in the last ten minutes
//! (`contract/platform.md` 5.3, P-56).

use std::collections::{HashMap, VecDeque};
use std::sync::Mutex;

use desk::Millis;

use crate::config;

const MINUTE_MS: Millis = 60_000;
const WINDOW_MS: Millis = 600_000;

/// Callers and methods remembered at once; those whose window is empty are forgotten when there are more.
const ENTRIES_MAX: usize = 100_000;

/// Who is metered: an application, a webhook or a browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Meter {
    /// An application's id.
    Application(i64),
    /// A webhook's id.
    Webhook(i64),
    /// A browser session's id.
    Browser(i64),
}

/// Sums up the operating time.
#[derive(Debug)]
pub struct Operating {
    limit_s: f64,
    windows: Mutex<HashMap<(Meter, &'static str), VecDeque<Minute>>>,
}

#[derive(Debug, Clone, Copy)]
struct Minute {
    first_call_ms: Millis,
    seconds: f64,
}

/// What `time` reports of a method's operating time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spent {
    /// Seconds in the window, this call included.
    pub seconds: f64,
    /// Unix time at which the oldest minute leaves the window.
    pub reset_at_s: i64,
}

impl Operating {
    /// As configured.
    #[must_use]
    pub fn new(config: &config::Operating) -> Operating {
        Operating { limit_s: config.limit_s, windows: Mutex::default() }
    }

    /// Whether the caller may use the method now. The call that crosses the limit is the last one allowed.
    pub fn allow(&self, meter: Meter, method: &'static str, now: Millis) -> bool {
        if self.limit_s <= 0.0 {
            return true;
        }
        let mut windows = self.windows.lock().expect("nothing panics with the lock");
        let Some(window) = windows.get_mut(&(meter, method)) else { return true };
        forget(window, now);
        sum(window) <= self.limit_s
    }

    /// Adds the seconds of a finished call; `None` when there is no limit, and nothing is metered (P-23).
    pub fn add(&self, meter: Meter, method: &'static str, now: Millis, seconds: f64) -> Option<Spent> {
        if self.limit_s <= 0.0 {
            return None;
        }
        let mut windows = self.windows.lock().expect("nothing panics with the lock");
        if windows.len() >= ENTRIES_MAX {
            windows.retain(|_, window| window.back().is_some_and(|minute| minute.first_call_ms + WINDOW_MS > now));
        }
        let window = windows.entry((meter, method)).or_default();
        forget(window, now);
        match window.back_mut() {
            Some(minute) if minute.first_call_ms / MINUTE_MS == now / MINUTE_MS => minute.seconds += seconds,
            _ => window.push_back(Minute { first_call_ms: now, seconds }),
        }
        let oldest_ms = window.front().map_or(now, |minute| minute.first_call_ms);
        Some(Spent { seconds: sum(window), reset_at_s: (oldest_ms + WINDOW_MS) / 1000 })
    }
}

fn forget(window: &mut VecDeque<Minute>, now: Millis) {
    while window.front().is_some_and(|minute| minute.first_call_ms + WINDOW_MS <= now) {
        window.pop_front();
    }
}

fn sum(window: &VecDeque<Minute>) -> f64 {
    window.iter().map(|minute| minute.seconds).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worked_example_of_the_documentation() {
        let operating = Operating::new(&config::Operating { limit_s: 480.0 });
        let meter = Meter::Application(1);
        let mut now = 0;
        for call in 1..=25 {
            assert!(operating.allow(meter, "crm.item.add", now), "call {call} is allowed");
            operating.add(meter, "crm.item.add", now, 20.0);
            now += 20_000;
        }
        assert!(!operating.allow(meter, "crm.item.add", now), "500 s are more than 480");
        assert!(operating.allow(meter, "crm.item.get", now), "another method has its own time");
        assert!(operating.allow(Meter::Webhook(1), "crm.item.add", now), "and so has another caller");
        assert!(operating.allow(meter, "crm.item.add", 600_000), "the first minute has left the window");
    }

    #[test]
    fn time_reports_when_the_oldest_minute_leaves() {
        let operating = Operating::new(&config::Operating { limit_s: 420.0 });
        let meter = Meter::Webhook(7);
        operating.add(meter, "profile", 30_000, 0.5);
        let spent = operating.add(meter, "profile", 90_000, 0.25);
        assert_eq!(spent, Some(Spent { seconds: 0.75, reset_at_s: 630 }));
        let unlimited = Operating::new(&config::Operating { limit_s: 0.0 });
        assert_eq!(unlimited.add(meter, "profile", 30_000, 0.5), None, "nothing is metered");
    }
}
