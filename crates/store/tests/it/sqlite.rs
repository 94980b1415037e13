use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use store::{Error, Options, Store, params, testing};

use crate::{THINGS, ids, put};

async fn open(file: &Path) -> Store {
    let store = Store::open(&format!("sqlite://{}", file.display()), Options::default()).await.unwrap();
    store.migrate(THINGS).await.unwrap();
    store
}

#[tokio::test]
async fn the_file_is_the_owners_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("deep/er/x.db");
    let store = open(&file).await;
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&file), 0o600);
    assert_eq!(mode(file.parent().unwrap()), 0o700);
    store.close().await;
    // Closed means one file: the log went back into it.
    let names: Vec<_> =
        std::fs::read_dir(file.parent().unwrap()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["x.db"]);
}

#[tokio::test]
async fn a_backup_of_a_running_database_can_be_opened() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("x.db")).await;
    for id in 1..=20 {
        put(&store, id, &format!("n{id}")).await.unwrap();
    }
    let copy = folder.path().join("copy.db");
    let during = async {
        for id in 100..=300 {
            put(&store, id, &format!("n{id}")).await.unwrap();
        }
    };
    let (copied, ()) = tokio::join!(store.backup(&copy), during);
    copied.unwrap();
    let refused = store.backup(&copy).await;
    assert!(matches!(refused, Err(Error::Database(_))), "{refused:?}");
    assert!(!folder.path().join("copy.db.part").exists());
    let restored = open(&copy).await;
    let copied = ids(&restored).await;
    assert_eq!(copied[..20], (1..=20).collect::<Vec<_>>());
    // What was written meanwhile is there up to some commit, without gaps.
    assert_eq!(copied[20..], (100..100 + copied.len() as i64 - 20).collect::<Vec<_>>());
    restored.close().await;
    store.close().await;
}

#[tokio::test]
async fn the_log_does_not_grow_for_ever_under_a_reader() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.db");
    let store = open(&file).await;
    put(&store, 1, "a").await.unwrap();
    // 360 MB: SQLite leaves out pages that did not change, so each round writes another byte.
    for round in 0..90_u8 {
        let chunk = vec![round; 4 * 1000 * 1000];
        store
            .write(move |tx| {
                tx.execute("UPDATE things SET raw = ?1, size = ?2 WHERE id = 1", &params![chunk, f64::from(round)])
            })
            .await
            .unwrap();
        // Readers come and go all the time.
        assert_eq!(ids(&store).await, [1]);
    }
    let log = std::fs::metadata(folder.path().join("x.db-wal")).unwrap().len();
    assert!(log < 70_000 * 4120, "the log has {log} bytes");
    store.close().await;
}

#[tokio::test]
async fn a_long_log_goes_back_into_the_file_while_the_store_runs() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.db");
    let store = open(&file).await;
    let size = || std::fs::metadata(&file).unwrap().len();
    let big = vec![7_u8; 50_000_000];
    store.write(move |tx| tx.execute("INSERT INTO things (id, raw) VALUES (0, ?1)", &params![big])).await.unwrap();
    let copied = async {
        while size() < 50_000_000 {
            ids(&store).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), copied).await.unwrap();
    store.close().await;
}

#[tokio::test]
async fn a_second_program_may_write_too() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.db");
    let (one, two) = (open(&file).await, open(&file).await);
    for id in 0..50 {
        let (a, b) = (id * 2, id * 2 + 1);
        let (a_name, b_name) = (format!("n{a}"), format!("n{b}"));
        let (first, second) = tokio::join!(put(&one, a, &a_name), put(&two, b, &b_name));
        assert_eq!((first, second), (Ok(1), Ok(1)));
    }
    assert_eq!(ids(&one).await, (0..100).collect::<Vec<_>>());
    one.close().await;
    put(&two, 100, "last").await.unwrap();
    two.close().await;
}

#[tokio::test]
async fn wrong_addresses_are_refused() {
    for url in [
        "sqlite:",
        "sqlite::memory:",
        "sqlite:x.db?mode=ro",
        "mysql://x",
        "",
        "postgres://h/d?sslmode=allow",
        "postgres://h:x/d",
    ] {
        let refused = Store::open(url, Options::default()).await.map(|_| ());
        assert!(matches!(refused, Err(Error::BadUrl(_))), "{url}: {refused:?}");
    }
    let database = testing::sqlite();
    let below_a_file = format!("{}/x.db", database.url());
    let store = Store::open(database.url(), Options::default()).await.unwrap();
    let refused = Store::open(&below_a_file, Options::default()).await.map(|_| ());
    assert!(matches!(refused, Err(Error::Connection(_))), "{refused:?}");
    store.close().await;
}
