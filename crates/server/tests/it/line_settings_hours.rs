//! `WORKTIME_*`: the clock stands on Sunday, 15 June 2025, 12:26:40 UTC.

use serde_json::{Value, json};

use super::line_settings::{
    HOUR_MS, MINUTE_MS, SECOND_MS, customer, customer_in, later, on_line, said_by_itself, set, status,
};
use super::support::{World, in_english};

/// Sets the fields, and says whether a customer who writes now is offered to an operator.
async fn is_open(world: &World, settings: Value) -> bool {
    set(world, settings).await;
    let chat = world.count("SELECT count(*) FROM chats").await;
    customer_in(world, &format!("chat {chat}"), "hello").await;
    match status(world).await.as_str() {
        "offered" => true,
        "new" => false,
        other => panic!("{other}"),
    }
}

/// A line that works until noon: it is closed now.
fn until_noon() -> Value {
    json!({"WORKTIME_ENABLE": "Y", "WORKTIME_FROM": "9", "WORKTIME_TO": "12"})
}

#[test]
fn worktime_enable() {
    on_line(&until_noon(), |world| async move {
        assert!(!is_open(&world, json!({})).await);
        assert!(is_open(&world, json!({"WORKTIME_ENABLE": "N"})).await);
        world.end().await;
    });
}

#[test]
fn worktime_from() {
    on_line(&json!({"WORKTIME_ENABLE": "Y", "WORKTIME_TO": "18"}), |world| async move {
        assert!(is_open(&world, json!({"WORKTIME_FROM": "12.26"})).await);
        assert!(!is_open(&world, json!({"WORKTIME_FROM": "12:27"})).await);
        // Over midnight.
        assert!(!is_open(&world, json!({"WORKTIME_FROM": "20:00", "WORKTIME_TO": "12:26"})).await);
        assert!(is_open(&world, json!({"WORKTIME_FROM": "20:00", "WORKTIME_TO": "12:27"})).await);
        world.end().await;
    });
}

#[test]
fn worktime_to() {
    on_line(&until_noon(), |world| async move {
        assert!(is_open(&world, json!({"WORKTIME_TO": "12.30"})).await);
        assert!(!is_open(&world, json!({"WORKTIME_TO": "12:26"})).await);
        world.end().await;
    });
}

#[test]
fn worktime_timezone() {
    on_line(&until_noon(), |world| async move {
        assert!(!is_open(&world, json!({"WORKTIME_TIMEZONE": "Europe/Berlin"})).await);
        assert!(is_open(&world, json!({"WORKTIME_TIMEZONE": "Atlantic/Azores", "WORKTIME_TO": "13"})).await);
        assert!(!is_open(&world, json!({"WORKTIME_TIMEZONE": "Asia/Tokyo", "WORKTIME_TO": "13"})).await);
        world.end().await;
    });
}

#[test]
fn worktime_dayoff() {
    let all_day = json!({"WORKTIME_ENABLE": "Y", "WORKTIME_FROM": "0", "WORKTIME_TO": "23.59"});
    on_line(&all_day, |world| async move {
        assert!(is_open(&world, json!({"WORKTIME_DAYOFF": ["SA", "MO"]})).await);
        assert!(!is_open(&world, json!({"WORKTIME_DAYOFF": ["SU"]})).await);
        world.end().await;
    });
}

#[test]
fn worktime_holidays() {
    let all_day = json!({"WORKTIME_ENABLE": "Y", "WORKTIME_FROM": "0", "WORKTIME_TO": "23.59"});
    on_line(&all_day, |world| async move {
        assert!(is_open(&world, json!({"WORKTIME_HOLIDAYS": "14.06,16.06"})).await);
        assert!(!is_open(&world, json!({"WORKTIME_HOLIDAYS": "14.06,15.06"})).await);
        world.end().await;
    });
}

#[test]
fn worktime_dayoff_rule() {
    on_line(&until_noon(), |world| async move {
        set(&world, json!({"WORKTIME_DAYOFF_TEXT": "Closed."})).await;
        customer_in(&world, "a", "hello").await;
        assert!(said_by_itself(&world).await.is_empty());
        set(&world, json!({"WORKTIME_DAYOFF_RULE": "text"})).await;
        customer_in(&world, "b", "hello").await;
        assert_eq!(said_by_itself(&world).await, ["Closed."]);
        set(&world, json!({"WORKTIME_TO": "18"})).await;
        customer_in(&world, "c", "hello").await;
        assert_eq!(said_by_itself(&world).await, ["Closed."], "it is open");
        world.end().await;
    });
}

#[test]
fn worktime_dayoff_text() {
    on_line(&until_noon(), |world| async move {
        let text = "Back at [b]#WORKTIME#[/b], #CUSTOMER#.";
        set(&world, json!({"WORKTIME_DAYOFF_RULE": "text", "WORKTIME_DAYOFF_TEXT": text})).await;
        customer(&world, "hello").await;
        customer(&world, "anybody there?").await;
        assert_eq!(said_by_itself(&world).await, ["Back at [b]09:00–12:00[/b], Maria Silva."], "once in a session");
        // An answer at night changes nothing; the next session hears it again.
        world.call("imopenlines.operator.finish", json!({"CHAT_ID": 1})).await;
        later(&world, 10 * MINUTE_MS).await;
        assert_eq!(customer(&world, "hello again").await, 2);
        assert_eq!(said_by_itself(&world).await.len(), 2);
        world.end().await;
    });
}

/// Nobody is forgotten: who writes at night is offered in the morning, in turn, after a restart too.
#[test]
fn who_writes_out_of_hours_is_offered_when_they_begin() {
    on_line(&until_noon(), |world| async move {
        for chat in ["a", "b"] {
            customer_in(&world, chat, "hello").await;
        }
        let sql = "SELECT DISTINCT reason FROM sessions";
        assert_eq!(world.texts(sql).await, [r#"[{"word":"off_hours"}]"#]);
        let world = world.restart().await;
        let until_nine_ms = (20 * 60 + 33) * MINUTE_MS + 20 * SECOND_MS;
        later(&world, until_nine_ms - 1).await;
        let offered = "SELECT count(*) FROM sessions WHERE status = 'offered'";
        assert_eq!(world.count(offered).await, 0);
        later(&world, 1).await;
        assert_eq!(world.count(offered).await, 2);
        assert_eq!(world.count("SELECT count(*) FROM chat_members WHERE user_id = 1").await, 2);
        world.end().await;
    });
}

/// What nobody has taken by the end of the day waits for the next one.
#[test]
fn an_offer_at_the_end_of_the_day() {
    let settings = json!({"WORKTIME_ENABLE": "Y", "WORKTIME_FROM": "9", "WORKTIME_TO": "12.27", "QUEUE_TIME": 60});
    on_line(&settings, |world| async move {
        customer(&world, "hello").await;
        assert_eq!(status(&world).await, "offered");
        later(&world, 60 * SECOND_MS).await;
        assert_eq!(status(&world).await, "new");
        assert_eq!(in_english(&world.text("SELECT reason FROM sessions").await), "outside working hours");
        later(&world, 20 * HOUR_MS).await;
        assert_eq!(status(&world).await, "new");
        later(&world, HOUR_MS).await;
        assert_eq!(status(&world).await, "offered");
        world.end().await;
    });
}

/// The hours that hold at the moment count, not those that held when the customer wrote.
#[test]
fn hours_that_change_while_customers_wait() {
    on_line(&until_noon(), |world| async move {
        customer(&world, "hello").await;
        set(&world, json!({"WORKTIME_FROM": "11"})).await;
        later(&world, 21 * HOUR_MS).await;
        assert_eq!(status(&world).await, "new");
        later(&world, 2 * HOUR_MS).await;
        assert_eq!(status(&world).await, "offered");
        world.end().await;
    });
}
