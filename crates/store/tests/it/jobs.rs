use futures::future::join_all;
use store::{Error, Options, Store, params};

use crate::{check, check_with, databases, hold_writer, ids, put};

fn conflict() -> Error {
    Error::Conflict { constraint: "things.name".to_owned() }
}

#[tokio::test]
async fn a_refusal_leaves_its_neighbours() {
    check(async |store| {
        let (go, held) = hold_writer(&store).await;
        let writes = (1..=40).map(|id| {
            let store = store.clone();
            let name = if id % 10 == 0 { "same".to_owned() } else { format!("n{id}") };
            tokio::spawn(async move { put(&store, id, &name).await })
        });
        let writes: Vec<_> = writes.collect();
        wait_for_queue(&store, 40).await;
        drop(go);
        held.await.unwrap();
        let answers: Vec<_> = join_all(writes).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(answers.iter().filter(|answer| **answer == Ok(1)).count(), 37);
        assert_eq!(answers.iter().filter(|answer| **answer == Err(conflict())).count(), 3);
        assert_eq!(ids(&store).await.len(), 37);
    })
    .await;
}

/// Lets the runtime run until so many writes wait.
async fn wait_for_queue(store: &Store, length: usize) {
    while store.write_queue_len() < length {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn conflicts_name_their_columns() {
    check(async |store| {
        put(&store, 1, "a").await.unwrap();
        assert_eq!(put(&store, 2, "a").await, Err(conflict()));
        assert_eq!(put(&store, 1, "b").await, Err(Error::Conflict { constraint: "things.id".to_owned() }));
        let two = store.write(|tx| {
            tx.execute("CREATE UNIQUE INDEX two ON things (parent, size)", &[])?;
            tx.execute("CREATE UNIQUE INDEX folded ON things (lower(name))", &[])
        });
        two.await.unwrap();
        let refused = store.write(|tx| {
            let sql = "INSERT INTO things (id, parent, size) VALUES (?1, 1, 2.5)";
            tx.execute(sql, &params![5])?;
            tx.execute(sql, &params![6])
        });
        assert_eq!(refused.await, Err(Error::Conflict { constraint: "things.parent, things.size".to_owned() }));
        assert_eq!(put(&store, 7, "A").await, Err(Error::Conflict { constraint: "folded".to_owned() }));
    })
    .await;
}

#[tokio::test]
async fn a_refused_statement_cannot_be_ignored() {
    check(async |store| {
        put(&store, 1, "a").await.unwrap();
        let ignored = store.write(|tx| -> Result<(), Error> {
            tx.execute("INSERT INTO things (id, name) VALUES (2, 'b')", &[])?;
            let first = tx.execute("INSERT INTO things (id, name) VALUES (3, 'a')", &[]);
            let later = tx.execute("INSERT INTO things (id, name) VALUES (4, 'd')", &[]);
            assert_eq!((first, later), (Err(conflict()), Err(conflict())));
            Ok(())
        });
        assert_eq!(ignored.await, Err(conflict()));
        assert_eq!(ids(&store).await, [1]);
    })
    .await;
}

#[tokio::test]
async fn an_attempt_may_fail() {
    check(async |store| {
        let insert = "INSERT INTO things (id, name) VALUES (?1, ?2)";
        let done = store.write(move |tx| -> Result<_, Error> {
            tx.execute(insert, &params![1, "a"])?;
            let refused = tx.attempt(|tx| {
                tx.execute(insert, &params![2, "b"])?;
                let inner: Result<u64, Error> = tx.attempt(|tx| tx.execute(insert, &params![3, "c"]));
                inner?;
                tx.execute(insert, &params![4, "a"])
            });
            assert_eq!(refused, Err(conflict()));
            let empty: Result<(), Error> = tx.attempt(|_| Err(Error::NotFound));
            assert_eq!(empty, Err(Error::NotFound));
            tx.attempt(|tx| tx.execute(insert, &params![5, "e"]))
        });
        assert_eq!(done.await, Ok(1));
        assert_eq!(ids(&store).await, [1, 5]);
    })
    .await;
}

#[tokio::test]
async fn a_panic_is_answered_and_undone() {
    check(async |store| {
        let (go, held) = hold_writer(&store).await;
        let panics = store.write(|tx| -> Result<(), Error> {
            tx.execute("INSERT INTO things (id) VALUES (1)", &[])?;
            tx.attempt(|tx| {
                tx.execute("INSERT INTO things (id) VALUES (2)", &[])?;
                panic!("on purpose {}", 1)
            })
        });
        let (panicked, good, ()) = tokio::join!(panics, put(&store, 3, "c"), async {
            drop(go);
            held.await.unwrap();
        });
        assert_eq!(panicked, Err(Error::Panicked("on purpose 1".into())));
        assert_eq!(good, Ok(1));
        // Alone in its transaction, and inside a query, and in a reader.
        let alone = store.write(|tx| -> Result<Vec<()>, Error> {
            tx.execute("INSERT INTO things (id) VALUES (4)", &[])?;
            tx.query("SELECT id FROM things", &[], |_| panic!("again"))
        });
        assert_eq!(alone.await, Err(Error::Panicked("again".into())));
        let read = store.read(|_| -> Result<(), Error> { panic!("and again") });
        assert_eq!(read.await, Err(Error::Panicked("and again".into())));
        assert_eq!(ids(&store).await, [3]);
        put(&store, 5, "e").await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_failed_commit_answers_everybody() {
    check(async |store| {
        let (go, held) = hold_writer(&store).await;
        let orphan = store.write(|tx| tx.execute("INSERT INTO things (id, parent) VALUES (1, 999)", &[]));
        let (held, orphan, good, refused) = tokio::join!(
            async {
                tokio::task::yield_now().await;
                wait_for_queue(&store, 3).await;
                drop(go);
                held.await
            },
            orphan,
            put(&store, 2, "b"),
            store.write(|_| Err::<(), _>(Error::NotFound)),
        );
        held.unwrap();
        for answer in [orphan.map(|_| ()), good.map(|_| ()), refused] {
            assert!(matches!(answer, Err(Error::Commit(_))), "{answer:?}");
        }
        assert_eq!(ids(&store).await, Vec::<i64>::new());
        let alone = store.write(|tx| tx.execute("INSERT INTO things (id, parent) VALUES (1, 999)", &[])).await;
        assert!(matches!(alone, Err(Error::Commit(_))), "{alone:?}");
        put(&store, 3, "c").await.unwrap();
        assert_eq!(ids(&store).await, [3]);
    })
    .await;
}

#[tokio::test]
async fn a_full_queue_says_so_and_a_given_up_caller_harms_nobody() {
    let options = Options { write_queue_max: 2, ..Options::default() };
    check_with(options, async |store| {
        let (go, held) = hold_writer(&store).await;
        let mut given_up = Box::pin(put(&store, 1, "a"));
        assert!(futures::poll!(given_up.as_mut()).is_pending());
        let mut kept = Box::pin(put(&store, 2, "b"));
        assert!(futures::poll!(kept.as_mut()).is_pending());
        assert_eq!(store.write_queue_len(), 2);
        assert_eq!(put(&store, 3, "c").await, Err(Error::Busy));
        drop(given_up);
        drop(go);
        held.await.unwrap();
        assert_eq!(kept.await, Ok(1));
        // It was in the queue, so it is done all the same.
        assert_eq!(ids(&store).await, [1, 2]);
    })
    .await;
}

/// Occupies a long reader until the sender is dropped; returns when it is at work.
async fn hold_long_reader(store: &Store) -> (std::sync::mpsc::Sender<()>, tokio::task::JoinHandle<()>) {
    let (started, begun) = tokio::sync::oneshot::channel();
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let store = store.clone();
    let held = tokio::spawn(async move {
        let read = store.read_long::<_, Error>(move |tx| {
            let one = tx.query_one("SELECT 1", &[], |row| row.get::<i64>(0))?;
            let _ = started.send(one);
            let _ = wait.recv();
            Ok(())
        });
        read.await.unwrap();
    });
    begun.await.unwrap();
    (go, held)
}

#[tokio::test]
async fn long_reads_stop_no_short_ones() {
    let options = Options { long_readers: 2, long_queue_max: 1, ..Options::default() };
    check_with(options, async |store| {
        let held = [hold_long_reader(&store).await, hold_long_reader(&store).await];
        let one = |tx: &mut store::Tx<'_>| tx.query_one("SELECT 1", &[], |row| row.get::<i64>(0));
        let mut waiting = Box::pin(store.read_long::<i64, Error>(one));
        assert!(futures::poll!(waiting.as_mut()).is_pending());
        assert_eq!(store.read_long::<i64, Error>(one).await, Err(Error::Busy));
        // Short reads and writes have other threads.
        assert_eq!(store.read::<i64, Error>(one).await, Ok(1));
        assert_eq!(put(&store, 1, "a").await, Ok(1));
        for (go, held) in held {
            drop(go);
            held.await.unwrap();
        }
        assert_eq!(waiting.await, Ok(1));
    })
    .await;
}

#[tokio::test]
async fn a_read_that_nobody_waits_for_is_not_begun() {
    let options = Options { long_readers: 1, ..Options::default() };
    check_with(options, async |store| {
        let (go, held) = hold_long_reader(&store).await;
        let (count, seen) = std::sync::mpsc::channel();
        let read = |number: i64| {
            let count = count.clone();
            Box::pin(store.read_long::<_, Error>(move |_| {
                let _ = count.send(number);
                Ok(())
            }))
        };
        let (mut given_up, mut kept) = (read(1), read(2));
        assert!(futures::poll!(given_up.as_mut()).is_pending());
        assert!(futures::poll!(kept.as_mut()).is_pending());
        drop(given_up);
        drop(go);
        held.await.unwrap();
        kept.await.unwrap();
        assert_eq!(seen.try_iter().collect::<Vec<_>>(), [2]);
    })
    .await;
}

#[tokio::test]
async fn closing_finishes_what_is_queued_and_the_data_stays() {
    for database in databases() {
        let store = Store::open(database.url(), Options::default()).await.unwrap();
        store.migrate(crate::THINGS).await.unwrap();
        let (go, held) = hold_writer(&store).await;
        let mut queued: Vec<_> = (1..=30).map(|id| Box::pin(put_numbered(&store, id))).collect();
        for write in &mut queued {
            assert!(futures::poll!(write.as_mut()).is_pending());
        }
        let mut closing = Box::pin(store.close());
        assert!(futures::poll!(closing.as_mut()).is_pending());
        assert_eq!(put(&store, 99, "late").await, Err(Error::Closed));
        assert_eq!(store.ping().await, Err(Error::Closed));
        drop(go);
        closing.await;
        held.await.unwrap();
        for write in queued {
            assert_eq!(write.await, Ok(1));
        }
        store.close().await;
        let again = Store::open(database.url(), Options::default()).await.unwrap();
        assert_eq!(ids(&again).await, (1..=30).collect::<Vec<_>>());
        again.ping().await.unwrap();
        again.close().await;
    }
}

#[tokio::test]
async fn reads_cannot_write_and_see_one_moment() {
    check(async |store| {
        put(&store, 1, "a").await.unwrap();
        for sql in ["INSERT INTO things (id) VALUES (2)", "DELETE FROM things", "CREATE TABLE other (id BIGINT)"] {
            let refused = store.read(move |tx| tx.execute(sql, &[])).await;
            assert!(matches!(refused, Err(Error::ReadOnly(_))), "{sql}: {refused:?}");
        }
        let (go, wait) = std::sync::mpsc::channel::<()>();
        let (running, started) = tokio::sync::oneshot::channel();
        let count = "SELECT count(*) FROM things";
        let read = store.read(move |tx| -> Result<_, Error> {
            let before = tx.query_one(count, &[], |row| row.get::<i64>(0))?;
            running.send(()).unwrap();
            let _ = wait.recv();
            Ok((before, tx.query_one(count, &[], |row| row.get::<i64>(0))?))
        });
        let write = async {
            started.await.unwrap();
            put(&store, 2, "b").await.unwrap();
            drop(go);
        };
        let (read, ()) = tokio::join!(read, write);
        assert_eq!(read, Ok((1, 1)));
        assert_eq!(ids(&store).await, [1, 2]);
    })
    .await;
}

async fn put_numbered(store: &Store, id: i64) -> Result<u64, Error> {
    put(store, id, &format!("n{id}")).await
}
