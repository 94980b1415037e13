//! Groups incoming messages: what waits goes into one transaction, while that commits the next group gathers.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use desk::inbound::{Accepted, Call};
use futures::FutureExt;
use futures::future::join;
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
    sender: async_channel::Sender<Waiting>,
    receiver: async_channel::Receiver<Waiting>,
}

impl Default for Intake {
    fn default() -> Self {
        let (sender, receiver) = async_channel::bounded(WAITING_MAX);
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
    serve(&receiver, |calls| accept_group(&app, calls)).await;
}

/// Takes group after group from the queue and answers its callers with what `accept` says, one outcome for each call. A
/// group that breaks down takes nobody with it: its callers are told to try again, and the next group follows.
async fn serve<F: Future<Output = Vec<Outcome>>>(
    receiver: &async_channel::Receiver<Waiting>,
    accept: impl Fn(Vec<Call>) -> F,
) {
    // A call with another source key than the group's begins the next group.
    let mut held: Option<Waiting> = None;
    let mut answers: Vec<(oneshot::Sender<Outcome>, Outcome)> = Vec::new();
    loop {
        let first = match held.take().or_else(|| receiver.try_recv().ok()) {
            Some(first) => first,
            None => {
                answer(&mut answers);
                let Ok(first) = receiver.recv().await else { return };
                first
            }
        };
        let group = gather(receiver, first, &mut held);
        let (calls, senders): (Vec<Call>, Vec<_>) = group.into_iter().unzip();
        // The database begins with this group before the callers of the last one are answered: it need not wait for that.
        let beside = async { answer(&mut answers) };
        // Nothing is shared with what may have been left half-done, so going on is safe. The caught panic was logged by the
        // panic hook; a caller whose sender is dropped hears that the server could not take the call.
        let accepted = AssertUnwindSafe(async { accept(calls).await }).catch_unwind();
        match join(accepted, beside).await {
            (Ok(outcomes), ()) => answers.extend(senders.into_iter().zip(outcomes)),
            (Err(_), ()) => {
                tracing::error!(calls = senders.len(), "a group of incoming calls broke down; the next one follows");
            }
        }
    }
}

/// The calls that go into one transaction: `first` and what waits behind it, up to the limit or to a call with another
/// source key, which is held for the next group.
fn gather(receiver: &async_channel::Receiver<Waiting>, first: Waiting, held: &mut Option<Waiting>) -> Vec<Waiting> {
    // A call whose elements were all refused has no messages, and an answer to wait for all the same.
    let weight = |waiting: &Waiting| waiting.0.messages.len().max(1);
    let mut messages = weight(&first);
    let mut group = vec![first];
    while messages < GROUP_MAX {
        let Ok(next) = receiver.try_recv() else { break };
        if next.0.source != group[0].0.source {
            *held = Some(next);
            break;
        }
        messages += weight(&next);
        group.push(next);
    }
    group
}

fn answer(answers: &mut Vec<(oneshot::Sender<Outcome>, Outcome)>) {
    for (sender, outcome) in answers.drain(..) {
        // A caller that hung up does not hear the answer; its message is stored all the same.
        let _ = sender.send(outcome);
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

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use desk::inbound::{Author, Incoming};
    use futures::future::join_all;

    use super::*;

    fn call(source: &str, messages: usize) -> Call {
        let message = Incoming {
            profile: desk::customers::Profile::default(),
            chat_external_id: String::new(),
            chat_name: None,
            chat_url: None,
            external_id: None,
            sent_ms: None,
            body: String::new(),
            files: Vec::new(),
            author: Author::Customer,
            disable_crm: false,
        };
        let messages = vec![message; messages];
        Call { application_id: 1, connector: String::new(), line_id: 1, source: source.to_owned(), messages }
    }

    /// Queues the calls, then serves them; returns the groups as `source×calls` and what each caller heard.
    async fn served(calls: Vec<Call>) -> (Vec<String>, Vec<Outcome>) {
        let Intake { sender, receiver } = Intake::default();
        let answers: Vec<_> = calls
            .into_iter()
            .map(|call| {
                let (caller, answer) = oneshot::channel();
                sender.try_send((call, caller)).unwrap();
                answer
            })
            .collect();
        drop(sender);
        let groups = RefCell::new(Vec::new());
        let accept = |calls: Vec<Call>| {
            assert!(calls.iter().all(|call| call.source == calls[0].source), "sources were mixed");
            groups.borrow_mut().push(format!("{}×{}", calls[0].source, calls.len()));
            assert_ne!(calls[0].source, "bad", "this group breaks down");
            std::future::ready(calls.iter().map(|_| Ok(Vec::new())).collect())
        };
        let heard = async {
            let answers = join_all(answers).await;
            answers.into_iter().map(|answer| answer.unwrap_or(Err(desk::Error::Store(store::Error::Closed)))).collect()
        };
        let ((), heard) = join(serve(&receiver, accept), heard).await;
        (groups.into_inner(), heard)
    }

    #[tokio::test]
    async fn a_group_has_one_source_and_keeps_the_order() {
        let calls = ["a", "a", "b", "b", "b", "a", "", ""].map(|source| call(source, 1)).into();
        let (groups, heard) = served(calls).await;
        assert_eq!(groups, ["a×2", "b×3", "a×1", "×2"]);
        assert!(heard.len() == 8 && heard.iter().all(Result::is_ok));
    }

    #[tokio::test]
    async fn a_group_has_a_limit() {
        let (groups, _) = served(vec![call("a", GROUP_MAX / 2); 5]).await;
        assert_eq!(groups, ["a×2", "a×2", "a×1"]);
    }

    #[tokio::test]
    async fn a_group_that_breaks_down_stops_nobody_else() {
        let (groups, heard) = served(["a", "bad", "bad", "b"].map(|source| call(source, 1)).into()).await;
        assert_eq!(groups, ["a×1", "bad×2", "b×1"]);
        assert_eq!(heard.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, false, true]);
    }
}
