//! Items as answers show them: texts in the older methods, typed values in `crm.item.*`.

use desk::crm::Type;
use desk::crm::fields::{self, Access, Column, Field, Kind, Place};
use desk::crm::items::{Item, Stored};
use desk::crm::multifields::{KINDS, Multifield};
use serde_json::{Map, Value, json};

use super::filter::Select;
use crate::app::App;

/// The fields of an item as `crm.contact.get` and its like show them. Phones and addresses only where there are some.
pub(super) fn original(app: &App, item: &Item, select: &Select) -> Map<String, Value> {
    let mut row = Map::new();
    for field in fields::of(item.item_type) {
        let wanted = match field.kind {
            Kind::Multifield | Kind::Items(_) => select.names(field.name),
            _ => field.name == "ID" || select.all() || select.names(field.name),
        };
        if !wanted {
            continue;
        }
        match field.kind {
            Kind::Multifield => {
                let values: Vec<Value> = of_kind(item, field.name).map(multifield).collect();
                if !values.is_empty() {
                    row.insert(field.name.to_owned(), values.into());
                }
            }
            _ => {
                row.insert(field.name.to_owned(), as_text(app, item, field));
            }
        }
    }
    for (name, stored) in &item.values {
        if name.starts_with("UF_") && (select.all_custom() || select.names(name)) {
            row.insert(name.clone(), custom(stored));
        }
    }
    row
}

fn of_kind<'i>(item: &'i Item, kind: &'i str) -> impl Iterator<Item = &'i Multifield> {
    item.multifields.iter().filter(move |value| value.kind == kind)
}

fn multifield(value: &Multifield) -> Value {
    json!({"ID": value.id.to_string(), "VALUE_TYPE": value.value_type, "VALUE": value.value, "TYPE_ID": value.kind})
}

fn custom(stored: &Stored) -> Value {
    match stored {
        Stored::One(text) => json!(text),
        Stored::Many(list) => json!(list),
    }
}

fn list(item: &Item, name: &str) -> Vec<String> {
    match item.values.get(name) {
        Some(Stored::Many(list)) => list.clone(),
        Some(Stored::One(text)) => vec![text.clone()],
        None => Vec::new(),
    }
}

/// `CONTACT_IDS`: what was given, else the main one alone.
fn related(item: &Item, field: &Field) -> Vec<String> {
    let main = match field.name {
        "CONTACT_IDS" => item.contact_id,
        "COMPANY_IDS" => item.company_id,
        _ => 0,
    };
    let given = list(item, field.name);
    if given.is_empty() && main != 0 { vec![main.to_string()] } else { given }
}

fn yes_no(flag: bool) -> &'static str {
    if flag { "Y" } else { "N" }
}

/// Whether there is a value of the kind; for messengers, one of an open line.
fn has(item: &Item, kind: &str) -> bool {
    of_kind(item, kind).any(|value| kind != "IM" || value.value_type == "OPENLINE")
}

fn as_text(app: &App, item: &Item, field: &Field) -> Value {
    match field.place {
        Place::Id => json!(item.id.to_string()),
        Place::Column(Column::Stage) => json!(item.stage),
        Place::Column(Column::Semantic) => json!(item.semantic),
        Place::Column(column) => {
            let number = item.number(column);
            match field.kind {
                Kind::Flag => json!(yes_no(!item.is_open())),
                Kind::DateTime => number.map_or_else(|| json!(""), |at_ms| json!(app.datetime(at_ms))),
                Kind::Item(_) if number == Some(0) => Value::Null,
                _ => json!(number.unwrap_or(0).to_string()),
            }
        }
        Place::Value(default) => value_as_text(app, item, field, default),
        Place::Has(kind) => json!(yes_no(has(item, kind))),
        Place::Fixed(_) if field.kind == Kind::Object => json!([]),
        Place::Fixed(text) => json!(text),
        Place::Multifields => Value::Null,
    }
}

fn value_as_text(app: &App, item: &Item, field: &Field, default: &str) -> Value {
    let text = match item.text(field.name) {
        "" => default,
        text => text,
    };
    match field.kind {
        Kind::Double => json!(format!("{:.2}", text.parse::<f64>().unwrap_or(0.0))),
        Kind::Date | Kind::DateTime => json!(text.parse().map(|at_ms| app.datetime(at_ms)).unwrap_or_default()),
        Kind::Items(_) => json!(related(item, field)),
        _ if text.is_empty() => Value::Null,
        _ => json!(text),
    }
}

/// How custom fields are called in `crm.item.*`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CustomNames {
    /// `ufCrm_17`
    CamelCase,
    /// `UF_CRM_17`
    Original,
}

/// An item as `crm.item.*` shows it; everything is shown only with `*`.
pub(super) fn modern(app: &App, item: &Item, select: &Select, names: CustomNames) -> Value {
    let all = select.all();
    let mut row = Map::new();
    for field in fields::of(item.item_type).filter(|field| field.kind != Kind::Multifield) {
        let name = field.modern_name();
        if all || name == "id" || select.names(&name) {
            row.insert(name, typed(app, item, field));
        }
    }
    if item.item_type.has_multifields() {
        for (name, kind, value_type) in ALIASES {
            if all || select.names(name) {
                let first =
                    of_kind(item, kind).find(|value| value_type.is_none_or(|wanted| value.value_type == wanted));
                row.insert((*name).to_owned(), json!(first.map_or("", |value| value.value.as_str())));
            }
        }
        if all {
            row.insert("fm".to_owned(), modern_multifields(item));
        }
    }
    for (original, stored) in item.values.iter().filter(|(name, _)| name.starts_with("UF_")) {
        let camel = fields::modern_custom_name(original);
        if all || select.names(original) || select.names(&camel) {
            row.insert(if names == CustomNames::Original { original.clone() } else { camel }, custom(stored));
        }
    }
    if all {
        row.insert("observers".to_owned(), json!([]));
        row.insert("entityTypeId".to_owned(), json!(item.item_type.id()));
    }
    Value::Object(row)
}

/// The first value of a kind and type, under a name of its own.
const ALIASES: &[(&str, &str, Option<&str>)] = &[
    ("phoneMobile", "PHONE", Some("MOBILE")),
    ("phoneWork", "PHONE", Some("WORK")),
    ("phoneMailing", "PHONE", Some("MAILING")),
    ("emailHome", "EMAIL", Some("HOME")),
    ("emailWork", "EMAIL", Some("WORK")),
    ("emailMailing", "EMAIL", Some("MAILING")),
    ("imol", "IM", Some("OPENLINE")),
    ("email", "EMAIL", None),
    ("phone", "PHONE", None),
];

fn modern_multifields(item: &Item) -> Value {
    let values = KINDS.into_iter().flat_map(|kind| of_kind(item, kind));
    let shown = values.map(
        |value| json!({"id": value.id, "valueType": value.value_type, "value": value.value, "typeId": value.kind}),
    );
    shown.collect::<Vec<_>>().into()
}

fn typed(app: &App, item: &Item, field: &Field) -> Value {
    match field.place {
        Place::Id => json!(item.id),
        Place::Column(Column::Stage | Column::Semantic) | Place::Has(_) => as_text(app, item, field),
        Place::Column(column) => {
            let number = item.number(column);
            match field.kind {
                Kind::Flag => as_text(app, item, field),
                Kind::DateTime => json!(number.map(|at_ms| app.datetime(at_ms))),
                _ => json!(number.unwrap_or(0)),
            }
        }
        Place::Value(default) => {
            let text = match item.text(field.name) {
                "" => default,
                text => text,
            };
            match field.kind {
                Kind::Double => amount(text),
                Kind::Int => json!(text.parse::<i64>().ok()),
                Kind::Date | Kind::DateTime => json!(text.parse().ok().map(|at_ms| app.datetime(at_ms))),
                Kind::Items(_) => {
                    json!(related(item, field).iter().filter_map(|id| id.parse::<i64>().ok()).collect::<Vec<_>>())
                }
                _ if text.is_empty() => Value::Null,
                _ => json!(text),
            }
        }
        Place::Fixed(text) => json!(text),
        Place::Multifields => Value::Null,
    }
}

/// A whole amount without a fraction, as JSON of the protocol has it.
fn amount(text: &str) -> Value {
    let number: f64 = text.parse().unwrap_or(0.0);
    #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
    match number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0 {
        true => json!(number as i64),
        false => json!(number),
    }
}

/// `crm.contact.fields` and its like.
pub(super) fn descriptions(item_type: Type) -> Map<String, Value> {
    fields::of(item_type).map(|field| (field.name.to_owned(), description(field))).collect()
}

fn description(field: &Field) -> Value {
    let word = match field.kind {
        Kind::Int => "integer",
        Kind::Text => "string",
        Kind::Flag => "char",
        Kind::Double => "double",
        Kind::Date => "date",
        Kind::DateTime => "datetime",
        Kind::User => "user",
        Kind::Status(_) => "crm_status",
        Kind::Currency => "crm_currency",
        Kind::Category => "crm_category",
        Kind::Item(Type::Lead) => "crm_lead",
        Kind::Item(Type::Company) => "crm_company",
        Kind::Items(Type::Company) => "crm_company",
        Kind::Item(_) | Kind::Items(_) => "crm_contact",
        Kind::File => "file",
        Kind::Multifield => "crm_multifield",
        Kind::Object => "object",
        Kind::Custom => "string",
    };
    let mut shown = json!({
        "type": word,
        "isRequired": false,
        "isReadOnly": field.access == Access::ReadOnly,
        "isImmutable": field.access == Access::Immutable,
        "isMultiple": matches!(field.kind, Kind::Multifield | Kind::Items(_)),
        "isDynamic": false,
    });
    if let Kind::Status(directory) = field.kind {
        shown["statusType"] = json!(directory);
    }
    shown["title"] = json!(field.title);
    shown
}
