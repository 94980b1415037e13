//! Whatever comes in: never a 500, always JSON with `error` or `result`.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use reqwest::Method;
use serde_json::{Map, Value, json};
use server::provision::{self, SecondFactor};
use server::rest::Callers;

use crate::browser::Browser;
use crate::support::{Reply, World, on_both, read};

fn check(reply: &Reply, what: &dyn std::fmt::Debug) {
    let body = reply.body.as_object().unwrap_or_else(|| panic!("{what:?}: {}", reply.body));
    assert!(reply.status < 500, "{what:?}: {} {}", reply.status, reply.body);
    assert!(body.contains_key("error") != body.contains_key("result"), "{what:?}: {}", reply.body);
}

fn nasty() -> Vec<Value> {
    vec![
        json!(null),
        json!(""),
        json!([]),
        json!({}),
        json!([[[]]]),
        json!({"a": {"b": ["c", null]}}),
        json!(-1),
        json!(0),
        json!(i64::MIN),
        json!(i64::MAX),
        json!(u64::MAX),
        json!(1e308),
        json!(true),
        json!("x".repeat(10_000)),
        json!("a\u{0}b"),
        json!("\u{202e}\u{200f}abc\u{feff}"),
        json!("' OR 1=1; --"),
        json!("9".repeat(400)),
    ]
}

/// Names of a method's parameters, with those that hide inside free shapes.
fn names(schema: &Value) -> Vec<String> {
    let known = schema["properties"].as_object().map(|map| map.keys().cloned().collect::<Vec<_>>()).unwrap_or_default();
    let common = ["ID", "LINE", "CONNECTOR", "CHAT_ID", "USER_CODE", "DIALOG_ID", "FILTER", "start", "auth_connector"];
    known.into_iter().chain(common.iter().map(|name| (*name).to_owned())).collect()
}

#[test]
fn wrong_types_for_every_method() {
    on_both(|world| async move {
        let scopes: Vec<&str> =
            world.server.app.methods.all().iter().flat_map(|method| method.scopes).copied().collect();
        let token = world.narrow_application(&scopes).await;
        for method in world.server.app.methods.all() {
            let names =
                names(&serde_json::to_value((method.parameters)(&mut schemars::SchemaGenerator::default())).unwrap());
            let browser = Browser::of(&world, world.operator_id).await;
            for value in nasty() {
                let parameters: Map<String, Value> = names.iter().map(|name| (name.clone(), value.clone())).collect();
                let parameters = Value::Object(parameters);
                let reply = match method.callers {
                    Callers::Browsers => browser.call(method.name, parameters).await,
                    _ => world.call_with(&token, method.name, parameters).await,
                };
                check(&reply, &(method.name, value.to_string().chars().take(60).collect::<String>()));
            }
        }
        world.end().await;
    });
}

#[test]
fn bodies_that_are_nothing() {
    on_both(|world| async move {
        let types =
            ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "x/y", ""];
        let deep = "[".repeat(100_000);
        let nested = format!("{{\"a\":{}1{}}}", "{\"b\":".repeat(5_000), "}".repeat(5_000));
        let brackets = format!("a{}=1", "[x]".repeat(20_000));
        let bodies: Vec<Vec<u8>> = vec![
            vec![],
            b"{".to_vec(),
            b"{}".to_vec(),
            b"null".to_vec(),
            b"[1]".to_vec(),
            b"{\"a\":\"\\ud800\"}".to_vec(),
            b"\xff\xfe\x00\x80".to_vec(),
            b"a=%ff%00&%=%&[]=1&a[=2".to_vec(),
            b"--b\r\n\r\n--b\r\ncontent-disposition: form-data; name=\"x\"\r\n\r\n\xff\r\n--b--".to_vec(),
            deep.into_bytes(),
            nested.into_bytes(),
            brackets.into_bytes(),
            vec![b'a'; 10 * 1024 * 1024],
        ];
        for content_type in types {
            for body in &bodies {
                for method in ["profile", "batch", "imconnector.send.messages"] {
                    let url = format!("{}/rest/{method}?auth={}", world.base, world.tokens.access_token);
                    let request = world.http.post(url).header("content-type", content_type).body(body.clone());
                    let start = String::from_utf8_lossy(&body[..body.len().min(30)]).into_owned();
                    check(&read(request.send().await.unwrap()).await, &(content_type, start, method));
                }
            }
        }
        let url = format!("{}/profile", world.webhook);
        let broken = world.http.post(url).header("content-type", "application/json").body("{\"a\":");
        assert_eq!(read(broken.send().await.unwrap()).await.brief(), "400 INVALID_REQUEST: Invalid JSON");
        world.end().await;
    });
}

/// No database keeps it, so it must not get there from an address or a body that is not a call's.
#[test]
fn the_character_nul_at_every_door() {
    on_both(|world| async move {
        let browser = Browser::of(&world, 1).await;
        for (path, status) in [
            ("/files/%00/x", 404),
            ("/files/abc%00/preview", 404),
            ("/files/abc/%00", 404),
            ("/%00", 404),
            ("/rest/%00", 404),
            ("/rest/1/%00/profile", 401),
            ("/rest/profile?auth=%00", 401),
            ("/rest/upload.json?token=%00", 400),
            ("/oauth/authorize/?client_id=%00", 404),
            ("/oauth/token/?grant_type=refresh_token&client_id=%00&client_secret=%00&refresh_token=%00", 200),
            ("/api/feed?after=%00", 400),
        ] {
            let response = browser.request(Method::GET, path).header("accept", "*/*").send().await.unwrap();
            assert_eq!(response.status(), status, "{path}: {}", response.text().await.unwrap());
        }
        let (boris_id, _) = world.add_employee("Boris").await;
        let link = provision::invite(&world.server.app, boris_id, SecondFactor::Kept).await.unwrap();
        let token = link.rsplit('/').next().unwrap();
        let accept = json!({"token": token, "password": "correct horse", "email": "b\0oris@example.com", "code": "\0"});
        let unknown = json!({"token": "\0", "password": "correct horse", "email": "\0", "code": "\0"});
        let sign_in = json!({"email": "\0@\0.\0", "password": "\0", "code": "\0"});
        for (path, body, code) in [
            ("/api/invitation", accept, "EMAIL_REQUIRED"),
            ("/api/invitation", unknown, "INVITATION_GONE"),
            ("/api/session", sign_in, "WRONG_CREDENTIALS"),
        ] {
            assert_eq!(world.post(path, body).await.body["error"], code, "{path}");
        }
        drop(browser);
        world.end().await;
    });
}

#[test]
fn a_batch_of_a_hundred_thousand_commands() {
    on_both(|world| async move {
        let reply = world.hook("batch", json!({"cmd": vec!["server.time"; 99_000]})).await;
        assert_eq!(reply.result()["result"].as_array().unwrap().len(), 50);
        let reply = world.hook("batch", json!({"cmd": vec!["server.time"; 100_001]})).await;
        assert_eq!(reply.brief(), "400 INVALID_REQUEST: More than 100000 parameter values");
        world.end().await;
    });
}

#[test]
fn any_query_and_any_json() {
    on_both(|world| async move {
        let leaf = prop_oneof![Just(json!(null)), any::<i64>().prop_map(Value::from), ".{0,20}".prop_map(Value::from)];
        let tree = leaf.prop_recursive(3, 12, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec(("[A-Za-z_0-9>!%]{0,8}", inner), 0..4)
                    .prop_map(|entries| Value::Object(entries.into_iter().collect())),
            ]
        });
        let count = world.server.app.methods.all().len();
        let strategy =
            (0..count, "[a-zA-Z0-9%&=\\[\\].+]{0,40}", prop::collection::vec(("[A-Za-z_]{1,12}", tree), 0..5));
        let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(64) });
        runner
            .run(&strategy, |(index, query, entries)| {
                let method = world.server.app.methods.all()[index].name;
                let body = Value::Object(entries.into_iter().collect());
                let url = format!("{}/{method}?{query}", world.webhook);
                let reply = tokio::task::block_in_place(|| {
                    tokio::runtime::Handle::current().block_on(post(&world, &url, &body))
                });
                check(&reply, &(method, query, body));
                Ok(())
            })
            .unwrap();
        world.end().await;
    });
}

async fn post(world: &World, url: &str, body: &Value) -> Reply {
    read(world.http.post(url).json(body).send().await.unwrap()).await
}
