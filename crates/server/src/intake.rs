//! Groups incoming messages: what waits goes into one transaction, while that commits the next group gathers.

use std::sync::Arc;

use desk::inbound::{Accepted, Call};
use tokio::sync::oneshot;

use crate::app::{App, SharedApp};

/// Calls that may wait; one more is told that the server is overloaded.
const WAITING_MAX: usize = 10_000;

/// Messages in one transaction at most: larger groups gain nothing and make the others wait.
const GROUP_MAX: usize = 256;

/// What becomes of a call.
pub type Outcome = desk::Result<Vec<Accepted>>;

type Waiting = (Call, oneshot::Sender<Outcome>);

/// Where the callers queue.
pub struct Intake {
    sender: flume::Sender<Waiting>,
    receiver: flume::Receiver<Waiting>,
}

impl Default for Intake {
    fn default() -> Self {
        let (sender, receiver) = flume::bounded(WAITING_MAX);
        Intake { sender, receiver }
    }
}

impl Intake {
    /// Accepts a call's messages; durable when it returns.
    ///
    /// # Errors
    /// `Busy` when too many wait; the call's own refusal; those of the database.
    pub async fn accept(&self, call: Call) -> Outcome {
        let (sender, receiver) = oneshot::channel();
        self.sender.try_send((call, sender)).map_err(|_| desk::Error::Store(store::Error::Busy))?;
        receiver.await.unwrap_or(Err(desk::Error::Store(store::Error::Closed)))
    }

    /// Calls that wait now.
    #[must_use]
    pub fn len(&self) -> usize {
        self.receiver.len()
    }

    /// Whether so many wait that callers will soon be refused.
    #[must_use]
    pub fn is_nearly_full(&self) -> bool {
        self.len() > WAITING_MAX / 10 * 9
    }

    /// Whether nobody waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.receiver.is_empty()
    }
}

/// Works through the queue; aborted when the listener has answered its last call. One group at a time: what comes while it
/// commits is the next group, and two smaller ones at once were slower.
pub async fn run(app: SharedApp) {
    let receiver = app.intake.receiver.clone();
    // A call with another source key than the group's begins the next group.
    let mut held: Option<Waiting> = None;
    loop {
        let first = match held.take() {
            Some(first) => first,
            None => match receiver.recv_async().await {
                Ok(first) => first,
                Err(_) => return,
            },
        };
        let mut messages = first.0.messages.len();
        let mut group = vec![first];
        while messages < GROUP_MAX {
            let Ok(next) = receiver.try_recv() else { break };
            if next.0.source != group[0].0.source {
                held = Some(next);
                break;
            }
            messages += next.0.messages.len();
            group.push(next);
        }
        let (calls, senders): (Vec<Call>, Vec<_>) = group.into_iter().unzip();
        for (sender, outcome) in senders.into_iter().zip(accept_group(&app, calls).await) {
            // A caller that hung up does not hear the answer; its message is stored all the same.
            let _ = sender.send(outcome);
        }
    }
}

async fn accept_group(app: &App, calls: Vec<Call>) -> Vec<Outcome> {
    let calls = Arc::new(calls);
    match app.accept(app.clock.now_ms(), Arc::clone(&calls)).await {
        Ok(outcomes) => outcomes.into_iter().map(|outcome| outcome.map_err(desk::Error::Refused)).collect(),
        Err(error) => one_by_one(app, &calls, error).await,
    }
}

/// The group failed as a whole; if one call is the cause, the others must not suffer from it.
async fn one_by_one(app: &App, calls: &[Call], error: desk::Error) -> Vec<Outcome> {
    let own_fault = matches!(
        error,
        desk::Error::Store(store::Error::Database(_) | store::Error::Conflict { .. } | store::Error::Panicked(_))
    );
    if calls.len() == 1 || !own_fault {
        return calls.iter().map(|_| Err(error.clone())).collect();
    }
    let mut outcomes = Vec::with_capacity(calls.len());
    for call in calls {
        let now = app.clock.now_ms();
        let alone = app.accept(now, Arc::new(vec![call.clone()])).await;
        outcomes.push(alone.and_then(|mut outcomes| outcomes.remove(0).map_err(desk::Error::Refused)));
    }
    outcomes
}
