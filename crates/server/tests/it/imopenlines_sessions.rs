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

#[test]
fn a_whole_conversation() {
    on_both(|world| async move {
        let settings = json!({"WELCOME_MESSAGE_TEXT": "Welcome!", "CLOSE_TEXT": "Bye!", "FULL_CLOSE_TIME": 10, "VOTE_MESSAGE": "N"});
        world.call("imopenlines.config.update", json!({"CONFIG_ID": 1, "PARAMS": settings})).await;
        let chat = first_message(&world).await;
        let act = async |method: &str| {
            world.call(&format!("imopenlines.operator.{method}"), json!({"CHAT_ID": chat})).await.brief()
        };
        let session = async |id: &str| {
            let reply = world.send(json!([World::message(id, "more")])).await;
            reply.result()["DATA"]["RESULT"][0]["session"]["ID"].clone()
        };
        assert_eq!(act("answer").await, "200 OK");
        world.call("im.message.add", json!({"DIALOG_ID": "chat1", "MESSAGE": "hi"})).await;
        assert_eq!(act("finish").await, "200 OK");
        assert_eq!(act("finish").await, "200 OK", "finishing twice says goodbye once");
        let texts = async || {
            let history = world.call("imopenlines.session.history.get", json!({"CHAT_ID": chat})).await;
            let messages = history.result()["message"].as_object().unwrap().values();
            messages.map(|message| format!("{} {}", message["senderid"], message["text"])).collect::<Vec<_>>()
        };
        let expected = [r#""2" "hello""#, r#""0" "Welcome!""#, r#""1" "hi""#, r#""0" "Bye!""#];
        assert_eq!(texts().await, expected);
        // Before the time is over the customer goes on in the same session, after it in a new one.
        assert_eq!(session("m2").await, json!("1"));
        let dialog = world.call("imopenlines.dialog.get", json!({"SESSION_ID": 1})).await;
        assert_eq!(dialog.result()["owner"], json!(1));
        assert_eq!(act("finish").await, "200 OK");
        let dialog = world.call("imopenlines.dialog.get", json!({"SESSION_ID": 1})).await;
        assert_eq!(dialog.result()["entity_data_1"], json!("N|NONE|0|N|Y|1|1749990400|0|0|0"));
        world.advance(10 * 60_000);
        world.until("SELECT count(*) FROM sessions WHERE closed_ms IS NOT NULL", 1).await;
        let dialog = world.call("imopenlines.dialog.get", json!({"USER_CODE": "imol|myconnector|1|c1|u1"})).await;
        assert_eq!(dialog.result()["entity_data_1"], json!("N|NONE|0|N|N|0|0|0|0|0"));
        assert_eq!(
            act("skip").await,
            "400 ACCESS_DENIED_KICK: Insufficient permissions to remove participants from the chat"
        );
        assert_eq!(session("m3").await, json!("2"));
        assert_eq!(world.count("SELECT parent_id FROM sessions WHERE id = 2").await, 1);
        assert_eq!(texts().await, [r#""2" "more""#], "greeted once");
        world.end().await;
    });
}

#[test]
fn history_answers_as_documented() {
    on_both(|world| async move {
        first_message(&world).await;
        let attach = json!({"ID": 1, "COLOR_TOKEN": "base", "BLOCKS": [{"MESSAGE": "note"}]});
        world.call("im.message.add", json!({"DIALOG_ID": "chat1", "MESSAGE": "[b]hi[/b]", "ATTACH": attach})).await;
        let reply = world.hook("imopenlines.session.history.get", json!({"SESSION_ID": "1"})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(reply.result(), @r##"
        {
          "chatId": 1,
          "canJoin": "Y",
          "canVoteHead": "N",
          "sessionId": 1,
          "sessionVoteHead": 0,
          "sessionCommentHead": null,
          "userId": "chat1",
          "message": {
            "1": {
              "id": "1",
              "chatid": "1",
              "senderid": "2",
              "recipientid": "chat1",
              "date": "2025-06-15T12:26:40+00:00",
              "text": "hello",
              "textlegacy": "hello",
              "params": {
                "connectorMid": [
                  "m1"
                ]
              }
            },
            "2": {
              "id": "2",
              "chatid": "1",
              "senderid": "1",
              "recipientid": "chat1",
              "date": "2025-06-15T12:26:40+00:00",
              "text": "[b]hi[/b]",
              "textlegacy": "<b>hi</b>",
              "params": {
                "attach": [
                  {
                    "id": 1,
                    "colorToken": "base",
                    "blocks": [
                      {
                        "message": "note"
                      }
                    ],
                    "description": ""
                  }
                ]
              }
            }
          },
          "usersMessage": {
            "chat1": [
              "2",
              "1"
            ]
          },
          "users": {
            "1": {
              "id": "1",
              "active": true,
              "name": "Anna Ivanova",
              "firstName": "Anna",
              "lastName": "Ivanova",
              "workPosition": "Operator",
              "color": "#64a513",
              "avatar": "",
              "avatarId": null,
              "birthday": false,
              "gender": "M",
              "phoneDevice": false,
              "phones": false,
              "extranet": false,
              "network": false,
              "bot": false,
              "connector": false,
              "profile": "/company/personal/user/1/",
              "externalAuthId": "default",
              "status": "online",
              "idle": false,
              "lastActivityDate": "2025-06-15T12:26:40+00:00",
              "mobileLastDate": false,
              "desktopLastDate": false,
              "departments": [
                1
              ],
              "absent": false,
              "services": null,
              "botData": null,
              "type": "user"
            },
            "2": {
              "id": "2",
              "active": true,
              "name": "Maria",
              "firstName": "Maria",
              "lastName": "",
              "workPosition": null,
              "color": "#4ba984",
              "avatar": "",
              "avatarId": null,
              "birthday": false,
              "gender": "M",
              "phoneDevice": false,
              "phones": false,
              "extranet": true,
              "network": false,
              "bot": false,
              "connector": true,
              "profile": "",
              "externalAuthId": "imconnector",
              "status": "offline",
              "idle": false,
              "lastActivityDate": "2025-06-15T12:26:40+00:00",
              "mobileLastDate": false,
              "desktopLastDate": false,
              "departments": [],
              "absent": false,
              "services": null,
              "botData": null,
              "type": "connector"
            }
          },
          "openlines": {
            "canvoteashead": {
              "1": true
            }
          },
          "userInGroup": {
            "1": {
              "id": 1,
              "users": [
                "1"
              ]
            }
          },
          "woUserInGroup": [],
          "chat": {
            "1": {
              "id": "1",
              "parentChatId": 0,
              "parentMessageId": 0,
              "name": "Maria - Support",
              "owner": "1",
              "color": "#64a513",
              "extranet": true,
              "avatar": "",
              "call": "0",
              "callNumber": "",
              "entityType": "LINES",
              "entityId": "myconnector|1|c1|2",
              "entityData1": "N|NONE|0|N|N|1|1749990400|0|0|0",
              "entityData2": "LEAD|0|COMPANY|0|CONTACT|0|DEAL|0",
              "entityData3": "N",
              "messageCount": 2,
              "public": "",
              "muteList": [],
              "managerList": [
                1
              ],
              "dateCreate": "2025-06-15T12:26:40+00:00",
              "type": "lines",
              "entityLink": {
                "type": "LINES",
                "url": "",
                "id": "myconnector|1|c1|2"
              },
              "permissions": {
                "manageUsersAdd": "member",
                "manageUsersDelete": "manager",
                "manageUi": "member",
                "manageSettings": "owner",
                "manageMessages": "member",
                "canPost": "member"
              },
              "textFieldEnabled": true,
              "backgroundId": null,
              "messageType": "L",
              "isNew": false
            }
          },
          "userBlockChat": {
            "1": {
              "1": false,
              "2": false
            }
          },
          "userInChat": {
            "1": [
              1,
              2
            ]
          },
          "files": []
        }
        "##); }
        world.end().await;
    });
}

#[test]
fn every_refusal_of_operators_and_sessions() {
    on_both(|world| async move {
        first_message(&world).await;
        world.call("imopenlines.operator.answer", json!({"CHAT_ID": 1})).await;
        let (_, stranger) = world.add_employee("Boris").await;
        let (colleague, colleague_token) = world.add_employee("Clara").await;
        let queue = json!({"CONFIG_ID": 1, "PARAMS": {"QUEUE": {"U": [1, colleague]}}});
        world.call("imopenlines.config.update", queue).await;
        let chat_id = "400 CHAT_ID: The specified chat identifier is incorrect";
        let denied = "400 ACCESS_DENIED: You cannot open this conversation as you do not have sufficient permissions";
        for method in ["answer", "finish", "skip"] {
            let method = format!("imopenlines.operator.{method}");
            for id in [json!(null), json!(""), json!("x"), json!(0), json!(-1), json!(99)] {
                assert_eq!(world.call(&method, json!({"CHAT_ID": id})).await.brief(), chat_id, "{method} {id}");
            }
            for token in [&stranger, &colleague_token] {
                assert_eq!(world.call_with(token, &method, json!({"CHAT_ID": 1})).await.brief(), denied, "{method}");
            }
        }
        let no_dialog = "400 ACCESS_ERROR: You do not have access to the specified dialog";
        let cases = [
            ("dialog.get", json!({}), "400 DIALOG_ID_EMPTY: Dialog ID can't be empty"),
            ("dialog.get", json!({"CHAT_ID": 99}), no_dialog),
            ("dialog.get", json!({"CHAT_ID": "x", "DIALOG_ID": "chat1"}), no_dialog),
            ("dialog.get", json!({"DIALOG_ID": "1"}), no_dialog),
            ("dialog.get", json!({"SESSION_ID": 99}), no_dialog),
            ("dialog.get", json!({"USER_CODE": "nonsense"}), no_dialog),
            ("dialog.get", json!({"DIALOG_ID": "chat1", "SESSION_ID": 99}), "200 OK"),
            ("session.open", json!({}), denied),
            ("session.open", json!({"USER_CODE": "x"}), denied),
            ("session.open", json!({"USER_CODE": "myconnector|1|c1|99"}), denied),
            ("session.history.get", json!({}), "400 MISSING_REQUIRED_PARAM: Session ID or Chat ID must be provided"),
            (
                "session.history.get",
                json!({"SESSION_ID": "x"}),
                "400 INVALID_SESSION_ID: Unable to determine session ID from provided parameters",
            ),
            (
                "session.history.get",
                json!({"CHAT_ID": 99}),
                "400 INVALID_SESSION_ID: Unable to determine session ID from provided parameters",
            ),
            ("session.history.get", json!({"SESSION_ID": 99}), denied),
        ];
        for (method, parameters, expected) in cases {
            let reply = world.call(&format!("imopenlines.{method}"), parameters.clone()).await;
            assert_eq!(reply.brief(), expected, "{method} {parameters}");
        }
        for (method, parameters, expected) in [
            ("dialog.get", json!({"CHAT_ID": 1}), no_dialog),
            ("session.open", json!({"USER_CODE": "myconnector|1|c1|2"}), denied),
            ("session.history.get", json!({"SESSION_ID": 1}), denied),
            ("session.history.get", json!({"CHAT_ID": 1}), denied),
        ] {
            let reply = world.call_with(&stranger, &format!("imopenlines.{method}"), parameters).await;
            assert_eq!(reply.brief(), expected, "{method}");
        }
        let opened = world.call("imopenlines.session.open", json!({"USER_CODE": "myconnector|1|c1|2"})).await;
        assert_eq!(opened.result(), &json!({"chatId": "1"}));
        world.end().await;
    });
}

#[test]
fn skip_goes_to_the_next_and_to_nobody() {
    on_both(|world| async move {
        let (colleague, token) = world.add_employee("Clara").await;
        let params = json!({"QUEUE": {"U": [1, colleague]}, "QUEUE_TYPE": "strictly"});
        world.call("imopenlines.config.update", json!({"CONFIG_ID": 1, "PARAMS": params})).await;
        first_message(&world).await;
        let owner = async || world.count("SELECT operator_id FROM sessions").await;
        assert_eq!(owner().await, 1);
        assert_eq!(world.call("imopenlines.operator.skip", json!({"CHAT_ID": 1})).await.brief(), "200 OK");
        assert_eq!(owner().await, colleague);
        let skipped = world.call_with(&token, "imopenlines.operator.skip", json!({"CHAT_ID": 1})).await;
        assert_eq!(skipped.brief(), "200 OK");
        assert_eq!(owner().await, 0, "nobody is left");
        assert_eq!(world.count("SELECT count(*) FROM sessions WHERE status = 'new'").await, 1);
        world.end().await;
    });
}
