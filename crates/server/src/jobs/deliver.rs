//! Posts events to their handlers (P-70, promise 5).
//!
//! One loop claims what is due for all handlers in one write; each delivery is then posted by a task of its own. A handler
//! has a limited number of deliveries on their way, so a slow or dead one delays nobody else.

mod attempt;

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use desk::Millis;
use desk::attempts::{self, Claim};
use desk::deliveries::{self, Waiting};
use tokio::sync::watch;
use tokio::task::{Id, JoinError, JoinSet};

use super::{FINISH, LEASE_MS, POLL, RENEW_MS};
use crate::app::SharedApp;

use attempt::{Ended, Parcel};

/// Failures in a row after which a handler gets one delivery at a time until it answers again: many dead handlers together
/// must not use up the places of the living ones.
const PATIENCE: u32 = 3;

/// Delivers until `stopped` becomes true.
pub(super) async fn run(app: SharedApp, mut stopped: watch::Receiver<bool>) {
    let mut worker = Worker::new(app);
    loop {
        let pause = match worker.send_what_is_due().await {
            Ok(pause) => pause,
            Err(error) => {
                tracing::error!(%error, "deliveries could not be claimed; trying again");
                POLL
            }
        };
        tokio::select! {
            biased;
            _ = stopped.wait_for(|stopped| *stopped) => break,
            Some(ended) = worker.flying.join_next_with_id() => worker.landed(ended),
            () = worker.app.wakers.deliveries.notified() => {}
            () = tokio::time::sleep(pause) => {}
        }
        while let Some(ended) = worker.flying.try_join_next_with_id() {
            worker.landed(ended);
        }
    }
    worker.finish().await;
}

/// A delivery on its way.
struct Flight {
    claim: Claim,
    lane_id: i64,
}

#[derive(Default)]
struct Health {
    on_their_way: usize,
    failures: u32,
}

struct Worker {
    app: SharedApp,
    flying: JoinSet<Ended>,
    flights: HashMap<Id, Flight>,
    handlers: HashMap<i64, Health>,
    renewed_ms: Millis,
}

impl Worker {
    fn new(app: SharedApp) -> Worker {
        let renewed_ms = app.clock.now_ms();
        Worker { app, flying: JoinSet::new(), flights: HashMap::new(), handlers: HashMap::new(), renewed_ms }
    }

    /// Renews the leases of what is on its way, now and then.
    async fn renew(&mut self) -> desk::Result<()> {
        let now = self.app.clock.now_ms();
        if self.flights.is_empty() || now - self.renewed_ms < RENEW_MS {
            return Ok(());
        }
        let claims: Vec<Claim> = self.flights.values().map(|flight| flight.claim).collect();
        self.app.work(move |change| attempts::renew(change.tx, &claims, now + LEASE_MS)).await?;
        self.renewed_ms = now;
        Ok(())
    }

    /// Claims and posts what may be tried now; returns how long nothing more will be due.
    async fn send_what_is_due(&mut self) -> desk::Result<Duration> {
        let app = SharedApp::clone(&self.app);
        self.renew().await?;
        let now = app.clock.now_ms();
        let free = app.config.delivery.total_max.saturating_sub(self.flights.len());
        if free == 0 {
            return Ok(POLL);
        }
        let rooms: HashMap<i64, usize> = self.handlers.keys().map(|id| (*id, self.room(*id))).collect();
        let usual = app.config.delivery.per_handler_max;
        let waiting = app
            .read(move |tx| deliveries::waiting(tx, now, |id| rooms.get(&id).copied().unwrap_or(usual).min(free)))
            .await?;
        let next_due_ms = waiting.iter().filter_map(|handler| handler.next_due_ms).min();
        let on_their_way = |lane_id| self.handlers.get(&lane_id).map_or(0, |health| health.on_their_way);
        let mut ids = in_turns(waiting, free, on_their_way);
        // After a long sleep of the machine leases are over although this process lives.
        let flying: HashSet<i64> = self.flights.values().map(|flight| flight.claim.id).collect();
        ids.retain(|id| !flying.contains(id));
        if !ids.is_empty() {
            for parcel in attempt::claim(&app, ids).await? {
                self.launch(parcel);
            }
        }
        Ok(pause_until(next_due_ms, now))
    }

    fn room(&self, lane_id: i64) -> usize {
        let usual = self.app.config.delivery.per_handler_max;
        self.handlers.get(&lane_id).map_or(usual, |health| {
            let limit = if health.failures >= PATIENCE { 1 } else { usual };
            limit.saturating_sub(health.on_their_way)
        })
    }

    fn launch(&mut self, parcel: Parcel) {
        let flight = Flight { claim: parcel.claim(), lane_id: parcel.delivery.lane_id };
        self.handlers.entry(flight.lane_id).or_default().on_their_way += 1;
        let task = self.flying.spawn(attempt::run(SharedApp::clone(&self.app), parcel));
        self.flights.insert(task.id(), flight);
    }

    fn landed(&mut self, ended: Result<(Id, Ended), JoinError>) {
        let (id, ended) = match ended {
            Ok((id, ended)) => (id, ended),
            Err(error) => {
                tracing::error!(%error, "an attempt of a delivery broke down; it is repeated when its lease is over");
                (error.id(), Ended::Failed)
            }
        };
        let Some(flight) = self.flights.remove(&id) else { return };
        let Some(health) = self.handlers.get_mut(&flight.lane_id) else { return };
        health.on_their_way -= 1;
        health.failures = match ended {
            Ended::Answered => 0,
            Ended::Failed => health.failures.saturating_add(1),
        };
        if health.on_their_way == 0 && health.failures == 0 {
            self.handlers.remove(&flight.lane_id);
        }
    }

    /// Lets what is on its way arrive for a moment and hands back the rest.
    async fn finish(mut self) {
        let arriving = async {
            while let Some(ended) = self.flying.join_next_with_id().await {
                let id = ended.map_or_else(|error| error.id(), |(id, _)| id);
                self.flights.remove(&id);
            }
        };
        let _ = tokio::time::timeout(FINISH, arriving).await;
        self.flying.shutdown().await;
        let claims: Vec<Claim> = self.flights.values().map(|flight| flight.claim).collect();
        if claims.is_empty() {
            return;
        }
        tracing::info!(deliveries = claims.len(), "deliveries without an answer are handed back for the next start");
        let handed_back =
            self.app.work(move |change| claims.into_iter().try_for_each(|claim| attempts::hand_back(change.tx, claim)));
        if let Err(error) = handed_back.await {
            tracing::warn!(%error, "deliveries could not be handed back; they go out when their leases are over");
        }
    }
}

/// The first of each handler, then the second of each, and so on, up to `limit`: when places are few everybody gets one, and whoever
/// has the fewest already comes first.
fn in_turns(mut waiting: Vec<Waiting>, limit: usize, on_their_way: impl Fn(i64) -> usize) -> Vec<i64> {
    waiting.sort_by_key(|handler| on_their_way(handler.lane_id));
    let rounds = waiting.iter().map(|handler| handler.ready.len()).max().unwrap_or(0);
    let of_round = |round: usize| waiting.iter().filter_map(move |handler| handler.ready.get(round).copied());
    (0..rounds).flat_map(of_round).take(limit).collect()
}

/// Until the next one is due, but never longer than [`POLL`].
fn pause_until(due_ms: Option<Millis>, now: Millis) -> Duration {
    let pause_ms = due_ms.and_then(|due_ms| u64::try_from(due_ms - now).ok());
    pause_ms.map_or(POLL, |pause_ms| Duration::from_millis(pause_ms).min(POLL))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(lane_id: i64, ready: &[i64]) -> Waiting {
        Waiting { lane_id, ready: ready.to_vec(), next_due_ms: None }
    }

    #[test]
    fn handlers_take_turns() {
        let all = [waiting(1, &[10, 11, 12]), waiting(2, &[]), waiting(3, &[30]), waiting(4, &[40, 41])];
        let idle = |_| 0;
        assert_eq!(in_turns(all.to_vec(), 100, idle), [10, 30, 40, 11, 41, 12]);
        assert_eq!(in_turns(all.to_vec(), 3, idle), [10, 30, 40]);
        assert_eq!(in_turns(Vec::new(), 3, idle), Vec::<i64>::new());
        let busy = |lane_id| if lane_id == 4 { 0 } else { 7 };
        assert_eq!(in_turns(all.to_vec(), 1, busy), [40], "a place that is free goes to who has none");
    }

    #[test]
    fn a_pause_ends_when_something_is_due() {
        assert_eq!(pause_until(None, 1000), POLL);
        assert_eq!(pause_until(Some(1250), 1000), Duration::from_millis(250));
        assert_eq!(pause_until(Some(900_000), 1000), POLL);
    }
}
