//! `imopenlines.bot.session.*`, and bots of webhooks.

use serde_json::{Value, json};

use crate::bots::{employ, members, next, register, state, write};
use crate::receiver::Receiver;
use crate::support::on_both;

#[test]
fn a_bot_whose_dialogue_a_colleague_takes_hears_nothing_more() {
    on_both(|world| async move {
        let receiver = Receiver::start().await;
        let bot = register(&world, &receiver).await;
        employ(&world, bot, json!({"WELCOME_BOT_JOIN": "always"})).await;
        write(&world, "m1").await;
        next(&receiver, "ONIMBOTJOINCHAT").await;
        next(&receiver, "ONIMBOTMESSAGEADD").await;
        let told = "SELECT count(*) FROM deliveries";
        let before = world.count(told).await;
        let reply = world.call("im.message.add", json!({"DIALOG_ID": "chat1", "MESSAGE": "I am here"})).await;
        assert_eq!(reply.brief(), "200 OK");
        assert_eq!(state(&world).await, "waiting 1: Anna Ivanova: answered");
        assert_eq!(world.count(told).await, before);
        world.end().await;
    });
}

#[test]
fn a_bot_speaks_transfers_and_finishes() {
    on_both(|world| async move {
        let receiver = Receiver::start().await;
        let bot = register(&world, &receiver).await;
        let (boris, boris_token) = world.add_employee("Boris").await;
        let sales = json!({"PARAMS": {"LINE_NAME": "Sales", "QUEUE": {"U": [boris]}, "FULL_CLOSE_TIME": 0}});
        world.call("imopenlines.config.add", sales).await;
        employ(&world, bot, json!({"WELCOME_BOT_JOIN": "always"})).await;
        let act = async |method: &str, parameters: Value| {
            world.call(&format!("imopenlines.bot.session.{method}"), parameters).await.brief()
        };
        write(&world, "m1").await;
        for (parameters, said) in [
            (json!({"CHAT_ID": 1, "NAME": "WELCOME", "MESSAGE": "not this"}), "Welcome!"),
            (json!({"CHAT_ID": 1, "NAME": "DEFAULT", "MESSAGE": "One moment"}), "One moment"),
            (json!({"CHAT_ID": 1, "MESSAGE": "Still there"}), "Still there"),
            (json!({"CHAT_ID": 1, "NAME": "DEFAULT"}), "Still there"),
            (json!({"CHAT_ID": 1, "NAME": "OTHER", "MESSAGE": "nothing"}), "Still there"),
            (json!({"CHAT_ID": 99, "MESSAGE": "nobody"}), "Still there"),
        ] {
            assert_eq!(act("message.send", parameters.clone()).await, "200 OK", "{parameters}");
            let last = world.text("SELECT author_id || ' ' || body FROM messages ORDER BY id DESC LIMIT 1").await;
            assert_eq!(last, format!("0 {said}"), "{parameters}");
        }
        assert_eq!(
            world.count("SELECT count(*) FROM jobs WHERE kind = 'bot_hand_over'").await,
            0,
            "that was an answer"
        );
        let (_, stranger) = world.add_application("Other").await;
        let foreign = json!({"CHAT_ID": 1, "MESSAGE": "spam"});
        let reply = world.call_with(&stranger, "imopenlines.bot.session.message.send", foreign).await;
        assert_eq!(reply.brief(), "200 OK");
        assert_eq!(world.count("SELECT count(*) FROM messages WHERE body = 'spam'").await, 0);
        // The bot stays until the colleague answers.
        assert_eq!(act("transfer", json!({"CHAT_ID": 1, "USER_ID": boris, "QUEUE_ID": 99})).await, "200 OK");
        assert_eq!(state(&world).await, format!("offered {boris}: Robo: transferred to Boris"));
        assert_eq!(members(&world).await.len(), 2);
        world.call_with(&boris_token, "imopenlines.operator.answer", json!({"CHAT_ID": 1})).await;
        assert_eq!(members(&world).await, [format!("user {boris}")]);
        world.call("imopenlines.operator.another.finish", json!({"CHAT_ID": 1})).await;
        write(&world, "m2").await;
        let at_once = json!({"CHAT_ID": "1", "TRANSFER_ID": "queue2", "LEAVE": "Y"});
        assert_eq!(act("transfer", at_once).await, "200 OK");
        assert_eq!(state(&world).await, format!("offered {boris}: Robo: transferred to Sales; Boris: next in queue"));
        assert_eq!(members(&world).await, [format!("user {boris}")]);
        world.call("imopenlines.operator.another.finish", json!({"CHAT_ID": 1})).await;
        employ(
            &world,
            bot,
            json!({"WELCOME_BOT_JOIN": "always", "FULL_CLOSE_TIME": 10, "CLOSE_RULE": "text", "CLOSE_TEXT": "Bye!"}),
        )
        .await;
        write(&world, "m3").await;
        assert_eq!(act("finish", json!({"CHAT_ID": 1})).await, "200 OK");
        assert_eq!(world.text("SELECT body FROM messages ORDER BY id DESC LIMIT 1").await, "Bye!");
        assert_eq!(world.count("SELECT count(*) FROM sessions WHERE status = 'closing'").await, 1);
        write(&world, "m4").await;
        assert!(state(&world).await.starts_with(&format!("bot {bot}")), "the customer goes on with the bot");
        world.end().await;
    });
}

#[test]
fn every_refusal_of_a_bots_session() {
    on_both(|world| async move {
        let receiver = Receiver::start().await;
        write(&world, "m0").await;
        let act = async |method: &str, parameters: Value| {
            world.call(&format!("imopenlines.bot.session.{method}"), parameters).await.brief()
        };
        for method in ["message.send", "operator", "transfer", "finish"] {
            for id in [json!(null), json!(""), json!("x"), json!(0), json!(-1)] {
                let parameters = json!({"CHAT_ID": id, "USER_ID": 1});
                assert_eq!(act(method, parameters).await, "400 CHAT_ID_EMPTY: Chat ID can't be empty", "{method} {id}");
            }
        }
        let no_bot = "400 BOT_ID_ERROR: Bot not found";
        let wrong_chat = "400 WRONG_CHAT: Operator is not a bot";
        let wrong = "400 OPERATOR_WRONG: You can not redirect to this operator";
        assert_eq!(act("transfer", json!({"CHAT_ID": 1, "USER_ID": 1})).await, no_bot, "the application has none");
        assert_eq!(act("finish", json!({"CHAT_ID": 1})).await, no_bot);
        assert_eq!(act("operator", json!({"CHAT_ID": 1})).await, wrong_chat);
        assert_eq!(act("operator", json!({"CHAT_ID": 99})).await, wrong_chat);
        let long = json!({"CHAT_ID": 1, "MESSAGE": "x".repeat(60_001)});
        assert_eq!(act("message.send", long).await, "400 ERROR_ARGUMENT: MESSAGE may have 60000 characters");
        let bot = register(&world, &receiver).await;
        employ(&world, bot, json!({"WELCOME_BOT_JOIN": "always"})).await;
        assert_eq!(act("transfer", json!({"CHAT_ID": 1, "USER_ID": 1})).await, wrong, "it has not this dialogue");
        world.call("imopenlines.operator.finish", json!({"CHAT_ID": 1})).await;
        assert_eq!(act("transfer", json!({"CHAT_ID": 1, "USER_ID": 1})).await, wrong, "it is closed");
        assert_eq!(act("finish", json!({"CHAT_ID": 99})).await, no_bot);
        write(&world, "m1").await;
        for (parameters, expected) in [
            (json!({}), "400 TRANSFER_ID_EMPTY: Queue ID or User ID can't be empty"),
            (json!({"USER_ID": 0}), "400 USER_ID_EMPTY: User ID can't be empty"),
            (json!({"QUEUE_ID": "x"}), "400 QUEUE_ID_EMPTY: QUEUE ID can't be empty"),
            (json!({"TRANSFER_ID": "queue#1#"}), "400 QUEUE_ID_EMPTY: QUEUE ID can't be empty"),
            (json!({"USER_ID": 99}), wrong),
            (json!({"QUEUE_ID": 99}), wrong),
        ] {
            let mut parameters = parameters;
            parameters["CHAT_ID"] = json!(1);
            assert_eq!(act("transfer", parameters.clone()).await, expected, "{parameters}");
        }
        let (_, stranger) = world.add_application("Other").await;
        let reply = world.call_with(&stranger, "imopenlines.bot.session.operator", json!({"CHAT_ID": 1})).await;
        assert_eq!(reply.brief(), wrong_chat, "another application's");
        // Through a webhook the bot is known by its key.
        for key in [json!(null), json!(""), json!("unknown")] {
            for method in ["transfer", "finish"] {
                let parameters = json!({"CHAT_ID": 1, "USER_ID": 1, "CLIENT_ID": key});
                let reply = world.hook(&format!("imopenlines.bot.session.{method}"), parameters).await;
                assert_eq!(reply.brief(), no_bot, "{method} {key}");
            }
        }
        assert_eq!(state(&world).await, format!("bot {bot}: the line's welcome bot"));
        world.end().await;
    });
}

#[test]
fn a_webhook_has_bots_too() {
    on_both(|world| async move {
        let receiver = Receiver::start().await;
        let parameters = json!({
            "CODE": "hooked", "TYPE": "O", "EVENT_HANDLER": receiver.url("/hook"), "PROPERTIES": {"NAME": "Hook"},
            "CLIENT_ID": "my-key",
        });
        let bot = world.hook("imbot.register", parameters).await.result().as_i64().unwrap();
        employ(&world, bot, json!({})).await;
        write(&world, "m1").await;
        let joined = next(&receiver, "ONIMBOTJOINCHAT").await;
        assert_eq!(joined.field("auth[application_token]"), "my-key");
        next(&receiver, "ONIMBOTMESSAGEADD").await;
        let text = json!({"DIALOG_ID": "chat1", "MESSAGE": "hi", "CLIENT_ID": "my-key"});
        assert_eq!(world.hook("imbot.message.add", text).await.brief(), "200 OK");
        let said = json!({"CHAT_ID": 1, "MESSAGE": "wait"});
        assert_eq!(world.hook("imopenlines.bot.session.message.send", said).await.brief(), "200 OK");
        assert_eq!(world.text("SELECT body FROM messages ORDER BY id DESC LIMIT 1").await, "wait");
        let transfer = json!({"CHAT_ID": 1, "USER_ID": 1, "CLIENT_ID": "my-key"});
        assert_eq!(world.hook("imopenlines.bot.session.transfer", transfer).await.brief(), "200 OK");
        assert_eq!(state(&world).await, "offered 1: Hook: transferred to Anna Ivanova", "whoever's webhook it is");
        assert_eq!(
            world.hook("imbot.unregister", json!({"BOT_ID": bot, "CLIENT_ID": "my-key"})).await.brief(),
            "200 OK"
        );
        next(&receiver, "ONIMBOTDELETE").await;
        world.end().await;
    });
}
