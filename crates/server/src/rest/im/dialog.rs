//! `im.dialog.*` and `im.chat.*` (`contract/platform.md` 9.1, 9.2).

use std::collections::BTreeSet;

use desk::messages::{self, Page};
use desk::users::{self, Kind};
use desk::{Error, Refusal, dialogs, files, likes};
use http::StatusCode;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use wire::UserCode;
use wire::node::{Node, is_absent};

use super::super::imopenlines::find_by_code;
use super::super::{Answer, Call, Outcome, RestError, views};
use super::dialog_id;

/// Parameters of `im.dialog.get`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct GetParams {
    /// `chatN`
    dialog_id: Option<Node>,
}

/// `im.dialog.get`
pub(super) async fn get(call: Call, params: GetParams) -> Outcome {
    let chat_id = dialog_id::chat(params.dialog_id.as_ref())?;
    let reader_id = call.caller.user.id;
    let dialog = call.read(move |tx| dialogs::load(tx, chat_id, reader_id)).await.map_err(dialog_id::refused)?;
    let mut shown = views::chat::dialog(&call.app, &dialog, reader_id);
    if let Some(Value::Object(restrictions)) = shown.get_mut("restrictions") {
        restrictions.insert("path".to_owned(), json!(""));
        restrictions.insert("path_title".to_owned(), json!(""));
    }
    Ok(Value::Object(shown).into())
}

/// Parameters of `im.dialog.messages.get`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct MessagesParams {
    /// `chatN`
    dialog_id: Option<Node>,
    /// Only messages before this one.
    last_id: Option<Node>,
    /// Only messages after this one; counts when both are given (P-107).
    first_id: Option<Node>,
    /// 1 to 50, else 20.
    limit: Option<Node>,
}

impl MessagesParams {
    fn page(&self) -> Result<Page, RestError> {
        if !is_absent(self.first_id.as_ref()) {
            let id = self.first_id.as_ref().and_then(Node::as_int);
            let id = id.ok_or_else(|| RestError::method("FIRST_ID_STRING", "First ID can't be string"))?;
            return Ok(Page::After(id));
        }
        if is_absent(self.last_id.as_ref()) {
            return Ok(Page::Newest);
        }
        let id = self.last_id.as_ref().and_then(Node::as_int);
        match id.ok_or_else(|| RestError::method("LAST_ID_STRING", "Last ID can't be string"))? {
            0 => Ok(Page::Newest),
            id => Ok(Page::Before(id)),
        }
    }
}

/// `im.dialog.messages.get`
pub(super) async fn messages(call: Call, params: MessagesParams) -> Outcome {
    let chat_id = dialog_id::chat(params.dialog_id.as_ref())?;
    let page = params.page()?;
    let limit = params.limit.as_ref().and_then(Node::as_int).unwrap_or(20).clamp(1, 50);
    let reader_id = call.caller.user.id;
    let (dialog, found, users, files, likes) = call
        .read(move |tx| {
            let dialog = dialogs::load(tx, chat_id, reader_id)?;
            let edge = match page {
                Page::Newest | Page::After(0) => None,
                Page::Before(id) | Page::After(id) => Some(id),
            };
            let known = match edge {
                None => true,
                Some(id) => messages::find(tx, id)?.is_some_and(|message| message.chat_id == chat_id),
            };
            let found = if known { messages::page(tx, chat_id, page, limit)? } else { Vec::new() };
            let ids: Vec<i64> = found.iter().map(|message| message.id).collect();
            let authors: BTreeSet<i64> = found.iter().map(|message| message.author_id).collect();
            let users = users::find_many(tx, &authors.into_iter().collect::<Vec<_>>())?;
            let (files, likes) = (files::of_messages(tx, &ids)?, likes::of_messages(tx, &ids)?);
            Ok((dialog, found, users, files, likes))
        })
        .await
        .map_err(dialog_id::refused)?;
    let app = &call.app;
    let takes_part = dialog.members.iter().any(|member| member.user.id == reader_id);
    let messages = found.iter().map(|message| {
        let unread = takes_part && message.id > dialog.reading.last_id && message.author_id != reader_id;
        views::message::object(app, message, &files, &likes, unread)
    });
    let author = |id: i64| users.iter().find(|user| user.id == id);
    Ok(json!({
        "chat_id": chat_id,
        "messages": messages.collect::<Vec<_>>(),
        "users": users.iter().map(|user| views::user::object(app, user)).collect::<Vec<_>>(),
        "files": files.iter().map(|file| views::file::object(app, file, author(file.author_id))).collect::<Vec<_>>(),
    })
    .into())
}

/// Parameters of `im.dialog.users.list`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct UsersParams {
    /// `chatN`
    dialog_id: Option<Node>,
    /// `Y`: without customers.
    skip_external: Option<Node>,
    /// Types that are kept all the same, separated by commas.
    skip_external_except_types: Option<Node>,
    /// 1 to 200, else 50.
    limit: Option<Node>,
    /// Only users after this one.
    last_id: Option<Node>,
    offset: Option<Node>,
}

/// `im.dialog.users.list`
pub(super) async fn users(call: Call, params: UsersParams) -> Outcome {
    let chat_id = dialog_id::chat(params.dialog_id.as_ref())?;
    let reader_id = call.caller.user.id;
    let dialog = call.read(move |tx| dialogs::load(tx, chat_id, reader_id)).await.map_err(dialog_id::refused)?;
    let number = |node: &Option<Node>| node.as_ref().and_then(Node::as_int).filter(|number| *number >= 0);
    let kept = params.skip_external_except_types.as_ref().and_then(Node::as_text).unwrap_or_default().into_owned();
    let skip = params.skip_external.as_ref().and_then(Node::as_flag) == Some(true)
        && !kept.split(',').any(|kind| kind.trim() == "connector");
    let after = number(&params.last_id).unwrap_or(0);
    let members = dialog.members.iter().map(|member| &member.user);
    let mut found: Vec<_> = members.chain(&dialog.customer).filter(|user| user.id > after).collect();
    found.retain(|user| !(skip && user.kind == Kind::Customer));
    found.sort_by_key(|user| user.id);
    let total = found.len();
    let offset = usize::try_from(number(&params.offset).unwrap_or(0)).unwrap_or(usize::MAX);
    let limit = usize::try_from(number(&params.limit).unwrap_or(50).clamp(1, 200)).expect("at most 200");
    let shown: Vec<Value> =
        found.into_iter().skip(offset).take(limit).map(|user| views::user::object(&call.app, user)).collect();
    let end = offset.saturating_add(shown.len());
    let next = (end < total && !shown.is_empty()).then(|| i64::try_from(end).unwrap_or(i64::MAX));
    Ok(Answer { result: json!(shown), total: i64::try_from(total).ok(), next })
}

/// Parameters of `im.chat.user.list`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct ChatUsersParams {
    chat_id: Option<Node>,
}

/// `im.chat.user.list`
pub(super) async fn chat_users(call: Call, params: ChatUsersParams) -> Outcome {
    let chat_id = params.chat_id.as_ref().and_then(Node::as_int).filter(|id| *id > 0);
    let chat_id = chat_id.ok_or_else(|| RestError::method("CHAT_ID_EMPTY", "Chat ID can't be empty"))?;
    let reader_id = call.caller.user.id;
    match call.read(move |tx| dialogs::load(tx, chat_id, reader_id)).await {
        Ok(dialog) => Ok(json!(dialog.user_ids()).into()),
        Err(Error::Refused(Refusal::NoAccess)) => Ok(json!([]).into()),
        Err(Error::Refused(_)) => Err(RestError::new(StatusCode::FORBIDDEN, "ACCESS_ERROR", "Action unavailable")),
        Err(error) => Err(error.into()),
    }
}

/// Parameters of `im.chat.get`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct ChatGetParams {
    /// `LINES`: the only kind of chat that belongs to something.
    entity_type: Option<Node>,
    /// `connector|line|chat|user`
    entity_id: Option<Node>,
}

/// `im.chat.get`: anybody may ask; what is not found is null.
pub(super) async fn chat_get(call: Call, params: ChatGetParams) -> Outcome {
    let is_lines = params.entity_type.as_ref().and_then(Node::as_text).is_some_and(|kind| kind == "LINES");
    let code = params.entity_id.as_ref().and_then(Node::as_text).and_then(|code| code.parse::<UserCode>().ok());
    let found = match code.filter(|_| is_lines) {
        None => None,
        Some(code) => call.read(move |tx| find_by_code(tx, &code)).await?,
    };
    Ok(found.map_or(Value::Null, |id| json!({"ID": id})).into())
}
