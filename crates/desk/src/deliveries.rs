//! Deliveries: one event for one handler, kept until it is told, given up or settled (P-70, promise 5).
//!
//! A lane is one handler and one chat; the handlers that tell one address about a connector's messages and dialogues share
//! theirs, so that nobody hears of a change to a message before the message. One pending delivery of a lane is its head: the only
//! one with a due time and the only one that may be tried, so a handler hears of a chat in order; lanes never wait for each other.
//! When the head ends the oldest one behind it becomes the head. Changes take turns ([`crate::Writer`]), so two processes never
//! leave a lane without a head; a unique index makes two heads impossible.

mod current;
mod lanes;
mod listing;
mod pausing;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use store::{Param, Row, Tx, params};

use crate::attempts::{self, Attempt, Next};
use crate::change::{Change, Notice};
use crate::facts::{EventCode, Fact};
use crate::handlers::Handler;
use crate::ids::{self, Series};
use crate::messages::{self, Progress};
use crate::{Error, Millis, Result, offline};

pub(crate) use current::{Known, known, withdraw};
pub(crate) use lanes::{Whose, cancel, end, is_unsent, restore, settle_confirmed};
pub(crate) use pausing::resume;

pub use lanes::replay;
pub use listing::{Filter, backlog, find, find_many, list, messages_of, sweep};

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// To be tried, now or later.
    Pending,
    /// The handler answered.
    Done,
    /// Confirmed by the connector before the handler's answer was seen.
    Settled,
    /// Tried in vain until its time was over, or refused for good.
    Failed,
    /// The handler or the application is gone.
    Cancelled,
}

impl State {
    /// All of them.
    pub const ALL: &'static [State] = &[State::Pending, State::Done, State::Settled, State::Failed, State::Cancelled];

    /// The stored word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            State::Pending => "pending",
            State::Done => "done",
            State::Settled => "settled",
            State::Failed => "failed",
            State::Cancelled => "cancelled",
        }
    }

    fn parse(text: &str) -> State {
        match text {
            "pending" => State::Pending,
            "done" => State::Done,
            "settled" => State::Settled,
            "failed" => State::Failed,
            _ => State::Cancelled,
        }
    }
}

/// A delivery as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Id; the same for every attempt.
    pub id: i64,
    /// Handler; the negative application id for the install post, which no handler asked for (P-116).
    pub handler_id: i64,
    /// Together with the chat what keeps it in order: the first of the handlers that share their lanes, mostly its own handler.
    pub lane_id: i64,
    /// Application told.
    pub application_id: i64,
    /// Where.
    pub url: String,
    /// Upper-case event code.
    pub event_code: String,
    /// Chat that orders it, or 0.
    pub chat_id: i64,
    /// Outgoing message it carries, or 0.
    pub message_id: i64,
    /// Employee whose authorisation goes along, or 0.
    pub auth_user_id: i64,
    /// What happened.
    pub fact: Fact,
    /// Where it stands.
    pub state: State,
    /// Attempts made.
    pub attempts: i64,
    /// When it was written.
    pub created_ms: Millis,
    /// When it may be tried next; `None` while it waits behind another one or for its application, and when it ended.
    pub due_ms: Option<Millis>,
    /// When it ended.
    pub finished_ms: Option<Millis>,
}

const COLUMNS: &str = "id, handler_id, application_id, url, event_code, chat_id, message_id, auth_user_id, fact, state, attempts, \
     created_ms, due_ms, finished_ms, lane_id";

fn from_row(row: &Row<'_>) -> std::result::Result<(Delivery, String), store::Error> {
    let state: String = row.get(9)?;
    let delivery = Delivery {
        id: row.get(0)?,
        handler_id: row.get(1)?,
        application_id: row.get(2)?,
        url: row.get(3)?,
        event_code: row.get(4)?,
        chat_id: row.get(5)?,
        message_id: row.get(6)?,
        auth_user_id: row.get(7)?,
        fact: Fact::OfflineStored,
        state: State::parse(&state),
        attempts: row.get(10)?,
        created_ms: row.get(11)?,
        due_ms: row.get::<Option<Millis>>(12)?.filter(|due_ms| *due_ms < pausing::PAUSED_MS),
        finished_ms: row.get(13)?,
        lane_id: row.get(14)?,
    };
    Ok((delivery, row.get(8)?))
}

fn with_fact((mut delivery, json): (Delivery, String)) -> Result<Delivery> {
    let corrupt =
        |error: serde_json::Error| Error::Corrupt { table: "deliveries", id: delivery.id, what: error.to_string() };
    delivery.fact = serde_json::from_str(&json).map_err(corrupt)?;
    Ok(delivery)
}

struct NewDelivery<'n> {
    handler_id: i64,
    lane_id: i64,
    application_id: i64,
    url: &'n str,
    auth_user_id: i64,
    chat_id: i64,
    message_id: i64,
    code: EventCode,
    fact: &'n Fact,
}

/// Writes the deliveries and offline events that the notices need, and says whether there are any deliveries; called once
/// per change.
pub(crate) fn enqueue(change: &mut Change<'_, '_>) -> Result<bool> {
    let mut bound: HashMap<Option<i64>, Arc<Vec<Handler>>> = HashMap::new();
    let told: HashSet<Option<i64>> = change.notices.iter().map(|notice| notice.application_id).collect();
    for application_id in told {
        bound.insert(application_id, change.handlers(application_id)?);
    }
    let (now, actor_id) = (change.now, change.actor_id);
    let (tx, source, notices) = (&mut *change.tx, &change.source, &change.notices);
    let mut online = Vec::new();
    for notice in notices {
        for handler in bound[&notice.application_id].iter().filter(|handler| handler.event_code == notice.code.code) {
            if handler.offline {
                // The cycle breaker: whoever made the change with this key knows of it.
                if !source.is_empty() && handler.auth_connector == *source {
                    continue;
                }
                offline::record(tx, now, actor_id, handler, notice)?;
                continue;
            }
            online.push(NewDelivery {
                handler_id: handler.id,
                lane_id: handler.lane_id,
                application_id: handler.application_id,
                url: &handler.url,
                auth_user_id: match handler.auth_user_id {
                    0 => notice.fact.signer(actor_id),
                    user_id => user_id,
                },
                chat_id: notice.chat_id,
                message_id: notice.message_id,
                code: notice.code,
                fact: &notice.fact,
            });
        }
    }
    let first = insert(tx, now, now, &online)?;
    record_progress(tx, notices, &online, first)?;
    Ok(!online.is_empty())
}

/// The messages among the notices are on their way with the first of their deliveries, or nobody takes them.
fn record_progress(tx: &mut Tx<'_>, notices: &[Notice], online: &[NewDelivery<'_>], first: i64) -> Result<()> {
    let mut carried: HashMap<i64, i64> = HashMap::new();
    for (id, new) in (first..).zip(online).filter(|(_, new)| new.message_id != 0) {
        carried.entry(new.message_id).or_insert(id);
    }
    let outgoing = notices.iter().filter(|notice| notice.message_id != 0).map(|notice| notice.message_id);
    let (queued, nobodys): (Vec<i64>, Vec<i64>) = outgoing.partition(|id| carried.contains_key(id));
    let queued: Vec<_> = queued.into_iter().map(|id| (id, carried.get(&id).copied())).collect();
    messages::set_progress(tx, Progress::Queued, &queued)?;
    let nobodys: Vec<_> = nobodys.into_iter().map(|id| (id, None)).collect();
    messages::set_progress(tx, Progress::Failed, &nobodys)
}

/// Writes one delivery for a handler, of no chat, that is not due before `due_ms`.
pub(crate) fn enqueue_at(
    tx: &mut Tx<'_>,
    now: Millis,
    due_ms: Millis,
    handler: &Handler,
    auth_user_id: i64,
    code: EventCode,
    fact: &Fact,
) -> Result<()> {
    let (handler_id, lane_id) = (handler.id, handler.lane_id);
    let (application_id, url) = (handler.application_id, handler.url.as_str());
    let new =
        NewDelivery { handler_id, lane_id, application_id, url, auth_user_id, chat_id: 0, message_id: 0, code, fact };
    insert(tx, now, due_ms, &[new])?;
    Ok(())
}

/// Tells an address of the application something that no handler asked for: the install post.
///
/// # Errors
/// Those of the database.
pub fn post_to_application(
    tx: &mut Tx<'_>,
    now: Millis,
    application_id: i64,
    url: &str,
    auth_user_id: i64,
    code: EventCode,
    fact: &Fact,
) -> Result<()> {
    let handler_id = -application_id;
    let lane_id = handler_id;
    let new =
        NewDelivery { handler_id, lane_id, application_id, url, auth_user_id, chat_id: 0, message_id: 0, code, fact };
    insert(tx, now, now, &[new])?;
    Ok(())
}

/// Where a bot is told something.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Address<'a> {
    /// The number under which its deliveries are kept in order.
    pub handler_id: i64,
    /// Its application, 0 when it was registered through a webhook.
    pub application_id: i64,
    /// Where.
    pub url: &'a str,
    /// Employee whose authorisation goes along, or 0.
    pub auth_user_id: i64,
}

/// Tells a bot what happened in a chat.
pub(crate) fn post_to_bot(
    change: &mut Change<'_, '_>,
    to: &Address<'_>,
    chat_id: i64,
    code: EventCode,
    fact: &Fact,
) -> Result<()> {
    change.wake.deliveries = true;
    let Address { handler_id, application_id, url, auth_user_id } = *to;
    let lane_id = handler_id;
    let new =
        NewDelivery { handler_id, lane_id, application_id, url, auth_user_id, chat_id, message_id: 0, code, fact };
    insert(change.tx, change.now, change.now, &[new])?;
    Ok(())
}

/// Returns the id of the first; the others follow.
fn insert(tx: &mut Tx<'_>, now: Millis, due_ms: Millis, new: &[NewDelivery<'_>]) -> Result<i64> {
    if new.is_empty() {
        return Ok(0);
    }
    let first = ids::take(tx, Series::Delivery, new.len())?;
    let keys: Vec<Vec<Param<'_>>> = new.iter().map(|one| params![one.lane_id, one.chat_id].to_vec()).collect();
    let sql = "SELECT id FROM deliveries WHERE state = 'pending' AND lane_id = ?1 AND chat_id = ?2 ORDER BY id LIMIT 1";
    let behind: HashSet<usize> = tx.query_each(sql, &keys, |index, _| Ok(index))?.into_iter().collect();
    let mut led = HashSet::new();
    let rows: Vec<_> = (first..)
        .zip(new.iter().enumerate())
        .map(|(id, (index, one))| {
            let leads = !behind.contains(&index) && led.insert((one.lane_id, one.chat_id));
            let due_ms = leads.then_some(due_ms);
            let fact = serde_json::to_string(one.fact).expect("facts are JSON");
            params![
                id,
                one.handler_id,
                one.application_id,
                one.url,
                one.code.code,
                one.chat_id,
                one.message_id,
                one.auth_user_id,
                fact,
                now,
                due_ms,
                one.lane_id
            ]
            .to_vec()
        })
        .collect();
    tx.execute_each(
        "INSERT INTO deliveries (id, handler_id, application_id, url, event_code, chat_id, message_id, auth_user_id, fact, \
         created_ms, due_ms, lane_id, state, attempts, locked_until_ms) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 'pending', 0, 0)",
        &rows,
    )?;
    Ok(first)
}

/// What waits at a handler, or at several that share their lanes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// [`Delivery::lane_id`].
    pub lane_id: i64,
    /// Deliveries that may be tried now, the longest due first.
    pub ready: Vec<i64>,
    /// When the next one may be tried that may not yet.
    pub next_due_ms: Option<Millis>,
}

/// What waits at each handler. `room` says how many deliveries of it to name at most, 0 to leave it out. One index step
/// per handler and named delivery, however much waits.
///
/// # Errors
/// Those of the database.
pub fn waiting(tx: &mut Tx<'_>, now: Millis, room: impl Fn(i64) -> usize) -> Result<Vec<Waiting>> {
    let mut found = Vec::new();
    let mut last = i64::MIN;
    let next_lane = "SELECT min(lane_id) FROM deliveries WHERE state = 'pending' AND lane_id > ?1";
    let ready = "SELECT id FROM deliveries WHERE state = 'pending' AND lane_id = ?1 AND due_ms <= ?2 \
                 AND locked_until_ms <= ?2 ORDER BY due_ms, id LIMIT ?3";
    let next_due = "SELECT min(due_ms) FROM deliveries WHERE state = 'pending' AND lane_id = ?1 AND due_ms > ?2";
    while let Some(lane_id) = tx.query_one(next_lane, &params![last], |row| row.get::<Option<i64>>(0))? {
        last = lane_id;
        let limit = i64::try_from(room(lane_id)).unwrap_or(i64::MAX);
        if limit > 0 {
            found.push(Waiting {
                lane_id,
                ready: tx.query(ready, &params![lane_id, now, limit], |row| row.get(0))?,
                next_due_ms: tx.query_one(next_due, &params![lane_id, now], |row| row.get(0))?,
            });
        }
    }
    Ok(found)
}

/// Claims those of the given deliveries that may still be tried now, until `now + lease_ms`, each as it has to be told now. One
/// that cannot be read is given up, so that it does not stand in everybody's way.
///
/// # Errors
/// Those of the database.
pub fn claim(change: &mut Change<'_, '_>, ids: &[i64], lease_ms: Millis) -> Result<Vec<Delivery>> {
    let now = change.now;
    pausing::pause(change.tx, now, ids)?;
    let mut claimed = Vec::with_capacity(ids.len());
    for id in ids {
        // The condition is repeated: much may have happened since the row was found.
        let taken = change.tx.execute(
            "UPDATE deliveries SET locked_until_ms = ?2, attempts = attempts + 1 \
             WHERE id = ?1 AND state = 'pending' AND due_ms <= ?3 AND locked_until_ms <= ?3",
            &params![*id, now + lease_ms, now],
        )?;
        if taken == 0 {
            continue;
        }
        let sql = format!("SELECT {COLUMNS} FROM deliveries WHERE id = ?1");
        let found = change.tx.query_one(&sql, &params![*id], from_row)?;
        let unread = found.0.clone();
        match with_fact(found) {
            Ok(delivery) => claimed.extend(current::refreshed(change, delivery)?),
            Err(error) => give_up(change, &unread, error.to_string(), State::Failed)?,
        }
    }
    Ok(claimed)
}

/// Ends a delivery without telling anybody; the reason stands among its attempts.
fn give_up(change: &mut Change<'_, '_>, delivery: &Delivery, reason: String, state: State) -> Result<()> {
    let (at_ms, answer, request) = (change.now, String::new(), String::new());
    let attempt = Attempt { at_ms, duration_ms: 0, status: None, result: reason, answer, request };
    attempts::record(change, delivery, &attempt, Next::End(state))
}
