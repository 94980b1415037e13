//! How a session ends.

use store::params;

use super::{Session, SessionFact, announce, changed, find, may_take_more};
use crate::chats::{self, Context};
use crate::crm::activities;
use crate::events::Kind;
use crate::outbound::{self, Outgoing};
use crate::timers::{self, Timer};
use crate::{Change, Result, bots};

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

/// Begins to close a session: sends the closing text and closes when `FULL_CLOSE_TIME` minutes are over (D-58).
///
/// # Errors
/// Those of the database.
pub fn begin_closing(change: &mut Change<'_, '_>, session: &Session, context: &Context) -> Result<()> {
    let Some(line) = &context.line else { return close(change, session.id, CloseReason::Finished) };
    if line.settings.text("CLOSE_RULE") == Some("text")
        && let Some(text) = line.settings.text("CLOSE_TEXT").filter(|text| !text.is_empty())
    {
        let farewell = Outgoing::automatic(session.id, text);
        outbound::send(change, &context.chat, &context.connector, Some(line), farewell)?;
    }
    let minutes = line.settings.int("FULL_CLOSE_TIME");
    if minutes == 0 {
        return close(change, session.id, CloseReason::Finished);
    }
    let due_ms = change.now + minutes * 60_000;
    change.tx.execute(
        "UPDATE sessions SET status = 'closing', closing_ms = ?2, waiting_ms = NULL, close_reason = ?3 WHERE id = ?1",
        &params![session.id, change.now, CloseReason::Finished.as_str()],
    )?;
    timers::disarm(change, Timer::HandOver, session.id)?;
    may_take_more(change, session.operator_id);
    timers::arm(change, Timer::Close, session.id, due_ms)?;
    changed(change, Kind::SessionChanged, session.chat_id, session.id);
    Ok(())
}

/// Closes a session unless its customer has written since; what the timer [`Timer::Close`] does.
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
    changed(change, Kind::SessionFinished, session.chat_id, session_id);
    let context = chats::context(change.tx, session.chat_id)?;
    bots::closed(change, &context.chat)?;
    if let Some(line) = &context.line {
        let fact = SessionFact { id: session_id, parent_id: session.parent_id, closed: true };
        announce(change, &context.chat, &context.connector, line, fact);
    }
    Ok(())
}
