//! The real program, killed at random moments under load, on both databases (promises 1 to 5): what was answered is stored
//! once, in order and told to the handlers, and nothing is stored by halves.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::process::Stdio;
use std::sync::{Arc, Mutex};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use store::{Options, Store};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::{Notify, watch};

use crate::receiver::{Heard, Receiver};
use crate::support::{Reply, read};

const CONNECTIONS: usize = 16;
const CHATS: usize = 8;
const KILLS: usize = 4;

#[test]
fn killed_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("trunkline.db").display());
    survive(folder.path(), &url);
}

#[test]
fn killed_on_postgres() {
    let folder = tempfile::tempdir().unwrap();
    let database = store::testing::postgres().fresh_database();
    survive(folder.path(), database.url());
}

fn survive(folder: &std::path::Path, url: &str) {
    let seed = std::env::var("TRUNKLINE_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed: u64 = seed.unwrap_or_else(|| u64::from(std::process::id()));
    #[expect(clippy::print_stderr, reason = "whoever sees it fail needs the seed to run it again")]
    {
        eprintln!("moments of {url}: TRUNKLINE_TEST_SEED={seed}");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(survive_kills(folder, url, StdRng::seed_from_u64(seed)));
}

async fn survive_kills(folder: &std::path::Path, url: &str, mut moments: StdRng) {
    let receiver = Receiver::start().await;
    let (mut program, demo) = start(folder, url).await;
    bind(&demo, &receiver).await;
    let (target, targets) = watch::channel(Some(demo));
    let log = Arc::new(Log::default());
    let clients: Vec<_> =
        (0..CONNECTIONS).map(|number| tokio::spawn(client(number, targets.clone(), Arc::clone(&log)))).collect();
    for round in 0..KILLS {
        let more = moments.random_range(150..400);
        if round % 2 == 0 {
            // The moment an answer arrives: whatever was not on disk before it is lost.
            program = log.kill_after(more, program).await;
        } else {
            log.until_answered(more).await;
            // Not to wait for something: so that the moment falls anywhere between two commits.
            tokio::time::sleep(std::time::Duration::from_micros(moments.random_range(0..20_000))).await;
        }
        program.kill().await.unwrap();
        let demo;
        (program, demo) = start(folder, url).await;
        target.send_replace(Some(demo));
    }
    log.until_answered(150).await;
    target.send_replace(None);
    for client in clients {
        client.await.unwrap();
    }

    let store = Store::open(url, Options::default()).await.unwrap();
    let stored = stored(&store).await;
    log.check_answers(&stored);
    check_numbers(&stored, CHATS);
    check_rows(&store, &stored).await;
    check_heard(&receiver, &stored).await;
    let unsent = "SELECT count(*) FROM deliveries WHERE state NOT IN ('pending', 'done')";
    assert_eq!(count(&store, unsent).await, 0, "a delivery was given up");
    program.kill().await.unwrap();
    store.close().await;
}

/// What is needed to call the running program.
#[derive(Clone)]
pub struct Demo {
    http: reqwest::Client,
    file: Value,
}

impl Demo {
    fn text(&self, name: &str) -> &str {
        self.file[name].as_str().unwrap()
    }

    /// `None` when the connection broke before the whole answer was there.
    async fn call(&self, url: String, body: &Value) -> Option<Reply> {
        let response = self.http.post(url).json(body).send().await.ok()?;
        let status = response.status().as_u16();
        let body = response.bytes().await.ok()?;
        Some(Reply { status, body: serde_json::from_slice(&body).unwrap() })
    }

    pub async fn send(&self, chat: usize, id: &str) -> Option<Reply> {
        let message = json!({
            "user": {"id": format!("u{chat}"), "name": "Maria"},
            "message": {"id": id, "text": format!("text of {id}")},
            "chat": {"id": format!("c{chat}")},
        });
        let parameters = json!({
            "auth": self.file["access_token"], "CONNECTOR": self.file["connector"], "LINE": self.file["line"],
            "MESSAGES": [message],
        });
        self.call(format!("{}imconnector.send.messages", self.text("client_endpoint")), &parameters).await
    }

    async fn reply(&self, chat_id: &str, text: &str) -> Option<Reply> {
        let parameters = json!({"DIALOG_ID": format!("chat{chat_id}"), "MESSAGE": text});
        self.call(format!("{}/im.message.add", self.text("webhook")), &parameters).await
    }
}

/// Starts the program on data that may be there already, and waits until it can be called.
async fn start(folder: &std::path::Path, url: &str) -> (Child, Demo) {
    start_with("exec \"$@\"", folder, url).await
}

/// The same through a shell, which may arrange something first.
pub async fn start_with(script: &str, folder: &std::path::Path, url: &str) -> (Child, Demo) {
    let mut command = Command::new("sh");
    command.args([
        "-c",
        script,
        "sh",
        env!("CARGO_BIN_EXE_trunkline"),
        "demo",
        "--quiet",
        "--listen",
        "127.0.0.1:0",
        "--log-level",
        "error",
        "--database",
        url,
        "--data",
    ]);
    command.arg(folder).stdout(Stdio::piped()).kill_on_drop(true);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("TRUNKLINE_")) {
        command.env_remove(name);
    }
    let mut program = command.spawn().unwrap();
    let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
    let line = lines.next_line().await.unwrap().expect("it starts");
    assert!(line.starts_with("Trunkline is ready"), "{line}");
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    let file = serde_json::from_slice(&std::fs::read(folder.join("demo.json")).unwrap()).unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    (program, Demo { http, file })
}

async fn bind(demo: &Demo, receiver: &Receiver) {
    for (event, path) in [("OnImConnectorMessageAdd", "/connector"), ("OnOpenLineMessageAdd", "/line")] {
        let parameters = json!({"auth": demo.file["access_token"], "event": event, "handler": receiver.url(path)});
        let url = format!("{}event.bind", demo.text("client_endpoint"));
        let bound = read(demo.http.post(url).json(&parameters).send().await.unwrap()).await;
        assert_eq!(bound.brief(), "200 OK");
    }
}

/// What the clients were answered.
#[derive(Default)]
struct Log {
    /// By the text of the message: chat, and id if the answer names it.
    answers: Mutex<HashMap<String, (String, Option<i64>)>>,
    answered: Notify,
    /// Killed by the client who receives that many answers in all.
    victim: Mutex<Option<(usize, Child)>>,
}

impl Log {
    fn add(&self, text: String, chat_id: String, message_id: Option<i64>) {
        let answered = {
            let mut answers = self.answers.lock().unwrap();
            answers.insert(text, (chat_id, message_id));
            answers.len()
        };
        if let Some((at, program)) = self.victim.lock().unwrap().as_mut()
            && answered >= *at
        {
            program.start_kill().unwrap();
        }
        self.answered.notify_one();
    }

    /// Lets the program be killed by the answer that follows `more` others.
    async fn kill_after(&self, more: usize, program: Child) -> Child {
        let at = self.answers.lock().unwrap().len() + more;
        *self.victim.lock().unwrap() = Some((at, program));
        self.until_answered(more).await;
        self.victim.lock().unwrap().take().expect("nobody else takes it").1
    }

    /// Waits until so many more were answered.
    async fn until_answered(&self, more: usize) {
        let wanted = self.answers.lock().unwrap().len() + more;
        let waiting = async {
            while self.answers.lock().unwrap().len() < wanted {
                self.answered.notified().await;
            }
        };
        let waited = tokio::time::timeout(std::time::Duration::from_secs(30), waiting).await;
        assert!(waited.is_ok(), "the program does not answer any more");
    }

    /// Every answer is about exactly one row, and the row is where the answer says.
    fn check_answers(&self, stored: &[Row]) {
        let mut rows: HashMap<&str, Vec<&Row>> = HashMap::new();
        for row in stored {
            rows.entry(&row.body).or_default().push(row);
        }
        let answers = self.answers.lock().unwrap();
        for (text, (chat_id, message_id)) in answers.iter() {
            let found = rows.get(text.as_str()).map(Vec::as_slice).unwrap_or_default();
            assert_eq!(found.len(), 1, "{text:?} was answered, and is there {} times", found.len());
            assert_eq!(found[0].chat_id.to_string(), *chat_id, "{text:?} is in another chat");
            assert!(message_id.is_none_or(|id| id == found[0].id), "{text:?} has another id");
        }
        let unique: HashSet<&str> = stored.iter().filter_map(|row| row.external_id.as_deref()).collect();
        let incoming = stored.iter().filter(|row| row.external_id.is_some()).count();
        assert_eq!(unique.len(), incoming, "a message sent again was stored again");
    }
}

/// Sends message after message, each until it is answered; every fourth is followed by an operator's reply.
async fn client(number: usize, mut targets: watch::Receiver<Option<Demo>>, log: Arc<Log>) {
    for count in 0_usize.. {
        let (chat, id) = ((number + count) % CHATS, format!("m{number}-{count}"));
        let chat_id = loop {
            let Some(demo) = targets.borrow_and_update().clone() else { return };
            if let Some(reply) = demo.send(chat, &id).await {
                let session = &reply.result()["DATA"]["RESULT"][0]["session"];
                break session["CHAT_ID"].as_str().unwrap_or_else(|| panic!("no chat in {reply:?}")).to_owned();
            }
            targets.changed().await.unwrap();
        };
        log.add(format!("text of {id}"), chat_id.clone(), None);
        if count % 4 != 0 {
            continue;
        }
        let text = format!("reply of {id}");
        let Some(demo) = targets.borrow_and_update().clone() else { return };
        // A reply has no key of its own: one without an answer is not repeated, it may be there or not.
        match demo.reply(&chat_id, &text).await {
            Some(reply) => log.add(text, chat_id, Some(reply.result().as_i64().unwrap())),
            None => targets.changed().await.unwrap(),
        }
    }
}

pub struct Row {
    id: i64,
    chat_id: i64,
    no: i64,
    body: String,
    pub external_id: Option<String>,
    direction: String,
}

pub async fn stored(store: &Store) -> Vec<Row> {
    let sql = "SELECT id, chat_id, no, body, external_id, direction FROM messages ORDER BY chat_id, no";
    let rows = store.read(move |tx| {
        tx.query(sql, &[], |row| {
            let (id, chat_id, no) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(Row { id, chat_id, no, body: row.get(3)?, external_id: row.get(4)?, direction: row.get(5)? })
        })
    });
    rows.await.unwrap_or_else(|error: store::Error| panic!("{error}"))
}

async fn count(store: &Store, sql: &'static str) -> i64 {
    store
        .read(move |tx| tx.query_one(sql, &[], |row| row.get(0)))
        .await
        .unwrap_or_else(|error: store::Error| panic!("{error}"))
}

/// Numbers from 1 without gaps, in the order of the ids.
pub fn check_numbers(stored: &[Row], chats: usize) {
    let mut last: HashMap<i64, (i64, i64)> = HashMap::new();
    for row in stored {
        let (no, id) = last.get(&row.chat_id).copied().unwrap_or_default();
        assert_eq!(row.no, no + 1, "a gap in chat {}", row.chat_id);
        assert!(row.id > id, "ids and numbers of chat {} grow differently", row.chat_id);
        last.insert(row.chat_id, (row.no, row.id));
    }
    assert_eq!(last.len(), chats, "a customer has several chats");
}

async fn check_rows(store: &Store, stored: &[Row]) {
    let doubled = "SELECT count(*) FROM (SELECT chat_id FROM sessions WHERE closed_ms IS NULL GROUP BY chat_id \
                   HAVING count(*) > 1) AS doubled";
    assert_eq!(count(store, doubled).await, 0, "two open sessions");
    assert_eq!(count(store, "SELECT count(*) FROM sessions").await, i64::try_from(CHATS).unwrap());
    let sql = "SELECT subject_id FROM events WHERE kind = 'message.added' ORDER BY number";
    let events = store.read(move |tx| tx.query(sql, &[], |row| row.get(0)));
    let events: Vec<i64> = events.await.unwrap_or_else(|error: store::Error| panic!("{error}"));
    let mut ids: Vec<i64> = stored.iter().map(|row| row.id).collect();
    ids.sort_unstable();
    assert_eq!(events, ids, "every message has one event, in their order");
}

/// Waits until everything was told; what was told is what is stored, and each chat is told of in order.
async fn check_heard(receiver: &Receiver, stored: &[Row]) {
    let of =
        |rows: &dyn Fn(&Row) -> bool| stored.iter().filter(|row| rows(row)).map(|row| (row.chat_id, row.id)).collect();
    let mut expected: BTreeMap<&str, HashSet<(i64, i64)>> = BTreeMap::new();
    expected.insert("/connector", of(&|row| row.direction == "out"));
    expected.insert("/line", of(&|row| row.direction != "system"));
    let mut last: HashMap<(String, i64), i64> = HashMap::new();
    let mut told: HashSet<(String, i64)> = HashSet::new();
    while expected.values().any(|rest| !rest.is_empty()) {
        let heard = receiver.next().await;
        let (chat_id, message_id) = ids(&heard);
        if !told.insert((heard.path.clone(), message_id)) {
            continue;
        }
        let known = expected.get_mut(heard.path.as_str()).unwrap().remove(&(chat_id, message_id));
        assert!(known, "{} heard of message {message_id} in chat {chat_id}, which is not stored", heard.path);
        let before = last.insert((heard.path.clone(), chat_id), message_id).unwrap_or(0);
        assert!(message_id > before, "{} heard of {message_id} after {before}", heard.path);
    }
}

/// Chat and message of an event.
fn ids(heard: &Heard) -> (i64, i64) {
    let (chat_id, message_id) = match heard.path.as_str() {
        "/connector" => ("data[MESSAGES][0][im][chat_id]", "data[MESSAGES][0][im][message_id]"),
        _ => ("data[DATA][0][chat][id]", "data[DATA][0][message][id]"),
    };
    (heard.field(chat_id).parse().unwrap(), heard.field(message_id).parse().unwrap())
}
