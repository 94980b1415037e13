//! `LINE_NAME`, `ACTIVE`, `WELCOME_*`, `NO_ANSWER_*`, `LANGUAGE_ID`, `OPERATOR_DATA`: what customers read.

use desk::facts::EventCode;
use serde_json::json;

use super::delivery::bind;
use super::line_settings::{
    MINUTE_MS, SECOND_MS, act, customer, customer_in, finished, later, on_line, said, said_by_itself, set,
};
use super::receiver::Receiver;
use super::support::World;

#[test]
fn line_name() {
    on_line(&json!({"WELCOME_MESSAGE_TEXT": "#LINE#", "LINE_NAME": "Sales"}), |world| async move {
        customer(&world, "hello").await;
        assert_eq!(said_by_itself(&world).await, ["Sales"]);
        let dialog = world.call("imopenlines.dialog.get", json!({"CHAT_ID": 1})).await;
        assert_eq!(dialog.result()["name"], json!("Maria Silva - Sales"));
        world.end().await;
    });
}

#[test]
fn active() {
    on_line(&json!({"ACTIVE": "N"}), |world| async move {
        let refused = world.send(json!([World::message("m1", "hello")])).await;
        assert_eq!(refused.brief(), "400 NOT_ACTIVE_LINE: The line with this ID is inactive or does not exist");
        set(&world, json!({"ACTIVE": "Y"})).await;
        customer(&world, "hello").await;
        world.end().await;
    });
}

#[test]
fn welcome_message() {
    on_line(&json!({"WELCOME_MESSAGE_TEXT": "Welcome!"}), |world| async move {
        customer_in(&world, "a", "hello").await;
        assert_eq!(said_by_itself(&world).await, ["Welcome!"]);
        set(&world, json!({"WELCOME_MESSAGE": "N"})).await;
        customer_in(&world, "b", "hello").await;
        assert_eq!(said_by_itself(&world).await, ["Welcome!"]);
        world.end().await;
    });
}

#[test]
fn welcome_message_text() {
    on_line(&json!({}), |world| async move {
        customer_in(&world, "a", "hello").await;
        assert!(said_by_itself(&world).await.is_empty(), "nobody wrote one, and the line names no language");
        set(&world, json!({"WELCOME_MESSAGE_TEXT": "#CUSTOMER#: #LINE#, chat #CHAT_ID#, place #QUEUE_POSITION#, #X#"}))
            .await;
        customer_in(&world, "b", "hello").await;
        assert_eq!(said_by_itself(&world).await, ["Maria Silva: Support, chat 2, place 2, #X#"]);
        world.end().await;
    });
}

#[test]
fn send_welcome_each_session() {
    on_line(&json!({"WELCOME_MESSAGE_TEXT": "Welcome!", "FULL_CLOSE_TIME": 0}), |world| async move {
        finished(&world).await;
        finished(&world).await;
        assert_eq!(said_by_itself(&world).await, ["Welcome!"]);
        set(&world, json!({"SEND_WELCOME_EACH_SESSION": "Y"})).await;
        finished(&world).await;
        assert_eq!(said_by_itself(&world).await, ["Welcome!"; 2]);
        world.end().await;
    });
}

#[test]
fn no_answer_rule() {
    on_line(&json!({"NO_ANSWER_TEXT": "Wait.", "NO_ANSWER_TIME": 60}), |world| async move {
        customer_in(&world, "a", "hello").await;
        later(&world, 60 * SECOND_MS).await;
        assert!(said_by_itself(&world).await.is_empty());
        set(&world, json!({"NO_ANSWER_RULE": "text"})).await;
        customer_in(&world, "b", "hello").await;
        later(&world, 60 * SECOND_MS).await;
        assert_eq!(said_by_itself(&world).await, ["Wait."]);
        world.end().await;
    });
}

#[test]
fn no_answer_time() {
    on_line(&json!({"NO_ANSWER_RULE": "text", "NO_ANSWER_TEXT": "Wait.", "NO_ANSWER_TIME": 90}), |world| async move {
        customer(&world, "hello").await;
        later(&world, 89 * SECOND_MS).await;
        assert!(said_by_itself(&world).await.is_empty());
        // What the customer adds does not begin the time anew.
        customer(&world, "anybody there?").await;
        later(&world, SECOND_MS).await;
        assert_eq!(said_by_itself(&world).await, ["Wait."]);
        customer(&world, "hello?").await;
        later(&world, 60 * MINUTE_MS).await;
        assert_eq!(said_by_itself(&world).await, ["Wait."], "once in a session");
        world.end().await;
    });
}

#[test]
fn no_answer_text() {
    on_line(&json!({"NO_ANSWER_RULE": "text", "LANGUAGE_ID": "de", "WELCOME_MESSAGE": "N"}), |world| async move {
        customer_in(&world, "a", "hello").await;
        later(&world, MINUTE_MS).await;
        let german = "Zurzeit sind alle Mitarbeiter im Gespräch. Wir antworten Ihnen, sobald jemand frei ist.";
        assert_eq!(said_by_itself(&world).await, [german]);
        set(&world, json!({"NO_ANSWER_TEXT": "#QUEUE_POSITION# before you"})).await;
        customer_in(&world, "b", "hello").await;
        later(&world, MINUTE_MS).await;
        assert_eq!(said_by_itself(&world).await, [german, "2 before you"]);
        world.end().await;
    });
}

/// Who was answered in time hears nothing, whatever happens later.
#[test]
fn no_answer_text_is_for_those_who_were_not_answered() {
    on_line(&json!({"NO_ANSWER_RULE": "text", "NO_ANSWER_TEXT": "Wait."}), |world| async move {
        customer(&world, "hello").await;
        act(&world, "answer").await;
        later(&world, 60 * MINUTE_MS).await;
        assert!(said_by_itself(&world).await.is_empty());
        world.end().await;
    });
}

#[test]
fn language_id() {
    on_line(&json!({"FULL_CLOSE_TIME": 0, "SEND_WELCOME_EACH_SESSION": "Y"}), |world| async move {
        for language in ["ru", "de", "en", "fr"] {
            set(&world, json!({"LANGUAGE_ID": language})).await;
            finished(&world).await;
        }
        let expected = [
            "Здравствуйте! Спасибо за ваше сообщение. Оператор скоро ответит вам.",
            "Спасибо за обращение. Всего доброго!",
            "Guten Tag! Vielen Dank für Ihre Nachricht. Ein Mitarbeiter antwortet Ihnen in Kürze.",
            "Vielen Dank für Ihre Anfrage. Einen schönen Tag noch!",
            "Hello! Thank you for your message. An operator will answer you soon.",
            "Thank you for contacting us. Have a nice day!",
            "Hello! Thank you for your message. An operator will answer you soon.",
            "Thank you for contacting us. Have a nice day!",
        ];
        assert_eq!(said_by_itself(&world).await, expected);
        world.end().await;
    });
}

/// Each value: how the operator is called in the texts and in the signature (D-76).
#[test]
fn operator_data() {
    on_line(&json!({"CLOSE_TEXT": "Bye from #OPERATOR#", "FULL_CLOSE_TIME": 0}), |world| async move {
        let receiver = Receiver::start().await;
        bind(&world, EventCode::ConnectorMessageAdd, receiver.url("/hook")).await;
        set(&world, json!({"DEFAULT_OPERATOR_DATA": {"NAME": "Support team", "AVATAR": ""}})).await;
        for (value, expected) in [
            ("profile", ["[b]Anna Ivanova:[/b][br] hi", "Bye from Anna Ivanova"]),
            ("queue", ["[b]Support team:[/b][br] hi", "Bye from Support team"]),
            ("hide", ["hi", "Bye from operator"]),
        ] {
            set(&world, json!({"OPERATOR_DATA": value})).await;
            finished(&world).await;
            let heard = [receiver.next().await, receiver.next().await];
            assert_eq!([heard[0].text(), heard[1].text()], expected, "{value}");
            let authors = heard.each_ref().map(|heard| heard.field("data[MESSAGES][0][message][user_id]"));
            assert_eq!(authors, ["1", "0"], "what the line says has no author");
        }
        world.end().await;
    });
}

#[test]
fn default_operator_data() {
    on_line(&json!({"OPERATOR_DATA": "queue", "CLOSE_TEXT": "#OPERATOR#", "FULL_CLOSE_TIME": 0}), |world| async move {
        finished(&world).await;
        set(&world, json!({"DEFAULT_OPERATOR_DATA": {"NAME": "Eva"}})).await;
        finished(&world).await;
        assert_eq!(said_by_itself(&world).await, ["operator", "Eva"]);
        world.end().await;
    });
}

/// D-78: such a connector gets none of the automatic texts, and so the customer is not asked for a rating either.
#[test]
fn a_connector_that_wants_no_automatic_texts() {
    on_line(
        &json!({"WELCOME_MESSAGE_TEXT": "Welcome!", "CLOSE_TEXT": "Bye!", "VOTE_MESSAGE": "Y"}),
        |world| async move {
            world.execute("UPDATE connectors SET need_system_messages = 0").await;
            let receiver = Receiver::start().await;
            bind(&world, EventCode::ConnectorMessageAdd, receiver.url("/hook")).await;
            finished(&world).await;
            assert_eq!(said(&world).await, ["in hello", "system Welcome!", "out hi", "system Bye!"]);
            assert_eq!(receiver.next().await.text(), "[b]Anna Ivanova:[/b][br] hi");
            assert_eq!(world.count("SELECT count(*) FROM deliveries").await, 1);
            world.end().await;
        },
    );
}
