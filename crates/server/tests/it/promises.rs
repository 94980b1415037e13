//! The promises of the design that only show when much happens at once.

use std::sync::Arc;

use futures::future::join_all;
use serde_json::json;
use server::chance::Chance;
use server::clock::Clock;
use server::start::Server;

use crate::support::{CONNECTOR, Database, START_MS, World, on_both, read};

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

/// Two processes on one PostgreSQL: what one of them remembers is never older than what the other has written.
#[test]
fn two_servers_of_one_database_agree() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let world = Arc::new(World::new(Database::Postgres, Clock::manual(START_MS), |_| ()).await);
        let (config, clock) = (world.server.app.config.clone(), world.server.app.clock.clone());
        let second = Server::start(config, clock, Chance::seeded(2)).await.unwrap();
        let addresses = [world.base.clone(), format!("http://{}", second.listening)];
        let send = |number: usize, id: String| {
            let (world, address) = (Arc::clone(&world), addresses[number % 2].clone());
            tokio::spawn(async move {
                let messages = json!([World::message(&id, "hello")]);
                let token = &world.tokens.access_token;
                let body = json!({"CONNECTOR": CONNECTOR, "LINE": world.line_id, "MESSAGES": messages, "auth": token});
                let request = world.http.post(format!("{address}/rest/imconnector.send.messages")).json(&body);
                read(request.send().await.unwrap()).await
            })
        };
        // The same new customer at both at once.
        let replies = join_all((0..64).map(|number| send(number, "m0".to_owned()))).await;
        let replies: Vec<_> = replies.into_iter().map(Result::unwrap).collect();
        for reply in &replies {
            assert_eq!(reply.result(), replies[0].result());
        }
        // Different messages of the same chat at both at once, then in turns.
        for reply in join_all((1..=40).map(|number| send(number, format!("m{number}")))).await {
            assert_eq!(reply.unwrap().brief(), "200 OK");
        }
        for number in 41..=60 {
            assert_eq!(send(number, format!("m{number}")).await.unwrap().brief(), "200 OK");
        }
        for (what, expected) in [
            ("SELECT count(*) FROM users WHERE kind = 'customer'", 1),
            ("SELECT count(*) FROM chats", 1),
            ("SELECT count(*) FROM sessions", 1),
            ("SELECT count(*) FROM messages", 61),
            ("SELECT count(DISTINCT no) FROM messages", 61),
            ("SELECT max(no) FROM messages", 61),
        ] {
            assert_eq!(world.count(what).await, expected, "{what}");
        }
        second.stop().await;
        Arc::into_inner(world).expect("all calls are over").end().await;
    });
}
