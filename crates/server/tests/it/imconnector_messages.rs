//! `imconnector.send.messages`, `.update.messages`, `.delete.messages`: success and every documented error.

use serde_json::{Value, json};

use crate::support::{CONNECTOR, Reply, START_MS, World, on_both};

macro_rules! snapshot {
    ($world:expr, $reply:expr, @$expected:literal) => {
        insta::allow_duplicates! { insta::assert_json_snapshot!($reply.snapshot(&$world), @$expected); }
    };
}

/// What became of each element.
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
fn an_author_must_be_an_active_employee() {
    on_both(|world| async move {
        let (boris, _) = world.add_employee("Boris").await;
        let written_by = |user_id: i64, id: &str| {
            let mut message = World::message(id, "from our phone");
            message["message"]["user_id"] = json!(user_id);
            message
        };
        world.send(json!([World::message("m0", "hello")])).await;
        let customer = world.count("SELECT id FROM users WHERE kind = 'customer'").await;
        world.execute("UPDATE users SET active = 0 WHERE name = 'Boris'").await;
        let stranger = written_by(999, "m1");
        let reply = world
            .send(json!([
                stranger,
                written_by(boris, "m2"),
                written_by(customer, "m3"),
                written_by(-1, "m4"),
                written_by(world.operator_id, "m5")
            ]))
            .await;
        let refused = |id: i64| {
            json!([format!("message.user_id {id} is not an employee of this portal: leave it out or send a valid id")])
        };
        let found: Vec<_> = results(&reply).iter().map(|result| result["ERRORS"].clone()).collect();
        assert_eq!(found, [refused(999), refused(boris), refused(customer), refused(-1), json!(null)]);
        assert_eq!(
            results(&reply)[0]["message"],
            json!({"id": "m1", "date": {}, "text": "from our phone"}),
            "the echo"
        );
        assert_eq!(world.count("SELECT count(*) FROM messages").await, 2);
        assert_eq!(world.count("SELECT author_id FROM messages WHERE external_id = 'm5'").await, world.operator_id);
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

/// Two customers of one external chat have a chat each, and ids that say something only within it.
#[test]
fn a_customer_changes_and_deletes_what_they_wrote_themselves() {
    on_both(|world| async move {
        let message = |user: &str, text: &str| json!([{"user": {"id": user, "name": user}, "message": {"id": "5", "text": text}, "chat": {"id": "c1"}}]);
        world.send(message("u1", "of the first")).await;
        world.send(message("u2", "of the second")).await;
        let change = async |method: &str, messages: Value| {
            let parameters = json!({"CONNECTOR": CONNECTOR, "LINE": world.line_id, "MESSAGES": messages});
            let reply = world.call(&format!("imconnector.{method}.messages"), parameters).await;
            reply.result()["DATA"]["RESULT"][0]["SUCCESS"].clone()
        };
        assert_eq!(change("update", message("u1", "corrected")).await, true);
        let texts = "SELECT body FROM messages ORDER BY id";
        assert_eq!(world.texts(texts).await, ["corrected", "of the second"]);
        assert_eq!(change("delete", message("u1", "")).await, true);
        let deleted = "SELECT 'message ' || id FROM messages WHERE deleted_ms IS NOT NULL ORDER BY id";
        assert_eq!(world.texts(deleted).await, ["message 1"]);
        // Somebody whom nobody knows changes what is there, as before.
        assert_eq!(change("update", message("u3", "from a console")).await, true);
        assert_eq!(world.texts(texts).await, ["corrected", "from a console"]);
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

/// A connector that was cut off hands in late what was written before: it keeps its order, and says when it was written (D-36).
#[test]
fn a_message_bears_the_date_at_which_it_was_written() {
    on_both(|world| async move {
        let messages: Vec<Value> = [
            json!({"id": "1", "text": "an hour ago", "date": START_MS / 1000 - 3600}),
            json!({"id": "2", "text": "two hours ago", "date": "2025-06-15T10:26:40Z"}),
            json!({"id": "3", "text": "tomorrow", "date": (START_MS / 1000 + 86_400).to_string()}),
            json!({"id": "4", "text": "in 1970", "date": 0}),
            json!({"id": "5", "text": "without"}),
        ]
        .into_iter()
        .map(|message| json!({"user": {"id": "u1"}, "message": message, "chat": {"id": "c1"}}))
        .collect();
        assert_eq!(world.send(json!(messages)).await.brief(), "200 OK");
        let expected = [
            ("an hour ago", "2025-06-15T11:26:40+00:00"),
            ("two hours ago", "2025-06-15T10:26:40+00:00"),
            ("tomorrow", "2025-06-15T12:26:40+00:00"),
            ("in 1970", "2025-06-15T12:26:40+00:00"),
            ("without", "2025-06-15T12:26:40+00:00"),
        ];
        let shown = world.hook("im.dialog.messages.get", json!({"DIALOG_ID": "chat1", "FIRST_ID": 0})).await;
        let mut shown = shown.result()["messages"].as_array().unwrap().clone();
        shown.sort_by_key(|message| message["id"].as_i64());
        let shown: Vec<_> = shown.iter().map(|message| (&message["text"], &message["date"])).collect();
        assert_eq!(format!("{shown:?}"), format!("{:?}", expected.map(|(text, date)| (json!(text), json!(date)))));
        let listed = world.hook("trunkline.message.list", json!({"chat_id": 1})).await;
        let written = listed.result()["messages"][1]["created_ms"].as_i64().unwrap();
        assert_eq!(written, START_MS - 7_200_000);
        world.end().await;
    });
}
