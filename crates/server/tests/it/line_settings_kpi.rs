//! `KPI_*`: who answers late.

use serde_json::{Value, json};

use super::line_settings::{
    MINUTE_MS, SECOND_MS, act, customer, customer_in, later, on_line, operator, said_by_itself, set,
};
use super::support::World;

/// Alerts for both answers after so many seconds.
fn norms(first_s: i64, further_s: i64) -> Value {
    json!({
        "KPI_FIRST_ANSWER_ALERT": "Y",
        "KPI_FIRST_ANSWER_TIME": first_s,
        "KPI_FIRST_ANSWER_TEXT": "first",
        "KPI_FURTHER_ANSWER_ALERT": "Y",
        "KPI_FURTHER_ANSWER_TIME": further_s,
        "KPI_FURTHER_ANSWER_TEXT": "further",
    })
}

/// The employees who were told by a notification and an event, in order.
async fn told(world: &World) -> Vec<String> {
    let sql = "SELECT CAST(user_id AS TEXT) FROM notifications ORDER BY id";
    let notified = world.texts(sql).await;
    let sql = "SELECT CAST(subject_id AS TEXT) FROM events WHERE kind = 'answer.late' ORDER BY number";
    assert_eq!(notified, world.texts(sql).await);
    notified
}

#[test]
fn kpi_first_answer_time() {
    on_line(&norms(30, 0), |world| async move {
        customer(&world, "hello").await;
        act(&world, "answer").await;
        later(&world, 30 * SECOND_MS - 1).await;
        assert!(said_by_itself(&world).await.is_empty());
        // To take a dialogue is no answer yet.
        later(&world, 1).await;
        assert_eq!(said_by_itself(&world).await, ["first"]);
        later(&world, 60 * MINUTE_MS).await;
        assert_eq!(said_by_itself(&world).await, ["first"], "once");
        world.end().await;
    });
}

/// Who is answered in time is nobody's concern.
#[test]
fn an_answer_in_time() {
    on_line(&norms(30, 30), |world| async move {
        for _ in 0..5 {
            customer(&world, "hello").await;
            later(&world, 29 * SECOND_MS).await;
            operator(&world, "hi").await;
        }
        later(&world, 60 * MINUTE_MS).await;
        assert!(said_by_itself(&world).await.is_empty());
        world.end().await;
    });
}

#[test]
fn kpi_first_answer_alert() {
    on_line(&norms(30, 0), |world| async move {
        set(&world, json!({"KPI_FIRST_ANSWER_ALERT": "N", "KPI_FIRST_ANSWER_LIST": [1]})).await;
        customer(&world, "hello").await;
        later(&world, MINUTE_MS).await;
        assert!(said_by_itself(&world).await.is_empty() && told(&world).await.is_empty());
        set(&world, json!({"KPI_FIRST_ANSWER_ALERT": "Y"})).await;
        customer_in(&world, "c2", "hello").await;
        later(&world, MINUTE_MS).await;
        assert_eq!(
            (said_by_itself(&world).await, told(&world).await),
            (vec!["first".to_owned()], vec!["1".to_owned()])
        );
        world.end().await;
    });
}

#[test]
fn kpi_first_answer_list() {
    on_line(&norms(30, 0), |world| async move {
        let (boris, _) = world.add_employee("Boris").await;
        set(&world, json!({"KPI_FIRST_ANSWER_LIST": [boris, 1, 77]})).await;
        customer(&world, "hello").await;
        later(&world, MINUTE_MS).await;
        assert_eq!(told(&world).await, [boris.to_string(), "1".to_owned()], "77 is nobody");
        let notified = world.hook("im.notify.get", json!({})).await;
        assert_eq!(notified.result()["notifications"][0]["text"], json!("first"), "{}", notified.body);
        world.end().await;
    });
}

#[test]
fn kpi_first_answer_text() {
    on_line(&norms(30, 0), |world| async move {
        set(&world, json!({"KPI_FIRST_ANSWER_TEXT": "#OPERATOR# is late in #DIALOG# of #LINE#", "QUEUE": []})).await;
        customer(&world, "hello").await;
        later(&world, MINUTE_MS).await;
        assert_eq!(said_by_itself(&world).await, ["Support is late in Maria Silva of Support"], "nobody has it");
        // Only employees see it: neither the channel nor an application is told.
        let sql = "SELECT count(*) FROM deliveries";
        assert_eq!(world.count(sql).await, 0);
        let history = world.call("imopenlines.session.history.get", json!({"CHAT_ID": 1})).await;
        let shown = &history.result()["message"]["2"];
        assert_eq!(shown["params"], json!({"componentId": "HiddenMessage"}));
        world.end().await;
    });
}

/// One answer, then the customer waits for the next.
async fn answered_once(world: &World) {
    customer(world, "hello").await;
    operator(world, "hi").await;
    later(world, 10 * MINUTE_MS).await;
    customer(world, "and?").await;
}

#[test]
fn kpi_further_answer_time() {
    on_line(&norms(0, 30), |world| async move {
        answered_once(&world).await;
        later(&world, 20 * SECOND_MS).await;
        customer(&world, "well?").await;
        later(&world, 10 * SECOND_MS - 1).await;
        assert!(said_by_itself(&world).await.is_empty());
        later(&world, 1).await;
        assert_eq!(said_by_itself(&world).await, ["further"], "the first of the two messages counts");
        customer(&world, "anybody?").await;
        later(&world, 10 * MINUTE_MS).await;
        assert_eq!(said_by_itself(&world).await, ["further"], "once for each time that the customer waits");
        operator(&world, "yes").await;
        customer(&world, "thanks, and?").await;
        later(&world, 30 * SECOND_MS).await;
        assert_eq!(said_by_itself(&world).await, ["further"; 2]);
        world.end().await;
    });
}

/// The timer is set for the first message, but the operator has answered it: what counts is what waits when it fires.
#[test]
fn a_timer_that_looks_again() {
    on_line(&norms(0, 30), |world| async move {
        answered_once(&world).await;
        later(&world, 20 * SECOND_MS).await;
        operator(&world, "yes").await;
        customer(&world, "and?").await;
        let world = world.restart().await;
        later(&world, 29 * SECOND_MS).await;
        assert!(said_by_itself(&world).await.is_empty());
        later(&world, SECOND_MS).await;
        assert_eq!(said_by_itself(&world).await, ["further"]);
        world.end().await;
    });
}

#[test]
fn kpi_further_answer_alert() {
    on_line(&norms(0, 30), |world| async move {
        set(&world, json!({"KPI_FURTHER_ANSWER_ALERT": "N", "KPI_FURTHER_ANSWER_LIST": [1]})).await;
        answered_once(&world).await;
        later(&world, 10 * MINUTE_MS).await;
        assert!(said_by_itself(&world).await.is_empty() && told(&world).await.is_empty());
        set(&world, json!({"KPI_FURTHER_ANSWER_ALERT": "Y"})).await;
        operator(&world, "yes").await;
        customer(&world, "and?").await;
        later(&world, MINUTE_MS).await;
        assert_eq!(
            (said_by_itself(&world).await, told(&world).await),
            (vec!["further".to_owned()], vec!["1".to_owned()])
        );
        world.end().await;
    });
}

#[test]
fn kpi_further_answer_list() {
    on_line(&norms(0, 30), |world| async move {
        let (boris, _) = world.add_employee("Boris").await;
        set(&world, json!({"KPI_FURTHER_ANSWER_LIST": [boris]})).await;
        answered_once(&world).await;
        later(&world, 10 * MINUTE_MS).await;
        assert_eq!(told(&world).await, [boris.to_string()]);
        world.end().await;
    });
}

#[test]
fn kpi_further_answer_text() {
    on_line(&norms(0, 30), |world| async move {
        let text = "#OPERATOR# is late in #DIALOG#";
        set(&world, json!({"KPI_FURTHER_ANSWER_TEXT": text, "OPERATOR_DATA": "hide"})).await;
        answered_once(&world).await;
        later(&world, 10 * MINUTE_MS).await;
        assert_eq!(said_by_itself(&world).await, ["Anna Ivanova is late in Maria Silva"], "colleagues may know");
        world.end().await;
    });
}

#[test]
fn kpi_check_operator_activity() {
    for (value, expected) in [("Y", 0), ("N", 1)] {
        on_line(&norms(0, 30), |world| async move {
            set(&world, json!({"KPI_CHECK_OPERATOR_ACTIVITY": value})).await;
            answered_once(&world).await;
            later(&world, 20 * SECOND_MS).await;
            // The operator reads what the customer wrote: with Y the time begins anew.
            let read = world.call("im.dialog.read", json!({"DIALOG_ID": "chat1"})).await;
            assert_eq!(read.brief(), "200 OK");
            later(&world, 29 * SECOND_MS).await;
            assert_eq!(said_by_itself(&world).await.len(), expected, "{value}");
            later(&world, SECOND_MS).await;
            assert_eq!(said_by_itself(&world).await, ["further"]);
            world.end().await;
        });
    }
}
