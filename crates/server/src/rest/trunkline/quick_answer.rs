//! `trunkline.quickanswer.*`: the texts that `imopenlines.message.quick.save` saved.

use desk::{Error, Refusal, lines, queue, quick_answers};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use wire::node::Node;

use super::super::params::required_int;
use super::super::{Call, Outcome};

/// Parameters of `trunkline.quickanswer.list`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct ListParams {
    line: Option<Node>,
}

/// `trunkline.quickanswer.list`: for an administrator or operator of the line, in the order in which they were saved.
pub(super) async fn list(call: Call, params: ListParams) -> Outcome {
    let line_id = required_int(params.line.as_ref(), "LINE")?;
    let user = call.caller.user.clone();
    let answers = call
        .read(move |tx| {
            let line = lines::find(tx, line_id)?.ok_or(Refusal::NotFound)?;
            if !user.admin && !queue::contains(tx, line_id, user.id)? {
                return Err(Error::Refused(Refusal::NoAccess));
            }
            quick_answers::list(tx, &line)
        })
        .await?;
    let shown = answers.iter().map(|answer| {
        json!({
            "ID": answer.id,
            "TEXT": answer.body,
            "MESSAGE_ID": answer.message_id,
            "CREATED_BY": answer.created_by,
            "DATE_CREATE": call.app.datetime(answer.created_ms),
        })
    });
    Ok(shown.collect::<Value>().into())
}
