//! Answers that are late (`KPI_*`): the employees who want to know are told, and a note that only employees see stands in
//! the chat.

use std::collections::HashSet;

use store::{Row, params};

use crate::automatic::{self, Spot};
use crate::chats::{self, Chat};
use crate::events::Kind;
use crate::jobs::{self, JobKind};
use crate::lines::Line;
use crate::sessions::{self, Session, Status};
use crate::timers::{self, Timer};
use crate::{Change, Millis, Result, outbound, texts, users};

/// Which answer is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    First,
    Further,
}

impl Answer {
    fn field(self, what: &str) -> String {
        match self {
            Answer::First => format!("KPI_FIRST_ANSWER_{what}"),
            Answer::Further => format!("KPI_FURTHER_ANSWER_{what}"),
        }
    }

    /// How long an answer may take on this line, milliseconds; `None` when nobody is to be told.
    fn norm_ms(self, line: &Line) -> Option<Millis> {
        let seconds = line.settings.int(&self.field("TIME"));
        (seconds > 0 && line.settings.flag(&self.field("ALERT"))).then_some(seconds * 1000)
    }
}

/// A session waits for its first answer, from when the line works.
pub(crate) fn await_first(change: &mut Change<'_, '_>, line: &Line, session_id: i64, opens_ms: Millis) -> Result<()> {
    match Answer::First.norm_ms(line) {
        Some(norm_ms) => timers::arm(change, Timer::KpiFirst, session_id, opens_ms + norm_ms),
        None => Ok(()),
    }
}

/// Customers have written into sessions; those that an operator has wait for a further answer. The timer is set once, not
/// with every message: when it fires, it looks since when the customer waits.
pub(crate) fn await_answers(change: &mut Change<'_, '_>, spots: &[Spot<'_>], answered: &HashSet<i64>) -> Result<()> {
    for spot in spots {
        if !answered.contains(&spot.session_id) || change.memory.awaited.get(&spot.session_id).is_some() {
            continue;
        }
        if let Some(norm_ms) = Answer::Further.norm_ms(spot.line) {
            let kind = JobKind::Session(Timer::KpiFurther);
            jobs::schedule_once(change, kind, spot.session_id, change.now + norm_ms)?;
            change.memory.awaited.insert(spot.session_id, ());
        }
    }
    Ok(())
}

/// The first answer should be there by now; what the timer [`Timer::KpiFirst`] does.
pub(crate) fn first_answer_due(change: &mut Change<'_, '_>, session_id: i64) -> Result<()> {
    let Some(session) = sessions::find(change.tx, session_id)? else { return Ok(()) };
    if !is_waiting(session.status) || last_answer_no(change, &session)?.is_some() {
        return Ok(());
    }
    tell_unless_active(change, &session, Answer::First, Waiting { no: session.first_no, since_ms: session.created_ms })
}

fn is_waiting(status: Status) -> bool {
    matches!(status, Status::New | Status::Offered | Status::Answered)
}

/// A further answer should be there by now; what the timer [`Timer::KpiFurther`] does.
pub(crate) fn further_answer_due(change: &mut Change<'_, '_>, session_id: i64) -> Result<()> {
    change.memory.awaited.remove(&session_id);
    let Some(session) = sessions::find(change.tx, session_id)? else { return Ok(()) };
    // Before the first answer the other norm holds.
    let Some(answer_no) = last_answer_no(change, &session)?.filter(|_| is_waiting(session.status)) else {
        return Ok(());
    };
    let sql =
        "SELECT no, created_ms FROM messages WHERE chat_id = ?1 AND no > ?2 AND direction = 'in' ORDER BY no LIMIT 1";
    let read = |row: &Row<'_>| Ok(Waiting { no: row.get(0)?, since_ms: row.get(1)? });
    match change.tx.query_opt(sql, &params![session.chat_id, answer_no], read)? {
        Some(waiting) => tell_unless_active(change, &session, Answer::Further, waiting),
        None => Ok(()),
    }
}

/// What waits for an answer.
#[derive(Debug, Clone, Copy)]
struct Waiting {
    /// The message's number.
    no: i64,
    since_ms: Millis,
}

/// Tells that an answer is late. If it is not yet, because the customer began to wait later than when the timer was set, or
/// because the operator has been active meanwhile, the timer is set anew.
fn tell_unless_active(change: &mut Change<'_, '_>, session: &Session, answer: Answer, waiting: Waiting) -> Result<()> {
    let context = sessions::context(change.tx, session)?;
    let Some(line) = context.line.as_ref() else { return Ok(()) };
    let Some(norm_ms) = answer.norm_ms(line) else { return Ok(()) };
    let mut since_ms = waiting.since_ms.max(automatic::opening_ms(line, waiting.since_ms));
    if line.settings.flag("KPI_CHECK_OPERATOR_ACTIVITY") {
        since_ms = since_ms.max(active_ms(change, session)?);
    }
    if since_ms + norm_ms > change.now {
        let timer = match answer {
            Answer::First => Timer::KpiFirst,
            Answer::Further => Timer::KpiFurther,
        };
        return timers::arm(change, timer, session.id, since_ms + norm_ms);
    }
    tell(change, session, &context.chat, line, answer, waiting.no)
}

/// When the operator last read the chat: somebody is at it.
fn active_ms(change: &mut Change<'_, '_>, session: &Session) -> Result<Millis> {
    let members = chats::members(change.tx, session.chat_id)?;
    let operator = members.iter().find(|member| member.user_id == session.operator_id);
    Ok(operator.and_then(|member| member.read_ms).unwrap_or(0))
}

/// The number of the last message that an employee wrote in the session.
fn last_answer_no(change: &mut Change<'_, '_>, session: &Session) -> Result<Option<i64>> {
    let sql = "SELECT no FROM messages WHERE chat_id = ?1 AND no >= ?2 AND direction = 'out' ORDER BY no DESC LIMIT 1";
    Ok(change.tx.query_opt(sql, &params![session.chat_id, session.first_no], |row| row.get(0))?)
}

/// Tells, once for each time that a customer waits.
fn tell(
    change: &mut Change<'_, '_>,
    session: &Session,
    chat: &Chat,
    line: &Line,
    answer: Answer,
    no: i64,
) -> Result<()> {
    let sql = "UPDATE sessions SET late_no = ?2 WHERE id = ?1 AND late_no < ?2";
    if change.tx.execute(sql, &params![session.id, no])? == 0 {
        return Ok(());
    }
    if let Some(text) = texts::of(&line.settings, &answer.field("TEXT")) {
        let body = texts::fill(&text, |name| word(change, session, chat, line, name))?;
        outbound::leave_note(change, chat, session.id, &body)?;
    }
    let list = line.settings.text(&answer.field("LIST")).unwrap_or_default();
    for employee_id in list.split(',').filter_map(|id| id.parse().ok()) {
        change.event(Kind::AnswerLate, chat.id, employee_id);
    }
    Ok(())
}

/// The words of a note. Colleagues see the name that customers may not; whom nobody has, the line has.
fn word(
    change: &mut Change<'_, '_>,
    session: &Session,
    chat: &Chat,
    line: &Line,
    name: &str,
) -> Result<Option<String>> {
    Ok(Some(match name {
        "OPERATOR" => {
            let operator = users::find(change.tx, session.operator_id)?;
            operator.map_or_else(|| line.name.clone(), |user| user.full_name())
        }
        "DIALOG" => automatic::dialog(change, chat)?,
        "LINE" => line.name.clone(),
        _ => return Ok(None),
    }))
}
