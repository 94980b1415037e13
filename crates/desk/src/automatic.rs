//! What a line says by itself: greeting, out of hours, no answer, farewell, rating. Which text it is stands in `texts.rs`,
//! when it is due in `sessions/` and `timers.rs`; here the words in it are filled in and it is sent.

use store::params;

use crate::chats::{Chat, Context};
use crate::connectors::Connector;
use crate::lines::Line;
use crate::outbound::{self, Outgoing};
use crate::sessions::{self, Status};
use crate::timers::{self, Timer};
use crate::worktime::{Hours, Worktime};
use crate::{Change, Millis, Result, kpi, operator_data, texts, users};

/// Where a line speaks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spot<'a> {
    pub chat: &'a Chat,
    pub connector: &'a Connector,
    pub line: &'a Line,
    pub session_id: i64,
}

impl<'a> Spot<'a> {
    /// In this chat; `None` when its line was deleted.
    pub fn in_context(context: &'a Context, session_id: i64) -> Option<Spot<'a>> {
        let line = context.line.as_ref()?;
        Some(Spot { chat: &context.chat, connector: &context.connector, line, session_id })
    }
}

/// Sends the text of this field with its words filled in; returns the message's id, or `None` when there is no text.
pub(crate) fn say(change: &mut Change<'_, '_>, spot: Spot<'_>, field: &str) -> Result<Option<i64>> {
    let Some(text) = texts::of(&spot.line.settings, field) else { return Ok(None) };
    let body = texts::fill(&text, |name| word(change, spot, name))?;
    let outgoing = Outgoing::automatic(spot.session_id, &body);
    outbound::send(change, spot.chat, spot.connector, Some(spot.line), outgoing).map(Some)
}

/// Sends the text of `{rule}_TEXT` if the line's `{rule}_RULE` is `text`.
pub(crate) fn say_by_rule(change: &mut Change<'_, '_>, spot: Spot<'_>, rule: &str) -> Result<()> {
    if spot.line.settings.text(&format!("{rule}_RULE")) == Some("text") {
        say(change, spot, &format!("{rule}_TEXT"))?;
    }
    Ok(())
}

/// What a word in a text stands for (`docs/line-settings.md`); `None` for a word that has no meaning.
fn word(change: &mut Change<'_, '_>, spot: Spot<'_>, name: &str) -> Result<Option<String>> {
    Ok(Some(match name {
        "OPERATOR" => {
            let operator_id = sessions::find(change.tx, spot.session_id)?.map_or(0, |session| session.operator_id);
            let name = operator_data::name(change.tx, Some(spot.line), operator_id)?;
            name.unwrap_or_else(|| texts::nameless_operator(&spot.line.settings).to_owned())
        }
        "LINE" => spot.line.name.clone(),
        "CUSTOMER" => customer(change, spot.chat)?,
        "CHAT_ID" => spot.chat.id.to_string(),
        "DIALOG" => dialog(change, spot.chat)?,
        "QUEUE_POSITION" => queue_position(change, spot)?.to_string(),
        "WORKTIME" => Worktime::of(&spot.line.settings).map_or("24/7".to_owned(), |worktime| worktime.in_words()),
        _ => return Ok(None),
    }))
}

/// The customer's name; empty in a group chat and for a customer without one.
fn customer(change: &mut Change<'_, '_>, chat: &Chat) -> Result<String> {
    let customer = users::find(change.tx, chat.customer_id)?;
    Ok(customer.map(|customer| customer.full_name()).unwrap_or_default())
}

/// What people call the chat: its own name, else the customer's, else its number.
pub(crate) fn dialog(change: &mut Change<'_, '_>, chat: &Chat) -> Result<String> {
    if !chat.name.is_empty() {
        return Ok(chat.name.clone());
    }
    let customer = customer(change, chat)?;
    Ok(if customer.is_empty() { format!("chat{}", chat.id) } else { customer })
}

/// How many sessions of the line wait for an answer, up to this one and with it; 0 when it does not wait.
fn queue_position(change: &mut Change<'_, '_>, spot: Spot<'_>) -> Result<i64> {
    let sql = "SELECT count(*) FROM sessions WHERE line_id = ?1 AND closed_ms IS NULL AND status IN ('new', 'offered') \
               AND id <= ?2 AND EXISTS (SELECT 1 FROM sessions s WHERE s.id = ?2 AND s.status IN ('new', 'offered'))";
    Ok(change.tx.query_one(sql, &params![spot.line.id, spot.session_id], |row| row.get(0))?)
}

/// When the line begins to work: now, or at its next working hour.
pub(crate) fn opening_ms(line: &Line, now: Millis) -> Millis {
    closed_until_ms(line, now).unwrap_or(now)
}

/// The next working hour of a line that does not work now. A line that never works again counts as one that always does:
/// nobody would wait for an end.
pub(crate) fn closed_until_ms(line: &Line, now: Millis) -> Option<Millis> {
    match Worktime::of(&line.settings)?.at(now) {
        Hours::Closed { opens_ms } => opens_ms,
        Hours::Open => None,
    }
}

/// The customer has written, and the line does not work: says so, once in a session.
pub(crate) fn say_out_of_hours(change: &mut Change<'_, '_>, spot: Spot<'_>) -> Result<()> {
    let sql = "UPDATE sessions SET off_hours_ms = ?2 WHERE id = ?1 AND off_hours_ms IS NULL";
    if change.tx.execute(sql, &params![spot.session_id, change.now])? > 0 {
        say_by_rule(change, spot, "WORKTIME_DAYOFF")?;
    }
    Ok(())
}

/// Whether a line has something to say to customers who write at this moment because it does not work.
pub(crate) fn is_out_of_hours(line: &Line, now: Millis) -> bool {
    line.settings.text("WORKTIME_DAYOFF_RULE") == Some("text")
        && Worktime::of(&line.settings).is_some_and(|worktime| worktime.at(now) != Hours::Open)
}

/// A session waits for its first answer, from when the line works.
pub(crate) fn await_answer(change: &mut Change<'_, '_>, line: &Line, session_id: i64) -> Result<()> {
    let opens_ms = opening_ms(line, change.now);
    if line.settings.text("NO_ANSWER_RULE") == Some("text") {
        let due_ms = opens_ms + line.settings.int("NO_ANSWER_TIME") * 1000;
        timers::arm(change, Timer::NoAnswer, session_id, due_ms)?;
    }
    kpi::await_first(change, line, session_id, opens_ms)
}

/// Nobody has answered for `NO_ANSWER_TIME`; what the timer [`Timer::NoAnswer`] does.
pub(crate) fn no_answer(change: &mut Change<'_, '_>, session_id: i64) -> Result<()> {
    let Some(session) = sessions::find(change.tx, session_id)? else { return Ok(()) };
    if !matches!(session.status, Status::New | Status::Offered) {
        return Ok(());
    }
    let context = sessions::context(change.tx, &session)?;
    match Spot::in_context(&context, session_id) {
        Some(spot) => say_by_rule(change, spot, "NO_ANSWER"),
        None => Ok(()),
    }
}
