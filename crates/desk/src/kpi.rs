//! Answers that are late (`KPI_*`): the employees who want to know are told, and a note that only employees see stands in
//! the chat.

use crate::automatic;
use crate::chats::{self, Chat};
use crate::events::Kind;
use crate::lines::Line;
use crate::notifications::NewNotification;
use crate::sessions::{self, Session, Status};
use crate::timers::{self, Timer};
use crate::{Change, Error, Millis, Refusal, Result, lines, notifications, outbound, texts, users};

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

/// When the customer of this session should have an answer, whether or not anybody is told when it is late. A bot is not
/// measured.
pub(crate) fn due_ms(session: &Session, line: &Line) -> Option<Millis> {
    let waits = matches!(session.status, Status::New | Status::Offered | Status::Answered);
    let since_ms = session.waiting_ms.filter(|_| waits)?;
    let answer = if session.replied_ms.is_none() { Answer::First } else { Answer::Further };
    let seconds = line.settings.int(&answer.field("TIME"));
    (seconds > 0).then(|| automatic::opening_ms(line, since_ms) + seconds * 1000)
}

/// A session waits for its first answer, from when the line works.
pub(crate) fn await_first(change: &mut Change<'_, '_>, line: &Line, session_id: i64, opens_ms: Millis) -> Result<()> {
    match Answer::First.norm_ms(line) {
        Some(norm_ms) => timers::arm(change, Timer::KpiFirst, session_id, opens_ms + norm_ms),
        None => Ok(()),
    }
}

/// A customer has begun to wait for a further answer.
pub(crate) fn await_further(change: &mut Change<'_, '_>, session_id: i64) -> Result<()> {
    let Some(session) = sessions::find(change.tx, session_id)? else { return Ok(()) };
    let line = lines::find(change.tx, session.line_id)?;
    match line.and_then(|line| Answer::Further.norm_ms(&line)) {
        Some(norm_ms) => timers::arm(change, Timer::KpiFurther, session_id, change.now + norm_ms),
        None => Ok(()),
    }
}

/// The first answer should be there by now; what the timer [`Timer::KpiFirst`] does. To take a dialogue is no answer.
pub(crate) fn first_answer_due(change: &mut Change<'_, '_>, session_id: i64) -> Result<()> {
    match sessions::find(change.tx, session_id)?.filter(|session| session.replied_ms.is_none()) {
        Some(session) => tell_if_late(change, &session, Answer::First),
        None => Ok(()),
    }
}

/// A further answer should be there by now; what the timer [`Timer::KpiFurther`] does.
pub(crate) fn further_answer_due(change: &mut Change<'_, '_>, session_id: i64) -> Result<()> {
    match sessions::find(change.tx, session_id)? {
        Some(session) => tell_if_late(change, &session, Answer::Further),
        None => Ok(()),
    }
}

/// Tells that an answer is late, if the customer waits. If it is not late yet, because the customer has begun to wait later
/// than when the timer was set, or because the operator has been active meanwhile, the timer is set anew.
fn tell_if_late(change: &mut Change<'_, '_>, session: &Session, answer: Answer) -> Result<()> {
    // A bot answers or hands over; either way people are not late.
    if !matches!(session.status, Status::New | Status::Offered | Status::Answered) {
        return Ok(());
    }
    let context = sessions::context(change.tx, session)?;
    let (Some(waiting_ms), Some(line)) = (session.waiting_ms, context.line.as_ref()) else { return Ok(()) };
    let Some(norm_ms) = answer.norm_ms(line) else { return Ok(()) };
    let mut since_ms = automatic::opening_ms(line, waiting_ms);
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
    tell(change, session, &context.chat, line, answer)
}

/// When the operator last read the chat: somebody is at it.
fn active_ms(change: &mut Change<'_, '_>, session: &Session) -> Result<Millis> {
    let members = chats::members(change.tx, session.chat_id)?;
    let operator = members.iter().find(|member| member.user_id == session.operator_id);
    Ok(operator.and_then(|member| member.read_ms).unwrap_or(0))
}

/// Leaves a note, and notifies those of the list who work here.
fn tell(change: &mut Change<'_, '_>, session: &Session, chat: &Chat, line: &Line, answer: Answer) -> Result<()> {
    let Some(text) = texts::of(&line.settings, &answer.field("TEXT")) else { return Ok(()) };
    let body = texts::fill(&text, |name| word(change, session, chat, line, name))?;
    outbound::leave_note(change, chat, session.id, &body)?;
    let list = line.settings.text(&answer.field("LIST")).unwrap_or_default();
    for user_id in list.split(',').filter_map(|id| id.parse().ok()) {
        let (application, params, tag, sub_tag) = Default::default();
        let new = NewNotification { user_id, author_id: 0, application, body: body.clone(), params, tag, sub_tag };
        match notifications::add(change, &new) {
            Ok(_) => change.event(Kind::AnswerLate, chat.id, user_id),
            Err(Error::Refused(Refusal::NoUser)) => {}
            Err(error) => return Err(error),
        }
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
