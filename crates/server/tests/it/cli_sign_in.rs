//! What the program prints to sign in with.

use std::io::{Read, Write};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::cli::{Running, brief, demo_file, printed, printed_json, run};

#[test]
fn the_demo_says_what_its_operators_sign_in_with() {
    let folder = tempfile::tempdir().unwrap();
    let logins = |folder: &std::path::Path| {
        let running = Running::start(folder, &["demo", "--quiet"]);
        let logins = demo_file(folder)["operators"].clone();
        let roles: Vec<Value> = logins
            .as_array()
            .unwrap()
            .iter()
            .map(|login| {
                let (status, answer) = running.post("/api/session", login);
                assert_eq!(status, 200, "{login} {answer}");
                answer["user"]["role"].clone()
            })
            .collect();
        assert_eq!(roles, ["administrator", "operator"]);
        logins
    };
    let first = logins(folder.path());
    assert_eq!(logins(folder.path()), first, "started again, the passwords stay");
}

#[test]
fn a_link_from_the_command_line_sets_a_password() {
    let folder = tempfile::tempdir().unwrap();
    printed(&run(folder.path(), &["migrate"]));
    let create = ["user", "create", "Anna", "--email", "anna@example.com", "--supervisor", "--json"];
    let anna = printed_json(folder.path(), &create);
    assert_eq!((&anna["id"], &anna["role"]), (&json!(1), &json!("supervisor")));
    let link = printed(&run(folder.path(), &["user", "invite", "1"]));
    let (before, token) = link.trim().rsplit_once('/').unwrap();
    assert_eq!(before, "http://127.0.0.1:8480/welcome");
    let running = Running::start(folder.path(), &["serve"]);
    let (status, answer) = running.post("/api/invitation", &json!({"token": token, "password": "correct horse"}));
    assert_eq!((status, &answer["user"]["role"]), (200, &json!("supervisor")), "{answer}");
    let nobody = run(folder.path(), &["user", "invite", "9"]);
    let text = "trunkline: there is no active employee 9: `trunkline user list` shows who there is";
    assert_eq!(brief(&nobody), (1, text.to_owned()));
}

#[test]
fn the_first_start_prints_a_link_until_it_is_used() {
    let folder = tempfile::tempdir().unwrap();
    let mut running = Running::start(folder.path(), &["serve"]);
    let line = running.line();
    let (text, token) = line.rsplit_once("/welcome/").unwrap();
    assert!(text.starts_with("Nobody can administer this portal yet."), "{line}");
    let body = json!({"token": token, "password": "correct horse", "email": "boss@example.com"});
    let (status, answer) = running.post("/api/invitation", &body);
    assert_eq!((status, &answer["user"]["role"]), (200, &json!("administrator")), "{answer}");
    drop(running);
    let listed = printed(&run(folder.path(), &["user", "list"]));
    assert_eq!(listed.lines().count(), 2, "the head and one administrator: {listed}");
    let mut again = Running::start(folder.path(), &["serve"]);
    let (status, _) = again.post("/api/session", &json!({"email": "boss@example.com", "password": "correct horse"}));
    assert_eq!(status, 200);
    again.kill();
    assert_eq!(again.line(), "", "nothing more is printed");
}

#[test]
fn ctrl_c_at_a_password_gives_the_terminal_back() {
    let folder = tempfile::tempdir().unwrap();
    printed(&run(folder.path(), &["migrate"]));
    printed(&run(folder.path(), &["user", "create", "Anna"]));
    // `script` gives it a terminal; the shell must outlive the signal that both get.
    let line = format!("trap : INT; '{}' user password 1; echo ended $?; stty -a", env!("CARGO_BIN_EXE_trunkline"));
    let mut script = Command::new("script");
    script.args(["-qec", &line, "/dev/null"]).current_dir(folder.path()).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut terminal = script.spawn().unwrap();
    let (mut typed, mut shown) = (terminal.stdin.take().unwrap(), terminal.stdout.take().unwrap());
    let (mut text, mut byte) = (Vec::new(), [0]);
    while !text.ends_with(b"Password: ") {
        shown.read_exact(&mut byte).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&text)));
        text.extend(byte);
    }
    typed.write_all(b"\x03").unwrap();
    shown.read_to_end(&mut text).unwrap();
    terminal.wait().unwrap();
    let text = String::from_utf8_lossy(&text);
    assert!(text.contains("ended 130") && text.split_whitespace().any(|word| word == "echo"), "{text}");
}
