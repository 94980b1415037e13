//! Lanes, claims, retries and replays of deliveries, and the leases of jobs, on both databases.

use std::future::Future;

use desk::applications::Retries;
use desk::attempts::{self, Attempt, Claim, GIVE_UP_MS, Next};
use desk::change::Notice;
use desk::deliveries::{self, Delivery, State};
use desk::facts::{EventCode, Fact};
use desk::handlers::{self, Handler};
use desk::jobs::{self, JobKind};
use desk::timers::Timer;
use desk::{Change, Millis};
use store::{Options, Store, params};

const LEASE_MS: Millis = 60_000;

fn on_both<R: Future<Output = ()>>(test: impl Fn(Desk) -> R) {
    for database in [store::testing::sqlite(), store::testing::postgres().fresh_database()] {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let store = Store::open(database.url(), Options::default()).await.unwrap();
            store.migrate(desk::MIGRATIONS).await.unwrap();
            test(Desk { store: store.clone() }).await;
            store.close().await;
        });
    }
}

struct Desk {
    store: Store,
}

impl Desk {
    async fn change<T: Send + 'static>(
        &self,
        now: Millis,
        rule: impl FnOnce(&mut Change<'_, '_>) -> desk::Result<T> + Send + 'static,
    ) -> T {
        self.store.write(move |tx| Change::run(tx, now, 0, rule)).await.unwrap()
    }

    /// An installed application with one handler; returns the handler's id.
    async fn handler(&self, url: &'static str) -> i64 {
        self.handler_of(0, EventCode::ConnectorLineDelete, url).await
    }

    /// The application's handler of an event; returns the handler's id.
    async fn handler_of(&self, now: Millis, code: EventCode, url: &'static str) -> i64 {
        self.change(now, move |change| {
            let application_id = match desk::applications::list(change.tx)?.first() {
                Some(application) => application.id,
                None => desk::applications::add(change.tx, &application())?,
            };
            let handler = Handler {
                id: 0,
                application_id,
                user_id: 1,
                event_code: code.code.to_owned(),
                url: url.to_owned(),
                auth_user_id: 0,
                offline: false,
                auth_connector: String::new(),
                min_timeout_ms: 0,
                lane_id: 0,
            };
            handlers::bind(change, &handler)
        })
        .await
    }

    /// Announces facts, one for each chat given, in one change.
    async fn announce(&self, now: Millis, chat_ids: &[i64]) {
        let facts: Vec<_> = chat_ids.iter().map(|chat_id| (EventCode::ConnectorLineDelete, *chat_id)).collect();
        self.announce_all(now, facts).await;
    }

    async fn announce_all(&self, now: Millis, facts: Vec<(EventCode, i64)>) {
        self.change(now, move |change| {
            for (code, chat_id) in facts {
                change.notice(Notice {
                    application_id: None,
                    code,
                    chat_id,
                    message_id: 0,
                    fact: Fact::LineGone { line_id: 7 },
                });
            }
            Ok(())
        })
        .await;
    }

    /// Ids of what may be tried now, all handlers together.
    async fn ready(&self, now: Millis) -> Vec<i64> {
        let waiting = self.store.read(move |tx| deliveries::waiting(tx, now, |_| 100)).await.unwrap();
        waiting.into_iter().flat_map(|handler| handler.ready).collect()
    }

    async fn claim(&self, now: Millis, ids: &[i64]) -> Vec<Delivery> {
        let ids = ids.to_vec();
        self.change(now, move |change| deliveries::claim(change, &ids, LEASE_MS)).await
    }

    /// Claims one delivery and records what came of it.
    async fn attempt(&self, now: Millis, id: i64, next: Next) {
        let claimed = self.claim(now, &[id]).await;
        assert_eq!(claimed.len(), 1, "delivery {id} could not be claimed");
        self.change(now, move |change| attempts::record(change, &claimed[0], &attempt(now), next)).await;
    }

    async fn find(&self, id: i64) -> Delivery {
        self.store.read(move |tx| deliveries::find(tx, id)).await.unwrap().unwrap()
    }
}

fn application() -> desk::applications::Application {
    desk::applications::Application {
        id: 0,
        client_id: "local.1".to_owned(),
        secret_digest: String::new(),
        application_token: "t".to_owned(),
        name: "A".to_owned(),
        scopes: "imopenlines".to_owned(),
        handler_url: String::new(),
        install_url: String::new(),
        redirect_url: String::new(),
        installed: true,
        active: true,
        retries: Retries::ForDays,
        version: 1,
        created_ms: 0,
    }
}

fn attempt(now: Millis) -> Attempt {
    Attempt {
        at_ms: now,
        duration_ms: 1,
        status: Some(200),
        result: "ok".to_owned(),
        answer: String::new(),
        request: String::new(),
    }
}

const DONE: Next = Next::End(State::Done);

#[test]
fn only_the_head_of_a_lane_may_be_tried() {
    on_both(|desk| async move {
        desk.handler("https://a.example").await;
        desk.announce(10, &[1, 1, 2]).await;
        desk.announce(20, &[1, 2]).await;
        assert_eq!(desk.ready(20).await, [1, 3], "the first of each chat");
        desk.attempt(20, 1, DONE).await;
        assert_eq!(desk.ready(20).await, [3, 2]);
        desk.attempt(20, 3, DONE).await;
        desk.attempt(20, 2, DONE).await;
        assert_eq!(desk.ready(20).await, [4, 5]);
    });
}

#[test]
fn each_handler_has_lanes_of_its_own() {
    on_both(|desk| async move {
        desk.handler("https://a.example").await;
        desk.handler("https://b.example").await;
        desk.announce(10, &[1, 1]).await;
        assert_eq!(desk.ready(10).await, [1, 2]);
        desk.claim(10, &[1]).await;
        desk.attempt(10, 2, DONE).await;
        assert_eq!(desk.ready(10).await, [4], "the second handler does not wait for the first");
    });
}

#[test]
fn a_claim_is_exclusive_until_its_lease_ends() {
    on_both(|desk| async move {
        desk.handler("https://a.example").await;
        desk.announce(10, &[1, 1]).await;
        let claimed = desk.claim(10, &[1]).await;
        assert_eq!((claimed.len(), claimed[0].attempts), (1, 1));
        assert!(desk.claim(10, &[1, 2]).await.is_empty(), "neither twice nor past the head");
        assert!(desk.ready(10 + LEASE_MS - 1).await.is_empty());
        assert_eq!(desk.ready(10 + LEASE_MS).await, [1], "the claimer crashed");
        assert_eq!(desk.claim(10 + LEASE_MS, &[1]).await[0].attempts, 2);
        desk.store.write(|tx| attempts::hand_back(tx, Claim { id: 1, attempts: 2 })).await.unwrap();
        assert_eq!(desk.ready(10 + LEASE_MS).await, [1]);
        assert_eq!(desk.find(1).await.attempts, 2, "the handler may have heard of it");
    });
}

#[test]
fn who_lost_a_claim_cannot_touch_that_of_another() {
    on_both(|desk| async move {
        desk.handler("https://a.example").await;
        desk.announce(10, &[1]).await;
        let lost = desk.claim(10, &[1]).await.remove(0);
        let mine = Claim { id: 1, attempts: 1 };
        desk.store.write(move |tx| attempts::renew(tx, &[mine], 11 + LEASE_MS)).await.unwrap();
        assert!(desk.ready(10 + LEASE_MS).await.is_empty(), "renewed");
        let later = 11 + LEASE_MS;
        assert_eq!(desk.claim(later, &[1]).await.len(), 1);
        desk.store.write(move |tx| attempts::renew(tx, &[mine], later)).await.unwrap();
        desk.store.write(move |tx| attempts::hand_back(tx, mine)).await.unwrap();
        desk.change(later, move |change| attempts::record(change, &lost, &attempt(later), Next::RetryAt(later))).await;
        assert!(desk.ready(later).await.is_empty(), "the other one still has it");
        assert_eq!(desk.ready(later + LEASE_MS).await, [1]);
    });
}

#[test]
fn a_retry_holds_its_lane_and_no_other() {
    on_both(|desk| async move {
        desk.handler("https://a.example").await;
        desk.announce(10, &[1, 1, 2]).await;
        desk.attempt(10, 1, Next::RetryAt(5_000)).await;
        assert_eq!(desk.ready(4_999).await, [3]);
        let waiting = desk.store.read(|tx| deliveries::waiting(tx, 10, |_| 1)).await.unwrap();
        assert_eq!(waiting[0].next_due_ms, Some(5_000));
        assert_eq!(desk.ready(5_000).await, [3, 1]);
    });
}

#[test]
fn an_end_recorded_late_changes_nothing() {
    on_both(|desk| async move {
        let handler_id = desk.handler("https://a.example").await;
        desk.announce(10, &[1, 1]).await;
        let claimed = desk.claim(10, &[1]).await;
        desk.change(11, move |change| handlers::unbind(change, &[handler_id])).await;
        desk.change(12, move |change| attempts::record(change, &claimed[0], &attempt(12), Next::RetryAt(20))).await;
        assert!(desk.ready(1_000_000).await.is_empty());
        assert_eq!((desk.find(1).await.state, desk.find(2).await.state), (State::Cancelled, State::Cancelled));
        assert_eq!(desk.store.read(|tx| attempts::of_delivery(tx, 1)).await.unwrap().len(), 1);
    });
}

#[test]
fn a_replay_goes_first_but_not_past_what_is_on_its_way() {
    on_both(|desk| async move {
        desk.handler("https://a.example").await;
        desk.announce(10, &[1, 1, 1]).await;
        desk.attempt(10, 1, Next::End(State::Failed)).await;
        // The next one waits for another attempt: the replay takes its place.
        desk.attempt(10, 2, Next::RetryAt(3_600_000)).await;
        assert!(desk.change(20, |change| deliveries::replay(change, 1)).await);
        assert!(!desk.change(20, |change| deliveries::replay(change, 1)).await, "it is pending already");
        assert_eq!(desk.ready(20).await, [1]);
        desk.attempt(20, 1, Next::End(State::Failed)).await;
        assert_eq!(desk.ready(20).await, [2]);
        desk.claim(20, &[2]).await;
        assert!(desk.change(21, |change| deliveries::replay(change, 1)).await);
        assert!(desk.ready(21).await.is_empty(), "the second is on its way");
        assert!(!desk.change(21, |change| deliveries::replay(change, 99)).await);
    });
}

#[test]
fn the_handlers_of_one_address_stand_in_one_line() {
    let (add, update) = (EventCode::ConnectorMessageAdd, EventCode::ConnectorMessageUpdate);
    on_both(|desk| async move {
        desk.handler_of(0, add, "https://a.example").await;
        let updates = desk.handler_of(0, update, "https://a.example").await;
        desk.handler_of(0, update, "https://b.example").await;
        desk.handler_of(0, EventCode::LineMessageAdd, "https://a.example").await;
        desk.announce_all(10, vec![(add, 1), (update, 1), (update, 2), (EventCode::LineMessageAdd, 1), (add, 1)]).await;
        // Deliveries 2 and 3 are those of the first update, 4 and 5 of the second.
        assert_eq!(desk.ready(10).await, [1, 4, 3, 5, 6], "the change waits for the message, at its own address only");
        desk.attempt(10, 1, Next::RetryAt(5_000)).await;
        assert_eq!(desk.ready(4_999).await, [4, 3, 5, 6]);
        desk.attempt(5_000, 1, DONE).await;
        desk.change(5_001, move |change| handlers::unbind(change, &[updates])).await;
        assert_eq!(desk.ready(5_001).await, [7, 3, 5, 6], "who stood behind what was given up is the next");
    });
}

#[test]
fn what_an_unbinding_gave_up_comes_back_with_the_handler() {
    let (add, update) = (EventCode::ConnectorMessageAdd, EventCode::ConnectorMessageUpdate);
    on_both(|desk| async move {
        let adds = desk.handler_of(0, add, "https://a.example").await;
        desk.handler_of(0, update, "https://a.example").await;
        desk.announce_all(10, vec![(add, 1), (update, 1), (add, 2), (update, 3)]).await;
        desk.attempt(10, 1, Next::RetryAt(3_600_000)).await;
        desk.change(20, move |change| handlers::unbind(change, &[adds])).await;
        assert_eq!(desk.ready(20).await, [4, 2]);
        let other = desk.handler_of(25, add, "https://b.example").await;
        assert_eq!(desk.ready(25).await, [4, 2], "another address is another handler");
        desk.change(26, move |change| handlers::unbind(change, &[other])).await;
        let adds = desk.handler_of(30, add, "https://a.example").await;
        assert_eq!(desk.ready(30).await, [4, 1, 3], "in the old order, and at once");
        let back = desk.find(1).await;
        assert_eq!((back.handler_id, back.state, back.attempts), (adds, State::Pending, 1));
        desk.attempt(30, 1, DONE).await;
        assert_eq!(desk.ready(30).await, [4, 2, 3]);
        // What is too old to be tried stays given up.
        desk.change(40, move |change| handlers::unbind(change, &[adds])).await;
        desk.handler_of(40 + GIVE_UP_MS, add, "https://a.example").await;
        assert_eq!(desk.find(3).await.state, State::Cancelled);
    });
}

#[test]
fn what_cannot_be_read_is_given_up() {
    on_both(|desk| async move {
        desk.handler("https://a.example").await;
        desk.announce(10, &[1, 1]).await;
        desk.change(10, |change| Ok(change.tx.execute("UPDATE deliveries SET fact = '{}' WHERE id = 1", &[])?)).await;
        assert!(desk.claim(10, &[1]).await.is_empty());
        assert_eq!(desk.ready(10).await, [2]);
    });
}

#[test]
fn only_what_ended_long_ago_is_swept() {
    on_both(|desk| async move {
        desk.handler("https://a.example").await;
        desk.announce(10, &[1, 2, 3, 4]).await;
        for id in [1, 2, 3] {
            desk.attempt(10 * id, id, DONE).await;
        }
        let sweep = |before, limit| desk.store.write(move |tx| deliveries::sweep(tx, before, limit));
        assert_eq!(sweep(25, 1).await.unwrap(), 1);
        assert_eq!(sweep(25, 10).await.unwrap(), 1);
        assert_eq!(sweep(25, 10).await.unwrap(), 0);
        let left = "SELECT count(*) FROM attempts";
        assert_eq!(desk.store.read(move |tx| tx.query_one(left, &[], |row| row.get::<i64>(0))).await.unwrap(), 1);
        assert_eq!(desk.ready(30).await, [4]);
    });
}

#[test]
fn pauses_grow_and_end_after_three_days() {
    let mut delivery = Delivery {
        id: 1,
        handler_id: 1,
        lane_id: 1,
        application_id: 1,
        url: String::new(),
        event_code: String::new(),
        chat_id: 1,
        message_id: 1,
        auth_user_id: 0,
        fact: Fact::OfflineStored,
        state: State::Pending,
        attempts: 1,
        created_ms: 0,
        due_ms: Some(0),
        finished_ms: None,
    };
    let middle = 0.5;
    let after = |delivery: &Delivery, now, retry_after_ms| {
        attempts::after_failure(delivery, Retries::ForDays, now, middle, retry_after_ms)
    };
    let table = [(1, 5_000), (2, 15_000), (3, 60_000), (4, 300_000), (5, 900_000), (6, 3_600_000), (70, 3_600_000)];
    for (attempts, pause_ms) in table {
        delivery.attempts = attempts;
        assert_eq!(after(&delivery, 0, None), Next::RetryAt(pause_ms), "attempt {attempts}");
    }
    delivery.attempts = 1;
    assert_eq!(attempts::after_failure(&delivery, Retries::ForDays, 0, 0.0, None), Next::RetryAt(4_500));
    assert_eq!(attempts::after_failure(&delivery, Retries::ForDays, 0, 1.0, None), Next::RetryAt(5_500));
    assert_eq!(after(&delivery, 0, Some(600_000)), Next::RetryAt(600_000));
    assert_eq!(after(&delivery, 0, Some(1)), Next::RetryAt(5_000), "sooner than the pause is not asked for");
    assert_eq!(after(&delivery, 0, Some(Millis::MAX)), Next::RetryAt(24 * 3600 * 1000), "at most a day");
    assert_eq!(after(&delivery, GIVE_UP_MS - 5_000, None), Next::RetryAt(GIVE_UP_MS));
    assert_eq!(after(&delivery, GIVE_UP_MS, None), Next::End(State::Failed));
    let never = attempts::after_failure(&delivery, Retries::Never, 0, middle, None);
    assert_eq!(never, Next::End(State::Failed));
}

const CLOSE: JobKind = JobKind::Session(Timer::Close);

#[test]
fn a_job_planned_anew_outlives_the_run_before_it() {
    on_both(|desk| async move {
        desk.change(0, |change| jobs::schedule(change, CLOSE, 5, 100)).await;
        let claim = |now| desk.store.write(move |tx| jobs::claim(tx, now, &[CLOSE], LEASE_MS, 10));
        let next_due = || desk.store.read(|tx| jobs::next_due(tx, &[CLOSE]));
        assert!(claim(99).await.unwrap().is_empty());
        let first = claim(100).await.unwrap().remove(0);
        assert!(claim(100).await.unwrap().is_empty(), "it is running");
        assert_eq!(next_due().await.unwrap(), Some(100 + LEASE_MS));
        desk.change(110, |change| jobs::schedule(change, CLOSE, 5, 500)).await;
        desk.store.write(move |tx| jobs::finish(tx, &first)).await.unwrap();
        assert_eq!(next_due().await.unwrap(), Some(500));
        let second = claim(500).await.unwrap().remove(0);
        assert_eq!((second.subject_id, second.attempts), (5, 0));
        let again = second.clone();
        desk.store.write(move |tx| jobs::postpone(tx, &again, 900, "why")).await.unwrap();
        assert_eq!(next_due().await.unwrap(), Some(900));
        let third = claim(900).await.unwrap().remove(0);
        assert_eq!(third.attempts, 1);
        desk.store.write(move |tx| jobs::finish(tx, &third)).await.unwrap();
        assert_eq!(next_due().await.unwrap(), None);
        desk.change(0, |change| jobs::schedule_once(change, JobKind::Sweep, 0, 7)).await;
        desk.change(0, |change| jobs::schedule_once(change, JobKind::Sweep, 0, 9)).await;
        let due = "SELECT due_ms FROM jobs WHERE kind = ?1";
        let due = desk.store.read(move |tx| tx.query_one(due, &params!["sweep"], |row| row.get::<i64>(0)));
        assert_eq!(due.await.unwrap(), 7);
    });
}
