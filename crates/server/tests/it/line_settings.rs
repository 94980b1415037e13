//! The fields of a line have their effect; each has a test of its name. This file has what the tests share.

use std::collections::HashSet;
use std::future::Future;
use std::path::Path;

use serde_json::{Value, json};

use super::support::{World, on_both};

pub const SECOND_MS: i64 = 1000;
pub const MINUTE_MS: i64 = 60 * SECOND_MS;
pub const HOUR_MS: i64 = 60 * MINUTE_MS;

/// Runs a test on both databases with the world's line set so; nothing that the test does not name is said by itself.
pub fn on_line<F, R>(settings: &Value, test: F)
where
    F: Fn(World) -> R,
    R: Future<Output = ()>,
{
    on_both(|world| async {
        // Some tests last for days.
        world.execute("UPDATE tokens SET expires_ms = 4000000000000").await;
        set(&world, json!({"VOTE_MESSAGE": "N"})).await;
        set(&world, settings.clone()).await;
        test(world).await;
    });
}

/// Changes fields of the line.
pub async fn set(world: &World, settings: Value) {
    let parameters = json!({"CONFIG_ID": world.line_id, "PARAMS": settings});
    let reply = world.call("imopenlines.config.update", parameters).await;
    assert_eq!(reply.result(), &json!(true), "{settings}");
}

/// The customer writes; returns the session's id.
pub async fn customer(world: &World, text: &str) -> i64 {
    customer_in(world, "c1", text).await
}

/// A customer writes into this external chat; returns the session's id.
pub async fn customer_in(world: &World, chat: &str, text: &str) -> i64 {
    let number = world.count("SELECT count(*) FROM messages").await;
    let message = json!({
        "user": {"id": format!("user of {chat}"), "name": "Maria", "last_name": "Silva"},
        "message": {"id": format!("m{number}"), "text": text},
        "chat": {"id": chat},
    });
    let reply = world.send(json!([message])).await;
    let session = &reply.result()["DATA"]["RESULT"][0]["session"]["ID"];
    session.as_str().unwrap_or_else(|| panic!("no session in {reply:?}")).parse().unwrap()
}

/// The operator writes into the first chat.
pub async fn operator(world: &World, text: &str) {
    let reply = world.call("im.message.add", json!({"DIALOG_ID": "chat1", "MESSAGE": text})).await;
    assert_eq!(reply.brief(), "200 OK");
}

/// The operator answers, finishes and so on in the first chat.
pub async fn act(world: &World, method: &str) {
    let reply = world.call(&format!("imopenlines.operator.{method}"), json!({"CHAT_ID": 1})).await;
    assert_eq!(reply.brief(), "200 OK", "{method}");
}

/// A customer is answered and the operator finishes.
pub async fn finished(world: &World) {
    customer(world, "hello").await;
    operator(world, "hi").await;
    act(world, "finish").await;
}

/// Time goes by; everything that becomes due is done.
pub async fn later(world: &World, by_ms: i64) {
    world.advance(by_ms);
    let now = world.server.app.clock.now_ms();
    let sql = format!("SELECT count(*) FROM jobs WHERE due_ms <= {now}");
    world.until(sql.leak(), 0).await;
}

/// All messages, oldest first, as `in`, `out` or `system` and the text.
pub async fn said(world: &World) -> Vec<String> {
    world.texts("SELECT direction || ' ' || body FROM messages ORDER BY id").await
}

/// What the line has said by itself.
pub async fn said_by_itself(world: &World) -> Vec<String> {
    world.texts("SELECT body FROM messages WHERE direction = 'system' ORDER BY id").await
}

/// Where the last session stands.
pub async fn status(world: &World) -> String {
    world.text("SELECT status FROM sessions ORDER BY id DESC LIMIT 1").await
}

/// A field without an effect stands in `docs/compatibility.md` with the reason.
#[test]
fn every_field_has_a_test_of_its_name_or_a_reason() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tests: HashSet<String> = HashSet::new();
    for entry in std::fs::read_dir(here.join("tests/it")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(path).unwrap();
            let names = text.lines().filter_map(|line| line.strip_prefix("fn ")?.strip_suffix("() {"));
            tests.extend(names.flat_map(|name| name.split("_and_")).map(str::to_uppercase));
        }
    }
    let page = std::fs::read_to_string(here.join("../../docs/compatibility.md")).unwrap();
    let reasons = page.split("## Fields of a line").nth(1).expect("the section");
    let beside = ["LINE_NAME", "ACTIVE", "QUEUE"];
    let settable = desk::line_fields::FIELDS.iter().filter(|field| field.settable).map(|field| field.name);
    let is_missing = |name: &&str| !tests.contains(*name) && !reasons.contains(&format!("`{name}`"));
    let missing: Vec<&str> = beside.into_iter().chain(settable).filter(is_missing).collect();
    assert!(missing.is_empty(), "no test of their name: {missing:?}");
}
