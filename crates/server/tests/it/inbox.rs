//! The inbox's methods: what is seen by whom, what employees keep with chats, sending and retrying.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::browser::Browser;
use crate::receiver::{Answer, Receiver};
use crate::support::{CONNECTOR, World, on_both};

/// A handler for outgoing messages, two employees beside the administrator: Boris in the line's queue, Clara in none.
pub async fn furnish(world: &World) -> (Receiver, i64, i64) {
    let receiver = Receiver::start().await;
    let handler = json!({"event": "OnImConnectorMessageAdd", "handler": receiver.url("/handler")});
    assert_eq!(world.call("event.bind", handler).await.brief(), "200 OK");
    let (boris, _) = world.add_employee("Boris").await;
    let (clara, _) = world.add_employee("Clara").await;
    let queue =
        json!({"CONFIG_ID": 1, "PARAMS": {"QUEUE": {"U": [1, boris]}, "FULL_CLOSE_TIME": 0, "VOTE_MESSAGE": "N"}});
    world.call("imopenlines.config.update", queue).await;
    world.send(json!([World::message("m1", "hello")])).await;
    (receiver, boris, clara)
}

fn ids(page: &Value) -> Vec<i64> {
    page["chats"].as_array().unwrap().iter().map(|chat| chat["id"].as_i64().unwrap()).collect()
}

async fn listed(browser: &Browser<'_>, parameters: Value) -> Vec<i64> {
    ids(browser.call("trunkline.chat.list", parameters).await.result())
}

#[test]
fn what_nobody_may_see_does_not_exist() {
    on_both(|world| async move {
        let (_receiver, _, clara) = furnish(&world).await;
        let stranger = Browser::of(&world, clara).await;
        let mut briefs = Vec::new();
        for (method, parameters) in [
            ("chat.get", json!({"chat_id": 1})),
            ("chat.get", json!({"chat_id": 99})),
            ("chat.read", json!({"chat_id": 1, "no": 1})),
            ("chat.unread", json!({"chat_id": 1, "no": 1})),
            ("chat.draft", json!({"chat_id": 1, "text": "x"})),
            ("chat.snooze", json!({"chat_id": 1, "until_ms": null})),
            ("chat.labels", json!({"chat_id": 1, "label_ids": []})),
            ("chat.priority", json!({"chat_id": 1, "priority": 1})),
            ("chat.typing", json!({"chat_id": 1})),
            ("chat.look", json!({"chat_id": 1})),
            ("message.list", json!({"chat_id": 1})),
            ("message.send", json!({"chat_id": 1, "client_id": "a", "text": "x"})),
            ("message.scheduled", json!({"chat_id": 1})),
            ("message.retry", json!({"message_id": 1})),
            ("customer.get", json!({"customer_id": 4})),
            ("customer.update", json!({"customer_id": 4, "name": "x"})),
            ("session.list", json!({"customer_id": 4})),
            ("session.transcript", json!({"session_id": 1})),
            ("delivery.list", json!({"chat_id": 1})),
            ("delivery.get", json!({"id": 1})),
            ("delivery.replay", json!({"id": 1})),
        ] {
            briefs
                .push(format!("{method} {}", stranger.call(&format!("trunkline.{method}"), parameters).await.brief()));
        }
        for brief in &briefs {
            assert!(brief.ends_with("400 ERROR_NOT_FOUND: Not found"), "{brief}");
        }
        assert_eq!(listed(&stranger, json!({"view": "all"})).await, [0; 0]);
        let count = stranger.call("trunkline.chat.count", json!({"view": "all"})).await;
        assert_eq!(*count.result(), json!({"count": 0, "more": false}));
        for (method, parameters) in [
            ("board.get", json!({})),
            ("label.update", json!({"id": 1, "title": "x", "color": "red"})),
            ("label.delete", json!({"id": 1})),
            ("view.save", json!({"title": "x", "shared": true, "view": "all"})),
            ("quickanswer.add", json!({"line_id": null, "text": "x"})),
            ("delivery.list", json!({})),
        ] {
            let brief = stranger.call(&format!("trunkline.{method}"), parameters).await.brief();
            assert_eq!(brief, "403 ACCESS_DENIED: You do not have the right to do this", "{method}");
        }
        drop(stranger);
        world.end().await;
    });
}

#[test]
fn bad_parameters_are_named() {
    on_both(|world| async move {
        let (_receiver, ..) = furnish(&world).await;
        let browser = Browser::of(&world, 1).await;
        let long = "x".repeat(60_001);
        let mut briefs = Vec::new();
        for (method, parameters) in [
            ("chat.list", json!({"view": "mine", "limit": 201})),
            ("chat.list", json!({"view": "mine", "cursor": "x"})),
            ("chat.list", json!({"view": "mine", "filter": {"statuses": ["odd"]}})),
            ("message.list", json!({"chat_id": 1, "limit": 0})),
            ("message.send", json!({"chat_id": 1, "client_id": "", "text": "x"})),
            ("message.send", json!({"chat_id": 1, "client_id": "a", "text": " "})),
            ("message.send", json!({"chat_id": 1, "client_id": "a", "text": long})),
            ("message.send", json!({"chat_id": 1, "client_id": "a", "text": "x", "file_ids": [7, 7]})),
            ("message.send", json!({"chat_id": 1, "client_id": "a", "text": "x", "file_ids": [7]})),
            ("message.send", json!({"chat_id": 1, "client_id": "a", "text": "x", "quote_no": 77})),
            ("message.send", json!({"chat_id": 1, "client_id": "a", "text": "x", "send_at_ms": 9_999_999_999_999_i64})),
            ("message.unschedule", json!({"id": 1})),
            ("message.retry", json!({"message_id": 1})),
            ("chat.draft", json!({"chat_id": 1, "text": long})),
            ("chat.snooze", json!({"chat_id": 1, "until_ms": 1})),
            ("chat.labels", json!({"chat_id": 1, "label_ids": [9]})),
            ("chat.priority", json!({"chat_id": 1, "priority": 4})),
            ("label.add", json!({"title": "", "color": "red"})),
            ("label.add", json!({"title": "x", "color": "mauve"})),
            ("label.update", json!({"id": 9, "title": "x", "color": "red"})),
            ("view.save", json!({"id": 9, "title": "x", "view": "all"})),
            ("view.delete", json!({"id": 9})),
            ("quickanswer.add", json!({"line_id": 99, "text": "x"})),
            ("quickanswer.add", json!({"line_id": 1, "text": ""})),
            ("quickanswer.update", json!({"id": 9, "text": "x"})),
            ("quickanswer.delete", json!({"id": 9})),
            ("customer.update", json!({"customer_id": 4, "url": "javascript:alert(1)"})),
            ("delivery.list", json!({"state": "odd"})),
            ("preferences.set", json!({"preferences": {"x": long}})),
        ] {
            let reply = browser.call(&format!("trunkline.{method}"), parameters).await;
            briefs.push(format!("{method}: {}", reply.brief()));
        }
        insta::allow_duplicates! { insta::assert_json_snapshot!(briefs, @r#"
        [
          "chat.list: 400 ERROR_ARGUMENT: limit is a number from 1 to 200",
          "chat.list: 400 ERROR_ARGUMENT: The cursor is not one of a page before: begin without one",
          "chat.list: 400 ERROR_ARGUMENT: A status is one of: new, offered, bot, answered, waiting, closing, closed, spam",
          "message.list: 400 ERROR_ARGUMENT: limit is a number from 1 to 100",
          "message.send: 400 ERROR_ARGUMENT: client_id has 1 to 64 ASCII characters, a UUID for example",
          "message.send: 400 MESSAGE_EMPTY: Message can't be empty",
          "message.send: 400 ERROR_ARGUMENT: A text may have 60000 characters, send the rest separately",
          "message.send: 400 ERROR_ARGUMENT: At most 50 files, each once: send the rest separately",
          "message.send: 400 ERROR_NOT_FOUND: Not found",
          "message.send: 400 ERROR_NOT_FOUND: Not found",
          "message.send: 400 ERROR_ARGUMENT: A message may be planned for at most a year ahead",
          "message.unschedule: 400 ERROR_NOT_FOUND: Not found",
          "message.retry: 400 NOT_FAILED: The message has not failed",
          "chat.draft: 400 ERROR_ARGUMENT: A text may have 60000 characters",
          "chat.snooze: 400 ERROR_ARGUMENT: until_ms is a moment of the next year",
          "chat.labels: 400 ERROR_NOT_FOUND: Not found",
          "chat.priority: 400 ERROR_ARGUMENT: priority is a number from 0 to 3",
          "label.add: 400 ERROR_ARGUMENT: A title has 1 to 60 characters",
          "label.add: 400 ERROR_ARGUMENT: A colour is one of: red, orange, amber, green, teal, blue, violet, pink, gray",
          "label.update: 400 ERROR_NOT_FOUND: Not found",
          "view.save: 400 ERROR_NOT_FOUND: Not found",
          "view.delete: 400 ERROR_NOT_FOUND: Not found",
          "quickanswer.add: 400 ERROR_NOT_FOUND: Not found",
          "quickanswer.add: 400 ERROR_ARGUMENT: A text has 1 to 60000 characters",
          "quickanswer.update: 400 ERROR_NOT_FOUND: Not found",
          "quickanswer.delete: 400 ERROR_NOT_FOUND: Not found",
          "customer.update: 400 ERROR_ARGUMENT: url must begin with http:// or https://",
          "delivery.list: 400 ERROR_ARGUMENT: A state is one of: pending, done, settled, failed, cancelled",
          "preferences.set: 400 ERROR_ARGUMENT: Preferences may have 16384 bytes as JSON"
        ]
        "#); }
        drop(browser);
        world.end().await;
    });
}

#[test]
fn preferences_that_are_not_named_stay() {
    on_both(|world| async move {
        let (_receiver, boris, _) = furnish(&world).await;
        let browser = Browser::of(&world, boris).await;
        let half = "x".repeat(10_000);
        let mut briefs = Vec::new();
        for preferences in [
            json!({"sound": false, "half": half}),
            json!({"sound": true, "badge": false}),
            json!({"other": half}),
            json!({"half": null}),
        ] {
            let reply = browser.call("trunkline.preferences.set", json!({"preferences": preferences})).await;
            briefs.push(reply.brief());
        }
        insta::allow_duplicates! { insta::assert_json_snapshot!(briefs, @r#"
        [
          "200 OK",
          "200 OK",
          "400 ERROR_ARGUMENT: Preferences may have 16384 bytes as JSON",
          "200 OK"
        ]
        "#); }
        let start = browser.call("trunkline.start", json!({})).await;
        assert_eq!(start.result()["preferences"], json!({"sound": true, "badge": false}));
        drop(browser);
        world.end().await;
    });
}

#[test]
fn views_sorts_and_filters() {
    on_both(|world| async move {
        let (_receiver, boris, _) = furnish(&world).await;
        for n in 2..=6 {
            world.advance(1000);
            let element = json!({
                "user": {"id": format!("u{n}"), "name": "Maria"}, "chat": {"id": format!("c{n}")},
                "message": {"id": "m", "text": "hi"},
            });
            world.send(json!([element])).await;
        }
        let browser = Browser::of(&world, boris).await;
        assert_eq!(listed(&browser, json!({"view": "all"})).await, [6, 5, 4, 3, 2, 1]);
        assert_eq!(listed(&browser, json!({"view": "mine"})).await, [6, 4, 2], "turns are taken evenly");
        // Answered, chat 2 does not wait any more.
        browser.call("trunkline.message.send", json!({"chat_id": 2, "client_id": "a", "text": "yes?"})).await;
        assert_eq!(listed(&browser, json!({"view": "all"})).await, [2, 6, 5, 4, 3, 1]);
        assert_eq!(listed(&browser, json!({"view": "all", "sort": "waiting"})).await, [1, 3, 4, 5, 6, 2]);
        browser.call("trunkline.chat.priority", json!({"chat_id": 5, "priority": 2})).await;
        assert_eq!(listed(&browser, json!({"view": "all", "sort": "priority"})).await, [5, 2, 6, 4, 3, 1]);
        for sort in ["newest", "waiting", "priority"] {
            let whole = listed(&browser, json!({"view": "all", "sort": sort})).await;
            let (mut paged, mut cursor) = (Vec::new(), Value::Null);
            loop {
                let page = browser
                    .call("trunkline.chat.list", json!({"view": "all", "sort": sort, "limit": 2, "cursor": cursor}))
                    .await;
                paged.extend(ids(page.result()));
                cursor = page.result()["next"].clone();
                if cursor.is_null() {
                    break;
                }
            }
            assert_eq!(paged, whole, "{sort}: pages make the whole");
        }
        browser.call("trunkline.label.add", json!({"title": "VIP", "color": "red"})).await;
        browser.call("trunkline.chat.labels", json!({"chat_id": 3, "label_ids": [1]})).await;
        let start = crate::support::START_MS;
        for (filter, expected) in [
            (json!({"label_ids": [1]}), vec![3]),
            (json!({"owner_ids": [1]}), vec![5, 3, 1]),
            (json!({"statuses": ["waiting"]}), vec![2]),
            (json!({"connectors": [CONNECTOR]}), vec![2, 6, 5, 4, 3, 1]),
            (json!({"connectors": ["other"]}), vec![]),
            (json!({"line_ids": [99]}), vec![]),
            (json!({"from_ms": start + 2000, "to_ms": start + 4000}), vec![4, 3]),
            (json!({"unread": true}), vec![6, 4]),
        ] {
            assert_eq!(listed(&browser, json!({"view": "all", "filter": filter})).await, expected, "{filter}");
            let count = browser.call("trunkline.chat.count", json!({"view": "all", "filter": filter})).await;
            assert_eq!(count.result()["count"], expected.len(), "{filter}");
        }
        let until = world.server.app.clock.now_ms() + 60_000;
        browser.call("trunkline.chat.snooze", json!({"chat_id": 4, "until_ms": until})).await;
        assert_eq!(listed(&browser, json!({"view": "mine"})).await, [2, 6]);
        assert_eq!(listed(&browser, json!({"view": "snoozed"})).await, [4]);
        world.call("imopenlines.operator.finish", json!({"CHAT_ID": 1})).await;
        world.call("imopenlines.operator.finish", json!({"CHAT_ID": 3})).await;
        assert_eq!(listed(&browser, json!({"view": "closed"})).await, [3, 1]);
        assert_eq!(listed(&browser, json!({"view": "closed", "filter": {"label_ids": [1]}})).await, [3]);
        assert_eq!(listed(&browser, json!({"view": "closed", "limit": 1})).await, [3]);
        drop(browser);
        world.end().await;
    });
}

#[test]
fn a_message_is_sent_once_retried_and_taken_back() {
    on_both(|world| async move {
        let (receiver, ..) = furnish(&world).await;
        let browser = Browser::of(&world, 1).await;
        // Held until it was seen that the message is on its way.
        let gate = Arc::new(Semaphore::new(0));
        receiver.answer("/handler", [Answer::Held(gate.clone(), 400), Answer::Held(gate.clone(), 200)]);
        let parameters = json!({"chat_id": 1, "client_id": "one", "text": "first", "quote_no": 1});
        let sent = browser.call("trunkline.message.send", parameters.clone()).await;
        let message = sent.result()["message"].clone();
        assert_eq!((&message["state"], &message["quote"]["text"]), (&json!("queued"), &json!("hello")), "{message}");
        let again = browser.call("trunkline.message.send", parameters).await;
        assert_eq!(again.result()["message"]["id"], message["id"], "the same name is the same message");
        assert_eq!(receiver.next().await.text(), "[b]Anna Ivanova:[/b][br] first");
        gate.add_permits(1);
        world.until("SELECT count(*) FROM messages WHERE progress = 'failed'", 1).await;
        let list = browser.call("trunkline.message.list", json!({"chat_id": 1})).await;
        let failed = list.result()["messages"].as_array().unwrap().last().unwrap().clone();
        assert_eq!((failed["state"].as_str(), failed["failure"].is_string()), (Some("failed"), true), "{failed}");
        let retried = browser.call("trunkline.message.retry", json!({"message_id": message["id"]})).await;
        assert_eq!(retried.result()["message"]["state"], "queued");
        assert_eq!(receiver.next().await.text(), "[b]Anna Ivanova:[/b][br] first", "it really goes out again");
        gate.add_permits(1);
        world.until("SELECT count(*) FROM messages WHERE progress = 'sent'", 1).await;
        let brief = browser.call("trunkline.message.retry", json!({"message_id": message["id"]})).await.brief();
        assert_eq!(brief, "400 NOT_FAILED: The message has not failed");
        let delivery = browser.call("trunkline.delivery.list", json!({"message_id": message["id"]})).await;
        let delivery_id = delivery.result()["deliveries"][0]["id"].clone();
        let seen = browser.call("trunkline.delivery.get", json!({"id": delivery_id})).await;
        let results: Vec<&str> = seen.result()["attempts"]
            .as_array()
            .unwrap()
            .iter()
            .map(|attempt| attempt["result"].as_str().unwrap())
            .collect();
        assert_eq!(results.len(), 2, "{results:?}");
        let request = seen.result()["attempts"][0]["request"].as_str().unwrap();
        assert!(request.contains("first") && !request.contains("access_token"), "{request}");
        // Planned and taken back, planned and sent.
        let now = world.server.app.clock.now_ms();
        let later = |name: &str| json!({"chat_id": 1, "client_id": name, "text": name, "send_at_ms": now + 5000});
        let planned = browser.call("trunkline.message.send", later("gone")).await;
        let planned = planned.result()["scheduled"]["id"].clone();
        browser.call("trunkline.message.send", later("kept")).await;
        let waiting = browser.call("trunkline.message.scheduled", json!({"chat_id": 1})).await;
        assert_eq!(waiting.result().as_array().unwrap().len(), 2);
        let back = browser.call("trunkline.message.unschedule", json!({"id": planned})).await;
        assert_eq!(back.result()["text"], "gone");
        drop(browser);
        let world = world.restart().await;
        world.advance(5000);
        world.until("SELECT count(*) FROM messages WHERE body = 'kept'", 1).await;
        assert_eq!(world.count("SELECT count(*) FROM messages WHERE body = 'gone'").await, 0);
        assert_eq!(world.count("SELECT count(*) FROM scheduled_messages").await, 0);
        world.end().await;
    });
}

#[test]
fn a_note_stays_inside_and_tells_whom_it_names() {
    on_both(|world| async move {
        let (_receiver, boris, clara) = furnish(&world).await;
        let browser = Browser::of(&world, 1).await;
        let deliveries = world.count("SELECT count(*) FROM deliveries").await;
        let text = format!("[USER={boris}]Boris[/USER] and [USER={clara}]Clara[/USER], see this");
        let note = browser
            .call("trunkline.message.send", json!({"chat_id": 1, "client_id": "n", "text": text, "note": true}))
            .await;
        let note = &note.result()["message"];
        assert_eq!((&note["direction"], &note["state"]), (&json!("note"), &json!(null)));
        let id = note["id"].clone();
        browser.call("im.message.update", json!({"MESSAGE_ID": id, "MESSAGE": "changed"})).await;
        browser.call("im.message.delete", json!({"MESSAGE_ID": id})).await;
        assert_eq!(world.count("SELECT count(*) FROM deliveries").await, deliveries, "nobody outside hears of it");
        let named = Browser::of(&world, boris).await;
        let list = named.call("trunkline.chat.list", json!({"view": "mentions"})).await;
        assert_eq!(list.result()["owns"][0]["mentioned_no"], 2);
        named.call("trunkline.chat.read", json!({"chat_id": 1, "no": 2})).await;
        assert_eq!(listed(&named, json!({"view": "mentions"})).await, [0; 0]);
        assert_eq!(
            world.count("SELECT count(*) FROM notifications WHERE tag LIKE 'mention%'").await,
            1,
            "Clara may not see the chat"
        );
        let session = world.text("SELECT status FROM sessions").await;
        assert_eq!(session, "offered", "a note answers nobody");
        drop((browser, named));
        world.end().await;
    });
}

#[test]
fn a_snooze_ends_by_itself_or_with_the_customer() {
    on_both(|world| async move {
        let (_receiver, ..) = furnish(&world).await;
        let browser = Browser::of(&world, 1).await;
        let until = world.server.app.clock.now_ms() + 60_000;
        browser.call("trunkline.chat.snooze", json!({"chat_id": 1, "until_ms": until})).await;
        assert_eq!(listed(&browser, json!({"view": "snoozed"})).await, [1]);
        world.send(json!([World::message("m2", "still there?")])).await;
        assert_eq!(listed(&browser, json!({"view": "snoozed"})).await, [0; 0], "the customer wrote");
        browser.call("trunkline.chat.snooze", json!({"chat_id": 1, "until_ms": until})).await;
        world.advance(60_000);
        world.until("SELECT count(*) FROM chat_own", 0).await;
        assert_eq!(listed(&browser, json!({"view": "snoozed"})).await, [0; 0]);
        drop(browser);
        world.end().await;
    });
}

#[test]
fn a_file_is_uploaded_and_sent_and_nothing_in_it_runs() {
    on_both(|world| async move {
        let (_receiver, _, clara) = furnish(&world).await;
        let browser = Browser::of(&world, 1).await;
        let post =
            |browser: &Browser<'_>, query: &str| browser.request(reqwest::Method::POST, &format!("/api/files?{query}"));
        let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>";
        let raw = post(&browser, "chat_id=1&name=../x%0a.svg").body(svg).send().await.unwrap();
        let file = crate::support::read(raw).await.body["file"].clone();
        assert_eq!((&file["name"], &file["mime"]), (&json!("x.svg"), &json!("application/octet-stream")));
        let served = world.http.get(file["url"].as_str().unwrap()).send().await.unwrap();
        let header = |name: &str| served.headers()[name].to_str().unwrap().to_owned();
        assert!(header("content-disposition").starts_with("attachment"), "{}", header("content-disposition"));
        assert_eq!(
            (header("content-type"), header("x-content-type-options")),
            ("application/octet-stream".to_owned(), "nosniff".to_owned())
        );
        assert!(header("content-security-policy").contains("sandbox"));
        let form =
            "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nplain text\r\n--x--\r\n";
        let form = post(&browser, "chat_id=1").header("content-type", "multipart/form-data; boundary=x").body(form);
        let second = crate::support::read(form.send().await.unwrap()).await.body["file"].clone();
        assert_eq!((&second["name"], &second["size"]), (&json!("a.txt"), &json!(10)));
        let parameters = json!({"chat_id": 1, "client_id": "f", "text": "", "file_ids": [file["id"], second["id"]]});
        let sent = browser.call("trunkline.message.send", parameters).await;
        let files: Vec<&Value> =
            sent.result()["message"]["files"].as_array().unwrap().iter().map(|file| &file["id"]).collect();
        assert_eq!(files, [&file["id"], &second["id"]]);
        let again = json!({"chat_id": 1, "client_id": "g", "text": "", "file_ids": [file["id"]]});
        assert_eq!(
            browser.call("trunkline.message.send", again).await.brief(),
            "400 ERROR_NOT_FOUND: Not found",
            "it is in a message"
        );
        let stranger = Browser::of(&world, clara).await;
        let mut briefs = Vec::new();
        for (browser, query, body) in [
            (&stranger, "chat_id=1", "x"),
            (&browser, "chat_id=99", "x"),
            (&browser, "", "x"),
            (&browser, "chat_id=1", ""),
        ] {
            briefs.push(crate::support::read(post(browser, query).body(body).send().await.unwrap()).await.brief());
        }
        let unproven =
            world.http.post(format!("{}/api/files?chat_id=1", world.base)).header("cookie", &browser.cookie).body("x");
        briefs.push(crate::support::read(unproven.send().await.unwrap()).await.brief());
        insta::allow_duplicates! { insta::assert_json_snapshot!(briefs, @r#"
        [
          "400 ERROR_NOT_FOUND: Not found",
          "400 ERROR_NOT_FOUND: Not found",
          "400 ERROR_ARGUMENT: Argument 'chat_id' is null or empty",
          "400 ERROR_ARGUMENT: The file is empty",
          "403 CSRF_FAILED: The header X-Trunkline-Csrf is missing or wrong: reload the page"
        ]
        "#); }
        drop((browser, stranger));
        world.end().await;
    });
}

#[test]
fn what_waits_has_its_files_and_quote_and_takes_no_newer_draft_away() {
    on_both(|world| async move {
        let (_receiver, ..) = furnish(&world).await;
        let browser = Browser::of(&world, 1).await;
        let upload = browser.request(reqwest::Method::POST, "/api/files?chat_id=1&name=a.txt").body("plain text");
        let file = crate::support::read(upload.send().await.unwrap()).await.body["file"].clone();
        let now = world.server.app.clock.now_ms();
        let draft = |text: &str| json!({"chat_id": 1, "text": text, "note": false});
        let kept = async || {
            browser.call("trunkline.chat.get", json!({"chat_id": 1})).await.result()["own"]["draft"]["text"].clone()
        };
        let planned = json!({
            "chat_id": 1, "client_id": "p", "text": "see", "file_ids": [file["id"]], "quote_no": 1, "send_at_ms": now + 5000,
        });
        // What is planned is no draft any more.
        browser.call("trunkline.chat.draft", draft("see ")).await;
        let sent = browser.call("trunkline.message.send", planned).await;
        assert_eq!(kept().await, Value::Null);
        let waiting = browser.call("trunkline.message.scheduled", json!({"chat_id": 1})).await;
        let waiting = &waiting.result()[0];
        assert_eq!(waiting, &sent.result()["scheduled"]);
        assert_eq!(waiting["files"], json!([file]));
        assert_eq!((&waiting["quote"]["no"], &waiting["quote"]["text"]), (&json!(1), &json!("hello")));
        // What has been begun since stays, whenever the other one goes out.
        browser.call("trunkline.chat.draft", draft("next")).await;
        world.advance(5000);
        world.until("SELECT count(*) FROM messages WHERE body = 'see'", 1).await;
        assert_eq!(kept().await, "next");
        let other = json!({"chat_id": 1, "client_id": "q", "text": "other"});
        browser.call("trunkline.message.send", other).await;
        assert_eq!(kept().await, "next");
        browser.call("trunkline.message.send", json!({"chat_id": 1, "client_id": "r", "text": "next"})).await;
        assert_eq!(kept().await, Value::Null);
        drop(browser);
        world.end().await;
    });
}
