//! How a session ends.

use store::params;

use super::{Session, SessionFact, Status, announce, changed, context, find, may_take_more};
use crate::automatic::{self, Spot};
use crate::crm::activities;
use crate::events::Kind;
use crate::lines::Line;
use crate::timers::{self, Timer};
use crate::{Change, Millis, Result, bots, chats, lines, messages, pins, votes};

/// Why a session was closed. The word is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseReason {
    /// An operator finished it.
    Finished,
    /// Nobody has written for long (`AUTO_CLOSE_TIME`).
    Silence,
    /// An operator called it spam.
    Spam,
    /// Its line was deleted (D-51).
    LineRemoved,
}

impl CloseReason {
    /// All of them.
    pub const ALL: &'static [CloseReason] =
        &[CloseReason::Finished, CloseReason::Silence, CloseReason::Spam, CloseReason::LineRemoved];

    /// The stored word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            CloseReason::Finished => "finished",
            CloseReason::Silence => "silence",
            CloseReason::Spam => "spam",
            CloseReason::LineRemoved => "line_removed",
        }
    }

    pub(super) fn parse(text: &str) -> Option<CloseReason> {
        CloseReason::ALL.iter().copied().find(|reason| reason.as_str() == text)
    }
}

/// Begins to close a session: sends the closing text, asks for a rating and closes when `FULL_CLOSE_TIME` minutes are over
/// (D-58).
///
/// # Errors
/// Those of the database.
pub fn begin_closing(change: &mut Change<'_, '_>, session: &Session) -> Result<()> {
    let context = context(change.tx, session)?;
    let Some(spot) = Spot::in_context(&context, session.id) else {
        return close(change, session.id, CloseReason::Finished);
    };
    automatic::say_by_rule(change, spot, "CLOSE")?;
    let rest_ms = spot.line.settings.int("FULL_CLOSE_TIME") * 60_000;
    wind_up(change, session, spot, CloseReason::Finished, rest_ms)
}

/// Asks for a rating and leaves the session open for as long as the customer may take it up again.
fn wind_up(
    change: &mut Change<'_, '_>,
    session: &Session,
    spot: Spot<'_>,
    reason: CloseReason,
    rest_ms: Millis,
) -> Result<()> {
    if spot.line.settings.flag("VOTE_BEFORE_FINISH") {
        votes::ask(change, spot)?;
    }
    change.tx.execute(
        "UPDATE sessions SET status = 'closing', closing_ms = ?2, waiting_ms = NULL, close_reason = ?3 \
         WHERE id = ?1 AND closed_ms IS NULL",
        &params![session.id, change.now, reason.as_str()],
    )?;
    if rest_ms == 0 {
        return close_if_closing(change, session.id);
    }
    timers::disarm(change, Timer::HandOver, session.id)?;
    timers::disarm(change, Timer::BotHandOver, session.id)?;
    timers::disarm(change, Timer::AutoClose, session.id)?;
    may_take_more(change, session.operator_id);
    let timer = if reason == CloseReason::Silence { Timer::Expire } else { Timer::Close };
    timers::arm(change, timer, session.id, change.now + rest_ms)?;
    changed(change, Kind::SessionChanged, session.chat_id, session.id, &[session.operator_id]);
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
/// customer for `AUTO_EXPIRE_TIME` seconds. One that is pinned stays. What the timer [`Timer::AutoClose`] does.
pub(crate) fn close_silent(change: &mut Change<'_, '_>, session_id: i64) -> Result<()> {
    let is_answered = |session: &Session| matches!(session.status, Status::Answered | Status::Waiting | Status::Bot);
    let Some(session) = find(change.tx, session_id)?.filter(is_answered) else { return Ok(()) };
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
    // Its operator keeps it at hand: it is looked at again after as long.
    if pins::is_pinned(change.tx, &session)? {
        return timers::arm(change, Timer::AutoClose, session_id, change.now + silence_ms);
    }
    automatic::say_by_rule(change, spot, "AUTO_CLOSE")?;
    let rest_ms = spot.line.settings.int("AUTO_EXPIRE_TIME") * 1000;
    wind_up(change, &session, spot, CloseReason::Silence, rest_ms)
}

/// A session goes on that was about to close: its timers are taken back, and silence counts again.
pub(super) fn go_on(change: &mut Change<'_, '_>, session_id: i64) -> Result<()> {
    stop_closing(change, session_id)?;
    let is_held = |session: &Session| session.status.is_taken() || session.status == Status::Bot;
    let Some(session) = find(change.tx, session_id)?.filter(is_held) else { return Ok(()) };
    match lines::find(change.tx, session.line_id)? {
        Some(line) => await_silence(change, &line, session_id),
        None => Ok(()),
    }
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
    match change.tx.execute(sql, &params![session_id, change.now])? {
        0 => Ok(()),
        _ => announce_closed(change, session_id),
    }
}

/// Closes a session at once and tells the applications; closing a closed one changes nothing.
///
/// # Errors
/// Those of the database.
pub fn close(change: &mut Change<'_, '_>, session_id: i64, reason: CloseReason) -> Result<()> {
    let sql = "UPDATE sessions SET status = 'closed', closed_ms = ?2, waiting_ms = NULL, close_reason = ?3 \
               WHERE id = ?1 AND closed_ms IS NULL";
    match change.tx.execute(sql, &params![session_id, change.now, reason.as_str()])? {
        0 => Ok(()),
        _ => announce_closed(change, session_id),
    }
}

/// Closes a session as spam, at once and without a word; closing a closed one changes nothing.
///
/// # Errors
/// Those of the database.
pub fn close_as_spam(change: &mut Change<'_, '_>, session_id: i64) -> Result<()> {
    let sql = "UPDATE sessions SET status = 'spam', closed_ms = ?2, waiting_ms = NULL, close_reason = ?3 \
               WHERE id = ?1 AND closed_ms IS NULL";
    match change.tx.execute(sql, &params![session_id, change.now, CloseReason::Spam.as_str()])? {
        0 => Ok(()),
        _ => announce_closed(change, session_id),
    }
}

fn announce_closed(change: &mut Change<'_, '_>, session_id: i64) -> Result<()> {
    let Some(session) = find(change.tx, session_id)? else { return Ok(()) };
    timers::disarm_all(change, session_id)?;
    may_take_more(change, session.operator_id);
    activities::complete(change, session_id)?;
    chats::rest(change, session.chat_id)?;
    changed(change, Kind::SessionFinished, session.chat_id, session_id, &[session.operator_id]);
    let context = context(change.tx, &session)?;
    if context.chat.line_id != session.line_id {
        change.event(Kind::ChatMoved, session.chat_id, session.line_id);
    }
    bots::closed(change, &context.chat)?;
    if let Some(spot) = Spot::in_context(&context, session_id) {
        let is_usual = matches!(session.close_reason, Some(CloseReason::Finished | CloseReason::Silence));
        if is_usual && !spot.line.settings.flag("VOTE_BEFORE_FINISH") {
            votes::ask(change, spot)?;
        }
        let fact = SessionFact { id: session_id, parent_id: session.parent_id, closed: true };
        announce(change, &context.chat, &context.connector, spot.line, fact);
    }
    Ok(())
}
