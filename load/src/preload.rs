//! Rows that are there before anything is measured: customers, chats and open sessions, and a million messages.

use anyhow::Context;
use desk::search::indexer;
use store::{Store, params};

/// Messages in one transaction.
const BATCH: i64 = 20_000;

/// What to fill a database with.
pub struct Plan<'a> {
    /// Its address.
    pub database: &'a str,
    /// Messages, evenly over the chats.
    pub messages: i64,
    /// Customers, each with a chat and a session.
    pub chats: i64,
    /// The sessions of the first so many chats are open, the others closed.
    pub open: i64,
}

/// Fills a database that `trunkline demo` has prepared.
pub async fn run(plan: Plan<'_>) -> anyhow::Result<()> {
    let Plan { database, messages, chats, open } = plan;
    let store = Store::open(database, store::Options::default()).await?;
    let (connector_id, line_id) = store
        .read(|tx| {
            tx.query_one("SELECT connector_id, line_id FROM channels", &[], |row| Ok((row.get(0)?, row.get(1)?)))
        })
        .await
        .context("the channel that `demo` makes")?;
    let first_user: i64 = take(&store, "user", chats).await?;
    take(&store, "chat", chats).await?;
    take(&store, "session", chats).await?;
    store.write::<_, store::Error>(move |tx| people(tx, connector_id, line_id, first_user, chats)).await?;
    let mut done = 0;
    while done < messages {
        let count = BATCH.min(messages - done);
        let first = take(&store, "message", count).await?;
        let first_event = take(&store, "event", count).await?;
        store
            .write::<_, store::Error>(move |tx| {
                batch(tx, &Batch { first_user, chats, done, first, first_event, count })
            })
            .await?;
        done += count;
    }
    store.write::<_, store::Error>(move |tx| close(tx, open)).await?;
    // What a database that grew into this size has known for long.
    store.write::<_, store::Error>(|tx| tx.execute("ANALYZE", &[])).await?;
    store.close().await;
    Ok(())
}

/// Makes the search believe that it has taken in everything, now and for long.
pub async fn let_search_rest(database: &str) -> anyhow::Result<()> {
    let store = Store::open(database, store::Options::default()).await?;
    // Without this group it would find other rules of words and begin anew.
    let first = store.read(|tx| indexer::gather(tx, 1, str::to_owned)).await;
    if let Some(group) = first.map_err(|error: desk::Error| anyhow::anyhow!("{error}"))? {
        let applied = store.write(move |tx| indexer::apply(tx, &group)).await;
        applied.map_err(|error: desk::Error| anyhow::anyhow!("{error}"))?;
    }
    let rest = "UPDATE search_progress SET event = 9000000000000000, message_id = 0, customer_id = 0, chat_id = 0";
    store.write::<_, store::Error>(move |tx| tx.execute(rest, &[])).await?;
    store.close().await;
    Ok(())
}

async fn take(store: &Store, series: &'static str, count: i64) -> anyhow::Result<i64> {
    let taken = store.write::<i64, store::Error>(move |tx| {
        tx.execute("UPDATE counters SET value = value + ?2 WHERE name = ?1", &params![series, count])?;
        tx.query_one("SELECT value FROM counters WHERE name = ?1", &params![series], |row| row.get(0))
    });
    Ok(taken.await? - count + 1)
}

fn people(
    tx: &mut store::Tx<'_>,
    connector_id: i64,
    line_id: i64,
    first_user: i64,
    chats: i64,
) -> Result<(), store::Error> {
    let rows: Vec<_> = (0..chats)
        .map(|index| params![first_user + index, connector_id, format!("u{index}"), 1_750_000_000_000_i64].to_vec())
        .collect();
    tx.execute_each(
        "INSERT INTO users (id, connector_id, external_id, created_ms, updated_ms, kind, active, admin, name, last_name, email, \
         phone, gender, url, work_position, presence, picture_url, avatar_file_id) \
         VALUES (?1, ?2, ?3, ?4, ?4, 'customer', 1, 0, 'Customer', '', '', '', '', '', '', 'offline', '', 0)",
        &rows,
    )?;
    let rows: Vec<_> = (0..chats)
        .map(|index| {
            params![index + 1, connector_id, line_id, format!("c{index}"), first_user + index, 1_750_000_000_000_i64]
                .to_vec()
        })
        .collect();
    tx.execute_each(
        "INSERT INTO chats (id, connector_id, line_id, external_id, customer_id, created_ms, name, url, silent, bot_id) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, '', '', 0, 0)",
        &rows,
    )?;
    let rows: Vec<_> = (0..chats).map(|index| params![index + 1, line_id, 1_750_000_000_000_i64].to_vec()).collect();
    tx.execute_each(
        "INSERT INTO sessions (id, chat_id, line_id, created_ms, answered_ms, parent_id, status, operator_id, reason, first_no, \
         close_reason, vote_head) VALUES (?1, ?1, ?2, ?3, ?3, 0, 'answered', 1, '', 1, '', 0)",
        &rows,
    )?;
    Ok(())
}

/// The sessions of later chats are over, and those chats rest at their last message.
fn close(tx: &mut store::Tx<'_>, open: i64) -> Result<(), store::Error> {
    let sql =
        "UPDATE sessions SET status = 'closed', closed_ms = created_ms, close_reason = 'finished' WHERE chat_id > ?1";
    tx.execute(sql, &params![open])?;
    let sql =
        "UPDATE chats SET resting_id = (SELECT max(m.id) FROM messages m WHERE m.chat_id = chats.id) WHERE id > ?1";
    tx.execute(sql, &params![open])?;
    Ok(())
}

/// Messages of one transaction: `count` of them after the `done` that are there.
struct Batch {
    first_user: i64,
    chats: i64,
    done: i64,
    first: i64,
    first_event: i64,
    count: i64,
}

fn batch(tx: &mut store::Tx<'_>, batch: &Batch) -> Result<(), store::Error> {
    let &Batch { first_user, chats, done, first, first_event, count } = batch;
    let body = "Good afternoon, is my order number 1234567 on its way?";
    let rows: Vec<_> = (0..count)
        .map(|index| {
            let (chat, no) = ((done + index) % chats, (done + index) / chats + 1);
            let external = format!("preload-{}", done + index);
            params![
                first + index,
                chat + 1,
                no,
                chat + 1,
                first_user + chat,
                1_750_000_000_000_i64,
                body,
                external,
                index
            ]
            .to_vec()
        })
        .collect();
    tx.execute_each(
        "INSERT INTO messages (id, chat_id, no, session_id, author_id, created_ms, sent_ms, body, external_id, content_digest, \
         direction, params, connector_ids) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, ?8, ?9, 'in', '', '[]')",
        &rows,
    )?;
    let rows: Vec<_> = (0..count)
        .map(|index| {
            let chat = (done + index) % chats + 1;
            params![first_event + index, 1_750_000_000_000_i64, chat, first + index].to_vec()
        })
        .collect();
    tx.execute_each(
        "INSERT INTO events (number, at_ms, kind, chat_id, subject_id, actor_id) VALUES (?1, ?2, 'message.added', ?3, ?4, 0)",
        &rows,
    )?;
    Ok(())
}
