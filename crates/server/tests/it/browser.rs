//! A browser in which an employee is signed in.

use desk::browser_sessions::{self, NewSession};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use server::http::session;

use crate::support::{Reply, World, read};

/// Cookie and CSRF token of one session.
pub struct Browser<'w> {
    pub world: &'w World,
    /// `name=value`, or empty.
    pub cookie: String,
    /// Value of `X-Trunkline-Csrf`, or empty.
    pub csrf: String,
}

impl<'w> Browser<'w> {
    /// Nobody is signed in.
    pub fn new(world: &'w World) -> Browser<'w> {
        Browser { world, cookie: String::new(), csrf: String::new() }
    }

    /// As if the employee had signed in, without the time that checking a password takes.
    pub async fn of(world: &'w World, user_id: i64) -> Browser<'w> {
        let app = &world.server.app;
        let new = NewSession {
            token: app.chance.hex(32),
            address: "127.0.0.1".to_owned(),
            user_agent: "Test browser".to_owned(),
        };
        let (token, now) = (new.token.clone(), app.clock.now_ms());
        app.work(move |change| browser_sessions::start(change.tx, now, user_id, &new)).await.unwrap();
        let cookie = format!("{}={token}", session::cookie_name(app));
        Browser { world, cookie, csrf: session::csrf_token(&token) }
    }

    /// `POST /api/session`; keeps the cookie and the CSRF token of the answer.
    pub async fn start(&mut self, body: Value) -> Reply {
        let response = self.request(Method::POST, "/api/session").json(&body).send().await.unwrap();
        if let Some(cookie) = response.headers().get("set-cookie") {
            self.cookie = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
        }
        let reply = read(response).await;
        self.csrf = reply.body["csrf"].as_str().unwrap_or_default().to_owned();
        reply
    }

    /// A request with what the browser has.
    pub fn request(&self, verb: Method, path: &str) -> RequestBuilder {
        let mut request = self.world.http.request(verb, format!("{}{path}", self.world.base));
        if !self.cookie.is_empty() {
            request = request.header("cookie", &self.cookie);
        }
        if !self.csrf.is_empty() {
            request = request.header("x-trunkline-csrf", &self.csrf);
        }
        request
    }

    /// Calls a method.
    pub async fn call(&self, method: &str, parameters: Value) -> Reply {
        read(self.request(Method::POST, &format!("/rest/{method}")).json(&parameters).send().await.unwrap()).await
    }
}
