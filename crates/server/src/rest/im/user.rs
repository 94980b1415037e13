//! `im.user.*` (`contract/platform.md` 9.3).

use desk::users;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use wire::node::{Node, is_absent};
use wire::php::php_map;

use super::super::{Call, NoParams, Outcome, RestError, views};

/// Users in one call at most.
const USERS_MAX: usize = 500;

/// Parameters of `im.user.get`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct GetParams {
    /// Absent: the caller.
    id: Option<Node>,
}

/// `im.user.get`
pub(super) async fn get(call: Call, params: GetParams) -> Outcome {
    let id = match params.id.as_ref().filter(|node| !node.is_empty()) {
        None => call.caller.user.id,
        Some(node) => {
            let id = node.as_int().filter(|id| *id > 0);
            id.ok_or_else(|| RestError::method("ID_EMPTY", "User ID can't be empty"))?
        }
    };
    let user = call.read(move |tx| users::find(tx, id)).await?;
    let user = user.ok_or_else(|| RestError::method("USER_NOT_EXISTS", "User does not exist"))?;
    Ok(views::user::object(&call.app, &user).into())
}

/// Parameters of `im.user.list.get`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct ListParams {
    /// Array of ids, or the same as JSON text.
    id: Option<Node>,
    /// `array`: a list instead of an object keyed by id.
    result_type: Option<Node>,
}

/// `im.user.list.get`: unknown ids are left out (P-112).
pub(super) async fn list(call: Call, params: ListParams) -> Outcome {
    let ids = ids(params.id.as_ref())
        .ok_or_else(|| RestError::method("INVALID_FORMAT", "A wrong format for the ID field is passed"))?;
    let users = call.read(move |tx| users::find_many(tx, &ids)).await?;
    let as_list = params.result_type.as_ref().and_then(Node::as_text).is_some_and(|kind| kind == "array");
    let objects = users.iter().map(|user| views::user::object(&call.app, user));
    Ok(match as_list {
        true => json!(objects.collect::<Vec<Value>>()).into(),
        false => php_map(users.iter().map(|user| user.id.to_string()).zip(objects)).into(),
    })
}

fn ids(node: Option<&Node>) -> Option<Vec<i64>> {
    let node = node.filter(|_| !is_absent(node))?;
    let parsed;
    let node = match node {
        Node::Text(text) => {
            parsed = Node::from(serde_json::from_str::<Value>(text).ok()?);
            &parsed
        }
        node => node,
    };
    let items = node.items().filter(|items| !items.is_empty() && items.len() <= USERS_MAX)?;
    let mut ids = Vec::with_capacity(items.len());
    for item in items {
        let id = item.as_int()?;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Some(ids)
}

/// `im.revision.get` (P-111)
pub(super) async fn revision(_call: Call, _params: NoParams) -> Outcome {
    Ok(json!({"rest": 32, "web": 130, "mobile": 22, "desktop": 6, "im_revision_mobile": 22}).into())
}
