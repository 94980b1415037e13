//! `crm.timeline.comment.add`

use desk::crm::{Type, comments};
use desk::{Error, Refusal};
use schemars::JsonSchema;
use serde::Deserialize;
use wire::node::{Node, is_absent};

use super::super::{Call, Outcome, RestError};
use super::missing;

/// Longest comment, in bytes.
const TEXT_BYTES_MAX: usize = 65_535;

/// A new comment.
#[derive(Deserialize, JsonSchema)]
pub(super) struct AddParams {
    /// `ENTITY_TYPE` (`lead`, `deal`, `contact`, `company`), `ENTITY_ID`, `COMMENT`; files are not kept.
    fields: Option<Node>,
}

/// `crm.timeline.comment.add`: the comment's id.
pub(super) async fn add(call: Call, params: AddParams) -> Outcome {
    let Some(fields) = params.fields.filter(|fields| matches!(fields, Node::Map(_))) else {
        return Err(missing("fields"));
    };
    for name in ["ENTITY_ID", "ENTITY_TYPE"] {
        if is_absent(fields.get_any_case(name)) {
            return Err(missing(name));
        }
    }
    let Some(comment) = fields.get_any_case("COMMENT") else { return Err(missing("COMMENT")) };
    let comment = comment.as_text().filter(|text| !text.trim().is_empty() && text.len() <= TEXT_BYTES_MAX);
    let comment = comment.ok_or_else(|| RestError::method("INVALID_ARG_VALUE", "Empty comment"))?.into_owned();
    let code = fields.get_any_case("ENTITY_TYPE").and_then(Node::as_text).unwrap_or_default();
    let item_type =
        Type::from_code(&code).ok_or_else(|| RestError::method("OWNER_NOT_FOUND", "Owner of the item not found"))?;
    let id = fields.get_any_case("ENTITY_ID").and_then(Node::as_int).unwrap_or(0);
    match call.change(move |change| comments::add(change, item_type, id, &comment)).await {
        Ok(id) => Ok(id.into()),
        Err(Error::Refused(Refusal::NotFound)) => Err(RestError::method("NOT_FOUND", "Not found.")),
        Err(error) => Err(error.into()),
    }
}
