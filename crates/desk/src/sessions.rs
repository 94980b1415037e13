//! Sessions: one handling cycle inside a chat. A chat has at most one open session, a session at most one owner
//! (promise 4); the first is a unique index, the second one column.

use std::collections::HashMap;

use store::{Param, Row, Tx, params};

use crate::change::Notice;
use crate::chats::{self, Chat, Context};
use crate::connectors::Connector;
use crate::events::Kind;
use crate::facts::{EventCode, Fact};
use crate::ids::{self, Series};
use crate::jobs::{self, JobKind};
use crate::lines::Line;
use crate::outbound::{self, Outgoing};
use crate::routing::{self, Facts};
use crate::{Change, Millis, Result, messages, queue};

/// Where a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Waits; nobody has it.
    New,
    /// Given to somebody who has not answered yet, or to everybody.
    Offered,
    /// An operator has it.
    Answered,
    /// Finished by the operator; closes when its time is over unless the customer writes.
    Closing,
    /// Over.
    Closed,
}

impl Status {
    /// The stored word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Status::New => "new",
            Status::Offered => "offered",
            Status::Answered => "answered",
            Status::Closing => "closing",
            Status::Closed => "closed",
        }
    }

    fn parse(text: &str) -> Status {
        match text {
            "new" => Status::New,
            "offered" => Status::Offered,
            "answered" => Status::Answered,
            "closing" => Status::Closing,
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
    /// Why it went to whom it went.
    pub reason: String,
    /// Number of its first message.
    pub first_no: i64,
    /// When it was opened.
    pub created_ms: Millis,
    /// When an operator first took it.
    pub answered_ms: Option<Millis>,
    /// When it was closed.
    pub closed_ms: Option<Millis>,
    /// Supervisor's rating, 0 for none.
    pub vote_head: i64,
    /// Supervisor's comment.
    pub comment_head: Option<String>,
}

const COLUMNS: &str = "id, chat_id, line_id, parent_id, status, operator_id, reason, first_no, created_ms, answered_ms, \
     closed_ms, vote_head, comment_head";

fn from_row(row: &Row<'_>) -> std::result::Result<Session, store::Error> {
    let status: String = row.get(4)?;
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
        closed_ms: row.get(10)?,
        vote_head: row.get(11)?,
        comment_head: row.get(12)?,
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

/// The open session of each chat, as (chat, session, status): those that are remembered and those that the database knows.
pub(crate) fn open_of_chats(change: &mut Change<'_, '_>, chat_ids: &[i64]) -> Result<HashMap<i64, (i64, Status)>> {
    let remembered = |chat_id: &i64| Some((*chat_id, *change.memory.sessions.get(chat_id)?));
    let mut open: HashMap<i64, (i64, Status)> = chat_ids.iter().filter_map(remembered).collect();
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

fn load_open(tx: &mut Tx<'_>, chat_ids: &[i64]) -> Result<HashMap<i64, (i64, Status)>> {
    let keys: Vec<Vec<Param<'_>>> = chat_ids.iter().map(|id| params![*id].to_vec()).collect();
    let sql = "SELECT id, status FROM sessions WHERE chat_id = ?1 AND closed_ms IS NULL";
    let found = tx.query_each(sql, &keys, |index, row| {
        let status: String = row.get(1)?;
        Ok((chat_ids[index], (row.get(0)?, Status::parse(&status))))
    })?;
    Ok(found.into_iter().collect())
}

/// Announces that a session is another than it was; whoever wants to know it asks again.
fn changed(change: &mut Change<'_, '_>, kind: Kind, chat_id: i64, session_id: i64) {
    change.memory.sessions.remove(&chat_id);
    change.event(kind, chat_id, session_id);
}

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
    let given = match whom {
        For::Queue(facts) => Given::by_routing(facts, id),
        For::Employee(employee_id) => Given {
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
    offer(change, line.id, id, &given)?;
    changed(change, Kind::SessionStarted, chat.id, id);
    announce(change, chat, connector, line, SessionFact { id, parent_id, closed: false });
    Ok(id)
}

struct Given {
    status: Status,
    operator_id: i64,
    members: Vec<i64>,
    reason: String,
}

impl Given {
    fn by_routing(facts: &mut Facts, session_id: i64) -> Given {
        let decision = routing::decide(facts);
        let operator_id = match decision.operator_ids.as_slice() {
            [one] => *one,
            _ => 0,
        };
        if let Some(operator) = facts.operators.iter_mut().find(|operator| operator.id == operator_id) {
            operator.last_turn = session_id;
            operator.chats += 1;
        }
        let status = if decision.operator_ids.is_empty() { Status::New } else { Status::Offered };
        Given { status, operator_id, members: decision.operator_ids, reason: decision.reason }
    }
}

fn offer(change: &mut Change<'_, '_>, line_id: i64, session_id: i64, given: &Given) -> Result<()> {
    let rows: Vec<_> = given.members.iter().map(|user| params![session_id, *user, change.now].to_vec()).collect();
    if rows.is_empty() {
        return Ok(());
    }
    change.tx.execute_each(
        "INSERT INTO session_offers (session_id, user_id, offered_ms) VALUES (?1, ?2, ?3) \
         ON CONFLICT (session_id, user_id) DO NOTHING",
        &rows,
    )?;
    let turn = (given.operator_id != 0).then_some((line_id, given.operator_id, session_id));
    queue::record_turns(change.tx, turn.as_slice())
}

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
    match line.settings.text("WELCOME_MESSAGE_TEXT") {
        Some(text) if due && !text.is_empty() => {
            let greeting = Outgoing::automatic(session_id, text);
            outbound::send(change, chat, connector, Some(line), greeting)?;
        }
        _ => {}
    }
    Ok(())
}

/// Gives an open session to an employee who answers it.
///
/// # Errors
/// Those of the database.
pub fn assign(change: &mut Change<'_, '_>, session: &Session, employee_id: i64, reason: &str) -> Result<()> {
    change.tx.execute(
        "UPDATE sessions SET operator_id = ?2, status = 'answered', reason = ?3, closing_ms = NULL, close_due_ms = NULL, \
         answered_ms = coalesce(answered_ms, ?4) WHERE id = ?1 AND closed_ms IS NULL",
        &params![session.id, employee_id, reason, change.now],
    )?;
    chats::join(change, &[(session.chat_id, employee_id)])?;
    jobs::cancel(change, JobKind::CloseSession, session.id)?;
    changed(change, Kind::SessionChanged, session.chat_id, session.id);
    Ok(())
}

/// Passes an open session on to whom routing finds, leaving out those who passed it on before.
///
/// # Errors
/// Those of the database.
pub fn pass_on(change: &mut Change<'_, '_>, session: &Session, line: &Line, from: i64) -> Result<()> {
    change.tx.execute(
        "INSERT INTO session_offers (session_id, user_id, offered_ms, skipped_ms) VALUES (?1, ?2, ?3, ?3) \
         ON CONFLICT (session_id, user_id) DO UPDATE SET skipped_ms = excluded.skipped_ms",
        &params![session.id, from, change.now],
    )?;
    let mut facts = queue::facts(change.tx, line)?;
    let sql = "SELECT user_id FROM session_offers WHERE session_id = ?1 AND skipped_ms IS NOT NULL";
    let skipped: Vec<i64> = change.tx.query(sql, &params![session.id], |row| row.get(0))?;
    for operator in &mut facts.operators {
        operator.skipped = skipped.contains(&operator.id);
    }
    let given = Given::by_routing(&mut facts, session.id);
    change.tx.execute(
        "UPDATE sessions SET operator_id = ?2, status = ?3, reason = ?4 WHERE id = ?1 AND closed_ms IS NULL",
        &params![session.id, given.operator_id, given.status.as_str(), &given.reason],
    )?;
    chats::leave(change, session.chat_id, from)?;
    chats::join(change, &given.members.iter().map(|user| (session.chat_id, *user)).collect::<Vec<_>>())?;
    offer(change, line.id, session.id, &given)?;
    changed(change, Kind::SessionChanged, session.chat_id, session.id);
    Ok(())
}

/// Begins to close a session: sends the closing text and closes when `FULL_CLOSE_TIME` minutes are over (D-58).
///
/// # Errors
/// Those of the database.
pub fn begin_closing(change: &mut Change<'_, '_>, session: &Session, context: &Context) -> Result<()> {
    let Some(line) = &context.line else { return close(change, session.id) };
    if line.settings.text("CLOSE_RULE") == Some("text")
        && let Some(text) = line.settings.text("CLOSE_TEXT").filter(|text| !text.is_empty())
    {
        let farewell = Outgoing::automatic(session.id, text);
        outbound::send(change, &context.chat, &context.connector, Some(line), farewell)?;
    }
    let minutes = line.settings.int("FULL_CLOSE_TIME");
    if minutes == 0 {
        return close(change, session.id);
    }
    let due_ms = change.now + minutes * 60_000;
    change.tx.execute(
        "UPDATE sessions SET status = 'closing', closing_ms = ?2, close_due_ms = ?3 WHERE id = ?1",
        &params![session.id, change.now, due_ms],
    )?;
    jobs::schedule(change, JobKind::CloseSession, session.id, due_ms)?;
    changed(change, Kind::SessionChanged, session.chat_id, session.id);
    Ok(())
}

/// The customer wrote while the session was closing: its operator has it again. `false` when it is closed by now.
pub(crate) fn resume(change: &mut Change<'_, '_>, chat_id: i64, session_id: i64) -> Result<bool> {
    let resumed = change.tx.execute(
        "UPDATE sessions SET status = CASE WHEN operator_id = 0 THEN 'new' ELSE 'answered' END, closing_ms = NULL, \
         close_due_ms = NULL WHERE id = ?1 AND status = 'closing'",
        &params![session_id],
    )?;
    if resumed == 0 {
        return Ok(find(change.tx, session_id)?.is_some_and(|session| session.closed_ms.is_none()));
    }
    jobs::cancel(change, JobKind::CloseSession, session_id)?;
    changed(change, Kind::SessionChanged, chat_id, session_id);
    Ok(true)
}

/// Closes a session that is still closing and due; what the job `close_session` does.
///
/// # Errors
/// Those of the database.
pub fn close_if_due(change: &mut Change<'_, '_>, session_id: i64) -> Result<()> {
    let sql = "UPDATE sessions SET status = 'closed', closed_ms = ?2, close_due_ms = NULL \
               WHERE id = ?1 AND status = 'closing' AND close_due_ms <= ?2";
    match change.tx.execute(sql, &params![session_id, change.now])? {
        0 => Ok(()),
        _ => announce_closed(change, session_id),
    }
}

/// Closes a session at once and tells the applications; closing a closed one changes nothing.
///
/// # Errors
/// Those of the database.
pub fn close(change: &mut Change<'_, '_>, session_id: i64) -> Result<()> {
    let sql = "UPDATE sessions SET status = 'closed', closed_ms = ?2, close_due_ms = NULL \
               WHERE id = ?1 AND closed_ms IS NULL";
    match change.tx.execute(sql, &params![session_id, change.now])? {
        0 => Ok(()),
        _ => announce_closed(change, session_id),
    }
}

fn announce_closed(change: &mut Change<'_, '_>, session_id: i64) -> Result<()> {
    let Some(session) = find(change.tx, session_id)? else { return Ok(()) };
    jobs::cancel(change, JobKind::CloseSession, session_id)?;
    changed(change, Kind::SessionFinished, session.chat_id, session_id);
    let context = chats::context(change.tx, session.chat_id)?;
    if let Some(line) = &context.line {
        let fact = SessionFact { id: session_id, parent_id: session.parent_id, closed: true };
        announce(change, &context.chat, &context.connector, line, fact);
    }
    Ok(())
}
