//! `imopenlines.session.mode.*`, `.head.vote` and `imopenlines.message.quick.save`.

use serde_json::{Value, json};

use crate::imopenlines_sessions::first_message;
use crate::support::{World, on_both};

const CHAT_ID: &str = "400 CHAT_ID: The specified chat identifier is incorrect";
const CHAT_ID_EMPTY: &str = "400 CHAT_ID_EMPTY: Chat ID can't be empty";
const DENIED: &str = "400 ACCESS_DENIED: You cannot open this conversation as you do not have sufficient permissions";

/// A segment of the chat's `entity_data_1` as the dialogue shows it.
async fn segment(world: &World, index: usize) -> String {
    let dialog = world.call("imopenlines.dialog.get", json!({"CHAT_ID": 1})).await;
    dialog.result()["entity_data_1"].as_str().unwrap().split('|').nth(index).unwrap().to_owned()
}

#[test]
fn an_operator_pins_own_dialogues() {
    on_both(|world| async move {
        first_message(&world).await;
        world.send(json!([{"user": {"id": "u2"}, "message": {"id": "m2", "text": "hi"}, "chat": {"id": "c2"}}])).await;
        let pin = async |parameters: Value| world.call("imopenlines.session.mode.pin", parameters).await.brief();
        let all = async |method: &str| {
            world.call(&format!("imopenlines.session.mode.{method}"), json!({})).await.result().clone()
        };
        assert_eq!(pin(json!({"CHAT_ID": 1})).await, "200 OK");
        assert_eq!(segment(&world, 3).await, "Y");
        assert_eq!(pin(json!({"CHAT_ID": 1, "ACTIVATE": "Y"})).await, "200 OK", "once more changes nothing");
        assert_eq!(all("pinAll").await, json!([2]), "only what was not pinned");
        assert_eq!(all("pinall").await, json!([]));
        assert_eq!(pin(json!({"CHAT_ID": "2", "ACTIVATE": "N"})).await, "200 OK");
        assert_eq!(all("unpinAll").await, json!([1]));
        assert_eq!(segment(&world, 3).await, "N");
        assert_eq!(all("pinAll").await, json!([2, 1]), "the newest first");
        let (_, stranger) = world.add_employee("Boris").await;
        assert_eq!(
            world.call_with(&stranger, "imopenlines.session.mode.unpinAll", json!({})).await.result(),
            &json!([]),
            "pins of others stay"
        );
        world.call("imopenlines.operator.finish", json!({"CHAT_ID": 1})).await;
        world.advance(10 * 60_000);
        world.until("SELECT count(*) FROM sessions WHERE closed_ms IS NOT NULL", 1).await;
        assert_eq!(pin(json!({"CHAT_ID": 1})).await, DENIED, "there is nothing to pin");
        assert_eq!(all("unpinAll").await, json!([2]), "a closed session needs no pin");
        world.end().await;
    });
}

#[test]
fn a_pinned_dialogue_is_not_closed_by_silence() {
    on_both(|world| async move {
        let settings = json!({"AUTO_CLOSE_TIME": 600, "AUTO_EXPIRE_TIME": 0, "VOTE_MESSAGE": "N"});
        world.call("imopenlines.config.update", json!({"CONFIG_ID": 1, "PARAMS": settings})).await;
        first_message(&world).await;
        let call = async |method: &str, parameters: Value| {
            world.hook(&format!("imopenlines.{method}"), parameters).await.brief()
        };
        assert_eq!(call("operator.answer", json!({"CHAT_ID": 1})).await, "200 OK");
        assert_eq!(call("session.mode.pin", json!({"CHAT_ID": 1})).await, "200 OK");
        world.advance(600_000);
        let again = "SELECT count(*) FROM jobs WHERE kind = 'auto_close' AND due_ms = 1749991600000";
        world.until(again, 1).await;
        assert_eq!(world.count("SELECT count(*) FROM sessions WHERE status = 'answered'").await, 1);
        assert_eq!(call("session.mode.pin", json!({"CHAT_ID": 1, "ACTIVATE": "N"})).await, "200 OK");
        world.advance(600_000);
        world.until("SELECT count(*) FROM sessions WHERE closed_ms IS NOT NULL", 1).await;
        world.end().await;
    });
}

#[test]
fn silent_mode_keeps_operators_messages_inside() {
    on_both(|world| async move {
        let hook = json!({"event": "OnImConnectorMessageAdd", "handler": "https://connector.example/in"});
        world.call("event.bind", hook).await;
        let edits = json!({"event": "OnImConnectorMessageUpdate", "handler": "https://connector.example/in"});
        world.call("event.bind", edits).await;
        first_message(&world).await;
        let silent = async |parameters: Value| world.call("imopenlines.session.mode.silent", parameters).await.brief();
        let write = async |text: &str| {
            let written = world.call("im.message.add", json!({"DIALOG_ID": "chat1", "MESSAGE": text})).await;
            written.result().as_i64().unwrap()
        };
        let told = async || world.count("SELECT count(*) FROM deliveries").await;
        let open = write("for the customer").await;
        assert_eq!(told().await, 1);
        assert_eq!(silent(json!({"CHAT_ID": 1, "ACTIVATE": "Y"})).await, "200 OK");
        let dialog = world.call("imopenlines.dialog.get", json!({"CHAT_ID": 1})).await;
        assert_eq!(dialog.result()["entity_data_3"], json!("Y"));
        let hidden = write("among us").await;
        assert_eq!(told().await, 1);
        let text = json!({"DIALOG_ID": "chat1", "MESSAGE": "It rains", "SYSTEM": "Y"});
        world.call("im.message.add", text).await;
        assert_eq!(told().await, 2, "what the program says is for the customer");
        world.call("im.message.update", json!({"MESSAGE_ID": open, "MESSAGE": "corrected"})).await;
        assert_eq!(told().await, 3, "and so is what the customer has read");
        // Absent and anything but Y switch it off.
        assert_eq!(silent(json!({"CHAT_ID": "1"})).await, "200 OK");
        assert_eq!(silent(json!({"CHAT_ID": 1, "ACTIVATE": "Y"})).await, "200 OK");
        assert_eq!(silent(json!({"CHAT_ID": 1, "ACTIVATE": "maybe"})).await, "200 OK");
        world.call("im.message.update", json!({"MESSAGE_ID": hidden, "MESSAGE": "still among us"})).await;
        world.call("im.message.delete", json!({"MESSAGE_ID": hidden})).await;
        assert_eq!(told().await, 3, "what was hidden stays hidden");
        write("back").await;
        assert_eq!(told().await, 4);
        world.end().await;
    });
}

#[test]
fn a_supervisor_rates_a_closed_session() {
    on_both(|world| async move {
        let params = json!({"CONFIG_ID": 1, "PARAMS": {"FULL_CLOSE_TIME": 0, "VOTE_MESSAGE": "N"}});
        world.call("imopenlines.config.update", params).await;
        first_message(&world).await;
        let rate = async |parameters: Value| world.call("imopenlines.session.head.vote", parameters).await.brief();
        assert_eq!(rate(json!({"SESSION_ID": 1, "RATING": 5})).await, DENIED, "it is not over yet");
        world.call("imopenlines.operator.finish", json!({"CHAT_ID": 1})).await;
        let empty = "400 EMPTY_SESSION_ID: Session ID can't be empty";
        let nothing = "400 EMPTY_VOTE_PARAMS: At least one of the parameters RATING or COMMENT must be specified";
        for (parameters, expected) in [
            (json!({}), empty),
            (json!({"SESSION_ID": 0, "RATING": 5}), empty),
            (json!({"SESSION_ID": -1, "RATING": 5}), empty),
            (json!({"SESSION_ID": "x", "RATING": 5}), empty),
            (json!({"SESSION_ID": 1}), nothing),
            (json!({"SESSION_ID": 1, "RATING": 6}), nothing),
            (json!({"SESSION_ID": 1, "RATING": 0, "COMMENT": ""}), nothing),
            (json!({"SESSION_ID": 99, "RATING": 5}), DENIED),
            (
                json!({"SESSION_ID": 1, "COMMENT": "x".repeat(10_001)}),
                "400 ERROR_ARGUMENT: COMMENT may have 10000 characters",
            ),
            (json!({"SESSION_ID": "1", "RATING": "4"}), "200 OK"),
            (json!({"SESSION_ID": 1, "COMMENT": "polite"}), "200 OK"),
            (json!({"SESSION_ID": 1, "RATING": 3, "COMMENT": ""}), "200 OK"),
        ] {
            assert_eq!(rate(parameters.clone()).await, expected, "{parameters}");
        }
        let (colleague, token) = world.add_employee("Clara").await;
        let queue = json!({"CONFIG_ID": 1, "PARAMS": {"QUEUE": {"U": [1, colleague]}}});
        world.call("imopenlines.config.update", queue).await;
        let denied =
            world.call_with(&token, "imopenlines.session.head.vote", json!({"SESSION_ID": 1, "RATING": 1})).await;
        assert_eq!(denied.brief(), DENIED, "an operator is no supervisor");
        let history = world.call("imopenlines.session.history.get", json!({"SESSION_ID": 1})).await;
        let shown: Vec<&Value> =
            ["canVoteHead", "sessionVoteHead", "sessionCommentHead"].map(|key| &history.result()[key]).to_vec();
        assert_eq!(shown, [&json!("Y"), &json!(3), &json!("polite")]);
        let history = world.call_with(&token, "imopenlines.session.history.get", json!({"SESSION_ID": 1})).await;
        assert_eq!(history.result()["canVoteHead"], json!("N"));
        assert_eq!(history.result()["openlines"], json!({"canvoteashead": {"1": false}}));
        world.end().await;
    });
}

#[test]
fn quick_answers_iblock_id() {
    on_both(|world| async move {
        let named = json!({"LINE_NAME": "Sales", "QUICK_ANSWERS_IBLOCK_ID": 7});
        world.call("imopenlines.config.add", json!({"PARAMS": named})).await;
        first_message(&world).await;
        let save = async |message: i64| {
            world.call("imopenlines.message.quick.save", json!({"CHAT_ID": 1, "MESSAGE_ID": message})).await.brief()
        };
        let list = async |line: i64| {
            let reply = world.call("trunkline.quickanswer.list", json!({"line_id": line})).await;
            let answers = reply.result().as_array().unwrap().iter();
            answers.map(|answer| answer["text"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let text = json!({"DIALOG_ID": "chat1", "MESSAGE": "We open at nine"});
        world.call("im.message.add", text).await;
        assert_eq!(save(1).await, "200 OK");
        assert_eq!(save(1).await, "200 OK", "the same message is saved once");
        assert_eq!((list(1).await, list(2).await), (vec!["hello".to_owned()], vec![]), "the line's own list");
        let shared = json!({"CONFIG_ID": 1, "PARAMS": {"QUICK_ANSWERS_IBLOCK_ID": 7}});
        world.call("imopenlines.config.update", shared).await;
        assert_eq!(save(2).await, "200 OK");
        let expected = vec!["We open at nine".to_owned()];
        assert_eq!((list(1).await, list(2).await), (expected.clone(), expected), "one list for both lines");
        let shown = world.call("trunkline.quickanswer.list", json!({"line_id": 2})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(shown.result(), @r#"
        [
          {
            "id": 2,
            "line_id": null,
            "title": "",
            "text": "We open at nine",
            "message_id": 2,
            "created_by": 1
          }
        ]
        "#); }
        world.end().await;
    });
}

#[test]
fn every_refusal_of_modes_and_quick_answers() {
    on_both(|world| async move {
        first_message(&world).await;
        world.send(json!([{"user": {"id": "u2"}, "message": {"id": "m2", "text": "hi"}, "chat": {"id": "c2"}}])).await;
        let picture = json!([{"link": "https://files.example/a.png", "name": "a.png"}]);
        let message = json!([{"user": {"id": "u1"}, "message": {"id": "m3", "files": picture}, "chat": {"id": "c1"}}]);
        world.send(message).await;
        let (_, stranger) = world.add_employee("Boris").await;
        let (colleague, colleague_token) = world.add_employee("Clara").await;
        let queue = json!({"CONFIG_ID": 1, "PARAMS": {"QUEUE": {"U": [1, colleague]}}});
        world.call("imopenlines.config.update", queue).await;
        for (id, pin, others) in [
            (json!(null), CHAT_ID_EMPTY, CHAT_ID),
            (json!(""), CHAT_ID_EMPTY, CHAT_ID),
            (json!("x"), CHAT_ID, CHAT_ID),
            (json!(0), CHAT_ID, CHAT_ID),
            (json!(-1), CHAT_ID, CHAT_ID),
            (json!(99), CHAT_ID, CHAT_ID),
        ] {
            let parameters = json!({"CHAT_ID": id, "MESSAGE_ID": 1});
            for (method, expected) in
                [("session.mode.pin", pin), ("session.mode.silent", others), ("message.quick.save", others)]
            {
                let reply = world.call(&format!("imopenlines.{method}"), parameters.clone()).await;
                assert_eq!(reply.brief(), expected, "{method} {id}");
            }
        }
        let parameters = json!({"CHAT_ID": 1, "MESSAGE_ID": 1});
        for method in ["session.mode.pin", "session.mode.silent", "message.quick.save"] {
            let reply = world.call_with(&stranger, &format!("imopenlines.{method}"), parameters.clone()).await;
            assert_eq!(reply.brief(), DENIED, "{method}");
        }
        let pinned = world.call_with(&colleague_token, "imopenlines.session.mode.pin", parameters).await;
        assert_eq!(pinned.brief(), DENIED, "only one's own");
        let nothing = "400 CANT_SAVE_QUICK_ANSWER: Error saving quick answer";
        for message in [json!(null), json!("x"), json!(0), json!(99), json!(2), json!(3)] {
            let parameters = json!({"CHAT_ID": 1, "MESSAGE_ID": message});
            let reply = world.call("imopenlines.message.quick.save", parameters).await;
            assert_eq!(reply.brief(), nothing, "{message}: none, of another chat, or without text");
        }
        for (line, token, expected) in [
            (json!(null), &world.tokens.access_token, "200 OK"),
            (
                json!("x"),
                &world.tokens.access_token,
                "400 ERROR_ARGUMENT: The value of an argument 'line_id' has an invalid type",
            ),
            (json!(99), &world.tokens.access_token, "400 ERROR_NOT_FOUND: Not found"),
            (json!(1), &stranger, "400 ERROR_NOT_FOUND: Not found"),
            (json!(1), &colleague_token, "200 OK"),
        ] {
            let reply = world.call_with(token, "trunkline.quickanswer.list", json!({"line_id": line})).await;
            assert_eq!(reply.brief(), expected, "{line}");
        }
        world.end().await;
    });
}
