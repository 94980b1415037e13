//! A line as config.get and config.list.get show it (CONFIG FIELDS): scalars are texts, with the documented exceptions.

use desk::line_fields::{FIELDS, Field, Kind};
use desk::lines::Line;
use desk::queue::{self, Member};
use desk::users::{self, User};
use serde_json::{Map, Value, json};
use store::Tx;
use wire::php::php_map;

use super::super::super::views;
use crate::app::App;
use crate::files::avatar_url;

/// Fields that stand beside the settings, in the order shown: first and last.
pub(super) const FIRST: [&str; 3] = ["ID", "LINE_NAME", "ACTIVE"];
pub(super) const LAST: [&str; 3] = ["DATE_CREATE", "DATE_MODIFY", "MODIFY_USER_ID"];

fn flag(flag: bool) -> &'static str {
    if flag { "Y" } else { "N" }
}

/// All fields but those of the queue.
pub(super) fn fields(line: &Line) -> Map<String, Value> {
    let names = FIRST.iter().copied().chain(FIELDS.iter().map(|field| field.name)).chain(LAST);
    names.map(|name| (name.to_owned(), field(line, name).unwrap_or_default())).collect()
}

/// One field by name; `None` when there is none.
pub(super) fn field(line: &Line, name: &str) -> Option<Value> {
    Some(match name {
        "ID" => json!(line.id.to_string()),
        "LINE_NAME" => json!(line.name),
        "ACTIVE" => json!(flag(line.active)),
        // A date comes out of the platform as an empty object.
        "DATE_CREATE" | "DATE_MODIFY" => json!({}),
        "MODIFY_USER_ID" => json!(line.updated_by.to_string()),
        name => {
            let field = desk::line_fields::find(name)?;
            setting(field, line.settings.text(name))
        }
    })
}

fn setting(field: &Field, kept: Option<&str>) -> Value {
    let Some(kept) = kept else { return Value::Null };
    match field.kind {
        Kind::Time => json!(time(kept)),
        // An empty list is a list of one empty text.
        Kind::Holidays | Kind::Weekdays => json!(kept.split(',').collect::<Vec<_>>()),
        Kind::Users => json!(kept.split(',').filter(|id| !id.is_empty()).collect::<Vec<_>>()),
        Kind::OperatorData => serde_json::from_str(kept).unwrap_or_else(|_| json!([])),
        Kind::Text | Kind::Int | Kind::Flag | Kind::OneOf(_) => json!(kept),
    }
}

/// `09:00` is shown as `9`, `18:30` as `18.30` (D-46).
fn time(kept: &str) -> String {
    let (hours, minutes) = kept.split_once(':').unwrap_or((kept, "00"));
    let hours = match hours.trim_start_matches('0') {
        "" => "0",
        hours => hours,
    };
    if minutes == "00" { hours.to_owned() } else { format!("{hours}.{minutes}") }
}

/// A member of the queue with the employee.
pub(super) struct Operator {
    member: Member,
    position: usize,
    user: User,
}

impl Operator {
    /// Says to be at work.
    pub(super) fn is_online(&self) -> bool {
        self.user.presence == "online"
    }
}

/// The employees of a line's queue, in its order, each once.
pub(super) fn operators(tx: &mut Tx<'_>, line_id: i64) -> desk::Result<Vec<Operator>> {
    let mut operators: Vec<Operator> = Vec::new();
    for (position, member) in queue::members(tx, line_id)?.into_iter().enumerate() {
        for user_id in queue::users_of(tx, &member)? {
            let known = operators.iter().any(|operator| operator.user.id == user_id);
            if let Some(user) = users::find(tx, user_id)?.filter(|_| !known) {
                operators.push(Operator { member: member.clone(), position, user });
            }
        }
    }
    Ok(operators)
}

/// Whether somebody is at work.
pub(super) fn is_online(operators: &[Operator]) -> bool {
    operators.iter().any(Operator::is_online)
}

/// The fields of the queue in config.get. Names and avatars there are what the line shows instead of the profile's; no
/// line has such.
pub(super) fn queue(operators: &[Operator], online: bool) -> Map<String, Value> {
    let id = |operator: &Operator| operator.user.id.to_string();
    let overrides =
        || json!({"USER_NAME": null, "USER_WORK_POSITION": null, "USER_AVATAR": null, "USER_AVATAR_ID": "0"});
    let full = operators.iter().map(|operator| {
        let mut row = json!({
            "ID": operator.member.id.to_string(),
            "SORT": operator.position.to_string(),
            "USER_ID": id(operator),
            "DEPARTMENT_ID": department_id(&operator.member).to_string(),
        });
        if let (Value::Object(row), Value::Object(more)) = (&mut row, overrides()) {
            row.extend(more);
        }
        (id(operator), row)
    });
    let mut fields = Map::new();
    fields.insert("QUEUE".to_owned(), json!(operators.iter().map(id).collect::<Vec<_>>()));
    fields.insert("QUEUE_FULL".to_owned(), php_map(full));
    fields
        .insert("QUEUE_USERS_FIELDS".to_owned(), php_map(operators.iter().map(|operator| (id(operator), overrides()))));
    fields.insert("QUEUE_ONLINE".to_owned(), json!(flag(online)));
    fields
}

/// The department through which an employee is in the queue, 0 for none.
fn department_id(member: &Member) -> i64 {
    if member.entity_type == "department" { member.entity_id } else { 0 }
}

/// `QUEUE` and `QUEUE_USERS_FIELDS` of config.list.get: ids as numbers, data of the profile (D-54).
pub(super) fn list_queue(app: &App, operators: &[Operator]) -> [(String, Value); 2] {
    let ids: Vec<i64> = operators.iter().map(|operator| operator.user.id).collect();
    let profiles = operators.iter().map(|operator| {
        let user = &operator.user;
        let profile = json!({
            "USER_NAME": views::user::display_name(user),
            "USER_WORK_POSITION": (!user.work_position.is_empty()).then_some(&user.work_position),
            "USER_AVATAR": avatar_url(app, user),
            "USER_AVATAR_ID": (user.avatar_file_id != 0).then_some(user.avatar_file_id),
        });
        (user.id.to_string(), profile)
    });
    [("QUEUE".to_owned(), json!(ids)), ("QUEUE_USERS_FIELDS".to_owned(), php_map(profiles))]
}

/// `CONFIG_QUEUE`: the members as configured, departments too.
pub(super) fn config_queue(members: &[Member]) -> (String, Value) {
    let rows = members
        .iter()
        .map(|member| json!({"ENTITY_ID": member.entity_id.to_string(), "ENTITY_TYPE": member.entity_type}));
    ("CONFIG_QUEUE".to_owned(), Value::Array(rows.collect()))
}
