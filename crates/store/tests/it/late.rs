//! Statements that nobody waits for: a refusal that comes late reaches the right job, and nobody else.

use store::{Error, Tx, params};

use crate::{check, hold_writer, ids, put};

/// Sends things with these ids and no names, without waiting.
fn send(tx: &mut Tx<'_>, ids: &[i64]) -> Result<(), Error> {
    let rows: Vec<_> = ids.iter().map(|id| params![*id].to_vec()).collect();
    tx.send_each("INSERT INTO things (id) VALUES (?1)", &rows)
}

fn is_conflict<T: std::fmt::Debug>(outcome: &Result<T, Error>) -> bool {
    matches!(outcome, Err(Error::Conflict { constraint }) if constraint == "things.id")
}

#[tokio::test]
async fn what_was_sent_is_stored_and_seen_by_later_statements() {
    check(async |store| {
        let seen = store.write(|tx| {
            send(tx, &[1])?;
            send(tx, &[2, 3])?;
            send(tx, &[])?;
            tx.query("SELECT id FROM things ORDER BY id", &[], |row| row.get::<i64>(0))
        });
        assert_eq!(seen.await, Ok(vec![1, 2, 3]));
        assert_eq!(store.write(|tx| send(tx, &(4..400).collect::<Vec<_>>())).await, Ok(()));
        assert_eq!(ids(&store).await.len(), 399);
    })
    .await;
}

#[tokio::test]
async fn a_late_refusal_is_the_caller_s_and_undoes_the_job() {
    check(async |store| {
        put(&store, 1, "a").await.unwrap();
        let alone = store.write(|tx| {
            send(tx, &[2])?;
            send(tx, &[1])?;
            send(tx, &[3])
        });
        assert!(is_conflict(&alone.await));
        assert_eq!(ids(&store).await, [1]);
        // A later statement says why, not that the transaction is broken.
        let later = store.write(|tx| {
            let sent = send(tx, &[1, 2]);
            let next = tx.execute("INSERT INTO things (id) VALUES (4)", &[]);
            assert!(is_conflict(&sent) || is_conflict(&next), "{sent:?} {next:?}");
            Ok::<_, Error>(())
        });
        assert!(is_conflict(&later.await));
        assert_eq!(ids(&store).await, [1]);
        put(&store, 5, "e").await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn neighbours_of_a_late_refusal_are_stored() {
    check(async |store| {
        let (go, held) = hold_writer(&store).await;
        let before = store.write(|tx| send(tx, &[1]));
        let refused = store.write(|tx| send(tx, &[2, 1]));
        let after = store.write(|tx| send(tx, &[3]));
        let release = async {
            tokio::task::yield_now().await;
            drop(go);
            held.await.unwrap();
        };
        let (before, refused, after, ()) = tokio::join!(before, refused, after, release);
        assert_eq!((before, after), (Ok(()), Ok(())));
        assert!(is_conflict(&refused));
        assert_eq!(ids(&store).await, [1, 3]);
    })
    .await;
}

#[tokio::test]
async fn a_late_refusal_belongs_to_its_part() {
    check(async |store| {
        let outcome = store.write(|tx| {
            send(tx, &[1])?;
            let part = tx.attempt(|tx| send(tx, &[2, 1]));
            assert!(is_conflict(&part), "{part:?}");
            tx.attempt(|tx| send(tx, &[3]))
        });
        assert_eq!(outcome.await, Ok(()));
        assert_eq!(ids(&store).await, [1, 3]);
        // What was refused before a part is not the part's.
        let outcome = store.write(|tx| {
            let sent = send(tx, &[1, 9]);
            let part = tx.attempt(|tx| send(tx, &[4]));
            assert!(sent.is_err() || part.is_err());
            Ok::<_, Error>(())
        });
        assert!(is_conflict(&outcome.await));
        assert_eq!(ids(&store).await, [1, 3]);
    })
    .await;
}
