//! `imconnector.*` but the messages: every method's success and every documented error, on both databases.

use serde_json::{Value, json};

use crate::support::{CONNECTOR, Reply, World, on_both};

macro_rules! snapshot {
    ($world:expr, $reply:expr, @$expected:literal) => {
        insta::allow_duplicates! { insta::assert_json_snapshot!($reply.snapshot(&$world), @$expected); }
    };
}

fn register_params(id: &str) -> Value {
    json!({
        "ID": id, "NAME": "Shop chat", "ICON": {"DATA_IMAGE": "data:image/svg+xml,%3Csvg/%3E", "color": "#69acc0"},
        "PLACEMENT_HANDLER": "https://connector.example/settings"
    })
}

#[test]
fn register_answers_as_documented() {
    on_both(|world| async move {
        let done = world.call("imconnector.register", register_params("Shop_Chat")).await;
        snapshot!(world, done, @r#"
        {
          "status": 200,
          "body": {
            "result": {
              "result": true
            },
            "time": {
              "start": 1749990400.0,
              "finish": 1749990400.0,
              "duration": 0.0,
              "processing": 0.0,
              "date_start": "2025-06-15T12:26:40+00:00",
              "date_finish": "2025-06-15T12:26:40+00:00",
              "operating_reset_at": 1749991000,
              "operating": 0.0
            }
          }
        }
        "#);
        assert_eq!(world.call("imconnector.register", register_params("shop_chat")).await.result(), done.result());
        let soft = |reply: &Reply| {
            format!("{} {} {}", reply.status, reply.result()["error"], reply.result()["error_description"])
        };
        let cases: [(&str, Value, &str); 8] = [
            ("ID", Value::Null, r#"200 "CONNECTOR_ID_REQUIRED" "Connector ID is not specified""#),
            ("ID", json!(["x"]), r#"200 "CONNECTOR_ID_REQUIRED" "Connector ID is not specified""#),
            (
                "ID",
                json!("a.b"),
                r#"200 "APPLICATION_REGISTRATION_ERROR_POINT" "Application registration error. Using a dot in the connector identifier is not allowed""#,
            ),
            (
                "ID",
                json!("a|b"),
                r#"200 "GENERAL_CONNECTOR_REGISTRATION_ERROR" "General connector registration error""#,
            ),
            ("ID", json!("livechat"), r#"200 "APPLICATION_REGISTRATION_ERROR" "Application registration error""#),
            ("NAME", json!(""), r#"200 "NAME_REQUIRED" "Connector name is not specified""#),
            ("ICON", json!({"COLOR": "#fff"}), r#"200 "ICON_REQUIRED" "Connector icon is not specified""#),
            ("PLACEMENT_HANDLER", Value::Null, r#"200 "NO_PLACEMENT_HANDLER" "Failed to get embedding handler URL""#),
        ];
        for (name, value, expected) in cases {
            let mut parameters = register_params("other");
            parameters[name] = value;
            assert_eq!(soft(&world.call("imconnector.register", parameters).await), expected, "{name}");
        }
        assert_eq!(world.hook("imconnector.register", register_params("x")).await.status, 403);
        let list = world.call("imconnector.list", Value::Null).await;
        assert_eq!(
            list.result(),
            &json!({"livechat": "Live Chat", "myconnector": "My Connector", "shop_chat": "Shop chat"})
        );
        let (_, token) = world.add_employee("Boris").await;
        let denied = world.call_with(&token, "imconnector.list", Value::Null).await;
        assert_eq!(denied.brief(), "400 ACCESS_DENIED: You dont have access to this action");
        world.end().await;
    });
}

#[test]
fn a_connector_of_another_application_cannot_be_touched() {
    on_both(|world| async move {
        let (other, token) = world.add_application("Other").await;
        assert_ne!(other, world.application.application.id);
        let taken = world.call_with(&token, "imconnector.register", register_params(CONNECTOR)).await;
        assert_eq!(taken.result()["error"], "APPLICATION_REGISTRATION_ERROR");
        let place = json!({"CONNECTOR": CONNECTOR, "LINE": world.line_id, "ACTIVE": 0, "DATA": {"ID": "x"}});
        for method in ["imconnector.activate", "imconnector.connector.data.set"] {
            assert_eq!(world.call_with(&token, method, place.clone()).await.result(), false, "{method}");
        }
        let gone = world.call_with(&token, "imconnector.unregister", json!({"ID": CONNECTOR})).await;
        assert_eq!(gone.result()["error"], "APPLICATION_UNREGISTRATION_ERROR");
        let mut messages = place;
        messages["MESSAGES"] = json!([World::message("m1", "x")]);
        for method in ["imconnector.send.messages", "imconnector.send.status.delivery"] {
            let refused = world.call_with(&token, method, messages.clone()).await;
            assert!(refused.brief().starts_with("400 IMCONNECTOR_NO_CORRECT_PROVIDER"), "{method}");
        }
        assert_eq!(world.send(json!([World::message("m1", "x")])).await.status, 200, "still active for its owner");
        world.end().await;
    });
}

#[test]
fn activate_status_and_data_follow_the_flags() {
    on_both(|world| async move {
        world.call("imconnector.register", register_params("Shop")).await;
        let line = world.line_id;
        let status =
            async || world.call("imconnector.status", json!({"CONNECTOR": "Shop", "LINE": line.to_string()})).await;
        assert_eq!(
            status().await.result(),
            &json!({"LINE": line, "CONNECTOR": "shop", "ERROR": false, "CONFIGURED": false, "STATUS": false})
        );
        let data =
            json!({"CONNECTOR": "shop", "LINE": line, "DATA": {"id": "channel-1", "URL_IM": "https://x", "Name": "N"}});
        assert_eq!(world.call("imconnector.connector.data.set", data).await.result(), true);
        for (active, expected) in
            [(json!("Y"), true), (json!(0), false), (json!("1"), true), (json!("N"), false), (json!(true), true)]
        {
            let reply =
                world.call("imconnector.activate", json!({"CONNECTOR": "SHOP", "LINE": line, "ACTIVE": active})).await;
            assert_eq!(reply.result(), true);
            assert_eq!(status().await.result()["STATUS"], expected, "ACTIVE={active}");
        }
        let cases = [
            ("imconnector.activate", json!({}), "400 ERROR_ARGUMENT: Argument 'CONNECTOR' is null or empty"),
            (
                "imconnector.activate",
                json!({"CONNECTOR": "shop"}),
                "400 ERROR_ARGUMENT: Argument 'LINE' is null or empty",
            ),
            (
                "imconnector.activate",
                json!({"CONNECTOR": "shop", "LINE": line, "ACTIVE": ""}),
                "400 ERROR_ARGUMENT: Argument 'ACTIVE' is null or empty",
            ),
            ("imconnector.status", json!({}), "400 ERROR_ARGUMENT: Argument 'CONNECTOR' is null or empty"),
            ("imconnector.connector.data.set", json!({}), "400 ERROR_ARGUMENT: Argument 'CONNECTOR' is null or empty"),
            (
                "imconnector.connector.data.set",
                json!({"CONNECTOR": "shop"}),
                "400 ERROR_ARGUMENT: Argument 'LINE' is null or empty",
            ),
            (
                "imconnector.connector.data.set",
                json!({"CONNECTOR": "shop", "LINE": line, "DATA": {}}),
                "400 ERROR_ARGUMENT: Argument 'DATA' is null or empty",
            ),
            (
                "imconnector.connector.data.set",
                json!({"CONNECTOR": "shop", "LINE": line, "DATA": "x"}),
                "400 ERROR_ARGUMENT: The value of an argument 'DATA' must be of type array",
            ),
        ];
        for (method, parameters, expected) in cases {
            let reply = world.call(method, parameters).await;
            assert_eq!(reply.brief(), expected, "{method}");
            assert!(reply.body["argument"].is_string(), "the answer names the argument: {}", reply.body);
        }
        let unknown = json!({"CONNECTOR": "shop", "LINE": 99, "ACTIVE": 1, "DATA": {"ID": "x"}});
        assert_eq!(world.call("imconnector.activate", unknown.clone()).await.result(), false);
        assert_eq!(world.call("imconnector.connector.data.set", unknown).await.result(), false);
        world.end().await;
    });
}

#[test]
fn an_unregistered_connector_takes_nothing_and_keeps_its_history() {
    on_both(|world| async move {
        world.send(json!([World::message("m1", "x")])).await;
        let gone = world.call("imconnector.unregister", json!({"ID": "MyConnector"})).await;
        assert_eq!(gone.result(), &json!({"result": true}));
        let again = world.call("imconnector.unregister", json!({"ID": CONNECTOR})).await;
        assert_eq!(
            again.result(),
            &json!({"result": false, "error": "APPLICATION_UNREGISTRATION_ERROR", "error_description": "Error unregistering the application"})
        );
        let refused = world.send(json!([World::message("m2", "x")])).await;
        assert!(refused.brief().starts_with("400 IMCONNECTOR_NO_CORRECT_PROVIDER"));
        assert_eq!(world.count("SELECT count(*) FROM messages").await, 1);
        world.call("imconnector.register", register_params(CONNECTOR)).await;
        let activate = json!({"CONNECTOR": CONNECTOR, "LINE": world.line_id, "ACTIVE": "Y"});
        world.call("imconnector.activate", activate).await;
        world.send(json!([World::message("m2", "x")])).await;
        assert_eq!(world.count("SELECT count(*) FROM chats").await, 1, "registered again it goes on in the same chat");
        world.end().await;
    });
}

#[test]
fn delivery_status_marks_the_message_and_remembers_its_ids() {
    on_both(|world| async move {
        world.send(json!([World::message("m1", "question")])).await;
        let actor = world.operator_id;
        let now = world.server.app.clock.now_ms();
        let write = world.server.app.change(now, actor, |change| desk::operators::write(change, 1, "answer".into()));
        let message_id = write.await.unwrap();
        let confirm = |method: &'static str, messages: Value| {
            world.call(method, json!({"CONNECTOR": CONNECTOR, "LINE": world.line_id, "MESSAGES": messages}))
        };
        let delivered = "SELECT count(*) FROM messages WHERE delivered_ms IS NOT NULL";
        let read =
            confirm("imconnector.send.status.reading", json!([{"im": {"chat_id": 1, "message_id": message_id}}])).await;
        assert_eq!(read.result(), &json!({"SUCCESS": true, "DATA": []}));
        let foreign = confirm(
            "imconnector.send.status.delivery",
            json!([{"im": {"chat_id": 2, "message_id": message_id}}, {"im": 99}, {}, "x"]),
        )
        .await;
        assert_eq!(foreign.result(), &json!({"SUCCESS": true, "DATA": []}));
        assert_eq!(world.count(delivered).await, 0);
        let shapes = [
            json!([{"im": {"chat_id": "1", "message_id": message_id.to_string()}, "message": {"id": ["ext-5"], "date": 1_749_990_000}, "chat": {"id": "c1"}}]),
            json!([{"im": {"chat_id": 1, "message_id": message_id}, "message": {"id": "ext-6"}, "status": "ok"}]),
            json!([{"im": message_id.to_string(), "message": {"id": [null]}}]),
            json!([{"im": {"chat_id": 1, "message_id": message_id}}]),
        ];
        for shape in shapes {
            let reply = confirm("imconnector.send.status.delivery", shape).await;
            assert_eq!(reply.result(), &json!({"SUCCESS": true, "DATA": []}));
        }
        assert_eq!(world.count(delivered).await, 1);
        let ids = world.count(r#"SELECT count(*) FROM messages WHERE connector_ids = '["ext-5","ext-6"]'"#);
        assert_eq!(ids.await, 1);
        for method in ["imconnector.send.status.delivery", "imconnector.send.status.reading"] {
            for (parameters, expected) in [
                (json!({}), "400 ERROR_ARGUMENT: Argument 'CONNECTOR' is null or empty"),
                (json!({"CONNECTOR": CONNECTOR}), "400 ERROR_ARGUMENT: Argument 'LINE' is null or empty"),
                (
                    json!({"CONNECTOR": CONNECTOR, "LINE": 1}),
                    "400 ERROR_ARGUMENT: Argument 'MESSAGES' is null or empty",
                ),
                (
                    json!({"CONNECTOR": "unknown", "LINE": 1, "MESSAGES": [{}]}),
                    "400 IMCONNECTOR_NO_CORRECT_PROVIDER: Could not find a suitable provider for the connector",
                ),
            ] {
                assert_eq!(world.call(method, parameters).await.brief(), expected);
            }
        }
        world.end().await;
    });
}

#[test]
fn chat_name_set_answers_as_documented() {
    on_both(|world| async move {
        world.send(json!([World::message("m1", "x")])).await;
        let line = world.line_id;
        let whole = json!({"CONNECTOR": CONNECTOR, "LINE": line, "CHAT_ID": "c1", "NAME": "Renamed", "USER_ID": "u1"});
        let done = world.call("imconnector.chat.name.set", whole.clone()).await;
        snapshot!(world, done, @r#"
        {
          "status": 200,
          "body": {
            "result": {
              "SUCCESS": true,
              "DATA": {
                "RESULT": {}
              }
            },
            "time": {
              "start": 1749990400.0,
              "finish": 1749990400.0,
              "duration": 0.0,
              "processing": 0.0,
              "date_start": "2025-06-15T12:26:40+00:00",
              "date_finish": "2025-06-15T12:26:40+00:00",
              "operating_reset_at": 1749991000,
              "operating": 0.0
            }
          }
        }
        "#);
        assert_eq!(world.count("SELECT count(*) FROM chats WHERE name = 'Renamed'").await, 1);
        for name in ["CONNECTOR", "LINE", "CHAT_ID", "NAME", "USER_ID"] {
            let mut partial = whole.clone();
            partial.as_object_mut().unwrap().remove(name);
            let reply = world.call("imconnector.chat.name.set", partial).await;
            assert_eq!(reply.brief(), format!("400 ERROR_ARGUMENT: Argument '{name}' is null or empty"));
        }
        for (name, value, expected) in [
            ("CHAT_ID", json!("other"), "400 CHAT_RENAMING_FAILED: Failed to rename the chat"),
            ("USER_ID", json!("other"), "400 CHAT_RENAMING_FAILED: Failed to rename the chat"),
            ("LINE", json!(99), "400 NOT_ACTIVE_LINE: The line with this ID is inactive or does not exist"),
            (
                "CONNECTOR",
                json!("other"),
                "400 IMCONNECTOR_NO_CORRECT_PROVIDER: Could not find a suitable provider for the connector",
            ),
        ] {
            let mut changed = whole.clone();
            changed[name] = value;
            assert_eq!(world.call("imconnector.chat.name.set", changed).await.brief(), expected, "{name}");
        }
        world.end().await;
    });
}
