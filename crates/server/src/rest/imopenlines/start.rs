//! `imopenlines.session.start` and `imopenlines.message.session.start`

use desk::restarts;
use schemars::JsonSchema;
use serde::Deserialize;
use wire::node::Node;

use super::super::params::required_int;
use super::super::{Call, Outcome, RestError};
use super::operator::{ChatParams, positive};

/// `imopenlines.session.start`
pub(super) async fn session(call: Call, params: ChatParams) -> Outcome {
    let chat_id = params.chat_id()?;
    call.change(move |change| restarts::start(change, chat_id)).await?;
    Ok(true.into())
}

/// Parameters of `imopenlines.message.session.start`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct MessageParams {
    chat_id: Option<Node>,
    /// A message of the chat.
    message_id: Option<Node>,
}

/// `imopenlines.message.session.start`: a message that the chat does not have is refused as if the chat were (D-62).
pub(super) async fn message(call: Call, params: MessageParams) -> Outcome {
    // Required arguments come before what they mean (D-15).
    let message_id = required_int(params.message_id.as_ref(), "MESSAGE_ID");
    let chat_id = positive(params.chat_id.as_ref()).ok_or_else(RestError::chat_id)?;
    let message_id = message_id?;
    call.change(move |change| restarts::start_from(change, chat_id, message_id)).await?;
    Ok(true.into())
}
