use store::{Error, Kind, Migration, Options, Store, params};

use crate::databases;

const FIRST: Migration = Migration {
    name: "0001_first",
    sql: "CREATE TABLE a (id BIGINT PRIMARY KEY, text TEXT DEFAULT ';', real DOUBLE PRECISION, raw BYTEA CHECK (raw IS NULL OR length(raw) < 9));
          -- a semicolon; in a comment
          INSERT INTO a (id, text) VALUES (1, 'BIGINT; -- not a comment');
          CREATE TABLE IF NOT EXISTS b (a BIGINT NOT NULL REFERENCES a (id), n TEXT NOT NULL, PRIMARY KEY (a, n))",
};
const SECOND: Migration = Migration {
    name: "0002_second",
    sql: "ALTER TABLE a ADD COLUMN extra TEXT;
          -- only sqlite
          CREATE TRIGGER a_log AFTER INSERT ON a BEGIN
              UPDATE a SET extra = 'sqlite'; UPDATE a SET real = 1.0;
          END;
          -- only postgres
          UPDATE a SET extra = $$postgres;$$;
          INSERT INTO a (id) VALUES (2);",
};
const BROKEN: Migration =
    Migration { name: "0003_broken", sql: "CREATE TABLE c (id BIGINT); INSERT INTO nowhere VALUES (1);" };

const ONE: &[Migration] = &[FIRST];
const BOTH: &[Migration] = &[FIRST, SECOND];
const WITH_BROKEN: &[Migration] = &[FIRST, SECOND, BROKEN];
const CHANGED: &[Migration] = &[Migration { name: "0001_first", sql: "CREATE TABLE a (id BIGINT);" }, SECOND];

#[tokio::test]
async fn migrations_are_applied_once_and_in_order() {
    for database in databases() {
        let store = Store::open(database.url(), Options::default()).await.unwrap();
        assert_eq!(store.pending_migrations(BOTH).await.unwrap(), ["0001_first", "0002_second"]);
        assert_eq!(store.migrate(ONE).await.unwrap(), ["0001_first"]);
        assert_eq!(store.pending_migrations(BOTH).await.unwrap(), ["0002_second"]);
        assert_eq!(store.migrate(BOTH).await.unwrap(), ["0002_second"]);
        assert_eq!(store.migrate(BOTH).await.unwrap(), Vec::<&str>::new());
        let extra = store.read(|tx| {
            tx.query_one("SELECT text, extra FROM a WHERE id = 1", &[], |row| {
                Ok((row.get::<String>(0)?, row.get::<String>(1)?))
            })
        });
        let expected = if store.kind() == Kind::Sqlite { "sqlite" } else { "postgres;" };
        assert_eq!(extra.await.unwrap(), ("BIGINT; -- not a comment".to_owned(), expected.to_owned()));
        // STRICT on SQLite: no text in a number.
        let wrong = store.write(|tx| tx.execute("INSERT INTO a (id) VALUES (CAST(?1 AS TEXT))", &params!["x"])).await;
        assert!(matches!(wrong, Err(Error::Database(_))), "{wrong:?}");
        store.close().await;
    }
}

#[tokio::test]
async fn a_migration_that_fails_leaves_nothing() {
    for database in databases() {
        let store = Store::open(database.url(), Options::default()).await.unwrap();
        let failed = store.migrate(WITH_BROKEN).await.unwrap_err();
        assert!(failed.to_string().contains("INSERT INTO nowhere"), "{failed}");
        assert_eq!(store.pending_migrations(WITH_BROKEN).await.unwrap(), ["0003_broken"]);
        let table = store.write(|tx| tx.execute("CREATE TABLE c (id BIGINT)", &[])).await;
        assert_eq!(table, Ok(0));
        store.close().await;
    }
}

#[tokio::test]
async fn history_is_not_rewritten() {
    for database in databases() {
        let store = Store::open(database.url(), Options::default()).await.unwrap();
        store.migrate(BOTH).await.unwrap();
        let changed = Error::MigrationChanged("0001_first".to_owned());
        assert_eq!(store.migrate(CHANGED).await, Err(changed.clone()));
        assert_eq!(store.pending_migrations(CHANGED).await, Err(changed));
        let newer = Error::DatabaseNewer("0002_second".to_owned());
        assert_eq!(store.migrate(ONE).await, Err(newer.clone()));
        assert_eq!(store.pending_migrations(ONE).await, Err(newer));
        store.close().await;
    }
}

#[tokio::test]
async fn two_programs_may_migrate_at_once() {
    for database in databases() {
        let mut stores = Vec::new();
        for _ in 0..4 {
            stores.push(Store::open(database.url(), Options::default()).await.unwrap());
        }
        let applied = futures::future::join_all(stores.iter().map(|store| store.migrate(BOTH))).await;
        let mut applied: Vec<_> = applied.into_iter().flat_map(Result::unwrap).collect();
        applied.sort_unstable();
        assert_eq!(applied, ["0001_first", "0002_second"]);
        for store in stores {
            store.close().await;
        }
    }
}
