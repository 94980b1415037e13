//! What is done with the chats of an item (`imopenlines.crm.chat.*` and `.message.add`).

use store::{Tx, params};

use super::{Type, links};
use crate::chats::{self, Context};
use crate::events::Kind as Event;
use crate::messages::Direction;
use crate::operators::{self, Text};
use crate::outbound::{self, Outgoing};
use crate::users::{self, Kind, User};
use crate::{Change, Error, Refusal, Result, sessions};

/// A chat of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemChat {
    /// The chat.
    pub id: i64,
    /// Its connector in the spelling of its registration.
    pub connector: String,
    /// Name of the connector.
    pub title: String,
}

/// Which chats of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Those with an open session.
    Active,
    /// All.
    All,
}

/// The chats of an item, by id; none when there is no such item.
///
/// # Errors
/// Those of the database.
pub fn of_item(tx: &mut Tx<'_>, item_type: Type, item_id: i64, which: Which) -> Result<Vec<ItemChat>> {
    let mut found = Vec::new();
    for id in links::chats_of(tx, item_type, item_id)? {
        if which == Which::Active && sessions::open_of_chat(tx, id)?.is_none() {
            continue;
        }
        let registration = chats::context(tx, id)?.connector.registration;
        found.push(ItemChat { id, connector: registration.spelling, title: registration.name });
    }
    Ok(found)
}

/// The item's chat with the newest session.
///
/// # Errors
/// Those of the database.
pub fn last(tx: &mut Tx<'_>, item_type: Type, item_id: i64) -> Result<Option<i64>> {
    let sql = "SELECT l.chat_id FROM crm_links l WHERE l.type_id = ?1 AND l.item_id = ?2 \
               ORDER BY coalesce((SELECT max(s.id) FROM sessions s WHERE s.chat_id = l.chat_id), 0) DESC, l.chat_id DESC LIMIT 1";
    Ok(tx.query_opt(sql, &params![item_type.id(), item_id], |row| row.get(0))?)
}

/// The named chat, which must be one of the item's, else its last one; `None` when it has none.
fn chat_of(tx: &mut Tx<'_>, item: (Type, i64), chat_id: Option<i64>) -> Result<Option<i64>> {
    match chat_id {
        None => last(tx, item.0, item.1),
        Some(id) if links::exists(tx, id, item.0, item.1)? => Ok(Some(id)),
        Some(_) => Err(Error::Refused(Refusal::OtherChat)),
    }
}

/// Somebody who may see the CRM: an active employee or a bot.
fn colleague(tx: &mut Tx<'_>, user_id: i64) -> Result<User> {
    let user = users::find(tx, user_id)?.filter(|user| user.active).ok_or(Refusal::NoUser)?;
    match user.kind {
        Kind::Employee | Kind::Bot => Ok(user),
        Kind::Customer => Err(Error::Refused(Refusal::NoAccess)),
    }
}

/// Adds an employee or a bot to a chat of the item, its last one unless one is named. Returns the chat, 0 when the item has
/// none.
///
/// # Errors
/// [`Refusal::NoUser`] when the user is not there or not active, [`Refusal::NoAccess`] when it is a customer,
/// [`Refusal::OtherChat`] when the chat is not the item's, [`Refusal::NothingToDo`] when the user is in it; those of the
/// database.
pub fn join(change: &mut Change<'_, '_>, item: (Type, i64), chat_id: Option<i64>, user_id: i64) -> Result<i64> {
    let user = colleague(change.tx, user_id)?;
    let Some(chat_id) = chat_of(change.tx, item, chat_id)? else { return Ok(0) };
    if is_member(change.tx, chat_id, user.id)? {
        return Err(Error::Refused(Refusal::NothingToDo));
    }
    chats::join(change, &[(chat_id, user.id)])?;
    change.event(Event::ChatChanged, chat_id, chat_id);
    Ok(chat_id)
}

/// Takes an employee or a bot out of a chat of the item, its last one unless one is named. Employees may take themselves
/// out, the session's operator and administrators anybody. Returns the chat, 0 when the item has none.
///
/// # Errors
/// [`Refusal::NoUser`] when the user is not there or not active, [`Refusal::OtherChat`] when the chat is not the item's,
/// [`Refusal::NothingToDo`] when the user is not in it, [`Refusal::NoAccess`] when the caller may not; those of the database.
pub fn leave(change: &mut Change<'_, '_>, item: (Type, i64), chat_id: Option<i64>, user_id: i64) -> Result<i64> {
    let user = users::find(change.tx, user_id)?.filter(|user| user.active).ok_or(Refusal::NoUser)?;
    let Some(chat_id) = chat_of(change.tx, item, chat_id)? else { return Ok(0) };
    if !is_member(change.tx, chat_id, user.id)? {
        return Err(Error::Refused(Refusal::NothingToDo));
    }
    let caller = users::find(change.tx, change.actor_id)?.ok_or(Refusal::NoAccess)?;
    let operator_id = sessions::open_of_chat(change.tx, chat_id)?.map_or(0, |session| session.operator_id);
    if !caller.admin && caller.id != user.id && caller.id != operator_id {
        return Err(Error::Refused(Refusal::NoAccess));
    }
    chats::leave(change, chat_id, user.id)?;
    change.event(Event::ChatChanged, chat_id, chat_id);
    Ok(chat_id)
}

fn is_member(tx: &mut Tx<'_>, chat_id: i64, user_id: i64) -> Result<bool> {
    Ok(chats::members(tx, chat_id)?.iter().any(|member| member.user_id == user_id))
}

/// The acting employee or bot, a member of the chat, writes into a chat of the item. Returns the message's id.
///
/// # Errors
/// [`Refusal::NoUser`] when the writer is not there, not active or a customer, [`Refusal::OtherChat`] when the chat is not
/// the item's, [`Refusal::NoAccess`] when the writer is no member of it; those of the database.
pub fn write(change: &mut Change<'_, '_>, item: (Type, i64), chat_id: i64, body: &str) -> Result<i64> {
    let user = match colleague(change.tx, change.actor_id) {
        Err(Error::Refused(_)) => return Err(Error::Refused(Refusal::NoUser)),
        other => other?,
    };
    chat_of(change.tx, item, Some(chat_id))?;
    if !is_member(change.tx, chat_id, user.id)? {
        return Err(Error::Refused(Refusal::NoAccess));
    }
    if user.kind == Kind::Employee {
        return operators::write(change, chat_id, Text::from(body));
    }
    let Context { chat, connector, line } = chats::context(change.tx, chat_id)?;
    let session_id = sessions::last_of_chat(change.tx, chat_id)?.map_or(0, |session| session.id);
    let outgoing = Outgoing {
        session_id,
        author_id: user.id,
        body: body.to_owned(),
        params: String::new(),
        direction: Direction::Out,
        files: Vec::new(),
        client_id: None,
        reply_to: None,
    };
    outbound::send(change, &chat, &connector, line.as_ref(), outgoing)
}
