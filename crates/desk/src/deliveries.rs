//! Deliveries: one event for one handler, kept until it is told, given up or settled (P-70, promise 5).
//!
//! A lane is one handler and one chat. Only the oldest pending delivery of a lane may be tried, so a handler hears of a
//! chat in order; lanes never wait for each other.

use std::collections::HashMap;

use store::{Param, Row, Tx, params};

use crate::applications::Retries;
use crate::change::Notice;
use crate::facts::{EventCode, Fact};
use crate::handlers::{self, Handler};
use crate::ids::{self, Series};
use crate::{Error, Millis, Result, offline};

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
    /// When it may be tried next.
    pub due_ms: Millis,
    /// When it ended.
    pub finished_ms: Option<Millis>,
}

const COLUMNS: &str = "id, handler_id, application_id, url, event_code, chat_id, message_id, auth_user_id, fact, state, attempts, \
     created_ms, due_ms, finished_ms";

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
        due_ms: row.get(12)?,
        finished_ms: row.get(13)?,
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
    application_id: i64,
    url: &'n str,
    auth_user_id: i64,
    notice: &'n Notice,
}

/// Writes the deliveries and offline events that the notices need; called once per change.
pub(crate) fn enqueue(tx: &mut Tx<'_>, now: Millis, actor_id: i64, notices: &[Notice]) -> Result<()> {
    let mut bound: HashMap<Option<i64>, Vec<Handler>> = HashMap::new();
    for notice in notices {
        if !bound.contains_key(&notice.application_id) {
            let wanting = handlers::wanting(tx, notice.application_id)?;
            bound.insert(notice.application_id, wanting);
        }
    }
    let mut online = Vec::new();
    for notice in notices {
        for handler in bound[&notice.application_id].iter().filter(|handler| handler.event_code == notice.code.code) {
            if handler.offline {
                offline::record(tx, now, actor_id, handler, notice)?;
                continue;
            }
            online.push(NewDelivery {
                handler_id: handler.id,
                application_id: handler.application_id,
                url: &handler.url,
                auth_user_id: if handler.auth_user_id == 0 { actor_id } else { handler.auth_user_id },
                notice,
            });
        }
    }
    insert(tx, now, now, &online)
}

/// Writes one delivery for a handler that is not due before `due_ms`.
pub(crate) fn enqueue_at(
    tx: &mut Tx<'_>,
    now: Millis,
    due_ms: Millis,
    handler: &Handler,
    auth_user_id: i64,
    code: EventCode,
    fact: Fact,
) -> Result<()> {
    let notice = Notice { application_id: Some(handler.application_id), code, chat_id: 0, message_id: 0, fact };
    let new = NewDelivery {
        handler_id: handler.id,
        application_id: handler.application_id,
        url: &handler.url,
        auth_user_id,
        notice: &notice,
    };
    insert(tx, now, due_ms, &[new])
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
    fact: Fact,
) -> Result<()> {
    let notice = Notice { application_id: Some(application_id), code, chat_id: 0, message_id: 0, fact };
    let new = NewDelivery { handler_id: -application_id, application_id, url, auth_user_id, notice: &notice };
    insert(tx, now, now, &[new])
}

fn insert(tx: &mut Tx<'_>, now: Millis, due_ms: Millis, new: &[NewDelivery<'_>]) -> Result<()> {
    if new.is_empty() {
        return Ok(());
    }
    let lanes: Vec<Vec<Param<'_>>> =
        new.iter().map(|one| params![one.handler_id, one.notice.chat_id].to_vec()).collect();
    // A delivery behind one that waits for its next attempt is not due before it.
    let mut due = vec![due_ms; new.len()];
    let sql = "SELECT due_ms FROM deliveries WHERE state = 'pending' AND handler_id = ?1 AND chat_id = ?2 ORDER BY id DESC LIMIT 1";
    for (index, due_ms) in tx.query_each(sql, &lanes, |index, row| Ok((index, row.get::<i64>(0)?)))? {
        due[index] = due[index].max(due_ms);
    }
    let first = ids::take(tx, Series::Delivery, new.len())?;
    let rows: Vec<_> = (first..)
        .zip(new.iter().zip(due))
        .map(|(id, (one, due_ms))| {
            let fact = serde_json::to_string(&one.notice.fact).expect("facts are JSON");
            params![
                id,
                one.handler_id,
                one.application_id,
                one.url,
                one.notice.code.code,
                one.notice.chat_id,
                one.notice.message_id,
                one.auth_user_id,
                fact,
                now,
                due_ms
            ]
            .to_vec()
        })
        .collect();
    tx.execute_each(
        "INSERT INTO deliveries (id, handler_id, application_id, url, event_code, chat_id, message_id, auth_user_id, fact, \
         created_ms, due_ms, state, attempts, locked_until_ms) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 'pending', 0, 0)",
        &rows,
    )?;
    Ok(())
}

/// The handlers that have something pending, in order; one index step each, however much waits.
///
/// # Errors
/// Those of the database.
pub fn waiting_handlers(tx: &mut Tx<'_>) -> Result<Vec<i64>> {
    let mut handlers = Vec::new();
    let mut last = i64::MIN;
    let sql = "SELECT min(handler_id) FROM deliveries WHERE state = 'pending' AND handler_id > ?1";
    while let Some(next) = tx.query_one(sql, &params![last], |row| row.get::<Option<i64>>(0))? {
        handlers.push(next);
        last = next;
    }
    Ok(handlers)
}

/// Claims up to `limit` deliveries of a handler that may be tried now, each the oldest of its lane, until
/// `now + lease_ms`.
///
/// # Errors
/// Those of the database.
pub fn claim(tx: &mut Tx<'_>, now: Millis, handler_id: i64, lease_ms: Millis, limit: i64) -> Result<Vec<Delivery>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM deliveries d WHERE d.state = 'pending' AND d.handler_id = ?1 AND d.due_ms <= ?2 \
         AND d.locked_until_ms <= ?2 AND NOT EXISTS (SELECT 1 FROM deliveries e WHERE e.state = 'pending' \
         AND e.handler_id = d.handler_id AND e.chat_id = d.chat_id AND e.id < d.id) ORDER BY d.due_ms, d.id LIMIT ?3"
    );
    let mut claimed = Vec::new();
    for found in tx.query(&sql, &params![handler_id, now, limit], from_row)? {
        // The condition is repeated: another process may have claimed the row since it was read.
        let taken = tx.execute(
            "UPDATE deliveries SET locked_until_ms = ?2, attempts = attempts + 1 \
             WHERE id = ?1 AND state = 'pending' AND locked_until_ms <= ?3",
            &params![found.0.id, now + lease_ms, now],
        )?;
        if taken == 1 {
            let mut delivery = with_fact(found)?;
            delivery.attempts += 1;
            claimed.push(delivery);
        }
    }
    Ok(claimed)
}

/// When the next delivery may be tried, if any is pending. A locked one counts with the end of its lease.
///
/// # Errors
/// Those of the database.
pub fn next_due(tx: &mut Tx<'_>) -> Result<Option<Millis>> {
    let mut next: Option<Millis> = None;
    for handler_id in waiting_handlers(tx)? {
        let sql = "SELECT min(due_ms) FROM deliveries WHERE state = 'pending' AND handler_id = ?1";
        let due: Option<Millis> = tx.query_one(sql, &params![handler_id], |row| row.get(0))?;
        next = match (next, due) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
    }
    Ok(next)
}

/// One attempt of a delivery, as a person can look at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// When it began.
    pub at_ms: Millis,
    /// How long it took.
    pub duration_ms: Millis,
    /// HTTP status, if the handler answered.
    pub status: Option<i64>,
    /// `ok`, or what went wrong.
    pub result: String,
    /// Start of the answer's body.
    pub answer: String,
}

/// What follows from an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// It is over.
    End(State),
    /// It is tried again at this moment, and so is all that waits behind it.
    RetryAt(Millis),
}

/// Pauses between attempts in seconds; the last one repeats (P-70).
const PAUSES_S: &[i64] = &[5, 15, 60, 300, 900, 3600];

/// How long a delivery is tried, milliseconds: three days.
pub const GIVE_UP_MS: Millis = 3 * 24 * 3600 * 1000;

/// When a failed delivery is tried again, or that it is given up. `jitter` is a number from 0 to 1 that spreads the
/// attempts by a fifth; `retry_after_ms` is what the handler asked for.
#[must_use]
pub fn after_failure(
    delivery: &Delivery,
    retries: Retries,
    now: Millis,
    jitter: f64,
    retry_after_ms: Option<Millis>,
) -> Next {
    if retries == Retries::Never {
        return Next::End(State::Failed);
    }
    let attempt = usize::try_from(delivery.attempts.max(1) - 1).unwrap_or(0);
    let pause_ms = PAUSES_S[attempt.min(PAUSES_S.len() - 1)] * 1000;
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a pause is far below 2^53")]
    let spread_ms = (pause_ms as f64 * (0.9 + 0.2 * jitter.clamp(0.0, 1.0))) as Millis;
    let due_ms = now + spread_ms.max(retry_after_ms.unwrap_or(0).min(24 * 3600 * 1000));
    if due_ms > delivery.created_ms + GIVE_UP_MS {
        return Next::End(State::Failed);
    }
    Next::RetryAt(due_ms)
}

/// Records an attempt and what follows from it.
///
/// # Errors
/// Those of the database.
pub fn record_attempt(tx: &mut Tx<'_>, now: Millis, delivery: &Delivery, attempt: &Attempt, next: Next) -> Result<()> {
    let id = ids::next(tx, Series::Attempt)?;
    tx.execute(
        "INSERT INTO attempts (id, delivery_id, at_ms, duration_ms, status, result, answer) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        &params![id, delivery.id, attempt.at_ms, attempt.duration_ms, attempt.status, &attempt.result, &attempt.answer],
    )?;
    match next {
        Next::End(state) => tx.execute(
            "UPDATE deliveries SET state = ?2, finished_ms = ?3, locked_until_ms = 0 WHERE id = ?1 AND state = 'pending'",
            &params![delivery.id, state.as_str(), now],
        )?,
        Next::RetryAt(due_ms) => {
            tx.execute("UPDATE deliveries SET locked_until_ms = 0 WHERE id = ?1", &params![delivery.id])?;
            tx.execute(
                "UPDATE deliveries SET due_ms = ?3 WHERE state = 'pending' AND handler_id = ?1 AND chat_id = ?2 AND due_ms < ?3",
                &params![delivery.handler_id, delivery.chat_id, due_ms],
            )?
        }
    };
    if matches!(next, Next::End(_)) {
        release_lane(tx, now, delivery)?;
    }
    Ok(())
}

/// What waited behind a delivery that ended may be tried at once.
fn release_lane(tx: &mut Tx<'_>, now: Millis, delivery: &Delivery) -> Result<()> {
    tx.execute(
        "UPDATE deliveries SET due_ms = ?3 WHERE state = 'pending' AND handler_id = ?1 AND chat_id = ?2 AND due_ms > ?3",
        &params![delivery.handler_id, delivery.chat_id, now],
    )?;
    Ok(())
}

/// Gives a claimed delivery back untried, because the program stops.
///
/// # Errors
/// Those of the database.
pub fn hand_back(tx: &mut Tx<'_>, id: i64) -> Result<()> {
    tx.execute(
        "UPDATE deliveries SET locked_until_ms = 0, attempts = attempts - 1 WHERE id = ?1 AND state = 'pending'",
        &params![id],
    )?;
    Ok(())
}

/// The connector confirmed the message: its deliveries that were tried already are over. One that was never tried is
/// still sent, because the confirmation cannot have been about it.
pub(crate) fn settle_confirmed(change: &mut crate::Change<'_, '_>, message_id: i64) -> Result<()> {
    change.tx.execute(
        "UPDATE deliveries SET state = 'settled', finished_ms = ?2 WHERE message_id = ?1 AND message_id <> 0 \
         AND state = 'pending' AND attempts > 0",
        &params![message_id, change.now],
    )?;
    Ok(())
}

/// Which deliveries to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter {
    /// Only in this state.
    pub state: Option<State>,
    /// Only of this application.
    pub application_id: Option<i64>,
    /// Only of this chat.
    pub chat_id: Option<i64>,
}

/// The newest deliveries that match, at most `limit`.
///
/// # Errors
/// Those of the database.
pub fn list(tx: &mut Tx<'_>, filter: Filter, limit: i64) -> Result<Vec<Delivery>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM deliveries WHERE (state = ?1 OR ?1 = '') AND (application_id = ?2 OR ?2 = 0) \
         AND (chat_id = ?3 OR ?3 = 0) ORDER BY id DESC LIMIT ?4"
    );
    let key = params![
        filter.state.map_or("", State::as_str),
        filter.application_id.unwrap_or(0),
        filter.chat_id.unwrap_or(0),
        limit
    ];
    tx.query(&sql, &key, from_row)?.into_iter().map(with_fact).collect()
}

/// One delivery.
///
/// # Errors
/// Those of the database.
pub fn find(tx: &mut Tx<'_>, id: i64) -> Result<Option<Delivery>> {
    let sql = format!("SELECT {COLUMNS} FROM deliveries WHERE id = ?1");
    tx.query_opt(&sql, &params![id], from_row)?.map(with_fact).transpose()
}

/// The attempts of a delivery, oldest first.
///
/// # Errors
/// Those of the database.
pub fn attempts(tx: &mut Tx<'_>, delivery_id: i64) -> Result<Vec<Attempt>> {
    let sql = "SELECT at_ms, duration_ms, status, result, answer FROM attempts WHERE delivery_id = ?1 ORDER BY id";
    Ok(tx.query(sql, &params![delivery_id], |row| {
        Ok(Attempt {
            at_ms: row.get(0)?,
            duration_ms: row.get(1)?,
            status: row.get(2)?,
            result: row.get(3)?,
            answer: row.get(4)?,
        })
    })?)
}

/// Sends a delivery that ended once more; its days of retries start anew. `false` when there is none or it is still
/// pending.
///
/// # Errors
/// Those of the database.
pub fn replay(change: &mut crate::Change<'_, '_>, id: i64) -> Result<bool> {
    let replayed = change.tx.execute(
        "UPDATE deliveries SET state = 'pending', finished_ms = NULL, created_ms = ?2, due_ms = ?2, locked_until_ms = 0, \
         attempts = 0 WHERE id = ?1 AND state <> 'pending'",
        &params![id, change.now],
    )?;
    if replayed == 1 {
        change.event(crate::events::Kind::DeliveryChanged, 0, id);
    }
    Ok(replayed == 1)
}

/// How much waits to be told, and since when the oldest has been waiting.
///
/// # Errors
/// Those of the database.
pub fn backlog(tx: &mut Tx<'_>) -> Result<(i64, Option<Millis>)> {
    let sql = "SELECT count(*), min(created_ms) FROM deliveries WHERE state = 'pending'";
    Ok(tx.query_one(sql, &[], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// Removes ended deliveries and their attempts that are older than `before`.
///
/// # Errors
/// Those of the database.
pub fn sweep(tx: &mut Tx<'_>, before: Millis) -> Result<u64> {
    tx.execute(
        "DELETE FROM attempts WHERE delivery_id IN (SELECT id FROM deliveries WHERE state <> 'pending' AND finished_ms < ?1)",
        &params![before],
    )?;
    Ok(tx.execute("DELETE FROM deliveries WHERE state <> 'pending' AND finished_ms < ?1", &params![before])?)
}
