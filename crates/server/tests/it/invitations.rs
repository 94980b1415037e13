//! Second factors where an account is taken over: what is confirmed is what was shown, and wrong codes are recorded.

use reqwest::Method;
use serde_json::{Value, json};
use server::provision::{self, SecondFactor};
use server::totp;

use crate::browser::Browser;
use crate::support::{Reply, World, on_both, read};

/// What the authenticator shows that was given the secret which is stored now.
async fn code(world: &World) -> String {
    let secret = world.text("SELECT secret FROM second_factors").await;
    totp::code_at(&secret, world.server.app.clock.now_ms()).unwrap()
}

async fn begin(browser: &Browser<'_>) -> Value {
    browser.call("trunkline.account.totp.start", json!({})).await.result()["secret"].clone()
}

async fn confirm(browser: &Browser<'_>, secret: &Value, code: &str) -> Reply {
    browser.call("trunkline.account.totp.confirm", json!({"secret": secret, "code": code})).await
}

#[test]
fn only_the_secret_that_was_shown_last_is_confirmed() {
    on_both(|world| async move {
        let (one, other) = (Browser::of(&world, 1).await, Browser::of(&world, 1).await);
        let not_begun = "400 TOTP_NOT_BEGUN: There is no second factor to confirm: begin anew";
        let first = begin(&one).await;
        let first_code = code(&world).await;
        let second = begin(&other).await;
        let second_code = code(&world).await;
        for typed in [&first_code, &second_code] {
            assert_eq!(confirm(&one, &first, typed).await.brief(), not_begun, "another tab has begun anew");
        }
        let wrong = confirm(&other, &second, &first_code).await;
        assert_eq!(wrong.brief(), "400 WRONG_CODE: The code is wrong: type the one shown now");
        let unnamed = one.call("trunkline.account.totp.confirm", json!({"code": second_code})).await;
        assert_eq!(unnamed.brief(), "400 ERROR_ARGUMENT: Argument 'secret' is null or empty");
        assert_eq!(world.count("SELECT count(*) FROM second_factors WHERE confirmed_ms IS NOT NULL").await, 0);
        assert_eq!(confirm(&other, &second, &second_code).await.brief(), "200 OK");
        assert_eq!(confirm(&other, &second, &second_code).await.brief(), not_begun, "it is in use");
        drop((one, other));
        world.end().await;
    });
}

#[test]
fn a_wrong_code_at_an_invitation_is_recorded() {
    on_both(|world| async move {
        let browser = Browser::of(&world, 1).await;
        let secret = begin(&browser).await;
        assert_eq!(confirm(&browser, &secret, &code(&world).await).await.brief(), "200 OK");
        let link = provision::invite(&world.server.app, 1, SecondFactor::Kept).await.unwrap();
        let token = link.rsplit('/').next().unwrap();
        let accept = async |code: &str| {
            let body = json!({"token": token, "password": "battery staple", "code": code});
            let request = Browser::new(&world).request(Method::POST, "/api/invitation").json(&body);
            read(request.send().await.unwrap()).await.body["error"].clone()
        };
        assert_eq!(accept("").await, "CODE_REQUIRED");
        assert_eq!(accept("000000").await, "WRONG_CODE");
        world.advance(30_000);
        assert_eq!(accept(&code(&world).await).await, Value::Null);
        // The new password has ended the sessions before.
        let page =
            Browser::of(&world, 1).await.call("trunkline.audit.list", json!({"action": "session.refused"})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(page.result()["entries"], @r#"
        [
          {
            "id": 7,
            "at_ms": 1749990400000,
            "user_id": null,
            "application_id": null,
            "action": "session.refused",
            "subject": "1",
            "subject_id": 1,
            "detail": {
              "wrong": "code",
              "with": "invitation"
            },
            "address": "127.0.0.1"
          }
        ]
        "#); }
        drop(browser);
        world.end().await;
    });
}
