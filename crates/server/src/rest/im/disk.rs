//! Files in chats: `im.disk.*` and `im.v2.File.upload` (`contract/platform.md` 9.4).

use desk::disk::{self, NewFile, Owner};
use desk::files::{Attached, File};
use desk::operators::{self, Text};
use desk::users::User;
use desk::{Change, Error, Refusal, chats, files};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use wire::node::{Node, is_absent};

use super::super::{Call, MESSAGE_CHARS_MAX, Outcome, RestError, disk as drive, views};
use super::dialog_id::{self, DialogId};
use crate::contents::{self, Trouble};

/// Files in one message at most.
const FILES_MAX: usize = 50;

/// Characters of a file's name at most.
const NAME_CHARS_MAX: usize = 255;

/// Parameters of `im.disk.folder.get`: one of the two.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct FolderParams {
    chat_id: Option<Node>,
    /// `chatN`
    dialog_id: Option<Node>,
}

/// The chat that `CHAT_ID` or `DIALOG_ID` names.
fn chat_id(chat_id: Option<&Node>, dialog_id: Option<&Node>) -> Result<i64, RestError> {
    match (is_absent(chat_id), is_absent(dialog_id)) {
        (true, false) => match dialog_id::read(dialog_id)? {
            DialogId::Chat(id) => Ok(id),
            DialogId::User(_) => Err(dialog_id::no_access()),
        },
        _ => {
            let id = chat_id.and_then(Node::as_int).filter(|id| *id > 0);
            id.ok_or_else(|| RestError::method("CHAT_ID_EMPTY", "Chat ID can't be empty"))
        }
    }
}

/// The chat's folder, made when it is first asked for; for those who may open the chat.
fn chat_folder(change: &mut Change<'_, '_>, chat_id: i64) -> desk::Result<i64> {
    chats::open_for(change.tx, chat_id, change.actor_id)?;
    Ok(disk::storage(change, Owner::Chat(chat_id), &format!("chat{chat_id}"))?.id)
}

/// `im.disk.folder.get`
pub(super) async fn folder(call: Call, params: FolderParams) -> Outcome {
    let chat_id = chat_id(params.chat_id.as_ref(), params.dialog_id.as_ref())?;
    let id = call.change(move |change| chat_folder(change, chat_id)).await.map_err(dialog_id::refused)?;
    Ok(json!({"ID": id}).into())
}

/// Parameters of `im.disk.file.commit`. Of `CHAT_ID` and `DIALOG_ID`, and of `FILE_ID` and `UPLOAD_ID`, the first counts.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct CommitParams {
    chat_id: Option<Node>,
    /// `chatN`
    dialog_id: Option<Node>,
    /// One file of the drive, or several.
    file_id: Option<Node>,
    /// One file of the chat's folder, or several.
    upload_id: Option<Node>,
    message: Option<Node>,
    /// Of no effect: what an operator sends goes to the customer unless the whole chat is silent.
    #[expect(dead_code, reason = "documented, and of no effect")]
    silent_mode: Option<Node>,
}

/// `im.disk.file.commit`: a message with files that are on the drive.
pub(super) async fn commit(call: Call, params: CommitParams) -> Outcome {
    let chat_id = chat_id(params.chat_id.as_ref(), params.dialog_id.as_ref())?;
    let ids = [&params.file_id, &params.upload_id].into_iter().find(|node| !is_absent(node.as_ref()));
    let ids = ids.and_then(|node| file_ids(node.as_ref()?)).filter(|ids| !ids.is_empty());
    let ids = ids.ok_or_else(|| RestError::method("FILES_ERROR", "List of files is not specified"))?;
    if ids.len() > FILES_MAX {
        let text = format!("Error during saving file to chat: at most {FILES_MAX} files, send the rest separately");
        return Err(RestError::method("SAVE_ERROR", text));
    }
    let body = text(params.message.as_ref())?;
    let wanted: Vec<(i64, String)> = ids.into_iter().map(|id| (id, contents::new_secret(&call.app))).collect();
    let visitor = drive::visitor(&call);
    let done = call
        .change(move |change| {
            chats::open_for(change.tx, chat_id, change.actor_id)?;
            let mut attached = Vec::with_capacity(wanted.len());
            for (id, secret) in wanted {
                attached.push(Attached { file: disk::open_file(change.tx, id, &visitor)?, secret });
            }
            let id = operators::write(change, chat_id, Text { body, files: attached, ..Text::default() })?;
            Ok((id, files::of_messages(change.tx, &[id])?))
        })
        .await;
    let (message_id, files) = done.map_err(|error| match error {
        Error::Refused(Refusal::NotFound) => RestError::method("SAVE_ERROR", "Error during saving file to chat"),
        error => dialog_id::refused(error),
    })?;
    Ok(committed(&call, message_id, &files).into())
}

/// Ids as a number, a list, or a text with either.
fn file_ids(node: &Node) -> Option<Vec<i64>> {
    let one = |node: &Node| node.as_int().filter(|id| *id > 0);
    let mut ids = Vec::new();
    match node.items() {
        None => ids.push(one(node)?),
        Some(items) => {
            for item in items {
                let id = one(item)?;
                if !ids.contains(&id) {
                    ids.push(id);
                }
            }
        }
    }
    Some(ids)
}

fn text(node: Option<&Node>) -> Result<String, RestError> {
    let text = node.and_then(Node::as_text).unwrap_or_default().into_owned();
    if text.chars().count() > MESSAGE_CHARS_MAX {
        let text = format!("Error during saving file to chat: MESSAGE may have {MESSAGE_CHARS_MAX} characters");
        return Err(RestError::method("SAVE_ERROR", text));
    }
    Ok(text)
}

fn committed(call: &Call, message_id: i64, files: &[File]) -> Value {
    let (mut shown, mut models) = (Map::new(), Map::new());
    for file in files {
        let key = format!("upload{}", file.id);
        let mut object = views::file::object(&call.app, file, Some(&call.caller.user));
        object["date"] = json!({});
        models.insert(key.clone(), model(&object, file, &call.caller.user));
        shown.insert(key, object);
    }
    json!({
        "FILES": shown,
        "DISK_ID": files.iter().map(|file| file.id.to_string()).collect::<Vec<_>>(),
        "FILE_MODELS": models,
        "MESSAGE_ID": message_id,
    })
}

fn model(object: &Value, file: &File, author: &User) -> Value {
    let folder_id = file.folder_id.unwrap_or(0);
    json!({
        "id": file.id,
        "name": file.name,
        "createTime": {},
        "updateTime": {},
        "deleteTime": null,
        "code": "media_original",
        "xmlId": null,
        "storageId": folder_id,
        "realObjectId": file.id,
        "parentId": folder_id,
        "deletedType": 0,
        "createdBy": author.id.to_string(),
        "updatedBy": author.id.to_string(),
        "deletedBy": "0",
        "uniqueCode": file.secret,
        "typeFile": match file.type_word() {
            "image" => 2,
            "video" => 3,
            "audio" => 5,
            _ => 4,
        },
        "globalContentVersion": 1,
        "fileId": file.content_id,
        "size": file.size_bytes,
        "etag": file.secret,
        "links": {"download": object["urlDownload"], "showInGrid": object["urlShow"], "preview": object["urlPreview"]},
    })
}

/// Parameters of `im.v2.File.upload`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct UploadParams {
    /// `chatN`
    dialog_id: Option<Node>,
    /// `name`, `content` in Base64, and perhaps `message`.
    fields: Option<Node>,
}

/// `im.v2.File.upload`: upload, folder and message in one call.
pub(super) async fn upload(call: Call, params: UploadParams) -> Outcome {
    let chat_id = dialog_id::chat(params.dialog_id.as_ref())?;
    let field = |name: &str| params.fields.as_ref().and_then(|fields| fields.get_any_case(name));
    let name = field("name").and_then(Node::as_text).unwrap_or_default().trim().to_owned();
    if name.is_empty() || name.chars().count() > NAME_CHARS_MAX {
        let text = format!("fields[name] must be a name of up to {NAME_CHARS_MAX} characters");
        return Err(RestError::argument("name", text));
    }
    let content = field("content").filter(|node| !node.is_empty()).and_then(drive::decode);
    let content = content.ok_or_else(|| RestError::argument("content", "fields[content] must be a file in Base64"))?;
    let body = text(field("message"))?;
    let user_id = call.caller.user.id;
    let visitor = drive::visitor(&call);
    let secret = contents::new_secret(&call.app);
    call.read(move |tx| chats::open_for(tx, chat_id, user_id).map(drop)).await.map_err(dialog_id::refused)?;
    let kept = contents::keep(&call.app, call.cause(), contents::whole(content), move |change, id, content| {
        let folder_id = chat_folder(change, chat_id)?;
        let new = NewFile { id, folder_id, name, content };
        let file = disk::add_file(change, &new, disk::Naming::Unique, &visitor)?;
        let files = vec![Attached { file, secret }];
        let message_id = operators::write(change, chat_id, Text { body, files, ..Text::default() })?;
        Ok((message_id, files::find(change.tx, id)?.ok_or(Refusal::NotFound)?))
    });
    let (message_id, file) = kept.await.map_err(|trouble| match trouble {
        Trouble::Refused(error) => dialog_id::refused(error),
        Trouble::TooLarge(_) => RestError::argument("content", trouble.to_string()),
        Trouble::Broken(_) | Trouble::Unwritable => RestError::internal(),
    })?;
    Ok(json!({
        "file": views::file::object(&call.app, &file, Some(&call.caller.user)),
        "messageId": message_id,
        "chatId": chat_id,
        "dialogId": format!("chat{chat_id}"),
    })
    .into())
}
