//! The program itself: the real binary with temporary folders.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};

/// A call of the program in a folder of its own, without the environment of whoever runs the tests.
pub fn trunkline(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trunkline"));
    command.current_dir(folder).args(arguments);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("TRUNKLINE_")) {
        command.env_remove(name);
    }
    command
}

pub fn run(folder: &Path, arguments: &[&str]) -> Output {
    trunkline(folder, arguments).output().unwrap()
}

/// Exit code and what was said on standard error.
pub fn brief(output: &Output) -> (i32, String) {
    (output.status.code().unwrap(), String::from_utf8(output.stderr.clone()).unwrap().trim_end().to_owned())
}

/// What a successful command printed.
pub fn printed(output: &Output) -> String {
    assert_eq!(brief(output).0, 0, "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub fn printed_json(folder: &Path, arguments: &[&str]) -> Value {
    serde_json::from_str(&printed(&run(folder, arguments))).unwrap()
}

/// A running server. It ends with the test, however that ends.
pub struct Running {
    child: Child,
    out: BufReader<std::process::ChildStdout>,
    address: SocketAddr,
}

impl Running {
    /// Starts it on a free port and waits until it listens.
    pub fn start(folder: &Path, arguments: &[&str]) -> Running {
        Running::of(&mut trunkline(folder, arguments), &["--listen", "127.0.0.1:0"])
    }

    fn of(command: &mut Command, more: &[&str]) -> Running {
        let mut child = command.args(more).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let mut running = Running { child, out, address: ([127, 0, 0, 1], 0).into() };
        let mut line = String::new();
        running.out.read_line(&mut line).unwrap();
        let (_, address) = line.trim_end().rsplit_once("http://").unwrap_or_else(|| panic!("it says {line:?}"));
        running.address = address.parse().unwrap();
        running
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Asks it to stop and waits; the exit code.
    fn stop(mut self) -> i32 {
        self.signal("TERM");
        self.child.wait().unwrap().code().unwrap()
    }

    /// The next line that it prints; empty when it has ended.
    pub fn line(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// Ends it without warning.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
    }

    /// Posts JSON; status and body.
    pub fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.write_all(request(path, &body.to_string()).as_bytes()).unwrap();
        answer(&mut stream)
    }

    fn get(&self, path: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(self.address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n").unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        (head[9..12].parse().unwrap(), body.to_owned())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn request(path: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}

fn answer(stream: &mut TcpStream) -> (u16, Value) {
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    (head[9..12].parse().unwrap(), serde_json::from_str(body).unwrap())
}

pub fn demo_file(folder: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(folder.join("data/demo.json")).unwrap()).unwrap()
}

/// A demo is announced on standard output once its file is written.
fn start_demo(folder: &Path) -> (Running, Value) {
    let running = Running::start(folder, &["demo", "--quiet"]);
    let file = demo_file(folder);
    (running, file)
}

fn message(demo: &Value, id: &str) -> Value {
    json!({
        "auth": demo["access_token"], "CONNECTOR": demo["connector"], "LINE": demo["line"],
        "MESSAGES": [{"user": {"id": "u1", "name": "Maria"}, "message": {"id": id, "text": "Hello"}, "chat": {"id": "c1"}}],
    })
}

const SEND: &str = "/rest/imconnector.send.messages";

fn chat_of(reply: &(u16, Value)) -> String {
    assert_eq!(reply.0, 200, "{}", reply.1);
    reply.1["result"]["DATA"]["RESULT"][0]["session"]["CHAT_ID"].as_str().unwrap().to_owned()
}

#[test]
fn demo_writes_what_is_needed_to_call_it() {
    let folder = tempfile::tempdir().unwrap();
    let (running, demo) = start_demo(folder.path());
    let keys: Vec<&str> = demo.as_object().unwrap().keys().map(String::as_str).collect();
    let documented = [
        "portal",
        "client_endpoint",
        "client_id",
        "client_secret",
        "access_token",
        "refresh_token",
        "application_token",
        "member_id",
        "line",
        "connector",
        "webhook",
        "operators",
    ];
    assert_eq!(keys, documented);
    assert_eq!(demo["portal"], format!("http://{}", running.address));
    assert_eq!(demo["client_endpoint"], format!("http://{}/rest/", running.address));
    assert!(demo["line"].is_i64());
    let mode = std::fs::metadata(folder.path().join("data/demo.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    chat_of(&running.post(SEND, &message(&demo, "m1")));
    // The webhook acts for the operator; the method is an application's, so it proves that the code is known.
    let hook = demo["webhook"].as_str().unwrap().trim_start_matches(demo["portal"].as_str().unwrap());
    let (_, reply) = running.post(&format!("{hook}/imconnector.send.messages"), &json!({}));
    assert_eq!(reply["error"], "WRONG_AUTH_TYPE");
    assert_eq!(running.stop(), 0);
}

#[test]
fn demo_started_again_keeps_its_data_and_issues_fresh_tokens() {
    let folder = tempfile::tempdir().unwrap();
    let (running, first) = start_demo(folder.path());
    let chat = chat_of(&running.post(SEND, &message(&first, "m1")));
    running.stop();

    let (running, second) = start_demo(folder.path());
    for key in ["client_id", "client_secret", "application_token", "member_id", "line", "connector"] {
        assert_eq!(first[key], second[key], "{key} stays");
    }
    for key in ["access_token", "refresh_token"] {
        assert_ne!(first[key], second[key], "{key} is new");
    }
    let code = |demo: &Value| demo["webhook"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    assert_eq!(code(&first), code(&second), "the webhook stays");
    let again = running.post(SEND, &message(&second, "m1"));
    assert_eq!(chat_of(&again), chat, "the message is known");
    running.stop();

    // Without the file its secrets are lost: new ones are made, and the old ones stop working.
    std::fs::remove_file(folder.path().join("data/demo.json")).unwrap();
    let (running, third) = start_demo(folder.path());
    assert_eq!(first["client_id"], third["client_id"]);
    assert_ne!(first["client_secret"], third["client_secret"]);
    assert_ne!(code(&first), code(&third));
    let (status, reply) = running.post(&format!("/rest/1/{}/server.time", code(&first)), &json!({}));
    assert_eq!((status, &reply["error"]), (401, &json!("INVALID_CREDENTIALS")));
    running.stop();
    let webhooks = printed_json(folder.path(), &["webhook", "list", "--json"]);
    assert_eq!(webhooks.as_array().unwrap().len(), 1, "the replaced webhook is gone");
}

#[test]
fn demo_removes_a_stale_file_even_when_it_cannot_start() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("data")).unwrap();
    std::fs::write(folder.path().join("data/demo.json"), "{}").unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (code, text) = brief(&run(folder.path(), &["demo", "--listen", &address]));
    assert_eq!(code, 1);
    assert!(text.contains(&address), "{text}");
    assert!(!folder.path().join("data/demo.json").exists());
}

#[test]
fn a_backup_of_a_running_server_can_be_started_from() {
    let folder = tempfile::tempdir().unwrap();
    let (running, demo) = start_demo(folder.path());
    let chat = chat_of(&running.post(SEND, &message(&demo, "m1")));
    let copy = folder.path().join("copy.db");
    let said = printed(&run(folder.path(), &["backup", "copy.db"]));
    assert!(said.contains("To restore"), "{said}");
    let overwrite = run(folder.path(), &["backup", "copy.db"]);
    assert_eq!(
        brief(&overwrite),
        (1, "trunkline: copy.db exists already and is not overwritten: choose another name".to_owned())
    );
    running.stop();

    let url = format!("sqlite:{}", copy.display());
    let restored = Running::start(folder.path(), &["serve", "--data", "elsewhere", "--database", &url]);
    let again = restored.post(SEND, &message(&demo, "m1"));
    assert_eq!(chat_of(&again), chat, "the copy knows the message");
    restored.stop();

    let postgres = run(folder.path(), &["backup", "other.db", "--database", "postgres://u:geheim@localhost/x"]);
    let (code, text) = brief(&postgres);
    assert_eq!(code, 1);
    assert!(text.contains("pg_dump --format=custom --file=other.db"), "{text}");
    assert!(!text.contains("geheim"), "{text}");
}

#[test]
fn what_commands_make_works_on_a_running_server() {
    let folder = tempfile::tempdir().unwrap();
    let (running, demo) = start_demo(folder.path());
    let user = ["user", "create", "Clara", "--email", "clara@example.com", "--json"];
    let clara = printed_json(folder.path(), &user);
    assert_eq!((&clara["name"], &clara["admin"]), (&json!("Clara"), &json!(false)));
    let twice = brief(&run(folder.path(), &user));
    assert_eq!(
        twice,
        (1, "trunkline: clara@example.com belongs to another employee: `trunkline user list` shows to whom".to_owned())
    );
    let users = printed_json(folder.path(), &["user", "list", "--json"]);
    let names: Vec<&Value> = users.as_array().unwrap().iter().map(|user| &user["name"]).collect();
    assert_eq!(names, ["Anna", "Boris", "Clara"]);

    let id = clara["id"].to_string();
    let webhook =
        printed_json(folder.path(), &["webhook", "create", "Mine", "--user", &id, "--scopes", "im", "--json"]);
    assert_eq!(webhook["scopes"], json!(["im"]));
    // The commands know the configured address, the demo listens on a port of the system's choice.
    let path = webhook["url"].as_str().unwrap().trim_start_matches("http://127.0.0.1:8480").to_owned();
    let call = format!("{path}/imconnector.send.messages");
    assert_eq!(running.post(&call, &json!({})).1["error"], "WRONG_AUTH_TYPE");
    printed(&run(folder.path(), &["webhook", "remove", &webhook["id"].to_string()]));
    assert_eq!(brief(&run(folder.path(), &["webhook", "remove", &webhook["id"].to_string()])).0, 1);

    // Client libraries fail at scopes that they do not know.
    for kind in ["app", "webhook"] {
        let refused = brief(&run(folder.path(), &[kind, "create", "Second", "--scopes", "im,chats"]));
        assert_eq!(refused.0, 2, "{kind} {}", refused.1);
    }
    let app = printed_json(folder.path(), &["app", "create", "Second", "--scopes", "im,tasks", "--json"]);
    assert_eq!(app["scopes"], json!(["im"]), "a scope of former times has no effect");
    printed(&run(folder.path(), &["app", "remove", app["client_id"].as_str().unwrap()]));
    let app = printed_json(folder.path(), &["app", "create", "Second", "--json"]);
    let client_id = app["client_id"].as_str().unwrap();
    let pair = printed_json(folder.path(), &["app", "token", client_id, "--user", &id, "--json"]);
    let mut foreign = message(&demo, "m1");
    foreign["auth"] = pair["access_token"].clone();
    assert_eq!(running.post(SEND, &foreign).1["error"], "IMCONNECTOR_NO_CORRECT_PROVIDER");
    printed(&run(folder.path(), &["app", "remove", client_id]));
    let apps = printed_json(folder.path(), &["app", "list", "--json"]);
    assert_eq!(apps.as_array().unwrap().len(), 1);

    let lines = printed_json(folder.path(), &["line", "list", "--json"]);
    assert_eq!(lines[0]["queue"], json!(["user:1", "user:2"]));
    assert_eq!(lines[0]["connectors"], json!([demo["connector"]]));
    let code = printed(&run(folder.path(), &["line", "code", "1"]));
    assert_eq!(code.trim().len(), 32, "{code}");
    assert_eq!(printed(&run(folder.path(), &["line", "code", "1"])), code, "it stays the same");
    assert_eq!(
        brief(&run(folder.path(), &["line", "code", "7"])),
        (1, "trunkline: the code of line 7: not found".to_owned())
    );
    assert_eq!(printed_json(folder.path(), &["delivery", "list", "--json"]), json!([]));
    let nothing = brief(&run(folder.path(), &["delivery", "replay", "7"]));
    assert_eq!(nothing, (1, "trunkline: not replayed, because they do not exist or are still pending: [7]".to_owned()));
    running.stop();
}

#[test]
fn the_search_is_made_anew_while_the_server_runs() {
    let folder = tempfile::tempdir().unwrap();
    let (running, demo) = start_demo(folder.path());
    running.post(SEND, &message(&demo, "m1"));
    let said = printed(&run(folder.path(), &["search", "rebuild"]));
    assert!(said.starts_with("the search was made anew in "), "{said}");
    let said = printed(&run(folder.path(), &["search", "rebuild", "--json"]));
    let said: Value = serde_json::from_str(&said).unwrap();
    assert!(said["seconds"].is_number(), "{said}");
    running.stop();
}

#[test]
fn passwords_come_from_standard_input() {
    let folder = tempfile::tempdir().unwrap();
    printed(&run(folder.path(), &["migrate"]));
    let with_input = |arguments: &[&str], input: &str| {
        let mut command = trunkline(folder.path(), arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        brief(&child.wait_with_output().unwrap())
    };
    let create = ["user", "create", "Anna", "--email", "anna@example.com", "--password"];
    let short = "trunkline: a password has 8 to 1024 bytes: choose another";
    assert_eq!(with_input(&create, "short\n"), (1, short.to_owned()));
    assert_eq!(printed_json(folder.path(), &["user", "list", "--json"]), json!([]), "nobody was added");
    assert_eq!(with_input(&create, "long enough\n"), (0, String::new()));
    assert_eq!(with_input(&["user", "password", "1"], "another one\n"), (0, String::new()));
    let nobody = "trunkline: there is no active employee 7: `trunkline user list` shows who there is";
    assert_eq!(with_input(&["user", "password", "7"], "another one\n"), (1, nobody.to_owned()));
    assert_eq!(
        with_input(&["user", "password", "1"], ""),
        (1, "trunkline: there is no password on standard input".to_owned())
    );
}

#[test]
fn send_writes_as_a_customer() {
    let folder = tempfile::tempdir().unwrap();
    let nothing = brief(&run(folder.path(), &["send", "--text", "Hello"]));
    let missing = "trunkline: --url is missing, and there is no data/demo.json to take it from: give it";
    assert_eq!(nothing, (1, missing.to_owned()));
    let (running, demo) = start_demo(folder.path());
    let answer =
        printed_json(folder.path(), &["send", "--user", "u1", "--chat", "c1", "--id", "m1", "--text", "Hello"]);
    let chat = answer["result"]["DATA"]["RESULT"][0]["session"]["CHAT_ID"].as_str().unwrap();
    let portal = demo["portal"].as_str().unwrap();
    let again = ["send", "--url", portal, "--user", "u1", "--chat", "c1", "--id", "m1", "--text", "Hello"];
    assert_eq!(printed_json(folder.path(), &again)["result"]["DATA"]["RESULT"][0]["session"]["CHAT_ID"], chat);
    let refused = run(folder.path(), &["send", "--text", "Hello", "--token", "wrong"]);
    let reason = "trunkline: the server refused the message with status 401; the reason stands above";
    assert_eq!(brief(&refused), (1, reason.to_owned()));
    assert!(String::from_utf8_lossy(&refused.stdout).contains("invalid_token"));
    running.stop();
}

#[test]
fn a_stop_answers_the_calls_in_flight() {
    let folder = tempfile::tempdir().unwrap();
    let (mut running, demo) = start_demo(folder.path());
    let body = message(&demo, "m1").to_string();
    let mut stream = begin_call(&running, body.len());
    running.signal("TERM");
    until_closed(running.address);
    stream.write_all(body.as_bytes()).unwrap();
    chat_of(&answer(&mut stream));
    assert_eq!(running.child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_second_signal_ends_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let (mut running, _) = start_demo(folder.path());
    let _stream = begin_call(&running, 100);
    running.signal("TERM");
    until_closed(running.address);
    running.signal("INT");
    assert_eq!(running.child.wait().unwrap().code(), Some(1), "not everything was finished");
}

/// Sends the head of a call; when this returns the server waits for its body.
fn begin_call(running: &Running, length: usize) -> TcpStream {
    let mut stream = TcpStream::connect(running.address).unwrap();
    let head = format!("POST {SEND} HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\nContent-Length: {length}");
    stream.write_all(format!("{head}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n").as_bytes()).unwrap();
    let expected = b"HTTP/1.1 100 Continue\r\n\r\n";
    let mut heard = [0; 25];
    stream.read_exact(&mut heard).unwrap();
    assert_eq!(&heard, expected);
    stream
}

/// Returns when the server takes no new connections.
fn until_closed(address: SocketAddr) {
    while TcpStream::connect(address).is_ok() {
        std::thread::yield_now();
    }
}

#[test]
fn those_who_watch_find_health_readiness_and_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let (running, demo) = start_demo(folder.path());
    chat_of(&running.post(SEND, &message(&demo, "m1")));
    chat_of(&running.post(SEND, &message(&demo, "m1")));
    assert_eq!(running.post("/rest/no.such.method", &json!({"auth": demo["access_token"]})).0, 404);
    assert_eq!(running.get("/health"), (200, r#"{"status":"alive"}"#.to_owned()));
    assert_eq!(running.get("/ready"), (200, r#"{"status":"ready","reasons":[]}"#.to_owned()));
    let expected = [
        "trunkline_messages_accepted_total 1",
        "trunkline_messages_repeated_total 1",
        "trunkline_calls_total{method=\"imconnector.send.messages\",code=\"OK\"} 2",
        "trunkline_calls_total{method=\"unknown\",code=\"ERROR_METHOD_NOT_FOUND\"} 1",
        "trunkline_call_seconds_bucket{method=\"imconnector.send.messages\",le=\"60\"} 2",
        "trunkline_outbox_pending 0",
        "trunkline_outbox_oldest_seconds 0",
        "trunkline_write_queue_length 0",
        "trunkline_intake_length 0",
        concat!("trunkline_build_info{version=\"", env!("CARGO_PKG_VERSION"), "\"} 1"),
    ];
    // A queue may hold the write of a job for a moment: look until it is empty.
    let missing = |numbers: &str| expected.iter().find(|line| !numbers.lines().any(|found| found == **line)).copied();
    let seen = (0..200).find_map(|_| match running.get("/metrics") {
        (200, numbers) => missing(&numbers).is_none().then_some(()),
        (status, text) => panic!("{status} {text}"),
    });
    assert!(seen.is_some(), "{:?} is not in\n{}", missing(&running.get("/metrics").1), running.get("/metrics").1);
    running.stop();
}

#[test]
fn the_log_holds_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let log: PathBuf = folder.path().join("log");
    let mut command = trunkline(folder.path(), &["demo", "--quiet", "--log-level", "debug", "--log-format", "json"]);
    command.args(["--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).stderr(std::fs::File::create(&log).unwrap());
    let mut child = command.spawn().unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    let mut running = Running { child, out, address: ([127, 0, 0, 1], 0).into() };
    let mut line = String::new();
    running.out.read_line(&mut line).unwrap();
    running.address = line.trim_end().rsplit_once("http://").unwrap().1.parse().unwrap();
    let demo = demo_file(folder.path());
    chat_of(&running.post(SEND, &message(&demo, "m1")));
    let hook = demo["webhook"].as_str().unwrap().trim_start_matches(demo["portal"].as_str().unwrap());
    running.post(&format!("{hook}/no.such.method"), &json!({}));
    // A code where a method should be, as when somebody forgets the method.
    running.post(&hook.replace("/rest/1/", "/rest/"), &json!({}));
    running.stop();

    let log = std::fs::read_to_string(log).unwrap();
    let calls = log.lines().filter(|line| line.contains("a call was answered"));
    for line in calls.clone() {
        serde_json::from_str::<Value>(line).unwrap();
    }
    assert_eq!(calls.count(), 3, "{log}");
    for key in ["client_secret", "access_token", "refresh_token", "application_token"] {
        assert!(!log.contains(demo[key].as_str().unwrap()), "{key} is in {log}");
    }
    assert!(!log.contains(hook.rsplit('/').next().unwrap()), "the webhook's code is in {log}");
}
