//! `crm.activity.*`

use desk::crm::fields::{self, Name};
use desk::crm::items::{self, Input, Item};
use desk::crm::query::{Direction, Filter, Query};
use desk::crm::{Type, activities};
use desk::{Error, Refusal};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use wire::node::{Map, Node};

use super::super::{Call, Outcome, RestError, paging};
use super::entity::{self, ListParams, page};
use super::filter::{Reader, Select};
use super::input::{draft, object};
use super::{Style, plain, shown};

/// Where the communications of an activity are kept: JSON, as they were given.
const COMMUNICATIONS: &str = "COMMUNICATIONS";
/// Room for them.
const COMMUNICATIONS_BYTES_MAX: usize = 60_000;
/// Communications and bindings of one call at most.
const BOUND_MAX: usize = 50;

/// A new activity.
#[derive(Deserialize, JsonSchema)]
pub(super) struct AddParams {
    /// `OWNER_TYPE_ID`, `OWNER_ID`, `TYPE_ID`, `SUBJECT`, `RESPONSIBLE_ID`, `COMMUNICATIONS` and others.
    fields: Option<Node>,
}

/// `crm.activity.add`: the activity's id.
pub(super) async fn add(call: Call, params: AddParams) -> Outcome {
    let Some(given) = object(params.fields.as_ref(), "fields")? else {
        return Err(plain("Parameter 'fields' must be array."));
    };
    let value = |name: &str| Node::Map(given.clone()).get_any_case(name).cloned().unwrap_or_default();
    let number = |name: &str| value(name).as_int().filter(|number| *number > 0);
    if value("SUBJECT").as_text().is_none_or(|text| text.trim().is_empty()) {
        return Err(plain("The field SUBJECT is not defined or empty."));
    }
    if number("RESPONSIBLE_ID").is_none() {
        return Err(plain("The field RESPONSIBLE_ID is not defined or invalid."));
    }
    if number("TYPE_ID").is_none() {
        return Err(plain("The field TYPE_ID is not defined or invalid."));
    }
    let given_communications = value(COMMUNICATIONS);
    let communications = given_communications.items().filter(|items| !items.is_empty() && items.len() <= BOUND_MAX);
    let Some(communications) = communications else {
        return Err(plain("The field COMMUNICATIONS is not defined or invalid."));
    };
    let owner = number("OWNER_TYPE_ID").and_then(Type::from_id).zip(number("OWNER_ID"));
    let mut bound: Vec<(Type, i64)> = owner.into_iter().collect();
    bound.extend(communications.iter().filter_map(|one| communication_of(one)));
    let Some((owner_type, owner_id)) = bound.first().copied() else { return Err(no_binding()) };
    let mut draft = draft(Type::Activity, given, Style::Original, &call.app.time_zone)?;
    let kept = serde_json::to_string(&given_communications).unwrap_or_default();
    if kept.len() > COMMUNICATIONS_BYTES_MAX {
        return Err(plain("The field COMMUNICATIONS is not defined or invalid."));
    }
    draft.fields.push((Name::Custom(COMMUNICATIONS.to_owned()), Input::Text(kept)));
    for (name, number) in [("OWNER_TYPE_ID", owner_type.id()), ("OWNER_ID", owner_id)] {
        draft.fields.extend(fields::find(Type::Activity, name).map(|field| (field, Input::Int(number))));
    }
    let added = call.change(move |change| {
        for (item_type, id) in &bound {
            if !items::exists(change.tx, *item_type, *id)? {
                return Err(Error::Refused(Refusal::NotFound));
            }
        }
        activities::add(change, &draft, &bound)
    });
    match added.await {
        Ok(id) => Ok(id.into()),
        Err(Error::Refused(Refusal::NotFound)) => Err(no_binding()),
        Err(error) => Err(error.into()),
    }
}

fn no_binding() -> RestError {
    plain("Could not build binding. Please ensure that owner info and communications are defined correctly.")
}

/// The item that a communication names: `ENTITY_TYPE_ID` (a number or a word) and `ENTITY_ID`.
fn communication_of(node: &Node) -> Option<(Type, i64)> {
    let id = node.get_any_case("ENTITY_ID")?.as_int().filter(|id| *id > 0)?;
    let given = node.get_any_case("ENTITY_TYPE_ID").or_else(|| node.get_any_case("ENTITY_TYPE"))?;
    let item_type = given.as_int().and_then(Type::from_id).or_else(|| Type::from_code(&given.as_text()?))?;
    Some((item_type, id))
}

/// `crm.activity.list`
pub(super) async fn list(call: Call, params: ListParams) -> Outcome {
    let reader = Reader { item_type: Type::Activity, style: Style::Original, time_zone: &call.app.time_zone };
    let mut order = reader.order(object(params.order.as_ref(), "order")?)?;
    if order.is_empty() {
        order.extend(fields::find(Type::Activity, "START_TIME").map(|field| (field, Direction::Ascending)));
    }
    let given = object(params.filter.as_ref(), "filter")?;
    let filter = Filter::All(vec![reader.filter(given)?, bindings(given)]);
    let select = Select::read(params.select.as_ref());
    let query = Query { filter, order, ..page(paging::start(params.start.as_ref())?) };
    entity::answer(&call, Type::Activity, query, |items| {
        items.iter().map(|item| row(&call, item, &select)).collect::<Vec<_>>().into()
    })
    .await
}

fn row(call: &Call, item: &Item, select: &Select) -> Value {
    let mut row = shown::original(&call.app, item, select);
    if select.names(COMMUNICATIONS) {
        let kept = serde_json::from_str(item.text(COMMUNICATIONS)).unwrap_or_else(|_| Value::Array(Vec::new()));
        row.insert(COMMUNICATIONS.to_owned(), kept);
    }
    Value::Object(row)
}

/// `filter[BINDINGS]`: the activity is shown with one of these.
fn bindings(given: Option<&Map>) -> Filter {
    let node = given.and_then(|map| map.get("BINDINGS"));
    let entries = node.and_then(Node::items).unwrap_or_default();
    let number = |entry: &Node, name: &str| entry.get_any_case(name).and_then(Node::as_int);
    let pairs = entries.iter().take(BOUND_MAX).map(|entry| (number(entry, "OWNER_TYPE_ID"), number(entry, "OWNER_ID")));
    Filter::BoundTo(pairs.filter(|pair| *pair != (None, None)).collect())
}
