//! `crm.*`: leads, deals, contacts and companies as far as connectors call them (public documentation, `api-reference/crm`;
//! D-70). `crm.contact.*` and its like speak of `ASSIGNED_BY_ID` and answer texts, `crm.item.*` speaks of `assignedById`
//! and answers numbers; both are made from the same tables of fields.

mod activity;
mod directory;
mod duplicate;
mod entity;
mod filter;
mod input;
mod item;
mod shown;
mod timeline;

use std::borrow::Cow;

use desk::crm::Type;

use super::{Callers, Method, RestError, method};

const SCOPES: &[&str] = &["crm"];

/// The names of a type's methods: add, get, list, update, delete, fields.
const ENTITIES: [(Type, [&str; 6]); 4] = [
    (
        Type::Lead,
        ["crm.lead.add", "crm.lead.get", "crm.lead.list", "crm.lead.update", "crm.lead.delete", "crm.lead.fields"],
    ),
    (
        Type::Deal,
        ["crm.deal.add", "crm.deal.get", "crm.deal.list", "crm.deal.update", "crm.deal.delete", "crm.deal.fields"],
    ),
    (
        Type::Contact,
        [
            "crm.contact.add",
            "crm.contact.get",
            "crm.contact.list",
            "crm.contact.update",
            "crm.contact.delete",
            "crm.contact.fields",
        ],
    ),
    (
        Type::Company,
        [
            "crm.company.add",
            "crm.company.get",
            "crm.company.list",
            "crm.company.update",
            "crm.company.delete",
            "crm.company.fields",
        ],
    ),
];

pub(super) fn methods() -> Vec<Method> {
    use Callers::All;
    let mut methods = vec![
        method("crm.item.add", SCOPES, All, item::add),
        method("crm.item.get", SCOPES, All, item::get),
        method("crm.item.list", SCOPES, All, item::list),
        method("crm.item.update", SCOPES, All, item::update),
        method("crm.duplicate.findbycomm", SCOPES, All, duplicate::find),
        method("crm.activity.add", SCOPES, All, activity::add),
        method("crm.activity.list", SCOPES, All, activity::list),
        method("crm.timeline.comment.add", SCOPES, All, timeline::add),
        method("crm.status.list", SCOPES, All, directory::statuses),
        method("crm.category.list", SCOPES, All, directory::categories),
    ];
    for (item_type, [add, get, list, update, delete, fields]) in ENTITIES {
        methods.extend([
            method(add, SCOPES, All, move |call, params| entity::add(item_type, call, params)),
            method(get, SCOPES, All, move |call, params| entity::get(item_type, call, params)),
            method(list, SCOPES, All, move |call, params| entity::list(item_type, call, params)),
            method(update, SCOPES, All, move |call, params| entity::update(item_type, call, params)),
            method(delete, SCOPES, All, move |call, params| entity::delete(item_type, call, params)),
            method(fields, SCOPES, All, move |call, params| entity::fields(item_type, call, params)),
        ]);
    }
    methods
}

/// An error as the older methods give it: 400 and an empty code.
fn plain(text: impl Into<Cow<'static, str>>) -> RestError {
    RestError::method("", text)
}

/// The family of names and values that a method speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    /// `ASSIGNED_BY_ID`, values as text; what cannot be read is passed over.
    Original,
    /// `assignedById`, values by type; what cannot be read is refused.
    Modern,
}

/// A required parameter of the newer methods is missing.
fn missing(name: &str) -> RestError {
    RestError::method("100", format!("Could not find value for parameter {{{name}}}"))
}
