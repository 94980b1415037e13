//! A connector on a line: `imconnector.activate`, `.status`, `.connector.data.set` and `.chat.name.set`.

use desk::channels::{self, ChannelData};
use desk::chats::{self, Key};
use desk::connectors::{self, Connector};
use desk::{Change, Error, Refusal, customers, inbound, lines};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;
use wire::Node;
use wire::node::is_absent;

use super::super::params::{required_int, required_text};
use super::super::{Call, Outcome, RestError};

/// Longest name and link that is kept, in characters.
const FIELD_CHARS_MAX: usize = 2048;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct ActivateParams {
    connector: Option<Node>,
    line: Option<Node>,
    active: Option<Node>,
}

/// `imconnector.activate`: an unknown target gives `false` (D-23).
pub(super) async fn activate(call: Call, params: ActivateParams) -> Outcome {
    let application_id = call.application()?.id;
    let code = required_text(params.connector.as_ref(), "CONNECTOR")?;
    let line_id = required_int(params.line.as_ref(), "LINE")?;
    if is_absent(params.active.as_ref()) {
        return Err(RestError::empty_argument("ACTIVE"));
    }
    // Everything but a clear "no" enables (D-22).
    let active = params.active.as_ref().and_then(Node::as_flag).unwrap_or(true);
    let done = call
        .change(move |change| {
            let Some(connector) = own_on_line(change, application_id, &code, line_id)? else { return Ok(false) };
            channels::set_active(change, connector.id, line_id, active)?;
            Ok(true)
        })
        .await?;
    Ok(done.into())
}

/// The application's own connector, if the line exists too.
fn own_on_line(
    change: &mut Change<'_, '_>,
    application_id: i64,
    code: &str,
    line_id: i64,
) -> desk::Result<Option<Connector>> {
    let connector = match lines::find(change.tx, line_id)? {
        Some(_) => connectors::find(change.tx, code)?,
        None => None,
    };
    let own = connector.filter(|connector| connector.application_id == application_id);
    if own.is_none() {
        change.nothing_done();
    }
    Ok(own)
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct StatusParams {
    connector: Option<Node>,
    line: Option<Node>,
}

/// `imconnector.status` (D-26)
pub(super) async fn status(call: Call, params: StatusParams) -> Outcome {
    let code = required_text(params.connector.as_ref(), "CONNECTOR")?;
    let line_id = params.line.as_ref().and_then(Node::as_int).unwrap_or(0);
    let looked_up = code.clone();
    let channel = call
        .read(move |tx| match connectors::find(tx, &looked_up)? {
            Some(connector) => channels::find(tx, connector.id, line_id),
            None => Ok(None),
        })
        .await?
        .unwrap_or_default();
    Ok(json!({
        "LINE": line_id,
        "CONNECTOR": code.to_lowercase(),
        "ERROR": channel.failed,
        "CONFIGURED": channel.is_configured(),
        "STATUS": channel.is_configured() && !channel.failed,
    })
    .into())
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct DataParams {
    connector: Option<Node>,
    line: Option<Node>,
    data: Option<Node>,
}

/// `imconnector.connector.data.set` (D-27)
pub(super) async fn set_data(call: Call, params: DataParams) -> Outcome {
    let application_id = call.application()?.id;
    let code = required_text(params.connector.as_ref(), "CONNECTOR")?;
    let line_id = required_int(params.line.as_ref(), "LINE")?;
    let given = params.data.filter(|data| !data.is_empty()).ok_or_else(|| RestError::empty_argument("DATA"))?;
    if !matches!(given, Node::Map(_) | Node::List(_)) {
        return Err(RestError::argument("DATA", "The value of an argument 'DATA' must be of type array"));
    }
    let field = |name: &str| -> String {
        let text = given.get_any_case(name).and_then(Node::as_text).unwrap_or_default();
        text.trim().chars().take(FIELD_CHARS_MAX).collect()
    };
    let data =
        ChannelData { external_id: field("ID"), url: field("URL"), url_im: field("URL_IM"), name: field("NAME") };
    let done = call
        .change(move |change| {
            let Some(connector) = own_on_line(change, application_id, &code, line_id)? else { return Ok(false) };
            channels::set_data(change, connector.id, line_id, &data)?;
            Ok(true)
        })
        .await?;
    Ok(done.into())
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct ChatNameParams {
    connector: Option<Node>,
    line: Option<Node>,
    chat_id: Option<Node>,
    name: Option<Node>,
    user_id: Option<Node>,
}

/// `imconnector.chat.name.set` (D-43)
pub(super) async fn set_chat_name(call: Call, params: ChatNameParams) -> Outcome {
    let application_id = call.application()?.id;
    let code = required_text(params.connector.as_ref(), "CONNECTOR")?;
    let line_id = required_int(params.line.as_ref(), "LINE")?;
    let external_id = required_text(params.chat_id.as_ref(), "CHAT_ID")?;
    let name: String = required_text(params.name.as_ref(), "NAME")?.chars().take(255).collect();
    let user_id = params.user_id.as_ref().and_then(Node::as_text).map(|text| text.trim().to_owned());
    let user_id = user_id.filter(|id| !id.is_empty());
    let renamed = call
        .change(move |change| {
            let place = inbound::place(change, application_id, &code, line_id)?;
            let customer_id = match (place.connector.registration.chat_group, user_id) {
                (true, _) => 0,
                (false, None) => return Ok(Renamed::UserMissing),
                (false, Some(id)) => match customers::find(change.tx, place.connector.id, &id)? {
                    Some(customer_id) => customer_id,
                    None => return Err(Error::Refused(Refusal::NoChat)),
                },
            };
            let key = Key { connector_id: place.connector.id, line_id, external_id: &external_id, customer_id };
            let chat = chats::find_by_key(change.tx, key)?.ok_or(Refusal::NoChat)?;
            chats::rename(change, chat.id, &name)?;
            Ok(Renamed::Done)
        })
        .await;
    match renamed {
        Ok(Renamed::Done) => Ok(json!({"SUCCESS": true, "DATA": {"RESULT": {}}}).into()),
        Ok(Renamed::UserMissing) => Err(RestError::empty_argument("USER_ID")),
        Err(Error::Refused(Refusal::NoChat)) => {
            Err(RestError::method("CHAT_RENAMING_FAILED", "Failed to rename the chat"))
        }
        Err(error) => Err(error.into()),
    }
}

enum Renamed {
    Done,
    UserMissing,
}
