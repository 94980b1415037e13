//! Dialogues that change hands, are started, joined and ended by others.

use serde_json::{Value, json};

use crate::imopenlines_sessions::first_message;
use crate::support::{World, in_english, on_both};

const CHAT_ID: &str = "400 CHAT_ID: The specified chat identifier is incorrect";
const CHAT_ID_EMPTY: &str = "400 CHAT_ID_EMPTY: Chat ID can't be empty";
const DENIED: &str = "400 ACCESS_DENIED: You cannot open this conversation as you do not have sufficient permissions";
const OPERATOR_WRONG: &str = "400 OPERATOR_WRONG: You can not redirect to this operator";

/// Owner, status, line and reason of the last session, and who is in the chat.
async fn state(world: &World) -> Vec<String> {
    let session = "SELECT operator_id || ' ' || status || ' line ' || line_id || ': ' || reason FROM sessions ORDER BY id DESC LIMIT 1";
    let mut state = vec![in_english(&world.text(session).await)];
    state.extend(world.texts("SELECT 'member ' || user_id FROM chat_members ORDER BY user_id").await);
    state
}

async fn call(world: &World, token: &str, method: &str, parameters: Value) -> String {
    world.call_with(token, &format!("imopenlines.{method}"), parameters).await.brief()
}

#[test]
fn a_dialogue_is_transferred_to_a_colleague() {
    on_both(|world| async move {
        let (boris, boris_token) = world.add_employee("Boris").await;
        let (clara, _) = world.add_employee("Clara").await;
        first_message(&world).await;
        let own = world.tokens.access_token.clone();
        call(&world, &own, "operator.answer", json!({"CHAT_ID": 1})).await;
        let transfer =
            async |token: &str, parameters: Value| call(&world, token, "operator.transfer", parameters).await;
        assert_eq!(transfer(&own, json!({"CHAT_ID": 1, "USER_ID": boris})).await, "200 OK");
        assert_eq!(state(&world).await, ["2 offered line 1: Anna Ivanova: transferred to Boris", "member 2"]);
        // The new owner is in no queue of the line, and may do with it what owners do.
        let own_chat = json!({"CHAT_ID": "1"});
        assert_eq!(call(&world, &boris_token, "operator.answer", own_chat).await, "200 OK");
        let onward = json!({"CHAT_ID": "1", "TRANSFER_ID": clara.to_string()});
        assert_eq!(transfer(&boris_token, onward.clone()).await, "200 OK");
        assert_eq!(state(&world).await, ["3 offered line 1: Boris: transferred to Clara", "member 3"]);
        assert_eq!(transfer(&boris_token, onward).await, OPERATOR_WRONG, "who gave it away has no access any more");
        // To oneself is taking it.
        let first = json!({"CHAT_ID": 1, "USER_ID": "1", "QUEUE_ID": 99, "TRANSFER_ID": 3});
        assert_eq!(transfer(&own, first).await, "200 OK", "the first of the three counts");
        assert_eq!(state(&world).await, ["1 answered line 1: Anna Ivanova: transferred to Anna Ivanova", "member 1"]);
        assert_eq!(transfer(&own, json!({"CHAT_ID": 1, "USER_ID": 1})).await, OPERATOR_WRONG, "who has it already");
        assert_eq!(world.count("SELECT count(*) FROM sessions").await, 1);
        world.end().await;
    });
}

#[test]
fn whoever_writes_into_a_dialogue_that_lost_its_operator_has_it() {
    on_both(|world| async move {
        let (boris, boris_token) = world.add_employee("Boris").await;
        let (clara, clara_token) = world.add_employee("Clara").await;
        let queue = json!({"CONFIG_ID": 1, "PARAMS": {"QUEUE": {"U": [1, boris, clara]}}});
        world.call("imopenlines.config.update", queue).await;
        first_message(&world).await;
        let write = async |token: &str| {
            let reply =
                world.call_with(token, "im.message.add", json!({"DIALOG_ID": "chat1", "MESSAGE": "hello"})).await;
            assert_eq!(reply.brief(), "200 OK");
        };
        call(&world, &boris_token, "operator.answer", json!({"CHAT_ID": 1})).await;
        write(&boris_token).await;
        let dismissed = world.call("user.update", json!({"ID": boris, "ACTIVE": false})).await;
        assert_eq!(dismissed.brief(), "200 OK");
        world.until("SELECT count(*) FROM sessions WHERE operator_id = 0", 1).await;
        write(&clara_token).await;
        world.send(json!([World::message("back", "thank you")])).await;
        let owner = "SELECT operator_id FROM sessions WHERE closed_ms IS NULL";
        assert_eq!(world.count(owner).await, clara);
        world.end().await;
    });
}

/// Hours, ratings and texts are those of the line that has the dialogue.
#[test]
fn the_line_that_has_the_dialogue_speaks() {
    on_both(|world| async move {
        let (boris, boris_token) = world.add_employee("Boris").await;
        let (off, on) = (
            json!({"WORKTIME_ENABLE": "N"}),
            json!({"WORKTIME_ENABLE": "Y", "WORKTIME_FROM": "9", "WORKTIME_TO": "10"}),
        );
        let own = json!({"VOTE_MESSAGE_2_TEXT": "First?", "VOTE_MESSAGE_2_LIKE": "First thanks", "WORKTIME_DAYOFF_RULE": "text", "WORKTIME_DAYOFF_TEXT": "The first sleeps"});
        let configure = async |line_id: i64, settings: &Value| {
            let parameters = json!({"CONFIG_ID": line_id, "PARAMS": settings});
            assert_eq!(world.call("imopenlines.config.update", parameters).await.brief(), "200 OK");
        };
        configure(1, &own).await;
        let sales = json!({"PARAMS": {
            "LINE_NAME": "Sales", "QUEUE": {"U": [boris]}, "VOTE_MESSAGE": "Y", "VOTE_BEFORE_FINISH": "Y", "VOTE_CLOSING_DELAY": "Y",
            "VOTE_MESSAGE_2_TEXT": "Second?", "VOTE_MESSAGE_2_LIKE": "Second thanks", "WORKTIME_DAYOFF_RULE": "text",
            "WORKTIME_DAYOFF_TEXT": "The second sleeps",
        }});
        world.call("imopenlines.config.add", sales).await;
        configure(1, &off).await;
        first_message(&world).await;
        let own_token = world.tokens.access_token.clone();
        let one = json!({"CHAT_ID": 1});
        assert_eq!(call(&world, &own_token, "operator.answer", one.clone()).await, "200 OK");
        let transfer = json!({"CHAT_ID": 1, "TRANSFER_ID": "queue2"});
        assert_eq!(call(&world, &own_token, "operator.transfer", transfer).await, "200 OK");
        let said = async |id: &str, text: &str| {
            let before = world.count("SELECT count(*) FROM messages").await;
            world.send(json!([World::message(id, text)])).await;
            let sql = format!("SELECT body FROM messages WHERE direction = 'system' AND id > {before} ORDER BY id");
            world.texts(sql.leak()).await
        };
        // The first line is closed, the second is not; then the other way round.
        configure(1, &on).await;
        assert!(said("n1", "are you there?").await.is_empty());
        configure(1, &off).await;
        configure(2, &on).await;
        assert_eq!(said("n2", "and now?").await, ["The second sleeps"]);
        let answered =
            world.call_with(&boris_token, "im.message.add", json!({"DIALOG_ID": "chat1", "MESSAGE": "yes"})).await;
        assert_eq!(answered.brief(), "200 OK");
        assert_eq!(call(&world, &boris_token, "operator.finish", one).await, "200 OK");
        assert_eq!(said("n3", "1").await, ["Second thanks"]);
        assert_eq!(world.text("SELECT status || ' ' || vote FROM sessions").await, "closed 5");
        world.end().await;
    });
}

#[test]
fn a_dialogue_is_transferred_to_another_line() {
    on_both(|world| async move {
        let (boris, boris_token) = world.add_employee("Boris").await;
        let sales = json!({"PARAMS": {"LINE_NAME": "Sales", "QUEUE": {"U": [boris]}, "CLOSE_TEXT": "Sales says bye", "VOTE_MESSAGE": "N"}});
        world.call("imopenlines.config.add", sales).await;
        first_message(&world).await;
        let own = world.tokens.access_token.clone();
        let to_sales = json!({"CHAT_ID": 1, "TRANSFER_ID": "queue2"});
        assert_eq!(call(&world, &own, "operator.transfer", to_sales).await, "200 OK");
        assert_eq!(
            state(&world).await,
            ["2 offered line 2: Anna Ivanova: transferred to Sales; Boris: next in queue", "member 2"]
        );
        let dialog = world.call_with(&boris_token, "imopenlines.dialog.get", json!({"CHAT_ID": 1})).await;
        assert_eq!(dialog.result()["name"], "Maria - Sales");
        assert_eq!(dialog.result()["entity_id"], "myconnector|1|c1|3", "the customer stays where the messages come in");
        // The customer goes on in the same session, and the rules of the new line hold.
        let sent = world.send(json!([World::message("m2", "still here")])).await;
        assert_eq!(sent.result()["DATA"]["RESULT"][0]["session"]["ID"], "1");
        assert_eq!(call(&world, &boris_token, "operator.finish", json!({"CHAT_ID": 1})).await, "200 OK");
        let said = world.text("SELECT body FROM messages ORDER BY id DESC LIMIT 1").await;
        assert_eq!(said, "Sales says bye");
        world.end().await;
    });
}

#[test]
fn a_dialogue_is_intercepted_and_joined() {
    on_both(|world| async move {
        let (boris, boris_token) = world.add_employee("Boris").await;
        let queue = json!({"CONFIG_ID": 1, "PARAMS": {"QUEUE": {"U": [1, boris]}}});
        world.call("imopenlines.config.update", queue).await;
        first_message(&world).await;
        let own = world.tokens.access_token.clone();
        let chat = json!({"CHAT_ID": 1});
        call(&world, &own, "operator.answer", chat.clone()).await;
        for _ in 0..2 {
            assert_eq!(call(&world, &boris_token, "session.join", chat.clone()).await, "200 OK");
            assert_eq!(
                state(&world).await,
                ["1 answered line 1: Anna Ivanova: answered", "member 1", "member 2"],
                "the operator stays"
            );
        }
        for _ in 0..2 {
            assert_eq!(call(&world, &boris_token, "session.intercept", chat.clone()).await, "200 OK");
            assert_eq!(state(&world).await, ["2 answered line 1: Boris: intercepted from Anna Ivanova", "member 2"]);
        }
        world.end().await;
    });
}

#[test]
fn sessions_are_started_and_messages_move_into_them() {
    on_both(|world| async move {
        let settings = json!({"FULL_CLOSE_TIME": 0, "VOTE_MESSAGE": "N"});
        world.call("imopenlines.config.update", json!({"CONFIG_ID": 1, "PARAMS": settings})).await;
        world.call("event.bind", json!({"event": "OnSessionStart", "handler": "https://connector.example/in"})).await;
        world
            .call("event.bind", json!({"event": "OnImConnectorDialogStart", "handler": "https://connector.example/in"}))
            .await;
        first_message(&world).await;
        let own = world.tokens.access_token.clone();
        let chat = json!({"CHAT_ID": 1});
        let told = async || world.count("SELECT count(*) FROM deliveries").await;
        assert_eq!(told().await, 2);
        assert_eq!(call(&world, &own, "session.start", chat.clone()).await, "200 OK");
        assert_eq!((told().await, world.count("SELECT count(*) FROM sessions").await), (2, 1), "one is open");
        let from = json!({"CHAT_ID": 1, "MESSAGE_ID": 1});
        assert_eq!(call(&world, &own, "message.session.start", from.clone()).await, "200 OK");
        assert_eq!(world.count("SELECT session_id FROM messages WHERE id = 1").await, 1);
        call(&world, &own, "operator.finish", chat.clone()).await;
        assert_eq!(call(&world, &own, "session.start", chat.clone()).await, "200 OK");
        assert_eq!(told().await, 4, "both events");
        assert_eq!(state(&world).await, ["1 waiting line 1: started by the operator", "member 1"]);
        assert_eq!(world.count("SELECT parent_id FROM sessions WHERE id = 2").await, 1);
        call(&world, &own, "operator.finish", chat).await;
        assert_eq!(call(&world, &own, "message.session.start", from).await, "200 OK");
        let history = world.call("imopenlines.session.history.get", json!({"CHAT_ID": 1})).await;
        assert_eq!(history.result()["sessionId"], json!(3));
        assert_eq!(history.result()["message"]["1"]["text"], json!("hello"));
        let before = world.call("imopenlines.session.history.get", json!({"SESSION_ID": 1})).await;
        assert_eq!(before.result()["message"].get("1"), None);
        world.end().await;
    });
}

#[test]
fn dialogues_of_others_are_finished_and_spam_is_closed_without_a_word() {
    on_both(|world| async move {
        let (boris, boris_token) = world.add_employee("Boris").await;
        let settings = json!({
            "QUEUE": {"U": [boris]}, "CLOSE_TEXT": "Bye!", "FULL_CLOSE_TIME": 0, "VOTE_MESSAGE": "Y",
            "VOTE_MESSAGE_2_TEXT": "How was it?",
        });
        world.call("imopenlines.config.update", json!({"CONFIG_ID": 1, "PARAMS": settings})).await;
        world.call("event.bind", json!({"event": "OnSessionFinish", "handler": "https://connector.example/in"})).await;
        world
            .call(
                "event.bind",
                json!({"event": "OnImConnectorDialogFinish", "handler": "https://connector.example/in"}),
            )
            .await;
        first_message(&world).await;
        let own = world.tokens.access_token.clone();
        let chat = json!({"CHAT_ID": 1});
        let said = async || world.count("SELECT count(*) FROM messages WHERE author_id = 0").await;
        let told = async || world.count("SELECT count(*) FROM deliveries").await;
        call(&world, &boris_token, "operator.answer", chat.clone()).await;
        for _ in 0..2 {
            assert_eq!(call(&world, &own, "operator.another.finish", chat.clone()).await, "200 OK");
        }
        assert!(said().await >= 1, "the line said good-bye");
        assert_eq!(world.count("SELECT operator_id FROM sessions WHERE id = 1").await, boris, "it stays theirs");
        world.execute("UPDATE sessions SET status = 'closed', closed_ms = 1 WHERE id = 1 AND closed_ms IS NULL").await;
        let (said_before, told_before) = (said().await, told().await);
        world.send(json!([World::message("m2", "buy pills")])).await;
        let said_by_greeting = said().await - said_before;
        assert_eq!(call(&world, &boris_token, "operator.spam", chat.clone()).await, "200 OK");
        assert_eq!(call(&world, &boris_token, "operator.spam", chat.clone()).await, "200 OK", "once more is nothing");
        assert_eq!(said().await - said_before, said_by_greeting, "no closing text and no question");
        assert_eq!(told().await - told_before, 2, "the applications hear that it is over");
        assert_eq!(world.text("SELECT status FROM sessions WHERE id = 2").await, "spam");
        let sent = world.send(json!([World::message("m3", "more pills")])).await;
        assert_eq!(sent.result()["DATA"]["RESULT"][0]["session"]["ID"], "3", "it is over");
        world.end().await;
    });
}

#[test]
fn every_refusal_of_changing_hands() {
    on_both(|world| async move {
        first_message(&world).await;
        world.send(json!([{"user": {"id": "u2"}, "message": {"id": "m2", "text": "hi"}, "chat": {"id": "c2"}}])).await;
        let own = world.tokens.access_token.clone();
        let (_, stranger) = world.add_employee("Boris").await;
        let (clara, colleague) = world.add_employee("Clara").await;
        let queue =
            json!({"CONFIG_ID": 1, "PARAMS": {"QUEUE": {"U": [1, clara]}, "FULL_CLOSE_TIME": 0, "VOTE_MESSAGE": "N"}});
        world.call("imopenlines.config.update", queue).await;
        world.call("imopenlines.config.add", json!({"PARAMS": {"LINE_NAME": "Off", "ACTIVE": "N"}})).await;
        call(&world, &own, "operator.answer", json!({"CHAT_ID": 1})).await;
        let with_chat_id =
            ["operator.another.finish", "operator.spam", "session.start", "session.join", "message.session.start"];
        let with_chat_id_empty = ["operator.transfer", "session.intercept"];
        for id in [json!(null), json!(""), json!("x"), json!(0), json!(-1)] {
            let parameters = json!({"CHAT_ID": id, "MESSAGE_ID": 1, "USER_ID": clara});
            for method in with_chat_id {
                assert_eq!(call(&world, &own, method, parameters.clone()).await, CHAT_ID, "{method} {id}");
            }
            for method in with_chat_id_empty {
                assert_eq!(call(&world, &own, method, parameters.clone()).await, CHAT_ID_EMPTY, "{method} {id}");
            }
        }
        for (token, id) in [(&own, 99), (&stranger, 1)] {
            let parameters = json!({"CHAT_ID": id, "MESSAGE_ID": 1, "USER_ID": clara});
            for method in with_chat_id {
                let expected = if id == 99 { CHAT_ID } else { DENIED };
                assert_eq!(call(&world, token, method, parameters.clone()).await, expected, "{method}");
            }
            for method in with_chat_id_empty {
                assert_eq!(call(&world, token, method, parameters.clone()).await, OPERATOR_WRONG, "{method}");
            }
        }
        assert_eq!(call(&world, &colleague, "operator.spam", json!({"CHAT_ID": 1})).await, DENIED, "a colleague's");
        let user = "400 USER_ID_EMPTY: User ID can't be empty";
        let line = "400 QUEUE_ID_EMPTY: QUEUE ID can't be empty";
        let none = "400 TRANSFER_ID_EMPTY: Queue ID or User ID can't be empty";
        for (parameters, expected) in [
            (json!({}), none),
            (json!({"USER_ID": null, "QUEUE_ID": null, "TRANSFER_ID": null}), none),
            (json!({"TRANSFER_ID": ""}), none),
            (json!({"TRANSFER_ID": "0"}), none),
            (json!({"TRANSFER_ID": "somebody"}), none),
            (json!({"USER_ID": ""}), user),
            (json!({"USER_ID": 0, "QUEUE_ID": 1}), user),
            (json!({"USER_ID": "x"}), user),
            (json!({"QUEUE_ID": -1, "TRANSFER_ID": 1}), line),
            (json!({"TRANSFER_ID": "queue"}), line),
            (json!({"TRANSFER_ID": "queue0"}), line),
            (json!({"TRANSFER_ID": "queue#123#"}), line),
            (json!({"USER_ID": 99}), OPERATOR_WRONG),
            (json!({"USER_ID": 2}), OPERATOR_WRONG),
            (json!({"QUEUE_ID": 99}), OPERATOR_WRONG),
            (json!({"QUEUE_ID": 2}), OPERATOR_WRONG),
        ] {
            let mut parameters = parameters;
            parameters["CHAT_ID"] = json!(1);
            assert_eq!(call(&world, &own, "operator.transfer", parameters.clone()).await, expected, "{parameters}");
        }
        let missing = "400 ERROR_ARGUMENT: Argument 'MESSAGE_ID' is null or empty";
        let wrong = "400 ERROR_ARGUMENT: The value of an argument 'MESSAGE_ID' has an invalid type";
        for (message, expected) in
            [(json!(null), missing), (json!("x"), wrong), (json!(99), DENIED), (json!(2), DENIED), (json!(0), DENIED)]
        {
            let parameters = json!({"CHAT_ID": 1, "MESSAGE_ID": message});
            assert_eq!(call(&world, &own, "message.session.start", parameters).await, expected, "{message}");
        }
        call(&world, &own, "operator.finish", json!({"CHAT_ID": 1})).await;
        let parameters = json!({"CHAT_ID": 1, "USER_ID": clara});
        for method in with_chat_id_empty {
            assert_eq!(call(&world, &own, method, parameters.clone()).await, OPERATOR_WRONG, "{method}: it is closed");
        }
        world.call("imopenlines.config.delete", json!({"CONFIG_ID": 1})).await;
        for method in ["session.start", "message.session.start"] {
            let parameters = json!({"CHAT_ID": 1, "MESSAGE_ID": 1});
            assert_eq!(call(&world, &own, method, parameters).await, DENIED, "{method}: its line is gone");
        }
        world.end().await;
    });
}
