//! What goes out to applications (P-70, promise 5).

use desk::facts::EventCode;
use desk::handlers::Handler;
use desk::outbound::Outgoing;
use serde_json::json;

use super::receiver::{Answer, Heard, Receiver};
use super::support::{CONNECTOR, START_MS, World, on_both, on_both_with};

pub const ATTEMPTS: &str = "SELECT count(*) FROM attempts";
pub const PENDING: &str = "SELECT count(*) FROM deliveries WHERE state = 'pending'";

pub const DONE: &str = "SELECT count(*) FROM deliveries WHERE state = 'done'";
pub const FAILED: &str = "SELECT count(*) FROM deliveries WHERE state = 'failed'";

/// Binds a handler of the world's application.
pub async fn bind(world: &World, code: EventCode, url: String) -> i64 {
    let (app, user_id) = (&world.server.app, world.operator_id);
    let (now, handler) = (app.clock.now_ms(), handler(world, code, url));
    app.change(now, user_id, move |change| desk::handlers::bind(change, &handler)).await.unwrap()
}

/// A handler of the world's application that is not bound yet.
pub fn handler(world: &World, code: EventCode, url: String) -> Handler {
    Handler {
        id: 0,
        application_id: world.application.application.id,
        user_id: world.operator_id,
        event_code: code.code.to_owned(),
        url,
        auth_user_id: 0,
        offline: false,
        auth_connector: String::new(),
        min_timeout_ms: 0,
        lane_id: 0,
    }
}

/// All attempts, oldest first: status and result.
pub async fn attempts(world: &World) -> Vec<String> {
    let read = |tx: &mut store::Tx<'_>| {
        let sql = "SELECT status, result FROM attempts ORDER BY id";
        Ok(tx.query(sql, &[], |row| {
            let status: Option<i64> = row.get(0)?;
            let status = status.map_or("-".to_owned(), |status| status.to_string());
            Ok(format!("{status} {}", row.get::<String>(1)?))
        })?)
    };
    world.server.app.read(read).await.unwrap()
}

/// A customer writes into this external chat; returns the chat's id.
pub async fn chat(world: &World, external_id: &str) -> i64 {
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
pub async fn say(world: &World, chat_id: i64, text: &str) -> i64 {
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

/// The operator changes a message.
pub async fn edit(world: &World, id: i64, text: &'static str) {
    let app = &world.server.app;
    app.change(app.clock.now_ms(), world.operator_id, move |change| {
        let message = desk::messages::find(change.tx, id)?.expect("the message");
        let context = desk::chats::context(change.tx, message.chat_id)?;
        desk::outbound::edit(change, &context, &message, text, None)
    })
    .await
    .unwrap();
}

/// The operator deletes a message.
pub async fn delete(world: &World, id: i64) {
    let app = &world.server.app;
    app.change(app.clock.now_ms(), world.operator_id, move |change| {
        let message = desk::messages::find(change.tx, id)?.expect("the message");
        let context = desk::chats::context(change.tx, message.chat_id)?;
        desk::outbound::delete(change, &context, &message)
    })
    .await
    .unwrap();
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
fn the_signature_is_made_with_the_application_token() {
    use base64::Engine;
    use hmac::{KeyInit, Mac};
    on_both(|world| async move {
        let receiver = Receiver::start().await;
        bind(&world, EventCode::ConnectorMessageAdd, receiver.url("/hook")).await;
        let chat_id = chat(&world, "c1").await;
        say(&world, chat_id, "one").await;
        let heard = receiver.next().await;
        let token = &world.application.application.application_token;
        assert_eq!(heard.field("auth[application_token]"), token);
        let mut mac = hmac::Hmac::<sha2::Sha256>::new_from_slice(token.as_bytes()).unwrap();
        let (id, timestamp) = (heard.header("webhook-id"), heard.header("webhook-timestamp"));
        mac.update(format!("{id}.{timestamp}.{}", heard.body).as_bytes());
        let expected = base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes());
        assert_eq!(heard.header("webhook-signature"), format!("v1,{expected}"));
        assert_eq!(timestamp, heard.field("ts"));
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
        assert_ne!(
            first.field("auth[access_token]"),
            second.field("auth[access_token]"),
            "each attempt has a fresh token"
        );
        world.until(DONE, 1).await;
        assert_eq!(attempts(&world).await, ["500 the handler answered 500", "200 ok"]);
        world.end().await;
    });
}

#[test]
fn a_chat_hears_in_order_and_other_chats_do_not_wait() {
    on_both(|world| async move {
        let receiver = Receiver::start().await;
        bind(&world, EventCode::ConnectorMessageAdd, receiver.url("/hook")).await;
        let (one, other) = (chat(&world, "c1").await, chat(&world, "c2").await);
        receiver.answer("/hook", [Answer::Status(503), Answer::Status(200)]);
        say(&world, one, "first").await;
        receiver.next().await;
        world.until(ATTEMPTS, 1).await;
        say(&world, one, "second").await;
        say(&world, one, "third").await;
        say(&world, other, "elsewhere").await;
        assert!(receiver.next().await.text().ends_with(" elsewhere"));
        world.until(DONE, 1).await;
        world.advance(6_000);
        for expected in ["first", "second", "third"] {
            let text = receiver.next().await.text().to_owned();
            assert!(text.ends_with(&format!(" {expected}")), "{text} came instead of {expected}");
        }
        world.end().await;
    });
}

#[test]
fn a_hanging_handler_delays_nobody_else() {
    let few_places = |config: &mut server::config::Config| {
        config.delivery.per_handler_max = 2;
        config.delivery.total_max = 4;
    };
    on_both_with(few_places, |world| async move {
        let (stuck, healthy) = (Receiver::start().await, Receiver::start().await);
        stuck.answer("/hook", [Answer::Hang]);
        bind(&world, EventCode::ConnectorMessageAdd, stuck.url("/hook")).await;
        bind(&world, EventCode::ConnectorMessageAdd, healthy.url("/hook")).await;
        for name in ["c1", "c2", "c3", "c4", "c5", "c6"] {
            let chat_id = chat(&world, name).await;
            say(&world, chat_id, name).await;
        }
        for _ in 0..6 {
            healthy.next().await;
        }
        stuck.next().await;
        stuck.next().await;
        world.until(DONE, 6).await;
        assert!(stuck.rest().await.is_empty(), "more than per_handler_max were on their way");
        world.end().await;
    });
}

#[test]
fn a_handler_may_say_when_to_come_again() {
    on_both(|world| async move {
        let receiver = Receiver::start().await;
        bind(&world, EventCode::ConnectorMessageAdd, receiver.url("/hook")).await;
        receiver.answer("/hook", [Answer::RetryAfter(429, "600"), Answer::Status(200)]);
        let chat_id = chat(&world, "c1").await;
        say(&world, chat_id, "one").await;
        receiver.next().await;
        world.until(ATTEMPTS, 1).await;
        let due = "SELECT due_ms FROM deliveries WHERE state = 'pending'";
        assert_eq!(world.count(due).await, START_MS + 600_000);
        world.advance(600_000);
        receiver.next().await;
        world.until(DONE, 1).await;
        world.end().await;
    });
}

#[test]
fn what_is_final_is_not_tried_again() {
    on_both(|world| async move {
        let receiver = Receiver::start().await;
        bind(&world, EventCode::ConnectorMessageAdd, receiver.url("/gone")).await;
        receiver.answer("/gone", [Answer::Status(404)]);
        let chat_id = chat(&world, "c1").await;
        say(&world, chat_id, "one").await;
        world.until(FAILED, 1).await;
        assert_eq!(attempts(&world).await, ["404 the handler answered 404"]);
        // The literal behaviour of the documentation, for an application that wants it.
        world.execute("UPDATE applications SET retries = 0").await;
        receiver.answer("/gone", [Answer::Status(500)]);
        say(&world, chat_id, "two").await;
        world.until(FAILED, 2).await;
        assert_eq!(attempts(&world).await, ["404 the handler answered 404", "500 the handler answered 500"]);
        world.end().await;
    });
}

#[test]
fn a_redirect_is_not_followed_and_not_taken_for_a_receipt() {
    on_both(|world| async move {
        let receiver = Receiver::start().await;
        bind(&world, EventCode::ConnectorMessageAdd, receiver.url("/moved")).await;
        receiver.answer("/moved", [Answer::Redirect("https://elsewhere.example/hook?key=secret".to_owned())]);
        let chat_id = chat(&world, "c1").await;
        say(&world, chat_id, "one").await;
        receiver.next().await;
        world.until(FAILED, 1).await;
        assert!(receiver.rest().await.is_empty());
        let reason =
            "the handler answered 302 and redirects to https://elsewhere.example: bind the address it redirects to";
        assert_eq!(attempts(&world).await, [format!("302 {reason}")]);
        assert_eq!(world.count("SELECT count(*) FROM messages WHERE progress = 'failed'").await, 1);
        world.end().await;
    });
}

#[test]
fn a_confirmed_message_is_not_sent_again() {
    on_both(|world| async move {
        let receiver = Receiver::start().await;
        bind(&world, EventCode::ConnectorMessageAdd, receiver.url("/hook")).await;
        receiver.answer("/hook", [Answer::Status(500)]);
        let chat_id = chat(&world, "c1").await;
        let id = say(&world, chat_id, "one").await;
        receiver.next().await;
        world.until(ATTEMPTS, 1).await;
        say(&world, chat_id, "two").await;
        receiver.answer("/hook", [Answer::Status(200)]);
        let messages = json!([{
            "im": {"chat_id": chat_id, "message_id": id}, "message": {"id": ["e1"]}, "chat": {"id": "c1"},
        }]);
        let parameters = json!({"CONNECTOR": CONNECTOR, "LINE": world.line_id, "MESSAGES": messages});
        let reply = world.call("imconnector.send.status.delivery", parameters).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        // What waited behind it goes at once, not when the pause would have been over.
        assert!(receiver.next().await.text().ends_with(" two"));
        world.until(DONE, 1).await;
        world.advance(60_000);
        world.until("SELECT count(*) FROM deliveries WHERE state = 'settled'", 1).await;
        assert_eq!(world.count(ATTEMPTS).await, 2);
        world.end().await;
    });
}

#[test]
fn what_waits_goes_out_after_a_restart() {
    on_both(|world| async move {
        let receiver = Receiver::start().await;
        bind(&world, EventCode::ConnectorMessageAdd, receiver.url("/hook")).await;
        receiver.answer("/hook", [Answer::Hang]);
        let chat_id = chat(&world, "c1").await;
        say(&world, chat_id, "one").await;
        say(&world, chat_id, "two").await;
        let cut_off = receiver.next().await;
        receiver.answer("/hook", [Answer::Status(200)]);
        let world = world.restart().await;
        let first = receiver.next().await;
        assert_eq!(first.header("webhook-id"), cut_off.header("webhook-id"));
        assert!(receiver.next().await.text().ends_with(" two"));
        world.until(DONE, 2).await;
        world.end().await;
    });
}

#[test]
fn a_person_can_send_a_failed_delivery_again() {
    on_both(|world| async move {
        let receiver = Receiver::start().await;
        bind(&world, EventCode::ConnectorMessageAdd, receiver.url("/hook")).await;
        receiver.answer("/hook", [Answer::Status(410), Answer::Status(200)]);
        let chat_id = chat(&world, "c1").await;
        say(&world, chat_id, "one").await;
        let first = receiver.next().await;
        world.until(FAILED, 1).await;
        let app = &world.server.app;
        let id = world.count("SELECT id FROM deliveries WHERE state = 'failed'").await;
        let replay = move |change: &mut desk::Change<'_, '_>| desk::deliveries::replay(change, id);
        assert!(app.change(START_MS, 0, replay).await.unwrap());
        let second = receiver.next().await;
        assert_eq!(first.header("webhook-id"), second.header("webhook-id"));
        world.until(DONE, 1).await;
        world.end().await;
    });
}

#[test]
fn an_unbound_handler_hears_nothing_more() {
    on_both(|world| async move {
        let receiver = Receiver::start().await;
        let id = bind(&world, EventCode::ConnectorMessageAdd, receiver.url("/hook")).await;
        receiver.answer("/hook", [Answer::Status(500)]);
        let chat_id = chat(&world, "c1").await;
        say(&world, chat_id, "one").await;
        receiver.next().await;
        world.until(ATTEMPTS, 1).await;
        let app = &world.server.app;
        app.change(START_MS, 0, move |change| desk::handlers::unbind(change, &[id])).await.unwrap();
        world.advance(60_000);
        assert_eq!(world.count(PENDING).await, 0);
        assert_eq!(world.count("SELECT count(*) FROM deliveries WHERE state = 'cancelled'").await, 1);
        world.end().await;
    });
}

#[test]
fn private_addresses_are_refused_unless_allowed() {
    let closed = |config: &mut server::config::Config| config.delivery.allow_private = Vec::new();
    on_both_with(closed, |world| async move {
        let receiver = Receiver::start().await;
        bind(&world, EventCode::ConnectorMessageAdd, receiver.url("/literal")).await;
        let named = receiver.url("/named").replace("127.0.0.1", "localhost");
        bind(&world, EventCode::ConnectorMessageAdd, named).await;
        bind(&world, EventCode::ConnectorMessageAdd, "ftp://files.example/hook".to_owned()).await;
        let chat_id = chat(&world, "c1").await;
        say(&world, chat_id, "one").await;
        world.until(FAILED, 3).await;
        let mut reasons = attempts(&world).await;
        reasons.sort();
        let private = "is a private address; name its network in delivery.allow_private if it may be called";
        assert_eq!(
            reasons,
            [
                format!("- 127.0.0.1 {private}"),
                "- addresses of the kind ftp: are not called".to_owned(),
                format!("- localhost {private}"),
            ]
        );
        assert!(receiver.rest().await.is_empty());
        world.end().await;
    });
}
