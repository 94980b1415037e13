//! `trunkline.quickanswer.*`: texts to answer with, those that `imopenlines.message.quick.save` saved among them. A text may name
//! `{customer.name}`, `{operator.name}`, `{line.name}` and `{session.id}`, which whoever shows it fills in.

use desk::quick_answers::{self, Edit, QuickAnswer as Stored, TITLE_CHARS_MAX};
use desk::sight::{self, Sight};
use desk::users::Role;
use desk::{Error, Refusal, lines};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Tx;

use super::super::{Call, MESSAGE_CHARS_MAX, RestError};
use super::{at_least, clearable, forbidden, limited, not_found, nullable};

/// A text to answer with.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(super) struct QuickAnswer {
    id: i64,
    /// Its line; `null` when it is of several or of all.
    line_id: Option<i64>,
    /// May be empty.
    title: String,
    text: String,
    /// The message that it was made from, 0 for none.
    message_id: i64,
    /// The employee who saved it.
    created_by: i64,
}

impl From<Stored> for QuickAnswer {
    fn from(answer: Stored) -> QuickAnswer {
        QuickAnswer {
            id: answer.id,
            line_id: (answer.line_id != 0).then_some(answer.line_id),
            title: answer.title,
            text: answer.body,
            message_id: answer.message_id,
            created_by: answer.created_by,
        }
    }
}

/// Those of all lines and of the lines that the employee sees.
pub(super) fn all(tx: &mut Tx<'_>, sight: &Sight) -> desk::Result<Vec<QuickAnswer>> {
    let mut found = quick_answers::of_all_lines(tx)?;
    for line in lines::list(tx)?.into_iter().filter(|line| sight.sees_line(line.id)) {
        found.extend(quick_answers::list(tx, &line)?);
    }
    found.sort_by_key(|answer| answer.id);
    found.dedup_by_key(|answer| answer.id);
    Ok(found.into_iter().map(QuickAnswer::from).collect())
}

/// Parameters of `trunkline.quickanswer.list`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct ListParams {
    /// Absent: of all lines that the caller sees.
    line_id: Option<i64>,
}

/// `trunkline.quickanswer.list`: in the order in which they were saved.
pub(super) async fn list(call: Call, params: ListParams) -> Result<Vec<QuickAnswer>, RestError> {
    let user = call.caller.user.clone();
    let found = call.read(move |tx| {
        let sight = sight::of(tx, &user)?;
        let Some(line_id) = params.line_id else { return all(tx, &sight) };
        let line = lines::find(tx, line_id)?.filter(|line| sight.sees_line(line.id)).ok_or(Refusal::NotFound)?;
        let mut found = quick_answers::of_all_lines(tx)?;
        found.extend(quick_answers::list(tx, &line)?);
        found.sort_by_key(|answer| answer.id);
        Ok(found.into_iter().map(QuickAnswer::from).collect())
    });
    found.await.map_err(not_found)
}

/// Parameters of `trunkline.quickanswer.add`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct AddParams {
    /// `null`: for all lines, which supervisors may add.
    line_id: Option<i64>,
    title: Option<String>,
    text: String,
}

/// A title without blanks around, if it is sound.
fn title(given: &str) -> Result<String, RestError> {
    limited("title", given, TITLE_CHARS_MAX)
}

/// A text, if it is sound.
fn text(given: String) -> Result<String, RestError> {
    if given.trim().is_empty() || given.chars().count() > MESSAGE_CHARS_MAX {
        return Err(RestError::argument("text", format!("A text has 1 to {MESSAGE_CHARS_MAX} characters")));
    }
    Ok(given)
}

/// `trunkline.quickanswer.add`
pub(super) async fn add(call: Call, params: AddParams) -> Result<QuickAnswer, RestError> {
    let title = title(&params.title.unwrap_or_default())?;
    let text = text(params.text)?;
    if params.line_id.is_none() {
        at_least(&call, Role::Supervisor)?;
    }
    let user = call.caller.user.clone();
    let added = call.change(move |change| {
        let line = match params.line_id {
            None => None,
            Some(line_id) => {
                let sight = sight::of(change.tx, &user)?;
                let line = lines::find(change.tx, line_id)?.filter(|line| sight.sees_line(line.id));
                Some(line.ok_or(Refusal::NotFound)?)
            }
        };
        quick_answers::add(change, line.as_ref(), &title, &text)
    });
    added.await.map(QuickAnswer::from).map_err(not_found)
}

/// Parameters of `trunkline.quickanswer.update`: what is absent stays.
#[derive(Deserialize, JsonSchema)]
pub(super) struct UpdateParams {
    id: i64,
    /// The line that it is for from now on. `null`: for all lines; an answer that several lines share stays theirs. Only
    /// supervisors put an answer among those of all lines, or take it from there.
    #[serde(default, deserialize_with = "nullable")]
    line_id: Option<Option<i64>>,
    #[serde(default, deserialize_with = "clearable")]
    title: Option<String>,
    #[serde(default, deserialize_with = "clearable")]
    text: Option<String>,
}

/// `trunkline.quickanswer.update`: who saved it, and supervisors.
pub(super) async fn update(call: Call, params: UpdateParams) -> Result<QuickAnswer, RestError> {
    let title = params.title.as_deref().map(title).transpose()?;
    let edit = Edit { title, body: params.text.map(text).transpose()?, line_id: params.line_id };
    let user = call.caller.user.clone();
    let updated = call.change(move |change| quick_answers::update(change, &user, params.id, &edit));
    updated.await.map(QuickAnswer::from).map_err(|error| match error {
        Error::Refused(Refusal::NoAccess) => forbidden(),
        error => not_found(error),
    })
}

/// Names one quick answer.
#[derive(Deserialize, JsonSchema)]
pub(super) struct AnswerParams {
    id: i64,
}

/// `trunkline.quickanswer.delete`: who saved it, and supervisors.
pub(super) async fn delete(call: Call, params: AnswerParams) -> Result<bool, RestError> {
    let user = call.caller.user.clone();
    let done = call.change(move |change| quick_answers::remove(change, &user, params.id));
    done.await.map(|()| true).map_err(not_found)
}
