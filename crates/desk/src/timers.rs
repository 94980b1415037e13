//! The timers of sessions. A timer is a job with the session as its subject, so it survives restarts; a session has at most
//! one of each kind.
//!
//! A timer fires once for each time it was armed: the job is taken away in the change that does what it is for, so neither
//! a crash nor a second worker can make it fire again, and one that was armed anew or disarmed meanwhile does nothing.

use store::params;

use crate::jobs::{self, JobKind};
use crate::{Change, Millis, Result, automatic, bots, kpi, sessions};

/// What a session's timer is for. The name is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Timer {
    /// Nobody has answered for `QUEUE_TIME`: the next operator's turn.
    HandOver,
    /// Nobody has answered for `NO_ANSWER_TIME`.
    NoAnswer,
    /// Nobody has written for `AUTO_CLOSE_TIME`.
    AutoClose,
    /// The operator has finished `FULL_CLOSE_TIME` ago (D-58).
    Close,
    /// An automatically closed session has lived for `AUTO_EXPIRE_TIME`.
    Expire,
    /// The first answer is due by `KPI_FIRST_ANSWER_TIME`.
    KpiFirst,
    /// A later answer is due by `KPI_FURTHER_ANSWER_TIME`.
    KpiFurther,
    /// The welcome bot has had `WELCOME_BOT_TIME`.
    BotHandOver,
}

impl Timer {
    /// All timers.
    pub const ALL: &'static [Timer] = &[
        Timer::HandOver,
        Timer::NoAnswer,
        Timer::AutoClose,
        Timer::Close,
        Timer::Expire,
        Timer::KpiFirst,
        Timer::KpiFurther,
        Timer::BotHandOver,
    ];

    /// The stored name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Timer::HandOver => "hand_over",
            Timer::NoAnswer => "no_answer",
            Timer::AutoClose => "auto_close",
            Timer::Close => "close_session",
            Timer::Expire => "expire",
            Timer::KpiFirst => "kpi_first",
            Timer::KpiFurther => "kpi_further",
            Timer::BotHandOver => "bot_hand_over",
        }
    }
}

/// Sets a session's timer to `due_ms`; one that is set already moves there.
///
/// # Errors
/// Those of the database.
pub fn arm(change: &mut Change<'_, '_>, timer: Timer, session_id: i64, due_ms: Millis) -> Result<()> {
    jobs::schedule(change, JobKind::Session(timer), session_id, due_ms)
}

/// Sets a session's timer to `due_ms` unless it is set already.
///
/// # Errors
/// Those of the database.
pub fn arm_once(change: &mut Change<'_, '_>, timer: Timer, session_id: i64, due_ms: Millis) -> Result<()> {
    jobs::schedule_once(change, JobKind::Session(timer), session_id, due_ms)
}

/// Takes back a session's timer.
///
/// # Errors
/// Those of the database.
pub fn disarm(change: &mut Change<'_, '_>, timer: Timer, session_id: i64) -> Result<()> {
    jobs::cancel(change, JobKind::Session(timer), session_id)
}

/// Takes back all timers of a session: it is closed.
///
/// # Errors
/// Those of the database.
pub fn disarm_all(change: &mut Change<'_, '_>, session_id: i64) -> Result<()> {
    let rows: Vec<_> = Timer::ALL.iter().map(|timer| params![timer.as_str(), session_id].to_vec()).collect();
    change.tx.execute_each("DELETE FROM jobs WHERE kind = ?1 AND subject_id = ?2", &rows)?;
    Ok(())
}

/// Does what the timer is for, if it is set and its moment has come; otherwise nothing.
///
/// # Errors
/// Those of the database.
pub fn fire(change: &mut Change<'_, '_>, timer: Timer, session_id: i64) -> Result<()> {
    if !jobs::take(change, JobKind::Session(timer), session_id)? {
        return Ok(());
    }
    match timer {
        Timer::HandOver => sessions::hand_over(change, session_id),
        Timer::NoAnswer => automatic::no_answer(change, session_id),
        Timer::AutoClose => sessions::close_silent(change, session_id),
        Timer::Close | Timer::Expire => sessions::close_if_closing(change, session_id),
        Timer::KpiFirst => kpi::first_answer_due(change, session_id),
        Timer::KpiFurther => kpi::further_answer_due(change, session_id),
        Timer::BotHandOver => bots::time_is_over(change, session_id),
    }
}
