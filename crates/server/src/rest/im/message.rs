//! `im.message.*` (`contract/platform.md` 9.1).

use desk::edits::{self, Edit, Mark};
use desk::operators::{self, Text};
use desk::{Error, Refusal};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use wire::node::Node;

use super::super::{Call, MESSAGE_CHARS_MAX, Outcome, RestError};
use super::dialog_id::{self, DialogId};
use super::message_params::{Given, Part};

/// Parameters of `im.message.add`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct AddParams {
    /// `chatN`
    dialog_id: Option<Node>,
    /// The older form of `DIALOG_ID` (P-104).
    chat_id: Option<Node>,
    message: Option<Node>,
    attach: Option<Node>,
    keyboard: Option<Node>,
    menu: Option<Node>,
    /// `Y`: written by the program.
    system: Option<Node>,
    /// `N`: links are not expanded.
    url_preview: Option<Node>,
    /// Message of the same chat that this one answers.
    reply_id: Option<Node>,
}

impl AddParams {
    fn dialog(&self) -> Result<DialogId, RestError> {
        match self.chat_id.as_ref().and_then(Node::as_int).filter(|id| *id > 0) {
            Some(id) if self.dialog_id.is_none() => Ok(DialogId::Chat(id)),
            _ => dialog_id::read(self.dialog_id.as_ref()),
        }
    }

    /// The message and the parameters to store with it.
    fn text(&self) -> Result<Text, RestError> {
        let body = text(self.message.as_ref())?;
        let mut params = Map::new();
        for (part, node) in [(Part::Attach, &self.attach), (Part::Keyboard, &self.keyboard), (Part::Menu, &self.menu)] {
            if let Given::Set(value) = part.read(node.as_ref())? {
                params.insert(part.key().to_owned(), value);
            }
        }
        if body.trim().is_empty() && !params.contains_key(Part::Attach.key()) {
            return Err(RestError::method("MESSAGE_EMPTY", "Message can't be empty"));
        }
        let reply_to = match self.reply_id.as_ref().filter(|node| !node.is_empty()) {
            None => None,
            Some(node) => match node.as_int() {
                Some(0) => None,
                Some(id) => Some(id),
                None => return Err(params_error("REPLY_ID is not a message id")),
            },
        };
        if let Some(id) = reply_to {
            params.insert("REPLY_ID".to_owned(), json!(id));
        }
        if self.url_preview.as_ref().and_then(Node::as_flag) == Some(false) {
            params.insert("URL_PREVIEW".to_owned(), json!("N"));
        }
        Ok(Text { body, params: stored(params), reply_to, ..Text::default() })
    }
}

/// Parameters as they are stored: nothing is the empty text.
fn stored(params: Map<String, Value>) -> String {
    if params.is_empty() { String::new() } else { Value::Object(params).to_string() }
}

fn text(node: Option<&Node>) -> Result<String, RestError> {
    let text = match node {
        None | Some(Node::Null) => return Ok(String::new()),
        Some(node) => node.as_text().ok_or_else(|| params_error("MESSAGE is not a text"))?,
    };
    if text.chars().count() > MESSAGE_CHARS_MAX {
        return Err(params_error(&format!(
            "MESSAGE may have {MESSAGE_CHARS_MAX} characters, send the rest separately"
        )));
    }
    Ok(text.into_owned())
}

fn params_error(what: &str) -> RestError {
    RestError::method("PARAMS_ERROR", format!("Incorrect params: {what}"))
}

/// `im.message.add`
pub(super) async fn add(call: Call, params: AddParams) -> Outcome {
    let dialog = params.dialog()?;
    let text = params.text()?;
    let chat_id = match dialog {
        DialogId::Chat(id) => id,
        DialogId::User(id) => return Err(no_private_dialog(&call, id).await?),
    };
    let system = params.system.as_ref().and_then(Node::as_flag) == Some(true);
    let added = call
        .change(move |change| match system {
            true => operators::write_as_system(change, chat_id, text),
            false => operators::write(change, chat_id, text),
        })
        .await;
    match added {
        Ok(id) => Ok(id.into()),
        // P-105: 400, unlike the reading methods.
        Err(Error::Refused(Refusal::NoChat | Refusal::NoAccess | Refusal::NoSession)) => {
            Err(unavailable("ACCESS_ERROR"))
        }
        Err(Error::Refused(Refusal::NoMessage)) => Err(unavailable("REPLY_ACCESS_ERROR")),
        Err(Error::Refused(Refusal::OtherChat)) => {
            let text = "You can only reply to a message within the same chat";
            Err(RestError::method("REPLY_FROM_OTHER_CHAT_ERROR", text))
        }
        Err(error) => Err(error.into()),
    }
}

fn unavailable(code: &'static str) -> RestError {
    RestError::method(code, "Action unavailable")
}

/// There are no private dialogues; who asks for one learns whether the user exists.
async fn no_private_dialog(call: &Call, user_id: i64) -> Result<RestError, RestError> {
    let found = call.read(move |tx| desk::users::find(tx, user_id)).await?;
    Ok(match found {
        Some(_) => unavailable("ACCESS_ERROR"),
        None => RestError::method("USER_NOT_FOUND", "User not found"),
    })
}

/// Parameters of `im.message.update`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct UpdateParams {
    message_id: Option<Node>,
    /// Absent: the text stays. Empty: the message is deleted.
    message: Option<Node>,
    attach: Option<Node>,
    keyboard: Option<Node>,
    menu: Option<Node>,
    /// `N`: links are not expanded.
    url_preview: Option<Node>,
    /// `N`: the message does not show that it was edited.
    is_edited: Option<Node>,
}

/// `im.message.update`
pub(super) async fn update(call: Call, params: UpdateParams) -> Outcome {
    let id = message_id(params.message_id.as_ref())?;
    let mut changes = Vec::new();
    for (part, node) in [(Part::Attach, &params.attach), (Part::Keyboard, &params.keyboard), (Part::Menu, &params.menu)]
    {
        match part.read(node.as_ref())? {
            Given::Absent => (),
            Given::Remove => changes.push((part.key(), None)),
            Given::Set(value) => changes.push((part.key(), Some(value))),
        }
    }
    if let Some(preview) = params.url_preview.as_ref().and_then(Node::as_flag) {
        changes.push(("URL_PREVIEW", (!preview).then(|| json!("N"))));
    }
    let body = match params.message.as_ref() {
        None | Some(Node::Null) => None,
        given => Some(text(given)?),
    };
    if body.as_ref().is_some_and(String::is_empty) {
        return changed(call.change(move |change| edits::delete_own(change, id)).await);
    }
    let mark = match params.is_edited.as_ref().and_then(Node::as_flag) {
        Some(false) => Mark::Unchanged,
        _ => Mark::Edited,
    };
    let edit = Edit { body, params: changes, mark };
    changed(call.change(move |change| edits::edit(change, id, edit)).await)
}

/// Parameters of `im.message.delete`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct DeleteParams {
    message_id: Option<Node>,
}

/// `im.message.delete`
pub(super) async fn delete(call: Call, params: DeleteParams) -> Outcome {
    let id = message_id(params.message_id.as_ref())?;
    changed(call.change(move |change| edits::delete(change, id)).await)
}

/// The message that a call names.
///
/// # Errors
/// `MESSAGE_ID_ERROR`.
pub(in crate::rest) fn message_id(node: Option<&Node>) -> Result<i64, RestError> {
    let id = node.and_then(Node::as_int).filter(|id| *id > 0);
    id.ok_or_else(|| RestError::method("MESSAGE_ID_ERROR", "Message ID can't be empty"))
}

/// The answer to a change of a message. One that is not there looks like one of somebody else.
pub(in crate::rest) fn changed(outcome: desk::Result<()>) -> Outcome {
    match outcome {
        Ok(()) => Ok(true.into()),
        Err(Error::Refused(_)) => {
            let text = "Time has expired for modification or you don't have access";
            Err(RestError::new(http::StatusCode::FORBIDDEN, "CANT_EDIT_MESSAGE", text))
        }
        Err(error) => Err(error.into()),
    }
}
