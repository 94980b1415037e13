//! How a session ends.

use store::params;

use super::{Session, SessionFact, Status, announce, changed, context, find};
use crate::automatic::{self, Spot};
use crate::events::Kind;
use crate::lines::Line;
use crate::timers::{self, Timer};
use crate::{Change, Millis, Result, lines, messages, votes};

/// Begins to close a session: sends the closing text, asks for a rating and closes when `FULL_CLOSE_TIME` minutes are over
/// (D-58).
///
/// # Errors
/// Those of the database.
pub fn begin_closing(change: &mut Change<'_, '_>, session: &Session) -> Result<()> {
    let context = context(change.tx, session)?;
    let Some(spot) = Spot::in_context(&context, session.id) else { return close(change, session.id) };
    automatic::say_by_rule(change, spot, "CLOSE")?;
    let rest_ms = spot.line.settings.int("FULL_CLOSE_TIME") * 60_000;
    wind_up(change, spot, Timer::Close, rest_ms)
}

/// Asks for a rating and leaves the session open for as long as the customer may take it up again.
fn wind_up(change: &mut Change<'_, '_>, spot: Spot<'_>, timer: Timer, rest_ms: Millis) -> Result<()> {
    if spot.line.settings.flag("VOTE_BEFORE_FINISH") {
        votes::ask(change, spot)?;
    }
    let sql = "UPDATE sessions SET status = 'closing', closing_ms = ?2 WHERE id = ?1 AND closed_ms IS NULL";
    change.tx.execute(sql, &params![spot.session_id, change.now])?;
    if rest_ms == 0 {
        return close_if_closing(change, spot.session_id);
    }
    timers::disarm(change, Timer::AutoClose, spot.session_id)?;
    timers::arm(change, timer, spot.session_id, change.now + rest_ms)?;
    changed(change, Kind::SessionChanged, spot.chat.id, spot.session_id);
    Ok(())
}

/// A session was answered: from now on it is watched whether anybody still writes (`AUTO_CLOSE_TIME`).
///
/// The timer is not moved with every message: when it fires, it looks when the last one was ([`close_silent`]).
pub(super) fn await_silence(change: &mut Change<'_, '_>, line: &Line, session_id: i64) -> Result<()> {
    match line.settings.int("AUTO_CLOSE_TIME") {
        0 => Ok(()),
        seconds => timers::arm(change, Timer::AutoClose, session_id, change.now + seconds * 1000),
    }
}

/// Begins to close an answered session in which nobody has written for `AUTO_CLOSE_TIME` seconds; it stays open to its
/// customer for `AUTO_EXPIRE_TIME` seconds. What the timer [`Timer::AutoClose`] does.
pub(crate) fn close_silent(change: &mut Change<'_, '_>, session_id: i64) -> Result<()> {
    let Some(session) = find(change.tx, session_id)?.filter(|session| session.status == Status::Answered) else {
        return Ok(());
    };
    let context = context(change.tx, &session)?;
    let Some(spot) = Spot::in_context(&context, session_id) else { return Ok(()) };
    let silence_ms = spot.line.settings.int("AUTO_CLOSE_TIME") * 1000;
    if silence_ms == 0 {
        return Ok(());
    }
    let spoken_ms = messages::last_of_people(change.tx, session.chat_id, session_id)?.unwrap_or(session.created_ms);
    let due_ms = spoken_ms.max(session.answered_ms.unwrap_or(0)) + silence_ms;
    if due_ms > change.now {
        return timers::arm(change, Timer::AutoClose, session_id, due_ms);
    }
    automatic::say_by_rule(change, spot, "AUTO_CLOSE")?;
    wind_up(change, spot, Timer::Expire, spot.line.settings.int("AUTO_EXPIRE_TIME") * 1000)
}

/// The customer wrote while the session was closing: its operator has it again. `false` when it is closed by now.
pub(crate) fn resume(change: &mut Change<'_, '_>, chat_id: i64, session_id: i64) -> Result<bool> {
    let resumed = change.tx.execute(
        "UPDATE sessions SET status = CASE WHEN operator_id = 0 THEN 'new' ELSE 'answered' END, closing_ms = NULL \
         WHERE id = ?1 AND status = 'closing'",
        &params![session_id],
    )?;
    let Some(session) = find(change.tx, session_id)? else { return Ok(false) };
    if resumed == 0 {
        return Ok(session.closed_ms.is_none());
    }
    stop_closing(change, session_id)?;
    if session.status == Status::Answered
        && let Some(line) = lines::find(change.tx, session.line_id)?
    {
        await_silence(change, &line, session_id)?;
    }
    changed(change, Kind::SessionChanged, chat_id, session_id);
    Ok(true)
}

/// Takes back the timers of a session that was about to close.
pub(super) fn stop_closing(change: &mut Change<'_, '_>, session_id: i64) -> Result<()> {
    timers::disarm(change, Timer::Close, session_id)?;
    timers::disarm(change, Timer::Expire, session_id)
}

/// Closes a session unless its customer has written since; what the timers [`Timer::Close`] and [`Timer::Expire`] do. A line
/// that asks for ratings only at the end asks now.
pub(crate) fn close_if_closing(change: &mut Change<'_, '_>, session_id: i64) -> Result<()> {
    let sql = "UPDATE sessions SET status = 'closed', closed_ms = ?2 WHERE id = ?1 AND status = 'closing'";
    if change.tx.execute(sql, &params![session_id, change.now])? == 0 {
        return Ok(());
    }
    announce_closed(change, session_id, Ending::Usual)
}

/// Closes a session at once and tells the applications; closing a closed one changes nothing.
///
/// # Errors
/// Those of the database.
pub fn close(change: &mut Change<'_, '_>, session_id: i64) -> Result<()> {
    let sql = "UPDATE sessions SET status = 'closed', closed_ms = ?2 \
               WHERE id = ?1 AND closed_ms IS NULL";
    match change.tx.execute(sql, &params![session_id, change.now])? {
        0 => Ok(()),
        _ => announce_closed(change, session_id, Ending::Abrupt),
    }
}

/// Closes a session as spam, at once and without a word; closing a closed one changes nothing.
///
/// # Errors
/// Those of the database.
pub fn close_as_spam(change: &mut Change<'_, '_>, session_id: i64) -> Result<()> {
    let sql = "UPDATE sessions SET status = 'spam', closed_ms = ?2 WHERE id = ?1 AND closed_ms IS NULL";
    match change.tx.execute(sql, &params![session_id, change.now])? {
        0 => Ok(()),
        _ => announce_closed(change, session_id, Ending::Abrupt),
    }
}

/// How a session has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// It was finished: a rating may be asked for.
    Usual,
    /// It was cut off (spam, the line was deleted): nothing more is said.
    Abrupt,
}

fn announce_closed(change: &mut Change<'_, '_>, session_id: i64, ending: Ending) -> Result<()> {
    let Some(session) = find(change.tx, session_id)? else { return Ok(()) };
    timers::disarm_all(change, session_id)?;
    changed(change, Kind::SessionFinished, session.chat_id, session_id);
    let context = context(change.tx, &session)?;
    if let Some(spot) = Spot::in_context(&context, session_id) {
        if ending == Ending::Usual && !spot.line.settings.flag("VOTE_BEFORE_FINISH") {
            votes::ask(change, spot)?;
        }
        let fact = SessionFact { id: session_id, parent_id: session.parent_id, closed: true };
        announce(change, &context.chat, &context.connector, spot.line, fact);
    }
    Ok(())
}
