//! `im.recent.*`, `im.counters.get`, and what is read, liked and being written.

use serde_json::{Value, json};

use crate::support::{Reply, World, on_both};

/// Maria (2) in chat 1, Paul (3) in chat 2; Anna (1) has both.
async fn two_chats(world: &World) {
    world.send(json!([World::message("m1", "[b]hello[/b]\nthere")])).await;
    world.advance(60_000);
    let paul =
        json!({"user": {"id": "u2", "name": "Paul"}, "message": {"id": "m2", "text": "hi"}, "chat": {"id": "c2"}});
    world.send(json!([paul])).await;
    world.advance(60_000);
}

fn ids(reply: &Reply) -> Vec<i64> {
    let items = reply.result().get("items").unwrap_or(reply.result());
    items.as_array().unwrap().iter().map(|item| item["chat_id"].as_i64().unwrap()).collect()
}

#[test]
fn a_list_of_chats_answers_as_documented() {
    on_both(|world| async move {
        two_chats(&world).await;
        let attach = json!([{"MESSAGE": "note"}]);
        world
            .call("im.message.add", json!({"DIALOG_ID": "chat1", "MESSAGE": "yes [i]please[/i]", "ATTACH": attach}))
            .await;
        let reply = world.call("im.recent.list", json!({"LIMIT": 1})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(reply.body["result"], @r##"
        {
          "items": [
            {
              "id": "chat1",
              "chat_id": 1,
              "type": "chat",
              "avatar": {
                "url": "",
                "color": "#64a513"
              },
              "title": "Maria - Support",
              "message": {
                "id": 3,
                "text": "yes please",
                "file": false,
                "author_id": 1,
                "attach": true,
                "sticker": null,
                "date": "2025-06-15T12:28:40+00:00",
                "status": "received",
                "uuid": "00000001-0000-4000-8000-000000000003"
              },
              "counter": 0,
              "last_id": 3,
              "pinned": false,
              "unread": false,
              "has_reminder": false,
              "date_update": "2025-06-15T12:28:40+00:00",
              "date_last_activity": "2025-06-15T12:28:40+00:00",
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
              },
              "user": {
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
              "options": [],
              "lines": {
                "id": 1,
                "status": 40,
                "date_create": "2025-06-15T12:26:40+00:00"
              }
            }
          ],
          "hasMorePages": true,
          "hasMore": true,
          "copilot": {
            "chats": null,
            "messages": null,
            "roles": [],
            "recommendedRoles": []
          },
          "messagesAutoDeleteConfigs": []
        }
        "##); }
        assert_eq!(reply.body["total"], -1);
        let second = world.call("im.recent.list", json!({"OFFSET": 1})).await;
        let waiting = &second.result()["items"][0];
        let shown =
            json!([waiting["counter"], waiting["last_id"], waiting["lines"]["status"], waiting["user"]["name"]]);
        assert_eq!(shown, json!([1, 0, 0, "Paul"]));
        world.end().await;
    });
}

#[test]
fn a_list_of_chats_has_parts() {
    on_both(|world| async move {
        two_chats(&world).await;
        let (boris, other) = world.add_employee("Boris").await;
        let cases: &[(&str, Value, &[i64])] = &[
            ("im.recent.list", json!({}), &[2, 1]),
            ("im.recent.list", json!({"OFFSET": 1}), &[1]),
            ("im.recent.list", json!({"OFFSET": 9_000_000_000_000_i64}), &[]),
            ("im.recent.list", json!({"LIMIT": 1}), &[2]),
            ("im.recent.list", json!({"LIMIT": 0}), &[2]),
            ("im.recent.list", json!({"LAST_MESSAGE_DATE": "2025-06-15T12:27:00+00:00"}), &[1]),
            ("im.recent.list", json!({"LAST_MESSAGE_DATE": "2025-06-15T12:26:40+00:00"}), &[]),
            ("im.recent.list", json!({"LAST_MESSAGE_DATE": "soon"}), &[2, 1]),
            ("im.recent.list", json!({"SKIP_OPENLINES": "Y"}), &[]),
            ("im.recent.list", json!({"ONLY_COPILOT": "Y"}), &[]),
            ("im.recent.list", json!({"ONLY_CHANNEL": "Y"}), &[]),
            ("im.recent.list", json!({"SKIP_DIALOG": "Y", "SKIP_CHAT": "Y"}), &[2, 1]),
            ("im.recent.list", json!({"UNREAD_ONLY": "Y"}), &[2, 1]),
            ("im.recent.get", json!({}), &[2, 1]),
            ("im.recent.get", json!({"SKIP_OPENLINES": "Y"}), &[]),
            ("im.recent.get", json!({"ONLY_OPENLINES": "Y"}), &[2, 1]),
            ("im.recent.get", json!({"LAST_UPDATE": "2025-06-15T12:27:00+00:00"}), &[2]),
            ("im.recent.get", json!({"LAST_SYNC_DATE": "2025-06-15T12:27:41+00:00"}), &[]),
            ("im.recent.get", json!({"LAST_SYNC_DATE": "2020-01-01"}), &[2, 1]),
        ];
        for (method, parameters, expected) in cases {
            assert_eq!(ids(&world.call(method, parameters.clone()).await), *expected, "{method} {parameters}");
        }
        let page = world.call("im.recent.list", json!({"LIMIT": 1})).await;
        assert_eq!((&page.result()["hasMore"], &page.result()["hasMorePages"]), (&json!(true), &json!(true)));
        let text = async |parameters: Value| {
            let reply = world.call("im.recent.list", parameters).await;
            reply.result()["items"][0]["message"]["text"].clone()
        };
        assert_eq!(text(json!({"OFFSET": 1})).await, "hello there");
        assert_eq!(text(json!({"OFFSET": 1, "GET_ORIGINAL_TEXT": "Y"})).await, "[b]hello[/b]\nthere");
        assert!(ids(&world.call_with(&other, "im.recent.list", json!({})).await).is_empty(), "{boris} is in no chat");
        world.end().await;
    });
}

#[test]
fn what_is_read_counts_down() {
    on_both(|world| async move {
        two_chats(&world).await;
        world.send(json!([World::message("m3", "are you there?")])).await;
        let counters = async || {
            let reply = world.call("im.counters.get", json!({})).await;
            json!([reply.result()["TYPE"], reply.result()["LINES"]])
        };
        let whole = world.call("im.counters.get", json!({})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(whole.result(), @r#"
        {
          "TYPE": {
            "ALL": 3,
            "NOTIFY": 0,
            "CHAT": 0,
            "LINES": 3,
            "DIALOG": 0,
            "MESSENGER": 0
          },
          "CHAT": [],
          "CHAT_MUTED": [],
          "CHAT_UNREAD": [],
          "LINES": {
            "1": 2,
            "2": 1
          },
          "DIALOG": [],
          "DIALOG_UNREAD": []
        }
        "#); }
        let read = world.call("im.dialog.read", json!({"DIALOG_ID": "chat1", "MESSAGE_ID": 2})).await;
        assert_eq!(*read.result(), json!({"dialogId": "chat1", "chatId": 1, "lastId": 1, "counter": 1}));
        assert_eq!(counters().await[1], json!({"1": 1, "2": 1}));
        assert_eq!(
            *world.call("im.dialog.read", json!({"DIALOG_ID": "chat1"})).await.result(),
            json!({
                "dialogId": "chat1", "chatId": 1, "lastId": 3, "counter": 0,
            })
        );
        assert_eq!(counters().await[1], json!({"2": 1}));
        assert_eq!(ids(&world.call("im.recent.list", json!({"UNREAD_ONLY": "Y"})).await), [2]);
        let unread = world.call("im.dialog.unread", json!({"DIALOG_ID": "chat1", "MESSAGE_ID": 3})).await;
        assert_eq!(*unread.result(), json!(true));
        assert_eq!(counters().await[1], json!({"1": 1, "2": 1}));
        assert_eq!(*world.call("im.dialog.read.all", json!({})).await.result(), json!(true));
        let none = json!({"ALL": 0, "NOTIFY": 0, "CHAT": 0, "LINES": 0, "DIALOG": 0, "MESSENGER": 0});
        assert_eq!(counters().await, json!([none, []]));
        // A closed chat stays in the list and can be unread; its customer's next message counts again.
        world.call("imopenlines.operator.finish", json!({"CHAT_ID": 1})).await;
        world.advance(86_400_000 * 30);
        world.until("SELECT count(*) FROM sessions WHERE closed_ms IS NOT NULL AND chat_id = 1", 1).await;
        let tokens = server::provision::issue_tokens(&world.server.app, world.application.application.id, 1).await;
        let token = tokens.unwrap().access_token;
        let call = async |method: &str, parameters: Value| world.call_with(&token, method, parameters).await;
        assert_eq!(call("im.dialog.unread", json!({"DIALOG_ID": "chat1", "MESSAGE_ID": 1})).await.brief(), "200 OK");
        // Automatic texts count too.
        let others = "SELECT count(*) FROM messages WHERE chat_id = 1 AND author_id <> 1";
        let all = world.count(others).await;
        assert_eq!(call("im.counters.get", json!({})).await.result()["LINES"], json!({"1": all}));
        call("im.dialog.read.all", json!({})).await;
        let message = json!({"CONNECTOR": "myconnector", "LINE": 1, "MESSAGES": [World::message("m4", "again")]});
        call("imconnector.send.messages", message).await;
        let new = world.count(others).await - all;
        assert!(new > 0);
        assert_eq!(call("im.counters.get", json!({})).await.result()["LINES"], json!({"1": new}));
        assert_eq!(ids(&call("im.recent.list", json!({})).await), [1, 2]);
        world.end().await;
    });
}

#[test]
fn a_message_is_liked() {
    on_both(|world| async move {
        two_chats(&world).await;
        let (_, stranger) = world.add_employee("Boris").await;
        let likes = async || {
            let reply = world.call("im.dialog.messages.get", json!({"DIALOG_ID": "chat1"})).await;
            reply.result()["messages"][0]["params"]["LIKE"].clone()
        };
        let same = "400 WITHOUT_CHANGES: Action completed without changes";
        let none = "400 MESSAGE_ID_ERROR: Message ID can't be empty";
        let cases = [
            (json!({"MESSAGE_ID": 1}), "200 OK", json!([1])),
            (json!({"MESSAGE_ID": 1, "ACTION": "plus"}), same, json!([1])),
            (json!({"MESSAGE_ID": "1", "ACTION": "auto"}), "200 OK", Value::Null),
            (json!({"MESSAGE_ID": 1, "ACTION": "minus"}), same, Value::Null),
            (json!({"MESSAGE_ID": 1, "ACTION": "plus"}), "200 OK", json!([1])),
            (json!({"MESSAGE_ID": 99}), same, json!([1])),
            (json!({"MESSAGE_ID": "x"}), none, json!([1])),
            (json!({"MESSAGE_ID": 0}), none, json!([1])),
            (json!({}), none, json!([1])),
            (json!({"MESSAGE_ID": 1, "ACTION": "minus"}), "200 OK", Value::Null),
        ];
        for (parameters, expected, left) in cases {
            let reply = world.call("im.message.like", parameters.clone()).await;
            assert_eq!((reply.brief().as_str(), likes().await), (expected, left), "{parameters}");
        }
        assert_eq!(world.call_with(&stranger, "im.message.like", json!({"MESSAGE_ID": 1})).await.brief(), same);
        world.end().await;
    });
}

#[test]
fn reading_and_writing_may_be_refused() {
    on_both(|world| async move {
        two_chats(&world).await;
        let (_, stranger) = world.add_employee("Boris").await;
        let empty = "400 DIALOG_ID_EMPTY: Dialog ID can't be empty";
        let denied = "403 ACCESS_ERROR: You do not have access to the specified dialog";
        let unavailable = "403 ACCESS_ERROR: Action unavailable";
        let cases = [
            ("im.dialog.unread", json!({"MESSAGE_ID": 1}), empty),
            ("im.dialog.unread", json!({"DIALOG_ID": "chat1"}), "400 MESSAGE_ID_ERROR: Message ID can't be empty"),
            ("im.dialog.unread", json!({"DIALOG_ID": "chat99", "MESSAGE_ID": 1}), denied),
            ("im.dialog.unread", json!({"DIALOG_ID": "1", "MESSAGE_ID": 1}), denied),
            ("im.dialog.writing", json!({}), empty),
            ("im.dialog.writing", json!({"DIALOG_ID": "chatx"}), empty),
            ("im.dialog.writing", json!({"DIALOG_ID": "chat99"}), unavailable),
            ("im.dialog.writing", json!({"DIALOG_ID": 1}), unavailable),
        ];
        for (method, parameters, expected) in cases {
            assert_eq!(world.call(method, parameters.clone()).await.brief(), expected, "{method} {parameters}");
        }
        let unread = json!({"DIALOG_ID": "chat1", "MESSAGE_ID": 1});
        assert_eq!(world.call_with(&stranger, "im.dialog.unread", unread).await.brief(), denied);
        let writing = json!({"DIALOG_ID": "chat1"});
        assert_eq!(world.call_with(&stranger, "im.dialog.writing", writing.clone()).await.brief(), unavailable);
        assert_eq!(*world.call("im.dialog.writing", writing).await.result(), json!(true));
        let told = "SELECT subject_id FROM events WHERE kind = 'chat.writing' AND chat_id = 1";
        assert_eq!(world.count(told).await, 1, "those who look at the chat are told who writes");
        world.end().await;
    });
}
