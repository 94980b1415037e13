//! The database fails, is shared, or is full: clear errors, nothing by halves, and it goes on by itself (promises 1 to 4).

use std::collections::HashSet;
use std::process::Stdio;
use std::sync::Arc;

use futures::future::join_all;
use serde_json::json;
use server::chance::Chance;
use server::clock::Clock;
use server::start::Server;
use store::{Options, Store};
use tokio::io::AsyncWriteExt;

use crate::crash;
use crate::receiver::Receiver;
use crate::support::{CONNECTOR, Database, START_MS, World, on_both, read};

const MESSAGES: &str = "SELECT count(*) FROM messages";
/// Messages whose number is not that of their place in the chat.
const GAPS: &str = "SELECT count(*) FROM messages m WHERE no <> (SELECT count(*) FROM messages n WHERE n.chat_id = m.chat_id \
                    AND n.no <= m.no)";

fn message(number: usize, chats: usize) -> serde_json::Value {
    let chat = number % chats;
    json!({
        "user": {"id": format!("u{chat}")}, "message": {"id": format!("m{number}"), "text": "hello"},
        "chat": {"id": format!("c{chat}")},
    })
}

/// Each message is sent to both at the same time.
#[test]
fn two_servers_on_one_database_take_turns() {
    on_both(|world| async move {
        let app = &world.server.app;
        let second = Server::start(app.config.clone(), app.clock.clone(), Chance::seeded(7)).await.unwrap();
        let receiver = Receiver::start().await;
        let bound = json!({"event": "ONOPENLINEMESSAGEADD", "handler": receiver.url("/hook")});
        assert_eq!(world.call("event.bind", bound).await.brief(), "200 OK");
        let bases = [world.base.clone(), format!("http://{}", second.listening)];
        let calls = (0..200).map(|call| {
            let url = format!("{}/rest/imconnector.send.messages", bases[call % 2]);
            let parameters = json!({
                "auth": world.tokens.access_token, "CONNECTOR": CONNECTOR, "LINE": world.line_id,
                "MESSAGES": [message(call / 2, 4)],
            });
            let request = world.http.post(url).json(&parameters);
            tokio::spawn(async move { read(request.send().await.unwrap()).await })
        });
        let replies: Vec<_> = join_all(calls).await.into_iter().map(Result::unwrap).collect();
        for pair in replies.chunks(2) {
            assert_eq!(pair[0].result(), pair[1].result());
        }
        assert_eq!(world.count(MESSAGES).await, 100);
        assert_eq!(world.count(GAPS).await, 0);
        assert_eq!(world.count("SELECT count(*) FROM sessions").await, 4);
        assert_eq!(world.count("SELECT count(*) FROM events WHERE kind = 'message.added'").await, 100);
        let mut told = HashSet::new();
        for _ in 0..100 {
            told.insert(receiver.next().await.field("data[DATA][0][message][id]").to_owned());
        }
        assert_eq!(told.len(), 100, "nobody is told twice");
        second.stop().await;
        world.end().await;
    });
}

#[test]
fn postgres_goes_away_and_comes_back() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let world = Arc::new(World::new(Database::Postgres, Clock::manual(START_MS), |_| ()).await);
        let url = world.server.app.config.database.url.clone();
        let name = url.rsplit('/').next().unwrap().to_owned();
        let admin = Store::open(store::testing::postgres().url(), Options::default()).await.unwrap();
        let terminate = {
            let name = name.clone();
            move |tx: &mut store::Tx<'_>| {
                let sql = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = ?1";
                tx.query_one(sql, &[store::Param::from(name.as_str())], |row| row.get::<i64>(0))
            }
        };
        let senders: Vec<_> = (0..200)
            .map(|number| {
                let world = Arc::clone(&world);
                tokio::spawn(async move {
                    let mut failed = 0;
                    while world.send(json!([message(number, 4)])).await.status != 200 {
                        failed += 1;
                        assert!(failed < 20, "it does not recover");
                    }
                })
            })
            .collect();
        for _ in 0..3 {
            admin.write(terminate.clone()).await.unwrap_or_else(|error: store::Error| panic!("{error}"));
        }
        for sender in join_all(senders).await {
            sender.unwrap();
        }
        assert_eq!((world.count(MESSAGES).await, world.count(GAPS).await), (200, 0));

        let allow = |word: &str| format!("ALTER DATABASE {name} ALLOW_CONNECTIONS {word}");
        let (off, on) = (allow("false"), allow("true"));
        let away = move |tx: &mut store::Tx<'_>| tx.execute(&off, &[]);
        admin.write(away).await.unwrap_or_else(|error: store::Error| panic!("{error}"));
        admin.write(terminate).await.unwrap_or_else(|error: store::Error| panic!("{error}"));
        let calls = (0..20).map(|number| {
            let world = Arc::clone(&world);
            tokio::spawn(async move { world.send(json!([message(1000 + number, 4)])).await })
        });
        for reply in join_all(calls).await {
            assert_eq!(reply.unwrap().brief(), "500 INTERNAL_SERVER_ERROR: Internal server error");
        }
        let back = move |tx: &mut store::Tx<'_>| tx.execute(&on, &[]);
        admin.write(back).await.unwrap_or_else(|error: store::Error| panic!("{error}"));
        assert_eq!(world.send(json!([message(2000, 4)])).await.brief(), "200 OK");
        assert_eq!((world.count(MESSAGES).await, world.count(GAPS).await), (201, 0));
        admin.close().await;
        Arc::into_inner(world).expect("all calls are over").end().await;
    });
}

/// The file system refuses to let the log grow: the limit on the size of files acts like a full disk.
#[test]
fn a_full_disk_is_an_error_until_there_is_room() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("trunkline.db").display());
        let (program, demo) = crash::start_with("trap '' XFSZ; exec \"$@\"", folder.path(), &url).await;
        let limit = async |size: &str| {
            let mut command = tokio::process::Command::new("prlimit");
            command.args(["--pid", &program.id().unwrap().to_string(), &format!("--fsize={size}:")]);
            assert!(command.stdout(Stdio::null()).status().await.unwrap().success());
        };
        let size = std::fs::metadata(folder.path().join("trunkline.db-wal")).unwrap().len();
        limit(&(size + 300_000).to_string()).await;
        let mut stored = 0;
        let refused = loop {
            let reply = demo.send(stored % 3, &format!("m{stored}")).await.unwrap();
            if reply.status != 200 {
                break reply;
            }
            stored += 1;
            assert!(stored < 2000, "the disk does not fill");
        };
        assert_eq!(refused.brief(), "500 INTERNAL_SERVER_ERROR: Internal server error");
        let calls = (0..20).map(|number| {
            let demo = demo.clone();
            tokio::spawn(async move { demo.send(number % 3, &format!("full{number}")).await.unwrap().status })
        });
        let refusals = join_all(calls).await.into_iter().filter(|status| *status.as_ref().unwrap() == 500).count();
        assert!(stored > 0 && refusals > 0);
        limit("unlimited").await;
        for number in 0..20 {
            assert_eq!(demo.send(number % 3, &format!("full{number}")).await.unwrap().brief(), "200 OK");
        }
        assert_eq!(demo.send(stored % 3, &format!("m{stored}")).await.unwrap().brief(), "200 OK");
        let store = Store::open(&url, Options::default()).await.unwrap();
        let rows = crash::stored(&store).await;
        crash::check_numbers(&rows, 3);
        let ids: HashSet<&str> = rows.iter().filter_map(|row| row.external_id.as_deref()).collect();
        assert_eq!(ids.len(), stored + 21);
        store.close().await;
    });
}

/// The client is gone before the answer comes; what it sends again is answered as the first time would have been.
#[test]
fn a_lost_answer_is_given_again() {
    on_both(|world| async move {
        let parameters = json!({
            "auth": world.tokens.access_token, "CONNECTOR": CONNECTOR, "LINE": world.line_id,
            "MESSAGES": [World::message("m1", "hello")],
        });
        let body = parameters.to_string();
        let mut stream = tokio::net::TcpStream::connect(world.server.listening).await.unwrap();
        let head = format!(
            "POST /rest/imconnector.send.messages HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all((head + &body).as_bytes()).await.unwrap();
        world.until(MESSAGES, 1).await;
        drop(stream);
        let first = world.send(json!([World::message("m1", "hello")])).await;
        let second = world.send(json!([World::message("m1", "hello")])).await;
        assert_eq!(first.result(), second.result());
        let result = &first.result()["DATA"]["RESULT"][0];
        assert_eq!(result["SUCCESS"], true);
        assert_eq!(result["session"]["CHAT_ID"], world.count("SELECT id FROM chats").await.to_string());
        assert_eq!(result["session"]["ID"], world.count("SELECT id FROM sessions").await.to_string());
        for table in [MESSAGES, "SELECT count(*) FROM chats", "SELECT count(*) FROM sessions"] {
            assert_eq!(world.count(table).await, 1, "{table}");
        }
        world.end().await;
    });
}
