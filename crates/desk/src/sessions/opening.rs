//! How a session begins.

use store::params;

use super::{COLUMNS, SessionFact, Status, announce, changed, closing, find, last_of_chat, owning};
use crate::automatic::{self, Spot};
use crate::chats::{self, Chat};
use crate::connectors::Connector;
use crate::events::Kind;
use crate::ids::{self, Series};
use crate::lines::Line;
use crate::routing::Facts;
use crate::timers::{self, Timer};
use crate::{Change, Millis, Result, kpi, lines, messages};

/// Who the new session is for.
#[derive(Debug)]
pub enum For<'f> {
    /// Whoever routing finds; the facts are kept up to date so that several sessions can be opened from one loading.
    Queue(&'f mut Facts),
    /// This employee, who answers it at once.
    Employee(i64),
}

/// Opens a session in a chat that has none: gives it to somebody and tells the applications. The caller greets. Returns its id.
///
/// # Errors
/// Those of the database.
pub fn open(
    change: &mut Change<'_, '_>,
    chat: &Chat,
    connector: &Connector,
    line: &Line,
    whom: For<'_>,
) -> Result<i64> {
    let id = ids::next(change.tx, Series::Session)?;
    let parent_id = last_of_chat(change.tx, chat.id)?.map_or(0, |session| session.id);
    let first_no = messages::last_number(change.tx, chat.id)? + 1;
    let opens_ms = automatic::opening_ms(line, change.now);
    let given = match whom {
        For::Queue(_) if opens_ms > change.now => owning::Given::nobody("outside working hours"),
        For::Queue(facts) => owning::Given::by_routing(facts, id),
        For::Employee(employee_id) => owning::Given {
            status: Status::Answered,
            operator_id: employee_id,
            members: vec![employee_id],
            reason: "started by the operator".to_owned(),
        },
    };
    let answered_ms = (given.status == Status::Answered).then_some(change.now);
    change.tx.execute(
        &format!("INSERT INTO sessions ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, NULL, 0, NULL)"),
        &params![
            id,
            chat.id,
            line.id,
            parent_id,
            given.status.as_str(),
            given.operator_id,
            &given.reason,
            first_no,
            change.now,
            answered_ms
        ],
    )?;
    chats::join(change, &given.members.iter().map(|user| (chat.id, *user)).collect::<Vec<_>>())?;
    owning::offer(change, line.id, id, &given)?;
    match given.status {
        Status::Answered => closing::await_silence(change, line, id)?,
        _ => await_answer(change, line, id, opens_ms)?,
    }
    changed(change, Kind::SessionStarted, chat.id, id);
    announce(change, chat, connector, line, SessionFact { id, parent_id, closed: false });
    Ok(id)
}

/// Sets the timers of a session that waits for its first answer. While the line does not work nobody is offered the session
/// and nobody is late.
fn await_answer(change: &mut Change<'_, '_>, line: &Line, session_id: i64, opens_ms: Millis) -> Result<()> {
    if opens_ms > change.now {
        timers::arm(change, Timer::Opening, session_id, opens_ms)?;
    }
    automatic::await_answer(change, line, session_id, opens_ms)?;
    kpi::await_first(change, line, session_id, opens_ms)
}

/// The line's working hours begin: the session is offered, if it still waits. Hours that were changed meanwhile count. What
/// the timer [`Timer::Opening`] does.
pub(crate) fn offer_at_opening(change: &mut Change<'_, '_>, session_id: i64) -> Result<()> {
    let Some(session) = find(change.tx, session_id)?.filter(|session| session.status == Status::New) else {
        return Ok(());
    };
    let Some(line) = lines::find(change.tx, session.line_id)? else { return Ok(()) };
    match automatic::opening_ms(&line, change.now) {
        opens_ms if opens_ms > change.now => timers::arm(change, Timer::Opening, session_id, opens_ms),
        _ => owning::route(change, &session, &line),
    }
}

/// Sends the line's greeting into a new session: in the chat's first session, or in each if the line wants so.
///
/// # Errors
/// Those of the database.
pub fn greet(
    change: &mut Change<'_, '_>,
    chat: &Chat,
    connector: &Connector,
    line: &Line,
    session_id: i64,
) -> Result<()> {
    let parent_id = find(change.tx, session_id)?.map_or(0, |session| session.parent_id);
    let due =
        line.settings.flag("WELCOME_MESSAGE") && (parent_id == 0 || line.settings.flag("SEND_WELCOME_EACH_SESSION"));
    if due {
        automatic::say(change, Spot { chat, connector, line, session_id }, "WELCOME_MESSAGE_TEXT")?;
    }
    Ok(())
}
