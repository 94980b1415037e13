//! `imconnector.register`, `.unregister` and `.list`.

use desk::connectors::{self, BUILT_IN, Registration};
use desk::{Error, Refusal};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use wire::Node;

use super::super::{Call, NoParams, Outcome, RestError};

/// Longest code of a connector and longest name, in characters.
const NAME_CHARS_MAX: usize = 255;
/// Longest icon, in bytes of its data URI.
const ICON_BYTES_MAX: usize = 256 * 1024;
/// Longest address, in bytes.
const URL_BYTES_MAX: usize = 2048;

/// `ICON` is an object with `DATA_IMAGE`, `COLOR`, `SIZE`, `POSITION`, keys in any letter case.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct RegisterParams {
    id: Option<Node>,
    name: Option<Node>,
    icon: Option<Node>,
    icon_disabled: Option<Node>,
    placement_handler: Option<Node>,
    comment: Option<Node>,
    del_external_messages: Option<Node>,
    edit_internal_messages: Option<Node>,
    del_internal_messages: Option<Node>,
    newsletter: Option<Node>,
    need_system_messages: Option<Node>,
    need_signature: Option<Node>,
    chat_group: Option<Node>,
}

/// What is wrong with a registration: answered with HTTP 200 inside `result`.
type SoftError = (&'static str, &'static str);

const TAKEN: SoftError = ("APPLICATION_REGISTRATION_ERROR", "Application registration error");
const GENERAL: SoftError = ("GENERAL_CONNECTOR_REGISTRATION_ERROR", "General connector registration error");

/// `imconnector.register`
pub(super) async fn register(call: Call, params: RegisterParams) -> Outcome {
    let application_id = call.application()?.id;
    let registration = match registration(&params) {
        Ok(registration) => registration,
        Err(error) => return Ok(soft_failure(error)),
    };
    match call.change(move |change| connectors::register(change, application_id, &registration)).await {
        Ok(_) => Ok(json!({"result": true}).into()),
        Err(Error::Refused(Refusal::ConnectorTaken)) => Ok(soft_failure(TAKEN)),
        Err(error) => Err(error.into()),
    }
}

fn soft_failure((code, text): SoftError) -> super::super::Answer {
    json!({"result": false, "error": code, "error_description": text}).into()
}

/// The checks in the order of D-17.
fn registration(params: &RegisterParams) -> Result<Registration, SoftError> {
    let spelling = text(params.id.as_ref()).ok_or(("CONNECTOR_ID_REQUIRED", "Connector ID is not specified"))?;
    if spelling.contains('.') {
        let text = "Application registration error. Using a dot in the connector identifier is not allowed";
        return Err(("APPLICATION_REGISTRATION_ERROR_POINT", text));
    }
    let name = text(params.name.as_ref()).ok_or(("NAME_REQUIRED", "Connector name is not specified"))?;
    let icon = icon(params.icon.as_ref());
    let icon = icon
        .filter(|icon| icon.contains_key("DATA_IMAGE"))
        .ok_or(("ICON_REQUIRED", "Connector icon is not specified"))?;
    let placement_url = text(params.placement_handler.as_ref())
        .ok_or(("NO_PLACEMENT_HANDLER", "Failed to get embedding handler URL"))?;
    let forbidden = |c: char| c == '|' || c.is_whitespace() || c.is_control();
    let too_long = spelling.chars().count() > NAME_CHARS_MAX || name.chars().count() > NAME_CHARS_MAX;
    if spelling.contains(forbidden) || too_long || placement_url.len() > URL_BYTES_MAX {
        return Err(GENERAL);
    }
    // Without an icon of its own the switched off connector shows the usual one (D-21).
    let icon_disabled = self::icon(params.icon_disabled.as_ref()).unwrap_or_else(|| icon.clone());
    let (icon, icon_disabled) = (Value::Object(icon).to_string(), Value::Object(icon_disabled).to_string());
    if icon.len() > ICON_BYTES_MAX || icon_disabled.len() > ICON_BYTES_MAX {
        return Err(GENERAL);
    }
    let on = |node: &Option<Node>| node.as_ref().and_then(Node::as_flag).unwrap_or(true);
    Ok(Registration {
        spelling,
        name,
        icon,
        icon_disabled,
        placement_url,
        comment: text(params.comment.as_ref()).unwrap_or_default().chars().take(10_000).collect(),
        del_external_messages: on(&params.del_external_messages),
        edit_internal_messages: on(&params.edit_internal_messages),
        del_internal_messages: on(&params.del_internal_messages),
        newsletter: on(&params.newsletter),
        need_system_messages: on(&params.need_system_messages),
        need_signature: on(&params.need_signature),
        chat_group: params.chat_group.as_ref().and_then(Node::as_flag).unwrap_or(false),
    })
}

/// A text or number that is not empty.
fn text(node: Option<&Node>) -> Option<String> {
    let text = node?.as_text()?.trim().to_owned();
    (!text.is_empty()).then_some(text)
}

/// The known keys of an icon that have a text, under their upper-case names.
fn icon(node: Option<&Node>) -> Option<Map<String, Value>> {
    let node = node?;
    let keys = ["DATA_IMAGE", "COLOR", "SIZE", "POSITION"];
    let found = keys.iter().filter_map(|key| Some(((*key).to_owned(), json!(text(node.get_any_case(key))?))));
    Some(found.collect::<Map<String, Value>>()).filter(|icon| !icon.is_empty())
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct UnregisterParams {
    id: Option<Node>,
}

/// `imconnector.unregister` (D-29)
pub(super) async fn unregister(call: Call, params: UnregisterParams) -> Outcome {
    let application_id = call.application()?.id;
    let code = text(params.id.as_ref()).unwrap_or_default();
    let removed = call
        .change(move |change| {
            let removed = connectors::unregister(change, application_id, &code)?;
            if !removed {
                change.nothing_done();
            }
            Ok(removed)
        })
        .await?;
    Ok(match removed {
        true => json!({"result": true}).into(),
        false => soft_failure(("APPLICATION_UNREGISTRATION_ERROR", "Error unregistering the application")),
    })
}

/// `imconnector.list`: built-in ones first, then in the order of registration (D-28).
pub(super) async fn list(call: Call, _: NoParams) -> Outcome {
    if !call.caller.user.admin {
        return Err(RestError::method("ACCESS_DENIED", "You dont have access to this action"));
    }
    let registered = call.read(connectors::list).await?;
    let built_in = BUILT_IN.iter().map(|(code, name)| ((*code).to_owned(), json!(name)));
    let registered = registered.into_iter().map(|connector| (connector.code, json!(connector.registration.name)));
    Ok(Value::Object(built_in.chain(registered).collect()).into())
}
