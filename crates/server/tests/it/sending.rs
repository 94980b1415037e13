//! Messages that are sent later: each is sent, or comes back to its author whole.

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::inbox::furnish;
use crate::support::{World, on_both, read};

const SENT: &str = "SELECT count(*) FROM messages WHERE body = 'later'";
const PLANNED: &str = "SELECT count(*) FROM scheduled_messages";
const REFUSED: &str = "SELECT count(*) FROM scheduled_messages WHERE refusal IS NOT NULL";
const JOBS: &str = "SELECT count(*) FROM jobs WHERE kind = 'send_later'";
const TOLD: &str = "SELECT body FROM notifications WHERE tag LIKE 'send_later%' ORDER BY id";

/// A message that is sent in five seconds, with these parameters besides.
fn later(world: &World, more: &Value) -> Value {
    let send_at_ms = world.server.app.clock.now_ms() + 5000;
    let mut parameters = json!({"chat_id": 1, "client_id": "later", "text": "later", "send_at_ms": send_at_ms});
    parameters.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    parameters
}

/// What the employee keeps with the first chat.
async fn own(browser: &Browser<'_>) -> Value {
    browser.call("trunkline.chat.get", json!({"chat_id": 1})).await.result()["own"].clone()
}

#[test]
fn a_planned_message_is_sent_although_a_colleague_has_the_dialogue_that_was_to_be_finished() {
    on_both(|world| async move {
        let (_receiver, boris, _) = furnish(&world).await;
        let (anna, colleague) = (Browser::of(&world, 1).await, Browser::of(&world, boris).await);
        let planned = anna.call("trunkline.message.send", later(&world, &json!({"finish": true}))).await;
        assert!(planned.result()["scheduled"].is_object(), "{planned:?}");
        let taken = colleague.call("imopenlines.operator.answer", json!({"CHAT_ID": 1})).await;
        assert_eq!(taken.brief(), "200 OK");
        world.advance(5000);
        world.until(SENT, 1).await;
        world.until(JOBS, 0).await;
        assert_eq!(world.count(PLANNED).await, 0);
        let session = world.text("SELECT status || ' ' || operator_id FROM sessions").await;
        assert_eq!(session, format!("waiting {boris}"), "the dialogue goes on");
        let told = "A message planned for chat 1 was sent. The dialogue goes on: a colleague has it.";
        assert_eq!(world.texts(TOLD).await, [told]);
        // Now it is known beforehand.
        for (client_id, at) in [("now", 0), ("soon", world.server.app.clock.now_ms() + 5000)] {
            let parameters = json!({
                "chat_id": 1, "client_id": client_id, "text": "bye", "finish": true, "send_at_ms": at,
            });
            assert_eq!(
                anna.call("trunkline.message.send", parameters).await.brief(),
                "400 COLLEAGUE_HAS_DIALOG: A colleague has the dialogue: send the message without finishing it"
            );
        }
        assert_eq!(world.count("SELECT count(*) FROM messages WHERE body = 'bye'").await, 0);
        assert_eq!(world.count(PLANNED).await, 0);
        drop((anna, colleague));
        world.end().await;
    });
}

/// Jobs run side by side; what one author says in one chat keeps its order all the same.
#[test]
fn what_is_planned_for_one_moment_is_sent_in_its_order() {
    on_both(|world| async move {
        let (_receiver, ..) = furnish(&world).await;
        let anna = Browser::of(&world, 1).await;
        let numbers = 0..20;
        for number in numbers.clone() {
            let name = format!("part {number:02}");
            let planned = anna.call("trunkline.message.send", later(&world, &json!({"client_id": name, "text": name})));
            assert!(planned.await.result()["scheduled"].is_object());
        }
        // One that cannot be sent comes back and holds nobody up.
        world.execute("UPDATE scheduled_messages SET draft = replace(draft, '\"quote_no\":null', '\"quote_no\":77') WHERE id = 4").await;
        world.advance(5000);
        world.until(JOBS, 0).await;
        assert_eq!(world.count(REFUSED).await, 1);
        let sent = world.texts("SELECT body FROM messages WHERE body LIKE 'part%' ORDER BY no").await;
        let expected: Vec<String> =
            numbers.filter(|number| *number != 3).map(|number| format!("part {number:02}")).collect();
        assert_eq!(sent, expected);
        drop(anna);
        world.end().await;
    });
}

/// A note of Boris with everything that a message can have was refused when its moment came, for he lost sight of the chat.
/// He has written something else meanwhile.
async fn refused<'w>(world: &'w World, boris: i64) -> Browser<'w> {
    let browser = Browser::of(world, boris).await;
    let file = browser.request(reqwest::Method::POST, "/api/files?chat_id=1&name=a.txt").body("text");
    let file = read(file.send().await.unwrap()).await.body["file"]["id"].clone();
    let parameters = later(world, &json!({"note": true, "quote_no": 1, "file_ids": [file]}));
    assert_eq!(browser.call("trunkline.message.send", parameters).await.brief(), "200 OK");
    let draft = json!({"chat_id": 1, "text": "something else", "note": false});
    assert_eq!(browser.call("trunkline.chat.draft", draft).await.brief(), "200 OK");
    queue(world, &[1]).await;
    world.advance(5000);
    world.until(REFUSED, 1).await;
    world.until(JOBS, 0).await;
    browser
}

async fn queue(world: &World, user_ids: &[i64]) {
    let parameters = json!({"CONFIG_ID": 1, "PARAMS": {"QUEUE": {"U": user_ids}}});
    assert_eq!(world.call("imopenlines.config.update", parameters).await.brief(), "200 OK");
}

#[test]
fn what_is_planned_in_a_silent_chat_stays_with_colleagues() {
    on_both(|world| async move {
        furnish(&world).await;
        let browser = Browser::of(&world, 1).await;
        let silent = |on: &str| json!({"CHAT_ID": 1, "ACTIVATE": on});
        assert_eq!(browser.call("imopenlines.operator.answer", json!({"CHAT_ID": 1})).await.brief(), "200 OK");
        assert_eq!(browser.call("imopenlines.session.mode.silent", silent("Y")).await.brief(), "200 OK");
        let planned = browser.call("trunkline.message.send", later(&world, &json!({}))).await;
        assert!(planned.result()["scheduled"].is_object(), "{planned:?}");
        assert_eq!(browser.call("imopenlines.session.mode.silent", silent("N")).await.brief(), "200 OK");
        let told = world.count("SELECT count(*) FROM deliveries").await;
        world.advance(5000);
        world.until(SENT, 1).await;
        assert_eq!(world.count("SELECT count(*) FROM deliveries").await, told, "the channel does not hear of it");
        let list = browser.call("trunkline.message.list", json!({"chat_id": 1})).await;
        let last = list.result()["messages"].as_array().unwrap().last().unwrap().clone();
        assert_eq!(
            (&last["body"], &last["hidden"], &last["state"]),
            (&json!("later"), &json!(true), &json!(null)),
            "{last}"
        );
        drop(browser);
        world.end().await;
    });
}

#[test]
fn a_planned_message_that_is_refused_comes_back_whole() {
    on_both(|world| async move {
        let (_receiver, boris, _) = furnish(&world).await;
        let browser = refused(&world, boris).await;
        let told = world.texts(TOLD).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(told, @r#"
        [
          "A message planned for chat 1 was not sent, and is kept: you may not write into this chat any more."
        ]
        "#); }
        assert_eq!(world.texts("SELECT draft FROM chat_own WHERE draft IS NOT NULL").await, ["something else"]);
        let of_chat = browser.call("trunkline.message.scheduled", json!({"chat_id": 1})).await;
        assert_eq!(of_chat.brief(), "400 ERROR_NOT_FOUND: Not found");
        let kept = browser.call("trunkline.message.scheduled", json!({})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(kept.snapshot(&world)["body"]["result"], @r#"
        [
          {
            "id": 1,
            "chat_id": 1,
            "send_at_ms": 1749990405000,
            "client_id": "later",
            "text": "later",
            "file_ids": [
              1
            ],
            "files": [
              {
                "id": 1,
                "name": "a.txt",
                "mime": "text/plain",
                "size": 4,
                "state": "ready",
                "url": "http://127.0.0.1:PORT/files/91e39c88f9a01999202a084be4b7d7d051ebb154/a.txt",
                "preview_url": null,
                "width": null,
                "height": null
              }
            ],
            "quote_no": 1,
            "quote": {
              "no": 1,
              "author_id": 4,
              "text": "hello"
            },
            "note": true,
            "finish": false,
            "refusal": "no_access"
          }
        ]
        "#); }
        // Whoever sees the chat again sees that something came back, beside the draft.
        queue(&world, &[1, boris]).await;
        let own = own(&browser).await;
        assert_eq!((&own["returned"], &own["draft"]["text"]), (&json!(1), &json!("something else")), "{own}");
        let id = kept.result()[0]["id"].clone();
        let back = browser.call("trunkline.message.unschedule", json!({"id": id})).await.result().clone();
        assert_eq!(back, kept.result()[0]);
        assert_eq!(world.count(PLANNED).await, 0);
        assert_eq!(self::own(&browser).await["returned"], 0);
        let stranger = Browser::of(&world, 1).await;
        assert_eq!(*stranger.call("trunkline.message.scheduled", json!({})).await.result(), json!([]));
        drop((browser, stranger));
        world.end().await;
    });
}

#[test]
fn a_planned_message_that_came_back_is_sent_under_its_name() {
    on_both(|world| async move {
        let (_receiver, boris, _) = furnish(&world).await;
        let browser = refused(&world, boris).await;
        let kept = browser.call("trunkline.message.scheduled", json!({})).await.result()[0].clone();
        let again = json!({
            "chat_id": 1, "client_id": kept["client_id"], "text": kept["text"], "file_ids": kept["file_ids"],
            "quote_no": kept["quote_no"], "note": kept["note"],
        });
        assert_eq!(
            browser.call("trunkline.message.send", again.clone()).await.brief(),
            "400 ERROR_NOT_FOUND: Not found"
        );
        assert_eq!(world.count(REFUSED).await, 1, "still kept");
        queue(&world, &[1, boris]).await;
        let sent = browser.call("trunkline.message.send", again).await.result()["message"].clone();
        assert_eq!(
            (&sent["direction"], &sent["body"], &sent["quote"]["no"]),
            (&json!("note"), &json!("later"), &json!(1))
        );
        assert_eq!(sent["files"].as_array().unwrap().len(), 1, "{sent}");
        assert_eq!(world.count(PLANNED).await, 0);
        let own = own(&browser).await;
        assert_eq!((&own["returned"], &own["draft"]["text"]), (&json!(0), &json!("something else")), "{own}");
        drop(browser);
        world.end().await;
    });
}

#[test]
fn what_is_sent_later_touches_neither_the_draft_nor_what_is_unread() {
    on_both(|world| async move {
        let (_receiver, ..) = furnish(&world).await;
        let browser = Browser::of(&world, 1).await;
        let draft = async |text: &str| {
            browser.call("trunkline.chat.draft", json!({"chat_id": 1, "text": text, "note": false})).await;
        };
        draft("later ").await;
        browser.call("trunkline.message.send", later(&world, &json!({}))).await;
        assert_eq!(own(&browser).await["draft"], json!(null), "it is planned now");
        draft("something else").await;
        let mut elsewhere = later(&world, &json!({"chat_id": 2}));
        let other = json!({"user": {"id": "u2"}, "chat": {"id": "c2"}, "message": {"id": "m", "text": "hi"}});
        world.send(json!([other])).await;
        for send_at_ms in [elsewhere["send_at_ms"].clone(), json!(null)] {
            elsewhere["send_at_ms"] = send_at_ms;
            let brief = browser.call("trunkline.message.send", elsewhere.clone()).await.brief();
            assert_eq!(brief, "400 ERROR_NOT_FOUND: Not found", "the name is taken in another chat");
        }
        world.advance(5000);
        world.until(SENT, 1).await;
        let kept = own(&browser).await;
        assert_eq!((&kept["draft"]["text"], &kept["unread"]), (&json!("something else"), &json!(1)), "{kept}");
        // What a browser without a connection sends late is not what is written now.
        let send = async |client_id: &str, text: &str| {
            browser.call("trunkline.message.send", json!({"chat_id": 1, "client_id": client_id, "text": text})).await;
        };
        send("a", "late").await;
        assert_eq!(own(&browser).await["draft"]["text"], "something else");
        send("b", "something else").await;
        let kept = own(&browser).await;
        assert_eq!((&kept["draft"], &kept["unread"]), (&json!(null), &json!(0)), "{kept}");
        drop(browser);
        world.end().await;
    });
}
