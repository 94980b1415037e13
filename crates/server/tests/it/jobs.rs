//! Work in the background that nobody asks for.

use desk::facts::EventCode;
use desk::uploads;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::delivery::{DONE, bind, chat, say};
use super::receiver::Receiver;
use super::support::{World, on_both, read};
use crate::browser::Browser;

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

/// Contents in the object store.
fn contents(world: &World) -> usize {
    let folders = std::fs::read_dir(world.server.app.config.files_folder()).unwrap();
    folders.map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap().count()).sum()
}

async fn upload(browser: &Browser<'_>, name: &str) -> Value {
    let path = format!("/api/files?chat_id=1&name={name}");
    let sent = browser.request(reqwest::Method::POST, &path).body("plain text").send().await.unwrap();
    read(sent).await.body
}

#[test]
fn uploads_that_nobody_sends_go() {
    on_both(|world| async move {
        chat(&world, "c1").await;
        let anna = Browser::of(&world, 1).await;
        let now = world.server.app.clock.now_ms();
        let mut ids = Vec::new();
        for name in ["forgotten", "sent", "planned", "taken_back"] {
            ids.push(upload(&anna, name).await["file"]["id"].clone());
        }
        let send = async |index: usize, at_ms: Option<i64>| {
            let name = format!("m{index}");
            let message =
                json!({"chat_id": 1, "client_id": name, "text": "", "file_ids": [ids[index]], "send_at_ms": at_ms});
            anna.call("trunkline.message.send", message).await.result()["scheduled"]["id"].clone()
        };
        send(1, None).await;
        send(2, Some(now + 300 * DAY_MS)).await;
        let taken_back = send(3, Some(now + 300 * DAY_MS)).await;
        // A file of the drive is no upload.
        let token = world.narrow_application(&["disk", "im"]).await;
        let folder = world.call_with(&token, "im.disk.folder.get", json!({"CHAT_ID": 1})).await.result()["ID"].clone();
        let given = json!({"id": folder, "data": {"NAME": "drive"}, "fileContent": "eHl6"});
        assert_eq!(world.call_with(&token, "disk.folder.uploadfile", given).await.brief(), "200 OK");
        drop(anna);

        sweep(&world, uploads::KEEP_MS).await;
        assert_eq!((names(&world).await.len(), contents(&world)), (5, 5), "a month");
        let anna = Browser::of(&world, 1).await;
        let back = anna.call("trunkline.message.unschedule", json!({"id": taken_back})).await;
        assert_eq!(back.brief(), "200 OK");
        drop(anna);
        sweep(&world, HOUR_MS).await;
        assert_eq!(names(&world).await, ["drive", "planned", "sent", "taken_back"]);
        assert_eq!(contents(&world), 4);
        sweep(&world, uploads::KEEP_MS).await;
        assert_eq!(names(&world).await, ["drive", "planned", "sent"], "a month after it was taken back");
        assert_eq!(contents(&world), 3);
        world.end().await;
    });
}

async fn names(world: &World) -> Vec<String> {
    world.texts("SELECT name FROM files ORDER BY name").await
}

/// What came in since the look that let it begin counts too, and what is refused then leaves nothing.
#[test]
fn uploads_beyond_the_limit_are_refused() {
    on_both(|world| async move {
        chat(&world, "c1").await;
        let browser = Browser::of(&world, 1).await;
        let mut late = TcpStream::connect(world.server.listening).await.unwrap();
        let head = format!(
            "POST /api/files?chat_id=1&name=late HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 10\r\n\
             cookie: {}\r\nx-trunkline-csrf: {}\r\n\r\nplain",
            browser.cookie, browser.csrf
        );
        late.write_all(head.as_bytes()).await.unwrap();
        while contents(&world) == 0 {
            tokio::task::yield_now().await;
        }
        let others = "INSERT INTO files (id, purpose, chat_id, message_id, author_id, name, source_url, state, reason, mime, \
                      size_bytes, width, height, has_preview, secret, created_ms, unsent_ms) \
                      VALUES (?1, 'attachment', 1, 0, 1, 'other', '', 'ready', '', '', 0, 0, 0, 0, '', 0, ?2)";
        let fill = world.server.app.work(move |change| {
            for id in 1000..1000 + i64::from(uploads::WAITING_MAX) {
                change.tx.execute(others, &store::params![id, change.now])?;
            }
            Ok(())
        });
        fill.await.unwrap();
        late.write_all(b" text").await.unwrap();
        let mut answer = String::new();
        late.read_to_string(&mut answer).await.unwrap();
        let text = "At most 200 files may wait to be sent: send or remove some first";
        assert!(answer.starts_with("HTTP/1.1 400 ") && answer.contains(text), "{answer}");
        assert_eq!(upload(&browser, "more").await["error_description"], text);
        assert_eq!((contents(&world), names(&world).await.contains(&"late".to_owned())), (0, false));
        drop(browser);
        world.end().await;
    });
}
