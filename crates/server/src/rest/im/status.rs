//! `im.user.status.*`: whether an employee is at work, in the protocol's words.
//!
//! `dnd` and `break` both stop new dialogues (presence `pause`); the automatic status "away" is presence `away`. What the
//! reason says tells them apart.

use desk::presence::{self, Presence};
use desk::users;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use wire::node::Node;

use super::super::trunkline::shapes::words;
use super::super::{Call, NoParams, Outcome, RestError};

/// Reason of a pause that the protocol calls `dnd`.
const DO_NOT_DISTURB: &str = "Do not disturb";

/// Reason of an absence that began by itself.
const IDLE: &str = "Idle";

/// The protocol's word; none for whoever is not at work.
fn word(presence: &str, reason: &str) -> Option<&'static str> {
    match (Presence::parse(presence)?, reason) {
        (Presence::Online, _) => Some("online"),
        (Presence::Away, _) => Some("away"),
        (Presence::Pause, DO_NOT_DISTURB) => Some("dnd"),
        (Presence::Pause, _) => Some("break"),
        (Presence::Offline, _) => None,
    }
}

/// `im.user.status.get`: `false` for whoever is not at work.
pub(super) async fn get(call: Call, _: NoParams) -> Outcome {
    let user_id = call.caller.user.id;
    let (presence, reason) = call.read(move |tx| presence::of(tx, user_id)).await?;
    Ok(word(&presence, &reason).map_or(json!(false), Value::from).into())
}

/// Parameters of `im.user.status.set`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct SetParams {
    /// `online`, `dnd`, `away` or `break`, in lower case.
    status: Option<Node>,
}

/// `im.user.status.set`
pub(super) async fn set(call: Call, params: SetParams) -> Outcome {
    let (presence, reason) = match params.status.as_ref().and_then(Node::as_text).unwrap_or_default().as_ref() {
        "online" => (Presence::Online, ""),
        "away" => (Presence::Away, ""),
        "break" => (Presence::Pause, ""),
        "dnd" => (Presence::Pause, DO_NOT_DISTURB),
        _ => return Err(RestError::method("STATUS_ERROR", "Status is not available")),
    };
    change(&call, presence, reason.to_owned()).await
}

async fn change(call: &Call, presence: Presence, reason: String) -> Outcome {
    let user_id = call.caller.user.id;
    call.change(move |change| presence::set(change, user_id, presence, &reason)).await?;
    call.app.callers.clear();
    Ok(true.into())
}

/// Parameters of `im.user.status.idle.start`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct IdleParams {
    /// Minutes ago, of no effect: from now on nothing new comes.
    ago: Option<Node>,
}

/// `im.user.status.idle.start`: who is online is away now; any other status stays.
pub(super) async fn idle_start(call: Call, params: IdleParams) -> Outcome {
    let given = params.ago.as_ref().filter(|node| !node.is_empty());
    if given.is_some_and(|node| node.as_int().is_none()) {
        return Err(RestError::argument("AGO", "The value of an argument 'AGO' has an invalid type"));
    }
    turn(call, "online", Presence::Away, IDLE).await
}

/// `im.user.status.idle.end`: who was away by itself is online again.
pub(super) async fn idle_end(call: Call, _: NoParams) -> Outcome {
    turn(call, "away", Presence::Online, "").await
}

async fn turn(call: Call, from: &'static str, to: Presence, reason: &'static str) -> Outcome {
    let user_id = call.caller.user.id;
    call.change(move |change| {
        let (presence, before) = presence::of(change.tx, user_id)?;
        let by_itself = presence == "online" || before == IDLE;
        if presence == from && by_itself { presence::set(change, user_id, to, reason) } else { Ok(()) }
    })
    .await?;
    call.app.callers.clear();
    Ok(true.into())
}

/// Parameters of `trunkline.presence.set`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::rest) struct PresenceParams {
    /// `online`, `away`, `pause` or `offline`.
    #[schemars(extend("enum" = words::presences()))]
    presence: String,
    /// What colleagues see.
    reason: Option<String>,
}

/// An employee's presence.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::rest) struct PresenceShown {
    user_id: i64,
    /// `online`, `away`, `pause` or `offline`.
    #[schemars(extend("enum" = words::presences()))]
    presence: String,
    /// What colleagues see.
    reason: Option<String>,
}

/// `trunkline.presence.set`: the caller's presence with a reason, `offline` too.
pub(in crate::rest) async fn set_presence(call: Call, params: PresenceParams) -> Result<PresenceShown, RestError> {
    let presence = Presence::parse(&params.presence);
    let presence = presence.ok_or_else(|| RestError::method("STATUS_ERROR", "Status is not available"))?;
    change(&call, presence, params.reason.unwrap_or_default()).await?;
    shown(&call, call.caller.user.id).await
}

/// Parameters of `trunkline.presence.get`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::rest) struct PresenceOfParams {
    /// Absent: the caller.
    user_id: Option<i64>,
}

/// `trunkline.presence.get`: an employee's presence and its reason.
pub(in crate::rest) async fn get_presence(call: Call, params: PresenceOfParams) -> Result<PresenceShown, RestError> {
    shown(&call, params.user_id.unwrap_or(call.caller.user.id)).await
}

async fn shown(call: &Call, user_id: i64) -> Result<PresenceShown, RestError> {
    let found = call
        .read(move |tx| {
            let employee = users::find(tx, user_id)?.filter(|user| user.kind == users::Kind::Employee);
            match employee {
                None => Ok(None),
                Some(_) => presence::of(tx, user_id).map(Some),
            }
        })
        .await?;
    let (presence, reason) = found.ok_or_else(|| RestError::method("USER_NOT_FOUND", "User not found"))?;
    Ok(PresenceShown { user_id, presence, reason: Some(reason).filter(|reason| !reason.is_empty()) })
}
