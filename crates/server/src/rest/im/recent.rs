//! The caller's chats, newest first, and what is unread in them (`contract/platform.md` 9.2).

use std::collections::{BTreeSet, HashMap};

use desk::dialogs::{self, Dialog};
use desk::files::{self, File};
use desk::messages::Message;
use desk::recent::{self, Part, Which};
use desk::sessions::{self, Session, Status};
use desk::users::{self, User};
use desk::{Millis, notifications};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use store::Tx;
use wire::node::Node;
use wire::php::php_map;

use super::super::params::moment;
use super::super::{Answer, Call, NoParams, Outcome, views};
use crate::app::App;

/// Rows of `im.recent.list` at most.
const LIMIT_MAX: i64 = 200;

/// `im.recent.get` looks back so far, and shows so many chats.
const LOOK_BACK_MS: Millis = 7 * 86_400_000;
const OLD_LIST_ROWS: usize = 500;

/// Parameters of `im.recent.list`. There are only open-line chats here, so most of the switches leave all or nothing.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct ListParams {
    /// `Y`: nothing is left.
    skip_openlines: Option<Node>,
    /// `Y`: only chats with something unread.
    unread_only: Option<Node>,
    /// `Y`: texts as they were written, with BB codes.
    get_original_text: Option<Node>,
    /// `Y`: without chats that nobody has taken yet.
    skip_undistributed_openlines: Option<Node>,
    /// `Y`: nothing is left.
    only_copilot: Option<Node>,
    /// `Y`: nothing is left.
    only_channel: Option<Node>,
    /// Only chats whose last message is older.
    last_message_date: Option<Node>,
    /// Chats to pass over.
    offset: Option<Node>,
    /// 1 to 200, else 50.
    limit: Option<Node>,
}

/// `im.recent.list`
pub(super) async fn list(call: Call, params: ListParams) -> Outcome {
    let number = |node: &Option<Node>| node.as_ref().and_then(Node::as_int).filter(|number| *number >= 0);
    let part = Part {
        before_ms: date(&call, params.last_message_date.as_ref()),
        offset: usize::try_from(number(&params.offset).unwrap_or(0)).unwrap_or(usize::MAX),
        limit: usize::try_from(number(&params.limit).unwrap_or(50).clamp(1, LIMIT_MAX)).expect("at most 200"),
    };
    let which = if is_yes(&params.unread_only) { Which::Unread } else { Which::All };
    let nothing = [&params.skip_openlines, &params.only_copilot, &params.only_channel].into_iter().any(is_yes);
    let (mut rows, more) = if nothing { (Rows::default(), false) } else { rows(&call, which, part).await? };
    if is_yes(&params.skip_undistributed_openlines) {
        rows.keep(|session| session.is_some_and(|session| session.operator_id != 0));
    }
    let original = is_yes(&params.get_original_text);
    let items = rows.items(&call, if original { Texts::Original } else { Texts::Plain });
    let result = json!({
        "items": items,
        "hasMorePages": more,
        "hasMore": more,
        "copilot": {"chats": null, "messages": null, "roles": [], "recommendedRoles": []},
        "messagesAutoDeleteConfigs": [],
    });
    Ok(Answer { result, total: Some(-1), next: None })
}

/// Parameters of `im.recent.get`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct GetParams {
    /// `Y`: nothing is left.
    skip_openlines: Option<Node>,
    /// Only chats that changed since then.
    last_update: Option<Node>,
    /// The same, not more than seven days back.
    last_sync_date: Option<Node>,
}

/// `im.recent.get`: the older form without pages.
pub(super) async fn get(call: Call, params: GetParams) -> Outcome {
    if is_yes(&params.skip_openlines) {
        return Ok(json!([]).into());
    }
    let update = date(&call, params.last_update.as_ref());
    let sync = date(&call, params.last_sync_date.as_ref()).map(|at_ms| at_ms.max(call.now - LOOK_BACK_MS));
    let since_ms = update.max(sync);
    let part = Part { before_ms: None, offset: 0, limit: OLD_LIST_ROWS };
    let (mut rows, _) = rows(&call, Which::All, part).await?;
    if let Some(since_ms) = since_ms {
        rows.dialogs.retain(|dialog| dialog.last_message.as_ref().is_some_and(|last| last.created_ms >= since_ms));
    }
    Ok(rows.items(&call, Texts::Plain).into())
}

/// `im.counters.get`: only chats in which something is unread.
pub(super) async fn counters(call: Call, _: NoParams) -> Outcome {
    let user_id = call.caller.user.id;
    let (unread, notify) =
        call.read(move |tx| Ok((recent::unread(tx, user_id)?, notifications::unread(tx, user_id)?))).await?;
    let lines: i64 = unread.iter().map(|(_, count)| count).sum();
    Ok(json!({
        "TYPE": {"ALL": notify + lines, "NOTIFY": notify, "CHAT": 0, "LINES": lines, "DIALOG": 0, "MESSENGER": 0},
        "CHAT": [],
        "CHAT_MUTED": [],
        "CHAT_UNREAD": [],
        "LINES": php_map(unread.iter().map(|(chat_id, count)| (chat_id.to_string(), json!(count)))),
        "DIALOG": [],
        "DIALOG_UNREAD": [],
    })
    .into())
}

fn is_yes(node: &Option<Node>) -> bool {
    node.as_ref().and_then(Node::as_flag) == Some(true)
}

/// A date that cannot be read is as good as none.
fn date(call: &Call, node: Option<&Node>) -> Option<Millis> {
    let text = node.and_then(Node::as_text)?;
    Some(moment(text.trim(), &call.app.time_zone)?.as_millisecond())
}

/// What the rows of a page are made of.
#[derive(Default)]
struct Rows {
    dialogs: Vec<Dialog>,
    sessions: HashMap<i64, Session>,
    authors: HashMap<i64, User>,
    files: Vec<File>,
}

async fn rows(call: &Call, which: Which, part: Part) -> desk::Result<(Rows, bool)> {
    let reader_id = call.caller.user.id;
    call.read(move |tx| {
        let (ids, more) = recent::chat_ids(tx, reader_id, which, part)?;
        Ok((load(tx, &ids, reader_id)?, more))
    })
    .await
}

fn load(tx: &mut Tx<'_>, chat_ids: &[i64], reader_id: i64) -> desk::Result<Rows> {
    let dialogs = dialogs::load_many(tx, chat_ids, reader_id)?;
    let last: Vec<&Message> = dialogs.iter().filter_map(|dialog| dialog.last_message.as_ref()).collect();
    let authors: BTreeSet<i64> = last.iter().map(|message| message.author_id).collect();
    let authors = users::find_many(tx, &authors.into_iter().collect::<Vec<_>>())?;
    let files = files::of_messages(tx, &last.iter().map(|message| message.id).collect::<Vec<_>>())?;
    let sessions = sessions::last_of(tx, chat_ids)?;
    Ok(Rows { sessions, authors: authors.into_iter().map(|user| (user.id, user)).collect(), files, dialogs })
}

/// How texts are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Texts {
    /// As they were written.
    Original,
    /// Without BB codes and line breaks.
    Plain,
}

impl Rows {
    fn keep(&mut self, wanted: impl Fn(Option<&Session>) -> bool) {
        let sessions = &self.sessions;
        self.dialogs.retain(|dialog| wanted(sessions.get(&dialog.context.chat.id)));
    }

    fn items(&self, call: &Call, texts: Texts) -> Vec<Value> {
        let reader_id = call.caller.user.id;
        self.dialogs.iter().filter_map(|dialog| self.item(&call.app, dialog, reader_id, texts)).collect()
    }

    /// One row; a chat whose messages were all deleted has none.
    fn item(&self, app: &App, dialog: &Dialog, reader_id: i64, texts: Texts) -> Option<Value> {
        let chat_id = dialog.context.chat.id;
        let message = dialog.last_message.as_ref()?;
        let (title, avatar) = views::chat::heading(dialog);
        let author = match self.authors.get(&message.author_id) {
            Some(author) => views::user::object(app, author),
            None => json!({"id": 0}),
        };
        let at = app.datetime(message.created_ms);
        let mut item = json!({
            "id": format!("chat{chat_id}"),
            "chat_id": chat_id,
            "type": "chat",
            "avatar": avatar,
            "title": title,
            "message": self.message(app, message, texts),
            "counter": dialog.reading.unread,
            "last_id": dialog.reading.last_id,
            "pinned": dialog.pinned,
            "unread": false,
            "has_reminder": false,
            "date_update": at,
            "date_last_activity": at,
            "chat": views::chat::listed(app, dialog, reader_id),
            "user": author,
            "options": [],
        });
        if let Some(session) = self.sessions.get(&chat_id) {
            item["lines"] = json!({
                "id": dialog.context.chat.line_id,
                "status": status(session),
                "date_create": app.datetime(session.created_ms),
            });
        }
        Some(item)
    }

    fn message(&self, app: &App, message: &Message, texts: Texts) -> Value {
        let text = match texts {
            Texts::Original => message.body.clone(),
            Texts::Plain => wire::bbcode::strip(&message.body).split_whitespace().collect::<Vec<_>>().join(" "),
        };
        json!({
            "id": message.id,
            "text": text,
            "file": self.files.iter().any(|file| file.message_id == message.id),
            "author_id": message.author_id,
            "attach": views::message::has_attachment(message),
            "sticker": null,
            "date": app.datetime(message.sent_ms),
            "status": if message.delivered_ms.is_some() { "delivered" } else { "received" },
            "uuid": views::message::uuid(message),
        })
    }
}

/// The number of a session's state, as clients of the protocol know it.
fn status(session: &Session) -> i64 {
    match session.status {
        Status::New | Status::Offered | Status::Bot => 0,
        Status::Answered => 20,
        Status::Waiting => 40,
        Status::Closing => 50,
        Status::Closed => 60,
        Status::Spam => 65,
    }
}
