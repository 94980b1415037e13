//! Work in the background that nobody asks for.

use desk::facts::EventCode;
use serde_json::json;

use super::delivery::{DONE, bind, chat, say};
use super::receiver::Receiver;
use super::support::{World, on_both};

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// Lets the sweep run that is due at this moment, and waits until it has planned the next one.
async fn sweep(world: &World, after_ms: i64) {
    world.advance(after_ms);
    let now = world.server.app.clock.now_ms();
    let due_ms = now + HOUR_MS;
    let sql = format!("SELECT count(*) FROM jobs WHERE kind = 'sweep' AND due_ms = {due_ms} AND locked_until_ms = 0");
    world.until(sql.leak(), 1).await;
}

#[test]
fn old_rows_go_and_others_stay() {
    on_both(|world| async move {
        let receiver = Receiver::start().await;
        bind(&world, EventCode::ConnectorMessageAdd, receiver.url("/hook")).await;
        let bound = json!({"event": "ONOPENLINEMESSAGEADD", "event_type": "offline"});
        assert_eq!(world.call("event.bind", bound).await.brief(), "200 OK");
        let chat_id = chat(&world, "c1").await;
        say(&world, chat_id, "one").await;
        world.until(DONE, 1).await;
        // One of the two offline events is reserved, the other nobody has asked for.
        world.call("event.offline.get", json!({"limit": 1, "clear": 0})).await;
        let counts = async || {
            let mut counts = Vec::new();
            for sql in [
                "SELECT count(*) FROM tokens WHERE kind = 'access'",
                "SELECT count(*) FROM tokens WHERE kind = 'refresh'",
                "SELECT count(*) FROM deliveries",
                "SELECT count(*) FROM attempts",
                "SELECT count(*) FROM offline_events WHERE process_id <> ''",
                "SELECT count(*) FROM offline_events WHERE process_id = ''",
            ] {
                counts.push(world.count(sql).await);
            }
            counts
        };
        // The world's access token and that of the delivery; they can be told apart from unknown ones for a day.
        assert_eq!(counts().await, [2, 1, 1, 1, 1, 1]);
        sweep(&world, DAY_MS + HOUR_MS).await;
        assert_eq!(counts().await, [2, 1, 1, 1, 1, 1]);
        sweep(&world, HOUR_MS).await;
        assert_eq!(counts().await, [0, 1, 1, 1, 1, 1]);
        sweep(&world, 28 * DAY_MS).await;
        assert_eq!(counts().await, [0, 1, 1, 1, 1, 1], "kept for thirty days");
        sweep(&world, 2 * DAY_MS).await;
        assert_eq!(counts().await, [0, 1, 0, 0, 0, 1], "what waits to be fetched stays");
        world.end().await;
    });
}
