//! `user.userfield.*`: fields of employees that administrators declare (`contract/platform.md` 8.4).

mod input;
mod settings;

use std::cmp::Ordering;

use desk::user_fields::{self, UserField};
use desk::{Error, Refusal};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use wire::node::{Map as NodeMap, Node, is_absent};

use super::super::{Call, Callers, Method, Outcome, RestError, method, paging};
use super::filter::{self, Column, Holds, Matching};

const SCOPES: &[&str] = &[super::custom::SCOPE];

pub(super) fn methods() -> Vec<Method> {
    use Callers::All;
    vec![
        method("user.userfield.add", SCOPES, All, add).audited(),
        method("user.userfield.list", SCOPES, All, list),
        method("user.userfield.update", SCOPES, All, update).audited(),
        method("user.userfield.delete", SCOPES, All, delete).audited(),
    ]
}

/// Parameters of `user.userfield.add`.
#[derive(Deserialize, JsonSchema)]
struct AddParams {
    /// `FIELD_NAME`, `USER_TYPE_ID` and what else is to be said of the field.
    fields: Option<Node>,
}

/// `user.userfield.add`: answers the id.
async fn add(call: Call, params: AddParams) -> Outcome {
    let fields = fields_of(params.fields.as_ref())?.ok_or_else(|| RestError::empty_argument("fields"))?;
    let name = input::name(fields)?;
    let kind = input::kind(fields)?;
    let field = input::changed(input::new(name, kind, fields)?, fields)?;
    require_administrator(&call)?;
    let name = field.name.clone();
    let added = call
        .change(move |change| {
            let id = user_fields::add(change.tx, &field)?;
            change.about(id);
            Ok(id)
        })
        .await;
    let id = added.map_err(|error| match error {
        Error::Refused(Refusal::FieldTaken) => {
            RestError::method("ERROR_CORE", format!("Field {name} for USER object already exists"))
        }
        error => error.into(),
    })?;
    Ok(id.into())
}

/// Parameters of `user.userfield.list`.
#[derive(Deserialize, JsonSchema)]
struct ListParams {
    /// `asc` or `desc` by column.
    order: Option<Node>,
    /// Values by column with an optional operator before the name.
    filter: Option<Node>,
    /// Offset of the first row; -1 does not count.
    start: Option<Node>,
}

/// What one may filter and sort by.
const COLUMNS: &[Column] = &[
    Column::new("ID", Holds::Number),
    Column::new("FIELD_NAME", Holds::Text),
    Column::new("USER_TYPE_ID", Holds::Text),
    Column::new("XML_ID", Holds::Text),
    Column::new("SORT", Holds::Number),
    Column::new("MULTIPLE", Holds::Flag),
    Column::new("MANDATORY", Holds::Flag),
    Column::new("SHOW_FILTER", Holds::Code),
    Column::new("SHOW_IN_LIST", Holds::Flag),
    Column::new("EDIT_IN_LIST", Holds::Flag),
    Column::new("IS_SEARCHABLE", Holds::Flag),
];

/// `user.userfield.list`
async fn list(call: Call, params: ListParams) -> Outcome {
    let conditions = filter::read("filter", params.filter.as_ref(), Matching::Whole, COLUMNS)?;
    let order = order(params.order.as_ref())?;
    let start = paging::start(params.start.as_ref())?;
    require_administrator(&call)?;
    let mut rows: Vec<Map<String, Value>> = call.read(user_fields::list).await?.iter().map(row).collect();
    rows.retain(|row| conditions.iter().all(|condition| condition.holds(row, &call.app.time_zone)));
    // The sort keeps the order of the portal, by sort and id, where nothing else is asked for.
    rows.sort_by(|one, other| {
        let by = order.iter().map(|(column, descending)| match descending {
            true => column.compare(other, one),
            false => column.compare(one, other),
        });
        by.fold(Ordering::Equal, Ordering::then)
    });
    Ok(paging::page(rows, start).map(Value::Object))
}

/// Columns with whether they descend; unknown ones are passed over.
fn order(node: Option<&Node>) -> Result<Vec<(&'static Column, bool)>, RestError> {
    let map = match node {
        Some(Node::Map(map)) => map,
        node if is_absent(node) => return Ok(Vec::new()),
        _ => return Err(RestError::argument("order", "The value of an argument 'order' must be of type array")),
    };
    let descends = |node: &Node| node.as_text().is_some_and(|text| text.eq_ignore_ascii_case("desc"));
    let columns = map.iter().filter_map(|(code, node)| Some((Column::find(COLUMNS, code)?, descends(node))));
    Ok(columns.collect())
}

fn row(field: &UserField) -> Map<String, Value> {
    let flag = |value: bool| if value { "Y" } else { "N" };
    let settings: Value = serde_json::from_str(&field.settings).unwrap_or_else(|_| json!({}));
    let mut row = Map::new();
    let mut put = |key: &str, value: Value| row.insert(key.to_owned(), value);
    put("ID", json!(field.id.to_string()));
    put("ENTITY_ID", json!("USER"));
    put("FIELD_NAME", json!(field.name));
    put("USER_TYPE_ID", json!(field.kind));
    put("XML_ID", json!(Some(&field.xml_id).filter(|id| !id.is_empty())));
    put("SORT", json!(field.sort.to_string()));
    put("MULTIPLE", json!(flag(field.multiple)));
    put("MANDATORY", json!(flag(field.mandatory)));
    put("SHOW_FILTER", json!(field.show_filter));
    put("SHOW_IN_LIST", json!(flag(field.show_in_list)));
    put("EDIT_IN_LIST", json!(flag(field.edit_in_list)));
    put("IS_SEARCHABLE", json!(flag(field.searchable)));
    // An empty object of PHP is an empty list.
    put("SETTINGS", if settings == json!({}) { json!([]) } else { settings });
    if field.kind == input::ENUMERATION {
        let items = field.items.iter().map(|item| {
            json!({
                "ID": item.id.to_string(),
                "SORT": item.sort.to_string(),
                "VALUE": item.value,
                "DEF": flag(item.default),
                "XML_ID": item.xml_id,
            })
        });
        put("LIST", items.collect());
    }
    row
}

/// Parameters of `user.userfield.update`.
#[derive(Deserialize, JsonSchema)]
struct UpdateParams {
    id: Option<Node>,
    /// What changes; the name, the type and whether it holds a list stay as they are.
    fields: Option<Node>,
}

/// `user.userfield.update`
async fn update(call: Call, params: UpdateParams) -> Outcome {
    let id = field_id(params.id.as_ref())?;
    let fields = fields_of(params.fields.as_ref())?.cloned().unwrap_or_default();
    require_administrator(&call)?;
    let stored = call.read(move |tx| user_fields::find(tx, id)).await?.ok_or_else(access_denied)?;
    let field = input::changed(stored, &fields)?;
    let updated = call.change(move |change| user_fields::update(change.tx, &field)).await;
    updated.map_err(not_there)?;
    Ok(true.into())
}

/// Parameters of `user.userfield.delete`.
#[derive(Deserialize, JsonSchema)]
struct DeleteParams {
    id: Option<Node>,
}

/// `user.userfield.delete`: with what employees have in it.
async fn delete(call: Call, params: DeleteParams) -> Outcome {
    let id = field_id(params.id.as_ref())?;
    require_administrator(&call)?;
    let removed = call.change(move |change| user_fields::remove(change.tx, id)).await;
    removed.map_err(not_there)?;
    Ok(true.into())
}

fn field_id(node: Option<&Node>) -> Result<i64, RestError> {
    let id = node.and_then(Node::as_int).filter(|id| *id > 0);
    id.ok_or_else(|| RestError::method("", "ID is not defined or invalid"))
}

fn fields_of(node: Option<&Node>) -> Result<Option<&NodeMap>, RestError> {
    match node {
        Some(Node::Map(map)) => Ok(Some(map)),
        node if is_absent(node) => Ok(None),
        _ => Err(RestError::argument("fields", "The value of an argument 'fields' must be of type array")),
    }
}

fn require_administrator(call: &Call) -> Result<(), RestError> {
    if call.caller.user.admin { Ok(()) } else { Err(access_denied()) }
}

/// Also what is answered when there is no such field.
fn access_denied() -> RestError {
    RestError::method("", "Access denied.")
}

fn not_there(error: Error) -> RestError {
    match error {
        Error::Refused(Refusal::NotFound) => access_denied(),
        error => error.into(),
    }
}
