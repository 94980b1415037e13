//! Reports against the sessions one by one, on SQLite and on PostgreSQL. The server's tests compare them with a recount in civil
//! time; here are the cases that no test through HTTP reaches: odd time zones, and too many sessions.

use desk::reports::{Bucket, Counted, Figures, Filter, Grouping, SESSIONS_MAX, report, sessions};
use jiff::tz::{Offset, TimeZone};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use store::testing::{self, Database};
use store::{Options, Store, Tx, params};

const HOUR_MS: i64 = 3_600_000;

/// When a session was opened, its line and operator, the time until its first answer and its end.
type Made = (i64, i64, i64, Option<i64>, Option<i64>);

async fn open(database: &Database) -> Store {
    let store = Store::open(database.url(), Options::default()).await.unwrap();
    store.migrate(desk::MIGRATIONS).await.unwrap();
    store
}

async fn put(store: &Store, made: Vec<Made>) {
    let stored = store.write::<_, store::Error>(move |tx| {
        tx.execute("DELETE FROM sessions", &[])?;
        tx.execute("DELETE FROM chats", &[])?;
        let chats: Vec<_> = (1..=made.len()).map(|id| params![id as i64, format!("c{id}")].to_vec()).collect();
        tx.execute_each(
            "INSERT INTO chats (id, connector_id, line_id, external_id, customer_id, created_ms, name, url, silent, bot_id) \
             VALUES (?1, 1, 1, ?2, 0, 0, '', '', 0, 0)",
            &chats,
        )?;
        let rows: Vec<_> = (1_i64..)
            .zip(&made)
            .map(|(id, (at_ms, line, operator, first, end))| {
                let (first, end) = (first.map(|first| at_ms + first), end.map(|end| at_ms + end));
                let status = if end.is_some_and(|end| end % 5 == 0) { "spam" } else { "closed" };
                params![id, *line, *operator, *at_ms, first, end, status, id % 3].to_vec()
            })
            .collect();
        tx.execute_each(
            "INSERT INTO sessions (id, chat_id, line_id, operator_id, created_ms, first_reply_ms, closed_ms, status, vote, replies, \
             replies_ms, close_reason, parent_id, reason, first_no, vote_head) \
             VALUES (?1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?3, 'finished', 0, '', 1, 0)",
            &rows,
        )
    });
    stored.await.unwrap();
}

fn filter(zone: TimeZone, to_ms: i64) -> Filter {
    let nothing = Vec::new();
    Filter {
        from_ms: HOUR_MS,
        to_ms,
        line_ids: nothing.clone(),
        operator_ids: nothing,
        connectors: Vec::new(),
        time_zone: zone,
        sessions_max: SESSIONS_MAX,
    }
}

/// The figures that can be seen from outside.
fn shown(figures: &Figures) -> [Option<i64>; 10] {
    let counts = [figures.sessions, figures.answered, figures.lost, figures.spam, figures.likes, figures.dislikes];
    let mut all = [None; 10];
    all.iter_mut().zip(counts).for_each(|(slot, count)| *slot = Some(count));
    all[6..].copy_from_slice(&[
        figures.first_answer_ms(50),
        figures.first_answer_ms(90),
        figures.answer_ms(),
        figures.duration_ms(),
    ]);
    all
}

/// The same from the sessions, one by one.
fn recounted(sessions: &[Counted]) -> [Option<i64>; 10] {
    let count = |is: &dyn Fn(&Counted) -> bool| Some(sessions.iter().filter(|one| is(one)).count() as i64);
    let mut firsts: Vec<i64> = sessions.iter().filter_map(|one| Some(one.first_reply_ms? - one.created_ms)).collect();
    firsts.sort_unstable();
    let rank = |percent: usize| (firsts.len() * percent).div_ceil(100).checked_sub(1).map(|rank| firsts[rank]);
    let mean = |sum: i64, count: i64| (count > 0).then(|| sum / count);
    let ended: Vec<i64> =
        sessions.iter().filter(|one| !one.spam).filter_map(|one| Some(one.closed_ms? - one.created_ms)).collect();
    [
        Some(sessions.len() as i64),
        count(&|one| one.first_reply_ms.is_some()),
        count(&|one| one.first_reply_ms.is_none() && one.closed_ms.is_some() && !one.spam),
        count(&|one| one.spam),
        count(&|one| one.vote == 5),
        count(&|one| one.vote == 1),
        rank(50),
        rank(90),
        mean(sessions.iter().map(|one| one.replies_ms).sum(), sessions.iter().map(|one| one.replies).sum()),
        mean(ended.iter().sum(), ended.len() as i64),
    ]
}

const GROUPINGS: [Grouping; 7] = [
    Grouping::Line,
    Grouping::Operator,
    Grouping::Connector,
    Grouping::Day,
    Grouping::Hour,
    Grouping::CloseReason,
    Grouping::WeekdayHour,
];

fn compare(tx: &mut Tx<'_>, filter: &Filter) -> desk::Result<()> {
    let all = sessions(tx, filter, None, None, 1000)?.sessions;
    for grouping in GROUPINGS {
        let report = report(tx, filter, grouping)?;
        assert_eq!(shown(&report.total), recounted(&all), "{grouping:?}");
        for (bucket, figures) in &report.rows {
            // A connector that is not registered has no bucket to look into.
            if grouping != Grouping::Connector {
                let behind = sessions(tx, filter, Some((grouping, bucket)), None, 1000)?.sessions;
                assert_eq!(shown(figures), recounted(&behind), "{grouping:?} {bucket:?}");
            }
            if matches!(grouping, Grouping::Day | Grouping::Hour) {
                let Bucket::Span(from_ms, to_ms) = *bucket else { panic!("{bucket:?}") };
                let inside = all.iter().filter(|one| (from_ms..to_ms).contains(&one.created_ms)).count();
                assert_eq!(figures.sessions, inside as i64, "{bucket:?}");
            }
        }
    }
    Ok(())
}

#[test]
fn reports_count_what_the_sessions_behind_them_are() {
    let made =
        (0..100 * HOUR_MS, 1..4_i64, 0..3_i64, proptest::option::of(0..9000_i64), proptest::option::of(0..90_000_i64));
    let some = proptest::collection::vec(made, 0..60);
    // Two real offsets, and one in the middle of a quarter of an hour.
    let zone = prop_oneof![Just(0_i32), Just(5 * 3600 + 2700), Just(-2670)];
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for database in [testing::sqlite(), testing::postgres().fresh_database()] {
        let store = runtime.block_on(open(&database));
        let mut runner = TestRunner::new(Config { cases: 30, failure_persistence: None, ..Config::default() });
        let done = runner.run(&(some.clone(), zone.clone(), 0..3_i64), |(made, offset, line)| {
            runtime.block_on(put(&store, made));
            let zone = TimeZone::fixed(Offset::from_seconds(offset).unwrap());
            let mut filter = filter(zone, 80 * HOUR_MS);
            filter.line_ids.extend((line > 0).then_some(line));
            runtime.block_on(store.read(move |tx| compare(tx, &filter))).unwrap();
            Ok(())
        });
        done.unwrap();
        runtime.block_on(store.close());
    }
}

#[tokio::test]
async fn of_too_many_sessions_the_first_are_counted() {
    for database in [testing::sqlite(), testing::postgres().fresh_database()] {
        let store = open(&database).await;
        put(&store, (1..=10).map(|number| (number * HOUR_MS, 1, 1, None, None)).collect()).await;
        let (to_ms, zone) = (9 * HOUR_MS, TimeZone::UTC);
        for (most, counted, cut) in
            [(20, 8, false), (10, 8, false), (9, 8, false), (8, 8, false), (7, 7, true), (1, 1, true)]
        {
            let filter = filter(zone.clone(), to_ms);
            for grouping in GROUPINGS {
                let filter = Filter { sessions_max: most, ..filter.clone() };
                let report = store.read(move |tx| report(tx, &filter, grouping)).await.unwrap();
                assert_eq!((report.total.sessions, report.cut), (counted, cut), "{most} {grouping:?}");
                let sum: i64 = report.rows.iter().map(|(_, figures)| figures.sessions).sum();
                assert_eq!(sum, counted, "{most} {grouping:?}");
            }
        }
        store.close().await;
    }
}
