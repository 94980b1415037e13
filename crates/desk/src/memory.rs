//! What the writer remembers of the rows it saw, so that an incoming message of a known customer needs no look-up, and a
//! decision of routing none but for what has changed.
//!
//! It holds only while nobody else writes: every change first takes the row `writer` of the table `counters`, which also
//! makes writers of several processes take turns. Whoever finds another's mark there forgets everything. What was undone
//! (a refused job, a failed commit) is forgotten too, by the store's epoch.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use store::{Tx, params};

use crate::change::{Cause, Wake};
use crate::chats::Chat;
use crate::customers::Known;
use crate::handlers::Handler;
use crate::ids::Series;
use crate::inbound::{self, Call, CallOutcome, Place};
use crate::queue::{Load, Seat};
use crate::sessions::Open;
use crate::{Change, Millis, Refusal, Result};

/// Entries of one kind at most; above that the kind is forgotten and fills anew.
const ENTRIES_MAX: usize = 50_000;

/// A process that writes: its mark and its memory.
#[derive(Debug)]
pub struct Writer {
    mark: i64,
    memory: Mutex<Memory>,
}

impl Writer {
    /// `mark` is a random number, different for every process.
    #[must_use]
    pub fn new(mark: i64) -> Writer {
        Writer { mark, memory: Mutex::default() }
    }

    /// Runs `rule` and writes the events and deliveries it announced.
    ///
    /// # Errors
    /// Those of the rule and of the database; the transaction must then be given up.
    pub fn change<'a, 'tx, T>(
        &self,
        tx: &'a mut Tx<'tx>,
        cause: Cause,
        rule: impl FnOnce(&mut Change<'a, 'tx>) -> Result<T>,
    ) -> Result<T> {
        // What the rule changes may be what incoming messages depend on.
        let (result, _) = self.run(tx, cause, |change| {
            change.memory.forget_setup();
            rule(change)
        })?;
        Ok(result)
    }

    /// Runs `rule` for the program itself. It may touch neither connectors, channels, lines, applications nor handlers:
    /// what is remembered of them stays.
    ///
    /// # Errors
    /// Those of the rule and of the database; the transaction must then be given up.
    pub fn work<'a, 'tx, T>(
        &self,
        tx: &'a mut Tx<'tx>,
        now: Millis,
        rule: impl FnOnce(&mut Change<'a, 'tx>) -> Result<T>,
    ) -> Result<T> {
        let (result, _) = self.run(tx, Cause { now, ..Cause::default() }, rule)?;
        Ok(result)
    }

    /// Accepts incoming messages ([`inbound::accept`]), all with the same source key, and says who has to be woken because of them.
    ///
    /// # Errors
    /// Those of the database, for all calls together.
    pub fn accept(&self, tx: &mut Tx<'_>, now: Millis, calls: &[Call]) -> Result<(Vec<CallOutcome>, Wake)> {
        let source = calls.first().map(|call| call.source.clone()).unwrap_or_default();
        self.run(tx, Cause { now, source, ..Cause::default() }, |change| inbound::accept(change, calls))
    }

    fn run<'a, 'tx, T>(
        &self,
        tx: &'a mut Tx<'tx>,
        cause: Cause,
        rule: impl FnOnce(&mut Change<'a, 'tx>) -> Result<T>,
    ) -> Result<(T, Wake)> {
        // Only the database's writing thread comes here, so nobody waits. After an error the memory stays empty: what it
        // held is undone.
        let mut kept = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let memory = std::mem::take(&mut *kept);
        let memory = self.take_turn(tx, memory)?;
        let (result, memory, wake) = Change::run_with(tx, cause, memory, rule)?;
        *kept = memory;
        Ok((result, wake))
    }

    /// Takes the turn to write; the memory is empty if somebody else has written meanwhile or something was undone.
    fn take_turn(&self, tx: &mut Tx<'_>, memory: Memory) -> Result<Memory> {
        let sql = "UPDATE counters SET value = ?1 WHERE name = 'writer' AND value = ?1";
        let mine = tx.execute(sql, &params![self.mark])? == 1;
        if !mine {
            tx.execute("UPDATE counters SET value = ?1 WHERE name = 'writer'", &params![self.mark])?;
        }
        Ok(if mine && memory.epoch == tx.epoch() { memory } else { Memory { epoch: tx.epoch(), ..Memory::default() } })
    }
}

/// Who calls, through what, into what: the key of a remembered place.
pub(crate) type PlaceKey = (i64, String, i64);

/// The memory itself. Every rule that changes one of these rows updates or forgets the entry.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    epoch: u64,
    /// By connector and external id.
    pub customers: Bounded<(i64, String), Known>,
    /// By connector, line, external id and customer.
    pub chats: Bounded<(i64, i64, String, i64), Chat>,
    /// The open session of a chat.
    pub sessions: Bounded<i64, Open>,
    /// Sessions of which the tracker knows or is about to.
    pub tracked: Bounded<i64, ()>,
    /// The number of a chat's last message.
    pub numbers: Bounded<i64, i64>,
    /// The last id given, of the series that every change needs.
    pub ids: HashMap<Series, i64>,
    /// Connector and line of a caller, or why it has none.
    pub places: Bounded<PlaceKey, std::result::Result<Arc<Place>, Refusal>>,
    /// Who is in the queue of a line.
    pub queues: Bounded<i64, Arc<Vec<Seat>>>,
    /// The number of each operator's last turn on a line.
    pub turns: Bounded<i64, Arc<HashMap<i64, i64>>>,
    /// How many open sessions an operator has.
    pub loads: Bounded<i64, Load>,
    /// The handlers of an application.
    pub handlers: Bounded<Option<i64>, Arc<Vec<Handler>>>,
}

impl Memory {
    /// Connectors, channels, lines, applications or handlers changed.
    pub fn forget_setup(&mut self) {
        self.places = Bounded::default();
        self.handlers = Bounded::default();
    }
}

/// A map that forgets everything when it has grown too large.
#[derive(Debug)]
pub(crate) struct Bounded<K, V>(HashMap<K, V>);

impl<K, V> Default for Bounded<K, V> {
    fn default() -> Self {
        Bounded(HashMap::new())
    }
}

impl<K: std::hash::Hash + Eq, V> Bounded<K, V> {
    pub fn get(&self, key: &K) -> Option<&V> {
        self.0.get(key)
    }

    pub fn insert(&mut self, key: K, value: V) {
        if self.0.len() >= ENTRIES_MAX {
            self.0.clear();
        }
        self.0.insert(key, value);
    }

    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.0.get_mut(key)
    }

    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.0.values_mut()
    }

    #[cfg(debug_assertions)]
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.0.iter()
    }

    pub fn remove(&mut self, key: &K) {
        self.0.remove(key);
    }
}
