//! Attempts: each time a delivery was posted, by whom, what came of it, and what follows (P-70).

use store::{Tx, params};

use crate::applications::Retries;
use crate::deliveries::{self, Delivery, State};
use crate::events::Kind;
use crate::facts::{EventCode, Fact};
use crate::ids::{self, Series};
use crate::messages::{self, Progress};
use crate::{Change, Millis, Result, bots};

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
    /// Start of what was sent, without what authorises it.
    pub request: String,
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

/// Records an attempt of a claimed delivery and what follows from it. If the delivery ended meanwhile (confirmed, or its
/// handler was unbound) only the attempt is recorded.
///
/// # Errors
/// Those of the database.
pub fn record(change: &mut Change<'_, '_>, delivery: &Delivery, attempt: &Attempt, next: Next) -> Result<()> {
    let id = ids::next(change.tx, Series::Attempt)?;
    change.tx.execute(
        "INSERT INTO attempts (id, delivery_id, at_ms, duration_ms, status, result, answer, request) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        &params![
            id,
            delivery.id,
            attempt.at_ms,
            attempt.duration_ms,
            attempt.status,
            &attempt.result,
            &attempt.answer,
            &attempt.request
        ],
    )?;
    if delivery.event_code == EventCode::OfflineEvent.code {
        let sql = "UPDATE handlers SET last_call_ms = ?2 WHERE id = ?1";
        change.tx.execute(sql, &params![delivery.handler_id, attempt.at_ms])?;
    }
    // Whoever looks at the message sees how it stands after each attempt.
    let mut is_told = delivery.message_id != 0;
    match next {
        Next::End(state) => {
            let ended = deliveries::end(change.tx, change.now, delivery.id, state)?;
            if ended && delivery.message_id != 0 {
                let progress = match state {
                    State::Done | State::Settled => Progress::Sent,
                    State::Pending | State::Failed | State::Cancelled => Progress::Failed,
                };
                messages::set_progress(change.tx, progress, &[(delivery.message_id, Some(delivery.id))])?;
            }
            if ended && state == State::Failed {
                is_told = true;
                if let Fact::Bot(fact) = &delivery.fact {
                    bots::unreachable(change, fact.bot_id, fact.chat_id, delivery.handler_id)?;
                }
            }
        }
        Next::RetryAt(due_ms) => {
            // A delivery whose lease ran out may have lost its place as the head to a replay, or belong to somebody else.
            change.tx.execute(
                "UPDATE deliveries SET due_ms = CASE WHEN due_ms IS NULL THEN NULL ELSE CAST(?2 AS BIGINT) END, locked_until_ms = 0 \
                 WHERE id = ?1 AND state = 'pending' AND attempts = ?3",
                &params![delivery.id, due_ms, delivery.attempts],
            )?;
        }
    }
    if is_told {
        change.event(Kind::DeliveryChanged, delivery.chat_id, delivery.id);
    }
    Ok(())
}

/// A delivery that somebody is trying. The number of the attempt tells it from the claim of another process that found the
/// lease at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// Delivery.
    pub id: i64,
    /// Its number of attempts, this one included.
    pub attempts: i64,
}

/// Extends the leases of deliveries that are still on their way to `until_ms`. Leases are short, so that those of a process
/// that died hold nobody up; a process that lives renews its own.
///
/// # Errors
/// Those of the database.
pub fn renew(tx: &mut Tx<'_>, claims: &[Claim], until_ms: Millis) -> Result<()> {
    let rows: Vec<_> = claims.iter().map(|claim| params![claim.id, claim.attempts, until_ms].to_vec()).collect();
    tx.execute_each(
        "UPDATE deliveries SET locked_until_ms = ?3 WHERE id = ?1 AND attempts = ?2 AND state = 'pending' AND locked_until_ms > 0",
        &rows,
    )?;
    Ok(())
}

/// Gives a claimed delivery back, because the program stops before it was answered. It may have been heard, so it counts as tried.
///
/// # Errors
/// Those of the database.
pub fn hand_back(tx: &mut Tx<'_>, claim: Claim) -> Result<()> {
    tx.execute(
        "UPDATE deliveries SET locked_until_ms = 0 \
         WHERE id = ?1 AND attempts = ?2 AND state = 'pending' AND locked_until_ms > 0",
        &params![claim.id, claim.attempts],
    )?;
    Ok(())
}

/// What came of the last attempt of each of these deliveries, as (delivery, result); those never tried are left out.
///
/// # Errors
/// Those of the database.
pub fn last_results(tx: &mut Tx<'_>, delivery_ids: &[i64]) -> Result<Vec<(i64, String)>> {
    let keys: Vec<_> = delivery_ids.iter().map(|id| params![*id].to_vec()).collect();
    let sql = "SELECT result FROM attempts WHERE delivery_id = ?1 ORDER BY id DESC LIMIT 1";
    Ok(tx.query_each(sql, &keys, |index, row| Ok((delivery_ids[index], row.get(0)?)))?)
}

/// The attempts of a delivery, oldest first.
///
/// # Errors
/// Those of the database.
pub fn of_delivery(tx: &mut Tx<'_>, delivery_id: i64) -> Result<Vec<Attempt>> {
    let sql =
        "SELECT at_ms, duration_ms, status, result, answer, request FROM attempts WHERE delivery_id = ?1 ORDER BY id";
    Ok(tx.query(sql, &params![delivery_id], |row| {
        Ok(Attempt {
            at_ms: row.get(0)?,
            duration_ms: row.get(1)?,
            status: row.get(2)?,
            result: row.get(3)?,
            answer: row.get(4)?,
            request: row.get(5)?,
        })
    })?)
}
