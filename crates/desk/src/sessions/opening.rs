//! How a session begins.

use store::params;

use super::owning::{self, Given};
use super::{COLUMNS, SessionFact, announce, changed, closing, find, last_of_chat};
use crate::automatic::{self, Spot};
use crate::bots::{self, Bot};
use crate::chats::{self, Chat};
use crate::connectors::Connector;
use crate::events::Kind;
use crate::grounds;
use crate::ids::{self, Series};
use crate::lines::Line;
use crate::routing::Facts;
use crate::{Change, Result, messages, tracker};

/// Who the new session is for.
#[derive(Debug)]
pub enum For<'f> {
    /// Whoever routing finds; the facts are kept up to date so that several sessions can be opened from one loading.
    Queue(&'f mut Facts),
    /// This employee, who answers it at once.
    Employee(i64),
    /// This bot, before people; it joins the chat.
    Bot(&'f Bot),
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
    mut whom: For<'_>,
) -> Result<i64> {
    let id = ids::next(change.tx, Series::Session)?;
    let parent_id = last_of_chat(change.tx, chat.id)?.map_or(0, |session| session.id);
    let first_no = messages::last_number(change.tx, chat.id)? + 1;
    let given = match &mut whom {
        For::Queue(facts) => Given::by_routing(facts, &tracker::wish(change.tx, chat, connector, line)?),
        For::Employee(employee_id) => Given::to_employee(*employee_id),
        For::Bot(bot) => Given::to_bot(bot.id),
    };
    let answered_ms = given.status.is_taken().then_some(change.now);
    let waiting_ms = (!given.status.is_taken()).then_some(change.now);
    if parent_id != 0 {
        chats::wake(change, chat.id)?;
    }
    change.tx.execute(
        &format!(
            "INSERT INTO sessions ({COLUMNS}) VALUES \
             (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, NULL, NULL, NULL, '', 0, NULL)"
        ),
        &params![
            id,
            chat.id,
            line.id,
            parent_id,
            given.status.as_str(),
            given.operator_id,
            grounds::stored(&given.grounds),
            first_no,
            change.now,
            answered_ms,
            waiting_ms
        ],
    )?;
    chats::join(change, &given.members.iter().map(|user| (chat.id, *user)).collect::<Vec<_>>())?;
    owning::begin_offer(change, line, id, &given)?;
    match &whom {
        For::Queue(_) => automatic::await_answer(change, line, id)?,
        For::Employee(_) | For::Bot(_) => closing::await_silence(change, line, id)?,
    }
    changed(change, Kind::SessionStarted, chat.id, id, &[given.operator_id]);
    announce(change, chat, connector, line, SessionFact { id, parent_id, closed: false });
    if let For::Bot(bot) = whom {
        bots::join(change, chat, bot)?;
    }
    Ok(id)
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
