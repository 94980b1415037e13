//! From which hosts files are being fetched: one that does not answer must not take all places (promise 7).

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Hosts remembered at most, beside those from which something is being fetched.
const REMEMBERED_MAX: usize = 10_000;

/// Who has how many places.
#[derive(Debug, Default)]
pub struct Hosts(Mutex<HashMap<String, Host>>);

#[derive(Debug, Default, Clone, Copy)]
struct Host {
    on_their_way: usize,
    has_failed: bool,
}

/// A place that one file has while it is fetched.
pub struct Place<'h> {
    hosts: &'h Hosts,
    host: String,
}

impl Hosts {
    /// A place for one more file of this host. There is none when the host has half of all `places`, or one while it does not
    /// answer.
    pub fn enter(&self, host: String, places: usize) -> Option<Place<'_>> {
        let mut hosts = self.lock();
        if hosts.len() >= REMEMBERED_MAX {
            hosts.retain(|_, host| host.on_their_way > 0);
        }
        let entry = hosts.entry(host.clone()).or_default();
        let limit = if entry.has_failed { 1 } else { places.div_ceil(2) };
        if entry.on_their_way >= limit {
            return None;
        }
        entry.on_their_way += 1;
        drop(hosts);
        Some(Place { hosts: self, host })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Host>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place<'_> {
    /// Whether the host has answered.
    pub fn landed(&mut self, has_answered: bool) {
        if let Some(host) = self.hosts.lock().get_mut(&self.host) {
            host.has_failed = !has_answered;
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut hosts = self.hosts.lock();
        let Some(host) = hosts.get_mut(&self.host) else { return };
        host.on_their_way -= 1;
        if host.on_their_way == 0 && !host.has_failed {
            hosts.remove(&self.host);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn enter<'h>(hosts: &'h Hosts, host: &str) -> Option<Place<'h>> {
        hosts.enter(host.to_owned(), 4)
    }

    #[test]
    fn a_host_has_half_of_the_places_and_one_while_it_fails() {
        let hosts = Hosts::default();
        let (mut first, second) = (enter(&hosts, "a").unwrap(), enter(&hosts, "a").unwrap());
        assert!(enter(&hosts, "a").is_none(), "two of four");
        let other = enter(&hosts, "b");
        assert!(other.is_some(), "others have theirs");
        first.landed(false);
        drop((first, second));
        let mut only = enter(&hosts, "a").unwrap();
        assert!(enter(&hosts, "a").is_none(), "it has failed");
        only.landed(true);
        assert!(enter(&hosts, "a").is_some(), "it answers again");
        drop((only, other));
        assert!(hosts.lock().is_empty(), "nothing is kept of those that answer");
    }
}
