//! `imopenlines.session.open` and `.history.get`

use std::collections::{BTreeMap, BTreeSet};

use desk::dialogs::{self, Dialog};
use desk::files::{self, File};
use desk::messages::{self, Message};
use desk::sessions::{self, Session};
use desk::users::{self, Kind, User};
use desk::{Error, Refusal, chats, head_votes};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use store::Tx;
use wire::UserCode;
use wire::node::{Node, is_absent};
use wire::php::php_map;

use super::super::{Call, Outcome, RestError, views};
use super::dialog;

/// Messages of a session in one answer; the newest are kept.
const MESSAGES_MAX: i64 = 5000;

/// Parameters of `imopenlines.session.open`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct OpenParams {
    /// `connector|line|chat|user`
    user_code: Option<Node>,
}

/// `imopenlines.session.open`: looks a chat up, makes nothing (D-60).
pub(super) async fn open(call: Call, params: OpenParams) -> Outcome {
    let code = params.user_code.as_ref().and_then(Node::as_text).and_then(|code| code.parse::<UserCode>().ok());
    let code = code.ok_or_else(RestError::dialog_denied)?;
    let user_id = call.caller.user.id;
    let found = call
        .read(move |tx| {
            let chat_id = dialog::find_by_code(tx, &code)?.ok_or(Refusal::NoChat)?;
            chats::open_for(tx, chat_id, user_id)?;
            Ok(chat_id)
        })
        .await;
    match found {
        Ok(chat_id) => Ok(json!({"chatId": chat_id.to_string()}).into()),
        Err(Error::Refused(_)) => Err(RestError::dialog_denied()),
        Err(error) => Err(error.into()),
    }
}

/// Parameters of `imopenlines.session.history.get`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct HistoryParams {
    session_id: Option<Node>,
    /// The chat's last session; passed over when `SESSION_ID` is given.
    chat_id: Option<Node>,
}

/// What a history shows.
struct History {
    dialog: Dialog,
    session: Session,
    messages: Vec<Message>,
    users: Vec<User>,
    files: Vec<File>,
    /// The reader supervises the session's line.
    may_rate: bool,
}

/// Which session a call is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Chosen {
    /// This one.
    Session(i64),
    /// The last one of this chat.
    LastOf(i64),
}

impl Chosen {
    /// Reads `SESSION_ID`, else `CHAT_ID`.
    ///
    /// # Errors
    /// `MISSING_REQUIRED_PARAM`, `INVALID_SESSION_ID`.
    fn read(session_id: Option<&Node>, chat_id: Option<&Node>) -> Result<Chosen, RestError> {
        let id = |node: Option<&Node>| node.and_then(Node::as_int).filter(|id| *id > 0).ok_or_else(invalid_session);
        match (is_absent(session_id), is_absent(chat_id)) {
            (false, _) => Ok(Chosen::Session(id(session_id)?)),
            (true, false) => Ok(Chosen::LastOf(id(chat_id)?)),
            (true, true) => Err(RestError::method("MISSING_REQUIRED_PARAM", "Session ID or Chat ID must be provided")),
        }
    }

    /// The session, if there is one.
    ///
    /// # Errors
    /// Those of the database.
    fn find(self, tx: &mut Tx<'_>) -> desk::Result<Option<Session>> {
        match self {
            Chosen::Session(id) => sessions::find(tx, id),
            Chosen::LastOf(chat_id) => sessions::last_of_chat(tx, chat_id),
        }
    }
}

/// `INVALID_SESSION_ID`
pub(in crate::rest) fn invalid_session() -> RestError {
    RestError::method("INVALID_SESSION_ID", "Unable to determine session ID from provided parameters")
}

/// `imopenlines.session.history.get`: a session that is not there is refused as one that may not be seen.
pub(super) async fn history(call: Call, params: HistoryParams) -> Outcome {
    let chosen = Chosen::read(params.session_id.as_ref(), params.chat_id.as_ref())?;
    let reader_id = call.caller.user.id;
    let found = call
        .read(move |tx| match (chosen.find(tx)?, chosen) {
            (Some(session), _) => load(tx, session, reader_id).map(Some),
            (None, Chosen::Session(_)) => Err(Error::Refused(Refusal::NoAccess)),
            (None, Chosen::LastOf(_)) => Ok(None),
        })
        .await?;
    let history = found.ok_or_else(invalid_session)?;
    Ok(show(&call, &history).into())
}

fn load(tx: &mut Tx<'_>, session: Session, reader_id: i64) -> desk::Result<History> {
    let dialog = dialogs::load(tx, session.chat_id, reader_id)?;
    let messages = messages::of_session(tx, session.chat_id, session.id, MESSAGES_MAX)?;
    let message_ids: Vec<i64> = messages.iter().map(|message| message.id).collect();
    let files = files::of_messages(tx, &message_ids)?;
    let ids: BTreeSet<i64> =
        dialog.user_ids().into_iter().chain(messages.iter().map(|message| message.author_id)).collect();
    let users = users::find_many(tx, &ids.into_iter().collect::<Vec<_>>())?;
    let may_rate = head_votes::may_rate(tx, session.line_id, reader_id)?;
    Ok(History { dialog, session, messages, users, files, may_rate })
}

fn yes_no(flag: bool) -> &'static str {
    if flag { "Y" } else { "N" }
}

/// The employees of each department that takes part, by the department's id.
fn in_departments(users: &[User]) -> impl Iterator<Item = (String, Value)> {
    let mut found: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    for user in users.iter().filter(|user| user.kind == Kind::Employee) {
        for id in &user.departments {
            found.entry(*id).or_default().push(user.id.to_string());
        }
    }
    found.into_iter().map(|(id, users)| (id.to_string(), json!({"id": id, "users": users})))
}

fn show(call: &Call, history: &History) -> Value {
    let History { dialog, session, messages, users, files, may_rate } = history;
    let app = &call.app;
    let chat_id = session.chat_id;
    let dialog_id = format!("chat{chat_id}");
    let can_vote = *may_rate && session.closed_ms.is_some();
    let newest_first: Vec<String> = messages.iter().map(|message| message.id.to_string()).collect();
    let author = |id: i64| users.iter().find(|user| user.id == id);
    let shown_messages = messages
        .iter()
        .rev()
        .map(|message| (message.id.to_string(), views::message::history_object(app, message, files)));
    let blocked = dialog.user_ids().into_iter().map(|id| (id.to_string(), json!(false)));
    json!({
        "chatId": chat_id,
        "canJoin": "Y",
        "canVoteHead": yes_no(can_vote),
        "sessionId": session.id,
        "sessionVoteHead": session.vote_head,
        "sessionCommentHead": session.comment_head,
        "userId": dialog_id,
        "message": php_map(shown_messages),
        "usersMessage": {dialog_id.clone(): newest_first},
        "users": php_map(users.iter().map(|user| (user.id.to_string(), views::user::history_object(app, user)))),
        "openlines": {"canvoteashead": {session.line_id.to_string(): may_rate}},
        "userInGroup": php_map(in_departments(users)),
        "woUserInGroup": [],
        "chat": {chat_id.to_string(): views::chat::history_object(app, dialog)},
        "userBlockChat": {chat_id.to_string(): php_map(blocked)},
        "userInChat": {chat_id.to_string(): dialog.user_ids()},
        "files": php_map(
            files.iter().map(|file| (file.id.to_string(), views::file::history_object(app, file, author(file.author_id)))),
        ),
    })
}
