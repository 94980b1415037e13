//! `imconnector.send.status.delivery` and `.reading`.

use desk::outbound::{self, Confirmation};
use desk::{Error, Refusal, connectors};
use serde_json::json;
use wire::node::{Node, is_absent};

use super::super::params::{required_int, required_text};
use super::super::{Call, Outcome, RestError};

/// Confirmations in one call at most.
const ELEMENTS_MAX: usize = 1000;
/// External ids of one message at most, and the longest, in bytes.
const IDS_MAX: usize = 100;
const ID_BYTES_MAX: usize = 255;

/// `imconnector.send.status.delivery`: what is unknown is passed over, the answer is always SUCCESS (D-41).
pub(super) async fn delivered(call: Call) -> Outcome {
    confirm(call, Effect::Delivered).await
}

/// `imconnector.send.status.reading`: checked like a delivery; the answer is the same whatever is known (D-42). The inbox shows
/// the message as read.
pub(super) async fn read(call: Call) -> Outcome {
    confirm(call, Effect::Read).await
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Effect {
    Delivered,
    Read,
}

async fn confirm(mut call: Call, effect: Effect) -> Outcome {
    let application_id = call.application()?.id;
    let code = required_text(call.params.get("CONNECTOR"), "CONNECTOR")?;
    let line_id = required_int(call.params.get("LINE"), "LINE")?;
    if is_absent(call.params.get("MESSAGES")) {
        return Err(RestError::empty_argument("MESSAGES"));
    }
    let messages = call.params.take("MESSAGES").unwrap_or_default();
    let messages = messages.items().unwrap_or_default();
    if messages.len() > ELEMENTS_MAX {
        let text = format!("At most {ELEMENTS_MAX} messages in one call: send the rest in further calls");
        return Err(RestError::argument("MESSAGES", text));
    }
    let confirmations: Vec<Confirmation> = messages.into_iter().filter_map(confirmation).collect();
    call.change(move |change| {
        let connector = connectors::find(change.tx, &code)?;
        let connector = connector.filter(|connector| connector.application_id == application_id);
        let connector = connector.ok_or(Error::Refused(Refusal::NoProvider))?;
        for confirmed in &confirmations {
            match effect {
                Effect::Delivered => outbound::confirm(change, &connector, line_id, confirmed)?,
                Effect::Read => outbound::confirm_read(change, &connector, line_id, confirmed)?,
            }
        }
        Ok(())
    })
    .await?;
    Ok(json!({"SUCCESS": true, "DATA": []}).into())
}

/// `im` with numbers or texts, or a bare message id; `message.id` scalar, list, `[null]` or absent.
fn confirmation(node: &Node) -> Option<Confirmation> {
    let im = node.get_any_case("im")?;
    let (chat_id, message_id) = match im {
        Node::Map(_) => (im.get_any_case("chat_id").and_then(Node::as_int), im.get_any_case("message_id")?.as_int()?),
        bare => (None, bare.as_int()?),
    };
    let message = node.get_any_case("message");
    let ids = message.and_then(|message| message.get_any_case("id"));
    let ids = match ids {
        Some(Node::Bool(_)) | None => Vec::new(),
        Some(scalar @ (Node::Text(_) | Node::Number(_))) => vec![scalar],
        Some(list) => list.items().unwrap_or_default(),
    };
    let external_ids = ids
        .into_iter()
        .filter(|id| !matches!(id, Node::Bool(_)))
        .filter_map(|id| id.as_text().map(|text| text.trim().to_owned()))
        .filter(|id| !id.is_empty() && id.len() <= ID_BYTES_MAX)
        .take(IDS_MAX)
        .collect();
    let date = message.and_then(|message| message.get_any_case("date")).and_then(Node::as_int);
    let at_ms = date.filter(|seconds| (0..=253_402_300_799).contains(seconds)).map(|seconds| seconds * 1000);
    Some(Confirmation { chat_id, message_id, external_ids, at_ms })
}
