//! What changes while it waits to be told: messages are edited and deleted, handlers are unbound and bound again.

use desk::facts::EventCode;
use serde_json::{Value, json};

use super::delivery::{ATTEMPTS, DONE, PENDING, attempts, bind, chat, delete, edit, say};
use super::receiver::{Answer, Receiver};
use super::support::{CONNECTOR, World, on_both};

const MESSAGES: [EventCode; 3] =
    [EventCode::ConnectorMessageAdd, EventCode::ConnectorMessageUpdate, EventCode::ConnectorMessageDelete];

/// A connector with one address for messages, their changes and their deletion, which answers each request with the next of
/// these.
async fn connector(world: &World, answers: impl IntoIterator<Item = Answer>) -> Receiver {
    let receiver = Receiver::start().await;
    for code in MESSAGES {
        bind(world, code, receiver.url("/hook")).await;
    }
    receiver.answer("/hook", answers);
    receiver
}

/// Event and text or external id of what came in since.
async fn heard(receiver: &Receiver) -> Vec<String> {
    let heard = receiver.rest().await;
    let words = heard.iter().map(|heard| {
        let word = |name: &str| heard.form.get(&format!("data[MESSAGES][0][message]{name}")).cloned();
        let said = word("[text]").or_else(|| word("[id]")).unwrap_or_default();
        format!("{} {}", heard.field("event").trim_start_matches("ONIMCONNECTORMESSAGE"), said)
    });
    words.map(|said| said.replace("[b]Anna Ivanova:[/b][br] ", "")).collect()
}

async fn confirm(world: &World, chat_id: i64, id: i64) {
    let messages =
        json!([{"im": {"chat_id": chat_id, "message_id": id}, "message": {"id": ["e1"]}, "chat": {"id": "c1"}}]);
    let parameters = json!({"CONNECTOR": CONNECTOR, "LINE": world.line_id, "MESSAGES": messages});
    assert_eq!(world.call("imconnector.send.status.delivery", parameters).await.brief(), "200 OK");
}

/// A reply was told in vain and then corrected, and another one waits behind it; returns both.
async fn two_replies(world: &World) -> (Receiver, i64, i64) {
    let receiver = connector(world, [Answer::Status(503), Answer::Status(200)]).await;
    let chat_id = chat(world, "c1").await;
    let first = say(world, chat_id, "first").await;
    world.until(ATTEMPTS, 1).await;
    let second = say(world, chat_id, "second").await;
    edit(world, first, "first, corrected").await;
    assert_eq!(heard(&receiver).await, ["ADD first"]);
    (receiver, first, second)
}

#[test]
fn an_edited_reply_goes_out_as_it_is_now() {
    on_both(|world| async move {
        let (receiver, _, second) = two_replies(&world).await;
        edit(&world, second, "second, corrected").await;
        world.advance(6_000);
        world.until(PENDING, 0).await;
        // Of the first the connector may know the old text; of the second it heard nothing before.
        let all = ["ADD first, corrected", "ADD second, corrected", "UPDATE first, corrected"];
        assert_eq!(heard(&receiver).await, all);
        world.end().await;
    });
}

#[test]
fn a_deleted_reply_does_not_go_out() {
    on_both(|world| async move {
        let (receiver, first, second) = two_replies(&world).await;
        delete(&world, second).await;
        delete(&world, first).await;
        world.until(PENDING, 0).await;
        // The first was tried: it may have come through all the same. The second was not.
        assert_eq!(heard(&receiver).await, ["DELETE "]);
        let reason = "- the message was deleted before it was told";
        assert_eq!(attempts(&world).await, ["503 the handler answered 503", reason, reason, reason, "200 ok"]);
        assert_eq!(world.count("SELECT count(*) FROM deliveries WHERE state = 'cancelled'").await, 3);
        world.end().await;
    });
}

#[test]
fn a_deletion_waits_for_the_message_and_names_it() {
    on_both(|world| async move {
        let receiver = connector(&world, [Answer::Hang]).await;
        let chat_id = chat(&world, "c1").await;
        let id = say(&world, chat_id, "one").await;
        receiver.next().await;
        delete(&world, id).await;
        receiver.answer("/hook", [Answer::Status(200)]);
        // Confirmed before the handler's answer was seen.
        confirm(&world, chat_id, id).await;
        world.until(PENDING, 0).await;
        assert_eq!(heard(&receiver).await, ["DELETE e1"]);
        world.end().await;
    });
}

/// A channel has no use for an attachment without a text: nothing is to be delivered, so nothing waits or fails.
#[test]
fn an_attachment_alone_does_not_go_out() {
    on_both(|world| async move {
        let receiver = connector(&world, [Answer::Status(200)]).await;
        let chat_id = chat(&world, "c1").await;
        let dialog_id = format!("chat{chat_id}");
        let card = json!({"DIALOG_ID": dialog_id, "ATTACH": [{"MESSAGE": "for colleagues"}]});
        let card = world.hook("im.message.add", card).await.result().as_i64().unwrap();
        edit(&world, card, "").await;
        let text = json!({"DIALOG_ID": dialog_id, "MESSAGE": "text", "ATTACH": [{"MESSAGE": "for colleagues"}]});
        assert_eq!(world.hook("im.message.add", text).await.brief(), "200 OK");
        delete(&world, card).await;
        world.until(DONE, 1).await;
        world.until(PENDING, 0).await;
        assert_eq!(heard(&receiver).await, ["ADD text"]);
        assert_eq!(world.count("SELECT count(*) FROM messages WHERE progress = 'failed'").await, 0);
        world.end().await;
    });
}

/// The handler of new messages as an application has it.
fn binding(receiver: &Receiver) -> Value {
    json!({"event": "OnImConnectorMessageAdd", "handler": receiver.url("/hook")})
}

#[test]
fn a_connector_that_starts_again_hears_what_was_written_while_it_was_down() {
    on_both(|world| async move {
        let receiver = Receiver::start().await;
        receiver.answer("/hook", [Answer::Status(503)]);
        assert_eq!(world.call("event.bind", binding(&receiver)).await.brief(), "200 OK");
        let chat_id = chat(&world, "c1").await;
        let confirmed = say(&world, chat_id, "one").await;
        world.until(ATTEMPTS, 1).await;
        let deleted = say(&world, chat_id, "two").await;
        say(&world, chat_id, "three").await;
        say(&world, chat_id, "four").await;
        let unbound = world.call("event.unbind", binding(&receiver)).await;
        assert_eq!(unbound.result(), &json!({"count": 1}));
        assert_eq!(world.count("SELECT count(*) FROM messages WHERE progress = 'failed'").await, 4);
        delete(&world, deleted).await;
        confirm(&world, chat_id, confirmed).await;
        receiver.rest().await;
        receiver.answer("/hook", [Answer::Status(200)]);
        assert_eq!(world.call("event.bind", binding(&receiver)).await.brief(), "200 OK");
        world.until(DONE, 2).await;
        assert_eq!(heard(&receiver).await, ["ADD three", "ADD four"]);
        assert_eq!(world.count("SELECT count(*) FROM messages WHERE progress = 'sent'").await, 2);
        assert_eq!(
            world.call("event.bind", binding(&receiver)).await.brief(),
            "400 ERROR_CORE: Handler already binded"
        );
        world.end().await;
    });
}
