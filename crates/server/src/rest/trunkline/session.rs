//! `trunkline.session.*`: how a session stands, whose it is, and why.

use desk::sessions::{self, Session};
use desk::{Error, Refusal, chats};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;
use wire::node::Node;

use super::super::imopenlines::{Chosen, invalid_session};
use super::super::{Call, Outcome};
use crate::app::App;

/// Parameters of `trunkline.session.get`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct GetParams {
    session_id: Option<Node>,
    /// The chat's last session; passed over when `SESSION_ID` is given.
    chat_id: Option<Node>,
}

/// `trunkline.session.get`: for whoever may open the chat.
pub(super) async fn get(call: Call, params: GetParams) -> Outcome {
    let chosen = Chosen::read(params.session_id.as_ref(), params.chat_id.as_ref())?;
    let reader_id = call.caller.user.id;
    let found = call
        .read(move |tx| {
            let session = chosen.find(tx)?.ok_or(Refusal::NotFound)?;
            chats::open_for(tx, session.chat_id, reader_id)?;
            Ok(session)
        })
        .await;
    match found {
        Ok(session) => Ok(show(&call.app, &session).into()),
        Err(Error::Refused(Refusal::NotFound)) => Err(invalid_session()),
        Err(error) => Err(error.into()),
    }
}

fn show(app: &App, session: &Session) -> serde_json::Value {
    let moment = |at_ms: Option<i64>| at_ms.map(|at_ms| app.datetime(at_ms));
    json!({
        "ID": session.id,
        "CHAT_ID": session.chat_id,
        "LINE_ID": session.line_id,
        "PARENT_ID": session.parent_id,
        "STATUS": session.status.as_str(),
        "OWNER_ID": session.operator_id,
        "REASON": session.reason,
        "DATE_CREATE": app.datetime(session.created_ms),
        "DATE_ANSWER": moment(session.answered_ms),
        "WAITING_SINCE": moment(session.waiting_ms),
        "DATE_CLOSE": moment(session.closed_ms),
        "CLOSE_REASON": session.close_reason.map(sessions::CloseReason::as_str),
    })
}
