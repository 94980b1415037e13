//! Sessions under parallel work and in random order, on SQLite and on PostgreSQL. On PostgreSQL two stores write into one
//! database, as two processes would.

mod support;

use std::sync::Arc;

use desk::inbound::{Accepted, Call};
use desk::timers::Timer;
use desk::{
    Change, Error, Refusal, channels, connectors, inbound, line_fields, lines, operators, queue, sessions, timers,
    users,
};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use store::testing::{self, Database};
use store::{Options, Store};
use support::{incoming, registration};

const NOW: i64 = 1_749_990_400_000;
const OPERATORS: i64 = 3;

/// A line with three operators, none an administrator, and a connector.
struct World {
    stores: Vec<Store>,
    _database: Database,
}

impl World {
    async fn new(database: Database, writers: usize, queue_type: &str) -> World {
        let mut stores = Vec::new();
        for _ in 0..writers {
            stores.push(Store::open(database.url(), Options::default()).await.unwrap());
        }
        stores[0].migrate(desk::MIGRATIONS).await.unwrap();
        let world = World { stores, _database: database };
        let queue_type = queue_type.to_owned();
        world
            .change(0, NOW, 0, move |change| {
                for number in 1..=OPERATORS {
                    let new = users::NewEmployee { name: format!("Op{number}"), ..users::NewEmployee::default() };
                    users::add_employee(change, &new)?;
                }
                let mut settings = lines::Settings::default();
                let rule = line_fields::find("QUEUE_TYPE").unwrap().accept(&queue_type).unwrap();
                settings.set("QUEUE_TYPE", rule);
                let line_id = lines::add(change, "Line", true, &settings)?;
                let members: Vec<_> = (1..=OPERATORS).map(|id| ("user".to_owned(), id)).collect();
                queue::set_members(change, line_id, &members)?;
                let connector_id = connectors::register(change, 1, &registration())?;
                channels::set_active(change, connector_id, line_id, true)
            })
            .await
            .unwrap();
        world
    }

    async fn change<T: Send + 'static>(
        &self,
        store: usize,
        now: i64,
        actor_id: i64,
        rule: impl FnOnce(&mut Change<'_, '_>) -> desk::Result<T> + Send + 'static,
    ) -> desk::Result<T> {
        let store = &self.stores[store % self.stores.len()];
        store.write(move |tx| Change::run(tx, now, actor_id, rule)).await
    }

    async fn receive(&self, store: usize, now: i64, chat: &str) -> desk::Result<Accepted> {
        let call = Call {
            application_id: 1,
            connector: "c".to_owned(),
            line_id: 1,
            source: String::new(),
            messages: vec![incoming(chat)],
        };
        let mut done = self.change(store, now, 0, move |change| inbound::accept(change, &[call])).await?;
        Ok(done.remove(0).map_err(Error::Refused)?[0])
    }

    async fn numbers(&self, sql: &'static str) -> Vec<i64> {
        self.stores[0].read(move |tx| tx.query(sql, &[], |row| row.get(0))).await.unwrap()
    }

    async fn close(self) {
        for store in &self.stores {
            store.close().await;
        }
    }
}

/// SQLite with one writer, PostgreSQL with two.
fn databases() -> [(Database, usize); 2] {
    [(testing::sqlite(), 1), (testing::postgres().fresh_database(), 2)]
}

#[tokio::test(flavor = "multi_thread")]
async fn parallel_answers_and_messages_leave_one_session_one_owner_and_no_gap() {
    for (database, writers) in databases() {
        let world = Arc::new(World::new(database, writers, "all").await);
        world.receive(0, NOW, "a").await.unwrap();
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..24_usize {
            let world = Arc::clone(&world);
            let operator = i64::try_from(number).unwrap() % OPERATORS + 1;
            tasks.spawn(async move {
                let answered = world.change(number, NOW, operator, |change| operators::answer(change, 1)).await.is_ok();
                world.change(number, NOW, operator, |change| operators::write(change, 1, "hi".into())).await.unwrap();
                world.receive(number, NOW, "a").await.unwrap();
                answered.then_some(operator)
            });
        }
        let mut winners: Vec<i64> = tasks.join_all().await.into_iter().flatten().collect();
        winners.sort_unstable();
        winners.dedup();
        assert_eq!(winners.len(), 1, "one operator has it, the others were told so");
        assert_eq!(world.numbers("SELECT operator_id FROM sessions").await, winners, "one session");
        let expected: Vec<i64> = (1..=49).collect();
        assert_eq!(world.numbers("SELECT no FROM messages ORDER BY id").await, expected);
        Arc::into_inner(world).unwrap().close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_rule_spreads_as_its_name_says() {
    for (rule, expected) in [("evenly", [1, 2, 3, 1, 2, 3]), ("strictly", [1; 6]), ("all", [0; 6])] {
        for (database, writers) in databases() {
            let world = World::new(database, writers, rule).await;
            for chat in ["a", "b", "c", "d", "e", "f"] {
                world.receive(0, NOW, chat).await.unwrap();
            }
            assert_eq!(world.numbers("SELECT operator_id FROM sessions ORDER BY id").await, expected, "{rule}");
            let members = world.numbers("SELECT count(*) FROM chat_members").await;
            assert_eq!(members, [if rule == "all" { 18 } else { 6 }], "{rule}");
            world.close().await;
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Customer,
    Answer(i64),
    Write(i64),
    Finish(i64),
    Skip(i64),
    /// The clock moves by so many minutes, then the job looks.
    Wait(i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let who = 1..=OPERATORS;
    let step = prop_oneof![
        Just(Step::Customer),
        who.clone().prop_map(Step::Answer),
        who.clone().prop_map(Step::Write),
        who.clone().prop_map(Step::Finish),
        who.prop_map(Step::Skip),
        (1..12_i64).prop_map(Step::Wait),
    ];
    proptest::collection::vec(step, 1..25)
}

/// What a session should be, in plain words: one chat, rule `strictly`, ten minutes to close.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Model {
    sessions: i64,
    status: &'static str,
    owner: i64,
    skipped: Vec<i64>,
    due: i64,
}

impl Model {
    fn open(&mut self, status: &'static str, owner: i64) {
        *self = Model { sessions: self.sessions + 1, status, owner, ..Model::default() };
    }

    fn is_open(&self) -> bool {
        self.sessions > 0 && self.status != "closed"
    }

    fn is_held_by_other(&self, who: i64) -> bool {
        matches!(self.status, "answered" | "waiting" | "closing") && self.owner != who
    }

    /// The operator has it; whose turn it is depends on who has written last.
    fn take(&mut self, who: i64) {
        let customers_turn = matches!(self.status, "waiting" | "closing");
        self.status = if customers_turn { "waiting" } else { "answered" };
        self.owner = who;
        self.skipped.clear();
    }

    /// Applies the step and says whether it is allowed.
    fn step(&mut self, step: Step, now: i64) -> bool {
        match step {
            Step::Customer if !self.is_open() => self.open("offered", 1),
            Step::Customer if matches!(self.status, "waiting" | "closing") => self.status = "answered",
            Step::Customer => (),
            Step::Answer(who) | Step::Write(who) if !self.is_open() => self.open("waiting", who),
            Step::Answer(who) if self.is_held_by_other(who) => return false,
            Step::Answer(who) => self.take(who),
            Step::Write(who) => {
                if !self.is_held_by_other(who) {
                    self.take(who);
                }
                if self.status == "answered" {
                    self.status = "waiting";
                }
            }
            Step::Finish(_) if !self.is_open() => (),
            Step::Finish(who) if self.is_held_by_other(who) => return false,
            Step::Finish(_) if self.status == "closing" => (),
            Step::Finish(who) => {
                self.take(who);
                (self.status, self.due) = ("closing", now + 10);
            }
            Step::Skip(_) if !self.is_open() || self.status == "closing" => return false,
            Step::Skip(who) if self.owner != 0 && self.owner != who => return false,
            Step::Skip(who) => {
                self.skipped.push(who);
                self.owner = (1..=OPERATORS).find(|id| !self.skipped.contains(id)).unwrap_or(0);
                self.status = if self.owner == 0 { "new" } else { "offered" };
            }
            Step::Wait(_) if self.status == "closing" && self.due <= now => self.status = "closed",
            Step::Wait(_) => (),
        }
        true
    }
}

async fn take(world: &World, step: Step, now: i64) -> desk::Result<()> {
    let now = NOW + now * 60_000;
    match step {
        Step::Customer => world.receive(0, now, "a").await.map(|_| ()),
        Step::Answer(who) => world.change(0, now, who, |change| operators::answer(change, 1)).await,
        Step::Write(who) => {
            world.change(0, now, who, |change| operators::write(change, 1, "x".into())).await.map(|_| ())
        }
        Step::Finish(who) => world.change(0, now, who, |change| operators::finish(change, 1)).await,
        Step::Skip(who) => world.change(0, now, who, |change| operators::skip(change, 1)).await,
        Step::Wait(_) => {
            world
                .change(0, now, 0, |change| match sessions::last_of_chat(change.tx, 1)? {
                    Some(session) => timers::fire(change, Timer::Close, session.id),
                    None => Ok(()),
                })
                .await
        }
    }
}

async fn follow(world: &World, steps: &[Step]) {
    let mut model = Model::default();
    let mut now = 0;
    // The chat has to be there.
    for step in std::iter::once(&Step::Customer).chain(steps) {
        if let Step::Wait(minutes) = step {
            now += minutes;
        }
        let allowed = model.step(*step, now);
        match take(world, *step, now).await {
            Ok(()) => assert!(allowed, "{step:?} in {model:?}"),
            Err(Error::Refused(Refusal::NoAccess | Refusal::NoSession)) => assert!(!allowed, "{step:?} in {model:?}"),
            Err(error) => panic!("{step:?}: {error}"),
        }
        let last = world.stores[0].read(|tx| sessions::last_of_chat(tx, 1)).await.unwrap().unwrap();
        let found = (last.id, last.status.as_str(), last.operator_id);
        assert_eq!(found, (model.sessions, model.status, model.owner), "after {step:?} of {steps:?}");
    }
    let count = world.numbers("SELECT count(*) FROM sessions").await;
    assert_eq!(count, [model.sessions]);
}

#[test]
fn a_session_behaves_as_the_model_says() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for postgres in [false, true] {
        let config =
            ProptestConfig { cases: if postgres { 12 } else { 48 }, failure_persistence: None, ..Default::default() };
        TestRunner::new(config)
            .run(&steps(), |steps| {
                runtime.block_on(async {
                    let database = if postgres { testing::postgres().fresh_database() } else { testing::sqlite() };
                    let world = World::new(database, 1, "strictly").await;
                    follow(&world, &steps).await;
                    world.close().await;
                });
                Ok(())
            })
            .unwrap();
    }
}
