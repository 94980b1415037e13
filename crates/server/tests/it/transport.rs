//! From bytes to the envelope: addresses, encodings, authorisation, batch, limits.

use serde_json::{Value, json};
use server::provision;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::{on_both, on_both_with, read};

#[test]
fn every_form_of_the_address() {
    on_both(|world| async move {
        let token = &world.tokens.access_token;
        for path in ["profile", "/profile", "profile.json", "Profile/", "PROFILE.JSON", "pro%66ile", "/profile/"] {
            for (url, query) in [(format!("{}/rest/{path}", world.base), format!("?auth={token}&")), {
                (format!("{}/{path}", world.webhook), "?bx24_request_id=1".to_owned())
            }] {
                let reply = read(world.http.get(format!("{url}{query}")).send().await.unwrap()).await;
                assert_eq!(reply.brief(), "200 OK", "{url}");
                assert_eq!(reply.body["time"].as_object().unwrap().len(), 8, "{url}");
            }
        }
        let xml = world.http.get(format!("{}/user.admin.xml", world.webhook)).send().await.unwrap();
        assert_eq!(xml.headers()["content-type"], "text/xml; charset=utf-8");
        let xml = xml.text().await.unwrap();
        assert!(xml.contains("<response><result>1</result><time><start>"), "{xml}");
        let xml = world.http.get(format!("{}/nope.xml", world.webhook)).send().await.unwrap().text().await.unwrap();
        assert!(xml.contains("<error>ERROR_METHOD_NOT_FOUND</error>"), "{xml}");
        let v3 = read(world.http.get(format!("{}/rest/api/main.x", world.base)).send().await.unwrap()).await;
        assert_eq!((v3.status, v3.body["error"]["code"].is_string()), (404, true));
        let outside = read(world.http.get(format!("{}/else", world.base)).send().await.unwrap()).await;
        assert_eq!(outside.brief(), "404 ERROR_METHOD_NOT_FOUND: Method not found!");
        world.end().await;
    });
}

#[test]
fn methods_that_never_existed_are_not_found() {
    on_both(|world| async move {
        for method in [
            "imconnector.connector.data.get",
            "imconnector.connector.activate",
            "imconnector.send.status.undelivered",
            "imconnector.set.error",
            "imopenlines.config.list",
            "imopenlines.session.list",
            "imopenlines.session.get",
            "imopenlines.session.finish",
            "imopenlines.session.transfer",
            "imopenlines.message.add",
            "imopenlines.message.send",
            "imopenlines.dialog.list",
            "imopenlines.chat.list",
            "imopenlines.bot.message.add",
            "profile.html",
        ] {
            let brief = "404 ERROR_METHOD_NOT_FOUND: Method not found!";
            assert_eq!(world.call(method, json!({})).await.brief(), brief, "{method}");
            assert_eq!(world.hook(method, json!({})).await.brief(), brief, "{method}");
        }
        world.end().await;
    });
}

#[test]
fn the_sender_addresses_are_not_known() {
    on_both(|world| async move {
        let answer = world.http.get(format!("{}/webhook/nodes.json", world.base)).send().await.unwrap();
        assert_eq!((answer.status().as_u16(), answer.text().await.unwrap().as_str()), (200, r#"{"nodes":[]}"#));
        world.end().await;
    });
}

#[test]
fn verbs_and_headers() {
    on_both(|world| async move {
        let url = format!("{}/user.admin", world.webhook);
        for verb in ["PUT", "PATCH", "DELETE"] {
            let request = world.http.request(verb.parse().unwrap(), &url);
            assert_eq!(read(request.send().await.unwrap()).await.brief(), "405 INVALID_REQUEST: Method not allowed");
        }
        let head = world.http.head(&url).send().await.unwrap();
        assert_eq!((head.status().as_u16(), head.text().await.unwrap().len()), (200, 0));
        for (verb, path, status) in
            [("OPTIONS", "/rest/profile", 204), ("OPTIONS", "/oauth/token/", 204), ("GET", "/rest/profile", 401)]
        {
            let request = world.http.request(verb.parse().unwrap(), format!("{}{path}", world.base));
            let response = request.header("x-request-id", "r-1").send().await.unwrap();
            assert_eq!(response.status(), status);
            assert_eq!(response.headers()["access-control-allow-origin"], "*");
            assert_eq!(response.headers()["access-control-allow-methods"], "GET, POST, OPTIONS");
            assert_eq!(response.headers().get("x-request-id").is_some(), verb == "GET", "echoed by calls");
        }
        world.end().await;
    });
}

#[test]
fn four_encodings_say_the_same() {
    on_both(|world| async move {
        let url = format!("{}/rest/user.get?select%5B%5D=NAME&ID=9", world.base);
        let token = &world.tokens.access_token;
        let form = format!("auth={token}&ID=1&select[]=ID&select[]=NAME&");
        let multipart = format!(
            "--b\r\ncontent-disposition: form-data; name=\"auth\"\r\n\r\n{token}\r\n--b\r\ncontent-disposition: form-data; \
             name=\"ID\"\r\n\r\n1\r\n--b\r\ncontent-disposition: form-data; name=\"select[0]\"\r\n\r\nID\r\n--b\r\n\
             content-disposition: form-data; name=\"select[1]\"\r\n\r\nNAME\r\n--b--\r\n"
        );
        let body = json!({"auth": token, "id": 1, "select": ["ID", "NAME"]}).to_string();
        for (content_type, body) in [
            ("application/x-www-form-urlencoded", form.clone()),
            ("multipart/form-data; boundary=b", multipart),
            ("application/json; charset=utf-8", body.clone()),
            ("", body),
            ("text/plain", form),
        ] {
            let mut request = world.http.post(&url).body(body);
            if !content_type.is_empty() {
                request = request.header("content-type", content_type);
            }
            let reply = read(request.send().await.unwrap()).await;
            assert_eq!(reply.body["result"], json!([{"ID": "1", "NAME": "Anna"}]), "{content_type} {}", reply.body);
        }
        world.end().await;
    });
}

#[test]
fn who_calls() {
    on_both(|world| async move {
        let token = world.tokens.access_token.clone();
        let get = async |path: &str, bearer: Option<&str>| {
            let mut request = world.http.get(format!("{}{path}", world.base));
            if let Some(bearer) = bearer {
                request = request.header("authorization", format!("Bearer {bearer}"));
            }
            read(request.send().await.unwrap()).await.brief()
        };
        let hook = world.webhook.replace(&world.base, "");
        let invalid = "401 invalid_token: Unable to get application by token";
        let credentials = "401 INVALID_CREDENTIALS: Invalid request credentials";
        let nothing = "401 NO_AUTH_FOUND: Wrong authorization data";
        for (path, bearer, brief) in [
            ("/rest/profile".to_owned(), None, nothing),
            ("/rest/profile?auth=".to_owned(), None, nothing),
            ("/rest/profile?auth=x%00y".to_owned(), None, invalid),
            (format!("/rest/profile?auth={}", "z".repeat(5000)), None, invalid),
            ("/rest/profile".to_owned(), Some(token.as_str()), "200 OK"),
            ("/rest/profile?auth=wrong".to_owned(), Some(token.as_str()), invalid),
            (format!("{hook}/profile?auth=wrong"), None, "200 OK"),
            ("/rest/1/wrong/profile".to_owned(), None, credentials),
            ("/rest/99/wrong/profile".to_owned(), None, credentials),
            ("/rest/99999999999999999999999/x/profile".to_owned(), None, credentials),
            (format!("/rest/profile?auth={}", world.tokens.refresh_token), None, invalid),
            (format!("/rest/nope?auth={}", "x"), None, invalid),
        ] {
            assert_eq!(get(&path, bearer).await, brief, "{path}");
        }
        world.execute("UPDATE webhooks SET expires_ms = 1").await;
        assert_eq!(world.hook("profile", json!({})).await.brief(), credentials, "expired");
        world.execute("UPDATE webhooks SET expires_ms = NULL").await;
        world.execute("UPDATE users SET active = 0 WHERE id = 1").await;
        assert_eq!(world.hook("profile", json!({})).await.brief(), credentials, "dismissed");
        let reply = world.call("profile", json!({})).await;
        assert_eq!(reply.brief(), "401 authorization_error: Unable to authorize user");
        world.execute("UPDATE users SET active = 1 WHERE id = 1").await;
        world.server.app.clock.advance(3_600_000);
        let expired = "401 expired_token: The access token provided has expired";
        assert_eq!(world.call("profile", json!({})).await.brief(), expired);
        let pair = provision::issue_tokens(&world.server.app, 1, 1).await.unwrap();
        world.execute("DELETE FROM applications WHERE id = 1").await;
        let gone = world.call_with(&pair.access_token, "profile", json!({})).await;
        assert_eq!(gone.brief(), "401 APPLICATION_NOT_FOUND: Application not found");
        world.end().await;
    });
}

#[test]
fn batches() {
    on_both(|world| async move {
        let batch = async |parameters: Value| world.hook("batch", parameters).await.result().clone();
        let commands = json!({"me": "user.current", "same": "/User.Get.json?ID=$result[me][ID]&auth=x", "nope": "no.such",
            "nested": "batch?cmd[]=profile", "app": "event.get"});
        let all = batch(json!({"cmd": commands, "halt": 0})).await;
        assert_eq!(all["result"]["same"][0]["ID"], "1");
        assert_eq!(all["result_total"], json!({"same": 1}));
        assert_eq!(all["result_next"], json!([]));
        let codes: Vec<&Value> = all["result_error"].as_object().unwrap().values().map(|body| &body["error"]).collect();
        assert_eq!(codes, ["ERROR_METHOD_NOT_FOUND", "ERROR_BATCH_METHOD_NOT_ALLOWED", "WRONG_AUTH_TYPE"]);
        for time in all["result_time"].as_object().unwrap().values() {
            assert_eq!(time.as_object().unwrap().len(), 8);
        }
        let halted = batch(json!({"cmd": ["user.admin", "no.such", "user.admin"], "halt": "1"})).await;
        assert_eq!((&halted["result"], &halted["result_error"].is_object()), (&json!([true]), &true));
        let holes = batch(json!({"cmd": ["user.admin", "no.such", "user.admin"]})).await;
        assert_eq!(holes["result"], json!({"0": true, "2": true}));
        let null = batch(json!({"cmd": "{\"a\": \"user.admin\"}", "halt": true})).await;
        assert_eq!(null["result"], json!({"a": true}));
        let empty = json!({"result": [], "result_error": [], "result_total": [], "result_next": [], "result_time": []});
        for parameters in [json!({}), json!({"cmd": 7}), json!({"cmd": []}), json!({"cmd": "x"})] {
            assert_eq!(batch(parameters).await, empty);
        }
        let many = batch(json!({"cmd": vec!["user.admin"; 52]})).await;
        assert_eq!(many["result"].as_array().unwrap().len(), 50);
        assert_eq!(many["result_error"]["51"]["error"], "ERROR_BATCH_LENGTH_EXCEEDED");
        let form = world
            .http
            .post(format!("{}/batch", world.webhook))
            .header("content-type", "application/x-www-form-urlencoded");
        let form = form.body("cmd[a]=user.get%3FID%3D1%26select%255B%255D%3DID").send().await.unwrap();
        assert_eq!(read(form).await.result()["result"]["a"], json!([{"ID": "1"}]));
        world.end().await;
    });
}

#[test]
fn requests_are_counted_per_address() {
    on_both_with(
        |config| {
            config.rate.enabled = true;
            config.rate.burst = 2.0;
            config.server.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
            config.server.require_https = true;
        },
        |world| async move {
            let call = async |from: &str, proto: &str| {
                let request = world.http.get(format!("{}/server.time", world.webhook));
                let request = request.header("x-forwarded-for", from).header("x-forwarded-proto", proto);
                let response = request.send().await.unwrap();
                let again = response.headers().get("retry-after").is_some();
                (read(response).await.brief(), again)
            };
            let lines = async |from: [&str; 2], proto: [&str; 2]| {
                let mut request = world.http.get(format!("{}/server.time", world.webhook));
                for (from, proto) in from.iter().zip(proto) {
                    request = request.header("x-forwarded-for", *from).header("x-forwarded-proto", proto);
                }
                read(request.send().await.unwrap()).await.brief()
            };
            for _ in 0..3 {
                assert_eq!(call("6.6.6.6, 10.1.1.1", "https").await.0, "200 OK");
            }
            let limited = ("503 QUERY_LIMIT_EXCEEDED: Too many requests".to_owned(), true);
            assert_eq!(
                call("7.7.7.7, 10.1.1.1, 127.0.0.9", "https").await,
                limited,
                "what the client adds is not believed"
            );
            assert_eq!(call("7.7.7.7, 10.1.1.1:443", "https").await, limited, "some proxies write the port");
            assert_eq!(lines(["7.7.7.7", "10.1.1.1"], ["https", "https"]).await, limited.0, "or add a line");
            assert_eq!(lines(["7.7.7.7", "10.1.1.9"], ["https", "http"]).await, "400 INVALID_REQUEST: Https required");
            for last in ["1", "2", "3:4:5:6"] {
                assert_eq!(call(&format!("2001:db8::{last}"), "https").await.0, "200 OK");
            }
            assert_eq!(call("2001:db8::7", "https").await, limited, "all of a network's addresses are one");
            assert_eq!(call("10.1.1.2", "https").await.0, "200 OK");
            assert_eq!(call("10.1.1.3", "http").await.0, "400 INVALID_REQUEST: Https required");
            world.server.app.clock.advance(500);
            assert_eq!(call("10.1.1.1", "https").await.0, "200 OK");
            world.end().await;
        },
    );
}

#[test]
fn a_large_body_is_refused() {
    on_both_with(
        |config| config.server.body_bytes_max = 1000,
        |world| async move {
            let reply = world.hook("profile", json!({"x": "y".repeat(1000)})).await;
            let text = "The body could not be read or is larger than 1000 bytes: send less at once";
            assert_eq!(reply.brief(), format!("413 INVALID_REQUEST: {text}"));
            world.end().await;
        },
    );
}

#[test]
fn a_call_that_takes_too_long_is_given_up() {
    on_both_with(
        |config| config.server.request_timeout_s = 0,
        |world| async move {
            // The body that is announced never comes.
            let mut stream = tokio::net::TcpStream::connect(world.server.listening).await.unwrap();
            let head = "POST /rest/1/x/profile HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 10\r\n\r\n";
            stream.write_all(head.as_bytes()).await.unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.unwrap();
            assert!(answer.starts_with("HTTP/1.1 500 ") && answer.contains("INTERNAL_SERVER_ERROR"), "{answer}");
            world.end().await;
        },
    );
}
