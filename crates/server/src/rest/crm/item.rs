//! `crm.item.*` for leads (1), deals (2), contacts (3) and companies (4).

use desk::crm::Type;
use desk::crm::items::{self, Draft};
use desk::crm::query::Query;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use wire::node::{Node, is_absent};

use super::super::{Call, Outcome, RestError, paging};
use super::entity::{answer, page};
use super::filter::{Reader, Select};
use super::input::{draft, object};
use super::shown::{CustomNames, modern};
use super::{Style, missing};

/// A new item.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AddParams {
    /// 1 lead, 2 deal, 3 contact, 4 company.
    entity_type_id: Option<Node>,
    /// Values by field; names that the type does not have are passed over.
    fields: Option<Node>,
    /// `Y`: custom fields as `UF_CRM_17`.
    use_original_uf_names: Option<Node>,
}

/// An item.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct GetParams {
    /// 1 lead, 2 deal, 3 contact, 4 company.
    entity_type_id: Option<Node>,
    /// Its id.
    id: Option<Node>,
    /// `Y`: custom fields as `UF_CRM_17`.
    use_original_uf_names: Option<Node>,
}

/// New values of an item.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct UpdateParams {
    /// 1 lead, 2 deal, 3 contact, 4 company.
    entity_type_id: Option<Node>,
    /// Its id.
    id: Option<Node>,
    /// Values by field; fields that are not named stay.
    fields: Option<Node>,
    /// `Y`: custom fields as `UF_CRM_17`.
    use_original_uf_names: Option<Node>,
}

/// What to list.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ListParams {
    /// 1 lead, 2 deal, 3 contact, 4 company.
    entity_type_id: Option<Node>,
    /// Values by field, with an operator before the name; groups may stand inside, `logic` = `OR` joins them.
    filter: Option<Node>,
    /// `ASC` or `DESC` by field.
    order: Option<Node>,
    /// Fields of the answer; everything unless given.
    select: Option<Node>,
    /// Offset of the first row; -1 does not count.
    start: Option<Node>,
    /// `Y`: custom fields as `UF_CRM_17`.
    use_original_uf_names: Option<Node>,
}

fn read_type(node: Option<&Node>) -> Result<Type, RestError> {
    if is_absent(node) {
        return Err(missing("entityTypeId"));
    }
    let found = node.and_then(Node::as_int).and_then(Type::from_id);
    found.ok_or_else(|| RestError::method("NOT_FOUND", "Smart process not found"))
}

fn read_id(node: Option<&Node>) -> Result<i64, RestError> {
    if is_absent(node) {
        return Err(missing("id"));
    }
    node.and_then(Node::as_int).ok_or_else(no_element)
}

fn no_element() -> RestError {
    RestError::method("NOT_FOUND", "Element not found")
}

fn read_fields(item_type: Type, call: &Call, node: Option<&Node>) -> Result<Draft, RestError> {
    match node {
        None | Some(Node::Null) => Err(missing("fields")),
        node => match object(node, "fields")? {
            Some(map) => draft(item_type, map, Style::Modern, &call.app.time_zone),
            None => Ok(Draft::default()),
        },
    }
}

fn names(node: Option<&Node>) -> CustomNames {
    let original = node.and_then(Node::as_flag) == Some(true);
    if original { CustomNames::Original } else { CustomNames::CamelCase }
}

async fn show(call: &Call, item_type: Type, id: i64, names: CustomNames) -> Outcome {
    let item = call.read(move |tx| items::find(tx, item_type, id)).await?.ok_or_else(no_element)?;
    Ok(json!({"item": modern(&call.app, &item, &Select::read(None), names)}).into())
}

/// `crm.item.add`: the new item.
pub(super) async fn add(call: Call, params: AddParams) -> Outcome {
    let item_type = read_type(params.entity_type_id.as_ref())?;
    let draft = read_fields(item_type, &call, params.fields.as_ref())?;
    let id = call.change(move |change| items::add(change, item_type, &draft)).await?;
    show(&call, item_type, id, names(params.use_original_uf_names.as_ref())).await
}

/// `crm.item.get`
pub(super) async fn get(call: Call, params: GetParams) -> Outcome {
    let item_type = read_type(params.entity_type_id.as_ref())?;
    let id = read_id(params.id.as_ref())?;
    show(&call, item_type, id, names(params.use_original_uf_names.as_ref())).await
}

/// `crm.item.update`: the changed item.
pub(super) async fn update(call: Call, params: UpdateParams) -> Outcome {
    let item_type = read_type(params.entity_type_id.as_ref())?;
    let id = read_id(params.id.as_ref())?;
    let draft = read_fields(item_type, &call, params.fields.as_ref())?;
    if !call.change(move |change| items::update(change, item_type, id, &draft)).await? {
        return Err(no_element());
    }
    show(&call, item_type, id, names(params.use_original_uf_names.as_ref())).await
}

/// `crm.item.list`
pub(super) async fn list(call: Call, params: ListParams) -> Outcome {
    let item_type = read_type(params.entity_type_id.as_ref())?;
    let reader = Reader { item_type, style: Style::Modern, time_zone: &call.app.time_zone };
    let filter = reader.filter(object(params.filter.as_ref(), "filter")?)?;
    let order = reader.order(object(params.order.as_ref(), "order")?)?;
    let (select, names) = (Select::read(params.select.as_ref()), names(params.use_original_uf_names.as_ref()));
    let query = Query { filter, order, ..page(paging::start(params.start.as_ref())?) };
    answer(&call, item_type, query, |items| {
        let items: Vec<Value> = items.iter().map(|item| modern(&call.app, item, &select, names)).collect();
        json!({"items": items})
    })
    .await
}
