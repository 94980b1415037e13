//! Who gets a session: each field of a line that has a say in it, presence, departments, and what `trunkline.session.get` answers.

use desk::departments::{self, NewDepartment};
use serde_json::{Value, json};

use crate::support::{World, on_both};

/// A customer's message in a chat of its own; returns the chat.
async fn customer(world: &World, line_id: i64, name: &str) -> i64 {
    let message = json!({"user": {"id": name}, "message": {"text": "hello"}, "chat": {"id": name}});
    let parameters = json!({"CONNECTOR": crate::support::CONNECTOR, "LINE": line_id, "MESSAGES": [message]});
    let reply = world.call("imconnector.send.messages", parameters).await;
    reply.result()["DATA"]["RESULT"][0]["session"]["CHAT_ID"].as_str().unwrap().parse().unwrap()
}

/// `status owner: reason` of a chat's last session.
async fn session(world: &World, chat: i64) -> String {
    let reply = world.call("trunkline.session.get", json!({"chat_id": chat})).await;
    let session = reply.result();
    let text = |name: &str| session[name].as_str().unwrap().to_owned();
    format!("{} {}: {}", text("status"), session["owner_id"], text("reason"))
}

async fn set(world: &World, line_id: i64, settings: Value) {
    let reply = world.call("imopenlines.config.update", json!({"CONFIG_ID": line_id, "PARAMS": settings})).await;
    assert_eq!(reply.result(), &json!(true));
}

async fn presence(world: &World, token: &str, status: &str, reason: &str) {
    let reply = world.call_with(token, "trunkline.presence.set", json!({"presence": status, "reason": reason})).await;
    assert_eq!(reply.brief(), "200 OK");
}

async fn act(world: &World, token: &str, method: &str, chat: i64) {
    let reply = world.call_with(token, &format!("imopenlines.operator.{method}"), json!({"CHAT_ID": chat})).await;
    assert_eq!(reply.brief(), "200 OK");
}

fn users(ids: &[i64]) -> Value {
    ids.iter().map(|id| json!({"ENTITY_TYPE": "user", "ENTITY_ID": id})).collect()
}

/// Anna (1) and Boris in the queue of line 1; returns Boris with his token.
async fn with_boris(world: &World, settings: Value) -> (i64, String) {
    let (boris, token) = world.add_employee("Boris").await;
    set(world, 1, json!({"QUEUE": users(&[1, boris])})).await;
    set(world, 1, settings).await;
    (boris, token)
}

#[test]
fn queue() {
    on_both(|world| async move {
        let (boris, boris_token) = world.add_employee("Boris").await;
        let (carl, _) = world.add_employee("Carl").await;
        set(&world, 1, json!({"QUEUE_TYPE": "strictly", "QUEUE": users(&[boris, 1])})).await;
        let first = customer(&world, 1, "a").await;
        assert_eq!(session(&world, first).await, "offered 2: Boris: first in queue");
        set(&world, 1, json!({"QUEUE": []})).await;
        let second = customer(&world, 1, "b").await;
        assert_eq!(session(&world, second).await, "new 0: the queue is empty");
        // Who waits goes to the first who comes into the queue.
        set(&world, 1, json!({"QUEUE": users(&[carl])})).await;
        assert_eq!(session(&world, second).await, "offered 3: Carl: first in queue");
        act(&world, &boris_token, "answer", first).await;
        assert_eq!(session(&world, first).await, "answered 2: Boris: answered");
        world.end().await;
    });
}

#[test]
fn a_department_in_a_queue_stands_for_its_people() {
    on_both(|world| async move {
        let (boris, _) = world.add_employee("Boris").await;
        let (carl, _) = world.add_employee("Carl").await;
        let (dora, dora_token) = world.add_employee("Dora").await;
        let app = &world.server.app;
        let (sales, _) = app
            .change(app.clock.now_ms(), 0, move |change| {
                let new = |name: &str, parent_id, head_id| NewDepartment {
                    name: name.to_owned(),
                    parent_id,
                    head_id,
                    sort: 500,
                };
                let sales = departments::add(change, &new("Sales", departments::COMPANY, carl))?;
                let field = departments::add(change, &new("Field", sales, dora))?;
                for (user, department) in [(boris, sales), (carl, sales), (dora, field)] {
                    departments::move_user(change, user, &[department])?;
                }
                Ok((sales, field))
            })
            .await
            .unwrap();
        let department = json!({"ENTITY_TYPE": "department", "ENTITY_ID": sales});
        let queue = json!([department, {"ENTITY_TYPE": "user", "ENTITY_ID": boris}]);
        set(&world, 1, json!({"QUEUE_TYPE": "all", "QUEUE": queue})).await;
        let chat = customer(&world, 1, "a").await;
        // The head first, then the others, then those below; nobody twice.
        assert_eq!(session(&world, chat).await, "offered 0: offered to all who are free: Carl, Boris, Dora");
        let queue = world.call("imopenlines.config.get", json!({"CONFIG_ID": 1})).await.result()["QUEUE"].clone();
        assert_eq!(queue, json!([carl.to_string(), boris.to_string(), dora.to_string()]));
        act(&world, &dora_token, "answer", chat).await;
        assert_eq!(session(&world, chat).await, format!("answered {dora}: Dora: answered"));
        world.end().await;
    });
}

#[test]
fn queue_type() {
    on_both(|world| async move {
        with_boris(&world, json!({"QUEUE_TYPE": "evenly"})).await;
        let mut given = Vec::new();
        for (rule, chats) in [("evenly", ["a", "b", "c"]), ("strictly", ["d", "e", "f"]), ("all", ["g", "h", "i"])] {
            set(&world, 1, json!({"QUEUE_TYPE": rule})).await;
            for name in chats {
                given.push(session(&world, customer(&world, 1, name).await).await);
            }
        }
        let evenly = ["Anna Ivanova: next in queue", "Boris: next in queue", "Anna Ivanova: next in queue"];
        let evenly = [1, 2, 1].iter().zip(evenly).map(|(id, reason)| format!("offered {id}: {reason}"));
        let strictly = std::iter::repeat_n("offered 1: Anna Ivanova: first in queue".to_owned(), 3);
        let all = std::iter::repeat_n("offered 0: offered to all who are free: Anna Ivanova, Boris".to_owned(), 3);
        assert_eq!(given, evenly.chain(strictly).chain(all).collect::<Vec<_>>());
        world.end().await;
    });
}

const OWNER: &str = "SELECT operator_id FROM sessions ORDER BY id DESC LIMIT 1";

#[test]
fn queue_time() {
    on_both(|world| async move {
        let (boris, token) = with_boris(&world, json!({"QUEUE_TYPE": "strictly", "QUEUE_TIME": 30})).await;
        let chat = customer(&world, 1, "a").await;
        world.advance(29_000);
        assert_eq!(session(&world, chat).await, "offered 1: Anna Ivanova: first in queue");
        world.advance(1_000);
        world.until(OWNER, boris).await;
        let reason = "Boris: first in queue; Anna Ivanova skipped: did not answer in time";
        assert_eq!(session(&world, chat).await, format!("offered {boris}: {reason}"));
        // The timer survives a restart; when everybody has had it, a new round begins.
        let world = world.restart().await;
        world.advance(30_000);
        world.until(OWNER, 1).await;
        world.advance(30_000);
        world.until(OWNER, boris).await;
        act(&world, &token, "answer", chat).await;
        world.advance(600_000);
        assert_eq!(world.count("SELECT count(*) FROM jobs WHERE kind = 'hand_over'").await, 0);
        // Without a QUEUE_TIME it stays where it is.
        set(&world, 1, json!({"QUEUE_TIME": 0})).await;
        customer(&world, 1, "b").await;
        assert_eq!(world.count(OWNER).await, 1);
        assert_eq!(world.count("SELECT count(*) FROM jobs WHERE kind = 'hand_over'").await, 0);
        world.end().await;
    });
}

#[test]
fn what_is_offered_to_all_is_offered_to_those_who_come_later() {
    on_both(|world| async move {
        let settings = json!({"QUEUE_TYPE": "all", "QUEUE_TIME": 30, "CHECK_AVAILABLE": "Y"});
        let (_, token) = with_boris(&world, settings).await;
        presence(&world, &token, "offline", "").await;
        let chat = customer(&world, 1, "a").await;
        assert_eq!(
            session(&world, chat).await,
            "offered 1: offered to all who are free: Anna Ivanova; Boris skipped: offline"
        );
        presence(&world, &token, "online", "").await;
        world.advance(30_000);
        world.until(OWNER, 0).await;
        assert_eq!(session(&world, chat).await, "offered 0: offered to all who are free: Anna Ivanova, Boris");
        world.end().await;
    });
}

#[test]
fn max_chat() {
    on_both(|world| async move {
        let (boris, token) =
            with_boris(&world, json!({"QUEUE_TYPE": "strictly", "MAX_CHAT": 2, "QUEUE_TIME": 0})).await;
        let mut chats = Vec::new();
        for name in ["a", "b", "c", "d", "e", "f"] {
            chats.push(customer(&world, 1, name).await);
        }
        assert_eq!(session(&world, chats[1]).await, "offered 1: Anna Ivanova: first in queue, 1 of 2 chats");
        let reason = "Boris: first in queue, 0 of 2 chats; Anna Ivanova skipped: 2 of 2 chats";
        assert_eq!(session(&world, chats[2]).await, format!("offered {boris}: {reason}"));
        let reason = "nobody is free; Anna Ivanova skipped: 2 of 2 chats; Boris skipped: 2 of 2 chats";
        assert_eq!(session(&world, chats[4]).await, format!("new 0: {reason}"));
        // Whoever finishes gets the one who waits longest.
        act(&world, &token, "finish", chats[2]).await;
        let reason = "Boris: first in queue, 1 of 2 chats; Anna Ivanova skipped: 2 of 2 chats";
        assert_eq!(session(&world, chats[4]).await, format!("offered {boris}: {reason}"));
        assert!(session(&world, chats[5]).await.starts_with("new 0"));
        // A higher limit makes room at once.
        set(&world, 1, json!({"MAX_CHAT": 3})).await;
        assert_eq!(session(&world, chats[5]).await, "offered 1: Anna Ivanova: first in queue, 2 of 3 chats");
        world.end().await;
    });
}

#[test]
fn type_max_chat() {
    on_both(|world| async move {
        let settings = |counted: &str| json!({"MAX_CHAT": 1, "TYPE_MAX_CHAT": counted, "QUEUE_TIME": 0});
        // Only what is answered counts: offers do not.
        set(&world, 1, settings("answered")).await;
        let (a, b) = (customer(&world, 1, "a").await, customer(&world, 1, "b").await);
        assert!(session(&world, b).await.starts_with("offered 1"));
        let token = world.tokens.access_token.clone();
        act(&world, &token, "answer", a).await;
        let c = customer(&world, 1, "c").await;
        assert!(session(&world, c).await.starts_with("new 0"));
        act(&world, &token, "finish", a).await;
        assert!(session(&world, c).await.starts_with("offered 1"));
        for chat in [b, c] {
            act(&world, &token, "spam", chat).await;
        }
        // Offers count too, what is about to close does not.
        set(&world, 1, settings("answered_new")).await;
        let (d, e) = (customer(&world, 1, "d").await, customer(&world, 1, "e").await);
        assert!(session(&world, d).await.starts_with("offered 1"));
        assert!(session(&world, e).await.starts_with("new 0"));
        act(&world, &token, "finish", d).await;
        assert!(session(&world, e).await.starts_with("offered 1"));
        // Everything counts until it is closed.
        set(&world, 1, settings("closed")).await;
        let f = customer(&world, 1, "f").await;
        act(&world, &token, "finish", e).await;
        assert!(session(&world, f).await.starts_with("new 0"));
        world.advance(600_000);
        world.until("SELECT count(*) FROM sessions WHERE status = 'offered'", 1).await;
        assert!(session(&world, f).await.starts_with("offered 1"));
        world.end().await;
    });
}

#[test]
fn check_available() {
    on_both(|world| async move {
        let settings = json!({"QUEUE_TYPE": "strictly", "CHECK_AVAILABLE": "Y", "QUEUE_TIME": 0});
        let (boris, token) = with_boris(&world, settings).await;
        let anna = world.tokens.access_token.clone();
        presence(&world, &anna, "pause", "lunch").await;
        let first = customer(&world, 1, "a").await;
        let reason = "Boris: first in queue, online; Anna Ivanova skipped: pause (lunch)";
        assert_eq!(session(&world, first).await, format!("offered {boris}: {reason}"));
        // Whoever leaves loses what is not answered yet.
        presence(&world, &token, "away", "").await;
        let nobody = "new 0: nobody is free; Anna Ivanova skipped: pause (lunch); Boris skipped: away";
        assert_eq!(session(&world, first).await, nobody);
        let second = customer(&world, 1, "b").await;
        assert_eq!(session(&world, second).await, nobody);
        presence(&world, &anna, "online", "").await;
        for chat in [first, second] {
            assert_eq!(session(&world, chat).await, "offered 1: Anna Ivanova: first in queue, online");
        }
        // What is answered stays.
        act(&world, &anna, "answer", first).await;
        presence(&world, &anna, "offline", "").await;
        assert_eq!(session(&world, first).await, "answered 1: Anna Ivanova: answered");
        set(&world, 1, json!({"CHECK_AVAILABLE": "N"})).await;
        assert_eq!(session(&world, second).await, "offered 1: Anna Ivanova: first in queue");
        world.end().await;
    });
}

#[test]
fn session_priority() {
    on_both(|world| async move {
        let token = world.tokens.access_token.clone();
        let settings = json!({"LINE_NAME": "Sales", "SESSION_PRIORITY": 5, "CHECK_AVAILABLE": "Y", "MAX_CHAT": 1});
        let second = world.call("imopenlines.config.add", json!({"PARAMS": settings})).await.result().as_i64().unwrap();
        let active = json!({"CONNECTOR": crate::support::CONNECTOR, "LINE": second, "ACTIVE": 1});
        assert_eq!(world.call("imconnector.activate", active).await.brief(), "200 OK");
        set(&world, 1, json!({"CHECK_AVAILABLE": "Y", "MAX_CHAT": 1, "SESSION_PRIORITY": 1})).await;
        presence(&world, &token, "away", "").await;
        let a = customer(&world, 1, "a").await;
        world.advance(1000);
        let b = customer(&world, second, "b").await;
        world.advance(1000);
        let c = customer(&world, second, "c").await;
        presence(&world, &token, "online", "").await;
        let mut order = Vec::new();
        for _ in 0..3 {
            for (name, chat) in [("a", a), ("b", b), ("c", c)] {
                if session(&world, chat).await.starts_with("offered 1") {
                    order.push(name);
                    act(&world, &token, "finish", chat).await;
                    break;
                }
            }
        }
        assert_eq!(order, ["b", "c", "a"], "the line first, then whoever waits longest");
        world.end().await;
    });
}

#[test]
fn a_dismissed_employee_loses_everything() {
    on_both(|world| async move {
        let (boris, token) = with_boris(&world, json!({"QUEUE_TYPE": "strictly", "QUEUE": users(&[1])})).await;
        set(&world, 1, json!({"QUEUE": users(&[boris, 1])})).await;
        let (a, b) = (customer(&world, 1, "a").await, customer(&world, 1, "b").await);
        act(&world, &token, "answer", a).await;
        let app = &world.server.app;
        let dismissed = desk::users::Employment::Dismissed;
        app.change(app.clock.now_ms(), 0, move |change| desk::users::set_employment(change, boris, dismissed))
            .await
            .unwrap();
        for chat in [a, b] {
            let reason = "Anna Ivanova: first in queue; Boris skipped: does not work here any more";
            assert_eq!(session(&world, chat).await, format!("offered 1: {reason}"));
        }
        world.end().await;
    });
}

#[test]
fn session_get_answers_as_documented() {
    on_both(|world| async move {
        let chat = customer(&world, 1, "a").await;
        let reply = world.call("trunkline.session.get", json!({"session_id": 1, "chat_id": 99})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(reply.result(), @r#"
        {
          "id": 1,
          "chat_id": 1,
          "line_id": 1,
          "parent_id": 0,
          "status": "offered",
          "owner_id": 1,
          "reason": "Anna Ivanova: next in queue",
          "grounds": [
            {
              "word": "next_in_queue",
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
          "answered_ms": null,
          "waiting_ms": 1749990400000,
          "closed_ms": null,
          "close_reason": null,
          "head_vote": null,
          "head_comment": null
        }
        "#); }
        let token = world.tokens.access_token.clone();
        world.advance(1000);
        world.call("im.message.add", json!({"DIALOG_ID": format!("chat{chat}"), "MESSAGE": "hi"})).await;
        act(&world, &token, "spam", chat).await;
        let reply = world.call("trunkline.session.get", json!({"chat_id": chat})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(reply.result(), @r#"
        {
          "id": 1,
          "chat_id": 1,
          "line_id": 1,
          "parent_id": 0,
          "status": "spam",
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
          "answered_ms": 1749990401000,
          "waiting_ms": null,
          "closed_ms": 1749990401000,
          "close_reason": "spam",
          "head_vote": null,
          "head_comment": null
        }
        "#); }
        let (_, stranger) = world.add_employee("Stranger").await;
        let mut briefs = Vec::new();
        for (token, method, parameters) in [
            (&token, "session.get", json!({})),
            (&token, "session.get", json!({"session_id": 0})),
            (&token, "session.get", json!({"session_id": 77})),
            (&token, "session.get", json!({"chat_id": 77})),
            (&stranger, "session.get", json!({"session_id": 1})),
        ] {
            briefs.push(world.call_with(token, &format!("trunkline.{method}"), parameters).await.brief());
        }
        insta::allow_duplicates! { insta::assert_json_snapshot!(briefs, @r#"
        [
          "400 MISSING_REQUIRED_PARAM: Session ID or Chat ID must be provided",
          "400 INVALID_SESSION_ID: Unable to determine session ID from provided parameters",
          "400 INVALID_SESSION_ID: Unable to determine session ID from provided parameters",
          "400 INVALID_SESSION_ID: Unable to determine session ID from provided parameters",
          "400 ACCESS_DENIED: You cannot open this conversation as you do not have sufficient permissions"
        ]
        "#); }
        world.end().await;
    });
}
