//! How long the search and the reports take in a database with many messages and sessions. Writes `load/search.md`.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::Context;
use desk::reports::{self, Filter, Grouping};
use desk::search::{self, Query, indexer};
use desk::{Writer, users};
use store::testing::Postgres;
use store::{Store, params};

/// What to measure.
pub struct Plan {
    /// Messages.
    pub messages: i64,
    /// Sessions that reports count.
    pub sessions: i64,
    /// How often each question is asked.
    pub repeats: usize,
    /// Folder of the report.
    pub out: PathBuf,
    /// Databases.
    pub databases: Vec<String>,
}

const CHATS: i64 = 10_000;
const LINES: i64 = 20;
const BATCH: i64 = 20_000;
const BEGIN_MS: i64 = 1_735_689_600_000;
const YEAR_MS: i64 = 365 * 24 * 3_600_000;

/// Words that stand in many messages.
const COMMON: &[&str] = &[
    "the",
    "is",
    "my",
    "order",
    "please",
    "delivery",
    "when",
    "invoice",
    "number",
    "thanks",
    "price",
    "hello",
    "payment",
    "die",
    "ist",
    "Rechnung",
    "Bestellung",
    "bitte",
    "Lieferung",
    "wann",
    "Größe",
    "danke",
    "Preis",
    "Häuser",
    "guten",
    "заказ",
    "доставка",
    "когда",
    "цена",
    "спасибо",
    "счёт",
    "оплата",
    "здравствуйте",
    "номер",
    "размер",
    "пожалуйста",
    "заказа",
];

const SYLLABLES: &[&str] =
    &["ba", "ko", "li", "mu", "na", "pe", "ri", "so", "tu", "va", "за", "ко", "ли", "мо", "на", "по", "ра", "те"];

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

/// Pseudo-random numbers, the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[usize::try_from(self.roll(words.len() as u64)).unwrap_or(0)]
    }

    /// Six to thirteen words, about half of them common.
    fn text(&mut self) -> String {
        let mut text = String::new();
        for _ in 0..6 + self.roll(8) {
            if self.roll(2) == 0 {
                text.push_str(self.pick(COMMON));
            } else {
                (0..2 + self.roll(3)).for_each(|_| text.push_str(self.pick(SYLLABLES)));
            }
            text.push(' ');
        }
        text
    }
}

/// Measures and writes the report.
pub async fn run(plan: Plan) -> anyhow::Result<()> {
    let mut text = format!(
        "# Search and reports\n\n{} messages of 6 to 13 words in three languages, {CHATS} chats and customers, {LINES} lines, {} \
         sessions in a year; store and measurement share one machine. Times are those of the reading thread, in milliseconds, over \
         {} questions of each kind. `cargo run --release -p load -- search` repeats it.\n",
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
            None => format!("sqlite://{}/search.db", folder.path().display()),
        };
        let store = Store::open(&url, store::Options::default()).await?;
        store.migrate(desk::MIGRATIONS).await?;
        fill(&store, &plan).await?;
        write!(text, "\n## {database}\n\n{}\n", measure(&store, &plan).await?)?;
        store.close().await;
        drop(postgres);
    }
    print!("{text}");
    std::fs::write(plan.out.join("search.md"), text)?;
    Ok(())
}

async fn measure(store: &Store, plan: &Plan) -> anyhow::Result<String> {
    let begun = Instant::now();
    let mut groups = index(store).await?;
    let seconds = begun.elapsed().as_secs_f64();
    println!("indexed in {seconds:.0} s");
    store.write::<_, store::Error>(|tx| tx.execute("ANALYZE", &[])).await?;
    let ((p50, p99), longest) =
        (percentiles(&mut groups), groups.last().map_or(0.0, |last| last.as_secs_f64() * 1000.0));
    let mut text = format!(
        "Taking in all messages: {seconds:.0} s ({:.0} messages/s) in {} groups; writing a group took {p50:.0} ms \
         (p50), {p99:.0} ms (p99), {longest:.0} ms at most.\n\n",
        plan.messages as f64 / seconds,
        groups.len(),
    );
    text.push_str("| question | who | found | p50 ms | p99 ms |\n| --- | --- | ---: | ---: | ---: |\n");
    let mut all = Vec::new();
    for (title, q) in QUESTIONS {
        for (who, user_id) in [("administrator", 1_i64), ("operator of one line", 2)] {
            let mut times = Vec::new();
            let mut found = 0;
            for _ in 0..plan.repeats {
                let begun = Instant::now();
                found = ask(store, user_id, q).await?;
                times.push(begun.elapsed());
            }
            let (p50, p99) = percentiles(&mut times);
            writeln!(text, "| {title}: `{q}` | {who} | {found} | {p50:.1} | {p99:.1} |")?;
            all.extend(times);
        }
    }
    let (p50, p99) = percentiles(&mut all);
    writeln!(text, "| all | | | {p50:.1} | {p99:.1} |")?;
    text.push_str("\n| report | rows | ms |\n| --- | ---: | ---: |\n");
    for grouping in [Grouping::Line, Grouping::Day, Grouping::Hour, Grouping::WeekdayHour] {
        let begun = Instant::now();
        let rows = report(store, grouping).await?;
        writeln!(text, "| by {grouping:?} | {rows} | {} |", begun.elapsed().as_millis())?;
    }
    Ok(text)
}

async fn ask(store: &Store, user_id: i64, q: &'static str) -> anyhow::Result<usize> {
    let found = store.read(move |tx| {
        let user = users::find(tx, user_id)?.ok_or(desk::Refusal::NoAccess)?;
        search::find(tx, &user, &Query::parse(q), 20)
    });
    let found = found.await.map_err(|error: desk::Error| anyhow::anyhow!("{error}"))?;
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
    };
    let report = store.read(move |tx| reports::report(tx, &filter, grouping));
    Ok(report.await.map_err(|error: desk::Error| anyhow::anyhow!("{error}"))?.rows.len())
}

/// Takes everything in as a server does, without its rests; how long writing each group took.
async fn index(store: &Store) -> anyhow::Result<Vec<Duration>> {
    let writer = std::sync::Arc::new(Writer::new(1));
    let mut groups = Vec::new();
    loop {
        let gathered = store.read::<_, desk::Error>(|tx| indexer::gather(tx, 100, str::to_owned)).await;
        let Some(group) = gathered.map_err(|error| anyhow::anyhow!("{error}"))? else { return Ok(groups) };
        let (writer, begun) = (std::sync::Arc::clone(&writer), Instant::now());
        let applied = store.write(move |tx| writer.work(tx, BEGIN_MS, |change| indexer::apply(change.tx, &group)));
        applied.await.map_err(|error: desk::Error| anyhow::anyhow!("{error}"))?;
        groups.push(begun.elapsed());
    }
}

fn percentiles(times: &mut [Duration]) -> (f64, f64) {
    times.sort_unstable();
    let at = |share: usize| times[(times.len() * share).div_ceil(100).saturating_sub(1)].as_secs_f64() * 1000.0;
    (at(50), at(99))
}

async fn fill(store: &Store, plan: &Plan) -> anyhow::Result<()> {
    store.write::<_, store::Error>(people).await?;
    let (mut done, mut dice) = (0, Dice(88_172_645_463_325_252));
    while done < plan.messages {
        let count = BATCH.min(plan.messages - done);
        let texts: Vec<String> = (0..count).map(|_| dice.text()).collect();
        store.write::<_, store::Error>(move |tx| messages(tx, done, &texts)).await?;
        done += count;
    }
    let mut done = 0;
    while done < plan.sessions {
        let count = BATCH.min(plan.sessions - done);
        let (first, whole) = (done, plan.sessions);
        store.write::<_, store::Error>(move |tx| sessions(tx, first, count, whole)).await?;
        done += count;
    }
    println!("filled");
    Ok(())
}

fn people(tx: &mut store::Tx<'_>) -> Result<(), store::Error> {
    let user = "INSERT INTO users (id, connector_id, external_id, created_ms, updated_ms, kind, active, admin, name, last_name, \
                email, phone, gender, url, work_position, presence, picture_url, avatar_file_id) \
                VALUES (?1, ?2, ?3, 0, 0, ?4, 1, ?5, ?6, ?7, '', ?8, '', '', '', 'offline', '', 0)";
    let employee =
        |id: i64, admin: bool| params![id, None::<i64>, None::<&str>, "employee", admin, "Anna", "", ""].to_vec();
    let mut rows = vec![employee(1, true), employee(2, false)];
    rows.extend((1..=CHATS).map(|id| {
        let (external, phone) = (format!("u{id}"), format!("+7912{id:07}"));
        params![100 + id, 1, external, "customer", false, "Customer", id.to_string(), phone].to_vec()
    }));
    tx.execute_each(user, &rows)?;
    let rows: Vec<_> = (1..=CHATS)
        .map(|id| params![id, id % LINES + 1, format!("c{id}"), 100 + id, format!("Chat {id}")].to_vec())
        .collect();
    tx.execute_each(
        "INSERT INTO chats (id, connector_id, line_id, external_id, customer_id, created_ms, name, url, silent, bot_id) \
         VALUES (?1, 1, ?2, ?3, ?4, 0, ?5, '', 0, 0)",
        &rows,
    )?;
    tx.execute(
        "INSERT INTO line_queue (line_id, position, id, entity_type, entity_id) VALUES (7, 0, 1, 'user', 2)",
        &[],
    )?;
    Ok(())
}

fn messages(tx: &mut store::Tx<'_>, done: i64, texts: &[String]) -> Result<(), store::Error> {
    let rows: Vec<_> = (done..)
        .zip(texts)
        .map(|(index, text)| {
            let chat = index % CHATS + 1;
            params![index + 1, chat, index / CHATS + 1, 100 + chat, BEGIN_MS + index, text].to_vec()
        })
        .collect();
    tx.execute_each(
        "INSERT INTO messages (id, chat_id, no, session_id, author_id, created_ms, sent_ms, body, direction, params, connector_ids) \
         VALUES (?1, ?2, ?3, 0, ?4, ?5, ?5, ?6, 'in', '', '[]')",
        &rows,
    )?;
    Ok(())
}

fn sessions(tx: &mut store::Tx<'_>, done: i64, count: i64, whole: i64) -> Result<(), store::Error> {
    let rows: Vec<_> = (done..done + count)
        .map(|index| {
            let chat = index % CHATS + 1;
            let created_ms = BEGIN_MS + YEAR_MS / whole.max(1) * index;
            params![index + 1, chat, chat % LINES + 1, created_ms, created_ms + 60_000, created_ms + 600_000].to_vec()
        })
        .collect();
    tx.execute_each(
        "INSERT INTO sessions (id, chat_id, line_id, created_ms, answered_ms, first_reply_ms, closed_ms, parent_id, status, \
         operator_id, reason, first_no, close_reason, vote_head, replies, replies_ms) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6, 0, 'closed', 1, '', 1, 'finished', 0, 1, 60000)",
        &rows,
    )?;
    Ok(())
}
