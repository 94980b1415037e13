//! What `ATTACH`, `KEYBOARD` and `MENU` may hold (`contract/openlines.md` 5.2 and 5.3).

use serde_json::{Value, json};

use crate::imopenlines_sessions::first_message;
use crate::support::{World, on_both};

const ATTACH: &str = "400 ATTACH_ERROR: Incorrect attach params";
const KEYBOARD: &str = "400 KEYBOARD_ERROR: Incorrect keyboard params";
const MENU: &str = "400 MENU_ERROR: Incorrect menu params";

async fn write(world: &World, part: &str, value: &Value) -> String {
    let reply = world.call("im.message.add", json!({"DIALOG_ID": "chat1", "MESSAGE": "x", part: value})).await;
    reply.brief()
}

#[test]
fn every_block_and_button_may_be_sent() {
    on_both(|world| async move {
        first_message(&world).await;
        let blocks = [
            json!({"MESSAGE": "[b]note[/b]"}),
            json!({"LINK": {
                "LINK": "https://shop.example/1", "NAME": "One", "DESC": "of many", "PREVIEW": "/one.png", "WIDTH": 100,
            }}),
            json!({"LINK": [{"LINK": "HTTP://shop.example"}, {"LINK": "/crm/", "PREVIEW": ""}]}),
            json!({"USER": {"NAME": "Anna", "AVATAR": "https://shop.example/a.png", "LINK": "/user/1/", "AVATAR_TYPE": "USER"}}),
            json!({"USER": [{"NAME": "Bot", "BOT_ID": 3, "AVATAR_TYPE": "BOT"}]}),
            json!({"GRID": [
                {"DISPLAY": "BLOCK", "NAME": "a", "VALUE": "b", "COLOR": "#f00", "LINK": "/"},
                {"DISPLAY": "LINE"}, {"DISPLAY": "ROW", "COLOR_TOKEN": "alert"}, {"DISPLAY": "TABLE", "COLOR": "#Ff0099"},
            ]}),
            json!({"IMAGE": {"LINK": "https://shop.example/1.png", "PREVIEW": "https://shop.example/1s.png"}}),
            json!({"IMAGE": [{"LINK": "/1.png"}]}),
            json!({"FILE": {"LINK": "https://shop.example/1.pdf", "SIZE": 12}}),
            json!({"FILE": [{"LINK": "/1.pdf", "NAME": "1"}]}),
            json!({"DELIMITER": {"SIZE": 200, "COLOR": "#c6c6c6"}}),
            json!({"DELIMITER": {}}),
            json!({"DELIMITER": []}),
        ];
        for block in &blocks {
            assert_eq!(write(&world, "ATTACH", &json!([block])).await, "200 OK", "{block}");
        }
        let full = json!({"ID": 1, "COLOR_TOKEN": "primary", "COLOR": "#29619b", "BLOCKS": blocks});
        assert_eq!(write(&world, "ATTACH", &full).await, "200 OK");
        assert_eq!(write(&world, "ATTACH", &json!(full.to_string())).await, "200 OK");
        let reply = world.call("im.dialog.messages.get", json!({"DIALOG_ID": "chat1", "LIMIT": 1})).await;
        assert_eq!(reply.result()["messages"][0]["params"]["ATTACH"], full, "kept as it was sent");
        let buttons = [
            json!({"TEXT": "text alone"}),
            json!({"TEXT": "a", "LINK": "https://shop.example", "DISPLAY": "LINE", "CONTEXT": "MOBILE", "WIDTH": 100}),
            json!({"TEXT": "a", "LINK": "/crm/", "BG_COLOR": "#29619b", "TEXT_COLOR": "#fff", "BG_COLOR_TOKEN": "secondary"}),
            json!({"TEXT": "a", "COMMAND": "go", "COMMAND_PARAMS": "1", "BLOCK": "Y", "DISABLED": "N"}),
            json!({"TEXT": "a", "ACTION": "DIALOG", "ACTION_VALUE": 1, "DISABLED": false}),
            json!({"TEXT": "a", "APP_ID": 1, "OFF_BG_COLOR": "", "OFF_TEXT_COLOR": null}),
            json!({"TYPE": "NEWLINE"}),
        ];
        for part in ["KEYBOARD", "MENU"] {
            assert_eq!(write(&world, part, &json!(buttons)).await, "200 OK", "{part}");
        }
        world.end().await;
    });
}

/// Addresses that would run where they are shown, or lead elsewhere than they say.
fn bad_addresses() -> Vec<Value> {
    vec![
        json!("javascript:alert(1)"),
        json!("JavaScript:alert(1)"),
        json!(" javascript:alert(1)"),
        json!("java\tscript:alert(1)"),
        json!("\u{1}javascript:alert(1)"),
        json!("data:text/html,<script>alert(1)</script>"),
        json!("vbscript:x"),
        json!("ftp://shop.example"),
        json!("https:javascript"),
        json!("https://shop.example\n/x"),
        json!("//shop.example"),
        json!("/\\shop.example"),
        json!("/\t/shop.example"),
        json!("shop.example"),
        json!(["javascript:alert(1)"]),
        json!({"a": "javascript:alert(1)"}),
        json!(5),
        json!(true),
    ]
}

#[test]
fn addresses_that_would_run_are_refused() {
    on_both(|world| async move {
        first_message(&world).await;
        for bad in bad_addresses() {
            for (part, value, expected) in [
                ("ATTACH", json!([{"LINK": {"LINK": bad}}]), ATTACH),
                ("ATTACH", json!([{"LINK": {"LINK": "/", "PREVIEW": bad}}]), ATTACH),
                ("ATTACH", json!([{"LINK": [{"LINK": "/"}, {"LINK": bad}]}]), ATTACH),
                ("ATTACH", json!([{"USER": {"NAME": "a", "AVATAR": bad}}]), ATTACH),
                ("ATTACH", json!([{"USER": {"NAME": "a", "LINK": bad}}]), ATTACH),
                ("ATTACH", json!([{"GRID": [{"DISPLAY": "LINE", "LINK": bad}]}]), ATTACH),
                ("ATTACH", json!([{"IMAGE": {"LINK": bad}}]), ATTACH),
                ("ATTACH", json!([{"IMAGE": {"LINK": "/", "PREVIEW": bad}}]), ATTACH),
                ("ATTACH", json!([{"FILE": [{"LINK": bad}]}]), ATTACH),
                ("KEYBOARD", json!([{"TEXT": "a", "LINK": bad}]), KEYBOARD),
                ("KEYBOARD", json!([{"TEXT": "a", "link": bad}]), KEYBOARD),
                ("KEYBOARD", json!([{"TYPE": "NEWLINE", "LINK": bad}]), KEYBOARD),
                ("MENU", json!([{"TEXT": "a", "LINK": bad}]), MENU),
            ] {
                assert_eq!(write(&world, part, &value).await, expected, "{value}");
                assert_eq!(write(&world, part, &json!(value.to_string())).await, expected, "{value} as text");
            }
        }
        let bad = json!([{"LINK": {"LINK": "javascript:alert(1)"}}]);
        let button = json!([{"TEXT": "a", "LINK": "javascript:alert(1)"}]);
        let update = json!({"MESSAGE_ID": 1, "KEYBOARD": button});
        assert_eq!(world.call("im.message.update", update).await.brief(), KEYBOARD);
        let notify = json!({"USER_ID": 1, "MESSAGE": "x", "ATTACH": bad});
        assert_eq!(world.call("im.notify.system.add", notify).await.brief(), ATTACH);
        assert_eq!(world.count("SELECT count(*) FROM messages").await, 1, "nothing half-stored");
        world.end().await;
    });
}

#[test]
fn values_that_are_not_listed_are_refused() {
    on_both(|world| async move {
        first_message(&world).await;
        for (part, value, expected) in [
            ("ATTACH", json!({"BLOCKS": []}), ATTACH),
            ("ATTACH", json!({"BLOCKS": [{"MESSAGE": "a"}], "COLOR": "red"}), ATTACH),
            ("ATTACH", json!({"BLOCKS": [{"MESSAGE": "a"}], "COLOR_TOKEN": "red"}), ATTACH),
            ("ATTACH", json!([{"MESSAGE": "a", "LINK": {"LINK": "/"}}]), ATTACH),
            ("ATTACH", json!([{"MESSAGE": ["a"]}]), ATTACH),
            ("ATTACH", json!([{"LINK": []}]), ATTACH),
            ("ATTACH", json!([{"LINK": {"LINK": ""}}]), ATTACH),
            ("ATTACH", json!([{"LINK": "/"}]), ATTACH),
            ("ATTACH", json!([{"USER": {"NAME": ""}}]), ATTACH),
            ("ATTACH", json!([{"USER": {"NAME": "a", "AVATAR_TYPE": "CAT"}}]), ATTACH),
            ("ATTACH", json!([{"GRID": {"DISPLAY": "LINE"}}]), ATTACH),
            ("ATTACH", json!([{"GRID": [{"NAME": "a"}]}]), ATTACH),
            ("ATTACH", json!([{"GRID": [{"DISPLAY": "CIRCLE"}]}]), ATTACH),
            ("ATTACH", json!([{"GRID": [{"DISPLAY": "COLUMN"}]}]), ATTACH),
            ("ATTACH", json!([{"GRID": [{"DISPLAY": "LINE", "COLOR": "#12345"}]}]), ATTACH),
            ("ATTACH", json!([{"GRID": [{"DISPLAY": "LINE", "COLOR": "red;x:expression()"}]}]), ATTACH),
            ("ATTACH", json!([{"DELIMITER": 5}]), ATTACH),
            ("ATTACH", json!([{"DELIMITER": {"COLOR": "#ggg"}}]), ATTACH),
            ("ATTACH", json!([{"DELIMITER": [5]}]), ATTACH),
            ("KEYBOARD", json!([{"TEXT": "a", "ACTION": "RUN", "ACTION_VALUE": "x"}]), KEYBOARD),
            ("KEYBOARD", json!([{"TEXT": "a", "ACTION": "PUT"}]), KEYBOARD),
            ("KEYBOARD", json!([{"TEXT": "a", "CONTEXT": "WEB"}]), KEYBOARD),
            ("KEYBOARD", json!([{"TEXT": "a", "DISPLAY": "ROW"}]), KEYBOARD),
            ("KEYBOARD", json!([{"TEXT": "a", "BLOCK": "maybe"}]), KEYBOARD),
            ("KEYBOARD", json!([{"TEXT": "a", "DISABLED": ["Y"]}]), KEYBOARD),
            ("KEYBOARD", json!([{"TEXT": "a", "BG_COLOR": "blue"}]), KEYBOARD),
            ("KEYBOARD", json!([{"TEXT": "a", "BG_COLOR": "##fff"}]), KEYBOARD),
            ("KEYBOARD", json!([{"TEXT": "a", "BG_COLOR_TOKEN": "#fff"}]), KEYBOARD),
            ("KEYBOARD", json!([{"TEXT": ["a"]}]), KEYBOARD),
            ("KEYBOARD", json!(["a"]), KEYBOARD),
            ("MENU", json!([{"LINK": "/"}]), MENU),
            ("MENU", json!([{"TEXT": "a", "ACTION": "RUN", "ACTION_VALUE": "x"}]), MENU),
        ] {
            assert_eq!(write(&world, part, &value).await, expected, "{value}");
        }
        assert_eq!(world.count("SELECT count(*) FROM messages").await, 1, "nothing half-stored");
        world.end().await;
    });
}

/// Keys are in lower camel case, what clients send one of stands in a list, and what was not said has its default.
#[test]
fn the_history_shows_attachments_in_its_own_form() {
    on_both(|world| async move {
        first_message(&world).await;
        let full = json!({"ID": 7, "COLOR_TOKEN": "alert", "COLOR": "#df532d", "DESCRIPTION": "Order", "BLOCKS": [
            {"MESSAGE": "[b]COLOR_TOKEN[/b]"},
            {"LINK": {"NAME": "Order", "LINK": "/crm/1/", "USER_ID": 1}},
            {"IMAGE": [{"LINK": "/1.png", "WIDTH": 10}, {"LINK": "/2.png"}]},
            {"GRID": [{"DISPLAY": "ROW", "NAME": "Phone", "VALUE": "+49", "HEIGHT": 20, "COLOR_TOKEN": "base"}]},
            {"DELIMITER": {"SIZE": 200}},
        ]});
        assert_eq!(write(&world, "ATTACH", &full).await, "200 OK");
        assert_eq!(
            write(&world, "ATTACH", &json!([{"USER": {"NAME": "Anna", "AVATAR_TYPE": "USER"}}])).await,
            "200 OK"
        );
        let reply = world.call("imopenlines.session.history.get", json!({"CHAT_ID": 1})).await;
        let attached = ["2", "3"].map(|id| reply.result()["message"][id]["params"].clone());
        insta::allow_duplicates! { insta::assert_json_snapshot!(attached, @r##"
        [
          {
            "attach": [
              {
                "id": 7,
                "colorToken": "alert",
                "color": "#df532d",
                "description": "Order",
                "blocks": [
                  {
                    "message": "[b]COLOR_TOKEN[/b]"
                  },
                  {
                    "link": [
                      {
                        "name": "Order",
                        "link": "/crm/1/",
                        "userId": 1
                      }
                    ]
                  },
                  {
                    "image": [
                      {
                        "link": "/1.png",
                        "width": 10
                      },
                      {
                        "link": "/2.png"
                      }
                    ]
                  },
                  {
                    "grid": [
                      {
                        "display": "ROW",
                        "name": "Phone",
                        "value": "+49",
                        "height": 20,
                        "colorToken": "base"
                      }
                    ]
                  },
                  {
                    "delimiter": {
                      "size": 200
                    }
                  }
                ]
              }
            ]
          },
          {
            "attach": [
              {
                "blocks": [
                  {
                    "user": [
                      {
                        "name": "Anna",
                        "avatarType": "USER"
                      }
                    ]
                  }
                ],
                "id": 3,
                "description": ""
              }
            ]
          }
        ]
        "##); }
        world.end().await;
    });
}
