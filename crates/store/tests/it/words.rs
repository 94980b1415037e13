//! Word indexes answer alike on both databases: compared with a naive search.

use std::collections::BTreeMap;
use std::time::Duration;

use store::testing::Database;
use store::words::{Hits, Term, Wanted};
use store::{Error, Migration, Options, Store, WordIndex};

use crate::databases;

const TABLES: &[Migration] = &[Migration {
    name: "0001_words",
    sql: "-- only sqlite
          CREATE VIRTUAL TABLE texts USING fts5 (
              words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii tokenchars ''/'''
          );
          -- only postgres
          CREATE TABLE texts (id BIGINT PRIMARY KEY, words TSVECTOR NOT NULL);
          -- only postgres
          CREATE INDEX texts_words ON texts USING gin (words) WITH (gin_pending_list_limit = 256);",
}];

const TEXTS: WordIndex = WordIndex::new("texts");

const VOCABULARY: &[&str] = &["a", "ab", "abc", "b", "я", "яб", "ябл", "/l1", "/l2", "12", "é", "北"];

/// Ids in several blocks, far apart and close together.
const IDS: &[i64] = &[0, 1, 2, 65_535, 65_536, 65_537, 300_000, 300_001, 400_000, 1_000_000, 9_000_000, 90_000_000];

/// Long enough for everything.
const PATIENT: Duration = Duration::from_secs(3600);

type Rows = BTreeMap<i64, Vec<&'static str>>;

fn rows() -> Rows {
    let mut state = 7_u64;
    let mut dice = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state >> 33
    };
    let words = |bits: u64| (0..VOCABULARY.len()).filter(|at| bits >> at & 1 == 1).map(|at| VOCABULARY[at]).collect();
    IDS.iter().map(|id| (*id, words(dice()))).collect()
}

fn questions() -> Vec<Wanted> {
    let all: Vec<Term> = VOCABULARY.iter().flat_map(|word| [Term::word(word), Term::prefix(word)]).flatten().collect();
    let mut questions = vec![Wanted::default()];
    for (number, one) in all.iter().enumerate() {
        for other in &all[number..] {
            let (mut both, mut either) = (Wanted::default(), Wanted::default());
            both.any_of([one.clone()]);
            both.any_of([other.clone()]);
            either.any_of([one.clone(), other.clone()]);
            questions.extend([both, either]);
        }
    }
    questions
}

fn naive(rows: &Rows, wanted: &Wanted, below: i64, limit: usize) -> Vec<i64> {
    let fits = |words: &[&str]| {
        let has = |group: &Vec<Term>| group.iter().any(|term| words.iter().any(|word| term.fits(word)));
        !wanted.groups().is_empty() && wanted.groups().iter().all(has)
    };
    let found = rows.iter().rev().filter(|(id, words)| **id < below && fits(words));
    found.map(|(id, _)| *id).take(limit).collect()
}

async fn compare(store: &Store, rows: &Rows) {
    for (number, wanted) in questions().into_iter().enumerate() {
        let (below, limit) = [(i64::MAX, 100), (300_001, 100), (i64::MAX, 2), (65_536, 1)][number % 4];
        let expected = naive(rows, &wanted, below, limit);
        let asked = wanted.clone();
        let found = store.read::<_, Error>(move |tx| TEXTS.find(tx, &asked, below, limit, PATIENT)).await.unwrap();
        assert_eq!(found, Hits { ids: expected, cut: false }, "{wanted:?} below {below}, {limit} of them");
    }
}

async fn check(database: &Database) {
    let store = Store::open(database.url(), Options::default()).await.unwrap();
    store.migrate(TABLES).await.unwrap();
    let mut rows = rows();
    let put = |rows: &Rows| rows.iter().map(|(id, words)| (*id, words.clone())).collect::<Vec<_>>();
    let all = put(&rows);
    store.write::<_, Error>(move |tx| TEXTS.put(tx, &all)).await.unwrap();
    compare(&store, &rows).await;

    // Rows get other words, are put in twice in one go, and go; one that is not there goes too.
    rows.insert(2, vec!["/l2", "ab"]);
    rows.insert(400_000, Vec::new());
    rows.remove(&65_536);
    let twice = vec![(2, vec!["b"]), (2, vec!["/l2", "ab"]), (400_000, Vec::new())];
    store.write::<_, Error>(move |tx| TEXTS.put(tx, &twice)).await.unwrap();
    store.write::<_, Error>(|tx| TEXTS.remove(tx, &[65_536, 77])).await.unwrap();
    compare(&store, &rows).await;

    // All anew, by a job that fails first.
    let all = put(&rows);
    let failed = store.write::<(), Error>(|tx| {
        TEXTS.begin_anew(tx)?;
        TEXTS.put(tx, &[(5, vec!["a"])])?;
        Err(Error::NotFound)
    });
    assert!(failed.await.is_err());
    compare(&store, &rows).await;
    let anew = store.write::<_, Error>(move |tx| {
        TEXTS.begin_anew(tx)?;
        TEXTS.put(tx, &all)
    });
    anew.await.unwrap();
    compare(&store, &rows).await;

    // Without patience only the newest million ids are looked at, and that is said; where there are no more, it is not.
    for (below, expected) in [(i64::MAX, (vec![90_000_000], true)), (1_000_000, (vec![400_001, 300_001], false))] {
        let mut wanted = Wanted::default();
        wanted.any_of(Term::word("seen"));
        let found = store.write::<_, Error>(move |tx| {
            let marked = [300_001, 400_001, 90_000_000].map(|id| (id, vec!["seen"]));
            TEXTS.put(tx, &marked)?;
            TEXTS.find(tx, &wanted, below, 10, Duration::ZERO)
        });
        assert_eq!(found.await.unwrap(), Hits { ids: expected.0, cut: expected.1 }, "below {below}");
    }

    // What is no word goes in nowhere and is not asked for.
    for hostile in ["", "A", "a b", "a\"b", "a'b", "a:*", "a&b", "\u{0}", "é é", &"я".repeat(101)] {
        assert_eq!((Term::word(hostile), Term::prefix(hostile)), (None, None), "{hostile}");
        let hostile = hostile.to_owned();
        store.write::<_, Error>(move |tx| TEXTS.put(tx, &[(3, vec![hostile.as_str()])])).await.unwrap();
    }
    let mut many = Wanted::default();
    many.any_of((0..3000).filter_map(|number| Term::word(&format!("w{number}"))));
    let refused = store.read::<_, Error>(move |tx| TEXTS.find(tx, &many, i64::MAX, 1, PATIENT)).await;
    assert!(matches!(refused, Err(Error::Unsupported(_))), "{refused:?}");
    let mut broad = Wanted::default();
    broad.any_of((0..2000).filter_map(|number| Term::word(&format!("w{number}"))));
    let found = store.read::<_, Error>(move |tx| TEXTS.find(tx, &broad, i64::MAX, 1, PATIENT)).await.unwrap();
    assert_eq!(found, Hits::default());
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn both_databases_find_what_a_naive_search_finds() {
    for database in databases() {
        check(&database).await;
    }
}
