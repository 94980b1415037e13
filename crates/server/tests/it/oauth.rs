//! The OAuth server: the sign-in page and the token endpoint.

use reqwest::redirect::Policy;
use serde_json::{Value, json};
use server::provision::{self, AddedApplication, NewApplication};

use crate::support::{Reply, World, on_both, on_both_with, read};

const PASSWORD: &str = "correct horse";

struct Browser<'w> {
    world: &'w World,
    http: reqwest::Client,
    application: AddedApplication,
}

impl Browser<'_> {
    /// A browser before the page of an application with this redirect address; the operator has a password.
    async fn new<'w>(world: &'w World, redirect_url: &str) -> Browser<'w> {
        let app = &world.server.app;
        let new = NewApplication {
            name: "<b>Shop</b>".to_owned(),
            scopes: vec!["im".to_owned(), "user".to_owned()],
            redirect_url: redirect_url.to_owned(),
            ..NewApplication::default()
        };
        let application = provision::add_application(app, new).await.unwrap();
        provision::set_password(app, world.operator_id, PASSWORD).await.unwrap();
        let http = reqwest::Client::builder().no_proxy().redirect(Policy::none()).build().unwrap();
        Browser { world, http, application }
    }

    async fn sign_in(&self, email: &str, password: &str) -> reqwest::Response {
        let form = [
            ("client_id", self.application.application.client_id.as_str()),
            ("state", "a b&<c>"),
            ("email", email),
            ("password", password),
        ];
        self.http.post(format!("{}/oauth/authorize/", self.world.base)).form(&form).send().await.unwrap()
    }

    /// Signs in as the operator and returns the code.
    async fn code(&self) -> String {
        let response = self.sign_in("anna@example.com", PASSWORD).await;
        let location = url::Url::parse(response.headers()["location"].to_str().unwrap()).unwrap();
        location.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned()
    }

    /// Asks for tokens by GET, with these parameters changed; null leaves one out.
    async fn token(&self, changed: Value) -> Reply {
        let mut parameters = json!({
            "grant_type": "authorization_code",
            "client_id": self.application.application.client_id,
            "client_secret": self.application.client_secret,
        });
        for (name, value) in changed.as_object().unwrap() {
            parameters[name] = value.clone();
        }
        let query: Vec<(&String, &str)> =
            parameters.as_object().unwrap().iter().filter_map(|(name, value)| Some((name, value.as_str()?))).collect();
        let url = url::Url::parse_with_params(&format!("{}/oauth/token/", self.world.base), query).unwrap();
        read(self.http.get(url).send().await.unwrap()).await
    }
}

#[test]
fn a_code_is_sent_to_the_registered_address_and_becomes_tokens() {
    on_both(|world| async move {
        let browser = Browser::new(&world, "https://shop.example/back?x=1").await;
        let client_id = &browser.application.application.client_id;
        let url =
            format!("{}/oauth/authorize/?client_id={client_id}&state=s&redirect_uri=https://evil.example", world.base);
        let response = browser.http.get(url).send().await.unwrap();
        assert_eq!(response.status(), 200);
        let headers = response.headers().clone();
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.contains("frame-ancestors 'none'") && policy.contains("form-action 'self' https://shop.example;")
        );
        assert_eq!(headers["x-frame-options"], "DENY");
        assert!(headers.get("access-control-allow-origin").is_none(), "nobody else may read the page");
        let html = response.text().await.unwrap();
        assert!(html.contains("&lt;b&gt;Shop&lt;/b&gt;") && !html.contains("<b>Shop"), "{html}");

        let response = browser.sign_in("Anna@Example.com", PASSWORD).await;
        assert_eq!(response.status(), 302);
        let location = response.headers()["location"].to_str().unwrap().to_owned();
        let (before, after) = (location.find("&code=").unwrap(), location.find("&state=").unwrap());
        assert_eq!(&location[..before], "https://shop.example/back?x=1");
        assert_eq!(
            location[after..].replace(&world.server.listening.port().to_string(), "PORT"),
            format!(
                "&state=a+b%26%3Cc%3E&domain=127.0.0.1%3APORT&member_id={}&scope=im%2Cuser&server_domain=127.0.0.1%3APORT",
                world.server.app.portal.member_id
            )
        );
        let code = &location[before + 6..after];
        let reply = browser.token(json!({"code": code})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(reply.snapshot(&world), @r#"
        {
          "status": 200,
          "body": {
            "access_token": "0ea5a2e7aaf655c9c3243028c42e00242ad0f699b199a53d9031efbe99b900e09c556d",
            "expires": 1749994000,
            "expires_in": 3600,
            "scope": "im,user",
            "domain": "127.0.0.1:PORT",
            "server_endpoint": "http://127.0.0.1:PORT/rest/",
            "status": "L",
            "client_endpoint": "http://127.0.0.1:PORT/rest/",
            "member_id": "611830d3641a68f94a690dcc25d1f4b0",
            "user_id": 1,
            "refresh_token": "8c11ecee6d34229d5d7415fe4e80f0509d27f2aa7c274db1befe8f64062706613b7c96"
          }
        }
        "#); }
        let access = reply.body["access_token"].as_str().unwrap();
        assert_eq!(world.call_with(access, "user.current", json!({})).await.result()["ID"], "1");
        assert_eq!(browser.token(json!({"code": code})).await.body["error"], "invalid_grant", "a code works once");
        world.end().await;
    });
}

#[test]
fn every_form_of_the_token_request() {
    on_both(|world| async move {
        let browser = Browser::new(&world, "https://shop.example/").await;
        let mut refresh = browser.token(json!({"code": browser.code().await})).await.body["refresh_token"].clone();
        for path in ["/oauth/token", "/oauth/token/", "//oauth/token/", "/rest/oauth/token", "/OAuth/Token"] {
            for form in ["get", "post form", "post query", "post json"] {
                let fields = json!({
                    "grant_type": "refresh_token",
                    "client_id": browser.application.application.client_id,
                    "client_secret": browser.application.client_secret,
                    "refresh_token": refresh,
                    "scope": "im,crm,more than was granted",
                });
                let url = format!("{}{path}", world.base);
                let with_query = url::Url::parse_with_params(
                    &url,
                    fields.as_object().unwrap().iter().map(|(name, value)| (name, value.as_str().unwrap())),
                )
                .unwrap();
                let request = match form {
                    "get" => browser.http.get(with_query),
                    "post query" => browser.http.post(with_query),
                    "post form" => browser.http.post(url).form(&fields),
                    _ => browser.http.post(url).json(&fields),
                };
                let response = request.send().await.unwrap();
                assert_eq!(response.headers()["access-control-allow-origin"], "*");
                let reply = read(response).await;
                assert_eq!(reply.brief(), "200 OK", "{path} {form}");
                assert_ne!(reply.body["refresh_token"], refresh, "a refresh gives a new refresh token");
                refresh = reply.body["refresh_token"].clone();
            }
        }
        world.end().await;
    });
}

#[test]
fn the_token_endpoint_refuses() {
    on_both(|world| async move {
        let browser = Browser::new(&world, "https://shop.example/").await;
        let other = world.tokens.refresh_token.clone();
        let refresh = json!({"grant_type": "refresh_token"});
        for (changed, brief) in [
            (json!({"grant_type": null}), "400 invalid_request: No \"grant_type\" parameter found"),
            (
                json!({"grant_type": "password"}),
                "400 invalid_request: The \"grant_type\" is either authorization_code or refresh_token",
            ),
            (json!({"client_id": null, "code": "x"}), "400 invalid_request: No \"client_id\" parameter found"),
            (json!({"client_secret": "", "code": "x"}), "400 invalid_request: No \"client_secret\" parameter found"),
            (json!({}), "400 invalid_request: No \"code\" parameter found"),
            (refresh, "400 invalid_request: No \"refresh_token\" parameter found"),
            (json!({"client_id": "local.x.1", "code": "x"}), "200 wrong_client: No application has this client id"),
            (json!({"client_secret": "x", "code": "x"}), "400 invalid_client: The client secret is wrong"),
            (json!({"code": "x"}), "400 invalid_grant: The code is wrong, has expired or was used already"),
            (
                json!({"grant_type": "refresh_token", "refresh_token": other}),
                "400 invalid_grant: The refresh token is wrong, has expired or was used already",
            ),
        ] {
            assert_eq!(browser.token(changed.clone()).await.brief(), brief, "{changed}");
        }
        let nothing = read(world.http.post(format!("{}/oauth/token/", world.base)).send().await.unwrap()).await;
        assert_eq!(nothing.brief(), "401 NO_AUTH_FOUND: Wrong authorization data");
        let put = read(world.http.put(format!("{}/oauth/token/", world.base)).send().await.unwrap()).await;
        assert_eq!(put.brief(), "405 invalid_request: Method not allowed");
        let json = world.http.post(format!("{}/oauth/token/", world.base)).header("content-type", "application/json");
        assert_eq!(read(json.body("{").send().await.unwrap()).await.brief(), "400 invalid_request: Invalid JSON");

        let code = browser.code().await;
        world.server.app.clock.advance(30_000);
        assert_eq!(browser.token(json!({"code": code})).await.body["error"], "invalid_grant", "30 seconds");
        let code = browser.code().await;
        world.execute("UPDATE users SET active = 0 WHERE id = 1").await;
        assert_eq!(browser.token(json!({"code": code})).await.body["error"], "invalid_grant", "dismissed");
        world.end().await;
    });
}

#[test]
fn a_replaced_refresh_token_works_ten_more_minutes() {
    on_both(|world| async move {
        let browser = Browser::new(&world, "https://shop.example/").await;
        let first = browser.token(json!({"code": browser.code().await})).await.body["refresh_token"].clone();
        let refresh =
            async |token: &Value| browser.token(json!({"grant_type": "refresh_token", "refresh_token": token})).await;
        let second = refresh(&first).await.body["refresh_token"].clone();
        world.server.app.clock.advance(599_999);
        assert_eq!(refresh(&first).await.brief(), "200 OK", "asked again after a lost answer");
        world.server.app.clock.advance(1);
        assert_eq!(refresh(&first).await.body["error"], "invalid_grant");
        world.server.app.clock.advance(180 * 86_400_000 - 700_000);
        assert_eq!(refresh(&second).await.brief(), "200 OK");
        world.server.app.clock.advance(86_400_000);
        assert_eq!(refresh(&second).await.body["error"], "invalid_grant");
        world.end().await;
    });
}

#[test]
fn refreshing_has_a_limit() {
    on_both(|world| async move {
        let browser = Browser::new(&world, "https://shop.example/").await;
        let wrong = json!({"grant_type": "refresh_token", "refresh_token": "x"});
        for _ in 0..60 {
            assert_eq!(browser.token(wrong.clone()).await.status, 400);
        }
        assert_eq!(browser.token(wrong.clone()).await.brief(), "503 QUERY_LIMIT_EXCEEDED: Too many requests");
        world.server.app.clock.advance(1000);
        assert_eq!(browser.token(wrong).await.status, 400, "one a second");
        world.end().await;
    });
}

#[test]
fn the_sign_in_page_refuses_and_slows_down() {
    on_both(|world| async move {
        let browser = Browser::new(&world, "").await;
        let page = async |response: reqwest::Response| (response.status().as_u16(), response.text().await.unwrap());
        let unknown = browser.http.get(format!("{}/oauth/authorize?client_id=%3Cscript%3E", world.base));
        let (status, html) = page(unknown.send().await.unwrap()).await;
        assert_eq!((status, html.contains("not installed"), html.contains("script")), (404, true, false));
        let put = browser.http.put(format!("{}/oauth/authorize/", world.base)).send().await.unwrap();
        assert_eq!(put.status(), 405);

        let (status, html) = page(browser.sign_in("nobody\"><i>@example.com", PASSWORD).await).await;
        assert_eq!((status, html.contains("is wrong"), html.contains("<i>")), (401, true, false), "{html}");
        for _ in 0..5 {
            assert_eq!(browser.sign_in("anna@example.com", "guess").await.status(), 401);
        }
        let paused = browser.sign_in("anna@example.com", PASSWORD).await;
        assert_eq!((paused.status().as_u16(), &paused.headers()["retry-after"]), (429, &"31".parse().unwrap()));
        world.server.app.clock.advance(30_000);
        let (status, html) = page(browser.sign_in("anna@example.com", PASSWORD).await).await;
        assert_eq!((status, html.contains("<code>")), (200, true), "the code is shown where no address is registered");
        assert_eq!(world.count("SELECT failed FROM passwords").await, 0);
        world.end().await;
    });
}

#[test]
fn one_address_cannot_try_without_end() {
    on_both(|world| async move {
        let browser = Browser::new(&world, "").await;
        // Too long to be a password: refused before anything is computed, but counted.
        let long = "x".repeat(2000);
        let mut statuses = Vec::new();
        for number in 0..21 {
            statuses.push(browser.sign_in(&format!("nobody{number}@example.com"), &long).await.status().as_u16());
        }
        assert_eq!(statuses, [vec![401; 20], vec![429]].concat());
        world.end().await;
    });
}

#[test]
fn passwords_have_bounds_and_owners() {
    on_both(|world| async move {
        let app = &world.server.app;
        for (user_id, password, refusal) in [
            (1, "short".to_owned(), desk::Refusal::Password),
            (1, "x".repeat(1025), desk::Refusal::Password),
            (99, PASSWORD.to_owned(), desk::Refusal::NotFound),
        ] {
            match provision::set_password(app, user_id, &password).await {
                Err(desk::Error::Refused(found)) => assert_eq!(found, refusal),
                other => panic!("{other:?}"),
            }
        }
        provision::set_password(app, 1, PASSWORD).await.unwrap();
        let hash = world.text("SELECT hash FROM passwords").await;
        assert!(hash.starts_with("$argon2id$v=19$"), "{hash}");
        world.end().await;
    });
}

#[test]
fn https_is_required_where_configured() {
    on_both_with(
        |config| config.server.require_https = true,
        |world| async move {
            let url = |path: &str| format!("{}{path}", world.base);
            let reply = read(world.http.get(url("/oauth/token/?grant_type=refresh_token")).send().await.unwrap()).await;
            assert_eq!(reply.brief(), "400 INVALID_REQUEST: Https required");
            assert_eq!(world.http.get(url("/oauth/authorize/?client_id=x")).send().await.unwrap().status(), 400);
            world.end().await;
        },
    );
}
