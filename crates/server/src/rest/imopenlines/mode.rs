//! `imopenlines.session.mode.*`

use desk::chats::{self, Mode};
use desk::pins::{self, Pin};
use schemars::JsonSchema;
use serde::Deserialize;
use wire::node::{Node, is_absent};

use super::super::{Call, NoParams, Outcome, RestError};
use super::operator::positive;

/// Parameters of `imopenlines.session.mode.pin` and `.silent`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct ModeParams {
    chat_id: Option<Node>,
    /// `Y` or `N`.
    activate: Option<Node>,
}

impl ModeParams {
    fn flag(&self) -> Option<bool> {
        self.activate.as_ref().and_then(Node::as_flag)
    }
}

/// `imopenlines.session.mode.pin`: without `ACTIVATE` it pins.
pub(super) async fn pin(call: Call, params: ModeParams) -> Outcome {
    if is_absent(params.chat_id.as_ref()) {
        return Err(RestError::chat_id_empty());
    }
    let chat_id = positive(params.chat_id.as_ref()).ok_or_else(RestError::chat_id)?;
    let pin = if params.flag() == Some(false) { Pin::Off } else { Pin::On };
    call.change(move |change| pins::set(change, chat_id, pin)).await?;
    Ok(true.into())
}

/// `imopenlines.session.mode.pinAll`: the ids of the sessions that were not pinned before.
pub(super) async fn pin_all(call: Call, _: NoParams) -> Outcome {
    Ok(call.change(|change| pins::set_all(change, Pin::On)).await?.into())
}

/// `imopenlines.session.mode.unpinAll`: the ids of the sessions that were pinned before.
pub(super) async fn unpin_all(call: Call, _: NoParams) -> Outcome {
    Ok(call.change(|change| pins::set_all(change, Pin::Off)).await?.into())
}

/// `imopenlines.session.mode.silent`: without `ACTIVATE` it is switched off.
pub(super) async fn silent(call: Call, params: ModeParams) -> Outcome {
    let chat_id = positive(params.chat_id.as_ref()).ok_or_else(RestError::chat_id)?;
    let mode = if params.flag() == Some(true) { Mode::Silent } else { Mode::Open };
    call.change(move |change| {
        chats::open_for(change.tx, chat_id, change.actor_id)?;
        chats::set_mode(change, chat_id, mode)
    })
    .await?;
    Ok(true.into())
}
