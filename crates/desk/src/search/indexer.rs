//! Keeps the word indexes: reads the committed events on from its own place in groups, and gathers, outside of any writing
//! transaction, the words of the rows that they name. Where events are missing, or the rules of words changed, it goes through
//! the tables instead, the newest rows first.

use std::collections::BTreeSet;

use store::{Tx, params};

use super::words::{RULES, Set};
use super::{CHATS, CUSTOMERS, MESSAGES, scope};
use crate::chats::Chat;
use crate::events::{self, Kind};
use crate::{Result, chats, files, users};

/// Ids that lie so near to each other are read together.
const NEAR: i64 = 100;

/// How far the indexes have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    step: i64,
    rules: i64,
    /// The last event taken in.
    pub event: i64,
    /// Messages below this id are still to be taken in; 0 when all are.
    pub message_id: i64,
    /// The same of customers.
    pub customer_id: i64,
    /// The same of chats.
    pub chat_id: i64,
}

impl Progress {
    /// Whether rows of before are still to be taken in.
    #[must_use]
    pub fn is_rebuilding(&self) -> bool {
        self.message_id > 0 || self.customer_id > 0 || self.chat_id > 0
    }
}

/// What is to be written next, and where that leads.
#[derive(Debug)]
pub struct Group {
    before: Progress,
    after: Progress,
    start: Start,
    messages: Rows,
    customers: Rows,
    chats: Rows,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Start {
    Anew,
    GoOn,
}

/// Rows with their words, and ids of rows that are gone.
#[derive(Debug, Default)]
struct Rows {
    found: Vec<(i64, Set)>,
    gone: Vec<i64>,
}

/// Which rows to look at.
#[derive(Debug, Default)]
struct Named {
    messages: BTreeSet<i64>,
    customers: BTreeSet<i64>,
    chats: BTreeSet<i64>,
}

/// How far the indexes have come.
///
/// # Errors
/// Those of the database.
pub fn progress(tx: &mut Tx<'_>) -> Result<Progress> {
    let sql = "SELECT step, rules, event, message_id, customer_id, chat_id FROM search_progress WHERE id = 1";
    Ok(tx.query_one(sql, &[], |row| {
        Ok(Progress {
            step: row.get(0)?,
            rules: row.get(1)?,
            event: row.get(2)?,
            message_id: row.get(3)?,
            customer_id: row.get(4)?,
            chat_id: row.get(5)?,
        })
    })?)
}

/// Reads what is to be taken in next, about `rows` rows; nothing when the indexes are complete. `plain` makes plain text of a
/// message's body.
///
/// # Errors
/// Those of the database.
pub fn gather(tx: &mut Tx<'_>, rows: i64, plain: fn(&str) -> String) -> Result<Option<Group>> {
    let before = progress(tx)?;
    if before.rules != RULES {
        return anew(tx, before).map(Some);
    }
    if before.event < events::number(tx)? {
        let events = events::after(tx, before.event, rows)?;
        // Numbers have no gaps: if the next one is missing, it was removed before it was read.
        let Some(newest) = events.last().filter(|_| events[0].number == before.event + 1) else {
            return anew(tx, before).map(Some);
        };
        let after = Progress { event: newest.number, ..before };
        let named = named_by(tx, &events)?;
        return read(tx, before, after, &named, plain).map(Some);
    }
    let (named, after) = next_rows(tx, before, rows)?;
    match before.is_rebuilding() {
        true => read(tx, before, after, &named, plain).map(Some),
        false => Ok(None),
    }
}

/// Writes a group. `false` when somebody else has written it meanwhile.
///
/// # Errors
/// Those of the database.
pub fn apply(tx: &mut Tx<'_>, group: &Group) -> Result<bool> {
    let after = group.after;
    let sql = "UPDATE search_progress SET step = step + 1, rules = ?2, event = ?3, message_id = ?4, customer_id = ?5, chat_id = ?6 \
               WHERE id = 1 AND step = ?1";
    let place =
        params![group.before.step, after.rules, after.event, after.message_id, after.customer_id, after.chat_id];
    if tx.execute(sql, &place)? == 0 {
        return Ok(false);
    }
    for (index, rows) in [(MESSAGES, &group.messages), (CUSTOMERS, &group.customers), (CHATS, &group.chats)] {
        if group.start == Start::Anew {
            index.begin_anew(tx)?;
        }
        let words = |set: &'_ Set| -> Vec<String> { set.0.iter().cloned().collect() };
        let owned: Vec<(i64, Vec<String>)> = rows.found.iter().map(|(id, set)| (*id, words(set))).collect();
        let put: Vec<(i64, Vec<&str>)> =
            owned.iter().map(|(id, words)| (*id, words.iter().map(String::as_str).collect())).collect();
        index.put(tx, &put)?;
        index.remove(tx, &rows.gone)?;
    }
    Ok(true)
}

/// Begins to go through the tables: the first group of a rebuild.
///
/// # Errors
/// Those of the database.
pub fn begin_rebuild(tx: &mut Tx<'_>) -> Result<Group> {
    let before = progress(tx)?;
    anew(tx, before)
}

fn anew(tx: &mut Tx<'_>, before: Progress) -> Result<Group> {
    let event = events::number(tx)?;
    let mut end = |sql: &str| tx.query_one(sql, &[], |row| row.get::<i64>(0));
    let after = Progress {
        step: before.step,
        rules: RULES,
        event,
        message_id: end("SELECT coalesce(max(id), -1) + 1 FROM messages")?,
        customer_id: end("SELECT coalesce(max(id), -1) + 1 FROM users")?,
        chat_id: end("SELECT coalesce(max(id), -1) + 1 FROM chats")?,
    };
    let (messages, customers, chats) = (Rows::default(), Rows::default(), Rows::default());
    Ok(Group { before, after, start: Start::Anew, messages, customers, chats })
}

/// The rows that these events speak of.
fn named_by(tx: &mut Tx<'_>, events: &[events::Event]) -> Result<Named> {
    let is = |event: &events::Event, kinds: &[Kind]| kinds.iter().any(|kind| kind.as_str() == event.kind);
    let mut named = Named::default();
    for event in events {
        if is(event, &[Kind::MessageAdded, Kind::MessageChanged, Kind::MessageDeleted]) {
            named.messages.insert(event.subject_id);
        } else if is(event, &[Kind::FileChanged]) {
            named.messages.extend(files::find(tx, event.subject_id)?.map(|file| file.message_id));
        } else if is(event, &[Kind::ChatChanged]) {
            named.chats.insert(event.chat_id);
        } else if is(event, &[Kind::CustomerChanged]) {
            named.customers.insert(event.subject_id);
            named.chats.extend(chats::of_customers(tx, &[event.subject_id])?);
        }
    }
    named.messages.remove(&0);
    // A customer has words for the lines of its chats.
    let ids: Vec<i64> = named.chats.iter().copied().collect();
    named.customers.extend(chats::find_many(tx, &ids)?.into_iter().map(|chat| chat.customer_id).filter(|id| *id != 0));
    Ok(named)
}

/// The next rows of a rebuild: chats, then customers, then messages.
fn next_rows(tx: &mut Tx<'_>, before: Progress, rows: i64) -> Result<(Named, Progress)> {
    let mut below = |sql: &str, id: i64| -> Result<(BTreeSet<i64>, i64)> {
        let ids = tx.query(sql, &params![id, rows], |row| row.get::<i64>(0))?;
        let next = ids.last().copied().unwrap_or(0);
        Ok((ids.into_iter().collect(), next))
    };
    let (mut named, mut after) = (Named::default(), before);
    if before.chat_id > 0 {
        let sql = "SELECT id FROM chats WHERE id < ?1 ORDER BY id DESC LIMIT ?2";
        (named.chats, after.chat_id) = below(sql, before.chat_id)?;
    } else if before.customer_id > 0 {
        let sql = "SELECT id FROM users WHERE id < ?1 ORDER BY id DESC LIMIT ?2";
        (named.customers, after.customer_id) = below(sql, before.customer_id)?;
    } else if before.message_id > 0 {
        let sql = "SELECT id FROM messages WHERE id < ?1 ORDER BY id DESC LIMIT ?2";
        (named.messages, after.message_id) = below(sql, before.message_id)?;
    }
    Ok((named, after))
}

fn read(tx: &mut Tx<'_>, before: Progress, after: Progress, named: &Named, plain: fn(&str) -> String) -> Result<Group> {
    let ids: Vec<i64> = named.chats.iter().copied().collect();
    let chats = chats::find_many(tx, &ids)?;
    Ok(Group {
        before,
        after,
        start: Start::GoOn,
        messages: messages(tx, &named.messages, plain)?,
        customers: customers(tx, &named.customers)?,
        chats: chat_rows(tx, &chats)?,
    })
}

fn messages(tx: &mut Tx<'_>, ids: &BTreeSet<i64>, plain: fn(&str) -> String) -> Result<Rows> {
    let mut rows = Rows::default();
    for (first, last) in runs(ids) {
        let sql = "SELECT m.id, m.chat_id, c.line_id, m.body FROM messages m JOIN chats c ON c.id = m.chat_id \
                   WHERE m.id >= ?1 AND m.id <= ?2 AND m.deleted_ms IS NULL AND m.direction <> 'system' ORDER BY m.id";
        let found = tx.query(sql, &params![first, last], |row| {
            Ok((row.get::<i64>(0)?, row.get::<i64>(1)?, row.get::<i64>(2)?, row.get::<String>(3)?))
        })?;
        let sql = "SELECT message_id, name FROM files WHERE message_id >= ?1 AND message_id <= ?2";
        let files = tx.query(sql, &params![first, last], |row| Ok((row.get::<i64>(0)?, row.get::<String>(1)?)))?;
        for (id, chat_id, line_id, body) in found {
            if !ids.contains(&id) {
                continue;
            }
            let mut set = Set::default();
            set.text(&plain(&body));
            files.iter().filter(|(message_id, _)| *message_id == id).for_each(|(_, name)| set.text(name));
            set.mark(scope::line_word(line_id));
            set.mark(scope::chat_word(chat_id));
            rows.found.push((id, set));
        }
    }
    rows.gone_are_others(ids);
    Ok(rows)
}

/// First and last ids of groups that lie near to each other.
fn runs(ids: &BTreeSet<i64>) -> Vec<(i64, i64)> {
    let mut runs: Vec<(i64, i64)> = Vec::new();
    for id in ids {
        match runs.last_mut() {
            Some((_, last)) if *id - *last <= NEAR => *last = *id,
            _ => runs.push((*id, *id)),
        }
    }
    runs
}

fn customers(tx: &mut Tx<'_>, ids: &BTreeSet<i64>) -> Result<Rows> {
    let wanted: Vec<i64> = ids.iter().copied().collect();
    let mut rows = Rows::default();
    for customer in users::find_many(tx, &wanted)? {
        if customer.kind != users::Kind::Customer {
            continue;
        }
        let mut set = Set::default();
        for text in [&customer.name, &customer.last_name, &customer.email, &customer.phone] {
            set.names(text);
        }
        set.phone(&customer.phone);
        for chat in chats_of_customer(tx, customer.id)? {
            set.mark(scope::line_word(chat.line_id));
            set.mark(scope::chat_word(chat.id));
        }
        rows.found.push((customer.id, set));
    }
    rows.gone_are_others(ids);
    Ok(rows)
}

/// The newest chats of a customer.
pub(super) fn chats_of_customer(tx: &mut Tx<'_>, customer_id: i64) -> Result<Vec<Chat>> {
    let ids = chats::of_customers(tx, &[customer_id])?;
    chats::find_many(tx, &ids)
}

fn chat_rows(tx: &mut Tx<'_>, chats: &[Chat]) -> Result<Rows> {
    let names = super::chat_names(tx, chats)?;
    let mut rows = Rows::default();
    for (chat, name) in chats.iter().zip(names) {
        let mut set = Set::default();
        set.names(&name);
        set.mark(scope::line_word(chat.line_id));
        set.mark(scope::chat_word(chat.id));
        rows.found.push((chat.id, set));
    }
    Ok(rows)
}

impl Rows {
    /// Those of `ids` that were not found are taken out.
    fn gone_are_others(&mut self, ids: &BTreeSet<i64>) {
        let found: BTreeSet<i64> = self.found.iter().map(|(id, _)| *id).collect();
        self.gone = ids.difference(&found).copied().collect();
    }
}
