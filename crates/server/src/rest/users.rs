//! Employees: `user.get`, `user.search`, `user.current`, `user.fields`, `user.add`, `user.update` (`contract/platform.md` 8.4).

pub(super) mod change;
mod custom;
mod fields;
mod filter;
mod userfields;

use std::collections::HashMap;

use desk::departments;
use desk::profiles::{self, Profile};
use desk::user_fields::{self, UserField};
use desk::users::{self, User};
use schemars::JsonSchema;
use serde_json::{Map, Value, json};
use wire::node::Node;

use super::{Call, Callers, Method, NoParams, Outcome, RestError, method, paging, raw_method};
use crate::app::App;
use crate::files::avatar_url;
use crate::payload::gender;
use fields::{FIELDS, Field, Visibility};
use filter::{Column, Condition, Holds, Matching};

/// Any of them opens the methods; which one says how much of an employee is shown.
const SCOPES: &[&str] = &["user", "user_basic", "user_brief"];

/// Characters of a value at most.
const VALUE_CHARS_MAX: usize = 1000;

/// Texts made of others, by which one may filter but which no row shows.
const NAME_SEARCH: &str = "NAME_SEARCH";
const DEPARTMENT_NAMES: &str = "UF_DEPARTMENT_NAME";

pub(super) fn methods() -> Vec<Method> {
    let mut methods = vec![
        raw_method::<ListParams, _, _>("user.get", SCOPES, Callers::All, get),
        raw_method::<ListParams, _, _>("user.search", SCOPES, Callers::All, search),
        method("user.current", SCOPES, Callers::All, current),
        method("user.fields", SCOPES, Callers::All, list_fields),
        raw_method::<change::ChangeParams, _, _>("user.add", &["user"], Callers::All, change::add).audited(),
        raw_method::<change::ChangeParams, _, _>("user.update", &["user"], Callers::All, change::update).audited(),
    ];
    methods.extend(userfields::methods());
    methods
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
    let declared = custom::declared(&call).await?;
    let (profile, values) = call.read(move |tx| Ok((profiles::of(tx, id)?, user_fields::values_of(tx, id)?))).await?;
    let mut row = row(&call.app, &call.caller.user, &profile);
    let seen = visibility(&call);
    // The documented row has everything but the type.
    row.retain(|code, _| code != "USER_TYPE" && is_visible(code, seen));
    custom::show(&mut row, &declared, Some(&values));
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
    let declared = custom::declared(&call).await?;
    let columns = columns(&declared);
    let conditions = read_filter(&call, matching, &columns)?;
    let start = paging::start(call.params.get("start"))?;
    let text = |name| call.params.get(name).and_then(Node::as_text).unwrap_or_default();
    let shows = |code: &str| is_visible(code, seen) || declared.iter().any(|field| field.name == code);
    let by_id = Column::new("ID", Holds::Number);
    let sort = Column::find(&columns, &text("sort")).filter(|column| shows(&column.code)).unwrap_or(&by_id);
    let descending = text("order").eq_ignore_ascii_case("DESC");
    let selected = read_select(call.params.get("select"))?;
    let mut rows = rows(&call, &declared).await?;
    rows.retain(|row| conditions.iter().all(|condition| condition.holds(row, &call.app.time_zone)));
    rows.sort_by(|one, other| {
        let order = sort.compare(one, other).then_with(|| by_id.compare(one, other));
        if descending { order.reverse() } else { order }
    });
    let answer = paging::page(rows, start);
    let shown = |mut row: Map<String, Value>| {
        let wanted = |code: &str| selected.as_ref().is_none_or(|names| names.iter().any(|name| is_named(name, code)));
        row.retain(|code, _| shows(code) && wanted(code));
        Value::Object(row)
    };
    Ok(answer.map(shown))
}

/// The rows of all employees, with the texts that only filters look at.
async fn rows(call: &Call, declared: &[UserField]) -> Result<Vec<Map<String, Value>>, RestError> {
    let fields = declared.to_vec();
    let (employees, profiles, values, departments) = call
        .read(move |tx| {
            let values = custom::values(tx, &fields)?;
            Ok((users::employees(tx)?, profiles::all(tx)?, values, departments::list(tx)?))
        })
        .await?;
    let names: HashMap<i64, String> =
        departments.into_iter().map(|department| (department.id, department.name)).collect();
    let none = Profile::new();
    let full = |user: &User| {
        let mut row = row(&call.app, user, profiles.get(&user.id).unwrap_or(&none));
        custom::show(&mut row, declared, values.get(&user.id));
        let own: Vec<&String> = user.departments.iter().filter_map(|id| names.get(id)).collect();
        row.insert(DEPARTMENT_NAMES.to_owned(), json!(own));
        row.insert(NAME_SEARCH.to_owned(), json!(format!("{} {}", user.full_name(), user.work_position)));
        row
    };
    Ok(employees.iter().map(full).collect())
}

/// What one may filter by.
fn columns(declared: &[UserField]) -> Vec<Column> {
    let names = Column::new(NAME_SEARCH, Holds::Words);
    let departments = Column { searched: true, ..Column::new(DEPARTMENT_NAMES, Holds::Words) };
    let fields = FIELDS.iter().map(Field::column).chain(declared.iter().map(custom::column));
    fields.chain([names, departments]).collect()
}

/// The conditions of `FILTER`, of fields beside it, and of `FIND`.
fn read_filter(call: &Call, matching: Matching, columns: &[Column]) -> Result<Vec<Condition>, RestError> {
    let find = call.params.get("FIND").and_then(Node::as_text).filter(|text| !text.is_empty());
    if let (Matching::WordStart, Some(text)) = (matching, find) {
        return Ok(vec![Condition::anywhere(&text, columns)]);
    }
    let mut conditions = filter::read("FILTER", call.params.get("FILTER"), matching, columns)?;
    for (name, value) in call.params.as_map() {
        conditions.extend(Condition::read(name, value, matching, columns)?);
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

fn too_long(name: &str) -> RestError {
    RestError::argument(name, format!("{name} may have {VALUE_CHARS_MAX} characters: shorten it"))
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
        "PERSONAL_GENDER" => json!(gender(&user.gender)),
        "PERSONAL_PHOTO" => json!(avatar_url(app, user)),
        "PERSONAL_MOBILE" => json!(user.phone),
        "WORK_POSITION" => json!(user.work_position),
        "UF_DEPARTMENT" => json!(user.departments),
        "USER_TYPE" => json!("employee"),
        code => json!(profile.get(code).map_or("", String::as_str)),
    };
    FIELDS.iter().map(|field| (field.code.to_owned(), known(field.code))).collect()
}
