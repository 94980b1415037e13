//! Signing in from a browser, and what a session may and may not.

use reqwest::Method;
use serde_json::{Value, json};
use server::provision;

use crate::browser::Browser;
use crate::limits::hold_the_writer;
use crate::support::{Reply, World, on_both, on_both_with, read};

const EMAIL: &str = "anna@example.com";
const PASSWORD: &str = "correct horse";

const HOUR_MS: i64 = 3_600_000;

async fn set_password(world: &World) {
    provision::set_password(&world.server.app, world.operator_id, PASSWORD).await.unwrap();
}

#[test]
fn a_session_begins_works_and_ends() {
    on_both(|world| async move {
        set_password(&world).await;
        let mut browser = Browser::new(&world);
        let request = browser
            .request(Method::POST, "/api/session")
            .json(&json!({"email": "ANNA@example.com", "password": PASSWORD}));
        let response = request.send().await.unwrap();
        let cookie = response.headers()["set-cookie"].to_str().unwrap().to_owned();
        insta::allow_duplicates! { insta::assert_snapshot!(cookie, @"trunkline_session=28230b2ae000550e0be582eb7d2c652a66da5b396b1d6188744a02d43f4a0bc8; Path=/; Max-Age=2592000; HttpOnly; SameSite=Strict"); }
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert!(response.headers().get("access-control-allow-origin").is_none(), "no other page may read it");
        let reply = read(response).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(reply.snapshot(&world), @r#"
        {
          "status": 200,
          "body": {
            "csrf": "c4714254436977b8e5d634d39d15aa8f2090c733d9343031f5bf8e0d54707c9d",
            "user": {
              "id": 1,
              "name": "Anna",
              "last_name": "Ivanova",
              "email": "anna@example.com",
              "avatar_url": null,
              "role": "administrator",
              "language": "en",
              "time_zone": "UTC",
              "totp": false
            }
          }
        }
        "#); }
        let stored = world.text("SELECT digest FROM browser_sessions").await;
        assert!(!cookie.contains(&stored) && stored != reply.body["csrf"], "only a digest of the secret is stored");

        browser.cookie = cookie.split(';').next().unwrap().to_owned();
        let shown = read(browser.request(Method::GET, "/api/session").send().await.unwrap()).await;
        assert_eq!(shown, reply, "a page that is loaded again asks who it is");
        browser.csrf = shown.body["csrf"].as_str().unwrap().to_owned();
        assert_eq!(browser.call("user.current", json!({})).await.result()["ID"], "1");
        let batch = browser.call("batch", json!({"cmd": {"me": "profile"}})).await;
        assert_eq!(batch.result()["result"]["me"]["NAME"], "Anna");

        let ended = browser.request(Method::DELETE, "/api/session").send().await.unwrap();
        assert_eq!(
            (ended.status().as_u16(), ended.headers()["set-cookie"].to_str().unwrap().contains("Max-Age=0")),
            (204, true)
        );
        assert_eq!(browser.call("profile", json!({})).await.brief(), NO_SESSION);
        world.end().await;
    });
}

#[test]
fn over_https_the_cookie_is_bound_to_the_host() {
    on_both_with(
        |config| config.server.public_url = "https://portal.example".to_owned(),
        |world| async move {
            set_password(&world).await;
            let body = json!({"email": EMAIL, "password": PASSWORD});
            let browser = Browser::new(&world);
            let request = browser.request(Method::POST, "/api/session").header("origin", "https://portal.example");
            let response = request.json(&body).send().await.unwrap();
            let cookie = response.headers()["set-cookie"].to_str().unwrap();
            assert!(
                cookie.starts_with("__Host-trunkline_session=")
                    && cookie.ends_with("; Path=/; Max-Age=2592000; HttpOnly; SameSite=Strict; Secure"),
                "{cookie}"
            );
            world.end().await;
        },
    );
}

/// What a browser's request shows.
#[derive(Clone, Copy)]
struct Shown<'a> {
    cookie: &'a str,
    csrf: &'a str,
    origin: &'a str,
}

async fn profile(world: &World, shown: Shown<'_>) -> String {
    let mut request = world.http.post(format!("{}/rest/profile", world.base));
    for (name, value) in [("cookie", shown.cookie), ("x-trunkline-csrf", shown.csrf), ("origin", shown.origin)] {
        if !value.is_empty() {
            request = request.header(name, value);
        }
    }
    read(request.send().await.unwrap()).await.brief()
}

#[test]
fn a_call_without_every_proof_is_refused() {
    on_both(|world| async move {
        let browser = Browser::of(&world, world.operator_id).await;
        let other = Browser::of(&world, world.operator_id).await;
        let good = Shown { cookie: &browser.cookie, csrf: &browser.csrf, origin: "" };
        let unknown = format!("trunkline_session={}", "0".repeat(64));
        let unknown_csrf = server::http::session::csrf_token(&"0".repeat(64));
        let port = world.server.listening.port();
        let (own, other_port) = (format!("http://127.0.0.1:{port}"), format!("http://127.0.0.1:{}", port ^ 1));
        for (shown, brief) in [
            (good, "200 OK"),
            (Shown { origin: &own, ..good }, "200 OK"),
            (Shown { cookie: "", ..good }, "401 NO_AUTH_FOUND: Wrong authorization data"),
            (Shown { cookie: "trunkline_session=", ..good }, "401 NO_AUTH_FOUND: Wrong authorization data"),
            (
                Shown { csrf: "", ..good },
                "403 CSRF_FAILED: The header X-Trunkline-Csrf is missing or wrong: reload the page",
            ),
            (
                Shown { csrf: &other.csrf, ..good },
                "403 CSRF_FAILED: The header X-Trunkline-Csrf is missing or wrong: reload the page",
            ),
            (
                Shown { origin: "https://evil.example", ..good },
                "403 FOREIGN_ORIGIN: The request comes from a page of another address than the portal's",
            ),
            (
                Shown { origin: &other_port, ..good },
                "403 FOREIGN_ORIGIN: The request comes from a page of another address than the portal's",
            ),
            (
                Shown { origin: "null", ..good },
                "403 FOREIGN_ORIGIN: The request comes from a page of another address than the portal's",
            ),
            (
                Shown { cookie: &unknown, csrf: &unknown_csrf, origin: "" },
                "401 NO_SESSION: There is no such session any more: sign in",
            ),
        ] {
            assert_eq!(profile(&world, shown).await, brief, "{} {} {}", shown.cookie, shown.csrf, shown.origin);
        }
        let both = format!("theme=dark; {}; other=1", browser.cookie);
        assert_eq!(profile(&world, Shown { cookie: &both, ..good }).await, "200 OK", "among other cookies");
        // What is presented in the call itself goes before the cookie.
        let request = browser.request(Method::POST, "/rest/app.info").json(&json!({"auth": world.tokens.access_token}));
        assert_eq!(read(request.send().await.unwrap()).await.result()["ID"], 1);
        // Other pages may call with tokens, never with the cookie.
        let response = browser
            .request(Method::OPTIONS, "/rest/profile")
            .header("origin", "https://evil.example")
            .send()
            .await
            .unwrap();
        assert_eq!(response.headers()["access-control-allow-origin"], "*");
        assert!(response.headers().get("access-control-allow-credentials").is_none());
        world.end().await;
    });
}

const NO_SESSION: &str = "401 NO_SESSION: There is no such session any more: sign in";

#[test]
fn sessions_run_out() {
    on_both(|world| async move {
        let (idle, used) = (Browser::of(&world, 1).await, Browser::of(&world, 1).await);
        let call = async |browser: &Browser<'_>| browser.call("profile", json!({})).await.brief();
        world.advance(12 * HOUR_MS - 1);
        assert_eq!(call(&used).await, "200 OK");
        world.advance(1);
        assert_eq!(
            (call(&idle).await.as_str(), call(&used).await.as_str()),
            (NO_SESSION, "200 OK"),
            "12 hours without a call"
        );
        for _ in 0..64 {
            world.advance(11 * HOUR_MS);
            world.server.app.callers.clear();
            call(&used).await;
        }
        assert_eq!(
            world.count("SELECT COUNT(*) FROM browser_sessions WHERE used_ms - created_ms > 2505600000").await,
            1
        );
        world.advance(3 * HOUR_MS);
        assert_eq!(call(&used).await, "200 OK", "719 hours are less than 30 days");
        world.advance(2 * HOUR_MS);
        assert_eq!(call(&used).await, NO_SESSION, "30 days");
        world.end().await;
    });
}

#[test]
fn dismissing_and_new_passwords_end_sessions_at_once() {
    on_both(|world| async move {
        let (boris_id, _) = world.add_employee("Boris").await;
        let (anna, boris) = (Browser::of(&world, 1).await, Browser::of(&world, boris_id).await);
        assert_eq!(boris.call("profile", json!({})).await.brief(), "200 OK");
        assert_eq!(anna.call("user.update", json!({"ID": boris_id, "ACTIVE": "N"})).await.brief(), "200 OK");
        assert_eq!(boris.call("profile", json!({})).await.brief(), NO_SESSION);
        anna.call("user.update", json!({"ID": boris_id, "ACTIVE": "Y"})).await;
        assert_eq!(boris.call("profile", json!({})).await.brief(), NO_SESSION, "ended is ended");
        set_password(&world).await;
        assert_eq!(anna.call("profile", json!({})).await.brief(), NO_SESSION);
        world.end().await;
    });
}

#[test]
fn signing_in_is_refused() {
    on_both(|world| async move {
        set_password(&world).await;
        let mut browser = Browser::new(&world);
        let wrong = "401 WRONG_CREDENTIALS: The e-mail address or the password is wrong";
        for (body, brief) in [
            (json!({"email": EMAIL, "password": "guess"}), wrong),
            (json!({"email": "nobody@example.com", "password": PASSWORD}), wrong),
            (json!({"email": "", "password": ""}), wrong),
            (
                json!({"email": EMAIL}),
                "400 INVALID_REQUEST: Invalid JSON: missing field `password` at line 1 column 28",
            ),
            (
                json!([]),
                "400 INVALID_REQUEST: Invalid JSON: invalid length 0, expected struct SignIn with 3 elements at line 1 column 2",
            ),
        ] {
            assert_eq!(browser.start(body.clone()).await.brief(), brief, "{body}");
        }
        let post = || browser.request(Method::POST, "/api/session");
        let form = post().form(&[("email", EMAIL), ("password", PASSWORD)]);
        let foreign =
            post().header("origin", "https://evil.example").json(&json!({"email": EMAIL, "password": PASSWORD}));
        let large = post().json(&json!({"email": "x".repeat(20_000), "password": ""}));
        for (request, brief) in [
            (form, "400 INVALID_REQUEST: Send the parameters as application/json"),
            (foreign, "403 FOREIGN_ORIGIN: The request comes from a page of another address than the portal's"),
            (large, "413 INVALID_REQUEST: The body could not be read or is larger than 16384 bytes"),
            (browser.request(Method::PUT, "/api/session"), "405 INVALID_REQUEST: Method not allowed"),
            (browser.request(Method::GET, "/api/session"), NO_SESSION),
            (browser.request(Method::DELETE, "/api/session"), NO_SESSION),
        ] {
            assert_eq!(read(request.send().await.unwrap()).await.brief(), brief);
        }
        assert_eq!(world.count("SELECT COUNT(*) FROM browser_sessions").await, 0);
        world.end().await;
    });
}

#[test]
fn guessing_pauses_the_account_longer_and_longer() {
    on_both(|world| async move {
        set_password(&world).await;
        let mut browser = Browser::new(&world);
        let mut guess = async |password: &str| browser.start(json!({"email": EMAIL, "password": password})).await;
        for _ in 0..5 {
            assert_eq!(guess("guess").await.status, 401);
        }
        for pause_ms in [30_000, 60_000, 120_000, 240_000, 480_000, 900_000, 900_000] {
            let paused = guess(PASSWORD).await;
            assert_eq!(
                (paused.status, &paused.body["retry_after_s"]),
                (429, &json!(pause_ms / 1000 + 1)),
                "not even the right one"
            );
            world.advance(pause_ms - 1);
            assert_eq!(guess(PASSWORD).await.status, 429);
            world.advance(1);
            assert_eq!(guess("guess").await.status, 401);
        }
        world.advance(900_000);
        assert_eq!(guess(PASSWORD).await.status, 200);
        assert_eq!(guess("guess").await.status, 401, "counted anew");
        world.end().await;
    });
}

#[test]
fn guessing_does_not_tell_who_has_an_account() {
    on_both(|world| async move {
        set_password(&world).await;
        world.add_employee("Boris").await;
        world
            .execute("UPDATE users SET email = 'boris@example.com', email_key = 'boris@example.com' WHERE id = 2")
            .await;
        let mut browser = Browser::new(&world);
        let mut answers = async |email: &str| {
            let mut answers = Vec::new();
            for pause_ms in [0, 0, 0, 0, 0, 30_000, 0, 60_000, 0] {
                for email in [email.to_owned(), email.to_uppercase()] {
                    let reply = browser.start(json!({"email": email, "password": "guess"})).await;
                    answers.push((reply.status, reply.body));
                    world.advance(6_000);
                }
                world.advance(pause_ms);
            }
            answers
        };
        let known = answers(EMAIL).await;
        let statuses: Vec<u16> = known.iter().map(|(status, _)| *status).collect();
        assert_eq!(
            statuses,
            [401, 401, 401, 401, 401, 429, 429, 429, 429, 401, 429, 429, 429, 429, 401, 429, 429, 429]
        );
        for nobody in ["nobody@example.com", "boris@example.com", ""] {
            assert_eq!(answers(nobody).await, known, "{nobody}");
        }
        world.end().await;
    });
}

/// A password that was found right is no longer that of somebody who works here when the session would begin.
#[test]
fn no_session_begins_with_what_was_right_a_moment_ago() {
    type Between = fn(&mut desk::Change<'_, '_>) -> desk::Result<()>;
    let new_password: Between = |change| desk::passwords::set(change.tx, change.now, 1, "another");
    let dismissed: Between = |change| desk::users::set_employment(change, 1, desk::users::Employment::Dismissed);
    for between in [new_password, dismissed] {
        on_both(|world| async move {
            set_password(&world).await;
            let app = &world.server.app;
            let mut browser = Browser::new(&world);
            let held = hold_the_writer(&world).await;
            let waiting = async |jobs: usize| {
                while app.store.write_queue_len() < jobs {
                    tokio::task::yield_now().await;
                }
            };
            // Both wait for the writer, one behind the other: the hash is read, then it changes, then it was the right one.
            let changed = async {
                waiting(1).await;
                let changed = app.change(app.clock.now_ms(), 0, between);
                let released = async {
                    waiting(2).await;
                    drop(held);
                };
                tokio::join!(changed, released).0.unwrap();
            };
            let (reply, ()) = tokio::join!(browser.start(json!({"email": EMAIL, "password": PASSWORD})), changed);
            assert_eq!(reply.brief(), "401 WRONG_CREDENTIALS: The e-mail address or the password is wrong");
            assert_eq!(world.count("SELECT count(*) FROM browser_sessions").await, 0);
            world.end().await;
        });
    }
}

#[test]
fn an_address_in_any_letters_signs_in_in_any_letter_case() {
    on_both(|world| async move {
        set_password(&world).await;
        let email = "Анна@почта.рф";
        assert_eq!(world.hook("user.update", json!({"ID": 1, "EMAIL": email})).await.brief(), "200 OK");
        let mut browser = Browser::new(&world);
        for email in [email, "АННА@ПОЧТА.РФ", "анна@почта.рф", " Анна@почта.рф "] {
            let reply = browser.start(json!({"email": email, "password": PASSWORD})).await;
            assert_eq!(reply.brief(), "200 OK", "{email}");
            assert_eq!(reply.body["user"]["email"], "Анна@почта.рф");
        }
        let same = desk::users::NewEmployee { email: "АННА@почта.РФ".to_owned(), ..Default::default() };
        let app = &world.server.app;
        let added = app.change(app.clock.now_ms(), 0, move |change| desk::users::add_employee(change, &same)).await;
        assert!(matches!(added, Err(desk::Error::Refused(desk::Refusal::EmailTaken))), "{added:?}");
        world.end().await;
    });
}

async fn statuses(browser: &Browser<'_>, methods: &[&str]) -> Vec<Reply> {
    let mut replies = Vec::new();
    for method in methods {
        replies.push(browser.call(method, json!({})).await);
    }
    replies
}

#[test]
fn methods_for_programs_refuse_browsers() {
    on_both(|world| async move {
        let browser = Browser::of(&world, 1).await;
        let of_applications = ["imconnector.list", "event.get", "placement.list", "imconnector.send.messages"];
        for reply in statuses(&browser, &of_applications).await {
            assert_eq!(
                reply.brief(),
                "403 WRONG_AUTH_TYPE: Current authorization type is denied for this method Application context required"
            );
        }
        let not_for_browsers = [
            "imbot.register",
            "imbot.bot.list",
            "imbot.message.add",
            "imopenlines.bot.session.message.send",
            "imopenlines.bot.session.operator",
            "imopenlines.bot.session.transfer",
            "imopenlines.bot.session.finish",
            "imopenlines.network.message.add",
        ];
        for reply in statuses(&browser, &not_for_browsers).await {
            assert_eq!(
                reply.brief(),
                "403 WRONG_AUTH_TYPE: Access for this method not allowed by session authorization"
            );
        }
        // All scopes: of every family one.
        for reply in statuses(
            &browser,
            &["user.get", "department.get", "im.recent.list", "crm.lead.list", "disk.storage.getlist"],
        )
        .await
        {
            assert_eq!(reply.brief(), "200 OK");
        }
        let scopes = browser.call("scope", json!({})).await;
        assert!(scopes.result().as_array().unwrap().contains(&Value::from("imopenlines")), "{}", scopes.body);
        world.end().await;
    });
}
