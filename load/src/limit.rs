//! The bare limit: the least program that parses the same body with axum and serde and commits the same rows (one message,
//! one event) with one group-committing writer. It knows all chats by heart, checks no token and refuses nothing; only the
//! unique keys are the product's. No product can be faster on this machine with this database.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::Context;
use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;
use tokio_postgres::types::ToSql;

/// Rows in one commit at most.
const GROUP_MAX: usize = 512;

#[derive(Deserialize)]
struct Call {
    #[serde(rename = "MESSAGES")]
    messages: Vec<Element>,
}

#[derive(Deserialize)]
struct Element {
    user: User,
    message: Message,
    chat: Chat,
}

#[derive(Deserialize)]
struct User {
    id: String,
}

#[derive(Deserialize)]
struct Message {
    id: String,
    date: i64,
    text: String,
}

#[derive(Deserialize)]
struct Chat {
    id: String,
}

#[derive(Serialize)]
struct Answer {
    result: Outer,
}

#[derive(Serialize)]
struct Outer {
    #[serde(rename = "SUCCESS")]
    success: bool,
    #[serde(rename = "DATA")]
    data: Vec<Accepted>,
}

#[derive(Serialize)]
struct Accepted {
    user: String,
    session: i64,
}

/// A chat with its counters, as the writer remembers it.
struct Known {
    chat_id: i64,
    session_id: i64,
    user_id: i64,
    last_no: i64,
}

struct Job {
    element: Element,
    done: oneshot::Sender<Accepted>,
}

/// Ids that go up by one for each row.
struct Counters {
    message: i64,
    event: i64,
}

/// A row of each table, ready to be written.
struct Row {
    message_id: i64,
    event_number: i64,
    chat_id: i64,
    no: i64,
    session_id: i64,
    user_id: i64,
    sent_ms: i64,
    text: String,
    external_id: String,
}

const MESSAGE_COLUMNS: &str = "id, chat_id, no, session_id, author_id, direction, created_ms, sent_ms, body, params, external_id, \
     content_digest, connector_ids";

/// Serves until it is killed; prints its port first.
pub fn run(database: &str) -> anyhow::Result<()> {
    let (sender, receiver) = async_channel::bounded::<Job>(10_000);
    let database = database.to_owned();
    std::thread::spawn(move || {
        let outcome = match database.strip_prefix("sqlite:") {
            Some(path) => sqlite(path.trim_start_matches("//"), &receiver),
            None => postgres(&database, &receiver),
        };
        outcome.expect("the writer works");
    });
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?);
        let router = Router::new().route("/", post(accept)).with_state(Arc::new(sender));
        axum::serve(listener, router).await.context("the listener")
    })
}

async fn accept(State(sender): State<Arc<async_channel::Sender<Job>>>, Json(call): Json<Call>) -> Json<Answer> {
    let mut data = Vec::with_capacity(call.messages.len());
    for element in call.messages {
        let (done, answer) = oneshot::channel();
        sender.send(Job { element, done }).await.expect("the writer works");
        data.push(answer.await.expect("the writer works"));
    }
    Json(Answer { result: Outer { success: true, data } })
}

type Chats = HashMap<String, Known>;

/// The next rows and who waits for them.
fn gather(
    receiver: &async_channel::Receiver<Job>,
    chats: &mut Chats,
    counters: &mut Counters,
) -> (Vec<Row>, Vec<(oneshot::Sender<Accepted>, Accepted)>) {
    let (mut rows, mut waiting) = (Vec::new(), Vec::new());
    let first = receiver.recv_blocking().into_iter();
    for job in first.chain(std::iter::from_fn(|| receiver.try_recv().ok()).take(GROUP_MAX - 1)) {
        let Some(known) = chats.get_mut(&job.element.chat.id) else { continue };
        counters.message += 1;
        counters.event += 1;
        known.last_no += 1;
        waiting.push((job.done, Accepted { user: job.element.user.id, session: known.session_id }));
        rows.push(Row {
            message_id: counters.message,
            event_number: counters.event,
            chat_id: known.chat_id,
            no: known.last_no,
            session_id: known.session_id,
            user_id: known.user_id,
            sent_ms: job.element.message.date * 1000,
            text: job.element.message.text,
            external_id: job.element.message.id,
        });
    }
    (rows, waiting)
}

const CHATS: &str = "SELECT c.external_id, c.id, s.id, c.customer_id, (SELECT max(no) FROM messages m WHERE m.chat_id = c.id) \
     FROM chats c JOIN sessions s ON s.chat_id = c.id AND s.closed_ms IS NULL";

fn sqlite(path: &str, receiver: &async_channel::Receiver<Job>) -> anyhow::Result<()> {
    let connection = rusqlite::Connection::open(path)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 0;",
    )?;
    let (wake, woken) = async_channel::bounded::<()>(1);
    let beside = rusqlite::Connection::open(path)?;
    std::thread::spawn(move || {
        while woken.recv_blocking().is_ok() {
            // Passive: it never waits for the writer, and what it could not copy comes next time.
            let _ = beside.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        }
    });
    let mut rows_since_checkpoint = 0;
    let mut chats = Chats::new();
    let mut statement = connection.prepare(CHATS)?;
    let mut found = statement.query([])?;
    while let Some(row) = found.next()? {
        let known = Known {
            chat_id: row.get(1)?,
            session_id: row.get(2)?,
            user_id: row.get(3)?,
            last_no: row.get::<_, Option<i64>>(4)?.unwrap_or(0),
        };
        chats.insert(row.get(0)?, known);
    }
    let highest = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
    let mut counters = Counters {
        message: highest("SELECT coalesce(max(id), 0) FROM messages")?,
        event: highest("SELECT coalesce(max(number), 0) FROM events")?,
    };
    let message_sql = format!(
        "INSERT INTO messages ({MESSAGE_COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, 'in', ?6, ?7, ?8, '', ?9, ?10, '[]')"
    );
    let mut messages = connection.prepare(&message_sql)?;
    let mut events = connection.prepare(
        "INSERT INTO events (number, at_ms, kind, chat_id, subject_id, actor_id) VALUES (?1, ?2, 'message.added', ?3, ?4, 0)",
    )?;
    loop {
        let (rows, waiting) = gather(receiver, &mut chats, &mut counters);
        if rows.is_empty() {
            return Ok(());
        }
        connection.execute_batch("BEGIN IMMEDIATE")?;
        for row in &rows {
            messages.execute(rusqlite::params![
                row.message_id,
                row.chat_id,
                row.no,
                row.session_id,
                row.user_id,
                row.sent_ms,
                row.sent_ms,
                row.text,
                row.external_id,
                row.message_id
            ])?;
            events.execute(rusqlite::params![row.event_number, row.sent_ms, row.chat_id, row.message_id])?;
        }
        connection.execute_batch("COMMIT")?;
        rows_since_checkpoint += rows.len();
        if rows_since_checkpoint > 5_000 {
            rows_since_checkpoint = 0;
            // Full means that it has been woken already.
            let _ = wake.try_send(());
        }
        answer(waiting);
    }
}

fn answer(waiting: Vec<(oneshot::Sender<Accepted>, Accepted)>) {
    for (done, accepted) in waiting {
        // Nobody waits any more when the generator has hung up.
        let _ = done.send(accepted);
    }
}

fn postgres(url: &str, receiver: &async_channel::Receiver<Job>) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (mut client, connection) = runtime.block_on(tokio_postgres::connect(url, tokio_postgres::NoTls))?;
    runtime.spawn(connection);
    let mut chats = Chats::new();
    for row in runtime.block_on(client.query(CHATS, &[]))? {
        let known = Known {
            chat_id: row.get(1),
            session_id: row.get(2),
            user_id: row.get(3),
            last_no: row.get::<_, Option<i64>>(4).unwrap_or(0),
        };
        chats.insert(row.get(0), known);
    }
    let highest = |sql: &str| runtime.block_on(client.query_one(sql, &[])).map(|row| row.get::<_, i64>(0));
    let mut counters = Counters {
        message: highest("SELECT coalesce(max(id), 0) FROM messages")?,
        event: highest("SELECT coalesce(max(number), 0) FROM events")?,
    };
    let message_sql = format!(
        "INSERT INTO messages ({MESSAGE_COLUMNS}) SELECT id, chat, no, session, author, 'in', at, at, body, '', external, id, '[]' \
         FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[], $8::text[]) \
         AS t (id, chat, no, session, author, at, body, external)"
    );
    let event_sql = "INSERT INTO events (number, at_ms, kind, chat_id, subject_id, actor_id) \
         SELECT number, at, 'message.added', chat, message, 0 \
         FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[]) AS t (number, at, chat, message)";
    let messages = runtime.block_on(client.prepare(&message_sql))?;
    let events = runtime.block_on(client.prepare(event_sql))?;
    loop {
        let (rows, waiting) = gather(receiver, &mut chats, &mut counters);
        if rows.is_empty() {
            return Ok(());
        }
        let numbers = |pick: fn(&Row) -> i64| rows.iter().map(pick).collect::<Vec<i64>>();
        let texts = |pick: fn(&Row) -> &String| rows.iter().map(|row| pick(row).clone()).collect::<Vec<String>>();
        let (ids, chat_ids, at) =
            (numbers(|row| row.message_id), numbers(|row| row.chat_id), numbers(|row| row.sent_ms));
        let (nos, session_ids, authors) =
            (numbers(|row| row.no), numbers(|row| row.session_id), numbers(|row| row.user_id));
        let (bodies, externals) = (texts(|row| &row.text), texts(|row| &row.external_id));
        let event_numbers = numbers(|row| row.event_number);
        runtime.block_on(async {
            let transaction = client.transaction().await?;
            let message_values: [&(dyn ToSql + Sync); 8] =
                [&ids, &chat_ids, &nos, &session_ids, &authors, &at, &bodies, &externals];
            let event_values: [&(dyn ToSql + Sync); 4] = [&event_numbers, &at, &chat_ids, &ids];
            // Both statements are on their way before the first is answered.
            let (inserted, told) = tokio::join!(
                transaction.execute(&messages, &message_values),
                transaction.execute(&events, &event_values),
            );
            inserted?;
            told?;
            transaction.commit().await
        })?;
        answer(waiting);
    }
}
