//! `imopenlines.network.*`: lines known by a code (D-56).

use desk::operators::Text;
use desk::{Error, Refusal, network};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use wire::node::Node;

use super::super::im::message_params::{Given, Part};
use super::super::{Call, MESSAGE_CHARS_MAX, Outcome, RestError};
use super::operator::positive;

/// Largest attachment or keyboard in bytes.
const PART_BYTES_MAX: usize = 30 * 1024;

fn code(node: Option<&Node>) -> Result<String, RestError> {
    let code = node.and_then(Node::as_text).filter(|code| code.chars().count() == network::CODE_CHARS);
    code.map(std::borrow::Cow::into_owned).ok_or_else(|| RestError::method("CODE", "You entered an invalid code"))
}

fn refused(error: Error) -> RestError {
    match error {
        Error::Refused(Refusal::NotFound) => not_found(),
        Error::Refused(Refusal::LineInactive) => RestError::method("INACTIVE", "Openline is inactive"),
        Error::Refused(Refusal::NoChat) => RestError::method("WRONG_REQUEST", "Message isn't added"),
        error => error.into(),
    }
}

fn not_found() -> RestError {
    RestError::method("NOT_FOUND", "Line not found")
}

/// Parameters of `imopenlines.network.join`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct JoinParams {
    /// 32 characters.
    code: Option<Node>,
}

/// `imopenlines.network.join`
pub(super) async fn join(call: Call, params: JoinParams) -> Outcome {
    let code = code(params.code.as_ref())?;
    let bot_id = call.change(move |change| network::join(change, &code)).await.map_err(refused)?;
    Ok(bot_id.into())
}

/// Parameters of `imopenlines.network.message.add`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct AddParams {
    /// 32 characters.
    code: Option<Node>,
    /// A customer who has a chat on the line.
    user_id: Option<Node>,
    message: Option<Node>,
    attach: Option<Node>,
    /// Only buttons with a link.
    keyboard: Option<Node>,
    /// `N`: links are not expanded.
    url_preview: Option<Node>,
}

/// `imopenlines.network.message.add`
pub(super) async fn add(call: Call, params: AddParams) -> Outcome {
    let code = code(params.code.as_ref())?;
    let user_id = positive(params.user_id.as_ref());
    let now = call.now;
    let asked = code.clone();
    let (known, too_early) = call
        .read(move |tx| {
            let too_early = network::is_too_early(tx, now, &asked, user_id.unwrap_or(0))?;
            Ok((network::exists(tx, &asked)?, too_early))
        })
        .await?;
    if !known {
        return Err(not_found());
    }
    let user_id = user_id.ok_or_else(|| RestError::method("USER_ID_EMPTY", "User ID can't be empty"))?;
    if too_early {
        return Err(Refusal::TooEarly.into());
    }
    let text = params.text()?;
    call.change(move |change| network::send(change, &code, user_id, text)).await.map_err(refused)?;
    Ok(true.into())
}

impl AddParams {
    fn text(&self) -> Result<Text, RestError> {
        let body = self.message.as_ref().and_then(Node::as_text).unwrap_or_default().into_owned();
        if body.trim().is_empty() {
            return Err(RestError::method("MESSAGE_EMPTY", "Message can't be empty"));
        }
        if body.chars().count() > MESSAGE_CHARS_MAX {
            return Err(RestError::argument("MESSAGE", format!("MESSAGE may have {MESSAGE_CHARS_MAX} characters")));
        }
        let mut params = Map::new();
        for (part, node) in [(Part::Attach, &self.attach), (Part::Keyboard, &self.keyboard)] {
            let Given::Set(value) = part.read(node.as_ref())? else { continue };
            if value.to_string().len() > PART_BYTES_MAX {
                return Err(part.too_large());
            }
            if part == Part::Keyboard && !has_only_links(&value) {
                return Err(part.invalid());
            }
            params.insert(part.key().to_owned(), value);
        }
        if self.url_preview.as_ref().and_then(Node::as_flag) == Some(false) {
            params.insert("URL_PREVIEW".to_owned(), json!("N"));
        }
        let params = if params.is_empty() { String::new() } else { Value::Object(params).to_string() };
        Ok(Text { body, params, ..Text::default() })
    }
}

/// Whether every button leads to another site and does nothing else.
fn has_only_links(keyboard: &Value) -> bool {
    let buttons = keyboard["BUTTONS"].as_array().map(Vec::as_slice).unwrap_or_default();
    buttons.iter().all(|button| {
        let leads_away = button["LINK"].as_str().is_some_and(|link| {
            let link = link.to_ascii_lowercase();
            link.starts_with("https://") || link.starts_with("http://")
        });
        let acts = ["COMMAND", "ACTION", "APP_ID"].iter().any(|key| button.get(key).is_some_and(|value| value != ""));
        button["TYPE"] == "NEWLINE" || (leads_away && !acts)
    })
}
