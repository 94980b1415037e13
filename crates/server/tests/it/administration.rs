//! `trunkline.application.*`, `webhook.*`, `department.*`, `connector.list` and `line.fields`: the settings pages.

use serde_json::{Value, json};
use store::params;

use crate::browser::Browser;
use crate::support::{CONNECTOR, World, on_both};

#[test]
fn applications_are_added_changed_and_removed() {
    on_both(|world| async move {
        let anna = Browser::of(&world, 1).await;
        let call = async |method: &str, parameters: Value| {
            anna.call(&format!("trunkline.application.{method}"), parameters).await
        };
        let new = json!({"title": "Shop", "scopes": ["im", "imopenlines", "im"], "redirect_url": "https://shop.example/back"});
        let added = call("add", new).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(added.result(), @r#"
        {
          "application": {
            "id": 2,
            "title": "Shop",
            "client_id": "local.7af8b8c80f9eca.99115498",
            "application_token": "c8acf3d0c21f72b6efc8b035b4e5d91e",
            "scopes": [
              "im",
              "imopenlines"
            ],
            "url": null,
            "install_url": null,
            "redirect_url": "https://shop.example/back",
            "retry": "days",
            "active": true,
            "created_ms": 1749990400000,
            "connectors": [],
            "handlers": 0,
            "queued": 0,
            "failed": 0
          },
          "client_secret": "it32lmxb2lcqqleweg9331w83k8jkptczhjytvk3lj1r80rxpu"
        }
        "#); }
        let grant = async |secret: &str| {
            let client_id = added.result()["application"]["client_id"].as_str().unwrap();
            let query = [
                ("grant_type", "authorization_code"),
                ("client_id", client_id),
                ("client_secret", secret),
                ("code", "x"),
            ];
            let url = reqwest::Url::parse_with_params(&format!("{}/oauth/token/", world.base), query).unwrap();
            crate::support::read(world.http.get(url).send().await.unwrap()).await.body["error"].clone()
        };
        let first = added.result()["client_secret"].as_str().unwrap().to_owned();
        assert_eq!(grant(&first).await, "invalid_grant", "the secret is right");
        let second = call("secret", json!({"id": 2})).await.result()["client_secret"].as_str().unwrap().to_owned();
        assert_eq!((grant(&first).await, grant(&second).await), (json!("invalid_client"), json!("invalid_grant")));

        let parameters =
            json!({"id": 1, "title": "Connector", "scopes": ["im"], "url": "https://x.example", "retry": "never"});
        let changed = call("update", parameters).await;
        let mut shown = changed.snapshot(&world)["body"]["result"]["application"].take();
        assert_eq!(shown["application_token"].take(), world.application.application.application_token);
        assert_eq!(shown["client_id"].take(), world.application.application.client_id);
        insta::allow_duplicates! { insta::assert_json_snapshot!(shown, @r#"
        {
          "id": 1,
          "title": "Connector",
          "client_id": null,
          "application_token": null,
          "scopes": [
            "im"
          ],
          "url": "https://x.example",
          "install_url": null,
          "redirect_url": null,
          "retry": "never",
          "active": true,
          "created_ms": 1749990400000,
          "connectors": [
            "myconnector"
          ],
          "handlers": 0,
          "queued": 0,
          "failed": 0
        }
        "#); }
        assert_eq!(world.call("imconnector.list", json!({})).await.status, 401, "the scope is gone at once");
        let changed = call("update", json!({"id": 1, "url": ""})).await;
        let changed = &changed.result()["application"];
        assert_eq!((&changed["url"], &changed["title"]), (&json!(null), &json!("Connector")));
        let scopes = call("scopes", json!({})).await;
        assert!(scopes.result()["scopes"].as_array().unwrap().contains(&json!("administration")), "{}", scopes.body);
        assert_eq!(*call("delete", json!({"id": 1})).await.result(), json!(true));
        assert_eq!(world.call("app.info", json!({})).await.status, 401);
        let listed = call("list", json!({})).await;
        let ids: Vec<&Value> =
            listed.result()["applications"].as_array().unwrap().iter().map(|row| &row["id"]).collect();
        assert_eq!(ids, [&json!(2)]);
        world.end().await;
    });
}

#[test]
fn webhooks_are_made_and_taken_away() {
    on_both(|world| async move {
        let anna = Browser::of(&world, 1).await;
        let call =
            async |method: &str, parameters: Value| anna.call(&format!("trunkline.webhook.{method}"), parameters).await;
        let expires_ms = crate::support::START_MS + 60_000;
        let added = call("add", json!({"title": "Report", "scopes": ["user"], "expires_ms": expires_ms})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(added.snapshot(&world)["body"]["result"], @r#"
        {
          "webhook": {
            "id": 2,
            "user_id": 1,
            "title": "Report",
            "scopes": [
              "user"
            ],
            "created_ms": 1749990400000,
            "expires_ms": 1749990460000,
            "used_ms": null
          },
          "code": "it32lmxb2lcqqleweg9331w8",
          "url": "http://127.0.0.1:PORT/rest/1/it32lmxb2lcqqleweg9331w8"
        }
        "#); }
        let url = added.result()["url"].as_str().unwrap().to_owned();
        let profile =
            async || crate::support::read(world.http.get(format!("{url}/profile")).send().await.unwrap()).await.brief();
        assert_eq!(profile().await, "200 OK");
        world.advance(60_000);
        assert_eq!(profile().await, "401 INVALID_CREDENTIALS: Invalid request credentials");
        let listed = call("list", json!({})).await;
        assert_eq!(listed.result()["webhooks"].as_array().unwrap().len(), 2);
        assert_eq!(world.hook("profile", json!({})).await.brief(), "200 OK");
        assert_eq!(*call("delete", json!({"id": 1})).await.result(), json!(true));
        assert_eq!(world.hook("profile", json!({})).await.status, 401, "at once");
        world.end().await;
    });
}

#[test]
fn departments_are_added_changed_and_removed() {
    on_both(|world| async move {
        let anna = Browser::of(&world, 1).await;
        let call = async |method: &str, parameters: Value| {
            anna.call(&format!("trunkline.department.{method}"), parameters).await
        };
        call("add", json!({"name": " Sales ", "parent_id": 1, "head_id": 1})).await.result();
        call("add", json!({"name": "Shop", "parent_id": 2, "sort": 7})).await.result();
        call("update", json!({"id": 2, "name": "Selling", "head_id": 0})).await.result();
        let listed = call("list", json!({})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(listed.result(), @r#"
        {
          "departments": [
            {
              "id": 3,
              "name": "Shop",
              "parent_id": 2,
              "head_id": null,
              "sort": 7
            },
            {
              "id": 1,
              "name": "Company",
              "parent_id": null,
              "head_id": null,
              "sort": 500
            },
            {
              "id": 2,
              "name": "Selling",
              "parent_id": 1,
              "head_id": null,
              "sort": 500
            }
          ]
        }
        "#); }
        let tree = "400 DEPARTMENT_TREE: The company stands at the top, and no department below itself";
        for (method, parameters, brief) in [
            ("update", json!({"id": 2, "parent_id": 3}), tree),
            ("update", json!({"id": 1, "parent_id": 2}), tree),
            ("update", json!({"id": 9}), "400 ERROR_NOT_FOUND: Not found"),
            ("update", json!({"id": 2, "name": " "}), "400 ERROR_ARGUMENT: Argument 'name' is null or empty"),
            ("update", json!({"id": 2, "head_id": 9}), "400 USER_NOT_FOUND: User not found"),
            ("add", json!({"name": "X", "parent_id": 9}), "400 ERROR_NOT_FOUND: Not found"),
            (
                "add",
                json!({"name": "x".repeat(256), "parent_id": 1}),
                "400 ERROR_ARGUMENT: name may have 255 characters: shorten it",
            ),
            ("delete", json!({"id": 1}), tree),
            ("delete", json!({"id": 2}), "200 OK"),
            ("delete", json!({"id": 2}), "400 ERROR_NOT_FOUND: Not found"),
        ] {
            assert_eq!(call(method, parameters.clone()).await.brief(), brief, "{method} {parameters}");
        }
        let left = call("list", json!({})).await;
        assert_eq!(
            (&left.result()["departments"][0]["id"], &left.result()["departments"][0]["parent_id"]),
            (&json!(3), &json!(1)),
            "moved one up"
        );
        world.end().await;
    });
}

#[test]
fn every_refusal_of_applications_and_webhooks() {
    on_both(|world| async move {
        let anna = Browser::of(&world, 1).await;
        let scopes = |code: &str| {
            format!("400 ERROR_ARGUMENT: There is no scope {code}: take those of the protocol, such as imopenlines")
        };
        let (wrong, wrong_too, made_up) = (scopes("I M"), scopes("A"), scopes("chats"));
        let not_found = "400 ERROR_NOT_FOUND: Not found";
        for (method, parameters, brief) in [
            ("application.add", json!({"scopes": ["im"]}), "400 ERROR_ARGUMENT: Argument 'title' is null or empty"),
            (
                "application.add",
                json!({"name": " ", "scopes": ["im"]}),
                "400 ERROR_ARGUMENT: Argument 'title' is null or empty",
            ),
            ("application.add", json!({"title": "X", "scopes": ["I M"]}), &wrong),
            ("application.add", json!({"title": "X", "scopes": ["im", "chats"]}), &made_up),
            ("application.update", json!({"id": 1, "scopes": ["chats"]}), &made_up),
            (
                "application.add",
                json!({"title": "X", "scopes": [], "install_url": "ftp://x.example"}),
                "400 ERROR_ARGUMENT: install_url is no address such as https://connector.example/app",
            ),
            ("application.update", json!({"id": 9}), not_found),
            (
                "application.update",
                json!({"id": 1, "retry": "x"}),
                "400 ERROR_ARGUMENT: The value of an argument 'retry' has an invalid type",
            ),
            ("application.secret", json!({"id": 9}), not_found),
            ("application.delete", json!({"id": 9}), not_found),
            ("webhook.add", json!({"user_id": 9, "title": "X", "scopes": []}), "400 USER_NOT_FOUND: User not found"),
            (
                "webhook.add",
                json!({"user_id": 1, "title": "x".repeat(256), "scopes": []}),
                "400 ERROR_ARGUMENT: title may have 255 characters: shorten it",
            ),
            ("webhook.add", json!({"user_id": 1, "title": "X", "scopes": ["A"]}), &wrong_too),
            (
                "webhook.add",
                json!({"user_id": 1, "title": "X", "scopes": [], "expires_ms": 1}),
                "400 ERROR_ARGUMENT: expires_ms is over already",
            ),
            ("webhook.delete", json!({"id": 9}), not_found),
        ] {
            let reply = anna.call(&format!("trunkline.{method}"), parameters.clone()).await;
            assert_eq!(reply.brief(), brief, "{method} {parameters}");
        }
        assert_eq!(world.count("SELECT COUNT(*) FROM applications").await, 1);
        world.end().await;
    });
}

/// Fills the newest messages with those of a chat of another connector.
async fn quiet(world: &World) {
    let stored = world.server.app.work(|change| {
        let count = desk::connector_health::NEWEST_MESSAGES;
        change.tx.execute(
            "INSERT INTO chats (id, connector_id, line_id, external_id, customer_id, created_ms, name, url, silent, bot_id) \
             VALUES (900, 9, 1, 'x', 0, 0, '', '', 0, 0)",
            &[],
        )?;
        let rows: Vec<_> = (1..=count).map(|no| params![1000 + no, no, crate::support::START_MS + 9000].to_vec()).collect();
        change.tx.execute_each(
            "INSERT INTO messages (id, chat_id, no, session_id, author_id, created_ms, sent_ms, body, direction, params, \
             connector_ids) VALUES (?1, 900, ?2, 0, 0, ?3, ?3, '', 'in', '', '[]')",
            &rows,
        )?;
        Ok(())
    });
    stored.await.unwrap();
}

#[test]
fn the_health_of_connectors() {
    on_both(|world| async move {
        let anna = Browser::of(&world, 1).await;
        let health = async || anna.call("trunkline.connector.list", json!({})).await.result()["connectors"][0].clone();
        let fresh = health().await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(fresh, @r#"
        {
          "code": "myconnector",
          "name": "My Connector",
          "icon": null,
          "color": null,
          "application": {
            "id": 1,
            "title": "Test"
          },
          "channels": [
            {
              "line_id": 1,
              "active": true,
              "error": false
            }
          ],
          "queued": 0,
          "failed": 0,
          "lag_ms": null,
          "last_in_ms": null,
          "last_out_ms": null,
          "last_error": null
        }
        "#); }
        world
            .execute("UPDATE connectors SET icon = '{\"DATA_IMAGE\":\"data:image/svg+xml,x\",\"color\":\"#2fc7f7\"}'")
            .await;
        let now = health().await;
        assert_eq!((&now["icon"], &now["color"]), (&json!("data:image/svg+xml,x"), &json!("#2fc7f7")));
        world
            .execute("UPDATE connectors SET icon = '{\"DATA_IMAGE\":\"https://x.example\",\"COLOR\":\"red;x:y\"}'")
            .await;
        let now = health().await;
        assert_eq!(
            (&now["icon"], &now["color"]),
            (&json!(null), &json!(null)),
            "nothing that a page would fetch or run"
        );
        let start = anna.call("trunkline.start", json!({})).await;
        let shown = &start.result()["connectors"][0];
        assert_eq!((&shown["icon"], &shown["color"]), (&json!(null), &json!(null)), "nor in the inbox");

        world.advance(1000);
        world.send(json!([World::message("1", "Hello")])).await.result();
        assert_eq!(health().await["last_in_ms"], crate::support::START_MS + 1000);
        let handler = json!({"EVENT": "OnImConnectorMessageAdd", "HANDLER": "http://127.0.0.1:1/"});
        world.call("event.bind", handler).await.result();
        world.call("imopenlines.operator.answer", json!({"CHAT_ID": 1})).await.result();
        world.call("im.message.add", json!({"DIALOG_ID": "chat1", "MESSAGE": "Hi"})).await.result();
        world.until("SELECT count(*) FROM attempts", 1).await;
        world.server.app.clock.advance(500);
        let now = health().await;
        assert_eq!((&now["code"], &now["queued"], &now["failed"]), (&json!(CONNECTOR), &json!(1), &json!(0)));
        assert_eq!(now["lag_ms"], 500);
        assert_eq!(now["last_error"]["at_ms"], crate::support::START_MS + 1000);
        assert_eq!(now["last_out_ms"], json!(null));
        // Many messages of another connector, and an answer, are newer.
        quiet(&world).await;
        assert_eq!(health().await["last_in_ms"], crate::support::START_MS + 1000);
        world.execute("UPDATE deliveries SET state = 'failed', finished_ms = created_ms, due_ms = NULL").await;
        let now = health().await;
        assert_eq!((&now["queued"], &now["lag_ms"], &now["failed"]), (&json!(0), &json!(null), &json!(1)));
        world.execute("UPDATE deliveries SET state = 'done', finished_ms = created_ms, due_ms = NULL").await;
        let now = health().await;
        assert_eq!((&now["failed"], &now["last_error"]), (&json!(0), &json!(null)));
        assert_eq!(now["last_out_ms"], crate::support::START_MS + 1000);
        world.end().await;
    });
}

#[test]
fn what_the_settings_of_a_line_are_made_of() {
    on_both(|world| async move {
        let anna = Browser::of(&world, 1).await;
        let fields = anna.call("trunkline.line.fields", json!({})).await;
        let fields = fields.result()["fields"].as_array().unwrap();
        let named = |name: &str| fields.iter().find(|field| field["name"] == name).unwrap();
        insta::allow_duplicates! { insta::assert_json_snapshot!([named("QUEUE_TYPE"), named("MAX_CHAT"), named("WELCOME_MESSAGE_TEXT"), named("XML_ID")], @r#"
        [
          {
            "name": "QUEUE_TYPE",
            "group": "queue",
            "type": "one_of",
            "words": [
              "evenly",
              "strictly",
              "all"
            ],
            "default": "evenly",
            "min": null,
            "max": null,
            "unit": null,
            "chars_max": null,
            "settable": true
          },
          {
            "name": "MAX_CHAT",
            "group": "queue",
            "type": "int",
            "words": [],
            "default": "0",
            "min": 0,
            "max": 4294967295,
            "unit": null,
            "chars_max": null,
            "settable": true
          },
          {
            "name": "WELCOME_MESSAGE_TEXT",
            "group": "welcome",
            "type": "text",
            "words": [],
            "default": null,
            "min": null,
            "max": null,
            "unit": null,
            "chars_max": 10000,
            "settable": true
          },
          {
            "name": "XML_ID",
            "group": "general",
            "type": "text",
            "words": [],
            "default": null,
            "min": null,
            "max": null,
            "unit": null,
            "chars_max": 10000,
            "settable": false
          }
        ]
        "#); }
        // The page shows exactly what a line has.
        let line = anna.call("imopenlines.config.get", json!({"CONFIG_ID": 1})).await;
        for field in fields {
            let name = field["name"].as_str().unwrap();
            assert!(line.result().get(name).is_some(), "{name}");
        }
        world.end().await;
    });
}
