//! The customers of `trunkline demo`.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::cli::{Running, demo_file};

/// How long to wait for what must come.
const PATIENCE: Duration = Duration::from_secs(60);

/// Asks until the answer is right.
fn until(running: &Running, path: &str, parameters: &Value, right: impl Fn(&Value) -> bool) -> Value {
    let begun = Instant::now();
    loop {
        let (_, answer) = running.post(path, parameters);
        if right(&answer) {
            return answer;
        }
        assert!(begun.elapsed() < PATIENCE, "{path} still answers {answer}");
        std::thread::yield_now();
    }
}

fn texts(answer: &Value) -> Vec<String> {
    let messages = answer["result"]["messages"].as_array();
    messages.into_iter().flatten().map(|message| message["text"].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn customers_write_by_themselves_and_go_on_when_they_are_answered() {
    let folder = tempfile::tempdir().unwrap();
    let running = Running::start(folder.path(), &["demo"]);
    let demo = demo_file(folder.path());
    let webhook = demo["webhook"].as_str().unwrap();
    let path = |method: &str| format!("{}/{method}", &webhook[webhook.find("/rest/").unwrap()..]);
    let dialog = json!({"DIALOG_ID": "chat1"});
    let picture = "This is what I see";
    let first =
        until(&running, &path("im.dialog.messages.get"), &dialog, |answer| texts(answer).contains(&picture.into()));
    assert_eq!(texts(&first).len(), 3, "{first}");
    let (_, answered) = running.post(&path("imopenlines.operator.answer"), &json!({"CHAT_ID": 1}));
    assert_eq!(answered["result"], true, "{answered}");
    let reply = json!({"DIALOG_ID": "chat1", "MESSAGE": "It comes today"});
    let (_, replied) = running.post(&path("im.message.add"), &reply);
    let id = replied["result"].as_i64().unwrap();
    until(&running, &path("im.dialog.messages.get"), &dialog, |answer| {
        let ours = |message: &&Value| message["id"] == id;
        let found = answer["result"]["messages"].as_array().unwrap().iter().find(ours);
        // The connector's id is there once it has confirmed the reply.
        found.is_some_and(|message| !message["params"]["CONNECTOR_MID"].is_null())
            && texts(answer).iter().any(|text| text.starts_with("Thank you! Shall I wait"))
    });
}

#[test]
fn a_quiet_demo_has_none() {
    let folder = tempfile::tempdir().unwrap();
    let running = Running::start(folder.path(), &["demo", "--quiet"]);
    let demo = demo_file(folder.path());
    let token = &demo["access_token"];
    let (_, connectors) = running.post("/rest/imconnector.list", &json!({"auth": token}));
    assert_eq!(connectors["result"], json!({"livechat": "Live Chat", "demo_connector": "Demo connector"}));
}
