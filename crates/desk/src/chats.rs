//! Chats: the conversation of a customer (or an external group) on a line through a connector.

mod members;

use std::collections::HashMap;

use store::{Param, Row, Tx, params};

use crate::connectors::{self, Connector};
use crate::events::Kind;
use crate::facts::ChatRef;
use crate::ids::{self, Series};
use crate::users::{Role, User};
use crate::{Change, Error, Millis, Refusal, Result, lines, queue, users};

pub use members::{Member, join, leave, leave_all_but, mark_read, mark_unread, members, members_of};
pub(crate) use members::{rest, rest_at, wake};

/// A chat as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chat {
    /// `CHAT_ID` of the protocol.
    pub id: i64,
    /// Connector it belongs to.
    pub connector_id: i64,
    /// Line it belongs to.
    pub line_id: i64,
    /// Chat id in the external system.
    pub external_id: String,
    /// The customer; 0 in a group chat.
    pub customer_id: i64,
    /// Name people see, or empty.
    pub name: String,
    /// Link to the external chat, or empty.
    pub url: String,
    /// Operators' messages stay inside.
    pub silent: bool,
    /// The bot that takes part, 0 for none.
    pub bot_id: i64,
    /// When it was made.
    pub created_ms: Millis,
}

/// A chat with what it belongs to.
#[derive(Debug, Clone)]
pub struct Context {
    /// The chat.
    pub chat: Chat,
    /// Its connector, perhaps unregistered by now.
    pub connector: Connector,
    /// The line that handles it: that of its open session, which may have been passed on to another line, else its own.
    /// `None` when it was deleted.
    pub line: Option<lines::Line>,
}

impl Chat {
    /// The chat as events name it.
    #[must_use]
    pub fn as_ref(&self, connector: &Connector) -> ChatRef {
        ChatRef {
            connector: connector.registration.spelling.clone(),
            line_id: self.line_id,
            external_id: self.external_id.clone(),
            customer_id: self.customer_id,
        }
    }
}

const COLUMNS: &str = "id, connector_id, line_id, external_id, customer_id, name, url, silent, created_ms, bot_id";

fn from_row(row: &Row<'_>) -> std::result::Result<Chat, store::Error> {
    Ok(Chat {
        id: row.get(0)?,
        connector_id: row.get(1)?,
        line_id: row.get(2)?,
        external_id: row.get(3)?,
        customer_id: row.get(4)?,
        name: row.get(5)?,
        url: row.get(6)?,
        silent: row.get(7)?,
        created_ms: row.get(8)?,
        bot_id: row.get(9)?,
    })
}

/// One chat.
///
/// # Errors
/// Those of the database.
pub fn find(tx: &mut Tx<'_>, id: i64) -> Result<Option<Chat>> {
    Ok(tx.query_opt(&format!("SELECT {COLUMNS} FROM chats WHERE id = ?1"), &params![id], from_row)?)
}

/// The chats with these ids, in the order asked; unknown ids are left out.
///
/// # Errors
/// Those of the database.
pub fn find_many(tx: &mut Tx<'_>, ids: &[i64]) -> Result<Vec<Chat>> {
    let keys: Vec<Vec<Param<'_>>> = ids.iter().map(|id| params![*id].to_vec()).collect();
    Ok(tx.query_each(&format!("SELECT {COLUMNS} FROM chats WHERE id = ?1"), &keys, |_, row| from_row(row))?)
}

/// A chat with its connector and line.
///
/// # Errors
/// [`Refusal::NoChat`]; those of the database.
pub fn context(tx: &mut Tx<'_>, id: i64) -> Result<Context> {
    let chat = find(tx, id)?.ok_or(Refusal::NoChat)?;
    let connector = connectors::find_by_id(tx, chat.connector_id)?.ok_or_else(|| Error::Corrupt {
        table: "chats",
        id,
        what: format!("connector {} is missing", chat.connector_id),
    })?;
    let line = match handling_line_id(tx, id)? {
        Some(line_id) => lines::find(tx, line_id)?,
        None => lines::find(tx, chat.line_id)?,
    };
    Ok(Context { chat, connector, line })
}

/// The line of the chat's open session.
fn handling_line_id(tx: &mut Tx<'_>, chat_id: i64) -> Result<Option<i64>> {
    let sql = "SELECT line_id FROM sessions WHERE chat_id = ?1 AND closed_ms IS NULL";
    Ok(tx.query_opt(sql, &params![chat_id], |row| row.get(0))?)
}

/// A chat that this employee may open, with the employee.
///
/// # Errors
/// [`Refusal::NoChat`], [`Refusal::NoAccess`]; those of the database.
pub fn open_for(tx: &mut Tx<'_>, id: i64, user_id: i64) -> Result<(Context, User)> {
    let context = context(tx, id)?;
    let user = users::find(tx, user_id)?.ok_or(Refusal::NoAccess)?;
    if !may_open(tx, &context.chat, &user)? {
        return Err(Error::Refused(Refusal::NoAccess));
    }
    Ok((context, user))
}

/// What identifies a chat from outside (D-11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key<'a> {
    /// Connector.
    pub connector_id: i64,
    /// Line.
    pub line_id: i64,
    /// Chat id in the external system.
    pub external_id: &'a str,
    /// Customer, 0 for a group chat.
    pub customer_id: i64,
}

impl Key<'_> {
    fn owned(&self) -> (i64, i64, String, i64) {
        (self.connector_id, self.line_id, self.external_id.to_owned(), self.customer_id)
    }
}

/// A chat that a message belongs to, with the name and link it brought.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Which chat.
    pub key: Key<'a>,
    /// Its name, if given.
    pub name: Option<&'a str>,
    /// Its link, if given.
    pub url: Option<&'a str>,
}

/// The chat with this key.
///
/// # Errors
/// Those of the database.
pub fn find_by_key(tx: &mut Tx<'_>, key: Key<'_>) -> Result<Option<Chat>> {
    let found = tx.query_each(&select_by_key(), &[key_params(key)], |_, row| from_row(row))?;
    Ok(found.into_iter().next())
}

fn select_by_key() -> String {
    format!(
        "SELECT {COLUMNS} FROM chats WHERE connector_id = ?1 AND line_id = ?2 AND external_id = ?3 AND customer_id = ?4"
    )
}

fn key_params(key: Key<'_>) -> Vec<Param<'_>> {
    params![key.connector_id, key.line_id, key.external_id, key.customer_id].to_vec()
}

/// Finds or makes the chats, takes over changed names and links, and returns them in the same order.
///
/// # Errors
/// Those of the database.
pub fn find_or_add(change: &mut Change<'_, '_>, wanted: &[Wanted<'_>]) -> Result<Vec<Chat>> {
    let mut known = recall(change, wanted)?;
    let mut missing: Vec<Wanted<'_>> = Vec::new();
    for one in wanted {
        if !known.contains_key(&one.key) && !missing.iter().any(|other| other.key == one.key) {
            missing.push(*one);
        }
    }
    for chat in insert(change, &missing)? {
        let key = missing.iter().find(|one| {
            one.key.external_id == chat.external_id
                && one.key.customer_id == chat.customer_id
                && one.key.connector_id == chat.connector_id
                && one.key.line_id == chat.line_id
        });
        known.insert(key.expect("made from this list").key, chat);
    }
    for one in wanted {
        let chat = known.get_mut(&one.key).expect("found or made above");
        update(change, chat, one.name, one.url)?;
    }
    for (key, chat) in &known {
        let key = key.owned();
        if change.memory.chats.get(&key) != Some(chat) {
            change.memory.chats.insert(key, chat.clone());
        }
    }
    Ok(wanted.iter().map(|one| known[&one.key].clone()).collect())
}

/// Those that are remembered, and those that the database knows.
fn recall<'w>(change: &mut Change<'_, '_>, wanted: &[Wanted<'w>]) -> Result<HashMap<Key<'w>, Chat>> {
    let remembered = |one: &Wanted<'w>| Some((one.key, change.memory.chats.get(&one.key.owned())?.clone()));
    let mut known: HashMap<Key<'w>, Chat> = wanted.iter().filter_map(remembered).collect();
    let is_unknown = |key: &Key<'w>| cfg!(debug_assertions) || !known.contains_key(key);
    let unknown: Vec<Key<'w>> = wanted.iter().map(|one| one.key).filter(is_unknown).collect();
    let keys: Vec<Vec<Param<'_>>> = unknown.iter().map(|key| key_params(*key)).collect();
    for (index, chat) in change.tx.query_each(&select_by_key(), &keys, |index, row| Ok((index, from_row(row)?)))? {
        debug_assert!(known.get(&unknown[index]).is_none_or(|known| *known == chat), "a chat was remembered wrongly");
        known.insert(unknown[index], chat);
    }
    Ok(known)
}

fn insert(change: &mut Change<'_, '_>, missing: &[Wanted<'_>]) -> Result<Vec<Chat>> {
    if missing.is_empty() {
        return Ok(Vec::new());
    }
    let first = ids::take(change.tx, Series::Chat, missing.len())?;
    let chats: Vec<Chat> = (first..)
        .zip(missing)
        .map(|(id, one)| Chat {
            id,
            connector_id: one.key.connector_id,
            line_id: one.key.line_id,
            external_id: one.key.external_id.to_owned(),
            customer_id: one.key.customer_id,
            name: one.name.unwrap_or_default().to_owned(),
            url: one.url.unwrap_or_default().to_owned(),
            silent: false,
            bot_id: 0,
            created_ms: change.now,
        })
        .collect();
    let rows: Vec<_> = chats
        .iter()
        .map(|c| {
            params![c.id, c.connector_id, c.line_id, &c.external_id, c.customer_id, &c.name, &c.url, 0, c.created_ms, 0]
                .to_vec()
        })
        .collect();
    let sql = format!("INSERT INTO chats ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
    change.tx.execute_each(&sql, &rows)?;
    for chat in &chats {
        change.event(Kind::ChatChanged, chat.id, chat.id);
    }
    Ok(chats)
}

fn update(change: &mut Change<'_, '_>, chat: &mut Chat, name: Option<&str>, url: Option<&str>) -> Result<()> {
    let name = name.filter(|name| !name.is_empty()).unwrap_or(&chat.name).to_owned();
    let url = url.filter(|url| !url.is_empty()).unwrap_or(&chat.url).to_owned();
    if name == chat.name && url == chat.url {
        return Ok(());
    }
    change.tx.execute("UPDATE chats SET name = ?2, url = ?3 WHERE id = ?1", &params![chat.id, &name, &url])?;
    change.event(Kind::ChatChanged, chat.id, chat.id);
    (chat.name, chat.url) = (name, url);
    let key = (chat.connector_id, chat.line_id, chat.external_id.clone(), chat.customer_id);
    change.memory.chats.insert(key, chat.clone());
    Ok(())
}

/// Takes over the name and link that a message brought.
pub(crate) fn take_over(change: &mut Change<'_, '_>, mut chat: Chat, wanted: Wanted<'_>) -> Result<Chat> {
    update(change, &mut chat, wanted.name, wanted.url)?;
    Ok(chat)
}

/// Gives a chat another name.
///
/// # Errors
/// [`Refusal::NoChat`]; those of the database.
pub fn rename(change: &mut Change<'_, '_>, id: i64, name: &str) -> Result<()> {
    let mut chat = find(change.tx, id)?.ok_or(Refusal::NoChat)?;
    update(change, &mut chat, Some(name), None)
}

/// Switches silent mode: while it is on, what employees write stays inside (D-13).
///
/// # Errors
/// [`Refusal::NoChat`]; those of the database.
pub fn set_mode(change: &mut Change<'_, '_>, id: i64, mode: Mode) -> Result<()> {
    let mut chat = find(change.tx, id)?.ok_or(Refusal::NoChat)?;
    let silent = mode == Mode::Silent;
    if chat.silent == silent {
        return Ok(());
    }
    change.tx.execute("UPDATE chats SET silent = ?2 WHERE id = ?1", &params![id, silent])?;
    change.event(Kind::ChatChanged, id, id);
    chat.silent = silent;
    let key = (chat.connector_id, chat.line_id, chat.external_id.clone(), chat.customer_id);
    change.memory.chats.insert(key, chat);
    Ok(())
}

/// Lets a bot take part in a chat instead of the one that does; 0 lets none.
pub(crate) fn set_bot(change: &mut Change<'_, '_>, id: i64, bot_id: i64) -> Result<()> {
    let mut chat = find(change.tx, id)?.ok_or(Refusal::NoChat)?;
    if chat.bot_id == bot_id {
        return Ok(());
    }
    if chat.bot_id != 0 {
        leave(change, id, chat.bot_id)?;
    }
    if bot_id != 0 {
        join(change, &[(id, bot_id)])?;
    }
    change.tx.execute("UPDATE chats SET bot_id = ?2 WHERE id = ?1", &params![id, bot_id])?;
    change.event(Kind::ChatChanged, id, id);
    chat.bot_id = bot_id;
    let key = (chat.connector_id, chat.line_id, chat.external_id.clone(), chat.customer_id);
    change.memory.chats.insert(key, chat);
    Ok(())
}

/// Whether the customer reads what employees write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Yes.
    Open,
    /// No: employees talk among themselves.
    Silent,
}

/// The newest chat of a customer on a line.
///
/// # Errors
/// Those of the database.
pub fn newest_of_customer(tx: &mut Tx<'_>, line_id: i64, customer_id: i64) -> Result<Option<i64>> {
    let sql =
        "SELECT id FROM chats WHERE customer_id = ?1 AND customer_id <> 0 AND line_id = ?2 ORDER BY id DESC LIMIT 1";
    Ok(tx.query_opt(sql, &params![customer_id, line_id], |row| row.get(0))?)
}

/// Chats of one customer that follow a change of the customer, and that are shown with one, at most.
const OF_CUSTOMER_MAX: i64 = 100;

/// The newest chats of each of these customers, a customer's newest first.
///
/// # Errors
/// Those of the database.
pub fn of_customers(tx: &mut Tx<'_>, customer_ids: &[i64]) -> Result<Vec<i64>> {
    let keys: Vec<Vec<Param<'_>>> = customer_ids.iter().map(|id| params![*id, OF_CUSTOMER_MAX].to_vec()).collect();
    let sql = "SELECT id FROM chats WHERE customer_id = ?1 AND customer_id <> 0 ORDER BY id DESC LIMIT ?2";
    Ok(tx.query_each(sql, &keys, |_, row| row.get(0))?)
}

/// Whether the employee may open the chat: a supervisor or administrator, a member, or somebody of the queue of its line or of the line
/// that its open session was passed on to.
///
/// # Errors
/// Those of the database.
pub fn may_open(tx: &mut Tx<'_>, chat: &Chat, user: &User) -> Result<bool> {
    if !user.is_active_employee() {
        return Ok(false);
    }
    if user.role() >= Role::Supervisor {
        return Ok(true);
    }
    let sql = "SELECT 1 FROM chat_members WHERE chat_id = ?1 AND user_id = ?2";
    let member = tx.query_opt(sql, &params![chat.id, user.id], |row| row.get::<i64>(0))?.is_some();
    if member || queue::contains(tx, chat.line_id, user.id)? {
        return Ok(true);
    }
    match handling_line_id(tx, chat.id)? {
        Some(line_id) if line_id != chat.line_id => queue::contains(tx, line_id, user.id),
        _ => Ok(false),
    }
}

/// The chat that a user code names: connector in any letter case, then the user first as internal id, then as the id in
/// the external system (D-10). Among chats of connectors with the same code, that of the registered one comes first.
///
/// # Errors
/// Those of the database.
pub fn find_by_code(tx: &mut Tx<'_>, code: &Code<'_>) -> Result<Option<Chat>> {
    let columns = COLUMNS.split(", ").map(|column| format!("c.{column}")).collect::<Vec<_>>().join(", ");
    let sql = format!(
        "SELECT {columns}, u.external_id FROM connectors k JOIN chats c ON c.connector_id = k.id AND c.line_id = ?2 \
         AND c.external_id = ?3 LEFT JOIN users u ON u.id = c.customer_id WHERE k.code = ?1 \
         ORDER BY CASE WHEN k.removed_ms IS NULL THEN 0 ELSE 1 END, c.id DESC"
    );
    let connector = code.connector.to_lowercase();
    let found: Vec<(Chat, Option<String>)> =
        tx.query(&sql, &params![&connector, code.line_id, code.chat], |row| Ok((from_row(row)?, row.get(10)?)))?;
    let by_id = found.iter().find(|(chat, _)| chat.customer_id.to_string() == code.user);
    let by_external = || found.iter().find(|(_, external_id)| external_id.as_deref() == Some(code.user));
    Ok(by_id.or_else(by_external).map(|(chat, _)| chat.clone()))
}

/// The four segments of a user code.
#[derive(Debug, Clone, Copy)]
pub struct Code<'a> {
    /// Connector.
    pub connector: &'a str,
    /// Line.
    pub line_id: i64,
    /// Chat id in the external system.
    pub chat: &'a str,
    /// The customer's user id, or their id in the external system; `0` for a group chat.
    pub user: &'a str,
}
