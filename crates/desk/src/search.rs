//! Search over customers, messages and chats. What is found is what an employee may see, the newest first.
//!
//! Nothing is written here while a message is accepted: [`indexer`] follows the committed events and keeps three word indexes
//! ([`store::words`]). They hold ids and words only; what is shown is read from the tables, which have the last word.

pub mod indexer;
mod query;
mod scope;
mod snippet;
mod words;

use std::time::Duration;

use store::{Tx, WordIndex, params};

use crate::chats::{self, Chat};
use crate::users::{self, User};
use crate::{Millis, Result, files};

pub use query::{QUERY_CHARS_MAX, Query};
use scope::Scope;
pub use snippet::{Mark, Snippet, snippet};

const MESSAGES: WordIndex = WordIndex::new("search_messages");
const CUSTOMERS: WordIndex = WordIndex::new("search_customers");
const CHATS: WordIndex = WordIndex::new("search_chats");

/// Results of one kind at most.
pub const LIMIT_MAX: usize = 50;

/// How often an index is asked again because too much of what it named is gone.
const ROUNDS_MAX: usize = 8;

/// An index that has been asked for so long is asked about nothing older.
const PATIENCE: Duration = Duration::from_millis(200);

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// Customers by name, phone or e-mail address, each with the newest of its chats that the employee may see.
    pub customers: Vec<(User, Option<Chat>)>,
    /// Messages by their words and the names of their files.
    pub messages: Vec<Hit>,
    /// Chats by number and name, each with the name people see.
    pub chats: Vec<(Chat, String)>,
    /// It would have taken too long: what is older was not looked at.
    pub cut: bool,
}

/// A message that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Id.
    pub id: i64,
    /// Its chat.
    pub chat_id: i64,
    /// The chat's name as people see it.
    pub chat_name: String,
    /// Number inside the chat.
    pub no: i64,
    /// Who wrote it, or 0.
    pub author_id: i64,
    /// When it was accepted.
    pub created_ms: Millis,
    /// Its text with BB code.
    pub body: String,
    /// Names of its files.
    pub file_names: Vec<String>,
}

/// Finds for an employee what a question names: at most `limit` of each kind.
///
/// # Errors
/// Those of the database.
pub fn find(tx: &mut Tx<'_>, user: &User, query: &Query, limit: usize) -> Result<Found> {
    if !user.is_active_employee() {
        return Ok(Found::default());
    }
    let scope = scope::of(tx, user)?;
    let mut cut = false;
    Ok(Found {
        customers: customers(tx, &scope, query, limit, &mut cut)?,
        messages: messages(tx, &scope, query, limit, &mut cut)?,
        chats: chats_found(tx, &scope, query, limit, &mut cut)?,
        cut,
    })
}

/// Asks an index until `limit` rows are left of what it names.
fn fill<T>(
    tx: &mut Tx<'_>,
    index: WordIndex,
    wanted: &store::words::Wanted,
    limit: usize,
    cut: &mut bool,
    load: impl Fn(&mut Tx<'_>, &[i64]) -> Result<Vec<T>>,
) -> Result<Vec<T>> {
    let (mut below, mut found) = (i64::MAX, Vec::new());
    for _ in 0..ROUNDS_MAX {
        let hits = index.find(tx, wanted, below, limit, PATIENCE)?;
        found.extend(load(tx, &hits.ids)?);
        *cut |= hits.cut;
        match hits.ids.last() {
            Some(last) if found.len() < limit && hits.ids.len() >= limit => below = *last,
            _ => break,
        }
    }
    found.truncate(limit);
    Ok(found)
}

fn messages(tx: &mut Tx<'_>, scope: &Scope, query: &Query, limit: usize, cut: &mut bool) -> Result<Vec<Hit>> {
    let wanted = scope.narrow(query.messages.clone());
    let mut hits = fill(tx, MESSAGES, &wanted, limit, cut, |tx, ids| {
        let sql = "SELECT m.id, m.chat_id, m.no, m.author_id, m.created_ms, m.body, c.line_id FROM messages m \
                   JOIN chats c ON c.id = m.chat_id WHERE m.id = ?1 AND m.deleted_ms IS NULL";
        let keys: Vec<_> = ids.iter().map(|id| params![*id].to_vec()).collect();
        let hits = tx.query_each(sql, &keys, |_, row| {
            let hit = Hit {
                id: row.get(0)?,
                chat_id: row.get(1)?,
                chat_name: String::new(),
                no: row.get(2)?,
                author_id: row.get(3)?,
                created_ms: row.get(4)?,
                body: row.get(5)?,
                file_names: Vec::new(),
            };
            Ok((hit, row.get::<i64>(6)?))
        })?;
        Ok(hits.into_iter().filter(|(hit, line_id)| scope.sees(hit.chat_id, *line_id)).map(|(hit, _)| hit).collect())
    })?;
    let chat_ids: Vec<i64> = hits.iter().map(|hit| hit.chat_id).collect();
    let chats = chats::find_many(tx, &chat_ids)?;
    let names = chat_names(tx, &chats)?;
    let message_ids: Vec<i64> = hits.iter().map(|hit| hit.id).collect();
    let attached = files::of_messages(tx, &message_ids)?;
    for hit in &mut hits {
        let named = chats.iter().zip(&names).find(|(chat, _)| chat.id == hit.chat_id);
        hit.chat_name = named.map(|(_, name)| name.clone()).unwrap_or_default();
        let names = attached.iter().filter(|file| file.message_id == hit.id);
        hit.file_names = names.map(|file| file.name.clone()).filter(|name| !name.is_empty()).collect();
    }
    Ok(hits)
}

fn customers(
    tx: &mut Tx<'_>,
    scope: &Scope,
    query: &Query,
    limit: usize,
    cut: &mut bool,
) -> Result<Vec<(User, Option<Chat>)>> {
    let wanted = scope.narrow(query.names.clone());
    fill(tx, CUSTOMERS, &wanted, limit, cut, |tx, ids| {
        let mut seen = Vec::new();
        for customer in users::find_many(tx, ids)? {
            let chats = indexer::chats_of_customer(tx, customer.id)?;
            let chat = chats.into_iter().find(|chat| scope.sees(chat.id, chat.line_id));
            if chat.is_some() || scope.sees_everything() {
                seen.push((customer, chat));
            }
        }
        Ok(seen)
    })
}

fn chats_found(
    tx: &mut Tx<'_>,
    scope: &Scope,
    query: &Query,
    limit: usize,
    cut: &mut bool,
) -> Result<Vec<(Chat, String)>> {
    let mut found = Vec::new();
    if let Some(id) = query.chat_id {
        found.extend(chats::find(tx, id)?.filter(|chat| scope.sees(chat.id, chat.line_id)));
    }
    let numbered = found.first().map(|chat| chat.id);
    let wanted = scope.narrow(query.names.clone());
    let named = fill(tx, CHATS, &wanted, limit, cut, |tx, ids| {
        let mut chats = chats::find_many(tx, ids)?;
        chats.retain(|chat| Some(chat.id) != numbered && scope.sees(chat.id, chat.line_id));
        Ok(chats)
    })?;
    found.extend(named);
    found.truncate(limit);
    let names = chat_names(tx, &found)?;
    Ok(found.into_iter().zip(names).collect())
}

/// The names people see: a chat's own, else its customer's.
pub(crate) fn chat_names(tx: &mut Tx<'_>, chats: &[Chat]) -> Result<Vec<String>> {
    let nameless = chats.iter().filter(|chat| chat.name.is_empty() && chat.customer_id != 0);
    let ids: Vec<i64> = nameless.map(|chat| chat.customer_id).collect();
    let customers = users::find_many(tx, &ids)?;
    let name = |chat: &Chat| match chat.name.as_str() {
        "" => customers.iter().find(|user| user.id == chat.customer_id).map(User::full_name).unwrap_or_default(),
        name => name.to_owned(),
    };
    Ok(chats.iter().map(name).collect())
}
