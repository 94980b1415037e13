//! What happens at the limits of the server, and what it says of itself then.

use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use desk::inbound::Call;
use futures::StreamExt;
use futures::future::join_all;
use futures::stream::FuturesUnordered;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{CONNECTOR, Reply, World, on_both, on_both_with, read};

const OVERLOADED: &str = "503 OVERLOAD_LIMIT: REST API is blocked due to overload";

/// Status and reasons.
async fn ready(world: &World) -> (u16, Vec<String>) {
    let Reply { status, body } = read(world.http.get(format!("{}/ready", world.base)).send().await.unwrap()).await;
    assert_eq!(body["status"], if status == 200 { "ready" } else { "not ready" });
    (status, serde_json::from_value(body["reasons"].clone()).unwrap())
}

/// A connection that asks again and again without closing.
struct Visitor(TcpStream);

impl Visitor {
    async fn new(world: &World) -> Visitor {
        Visitor(TcpStream::connect(world.server.listening).await.unwrap())
    }

    async fn ask(&mut self) {
        self.0.write_all(b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    }

    async fn hear(&mut self) {
        let mut answer = Vec::new();
        while !answer.ends_with(b"{\"status\":\"alive\"}") {
            let read = self.0.read_buf(&mut answer).await.unwrap();
            assert!(read > 0, "it was closed after {}", String::from_utf8_lossy(&answer));
        }
    }

    fn has_heard(&self) -> bool {
        self.0.try_read(&mut [0]).is_ok()
    }
}

#[test]
fn connections_beyond_the_limit_wait_until_one_closes() {
    on_both_with(
        |config| config.server.connections_max = 2,
        |world| async move {
            let (mut first, mut second) = (Visitor::new(&world).await, Visitor::new(&world).await);
            for visitor in [&mut first, &mut second] {
                visitor.ask().await;
                visitor.hear().await;
            }
            let mut third = Visitor::new(&world).await;
            third.ask().await;
            for _ in 0..20 {
                first.ask().await;
                first.hear().await;
            }
            assert!(!third.has_heard(), "a third connection was served");
            drop(first);
            third.hear().await;
            second.ask().await;
            second.hear().await;
            world.end().await;
        },
    );
}

/// A head that never ends although it goes on, a body that never ends, and a client that asks and never reads.
#[test]
fn clients_that_take_too_long_are_cut_off() {
    on_both_with(
        |config| config.server.request_timeout_s = 1,
        |world| async move {
            let connect = async || TcpStream::connect(world.server.listening).await.unwrap();
            let (head, mut body, mut deaf) = (connect().await, connect().await, connect().await);
            let (mut hear_head, mut say_head) = head.into_split();
            say_head.write_all(b"GET /health HTTP/1.1\r\nhost: x\r\nx-").await.unwrap();
            let slowly = async {
                let mut pause = tokio::time::interval(Duration::from_millis(100));
                while say_head.write_all(b"x").await.is_ok() {
                    pause.tick().await;
                }
            };
            let announced = b"POST /rest/profile HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\nx";
            body.write_all(announced).await.unwrap();
            let path = world.webhook.replace(&world.base, "");
            let ask = format!("GET {path}/methods?full=true HTTP/1.1\r\nhost: x\r\n\r\n").repeat(100);
            let asking = async { while deaf.write_all(ask.as_bytes()).await.is_ok() {} };
            let (mut heard, mut answer) = (Vec::new(), Vec::new());
            let all = async {
                // Whether the end is a clean one or a reset depends on what was still on its way.
                let _ = tokio::join!(asking, slowly, hear_head.read_to_end(&mut heard), body.read_to_end(&mut answer));
            };
            let cut = tokio::time::timeout(Duration::from_secs(30), all).await;
            assert!(cut.is_ok(), "a client was not cut off");
            assert!(!heard.starts_with(b"HTTP/1.1 200"), "it was answered");
            assert!(answer.starts_with(b"HTTP/1.1 500 "), "{}", String::from_utf8_lossy(&answer));
            world.end().await;
        },
    );
}

/// Bodies that do not end take all the room that there is for large ones: small ones need none.
#[test]
fn bodies_of_strangers_have_room_for_sixteen_large_ones() {
    on_both_with(
        |config| config.server.body_bytes_max = 64 * 1024,
        |world| async move {
            // 16 KiB of each are free, the rest takes three steps of 16 KiB; there is room for 64.
            let stall = async || {
                let mut stream = TcpStream::connect(world.server.listening).await.unwrap();
                let head = "POST /rest/profile HTTP/1.1\r\nhost: x\r\ncontent-length: 65536\r\n\r\n";
                stream.write_all(head.as_bytes()).await.unwrap();
                stream.write_all(&[b'x'; 60 * 1024]).await.unwrap();
                let mut answer = [0; 12];
                stream.read_exact(&mut answer).await.unwrap();
                String::from_utf8_lossy(&answer).into_owned()
            };
            let mut stalled: FuturesUnordered<_> = (0..25).map(|_| stall()).collect();
            for _ in 0..4 {
                assert_eq!(stalled.next().await.unwrap(), "HTTP/1.1 503");
            }
            let call = async |bytes: usize| world.hook("server.time", json!({"x": "y".repeat(bytes)})).await.brief();
            assert_eq!((call(15_000).await.as_str(), call(60_000).await.as_str()), ("200 OK", OVERLOADED));
            drop(stalled);
            while call(60_000).await == OVERLOADED {}
            assert_eq!(call(60_000).await, "200 OK");
            world.end().await;
        },
    );
}

/// Connections on which nobody says anything take all the room there is: it becomes free again.
#[test]
fn a_thousand_idle_connections_do_not_stop_messages() {
    on_both_with(
        |config| {
            config.server.connections_max = 1000;
            config.server.request_timeout_s = 1;
        },
        |world| async move {
            let mut idle = Vec::new();
            for _ in 0..1000 {
                idle.push(TcpStream::connect(world.server.listening).await.unwrap());
            }
            let sent = world.send(json!([World::message("m1", "hello")]));
            let reply = tokio::time::timeout(Duration::from_secs(30), sent).await.expect("there is no room");
            assert_eq!(reply.brief(), "200 OK");
            assert_eq!(world.count("SELECT count(*) FROM messages").await, 1);
            drop(idle);
            world.end().await;
        },
    );
}

#[test]
fn a_server_without_its_database_is_not_ready() {
    on_both(|world| async move {
        assert_eq!(ready(&world).await, (200, Vec::new()));
        world.server.app.store.close().await;
        assert_eq!(ready(&world).await, (503, vec!["the database does not answer".to_owned()]));
        let call = world.send(json!([World::message("m1", "hello")])).await;
        assert_eq!(call.brief(), OVERLOADED);
        assert_eq!(world.http.get(format!("{}/health", world.base)).send().await.unwrap().status(), 200);
        world.end().await;
    });
}

/// Stops the database's writer until the returned end is dropped.
pub async fn hold_the_writer(world: &World) -> mpsc::Sender<()> {
    let (held, wait) = mpsc::channel::<()>();
    let (started, begins) = tokio::sync::oneshot::channel();
    let store = world.server.app.store.clone();
    tokio::spawn(async move {
        let hold = move |_: &mut store::Tx<'_>| -> Result<(), store::Error> {
            let _ = started.send(());
            // An error means that the other end was dropped: go on.
            let _ = wait.recv();
            Ok(())
        };
        store.write(hold).await
    });
    begins.await.unwrap();
    held
}

#[test]
fn a_full_intake_is_announced_and_refuses_before_anything_is_lost() {
    on_both(|world| async move {
        let held = hold_the_writer(&world).await;
        let app = &world.server.app;
        let call = Call {
            application_id: world.application.application.id,
            connector: CONNECTOR.to_owned(),
            line_id: 999,
            source: String::new(),
            messages: Vec::new(),
        };
        let accept = |call: &Call| {
            let (app, call) = (Arc::clone(app), call.clone());
            tokio::spawn(async move { app.intake.accept(call).await })
        };
        // The first one is on its way to the database, behind the job that holds the writer.
        let mut waiting = vec![accept(&call)];
        while app.store.write_queue_len() == 0 {
            tokio::task::yield_now().await;
        }
        waiting.extend((0..10_000).map(|_| accept(&call)));
        while app.intake.len() < 10_000 {
            tokio::task::yield_now().await;
        }
        let (status, reasons) = ready(&world).await;
        assert_eq!(status, 503);
        assert!(reasons.contains(&"10000 calls wait for their messages to be stored".to_owned()), "{reasons:?}");
        let reply = world.send(json!([World::message("m1", "hello")])).await;
        assert_eq!(reply.brief(), OVERLOADED);
        drop(held);
        for outcome in join_all(waiting).await {
            let refused = outcome.unwrap().expect_err("there is no line 999");
            assert!(matches!(refused, desk::Error::Refused(desk::Refusal::LineInactive)), "{refused}");
        }
        assert_eq!(world.send(json!([World::message("m1", "hello")])).await.brief(), "200 OK");
        assert_eq!(ready(&world).await, (200, Vec::<String>::new()));
        assert_eq!(world.count("SELECT count(*) FROM messages").await, 1);
        world.end().await;
    });
}

/// Calls with different source keys at once: each key's queue of offline events misses exactly what came with that key.
#[test]
fn parallel_calls_with_source_keys_do_not_mix() {
    on_both(|world| async move {
        for key in ["", "red", "blue"] {
            let bind = json!({"event": "ONOPENLINEMESSAGEADD", "event_type": "offline", "auth_connector": key});
            assert_eq!(world.call("event.bind", bind).await.brief(), "200 OK");
        }
        let world = Arc::new(world);
        let calls = (0..90).map(|number| {
            let world = Arc::clone(&world);
            let key = ["", "red", "blue"][number % 3];
            tokio::spawn(async move {
                let message = World::message(&format!("m{number}"), &format!("by {key}!"));
                let parameters = json!({
                    "CONNECTOR": CONNECTOR, "LINE": world.line_id, "MESSAGES": [message], "auth_connector": key,
                });
                world.call("imconnector.send.messages", parameters).await
            })
        });
        for reply in join_all(calls).await {
            assert_eq!(reply.unwrap().brief(), "200 OK");
        }
        for (sql, expected) in [
            ("SELECT count(*) FROM offline_events WHERE auth_connector = ''", 90),
            ("SELECT count(*) FROM offline_events WHERE auth_connector = 'red'", 60),
            ("SELECT count(*) FROM offline_events WHERE auth_connector = 'blue'", 60),
            ("SELECT count(*) FROM offline_events WHERE auth_connector = 'red' AND fact LIKE '%by red!%'", 0),
            ("SELECT count(*) FROM offline_events WHERE auth_connector = 'blue' AND fact LIKE '%by blue!%'", 0),
        ] {
            assert_eq!(world.count(sql).await, expected, "{sql}");
        }
        Arc::into_inner(world).expect("all calls are over").end().await;
    });
}
