//! `imopenlines.operator.*`

use desk::{Error, Refusal, operators, restarts};
use schemars::JsonSchema;
use serde::Deserialize;
use wire::node::Node;

use super::super::{Call, Outcome, RestError};

/// Parameters of the methods that act on one dialogue.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct ChatParams {
    /// The chat.
    chat_id: Option<Node>,
}

impl ChatParams {
    /// E-DIALOG: missing, no number and not positive are all the same.
    pub(super) fn chat_id(&self) -> Result<i64, RestError> {
        positive(self.chat_id.as_ref()).ok_or_else(RestError::chat_id)
    }

    /// The same for the methods that word it otherwise.
    pub(super) fn chat_id_or_empty(&self) -> Result<i64, RestError> {
        positive(self.chat_id.as_ref()).ok_or_else(RestError::chat_id_empty)
    }
}

/// A number above 0.
pub(super) fn positive(node: Option<&Node>) -> Option<i64> {
    node.and_then(Node::as_int).filter(|id| *id > 0)
}

/// `imopenlines.operator.answer`
pub(super) async fn answer(call: Call, params: ChatParams) -> Outcome {
    let chat_id = params.chat_id()?;
    call.change(move |change| operators::answer(change, chat_id)).await?;
    Ok(true.into())
}

/// `imopenlines.operator.finish`
pub(super) async fn finish(call: Call, params: ChatParams) -> Outcome {
    let chat_id = params.chat_id()?;
    call.change(move |change| operators::finish(change, chat_id)).await?;
    Ok(true.into())
}

/// `imopenlines.operator.skip`
pub(super) async fn skip(call: Call, params: ChatParams) -> Outcome {
    let chat_id = params.chat_id()?;
    match call.change(move |change| operators::skip(change, chat_id)).await {
        Ok(()) => Ok(true.into()),
        Err(Error::Refused(Refusal::NoSession)) => {
            let text = "Insufficient permissions to remove participants from the chat";
            Err(RestError::method("ACCESS_DENIED_KICK", text))
        }
        Err(error) => Err(error.into()),
    }
}

/// `imopenlines.operator.another.finish`
pub(super) async fn another_finish(call: Call, params: ChatParams) -> Outcome {
    let chat_id = params.chat_id()?;
    call.change(move |change| restarts::finish_for(change, chat_id)).await?;
    Ok(true.into())
}

/// `imopenlines.operator.spam`
pub(super) async fn spam(call: Call, params: ChatParams) -> Outcome {
    let chat_id = params.chat_id()?;
    call.change(move |change| restarts::mark_as_spam(change, chat_id)).await?;
    Ok(true.into())
}
