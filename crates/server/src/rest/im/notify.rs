//! Notifications, as the public pages under `api-reference/chats/notifications` describe them.

use desk::notifications::{self, NewNotification, Notification, Which};
use desk::{Error, Refusal, users};
use http::StatusCode;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use wire::node::{Node, is_absent};

use super::super::{Call, MESSAGE_CHARS_MAX, NoParams, Outcome, RestError, views};
use super::message_params::{Given, Part};
use crate::app::App;

/// Characters of a tag at most.
const TAG_CHARS_MAX: usize = 255;

/// Ids in one call at most.
const IDS_MAX: usize = 1000;

/// Parameters of `im.notify`, `im.notify.personal.add` and `im.notify.system.add`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct AddParams {
    /// Who is told; the older name is `TO`.
    user_id: Option<Node>,
    to: Option<Node>,
    message: Option<Node>,
    /// Taken, and of no effect: nothing goes out by mail.
    message_out: Option<Node>,
    /// What it is about: a later one about the same takes its place.
    tag: Option<Node>,
    /// A wider name.
    sub_tag: Option<Node>,
    attach: Option<Node>,
    /// The application, for a webhook.
    client_id: Option<Node>,
    /// `im.notify`: `USER` or `SYSTEM`.
    r#type: Option<Node>,
}

/// In whose name an employee is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Voice {
    Caller,
    Portal,
}

/// `im.notify.personal.add`
pub(super) async fn add_personal(call: Call, params: AddParams) -> Outcome {
    add(call, params, Voice::Caller).await
}

/// `im.notify.system.add`
pub(super) async fn add_system(call: Call, params: AddParams) -> Outcome {
    add(call, params, Voice::Portal).await
}

/// `im.notify`: the older form of both.
pub(super) async fn add_any(call: Call, params: AddParams) -> Outcome {
    let kind = params.r#type.as_ref().and_then(Node::as_text).unwrap_or_default().to_uppercase();
    add(call, params, if kind == "SYSTEM" { Voice::Portal } else { Voice::Caller }).await
}

async fn add(call: Call, params: AddParams, voice: Voice) -> Outcome {
    let user_id = params.user_id.as_ref().or(params.to.as_ref()).and_then(Node::as_int).filter(|id| *id > 0);
    let user_id = user_id.ok_or_else(|| RestError::method("USER_ID_EMPTY", "User ID can't be empty"))?;
    let body = text(params.message.as_ref(), "MESSAGE", MESSAGE_CHARS_MAX)?;
    if body.is_empty() {
        return Err(RestError::method("MESSAGE_EMPTY", "Message can't be empty"));
    }
    // It is only looked at, so that a wrong one does not pass unseen.
    text(params.message_out.as_ref(), "MESSAGE_OUT", MESSAGE_CHARS_MAX)?;
    let attach = match Part::Attach.read(params.attach.as_ref())? {
        Given::Set(value) => Value::Object(Map::from_iter([("ATTACH".to_owned(), value)])).to_string(),
        Given::Absent | Given::Remove => String::new(),
    };
    let new = NewNotification {
        user_id,
        author_id: if voice == Voice::Portal { 0 } else { call.caller.user.id },
        application: application(&call, params.client_id.as_ref()).unwrap_or_default(),
        body,
        params: attach,
        tag: text(params.tag.as_ref(), "TAG", TAG_CHARS_MAX)?,
        sub_tag: text(params.sub_tag.as_ref(), "SUB_TAG", TAG_CHARS_MAX)?,
    };
    match call.change(move |change| notifications::add(change, &new)).await {
        Ok(id) => Ok(id.into()),
        // Nobody was told.
        Err(Error::Refused(Refusal::NoUser)) => Ok(false.into()),
        Err(error) => Err(error.into()),
    }
}

/// Within which application tags count: the calling one, or the one that a webhook names.
fn application(call: &Call, client_id: Option<&Node>) -> Option<String> {
    match call.caller.application() {
        Some(application) => Some(application.client_id.clone()),
        None => client_id.and_then(Node::as_text).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()),
    }
}

fn text(node: Option<&Node>, name: &'static str, chars_max: usize) -> Result<String, RestError> {
    let Some(node) = node.filter(|node| !node.is_empty()) else { return Ok(String::new()) };
    let invalid = || RestError::argument(name, format!("The value of an argument '{name}' has an invalid type"));
    let text = node.as_text().ok_or_else(invalid)?;
    if text.chars().count() > chars_max {
        return Err(RestError::argument(name, format!("{name} may have {chars_max} characters: shorten it")));
    }
    Ok(text.trim().to_owned())
}

/// Parameters of `im.notify.get`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct GetParams {
    /// Only notifications before this one; together with `LAST_TYPE`.
    last_id: Option<Node>,
    /// Of no effect: there are no notifications that ask for a confirmation.
    last_type: Option<Node>,
    /// 1 to 50, else 50.
    limit: Option<Node>,
    /// `Y`: texts as HTML.
    convert_text: Option<Node>,
}

/// `im.notify.get`: the caller's, the newest first.
pub(super) async fn get(call: Call, params: GetParams) -> Outcome {
    if is_absent(params.last_id.as_ref()) != is_absent(params.last_type.as_ref()) {
        let text = "Parameters LAST_ID and LAST_TYPE should be used together.";
        return Err(RestError::method("LAST_ID_AND_LAST_TYPE", text));
    }
    let before = match params.last_id.as_ref().filter(|node| !node.is_empty()) {
        None => i64::MAX,
        Some(node) => {
            node.as_int().ok_or_else(|| RestError::method("LAST_ID_STRING", "Last notification ID can't be string"))?
        }
    };
    let limit = params.limit.as_ref().and_then(Node::as_int).unwrap_or(50).clamp(1, 50);
    let as_html = params.convert_text.as_ref().and_then(Node::as_flag) == Some(true);
    let user_id = call.caller.user.id;
    let ((total, unread), found, authors) = call
        .read(move |tx| {
            let found = notifications::page(tx, user_id, before, limit)?;
            let mut authors: Vec<i64> = found.iter().map(|one| one.content.author_id).collect();
            authors.sort_unstable();
            authors.dedup();
            Ok((notifications::counts(tx, user_id)?, found, users::find_many(tx, &authors)?))
        })
        .await?;
    let rows: Vec<Value> = found.iter().map(|one| row(&call.app, one, as_html)).collect();
    let users: Vec<Value> = authors.iter().map(|user| views::user::object(&call.app, user)).collect();
    if total == 0 {
        return Ok(json!({"notifications": [], "users": []}).into());
    }
    Ok(json!({
        "total_count": total,
        "total_unread_count": unread,
        "chat_id": 0,
        "notifications": rows,
        "users": users,
    })
    .into())
}

/// Type 2 has an author, type 4 is the portal's.
fn row(app: &App, notification: &Notification, as_html: bool) -> Value {
    let content = &notification.content;
    let tag = |tag: &str| if tag.is_empty() { String::new() } else { format!("MP|{}|{tag}", content.application) };
    let params: Value = serde_json::from_str(&content.params).unwrap_or(Value::Null);
    json!({
        "id": notification.id,
        "chat_id": 0,
        "author_id": content.author_id,
        "date": app.datetime(notification.created_ms),
        "notify_type": if content.author_id == 0 { 4 } else { 2 },
        "notify_module": "rest",
        "notify_event": "rest_notify",
        "notify_tag": tag(&content.tag),
        "notify_sub_tag": tag(&content.sub_tag),
        "notify_title": "",
        "setting_name": "rest|rest_notify",
        "text": if as_html { wire::bbcode::to_html(&content.body) } else { content.body.clone() },
        "notify_read": if notification.read_ms.is_some() { "Y" } else { "N" },
        "params": params,
    })
}

/// Parameters of `im.notify.delete`: one of the first three.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct DeleteParams {
    id: Option<Node>,
    tag: Option<Node>,
    sub_tag: Option<Node>,
    /// The application, for a webhook.
    client_id: Option<Node>,
}

/// `im.notify.delete`: the caller's own by id, or those of an application by tag. `false` when there was none.
pub(super) async fn delete(call: Call, params: DeleteParams) -> Outcome {
    if let Some(id) = params.id.as_ref().and_then(Node::as_int).filter(|id| *id > 0) {
        return Ok(call.change(move |change| notifications::remove(change, id)).await?.into());
    }
    let tag = text(params.tag.as_ref(), "TAG", TAG_CHARS_MAX)?;
    let sub_tag = text(params.sub_tag.as_ref(), "SUB_TAG", TAG_CHARS_MAX)?;
    if tag.is_empty() && sub_tag.is_empty() {
        return Err(RestError::method("PARAMS_ERROR", "Incorrect params"));
    }
    let application = application(&call, params.client_id.as_ref()).ok_or_else(|| {
        RestError::new(StatusCode::FORBIDDEN, "ACCESS_DENIED", "Access denied! Client ID not specified")
    })?;
    let removed = call
        .change(move |change| match tag.is_empty() {
            false => notifications::remove_tagged(change, &application, &tag),
            true => notifications::remove_sub_tagged(change, &application, &sub_tag),
        })
        .await?;
    Ok(removed.into())
}

/// Parameters of `im.notify.read`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct ReadParams {
    id: Option<Node>,
    /// `N`: as unread.
    action: Option<Node>,
    /// `Y`: only this one, else all from it on.
    only_current: Option<Node>,
}

/// `im.notify.read`
pub(super) async fn read(call: Call, params: ReadParams) -> Outcome {
    let Some(id) = params.id.as_ref().and_then(Node::as_int).filter(|id| *id >= 0) else { return Ok(true.into()) };
    let only = params.only_current.as_ref().and_then(Node::as_flag) == Some(true);
    let which = if only { Which::One(id) } else { Which::From(id) };
    let read_ms = is_read(params.action.as_ref()).then_some(call.now);
    call.change(move |change| notifications::mark(change, which, read_ms)).await?;
    Ok(true.into())
}

/// Parameters of `im.notify.read.list`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct ReadListParams {
    ids: Option<Node>,
    /// `Y`, or anything else for unread.
    action: Option<Node>,
}

/// `im.notify.read.list`: an id that is none ends the list.
pub(super) async fn read_list(call: Call, params: ReadListParams) -> Outcome {
    let items = params.ids.as_ref().and_then(Node::items);
    let items = items.ok_or_else(|| RestError::method("PARAMS_ERROR", "No IDS param or it is not an array"))?;
    if items.len() > IDS_MAX {
        return Err(RestError::argument("IDS", format!("At most {IDS_MAX} ids: split the list")));
    }
    let ids: Vec<i64> = items.into_iter().map_while(|item| item.as_int().filter(|id| *id > 0)).collect();
    let read_ms = is_read(params.action.as_ref()).then_some(call.now);
    call.change(move |change| ids.iter().try_for_each(|id| notifications::mark(change, Which::One(*id), read_ms)))
        .await?;
    Ok(true.into())
}

/// `im.notify.read.all`
pub(super) async fn read_all(call: Call, _: NoParams) -> Outcome {
    let now = call.now;
    call.change(move |change| notifications::mark(change, Which::All, Some(now))).await?;
    Ok(true.into())
}

fn is_read(action: Option<&Node>) -> bool {
    action.filter(|node| !node.is_empty()).is_none_or(|node| node.as_flag() == Some(true))
}
