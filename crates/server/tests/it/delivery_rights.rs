//! `trunkline.delivery.*`: what an application may see of what applications are told.

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::inbox::furnish;
use crate::receiver::{Answer, Receiver};
use crate::support::{SCOPES, World, on_both};

/// Applications of the deliveries that the token finds.
async fn found(world: &World, token: &str, parameters: Value) -> Vec<i64> {
    let page = world.call_with(token, "trunkline.delivery.list", parameters).await;
    let deliveries = page.result()["deliveries"].as_array().unwrap().iter();
    deliveries.map(|delivery| delivery["application_id"].as_i64().unwrap()).collect()
}

/// Another application with a connector of its own, through which a second customer writes into chat 2.
async fn neighbour(world: &World, receiver: &Receiver) -> (i64, String) {
    let (id, token) = world.add_application("Other").await;
    let icon = json!({"DATA_IMAGE": "data:image/svg+xml,x"});
    let registration =
        json!({"ID": "other", "NAME": "Other", "ICON": icon, "PLACEMENT_HANDLER": "https://other.example/"});
    let message = json!({"user": {"id": "u"}, "chat": {"id": "c"}, "message": {"id": "m", "text": "hi"}});
    for (method, parameters) in [
        ("event.bind", json!({"event": "OnImConnectorMessageAdd", "handler": receiver.url("/other")})),
        ("imconnector.register", registration),
        ("imconnector.activate", json!({"CONNECTOR": "other", "LINE": world.line_id, "ACTIVE": 1})),
        ("imconnector.send.messages", json!({"CONNECTOR": "other", "LINE": world.line_id, "MESSAGES": [message]})),
    ] {
        assert_eq!(world.call_with(&token, method, parameters).await.brief(), "200 OK", "{method}");
    }
    (id, token)
}

#[test]
fn an_application_sees_its_own_deliveries() {
    on_both(|world| async move {
        let (receiver, ..) = furnish(&world).await;
        let own = world.application.application.id;
        let (other, others_token) = neighbour(&world, &receiver).await;
        let all = [SCOPES, &["administration"]].concat();
        let administration = world.narrow_token(&all, 1).await;
        let browser = Browser::of(&world, 1).await;
        for chat_id in [1, 2] {
            let parameters = json!({"chat_id": chat_id, "client_id": chat_id.to_string(), "text": "hi"});
            assert_eq!(browser.call("trunkline.message.send", parameters).await.brief(), "200 OK");
        }
        let (chat, others_chat) = (json!({"chat_id": 1}), json!({"chat_id": 2}));
        assert_eq!(found(&world, &administration, json!({})).await, [other, own]);
        assert_eq!(found(&world, &world.tokens.access_token, json!({})).await, [own]);
        assert_eq!(found(&world, &others_token, json!({})).await, [other]);
        assert_eq!(found(&world, &others_token, chat.clone()).await, [0; 0]);
        assert_eq!(found(&world, &others_token, others_chat).await, [other]);
        assert_eq!(found(&world, &others_token, json!({"application_id": other})).await, [other]);
        let listed = browser.call("trunkline.delivery.list", json!({})).await;
        let ids: Vec<&Value> = listed.result()["deliveries"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
        let (others_id, own_id) = (ids[0], ids[1]);
        let mut briefs = Vec::new();
        for (method, parameters) in [
            ("list", json!({"chat_id": 1, "application_id": own})),
            ("get", json!({"id": own_id})),
            ("replay", json!({"id": own_id})),
            ("get", json!({"id": others_id})),
            ("replay", json!({"id": others_id})),
        ] {
            let reply = world.call_with(&others_token, &format!("trunkline.delivery.{method}"), parameters).await;
            briefs.push(format!("{method}: {}", reply.brief()));
        }
        for (method, parameters) in [("list", chat), ("get", json!({"id": own_id})), ("replay", json!({"id": own_id}))]
        {
            let reply = world.hook(&format!("trunkline.delivery.{method}"), parameters).await;
            briefs.push(format!("webhook, {method}: {}", reply.brief()));
        }
        let reply = world.call_with(&administration, "trunkline.delivery.get", json!({"id": own_id})).await;
        briefs.push(format!("administration, get: {}", reply.brief()));
        insta::allow_duplicates! { insta::assert_json_snapshot!(briefs, @r#"
        [
          "list: 400 ERROR_NOT_FOUND: Not found",
          "get: 400 ERROR_NOT_FOUND: Not found",
          "replay: 400 ERROR_NOT_FOUND: Not found",
          "get: 200 OK",
          "replay: 200 OK",
          "webhook, list: 401 insufficient_scope: The request requires higher privileges than provided by the webhook token",
          "webhook, get: 401 insufficient_scope: The request requires higher privileges than provided by the webhook token",
          "webhook, replay: 401 insufficient_scope: The request requires higher privileges than provided by the webhook token",
          "administration, get: 200 OK"
        ]
        "#); }
        drop(browser);
        world.end().await;
    });
}

#[test]
fn an_attempt_is_one_change() {
    on_both(|world| async move {
        let (receiver, ..) = furnish(&world).await;
        receiver.answer("/handler", [Answer::Status(400)]);
        let browser = Browser::of(&world, 1).await;
        browser.call("trunkline.message.send", json!({"chat_id": 1, "client_id": "a", "text": "hi"})).await;
        receiver.next().await;
        world.until("SELECT count(*) FROM messages WHERE progress = 'failed'", 1).await;
        assert_eq!(world.count("SELECT count(*) FROM attempts").await, 1);
        assert_eq!(world.count("SELECT count(*) FROM events WHERE kind = 'delivery.changed'").await, 1);
        drop(browser);
        world.end().await;
    });
}
