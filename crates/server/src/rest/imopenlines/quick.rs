//! `imopenlines.message.quick.save`

use desk::quick_answers;
use schemars::JsonSchema;
use serde::Deserialize;
use wire::node::Node;

use super::super::{Call, Outcome, RestError};
use super::operator::positive;

/// Parameters of `imopenlines.message.quick.save`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct SaveParams {
    chat_id: Option<Node>,
    message_id: Option<Node>,
}

/// `imopenlines.message.quick.save`: a `MESSAGE_ID` that names no message of the chat cannot be saved.
pub(super) async fn save(call: Call, params: SaveParams) -> Outcome {
    let chat_id = positive(params.chat_id.as_ref()).ok_or_else(RestError::chat_id)?;
    let message_id = positive(params.message_id.as_ref()).unwrap_or(0);
    call.change(move |change| quick_answers::save(change, chat_id, message_id)).await?;
    Ok(true.into())
}
