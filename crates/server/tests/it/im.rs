//! `im.*`

use serde_json::{Value, json};

use crate::imopenlines_sessions::first_message;
use crate::support::{World, on_both};

async fn write(world: &World, mut parameters: Value) -> crate::support::Reply {
    if parameters.get("DIALOG_ID").is_none() {
        parameters["DIALOG_ID"] = json!("chat1");
    }
    world.call("im.message.add", parameters).await
}

#[test]
fn messages_carry_what_they_were_given() {
    on_both(|world| async move {
        first_message(&world).await;
        let attach = json!([{"MESSAGE": "note"}, {"GRID": [{"DISPLAY": "LINE", "NAME": "a", "COLOR_TOKEN": "base"}]}]);
        let first =
            write(&world, json!({"MESSAGE": "[b]hi[/b]", "ATTACH": attach, "REPLY_ID": 1, "URL_PREVIEW": "N"})).await;
        assert_eq!(first.result(), &json!(2));
        let keyboard = json!([{"TEXT": "Open", "LINK": "https://example.com"}, {"TYPE": "NEWLINE"}]).to_string();
        let menu = json!({"ITEMS": [{"TEXT": "Copy", "ACTION": "COPY", "ACTION_VALUE": "x"}]});
        write(&world, json!({"CHAT_ID": 1, "DIALOG_ID": null, "MESSAGE": "keys", "KEYBOARD": keyboard, "MENU": menu}))
            .await;
        write(&world, json!({"MESSAGE": "by the program", "SYSTEM": "Y"})).await;
        let reply = world.call("im.dialog.messages.get", json!({"DIALOG_ID": "chat1"})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(reply.result(), @r##"
        {
          "chat_id": 1,
          "messages": [
            {
              "id": 3,
              "chat_id": 1,
              "author_id": 0,
              "date": "2025-06-15T12:26:40+00:00",
              "text": "by the program",
              "unread": true,
              "uuid": null,
              "replaces": [],
              "params": [],
              "disappearing_date": null
            },
            {
              "id": 2,
              "chat_id": 1,
              "author_id": 1,
              "date": "2025-06-15T12:26:40+00:00",
              "text": "[b]hi[/b]",
              "unread": false,
              "uuid": "00000001-0000-4000-8000-000000000002",
              "replaces": [],
              "params": {
                "ATTACH": {
                  "BLOCKS": [
                    {
                      "MESSAGE": "note"
                    },
                    {
                      "GRID": [
                        {
                          "DISPLAY": "LINE",
                          "NAME": "a",
                          "COLOR_TOKEN": "base"
                        }
                      ]
                    }
                  ]
                },
                "REPLY_ID": 1,
                "URL_PREVIEW": "N"
              },
              "disappearing_date": null
            },
            {
              "id": 1,
              "chat_id": 1,
              "author_id": 2,
              "date": "2025-06-15T12:26:40+00:00",
              "text": "hello",
              "unread": false,
              "uuid": "00000001-0000-4000-8000-000000000001",
              "replaces": [],
              "params": {
                "CONNECTOR_MID": [
                  "m1"
                ]
              },
              "disappearing_date": null
            }
          ],
          "users": [
            {
              "id": 1,
              "active": true,
              "name": "Anna Ivanova",
              "first_name": "Anna",
              "last_name": "Ivanova",
              "work_position": "Operator",
              "color": "#64a513",
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
                1
              ],
              "phones": false,
              "bot_data": null,
              "type": "user",
              "website": "",
              "email": "anna@example.com"
            },
            {
              "id": 2,
              "active": true,
              "name": "Maria",
              "first_name": "Maria",
              "last_name": "",
              "work_position": "",
              "color": "#4ba984",
              "avatar": "",
              "avatar_hr": "",
              "gender": "",
              "birthday": "",
              "extranet": true,
              "network": false,
              "bot": false,
              "connector": true,
              "external_auth_id": "imconnector",
              "status": "offline",
              "idle": false,
              "last_activity_date": "2025-06-15T12:26:40+00:00",
              "mobile_last_date": false,
              "desktop_last_date": false,
              "absent": false,
              "departments": [],
              "phones": false,
              "bot_data": null,
              "type": "connector",
              "website": "",
              "email": ""
            }
          ],
          "files": []
        }
        "##); }
        world.end().await;
    });
}

#[test]
fn a_message_may_be_refused() {
    on_both(|world| async move {
        first_message(&world).await;
        world.send(json!([{"user": {"id": "u2"}, "message": {"id": "m1", "text": "x"}, "chat": {"id": "c2"}}])).await;
        let (_, stranger) = world.add_employee("Boris").await;
        let long = "x".repeat(60_001);
        let cases = [
            (json!({"DIALOG_ID": "chat", "MESSAGE": "x"}), "400 DIALOG_ID_EMPTY: Dialog ID can't be empty"),
            (json!({"DIALOG_ID": "", "MESSAGE": "x"}), "400 DIALOG_ID_EMPTY: Dialog ID can't be empty"),
            (json!({"DIALOG_ID": "sg1", "MESSAGE": "x"}), "400 DIALOG_ID_EMPTY: Dialog ID can't be empty"),
            (json!({"MESSAGE": " "}), "400 MESSAGE_EMPTY: Message can't be empty"),
            (json!({}), "400 MESSAGE_EMPTY: Message can't be empty"),
            (json!({"DIALOG_ID": "chat99", "MESSAGE": "x"}), "400 ACCESS_ERROR: Action unavailable"),
            (json!({"DIALOG_ID": "1", "MESSAGE": "x"}), "400 ACCESS_ERROR: Action unavailable"),
            (json!({"DIALOG_ID": 99, "MESSAGE": "x"}), "400 USER_NOT_FOUND: User not found"),
            (json!({"MESSAGE": ["x"]}), "400 PARAMS_ERROR: Incorrect params: MESSAGE is not a text"),
            (
                json!({"MESSAGE": long}),
                "400 PARAMS_ERROR: Incorrect params: MESSAGE may have 60000 characters, send the rest separately",
            ),
            (
                json!({"MESSAGE": "x", "REPLY_ID": "y"}),
                "400 PARAMS_ERROR: Incorrect params: REPLY_ID is not a message id",
            ),
            (json!({"MESSAGE": "x", "REPLY_ID": 99}), "400 REPLY_ACCESS_ERROR: Action unavailable"),
            (
                json!({"MESSAGE": "x", "REPLY_ID": 2}),
                "400 REPLY_FROM_OTHER_CHAT_ERROR: You can only reply to a message within the same chat",
            ),
            (json!({"ATTACH": "{"}), "400 ATTACH_ERROR: Incorrect attach params"),
            (json!({"ATTACH": [{"NO_SUCH": 1}]}), "400 ATTACH_ERROR: Incorrect attach params"),
            (json!({"ATTACH": [{"LINK": {}}]}), "400 ATTACH_ERROR: Incorrect attach params"),
            (
                json!({"ATTACH": [{"MESSAGE": long}]}),
                "400 ATTACH_OVERSIZE: You have exceeded the maximum allowable size of attach",
            ),
            (json!({"MESSAGE": "x", "KEYBOARD": [{"LINK": "/"}]}), "400 KEYBOARD_ERROR: Incorrect keyboard params"),
            (
                json!({"MESSAGE": "x", "KEYBOARD": [{"TEXT": long}]}),
                "400 KEYBOARD_OVERSIZE: You have exceeded the maximum allowable size of keyboard",
            ),
            (
                json!({"MESSAGE": "x", "MENU": [{"TEXT": "a", "ACTION": "PUT"}]}),
                "400 MENU_ERROR: Incorrect menu params",
            ),
            (
                json!({"MESSAGE": "x", "MENU": [{"TEXT": long}]}),
                "400 MENU_OVERSIZE: You have exceeded the maximum allowable size of menu",
            ),
        ];
        for (parameters, expected) in cases {
            let reply = write(&world, parameters.clone()).await;
            let shown: String = parameters.to_string().chars().take(100).collect();
            assert_eq!(reply.brief(), expected, "{shown}");
        }
        let denied = world.call_with(&stranger, "im.message.add", json!({"DIALOG_ID": "chat1", "MESSAGE": "x"})).await;
        assert_eq!(denied.brief(), "400 ACCESS_ERROR: Action unavailable");
        assert_eq!(world.count("SELECT count(*) FROM messages").await, 2, "nothing half-stored");
        world.end().await;
    });
}

#[test]
fn an_author_changes_and_deletes_a_message() {
    on_both(|world| async move {
        first_message(&world).await;
        let keyboard = json!([{"TEXT": "Open", "LINK": "/"}]);
        write(&world, json!({"MESSAGE": "one", "KEYBOARD": keyboard})).await;
        let newest = async || {
            let reply = world.call("im.dialog.messages.get", json!({"DIALOG_ID": "chat1", "LIMIT": 1})).await;
            let message = &reply.result()["messages"][0];
            json!([message["id"], message["text"], message["params"]])
        };
        let update = async |parameters: Value| world.call("im.message.update", parameters).await.brief();
        assert_eq!(update(json!({"MESSAGE_ID": 2, "MESSAGE": "two", "IS_EDITED": "N"})).await, "200 OK");
        let full = json!({"BUTTONS": [{"TEXT": "Open", "LINK": "/"}]});
        assert_eq!(newest().await, json!([2, "two", {"KEYBOARD": full}]));
        assert_eq!(update(json!({"MESSAGE_ID": "2", "KEYBOARD": "N"})).await, "200 OK");
        assert_eq!(newest().await, json!([2, "two", {"IS_EDITED": "Y"}]));
        let (_, stranger) = world.add_employee("Boris").await;
        let cant = "403 CANT_EDIT_MESSAGE: Time has expired for modification or you don't have access";
        let foreign = world.call_with(&stranger, "im.message.update", json!({"MESSAGE_ID": 2, "MESSAGE": "x"})).await;
        assert_eq!(foreign.brief(), cant);
        let foreign = world.call_with(&stranger, "im.message.delete", json!({"MESSAGE_ID": 2})).await;
        assert_eq!(foreign.brief(), cant);
        let cases = [
            (json!({"MESSAGE_ID": 1, "MESSAGE": "x"}), cant),
            (json!({"MESSAGE_ID": 99, "MESSAGE": "x"}), cant),
            (json!({"MESSAGE_ID": 1, "MESSAGE": ""}), cant),
            (json!({"MESSAGE": "x"}), "400 MESSAGE_ID_ERROR: Message ID can't be empty"),
            (json!({"MESSAGE_ID": 2, "ATTACH": 5}), "400 ATTACH_ERROR: Incorrect attach params"),
            (json!({"MESSAGE_ID": 2, "MESSAGE": ""}), "200 OK"),
            (json!({"MESSAGE_ID": 2, "MESSAGE": "again"}), cant),
        ];
        for (parameters, expected) in cases {
            assert_eq!(update(parameters.clone()).await, expected, "{parameters}");
        }
        assert_eq!(newest().await[0], json!(1), "an empty text deletes");
        let delete = async |id: Value| world.call("im.message.delete", json!({"MESSAGE_ID": id})).await.brief();
        assert_eq!(delete(json!(2)).await, cant);
        assert_eq!(delete(json!("")).await, "400 MESSAGE_ID_ERROR: Message ID can't be empty");
        assert_eq!(delete(json!(1)).await, "200 OK", "an administrator may delete anybody's");
        world.end().await;
    });
}

#[test]
fn messages_come_in_pages() {
    on_both(|world| async move {
        first_message(&world).await;
        for number in 2..=5 {
            write(&world, json!({"MESSAGE": number})).await;
        }
        let cases = [
            (json!({}), "[5,4,3,2,1]"),
            (json!({"LIMIT": 2}), "[5,4]"),
            (json!({"LIMIT": 0}), "[5]"),
            (json!({"LAST_ID": 4}), "[3,2,1]"),
            (json!({"FIRST_ID": "2", "LIMIT": 2}), "[4,3]"),
            (json!({"FIRST_ID": 0, "LIMIT": 2}), "[2,1]"),
            (json!({"FIRST_ID": 3, "LAST_ID": 2}), "[5,4]"),
            (json!({"LAST_ID": 99}), "[]"),
            (json!({"LAST_ID": "x"}), "400 LAST_ID_STRING: Last ID can't be string"),
            (json!({"FIRST_ID": "x"}), "400 FIRST_ID_STRING: First ID can't be string"),
            (json!({"DIALOG_ID": ""}), "400 DIALOG_ID_EMPTY: Dialog ID can't be empty"),
            (json!({"DIALOG_ID": "chat9"}), "403 ACCESS_ERROR: You do not have access to the specified dialog"),
            (json!({"DIALOG_ID": "1"}), "403 ACCESS_ERROR: You do not have access to the specified dialog"),
        ];
        for (mut parameters, expected) in cases {
            if parameters.get("DIALOG_ID").is_none() {
                parameters["DIALOG_ID"] = json!("chat1");
            }
            let reply = world.call("im.dialog.messages.get", parameters.clone()).await;
            let found = match reply.body["result"]["messages"].as_array() {
                Some(found) => Value::Array(found.iter().map(|message| message["id"].clone()).collect()).to_string(),
                None => reply.brief(),
            };
            assert_eq!(found, expected, "{parameters}");
        }
        world.end().await;
    });
}

#[test]
fn chats_and_users_answer_as_documented() {
    on_both(|world| async move {
        first_message(&world).await;
        let (_, stranger) = world.add_employee("Boris").await;
        let no_access = "403 ACCESS_ERROR: You do not have access to the specified dialog";
        let lines = |code: &str| json!({"ENTITY_TYPE": "LINES", "ENTITY_ID": code});
        let cases = [
            ("im.dialog.get", json!({}), "400 DIALOG_ID_EMPTY: Dialog ID can't be empty"),
            ("im.dialog.get", json!({"DIALOG_ID": "chat9"}), no_access),
            ("im.chat.get", lines("myconnector|1|c1|2"), r#"{"ID":1}"#),
            ("im.chat.get", lines("MyConnector|1|c1|u1"), r#"{"ID":1}"#),
            ("im.chat.get", lines("imol|myconnector|1|c1|2"), r#"{"ID":1}"#),
            ("im.chat.get", lines("myconnector|1|c1|9"), "null"),
            ("im.chat.get", lines("x"), "null"),
            ("im.chat.get", json!({"ENTITY_TYPE": "CRM", "ENTITY_ID": "DEAL|1"}), "null"),
            ("im.chat.get", json!({}), "null"),
            ("im.chat.user.list", json!({"CHAT_ID": 1}), "[1,2]"),
            ("im.chat.user.list", json!({}), "400 CHAT_ID_EMPTY: Chat ID can't be empty"),
            ("im.chat.user.list", json!({"CHAT_ID": 9}), "403 ACCESS_ERROR: Action unavailable"),
            ("im.dialog.users.list", json!({}), "400 DIALOG_ID_EMPTY: Dialog ID can't be empty"),
            ("im.dialog.users.list", json!({"DIALOG_ID": "chat9"}), no_access),
            (
                "im.dialog.read",
                json!({"DIALOG_ID": "chat1"}),
                r#"{"dialogId":"chat1","chatId":1,"lastId":1,"counter":0}"#,
            ),
            ("im.dialog.read", json!({"DIALOG_ID": "chat9"}), "false"),
            ("im.dialog.read", json!({}), "400 DIALOG_ID_EMPTY: Dialog ID can't be empty"),
            ("im.user.get", json!({"ID": 0}), "400 ID_EMPTY: User ID can't be empty"),
            ("im.user.get", json!({"ID": 99}), "400 USER_NOT_EXISTS: User does not exist"),
            ("im.user.list.get", json!({}), "400 INVALID_FORMAT: A wrong format for the ID field is passed"),
            ("im.user.list.get", json!({"ID": "{"}), "400 INVALID_FORMAT: A wrong format for the ID field is passed"),
            ("im.user.list.get", json!({"ID": [99]}), "[]"),
            ("im.revision.get", json!({}), r#"{"rest":32,"web":130,"mobile":22,"desktop":6,"im_revision_mobile":22}"#),
        ];
        for (method, parameters, expected) in cases {
            let reply = world.call(method, parameters.clone()).await;
            let found = if reply.status == 200 { reply.result().to_string() } else { reply.brief() };
            assert_eq!(found, expected, "{method} {parameters}");
        }
        let dialog = world.call("im.dialog.get", json!({"DIALOG_ID": "chat1"})).await;
        assert_eq!(dialog.result()["restrictions"]["path"], json!(""));
        assert_eq!((&dialog.result()["counter"], &dialog.result()["last_id"]), (&json!(0), &json!(1)));
        let denied = world.call_with(&stranger, "im.dialog.get", json!({"DIALOG_ID": "chat1"})).await;
        assert_eq!(denied.brief(), no_access);
        let hidden = world.call_with(&stranger, "im.chat.user.list", json!({"CHAT_ID": 1})).await;
        assert_eq!(hidden.result(), &json!([]));
        let page = world.call("im.dialog.users.list", json!({"DIALOG_ID": "chat1", "LIMIT": 1})).await;
        assert_eq!((&page.body["total"], &page.body["next"]), (&json!(2), &json!(1)));
        let staff = world.call("im.dialog.users.list", json!({"DIALOG_ID": "chat1", "SKIP_EXTERNAL": "Y"})).await;
        assert_eq!(staff.body["total"], json!(1));
        let both = world.call("im.user.list.get", json!({"ID": "[1, 2, 2]"})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(both.result(), @r##"
        {
          "1": {
            "id": 1,
            "active": true,
            "name": "Anna Ivanova",
            "first_name": "Anna",
            "last_name": "Ivanova",
            "work_position": "Operator",
            "color": "#64a513",
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
              1
            ],
            "phones": false,
            "bot_data": null,
            "type": "user",
            "website": "",
            "email": "anna@example.com"
          },
          "2": {
            "id": 2,
            "active": true,
            "name": "Maria",
            "first_name": "Maria",
            "last_name": "",
            "work_position": "",
            "color": "#4ba984",
            "avatar": "",
            "avatar_hr": "",
            "gender": "",
            "birthday": "",
            "extranet": true,
            "network": false,
            "bot": false,
            "connector": true,
            "external_auth_id": "imconnector",
            "status": "offline",
            "idle": false,
            "last_activity_date": "2025-06-15T12:26:40+00:00",
            "mobile_last_date": false,
            "desktop_last_date": false,
            "absent": false,
            "departments": [],
            "phones": false,
            "bot_data": null,
            "type": "connector",
            "website": "",
            "email": ""
          }
        }
        "##); }
        let listed = world.call("im.user.list.get", json!({"ID": [2], "RESULT_TYPE": "array"})).await;
        assert_eq!(listed.result()[0], world.call("im.user.get", json!({"ID": "2"})).await.result().clone());
        assert_eq!(world.call("im.user.get", json!({})).await.result()["id"], json!(1));
        world.end().await;
    });
}
