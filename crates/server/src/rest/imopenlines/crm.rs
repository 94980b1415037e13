//! `imopenlines.crm.*`: the chats of a CRM object, and a lead made of a chat (`contract/openlines.md` 3.4). Every active
//! employee may see the whole CRM, so access is refused only for what is no type of object.

use desk::crm::Type;
use desk::crm::dialogs::{self, Which};
use desk::users::{self, Kind};
use desk::{Cause, Error, Refusal, tracker};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use wire::node::{Node, is_absent};

use super::super::{Call, MESSAGE_CHARS_MAX, Outcome, RestError, insufficient_scope};
use super::operator::ChatParams;

/// A CRM object whose chats are wanted.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct GetParams {
    /// `lead`, `deal`, `company`, `contact`.
    crm_entity_type: Option<Node>,
    /// The object's id.
    crm_entity: Option<Node>,
    /// `N` for all chats, else those with an open session.
    active_only: Option<Node>,
}

/// A CRM object.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct ObjectParams {
    /// `lead`, `deal`, `company`, `contact`.
    crm_entity_type: Option<Node>,
    /// The object's id.
    crm_entity: Option<Node>,
}

/// A CRM object, one of its chats and a user.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct UserParams {
    /// `lead`, `deal`, `company`, `contact`.
    crm_entity_type: Option<Node>,
    /// The object's id.
    crm_entity: Option<Node>,
    /// An employee or a bot.
    user_id: Option<Node>,
    /// One of the object's chats; its last one unless given.
    chat_id: Option<Node>,
}

/// A message into a chat of a CRM object.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct MessageParams {
    /// `lead`, `deal`, `company`, `contact`.
    crm_entity_type: Option<Node>,
    /// The object's id.
    crm_entity: Option<Node>,
    /// Who writes: an employee or a bot, a member of the chat.
    user_id: Option<Node>,
    /// One of the object's chats.
    chat_id: Option<Node>,
    /// Text.
    message: Option<Node>,
}

/// `imopenlines.crm.lead.create`
pub(super) async fn create_lead(call: Call, params: ChatParams) -> Outcome {
    let chat_id = params.chat_id()?;
    call.change(move |change| tracker::create_lead(change, chat_id)).await?;
    Ok(true.into())
}

/// `imopenlines.crm.chat.get`
pub(super) async fn get(call: Call, params: GetParams) -> Outcome {
    let (item_type, id) = object(params.crm_entity_type.as_ref(), params.crm_entity.as_ref())?;
    let item_type = item_type.ok_or_else(action_denied)?;
    let all = params.active_only.as_ref().and_then(Node::as_flag) == Some(false);
    let which = if all { Which::All } else { Which::Active };
    let chats = call.read(move |tx| dialogs::of_item(tx, item_type, id, which)).await?;
    let shown = chats.into_iter().map(
        |chat| json!({"CHAT_ID": chat.id.to_string(), "CONNECTOR_ID": chat.connector, "CONNECTOR_TITLE": chat.title}),
    );
    Ok(shown.collect::<Vec<Value>>().into())
}

/// `imopenlines.crm.chat.getLastId`
pub(super) async fn last_id(call: Call, params: ObjectParams) -> Outcome {
    let (given_type, given_id) = (params.crm_entity_type.as_ref(), params.crm_entity.as_ref());
    if is_absent(given_type) || is_absent(given_id) {
        return Err(RestError::method("CRM_CHAT_EMPTY_CRM_DATA", "Empty CRM data"));
    }
    let (item_type, id) = object(given_type, given_id)?;
    let found = match item_type {
        Some(item_type) => call.read(move |tx| dialogs::last(tx, item_type, id)).await?,
        None => None,
    };
    let chat_id = found.ok_or_else(|| RestError::method("CRM_CHAT_EMPTY_CRM_DATA", "Could not find CRM entity"))?;
    Ok(chat_id.into())
}

/// `imopenlines.crm.chat.user.add`: the chat, 0 when the object has none. Bots need the scope `crm` as well.
pub(super) async fn add_user(call: Call, params: UserParams) -> Outcome {
    let (item_type, id) = object(params.crm_entity_type.as_ref(), params.crm_entity.as_ref())?;
    if is_absent(params.user_id.as_ref()) {
        // The documented text, odd as it is.
        return Err(RestError::argument("USER_ID", "Argument 'Empty USER_ID' is null or empty"));
    }
    let item_type = item_type.ok_or_else(join_denied)?;
    let user_id = params.user_id.as_ref().and_then(Node::as_int).unwrap_or(0);
    let chat_id = optional_chat(params.chat_id.as_ref())?;
    let user = call.read(move |tx| users::find(tx, user_id)).await?;
    if user.is_some_and(|user| user.kind == Kind::Bot) && !call.caller.has_any_scope(&["crm"]) {
        return Err(insufficient_scope(&call));
    }
    let added = call.change(move |change| dialogs::join(change, (item_type, id), chat_id, user_id)).await;
    added.map(Into::into).map_err(|error| match error {
        Error::Refused(Refusal::NoAccess) => RestError::access_denied(
            "Access denied! This user does not have access to the chat because he does not have access to this CRM entity",
        ),
        Error::Refused(Refusal::NothingToDo) => {
            RestError::method("WRONG_REQUEST", "You don't have access or user already member in chat")
        }
        error => chat_error(error),
    })
}

/// `imopenlines.crm.chat.user.delete`: the chat, 0 when the object has none.
pub(super) async fn delete_user(call: Call, params: UserParams) -> Outcome {
    if is_absent(params.user_id.as_ref()) {
        return Err(RestError::method("CRM_CHAT_EMPTY_USER", "Empty User ID"));
    }
    let (given_type, given_id) = (params.crm_entity_type.as_ref(), params.crm_entity.as_ref());
    if is_absent(given_type) || is_absent(given_id) {
        return Err(RestError::method("CRM_CHAT_EMPTY_CRM_DATA", "Empty CRM data"));
    }
    let (item_type, id) = object(given_type, given_id)?;
    let item_type = item_type.ok_or_else(join_denied)?;
    let user_id = params.user_id.as_ref().and_then(Node::as_int).unwrap_or(0);
    let chat_id = optional_chat(params.chat_id.as_ref())?;
    let removed = call.change(move |change| dialogs::leave(change, (item_type, id), chat_id, user_id)).await;
    removed.map(Into::into).map_err(|error| match error {
        Error::Refused(Refusal::NoAccess) => RestError::new(
            http::StatusCode::FORBIDDEN,
            "CHAT_DELETE_USER_PERMISSION_DENIED",
            "You don't have access to delete a user from this chat",
        ),
        Error::Refused(Refusal::NothingToDo) => {
            RestError::method("WRONG_REQUEST", "You don't have access or user already not in chat")
        }
        error => chat_error(error),
    })
}

/// `imopenlines.crm.message.add`: the message's id.
pub(super) async fn add_message(call: Call, params: MessageParams) -> Outcome {
    let (item_type, id) = object(params.crm_entity_type.as_ref(), params.crm_entity.as_ref())?;
    let user_id = required_number(params.user_id.as_ref(), "USER_ID")?;
    let chat_id = required_number(params.chat_id.as_ref(), "CHAT_ID")?;
    if is_absent(params.message.as_ref()) {
        return Err(RestError::empty_argument("MESSAGE"));
    }
    let item_type = item_type.ok_or_else(action_denied)?;
    let not_added = || RestError::method("MESSAGE_ADD_ERROR", "Message isn't added");
    let body = params.message.as_ref().and_then(Node::as_text).map(std::borrow::Cow::into_owned);
    let body = body.filter(|body| !body.trim().is_empty() && body.chars().count() <= MESSAGE_CHARS_MAX);
    let body = body.ok_or_else(not_added)?;
    let written = call
        .app
        .change_for(Cause { actor_id: user_id, ..call.cause() }, move |change| {
            dialogs::write(change, (item_type, id), chat_id, &body)
        })
        .await;
    written.map(Into::into).map_err(|error| match error {
        Error::Refused(Refusal::NoUser) => {
            RestError::access_denied("Access denied! User dont have access to this entity")
        }
        Error::Refused(Refusal::NoAccess) => {
            RestError::method("CANCELED", "You cannot send messages to the specified chat")
        }
        Error::Refused(Refusal::OtherChat) => chat_error(error),
        Error::Refused(_) => not_added(),
        error => error.into(),
    })
}

/// Type and id of an object; the type is `None` when there is none of this name.
fn object(entity_type: Option<&Node>, entity: Option<&Node>) -> Result<(Option<Type>, i64), RestError> {
    if is_absent(entity_type) {
        return Err(RestError::empty_argument("CRM_ENTITY_TYPE"));
    }
    let id = required_number(entity, "CRM_ENTITY")?;
    let item_type = entity_type.and_then(Node::as_text).and_then(|code| Type::from_code(&code));
    Ok((item_type, id))
}

fn required_number(node: Option<&Node>, name: &'static str) -> Result<i64, RestError> {
    super::super::params::required_int(node, name)
}

fn optional_chat(node: Option<&Node>) -> Result<Option<i64>, RestError> {
    match node.filter(|node| !node.is_empty()) {
        None => Ok(None),
        Some(node) => Ok(Some(node.as_int().ok_or_else(not_in_crm)?)),
    }
}

fn not_in_crm() -> RestError {
    RestError::method("CHAT_NOT_IN_CRM", "Chat does not belong to the CRM entity being checked")
}

fn action_denied() -> RestError {
    RestError::access_denied("Access denied! You dont have access to this action")
}

fn join_denied() -> RestError {
    RestError::access_denied("Access denied! You don't have access to join user to chat")
}

fn chat_error(error: Error) -> RestError {
    match error {
        Error::Refused(Refusal::OtherChat) => not_in_crm(),
        Error::Refused(Refusal::NoUser) => RestError::method("CRM_CHAT_USER_NOT_ACTIVE", "User not active"),
        error => error.into(),
    }
}
