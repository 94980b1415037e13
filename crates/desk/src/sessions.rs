//! Sessions: one handling cycle inside a chat. A chat has at most one open session, a session at most one owner
//! (promise 4); the first is a unique index, the second one column.
//!
//! Rows and look-ups are here; how a session begins, changes hands and ends stands in the modules below.

mod closing;
mod moving;
mod offering;
mod opening;
mod owning;
mod turns;

use std::collections::HashMap;

use store::{Param, Row, Tx, params};

use crate::change::Notice;
use crate::chats::{self, Chat, Context};
use crate::connectors::Connector;
use crate::events::Kind;
use crate::facts::{EventCode, Fact};
use crate::grounds::{self, Ground};
use crate::lines::Line;
use crate::{Change, Millis, Result, lines};

pub use closing::{CloseReason, begin_closing, close, close_as_spam};
pub(crate) use closing::{close_if_closing, close_silent};
pub use moving::{hand_to, move_to_line};
pub(crate) use offering::{Vacancies, settle};
pub use offering::{go_on, line_may_take_more, may_have_left, may_take_more};
pub use opening::{For, greet, open};
pub(crate) use owning::hand_over;
pub use owning::{assign, pass_on};
pub(crate) use turns::{Spoken, customers_wrote, operator_wrote};

/// Where a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// The customer waits; nobody has it.
    New,
    /// Given to somebody who has not answered yet, or to everybody.
    Offered,
    /// A bot has it; people take it when the bot hands over, fails, or is interrupted.
    Bot,
    /// An operator has it, and the customer waits for an answer.
    Answered,
    /// An operator has it and has written last: the customer's turn.
    Waiting,
    /// Finished by the operator; closes when its time is over unless the customer writes.
    Closing,
    /// Over.
    Closed,
    /// Over, and there was nobody to talk to.
    Spam,
}

impl Status {
    /// All of them.
    pub const ALL: &'static [Status] = &[
        Status::New,
        Status::Offered,
        Status::Bot,
        Status::Answered,
        Status::Waiting,
        Status::Closing,
        Status::Closed,
        Status::Spam,
    ];

    /// The stored word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Status::New => "new",
            Status::Offered => "offered",
            Status::Bot => "bot",
            Status::Answered => "answered",
            Status::Waiting => "waiting",
            Status::Closing => "closing",
            Status::Closed => "closed",
            Status::Spam => "spam",
        }
    }

    /// Whether an operator has taken it: an offer binds nobody.
    #[must_use]
    pub fn is_taken(self) -> bool {
        matches!(self, Status::Answered | Status::Waiting | Status::Closing)
    }

    pub(crate) fn parse(text: &str) -> Status {
        match text {
            "new" => Status::New,
            "offered" => Status::Offered,
            "bot" => Status::Bot,
            "answered" => Status::Answered,
            "waiting" => Status::Waiting,
            "closing" => Status::Closing,
            "spam" => Status::Spam,
            _ => Status::Closed,
        }
    }
}

/// A session as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// `SESSION_ID`.
    pub id: i64,
    /// Its chat.
    pub chat_id: i64,
    /// Its line.
    pub line_id: i64,
    /// The chat's session before it, or 0.
    pub parent_id: i64,
    /// Where it stands.
    pub status: Status,
    /// Its owner, 0 for nobody.
    pub operator_id: i64,
    /// Why it went to whom it went, as stored: [`Session::grounds`].
    reason: String,
    /// Number of its first message.
    pub first_no: i64,
    /// When it was opened.
    pub created_ms: Millis,
    /// When an operator first took it.
    pub answered_ms: Option<Millis>,
    /// Since when the customer waits for an answer; nothing while it is the customer's turn or the session is over.
    pub waiting_ms: Option<Millis>,
    /// When an operator last ended the customer's waiting.
    pub replied_ms: Option<Millis>,
    /// Since when it is about to close.
    pub closing_ms: Option<Millis>,
    /// When it was closed.
    pub closed_ms: Option<Millis>,
    /// Why it was closed, or is about to be.
    pub close_reason: Option<CloseReason>,
    /// Supervisor's rating, 0 for none.
    pub vote_head: i64,
    /// Supervisor's comment.
    pub comment_head: Option<String>,
}

impl Session {
    /// Why it went to whom it went.
    #[must_use]
    pub fn grounds(&self) -> Vec<Ground> {
        grounds::read(&self.reason)
    }
}

const COLUMNS: &str = "id, chat_id, line_id, parent_id, status, operator_id, reason, first_no, created_ms, answered_ms, \
     waiting_ms, replied_ms, closing_ms, closed_ms, close_reason, vote_head, comment_head";

fn from_row(row: &Row<'_>) -> std::result::Result<Session, store::Error> {
    let (status, close_reason): (String, String) = (row.get(4)?, row.get(14)?);
    Ok(Session {
        id: row.get(0)?,
        chat_id: row.get(1)?,
        line_id: row.get(2)?,
        parent_id: row.get(3)?,
        status: Status::parse(&status),
        operator_id: row.get(5)?,
        reason: row.get(6)?,
        first_no: row.get(7)?,
        created_ms: row.get(8)?,
        answered_ms: row.get(9)?,
        waiting_ms: row.get(10)?,
        replied_ms: row.get(11)?,
        closing_ms: row.get(12)?,
        closed_ms: row.get(13)?,
        close_reason: CloseReason::parse(&close_reason),
        vote_head: row.get(15)?,
        comment_head: row.get(16)?,
    })
}

/// One session.
///
/// # Errors
/// Those of the database.
pub fn find(tx: &mut Tx<'_>, id: i64) -> Result<Option<Session>> {
    Ok(tx.query_opt(&format!("SELECT {COLUMNS} FROM sessions WHERE id = ?1"), &params![id], from_row)?)
}

/// The chat's open session.
///
/// # Errors
/// Those of the database.
pub fn open_of_chat(tx: &mut Tx<'_>, chat_id: i64) -> Result<Option<Session>> {
    let sql = format!("SELECT {COLUMNS} FROM sessions WHERE chat_id = ?1 AND closed_ms IS NULL");
    Ok(tx.query_opt(&sql, &params![chat_id], from_row)?)
}

/// The chat's last session, open or closed.
///
/// # Errors
/// Those of the database.
pub fn last_of_chat(tx: &mut Tx<'_>, chat_id: i64) -> Result<Option<Session>> {
    let sql = format!("SELECT {COLUMNS} FROM sessions WHERE chat_id = ?1 ORDER BY id DESC LIMIT 1");
    Ok(tx.query_opt(&sql, &params![chat_id], from_row)?)
}

/// The open sessions of a line by id.
///
/// # Errors
/// Those of the database.
pub fn open_of_line(tx: &mut Tx<'_>, line_id: i64) -> Result<Vec<Session>> {
    let sql = format!("SELECT {COLUMNS} FROM sessions WHERE line_id = ?1 AND closed_ms IS NULL ORDER BY id");
    Ok(tx.query(&sql, &params![line_id], from_row)?)
}

/// A chat's open session, as far as an incoming message has to know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Open {
    pub id: i64,
    pub status: Status,
    /// After a transfer another one than the chat's.
    pub line_id: i64,
}

/// The open session of each chat: those that are remembered and those that the database knows.
pub(crate) fn open_of_chats(change: &mut Change<'_, '_>, chat_ids: &[i64]) -> Result<HashMap<i64, Open>> {
    let remembered = |chat_id: &i64| Some((*chat_id, *change.memory.sessions.get(chat_id)?));
    let mut open: HashMap<i64, Open> = chat_ids.iter().filter_map(remembered).collect();
    let is_unknown = |chat_id: &&i64| cfg!(debug_assertions) || !open.contains_key(chat_id);
    let unknown: Vec<i64> = chat_ids.iter().filter(is_unknown).copied().collect();
    let loaded = load_open(change.tx, &unknown)?;
    for chat_id in &unknown {
        let (known, found) = (open.get(chat_id), loaded.get(chat_id));
        debug_assert!(known.is_none() || known == found, "the session of chat {chat_id} was remembered wrongly");
    }
    for (chat_id, session) in loaded {
        change.memory.sessions.insert(chat_id, session);
        open.insert(chat_id, session);
    }
    Ok(open)
}

fn load_open(tx: &mut Tx<'_>, chat_ids: &[i64]) -> Result<HashMap<i64, Open>> {
    let keys: Vec<Vec<Param<'_>>> = chat_ids.iter().map(|id| params![*id].to_vec()).collect();
    let sql = "SELECT id, status, line_id FROM sessions WHERE chat_id = ?1 AND closed_ms IS NULL";
    let found = tx.query_each(sql, &keys, |index, row| {
        let status: String = row.get(1)?;
        Ok((chat_ids[index], Open { id: row.get(0)?, status: Status::parse(&status), line_id: row.get(2)? }))
    })?;
    Ok(found.into_iter().collect())
}

/// The session's chat, connector and line. The line is the one that has the session now; the chat's own is another after a
/// transfer.
///
/// # Errors
/// Those of the database.
pub fn context(tx: &mut Tx<'_>, session: &Session) -> Result<Context> {
    let mut context = chats::context(tx, session.chat_id)?;
    if context.chat.line_id != session.line_id {
        context.line = lines::find(tx, session.line_id)?;
    }
    Ok(context)
}

/// The open session of each of these chats, by chat.
///
/// # Errors
/// Those of the database.
pub fn open_of(tx: &mut Tx<'_>, chat_ids: &[i64]) -> Result<HashMap<i64, Session>> {
    by_chat(tx, chat_ids, "closed_ms IS NULL")
}

/// The last session of each of these chats, open or closed, by chat.
///
/// # Errors
/// Those of the database.
pub fn last_of(tx: &mut Tx<'_>, chat_ids: &[i64]) -> Result<HashMap<i64, Session>> {
    by_chat(tx, chat_ids, "1 = 1 ORDER BY id DESC LIMIT 1")
}

fn by_chat(tx: &mut Tx<'_>, chat_ids: &[i64], which: &str) -> Result<HashMap<i64, Session>> {
    let keys: Vec<Vec<Param<'_>>> = chat_ids.iter().map(|id| params![*id].to_vec()).collect();
    let sql = format!("SELECT {COLUMNS} FROM sessions WHERE chat_id = ?1 AND {which}");
    let found = tx.query_each(&sql, &keys, |_, row| from_row(row))?;
    Ok(found.into_iter().map(|session| (session.chat_id, session)).collect())
}

/// Sessions of these chats before an id, the newest first, at most `limit`.
///
/// # Errors
/// Those of the database.
pub fn of_chats_before(tx: &mut Tx<'_>, chat_ids: &[i64], before_id: i64, limit: usize) -> Result<Vec<Session>> {
    let count = i64::try_from(limit).unwrap_or(i64::MAX);
    let keys: Vec<Vec<Param<'_>>> = chat_ids.iter().map(|id| params![*id, before_id, count].to_vec()).collect();
    let sql = format!("SELECT {COLUMNS} FROM sessions WHERE chat_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3");
    let mut found = tx.query_each(&sql, &keys, |_, row| from_row(row))?;
    found.sort_unstable_by_key(|session| std::cmp::Reverse(session.id));
    found.truncate(limit);
    Ok(found)
}

/// Announces that a session is another than it was; whoever wants to know it asks again. `owners` are those it belonged to
/// and belongs to, where it counts otherwise for them than before ([`queue::Load`](crate::queue::Load)).
fn changed(change: &mut Change<'_, '_>, kind: Kind, chat_id: i64, session_id: i64, owners: &[i64]) {
    change.memory.sessions.remove(&chat_id);
    for owner in owners {
        change.memory.loads.remove(owner);
    }
    change.event(kind, chat_id, session_id);
}

/// What the applications hear of a session that begins or ends.
#[derive(Clone, Copy)]
struct SessionFact {
    id: i64,
    parent_id: i64,
    closed: bool,
}

fn announce(change: &mut Change<'_, '_>, chat: &Chat, connector: &Connector, line: &Line, session: SessionFact) {
    let codes = match session.closed {
        false => [EventCode::SessionStart, EventCode::ConnectorDialogStart],
        true => [EventCode::SessionFinish, EventCode::ConnectorDialogFinish],
    };
    let fact = Fact::Session {
        chat: chat.as_ref(connector),
        session_id: session.id,
        parent_id: session.parent_id,
        closed: session.closed,
        close_term_minutes: line.settings.int("FULL_CLOSE_TIME"),
    };
    for code in codes {
        change.notice(Notice {
            application_id: Some(connector.application_id),
            code,
            chat_id: chat.id,
            message_id: 0,
            fact: fact.clone(),
        });
    }
}
