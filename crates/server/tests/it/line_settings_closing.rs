//! `CLOSE_*`, `FULL_CLOSE_TIME`, `AUTO_CLOSE_*`, `AUTO_EXPIRE_TIME`, `VOTE_*`: how a session ends.

use desk::facts::EventCode;
use serde_json::{Value, json};

use super::delivery::bind;
use super::line_settings::{
    MINUTE_MS, SECOND_MS, act, customer, finished, later, on_line, operator, said, said_by_itself, set, status,
};
use super::receiver::Receiver;
use super::support::World;

#[test]
fn close_rule() {
    on_line(&json!({"CLOSE_TEXT": "Bye!", "FULL_CLOSE_TIME": 0}), |world| async move {
        finished(&world).await;
        assert_eq!(said_by_itself(&world).await, ["Bye!"]);
        set(&world, json!({"CLOSE_RULE": "none"})).await;
        finished(&world).await;
        assert_eq!(said_by_itself(&world).await, ["Bye!"]);
        world.end().await;
    });
}

#[test]
fn close_text() {
    on_line(&json!({"FULL_CLOSE_TIME": 0}), |world| async move {
        finished(&world).await;
        assert!(said_by_itself(&world).await.is_empty());
        set(&world, json!({"CLOSE_TEXT": "#OPERATOR# says goodbye to #DIALOG#."})).await;
        finished(&world).await;
        assert_eq!(said_by_itself(&world).await, ["Anna Ivanova says goodbye to Maria Silva."]);
        world.end().await;
    });
}

#[test]
fn full_close_time() {
    on_line(&json!({"FULL_CLOSE_TIME": 5}), |world| async move {
        finished(&world).await;
        later(&world, 5 * MINUTE_MS - 1).await;
        assert_eq!(status(&world).await, "closing");
        assert_eq!(customer(&world, "one more thing").await, 1, "it goes on");
        later(&world, 60 * MINUTE_MS).await;
        assert_eq!(status(&world).await, "answered");
        act(&world, "finish").await;
        later(&world, 5 * MINUTE_MS).await;
        assert_eq!(status(&world).await, "closed");
        assert_eq!(customer(&world, "and another").await, 2);
        world.end().await;
    });
}

#[test]
fn auto_close_time() {
    on_line(&json!({"AUTO_CLOSE_TIME": 600, "AUTO_EXPIRE_TIME": 0}), |world| async move {
        customer(&world, "hello").await;
        later(&world, 60 * MINUTE_MS).await;
        assert_eq!(status(&world).await, "offered", "who waits for an answer is not closed");
        act(&world, "answer").await;
        // Every message of the customer and of the operator begins the time anew.
        for _ in 0..3 {
            later(&world, 9 * MINUTE_MS).await;
            customer(&world, "well").await;
            later(&world, 9 * MINUTE_MS).await;
            operator(&world, "yes").await;
        }
        later(&world, 10 * MINUTE_MS - 1).await;
        assert_eq!(status(&world).await, "waiting", "for the customer");
        later(&world, 1).await;
        assert_eq!(status(&world).await, "closed");
        set(&world, json!({"AUTO_CLOSE_TIME": 0})).await;
        customer(&world, "hello").await;
        act(&world, "answer").await;
        later(&world, 24 * 60 * MINUTE_MS).await;
        assert_eq!(status(&world).await, "answered");
        world.end().await;
    });
}

/// Lets the operator answer, and a minute of silence go by.
async fn silence(world: &World) {
    customer(world, "hello").await;
    act(world, "answer").await;
    later(world, MINUTE_MS).await;
}

#[test]
fn auto_close_rule() {
    on_line(&json!({"AUTO_CLOSE_TIME": 60, "AUTO_EXPIRE_TIME": 0, "AUTO_CLOSE_TEXT": "Closed."}), |world| async move {
        silence(&world).await;
        assert!(said_by_itself(&world).await.is_empty());
        set(&world, json!({"AUTO_CLOSE_RULE": "text"})).await;
        silence(&world).await;
        assert_eq!(said_by_itself(&world).await, ["Closed."]);
        world.end().await;
    });
}

#[test]
fn auto_close_text() {
    let settings =
        json!({"AUTO_CLOSE_TIME": 60, "AUTO_EXPIRE_TIME": 0, "AUTO_CLOSE_RULE": "text", "CLOSE_TEXT": "Bye!"});
    on_line(&settings, |world| async move {
        silence(&world).await;
        set(&world, json!({"AUTO_CLOSE_TEXT": "Silence closed chat #CHAT_ID#."})).await;
        silence(&world).await;
        let english =
            "We have not heard from you for a while, so this conversation is closed. Write to us at any time.";
        assert_eq!(said_by_itself(&world).await, [english, "Silence closed chat 1."]);
        world.end().await;
    });
}

#[test]
fn auto_expire_time() {
    on_line(&json!({"AUTO_CLOSE_TIME": 60, "AUTO_EXPIRE_TIME": 7200, "FULL_CLOSE_TIME": 1}), |world| async move {
        silence(&world).await;
        later(&world, 119 * MINUTE_MS).await;
        assert_eq!(status(&world).await, "closing");
        assert_eq!(customer(&world, "I am back").await, 1, "it goes on");
        assert_eq!(status(&world).await, "answered");
        later(&world, MINUTE_MS).await;
        assert_eq!(status(&world).await, "closing", "silence again");
        later(&world, 120 * MINUTE_MS).await;
        assert_eq!(status(&world).await, "closed");
        world.end().await;
    });
}

#[test]
fn confirm_close() {
    // The interface asks before it closes; over REST nothing can be asked, so both values behave the same.
    for value in ["Y", "N"] {
        on_line(&json!({"CONFIRM_CLOSE": value, "FULL_CLOSE_TIME": 0}), |world| async move {
            finished(&world).await;
            assert_eq!(status(&world).await, "closed");
            let config = world.call("imopenlines.config.get", json!({"CONFIG_ID": 1})).await;
            assert_eq!(config.result()["CONFIRM_CLOSE"], json!(value), "the interface reads it here");
            world.end().await;
        });
    }
}

/// A line that asks for ratings in short words.
fn voting(more: &Value) -> Value {
    let mut settings = json!({
        "VOTE_MESSAGE": "Y",
        "VOTE_MESSAGE_2_TEXT": "1 or 0?",
        "VOTE_MESSAGE_2_LIKE": "Fine!",
        "VOTE_MESSAGE_2_DISLIKE": "Sorry!",
    });
    settings.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    settings
}

async fn vote(world: &World) -> i64 {
    world.count("SELECT vote FROM sessions ORDER BY id DESC LIMIT 1").await
}

#[test]
fn vote_message() {
    on_line(&voting(&json!({})), |world| async move {
        finished(&world).await;
        assert_eq!(said(&world).await, ["in hello", "out hi", "system 1 or 0?"]);
        assert_eq!(customer(&world, "1").await, 1);
        assert_eq!((status(&world).await.as_str(), vote(&world).await), ("closing", 5), "the rating reopens nothing");
        assert_eq!(said_by_itself(&world).await, ["1 or 0?", "Fine!"]);
        // A second one is a message like any other.
        assert_eq!(customer(&world, "0").await, 1);
        assert_eq!((status(&world).await.as_str(), vote(&world).await), ("answered", 5));
        // Who has rated is not asked again.
        act(&world, "finish").await;
        assert_eq!(said_by_itself(&world).await, ["1 or 0?", "Fine!"]);
        later(&world, 10 * MINUTE_MS).await;
        set(&world, json!({"VOTE_MESSAGE": "N"})).await;
        finished(&world).await;
        assert_eq!(said_by_itself(&world).await, ["1 or 0?", "Fine!"]);
        assert_eq!(customer(&world, "1").await, 2);
        assert_eq!((status(&world).await.as_str(), vote(&world).await), ("answered", 0), "nobody asked");
        world.end().await;
    });
}

/// Who was never answered is not asked; who answers in words goes on with the conversation.
#[test]
fn what_is_no_rating() {
    on_line(&voting(&json!({})), |world| async move {
        assert_eq!(customer(&world, "1").await, 1);
        assert_eq!(vote(&world).await, 0);
        operator(&world, "hi").await;
        act(&world, "finish").await;
        assert_eq!(customer(&world, "1 more question").await, 1);
        assert_eq!((status(&world).await.as_str(), vote(&world).await), ("answered", 0));
        act(&world, "finish").await;
        assert_eq!(customer(&world, "👎🏽").await, 1);
        assert_eq!((status(&world).await.as_str(), vote(&world).await), ("closing", 1));
        assert_eq!(said_by_itself(&world).await, ["1 or 0?", "1 or 0?", "Sorry!"]);
        world.end().await;
    });
}

/// What clients read of it: the message that asked says which session it was, and the rating.
#[test]
fn a_rating_is_shown_with_the_question() {
    on_line(&voting(&json!({})), |world| async move {
        finished(&world).await;
        let asked = async || {
            let history = world.call("imopenlines.session.history.get", json!({"SESSION_ID": 1})).await;
            let messages = world.call("im.dialog.messages.get", json!({"DIALOG_ID": "chat1"})).await;
            let shown = messages.result()["messages"].as_array().unwrap().iter().find(|message| message["id"] == 3);
            (history.result()["message"]["3"]["params"].clone(), shown.unwrap()["params"].clone())
        };
        let without = (json!({"imolVoteSid": 1, "imolVoteUser": 0}), json!({"IMOL_VOTE_SID": 1, "IMOL_VOTE_USER": 0}));
        assert_eq!(asked().await, without);
        customer(&world, "like").await;
        let with = (json!({"imolVoteSid": 1, "imolVoteUser": 5}), json!({"IMOL_VOTE_SID": 1, "IMOL_VOTE_USER": 5}));
        assert_eq!(asked().await, with);
        world.end().await;
    });
}

/// One call: a rating, and right behind it a message. The rating counts, and the conversation goes on.
#[test]
fn a_rating_and_a_message_in_one_call() {
    on_line(&voting(&json!({"VOTE_CLOSING_DELAY": "Y"})), |world| async move {
        finished(&world).await;
        let message = |id: &str, text: &str| {
            let user = json!({"id": "user of c1", "name": "Maria", "last_name": "Silva"});
            json!({"user": user, "message": {"id": id, "text": text}, "chat": {"id": "c1"}})
        };
        let twice = [message("v", "1"), message("v", "1"), message("w", "wait!")];
        let reply = world.send(json!(twice)).await;
        let sessions: Vec<_> = reply.result()["DATA"]["RESULT"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["session"]["ID"].clone())
            .collect();
        assert_eq!(sessions, ["1", "1", "1"]);
        assert_eq!((status(&world).await.as_str(), vote(&world).await), ("answered", 5));
        let expected = ["in hello", "out hi", "system 1 or 0?", "in 1", "in wait!", "system Fine!"];
        assert_eq!(said(&world).await, expected);
        world.end().await;
    });
}

#[test]
fn vote_time_limit() {
    on_line(&voting(&json!({"VOTE_TIME_LIMIT": 90})), |world| async move {
        finished(&world).await;
        later(&world, 91 * SECOND_MS).await;
        assert_eq!(customer(&world, "1").await, 1);
        assert_eq!((status(&world).await.as_str(), vote(&world).await), ("answered", 0), "too late");
        act(&world, "finish").await;
        later(&world, 90 * SECOND_MS).await;
        assert_eq!(customer(&world, "1").await, 1);
        assert_eq!((status(&world).await.as_str(), vote(&world).await), ("closing", 5), "just in time");
        // Without a limit the closed session can be rated as well, as long as no other one was opened.
        later(&world, 10 * MINUTE_MS).await;
        set(&world, json!({"VOTE_TIME_LIMIT": 0})).await;
        finished(&world).await;
        later(&world, 24 * 60 * MINUTE_MS).await;
        assert_eq!(customer(&world, "0").await, 2);
        assert_eq!((status(&world).await.as_str(), vote(&world).await), ("closed", 1));
        assert_eq!(customer(&world, "0").await, 3);
        world.end().await;
    });
}

/// A rating that nothing is said to is a message too: the closed chat rests at it.
#[test]
fn a_late_rating_moves_its_chat() {
    on_line(&voting(&json!({"VOTE_MESSAGE_2_LIKE": "", "VOTE_TIME_LIMIT": 0})), |world| async move {
        finished(&world).await;
        later(&world, 10 * MINUTE_MS).await;
        assert_eq!(status(&world).await, "closed");
        assert_eq!(customer(&world, "1").await, 1);
        assert_eq!((status(&world).await.as_str(), vote(&world).await), ("closed", 5));
        let last = world.count("SELECT max(id) FROM messages").await;
        assert_eq!(world.count("SELECT resting_id FROM chats").await, last);
        assert_eq!(world.count("SELECT max(resting_id) FROM chat_members").await, last);
        world.end().await;
    });
}

#[test]
fn vote_before_finish() {
    on_line(&voting(&json!({"VOTE_BEFORE_FINISH": "N"})), |world| async move {
        finished(&world).await;
        assert!(said_by_itself(&world).await.is_empty());
        assert_eq!(customer(&world, "1").await, 1);
        assert_eq!(status(&world).await, "answered", "nobody has asked yet");
        act(&world, "finish").await;
        later(&world, 10 * MINUTE_MS).await;
        assert_eq!(status(&world).await, "closed");
        assert_eq!(said_by_itself(&world).await, ["1 or 0?"]);
        assert_eq!(customer(&world, "1").await, 1);
        assert_eq!((status(&world).await.as_str(), vote(&world).await), ("closed", 5));
        assert_eq!(said_by_itself(&world).await, ["1 or 0?", "Fine!"]);
        assert_eq!(world.count("SELECT count(*) FROM sessions").await, 1);
        set(&world, json!({"VOTE_BEFORE_FINISH": "Y"})).await;
        finished(&world).await;
        assert_eq!(status(&world).await, "closing");
        assert_eq!(said_by_itself(&world).await, ["1 or 0?", "Fine!", "1 or 0?"]);
        world.end().await;
    });
}

#[test]
fn vote_closing_delay() {
    on_line(&voting(&json!({"VOTE_CLOSING_DELAY": "Y"})), |world| async move {
        let receiver = Receiver::start().await;
        bind(&world, EventCode::SessionFinish, receiver.url("/hook")).await;
        finished(&world).await;
        customer(&world, "1").await;
        assert_eq!(status(&world).await, "closed", "at once (D-48)");
        assert_eq!(receiver.next().await.field("data[DATA][0][session][id]"), "1");
        set(&world, json!({"VOTE_CLOSING_DELAY": "N"})).await;
        finished(&world).await;
        customer(&world, "1").await;
        assert_eq!(status(&world).await, "closing");
        later(&world, 10 * MINUTE_MS).await;
        assert_eq!(status(&world).await, "closed");
        assert_eq!(receiver.next().await.field("data[DATA][0][session][id]"), "2");
        assert_eq!(world.count("SELECT count(*) FROM deliveries").await, 2);
        world.end().await;
    });
}

/// Turns the connector into the live chat, sets the texts, and lets a customer rate two sessions with these words.
async fn in_live_chat(world: &World, settings: Value) -> Vec<String> {
    world.execute("UPDATE connectors SET code = 'livechat', spelling = 'livechat'").await;
    set(world, settings).await;
    for word in ["like", "dislike"] {
        let write = async |id: String, text: &str| {
            let message = World::message(&id, text);
            let parameters = json!({"CONNECTOR": "livechat", "LINE": 1, "MESSAGES": [message]});
            assert_eq!(world.call("imconnector.send.messages", parameters).await.brief(), "200 OK");
        };
        write(format!("hello {word}"), "hello").await;
        operator(world, "hi").await;
        act(world, "finish").await;
        write(format!("rating {word}"), word).await;
    }
    said_by_itself(world).await
}

#[test]
fn vote_message_1_text() {
    on_line(&voting(&json!({"FULL_CLOSE_TIME": 0})), |world| async move {
        let said = in_live_chat(&world, json!({"VOTE_MESSAGE_1_TEXT": "How was it?"})).await;
        let (thanks, sorry) = ("Thank you for your rating!", "We are sorry. We will do better.");
        assert_eq!(said, ["How was it?", thanks, "How was it?", sorry]);
        world.end().await;
    });
}

#[test]
fn vote_message_1_like() {
    on_line(&voting(&json!({"FULL_CLOSE_TIME": 0})), |world| async move {
        let said = in_live_chat(&world, json!({"VOTE_MESSAGE_1_LIKE": "Great!"})).await;
        assert_eq!(said[1], "Great!");
        world.end().await;
    });
}

#[test]
fn vote_message_1_dislike() {
    on_line(&voting(&json!({"FULL_CLOSE_TIME": 0})), |world| async move {
        let said = in_live_chat(&world, json!({"VOTE_MESSAGE_1_DISLIKE": "Oh no."})).await;
        assert_eq!(said[3], "Oh no.");
        world.end().await;
    });
}

/// What a line says to a customer of another channel who rates with this word.
async fn in_channel(world: &World, settings: Value, word: &str) -> Vec<String> {
    set(world, settings).await;
    finished(world).await;
    customer(world, word).await;
    said_by_itself(world).await
}

#[test]
fn vote_message_2_text() {
    on_line(&json!({"VOTE_MESSAGE": "Y"}), |world| async move {
        let said = in_channel(&world, json!({"VOTE_MESSAGE_2_TEXT": "#CUSTOMER#, 1 or 0?"}), "1").await;
        assert_eq!(said, ["Maria Silva, 1 or 0?", "Thank you for your rating!"]);
        world.end().await;
    });
}

#[test]
fn vote_message_2_like() {
    on_line(&json!({"VOTE_MESSAGE": "Y", "LANGUAGE_ID": "ru", "WELCOME_MESSAGE": "N"}), |world| async move {
        let said = in_channel(&world, json!({"VOTE_MESSAGE_2_LIKE": "Ура!", "CLOSE_TEXT": ""}), "хорошо").await;
        let question = "Пожалуйста, оцените качество обслуживания: отправьте 1, если всё хорошо, или 0, если нет.";
        assert_eq!(said, [question, "Ура!"]);
        world.end().await;
    });
}

#[test]
fn vote_message_2_dislike() {
    on_line(&json!({"VOTE_MESSAGE": "Y"}), |world| async move {
        let said = in_channel(&world, json!({"VOTE_MESSAGE_2_DISLIKE": "Oh no."}), "gefällt mir nicht").await;
        assert_eq!(said[1], "Oh no.");
        world.end().await;
    });
}
