//! E-mail addresses with which nobody can sign in. They pause as accounts do: otherwise the first pause would tell who has one.

use desk::passwords::{Attempt, pause_ms};
use desk::tokens::digest;
use desk::{Millis, users};
use moka::ops::compute::Op;
use moka::sync::Cache;

/// Addresses remembered at once; a start forgets them all.
const ADDRESSES_MAX: u64 = 100_000;

/// Counts the attempts for each.
pub(super) struct Strangers(Cache<Key, Guesses>);

/// The digest of an address: it may be long, or a password that was typed into the wrong field.
pub(super) type Key = String;

#[derive(Debug, Clone, Copy)]
struct Guesses {
    failed: i64,
    paused_until_ms: Millis,
}

impl Default for Strangers {
    fn default() -> Self {
        Strangers(Cache::new(ADDRESSES_MAX))
    }
}

impl Strangers {
    /// Under what an address is counted.
    pub(super) fn key(email: &str) -> Key {
        digest(&users::email_key(email))
    }

    /// What an attempt with this address meets; [`desk::passwords::attempt`] says it of an account.
    pub(super) fn attempt(&self, key: Key, now: Millis) -> Attempt {
        let mut met = Attempt::Nobody;
        self.0.entry(key).and_compute_with(|known| {
            let before = known.map_or(Guesses { failed: 0, paused_until_ms: 0 }, |known| *known.value());
            if before.paused_until_ms > now {
                met = Attempt::Paused { until_ms: before.paused_until_ms };
                return Op::Nop;
            }
            let failed = before.failed + 1;
            Op::Put(Guesses { failed, paused_until_ms: now + pause_ms(failed).unwrap_or(0) })
        });
        met
    }
}
