//! `imbot.message.*`

use desk::bots::{self, Reach};
use desk::edits::{Edit, Mark};
use desk::messages::Direction;
use desk::operators::Text;
use desk::{Error, Refusal};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use wire::node::Node;

use super::super::im::dialog_id::{self, DialogId};
use super::super::im::message::{changed, message_id};
use super::super::im::message_params::{Given, Part};
use super::super::{Call, MESSAGE_CHARS_MAX, Outcome, RestError};
use super::{bot_id, required_owner};

/// Largest attachment, keyboard or menu in bytes.
const PART_BYTES_MAX: usize = 30 * 1024;

/// Parameters of `imbot.message.add`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct AddParams {
    /// Absent: the first bot.
    bot_id: Option<Node>,
    /// `chatN`
    dialog_id: Option<Node>,
    message: Option<Node>,
    attach: Option<Node>,
    keyboard: Option<Node>,
    menu: Option<Node>,
    /// `Y`: as if the program had written it.
    system: Option<Node>,
    /// `N`: links are not expanded.
    url_preview: Option<Node>,
    /// `Y`: only employees read it.
    skip_connector: Option<Node>,
    client_id: Option<Node>,
}

/// `imbot.message.add`
pub(super) async fn add(call: Call, params: AddParams) -> Outcome {
    let owner = required_owner(&call, params.client_id.as_ref())?;
    let id = bot_id(params.bot_id.as_ref())?;
    let bot = call.read(move |tx| bots::owned(tx, &owner, id)).await?;
    let dialog = dialog_id::read(params.dialog_id.as_ref())?;
    let body = body(params.message.as_ref())?.unwrap_or_default().trim().to_owned();
    if body.is_empty() {
        return Err(RestError::method("MESSAGE_EMPTY", "Message can't be empty"));
    }
    let mut stored = Map::new();
    for (part, node) in [(Part::Attach, &params.attach), (Part::Keyboard, &params.keyboard), (Part::Menu, &params.menu)]
    {
        if let Given::Set(value) = read(part, node.as_ref())? {
            stored.insert(part.key().to_owned(), value);
        }
    }
    if is_off(params.url_preview.as_ref()) {
        stored.insert("URL_PREVIEW".to_owned(), json!("N"));
    }
    let DialogId::Chat(chat_id) = dialog else { return Err(not_added()) };
    let direction = if is_on(params.system.as_ref()) { Direction::System } else { Direction::Out };
    let reach = if is_on(params.skip_connector.as_ref()) { Reach::Employees } else { Reach::Everybody };
    let stored = if stored.is_empty() { String::new() } else { Value::Object(stored).to_string() };
    let text = Text { body, params: stored, ..Text::default() };
    let added = call.change(move |change| bots::write(change, &bot, chat_id, text, direction, reach)).await;
    match added {
        Ok(id) => Ok(id.into()),
        // It takes part in no such chat.
        Err(Error::Refused(Refusal::NoAccess)) => Err(not_added()),
        Err(error) => Err(error.into()),
    }
}

fn not_added() -> RestError {
    RestError::method("WRONG_REQUEST", "Message isn't added")
}

fn is_on(node: Option<&Node>) -> bool {
    node.and_then(Node::as_flag) == Some(true)
}

fn is_off(node: Option<&Node>) -> bool {
    node.and_then(Node::as_flag) == Some(false)
}

/// The text of a message; `None` when it is not given.
fn body(node: Option<&Node>) -> Result<Option<String>, RestError> {
    let Some(text) = node.and_then(Node::as_text) else { return Ok(None) };
    if text.chars().count() > MESSAGE_CHARS_MAX {
        return Err(RestError::argument("MESSAGE", format!("MESSAGE may have {MESSAGE_CHARS_MAX} characters")));
    }
    Ok(Some(text.into_owned()))
}

fn read(part: Part, node: Option<&Node>) -> Result<Given, RestError> {
    let given = part.read(node)?;
    match &given {
        Given::Set(value) if value.to_string().len() > PART_BYTES_MAX => Err(part.too_large()),
        _ => Ok(given),
    }
}

/// Parameters of `imbot.message.update`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct UpdateParams {
    bot_id: Option<Node>,
    message_id: Option<Node>,
    /// Absent: the text stays. Empty: the message is deleted.
    message: Option<Node>,
    attach: Option<Node>,
    keyboard: Option<Node>,
    menu: Option<Node>,
    url_preview: Option<Node>,
    client_id: Option<Node>,
}

/// `imbot.message.update`
pub(super) async fn update(call: Call, params: UpdateParams) -> Outcome {
    let owner = required_owner(&call, params.client_id.as_ref())?;
    let id = bot_id(params.bot_id.as_ref())?;
    let bot = call.read(move |tx| bots::owned(tx, &owner, id)).await?;
    let message_id = message_id(params.message_id.as_ref())?;
    let mut changes = Vec::new();
    for (part, node) in [(Part::Attach, &params.attach), (Part::Keyboard, &params.keyboard), (Part::Menu, &params.menu)]
    {
        match read(part, node.as_ref())? {
            Given::Absent => (),
            Given::Remove => changes.push((part.key(), None)),
            Given::Set(value) => changes.push((part.key(), Some(value))),
        }
    }
    if let Some(preview) = params.url_preview.as_ref().and_then(Node::as_flag) {
        changes.push(("URL_PREVIEW", (!preview).then(|| json!("N"))));
    }
    let body = body(params.message.as_ref())?;
    let outcome = match body {
        Some(text) if text.trim().is_empty() => call.change(move |change| bots::delete(change, &bot, message_id)).await,
        body => {
            let edit = Edit { body, params: changes, mark: Mark::Edited };
            call.change(move |change| bots::edit(change, &bot, message_id, edit)).await
        }
    };
    changed(outcome)
}

/// Parameters of `imbot.message.delete`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct DeleteParams {
    bot_id: Option<Node>,
    message_id: Option<Node>,
    client_id: Option<Node>,
}

/// `imbot.message.delete`
pub(super) async fn delete(call: Call, params: DeleteParams) -> Outcome {
    let owner = required_owner(&call, params.client_id.as_ref())?;
    let id = bot_id(params.bot_id.as_ref())?;
    let bot = call.read(move |tx| bots::owned(tx, &owner, id)).await?;
    let message_id = message_id(params.message_id.as_ref())?;
    changed(call.change(move |change| bots::delete(change, &bot, message_id)).await)
}
