//! `imconnector.*`: every method's success and every documented error, on both databases.

use serde_json::{Value, json};

use crate::support::{CONNECTOR, Reply, World, on_both};

macro_rules! snapshot {
    ($world:expr, $reply:expr, @$expected:literal) => {
        insta::allow_duplicates! { insta::assert_json_snapshot!($reply.snapshot(&$world), @$expected); }
    };
}

fn results(reply: &Reply) -> &Vec<Value> {
    reply.result()["DATA"]["RESULT"].as_array().expect("a list of results")
}

#[test]
fn send_messages_answers_as_documented() {
    on_both(|world| async move {
        let reply = world
            .send(json!([{
                "user": {"id": "ext-user-1", "name": "Maria", "last_name": "Petrova", "skip_phone_validate": "Y"},
                "message": {"id": "ext-1", "date": 1_749_990_000, "text": "hello", "disable_crm": "Y",
                            "files": [{"url": "http://127.0.0.1:9/a.png", "name": "a.png"}]},
                "chat": {"id": "chan-1", "name": "Desk", "url": "https://ext.example/c/1"}
            }]))
            .await;
        snapshot!(world, reply, @r#"
        {
          "status": 200,
          "body": {
            "result": {
              "SUCCESS": true,
              "DATA": {
                "RESULT": [
                  {
                    "user": "2",
                    "message": {
                      "id": "ext-1",
                      "date": {},
                      "text": "hello",
                      "files": []
                    },
                    "chat": {
                      "id": "chan-1",
                      "name": "Desk",
                      "description": "Link to the original post: https://ext.example/c/1"
                    },
                    "extra": {
                      "skip_phone_validate": "Y",
                      "disable_tracker": "Y"
                    },
                    "SUCCESS": true,
                    "session": {
                      "ID": "1",
                      "CHAT_ID": "1"
                    }
                  }
                ]
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
        world.end().await;
    });
}

#[test]
fn a_repeated_message_is_stored_once_and_has_the_first_answer() {
    on_both(|world| async move {
        let first = world.send(json!([World::message("m1", "hello")])).await;
        let again = world.send(json!([World::message("m1", "hello")])).await;
        assert_eq!(first.result(), again.result());
        let twice = world.send(json!([World::message("m2", "x"), World::message("m2", "x")])).await;
        assert_eq!(results(&twice)[0], results(&twice)[1]);
        assert_eq!(world.count("SELECT count(*) FROM messages").await, 2);
        world.send(json!([World::message("m1", "changed")])).await;
        assert_eq!(world.count("SELECT count(*) FROM messages").await, 3, "same id, other content: a new message");
        let original = world.send(json!([World::message("m1", "hello")])).await;
        assert_eq!(first.result(), original.result());
        let nameless = json!([{"user": {"id": "u1"}, "message": {"text": "hi"}, "chat": {"id": "c1"}}]);
        world.send(nameless.clone()).await;
        world.send(nameless).await;
        assert_eq!(world.count("SELECT count(*) FROM messages").await, 5, "without an id always new");
        assert_eq!(world.count("SELECT count(*) FROM sessions").await, 1);
        assert_eq!(world.count("SELECT max(no) FROM messages").await, 5, "numbered without gaps");
        world.end().await;
    });
}

#[test]
fn the_arguments_of_the_message_methods_are_checked_in_order() {
    on_both(|world| async move {
        let line = world.line_id;
        let good = json!([World::message("m1", "hello")]);
        let cases = [
            (json!({}), "400 ERROR_ARGUMENT: Argument 'CONNECTOR' is null or empty"),
            (json!({"CONNECTOR": CONNECTOR}), "400 ERROR_ARGUMENT: Argument 'LINE' is null or empty"),
            (
                json!({"CONNECTOR": CONNECTOR, "LINE": "x"}),
                "400 ERROR_ARGUMENT: The value of an argument 'LINE' has an invalid type",
            ),
            (json!({"CONNECTOR": CONNECTOR, "LINE": line}), "400 ERROR_ARGUMENT: Argument 'MESSAGES' is null or empty"),
            (
                json!({"CONNECTOR": CONNECTOR, "LINE": line, "MESSAGES": "text"}),
                "400 ERROR_ARGUMENT: The value of an argument 'MESSAGES' must be of type array",
            ),
            (
                json!({"CONNECTOR": CONNECTOR, "LINE": line, "MESSAGES": ["text"]}),
                "400 ERROR_ARGUMENT: The MESSAGES parameter must be an array of messages (arrays)",
            ),
            (
                json!({"CONNECTOR": CONNECTOR, "LINE": line, "MESSAGES": [{"user": {}, "message": {}}]}),
                "400 ERROR_ARGUMENT: The incorrect structure of a message inside MESSAGES parameter",
            ),
            (
                json!({"CONNECTOR": CONNECTOR, "LINE": line + 1, "MESSAGES": good}),
                "400 NOT_ACTIVE_LINE: The line with this ID is inactive or does not exist",
            ),
            (
                json!({"CONNECTOR": "unknown", "LINE": line, "MESSAGES": good}),
                "400 IMCONNECTOR_NO_CORRECT_PROVIDER: Could not find a suitable provider for the connector",
            ),
        ];
        for method in ["imconnector.send.messages", "imconnector.update.messages", "imconnector.delete.messages"] {
            for (parameters, expected) in &cases {
                let reply = world.call(method, parameters.clone()).await;
                assert_eq!(reply.brief(), *expected, "{method} {parameters}");
            }
            let hook = world.hook(method, json!({})).await;
            assert_eq!(
                hook.brief(),
                "403 WRONG_AUTH_TYPE: Current authorization type is denied for this method Application context required"
            );
        }
        assert_eq!(world.count("SELECT count(*) FROM messages").await, 0);
        world.end().await;
    });
}

#[test]
fn a_faulty_element_fails_alone() {
    on_both(|world| async move {
        let reply = world
            .send(json!([
                {"user": {}, "message": {"id": "a", "text": "x"}, "chat": {"id": "c1"}},
                {"user": {"id": "u1"}, "message": {"id": "b", "text": "x"}, "chat": {}},
                {"user": {"id": "u1"}, "message": {"id": "c"}, "chat": {"id": "c1"}},
                {"user": {"id": "u1"}, "message": {"id": "d", "files": [{"url": "ftp://x/y"}]}, "chat": {"id": "c1"}},
                {"user": {"id": "u".repeat(256)}, "message": {"text": "x"}, "chat": {"id": "c1"}},
                {"user": {"id": "u1"}, "message": {"text": "x".repeat(60_001)}, "chat": {"id": "c1"}},
                World::message("e", "good"),
            ]))
            .await;
        assert_eq!(reply.status, 200);
        assert_eq!(reply.result()["SUCCESS"], true);
        let errors: Vec<&str> = results(&reply).iter().filter_map(|result| result["ERRORS"][0].as_str()).collect();
        assert_eq!(
            errors,
            [
                "Not all required data is provided: user.id is empty",
                "Not all required data is provided: chat.id is empty",
                "Not all required data is provided: message.text and message.files are empty",
                "message.files has an address that is not http or https",
                "user.id is longer than 255 bytes: send a shorter identifier",
                "message.text is longer than 60000 characters: send it in several messages",
            ]
        );
        assert_eq!(results(&reply)[6]["SUCCESS"], true);
        assert_eq!(world.count("SELECT count(*) FROM messages").await, 1);
        world.end().await;
    });
}

#[test]
fn messages_come_in_every_shape_that_connectors_send() {
    on_both(|world| async move {
        let shapes = [
            json!([{"user": {"ID": 7}, "message": {"TEXT": "x", "id": false}, "chat": {"ID": 9}}]),
            json!([{"user": {"id": 7, "name": null, "phone": ""}, "message": {"text": "x", "id": null, "date": null}, "chat": {"id": 9, "url": null, "name": null}}]),
            json!([{"user": {"id": 7}, "message": {"text": "x", "id": 0, "date": "2025-06-15T12:00:00+03:00"}, "chat": {"id": 9}}]),
            json!({"0": {"user": {"id": 7}, "message": {"text": "x", "id": "", "files": null, "user_id": null}, "chat": {"id": 9}}}),
            json!([{"user": {"id": 7, "picture": {"url": null}}, "message": {"files": [{"link": "http://127.0.0.1:9/f"}], "date": "1749990000"}, "chat": {"id": 9}}]),
            json!([{"user": {"id": 7}, "message": {"text": "from our phone", "user_id": 0}, "chat": {"id": 9}}]),
        ];
        for shape in shapes {
            let reply = world
                .call(
                    "imconnector.send.messages",
                    json!({"CONNECTOR": "MyConnector", "LINE": world.line_id.to_string(), "MESSAGES": shape}),
                )
                .await;
            assert_eq!(results(&reply)[0]["SUCCESS"], true, "{shape} {}", reply.body);
        }
        assert_eq!(world.count("SELECT count(*) FROM messages").await, 6);
        assert_eq!(world.count("SELECT count(*) FROM chats").await, 1);
        assert_eq!(world.count("SELECT count(*) FROM users WHERE kind = 'customer'").await, 1);
        assert_eq!(
            world.count("SELECT count(*) FROM messages WHERE author_id = 0").await,
            1,
            "written by staff outside"
        );
        world.end().await;
    });
}

#[test]
fn form_and_query_encodings_mean_the_same_as_json() {
    on_both(|world| async move {
        let form = format!(
            "auth={}&CONNECTOR={CONNECTOR}&LINE={}&MESSAGES[0][user][id]=u1&MESSAGES[0][message][id]=m1\
             &MESSAGES%5B0%5D%5Bmessage%5D%5Btext%5D=hello+world&MESSAGES[0][chat][id]=c1",
            world.tokens.access_token, world.line_id
        );
        let url = format!("{}/rest//IMCONNECTOR.Send.Messages.json/", world.base);
        let posted = world
            .http
            .post(&url)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.clone())
            .send()
            .await
            .unwrap();
        let posted = crate::support::read(posted).await;
        let got = crate::support::read(world.http.get(format!("{url}?{form}")).send().await.unwrap()).await;
        let message =
            json!([{"user": {"id": "u1"}, "message": {"id": "m1", "text": "hello world"}, "chat": {"id": "c1"}}]);
        let json = world.send(message).await;
        assert_eq!(posted.result(), got.result());
        assert_eq!(posted.result(), json.result());
        assert_eq!(world.count("SELECT count(*) FROM messages").await, 1);
        world.end().await;
    });
}

#[test]
fn update_messages_changes_the_owner_of_the_external_id() {
    on_both(|world| async move {
        world.send(json!([World::message("m1", "first")])).await;
        world.send(json!([World::message("m1", "second")])).await;
        let update = |messages: Value| {
            world.call(
                "imconnector.update.messages",
                json!({"CONNECTOR": CONNECTOR, "LINE": world.line_id, "MESSAGES": messages}),
            )
        };
        let reply = update(json!([World::message("m1", "corrected"), World::message("m9", "never sent")])).await;
        snapshot!(world, reply, @r#"
        {
          "status": 200,
          "body": {
            "result": {
              "SUCCESS": true,
              "DATA": {
                "RESULT": [
                  {
                    "user": "2",
                    "message": {
                      "id": "m1",
                      "date": {},
                      "text": "corrected"
                    },
                    "chat": {
                      "id": "c1"
                    },
                    "SUCCESS": true
                  },
                  {
                    "message": {
                      "id": "m9",
                      "date": {},
                      "text": "never sent"
                    },
                    "chat": {
                      "id": "c1"
                    },
                    "SUCCESS": false,
                    "ERRORS": [
                      "Message not found"
                    ]
                  }
                ]
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
        assert_eq!(world.count("SELECT count(*) FROM messages WHERE body = 'first'").await, 1);
        assert_eq!(world.count("SELECT count(*) FROM messages WHERE body = 'corrected' AND edited_ms > 0").await, 1);
        assert_eq!(world.count("SELECT count(*) FROM sessions").await, 1, "no new session");
        world.end().await;
    });
}

#[test]
fn delete_messages_answers_as_documented() {
    on_both(|world| async move {
        world.send(json!([World::message("m1", "first")])).await;
        let delete = |messages: Value| {
            world.call(
                "imconnector.delete.messages",
                json!({"CONNECTOR": CONNECTOR, "LINE": world.line_id, "MESSAGES": messages}),
            )
        };
        let message =
            json!({"user": {"id": "u1"}, "message": {"id": "m1", "date": 1_749_990_000}, "chat": {"id": "c1"}});
        let reply = delete(json!([message, message])).await;
        snapshot!(world, reply, @r#"
        {
          "status": 200,
          "body": {
            "result": {
              "SUCCESS": true,
              "DATA": {
                "RESULT": [
                  {
                    "user": "2",
                    "message": {
                      "id": "m1",
                      "date": 1749990000
                    },
                    "chat": {
                      "id": "c1"
                    },
                    "SUCCESS": true
                  },
                  {
                    "message": {
                      "id": "m1",
                      "date": 1749990000
                    },
                    "chat": {
                      "id": "c1"
                    },
                    "SUCCESS": false,
                    "ERRORS": [
                      "Message not found"
                    ]
                  }
                ]
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
        assert_eq!(world.count("SELECT count(*) FROM messages WHERE deleted_ms > 0").await, 1);
        world.end().await;
    });
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
