//! Finding chats, people and departments, and what was last chosen from a search, as the public pages under
//! `api-reference/chats/search` describe it.

use desk::departments::{self, Department};
use desk::users::{self, User};
use desk::{chats, dialogs, recent};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use wire::node::Node;
use wire::php::php_map;

use super::super::{Answer, Call, Outcome, RestError, views};
use super::dialog_id::{self, DialogId};

/// Fewer characters find nothing.
const FIND_CHARS_MIN: usize = 2;

/// Parameters of `im.search.chat.list`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct ChatParams {
    /// Beginnings of words of the chat's name and of its customer's.
    find: Option<Node>,
    /// The same; here every chat belongs to an open line.
    find_lines: Option<Node>,
    offset: Option<Node>,
    /// 1 to 50, else 10.
    limit: Option<Node>,
}

/// `im.search.chat.list`: among the chats that the caller takes part in, the newest first.
pub(super) async fn chats(call: Call, params: ChatParams) -> Outcome {
    let find = match phrase(params.find.as_ref()) {
        Ok(find) => find,
        Err(short) => phrase(params.find_lines.as_ref()).map_err(|_| short)?,
    };
    let window = Window::read(params.offset.as_ref(), params.limit.as_ref());
    let reader_id = call.caller.user.id;
    let (dialogs, window) = call
        .read(move |tx| {
            let names = recent::names(tx, reader_id)?;
            let found = names.into_iter().filter(|(_, name)| begins_with(name, &find)).map(|(id, _)| id).collect();
            let (ids, window) = window.cut(found);
            Ok((dialogs::load_many(tx, &ids, reader_id)?, window))
        })
        .await?;
    let rows = dialogs.iter().map(|dialog| {
        let mut row = views::chat::dialog(&call.app, dialog, reader_id);
        row.retain(|key, _| {
            !["readed_list", "manager_list", "last_message_views", "dialog_id"].contains(&key.as_str())
        });
        Value::Object(row)
    });
    Ok(window.answer(json!(rows.collect::<Vec<_>>())))
}

/// Parameters of `im.search.user.list`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct UserParams {
    /// Beginnings of words of name, position and departments.
    find: Option<Node>,
    offset: Option<Node>,
    /// 1 to 50, else 10.
    limit: Option<Node>,
}

/// Keys of a user that this search shows.
const USER_KEYS: &[&str] = &[
    "id",
    "name",
    "first_name",
    "last_name",
    "work_position",
    "color",
    "avatar",
    "gender",
    "birthday",
    "extranet",
    "network",
    "bot",
    "connector",
    "external_auth_id",
    "status",
    "idle",
    "last_activity_date",
    "mobile_last_date",
    "departments",
    "absent",
    "phones",
];

/// `im.search.user.list`: among the employees.
pub(super) async fn users(call: Call, params: UserParams) -> Outcome {
    let find = phrase(params.find.as_ref())?;
    let window = Window::read(params.offset.as_ref(), params.limit.as_ref());
    let (employees, departments) = call.read(|tx| Ok((users::employees(tx)?, departments::list(tx)?))).await?;
    let text = |user: &User| {
        let departments = departments.iter().filter(|department| user.departments.contains(&department.id));
        let names: Vec<&str> = departments.map(|department| department.name.as_str()).collect();
        format!("{} {} {}", user.full_name(), user.work_position, names.join(" "))
    };
    let found = employees.into_iter().filter(|user| user.active && begins_with(&text(user), &find)).collect();
    let (found, window) = window.cut(found);
    let rows = found.iter().map(|user| {
        let Value::Object(mut row) = views::user::object(&call.app, user) else { unreachable!("written as an object") };
        row.retain(|key, _| USER_KEYS.contains(&key.as_str()));
        (user.id.to_string(), Value::Object(row))
    });
    Ok(window.answer(php_map(rows)))
}

/// Parameters of `im.search.department.list`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct DepartmentParams {
    /// Beginnings of words of the full name; a very short one finds all.
    find: Option<Node>,
    /// `Y`: with the head of each department.
    user_data: Option<Node>,
    offset: Option<Node>,
    /// 1 to 50, else 10.
    limit: Option<Node>,
}

/// `im.search.department.list`
pub(super) async fn departments(call: Call, params: DepartmentParams) -> Outcome {
    let find = params.find.as_ref().and_then(Node::as_text).ok_or_else(find_short)?.trim().to_lowercase();
    let window = Window::read(params.offset.as_ref(), params.limit.as_ref());
    let with_heads = params.user_data.as_ref().and_then(Node::as_flag) == Some(true);
    let (found, heads) = call
        .read(move |tx| {
            let all = departments::list(tx)?;
            let named = all.iter().map(|department| (department.clone(), full_name(department, &all)));
            let short = find.chars().count() < FIND_CHARS_MIN;
            let found: Vec<_> = named.filter(|(_, name)| short || begins_with(name, &find)).collect();
            let heads: Vec<i64> = found.iter().map(|(department, _)| department.head_id).collect();
            Ok((found, users::find_many(tx, &heads)?))
        })
        .await?;
    let (found, window) = window.cut(found);
    let rows = found.iter().map(|(department, full_name)| {
        let mut row = json!({
            "id": department.id,
            "name": department.name,
            "full_name": full_name,
            "manager_user_id": department.head_id,
        });
        if with_heads {
            let head = heads.iter().find(|user| user.id == department.head_id);
            row["manager_user_data"] = head.map_or(Value::Null, |user| views::user::object(&call.app, user));
        }
        row
    });
    Ok(window.answer(json!(rows.collect::<Vec<_>>())))
}

/// A department's name and those above it: `Sales / Company`.
fn full_name(department: &Department, all: &[Department]) -> String {
    let mut names = vec![department.name.as_str()];
    let mut above = department.parent_id;
    // A circle cannot be stored; the bound is for rows that something else has spoilt.
    while let Some(parent) = all.iter().find(|one| one.id == above).filter(|_| names.len() <= all.len()) {
        names.push(&parent.name);
        above = parent.parent_id;
    }
    names.join(" / ")
}

/// Parameters of `im.search.last.add` and `im.search.last.delete`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct ChoiceParams {
    /// `chatN` or a user's id.
    dialog_id: Option<Node>,
}

/// `im.search.last.add`: `false` when there is no such chat or user, or it is not for the caller.
pub(super) async fn last_add(call: Call, params: ChoiceParams) -> Outcome {
    let dialog = dialog_id::read(params.dialog_id.as_ref())?;
    let user_id = call.caller.user.id;
    let added = call
        .change(move |change| {
            let known = match dialog {
                DialogId::Chat(id) => match chats::open_for(change.tx, id, user_id) {
                    Ok(_) => true,
                    Err(desk::Error::Refused(_)) => false,
                    Err(error) => return Err(error),
                },
                DialogId::User(id) => users::find(change.tx, id)?.is_some_and(|user| user.is_active_employee()),
            };
            if known {
                recent::remember_choice(change.tx, change.now, user_id, &dialog.to_string())?;
            }
            Ok(known)
        })
        .await?;
    Ok(added.into())
}

/// `im.search.last.delete`
pub(super) async fn last_delete(call: Call, params: ChoiceParams) -> Outcome {
    let dialog = dialog_id::read(params.dialog_id.as_ref())?.to_string();
    let user_id = call.caller.user.id;
    Ok(call.change(move |change| recent::forget_choice(change.tx, user_id, &dialog)).await?.into())
}

/// Parameters of `im.search.last.get`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct LastParams {
    /// `Y`: no chats; here all belong to open lines.
    skip_openlines: Option<Node>,
    /// `Y`: no users.
    skip_dialog: Option<Node>,
}

/// `im.search.last.get`: the newest first.
pub(super) async fn last_get(call: Call, params: LastParams) -> Outcome {
    let yes = |node: &Option<Node>| node.as_ref().and_then(Node::as_flag) == Some(true);
    let (skip_chats, skip_users) = (yes(&params.skip_openlines), yes(&params.skip_dialog));
    let reader_id = call.caller.user.id;
    let (chosen, dialogs, people) = call
        .read(move |tx| {
            let chosen: Vec<DialogId> =
                recent::choices(tx, reader_id)?.iter().filter_map(|text| DialogId::parse(text)).collect();
            let (mut chats, mut people) = (Vec::new(), Vec::new());
            for choice in &chosen {
                match choice {
                    DialogId::Chat(id) if !skip_chats && chats::open_for(tx, *id, reader_id).is_ok() => chats.push(*id),
                    DialogId::User(id) if !skip_users => people.push(*id),
                    _ => {}
                }
            }
            Ok((chosen, dialogs::load_many(tx, &chats, reader_id)?, users::find_many(tx, &people)?))
        })
        .await?;
    let rows = chosen.iter().filter_map(|choice| match choice {
        DialogId::Chat(id) => {
            let dialog = dialogs.iter().find(|dialog| dialog.context.chat.id == *id)?;
            let (title, avatar) = views::chat::heading(dialog);
            let chat = views::chat::listed(&call.app, dialog, reader_id);
            Some(json!({"id": choice.to_string(), "type": "chat", "avatar": avatar, "title": title, "chat": chat}))
        }
        DialogId::User(id) => {
            let user = people.iter().find(|user| user.id == *id)?;
            let shown = views::user::object(&call.app, user);
            let avatar = json!({"url": shown["avatar"], "color": shown["color"]});
            Some(json!({"id": id, "type": "user", "avatar": avatar, "title": shown["name"], "user": shown}))
        }
    });
    Ok(json!(rows.collect::<Vec<_>>()).into())
}

/// The phrase to find, in lower case.
fn phrase(node: Option<&Node>) -> Result<String, RestError> {
    let text = node.and_then(Node::as_text).unwrap_or_default();
    let text = text.trim().to_lowercase();
    if text.chars().count() < FIND_CHARS_MIN { Err(find_short()) } else { Ok(text) }
}

fn find_short() -> RestError {
    RestError::method("FIND_SHORT", "Too short a search phrase.")
}

/// Whether each word of the phrase begins a word of the text.
fn begins_with(text: &str, phrase: &str) -> bool {
    let text = text.to_lowercase();
    phrase.split_whitespace().all(|part| text.split_whitespace().any(|word| word.starts_with(part)))
}

/// `OFFSET` and `LIMIT` of a search, and how much it found.
struct Window {
    offset: usize,
    limit: usize,
    total: usize,
}

impl Window {
    fn read(offset: Option<&Node>, limit: Option<&Node>) -> Window {
        let number = |node: Option<&Node>| node.and_then(Node::as_int).filter(|number| *number >= 0);
        Window {
            offset: usize::try_from(number(offset).unwrap_or(0)).unwrap_or(usize::MAX),
            limit: usize::try_from(number(limit).unwrap_or(10).clamp(1, 50)).expect("at most 50"),
            total: 0,
        }
    }

    fn cut<T>(self, found: Vec<T>) -> (Vec<T>, Window) {
        let total = found.len();
        let rows = found.into_iter().skip(self.offset).take(self.limit).collect();
        (rows, Window { total, ..self })
    }

    fn answer(self, result: Value) -> Answer {
        let end = self.offset.saturating_add(self.limit);
        let int = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        Answer { result, total: Some(int(self.total)), next: (end < self.total).then(|| int(end)) }
    }
}
