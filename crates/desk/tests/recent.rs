//! The list of recent chats and what is unread in them, against the plain definition, on SQLite and on PostgreSQL.

mod support;

use desk::inbound::{self, Call};
use desk::recent::{self, Part, Which};
use desk::{Change, channels, connectors, dialogs, edits, lines, operators, queue, users};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use store::testing::{self, Database};
use store::{Options, Store, Tx};
use support::{incoming, registration};

const NOW: i64 = 1_749_990_400_000;

/// A line with one operator, no administrator, and a connector.
struct World {
    store: Store,
    _database: Database,
}

impl World {
    async fn new(database: Database) -> World {
        let store = Store::open(database.url(), Options::default()).await.unwrap();
        store.migrate(desk::MIGRATIONS).await.unwrap();
        let world = World { store, _database: database };
        world
            .change(NOW, 0, |change| {
                for name in ["Anna", "Boris"] {
                    let new = users::NewEmployee { name: name.to_owned(), ..users::NewEmployee::default() };
                    users::add_employee(change, &new)?;
                }
                let line_id = lines::add(change, "Line", true, &lines::Settings::default())?;
                queue::set_members(change, line_id, &[("user".to_owned(), 1)])?;
                let connector_id = connectors::register(change, 1, &registration())?;
                channels::set_active(change, connector_id, line_id, true)
            })
            .await;
        world
    }

    async fn change<T: Send + 'static>(
        &self,
        now: i64,
        actor_id: i64,
        rule: impl FnOnce(&mut Change<'_, '_>) -> desk::Result<T> + Send + 'static,
    ) -> T {
        self.store.write(move |tx| Change::run(tx, now, actor_id, rule)).await.unwrap()
    }

    /// Each of these chats gets a message.
    async fn receive(&self, now: i64, chats: Vec<usize>) {
        let call = Call {
            application_id: 1,
            connector: "c".to_owned(),
            line_id: 1,
            source: String::new(),
            messages: chats.iter().map(|chat| incoming(&chat.to_string())).collect(),
        };
        self.change(now, 0, move |change| inbound::accept(change, &[call])).await.remove(0).unwrap();
    }

    async fn chats(&self, which: Which, part: Part) -> (Vec<i64>, bool) {
        self.store.read(move |tx| recent::chat_ids(tx, 1, which, part)).await.unwrap()
    }

    async fn unread(&self) -> Vec<(i64, i64)> {
        self.store.read(|tx| recent::unread(tx, 1)).await.unwrap()
    }
}

/// What the lists should be, read from all messages: (chat, last message, unread), the newest first.
fn plainly(tx: &mut Tx<'_>) -> desk::Result<Vec<(i64, i64, i64)>> {
    let sql = "SELECT c.chat_id, (SELECT max(m.id) FROM messages m WHERE m.chat_id = c.chat_id AND m.deleted_ms IS NULL), \
               (SELECT count(*) FROM messages m WHERE m.chat_id = c.chat_id AND m.deleted_ms IS NULL AND m.author_id <> 1 \
               AND m.id > c.read_message_id) FROM chat_members c WHERE c.user_id = 1";
    let rows: Vec<(i64, Option<i64>, i64)> = tx.query(sql, &[], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let mut rows: Vec<(i64, i64, i64)> =
        rows.into_iter().filter_map(|(chat, last, unread)| Some((chat, last?, unread))).collect();
    rows.sort_by_key(|(_, last, _)| std::cmp::Reverse(*last));
    Ok(rows)
}

async fn check(world: &World) {
    let expected = world.store.read(plainly).await.unwrap();
    let ids: Vec<i64> = expected.iter().map(|(chat, ..)| *chat).collect();
    let all = Part { before_ms: None, offset: 0, limit: 5000 };
    assert_eq!(world.chats(Which::All, all).await, (ids.clone(), false));
    let mut unread: Vec<(i64, i64)> =
        expected.iter().filter(|(.., unread)| *unread > 0).map(|(chat, _, unread)| (*chat, *unread)).collect();
    let ids_unread: Vec<i64> = unread.iter().map(|(chat, _)| *chat).collect();
    assert_eq!(world.chats(Which::Unread, all).await, (ids_unread, false));
    unread.sort_unstable();
    assert_eq!(world.unread().await, unread);
    if let Some(offset) = ids.len().checked_sub(2) {
        let page = world.chats(Which::All, Part { offset: offset / 2, limit: 1, ..all }).await;
        assert_eq!(page, (vec![ids[offset / 2]], true));
    }
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Customer(i64),
    Write(i64),
    System(i64),
    Finish(i64),
    Read(i64),
    UnreadFrom(i64),
    DeleteLast(i64),
}

async fn act(world: &World, now: i64, step: Step) {
    match step {
        Step::Customer(chat) => world.receive(now, vec![usize::try_from(chat).unwrap()]).await,
        Step::Write(chat) => {
            world.change(now, 1, move |change| ignore(operators::write(change, chat, "hi".into()))).await;
        }
        Step::System(chat) => {
            world.change(now, 1, move |change| ignore(operators::write_as_system(change, chat, "!".into()))).await;
        }
        Step::Finish(chat) => world.change(now, 1, move |change| ignore(operators::finish(change, chat))).await,
        Step::Read(chat) => world.change(now, 1, move |change| ignore(dialogs::read(change, chat, None))).await,
        Step::UnreadFrom(chat) => {
            world.change(now, 1, move |change| ignore(dialogs::unread_from(change, chat, chat + 2))).await;
        }
        Step::DeleteLast(chat) => {
            let delete = move |change: &mut Change<'_, '_>| {
                let last_id = desk::messages::last_id(change.tx, chat)?;
                ignore(edits::delete(change, last_id))
            };
            world.change(now, 1, delete).await;
        }
    }
}

/// What the rules refuse changes nothing; that is tested elsewhere.
fn ignore<T>(done: desk::Result<T>) -> desk::Result<()> {
    match done {
        Ok(_) | Err(desk::Error::Refused(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

#[test]
fn the_lists_are_what_the_messages_say() {
    let chat = 1..5_i64;
    let step = prop_oneof![
        3 => chat.clone().prop_map(Step::Customer),
        2 => chat.clone().prop_map(Step::Write),
        1 => chat.clone().prop_map(Step::System),
        2 => chat.clone().prop_map(Step::Finish),
        1 => chat.clone().prop_map(Step::Read),
        1 => chat.clone().prop_map(Step::UnreadFrom),
        1 => chat.prop_map(Step::DeleteLast),
    ];
    let strategy = proptest::collection::vec(step, 1..20);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for database in [testing::sqlite, || testing::postgres().fresh_database()] {
        let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(12) });
        runner
            .run(&strategy, |steps| {
                runtime.block_on(async {
                    let world = World::new(database()).await;
                    for (at, step) in (1..).zip(steps) {
                        act(&world, NOW + at * 1000, step).await;
                        check(&world).await;
                    }
                    world.store.close().await;
                });
                Ok(())
            })
            .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_open_chats_are_found_by_walking_back() {
    for database in [testing::sqlite(), testing::postgres().fresh_database()] {
        let world = World::new(database).await;
        // More than are looked up one by one; every third chat wrote twice, and the second operator's are not listed.
        for (at, step) in (0..).zip([1, 3]) {
            for chats in (1..=1200).step_by(step).collect::<Vec<_>>().chunks(300) {
                world.receive(NOW + at * 60_000, chats.to_vec()).await;
            }
        }
        world.change(NOW, 1, |change| ignore(operators::skip(change, 7))).await;
        check(&world).await;
        // By date: what came before the second round, of those that were silent in it.
        let before = Part { before_ms: Some(NOW + 60_000), offset: 10, limit: 3 };
        let (ids, more) = world.chats(Which::All, before).await;
        let older: Vec<i64> = world
            .store
            .read(move |tx| {
                let sql = "SELECT chat_id FROM messages GROUP BY chat_id HAVING count(*) = 1 ORDER BY max(id) DESC LIMIT 3 OFFSET 10";
                tx.query(sql, &[], |row| row.get(0))
            })
            .await
            .unwrap();
        assert_eq!((ids, more), (older, true));
        world.store.close().await;
    }
}
