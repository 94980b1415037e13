//! The protocol's request limit: a leaky bucket per client address (`contract/platform.md` 5.2, P-55).

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Mutex;

use desk::Millis;

use crate::config;

/// Keys remembered at once; when there are more, those whose bucket is empty are forgotten.
const KEYS_MAX: usize = 100_000;

/// Whose requests an address's are. One customer of a provider has a whole /64 of IPv6 and calls from any address of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network(IpAddr);

impl From<IpAddr> for Network {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(address) => Network(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into()),
            address @ IpAddr::V4(_) => Network(address),
        }
    }
}

/// Counts requests per key, such as the client's address.
#[derive(Debug)]
pub struct RateLimiter<K> {
    enabled: bool,
    burst: f64,
    drain_per_s: f64,
    buckets: Mutex<HashMap<K, Bucket>>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    level: f64,
    at_ms: Millis,
}

impl<K: Eq + Hash> RateLimiter<K> {
    /// As configured.
    #[must_use]
    pub fn new(config: &config::Rate) -> RateLimiter<K> {
        RateLimiter {
            enabled: config.enabled,
            burst: config.burst,
            drain_per_s: config.drain,
            buckets: Mutex::default(),
        }
    }

    /// Counts a request; `false` when it must be refused. A refused request is not counted.
    pub fn allow(&self, key: K, now: Millis) -> bool {
        if !self.enabled {
            return true;
        }
        let mut buckets = self.buckets.lock().expect("nothing panics with the lock");
        if buckets.len() >= KEYS_MAX && !buckets.contains_key(&key) {
            buckets.retain(|_, bucket| self.level(*bucket, now) > 0.0);
        }
        let bucket = buckets.entry(key).or_insert(Bucket { level: 0.0, at_ms: now });
        let level = self.level(*bucket, now);
        if level > self.burst {
            return false;
        }
        *bucket = Bucket { level: level + 1.0, at_ms: now };
        true
    }

    #[expect(clippy::cast_precision_loss, reason = "milliseconds are far below 2^53")]
    fn level(&self, bucket: Bucket, now: Millis) -> f64 {
        let passed_s = (now - bucket.at_ms).max(0) as f64 / 1000.0;
        (bucket.level - self.drain_per_s * passed_s).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_more_than_the_burst_passes_and_the_bucket_drains() {
        let limiter = RateLimiter::new(&config::Rate { enabled: true, burst: 50.0, drain: 2.0 });
        let (one, other): (IpAddr, IpAddr) = ([10, 0, 0, 1].into(), [10, 0, 0, 2].into());
        let passed = (0..60).filter(|_| limiter.allow(one, 1000)).count();
        assert_eq!(passed, 51);
        assert!(limiter.allow(other, 1000), "another address has its own bucket");
        assert!(!limiter.allow(one, 1400), "51 - 0.8 is still above 50");
        assert!(limiter.allow(one, 1500), "51 - 1 is 50");
    }

    #[test]
    fn a_network_of_ipv6_has_one_bucket() {
        let network = |text: &str| Network::from(text.parse::<IpAddr>().unwrap());
        assert_eq!(network("2001:db8:0:1::1"), network("2001:db8:0:1:ffff:ffff:ffff:ffff"));
        assert_ne!(network("2001:db8:0:1::1"), network("2001:db8:0:2::1"));
        assert_eq!(network("::ffff:10.0.0.1"), network("10.0.0.1"));
        assert_ne!(network("10.0.0.1"), network("10.0.0.2"));
    }
}
