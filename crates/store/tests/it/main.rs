//! What every database must do: each case runs on SQLite and on PostgreSQL.

mod each;
mod idle;
mod jobs;
mod late;
mod migrations;
mod postgres;
mod sqlite;
mod values;
mod words;

use store::testing::{self, Database};
use store::{Error, Kind, Migration, Options, Store};

/// A table that most cases use.
const THINGS: &[Migration] = &[Migration {
    name: "0001_things",
    sql: "CREATE TABLE things (
              id BIGINT PRIMARY KEY,
              name TEXT UNIQUE, -- may be absent
              size DOUBLE PRECISION,
              raw BYTEA,
              parent BIGINT REFERENCES things (id) DEFERRABLE INITIALLY DEFERRED
          );
          CREATE INDEX things_parent ON things (parent);",
}];

/// A new database of each kind.
fn databases() -> [Database; 2] {
    [testing::sqlite(), testing::postgres().fresh_database()]
}

/// Runs the case on each database, with the table `things` in it.
async fn check(case: impl AsyncFn(Store)) {
    check_with(Options::default(), case).await;
}

async fn check_with(options: Options, case: impl AsyncFn(Store)) {
    for database in databases() {
        let store = Store::open(database.url(), options.clone()).await.unwrap();
        eprintln_kind(store.kind());
        store.migrate(THINGS).await.unwrap();
        case(store.clone()).await;
        store.close().await;
    }
}

/// Shown only if the case fails.
#[expect(clippy::print_stderr, reason = "it says on which database a case failed")]
fn eprintln_kind(kind: Kind) {
    eprintln!("on {kind:?}");
}

/// Writes a thing with this id and name.
async fn put(store: &Store, id: i64, name: &str) -> Result<u64, Error> {
    let name = name.to_owned();
    store.write(move |tx| tx.execute("INSERT INTO things (id, name) VALUES (?1, ?2)", &store::params![id, name])).await
}

async fn ids(store: &Store) -> Vec<i64> {
    store.read(|tx| tx.query("SELECT id FROM things ORDER BY id", &[], |row| row.get(0))).await.unwrap()
}

/// Keeps the writer busy until the returned sender is dropped, so that what comes next shares a transaction.
async fn hold_writer(store: &Store) -> (std::sync::mpsc::Sender<()>, tokio::task::JoinHandle<()>) {
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let (running, started) = tokio::sync::oneshot::channel();
    let store = store.clone();
    let held = tokio::spawn(async move {
        let job = move |_: &mut store::Tx<'_>| {
            running.send(()).unwrap();
            // It ends when the sender is dropped.
            let _ = wait.recv();
            Ok::<_, Error>(())
        };
        store.write(job).await.unwrap();
    });
    started.await.unwrap();
    (go, held)
}
