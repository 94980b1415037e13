//! The audit log: a row for every act, written with it.

use reqwest::Method;
use serde_json::{Value, json};
use server::provision;

use crate::browser::Browser;
use crate::support::{CONNECTOR, World, on_both};

const EMAIL: &str = "anna@example.com";
const PASSWORD: &str = "correct horse";

/// What was done since row `after`, oldest first: `actor kind subject details`.
async fn acts(browser: &Browser<'_>, after: i64) -> Vec<String> {
    let page = browser.call("trunkline.audit.list", json!({})).await;
    let rows = page.result()["entries"].as_array().unwrap().iter().rev();
    let rows = rows.filter(|row| row["id"].as_i64().unwrap() > after);
    rows.map(|row| {
        let text = |name: &str| row[name].as_str().unwrap().to_owned();
        format!("{} {} {} {} {}", row["user_id"], text("action"), text("subject"), row["detail"], text("address"))
    })
    .collect()
}

async fn last(world: &World) -> i64 {
    world.count("SELECT COALESCE(MAX(id), 0) FROM audit").await
}

#[test]
fn signing_in_and_out_is_recorded() {
    on_both(|world| async move {
        provision::set_password(&world.server.app, 1, PASSWORD).await.unwrap();
        let reader = Browser::of(&world, 1).await;
        let before = last(&world).await;
        let mut browser = Browser::new(&world);
        browser.start(json!({"email": "stranger@example.com", "password": "my secret"})).await;
        browser.start(json!({"email": EMAIL, "password": "guess"})).await;
        browser.start(json!({"email": EMAIL, "password": PASSWORD})).await;
        browser.request(Method::DELETE, "/api/session").send().await.unwrap();
        browser.request(Method::DELETE, "/api/session").send().await.unwrap();
        let found = acts(&reader, before).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(found, @r#"
        [
          "null session.refused  {\"wrong\":\"password\"} 127.0.0.1",
          "null session.refused 1 {\"wrong\":\"password\"} 127.0.0.1",
          "1 session.start 2 {\"second_factor\":\"none\",\"user_agent\":\"\"} 127.0.0.1",
          "1 session.end 2 {} 127.0.0.1"
        ]
        "#); }
        world.end().await;
    });
}

#[test]
fn acts_with_the_own_account_are_recorded_without_secrets() {
    on_both(|world| async move {
        provision::set_password(&world.server.app, 1, PASSWORD).await.unwrap();
        let browser = Browser::of(&world, 1).await;
        let before = last(&world).await;
        let new = json!({"current": PASSWORD, "password": "battery staple"});
        browser.call("trunkline.account.password", new).await.result();
        let password = json!({"password": "battery staple"});
        let begun = browser.call("trunkline.account.totp.start", json!({})).await;
        let shown = begun.result()["secret"].as_str().unwrap().to_owned();
        let secret = world.text("SELECT secret FROM second_factors").await;
        let code = server::totp::code_at(&secret, world.server.app.clock.now_ms()).unwrap();
        browser.call("trunkline.account.totp.confirm", json!({"secret": shown, "code": code})).await.result();
        browser.call("trunkline.account.totp.recovery", password.clone()).await.result();
        browser.call("trunkline.account.totp.disable", password).await.result();
        let other = Browser::of(&world, 1).await;
        // The second time nothing is left to do.
        for _ in 0..2 {
            browser.call("trunkline.account.session.end_others", json!({})).await.result();
            browser.call("trunkline.account.totp.disable", json!({"password": "battery staple"})).await.result();
            browser.call("trunkline.employee.totp_reset", json!({"id": 1})).await.result();
        }
        drop(other);
        browser.call("trunkline.account.totp.disable", json!({"password": "guess"})).await;
        let found = acts(&browser, before).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(found, @r#"
        [
          "1 trunkline.account.password  {} 127.0.0.1",
          "1 trunkline.account.totp.start  {} 127.0.0.1",
          "1 trunkline.account.totp.confirm  {} 127.0.0.1",
          "1 trunkline.account.totp.recovery  {} 127.0.0.1",
          "1 trunkline.account.totp.disable  {} 127.0.0.1",
          "1 trunkline.account.session.end_others  {} 127.0.0.1",
          "null session.refused 1 {\"wrong\":\"password\"} 127.0.0.1"
        ]
        "#); }
        let told = world.texts("SELECT details FROM audit").await.join(" ");
        for secret in [PASSWORD, "battery staple", "guess", &secret, &shown, &code] {
            assert!(!told.contains(secret), "{told}");
        }
        world.end().await;
    });
}

#[test]
fn administrative_acts_are_recorded_with_the_change_and_only_with_it() {
    on_both(|world| async move {
        let browser = Browser::of(&world, 1).await;
        let before = last(&world).await;
        for (method, parameters) in [
            ("imopenlines.config.add", json!({"PARAMS": {"LINE_NAME": "Sales"}})),
            ("imopenlines.config.update", json!({"CONFIG_ID": 2, "PARAMS": {"LINE_NAME": "Shop", "QUEUE": [1]}})),
            ("imopenlines.config.delete", json!({"CONFIG_ID": 2})),
            ("imopenlines.config.delete", json!({"CONFIG_ID": 2})),
            ("user.add", json!({"EMAIL": "boris@example.com", "UF_DEPARTMENT": [1]})),
            ("user.add", json!({"EMAIL": "boris@example.com", "UF_DEPARTMENT": [1]})),
            ("user.update", json!({"ID": 2, "ACTIVE": "N"})),
            ("department.add", json!({"NAME": "Sales", "PARENT": 1})),
            ("department.update", json!({"ID": 2, "SORT": 7})),
            ("department.delete", json!({"ID": 2})),
            ("department.delete", json!({"ID": 2})),
            ("imopenlines.config.list.get", json!({})),
        ] {
            browser.call(method, parameters).await;
        }
        for (method, parameters) in [
            (
                "imconnector.register",
                json!({"ID": "shop", "NAME": "Shop", "ICON": {"DATA_IMAGE": "data:"}, "PLACEMENT_HANDLER": "https://shop.example/"}),
            ),
            ("imconnector.activate", json!({"CONNECTOR": "shop", "LINE": 1, "ACTIVE": 1})),
            ("imconnector.activate", json!({"CONNECTOR": "shop", "LINE": 99, "ACTIVE": 1})),
            (
                "imconnector.connector.data.set",
                json!({"CONNECTOR": CONNECTOR, "LINE": 1, "DATA": {"id": "x", "url": "https://x.example", "name": "X"}}),
            ),
            ("imconnector.unregister", json!({"ID": "shop"})),
            ("imconnector.unregister", json!({"ID": "shop"})),
        ] {
            world.call(method, parameters).await;
        }
        let found = acts(&browser, before).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(found, @r#"
        [
          "1 imopenlines.config.add 2 {\"PARAMS\":{\"LINE_NAME\":\"Sales\"}} 127.0.0.1",
          "1 imopenlines.config.update 2 {\"CONFIG_ID\":2,\"PARAMS\":{\"LINE_NAME\":\"Shop\",\"QUEUE\":[1]}} 127.0.0.1",
          "1 imopenlines.config.delete 2 {\"CONFIG_ID\":2} 127.0.0.1",
          "1 user.add 2 {\"EMAIL\":\"boris@example.com\",\"UF_DEPARTMENT\":[1]} 127.0.0.1",
          "1 user.update 2 {\"ID\":2,\"ACTIVE\":\"N\"} 127.0.0.1",
          "1 department.add 2 {\"NAME\":\"Sales\",\"PARENT\":1} 127.0.0.1",
          "1 department.update 2 {\"ID\":2,\"SORT\":7} 127.0.0.1",
          "1 department.delete 2 {\"ID\":2} 127.0.0.1",
          "1 imconnector.register shop {\"ID\":\"shop\",\"NAME\":\"Shop\",\"ICON\":{\"DATA_IMAGE\":\"data:\"},\"PLACEMENT_HANDLER\":\"https://shop.example/\"} 127.0.0.1",
          "1 imconnector.activate shop {\"CONNECTOR\":\"shop\",\"LINE\":1,\"ACTIVE\":1} 127.0.0.1",
          "1 imconnector.connector.data.set myconnector {\"CONNECTOR\":\"myconnector\",\"LINE\":1,\"DATA\":{\"id\":\"x\",\"url\":\"https://x.example\",\"name\":\"X\"}} 127.0.0.1",
          "1 imconnector.unregister shop {\"ID\":\"shop\"} 127.0.0.1"
        ]
        "#); }
        world.end().await;
    });
}

#[test]
fn the_log_is_read_in_pages_and_filtered() {
    on_both(|world| async move {
        let browser = Browser::of(&world, 1).await;
        for number in 0..5 {
            world.advance(1000);
            browser.call("department.add", json!({"NAME": format!("D{number}"), "PARENT": 1})).await.result();
        }
        let list = async |parameters: Value| browser.call("trunkline.audit.list", parameters).await;
        let first = list(json!({"limit": 2, "action": "department.add"})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(first.result(), @r#"
        {
          "entries": [
            {
              "id": 8,
              "at_ms": 1749990405000,
              "user_id": 1,
              "application_id": null,
              "action": "department.add",
              "subject": "6",
              "subject_id": 6,
              "detail": {
                "NAME": "D4",
                "PARENT": 1
              },
              "address": "127.0.0.1"
            },
            {
              "id": 7,
              "at_ms": 1749990404000,
              "user_id": 1,
              "application_id": null,
              "action": "department.add",
              "subject": "5",
              "subject_id": 5,
              "detail": {
                "NAME": "D3",
                "PARENT": 1
              },
              "address": "127.0.0.1"
            }
          ],
          "next": "7",
          "actions": [
            "command.application.add",
            "command.application.token",
            "command.webhook.add",
            "department.add"
          ]
        }
        "#); }
        let subjects = async |parameters: Value| -> (Vec<String>, Value) {
            let page = list(parameters).await;
            let rows = page.result()["entries"].as_array().unwrap().iter();
            (rows.map(|row| row["subject"].as_str().unwrap().to_owned()).collect(), page.result()["next"].clone())
        };
        let (rest, next) =
            subjects(json!({"action": "department", "cursor": first.result()["next"], "limit": 3})).await;
        let second = list(json!({"action": "department", "cursor": first.result()["next"]})).await;
        assert_eq!(second.result()["actions"], json!([]), "the first page has said it");
        assert_eq!(
            (rest, next),
            (vec!["4".to_owned(), "3".to_owned(), "2".to_owned()], Value::Null),
            "exactly a page is left"
        );
        let start_ms = crate::support::START_MS;
        for (filter, found) in [
            (json!({"action": "depart"}), vec![]),
            (json!({"action": "department.add", "user_id": 1, "subject": "3"}), vec!["3"]),
            (json!({"action": "department", "user_id": 2}), vec![]),
            (json!({"from_ms": start_ms + 2000, "to_ms": start_ms + 4000, "user_id": 1}), vec!["4", "3"]),
            (json!({"action": "%"}), vec![]),
        ] {
            assert_eq!(subjects(filter.clone()).await.0, found, "{filter}");
        }
        let (boris_id, _) = world.add_employee("Boris").await;
        let boris = Browser::of(&world, boris_id).await;
        let refused = boris.call("trunkline.audit.list", json!({})).await;
        assert_eq!(refused.brief(), "403 ACCESS_DENIED: Only administrators may do this");
        let scope = "401 insufficient_scope: The request requires higher privileges than provided by the access token";
        assert_eq!(world.call("trunkline.audit.list", json!({})).await.brief(), scope);
        world.end().await;
    });
}

#[test]
fn what_applications_bind_and_set_is_recorded_without_values() {
    on_both(|world| async move {
        let browser = Browser::of(&world, 1).await;
        let token = world.narrow_application(&["placement", "imopenlines"]).await;
        let before = last(&world).await;
        let page = json!({"PLACEMENT": "SETTING_CONNECTOR", "HANDLER": "https://app.example/settings"});
        let handler = json!({"event": "ONAPPTEST", "handler": "https://app.example/event"});
        for (method, parameters) in [
            ("placement.bind", page.clone()),
            ("placement.bind", page.clone()),
            ("placement.unbind", page.clone()),
            ("placement.unbind", page),
            ("event.bind", handler.clone()),
            ("event.bind", handler.clone()),
            ("event.unbind", handler.clone()),
            ("event.unbind", handler),
            ("app.option.set", json!({"options": {"api_key": "top secret", "colour": null}})),
            ("user.option.set", json!({"options": {"theme": "dark"}})),
        ] {
            world.call_with(&token, method, parameters).await;
        }
        let found = acts(&browser, before).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(found, @r#"
        [
          "1 placement.bind SETTING_CONNECTOR {\"PLACEMENT\":\"SETTING_CONNECTOR\",\"HANDLER\":\"https://app.example/settings\"} 127.0.0.1",
          "1 placement.unbind SETTING_CONNECTOR {\"PLACEMENT\":\"SETTING_CONNECTOR\",\"HANDLER\":\"https://app.example/settings\"} 127.0.0.1",
          "1 event.bind ONAPPTEST {\"event\":\"ONAPPTEST\",\"handler\":\"https://app.example/event\"} 127.0.0.1",
          "1 event.unbind ONAPPTEST {\"event\":\"ONAPPTEST\",\"handler\":\"https://app.example/event\"} 127.0.0.1",
          "1 app.option.set  {\"options\":[\"api_key\",\"colour\"]} 127.0.0.1"
        ]
        "#); }
        drop(browser);
        world.end().await;
    });
}

#[test]
fn commands_are_recorded_when_they_did_something() {
    on_both(|world| async move {
        let browser = Browser::of(&world, 1).await;
        let app = &world.server.app;
        let handler = json!({"event": "ONAPPTEST", "handler": "http://127.0.0.1:9/"});
        assert_eq!(world.call("event.bind", handler.clone()).await.brief(), "200 OK");
        assert_eq!(world.call("event.test", json!({})).await.brief(), "200 OK");
        world.call("event.unbind", handler).await;
        let before = last(&world).await;
        let code = provision::line_code(app, 1).await.unwrap();
        assert_eq!(provision::line_code(app, 1).await.unwrap(), code);
        assert!(provision::line_code(app, 99).await.is_err());
        assert!(provision::replay_delivery(app, 1).await.unwrap());
        assert!(!provision::replay_delivery(app, 99).await.unwrap());
        let found = acts(&browser, before).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(found, @r#"
        [
          "null command.line.code 1 {} command line",
          "null command.delivery.replay 1 {} command line"
        ]
        "#); }
        let limits = async |limit: Value| browser.call("trunkline.audit.list", json!({"limit": limit})).await.brief();
        for limit in [0, -1, 201] {
            assert_eq!(limits(json!(limit)).await, "400 ERROR_ARGUMENT: limit is a number from 1 to 200");
        }
        assert_eq!(limits(json!(200)).await, "200 OK");
        drop(browser);
        world.end().await;
    });
}
