//! Lines that are known by a code. The vendor's Network does not exist outside its cloud; a portal keeps the codes of its own
//! lines, and an application that knows one may write to the line's customers in its name (D-56).

use store::{Tx, params};

use crate::chats;
use crate::operators::Text;
use crate::outbound::{self, Outgoing};
use crate::users::{self, BotProfile};
use crate::{Change, Error, Millis, Refusal, Result, lines, messages, sessions};

/// Length of a code in characters.
pub const CODE_CHARS: usize = 32;

/// A user is written to once in this time, milliseconds: a week.
pub const PAUSE_MS: Millis = 7 * 24 * 3600 * 1000;

struct Published {
    line_id: i64,
    bot_id: i64,
}

fn find(tx: &mut Tx<'_>, code: &str) -> Result<Option<Published>> {
    let sql = "SELECT line_id, bot_id FROM network_lines WHERE code = ?1";
    Ok(tx.query_opt(sql, &params![code], |row| Ok(Published { line_id: row.get(0)?, bot_id: row.get(1)? }))?)
}

/// Makes a line known by a code and returns the code. One that is known already keeps its own; otherwise `fresh` becomes it.
///
/// # Errors
/// [`Refusal::NotFound`] when there is no such line; those of the database.
pub fn publish(change: &mut Change<'_, '_>, line_id: i64, fresh: &str) -> Result<String> {
    lines::find(change.tx, line_id)?.ok_or(Refusal::NotFound)?;
    let sql = "SELECT code FROM network_lines WHERE line_id = ?1";
    if let Some(code) = change.tx.query_opt(sql, &params![line_id], |row| row.get(0))? {
        return Ok(code);
    }
    change.tx.execute(
        "INSERT INTO network_lines (code, line_id, bot_id, created_ms) VALUES (?1, ?2, 0, ?3)",
        &params![fresh, line_id, change.now],
    )?;
    Ok(fresh.to_owned())
}

/// The bot that stands for the line with this code; made when it is first asked for.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::LineInactive`]; those of the database.
pub fn join(change: &mut Change<'_, '_>, code: &str) -> Result<i64> {
    let published = find(change.tx, code)?.ok_or(Refusal::NotFound)?;
    let line = lines::find(change.tx, published.line_id)?.ok_or(Refusal::NotFound)?;
    if !line.active {
        return Err(Error::Refused(Refusal::LineInactive));
    }
    if published.bot_id != 0 {
        return Ok(published.bot_id);
    }
    let profile = BotProfile { name: line.name, ..BotProfile::default() };
    let bot_id = users::add_bot(change.tx, change.now, &profile)?;
    change.tx.execute("UPDATE network_lines SET bot_id = ?2 WHERE code = ?1", &params![code, bot_id])?;
    Ok(bot_id)
}

/// Whether a line has this code.
///
/// # Errors
/// Those of the database.
pub fn exists(tx: &mut Tx<'_>, code: &str) -> Result<bool> {
    let Some(published) = find(tx, code)? else { return Ok(false) };
    Ok(lines::find(tx, published.line_id)?.is_some())
}

/// Whether the user was written to in the name of this line less than [`PAUSE_MS`] ago.
///
/// # Errors
/// Those of the database.
pub fn is_too_early(tx: &mut Tx<'_>, now: Millis, code: &str, user_id: i64) -> Result<bool> {
    let sql = "SELECT sent_ms FROM network_messages WHERE code = ?1 AND user_id = ?2";
    let sent_ms: Option<Millis> = tx.query_opt(sql, &params![code, user_id], |row| row.get(0))?;
    Ok(sent_ms.is_some_and(|sent_ms| now < sent_ms + PAUSE_MS))
}

/// Writes to a customer in the name of the line with this code: into the customer's newest chat there. Returns the message's
/// id.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::LineInactive`], [`Refusal::TooEarly`], [`Refusal::NoChat`] when the user has no chat on
/// the line; those of the database.
pub fn send(change: &mut Change<'_, '_>, code: &str, user_id: i64, text: Text) -> Result<i64> {
    let author_id = join(change, code)?;
    if is_too_early(change.tx, change.now, code, user_id)? {
        return Err(Error::Refused(Refusal::TooEarly));
    }
    let line_id = find(change.tx, code)?.ok_or(Refusal::NotFound)?.line_id;
    let chat_id = chats::newest_of_customer(change.tx, line_id, user_id)?.ok_or(Refusal::NoChat)?;
    let context = chats::context(change.tx, chat_id)?;
    let session_id = sessions::last_of_chat(change.tx, chat_id)?.map_or(0, |session| session.id);
    let direction = messages::Direction::Out;
    let Text { body, params, files, reply_to, client_id } = text;
    let outgoing = Outgoing { session_id, author_id, body, params, direction, files, client_id, reply_to };
    let id = outbound::send(change, &context.chat, &context.connector, context.line.as_ref(), outgoing)?;
    change.tx.execute(
        "INSERT INTO network_messages (code, user_id, sent_ms) VALUES (?1, ?2, ?3) \
         ON CONFLICT (code, user_id) DO UPDATE SET sent_ms = excluded.sent_ms",
        &params![code, user_id, change.now],
    )?;
    Ok(id)
}
