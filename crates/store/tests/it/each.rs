use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use store::testing::Database;
use store::{Error, Options, Param, Store, Tx, params};

use crate::{THINGS, check, databases};

type Thing = (i64, Option<String>, Option<f64>, Option<Vec<u8>>, Option<i64>);

fn param_row(thing: &Thing) -> Vec<Param<'_>> {
    params![thing.0, &thing.1, thing.2, &thing.3, thing.4].into()
}

fn things() -> impl Strategy<Value = Vec<Thing>> {
    let name = proptest::option::of("[a-d]|[^\\x00]{0,6}");
    let raw = proptest::option::of(proptest::collection::vec(any::<u8>(), 0..4));
    let size = proptest::option::of(proptest::num::f64::NORMAL | proptest::num::f64::ZERO);
    let thing = (1..30_i64, name, size, raw, proptest::option::of(1..3_i64));
    proptest::collection::vec(thing, 0..20)
}

fn all(tx: &mut Tx<'_>) -> Result<Vec<Thing>, Error> {
    tx.query("SELECT id, name, size, raw, parent FROM things ORDER BY id", &[], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
    })
}

/// What a job left in the table; then the table is emptied again.
fn outcome(
    tx: &mut Tx<'_>,
    job: impl FnOnce(&mut Tx<'_>) -> Result<u64, Error>,
) -> Result<(Option<u64>, Vec<Thing>), Error> {
    let changed = tx.attempt(job);
    let found = all(tx)?;
    tx.execute("DELETE FROM things", &[])?;
    // Which of several conflicts is reported first may differ; that one is reported may not.
    match changed {
        Ok(changed) => Ok((Some(changed), found)),
        Err(Error::Conflict { .. }) => Ok((None, found)),
        Err(error) => Err(error),
    }
}

const WRITES: [&str; 7] = [
    "INSERT INTO things (id, name, size, raw, parent) VALUES (?1, ?2, ?3, ?4, ?5)",
    "INSERT INTO things (id, name, size, raw, parent) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
    "INSERT INTO things (id, name, size, raw, parent) VALUES (?1, 'x' || lower(?2), ?3, ?4, ?5)
     ON CONFLICT (id) DO UPDATE SET size = excluded.size, raw = things.raw, parent = ?5 WHERE CAST(?2 AS TEXT) IS NOT NULL",
    "INSERT INTO things (id, size, raw, name, parent) VALUES (?1, ?3, ?4, NULL, COALESCE(?5, 7 * length(COALESCE(?2, ''))))
     ON CONFLICT (id) DO UPDATE SET size = excluded.size, parent = excluded.id",
    "UPDATE things SET name = ?2, size = ?3, raw = ?4, parent = ?5 WHERE id = ?1",
    "DELETE FROM things WHERE id >= ?1 AND (name = ?2 OR size > ?3 OR raw = ?4 OR parent = ?5)",
    "INSERT INTO things (id, name, size, raw, parent)
     VALUES ((SELECT COALESCE(max(id), 0) + 1 FROM things) + 0 * ?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
];

fn compare_writes(tx: &mut Tx<'_>, before: &[Thing], rows: &[Thing]) -> Result<(), Error> {
    for sql in WRITES {
        let seed = |tx: &mut Tx<'_>| {
            let insert =
                "INSERT INTO things (id, name, size, raw, parent) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING";
            before.iter().try_for_each(|thing| tx.execute(insert, &param_row(thing)).map(|_| ()))
        };
        seed(tx)?;
        let singles =
            outcome(tx, |tx| rows.iter().try_fold(0, |sum, thing| Ok(sum + tx.execute(sql, &param_row(thing))?)))?;
        seed(tx)?;
        let params: Vec<_> = rows.iter().map(param_row).collect();
        let together = outcome(tx, |tx| tx.execute_each(sql, &params))?;
        assert_eq!(singles, together, "{sql}");
    }
    Ok(())
}

const READS: [&str; 3] = [
    "SELECT id, name FROM things WHERE id = ?1 AND (name <> ?2 OR ?2 IS NULL)",
    "SELECT max(id), ?2 FROM things WHERE id <= ?1 AND ?1 > 3",
    "SELECT id, name FROM things WHERE id >= ?1 AND id > length(COALESCE(?2, '?1')) ORDER BY id DESC LIMIT 1;",
];

type Found = Vec<(usize, Option<i64>, Option<String>)>;

fn compare_reads(tx: &mut Tx<'_>, before: &[Thing], rows: &[Thing]) -> Result<(), Error> {
    let before: Vec<_> = before.iter().map(param_row).collect();
    let insert = "INSERT INTO things (id, name, size, raw, parent) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING";
    tx.execute_each(insert, &before)?;
    let params: Vec<_> = rows.iter().map(|thing| params![thing.0, &thing.1].to_vec()).collect();
    for sql in READS {
        let mut singles: Found = Vec::new();
        for (index, params) in params.iter().enumerate() {
            singles.extend(tx.query(sql, params, |row| Ok((index, row.get(0)?, row.get(1)?)))?);
        }
        let together: Found = tx.query_each(sql, &params, |index, row| Ok((index, row.get(0)?, row.get(1)?)))?;
        assert_eq!(singles, together, "{sql}");
    }
    tx.execute("DELETE FROM things", &[]).map(|_| ())
}

type Comparison = fn(&mut Tx<'_>, &[Thing], &[Thing]) -> Result<(), Error>;

/// Runs the comparison on random tables, on each database.
fn compare(compare: Comparison) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let open = |database: &Database| {
        runtime.block_on(async {
            let store = Store::open(database.url(), Options::default()).await.unwrap();
            store.migrate(THINGS).await.unwrap();
            store
        })
    };
    for database in databases() {
        let store = open(&database);
        let mut runner =
            TestRunner::new(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() });
        let result = runner.run(&(things(), things()), |(before, rows)| {
            let job = move |tx: &mut Tx<'_>| -> Result<(), Error> {
                compare(tx, &before, &rows)?;
                // The next case begins with an empty table, and no deferred key is ever checked.
                Err(Error::NotFound)
            };
            let result = runtime.block_on(store.write(job));
            prop_assert_eq!(result, Err(Error::NotFound));
            Ok(())
        });
        result.unwrap_or_else(|failure| panic!("on {:?}: {failure}", store.kind()));
        runtime.block_on(store.close());
    }
}

#[test]
fn execute_each_is_the_loop_of_singles() {
    compare(compare_writes);
}

#[test]
fn query_each_is_the_loop_of_singles() {
    compare(compare_reads);
}

#[tokio::test]
async fn many_rows_at_once() {
    check(async |store| {
        let done = store.write(|tx| -> Result<_, Error> {
            let rows: Vec<_> = (1..=3000_i64).map(|id| params![id, format!("n{id}")].to_vec()).collect();
            let inserted = tx.execute_each("INSERT INTO things (id, name) VALUES (?1, ?2)", &rows)?;
            let updated = tx.execute_each("UPDATE things SET name = ?2 || '!' WHERE id = ?1", &rows)?;
            let wanted: Vec<_> = (1..=6000_i64).rev().step_by(2).map(|id| params![id].to_vec()).collect();
            let found = tx.query_each("SELECT name FROM things WHERE id = ?1", &wanted, |index, row| {
                Ok((index, row.get::<String>(0)?))
            })?;
            Ok((inserted, updated, found.len(), found[0].clone()))
        });
        assert_eq!(done.await, Ok((3000, 3000, 1500, (1500, "n3000!".to_owned()))));
        let none = store.write(|tx| tx.execute_each("DELETE FROM things WHERE id = ?1", &[])).await;
        assert_eq!(none, Ok(0));
        let uneven = vec![params![1].to_vec(), params![1, 2].to_vec()];
        let refused = store.write(move |tx| tx.execute_each("DELETE FROM things WHERE id = ?1", &uneven)).await;
        assert!(matches!(refused, Err(Error::Parameter { .. })), "{refused:?}");
    })
    .await;
}
