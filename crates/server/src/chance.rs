//! The only place that makes secrets and rolls dice. A test hands in a seeded one and gets the same secrets every time.

use std::sync::{Arc, Mutex};

use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};

/// Where chance comes from.
#[derive(Clone)]
pub struct Chance(Arc<Mutex<StdRng>>);

impl Chance {
    /// Seeded by the operating system: secrets cannot be guessed.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the place")]
    pub fn system() -> Chance {
        Chance(Arc::new(Mutex::new(StdRng::from_rng(&mut rand::rng()))))
    }

    /// The same secrets for the same seed. For tests only.
    #[must_use]
    pub fn seeded(seed: u64) -> Chance {
        Chance(Arc::new(Mutex::new(StdRng::seed_from_u64(seed))))
    }

    /// `bytes` random bytes as lower-case hexadecimal digits.
    #[must_use]
    pub fn hex(&self, bytes: usize) -> String {
        let mut buffer = vec![0; bytes];
        self.generator().fill_bytes(&mut buffer);
        hex::encode(buffer)
    }

    /// `length` lower-case letters and digits.
    #[must_use]
    pub fn alphanumeric(&self, length: usize) -> String {
        const ALPHABET: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
        let mut generator = self.generator();
        (0..length).map(|_| char::from(ALPHABET[generator.random_range(0..ALPHABET.len())])).collect()
    }

    /// `length` decimal digits, the first not 0.
    #[must_use]
    pub fn digits(&self, length: usize) -> String {
        let mut generator = self.generator();
        (0..length).map(|index| char::from(b'0' + generator.random_range(u8::from(index == 0)..10))).collect()
    }

    /// Any positive number.
    #[must_use]
    pub fn number(&self) -> i64 {
        self.generator().random_range(1..=i64::MAX)
    }

    /// A number from 0 up to 1.
    #[must_use]
    pub fn unit(&self) -> f64 {
        self.generator().random()
    }

    fn generator(&self) -> std::sync::MutexGuard<'_, StdRng> {
        self.0.lock().expect("no code that holds the generator panics")
    }
}

impl std::fmt::Debug for Chance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Chance")
    }
}
