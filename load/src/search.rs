//! How long the search, the reports and the lists of chats take in a database with many messages and sessions. Writes
//! `load/search.md`.

mod fill;

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use desk::chat_list::{self, Place, Sort, View};
use desk::reports::{self, Filter, Grouping};
use desk::search::{self, Query, indexer};
use desk::{Writer, cards, own, sight, users};
use store::testing::Postgres;
use store::{Store, Tx};

use fill::{BEGIN_MS, CHATS, LINES, OPEN, YEAR_MS};

/// What to measure.
pub struct Plan {
    /// Messages.
    pub messages: i64,
    /// Closed sessions.
    pub sessions: i64,
    /// How often each question is asked.
    pub repeats: usize,
    /// Folder of the report.
    pub out: PathBuf,
    /// `sqlite` and `postgres` are made for the occasion; a database at an address is filled when it is empty, and stays.
    pub databases: Vec<String>,
}

/// Messages that come in while the indexes are complete.
const MORE: i64 = 10_000;

/// (what it is, question)
const QUESTIONS: &[(&str, &str)] = &[
    ("a word of very many messages", "order "),
    ("the same in another form, Russian", "заказы "),
    ("the same in another form, German", "Rechnungen "),
    ("the beginning of words of very many messages", "or"),
    ("two letters, Russian", "за"),
    ("two words of very many messages", "order please"),
    ("five words of very many messages", "order delivery invoice number price"),
    ("a rare word", "bakolimu "),
    ("a rare and a common word", "bakolimu order"),
    ("a word that is nowhere", "nowhereatall"),
    ("a phone number", "9120000077"),
    ("a name", "Customer 77"),
    ("a chat's number", "#77"),
];

/// (title, who, view, order)
const LISTS: &[(&str, i64, View, Sort)] = &[
    ("all, who waits longest first", 1, View::All, Sort::Waiting),
    ("all, by priority", 1, View::All, Sort::Priority),
    ("all, the newest first", 1, View::All, Sort::Newest),
    ("nobody's, who waits longest first", 1, View::Unassigned, Sort::Waiting),
    ("nobody's, by priority", 1, View::Unassigned, Sort::Priority),
    ("one line's operator: all, who waits longest first", 2, View::All, Sort::Waiting),
    ("one line's operator: all, by priority", 2, View::All, Sort::Priority),
];

/// Measures and writes the report.
pub async fn run(plan: Plan) -> anyhow::Result<()> {
    let mut text = format!(
        "# Search, reports and lists\n\n{} messages of 6 to 13 words in three languages, {CHATS} chats and customers, {LINES} lines, \
         {} closed sessions in a year and {OPEN} open ones; store and measurement share one machine. Times are those of a caller of \
         the store, in milliseconds, over {} questions of each kind. `cargo run --release -p load -- search` measures again and \
         writes this page.\n",
        plan.messages, plan.sessions, plan.repeats
    );
    for database in &plan.databases {
        println!("{database}");
        let folder = tempfile::tempdir()?;
        let postgres = (database == "postgres").then(|| {
            let server = Postgres::start(&[("fsync", "on"), ("shared_buffers", "256MB")], &[]);
            let database = server.fresh_database();
            (server, database)
        });
        let url = match &postgres {
            Some((_, database)) => database.url().to_owned(),
            None if database == "sqlite" => format!("sqlite://{}/search.db", folder.path().display()),
            None => database.clone(),
        };
        let store = Store::open(&url, store::Options::default()).await?;
        store.migrate(desk::MIGRATIONS).await?;
        fill::fill(&store, &plan).await?;
        let name = database.split(':').next().unwrap_or(database);
        write!(text, "\n## {name}\n\n{}\n", measure(&store, &plan).await?)?;
        store.close().await;
        drop(postgres);
    }
    print!("{text}");
    std::fs::write(plan.out.join("search.md"), text)?;
    Ok(())
}

async fn measure(store: &Store, plan: &Plan) -> anyhow::Result<String> {
    let mut text = String::new();
    let (begun, mut groups) = (Instant::now(), index(store).await?);
    if !groups.is_empty() {
        store.write::<_, store::Error>(|tx| tx.execute("ANALYZE", &[])).await?;
        text.push_str(&taken_in("all messages", plan.messages, begun.elapsed(), &mut groups));
    }
    fill::more(store, MORE).await?;
    let (begun, mut groups) = (Instant::now(), index(store).await?);
    text.push_str(&taken_in("more messages", MORE, begun.elapsed(), &mut groups));
    println!("{text}");
    questions(store, plan, &mut text).await?;
    text.push_str("\n| report | rows | p50 ms | most ms |\n| --- | ---: | ---: | ---: |\n");
    for grouping in [Grouping::Line, Grouping::Operator, Grouping::Day, Grouping::Hour, Grouping::WeekdayHour] {
        let (rows, times) = repeated(plan.repeats / 2, async || report(store, grouping).await).await?;
        writeln!(text, "| by {grouping:?} | {rows} | {} |", of_times(times))?;
    }
    text.push_str("\n| list of 50 chats | chats | p50 ms | most ms |\n| --- | ---: | ---: | ---: |\n");
    for (title, user_id, view, sort) in LISTS {
        for (part, skipped) in [("", 0), (", after 2000 others", 2000)] {
            let after = if skipped > 0 { list(store, *user_id, (*view, *sort), None, skipped).await?.1 } else { None };
            if skipped > 0 && after.is_none() {
                continue;
            }
            let ask = async || Ok(list(store, *user_id, (*view, *sort), after, 50).await?.0);
            let (chats, times) = repeated(plan.repeats, ask).await?;
            writeln!(text, "| {title}{part} | {chats} | {} |", of_times(times))?;
        }
    }
    Ok(text)
}

fn taken_in(what: &str, messages: i64, took: Duration, groups: &mut [Duration]) -> String {
    let seconds = took.as_secs_f64();
    let (p50, p99, most) = percentiles(groups);
    format!(
        "Taking in {what}: {messages} in {seconds:.1} s ({:.0} messages/s) in {} groups; writing a group took {p50:.0} ms (p50), \
         {p99:.0} ms (p99), {most:.0} ms at most.\n\n",
        messages as f64 / seconds,
        groups.len(),
    )
}

async fn questions(store: &Store, plan: &Plan, text: &mut String) -> anyhow::Result<()> {
    text.push_str("| question | who | found | p50 ms | p99 ms |\n| --- | --- | ---: | ---: | ---: |\n");
    let mut all = Vec::new();
    for (title, q) in QUESTIONS {
        for (who, user_id) in [("administrator", 1_i64), ("operator of one line", 2)] {
            let (found, mut times) = repeated(plan.repeats, async || ask(store, user_id, q).await).await?;
            let (p50, p99, _) = percentiles(&mut times);
            writeln!(text, "| {title}: `{q}` | {who} | {found} | {p50:.1} | {p99:.1} |")?;
            all.extend(times);
        }
    }
    let (p50, p99, _) = percentiles(&mut all);
    writeln!(text, "| all | | | {p50:.1} | {p99:.1} |")?;
    Ok(())
}

/// The last answer, and how long each took.
async fn repeated<T>(
    times: usize,
    mut ask: impl AsyncFnMut() -> anyhow::Result<T>,
) -> anyhow::Result<(T, Vec<Duration>)> {
    let mut took = Vec::new();
    loop {
        let begun = Instant::now();
        let answer = ask().await?;
        took.push(begun.elapsed());
        if took.len() >= times {
            return Ok((answer, took));
        }
    }
}

fn of_times(mut times: Vec<Duration>) -> String {
    let (p50, _, most) = percentiles(&mut times);
    format!("{p50:.1} | {most:.1}")
}

async fn read<T: Send + 'static>(
    store: &Store,
    rule: impl FnOnce(&mut Tx<'_>) -> desk::Result<T> + Send + 'static,
) -> anyhow::Result<T> {
    store.read(rule).await.map_err(|error| anyhow::anyhow!("{error}"))
}

async fn ask(store: &Store, user_id: i64, q: &'static str) -> anyhow::Result<usize> {
    let found = read(store, move |tx| {
        let user = users::find(tx, user_id)?.ok_or(desk::Refusal::NoAccess)?;
        search::find(tx, &user, &Query::parse(q), 20)
    });
    let found = found.await?;
    Ok(found.messages.len() + found.customers.len() + found.chats.len())
}

async fn report(store: &Store, grouping: Grouping) -> anyhow::Result<usize> {
    let filter = Filter {
        from_ms: BEGIN_MS,
        to_ms: BEGIN_MS + YEAR_MS,
        line_ids: Vec::new(),
        operator_ids: Vec::new(),
        connectors: Vec::new(),
        time_zone: reports::zone("Europe/Berlin").context("a time zone")?,
        sessions_max: reports::SESSIONS_MAX,
    };
    Ok(read(store, move |tx| reports::report(tx, &filter, grouping)).await?.rows.len())
}

/// A page as `trunkline.chat.list` reads it: so many chats, and where the next one begins.
async fn list(
    store: &Store,
    user_id: i64,
    (view, sort): (View, Sort),
    after: Option<Place>,
    limit: usize,
) -> anyhow::Result<(usize, Option<Place>)> {
    let query = chat_list::Query { view, filter: chat_list::Filter::default(), sort, after, limit };
    read(store, move |tx| {
        let user = users::find(tx, user_id)?.ok_or(desk::Refusal::NoAccess)?;
        let sight = sight::of(tx, &user)?;
        let (ids, next) = chat_list::page(tx, &sight, &query)?;
        let found = cards::load(tx, &ids)?;
        own::of_user(tx, user_id, &ids)?;
        Ok((found.len(), next))
    })
    .await
}

/// Takes everything in as a server does, without its rests; how long writing each group took.
async fn index(store: &Store) -> anyhow::Result<Vec<Duration>> {
    let writer = Arc::new(Writer::new(1));
    let mut groups = Vec::new();
    loop {
        let Some(group) = read(store, |tx| indexer::gather(tx, 100, str::to_owned)).await? else { return Ok(groups) };
        let (writer, begun) = (Arc::clone(&writer), Instant::now());
        let applied = store.write(move |tx| writer.work(tx, BEGIN_MS, |change| indexer::apply(change.tx, &group)));
        applied.await.map_err(|error: desk::Error| anyhow::anyhow!("{error}"))?;
        groups.push(begun.elapsed());
    }
}

/// The middle one, the 99th of a hundred, and the longest.
fn percentiles(times: &mut [Duration]) -> (f64, f64, f64) {
    times.sort_unstable();
    let at = |share: usize| times.get((times.len() * share).div_ceil(100).saturating_sub(1));
    let ms = |share: usize| at(share).map_or(0.0, |time| time.as_secs_f64() * 1000.0);
    (ms(50), ms(99), ms(100))
}
