//! Dialogues: a chat as one employee sees it, gathered for reading.

use store::Tx;

use crate::chats::{self, Context};
use crate::crm::links::{self, Links};
use crate::sessions::{self, Session};
use crate::users::{self, User};
use crate::{Millis, Result, messages, pins};

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
    /// The last of them, 0 for none.
    pub last_message_id: i64,
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
}

/// Gathers a chat for this employee, who may open it.
///
/// # Errors
/// [`crate::Refusal::NoChat`], [`crate::Refusal::NoAccess`]; those of the database.
pub fn load(tx: &mut Tx<'_>, chat_id: i64, reader_id: i64) -> Result<Dialog> {
    let (context, _) = chats::open_for(tx, chat_id, reader_id)?;
    let links = links::of_chat(tx, chat_id)?;
    let session = sessions::open_of_chat(tx, chat_id)?;
    let pinned = match &session {
        Some(session) => pins::is_pinned(tx, session)?,
        None => false,
    };
    let customer = match context.chat.customer_id {
        0 => None,
        id => users::find(tx, id)?,
    };
    let mut members = Vec::new();
    for member in chats::members(tx, chat_id)? {
        if let Some(user) = users::find(tx, member.user_id)? {
            members.push(Participant { user, read_message_id: member.read_message_id, read_ms: member.read_ms });
        }
    }
    let last_message_id = messages::last_id(tx, chat_id)?;
    let reading = match members.iter().find(|member| member.user.id == reader_id) {
        // Who does not take part has nothing to read.
        None => Reading::default(),
        Some(member) => {
            let (unread, first_unread_id) = messages::unread(tx, chat_id, reader_id, member.read_message_id)?;
            Reading { last_id: member.read_message_id, unread, first_unread_id }
        }
    };
    let message_count = messages::count(tx, chat_id)?;
    Ok(Dialog { context, links, session, pinned, customer, members, message_count, last_message_id, reading })
}

/// Marks the chat as read up to a message, or up to its last one, and returns what is left.
///
/// # Errors
/// [`crate::Refusal::NoChat`], [`crate::Refusal::NoAccess`]; those of the database.
pub fn read(change: &mut crate::Change<'_, '_>, chat_id: i64, up_to: Option<i64>) -> Result<Reading> {
    let reader_id = change.actor_id;
    chats::open_for(change.tx, chat_id, reader_id)?;
    let last_id = messages::last_id(change.tx, chat_id)?;
    chats::mark_read(change, chat_id, reader_id, up_to.unwrap_or(last_id).min(last_id))?;
    let member = chats::members(change.tx, chat_id)?.into_iter().find(|member| member.user_id == reader_id);
    let Some(member) = member else { return Ok(Reading::default()) };
    let (unread, first_unread_id) = messages::unread(change.tx, chat_id, reader_id, member.read_message_id)?;
    Ok(Reading { last_id: member.read_message_id, unread, first_unread_id })
}
