//! `imopenlines.operator.transfer`, `imopenlines.session.join` and `.intercept`

use desk::transfers::{self, Destination};
use schemars::JsonSchema;
use serde::Deserialize;
use wire::node::Node;

use super::super::{Call, Outcome, RestError};
use super::operator::{ChatParams, positive};

/// Parameters of `imopenlines.operator.transfer`; one of the last three is needed.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct TransferParams {
    chat_id: Option<Node>,
    /// An employee.
    user_id: Option<Node>,
    /// A line.
    queue_id: Option<Node>,
    /// An employee's id, or `queue` and a line's id.
    transfer_id: Option<Node>,
}

/// `imopenlines.operator.transfer`
pub(super) async fn operator(call: Call, params: TransferParams) -> Outcome {
    let chat_id = positive(params.chat_id.as_ref()).ok_or_else(RestError::chat_id_empty)?;
    let to = destination(params.user_id.as_ref(), params.queue_id.as_ref(), params.transfer_id.as_ref())?;
    call.change(move |change| transfers::transfer(change, chat_id, to)).await?;
    Ok(true.into())
}

/// Where a dialogue is to go: the first of the three that is given counts (D-57).
///
/// # Errors
/// `USER_ID_EMPTY`, `QUEUE_ID_EMPTY`, `TRANSFER_ID_EMPTY`.
pub(super) fn destination(
    user_id: Option<&Node>,
    queue_id: Option<&Node>,
    transfer_id: Option<&Node>,
) -> Result<Destination, RestError> {
    let is_given = |node: Option<&Node>| node.is_some_and(|node| *node != Node::Null);
    let queue_empty = || RestError::method("QUEUE_ID_EMPTY", "QUEUE ID can't be empty");
    let transfer_empty = || RestError::method("TRANSFER_ID_EMPTY", "Queue ID or User ID can't be empty");
    if is_given(user_id) {
        let empty = || RestError::method("USER_ID_EMPTY", "User ID can't be empty");
        return positive(user_id).map(Destination::Employee).ok_or_else(empty);
    }
    if is_given(queue_id) {
        return positive(queue_id).map(Destination::Line).ok_or_else(queue_empty);
    }
    let text = transfer_id.and_then(Node::as_text).unwrap_or_default();
    match text.trim().strip_prefix("queue") {
        Some(line) => {
            let line = line.parse().ok().filter(|id: &i64| *id > 0);
            line.map(Destination::Line).ok_or_else(queue_empty)
        }
        None => positive(transfer_id).map(Destination::Employee).ok_or_else(transfer_empty),
    }
}

/// `imopenlines.session.join`
pub(super) async fn join(call: Call, params: ChatParams) -> Outcome {
    let chat_id = params.chat_id()?;
    call.change(move |change| transfers::join(change, chat_id)).await?;
    Ok(true.into())
}

/// `imopenlines.session.intercept`
pub(super) async fn intercept(call: Call, params: ChatParams) -> Outcome {
    let chat_id = params.chat_id_or_empty()?;
    call.change(move |change| transfers::intercept(change, chat_id)).await?;
    Ok(true.into())
}
