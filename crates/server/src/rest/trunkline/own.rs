//! `trunkline.chat.read`, `.unread`, `.draft`, `.snooze`, `.labels`, `.priority`, `.typing` and `.look`: what an employee does to a
//! chat without writing into it.

use desk::own::{self, Audible};
use desk::sight::Audience;
use desk::{Millis, Refusal, cards, chats, labels};
use schemars::JsonSchema;
use serde::Deserialize;

use super::super::{Call, MESSAGE_CHARS_MAX, RestError};
use super::chat::ChatParams;
use super::shapes::{Own, words};
use super::{AHEAD_MS_MAX, not_found};
use crate::feed::Look;

/// A chat and the number of one of its messages.
#[derive(Deserialize, JsonSchema)]
pub(super) struct ReadParams {
    chat_id: i64,
    no: i64,
}

/// `trunkline.chat.read`: up to this number; a mention up to there is read as well.
pub(super) async fn read(call: Call, params: ReadParams) -> Result<Own, RestError> {
    let done = call.change(move |change| own::read(change, params.chat_id, params.no));
    done.await.map(|own| Own::from(&own)).map_err(not_found)
}

/// `trunkline.chat.unread`: from this number on.
pub(super) async fn unread(call: Call, params: ReadParams) -> Result<Own, RestError> {
    let done = call.change(move |change| own::unread(change, params.chat_id, params.no));
    done.await.map(|own| Own::from(&own)).map_err(not_found)
}

/// Parameters of `trunkline.chat.draft`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct DraftParams {
    chat_id: i64,
    /// Empty: there is none any more.
    text: String,
    /// It is to be a note.
    note: Option<bool>,
}

/// `trunkline.chat.draft`: kept for the caller alone.
pub(super) async fn draft(call: Call, params: DraftParams) -> Result<bool, RestError> {
    if params.text.chars().count() > MESSAGE_CHARS_MAX {
        return Err(RestError::argument("text", format!("A text may have {MESSAGE_CHARS_MAX} characters")));
    }
    let audible = if params.note == Some(true) { Audible::Colleagues } else { Audible::Customer };
    let done = call.change(move |change| own::set_draft(change, params.chat_id, &params.text, audible));
    done.await.map(|()| true).map_err(not_found)
}

/// Parameters of `trunkline.chat.snooze`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct SnoozeParams {
    chat_id: i64,
    /// `null` brings it back at once.
    until_ms: Option<Millis>,
}

/// `trunkline.chat.snooze`: out of the caller's way until then, or until the customer writes.
pub(super) async fn snooze(call: Call, params: SnoozeParams) -> Result<bool, RestError> {
    let range = call.now..=call.now.saturating_add(AHEAD_MS_MAX);
    if params.until_ms.is_some_and(|until_ms| !range.contains(&until_ms)) {
        return Err(RestError::argument("until_ms", "until_ms is a moment of the next year"));
    }
    let done = call.change(move |change| own::snooze(change, params.chat_id, params.until_ms));
    done.await.map(|()| true).map_err(not_found)
}

/// Parameters of `trunkline.chat.labels`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct LabelsParams {
    chat_id: i64,
    /// All that the chat has from now on.
    label_ids: Vec<i64>,
}

/// Labels of one chat at most.
const LABELS_MAX: usize = 50;

/// `trunkline.chat.labels`
pub(super) async fn labels(call: Call, params: LabelsParams) -> Result<bool, RestError> {
    if params.label_ids.len() > LABELS_MAX {
        return Err(RestError::argument("label_ids", format!("A chat may have {LABELS_MAX} labels")));
    }
    let done = call.change(move |change| labels::set_of_chat(change, params.chat_id, &params.label_ids));
    done.await.map(|()| true).map_err(not_found)
}

/// Parameters of `trunkline.chat.priority`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct PriorityParams {
    chat_id: i64,
    /// 0 to 3
    #[schemars(extend("enum" = words::priorities()))]
    priority: i64,
}

/// `trunkline.chat.priority`
pub(super) async fn priority(call: Call, params: PriorityParams) -> Result<bool, RestError> {
    if !(0..=labels::PRIORITY_MAX).contains(&params.priority) {
        return Err(RestError::argument("priority", "priority is a number from 0 to 3"));
    }
    let done = call.change(move |change| labels::set_priority(change, params.chat_id, params.priority));
    done.await.map(|()| true).map_err(not_found)
}

/// To whom a chat matters that the caller may open.
async fn audience(call: &Call, chat_id: i64) -> Result<Audience, RestError> {
    let user_id = call.caller.user.id;
    let found = call.read(move |tx| {
        chats::open_for(tx, chat_id, user_id)?;
        let card = cards::load(tx, &[chat_id])?.pop().ok_or(Refusal::NoChat)?;
        Ok(card.audience())
    });
    found.await.map_err(not_found)
}

/// `trunkline.chat.typing`: those who see the chat are told; nothing is stored.
pub(super) async fn typing(call: Call, params: ChatParams) -> Result<bool, RestError> {
    let audience = audience(&call, params.chat_id).await?;
    call.app.feed.typing(params.chat_id, &audience, call.caller.user.id, call.now);
    Ok(true)
}

/// `trunkline.chat.look`: those who see the chat are told that the caller looks at it; 0 for no chat.
pub(super) async fn look(call: Call, params: ChatParams) -> Result<bool, RestError> {
    let look = match params.chat_id {
        0 => None,
        chat_id => Some(Look { chat_id, audience: audience(&call, chat_id).await? }),
    };
    call.app.feed.look(call.caller.user.id, look.as_ref());
    Ok(true)
}
