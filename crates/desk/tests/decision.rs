//! A decision at 1,000 operators and 10,000 open sessions, on SQLite and on PostgreSQL. With `--release -- --nocapture`
//! it prints what `docs/decisions/0006` quotes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use desk::inbound::{Author, Call, Incoming};
use desk::lines::Line;
use desk::presence::Presence;
use desk::routing::{Wish, decide};
use desk::users::NewEmployee;
use desk::{Cause, Change, Writer, channels, connectors, line_fields, lines, operators, presence, queue, users};
use store::testing::{self, Database};
use store::{Options, Store, Tx, params};

const NOW: i64 = 1_749_990_400_000;
const OPERATORS: i64 = 1_000;
const SESSIONS: i64 = 10_000;
/// Only release builds measure; the others ask the database whether what is remembered is right.
const ROUNDS: i64 = if cfg!(debug_assertions) { 11 } else { 501 };

/// A line whose operators have had a turn, have ten answered sessions each and may have eleven.
fn furnish(change: &mut Change<'_, '_>) -> desk::Result<i64> {
    let mut members = Vec::new();
    for number in 0..OPERATORS {
        let new = NewEmployee { name: format!("Op{number}"), ..NewEmployee::default() };
        members.push(("user".to_owned(), users::add_employee(change, &new)?));
    }
    let mut settings = lines::Settings::default();
    for (name, value) in [("QUEUE_TYPE", "evenly"), ("MAX_CHAT", "11"), ("CHECK_AVAILABLE", "Y")] {
        settings.set(name, line_fields::find(name).unwrap().accept(value).unwrap());
    }
    let line_id = lines::add(change, "Line", true, &settings)?;
    queue::set_members(change, line_id, &members)?;
    let connector_id = connectors::register(change, 1, &registration())?;
    channels::set_active(change, connector_id, line_id, true)?;
    let turns: Vec<_> = (1..).zip(&members).map(|(turn, (_, id))| params![line_id, *id, turn].to_vec()).collect();
    change.tx.execute_each("INSERT INTO line_turns (line_id, user_id, turn) VALUES (?1, ?2, ?3)", &turns)?;
    // Their numbers are far from those that the rules will give.
    let rows: Vec<_> = (SESSIONS..SESSIONS * 2)
        .map(|id| params![id, line_id, members[(id % OPERATORS) as usize].1, NOW].to_vec())
        .collect();
    change.tx.execute_each(
        "INSERT INTO sessions (id, chat_id, line_id, parent_id, status, operator_id, reason, first_no, created_ms, answered_ms, \
         close_reason, vote_head) VALUES (?1, ?1, ?2, 0, 'answered', ?3, '', 1, ?4, ?4, '', 0)",
        &rows,
    )?;
    Ok(line_id)
}

fn registration() -> connectors::Registration {
    connectors::Registration {
        spelling: "c".to_owned(),
        name: "C".to_owned(),
        icon: "{}".to_owned(),
        icon_disabled: "{}".to_owned(),
        placement_url: "https://c.example/".to_owned(),
        comment: String::new(),
        del_external_messages: true,
        edit_internal_messages: true,
        del_internal_messages: true,
        newsletter: true,
        need_system_messages: true,
        need_signature: true,
        chat_group: false,
    }
}

/// The message of a customer who was not there before.
fn call(line_id: i64, number: i64) -> Call {
    let message = Incoming {
        profile: desk::customers::Profile { external_id: format!("u{number}"), ..Default::default() },
        chat_external_id: format!("c{number}"),
        chat_name: None,
        chat_url: None,
        external_id: None,
        sent_ms: None,
        body: "hello".to_owned(),
        files: Vec::new(),
        author: Author::Customer,
        disable_crm: false,
    };
    Call { application_id: 1, connector: "c".to_owned(), line_id, source: String::new(), messages: vec![message] }
}

/// How long it took to load the facts, and to decide.
type Times = (Duration, Duration);

fn measure(change: &mut Change<'_, '_>, line: &Line, open: i64) -> desk::Result<Times> {
    let started = Instant::now();
    let facts = queue::facts(change, line)?;
    let loading = started.elapsed();
    assert_eq!(facts.operators.iter().map(|operator| operator.chats).sum::<i64>(), open);
    let started = Instant::now();
    let decision = decide(&facts, &Wish::default());
    let deciding = started.elapsed();
    assert_ne!(decision.operator_id(), 0);
    Ok((loading, deciding))
}

/// What the portal does between two decisions: a new customer's message opens a session, an operator writes (which makes
/// the writer forget how the portal is set up), another goes away, and one comes back.
fn work(writer: &Writer, tx: &mut Tx<'_>, line_id: i64, number: i64) -> desk::Result<()> {
    let (done, _) = writer.accept(tx, NOW, &[call(line_id, number)])?;
    let chat_id = done[0].as_ref().unwrap()[0].chat_id;
    let sql = "SELECT operator_id FROM sessions WHERE chat_id = ?1 AND closed_ms IS NULL";
    let actor_id: i64 = tx.query_one(sql, &params![chat_id], |row| row.get(0))?;
    let cause = Cause { now: NOW, actor_id, ..Cause::default() };
    writer.change(tx, cause.clone(), |change| operators::write(change, chat_id, "hi".into()))?;
    writer.change(tx, cause, |change| {
        presence::set(change, OPERATORS - number, Presence::Away, "")?;
        presence::set(change, (OPERATORS - number + 1).min(OPERATORS), Presence::Online, "")
    })
}

/// Loading and deciding when the writer remembers nothing, and when it has decided before.
async fn rounds(database: &Database) -> (Vec<Times>, Vec<Times>) {
    let store = Store::open(database.url(), Options::default()).await.unwrap();
    store.migrate(desk::MIGRATIONS).await.unwrap();
    let line_id = store.write(|tx| Change::run(tx, NOW, 0, furnish)).await.unwrap();
    let line = store.read(move |tx| lines::find(tx, line_id)).await.unwrap().unwrap();
    let (mut first, mut further) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let line = line.clone();
        let measured = store.write(move |tx| Change::run(tx, NOW, 0, |change| measure(change, &line, SESSIONS)));
        first.push(measured.await.unwrap());
    }
    let writer = Arc::new(Writer::new(1));
    for number in 0..=ROUNDS {
        let (working, deciding, line) = (Arc::clone(&writer), Arc::clone(&writer), line.clone());
        store.write(move |tx| work(&working, tx, line_id, number)).await.unwrap();
        let open = SESSIONS + number + 1;
        let measured = store.write(move |tx| deciding.work(tx, NOW, |change| measure(change, &line, open)));
        further.push(measured.await.unwrap());
    }
    further.remove(0);
    store.close().await;
    (first, further)
}

/// The middle of many times, and between what nine of ten lie.
fn spread(times: impl Iterator<Item = Duration>) -> (Duration, String) {
    let mut times: Vec<Duration> = times.collect();
    times.sort_unstable();
    let at = |percent: usize| times[times.len() * percent / 100];
    (at(50), format!("{:?} ({:?} to {:?})", at(50), at(5), at(95)))
}

#[tokio::test]
#[expect(clippy::print_stdout, reason = "it says what was measured")]
async fn a_decision_takes_less_than_a_millisecond() {
    for database in [testing::sqlite(), testing::postgres().fresh_database()] {
        let (first, further) = rounds(&database).await;
        let (deciding, deciding_text) = spread(further.iter().map(|(_, deciding)| *deciding));
        let (_, first_text) = spread(first.iter().map(|(loading, _)| *loading));
        let (all, all_text) = spread(further.iter().map(|(loading, deciding)| *loading + *deciding));
        println!("{}", database.url().split(':').next().unwrap());
        println!("  first loading {first_text}, deciding {deciding_text}, further loading and deciding {all_text}");
        assert!(deciding < Duration::from_millis(1), "deciding took {deciding:?}");
        // Builds that check what is remembered ask the database for all of it.
        assert!(cfg!(debug_assertions) || all < Duration::from_millis(1), "loading and deciding took {all:?}");
    }
}
