//! Employees: `user.get`, `user.search`, `user.current`, `user.fields`, `user.add`, `user.update` (`contract/platform.md` 8.4).

mod change;
mod fields;
mod filter;

use std::cmp::Ordering;

use desk::profiles::{self, Profile};
use desk::users::{self, User};
use schemars::JsonSchema;
use serde_json::{Map, Value, json};
use wire::node::{Node, is_absent};

use super::{Call, Callers, Method, NoParams, Outcome, RestError, method, paging, raw_method};
use crate::app::App;
use crate::files::avatar_url;
use fields::{FIELDS, Field, Visibility};
use filter::{Condition, Matching};

/// Any of them opens the methods; which one says how much of an employee is shown.
const SCOPES: &[&str] = &["user", "user_basic", "user_brief"];

pub(super) fn methods() -> Vec<Method> {
    vec![
        raw_method::<ListParams, _, _>("user.get", SCOPES, Callers::All, get),
        raw_method::<ListParams, _, _>("user.search", SCOPES, Callers::All, search),
        method("user.current", SCOPES, Callers::All, current),
        method("user.fields", SCOPES, Callers::All, list_fields),
        raw_method::<change::ChangeParams, _, _>("user.add", &["user"], Callers::All, change::add),
        raw_method::<change::ChangeParams, _, _>("user.update", &["user"], Callers::All, change::update),
    ]
}

/// Parameters of `user.get` and `user.search`. Fields to filter by may also stand beside them.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "read by hand, because any further parameter is a filter; this is its description")]
struct ListParams {
    /// Field to sort by; `ID` unless given.
    sort: Option<String>,
    /// `ASC` or `DESC`.
    order: Option<String>,
    /// Values by field with an optional operator before the name.
    filter: Option<Value>,
    /// `user.search`: a text that any field may begin with.
    find: Option<String>,
    /// Fields of the answer.
    select: Option<Vec<String>>,
    /// Offset of the first row; -1 does not count.
    start: Option<i64>,
}

/// `user.get`
async fn get(call: Call) -> Outcome {
    list(call, Matching::Whole).await
}

/// `user.search`: like `user.get`, but texts match from the beginning of a word.
async fn search(call: Call) -> Outcome {
    list(call, Matching::WordStart).await
}

/// `user.current`: the caller's row.
async fn current(call: Call, _: NoParams) -> Outcome {
    let id = call.caller.user.id;
    let profile = call.read(move |tx| profiles::of(tx, id)).await?;
    let mut row = row(&call.app, &call.caller.user, &profile);
    let seen = visibility(&call);
    // The documented row has everything but the type.
    row.retain(|code, _| code != "USER_TYPE" && is_visible(code, seen));
    Ok(Value::Object(row).into())
}

/// `user.fields`: titles of the fields that the scope shows.
async fn list_fields(call: Call, _: NoParams) -> Outcome {
    let seen = visibility(&call);
    let visible = FIELDS.iter().filter(|field| field.visibility <= seen);
    let titles: Map<String, Value> = visible.map(|field| (field.code.to_owned(), json!(field.title))).collect();
    Ok(Value::Object(titles).into())
}

async fn list(call: Call, matching: Matching) -> Outcome {
    let seen = visibility(&call);
    let conditions = read_filter(&call, matching)?;
    let start = paging::start(call.params.get("start"))?;
    let text = |name| call.params.get(name).and_then(Node::as_text).unwrap_or_default();
    let sort = Field::find(&text("sort")).filter(|field| field.visibility <= seen).map_or("ID", |field| field.code);
    let descending = text("order").eq_ignore_ascii_case("DESC");
    let selected = read_select(call.params.get("select"))?;
    let (employees, profiles) = call.read(|tx| Ok((users::employees(tx)?, profiles::all(tx)?))).await?;
    let none = Profile::new();
    let full = |user: &User| row(&call.app, user, profiles.get(&user.id).unwrap_or(&none));
    let mut rows: Vec<Map<String, Value>> = employees.iter().map(full).collect();
    rows.retain(|row| conditions.iter().all(|condition| condition.holds(row, &call.app.time_zone)));
    rows.sort_by(|one, other| {
        let order = compare(sort, &one[sort], &other[sort]).then_with(|| compare("ID", &one["ID"], &other["ID"]));
        if descending { order.reverse() } else { order }
    });
    let answer = paging::page(rows, start);
    let shown = |mut row: Map<String, Value>| {
        let wanted = |code: &str| selected.as_ref().is_none_or(|names| names.iter().any(|name| is_named(name, code)));
        row.retain(|code, _| is_visible(code, seen) && wanted(code));
        Value::Object(row)
    };
    Ok(answer.map(shown))
}

/// The conditions of `FILTER`, of fields beside it, and of `FIND`.
fn read_filter(call: &Call, matching: Matching) -> Result<Vec<Condition>, RestError> {
    let mut conditions = Vec::new();
    let find = call.params.get("FIND").and_then(Node::as_text).filter(|text| !text.is_empty());
    if let (Matching::WordStart, Some(text)) = (matching, find) {
        return Ok(vec![Condition::anywhere(&text)]);
    }
    match call.params.get("FILTER") {
        Some(Node::Map(map)) => {
            for (name, value) in map {
                conditions.extend(Condition::read(name, value, matching)?);
            }
        }
        filter if is_absent(filter) => {}
        _ => {
            let text = "The value of an argument 'FILTER' must be of type array";
            return Err(RestError::argument("FILTER", text));
        }
    }
    for (name, value) in call.params.as_map() {
        conditions.extend(Condition::read(name, value, matching)?);
    }
    Ok(conditions)
}

fn read_select(node: Option<&Node>) -> Result<Option<Vec<String>>, RestError> {
    let Some(node) = node.filter(|node| !node.is_empty()) else { return Ok(None) };
    let names: Vec<String> = wire::params::read_node("select", node.clone())?;
    Ok(if names.is_empty() { None } else { Some(names) })
}

/// Whether an entry of `select` names the field: its code, `*` for all, `UF_*` for all that begin so.
fn is_named(name: &str, code: &str) -> bool {
    match name.strip_suffix('*') {
        Some(start) => {
            code.len() >= start.len() && code.as_bytes()[..start.len()].eq_ignore_ascii_case(start.as_bytes())
        }
        None => name.eq_ignore_ascii_case(code),
    }
}

fn visibility(call: &Call) -> Visibility {
    let has = |code| call.caller.has_any_scope(&[code]);
    match () {
        () if has("user") => Visibility::Full,
        () if has("user_basic") => Visibility::Basic,
        () => Visibility::Brief,
    }
}

fn is_visible(code: &str, seen: Visibility) -> bool {
    Field::find(code).is_some_and(|field| field.visibility <= seen)
}

fn compare(code: &str, one: &Value, other: &Value) -> Ordering {
    let number = |value: &Value| value.as_str().and_then(|text| text.parse::<i64>().ok());
    match code {
        "ID" => number(one).cmp(&number(other)),
        _ => filter::text_of(one).to_lowercase().cmp(&filter::text_of(other).to_lowercase()),
    }
}

/// `M`, `F` or empty.
pub(super) fn gender(user: &User) -> &'static str {
    match user.gender.as_str() {
        "male" => "M",
        "female" => "F",
        _ => "",
    }
}

/// All fields of an employee; those without a value are empty texts (P-100).
fn row(app: &App, user: &User, profile: &Profile) -> Map<String, Value> {
    let known = |code: &str| match code {
        "ID" => json!(user.id.to_string()),
        "XML_ID" => json!(profile.get("XML_ID")),
        "ACTIVE" => json!(user.active),
        "NAME" => json!(user.name),
        "LAST_NAME" => json!(user.last_name),
        "EMAIL" => json!(user.email),
        "DATE_REGISTER" => json!(app.datetime(user.created_ms)),
        "TIMESTAMP_X" | "LAST_ACTIVITY_DATE" => json!(app.datetime(user.updated_ms)),
        "IS_ONLINE" => json!(if user.presence == "online" { "Y" } else { "N" }),
        "PERSONAL_GENDER" => json!(gender(user)),
        "PERSONAL_PHOTO" => json!(avatar_url(app, user)),
        "PERSONAL_MOBILE" => json!(user.phone),
        "WORK_POSITION" => json!(user.work_position),
        "UF_DEPARTMENT" => json!(user.departments),
        "USER_TYPE" => json!("employee"),
        code => json!(profile.get(code).map_or("", String::as_str)),
    };
    FIELDS.iter().map(|field| (field.code.to_owned(), known(field.code))).collect()
}
