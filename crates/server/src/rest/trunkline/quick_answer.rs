//! `trunkline.quickanswer.*`: the texts that `imopenlines.message.quick.save` saved.

use desk::{Error, Millis, Refusal, lines, queue, quick_answers};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::{Call, RestError};

/// Parameters of `trunkline.quickanswer.list`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct ListParams {
    line_id: i64,
}

/// A text to answer with.
#[derive(Serialize, JsonSchema)]
pub(super) struct QuickAnswer {
    id: i64,
    text: String,
    /// The message that it was made from, 0 for none.
    message_id: i64,
    /// The employee who saved it.
    created_by: i64,
    created_ms: Millis,
}

/// `trunkline.quickanswer.list`: for an administrator or operator of the line, in the order in which they were saved.
pub(super) async fn list(call: Call, params: ListParams) -> Result<Vec<QuickAnswer>, RestError> {
    let user = call.caller.user.clone();
    let answers = call
        .read(move |tx| {
            let line = lines::find(tx, params.line_id)?.ok_or(Refusal::NotFound)?;
            if !user.admin && !queue::contains(tx, line.id, user.id)? {
                return Err(Error::Refused(Refusal::NoAccess));
            }
            quick_answers::list(tx, &line)
        })
        .await?;
    let shown = answers.into_iter().map(|answer| QuickAnswer {
        id: answer.id,
        text: answer.body,
        message_id: answer.message_id,
        created_by: answer.created_by,
        created_ms: answer.created_ms,
    });
    Ok(shown.collect())
}
