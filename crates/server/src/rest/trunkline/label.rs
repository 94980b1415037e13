//! `trunkline.label.*`: what chats are marked with. Everybody may use labels and make new ones; supervisors change and remove
//! them.

use desk::labels::{self, COLORS, TITLE_CHARS_MAX};
use desk::users::Role;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::{Call, NoParams, RestError};
use super::{at_least, not_found, title};

/// What a chat is marked with.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(super) struct Label {
    id: i64,
    title: String,
    /// `red`, `orange`, `amber`, `green`, `teal`, `blue`, `violet`, `pink` or `gray`
    color: String,
}

impl From<labels::Label> for Label {
    fn from(label: labels::Label) -> Label {
        Label { id: label.id, title: label.title, color: label.color }
    }
}

/// `trunkline.label.list`
pub(super) async fn list(call: Call, _: NoParams) -> Result<Vec<Label>, RestError> {
    let found = call.read(labels::list).await?;
    Ok(found.into_iter().map(Label::from).collect())
}

/// Parameters of `trunkline.label.add`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct AddParams {
    title: String,
    color: String,
}

fn color(given: &str) -> Result<String, RestError> {
    match COLORS.contains(&given) {
        true => Ok(given.to_owned()),
        false => Err(RestError::argument("color", format!("A colour is one of: {}", COLORS.join(", ")))),
    }
}

/// `trunkline.label.add`
pub(super) async fn add(call: Call, params: AddParams) -> Result<Label, RestError> {
    let (title, color) = (title(&params.title, TITLE_CHARS_MAX)?, color(&params.color)?);
    let added = call.change(move |change| {
        let id = labels::add(change, &title, &color)?;
        Ok(Label { id, title, color })
    });
    Ok(added.await?)
}

/// Parameters of `trunkline.label.update`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct UpdateParams {
    id: i64,
    title: String,
    color: String,
}

/// `trunkline.label.update`
pub(super) async fn update(call: Call, params: UpdateParams) -> Result<Label, RestError> {
    at_least(&call, Role::Supervisor)?;
    let label =
        labels::Label { id: params.id, title: title(&params.title, TITLE_CHARS_MAX)?, color: color(&params.color)? };
    let updated = call.change(move |change| labels::update(change, &label).map(|()| label));
    updated.await.map(Label::from).map_err(not_found)
}

/// Names one label.
#[derive(Deserialize, JsonSchema)]
pub(super) struct LabelParams {
    id: i64,
}

/// `trunkline.label.delete`: also from the chats that have it.
pub(super) async fn delete(call: Call, params: LabelParams) -> Result<bool, RestError> {
    at_least(&call, Role::Supervisor)?;
    let done = call.change(move |change| labels::remove(change, params.id));
    done.await.map(|()| true).map_err(not_found)
}
