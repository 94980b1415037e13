//! Open-line chats as answers show them (`contract/openlines.md`, dialog.get and history.get; `contract/platform.md` 9.2).

use desk::dialogs::Dialog;
use desk::sessions::Status;
use serde_json::{Map, Value, json};
use wire::UserCode;

use super::{colour, user};
use crate::app::App;
use crate::entity_data::{self, Shown};

/// `entity_id`: the user code, connector in the spelling of its registration (D-09).
pub(in crate::rest) fn user_code(dialog: &Dialog) -> String {
    let (chat, connector) = (&dialog.context.chat, &dialog.context.connector);
    let code = UserCode {
        connector: connector.registration.spelling.clone(),
        line: chat.line_id,
        chat: chat.external_id.clone(),
        user: chat.customer_id.to_string(),
    };
    code.to_string()
}

/// The chat's own name, else the customer's, with the line's as long as there is one.
fn name(dialog: &Dialog) -> String {
    let chat = &dialog.context.chat;
    let who = match &dialog.customer {
        _ if !chat.name.is_empty() => chat.name.clone(),
        Some(customer) => user::display_name(customer),
        None => chat.external_id.clone(),
    };
    match &dialog.context.line {
        Some(line) => format!("{who} - {}", line.name),
        None => who,
    }
}

fn entity_data_1(dialog: &Dialog) -> String {
    let shown = dialog.session.as_ref().map(|session| Shown {
        id: session.id,
        started_ms: session.created_ms,
        pinned: dialog.pinned,
        closing: session.status == Status::Closing,
    });
    entity_data::first(&dialog.links, shown.unwrap_or_default())
}

fn entity_data_2(dialog: &Dialog) -> String {
    entity_data::second(&dialog.links)
}

/// `Y` while operators' messages stay inside (D-13).
fn entity_data_3(dialog: &Dialog) -> &'static str {
    if dialog.context.chat.silent { "Y" } else { "N" }
}

fn manager_list(dialog: &Dialog) -> Vec<i64> {
    Some(dialog.owner_id()).filter(|id| *id != 0).into_iter().collect()
}

fn role(dialog: &Dialog, reader_id: i64) -> &'static str {
    if dialog.owner_id() == reader_id {
        "owner"
    } else if dialog.members.iter().any(|member| member.user.id == reader_id) {
        "member"
    } else {
        "guest"
    }
}

fn readers(app: &App, dialog: &Dialog, reader_id: i64) -> Vec<Value> {
    let others = dialog.members.iter().filter(|member| member.user.id != reader_id);
    others
        .map(|member| {
            json!({
                "user_id": member.user.id,
                "user_name": user::display_name(&member.user),
                "message_id": member.read_message_id,
                "date": member.read_ms.map(|at_ms| app.datetime(at_ms)),
            })
        })
        .collect()
}

fn last_message_views(app: &App, dialog: &Dialog) -> Value {
    let viewers = dialog.members.iter().filter_map(|member| {
        let at_ms = member.read_ms.filter(|_| member.read_message_id >= dialog.last_message_id())?;
        let name = user::display_name(&member.user);
        Some(json!({"user_id": member.user.id, "user_name": name, "date": app.datetime(at_ms)}))
    });
    let viewers: Vec<Value> = viewers.collect();
    json!({"message_id": dialog.last_message_id(), "count_of_viewers": viewers.len(), "first_viewers": viewers})
}

fn permissions() -> Value {
    json!({
        "manage_users_add": "member",
        "manage_users_delete": "manager",
        "manage_ui": "member",
        "manage_settings": "owner",
        "manage_messages": "member",
        "can_post": "member",
    })
}

/// `imopenlines.dialog.get`
pub(in crate::rest) fn dialog(app: &App, dialog: &Dialog, reader_id: i64) -> Map<String, Value> {
    let chat = &dialog.context.chat;
    let entity_id = user_code(dialog);
    let shown = json!({
        "id": chat.id,
        "parent_chat_id": 0,
        "parent_message_id": 0,
        "name": name(dialog),
        "description": chat.url,
        "owner": dialog.owner_id(),
        "extranet": true,
        "avatar": "",
        "color": colour(chat.id),
        "type": "lines",
        "counter": dialog.reading.unread,
        "user_counter": dialog.user_ids().len(),
        "message_count": dialog.message_count,
        "unread_id": dialog.reading.first_unread_id,
        "restrictions": restrictions(),
        "last_message_id": dialog.last_message_id(),
        "last_id": dialog.reading.last_id,
        "marked_id": 0,
        "disk_folder_id": 0,
        "entity_type": "LINES",
        "entity_id": entity_id,
        "entity_data_1": entity_data_1(dialog),
        "entity_data_2": entity_data_2(dialog),
        "entity_data_3": entity_data_3(dialog),
        "mute_list": [],
        "date_create": app.datetime(chat.created_ms),
        "message_type": "L",
        "public": "",
        "role": role(dialog, reader_id),
        "entity_link": {"type": "LINES", "url": "", "id": entity_id},
        "text_field_enabled": true,
        "background_id": null,
        "permissions": permissions(),
        "is_new": false,
        "readed_list": readers(app, dialog, reader_id),
        "manager_list": manager_list(dialog),
        "last_message_views": last_message_views(app, dialog),
        "dialog_id": format!("chat{}", chat.id),
    });
    let Value::Object(shown) = shown else { unreachable!("written as an object above") };
    shown
}

/// What lists show of [`dialog`], in this order.
const LISTED: &[&str] = &[
    "id",
    "parent_chat_id",
    "parent_message_id",
    "name",
    "owner",
    "extranet",
    "contains_collaber",
    "avatar",
    "color",
    "type",
    "entity_type",
    "entity_id",
    "entity_data_1",
    "entity_data_2",
    "entity_data_3",
    "mute_list",
    "manager_list",
    "date_create",
    "message_type",
    "user_counter",
    "restrictions",
    "role",
    "text_field_enabled",
    "background_id",
    "entity_link",
    "permissions",
    "public",
];

/// The chat object of lists (`contract/platform.md` 9.0): the role is in upper case there.
pub(in crate::rest) fn listed(app: &App, dialog: &Dialog, reader_id: i64) -> Value {
    let mut whole = self::dialog(app, dialog, reader_id);
    whole.insert("contains_collaber".to_owned(), json!(false));
    whole.insert("role".to_owned(), json!(role(dialog, reader_id).to_uppercase()));
    LISTED.iter().filter_map(|key| whole.remove_entry(*key)).collect()
}

/// What may be done with an open-line chat.
fn restrictions() -> Value {
    json!({
        "avatar": false, "rename": false, "extend": true, "call": false, "mute": false, "leave": true,
        "leave_owner": true, "send": true, "user_list": true,
    })
}

/// Title, picture and colour of the chat in lists.
pub(in crate::rest) fn heading(dialog: &Dialog) -> (String, Value) {
    (name(dialog), json!({"url": "", "color": colour(dialog.context.chat.id)}))
}

/// The chat object of `imopenlines.session.history.get`.
pub(in crate::rest) fn history_object(app: &App, dialog: &Dialog) -> Value {
    let chat = &dialog.context.chat;
    let entity_id = user_code(dialog);
    json!({
        "id": chat.id.to_string(),
        "parentChatId": 0,
        "parentMessageId": 0,
        "name": name(dialog),
        "owner": dialog.owner_id().to_string(),
        "color": colour(chat.id),
        "extranet": true,
        "avatar": "",
        "call": "0",
        "callNumber": "",
        "entityType": "LINES",
        "entityId": entity_id,
        "entityData1": entity_data_1(dialog),
        "entityData2": entity_data_2(dialog),
        "entityData3": entity_data_3(dialog),
        "messageCount": dialog.message_count,
        "public": "",
        "muteList": [],
        "managerList": manager_list(dialog),
        "dateCreate": app.datetime(chat.created_ms),
        "type": "lines",
        "entityLink": {"type": "LINES", "url": "", "id": entity_id},
        "permissions": {
            "manageUsersAdd": "member",
            "manageUsersDelete": "manager",
            "manageUi": "member",
            "manageSettings": "owner",
            "manageMessages": "member",
            "canPost": "member",
        },
        "textFieldEnabled": true,
        "backgroundId": null,
        "messageType": "L",
        "isNew": false,
    })
}
