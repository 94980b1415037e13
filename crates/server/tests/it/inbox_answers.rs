//! Whole answers of the inbox's methods.

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::inbox::furnish;
use crate::support::{World, on_both};

#[test]
fn sessions_of_a_customer() {
    on_both(|world| async move {
        let (_receiver, ..) = furnish(&world).await;
        let browser = Browser::of(&world, 1).await;
        browser
            .call("trunkline.message.send", json!({"chat_id": 1, "client_id": "a", "text": "hi", "finish": true}))
            .await;
        world.until("SELECT count(*) FROM sessions WHERE status = 'closed'", 1).await;
        world.advance(60_000);
        world.send(json!([World::message("m2", "one more thing")])).await;
        let chat = browser.call("trunkline.chat.get", json!({"chat_id": 1})).await;
        let customer_id = chat.result()["chat"]["customer_id"].clone();
        let list = |cursor: Value| json!({"customer_id": customer_id, "limit": 1, "cursor": cursor});
        let newest = browser.call("trunkline.session.list", list(json!(null))).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(newest.result(), @r#"
        {
          "sessions": [
            {
              "id": 2,
              "chat_id": 1,
              "line_id": 1,
              "parent_id": 1,
              "status": "offered",
              "owner_id": 2,
              "reason": "Boris: next in queue",
              "grounds": [
                {
                  "word": "next_in_queue",
                  "name": "Boris",
                  "other": null,
                  "names": [],
                  "more": 0,
                  "chats": null,
                  "chats_max": null,
                  "presence": null,
                  "note": null
                }
              ],
              "created_ms": 1749990460000,
              "answered_ms": null,
              "waiting_ms": 1749990460000,
              "closed_ms": null,
              "close_reason": null,
              "head_vote": null,
              "head_comment": null
            }
          ],
          "next": "2"
        }
        "#); }
        let next = newest.result()["next"].clone();
        let oldest = browser.call("trunkline.session.list", list(next)).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(oldest.result(), @r#"
        {
          "sessions": [
            {
              "id": 1,
              "chat_id": 1,
              "line_id": 1,
              "parent_id": 0,
              "status": "closed",
              "owner_id": 1,
              "reason": "Anna Ivanova: answered",
              "grounds": [
                {
                  "word": "answered",
                  "name": "Anna Ivanova",
                  "other": null,
                  "names": [],
                  "more": 0,
                  "chats": null,
                  "chats_max": null,
                  "presence": null,
                  "note": null
                }
              ],
              "created_ms": 1749990400000,
              "answered_ms": 1749990400000,
              "waiting_ms": null,
              "closed_ms": 1749990400000,
              "close_reason": "finished",
              "head_vote": null,
              "head_comment": null
            }
          ],
          "next": null
        }
        "#); }
        drop(browser);
        world.end().await;
    });
}

#[test]
fn what_was_said_in_a_session() {
    on_both(|world| async move {
        let (_receiver, ..) = furnish(&world).await;
        let browser = Browser::of(&world, 1).await;
        let file = browser.request(reqwest::Method::POST, "/api/files?chat_id=1&name=a.txt").body("text");
        let file = crate::support::read(file.send().await.unwrap()).await.body["file"]["id"].clone();
        for (client_id, text, note) in
            [("a", "hello [b]Maria[/b]", false), ("b", "between us", true), ("c", "gone", false)]
        {
            world.advance(1000);
            let mut parameters = json!({"chat_id": 1, "client_id": client_id, "text": text, "note": note});
            if client_id == "a" {
                parameters["file_ids"] = json!([file]);
            }
            let sent = browser.call("trunkline.message.send", parameters).await;
            if text == "gone" {
                let id = sent.result()["message"]["id"].clone();
                browser.call("im.message.delete", json!({"MESSAGE_ID": id})).await;
            }
        }
        let transcript = browser.call("trunkline.session.transcript", json!({"session_id": 1})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(transcript.result(), @r#"
        {
          "name": "session-1.txt",
          "text": "Maria\n\n[2025-06-15 12:26:40] Maria: hello\n[2025-06-15 12:26:41] Anna Ivanova: hello Maria\n[2025-06-15 12:26:41] Anna Ivanova: <a.txt>\n"
        }
        "#); }
        let missing = browser.call("trunkline.session.transcript", json!({"session_id": 9})).await;
        assert_eq!(missing.brief(), "400 ERROR_NOT_FOUND: Not found");
        drop(browser);
        world.end().await;
    });
}

#[test]
fn the_board() {
    on_both(|world| async move {
        let (_receiver, ..) = furnish(&world).await;
        let browser = Browser::of(&world, 1).await;
        let empty = json!({"PARAMS": {"LINE_NAME": "Sales", "QUEUE": {"U": []}}});
        world.call("imopenlines.config.add", empty).await;
        world.advance(1000);
        let other = json!({"user": {"id": "u2"}, "chat": {"id": "c2"}, "message": {"id": "m", "text": "hi"}});
        world.send(json!([other])).await;
        // The first is answered, so nobody waits there.
        browser.call("trunkline.message.send", json!({"chat_id": 1, "client_id": "a", "text": "hi"})).await;
        let board = browser.call("trunkline.board.get", json!({})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(board.result(), @r#"
        {
          "now_ms": 1749990401000,
          "lines": [
            {
              "line_id": 1,
              "open": 2,
              "queued": 1,
              "waiting_since_ms": 1749990401000
            },
            {
              "line_id": 2,
              "open": 0,
              "queued": 0,
              "waiting_since_ms": null
            }
          ],
          "operators": [
            {
              "user_id": 1,
              "presence": "online",
              "open": 1,
              "unanswered": 0,
              "waiting_since_ms": null
            },
            {
              "user_id": 2,
              "presence": "online",
              "open": 1,
              "unanswered": 1,
              "waiting_since_ms": 1749990401000
            },
            {
              "user_id": 3,
              "presence": "online",
              "open": 0,
              "unanswered": 0,
              "waiting_since_ms": null
            }
          ]
        }
        "#); }
        drop(browser);
        world.end().await;
    });
}

#[test]
fn what_a_silent_chat_keeps_from_the_customer_says_so() {
    on_both(|world| async move {
        let (_receiver, ..) = furnish(&world).await;
        let browser = Browser::of(&world, 1).await;
        let silent = json!({"CHAT_ID": 1, "ACTIVATE": "Y"});
        assert_eq!(browser.call("imopenlines.session.mode.silent", silent).await.brief(), "200 OK");
        let said = json!({"chat_id": 1, "client_id": "a", "text": "among us"});
        let said = browser.call("trunkline.message.send", said).await.result()["message"].clone();
        assert_eq!((&said["hidden"], &said["state"]), (&json!(true), &json!(null)));
        browser.call("im.message.update", json!({"MESSAGE_ID": said["id"], "MESSAGE": "still among us"})).await;
        let note = json!({"chat_id": 1, "client_id": "b", "text": "a note", "note": true});
        browser.call("trunkline.message.send", note).await;
        let silent = json!({"CHAT_ID": 1, "ACTIVATE": "N"});
        browser.call("imopenlines.session.mode.silent", silent).await;
        browser.call("trunkline.message.send", json!({"chat_id": 1, "client_id": "c", "text": "for you"})).await;
        let gone = json!({"MESSAGE_ID": said["id"]});
        let hidden = async || -> Vec<(String, bool)> {
            let page = browser.call("trunkline.message.list", json!({"chat_id": 1})).await;
            let said = |message: &Value| message["direction"] == "in" || message["direction"] == "out";
            let messages = page.result()["messages"].as_array().unwrap().iter().filter(|message| said(message));
            let shown = |message: &Value| message["body"].as_str().unwrap().to_owned();
            messages.map(|message| (shown(message), message["hidden"].as_bool().unwrap())).collect()
        };
        let listed = |text: &str, hidden| (text.to_owned(), hidden);
        let kept = [listed("hello", false), listed("still among us", true), listed("for you", false)];
        assert_eq!(hidden().await, kept);
        let note = browser.call("trunkline.message.list", json!({"chat_id": 1})).await;
        let note = note.result()["messages"].as_array().unwrap().iter().find(|one| one["direction"] == "note").cloned();
        assert_eq!(note.unwrap()["hidden"], false, "its direction says it");
        assert_eq!(browser.call("im.message.delete", gone).await.brief(), "200 OK");
        assert_eq!(hidden().await, [listed("hello", false), listed("", true), listed("for you", false)]);
        drop(browser);
        world.end().await;
    });
}

#[test]
fn a_chat_is_unread_again_whatever_stands_last_in_it() {
    on_both(|world| async move {
        let (_receiver, ..) = furnish(&world).await;
        let browser = Browser::of(&world, 1).await;
        world.send(json!([World::message("m2", "are you there?")])).await;
        let send = json!({"chat_id": 1, "client_id": "a", "text": "I am"});
        let own_no = browser.call("trunkline.message.send", send).await.result()["message"]["no"].as_i64().unwrap();
        let unread = async |no: i64| {
            let own = browser.call("trunkline.chat.read", json!({"chat_id": 1, "no": 99})).await;
            assert_eq!(own.result()["unread"], 0);
            let own = browser.call("trunkline.chat.unread", json!({"chat_id": 1, "no": no})).await;
            own.result()["unread"].as_i64().unwrap()
        };
        assert_eq!(unread(own_no).await, 1, "one's own message is last");
        let system = json!({"DIALOG_ID": "chat1", "MESSAGE": "It rains", "SYSTEM": "Y"});
        assert_eq!(browser.call("im.message.add", system).await.brief(), "200 OK");
        let last_no = world.count("SELECT max(no) FROM messages").await;
        assert!(last_no > own_no);
        assert_eq!(unread(last_no).await, 1, "a line of the program is last");
        assert_eq!(unread(1).await, 2);
        let listed = browser.call("trunkline.chat.list", json!({"view": "all", "filter": {"unread": true}})).await;
        assert_eq!(listed.result()["chats"].as_array().unwrap().len(), 1);
        drop(browser);
        world.end().await;
    });
}
