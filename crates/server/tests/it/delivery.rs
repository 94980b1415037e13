//! What goes out to applications (P-70, promise 5).

use desk::facts::EventCode;
use desk::handlers::Handler;
use desk::outbound::Outgoing;
use serde_json::json;

use super::receiver::{Answer, Heard, Receiver};
use super::support::{World, on_both};

const ATTEMPTS: &str = "SELECT count(*) FROM attempts";
const PENDING: &str = "SELECT count(*) FROM deliveries WHERE state = 'pending'";

/// Binds a handler of the world's application.
async fn bind(world: &World, code: EventCode, url: String) -> i64 {
    let application_id = world.application.application.id;
    let (app, user_id) = (&world.server.app, world.operator_id);
    let now = app.clock.now_ms();
    let handler = Handler {
        id: 0,
        application_id,
        user_id,
        event_code: code.code.to_owned(),
        url,
        auth_user_id: 0,
        offline: false,
        auth_connector: String::new(),
        min_timeout_ms: 0,
    };
    app.change(now, user_id, move |change| desk::handlers::bind(change.tx, now, &handler)).await.unwrap()
}

/// A customer writes into this external chat; returns the chat's id.
async fn chat(world: &World, external_id: &str) -> i64 {
    let message = json!({
        "user": {"id": format!("user of {external_id}"), "name": "Maria"},
        "message": {"id": format!("first of {external_id}"), "text": "hello"},
        "chat": {"id": external_id},
    });
    let reply = world.send(json!([message])).await;
    let session = &reply.result()["DATA"]["RESULT"][0]["session"];
    session["CHAT_ID"].as_str().unwrap_or_else(|| panic!("no chat in {reply:?}")).parse().unwrap()
}

/// The operator answers in a chat; returns the message's id.
async fn say(world: &World, chat_id: i64, text: &str) -> i64 {
    let (app, author_id, body) = (&world.server.app, world.operator_id, text.to_owned());
    app.change(app.clock.now_ms(), author_id, move |change| {
        let context = desk::chats::context(change.tx, chat_id)?;
        let session = desk::sessions::open_of_chat(change.tx, chat_id)?.expect("an open session");
        let outgoing =
            Outgoing { author_id, direction: desk::messages::Direction::Out, ..Outgoing::automatic(session.id, &body) };
        desk::outbound::send(change, &context.chat, &context.connector, context.line.as_ref(), outgoing)
    })
    .await
    .unwrap()
}

fn message_id(heard: &Heard) -> i64 {
    heard.field("data[MESSAGES][0][im][message_id]").parse().unwrap()
}

#[test]
fn a_reply_reaches_the_connector() {
    on_both(|world| async move {
        let receiver = Receiver::start().await;
        let handler_id = bind(&world, EventCode::ConnectorMessageAdd, receiver.url("/hook?key=1")).await;
        let chat_id = chat(&world, "c1").await;
        let id = say(&world, chat_id, "Good day").await;
        let heard = receiver.next().await;
        assert_eq!(heard.path, "/hook?key=1");
        assert_eq!(heard.field("event"), "ONIMCONNECTORMESSAGEADD");
        assert_eq!(heard.field("event_handler_id"), handler_id.to_string());
        assert_eq!(message_id(&heard), id);
        assert_eq!(heard.text(), "[b]Anna Ivanova:[/b][br] Good day");
        assert_eq!(heard.field("auth[domain]"), world.base.trim_start_matches("http://"));
        // The token that came along works at once.
        let reply = world.call_with(heard.field("auth[access_token]"), "imconnector.list", json!({})).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        assert_eq!(heard.header("user-agent"), concat!("Trunkline-Events/", env!("CARGO_PKG_VERSION")));
        world.end().await;
    });
}

#[test]
fn after_an_error_the_same_message_comes_again() {
    on_both(|world| async move {
        let receiver = Receiver::start().await;
        bind(&world, EventCode::ConnectorMessageAdd, receiver.url("/hook")).await;
        receiver.answer("/hook", [Answer::Status(500), Answer::Status(200)]);
        let chat_id = chat(&world, "c1").await;
        say(&world, chat_id, "one").await;
        let first = receiver.next().await;
        world.until(ATTEMPTS, 1).await;
        world.advance(6_000);
        let second = receiver.next().await;
        assert_eq!(message_id(&first), message_id(&second));
        assert_eq!(first.header("webhook-id"), second.header("webhook-id"));
        assert_ne!(first.header("webhook-signature"), second.header("webhook-signature"));
        world.until(PENDING, 0).await;
        world.end().await;
    });
}
