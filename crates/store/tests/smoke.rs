//! The shortest way through the store.
use store::{Error, Migration, Options, Store, params};

const MIGRATIONS: &[Migration] = &[Migration {
    name: "0001_start",
    sql: "-- things\nCREATE TABLE things (id BIGINT PRIMARY KEY, name TEXT NOT NULL UNIQUE, size DOUBLE PRECISION, raw BYTEA);",
}];

#[tokio::test]
async fn a_file_keeps_what_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/deep/x.db", folder.path().display());
    let store = Store::open(&url, Options::default()).await.unwrap();
    assert_eq!(store.migrate(MIGRATIONS).await.unwrap(), ["0001_start"]);
    assert!(store.migrate(MIGRATIONS).await.unwrap().is_empty());
    let insert = |id: i64, name: &'static str| {
        store.write(move |tx| {
            tx.execute(
                "INSERT INTO things (id, name) VALUES (?1, ?2)",
                &params![id, name],
            )
        })
    };
    let (a, b, c) = tokio::join!(insert(1, "a"), insert(2, "a"), insert(3, "c"));
    assert_eq!(a, Ok(1));
    assert_eq!(
        b,
        Err(Error::Conflict {
            constraint: "things.name".to_owned()
        })
    );
    assert_eq!(c, Ok(1));
    store.ping().await.unwrap();
    store.backup(&folder.path().join("copy.db")).await.unwrap();
    store.close().await;
    let url = format!("sqlite://{}/copy.db", folder.path().display());
    let store = Store::open(&url, Options::default()).await.unwrap();
    let names: Vec<String> = store
        .read(|tx| tx.query("SELECT name FROM things ORDER BY id", &[], |row| row.get(0)))
        .await
        .unwrap();
    assert_eq!(names, ["a", "c"]);
}
