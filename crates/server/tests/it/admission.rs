//! What every door of browsers asks for before it does anything, and that files come in alike at all of them.

use reqwest::{Method, RequestBuilder};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::browser::Browser;
use crate::support::{World, on_both_with, read};

const DOORS: [(Method, &str); 5] = [
    (Method::GET, "/api/session"),
    (Method::DELETE, "/api/session"),
    (Method::GET, "/api/feed"),
    (Method::POST, "/api/files?chat_id=1"),
    (Method::POST, "/rest/profile"),
];

async fn brief(request: RequestBuilder) -> String {
    let response = request.send().await.unwrap();
    let again = response.headers().get("retry-after").map(|value| value.to_str().unwrap().to_owned());
    let brief = read(response).await.brief();
    again.map_or(brief.clone(), |seconds| format!("{brief} ({seconds})"))
}

fn behind_a_proxy(config: &mut server::config::Config) {
    config.server.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    config.server.require_https = true;
}

#[test]
fn without_https_nothing_is_done() {
    on_both_with(behind_a_proxy, |world| async move {
        let browser = Browser::of(&world, 1).await;
        let others = [
            (Method::POST, "/api/session"),
            (Method::POST, "/api/invitation"),
            (Method::POST, "/rest/upload.json?token=x"),
            (Method::POST, "/oauth/token/"),
        ];
        for (verb, path) in DOORS.into_iter().chain(others) {
            let request = browser.request(verb.clone(), path).header("x-forwarded-proto", "http");
            assert_eq!(brief(request).await, "400 INVALID_REQUEST: Https required", "{verb} {path}");
        }
        let request = browser.request(Method::GET, "/api/session").header("x-forwarded-proto", "https");
        assert_eq!(brief(request).await, "200 OK");
        drop(browser);
        world.end().await;
    });
}

const LIMITED: &str = "503 QUERY_LIMIT_EXCEEDED: Too many requests (1)";

#[test]
fn a_browser_has_one_limit_at_all_doors() {
    on_both_with(
        |_| (),
        |world| async move {
            let browser = Browser::of(&world, 1).await;
            let app = &world.server.app;
            let id = world.count("SELECT id FROM browser_sessions").await;
            let now = app.clock.now_ms();
            assert_eq!((0..300).filter(|_| app.browser_calls.allow(id, now)).count(), 200);
            for (verb, path) in DOORS {
                assert_eq!(brief(browser.request(verb.clone(), path)).await, LIMITED, "{verb} {path}");
            }
            world.advance(1000);
            assert_eq!(brief(browser.request(Method::GET, "/api/session")).await, "200 OK");
            drop(browser);
            world.end().await;
        },
    );
}

#[test]
fn guessing_counts_for_the_address() {
    on_both_with(
        |config| {
            config.rate.enabled = true;
            config.rate.burst = 1.0;
        },
        |world| async move {
            let mut browser = Browser::new(&world);
            browser.cookie = format!("trunkline_session={}", "0".repeat(64));
            browser.csrf = server::http::session::csrf_token(&"0".repeat(64));
            for (verb, path) in DOORS {
                world.advance(60_000);
                for _ in 0..2 {
                    let refused = brief(browser.request(verb.clone(), path)).await;
                    assert_eq!(refused, "401 NO_SESSION: There is no such session any more: sign in", "{path}");
                }
                assert_eq!(brief(browser.request(verb.clone(), path)).await, LIMITED, "{verb} {path}");
            }
            world.advance(60_000);
            let guess = || brief(browser.request(Method::POST, "/rest/upload.json?token=x"));
            for _ in 0..2 {
                assert_eq!(guess().await, "400 ERROR_ARGUMENT: Invalid value of parameter {Parameter #0}");
            }
            assert_eq!(guess().await, LIMITED);
            drop(browser);
            world.end().await;
        },
    );
}

#[test]
fn no_other_page_may_read_what_browsers_ask_for() {
    on_both_with(
        |_| (),
        |world| async move {
            for (verb, path) in DOORS {
                let response = Browser::new(&world).request(verb, path).send().await.unwrap();
                let open = response.headers().contains_key("access-control-allow-origin");
                assert_eq!(open, path.starts_with("/rest"), "{path}");
            }
            let wrong = Browser::new(&world).request(Method::PUT, "/api/files");
            assert_eq!(brief(wrong).await, "405 INVALID_REQUEST: Method not allowed");
            world.end().await;
        },
    );
}

fn form(world: &World, url: &str, bytes: usize) -> RequestBuilder {
    let part = "content-disposition: form-data; name=\"file\"; filename=\"b.txt\"";
    let body = format!("--b\r\n{part}\r\n\r\n{}\r\n--b--\r\n", "x".repeat(bytes));
    world.http.post(url).header("content-type", "multipart/form-data; boundary=b").body(body)
}

#[test]
fn files_bytes_max() {
    on_both_with(
        |config| config.files.bytes_max = 100,
        |world| async move {
            use base64::Engine as _;
            world.send(json!([World::message("m1", "hello")])).await;
            let browser = Browser::of(&world, 1).await;
            let token = world.narrow_application(&["disk", "im"]).await;
            let storage = world.call_with(&token, "disk.storage.getforapp", json!({})).await.result()["ID"].clone();
            let offer = world.call_with(&token, "disk.folder.uploadfile", json!({"id": storage})).await;
            let url = offer.result()["uploadUrl"].as_str().unwrap().to_owned();
            let mut briefs = Vec::new();
            for bytes in [100, 101] {
                let content = base64::prelude::BASE64_STANDARD.encode("x".repeat(bytes));
                let given =
                    json!({"id": storage, "data": {"NAME": "x"}, "fileContent": content, "generateUniqueName": true});
                briefs.push(world.call_with(&token, "disk.folder.uploadfile", given).await.brief());
                let given = json!({"dialogId": "chat1", "fields": {"name": "x", "content": content}});
                briefs.push(world.call_with(&token, "im.v2.File.upload", given).await.brief());
                briefs.push(brief(form(&world, &url, bytes)).await);
                let raw = browser.request(Method::POST, "/api/files?chat_id=1&name=x").body("x".repeat(bytes));
                briefs.push(brief(raw).await);
                let own = form(&world, &format!("{}/api/files?chat_id=1", world.base), bytes);
                let own = own.header("cookie", &browser.cookie).header("x-trunkline-csrf", &browser.csrf);
                briefs.push(brief(own).await);
            }
            insta::allow_duplicates! { insta::assert_json_snapshot!(briefs, @r#"
            [
              "200 OK",
              "200 OK",
              "200 OK",
              "200 OK",
              "200 OK",
              "400 ERROR_COULD_NOT_SAVE_FILE: A file may have 100 bytes: it was not saved",
              "400 ERROR_ARGUMENT: A file may have 100 bytes: it was not saved",
              "400 ERROR_COULD_NOT_SAVE_FILE: A file may have 100 bytes: it was not saved",
              "413 FILE_TOO_LARGE: A file may have 100 bytes: it was not saved",
              "413 FILE_TOO_LARGE: A file may have 100 bytes: it was not saved"
            ]
            "#); }
            assert_eq!(world.count("SELECT count(*) FROM files").await, 5, "nothing of what was too large");
            drop(browser);
            world.end().await;
        },
    );
}

#[test]
fn a_file_that_stops_coming_is_given_up() {
    on_both_with(
        |_| (),
        |world| async move {
            world.send(json!([World::message("m1", "hello")])).await;
            let world = world.restart_with(|config| config.server.request_timeout_s = 0).await;
            let browser = Browser::of(&world, 1).await;
            let sent = "--x\r\ncontent-disposition: form-data; name=\"f\"; filename=\"f\"\r\n\r\nxy";
            for (kind, sent, expected) in [
                ("text/plain", "", "The file did not arrive whole: send it again"),
                ("text/plain", "xy", "The file did not arrive whole: send it again"),
                ("multipart/form-data; boundary=x", "", "Invalid multipart body"),
                ("multipart/form-data; boundary=x", sent, "The file did not arrive whole: send it again"),
            ] {
                let mut stream = tokio::net::TcpStream::connect(world.server.listening).await.unwrap();
                let head = format!(
                    "POST /api/files?chat_id=1 HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 1000\r\n\
                     content-type: {kind}\r\ncookie: {}\r\nx-trunkline-csrf: {}\r\n\r\n{sent}",
                    browser.cookie, browser.csrf
                );
                stream.write_all(head.as_bytes()).await.unwrap();
                let mut answer = String::new();
                stream.read_to_string(&mut answer).await.unwrap();
                assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
                assert!(answer.contains(expected), "{answer}");
            }
            assert_eq!(world.count("SELECT count(*) FROM files").await, 0);
            drop(browser);
            world.end().await;
        },
    );
}
