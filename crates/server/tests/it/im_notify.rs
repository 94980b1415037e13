//! `im.notify.*`

use serde_json::{Value, json};

use crate::support::{World, on_both};

async fn texts(world: &World) -> Value {
    let reply = world.call("im.notify.get", json!({})).await;
    let rows = reply.result()["notifications"].as_array().unwrap().clone();
    json!(rows.iter().map(|row| json!([row["id"], row["text"], row["notify_read"]])).collect::<Vec<_>>())
}

#[test]
fn employees_are_told() {
    on_both(|world| async move {
        let (_, boris) = world.add_employee("Boris").await;
        let none = world.call("im.notify.get", json!({})).await;
        assert_eq!(*none.result(), json!({"notifications": [], "users": []}));
        let system = json!({"USER_ID": 1, "MESSAGE": " [b]Reminder[/b] ", "TAG": "T|1", "SUB_TAG": "T"});
        assert_eq!(*world.call("im.notify.system.add", system).await.result(), json!(1));
        let personal = json!({"USER_ID": "1", "MESSAGE": "Look", "ATTACH": [{"MESSAGE": "here"}]});
        assert_eq!(*world.call_with(&boris, "im.notify.personal.add", personal).await.result(), json!(2));
        let reply = world.call("im.notify.get", json!({})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(reply.result(), @r##"
        {
          "total_count": 2,
          "total_unread_count": 2,
          "chat_id": 0,
          "notifications": [
            {
              "id": 2,
              "chat_id": 0,
              "author_id": 2,
              "date": "2025-06-15T12:26:40+00:00",
              "notify_type": 2,
              "notify_module": "rest",
              "notify_event": "rest_notify",
              "notify_tag": "",
              "notify_sub_tag": "",
              "notify_title": "",
              "setting_name": "rest|rest_notify",
              "text": "Look",
              "notify_read": "N",
              "params": {
                "ATTACH": {
                  "BLOCKS": [
                    {
                      "MESSAGE": "here"
                    }
                  ]
                }
              }
            },
            {
              "id": 1,
              "chat_id": 0,
              "author_id": 0,
              "date": "2025-06-15T12:26:40+00:00",
              "notify_type": 4,
              "notify_module": "rest",
              "notify_event": "rest_notify",
              "notify_tag": "MP|local.7e6741705ac1f2.94020972|T|1",
              "notify_sub_tag": "MP|local.7e6741705ac1f2.94020972|T",
              "notify_title": "",
              "setting_name": "rest|rest_notify",
              "text": "[b]Reminder[/b]",
              "notify_read": "N",
              "params": null
            }
          ],
          "users": [
            {
              "id": 2,
              "active": true,
              "name": "Boris",
              "first_name": "Boris",
              "last_name": "",
              "work_position": "",
              "color": "#4ba984",
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
              "email": ""
            }
          ]
        }
        "##); }
        let html =
            world.call("im.notify.get", json!({"LAST_ID": 2, "LAST_TYPE": 3, "CONVERT_TEXT": "Y", "LIMIT": 1})).await;
        assert_eq!(html.result()["notifications"][0]["text"], "<b>Reminder</b>");
        assert_eq!(html.result()["total_count"], 2);
        // The same tag takes the place of the one before, from this application only.
        let again = json!({"TO": 1, "TYPE": "SYSTEM", "MESSAGE": "Reminder again", "TAG": "T|1", "SUB_TAG": "T"});
        assert_eq!(*world.call("im.notify", again.clone()).await.result(), json!(3));
        let (_, other) = world.add_application("Other").await;
        assert_eq!(*world.call_with(&other, "im.notify", again).await.result(), json!(4));
        assert_eq!(
            texts(&world).await,
            json!([[4, "Reminder again", "N"], [3, "Reminder again", "N"], [2, "Look", "N"]])
        );
        let counters = world.call("im.counters.get", json!({})).await;
        assert_eq!(counters.result()["TYPE"]["NOTIFY"], 3);
        let nobody = world.call("im.notify.system.add", json!({"USER_ID": 99, "MESSAGE": "x"})).await;
        assert_eq!(*nobody.result(), json!(false));
        world.end().await;
    });
}

#[test]
fn notifications_are_read_and_removed() {
    on_both(|world| async move {
        for number in 1..=4 {
            let new = json!({"USER_ID": 1, "MESSAGE": number.to_string(), "TAG": format!("t{number}"), "SUB_TAG": "s"});
            world.hook("im.notify.system.add", merged(new, &json!({"CLIENT_ID": "mine"}))).await;
        }
        let read = async || {
            let rows = texts(&world).await;
            json!(rows.as_array().unwrap().iter().map(|row| row[2].clone()).collect::<Vec<_>>())
        };
        let cases = [
            ("im.notify.read", json!({}), json!(["N", "N", "N", "N"])),
            ("im.notify.read", json!({"ID": 2, "ONLY_CURRENT": "Y"}), json!(["N", "N", "Y", "N"])),
            ("im.notify.read", json!({"ID": 3}), json!(["Y", "Y", "Y", "N"])),
            ("im.notify.read", json!({"ID": 4, "ACTION": "N"}), json!(["N", "Y", "Y", "N"])),
            ("im.notify.read.list", json!({"IDS": [1, 4, 0, 2], "ACTION": "Y"}), json!(["Y", "Y", "Y", "Y"])),
            ("im.notify.read.list", json!({"IDS": [2, -1, 3], "ACTION": "N"}), json!(["Y", "Y", "N", "Y"])),
            ("im.notify.read.all", json!({}), json!(["Y", "Y", "Y", "Y"])),
        ];
        for (method, parameters, expected) in cases {
            let reply = world.call(method, parameters.clone()).await;
            assert_eq!(*reply.result(), json!(true));
            assert_eq!(read().await, expected, "{method} {parameters}");
        }
        let (_, boris) = world.add_employee("Boris").await;
        world.call_with(&boris, "im.notify.read", json!({"ID": 1, "ACTION": "N"})).await;
        assert_eq!(read().await, json!(["Y", "Y", "Y", "Y"]), "nobody reads for another");
        assert_eq!(*world.call_with(&boris, "im.notify.delete", json!({"ID": 1})).await.result(), json!(false));
        for (parameters, there) in [
            (json!({"ID": 1}), true),
            (json!({"ID": 1}), false),
            (json!({"TAG": "t2", "CLIENT_ID": "mine"}), true),
            (json!({"TAG": "t2", "CLIENT_ID": "mine"}), false),
            (json!({"TAG": "t3", "CLIENT_ID": "other"}), false),
            (json!({"SUB_TAG": "s", "CLIENT_ID": "mine"}), true),
        ] {
            let reply = world.hook("im.notify.delete", parameters.clone()).await;
            assert_eq!(*reply.result(), json!(there), "{parameters}");
        }
        assert_eq!(texts(&world).await, json!([]));
        world.end().await;
    });
}

fn merged(mut one: Value, other: &Value) -> Value {
    one.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
    one
}

#[test]
fn notifications_may_be_refused() {
    on_both(|world| async move {
        let long = "x".repeat(60_001);
        let user = "400 USER_ID_EMPTY: User ID can't be empty";
        let together = "400 LAST_ID_AND_LAST_TYPE: Parameters LAST_ID and LAST_TYPE should be used together.";
        let cases = [
            ("im.notify.system.add", json!({"MESSAGE": "x"}), user),
            ("im.notify.personal.add", json!({"USER_ID": 0, "MESSAGE": "x"}), user),
            ("im.notify", json!({"TO": "x", "MESSAGE": "x"}), user),
            ("im.notify.system.add", json!({"USER_ID": 1}), "400 MESSAGE_EMPTY: Message can't be empty"),
            (
                "im.notify.personal.add",
                json!({"USER_ID": 1, "MESSAGE": "  "}),
                "400 MESSAGE_EMPTY: Message can't be empty",
            ),
            (
                "im.notify.system.add",
                json!({"USER_ID": 1, "MESSAGE": long}),
                "400 ERROR_ARGUMENT: MESSAGE may have 60000 characters: shorten it",
            ),
            (
                "im.notify.system.add",
                json!({"USER_ID": 1, "MESSAGE": "x", "TAG": "x".repeat(256)}),
                "400 ERROR_ARGUMENT: TAG may have 255 characters: shorten it",
            ),
            (
                "im.notify.system.add",
                json!({"USER_ID": 1, "MESSAGE": "x", "ATTACH": [{"NO": 1}]}),
                "400 ATTACH_ERROR: Incorrect attach params",
            ),
            (
                "im.notify.personal.add",
                json!({"USER_ID": 1, "MESSAGE": "x", "ATTACH": [{"MESSAGE": long}]}),
                "400 ATTACH_OVERSIZE: You have exceeded the maximum allowable size of attach",
            ),
            ("im.notify.get", json!({"LAST_ID": 1}), together),
            ("im.notify.get", json!({"LAST_TYPE": 1}), together),
            (
                "im.notify.get",
                json!({"LAST_ID": "x", "LAST_TYPE": 3}),
                "400 LAST_ID_STRING: Last notification ID can't be string",
            ),
            ("im.notify.delete", json!({}), "400 PARAMS_ERROR: Incorrect params"),
            ("im.notify.read.list", json!({}), "400 PARAMS_ERROR: No IDS param or it is not an array"),
            ("im.notify.read.list", json!({"IDS": 1}), "400 PARAMS_ERROR: No IDS param or it is not an array"),
            (
                "im.notify.read.list",
                json!({"IDS": vec![1; 1001]}),
                "400 ERROR_ARGUMENT: At most 1000 ids: split the list",
            ),
        ];
        for (method, parameters, expected) in cases {
            let shown: String = parameters.to_string().chars().take(80).collect();
            assert_eq!(world.call(method, parameters).await.brief(), expected, "{method} {shown}");
        }
        let tagged = world.hook("im.notify.delete", json!({"TAG": "x"})).await;
        assert_eq!(tagged.brief(), "403 ACCESS_DENIED: Access denied! Client ID not specified");
        assert_eq!(world.count("SELECT count(*) FROM notifications").await, 0, "nothing half-stored");
        world.end().await;
    });
}
