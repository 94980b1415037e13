//! `imopenlines.bot.session.*` (`contract/openlines.md` 3.6)

use desk::Refusal;
use desk::bots::{self, Automatic, Leave};
use schemars::JsonSchema;
use serde::Deserialize;
use wire::node::Node;

use super::super::{Call, MESSAGE_CHARS_MAX, Outcome, RestError, imbot};
use super::operator::{ChatParams, positive};
use super::transfer::destination;

/// Parameters of `imopenlines.bot.session.message.send`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct SendParams {
    chat_id: Option<Node>,
    /// `WELCOME`: the line's greeting; `DEFAULT` or nothing: `MESSAGE` (D-68).
    name: Option<Node>,
    message: Option<Node>,
}

/// `imopenlines.bot.session.message.send`: `true` says only that the call was understood.
pub(super) async fn send(call: Call, params: SendParams) -> Outcome {
    let chat_id = positive(params.chat_id.as_ref()).ok_or_else(RestError::chat_id_empty)?;
    let message = params.message.as_ref().and_then(Node::as_text).unwrap_or_default();
    if message.chars().count() > MESSAGE_CHARS_MAX {
        return Err(RestError::argument("MESSAGE", format!("MESSAGE may have {MESSAGE_CHARS_MAX} characters")));
    }
    let what = match params.name.as_ref().and_then(Node::as_text).unwrap_or_default().as_ref() {
        "WELCOME" => Automatic::Welcome,
        "DEFAULT" | "" => Automatic::Text(message.into_owned()),
        _ => return Ok(true.into()),
    };
    let application_id = call.caller.application().map(|application| application.id);
    call.change(move |change| bots::say(change, chat_id, application_id, &what)).await?;
    Ok(true.into())
}

/// `imopenlines.bot.session.operator`
pub(super) async fn operator(call: Call, params: ChatParams) -> Outcome {
    let chat_id = params.chat_id_or_empty()?;
    let application_id = call.caller.application().map(|application| application.id);
    call.change(move |change| bots::hand_to_operator(change, chat_id, application_id)).await?;
    Ok(true.into())
}

/// Parameters of `imopenlines.bot.session.transfer`; one of the three destinations is needed.
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
    /// `Y`: the bot leaves at once; otherwise when an operator answers.
    leave: Option<Node>,
    /// Through a webhook: the key with which the bot was registered.
    client_id: Option<Node>,
}

/// `imopenlines.bot.session.transfer`
pub(super) async fn transfer(call: Call, params: TransferParams) -> Outcome {
    let chat_id = positive(params.chat_id.as_ref()).ok_or_else(RestError::chat_id_empty)?;
    let to = destination(params.user_id.as_ref(), params.queue_id.as_ref(), params.transfer_id.as_ref())?;
    // D-69
    let owner = imbot::owner(&call, params.client_id.as_ref()).ok_or(Refusal::NoBot)?;
    let leave = match params.leave.as_ref().and_then(Node::as_flag) {
        Some(true) => Leave::Now,
        _ => Leave::Later,
    };
    call.change(move |change| bots::transfer(change, &owner, chat_id, to, leave)).await?;
    Ok(true.into())
}

/// Parameters of `imopenlines.bot.session.finish`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct FinishParams {
    chat_id: Option<Node>,
    /// Through a webhook: the key with which the bot was registered.
    client_id: Option<Node>,
}

/// `imopenlines.bot.session.finish`
pub(super) async fn finish(call: Call, params: FinishParams) -> Outcome {
    let chat_id = positive(params.chat_id.as_ref()).ok_or_else(RestError::chat_id_empty)?;
    let owner = imbot::owner(&call, params.client_id.as_ref()).ok_or(Refusal::NoBot)?;
    call.change(move |change| bots::finish(change, &owner, chat_id)).await?;
    Ok(true.into())
}
