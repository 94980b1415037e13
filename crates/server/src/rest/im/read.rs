//! What an employee has read, likes, and is writing (`contract/platform.md` 9.1).

use desk::likes::{self, Action};
use desk::{Error, Refusal, dialogs};
use http::StatusCode;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;
use wire::node::Node;

use super::super::{Call, NoParams, Outcome, RestError};
use super::dialog_id::{self, DialogId};

/// Parameters of `im.dialog.read`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct ReadParams {
    /// `chatN`
    dialog_id: Option<Node>,
    /// Last message read; all when absent.
    message_id: Option<Node>,
}

/// `im.dialog.read`: `false` when the caller may not open the chat.
pub(super) async fn read(call: Call, params: ReadParams) -> Outcome {
    let chat_id = match dialog_id::read(params.dialog_id.as_ref())? {
        DialogId::Chat(id) => id,
        DialogId::User(_) => return Ok(false.into()),
    };
    let up_to = params.message_id.as_ref().and_then(Node::as_int).filter(|id| *id > 0);
    match call.change(move |change| dialogs::read(change, chat_id, up_to)).await {
        Ok(reading) => Ok(json!({
            "dialogId": format!("chat{chat_id}"),
            "chatId": chat_id,
            "lastId": reading.last_id,
            "counter": reading.unread,
        })
        .into()),
        Err(Error::Refused(Refusal::NoChat | Refusal::NoAccess)) => Ok(false.into()),
        Err(error) => Err(error.into()),
    }
}

/// Parameters of `im.dialog.unread`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct UnreadParams {
    /// `chatN`
    dialog_id: Option<Node>,
    /// First unread message.
    message_id: Option<Node>,
}

/// `im.dialog.unread`
pub(super) async fn unread(call: Call, params: UnreadParams) -> Outcome {
    let dialog = dialog_id::read(params.dialog_id.as_ref())?;
    let message_id = message_id(params.message_id.as_ref())?;
    let DialogId::Chat(chat_id) = dialog else { return Err(dialog_id::no_access()) };
    let changed = call.change(move |change| dialogs::unread_from(change, chat_id, message_id)).await;
    changed.map_err(dialog_id::refused)?;
    Ok(true.into())
}

/// `im.dialog.read.all`
pub(super) async fn read_all(call: Call, _: NoParams) -> Outcome {
    call.change(dialogs::read_all).await?;
    Ok(true.into())
}

/// Parameters of `im.dialog.writing`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct WritingParams {
    /// `chatN`
    dialog_id: Option<Node>,
}

/// `im.dialog.writing`: those who look at the chat see that the caller writes.
pub(super) async fn writing(call: Call, params: WritingParams) -> Outcome {
    let unavailable = || RestError::new(StatusCode::FORBIDDEN, "ACCESS_ERROR", "Action unavailable");
    let DialogId::Chat(chat_id) = dialog_id::read(params.dialog_id.as_ref())? else { return Err(unavailable()) };
    match call.change(move |change| dialogs::tell_writing(change, chat_id)).await {
        Ok(()) => Ok(true.into()),
        Err(Error::Refused(_)) => Err(unavailable()),
        Err(error) => Err(error.into()),
    }
}

/// Parameters of `im.message.like`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct LikeParams {
    message_id: Option<Node>,
    /// `plus`, `minus`, or `auto` for the other of the two.
    action: Option<Node>,
}

/// `im.message.like`
pub(super) async fn like(call: Call, params: LikeParams) -> Outcome {
    let id = message_id(params.message_id.as_ref())?;
    let action = match params.action.as_ref().and_then(Node::as_text).unwrap_or_default().as_ref() {
        "plus" => Action::Give,
        "minus" => Action::TakeBack,
        _ => Action::Turn,
    };
    // A message that is not there, or not for the caller, stays as it is.
    match call.change(move |change| likes::act(change, id, action)).await {
        Ok(true) => Ok(true.into()),
        Ok(false) | Err(Error::Refused(_)) => {
            Err(RestError::method("WITHOUT_CHANGES", "Action completed without changes"))
        }
        Err(error) => Err(error.into()),
    }
}

fn message_id(node: Option<&Node>) -> Result<i64, RestError> {
    let id = node.and_then(Node::as_int).filter(|id| *id > 0);
    id.ok_or_else(|| RestError::method("MESSAGE_ID_ERROR", "Message ID can't be empty"))
}
