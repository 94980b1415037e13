//! `imopenlines.operator.*`, `.session.*` and `.dialog.get`, and a whole conversation.

use serde_json::{Value, json};

use crate::support::{World, on_both};

/// A customer's first message, and the id of its chat.
pub(crate) async fn first_message(world: &World) -> i64 {
    let reply = world.send(json!([World::message("m1", "hello")])).await;
    chat_id(&reply.result()["DATA"]["RESULT"][0])
}

fn chat_id(sent: &Value) -> i64 {
    sent["session"]["CHAT_ID"].as_str().unwrap().parse().unwrap()
}

#[test]
fn an_operator_takes_writes_and_finishes() {
    on_both(|world| async move {
        let chat = first_message(&world).await;
        let answered = world.call("imopenlines.operator.answer", json!({"CHAT_ID": chat})).await;
        assert_eq!(answered.result(), &json!(true));
        let written = world.call("im.message.add", json!({"DIALOG_ID": format!("chat{chat}"), "MESSAGE": "hi"})).await;
        assert_eq!(written.result(), &json!(2));
        let finished = world.hook("imopenlines.operator.finish", json!({"CHAT_ID": chat.to_string()})).await;
        assert_eq!(finished.result(), &json!(true));
        world.end().await;
    });
}

#[test]
fn dialog_get_answers_as_documented() {
    on_both(|world| async move {
        let chat = first_message(&world).await;
        let reply = world.call("imopenlines.dialog.get", json!({"CHAT_ID": chat})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(reply.result(), @r##"
        {
          "id": 1,
          "parent_chat_id": 0,
          "parent_message_id": 0,
          "name": "Maria - Support",
          "description": "",
          "owner": 1,
          "extranet": true,
          "avatar": "",
          "color": "#64a513",
          "type": "lines",
          "counter": 1,
          "user_counter": 2,
          "message_count": 1,
          "unread_id": 1,
          "restrictions": {
            "avatar": false,
            "rename": false,
            "extend": true,
            "call": false,
            "mute": false,
            "leave": true,
            "leave_owner": true,
            "send": true,
            "user_list": true
          },
          "last_message_id": 1,
          "last_id": 0,
          "marked_id": 0,
          "disk_folder_id": 0,
          "entity_type": "LINES",
          "entity_id": "myconnector|1|c1|2",
          "entity_data_1": "N|NONE|0|N|N|1|1749990400|0|0|0",
          "entity_data_2": "LEAD|0|COMPANY|0|CONTACT|0|DEAL|0",
          "entity_data_3": "N",
          "mute_list": [],
          "date_create": "2025-06-15T12:26:40+00:00",
          "message_type": "L",
          "public": "",
          "role": "owner",
          "entity_link": {
            "type": "LINES",
            "url": "",
            "id": "myconnector|1|c1|2"
          },
          "text_field_enabled": true,
          "background_id": null,
          "permissions": {
            "manage_users_add": "member",
            "manage_users_delete": "manager",
            "manage_ui": "member",
            "manage_settings": "owner",
            "manage_messages": "member",
            "can_post": "member"
          },
          "is_new": false,
          "readed_list": [],
          "manager_list": [
            1
          ],
          "last_message_views": {
            "message_id": 1,
            "count_of_viewers": 0,
            "first_viewers": []
          },
          "dialog_id": "chat1"
        }
        "##); }
        world.end().await;
    });
}
