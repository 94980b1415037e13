//! The welcome bot of a line, and the events it is told.

use serde_json::{Value, json};

use crate::receiver::{Answer, Heard, Receiver};
use crate::support::{World, in_english, on_both};

/// Registers an open-line bot of the world's application that is told at `/bot`, and returns its id.
pub(crate) async fn register(world: &World, receiver: &Receiver) -> i64 {
    let parameters = json!({
        "CODE": "robo", "TYPE": "O", "EVENT_HANDLER": receiver.url("/bot"), "PROPERTIES": {"NAME": "Robo"},
    });
    world.call("imbot.register", parameters).await.result().as_i64().unwrap()
}

/// Lets the line's dialogues begin with the bot; `more` are other settings.
pub(crate) async fn employ(world: &World, bot_id: i64, more: Value) {
    let mut settings = json!({
        "WELCOME_BOT_ENABLE": "Y", "WELCOME_BOT_ID": bot_id, "WELCOME_BOT_TIME": 60, "WELCOME_MESSAGE_TEXT": "Welcome!",
        "FULL_CLOSE_TIME": 0, "VOTE_MESSAGE": "N", "CLOSE_RULE": "none",
    });
    settings.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    world.call("imopenlines.config.update", json!({"CONFIG_ID": 1, "PARAMS": settings})).await;
}

/// Who has the last session and how it stands.
pub(crate) async fn state(world: &World) -> String {
    let sql = "SELECT status || ' ' || operator_id || ': ' || reason FROM sessions ORDER BY id DESC LIMIT 1";
    in_english(&world.text(sql).await)
}

pub(crate) async fn write(world: &World, id: &str) {
    world.send(json!([World::message(id, "hello")])).await;
}

pub(crate) async fn next(receiver: &Receiver, event: &str) -> Heard {
    let heard = receiver.next().await;
    assert_eq!(heard.field("event"), event);
    heard
}

async fn speak(world: &World, text: &str) -> String {
    world.call("imbot.message.add", json!({"DIALOG_ID": "chat1", "MESSAGE": text})).await.brief()
}

pub(crate) async fn members(world: &World) -> Vec<String> {
    world.texts("SELECT 'user ' || user_id FROM chat_members ORDER BY user_id").await
}

/// What an event says, without what differs from run to run.
fn told(heard: &Heard) -> Vec<String> {
    let of_session =
        ["access_token", "refresh_token", "application_token", "client_id", "member_id", "endpoint", "domain"];
    heard.data().into_iter().filter(|line| !of_session.iter().any(|key| line.contains(key))).collect()
}

#[test]
fn welcome_bot_enable_and_welcome_bot_id() {
    on_both(|world| async move {
        let receiver = Receiver::start().await;
        let bot = register(&world, &receiver).await;
        employ(&world, bot, json!({"WELCOME_BOT_ENABLE": "N"})).await;
        write(&world, "m0").await;
        assert_eq!(state(&world).await, "offered 1: Anna Ivanova: next in queue", "nobody asked for the bot");
        world.call("imopenlines.operator.finish", json!({"CHAT_ID": 1})).await;
        employ(&world, 1, json!({"WELCOME_BOT_JOIN": "always"})).await;
        write(&world, "m1").await;
        assert_eq!(state(&world).await, "offered 1: Anna Ivanova: next in queue", "that is no bot");
        world.call("imopenlines.operator.finish", json!({"CHAT_ID": 1})).await;
        employ(&world, bot, json!({"WELCOME_BOT_JOIN": "always"})).await;
        let said = world.count("SELECT count(*) FROM messages WHERE author_id = 0").await;
        write(&world, "m2").await;
        assert_eq!(state(&world).await, format!("bot {bot}: the line's welcome bot"));
        let joined = next(&receiver, "ONIMBOTJOINCHAT").await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(told(&joined), @r#"
        [
          "data[BOT][2][AUTH][expires]=1749994000",
          "data[BOT][2][AUTH][expires_in]=3600",
          "data[BOT][2][AUTH][scope]=imopenlines,imconnector,im,user,imbot,crm",
          "data[BOT][2][AUTH][status]=L",
          "data[BOT][2][AUTH][user_id]=2",
          "data[BOT][2][BOT_CODE]=robo",
          "data[BOT][2][BOT_ID]=2",
          "data[BOT][2][expires]=1749994000",
          "data[BOT][2][expires_in]=3600",
          "data[BOT][2][scope]=imopenlines,imconnector,im,user,imbot,crm",
          "data[BOT][2][status]=L",
          "data[BOT][2][user_id]=2",
          "data[PARAMS][ACCESS_HISTORY]=1",
          "data[PARAMS][BOT_ID]=2",
          "data[PARAMS][CHAT_AUTHOR_ID]=2",
          "data[PARAMS][CHAT_ENTITY_DATA_1]=N|NONE|0|N|N|3|1749990400|0|0|0",
          "data[PARAMS][CHAT_ENTITY_DATA_2]=LEAD|0|COMPANY|0|CONTACT|0|DEAL|0",
          "data[PARAMS][CHAT_ENTITY_DATA_3]=N",
          "data[PARAMS][CHAT_ENTITY_ID]=myconnector|1|c1|3",
          "data[PARAMS][CHAT_ENTITY_TYPE]=LINES",
          "data[PARAMS][CHAT_EXTRANET]=Y",
          "data[PARAMS][CHAT_ID]=1",
          "data[PARAMS][CHAT_TITLE]=Maria - Support",
          "data[PARAMS][CHAT_TYPE]=L",
          "data[PARAMS][CHAT_USER_COUNT]=3",
          "data[PARAMS][DIALOG_ID]=chat1",
          "data[PARAMS][LANGUAGE]=en",
          "data[PARAMS][MESSAGE_TYPE]=L",
          "data[PARAMS][TO_CHAT_ID]=1",
          "data[PARAMS][USER_ID]=3",
          "data[USER][FIRST_NAME]=Maria",
          "data[USER][GENDER]=M",
          "data[USER][ID]=3",
          "data[USER][IS_BOT]=N",
          "data[USER][IS_CONNECTOR]=Y",
          "data[USER][IS_EXTRANET]=Y",
          "data[USER][IS_NETWORK]=N",
          "data[USER][LAST_NAME]=",
          "data[USER][NAME]=Maria",
          "data[USER][WORK_POSITION]="
        ]
        "#); }
        let heard = next(&receiver, "ONIMBOTMESSAGEADD").await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(told(&heard), @r#"
        [
          "data[BOT][2][AUTH][expires]=1749994000",
          "data[BOT][2][AUTH][expires_in]=3600",
          "data[BOT][2][AUTH][scope]=imopenlines,imconnector,im,user,imbot,crm",
          "data[BOT][2][AUTH][status]=L",
          "data[BOT][2][AUTH][user_id]=2",
          "data[BOT][2][BOT_CODE]=robo",
          "data[BOT][2][BOT_ID]=2",
          "data[BOT][2][expires]=1749994000",
          "data[BOT][2][expires_in]=3600",
          "data[BOT][2][scope]=imopenlines,imconnector,im,user,imbot,crm",
          "data[BOT][2][status]=L",
          "data[BOT][2][user_id]=2",
          "data[PARAMS][AUTHOR_ID]=3",
          "data[PARAMS][CHAT_AUTHOR_ID]=2",
          "data[PARAMS][CHAT_ENTITY_DATA_1]=N|NONE|0|N|N|3|1749990400|0|0|0",
          "data[PARAMS][CHAT_ENTITY_DATA_2]=LEAD|0|COMPANY|0|CONTACT|0|DEAL|0",
          "data[PARAMS][CHAT_ENTITY_DATA_3]=N",
          "data[PARAMS][CHAT_ENTITY_ID]=myconnector|1|c1|3",
          "data[PARAMS][CHAT_ENTITY_TYPE]=LINES",
          "data[PARAMS][CHAT_EXTRANET]=Y",
          "data[PARAMS][CHAT_ID]=1",
          "data[PARAMS][CHAT_TITLE]=Maria - Support",
          "data[PARAMS][CHAT_TYPE]=L",
          "data[PARAMS][CHAT_USER_COUNT]=3",
          "data[PARAMS][DIALOG_ID]=chat1",
          "data[PARAMS][FROM_USER_ID]=3",
          "data[PARAMS][LANGUAGE]=en",
          "data[PARAMS][MESSAGE]=hello",
          "data[PARAMS][MESSAGE_ID]=4",
          "data[PARAMS][MESSAGE_ORIGINAL]=hello",
          "data[PARAMS][MESSAGE_TYPE]=L",
          "data[PARAMS][SYSTEM]=N",
          "data[PARAMS][TO_CHAT_ID]=1",
          "data[PARAMS][TO_USER_ID]=2",
          "data[USER][FIRST_NAME]=Maria",
          "data[USER][GENDER]=M",
          "data[USER][ID]=3",
          "data[USER][IS_BOT]=N",
          "data[USER][IS_CONNECTOR]=Y",
          "data[USER][IS_EXTRANET]=Y",
          "data[USER][IS_NETWORK]=N",
          "data[USER][LAST_NAME]=",
          "data[USER][NAME]=Maria",
          "data[USER][WORK_POSITION]="
        ]
        "#); }
        assert_eq!(heard.form.get("auth[access_token]"), None, "no employee has caused it");
        let key = format!("data[BOT][{bot}]");
        assert_eq!(heard.field(&format!("{key}[client_id]")), world.application.application.client_id);
        assert_eq!(heard.field(&format!("{key}[AUTH][access_token]")), heard.field(&format!("{key}[access_token]")));
        // The token that came along speaks for the bot.
        let token = heard.field(&format!("{key}[access_token]"));
        let parameters = json!({"BOT_ID": bot, "DIALOG_ID": "chat1", "MESSAGE": "How can I help?"});
        assert_eq!(world.call_with(token, "imbot.message.add", parameters).await.brief(), "200 OK");
        assert_eq!(world.count("SELECT count(*) FROM messages WHERE author_id = 0").await, said, "nobody else greets");
        let history = world.call("imopenlines.session.history.get", json!({"CHAT_ID": 1})).await;
        let user = &history.result()["users"][bot.to_string()];
        assert_eq!((&user["bot"], &user["type"], &user["name"]), (&json!(true), &json!("bot"), &json!("Robo")));
        assert_eq!(history.result()["chat"]["1"]["owner"], json!(bot.to_string()));
        world.end().await;
    });
}

#[test]
fn welcome_bot_join() {
    on_both(|world| async move {
        let receiver = Receiver::start().await;
        let bot = register(&world, &receiver).await;
        employ(&world, bot, json!({"WELCOME_BOT_JOIN": "first"})).await;
        let robo = format!("bot {bot}: the line's welcome bot");
        let finish = async || world.call("imopenlines.bot.session.finish", json!({"CHAT_ID": 1})).await.brief();
        write(&world, "m1").await;
        assert_eq!(state(&world).await, robo);
        assert_eq!(finish().await, "200 OK");
        assert_eq!(finish().await, "200 OK", "it is closed already");
        write(&world, "m2").await;
        assert_eq!(state(&world).await, "offered 1: Anna Ivanova: next in queue", "only the first");
        assert_eq!(finish().await, "400 BOT_ID_ERROR: Bot not found", "that one is not the bot's");
        world.call("imopenlines.operator.finish", json!({"CHAT_ID": 1})).await;
        employ(&world, bot, json!({"WELCOME_BOT_JOIN": "always"})).await;
        write(&world, "m3").await;
        assert_eq!(state(&world).await, robo);
        world.end().await;
    });
}

#[test]
fn welcome_bot_time() {
    on_both(|world| async move {
        let receiver = Receiver::start().await;
        let bot = register(&world, &receiver).await;
        employ(&world, bot, json!({"WELCOME_BOT_TIME": 30})).await;
        let timers = "SELECT count(*) FROM jobs WHERE kind = 'bot_hand_over'";
        write(&world, "m1").await;
        world.advance(29_000);
        write(&world, "m2").await;
        assert_eq!(speak(&world, "Let me see").await, "200 OK");
        assert_eq!(world.count(timers).await, 0, "it has answered");
        world.advance(600_000);
        assert_eq!(state(&world).await, format!("bot {bot}: the line's welcome bot"));
        write(&world, "m3").await;
        assert_eq!(world.count(timers).await, 1);
        let world = world.restart().await;
        world.advance(30_000);
        world.until("SELECT count(*) FROM sessions WHERE status = 'offered'", 1).await;
        assert_eq!(state(&world).await, "offered 1: Robo: did not answer in time; Anna Ivanova: next in queue");
        assert_eq!(members(&world).await, ["user 1"]);
        assert_eq!(world.count("SELECT count(*) FROM messages WHERE author_id = 0").await, 0, "it had greeted");
        world.end().await;
    });
}

#[test]
fn a_bot_that_never_answers_leaves_the_greeting_to_the_line() {
    on_both(|world| async move {
        let receiver = Receiver::start().await;
        let bot = register(&world, &receiver).await;
        employ(&world, bot, json!({"WELCOME_BOT_TIME": 30})).await;
        receiver.answer("/bot", [Answer::Hang]);
        write(&world, "m1").await;
        world.advance(30_000);
        world.until("SELECT count(*) FROM sessions WHERE status = 'offered'", 1).await;
        assert_eq!(world.text("SELECT body FROM messages WHERE author_id = 0").await, "Welcome!");
        let waiting = "SELECT count(*) FROM deliveries WHERE state = 'pending'";
        assert_eq!(world.count(waiting).await, 0, "it need not hear of what is not its business any more");
        assert_eq!(speak(&world, "Sorry, I was away").await, "400 WRONG_REQUEST: Message isn't added", "too late");
        world.end().await;
    });
}

#[test]
fn a_bot_that_refuses_what_it_is_told_hands_over_at_once() {
    on_both(|world| async move {
        let receiver = Receiver::start().await;
        let bot = register(&world, &receiver).await;
        employ(&world, bot, json!({})).await;
        receiver.answer("/bot", [Answer::Status(404)]);
        write(&world, "m1").await;
        world.until("SELECT count(*) FROM sessions WHERE status = 'offered'", 1).await;
        assert_eq!(state(&world).await, "offered 1: Robo: cannot be reached; Anna Ivanova: next in queue");
        world.end().await;
    });
}

#[test]
fn a_bot_that_hears_keeps_its_dialogue_though_another_handler_fails() {
    on_both(|world| async move {
        let receiver = Receiver::start().await;
        let bot = register(&world, &receiver).await;
        employ(&world, bot, json!({"WELCOME_BOT_JOIN": "always"})).await;
        let stale = json!({"event": "ONIMBOTMESSAGEADD", "handler": receiver.url("/stale")});
        assert_eq!(world.call("event.bind", stale).await.brief(), "200 OK");
        receiver.answer("/stale", [Answer::Status(404)]);
        write(&world, "m1").await;
        world.until("SELECT count(*) FROM deliveries WHERE state = 'failed'", 1).await;
        world.until("SELECT count(*) FROM deliveries WHERE state = 'done'", 2).await;
        assert_eq!(state(&world).await, format!("bot {bot}: the line's welcome bot"));
        world.end().await;
    });
}

#[test]
fn a_bot_that_is_removed_hands_over() {
    on_both(|world| async move {
        let receiver = Receiver::start().await;
        let bot = register(&world, &receiver).await;
        employ(&world, bot, json!({"WELCOME_BOT_JOIN": "always", "WELCOME_BOT_LEFT": "close"})).await;
        write(&world, "m1").await;
        next(&receiver, "ONIMBOTJOINCHAT").await;
        next(&receiver, "ONIMBOTMESSAGEADD").await;
        assert_eq!(world.call("imbot.unregister", json!({"BOT_ID": bot})).await.result(), &json!(true));
        assert_eq!(state(&world).await, "offered 1: the bot: was removed; Anna Ivanova: next in queue");
        assert_eq!(members(&world).await, ["user 1"]);
        let gone = next(&receiver, "ONIMBOTDELETE").await;
        assert_eq!(gone.data(), ["data[BOT_CODE]=robo".to_owned(), format!("data[BOT_ID]={bot}")]);
        world.call("imopenlines.operator.finish", json!({"CHAT_ID": 1})).await;
        write(&world, "m2").await;
        assert_eq!(state(&world).await, "offered 1: Anna Ivanova: next in queue");
        // One whose application is removed goes in the same way.
        let again = register(&world, &receiver).await;
        employ(&world, again, json!({"WELCOME_BOT_JOIN": "always"})).await;
        world.call("imopenlines.operator.finish", json!({"CHAT_ID": 1})).await;
        write(&world, "m3").await;
        assert_eq!(state(&world).await, format!("bot {again}: the line's welcome bot"));
        let (app, id) = (&world.server.app, world.application.application.id);
        app.change(app.clock.now_ms(), 0, move |change| desk::applications::remove(change, id)).await.unwrap();
        assert_eq!(state(&world).await, "offered 1: the bot: was removed; Anna Ivanova: next in queue");
        assert_eq!(world.count("SELECT count(*) FROM bots").await, 0);
        world.end().await;
    });
}

#[test]
fn welcome_bot_left() {
    on_both(|world| async move {
        let receiver = Receiver::start().await;
        let bot = register(&world, &receiver).await;
        let chat = json!({"CHAT_ID": 1});
        for (left, stays) in [("queue", false), ("close", true)] {
            employ(&world, bot, json!({"WELCOME_BOT_JOIN": "always", "WELCOME_BOT_LEFT": left})).await;
            write(&world, left).await;
            next(&receiver, "ONIMBOTJOINCHAT").await;
            next(&receiver, "ONIMBOTMESSAGEADD").await;
            assert_eq!(world.call("imopenlines.bot.session.operator", chat.clone()).await.brief(), "200 OK");
            assert_eq!(state(&world).await, "offered 1: Robo: handed over; Anna Ivanova: next in queue");
            let with_bot = vec!["user 1".to_owned(), format!("user {bot}")];
            assert_eq!(members(&world).await == with_bot, stays, "{left}");
            world.call("imopenlines.operator.answer", chat.clone()).await;
            assert_eq!(members(&world).await == with_bot, stays, "{left}: an operator has answered");
            world.call("im.message.add", json!({"DIALOG_ID": "chat1", "MESSAGE": "I am here"})).await;
            if stays {
                let heard = next(&receiver, "ONIMBOTMESSAGEADD").await;
                assert_eq!(heard.field("data[PARAMS][MESSAGE]"), "I am here");
                assert_eq!(heard.field("data[USER][ID]"), "1");
                assert_eq!(heard.field("auth[user_id]"), "1");
            }
            assert_eq!(
                world.call("imopenlines.bot.session.operator", chat.clone()).await.brief(),
                "400 WRONG_CHAT: Operator is not a bot"
            );
            world.call("imopenlines.operator.finish", chat.clone()).await;
            assert_eq!(members(&world).await, ["user 1"], "{left}: it is over");
        }
        assert!(receiver.rest().await.is_empty());
        world.end().await;
    });
}

#[test]
fn an_operator_may_interrupt_a_bot() {
    on_both(|world| async move {
        let receiver = Receiver::start().await;
        let bot = register(&world, &receiver).await;
        employ(&world, bot, json!({"WELCOME_BOT_JOIN": "always"})).await;
        let interruptions = [
            ("imopenlines.operator.answer", json!({"CHAT_ID": 1})),
            ("imopenlines.session.intercept", json!({"CHAT_ID": 1})),
            ("im.message.add", json!({"DIALOG_ID": "chat1", "MESSAGE": "I take this"})),
        ];
        for (method, parameters) in interruptions {
            write(&world, method).await;
            assert_eq!(state(&world).await, format!("bot {bot}: the line's welcome bot"));
            assert_eq!(world.call(method, parameters).await.brief(), "200 OK");
            assert_eq!(world.count("SELECT operator_id FROM sessions ORDER BY id DESC LIMIT 1").await, 1, "{method}");
            assert_eq!(members(&world).await, ["user 1"], "{method}");
            assert_eq!(world.count("SELECT count(*) FROM jobs WHERE kind = 'bot_hand_over'").await, 0, "{method}");
            world.call("imopenlines.operator.finish", json!({"CHAT_ID": 1})).await;
        }
        world.end().await;
    });
}
