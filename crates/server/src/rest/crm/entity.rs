//! `crm.lead.*`, `crm.deal.*`, `crm.contact.*`, `crm.company.*`: add, get, list, update, delete, fields.

use desk::crm::Type;
use desk::crm::items::{self, Draft};
use desk::crm::query::{self, Query};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use wire::node::Node;

use super::super::paging::{self, PAGE_ROWS, Start};
use super::super::{Answer, Call, NoParams, Outcome, RestError};
use super::filter::{Reader, Select};
use super::input::{draft, object};
use super::{Style, plain, shown};

/// Values of the new item by field.
#[derive(Deserialize, JsonSchema)]
pub(super) struct AddParams {
    /// Values by field; names that the type does not have are passed over.
    fields: Option<Node>,
    /// `REGISTER_SONET_EVENT` and the like: nothing here depends on them.
    params: Option<Node>,
}

/// Which item.
#[derive(Deserialize, JsonSchema)]
pub(super) struct IdParams {
    /// Its id.
    id: Option<Node>,
}

/// New values of an item by field.
#[derive(Deserialize, JsonSchema)]
pub(super) struct UpdateParams {
    /// Its id.
    id: Option<Node>,
    /// Values by field; fields that are not named stay.
    fields: Option<Node>,
    /// As for adding.
    params: Option<Node>,
}

/// What to list.
#[derive(Deserialize, JsonSchema)]
pub(super) struct ListParams {
    /// Values by field, with an operator before the name.
    pub filter: Option<Node>,
    /// `ASC` or `DESC` by field.
    pub order: Option<Node>,
    /// Fields of the answer; `*` and `UF_*` unless given.
    pub select: Option<Node>,
    /// Offset of the first row; -1 does not count.
    pub start: Option<Node>,
}

/// `crm.contact.add` and its like: the new item's id.
pub(super) async fn add(item_type: Type, call: Call, params: AddParams) -> Outcome {
    let draft = read_fields(item_type, &call, params.fields.as_ref(), params.params.as_ref())?;
    let id = call.change(move |change| items::add(change, item_type, &draft)).await?;
    Ok(id.into())
}

fn read_fields(item_type: Type, call: &Call, fields: Option<&Node>, params: Option<&Node>) -> Result<Draft, RestError> {
    if fields.is_none_or(|node| *node == Node::Null) {
        return Err(plain("Parameter 'fields' must be array."));
    }
    let given = object(fields, "fields")?;
    object(params, "params")?;
    match given {
        Some(map) => draft(item_type, map, Style::Original, &call.app.time_zone),
        None => Ok(Draft::default()),
    }
}

fn read_id(node: Option<&Node>) -> Result<i64, RestError> {
    let id = node.and_then(Node::as_int).filter(|id| *id > 0);
    id.ok_or_else(|| plain("ID is not defined or invalid."))
}

/// `crm.contact.get` and its like.
pub(super) async fn get(item_type: Type, call: Call, params: IdParams) -> Outcome {
    let id = read_id(params.id.as_ref())?;
    let item = call.read(move |tx| items::find(tx, item_type, id)).await?.ok_or_else(|| plain("Not found"))?;
    let everything = Node::List(["*", "UF_*", "PHONE", "EMAIL", "WEB", "IM", "LINK"].map(Node::from).to_vec());
    Ok(Value::Object(shown::original(&call.app, &item, &Select::read(Some(&everything)))).into())
}

/// `crm.contact.list` and its like.
pub(super) async fn list(item_type: Type, call: Call, params: ListParams) -> Outcome {
    let reader = Reader { item_type, style: Style::Original, time_zone: &call.app.time_zone };
    let order = reader.order(object(params.order.as_ref(), "order")?)?;
    let filter = reader.filter(object(params.filter.as_ref(), "filter")?)?;
    let select = Select::read(params.select.as_ref());
    let query = Query { filter, order, ..page(paging::start(params.start.as_ref())?) };
    answer(&call, item_type, query, |items| {
        items.iter().map(|item| Value::Object(shown::original(&call.app, item, &select))).collect::<Vec<_>>().into()
    })
    .await
}

/// A query for one page of everything.
pub(super) fn page(start: Start) -> Query {
    let start = match start {
        Start::At(offset) => Some(i64::try_from(offset).unwrap_or(i64::MAX)),
        Start::Uncounted => None,
    };
    let limit = i64::try_from(PAGE_ROWS).expect("a page is small");
    Query { filter: query::Filter::All(Vec::new()), order: Vec::new(), start, limit }
}

/// Runs a query and shows its rows with `total` and `next`.
pub(super) async fn answer(
    call: &Call,
    item_type: Type,
    query: Query,
    show: impl FnOnce(&[items::Item]) -> Value,
) -> Outcome {
    let (start, limit) = (query.start, query.limit);
    let found = call.read_long(move |tx| query::list(tx, item_type, &query)).await?;
    let next = start.map(|start| start.saturating_add(limit)).filter(|next| *next < found.total);
    Ok(Answer { result: show(&found.items), total: Some(found.total), next })
}

/// `crm.contact.update` and its like.
pub(super) async fn update(item_type: Type, call: Call, params: UpdateParams) -> Outcome {
    let id = read_id(params.id.as_ref())?;
    let draft = read_fields(item_type, &call, params.fields.as_ref(), params.params.as_ref())?;
    if call.change(move |change| items::update(change, item_type, id, &draft)).await? {
        return Ok(true.into());
    }
    Err(match item_type {
        Type::Contact | Type::Company => plain(format!("{} is not found", item_type.title())),
        _ => plain("Not found"),
    })
}

/// `crm.contact.delete` and its like.
pub(super) async fn delete(item_type: Type, call: Call, params: IdParams) -> Outcome {
    let id = read_id(params.id.as_ref())?;
    if call.change(move |change| items::delete(change, item_type, id)).await? {
        return Ok(true.into());
    }
    Err(match item_type {
        Type::Contact => RestError::method("ERROR_CORE", "Element not found"),
        Type::Company => plain("Company is not found"),
        _ => plain("Not found"),
    })
}

/// `crm.contact.fields` and its like.
pub(super) async fn fields(item_type: Type, _: Call, _: NoParams) -> Outcome {
    Ok(Value::Object(shown::descriptions(item_type)).into())
}
