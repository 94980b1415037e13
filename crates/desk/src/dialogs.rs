//! Dialogues: a chat as one employee sees it, gathered for reading, and how far the employee has read it.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};

use store::Tx;

use crate::chats::{self, Chat, Context, Member};
use crate::connectors::Connector;
use crate::crm::links::{self, Links};
use crate::events::Kind;
use crate::lines::Line;
use crate::messages::Message;
use crate::sessions::{self, Session};
use crate::users::{self, User};
use crate::{Change, Error, Millis, Result, connectors, lines, messages, pins, recent};

/// A chat with everything that answers show of it.
#[derive(Debug, Clone)]
pub struct Dialog {
    /// The chat, its connector and its line.
    pub context: Context,
    /// What it belongs to in the CRM.
    pub links: Links,
    /// Its open session.
    pub session: Option<Session>,
    /// The open session is pinned to its owner.
    pub pinned: bool,
    /// The customer; `None` in a group chat.
    pub customer: Option<User>,
    /// The employees who take part, in the order in which they joined.
    pub members: Vec<Participant>,
    /// Messages that were not deleted.
    pub message_count: i64,
    /// The last of them.
    pub last_message: Option<Message>,
    /// What the reader has read.
    pub reading: Reading,
}

/// An employee who takes part in a chat.
#[derive(Debug, Clone)]
pub struct Participant {
    /// The employee.
    pub user: User,
    /// Last message read, 0 for none.
    pub read_message_id: i64,
    /// When it was read.
    pub read_ms: Option<Millis>,
}

/// What an employee has read of a chat.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reading {
    /// Last message read, 0 for none.
    pub last_id: i64,
    /// Messages of others after it.
    pub unread: i64,
    /// The first of those, 0 for none.
    pub first_unread_id: i64,
}

impl Dialog {
    /// The employee who has the open session, 0 for nobody.
    #[must_use]
    pub fn owner_id(&self) -> i64 {
        self.session.as_ref().map_or(0, |session| session.operator_id)
    }

    /// Ids of everybody in the chat: its members, then the customer.
    #[must_use]
    pub fn user_ids(&self) -> Vec<i64> {
        let members = self.members.iter().map(|member| member.user.id);
        members.chain(self.customer.iter().map(|customer| customer.id)).collect()
    }

    /// Id of the last message that was not deleted, 0 for none.
    #[must_use]
    pub fn last_message_id(&self) -> i64 {
        self.last_message.as_ref().map_or(0, |message| message.id)
    }
}

/// Gathers a chat for this employee, who may open it.
///
/// # Errors
/// [`crate::Refusal::NoChat`], [`crate::Refusal::NoAccess`]; those of the database.
pub fn load(tx: &mut Tx<'_>, chat_id: i64, reader_id: i64) -> Result<Dialog> {
    let (context, _) = chats::open_for(tx, chat_id, reader_id)?;
    let dialog = gather(tx, vec![context], reader_id)?.pop();
    dialog.ok_or(Error::Corrupt { table: "chats", id: chat_id, what: "it is gone".to_owned() })
}

/// Gathers chats for this employee, in the order asked; unknown ids are left out. Whether the employee may see them is the
/// caller's to know.
///
/// # Errors
/// Those of the database.
pub fn load_many(tx: &mut Tx<'_>, chat_ids: &[i64], reader_id: i64) -> Result<Vec<Dialog>> {
    let mut known_connectors: HashMap<i64, Option<Connector>> = HashMap::new();
    let mut known_lines: HashMap<i64, Option<Line>> = HashMap::new();
    let mut contexts = Vec::new();
    for chat in chats::find_many(tx, chat_ids)? {
        let connector = match known_connectors.entry(chat.connector_id) {
            Entry::Occupied(known) => known.get().clone(),
            Entry::Vacant(place) => place.insert(connectors::find_by_id(tx, chat.connector_id)?).clone(),
        };
        let connector = connector.ok_or_else(|| no_connector(&chat))?;
        let line = match known_lines.entry(chat.line_id) {
            Entry::Occupied(known) => known.get().clone(),
            Entry::Vacant(place) => place.insert(lines::find(tx, chat.line_id)?).clone(),
        };
        contexts.push(Context { chat, connector, line });
    }
    gather(tx, contexts, reader_id)
}

fn no_connector(chat: &Chat) -> Error {
    Error::Corrupt { table: "chats", id: chat.id, what: format!("connector {} is missing", chat.connector_id) }
}

/// What belongs to the chats.
fn gather(tx: &mut Tx<'_>, contexts: Vec<Context>, reader_id: i64) -> Result<Vec<Dialog>> {
    let ids: Vec<i64> = contexts.iter().map(|context| context.chat.id).collect();
    let mut sessions = sessions::open_of(tx, &ids)?;
    let pinned = pins::of_sessions(tx, sessions.values())?;
    let members = chats::members_of(tx, &ids)?;
    let customers = contexts.iter().map(|context| context.chat.customer_id).filter(|id| *id != 0);
    let people: BTreeSet<i64> = customers.chain(members.iter().map(|(_, member)| member.user_id)).collect();
    let people: Vec<i64> = people.into_iter().collect();
    let people: HashMap<i64, User> = users::find_many(tx, &people)?.into_iter().map(|user| (user.id, user)).collect();
    let mut last: HashMap<i64, Message> =
        messages::last_of_chats(tx, &ids)?.into_iter().map(|message| (message.chat_id, message)).collect();
    let counts = messages::counts(tx, &ids)?;
    let mut members_of: HashMap<i64, Vec<Member>> = HashMap::new();
    for (chat_id, member) in members {
        members_of.entry(chat_id).or_default().push(member);
    }
    let mut links = HashMap::new();
    for id in &ids {
        links.insert(*id, links::of_chat(tx, *id)?);
    }
    let readings = readings(tx, &members_of, reader_id)?;
    let dialogs = contexts.into_iter().zip(counts).map(|(context, message_count)| {
        let id = context.chat.id;
        let participants = members_of.remove(&id).unwrap_or_default().into_iter().filter_map(|member| {
            let user = people.get(&member.user_id)?.clone();
            Some(Participant { user, read_message_id: member.read_message_id, read_ms: member.read_ms })
        });
        let session = sessions.remove(&id);
        Dialog {
            pinned: session.as_ref().is_some_and(|session| pinned.contains(&session.id)),
            session,
            links: links.remove(&id).unwrap_or_default(),
            customer: people.get(&context.chat.customer_id).cloned(),
            members: participants.collect(),
            message_count,
            last_message: last.remove(&id),
            reading: readings.get(&id).copied().unwrap_or_default(),
            context,
        }
    });
    Ok(dialogs.collect())
}

/// What the reader has read of each chat. Who does not take part has nothing to read.
fn readings(tx: &mut Tx<'_>, members: &HashMap<i64, Vec<Member>>, reader_id: i64) -> Result<HashMap<i64, Reading>> {
    let own = members.iter().filter_map(|(chat_id, members)| {
        let member = members.iter().find(|member| member.user_id == reader_id)?;
        Some((*chat_id, member.read_message_id))
    });
    let read: Vec<(i64, i64)> = own.collect();
    let unread = messages::unread(tx, reader_id, &read)?;
    let readings = read.iter().zip(unread).map(|((chat_id, last_id), (unread, first_unread_id))| {
        (*chat_id, Reading { last_id: *last_id, unread, first_unread_id })
    });
    Ok(readings.collect())
}

/// Marks the chat as read up to a message, or up to its last one, and returns what is left.
///
/// # Errors
/// [`crate::Refusal::NoChat`], [`crate::Refusal::NoAccess`]; those of the database.
pub fn read(change: &mut Change<'_, '_>, chat_id: i64, up_to: Option<i64>) -> Result<Reading> {
    let reader_id = change.actor_id;
    chats::open_for(change.tx, chat_id, reader_id)?;
    let last_id = messages::last_up_to(change.tx, chat_id, up_to.unwrap_or(i64::MAX))?;
    chats::mark_read(change, chat_id, reader_id, last_id)?;
    let members = HashMap::from([(chat_id, chats::members(change.tx, chat_id)?)]);
    Ok(readings(change.tx, &members, reader_id)?.remove(&chat_id).unwrap_or_default())
}

/// Marks the chat as unread from a message on.
///
/// # Errors
/// [`crate::Refusal::NoChat`], [`crate::Refusal::NoAccess`]; those of the database.
pub fn unread_from(change: &mut Change<'_, '_>, chat_id: i64, message_id: i64) -> Result<()> {
    let reader_id = change.actor_id;
    chats::open_for(change.tx, chat_id, reader_id)?;
    let before = messages::last_up_to(change.tx, chat_id, message_id.saturating_sub(1))?;
    chats::mark_unread(change, chat_id, reader_id, before)
}

/// Marks everything as read that the caller takes part in.
///
/// # Errors
/// Those of the database.
pub fn read_all(change: &mut Change<'_, '_>) -> Result<()> {
    let reader_id = change.actor_id;
    for (chat_id, _) in recent::unread(change.tx, reader_id)? {
        let last_id = messages::last_up_to(change.tx, chat_id, i64::MAX)?;
        chats::mark_read(change, chat_id, reader_id, last_id)?;
    }
    Ok(())
}

/// Tells those who look at the chat that the caller is writing.
///
/// # Errors
/// [`crate::Refusal::NoChat`], [`crate::Refusal::NoAccess`]; those of the database.
pub fn tell_writing(change: &mut Change<'_, '_>, chat_id: i64) -> Result<()> {
    let writer_id = change.actor_id;
    chats::open_for(change.tx, chat_id, writer_id)?;
    change.event(Kind::ChatWriting, chat_id, writer_id);
    Ok(())
}
