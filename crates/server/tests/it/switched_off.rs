//! Applications that are switched off, and when webhooks were last used.

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::receiver::Receiver;
use crate::support::{World, on_both, read};

async fn switch(browser: &Browser<'_>, active: bool) -> Value {
    let reply = browser.call("trunkline.application.update", json!({"id": 1, "active": active})).await;
    reply.result()["application"]["active"].clone()
}

async fn refresh(world: &World) -> String {
    let secret = &world.application.client_secret;
    let form = [
        ("grant_type", "refresh_token"),
        ("client_id", &world.application.application.client_id),
        ("client_secret", secret),
        ("refresh_token", &world.tokens.refresh_token),
    ];
    read(world.http.post(format!("{}/oauth/token/", world.base)).form(&form).send().await.unwrap()).await.brief()
}

#[test]
fn the_tokens_of_an_application_that_is_switched_off_are_refused() {
    on_both(|world| async move {
        let browser = Browser::of(&world, 1).await;
        assert_eq!(world.call("profile", json!({})).await.brief(), "200 OK");
        assert_eq!(switch(&browser, false).await, false);
        assert_eq!(world.call("profile", json!({})).await.brief(), "401 ERROR_OAUTH: Application not installed");
        assert_eq!(refresh(&world).await, "401 NOT_INSTALLED: Application not installed");
        let page = format!("{}/oauth/authorize/?client_id={}", world.base, world.application.application.client_id);
        let page = world.http.get(page).send().await.unwrap();
        assert_eq!(page.status(), 403);
        assert!(page.text().await.unwrap().contains("This application is switched off here"));
        assert_eq!(world.hook("profile", json!({})).await.brief(), "200 OK", "a webhook is an employee's");
        let (_, other) = world.add_application("Other").await;
        assert_eq!(world.call_with(&other, "profile", json!({})).await.brief(), "200 OK");
        assert_eq!(switch(&browser, true).await, true);
        assert_eq!(world.call("profile", json!({})).await.brief(), "200 OK", "the same token");
        assert_eq!(refresh(&world).await, "200 OK");
        drop(browser);
        world.end().await;
    });
}

#[test]
fn what_an_application_is_to_be_told_waits_while_it_is_switched_off() {
    on_both(|world| async move {
        let receiver = Receiver::start().await;
        let handler = json!({"event": "OnImConnectorMessageAdd", "handler": receiver.url("/handler")});
        assert_eq!(world.call("event.bind", handler).await.brief(), "200 OK");
        world.send(json!([World::message("m1", "hello")])).await;
        let browser = Browser::of(&world, 1).await;
        let say = async |browser: &Browser<'_>, text: &str| {
            let parameters = json!({"chat_id": 1, "client_id": text, "text": text});
            browser.call("trunkline.message.send", parameters).await.result()["message"].clone()
        };
        assert_eq!(switch(&browser, false).await, false);
        assert_eq!(say(&browser, "one").await["state"], "queued");
        assert_eq!(say(&browser, "two").await["state"], "queued");
        let paused = "SELECT count(*) FROM deliveries WHERE state = 'pending' AND due_ms = 9007199254740992";
        world.until(paused, 1).await;
        let backlog = async || world.server.app.read(desk::deliveries::backlog).await.unwrap();
        assert_eq!(backlog().await, (0, None), "nobody has to be called because of what waits by his own will");
        let listed = browser.call("trunkline.delivery.list", json!({"application_id": 1})).await;
        let listed: Vec<Value> = listed.result()["deliveries"].as_array().unwrap().clone();
        assert!(listed.iter().all(|one| one["next_ms"].is_null() && one["attempt_count"] == 0), "{listed:?}");
        drop(browser);
        let world = world.restart().await;
        // Longer than deliveries are tried.
        world.advance(30 * 24 * 3_600_000);
        assert_eq!(world.count(paused).await, 1);
        let browser = Browser::of(&world, 1).await;
        assert_eq!(switch(&browser, true).await, true);
        assert_eq!(receiver.next().await.text(), "[b]Anna Ivanova:[/b][br] one");
        assert_eq!(receiver.next().await.text(), "[b]Anna Ivanova:[/b][br] two");
        world.until("SELECT count(*) FROM deliveries WHERE state = 'done'", 2).await;
        drop(browser);
        world.end().await;
    });
}

#[test]
fn the_last_use_of_a_webhook_is_written_once_an_hour() {
    on_both(|world| async move {
        let browser = Browser::of(&world, 1).await;
        let used =
            async || browser.call("trunkline.webhook.list", json!({})).await.result()["webhooks"][0]["used_ms"].clone();
        let hook = async || {
            world.server.app.callers.clear();
            world.hook("profile", json!({})).await.brief()
        };
        assert_eq!(used().await, Value::Null);
        let start = crate::support::START_MS;
        for (later_ms, expected) in [(0, start), (3_599_999, start), (1, start + 3_600_000)] {
            world.advance(later_ms);
            assert_eq!(hook().await, "200 OK");
            assert_eq!(used().await, expected);
        }
        world.execute("UPDATE webhooks SET expires_ms = 1, used_ms = 1").await;
        assert_eq!(hook().await, "401 INVALID_CREDENTIALS: Invalid request credentials");
        assert_eq!(used().await, 1, "one that is refused is not used");
        drop(browser);
        world.end().await;
    });
}
