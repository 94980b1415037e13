//! `crm.duplicate.findbycomm`

use desk::crm::{Type, multifields};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;
use wire::node::{Node, is_absent};
use wire::php::php_map;

use super::super::{Call, Outcome, RestError};

/// Values that are looked for at most.
const VALUES_MAX: usize = 20;

/// What to look for.
#[derive(Deserialize, JsonSchema)]
pub(super) struct FindParams {
    /// `PHONE` or `EMAIL`.
    r#type: Option<Node>,
    /// Up to 20 phone numbers or addresses.
    values: Option<Node>,
    /// `LEAD`, `CONTACT` or `COMPANY`; all three unless given.
    entity_type: Option<String>,
}

/// The leads, contacts and companies that have one of the phones or addresses.
pub(super) async fn find(call: Call, params: FindParams) -> Outcome {
    if is_absent(params.r#type.as_ref()) {
        return Err(RestError::method("Communication type is not defined", "Parameter 'type' is required."));
    }
    let given = params.r#type.as_ref().and_then(Node::as_text).unwrap_or_default();
    let kind = match given.trim().to_uppercase().as_str() {
        "PHONE" => "PHONE",
        "EMAIL" => "EMAIL",
        _ => {
            let shown: String = given.chars().take(50).collect();
            return Err(super::plain(format!("Communication type '{shown}' is not supported in current context")));
        }
    };
    if is_absent(params.values.as_ref()) {
        return Err(RestError::method("Communication values is not defined", "Parameter 'values' is required."));
    }
    let nodes = params.values.as_ref().map(|node| node.items().unwrap_or_else(|| vec![node])).unwrap_or_default();
    let texts = nodes.into_iter().filter_map(Node::as_text).map(|text| text.trim().to_owned());
    let usable = |text: &String| !text.is_empty() && text.len() <= multifields::VALUE_BYTES_MAX;
    let values: Vec<String> = texts.filter(usable).take(VALUES_MAX).collect();
    let types: Vec<Type> = match params.entity_type.as_deref() {
        None => vec![Type::Lead, Type::Contact, Type::Company],
        Some(code) => Type::from_code(code).filter(|one| one.has_multifields()).into_iter().collect(),
    };
    let found = call.read(move |tx| multifields::duplicates(tx, &types, kind, &values)).await?;
    Ok(php_map(found.into_iter().map(|(item_type, ids)| (item_type.code().to_owned(), json!(ids)))).into())
}
