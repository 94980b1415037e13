//! `imopenlines.network.*`

use serde_json::{Value, json};

use crate::support::{World, on_both};

const CODE: &str = "0123456789abcdef0123456789abcdef";

/// Makes the world's line known by [`CODE`].
async fn publish(world: &World) {
    let app = &world.server.app;
    let line_id = world.line_id;
    let published =
        app.change(app.clock.now_ms(), 0, move |change| desk::network::publish(change, line_id, CODE)).await.unwrap();
    assert_eq!(published, CODE);
}

#[test]
fn a_line_is_joined_once() {
    on_both(|world| async move {
        publish(&world).await;
        let joined = world.call("imopenlines.network.join", json!({"CODE": CODE})).await;
        assert_eq!(joined.result(), &json!(2));
        assert_eq!(world.hook("imopenlines.network.join", json!({"CODE": CODE})).await.result(), &json!(2));
        let user = world.call("im.user.get", json!({"ID": 2})).await;
        let shown: Vec<&Value> = ["name", "bot", "type", "external_auth_id"].map(|key| &user.result()[key]).to_vec();
        assert_eq!(shown, [&json!("Support"), &json!(true), &json!("bot"), &json!("bot")]);
        let invalid = "400 CODE: You entered an invalid code";
        for (code, expected) in [
            (json!(null), invalid),
            (json!(""), invalid),
            (json!("short"), invalid),
            (json!("x".repeat(33)), invalid),
            (json!([CODE]), invalid),
            (json!("x".repeat(32)), "400 NOT_FOUND: Line not found"),
        ] {
            let reply = world.call("imopenlines.network.join", json!({"CODE": code})).await;
            assert_eq!(reply.brief(), expected, "{code}");
        }
        world.call("imopenlines.config.update", json!({"CONFIG_ID": 1, "PARAMS": {"ACTIVE": "N"}})).await;
        let reply = world.call("imopenlines.network.join", json!({"CODE": CODE})).await;
        assert_eq!(reply.brief(), "400 INACTIVE: Openline is inactive");
        world.call("imopenlines.config.delete", json!({"CONFIG_ID": 1})).await;
        let reply = world.call("imopenlines.network.join", json!({"CODE": CODE})).await;
        assert_eq!(reply.brief(), "400 NOT_FOUND: Line not found");
        world.end().await;
    });
}

#[test]
fn a_customer_is_written_to_once_a_week() {
    on_both(|world| async move {
        publish(&world).await;
        let hook = json!({"event": "OnImConnectorMessageAdd", "handler": "https://connector.example/in"});
        world.call("event.bind", hook).await;
        world.send(json!([World::message("m1", "hello")])).await;
        let attach = json!([{"MESSAGE": "new prices"}]);
        let keyboard = json!([{"TEXT": "Look", "LINK": "https://shop.example"}, {"TYPE": "NEWLINE"}]);
        let parameters = json!({
            "CODE": CODE, "USER_ID": "2", "MESSAGE": "[b]News[/b]", "ATTACH": attach, "KEYBOARD": keyboard,
            "URL_PREVIEW": "N",
        });
        let add = async || world.call("imopenlines.network.message.add", parameters.clone()).await;
        assert_eq!(add().await.result(), &json!(true));
        assert_eq!(world.count("SELECT count(*) FROM deliveries").await, 1, "the customer reads it in the channel");
        let dialog = world.call("im.dialog.messages.get", json!({"DIALOG_ID": "chat1"})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(dialog.result()["messages"][0], @r#"
        {
          "id": 2,
          "chat_id": 1,
          "author_id": 3,
          "date": "2025-06-15T12:26:40+00:00",
          "text": "[b]News[/b]",
          "unread": true,
          "uuid": "00000001-0000-4000-8000-000000000002",
          "replaces": [],
          "params": {
            "ATTACH": {
              "BLOCKS": [
                {
                  "MESSAGE": "new prices"
                }
              ]
            },
            "KEYBOARD": {
              "BUTTONS": [
                {
                  "TEXT": "Look",
                  "LINK": "https://shop.example"
                },
                {
                  "TYPE": "NEWLINE"
                }
              ]
            },
            "URL_PREVIEW": "N"
          },
          "disappearing_date": null
        }
        "#); }
        let limit = "400 USER_MESSAGE_LIMIT: You cant send more than one message per week to each user";
        assert_eq!(add().await.brief(), limit);
        world.advance(7 * 24 * 3600 * 1000 - 1);
        let token = {
            let app = &world.server.app;
            let (application, user) = (world.application.application.id, world.operator_id);
            server::provision::issue_tokens(app, application, user).await.unwrap().access_token
        };
        let again =
            async || world.call_with(&token, "imopenlines.network.message.add", parameters.clone()).await.brief();
        assert_eq!(again().await, limit);
        world.advance(1);
        assert_eq!(again().await, "200 OK");
        assert_eq!(world.count("SELECT count(*) FROM users WHERE kind = 'bot'").await, 1);
        world.end().await;
    });
}

#[test]
fn every_refusal_of_a_network_message() {
    on_both(|world| async move {
        publish(&world).await;
        world.send(json!([World::message("m1", "hello")])).await;
        let button = |more: Value| {
            let mut button = json!({"TEXT": "Look", "LINK": "https://shop.example"});
            button.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            json!({"KEYBOARD": [button]})
        };
        let code = "400 CODE: You entered an invalid code";
        let user = "400 USER_ID_EMPTY: User ID can't be empty";
        let attach = "400 ATTACH_ERROR: Incorrect attach params";
        let keyboard = "400 KEYBOARD_ERROR: Incorrect keyboard params";
        for (change, expected) in [
            (json!({"CODE": null}), code),
            (json!({"CODE": "short"}), code),
            (json!({"CODE": "x".repeat(32), "USER_ID": 0}), "400 NOT_FOUND: Line not found"),
            (json!({"USER_ID": null}), user),
            (json!({"USER_ID": "x"}), user),
            (json!({"USER_ID": -1, "MESSAGE": ""}), user),
            (json!({"MESSAGE": null}), "400 MESSAGE_EMPTY: Message can't be empty"),
            (json!({"MESSAGE": " "}), "400 MESSAGE_EMPTY: Message can't be empty"),
            (json!({"MESSAGE": "x".repeat(60_001)}), "400 ERROR_ARGUMENT: MESSAGE may have 60000 characters"),
            (json!({"ATTACH": "{"}), attach),
            (json!({"ATTACH": [{"NONSENSE": 1}]}), attach),
            (
                json!({"ATTACH": [{"MESSAGE": "x".repeat(30 * 1024)}]}),
                "400 ATTACH_OVERSIZE: You have exceeded the maximum allowable size of attach",
            ),
            (json!({"KEYBOARD": [{"LINK": "https://shop.example"}]}), keyboard),
            (json!({"KEYBOARD": [{"TEXT": "no link"}]}), keyboard),
            (button(json!({"LINK": "/company/"})), keyboard),
            (button(json!({"COMMAND": "help"})), keyboard),
            (button(json!({"ACTION": "PUT", "ACTION_VALUE": "x"})), keyboard),
            (
                button(json!({"TEXT": "x".repeat(30 * 1024)})),
                "400 KEYBOARD_OVERSIZE: You have exceeded the maximum allowable size of keyboard",
            ),
            (json!({"USER_ID": 1}), "400 WRONG_REQUEST: Message isn't added"),
            (json!({"USER_ID": 99}), "400 WRONG_REQUEST: Message isn't added"),
        ] {
            let mut parameters = json!({"CODE": CODE, "USER_ID": 2, "MESSAGE": "News"});
            parameters.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            let reply = world.call("imopenlines.network.message.add", parameters).await;
            let start: String = change.to_string().chars().take(60).collect();
            assert_eq!(reply.brief(), expected, "{start}");
        }
        assert_eq!(world.count("SELECT count(*) FROM messages").await, 1);
        assert_eq!(
            world.count("SELECT count(*) FROM network_messages").await,
            0,
            "a refused message counts for nothing"
        );
        world.end().await;
    });
}
