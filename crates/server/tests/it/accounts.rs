//! `trunkline.account.*`: password, second factor and sessions of one's own; invitations.

use reqwest::Method;
use serde_json::{Value, json};
use server::provision::{self, SecondFactor};
use server::totp;

use crate::browser::Browser;
use crate::support::{Reply, World, on_both, read};

const EMAIL: &str = "anna@example.com";
const PASSWORD: &str = "correct horse";
const OTHER: &str = "battery staple";

const NO_SESSION: &str = "401 NO_SESSION: There is no such session any more: sign in";

/// A browser in which the administrator, who has a password, is signed in.
async fn anna(world: &World) -> Browser<'_> {
    provision::set_password(&world.server.app, world.operator_id, PASSWORD).await.unwrap();
    Browser::of(world, world.operator_id).await
}

async fn start(world: &World, body: Value) -> Reply {
    Browser::new(world).start(body).await
}

fn with_code(code: &str) -> Value {
    json!({"email": EMAIL, "password": PASSWORD, "code": code})
}

/// What the authenticator shows now.
async fn code(world: &World) -> String {
    let secret = world.text("SELECT secret FROM second_factors").await;
    totp::code_at(&secret, world.server.app.clock.now_ms()).unwrap()
}

/// Switches the second factor on and returns the recovery codes.
async fn enable(world: &World, browser: &Browser<'_>) -> Vec<String> {
    let begun = browser.call("trunkline.account.totp.start", json!({})).await;
    let confirm = json!({"secret": begun.result()["secret"], "code": code(world).await});
    let reply = browser.call("trunkline.account.totp.confirm", confirm).await;
    world.advance(30_000);
    serde_json::from_value(reply.result()["recovery_codes"].clone()).unwrap()
}

#[test]
fn the_second_factor_from_beginning_to_end() {
    on_both(|world| async move {
        let browser = anna(&world).await;
        let begun = browser.call("trunkline.account.totp.start", json!({})).await;
        let port = world.server.listening.port().to_string();
        let shown: Value = serde_json::from_str(&begun.result().to_string().replace(&port, "PORT")).unwrap();
        insta::allow_duplicates! { insta::assert_json_snapshot!(shown, @r#"
        {
          "secret": "NH67IU6WSPFFLCPV3OSFN27LBLFMEV6L",
          "uri": "otpauth://totp/127.0.0.1%20PORT:anna%40example.com?secret=NH67IU6WSPFFLCPV3OSFN27LBLFMEV6L&issuer=127.0.0.1%20PORT"
        }
        "#); }
        let body = json!({"email": EMAIL, "password": PASSWORD});
        assert_eq!(start(&world, body.clone()).await.status, 200, "not asked for before it is confirmed");
        let confirm = async |code: &str| {
            let parameters = json!({"secret": begun.result()["secret"], "code": code});
            browser.call("trunkline.account.totp.confirm", parameters).await
        };
        let wrong = confirm("000000").await;
        assert_eq!(wrong.brief(), "400 WRONG_CODE: The code is wrong: type the one shown now");
        let first = code(&world).await;
        let confirmed = confirm(&first).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(confirmed.result(), @r#"
        {
          "recovery_codes": [
            "g9331w83k8jk",
            "ptczhjytvk3l",
            "j1r80rxpu237",
            "9gevr733zhe2",
            "bfq62ffvi051",
            "7w9lyyonfoyw",
            "g43u4g6qpbyf",
            "hbaipbux9839",
            "k1bujx85kafg",
            "jslp1eh2z825"
          ]
        }
        "#); }
        assert_eq!(
            browser.request(Method::GET, "/api/session").send().await.unwrap().json::<Value>().await.unwrap()["user"]["totp"],
            true
        );

        let required =
            "401 CODE_REQUIRED: A code is wanted too: the one that the authenticator shows, or a recovery code";
        let wrong = "401 WRONG_CODE: The code is wrong or was used: take the one that is shown now";
        assert_eq!(start(&world, body.clone()).await.brief(), required);
        assert_eq!(start(&world, with_code(&first)).await.brief(), wrong, "the code that confirmed is used up");
        world.advance(30_000);
        let next = code(&world).await;
        assert_eq!(
            start(&world, json!({"email": EMAIL, "password": "guess", "code": next})).await.body["error"],
            "WRONG_CREDENTIALS"
        );
        let spaced = format!("{} {}", &next[..3], &next[3..]);
        let welcome = start(&world, with_code(&spaced)).await;
        assert_eq!((welcome.status, &welcome.body["user"]["totp"]), (200, &json!(true)));
        assert_eq!(start(&world, with_code(&next)).await.brief(), wrong, "once");
        assert_eq!(start(&world, with_code(&first)).await.brief(), wrong, "nor one before it");

        let recovery = confirmed.result()["recovery_codes"][3].as_str().unwrap();
        assert_eq!(start(&world, with_code(&recovery.to_uppercase())).await.status, 200);
        assert_eq!(start(&world, with_code(recovery)).await.brief(), wrong, "once");

        assert_eq!(
            browser.call("trunkline.account.totp.start", json!({})).await.brief(),
            "400 TOTP_IN_USE: The second factor is in use: switch it off first"
        );
        let again =
            async |password: &str| browser.call("trunkline.account.totp.recovery", json!({"password": password})).await;
        assert_eq!(again("guess").await.brief(), "403 WRONG_PASSWORD: The password is wrong");
        let codes = again(PASSWORD).await.result()["recovery_codes"].as_array().unwrap().clone();
        assert_eq!((codes.len(), codes.contains(&confirmed.result()["recovery_codes"][0])), (10, false));
        let account = browser.call("trunkline.account.get", json!({})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(account.result(), @r#"
        {
          "account": {
            "id": 1,
            "name": "Anna",
            "last_name": "Ivanova",
            "email": "anna@example.com",
            "language": "en",
            "time_zone": "UTC",
            "totp": true,
            "recovery_codes_left": 10
          }
        }
        "#); }
        assert_eq!(
            browser.call("trunkline.account.totp.disable", json!({"password": "guess"})).await.brief(),
            "403 WRONG_PASSWORD: The password is wrong"
        );
        assert_eq!(
            *browser.call("trunkline.account.totp.disable", json!({"password": PASSWORD})).await.result(),
            json!(true)
        );
        assert_eq!(start(&world, body).await.status, 200);
        assert_eq!(
            confirm(&first).await.brief(),
            "400 TOTP_NOT_BEGUN: There is no second factor to confirm: begin anew"
        );
        assert_eq!(world.count("SELECT COUNT(*) FROM recovery_codes").await, 0);
        world.end().await;
    });
}

#[test]
fn the_own_account_is_changed() {
    on_both(|world| async move {
        let (_, _) = world.add_employee("Boris").await;
        world
            .execute("UPDATE users SET email = 'boris@example.com', email_key = 'boris@example.com' WHERE id = 2")
            .await;
        let browser = Browser::of(&world, 1).await;
        let update = async |parameters: Value| browser.call("trunkline.account.update", parameters).await;
        let changed =
            update(json!({"name": "Anja", "last_name": "", "language": "de", "time_zone": "Europe/Berlin"})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(changed.result(), @r#"
        {
          "account": {
            "id": 1,
            "name": "Anja",
            "last_name": "",
            "email": "anna@example.com",
            "language": "de",
            "time_zone": "Europe/Berlin",
            "totp": false,
            "recovery_codes_left": 0
          }
        }
        "#); }
        for (parameters, brief) in [
            (json!({"language": "german"}), "400 ERROR_ARGUMENT: language is two small letters such as en"),
            (json!({"time_zone": "Nowhere"}), "400 ERROR_ARGUMENT: time_zone is a name such as Europe/Berlin"),
            (json!({"email": "nonsense"}), "400 ERROR_ARGUMENT: email is no e-mail address"),
            (json!({"email": "BORIS@example.com"}), "400 ERROR_ARGUMENT: A user with this email already exists"),
            (json!({"name": "x".repeat(256)}), "400 ERROR_ARGUMENT: name may have 255 characters: shorten it"),
            (json!({"email": "anja@example.com"}), "200 OK"),
        ] {
            assert_eq!(update(parameters.clone()).await.brief(), brief, "{parameters}");
        }
        let me = browser.request(Method::GET, "/api/session").send().await.unwrap().json::<Value>().await.unwrap();
        assert_eq!((&me["user"]["language"], &me["user"]["email"]), (&json!("de"), &json!("anja@example.com")));
        world.end().await;
    });
}

#[test]
fn codes_are_guessed_as_slowly_as_passwords() {
    on_both(|world| async move {
        let browser = anna(&world).await;
        enable(&world, &browser).await;
        let body = json!({"email": EMAIL, "password": PASSWORD});
        // Who knows the password cannot start the count anew with it.
        for _ in 0..5 {
            assert_eq!(start(&world, body.clone()).await.body["error"], "CODE_REQUIRED");
            assert_eq!(start(&world, with_code("000000")).await.body["error"], "WRONG_CODE");
        }
        assert_eq!(start(&world, with_code(&code(&world).await)).await.status, 429);
        world.advance(30_000);
        assert_eq!(start(&world, with_code("000000")).await.body["error"], "WRONG_CODE");
        world.advance(59_999);
        assert_eq!(start(&world, body.clone()).await.status, 429, "a minute");
        world.advance(1);
        assert_eq!(start(&world, with_code(&code(&world).await)).await.status, 200);
        world.end().await;
    });
}

#[test]
fn the_page_of_an_application_asks_for_the_code_too() {
    on_both(|world| async move {
        let browser = anna(&world).await;
        enable(&world, &browser).await;
        let client_id = &world.application.application.client_id;
        let sign_in = async |code: &str| {
            let form = [("client_id", client_id.as_str()), ("email", EMAIL), ("password", PASSWORD), ("code", code)];
            let response =
                world.http.post(format!("{}/oauth/authorize/", world.base)).form(&form).send().await.unwrap();
            (response.status().as_u16(), response.text().await.unwrap().contains("It works once, for 30 seconds"))
        };
        assert_eq!(sign_in("").await, (401, false));
        assert_eq!(sign_in("000000").await, (401, false));
        assert_eq!(sign_in(&code(&world).await).await, (200, true));
        world.end().await;
    });
}

#[test]
fn a_new_password_ends_the_other_sessions() {
    on_both(|world| async move {
        let (browser, other) = (anna(&world).await, Browser::of(&world, 1).await);
        let change = async |password: &str, new: &str| {
            let parameters = json!({"current": password, "password": new});
            browser.call("trunkline.account.password", parameters).await.brief()
        };
        assert_eq!(change("guess", OTHER).await, "403 WRONG_PASSWORD: The password is wrong");
        assert_eq!(
            change(PASSWORD, "short").await,
            "400 ERROR_ARGUMENT: A password has 8 to 1024 bytes: take another one"
        );
        assert_eq!(other.call("profile", json!({})).await.brief(), "200 OK");
        let link = provision::invite(&world.server.app, 1, SecondFactor::Kept).await.unwrap();
        assert_eq!(change(PASSWORD, OTHER).await, "200 OK");
        assert_eq!(other.call("profile", json!({})).await.brief(), NO_SESSION);
        assert_eq!(browser.call("profile", json!({})).await.brief(), "200 OK", "the own one goes on");
        assert_eq!(start(&world, json!({"email": EMAIL, "password": PASSWORD})).await.status, 401);
        assert_eq!(start(&world, json!({"email": EMAIL, "password": OTHER})).await.status, 200);
        assert_eq!(invitation(&world, json!({"token": secret(&link)})).await.status, 404, "no link sets another one");
        for _ in 0..4 {
            change("guess", OTHER).await;
        }
        let later = browser.call("trunkline.account.password", json!({"current": "guess", "password": OTHER})).await;
        assert_eq!(later.status, 403, "the fifth is checked");
        let later = browser.call("trunkline.account.totp.disable", json!({"password": OTHER})).await;
        assert_eq!(
            (later.brief().as_str(), &later.body["retry_after_s"]),
            ("429 TOO_MANY_ATTEMPTS: Too many attempts: try again in 31 seconds", &json!(31))
        );
        world.end().await;
    });
}

#[test]
fn sessions_are_listed_and_ended() {
    on_both(|world| async move {
        let (boris_id, _) = world.add_employee("Boris").await;
        let one = Browser::of(&world, 1).await;
        world.advance(1000);
        let (two, three, boris) =
            (Browser::of(&world, 1).await, Browser::of(&world, 1).await, Browser::of(&world, boris_id).await);
        let listed = one.call("trunkline.account.session.list", json!({})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(listed.result(), @r#"
        {
          "sessions": [
            {
              "id": 3,
              "created_ms": 1749990401000,
              "seen_ms": 1749990401000,
              "ends_ms": 1750033601000,
              "address": "127.0.0.1",
              "agent": "Test browser",
              "current": false
            },
            {
              "id": 2,
              "created_ms": 1749990401000,
              "seen_ms": 1749990401000,
              "ends_ms": 1750033601000,
              "address": "127.0.0.1",
              "agent": "Test browser",
              "current": false
            },
            {
              "id": 1,
              "created_ms": 1749990400000,
              "seen_ms": 1749990400000,
              "ends_ms": 1750033600000,
              "address": "127.0.0.1",
              "agent": "Test browser",
              "current": true
            }
          ]
        }
        "#); }
        let end = async |id: Value| one.call("trunkline.account.session.end", json!({"id": id})).await.brief();
        assert_eq!(end(json!(2)).await, "200 OK");
        assert_eq!(two.call("profile", json!({})).await.brief(), NO_SESSION);
        assert_eq!(end(json!(2)).await, "400 ERROR_NOT_FOUND: Not found", "ended already");
        assert_eq!(end(json!(4)).await, "400 ERROR_NOT_FOUND: Not found", "another's");
        assert_eq!(end(json!(null)).await, "400 ERROR_ARGUMENT: Argument 'id' is null or empty");
        assert_eq!(*one.call("trunkline.account.session.end_others", json!({})).await.result(), json!(1));
        assert_eq!(three.call("profile", json!({})).await.brief(), NO_SESSION);
        for browser in [&one, &boris] {
            assert_eq!(browser.call("profile", json!({})).await.brief(), "200 OK");
        }
        for _ in 0..60 {
            Browser::of(&world, 1).await;
        }
        assert_eq!(world.count("SELECT COUNT(*) FROM browser_sessions WHERE user_id = 1").await, 50);
        assert_eq!(one.call("profile", json!({})).await.brief(), "200 OK", "believed for five seconds");
        world.server.app.callers.clear();
        assert_eq!(one.call("profile", json!({})).await.brief(), NO_SESSION, "the oldest had to go");
        world.end().await;
    });
}

#[test]
fn programs_have_no_account() {
    on_both(|world| async move {
        for method in world.server.app.methods.all().iter().filter(|method| method.name.contains(".account.")) {
            let refused = "403 WRONG_AUTH_TYPE: Current authorization type is denied for this method Session authorization required";
            assert_eq!(world.call(method.name, json!({})).await.brief(), refused, "{}", method.name);
            assert_eq!(world.hook(method.name, json!({})).await.brief(), refused, "{}", method.name);
        }
        world.end().await;
    });
}

fn secret(link: &str) -> &str {
    link.rsplit('/').next().unwrap()
}

async fn invitation(world: &World, body: Value) -> Reply {
    read(world.http.post(format!("{}/api/invitation", world.base)).json(&body).send().await.unwrap()).await
}

const GONE: &str = "404 INVITATION_GONE: This link was used or has run out: ask an administrator for a new one";

#[test]
fn an_invitation_sets_a_password_once() {
    on_both(|world| async move {
        let app = &world.server.app;
        let before = anna(&world).await;
        let link = provision::invite(app, 1, SecondFactor::Kept).await.unwrap();
        assert!(link.starts_with(&format!("{}/welcome/", world.base)), "{link}");
        let token = secret(&link);
        let whose = invitation(&world, json!({"token": token})).await;
        assert_eq!(whose.body, json!({"name": "Anna", "last_name": "Ivanova", "email": EMAIL, "totp": false}));
        assert_eq!(before.call("profile", json!({})).await.brief(), "200 OK", "nothing has changed yet");
        for (body, brief) in [
            (
                json!({"token": token, "password": "short"}),
                "400 ERROR_ARGUMENT: A password has 8 to 1024 bytes: take another one",
            ),
            (json!({"token": "x", "password": OTHER}), GONE),
            (json!({"token": "", "password": OTHER}), GONE),
            (
                json!({"password": OTHER}),
                "400 INVALID_REQUEST: Invalid JSON: missing field `token` at line 1 column 29",
            ),
        ] {
            assert_eq!(invitation(&world, body.clone()).await.brief(), brief, "{body}");
        }
        let used = invitation(&world, json!({"token": token, "password": OTHER})).await;
        assert_eq!(
            (used.status, &used.body["user"]["email"], used.body["csrf"].as_str().unwrap().len()),
            (200, &json!(EMAIL), 64)
        );
        assert_eq!(
            before.call("profile", json!({})).await.brief(),
            NO_SESSION,
            "who forgot the password may have lost it"
        );
        assert_eq!(invitation(&world, json!({"token": token, "password": PASSWORD})).await.brief(), GONE, "once");
        assert_eq!(start(&world, json!({"email": EMAIL, "password": OTHER})).await.status, 200);

        let first = provision::invite(app, 1, SecondFactor::Kept).await.unwrap();
        let second = provision::invite(app, 1, SecondFactor::Kept).await.unwrap();
        assert_eq!(invitation(&world, json!({"token": secret(&first)})).await.brief(), GONE, "replaced");
        world.advance(72 * 3_600_000 - 1);
        assert_eq!(invitation(&world, json!({"token": secret(&second)})).await.status, 200);
        world.advance(1);
        assert_eq!(
            invitation(&world, json!({"token": secret(&second), "password": OTHER})).await.brief(),
            GONE,
            "72 hours"
        );
        let third = provision::invite(app, 1, SecondFactor::Kept).await.unwrap();
        world.execute("UPDATE users SET active = 0").await;
        assert_eq!(
            invitation(&world, json!({"token": secret(&third), "password": OTHER})).await.brief(),
            GONE,
            "dismissed"
        );
        world.end().await;
    });
}

#[test]
fn an_invitation_does_not_get_round_the_second_factor() {
    on_both(|world| async move {
        let app = &world.server.app;
        let browser = anna(&world).await;
        enable(&world, &browser).await;
        let link = provision::invite(app, 1, SecondFactor::Kept).await.unwrap();
        let with = async |code: &str| {
            let body = json!({"token": secret(&link), "password": OTHER, "code": code});
            invitation(&world, body).await.body["error"].clone()
        };
        assert_eq!(with("").await, "CODE_REQUIRED");
        for _ in 0..5 {
            assert_eq!(with("000000").await, "WRONG_CODE");
        }
        assert_eq!(with(&code(&world).await).await, "INVITATION_GONE", "five guesses");
        assert_eq!(browser.call("profile", json!({})).await.brief(), "200 OK", "nothing was changed");
        let link = provision::invite(app, 1, SecondFactor::Kept).await.unwrap();
        let body = json!({"token": secret(&link), "password": OTHER, "code": code(&world).await});
        let used = invitation(&world, body).await;
        assert_eq!((used.status, &used.body["user"]["totp"]), (200, &json!(true)));
        let link = provision::invite(app, 1, SecondFactor::Removed).await.unwrap();
        let used = invitation(&world, json!({"token": secret(&link), "password": OTHER})).await;
        assert_eq!((used.status, &used.body["user"]["totp"]), (200, &json!(false)));
        world.end().await;
    });
}

#[test]
fn the_first_start_invites_an_administrator() {
    on_both(|world| async move {
        let app = &world.server.app;
        let link = provision::first_invitation(app).await.unwrap().unwrap();
        let whose = invitation(&world, json!({"token": secret(&link)})).await;
        assert_eq!(whose.body["email"], EMAIL, "the one there is");
        world.execute("UPDATE users SET active = 0").await;
        let link = provision::first_invitation(app).await.unwrap().unwrap();
        let token = secret(&link);
        let whose = invitation(&world, json!({"token": token})).await;
        assert_eq!(whose.body, json!({"name": "Administrator", "last_name": "", "email": "", "totp": false}));
        let required = "400 EMAIL_REQUIRED: Give the e-mail address to sign in with";
        for email in [json!(null), json!("nonsense")] {
            let body = json!({"token": token, "password": OTHER, "email": email});
            assert_eq!(invitation(&world, body).await.brief(), required);
        }
        let body = json!({"token": token, "password": OTHER, "email": EMAIL});
        assert_eq!(invitation(&world, body).await.brief(), "400 ERROR_ARGUMENT: A user with this email already exists");
        let again = provision::first_invitation(app).await.unwrap().unwrap();
        assert_eq!(world.count("SELECT COUNT(*) FROM users WHERE name = 'Administrator'").await, 1, "not another one");
        let body = json!({"token": secret(&again), "password": OTHER, "email": "boss@example.com"});
        let used = invitation(&world, body).await;
        assert_eq!((used.status, &used.body["user"]["role"]), (200, &json!("administrator")));
        assert_eq!(provision::first_invitation(app).await.unwrap(), None, "somebody can sign in");
        assert_eq!(start(&world, json!({"email": "boss@example.com", "password": OTHER})).await.status, 200);
        world.end().await;
    });
}
