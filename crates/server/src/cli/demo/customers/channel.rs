//! The connector of the play, as any other would be: it calls the REST methods and is called with the operators' replies.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use desk::tokens;
use serde_json::{Value, json};
use server::app::SharedApp;
use server::{outgoing, provision};
use tokio::net::TcpListener;
use tokio::sync::Mutex;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use url::Url;
use wire::Limits;
use wire::form::decode_form;
use wire::node::Node;

use super::super::file::Demo;
use super::cast::CHANNELS;
use super::media;

/// Event of a reply.
const REPLY: &str = "OnImConnectorMessageAdd";

/// Replies that wait to be looked at.
const WAITING_MAX: usize = 1000;

/// Where pictures, documents and sounds are.
pub struct Connector {
    app: SharedApp,
    demo: Demo,
    /// Application and employee of the token.
    owner: (i64, i64),
    token: Mutex<String>,
    /// Its own address, without a slash at the end.
    pub address: String,
}

/// A reply of an operator.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Code of the connector.
    pub connector: String,
    /// Chat in the external system.
    pub chat: String,
    /// Chat and message in the portal, as the confirmation wants them.
    pub im: Value,
}

impl Connector {
    /// Registers the connectors, activates them on the line and listens for replies.
    pub async fn open(app: SharedApp, demo: Demo) -> Result<(Connector, Receiver<Reply>), String> {
        let failed = |error: std::io::Error| format!("listening for the operators' replies: {error}");
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(failed)?;
        let address = format!("http://{}", listener.local_addr().map_err(failed)?);
        let (heard, replies) = channel(WAITING_MAX);
        let secret = demo.application_token.clone();
        let routes = Router::new()
            .route("/replies", post(hear))
            .route("/{kind}/{name}", get(file))
            .with_state(Ears { heard, secret });
        tokio::spawn(async move { axum::serve(listener, routes).await });
        let first = demo.access_token.clone();
        let token = app.read(move |tx| tokens::find(tx, tokens::Kind::Access, &first)).await;
        let token = token.map_err(|error| error.to_string())?.ok_or("the demo's token is gone")?;
        let owner = (token.application_id, token.user_id);
        let token = Mutex::new(demo.access_token.clone());
        let connector = Connector { app, demo, owner, token, address };
        connector.register().await?;
        Ok((connector, replies))
    }

    async fn register(&self) -> Result<(), String> {
        let handler = format!("{}/replies", self.address);
        // Earlier runs listened elsewhere.
        let bound = self.call("event.get", json!({})).await?;
        for old in bound.as_array().into_iter().flatten() {
            let address = old["handler"].as_str().unwrap_or_default();
            if address.starts_with("http://127.0.0.1:") && address.ends_with("/replies") {
                self.call("event.unbind", json!({"event": REPLY, "handler": address})).await?;
            }
        }
        for (code, name, colour) in CHANNELS {
            let icon = format!(
                "data:image/svg+xml;charset=US-ASCII,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'%3E\
                 %3Ccircle cx='12' cy='12' r='10' fill='%23{}'/%3E%3C/svg%3E",
                &colour[1..]
            );
            let icon = json!({"DATA_IMAGE": icon, "COLOR": colour});
            let registration = json!({
                "ID": code, "NAME": name, "ICON": icon, "PLACEMENT_HANDLER": self.address,
                "DEL_EXTERNAL_MESSAGES": true, "EDIT_INTERNAL_MESSAGES": true, "DEL_INTERNAL_MESSAGES": true,
                "NEED_SIGNATURE": false,
            });
            self.call("imconnector.register", registration).await?;
            let active = json!({"CONNECTOR": code, "LINE": self.demo.line, "ACTIVE": 1});
            self.call("imconnector.activate", active).await?;
        }
        self.call("event.bind", json!({"event": REPLY, "handler": handler})).await?;
        Ok(())
    }

    /// Calls a method of a channel with one element of `MESSAGES`.
    pub async fn tell(&self, method: &str, connector: &str, element: Value) -> Result<Value, String> {
        let parameters = json!({"CONNECTOR": connector, "LINE": self.demo.line, "MESSAGES": [element]});
        self.call(method, parameters).await
    }

    async fn call(&self, method: &str, mut parameters: Value) -> Result<Value, String> {
        let failed = |error: &dyn std::fmt::Display| format!("{method}: {error}");
        let url = Url::parse(&format!("{}{method}", self.demo.client_endpoint)).map_err(|error| failed(&error))?;
        loop {
            let mut token = self.token.lock().await;
            parameters["auth"] = json!(*token);
            let (_, answer) = outgoing::post_json(&url, &parameters).await.map_err(|error| failed(&error))?;
            let mut answer: Value = serde_json::from_str(&answer).map_err(|error| failed(&error))?;
            match answer["error"].as_str() {
                None => return Ok(answer["result"].take()),
                Some("expired_token") => *token = self.renewed().await.map_err(|error| failed(&error))?,
                Some(_) => return Err(failed(&answer)),
            }
        }
    }

    async fn renewed(&self) -> desk::Result<String> {
        let (application_id, user_id) = self.owner;
        Ok(provision::issue_tokens(&self.app, application_id, user_id).await?.access_token)
    }
}

#[derive(Debug, Clone)]
struct Ears {
    heard: Sender<Reply>,
    secret: String,
}

/// An event of the portal.
async fn hear(State(ears): State<Ears>, body: Bytes) -> StatusCode {
    let Ok(form) = decode_form(&body, Limits::default()) else { return StatusCode::BAD_REQUEST };
    let event = Node::Map(form);
    let text = |path: &[&str]| event.at(path).and_then(Node::as_text).unwrap_or_default().into_owned();
    if text(&["auth", "application_token"]) != ears.secret {
        return StatusCode::FORBIDDEN;
    }
    let im = |name: &str| text(&["data", "MESSAGES", "0", "im", name]);
    let reply = Reply {
        connector: text(&["data", "CONNECTOR"]),
        chat: text(&["data", "MESSAGES", "0", "chat", "id"]),
        im: json!({"chat_id": im("chat_id"), "message_id": im("message_id")}),
    };
    // Those of other connectors of the application are none of ours.
    let ours = CHANNELS.iter().any(|(code, ..)| *code == reply.connector);
    match !ours || ears.heard.try_send(reply).is_ok() {
        true => StatusCode::OK,
        false => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// A file that a customer sends.
async fn file(Path((kind, name)): Path<(String, String)>) -> Response {
    let number = name
        .bytes()
        .filter(u8::is_ascii_digit)
        .fold(0u32, |all, digit| all.wrapping_mul(10).wrapping_add(u32::from(digit - b'0')));
    let (mime, bytes) = match kind.as_str() {
        "picture" => ("image/png", media::picture(number, 960, 640)),
        "face" => ("image/png", media::picture(number, 128, 128)),
        "document" => ("application/pdf", media::document()),
        "voice" => ("audio/wav", media::voice()),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    ([(header::CONTENT_TYPE, mime)], bytes).into_response()
}
