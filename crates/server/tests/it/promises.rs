//! The promises of the design that only show when much happens at once.

use std::sync::Arc;

use futures::future::join_all;
use serde_json::json;

use crate::support::{World, on_both};

/// The same first message from 64 connections: one customer, one chat, one session, one message.
#[test]
fn a_first_message_sent_by_64_at_once_is_one() {
    on_both(|world| async move {
        let world = Arc::new(world);
        let calls = (0..64).map(|_| {
            let world = Arc::clone(&world);
            tokio::spawn(async move { world.send(json!([World::message("m1", "hello")])).await })
        });
        let replies: Vec<_> = join_all(calls).await.into_iter().map(Result::unwrap).collect();
        for reply in &replies {
            assert_eq!(reply.result(), replies[0].result());
        }
        for (what, expected) in [
            ("SELECT count(*) FROM users WHERE kind = 'customer'", 1),
            ("SELECT count(*) FROM chats", 1),
            ("SELECT count(*) FROM sessions", 1),
            ("SELECT count(*) FROM messages", 1),
        ] {
            assert_eq!(world.count(what).await, expected, "{what}");
        }
        Arc::into_inner(world).expect("all calls are over").end().await;
    });
}

/// Different messages of one chat in parallel: numbered from 1 without gaps, in one session.
#[test]
fn parallel_messages_of_a_chat_are_numbered_without_gaps() {
    on_both(|world| async move {
        let world = Arc::new(world);
        let calls = (0..100).map(|index| {
            let world = Arc::clone(&world);
            tokio::spawn(async move { world.send(json!([World::message(&format!("m{index}"), "hello")])).await })
        });
        for reply in join_all(calls).await {
            assert_eq!(reply.unwrap().status, 200);
        }
        assert_eq!(world.count("SELECT count(*) FROM sessions").await, 1);
        assert_eq!(world.count("SELECT count(DISTINCT no) FROM messages").await, 100);
        assert_eq!(world.count("SELECT max(no) FROM messages").await, 100);
        let unordered = "SELECT count(*) FROM messages a JOIN messages b ON b.chat_id = a.chat_id AND b.no = a.no + 1 \
                         WHERE b.id <= a.id";
        assert_eq!(world.count(unordered).await, 0, "numbers grow with ids");
        let events = "SELECT count(*) FROM events WHERE kind = 'message.added'";
        assert_eq!(world.count(events).await, 100, "every message has its event");
        Arc::into_inner(world).expect("all calls are over").end().await;
    });
}

/// A call that is refused in the middle of a group does not touch its neighbours.
#[test]
fn refused_calls_leave_their_neighbours_alone() {
    on_both(|world| async move {
        let world = Arc::new(world);
        let calls = (0..60).map(|index| {
            let world = Arc::clone(&world);
            tokio::spawn(async move {
                let line = if index % 3 == 0 { 999 } else { world.line_id };
                let message = World::message(&format!("m{index}"), "hello");
                let parameters = json!({"CONNECTOR": "myconnector", "LINE": line, "MESSAGES": [message]});
                (index, world.call("imconnector.send.messages", parameters).await)
            })
        });
        for outcome in join_all(calls).await {
            let (index, reply) = outcome.unwrap();
            assert_eq!(reply.status, if index % 3 == 0 { 400 } else { 200 });
        }
        assert_eq!(world.count("SELECT count(*) FROM messages").await, 40);
        Arc::into_inner(world).expect("all calls are over").end().await;
    });
}
