//! `imopenlines.dialog.get`

use desk::{Error, Refusal, dialogs, sessions};
use schemars::JsonSchema;
use serde::Deserialize;
use store::Tx;
use wire::UserCode;
use wire::node::{Node, is_absent};

use super::super::{Call, Outcome, RestError, views};

/// One of the four names the dialogue; the first that is given counts (D-65).
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct GetParams {
    chat_id: Option<Node>,
    /// `chat` and the chat's id.
    dialog_id: Option<Node>,
    session_id: Option<Node>,
    /// `connector|line|chat|user`
    user_code: Option<Node>,
}

/// What names a dialogue.
enum Name {
    Chat(i64),
    Session(i64),
    Code(UserCode),
}

/// `imopenlines.dialog.get`
pub(super) async fn get(call: Call, params: GetParams) -> Outcome {
    let name = params.name()?;
    let reader_id = call.caller.user.id;
    let found = call
        .read(move |tx| {
            let chat_id = chat_id(tx, &name)?.ok_or(Refusal::NoChat)?;
            dialogs::load(tx, chat_id, reader_id)
        })
        .await;
    match found {
        Ok(dialog) => Ok(serde_json::Value::Object(views::chat::dialog(&call.app, &dialog, reader_id)).into()),
        Err(Error::Refused(_)) => Err(no_access()),
        Err(error) => Err(error.into()),
    }
}

/// Not there, or not for the caller.
fn no_access() -> RestError {
    RestError::method("ACCESS_ERROR", "You do not have access to the specified dialog")
}

impl GetParams {
    fn name(&self) -> Result<Name, RestError> {
        if !is_absent(self.chat_id.as_ref()) {
            return self.chat_id.as_ref().and_then(Node::as_int).map(Name::Chat).ok_or_else(no_access);
        }
        if !is_absent(self.dialog_id.as_ref()) {
            let text = self.dialog_id.as_ref().and_then(Node::as_text).unwrap_or_default();
            let id = text.trim().strip_prefix("chat").and_then(|id| id.parse().ok());
            return id.map(Name::Chat).ok_or_else(no_access);
        }
        if !is_absent(self.session_id.as_ref()) {
            return self.session_id.as_ref().and_then(Node::as_int).map(Name::Session).ok_or_else(no_access);
        }
        let code = self.user_code.as_ref().and_then(Node::as_text).filter(|code| !code.is_empty());
        let code = code.ok_or_else(|| RestError::method("DIALOG_ID_EMPTY", "Dialog ID can't be empty"))?;
        code.parse().map(Name::Code).map_err(|_| no_access())
    }
}

fn chat_id(tx: &mut Tx<'_>, name: &Name) -> desk::Result<Option<i64>> {
    match name {
        Name::Chat(id) => Ok(Some(*id)),
        Name::Session(id) => Ok(sessions::find(tx, *id)?.map(|session| session.chat_id)),
        Name::Code(code) => Ok(find_by_code(tx, code)?),
    }
}

/// The chat that a user code names (D-10).
pub(in crate::rest) fn find_by_code(tx: &mut Tx<'_>, code: &UserCode) -> desk::Result<Option<i64>> {
    let code = desk::chats::Code { connector: &code.connector, line_id: code.line, chat: &code.chat, user: &code.user };
    Ok(desk::chats::find_by_code(tx, &code)?.map(|chat| chat.id))
}
