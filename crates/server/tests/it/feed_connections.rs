//! Connections of the live feed: how many there may be, what ends one and what does not, and who falls behind.

use serde_json::json;
use server::config::Config;
use server::feed::{self, Item, NoPlace};

use crate::browser::Browser;
use crate::inbox::furnish;
use crate::listener::Listener;
use crate::support::{World, on_both, on_both_with, read};

/// Lets the feed say that it is alive, as it does every few seconds.
fn beat(world: &World) {
    world.server.app.feed.beat(world.server.app.clock.now_ms());
}

#[test]
fn feed_connections_per_employee_max() {
    let two = |config: &mut Config| config.feed.connections_per_employee_max = 2;
    on_both_with(two, |world| async move {
        let (boris, _) = world.add_employee("Boris").await;
        let (anna, other) = (Browser::of(&world, 1).await, Browser::of(&world, boris).await);
        let first = Listener::open(&anna, None).await;
        let second = Listener::open(&anna, None).await;
        let refused = read(Listener::ask(&anna, None).await).await;
        assert_eq!(
            refused.brief(),
            "503 TOO_MANY_CONNECTIONS: Too many browsers listen to the live feed: close some and try again"
        );
        drop(Listener::open(&other, None).await);
        drop(second);
        let freed = async {
            // The server notices at the next thing it sends.
            while Listener::ask(&anna, None).await.status() != 200 {
                beat(&world);
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(20), freed).await.expect("the place is free again");
        drop((first, anna, other));
        world.end().await;
    });
}

#[test]
fn feed_connections_max() {
    let one = |config: &mut Config| config.feed.connections_max = 1;
    on_both_with(one, |world| async move {
        let (boris, _) = world.add_employee("Boris").await;
        let listener = feed::listen(&world.server.app, 1, None).await.unwrap();
        assert!(listener.is_ok());
        assert_eq!(feed::listen(&world.server.app, boris, None).await.unwrap().err(), Some(NoPlace));
        drop(listener);
        assert!(feed::listen(&world.server.app, boris, None).await.unwrap().is_ok());
        world.end().await;
    });
}

#[test]
fn who_falls_behind_is_told_to_fetch_everything_and_holds_nobody_up() {
    on_both(|world| async move {
        let app = &world.server.app;
        let mut slow = feed::listen(app, 1, None).await.unwrap().ok().unwrap();
        let mut quick = feed::listen(app, 1, None).await.unwrap().ok().unwrap();
        for now_ms in 0..300 {
            app.feed.beat(now_ms);
            while quick.next().await != Some(Item::Beat { number: quick.number, now_ms }) {}
        }
        let mut kept = 0;
        let reason = loop {
            match slow.next().await.unwrap() {
                Item::Reset(reason) => break reason,
                _ => kept += 1,
            }
        };
        assert_eq!((reason, kept), ("behind", 256));
        assert_eq!(slow.next().await, None, "nothing comes after it");
        drop((slow, quick));
        world.end().await;
    });
}

#[test]
fn who_resumes_from_a_number_that_was_never_given_fetches_everything() {
    on_both(|world| async move {
        let browser = Browser::of(&world, 1).await;
        let mut feed = Listener::open(&browser, Some(1_000_000)).await;
        feed.next("hello").await;
        assert_eq!(feed.next("reset").await, json!({"reason": "unknown number"}));
        assert_eq!(feed.any().await, None);
        drop(browser);
        world.end().await;
    });
}

#[test]
fn only_a_session_that_ended_says_bye() {
    on_both(|world| async move {
        let (_receiver, ..) = furnish(&world).await;
        let browser = Browser::of(&world, 1).await;
        let mut feed = Listener::open(&browser, None).await;
        feed.next("hello").await;
        // The database cannot say whether the session goes on.
        world.execute("ALTER TABLE browser_sessions RENAME TO out_of_reach").await;
        beat(&world);
        feed.next("beat").await;
        world.execute("ALTER TABLE out_of_reach RENAME TO browser_sessions").await;
        beat(&world);
        feed.next("beat").await;
        world.send(json!([World::message("m2", "still there?")])).await;
        assert_eq!(feed.next("change").await["changes"][0]["type"], "chat");
        let ended = browser.request(reqwest::Method::DELETE, "/api/session").send().await.unwrap();
        assert!(ended.status().is_success(), "{}", ended.status());
        beat(&world);
        assert_eq!(feed.next("bye").await, json!({}));
        assert_eq!(feed.any().await, None);
        assert_eq!(read(Listener::ask(&browser, None).await).await.status, 401);
        drop(browser);
        world.end().await;
    });
}
