//! `department.*`: the company's structure, as the public pages under `api-reference/departments` describe it.

use std::cmp::Ordering;

use desk::departments::{self, Department, NewDepartment};
use desk::users::{self, User};
use desk::{Change, Error, Refusal};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use wire::node::Node;

use super::{Call, Callers, Method, NoParams, Outcome, RestError, method, paging};

const SCOPES: &[&str] = &["department"];

/// Characters of a name at most.
const NAME_CHARS_MAX: usize = 255;

pub(super) fn methods() -> Vec<Method> {
    use Callers::All;
    vec![
        method("department.fields", SCOPES, All, fields),
        method("department.get", SCOPES, All, get),
        method("department.add", SCOPES, All, add).audited(),
        method("department.update", SCOPES, All, update).audited(),
        method("department.delete", SCOPES, All, delete).audited(),
    ]
}

/// `department.fields`
async fn fields(_: Call, _: NoParams) -> Outcome {
    Ok(json!({
        "ID": "ID",
        "NAME": "Department Name",
        "SORT": "Sort Order",
        "PARENT": "Parent Department",
        "UF_HEAD": "Manager",
    })
    .into())
}

/// Parameters of `department.get`: what to sort by, and values that a field must have.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
struct GetParams {
    /// The field to sort by: `ID`, `NAME`, `SORT`, `PARENT` or `UF_HEAD`; by sort and id unless given. A number is a value
    /// of the field `SORT` instead, because letter case does not tell two parameters apart.
    sort: Option<Node>,
    /// `ASC` or `DESC`.
    order: Option<Node>,
    /// Offset of the first row; -1 does not count.
    start: Option<Node>,
    id: Option<Node>,
    name: Option<Node>,
    parent: Option<Node>,
    uf_head: Option<Node>,
}

/// `department.get`
async fn get(call: Call, params: GetParams) -> Outcome {
    let start = paging::start(params.start.as_ref())?;
    let text = |node: &Option<Node>| node.as_ref().and_then(Node::as_text).unwrap_or_default().into_owned();
    let (by, descending) = (text(&params.sort).to_uppercase(), text(&params.order).eq_ignore_ascii_case("DESC"));
    let sort = params.sort.clone().filter(|node| node.as_int().is_some());
    let filters = [
        ("ID", params.id),
        ("NAME", params.name),
        ("SORT", sort),
        ("PARENT", params.parent),
        ("UF_HEAD", params.uf_head),
    ];
    let wanted: Vec<(&str, Vec<String>)> = filters
        .iter()
        .filter_map(|(key, node)| Some((*key, values(node.as_ref().filter(|node| !node.is_empty())?))))
        .collect();
    let mut found = call.read(departments::list).await?;
    found.retain(|department| wanted.iter().all(|(key, values)| values.contains(&value(department, key))));
    found.sort_by(|one, other| {
        let order = compare(one, other, &by);
        if descending { order.reverse() } else { order }
    });
    Ok(paging::page(found, start).map(|department| row(&department)))
}

fn values(node: &Node) -> Vec<String> {
    let scalars = match node {
        Node::List(_) | Node::Map(_) => node.items().unwrap_or_default(),
        scalar => vec![scalar],
    };
    scalars.into_iter().filter_map(Node::as_text).map(std::borrow::Cow::into_owned).collect()
}

fn value(department: &Department, key: &str) -> String {
    match key {
        "ID" => department.id.to_string(),
        "NAME" => department.name.clone(),
        "SORT" => department.sort.to_string(),
        "PARENT" => department.parent_id.to_string(),
        _ => department.head_id.to_string(),
    }
}

fn compare(one: &Department, other: &Department, by: &str) -> Ordering {
    let order = match by {
        "ID" => Ordering::Equal,
        "NAME" => one.name.to_lowercase().cmp(&other.name.to_lowercase()),
        "PARENT" => one.parent_id.cmp(&other.parent_id),
        "UF_HEAD" => one.head_id.cmp(&other.head_id),
        _ => one.sort.cmp(&other.sort),
    };
    order.then(one.id.cmp(&other.id))
}

/// The company has no parent, and a department without a head has no `UF_HEAD`.
fn row(department: &Department) -> Value {
    let mut row = Map::new();
    row.insert("ID".to_owned(), json!(department.id.to_string()));
    row.insert("NAME".to_owned(), json!(department.name));
    row.insert("SORT".to_owned(), json!(department.sort));
    if department.parent_id != 0 {
        row.insert("PARENT".to_owned(), json!(department.parent_id.to_string()));
    }
    if department.head_id != 0 {
        row.insert("UF_HEAD".to_owned(), json!(department.head_id.to_string()));
    }
    Value::Object(row)
}

/// Parameters of `department.add`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
struct AddParams {
    name: Option<Node>,
    sort: Option<Node>,
    parent: Option<Node>,
    uf_head: Option<Node>,
}

/// `department.add`: answers the id.
async fn add(call: Call, params: AddParams) -> Outcome {
    require_administrator(&call)?;
    let name = name(params.name.as_ref())?;
    let name = name.ok_or_else(|| core("The department name is not provided.<br>"))?;
    let parent_id = params.parent.as_ref().and_then(Node::as_int).filter(|id| *id > 0).ok_or_else(only_one_top)?;
    let sort = number(params.sort.as_ref(), "SORT")?.unwrap_or(departments::SORT);
    let head_id = number(params.uf_head.as_ref(), "UF_HEAD")?.unwrap_or(0);
    let added = call
        .change(move |change| {
            check_head(change, head_id)?;
            let id = departments::add(change, &NewDepartment { name, parent_id, head_id, sort })?;
            change.about(id);
            Ok(id)
        })
        .await;
    let id = added.map_err(|error| refused(error, only_one_top))?;
    call.app.callers.clear();
    Ok(id.into())
}

/// Parameters of `department.update`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
struct UpdateParams {
    id: Option<Node>,
    name: Option<Node>,
    sort: Option<Node>,
    parent: Option<Node>,
    /// 0 or empty: nobody heads it.
    uf_head: Option<Node>,
}

/// `department.update`
async fn update(call: Call, params: UpdateParams) -> Outcome {
    require_administrator(&call)?;
    let id = params.id.as_ref().and_then(Node::as_int).ok_or_else(not_found)?;
    let name = name(params.name.as_ref())?;
    let sort = number(params.sort.as_ref(), "SORT")?;
    let parent_id = number(params.parent.as_ref(), "PARENT")?;
    let head_id = match &params.uf_head {
        Some(node) if node.is_empty() => Some(0),
        node => number(node.as_ref(), "UF_HEAD")?,
    };
    let changed = call
        .change(move |change| {
            let stored = departments::find(change.tx, id)?.ok_or(Refusal::NotFound)?;
            check_head(change, head_id.unwrap_or(0))?;
            let department = Department {
                id,
                name: name.unwrap_or(stored.name),
                parent_id: parent_id.unwrap_or(stored.parent_id),
                head_id: head_id.unwrap_or(stored.head_id),
                sort: sort.unwrap_or(stored.sort),
            };
            departments::update(change, &department)
        })
        .await;
    changed.map_err(|error| refused(error, not_found))?;
    call.app.callers.clear();
    Ok(true.into())
}

/// Parameters of `department.delete`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
struct DeleteParams {
    id: Option<Node>,
}

/// `department.delete`: its employees and those below it move one up.
async fn delete(call: Call, params: DeleteParams) -> Outcome {
    require_administrator(&call)?;
    let id = params.id.as_ref().and_then(Node::as_int).ok_or_else(not_found)?;
    let removed = call.change(move |change| departments::remove(change, id)).await;
    removed.map_err(|error| refused(error, not_found))?;
    call.app.callers.clear();
    Ok(true.into())
}

/// Only who may change the structure: an administrator.
fn require_administrator(call: &Call) -> Result<(), RestError> {
    if call.caller.user.admin { Ok(()) } else { Err(core("Access denied")) }
}

fn check_head(change: &mut Change<'_, '_>, head_id: i64) -> desk::Result<()> {
    let known = head_id == 0 || users::find(change.tx, head_id)?.as_ref().is_some_and(User::is_active_employee);
    if known { Ok(()) } else { Err(Error::Refused(Refusal::NoUser)) }
}

fn name(node: Option<&Node>) -> Result<Option<String>, RestError> {
    let Some(text) = node.and_then(Node::as_text).filter(|text| !text.trim().is_empty()) else { return Ok(None) };
    if text.chars().count() > NAME_CHARS_MAX {
        return Err(RestError::argument("NAME", format!("NAME may have {NAME_CHARS_MAX} characters: shorten it")));
    }
    Ok(Some(text.trim().to_owned()))
}

fn number(node: Option<&Node>, name: &'static str) -> Result<Option<i64>, RestError> {
    let Some(node) = node.filter(|node| !node.is_empty()) else { return Ok(None) };
    let number = node.as_int().filter(|number| *number >= 0);
    let invalid = || RestError::argument(name, format!("The value of an argument '{name}' has an invalid type"));
    number.map(Some).ok_or_else(invalid)
}

fn core(text: &'static str) -> RestError {
    RestError::method("ERROR_CORE", text)
}

fn not_found() -> RestError {
    core("Department not found")
}

fn only_one_top() -> RestError {
    core("There can only be one top-level department in the company structure")
}

fn refused(error: Error, missing: fn() -> RestError) -> RestError {
    match error {
        Error::Refused(Refusal::NotFound) => missing(),
        Error::Refused(Refusal::NoAccess) => only_one_top(),
        error => error.into(),
    }
}
