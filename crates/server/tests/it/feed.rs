//! The live feed: what a browser hears, and that what it builds from it is what it would fetch.

use serde_json::json;

use crate::browser::Browser;
use crate::listener::Listener;
use crate::support::{World, on_both};

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
