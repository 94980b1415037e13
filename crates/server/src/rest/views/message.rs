//! Messages as answers show them (`contract/platform.md` 9.1; `contract/openlines.md`, history.get).

use desk::files::File;
use desk::messages::{Direction, Message};
use serde_json::{Map, Value, json};

use crate::app::App;

/// Everything that is stored with a message, keys in upper case (P-108).
fn params(message: &Message, files: &[File]) -> Map<String, Value> {
    let mut params: Map<String, Value> = serde_json::from_str(&message.params).unwrap_or_default();
    let file_ids: Vec<i64> = files.iter().filter(|file| file.message_id == message.id).map(|file| file.id).collect();
    if !file_ids.is_empty() {
        params.insert("FILE_ID".to_owned(), json!(file_ids));
    }
    let connector_ids: Vec<&String> = message.external_id.iter().chain(&message.connector_ids).collect();
    if !connector_ids.is_empty() {
        params.insert("CONNECTOR_MID".to_owned(), json!(connector_ids));
    }
    if message.edited_ms.is_some() {
        params.insert("IS_EDITED".to_owned(), json!("Y"));
    }
    params
}

/// PHP has no empty map.
fn or_list(params: Map<String, Value>) -> Value {
    if params.is_empty() { json!([]) } else { Value::Object(params) }
}

/// Whether something is attached to the message.
pub(in crate::rest) fn has_attachment(message: &Message) -> bool {
    let params: Map<String, Value> = serde_json::from_str(&message.params).unwrap_or_default();
    params.contains_key("ATTACH")
}

/// A name for those clients that know messages by theirs: the same for the same message, another for another.
pub(in crate::rest) fn uuid(message: &Message) -> Option<String> {
    let written = message.direction != Direction::System;
    written.then(|| format!("{:08x}-0000-4000-8000-{:012x}", message.chat_id & 0xffff_ffff, message.id))
}

/// A message of `im.dialog.messages.get`; likes come as (message, employee).
pub(in crate::rest) fn object(
    app: &App,
    message: &Message,
    files: &[File],
    likes: &[(i64, i64)],
    unread: bool,
) -> Value {
    let mut params = params(message, files);
    let likes: Vec<i64> = likes.iter().filter(|(id, _)| *id == message.id).map(|(_, user_id)| *user_id).collect();
    if !likes.is_empty() {
        params.insert("LIKE".to_owned(), json!(likes));
    }
    json!({
        "id": message.id,
        "chat_id": message.chat_id,
        "author_id": message.author_id,
        "date": app.datetime(message.sent_ms),
        "text": message.body,
        "unread": unread,
        "uuid": uuid(message),
        "replaces": [],
        "params": or_list(params),
        "disappearing_date": null,
    })
}

/// A message of `imopenlines.session.history.get`.
pub(in crate::rest) fn history_object(app: &App, message: &Message, files: &[File]) -> Value {
    let mut params = params(message, files);
    if let Some(attach) = params.get_mut("ATTACH") {
        *attach = history_attachments(message, attach.take());
    }
    let Value::Object(params) = in_camel(Value::Object(params)) else { unreachable!("an object stays one") };
    json!({
        "id": message.id.to_string(),
        "chatid": message.chat_id.to_string(),
        "senderid": message.author_id.to_string(),
        "recipientid": format!("chat{}", message.chat_id),
        "date": app.datetime(message.sent_ms),
        "text": message.body,
        "textlegacy": wire::bbcode::to_html(&message.body),
        "params": or_list(params),
    })
}

/// There attachments stand in a list, and so does what a block holds one of; id and description are never missing.
fn history_attachments(message: &Message, mut attachment: Value) -> Value {
    if let Value::Object(attachment) = &mut attachment {
        attachment.entry("ID").or_insert_with(|| json!(message.id));
        attachment.entry("DESCRIPTION").or_insert_with(|| json!(""));
    }
    let blocks = attachment["BLOCKS"].as_array_mut().into_iter().flatten();
    for (kind, held) in blocks.filter_map(Value::as_object_mut).flatten() {
        if ["LINK", "USER", "IMAGE", "FILE"].contains(&kind.as_str()) && held.is_object() {
            *held = json!([held.take()]);
        }
    }
    json!([attachment])
}

/// Keys such as `COLOR_TOKEN` become `colorToken`.
fn in_camel(value: Value) -> Value {
    match value {
        Value::Object(map) => map.into_iter().map(|(key, value)| (camel(&key), in_camel(value))).collect(),
        Value::Array(items) => items.into_iter().map(in_camel).collect(),
        scalar => scalar,
    }
}

fn camel(key: &str) -> String {
    let mut words = key.split('_').map(str::to_lowercase);
    let first = words.next().unwrap_or_default();
    words.fold(first, |key, word| {
        let mut letters = word.chars();
        let head: String = letters.next().map(|letter| letter.to_uppercase().collect()).unwrap_or_default();
        key + &head + letters.as_str()
    })
}
