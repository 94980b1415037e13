//! Nobody suffers from a slow or dead neighbour (promise 7).

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::receiver::{Answer, Receiver};
use crate::support::{World, on_both};

/// How much slower everything may be beside bad neighbours: generous, because the machine is shared.
const SLOWER_MAX: u32 = 4;

async fn bind(world: &World, token: &str, url: String) {
    let reply = world.call_with(token, "event.bind", json!({"event": "ONOPENLINEMESSAGEADD", "handler": url})).await;
    assert_eq!(reply.brief(), "200 OK");
}

/// Another application with a connector of its own on the same line; returns its token.
async fn second_connector(world: &World) -> String {
    let (_, token) = world.add_application("Other").await;
    let registration = json!({
        "ID": "other", "NAME": "Other", "ICON": {"DATA_IMAGE": "data:image/svg+xml,"}, "PLACEMENT_HANDLER": "https://other.example/"
    });
    let activation = json!({"CONNECTOR": "other", "LINE": world.line_id, "ACTIVE": "Y"});
    for (method, parameters) in [("imconnector.register", registration), ("imconnector.activate", activation)] {
        assert_eq!(world.call_with(&token, method, parameters).await.brief(), "200 OK");
    }
    token
}

/// Medians of 41 messages of the second connector, one after another: until the answer, and until its handler heard.
async fn medians(world: &World, token: &str, healthy: &Receiver, series: &str) -> (Duration, Duration) {
    let (mut answered, mut heard) = (Vec::new(), Vec::new());
    for number in 0..41 {
        let id = format!("{series}{number}");
        let parameters = json!({"CONNECTOR": "other", "LINE": world.line_id, "MESSAGES": [World::message(&id, &id)]});
        let started = Instant::now();
        assert_eq!(world.call_with(token, "imconnector.send.messages", parameters).await.brief(), "200 OK");
        answered.push(started.elapsed());
        while healthy.next().await.field("data[DATA][0][message][text]") != id {}
        heard.push(started.elapsed());
    }
    answered.sort_unstable();
    heard.sort_unstable();
    (answered[20], heard[20])
}

#[test]
fn a_host_that_hangs_holds_up_nobody_elses_files() {
    on_both(|world| async move {
        let (healthy, hanging) = (Receiver::start().await, Receiver::start().await);
        hanging.answer("/file", [Answer::Hang]);
        healthy.answer("/file", [Answer::File("text/plain", b"here".to_vec())]);
        let message = |number: usize, url: String| {
            json!({
                "user": {"id": "u1"}, "chat": {"id": "c1"},
                "message": {"id": format!("f{number}"), "files": [{"url": url, "name": "a.txt"}]}
            })
        };
        let mut messages: Vec<Value> = (0..20).map(|number| message(number, hanging.url("/file"))).collect();
        messages.push(message(20, healthy.url("/file")));
        assert_eq!(world.send(json!(messages)).await.brief(), "200 OK");
        world.until("SELECT count(*) FROM files WHERE state = 'ready'", 1).await;
        assert_eq!(world.count("SELECT count(*) FROM files WHERE state = 'loading'").await, 20);
        world.end().await;
    });
}

#[test]
fn dead_and_hanging_handlers_slow_nobody_down() {
    on_both(|world| async move {
        let (healthy, hanging) = (Receiver::start().await, Receiver::start().await);
        hanging.answer("/hook", [Answer::Hang]);
        let other = second_connector(&world).await;
        bind(&world, &other, healthy.url("/hook")).await;
        medians(&world, &other, &healthy, "warm").await;
        let alone = medians(&world, &other, &healthy, "alone").await;

        // Nobody listens on a port that was just given back.
        let dead = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        bind(&world, &world.tokens.access_token, format!("http://{dead}/hook")).await;
        bind(&world, &world.tokens.access_token, hanging.url("/hook")).await;
        let message = |number: usize| {
            let chat = number % 200;
            json!({
                "user": {"id": format!("b{chat}")}, "message": {"id": format!("b{number}"), "text": "hello"},
                "chat": {"id": format!("b{chat}")}
            })
        };
        let messages: Vec<Value> = (0..1000).map(message).collect();
        assert_eq!(world.send(json!(messages)).await.brief(), "200 OK");
        let waiting = "SELECT count(*) FROM deliveries WHERE state = 'pending'";
        assert!(world.count(waiting).await >= 1900, "2000 deliveries wait, but for those that hang already");
        // The machine may be busy with something else for a moment: what a neighbour costs is there each time.
        let mut beside = medians(&world, &other, &healthy, "beside").await;
        for series in ["again", "once more"] {
            let quicker = medians(&world, &other, &healthy, series).await;
            beside = (beside.0.min(quicker.0), beside.1.min(quicker.1));
        }
        assert!(beside.0 < alone.0 * SLOWER_MAX, "answers: {alone:?} became {beside:?}");
        assert!(beside.1 < alone.1 * SLOWER_MAX, "deliveries: {alone:?} became {beside:?}");
        world.end().await;
    });
}

/// Occupies a thread that reads until the sender is dropped; returns when it is at work.
async fn occupied(world: &World, how: Reading) -> (std::sync::mpsc::Sender<()>, tokio::task::JoinHandle<()>) {
    let (started, begun) = tokio::sync::oneshot::channel();
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let app = Arc::clone(&world.server.app);
    let held = tokio::spawn(async move {
        let rule = move |tx: &mut store::Tx<'_>| {
            let one = tx.query_one("SELECT 1", &[], |row| row.get::<i64>(0))?;
            let _ = started.send(one);
            let _ = wait.recv();
            Ok(())
        };
        let read = match how {
            Reading::Short => app.read(rule).await,
            Reading::InTurn => app.read_in_turn(rule).await,
        };
        read.unwrap();
    });
    begun.await.unwrap();
    (go, held)
}

#[derive(Clone, Copy)]
enum Reading {
    Short,
    InTurn,
}

/// Reports come one after another, and while they do, everything else is read as always.
#[test]
fn a_slow_report_stops_nobody() {
    on_both(|world| async move {
        world.send(json!([World::message("m1", "hello")])).await;
        let range = json!({"from_ms": 0, "to_ms": 1, "group_by": "day"});
        let reports = [("trunkline.report.get", &range), ("trunkline.report.sessions", &range)];
        let (go, held) = occupied(&world, Reading::InTurn).await;
        // As many reports as may wait, asked for together.
        let app = Arc::clone(&world.server.app);
        let mut waiting: Vec<_> =
            (0..server::long_reads::WAITING_MAX).map(|_| Box::pin(app.read_in_turn(|_| Ok(())))).collect();
        for read in &mut waiting {
            assert!(futures::poll!(read.as_mut()).is_pending());
        }
        for (method, parameters) in reports {
            let reply = world.call(method, parameters.clone()).await;
            assert_eq!(reply.brief(), "503 OVERLOAD_LIMIT: REST API is blocked due to overload", "{method}");
        }
        for (method, parameters) in [
            ("trunkline.start", json!({})),
            ("trunkline.chat.list", json!({"view": "all"})),
            ("trunkline.search", json!({"q": "hello"})),
            ("trunkline.connector.list", json!({})),
            ("im.recent.list", json!({})),
        ] {
            assert_eq!(world.call(method, parameters).await.brief(), "200 OK", "{method}");
        }
        drop(go);
        held.await.unwrap();
        for read in waiting {
            read.await.unwrap();
        }
        // And the other way round: what is short does not stop what is long.
        let short = [occupied(&world, Reading::Short).await, occupied(&world, Reading::Short).await];
        app.read_in_turn(|_| Ok(())).await.unwrap();
        app.read_long(|_| Ok(())).await.unwrap();
        for (go, held) in short {
            drop(go);
            held.await.unwrap();
        }
        for (method, parameters) in reports {
            assert_eq!(world.call(method, parameters.clone()).await.brief(), "200 OK", "{method}");
        }
        world.end().await;
    });
}
