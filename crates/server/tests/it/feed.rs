//! The live feed: what a browser hears, and that what it builds from it is what it would fetch.

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::inbox::furnish;
use crate::listener::Listener;
use crate::receiver::Receiver;
use crate::support::{START_MS, World, on_both};

#[test]
fn a_message_comes_with_its_chat_and_what_the_operator_keeps() {
    on_both(|world| async move {
        let browser = Browser::of(&world, world.operator_id).await;
        let mut feed = Listener::open(&browser, None).await;
        let hello = feed.next("hello").await;
        assert_eq!(hello["user_id"], world.operator_id);
        world.send(json!([World::message("m1", "hello [b]you[/b]")])).await;
        let change = feed.next("change").await;
        let number = change["number"].as_i64().unwrap();
        assert!(number > hello["number"].as_i64().unwrap());
        insta::allow_duplicates! { insta::assert_json_snapshot!(change["changes"], @r#"
        [
          {
            "type": "chat",
            "chat": {
              "id": 1,
              "name": "Maria",
              "line_id": 1,
              "connector": "myconnector",
              "customer_id": 2,
              "avatar_url": null,
              "silent": false,
              "session": {
                "id": 1,
                "status": "offered",
                "owner_id": 1,
                "created_ms": 1749990400000,
                "answered_ms": null,
                "waiting_ms": 1749990400000,
                "closed_ms": null,
                "close_reason": null,
                "vote": null,
                "head_vote": null,
                "pinned": false,
                "due_ms": null
              },
              "last": {
                "message_id": 1,
                "no": 1,
                "author_id": 2,
                "direction": "in",
                "text": "hello you",
                "state": null,
                "created_ms": 1749990400000
              },
              "last_no": 1,
              "active_ms": 1749990400000,
              "unanswered": 1,
              "labels": [],
              "priority": 0,
              "member_ids": [
                1
              ],
              "bot_id": 0
            }
          },
          {
            "type": "message",
            "message": {
              "id": 1,
              "chat_id": 1,
              "no": 1,
              "session_id": 1,
              "author_id": 2,
              "author": {
                "id": 2,
                "name": "Maria",
                "avatar_url": null,
                "kind": "customer"
              },
              "direction": "in",
              "hidden": false,
              "body": "hello [b]you[/b]",
              "files": [],
              "attach": null,
              "keyboard": null,
              "quote": null,
              "created_ms": 1749990400000,
              "edited_ms": null,
              "deleted_ms": null,
              "likes": [],
              "state": null,
              "failure": null,
              "delivery_id": null,
              "client_id": null
            }
          },
          {
            "type": "own",
            "own": {
              "chat_id": 1,
              "read_no": 0,
              "unread": 1,
              "draft": null,
              "snoozed_until_ms": null,
              "mentioned_no": null,
              "returned": 0
            }
          }
        ]
        "#); }
        drop(feed);
    });
}

#[test]
fn who_resumes_hears_what_was_missed() {
    on_both(|world| async move {
        let browser = Browser::of(&world, world.operator_id).await;
        let start = browser.call("trunkline.start", json!({})).await;
        let number = start.result()["number"].as_i64().unwrap();
        world.send(json!([World::message("m1", "one"), World::message("m2", "two")])).await;
        let mut feed = Listener::open(&browser, Some(number)).await;
        feed.next("hello").await;
        let change = feed.next("change").await;
        let texts: Vec<&str> = change["changes"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|change| change["message"]["body"].as_str())
            .collect();
        assert_eq!(texts, ["one", "two"]);
        drop(feed);
    });
}

/// The next unnumbered event of this type; others may come before it.
async fn live(feed: &mut Listener, kind: &str) -> Value {
    loop {
        let (name, data) = feed.any().await.expect("the feed goes on");
        if name == "live" && data["type"] == kind {
            return data;
        }
    }
}

#[test]
fn who_writes_and_who_looks_is_told_to_those_who_see_the_chat() {
    on_both(|world| async move {
        let (_receiver, boris, clara) = furnish(&world).await;
        let (anna, stranger) = (Browser::of(&world, 1).await, Browser::of(&world, clara).await);
        let mut feed = Listener::open(&anna, None).await;
        let mut strangers = Listener::open(&stranger, None).await;
        let writer = Browser::of(&world, boris).await;
        let mut writers = Listener::open(&writer, None).await;
        let chat = json!({"chat_id": 1});
        assert_eq!(*writer.call("trunkline.chat.typing", chat.clone()).await.result(), json!(true));
        let until_ms = START_MS + 6_000;
        let typing = json!({"type": "typing", "chat_id": 1, "user_id": boris, "until_ms": until_ms});
        assert_eq!(live(&mut feed, "typing").await, typing);
        let looking = |user_ids: &[i64]| json!({"type": "looking", "chat_id": 1, "user_ids": user_ids});
        for (browser, chat_id, expected) in
            [(&writer, 1, looking(&[boris])), (&anna, 1, looking(&[1, boris])), (&anna, 0, looking(&[boris]))]
        {
            let done = browser.call("trunkline.chat.look", json!({"chat_id": chat_id})).await;
            assert_eq!(*done.result(), json!(true));
            assert_eq!(live(&mut feed, "looking").await, expected);
        }
        // The protocol's own way to say it.
        assert_eq!(writer.call("im.dialog.writing", json!({"DIALOG_ID": "chat1"})).await.brief(), "200 OK");
        assert_eq!(live(&mut feed, "typing").await, typing);
        assert_eq!(live(&mut writers, "typing").await, typing, "in another tab it is shown too");
        stranger.call("trunkline.presence.set", json!({"presence": "online", "reason": "marker"})).await;
        loop {
            let (name, data) = strangers.any().await.unwrap();
            assert!(!["typing", "looking"].contains(&data["type"].as_str().unwrap_or_default()), "{data}");
            if name == "change" && data["changes"][0]["employee"]["presence_reason"] == "marker" {
                break;
            }
        }
        drop((feed, strangers, writers, anna, stranger, writer));
        world.end().await;
    });
}

#[test]
fn counts_are_told_of_the_lines_that_one_sees() {
    on_both(|world| async move {
        let (_receiver, _, clara) = furnish(&world).await;
        let (anna, stranger) = (Browser::of(&world, 1).await, Browser::of(&world, clara).await);
        let (mut feed, mut strangers) = (Listener::open(&anna, None).await, Listener::open(&stranger, None).await);
        let other = json!({"user": {"id": "u2"}, "chat": {"id": "c2"}, "message": {"id": "m", "text": "hi"}});
        world.send(json!([other])).await;
        let counts = live(&mut feed, "counts").await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(counts, @r#"
        {
          "type": "counts",
          "lines": [
            {
              "line_id": 1,
              "open": 2,
              "unassigned": 0,
              "by_owner": {
                "1": 1,
                "2": 1
              }
            }
          ]
        }
        "#); }
        assert_eq!(live(&mut strangers, "counts").await, json!({"type": "counts", "lines": []}));
        drop((feed, strangers, anna, stranger));
        world.end().await;
    });
}

/// The kinds of what this listener hears up to the next change of an employee and together with it.
async fn until_employee(feed: &mut Listener) -> Vec<String> {
    let mut kinds = Vec::new();
    loop {
        let change = feed.next("change").await;
        let changes = change["changes"].as_array().unwrap().iter();
        kinds.extend(changes.map(|one| one["type"].as_str().unwrap().to_owned()));
        if kinds.iter().any(|kind| kind == "employee") {
            return kinds;
        }
    }
}

#[test]
fn deliveries_that_belong_to_no_chat_are_told_to_administrators_alone() {
    on_both(|world| async move {
        let receiver = Receiver::start().await;
        let (boris_id, _) = world.add_employee("Boris").await;
        let anna = Browser::of(&world, 1).await;
        let role = json!({"id": boris_id, "role": "supervisor"});
        assert_eq!(anna.call("trunkline.employee.update", role).await.brief(), "200 OK");
        let handler = json!({"event": "onUserAdd", "handler": receiver.url("/")});
        assert_eq!(world.call("event.bind", handler).await.brief(), "200 OK");
        let new = json!({"EMAIL": "clara@example.com", "UF_DEPARTMENT": [1]});
        assert_eq!(anna.call("user.add", new).await.brief(), "200 OK");
        world.until("SELECT count(*) FROM deliveries WHERE state = 'done' AND chat_id = 0", 1).await;
        let id = world.count("SELECT max(id) FROM deliveries").await;
        let boris = Browser::of(&world, boris_id).await;
        let mut feeds = [Listener::open(&anna, None).await, Listener::open(&boris, None).await];
        for feed in &mut feeds {
            feed.next("hello").await;
        }
        assert_eq!(anna.call("trunkline.delivery.replay", json!({"id": id})).await.brief(), "200 OK");
        let shown = boris.call("trunkline.delivery.get", json!({"id": id})).await;
        assert_eq!(shown.brief(), "400 ERROR_NOT_FOUND: Not found");
        anna.call("trunkline.presence.set", json!({"presence": "away", "reason": "marker"})).await;
        let of_delivery = |kinds: Vec<String>| kinds.contains(&"delivery".to_owned());
        assert!(of_delivery(until_employee(&mut feeds[0]).await), "an administrator");
        assert!(!of_delivery(until_employee(&mut feeds[1]).await), "a supervisor");
        drop((feeds, anna, boris));
        world.end().await;
    });
}

/// Which lists the next change tells to fetch again.
async fn catalogs(feed: &mut Listener) -> Vec<String> {
    let change = feed.next("change").await;
    let changes = change["changes"].as_array().unwrap().iter();
    changes.map(|change| change["name"].as_str().unwrap_or_else(|| panic!("{change}")).to_owned()).collect()
}

#[test]
fn a_connector_that_is_registered_shows_at_once() {
    on_both(|world| async move {
        let browser = Browser::of(&world, 1).await;
        let mut feed = Listener::open(&browser, None).await;
        feed.next("hello").await;
        let registration = |name: &str| {
            let icon = json!({"DATA_IMAGE": "data:image/svg+xml,x", "COLOR": "#fff"});
            json!({"ID": "second", "NAME": name, "ICON": icon, "PLACEMENT_HANDLER": "https://x.example/"})
        };
        let both = ["lines", "connectors"];
        for name in ["Second", "Another name"] {
            let registered = world.call("imconnector.register", registration(name)).await;
            assert_eq!(*registered.result(), json!({"result": true}));
            assert_eq!(catalogs(&mut feed).await, both, "{name}");
            // Connectors do this at every start.
            world.call("imconnector.register", registration(name)).await;
            let start = browser.call("trunkline.start", json!({})).await;
            let connectors = start.result()["connectors"].as_array().unwrap();
            let shown = connectors.iter().find(|connector| connector["code"] == "second").unwrap();
            assert_eq!(
                *shown,
                json!({"code": "second", "name": name, "icon": "data:image/svg+xml,x", "color": "#fff"})
            );
        }
        world.call("imconnector.unregister", json!({"ID": "second"})).await;
        assert_eq!(catalogs(&mut feed).await, both);
        let application_id = world.application.application.id;
        let removed = browser.call("trunkline.application.delete", json!({"id": application_id})).await;
        assert_eq!(removed.brief(), "200 OK");
        assert_eq!(catalogs(&mut feed).await, both);
        drop((feed, browser));
        world.end().await;
    });
}
