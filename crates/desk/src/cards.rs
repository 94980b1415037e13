//! Cards: chats as the inbox lists them, many at once, each with its last session and message.

use std::collections::{BTreeSet, HashMap};

use store::{Param, Tx, params};

use crate::chats::{self, Chat};
use crate::messages::Message;
use crate::sessions::{self, Session};
use crate::sight::Audience;
use crate::users::{self, User};
use crate::{Millis, Result, connectors, kpi, lines, messages, pins};

/// A chat as the inbox lists it.
#[derive(Debug, Clone)]
pub struct Card {
    /// The chat.
    pub chat: Chat,
    /// Its connector, as registered.
    pub connector: String,
    /// The customer; `None` in a group chat.
    pub customer: Option<User>,
    /// Its last session.
    pub session: Option<Session>,
    /// The session is pinned to its owner.
    pub pinned: bool,
    /// The customer's rating of the session: 0 for none.
    pub vote: i64,
    /// When the customer should have an answer (`KPI_*` of the line).
    pub due_ms: Option<Millis>,
    /// The last message that was not deleted.
    pub last: Option<Message>,
    /// Number of the last message, deleted or not.
    pub last_no: i64,
    /// When that was accepted, or when the chat was made.
    pub active_ms: Millis,
    /// The customer's messages since somebody last answered, at most [`UNANSWERED_MAX`].
    pub unanswered: i64,
    /// Labels by id.
    pub label_ids: Vec<i64>,
    /// 0 to 3.
    pub priority: i64,
    /// Who takes part, in the order in which they joined; bots too.
    pub member_ids: Vec<i64>,
}

/// So many of a customer's messages are counted.
pub const UNANSWERED_MAX: i64 = 100;

impl Card {
    /// To whom the chat matters.
    #[must_use]
    pub fn audience(&self) -> Audience {
        let mut line_ids = vec![self.chat.line_id];
        let handling = self.session.as_ref().filter(|session| session.closed_ms.is_none());
        line_ids.extend(handling.map(|session| session.line_id).filter(|id| *id != self.chat.line_id));
        Audience { line_ids, member_ids: self.member_ids.clone() }
    }
}

/// What is read of a chat besides its own row.
#[derive(Default)]
struct More {
    priority: i64,
    label_ids: Vec<i64>,
    last_no: i64,
    active_ms: Option<Millis>,
    last: Option<Message>,
    member_ids: Vec<i64>,
    unanswered: i64,
}

/// The chats with these ids, in the order asked; unknown ids are left out.
///
/// # Errors
/// Those of the database.
pub fn load(tx: &mut Tx<'_>, chat_ids: &[i64]) -> Result<Vec<Card>> {
    let found = chats::find_many(tx, chat_ids)?;
    let ids: Vec<i64> = found.iter().map(|chat| chat.id).collect();
    let mut sessions = sessions::last_of(tx, &ids)?;
    let pinned = pins::of_sessions(tx, sessions.values())?;
    let votes = votes(tx, &sessions)?;
    let mut more = more(tx, &ids, &sessions)?;
    let customers: BTreeSet<i64> = found.iter().map(|chat| chat.customer_id).filter(|id| *id != 0).collect();
    let customers: Vec<i64> = customers.into_iter().collect();
    let customers: HashMap<i64, User> =
        users::find_many(tx, &customers)?.into_iter().map(|user| (user.id, user)).collect();
    let mut connectors = HashMap::new();
    for id in found.iter().map(|chat| chat.connector_id).collect::<BTreeSet<i64>>() {
        let connector = connectors::find_by_id(tx, id)?;
        connectors.insert(id, connector.map(|connector| connector.registration.spelling).unwrap_or_default());
    }
    let mut lines = HashMap::new();
    let waited = sessions.values().filter(|session| session.waiting_ms.is_some()).map(|session| session.line_id);
    for id in waited.collect::<BTreeSet<i64>>() {
        lines.insert(id, lines::find(tx, id)?);
    }
    let cards = found.into_iter().map(|chat| {
        let session = sessions.remove(&chat.id);
        let more = more.remove(&chat.id).unwrap_or_default();
        Card {
            connector: connectors[&chat.connector_id].clone(),
            customer: customers.get(&chat.customer_id).cloned(),
            pinned: session.as_ref().is_some_and(|session| pinned.contains(&session.id)),
            vote: session.as_ref().and_then(|session| votes.get(&session.id).copied()).unwrap_or(0),
            due_ms: session.as_ref().and_then(|session| kpi::due_ms(session, lines.get(&session.line_id)?.as_ref()?)),
            session,
            last: more.last,
            last_no: more.last_no,
            active_ms: more.active_ms.unwrap_or(chat.created_ms),
            unanswered: more.unanswered,
            label_ids: more.label_ids,
            priority: more.priority,
            member_ids: more.member_ids,
            chat,
        }
    });
    Ok(cards.collect())
}

fn votes(tx: &mut Tx<'_>, sessions: &HashMap<i64, Session>) -> Result<HashMap<i64, i64>> {
    let ids: Vec<i64> = sessions.values().map(|session| session.id).collect();
    let keys = keys(&ids);
    let sql = "SELECT vote FROM sessions WHERE id = ?1 AND vote <> 0";
    Ok(tx.query_each(sql, &keys, |index, row| Ok((ids[index], row.get(0)?)))?.into_iter().collect())
}

fn keys(ids: &[i64]) -> Vec<Vec<Param<'static>>> {
    ids.iter().map(|id| params![*id].to_vec()).collect()
}

fn more(tx: &mut Tx<'_>, ids: &[i64], sessions: &HashMap<i64, Session>) -> Result<HashMap<i64, More>> {
    let mut more: HashMap<i64, More> = ids.iter().map(|id| (*id, More::default())).collect();
    let mut of = |chat_id: i64, set: &mut dyn FnMut(&mut More)| {
        if let Some(more) = more.get_mut(&chat_id) {
            set(more);
        }
    };
    let keys = keys(ids);
    let sql = "SELECT priority FROM chats WHERE id = ?1";
    for (index, priority) in tx.query_each(sql, &keys, |index, row| Ok((index, row.get::<i64>(0)?)))? {
        of(ids[index], &mut |more| more.priority = priority);
    }
    let sql = "SELECT label_id FROM chat_labels WHERE chat_id = ?1 ORDER BY label_id";
    for (index, label_id) in tx.query_each(sql, &keys, |index, row| Ok((index, row.get::<i64>(0)?)))? {
        of(ids[index], &mut |more| more.label_ids.push(label_id));
    }
    let sql = "SELECT no, created_ms FROM messages WHERE chat_id = ?1 ORDER BY no DESC LIMIT 1";
    let last: Vec<(usize, i64, Millis)> =
        tx.query_each(sql, &keys, |index, row| Ok((index, row.get(0)?, row.get(1)?)))?;
    for (index, no, at_ms) in last {
        of(ids[index], &mut |more| (more.last_no, more.active_ms) = (no, Some(at_ms)));
    }
    for message in messages::last_of_chats(tx, ids)? {
        let chat_id = message.chat_id;
        let mut message = Some(message);
        of(chat_id, &mut |more| more.last = message.take());
    }
    for (chat_id, member) in chats::members_of(tx, ids)? {
        of(chat_id, &mut |more| more.member_ids.push(member.user_id));
    }
    for (chat_id, count) in unanswered(tx, sessions)? {
        of(chat_id, &mut |more| more.unanswered = count);
    }
    Ok(more)
}

/// The customer's messages since each session began to wait; only the last [`UNANSWERED_MAX`] of the chat are looked at.
fn unanswered(tx: &mut Tx<'_>, sessions: &HashMap<i64, Session>) -> Result<Vec<(i64, i64)>> {
    let waiting: Vec<(i64, Millis)> =
        sessions.values().filter_map(|session| Some((session.chat_id, session.waiting_ms?))).collect();
    let keys: Vec<Vec<Param<'_>>> =
        waiting.iter().map(|(chat_id, since_ms)| params![*chat_id, *since_ms, UNANSWERED_MAX].to_vec()).collect();
    let sql = "SELECT count(*) FROM (SELECT direction, created_ms, deleted_ms FROM messages WHERE chat_id = ?1 \
               ORDER BY no DESC LIMIT ?3) AS latest WHERE direction = 'in' AND created_ms >= ?2 AND deleted_ms IS NULL";
    Ok(tx.query_each(sql, &keys, |index, row| Ok((waiting[index].0, row.get(0)?)))?)
}
