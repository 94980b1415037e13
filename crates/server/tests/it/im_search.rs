//! `im.search.*`

use std::sync::Arc;

use serde_json::{Value, json};

use crate::support::{World, on_both};

/// Maria in chat 1, Олег in chat 2 named "Big order"; Boris (4) heads Sales (2).
async fn furnish(world: &World) {
    world.send(json!([World::message("m1", "hello")])).await;
    let other = json!({
        "user": {"id": "u2", "name": "Олег", "last_name": "Smirnov"}, "message": {"id": "m2", "text": "hi"},
        "chat": {"id": "c2", "name": "Big order"},
    });
    world.send(json!([other])).await;
    world.add_employee("Boris").await;
    let app = Arc::clone(&world.server.app);
    let new = desk::departments::NewDepartment { name: "Sales".to_owned(), parent_id: 1, head_id: 4, sort: 500 };
    app.change(app.clock.now_ms(), 1, move |change| desk::departments::add(change, &new)).await.unwrap();
}

#[test]
fn chats_people_and_departments_are_found() {
    on_both(|world| async move {
        furnish(&world).await;
        let chats = world.call("im.search.chat.list", json!({"FIND": "ord big"})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(chats.result(), @r##"
        [
          {
            "id": 2,
            "parent_chat_id": 0,
            "parent_message_id": 0,
            "name": "Big order - Support",
            "description": "",
            "owner": 1,
            "extranet": true,
            "avatar": "",
            "color": "#4ba984",
            "type": "lines",
            "counter": 1,
            "user_counter": 2,
            "message_count": 1,
            "unread_id": 2,
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
            "last_message_id": 2,
            "last_id": 0,
            "marked_id": 0,
            "disk_folder_id": 0,
            "entity_type": "LINES",
            "entity_id": "myconnector|1|c2|3",
            "entity_data_1": "N|NONE|0|N|N|2|1749990400|0|0|0",
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
              "id": "myconnector|1|c2|3"
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
            "is_new": false
          }
        ]
        "##); }
        let users = world.call("im.search.user.list", json!({"FIND": "sal"})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(users.result(), @r##"
        {
          "4": {
            "id": 4,
            "name": "Boris",
            "first_name": "Boris",
            "last_name": "",
            "work_position": "",
            "color": "#3e99ce",
            "avatar": "",
            "gender": "",
            "birthday": "",
            "extranet": false,
            "network": false,
            "bot": false,
            "connector": false,
            "external_auth_id": "default",
            "status": "online",
            "idle": false,
            "last_activity_date": "2025-06-15T12:26:40+00:00",
            "mobile_last_date": false,
            "absent": false,
            "departments": [
              1,
              2
            ],
            "phones": false
          }
        }
        "##); }
        let departments = world.call("im.search.department.list", json!({"FIND": "comp"})).await;
        assert_eq!(
            *departments.result(),
            json!([
                {"id": 1, "name": "Company", "full_name": "Company", "manager_user_id": 0},
                {"id": 2, "name": "Sales", "full_name": "Sales / Company", "manager_user_id": 4},
            ])
        );
        let with_heads = world.call("im.search.department.list", json!({"FIND": "sa", "USER_DATA": "Y"})).await;
        assert_eq!(with_heads.result()[0]["manager_user_data"]["first_name"], "Boris");
        world.end().await;
    });
}

#[test]
fn searches_come_in_parts() {
    on_both(|world| async move {
        furnish(&world).await;
        let cases: &[(&str, Value, usize, Value, Value)] = &[
            ("im.search.chat.list", json!({"FIND": "МА", "FIND_LINES": "олег"}), 0, json!(0), Value::Null),
            ("im.search.chat.list", json!({"FIND_LINES": "олег"}), 1, json!(1), Value::Null),
            ("im.search.chat.list", json!({"FIND": "smir"}), 1, json!(1), Value::Null),
            ("im.search.user.list", json!({"FIND": "an"}), 1, json!(1), Value::Null),
            ("im.search.user.list", json!({"FIND": "comp", "LIMIT": 1}), 1, json!(2), json!(1)),
            ("im.search.user.list", json!({"FIND": "comp", "LIMIT": 1, "OFFSET": 1}), 1, json!(2), Value::Null),
            ("im.search.user.list", json!({"FIND": "zz"}), 0, json!(0), Value::Null),
            ("im.search.department.list", json!({"FIND": ""}), 2, json!(2), Value::Null),
            ("im.search.department.list", json!({"FIND": "zz"}), 0, json!(0), Value::Null),
        ];
        for (method, parameters, rows, total, next) in cases {
            let reply = world.call(method, parameters.clone()).await;
            let count = reply.result().as_array().map_or_else(|| reply.result().as_object().unwrap().len(), Vec::len);
            let found = (count, &reply.body["total"], &reply.body["next"]);
            assert_eq!(found, (*rows, total, next), "{method} {parameters}");
        }
        let short = "400 FIND_SHORT: Too short a search phrase.";
        for (method, parameters) in [
            ("im.search.chat.list", json!({})),
            ("im.search.chat.list", json!({"FIND": "o", "FIND_LINES": " o "})),
            ("im.search.user.list", json!({})),
            ("im.search.user.list", json!({"FIND": "a"})),
            ("im.search.department.list", json!({})),
        ] {
            assert_eq!(world.call(method, parameters.clone()).await.brief(), short, "{method} {parameters}");
        }
        let (_, stranger) = world.add_employee("Clara").await;
        let reply = world.call_with(&stranger, "im.search.chat.list", json!({"FIND": "big"})).await;
        assert_eq!(*reply.result(), json!([]), "only the caller's chats are found");
        world.end().await;
    });
}

#[test]
fn choices_are_remembered() {
    on_both(|world| async move {
        furnish(&world).await;
        let (_, stranger) = world.add_employee("Clara").await;
        for (dialog, known) in [("chat1", true), ("4", true), ("chat1", true), ("chat99", false), ("3", false)] {
            let reply = world.call("im.search.last.add", json!({"DIALOG_ID": dialog})).await;
            assert_eq!(*reply.result(), json!(known), "{dialog}");
            world.advance(1000);
        }
        let denied = world.call_with(&stranger, "im.search.last.add", json!({"DIALOG_ID": "chat1"})).await;
        assert_eq!(*denied.result(), json!(false));
        let chosen = world.call("im.search.last.get", json!({})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(chosen.result(), @r##"
        [
          {
            "id": "chat1",
            "type": "chat",
            "avatar": {
              "url": "",
              "color": "#64a513"
            },
            "title": "Maria - Support",
            "chat": {
              "id": 1,
              "parent_chat_id": 0,
              "parent_message_id": 0,
              "name": "Maria - Support",
              "owner": 1,
              "extranet": true,
              "contains_collaber": false,
              "avatar": "",
              "color": "#64a513",
              "type": "lines",
              "entity_type": "LINES",
              "entity_id": "myconnector|1|c1|2",
              "entity_data_1": "N|NONE|0|N|N|1|1749990400|0|0|0",
              "entity_data_2": "LEAD|0|COMPANY|0|CONTACT|0|DEAL|0",
              "entity_data_3": "N",
              "mute_list": [],
              "manager_list": [
                1
              ],
              "date_create": "2025-06-15T12:26:40+00:00",
              "message_type": "L",
              "user_counter": 2,
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
              "role": "OWNER",
              "text_field_enabled": true,
              "background_id": null,
              "entity_link": {
                "type": "LINES",
                "url": "",
                "id": "myconnector|1|c1|2"
              },
              "permissions": {
                "manage_users_add": "member",
                "manage_users_delete": "manager",
                "manage_ui": "member",
                "manage_settings": "owner",
                "manage_messages": "member",
                "can_post": "member"
              },
              "public": ""
            }
          },
          {
            "id": 4,
            "type": "user",
            "avatar": {
              "url": "",
              "color": "#3e99ce"
            },
            "title": "Boris",
            "user": {
              "id": 4,
              "active": true,
              "name": "Boris",
              "first_name": "Boris",
              "last_name": "",
              "work_position": "",
              "color": "#3e99ce",
              "avatar": "",
              "avatar_hr": "",
              "gender": "",
              "birthday": "",
              "extranet": false,
              "network": false,
              "bot": false,
              "connector": false,
              "external_auth_id": "default",
              "status": "online",
              "idle": false,
              "last_activity_date": "2025-06-15T12:26:40+00:00",
              "mobile_last_date": false,
              "desktop_last_date": false,
              "absent": false,
              "departments": [
                1,
                2
              ],
              "phones": false,
              "bot_data": null,
              "type": "user",
              "website": "",
              "email": ""
            }
          }
        ]
        "##); }
        let shown = async |parameters: Value| {
            let reply = world.call("im.search.last.get", parameters).await;
            json!(reply.result().as_array().unwrap().iter().map(|row| row["id"].clone()).collect::<Vec<_>>())
        };
        assert_eq!(shown(json!({"SKIP_OPENLINES": "Y"})).await, json!([4]));
        assert_eq!(shown(json!({"SKIP_DIALOG": "Y"})).await, json!(["chat1"]));
        for (dialog, there) in [("chat1", true), ("chat1", false)] {
            let reply = world.call("im.search.last.delete", json!({"DIALOG_ID": dialog})).await;
            assert_eq!(*reply.result(), json!(there));
        }
        assert_eq!(shown(json!({})).await, json!([4]));
        for method in ["im.search.last.add", "im.search.last.delete"] {
            let reply = world.call(method, json!({"DIALOG_ID": "chat"})).await;
            assert_eq!(reply.brief(), "400 DIALOG_ID_EMPTY: Dialog ID can't be empty", "{method}");
        }
        world.end().await;
    });
}
