//! A decision at 1,000 operators and 10,000 open sessions, on SQLite and on PostgreSQL. With `--release -- --nocapture`
//! it prints what `docs/decisions/0006` quotes.

use std::time::{Duration, Instant};

use desk::routing::{Wish, decide};
use desk::users::NewEmployee;
use desk::{Change, line_fields, lines, queue, users};
use store::testing;
use store::{Options, Store, params};

const NOW: i64 = 1_749_990_400_000;
const OPERATORS: i64 = 1_000;
const SESSIONS: i64 = 10_000;
const ROUNDS: usize = 101;

/// A line whose operators have ten answered sessions each and may have eleven.
fn furnish(change: &mut Change<'_, '_>) -> desk::Result<i64> {
    let mut members = Vec::new();
    for number in 0..OPERATORS {
        let new = NewEmployee { name: format!("Op{number}"), ..NewEmployee::default() };
        members.push(("user".to_owned(), users::add_employee(change.tx, NOW, &new)?));
    }
    let mut settings = lines::Settings::default();
    for (name, value) in [("QUEUE_TYPE", "evenly"), ("MAX_CHAT", "11")] {
        settings.set(name, line_fields::find(name).unwrap().accept(value).unwrap());
    }
    let line_id = lines::add(change, "Line", true, &settings)?;
    queue::set_members(change, line_id, &members)?;
    let rows: Vec<_> =
        (1..=SESSIONS).map(|id| params![id, line_id, members[(id % OPERATORS) as usize].1, NOW].to_vec()).collect();
    change.tx.execute_each(
        "INSERT INTO sessions (id, chat_id, line_id, parent_id, status, operator_id, reason, first_no, created_ms, answered_ms, \
         close_reason, vote_head) VALUES (?1, ?1, ?2, 0, 'answered', ?3, '', 1, ?4, ?4, '', 0)",
        &rows,
    )?;
    Ok(line_id)
}

/// Medians of loading the facts and of deciding.
fn measure(change: &mut Change<'_, '_>, line_id: i64) -> desk::Result<(Duration, Duration)> {
    let line = lines::find(change.tx, line_id)?.unwrap();
    let (mut loading, mut deciding) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let started = Instant::now();
        let facts = queue::facts(change, &line)?;
        loading.push(started.elapsed());
        assert_eq!(facts.operators.iter().map(|operator| operator.chats).sum::<i64>(), SESSIONS);
        let started = Instant::now();
        let decision = decide(&facts, &Wish::default());
        deciding.push(started.elapsed());
        assert_ne!(decision.operator_id(), 0);
    }
    loading.sort_unstable();
    deciding.sort_unstable();
    Ok((loading[ROUNDS / 2], deciding[ROUNDS / 2]))
}

#[tokio::test]
#[expect(clippy::print_stdout, reason = "it says what was measured")]
async fn a_decision_takes_less_than_a_millisecond() {
    for database in [testing::sqlite(), testing::postgres().fresh_database()] {
        let store = Store::open(database.url(), Options::default()).await.unwrap();
        store.migrate(desk::MIGRATIONS).await.unwrap();
        let line_id = store.write(|tx| Change::run(tx, NOW, 0, furnish)).await.unwrap();
        let measured = store.write(move |tx| Change::run(tx, NOW, 0, |change| measure(change, line_id)));
        let (loading, deciding) = measured.await.unwrap();
        println!("{:?}: loading {loading:?}, deciding {deciding:?}", store.kind());
        assert!(deciding < Duration::from_millis(1), "deciding took {deciding:?}");
        store.close().await;
    }
}
