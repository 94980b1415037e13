//! `imbot.*`

use serde_json::{Value, json};

use crate::receiver::Receiver;
use crate::support::{World, on_both};

const URL: &str = "https://bots.example/in";

fn registration(code: &str) -> Value {
    json!({"CODE": code, "EVENT_HANDLER": URL, "PROPERTIES": {"NAME": "Robo", "LAST_NAME": "Bot"}})
}

async fn brief(world: &World, method: &str, parameters: Value) -> String {
    world.call(&format!("imbot.{method}"), parameters).await.brief()
}

#[test]
fn bots_are_registered_changed_listed_and_removed() {
    on_both(|world| async move {
        let parameters = json!({
            "CODE": "robo", "TYPE": "o", "EVENT_MESSAGE_ADD": URL, "EVENT_WELCOME_MESSAGE": URL, "EVENT_BOT_DELETE": URL,
            "PROPERTIES": {
                "NAME": "Robo", "WORK_POSITION": "First line", "EMAIL": "robo@example.com", "PERSONAL_GENDER": "F",
                "PERSONAL_WWW": "https://bots.example", "COLOR": "GREEN", "PERSONAL_BIRTHDAY": "2020-01-01",
            },
        });
        let registered = world.call("imbot.register", parameters.clone()).await;
        assert_eq!(registered.result(), &json!(2));
        assert_eq!(world.call("imbot.register", parameters).await.result(), &json!(2), "the same code is the same bot");
        assert_eq!(world.call("imbot.register", registration("second")).await.result(), &json!(3));
        let listed = world.call("imbot.bot.list", json!({})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(listed.result(), @r#"
        {
          "2": {
            "ID": 2,
            "NAME": "Robo",
            "CODE": "robo",
            "OPENLINE": "Y"
          },
          "3": {
            "ID": 3,
            "NAME": "Robo Bot",
            "CODE": "second",
            "OPENLINE": "N"
          }
        }
        "#); }
        let user = world.call("im.user.get", json!({"ID": 2})).await;
        let shown =
            ["name", "work_position", "gender", "website", "email", "bot", "type"].map(|key| &user.result()[key]);
        insta::allow_duplicates! { insta::assert_json_snapshot!(shown, @r#"
        [
          "Robo",
          "First line",
          "F",
          "https://bots.example",
          "robo@example.com",
          true,
          "bot"
        ]
        "#); }
        let fields =
            json!({"CODE": "robo2", "EVENT_HANDLER": "https://bots.example/new", "PROPERTIES": {"NAME": "Robo II"}});
        assert_eq!(world.call("imbot.update", json!({"BOT_ID": "2", "FIELDS": fields})).await.result(), &json!(true));
        let listed = world.call("imbot.bot.list", json!(null)).await;
        assert_eq!(listed.result()["2"], json!({"ID": 2, "NAME": "Robo II", "CODE": "robo2", "OPENLINE": "Y"}));
        assert_eq!(world.text("SELECT welcome_url FROM bots WHERE id = 2").await, "https://bots.example/new");
        assert_eq!(world.call("imbot.unregister", json!({"BOT_ID": 2})).await.result(), &json!(true));
        assert_eq!(brief(&world, "unregister", json!({"BOT_ID": 2})).await, "400 BOT_ID_ERROR: Bot not found");
        assert_eq!(brief(&world, "unregister", json!({"BOT_ID": 3})).await, "200 OK");
        assert_eq!(world.call("imbot.bot.list", json!({})).await.result(), &json!([]));
        world.end().await;
    });
}

#[test]
fn every_refusal_of_a_registration() {
    on_both(|world| async move {
        let (_, other) = world.add_application("Other").await;
        world.call_with(&other, "imbot.register", registration("taken")).await;
        for (change, expected) in [
            (
                json!({"EVENT_HANDLER": null}),
                "EVENT_MESSAGE_ADD_ERROR: Handler for \"Message add\" event isn't specified",
            ),
            (
                json!({"EVENT_HANDLER": "", "EVENT_MESSAGE_ADD": URL}),
                "EVENT_WELCOME_MESSAGE_ERROR: Handler for \"Welcome message\" event isn't specified",
            ),
            (
                json!({"EVENT_HANDLER": null, "EVENT_MESSAGE_ADD": URL, "EVENT_WELCOME_MESSAGE": URL}),
                "EVENT_BOT_DELETE_ERROR: Handler for \"Bot delete\" event isn't specified",
            ),
            (json!({"EVENT_HANDLER": "nonsense"}), "EVENT_MESSAGE_ADD_ERROR: Wrong handler URL"),
            (
                json!({"EVENT_HANDLER": null, "EVENT_MESSAGE_UPDATE": "ftp://bots.example"}),
                "EVENT_MESSAGE_UPDATE_ERROR: Wrong handler URL",
            ),
            (
                json!({"EVENT_HANDLER": null, "EVENT_MESSAGE_DELETE": ["x"]}),
                "EVENT_MESSAGE_DELETE_ERROR: Wrong handler URL",
            ),
            (
                json!({"EVENT_HANDLER": null, "EVENT_WELCOME_MESSAGE": "x"}),
                "EVENT_WELCOME_MESSAGE_ERROR: Wrong handler URL",
            ),
            (json!({"EVENT_HANDLER": null, "EVENT_BOT_DELETE": "x"}), "EVENT_BOT_DELETE_ERROR: Wrong handler URL"),
            (json!({"CODE": null}), "CODE_ERROR: Bot code isn't specified"),
            (json!({"CODE": " "}), "CODE_ERROR: Bot code isn't specified"),
            (json!({"CODE": "x".repeat(256)}), "ERROR_ARGUMENT: CODE may have 255 characters"),
            (json!({"PROPERTIES": null}), "NAME_ERROR: Bot name isn't specified"),
            (json!({"PROPERTIES": {"NAME": "", "EMAIL": "a@b.example"}}), "NAME_ERROR: Bot name isn't specified"),
            (json!({"PROPERTIES": {"NAME": "x".repeat(256)}}), "ERROR_ARGUMENT: NAME may have 255 characters"),
            (json!({"CODE": "taken"}), "WRONG_REQUEST: Bot can't be created"),
            (
                json!({"PROPERTIES": {"NAME": "Anna", "EMAIL": "anna@example.com"}}),
                "WRONG_REQUEST: Bot can't be created",
            ),
        ] {
            let mut parameters = registration("robo");
            parameters.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            assert_eq!(brief(&world, "register", parameters).await, format!("400 {expected}"));
        }
        let no_key = "403 ACCESS_DENIED: Access denied! Client ID not specified";
        for method in ["register", "update", "unregister", "message.add", "message.update", "message.delete"] {
            let reply = world.hook(&format!("imbot.{method}"), registration("robo")).await;
            assert_eq!(reply.brief(), no_key, "{method}");
        }
        for number in 0..5 {
            assert_eq!(brief(&world, "register", registration(&format!("bot{number}"))).await, "200 OK");
        }
        assert_eq!(
            brief(&world, "register", registration("bot5")).await,
            "400 MAX_COUNT_ERROR: Has reached the maximum number of bots for application (max: 5)"
        );
        let no_bot = "400 BOT_ID_ERROR: Bot not found";
        let foreign = "400 APP_ID_ERROR: Bot was installed by another REST application";
        for method in ["update", "unregister"] {
            for (id, expected) in [
                (json!(null), no_bot),
                (json!(0), no_bot),
                (json!("x"), no_bot),
                (json!(99), no_bot),
                (json!(2), foreign),
            ] {
                let parameters = json!({"BOT_ID": id, "FIELDS": {"CODE": "new"}});
                assert_eq!(brief(&world, method, parameters).await, expected, "{method} {id}");
            }
        }
        for (fields, expected) in [
            (json!(null), "WRONG_REQUEST: Update fields can't be empty"),
            (json!({}), "WRONG_REQUEST: Update fields can't be empty"),
            (json!({"TYPE": "S"}), "WRONG_REQUEST: Update fields can't be empty"),
            (json!({"CODE": "bot1"}), "WRONG_REQUEST: Bot can't be updated"),
            (json!({"PROPERTIES": {"EMAIL": "anna@example.com"}}), "WRONG_REQUEST: Bot can't be updated"),
            (json!({"PROPERTIES": {"NAME": "", "LAST_NAME": ""}}), "NAME_ERROR: Bot name isn't specified"),
            (json!({"EVENT_MESSAGE_ADD": "x"}), "EVENT_MESSAGE_ADD_ERROR: Wrong handler URL"),
            (json!({"EVENT_MESSAGE_UPDATE": "x"}), "EVENT_MESSAGE_UPDATE_ERROR: Wrong handler URL"),
            (json!({"EVENT_MESSAGE_DELETE": "x"}), "EVENT_MESSAGE_DELETE_ERROR: Wrong handler URL"),
            (json!({"EVENT_WELCOME_MESSAGE": "x"}), "EVENT_WELCOME_MESSAGE_ERROR: Wrong handler URL"),
            (json!({"EVENT_BOT_DELETE": "x"}), "EVENT_BOT_DELETE_ERROR: Wrong handler URL"),
        ] {
            let reply = brief(&world, "update", json!({"BOT_ID": 3, "FIELDS": fields})).await;
            assert_eq!(reply, format!("400 {expected}"), "{fields}");
        }
        world.end().await;
    });
}

/// A world whose line begins dialogues with a bot, which has this one.
async fn with_bot(world: &World, receiver: &Receiver) -> i64 {
    let parameters = json!({
        "CODE": "robo", "TYPE": "O", "EVENT_HANDLER": receiver.url("/bot"), "PROPERTIES": {"NAME": "Robo"},
    });
    let bot = world.call("imbot.register", parameters).await.result().as_i64().unwrap();
    let settings = json!({"WELCOME_BOT_ENABLE": "Y", "WELCOME_BOT_ID": bot});
    world.call("imopenlines.config.update", json!({"CONFIG_ID": 1, "PARAMS": settings})).await;
    world.send(json!([World::message("m1", "hello")])).await;
    bot
}

#[test]
fn a_bot_writes_changes_and_deletes() {
    on_both(|world| async move {
        let receiver = Receiver::start().await;
        let bot = with_bot(&world, &receiver).await;
        for event in ["OnImConnectorMessageAdd", "OnImConnectorMessageUpdate", "OnImConnectorMessageDelete"] {
            let hook = json!({"event": event, "handler": "https://connector.example/in"});
            world.call("event.bind", hook).await;
        }
        let channel =
            async || world.count("SELECT count(*) FROM deliveries WHERE event_code LIKE 'ONIMCONNECTOR%'").await;
        let parameters = json!({
            "DIALOG_ID": "chat1", "MESSAGE": "  Choose:\n", "ATTACH": [{"MESSAGE": "a or b"}],
            "KEYBOARD": [{"TEXT": "a", "COMMAND": "a"}], "MENU": [{"TEXT": "Help", "LINK": "https://bots.example"}],
            "URL_PREVIEW": "N",
        });
        let written = world.call("imbot.message.add", parameters).await;
        let id = written.result().as_i64().unwrap();
        let shown = world.call("im.dialog.messages.get", json!({"DIALOG_ID": "chat1"})).await;
        let message = &shown.result()["messages"][0];
        assert_eq!((&message["author_id"], &message["text"]), (&json!(bot), &json!("Choose:")));
        insta::allow_duplicates! { insta::assert_json_snapshot!(message["params"], @r#"
        {
          "ATTACH": {
            "BLOCKS": [
              {
                "MESSAGE": "a or b"
              }
            ]
          },
          "KEYBOARD": {
            "BUTTONS": [
              {
                "TEXT": "a",
                "COMMAND": "a"
              }
            ]
          },
          "MENU": {
            "ITEMS": [
              {
                "TEXT": "Help",
                "LINK": "https://bots.example"
              }
            ]
          },
          "URL_PREVIEW": "N"
        }
        "#); }
        assert_eq!(channel().await, 1);
        let parameters = json!({"MESSAGE_ID": id, "MESSAGE": "Choose now:", "KEYBOARD": "N", "BOT_ID": bot});
        assert_eq!(world.call("imbot.message.update", parameters).await.result(), &json!(true));
        assert_eq!(channel().await, 2);
        let text = "SELECT body FROM messages ORDER BY id DESC LIMIT 1";
        assert_eq!(world.text(text).await, "Choose now:");
        let params = world.text("SELECT params FROM messages ORDER BY id DESC LIMIT 1").await;
        assert!(!params.contains("KEYBOARD") && params.contains("ATTACH"), "{params}");
        assert_eq!(brief(&world, "message.delete", json!({"MESSAGE_ID": id, "COMPLETE": "Y"})).await, "200 OK");
        assert_eq!(channel().await, 3);
        let inside = json!({"DIALOG_ID": "chat1", "MESSAGE": "for colleagues", "SKIP_CONNECTOR": "Y"});
        let id = world.call("imbot.message.add", inside).await.result().as_i64().unwrap();
        assert_eq!(brief(&world, "message.update", json!({"MESSAGE_ID": id, "MESSAGE": ""})).await, "200 OK");
        assert_eq!(channel().await, 3, "employees only");
        let system = json!({"DIALOG_ID": "chat1", "MESSAGE": "It rains", "SYSTEM": "Y"});
        assert_eq!(brief(&world, "message.add", system).await, "200 OK");
        assert_eq!(world.count("SELECT author_id FROM messages ORDER BY id DESC LIMIT 1").await, 0);
        world.end().await;
    });
}

#[test]
fn every_refusal_of_a_bots_message() {
    on_both(|world| async move {
        let receiver = Receiver::start().await;
        let missing = json!({"DIALOG_ID": "chat1", "MESSAGE": "hi"});
        assert_eq!(brief(&world, "message.add", missing).await, "400 BOT_ID_ERROR: Bot not found");
        let bot = with_bot(&world, &receiver).await;
        let (_, other) = world.add_application("Other").await;
        let foreign = world.call_with(&other, "imbot.register", registration("other")).await;
        let foreign = foreign.result().as_i64().unwrap();
        let no_dialog = "DIALOG_ID_EMPTY: Dialog ID can't be empty";
        let not_added = "WRONG_REQUEST: Message isn't added";
        let big = "x".repeat(30 * 1024);
        for (change, expected) in [
            (json!({"BOT_ID": 99}), "BOT_ID_ERROR: Bot not found"),
            (json!({"BOT_ID": "x"}), "BOT_ID_ERROR: Bot not found"),
            (json!({"BOT_ID": foreign}), "APP_ID_ERROR: Bot was installed by another REST application"),
            (json!({"DIALOG_ID": null}), no_dialog),
            (json!({"DIALOG_ID": "chatx", "MESSAGE": ""}), no_dialog),
            (json!({"MESSAGE": null}), "MESSAGE_EMPTY: Message can't be empty"),
            (json!({"MESSAGE": " \n"}), "MESSAGE_EMPTY: Message can't be empty"),
            (json!({"MESSAGE": "x".repeat(60_001)}), "ERROR_ARGUMENT: MESSAGE may have 60000 characters"),
            (json!({"ATTACH": "{"}), "ATTACH_ERROR: Incorrect attach params"),
            (
                json!({"ATTACH": [{"MESSAGE": big}]}),
                "ATTACH_OVERSIZE: You have exceeded the maximum allowable size of attach",
            ),
            (json!({"KEYBOARD": [{}]}), "KEYBOARD_ERROR: Incorrect keyboard params"),
            (
                json!({"KEYBOARD": [{"TEXT": big}]}),
                "KEYBOARD_OVERSIZE: You have exceeded the maximum allowable size of keyboard",
            ),
            (json!({"MENU": "x"}), "MENU_ERROR: Incorrect menu params"),
            (json!({"MENU": [{"TEXT": big}]}), "MENU_OVERSIZE: You have exceeded the maximum allowable size of menu"),
            (json!({"DIALOG_ID": "chat99"}), not_added),
            (json!({"DIALOG_ID": "1"}), not_added),
        ] {
            let mut parameters = json!({"BOT_ID": bot, "DIALOG_ID": "chat1", "MESSAGE": "hi"});
            parameters.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            let start: String = change.to_string().chars().take(60).collect();
            assert_eq!(brief(&world, "message.add", parameters).await, format!("400 {expected}"), "{start}");
        }
        let no_id = "400 MESSAGE_ID_ERROR: Message ID can't be empty";
        let not_own = "403 CANT_EDIT_MESSAGE: Time has expired for modification or you don't have access";
        for method in ["message.update", "message.delete"] {
            for (change, expected) in [
                (json!({"BOT_ID": 99}), "400 BOT_ID_ERROR: Bot not found"),
                (json!({"BOT_ID": foreign}), "400 APP_ID_ERROR: Bot was installed by another REST application"),
                (json!({"MESSAGE_ID": null}), no_id),
                (json!({"MESSAGE_ID": "x"}), no_id),
                (json!({"MESSAGE_ID": 0}), no_id),
                (json!({"MESSAGE_ID": 99}), not_own),
                (json!({"MESSAGE_ID": 1}), not_own),
            ] {
                let mut parameters = json!({"BOT_ID": bot, "MESSAGE_ID": 1, "MESSAGE": "new"});
                parameters.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
                assert_eq!(brief(&world, method, parameters).await, expected, "{method} {change}");
            }
        }
        for (part, word) in [("ATTACH", "attach"), ("KEYBOARD", "keyboard"), ("MENU", "menu")] {
            let broken = brief(&world, "message.update", json!({"MESSAGE_ID": 1, part: "{"})).await;
            assert_eq!(broken, format!("400 {part}_ERROR: Incorrect {word} params"));
            let block = if part == "ATTACH" { json!([{"MESSAGE": big}]) } else { json!([{"TEXT": big}]) };
            let large = brief(&world, "message.update", json!({"MESSAGE_ID": 1, part: block})).await;
            assert_eq!(large, format!("400 {part}_OVERSIZE: You have exceeded the maximum allowable size of {word}"));
        }
        world.end().await;
    });
}

#[test]
fn a_bot_hears_of_changes() {
    on_both(|world| async move {
        let receiver = Receiver::start().await;
        with_bot(&world, &receiver).await;
        let element =
            |text: &str| json!([{"user": {"id": "u1"}, "message": {"id": "m1", "text": text}, "chat": {"id": "c1"}}]);
        let place = json!({"CONNECTOR": crate::support::CONNECTOR, "LINE": 1, "MESSAGES": element("hello!")});
        world.call("imconnector.update.messages", place.clone()).await;
        world.call("imconnector.delete.messages", place).await;
        let mut heard = Vec::new();
        for _ in 0..4 {
            let one = receiver.next().await;
            let text = one.form.get("data[PARAMS][MESSAGE]").cloned().unwrap_or_default();
            heard.push(format!("{} {text}", one.field("event")));
        }
        assert_eq!(
            heard,
            [
                "ONIMBOTJOINCHAT ",
                "ONIMBOTMESSAGEADD hello",
                "ONIMBOTMESSAGEUPDATE hello!",
                "ONIMBOTMESSAGEDELETE hello!"
            ]
        );
        world.end().await;
    });
}
