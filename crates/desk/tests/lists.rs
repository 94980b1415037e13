//! The inbox's lists where very many chats are open, against the plain definition, on SQLite and on PostgreSQL.

use std::collections::HashSet;

use desk::chat_list::{self, Count, Filter, Query, Sort, View};
use desk::sight::Sight;
use store::testing::{self, Database};
use store::{Options, Store, Tx, params};

const CHATS: i64 = 2200;
const LINES: i64 = 4;
const ME: i64 = 7;

/// An open chat as it is stored.
#[derive(Debug, Clone)]
struct Open {
    id: i64,
    line_id: i64,
    priority: i64,
    operator_id: i64,
    waiting_ms: Option<i64>,
    last_id: i64,
    labelled: bool,
}

/// How the chats are spread: how many have a priority, and how many wait, of ten.
#[derive(Debug, Clone, Copy)]
struct Spread {
    prioritised: u64,
    waiting: u64,
}

fn made(spread: Spread) -> Vec<Open> {
    let mut state = 88_172_645_463_325_252_u64;
    let mut dice = move |sides: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % sides).cast_signed()
    };
    let mut last_ids: Vec<i64> = (1..=CHATS).collect();
    (1..=CHATS)
        .map(|id| {
            let place = usize::try_from(dice(last_ids.len() as u64)).unwrap();
            Open {
                id,
                line_id: 1 + dice(LINES.unsigned_abs()),
                priority: if dice(10) < spread.prioritised.cast_signed() { 1 + dice(2) } else { 0 },
                operator_id: [0, 0, 1, ME][usize::try_from(dice(4)).unwrap()],
                // Few different moments: many wait equally long.
                waiting_ms: (dice(10) < spread.waiting.cast_signed()).then(|| 1000 + dice(50)),
                // Every chat has three messages; the last ones come in any order.
                last_id: CHATS * 2 + last_ids.swap_remove(place),
                labelled: dice(10) == 0,
            }
        })
        .collect()
}

fn put(tx: &mut Tx<'_>, open: &[Open]) -> Result<(), store::Error> {
    let rows: Vec<_> = open
        .iter()
        .map(|chat| params![chat.id, chat.line_id, format!("c{}", chat.id), chat.priority].to_vec())
        .collect();
    tx.execute_each(
        "INSERT INTO chats (id, connector_id, line_id, external_id, customer_id, created_ms, name, url, silent, bot_id, priority) \
         VALUES (?1, 1, ?2, ?3, 0, 0, '', '', 0, 0, ?4)",
        &rows,
    )?;
    let rows: Vec<_> = open
        .iter()
        .map(|chat| {
            let status = if chat.waiting_ms.is_some() { "answered" } else { "waiting" };
            params![chat.id, chat.line_id, status, chat.operator_id, chat.waiting_ms].to_vec()
        })
        .collect();
    tx.execute_each(
        "INSERT INTO sessions (id, chat_id, line_id, status, operator_id, waiting_ms, created_ms, parent_id, reason, first_no, \
         close_reason, vote_head) VALUES (?1, ?1, ?2, ?3, ?4, ?5, 0, 0, '', 1, '', 0)",
        &rows,
    )?;
    let messages = open
        .iter()
        .flat_map(|chat| [(chat.id, 1), (chat.id + CHATS, 2), (chat.last_id, 3)].map(|(id, no)| (id, chat.id, no)));
    let rows: Vec<_> = messages.map(|(id, chat_id, no)| params![id, chat_id, no, id * 10].to_vec()).collect();
    tx.execute_each(
        "INSERT INTO messages (id, chat_id, no, created_ms, sent_ms, session_id, author_id, body, direction, params, connector_ids) \
         VALUES (?1, ?2, ?3, ?4, ?4, 0, 0, '', 'in', '', '[]')",
        &rows,
    )?;
    let rows: Vec<_> = open.iter().filter(|chat| chat.labelled).map(|chat| params![chat.id].to_vec()).collect();
    tx.execute_each("INSERT INTO chat_labels (chat_id, label_id) VALUES (?1, 1)", &rows)?;
    Ok(())
}

/// The list as it is meant.
fn plainly(open: &[Open], sight: &Sight, query: &Query) -> Vec<i64> {
    let filter = &query.filter;
    let mut found: Vec<&Open> = open
        .iter()
        .filter(|chat| match query.view {
            View::Unassigned => chat.operator_id == 0,
            _ => true,
        })
        .filter(|chat| sight.sees_line(chat.line_id))
        .filter(|chat| filter.line_ids.is_empty() || filter.line_ids.contains(&chat.line_id))
        .filter(|chat| filter.label_ids.is_empty() || chat.labelled)
        .filter(|chat| filter.from_ms.is_none_or(|from_ms| chat.last_id * 10 >= from_ms))
        .filter(|chat| filter.to_ms.is_none_or(|to_ms| chat.last_id * 10 < to_ms))
        .collect();
    found.sort_by_key(|chat| match (query.sort, chat.waiting_ms) {
        (Sort::Waiting, Some(since_ms)) => (0, since_ms, -chat.id),
        (Sort::Waiting, None) => (1, -chat.last_id, 0),
        (Sort::Priority, _) => (-chat.priority, -chat.last_id, 0),
        (Sort::Newest, _) => (0, -chat.last_id, 0),
    });
    found.iter().map(|chat| chat.id).collect()
}

async fn paged(store: &Store, sight: &Sight, query: &Query) -> Vec<i64> {
    let (mut all, mut query) = (Vec::new(), query.clone());
    loop {
        let (sight, asked) = (sight.clone(), query.clone());
        let (ids, next) = store.read(move |tx| chat_list::page(tx, &sight, &asked)).await.unwrap();
        all.extend(ids);
        match next {
            Some(_) => query.after = next,
            None => return all,
        }
    }
}

async fn check(database: Database, spread: Spread) {
    let store = Store::open(database.url(), Options::default()).await.unwrap();
    store.migrate(desk::MIGRATIONS).await.unwrap();
    let open = made(spread);
    let rows = open.clone();
    store.write(move |tx| put(tx, &rows)).await.unwrap();
    let everything = Sight { user_id: ME, everything: true, administers: false, line_ids: HashSet::new() };
    let of_a_line = Sight { user_id: ME, everything: false, administers: false, line_ids: HashSet::from([2]) };
    let middle_ms = CHATS * 15;
    let filters = [
        Filter::default(),
        Filter { line_ids: vec![1, 2], ..Filter::default() },
        Filter { label_ids: vec![1], ..Filter::default() },
        Filter { from_ms: Some(middle_ms / 2 * 3), to_ms: Some(middle_ms * 2), ..Filter::default() },
    ];
    for sort in [Sort::Newest, Sort::Waiting, Sort::Priority] {
        for view in [View::All, View::Unassigned] {
            for filter in &filters {
                for sight in [&everything, &of_a_line] {
                    let query = Query { view, filter: filter.clone(), sort, after: None, limit: 700 };
                    let (found, expected) = (paged(&store, sight, &query).await, plainly(&open, sight, &query));
                    assert!(found == expected, "{spread:?} {sort:?} {view:?} {filter:?} {}", sight.everything);
                }
            }
        }
    }
    store.close().await;
}

#[tokio::test]
async fn pages_of_very_many_open_chats_are_what_the_rows_say() {
    // The most who wait and have a priority are more than are looked up one by one, and the fewest are less.
    for spread in [Spread { prioritised: 1, waiting: 5 }, Spread { prioritised: 10, waiting: 9 }] {
        check(testing::sqlite(), spread).await;
        check(testing::postgres().fresh_database(), spread).await;
    }
}

/// Closed chats that stand in one line.
const CLOSED: i64 = 6000;

/// A long history of closed chats, of which only the oldest has the label.
fn put_closed(tx: &mut Tx<'_>) -> Result<(), store::Error> {
    let rows: Vec<_> = (1..=CLOSED).map(|id| params![id, format!("c{id}")].to_vec()).collect();
    tx.execute_each(
        "INSERT INTO chats (id, connector_id, line_id, external_id, customer_id, created_ms, name, url, silent, bot_id, priority, \
         resting_id) VALUES (?1, 1, 1, ?2, 0, 0, '', '', 0, 0, 0, ?1)",
        &rows,
    )?;
    let ids: Vec<_> = (1..=CLOSED).map(|id| params![id].to_vec()).collect();
    tx.execute_each(
        "INSERT INTO sessions (id, chat_id, line_id, status, operator_id, created_ms, closed_ms, parent_id, reason, first_no, \
         close_reason, vote_head) VALUES (?1, ?1, 1, 'closed', 0, 0, 1, 0, '', 1, 'finished', 0)",
        &ids,
    )?;
    tx.execute(
        "INSERT INTO lines (id, name, active, settings, created_ms, created_by, updated_ms, updated_by) \
         VALUES (1, 'Support', 1, '{}', 0, 0, 0, 0)",
        &[],
    )?;
    tx.execute("INSERT INTO chat_labels (chat_id, label_id) VALUES (1, 1)", &[])?;
    Ok(())
}

#[tokio::test]
async fn a_count_looks_at_so_many_closed_chats_and_says_when_there_may_be_more() {
    for database in [testing::sqlite(), testing::postgres().fresh_database()] {
        let store = Store::open(database.url(), Options::default()).await.unwrap();
        store.migrate(desk::MIGRATIONS).await.unwrap();
        store.write(put_closed).await.unwrap();
        let count = async |filter: Filter, limit: usize| {
            let sight = Sight { user_id: ME, everything: true, administers: false, line_ids: HashSet::new() };
            store.read(move |tx| chat_list::count(tx, &sight, View::Closed, filter, limit)).await.unwrap()
        };
        let labelled = Filter { label_ids: vec![1], ..Filter::default() };
        assert_eq!(count(labelled, 1000).await, Count { count: 0, more: true });
        assert_eq!(count(Filter::default(), 1000).await, Count { count: 1000, more: true });
        let none = Filter { line_ids: vec![2], ..Filter::default() };
        assert_eq!(count(none, 1000).await, Count { count: 0, more: false });
        store.close().await;
    }
}
