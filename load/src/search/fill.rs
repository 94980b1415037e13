//! What the searches and reports are measured with: customers, chats, messages, sessions. The same in every run.

use store::{Store, params};

use super::Plan;

pub(super) const CHATS: i64 = 10_000;
pub(super) const LINES: i64 = 20;
/// Chats with an open session.
pub(super) const OPEN: i64 = 10_000;
const OPERATORS: i64 = 100;
const BATCH: i64 = 20_000;
pub(super) const BEGIN_MS: i64 = 1_735_689_600_000;
pub(super) const YEAR_MS: i64 = 365 * 24 * 3_600_000;

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

/// Fills an empty database; one that was filled before stays as it is.
pub(super) async fn fill(store: &Store, plan: &Plan) -> anyhow::Result<()> {
    let newest = "SELECT coalesce(max(id), 0) FROM messages";
    let there = store.read::<i64, store::Error>(|tx| tx.query_one(newest, &[], |row| row.get(0))).await?;
    if there >= plan.messages {
        return Ok(());
    }
    anyhow::ensure!(there == 0, "the database holds fewer messages than asked for: begin with an empty one");
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
        store.write::<_, store::Error>(move |tx| closed(tx, first, count, whole)).await?;
        done += count;
    }
    let first = plan.sessions + 1;
    store.write::<_, store::Error>(move |tx| open(tx, first)).await?;
    println!("filled");
    Ok(())
}

/// Stores `count` more messages with their events, as if they had just come in.
pub(super) async fn more(store: &Store, count: i64) -> anyhow::Result<()> {
    let mut dice = Dice(count.unsigned_abs());
    let texts: Vec<String> = (0..count).map(|_| dice.text()).collect();
    let stored = store.write::<_, store::Error>(move |tx| {
        let done = tx.query_one("SELECT max(id) FROM messages", &[], |row| row.get(0))?;
        messages(tx, done, &texts)?;
        tx.execute("UPDATE counters SET value = value + ?1 WHERE name = 'event'", &params![count])?;
        let number: i64 = tx.query_one("SELECT value FROM counters WHERE name = 'event'", &[], |row| row.get(0))?;
        let event = |index: i64| params![number - count + 1 + index, BEGIN_MS, done + 1 + index].to_vec();
        let rows: Vec<_> = (0..count).map(event).collect();
        tx.execute_each(
            "INSERT INTO events (number, at_ms, kind, chat_id, subject_id, actor_id) VALUES (?1, ?2, 'message.added', 1, ?3, 0)",
            &rows,
        )
    });
    stored.await?;
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

fn closed(tx: &mut store::Tx<'_>, done: i64, count: i64, whole: i64) -> Result<(), store::Error> {
    let rows: Vec<_> = (done..done + count)
        .map(|index| {
            let chat = index % CHATS + 1;
            let created_ms = BEGIN_MS + YEAR_MS / whole.max(1) * index;
            let answered_ms = created_ms + 5_000 + index * 7919 % 600_000;
            let operator = 3 + index * 31 % OPERATORS;
            params![index + 1, chat, chat % LINES + 1, operator, created_ms, answered_ms, answered_ms + 600_000]
                .to_vec()
        })
        .collect();
    tx.execute_each(
        "INSERT INTO sessions (id, chat_id, line_id, operator_id, created_ms, answered_ms, first_reply_ms, closed_ms, parent_id, \
         status, reason, first_no, close_reason, vote_head, replies, replies_ms) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, 0, 'closed', '', 1, 'finished', 0, 1, 60000)",
        &rows,
    )?;
    Ok(())
}

/// Every tenth chat has priority 1, every hundredth 2; every fifth session is nobody's; half of the customers wait.
fn open(tx: &mut store::Tx<'_>, first: i64) -> Result<(), store::Error> {
    let rows: Vec<_> = (1..=OPEN)
        .map(|chat| {
            let created_ms = BEGIN_MS + YEAR_MS - OPEN * 1000 + chat * 1000;
            let waiting_ms = (chat % 2 == 0).then_some(created_ms + chat * 7919 % 600_000);
            let operator = if chat % 5 == 0 { 0 } else { 3 + chat * 31 % OPERATORS };
            let status = match (operator, waiting_ms) {
                (0, _) => "new",
                (_, Some(_)) => "answered",
                (_, None) => "waiting",
            };
            params![first + chat, chat, chat % LINES + 1, operator, created_ms, waiting_ms, status].to_vec()
        })
        .collect();
    tx.execute_each(
        "INSERT INTO sessions (id, chat_id, line_id, operator_id, created_ms, waiting_ms, status, parent_id, reason, first_no, \
         close_reason, vote_head) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, '', 1, '', 0)",
        &rows,
    )?;
    tx.execute("UPDATE chats SET priority = CASE WHEN id % 100 = 0 THEN 2 ELSE 1 END WHERE id % 10 = 0", &[])?;
    Ok(())
}
