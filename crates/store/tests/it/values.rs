use store::{Error, Param, Value, params};

use crate::check;

#[tokio::test]
async fn values_come_back_as_they_went_in() {
    check(async |store| {
        let ints = [0, 1, -1, i64::MAX, i64::MIN, i64::from(u32::MAX)];
        let texts = ["", "a", "Привет, 世界 👋🏽", "'\"\\?1 $1 -- /*", "\u{10ffff}", "é\u{301}\u{1}"];
        let reals = [0.0, -0.5, 1e300, f64::MIN_POSITIVE, f64::MAX, f64::INFINITY, 0.1];
        let blobs: [&[u8]; 4] = [b"", b"\0", b"\xff\x00\xfe", b"text"];
        let got = store.write(move |tx| -> Result<_, Error> {
            let mut ints_back = Vec::new();
            for int in ints {
                ints_back.push(tx.query_one("SELECT CAST(?1 AS BIGINT)", &params![int], |row| row.get::<i64>(0))?);
            }
            for (id, text) in (1_i64..).zip(texts) {
                tx.execute("INSERT INTO things (id, name) VALUES (?1, ?2)", &params![id, text])?;
            }
            for (id, real) in (101_i64..).zip(reals) {
                tx.execute("INSERT INTO things (id, size) VALUES (?1, ?2)", &params![id, real])?;
            }
            for (id, blob) in (201_i64..).zip(blobs) {
                tx.execute("INSERT INTO things (id, raw) VALUES (?1, ?2)", &params![id, blob])?;
            }
            let texts =
                tx.query("SELECT name FROM things WHERE id < 100 ORDER BY id", &[], |row| row.get::<String>(0))?;
            let reals = tx.query("SELECT size FROM things WHERE id > 100 AND id < 200 ORDER BY id", &[], |row| {
                row.get::<f64>(0)
            })?;
            let blobs =
                tx.query("SELECT raw FROM things WHERE id > 200 ORDER BY id", &[], |row| row.get::<Vec<u8>>(0))?;
            Ok((ints_back, texts, reals, blobs))
        });
        assert_eq!(
            got.await.unwrap(),
            (ints.to_vec(), texts.map(str::to_owned).to_vec(), reals.to_vec(), blobs.map(<[u8]>::to_vec).to_vec())
        );
    })
    .await;
}

#[tokio::test]
async fn null_is_not_the_empty_text() {
    check(async |store| {
        let seen = store.write(|tx| -> Result<_, Error> {
            tx.execute("INSERT INTO things (id, name, raw) VALUES (?1, ?2, ?3)", &params![1, "", &b""[..]])?;
            tx.execute(
                "INSERT INTO things (id, name, raw) VALUES (?1, ?2, ?3)",
                &params![2, None::<&str>, None::<Vec<u8>>],
            )?;
            let seen = tx.query("SELECT name, raw, size FROM things ORDER BY id", &[], |row| {
                Ok((row.get::<Option<String>>(0)?, row.get::<Option<Vec<u8>>>(1)?, row.get::<Option<f64>>(2)?))
            })?;
            let refused = tx.query("SELECT name FROM things WHERE id = 2", &[], |row| row.get::<String>(0));
            assert!(matches!(refused, Err(Error::Column { index: 0, .. })), "{refused:?}");
            let refused = tx.query("SELECT id FROM things WHERE id = 2", &[], |row| row.get::<String>(0));
            assert!(matches!(refused, Err(Error::Column { index: 0, .. })), "{refused:?}");
            let refused = tx.query("SELECT id FROM things WHERE id = 2", &[], |row| row.get::<i64>(1));
            assert!(matches!(refused, Err(Error::Column { index: 1, .. })), "{refused:?}");
            Ok(seen)
        });
        let expected = vec![(Some(String::new()), Some(vec![]), None), (None, None, None)];
        assert_eq!(seen.await.unwrap(), expected);
    })
    .await;
}

#[tokio::test]
async fn a_yes_or_no_is_one_or_zero() {
    check(async |store| {
        let sql = "SELECT CAST(?1 AS BIGINT), 2 > 1, ?2 = 'b'";
        let row = store.read(move |tx| {
            tx.query_one(sql, &params![true, "a"], |row| {
                assert_eq!(row.value(0)?, Value::Int(1));
                Ok((row.get::<bool>(0)?, row.get::<bool>(1)?, row.get::<bool>(2)?))
            })
        });
        assert_eq!(row.await, Ok((true, true, false)));
    })
    .await;
}

#[tokio::test]
async fn placeholders_may_repeat_and_quotes_are_left_alone() {
    check(async |store| {
        let sql = "SELECT '?1', ?2 || '-' || ?1 || '-' || ?2 -- ?3\n /* ?4 */ AS \"?5\"";
        let row = store.read(move |tx| {
            tx.query_one(sql, &params!["a", "b"], |row| Ok((row.get::<String>(0)?, row.get::<String>(1)?)))
        });
        assert_eq!(row.await, Ok(("?1".to_owned(), "b-a-b".to_owned())));
    })
    .await;
}

#[tokio::test]
async fn what_one_database_cannot_store_both_refuse() {
    check(async |store| {
        for param in [Param::from("a\0b"), Param::from(f64::NAN)] {
            let refused = store.write(move |tx| tx.execute("INSERT INTO things (id, name) VALUES (1, ?1)", &[param]));
            let refused = refused.await;
            assert!(matches!(refused, Err(Error::Parameter { number: 1, .. })), "{refused:?}");
        }
        let refused = store.read(|tx| tx.query_opt("SELECT 1 WHERE 1 = ?1", &params![1, 2], |_| Ok(()))).await;
        assert!(matches!(refused, Err(Error::Parameter { number: 2, .. })), "{refused:?}");
        for sql in ["COMMIT", " begin", "SAVEPOINT x"] {
            let refused = store.write(move |tx| tx.execute(sql, &[])).await;
            assert!(matches!(refused, Err(Error::Unsupported(_))), "{sql}: {refused:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn text_sorts_and_matches_by_bytes() {
    check(async |store| {
        let names = ["b", "B", "a", "ä", "_", "Z", "10", "9", "я", "Я"];
        let seen = store.write(move |tx| -> Result<_, Error> {
            for (id, name) in (1_i64..).zip(names) {
                tx.execute("INSERT INTO things (id, name) VALUES (?1, ?2)", &params![id, name])?;
            }
            let sorted = tx.query("SELECT name FROM things ORDER BY name", &[], |row| row.get::<String>(0))?;
            let like =
                tx.query("SELECT name FROM things WHERE name LIKE ?1", &params!["b%"], |row| row.get::<String>(0))?;
            let lower =
                tx.query("SELECT lower(name) FROM things WHERE name IN ('B', 'Я') ORDER BY id", &[], |row| {
                    row.get::<String>(0)
                })?;
            Ok((sorted, like, lower))
        });
        let (sorted, like, lower) = seen.await.unwrap();
        let mut expected = names.to_vec();
        expected.sort_unstable();
        assert_eq!(sorted, expected);
        assert_eq!(like, ["b"]);
        assert_eq!(lower, ["b", "Я"]);
    })
    .await;
}

#[tokio::test]
async fn one_row_or_none() {
    check(async |store| {
        let seen = store.read(|tx| -> Result<_, Error> {
            let none = tx.query_opt("SELECT id FROM things WHERE id = ?1", &params![1], |row| row.get::<i64>(0))?;
            let missing = tx.query_one("SELECT id FROM things WHERE id = ?1", &params![1], |row| row.get::<i64>(0));
            // A row that is not there spoils nothing.
            let first = tx.query_one("SELECT 5 UNION ALL SELECT 6 ORDER BY 1", &[], |row| row.get::<i64>(0))?;
            Ok((none, missing, first))
        });
        assert_eq!(seen.await, Ok((None, Err(Error::NotFound), 5)));
    })
    .await;
}
