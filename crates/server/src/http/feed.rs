//! `GET /api/feed?after=N`: the live feed as server-sent events.
//!
//! `hello` comes first; `change` carries numbered changes and its number as the event's id, so that a browser that reconnects
//! names it (`Last-Event-ID`); `live` is unnumbered and may be lost; `beat` says how far the feed has come; after `reset`
//! everything has to be fetched again; `bye` ends a session.

use std::convert::Infallible;
use std::net::SocketAddr;

use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::sse::{Event, KeepAlive};
use axum::response::{IntoResponse, Response, Sse};
use futures::Stream;
use schemars::{JsonSchema, SchemaGenerator};
use serde::Serialize;
use serde_json::json;

use super::admission::{self, Browser};
use super::described::{self, Admits, Answered, Operation};
use super::listener::Peer;
use super::rest;
use super::session::Proof;
use crate::app::SharedApp;
use crate::auth::{self, Presented};
use crate::feed::news::{Change, Live};
use crate::feed::{self, Item, Listener, NoPlace};
use crate::rest::RestError;

/// What a proxy must not gather before it passes it on.
const UNBUFFERED: HeaderName = HeaderName::from_static("x-accel-buffering");

/// The first event.
#[derive(Serialize, JsonSchema)]
struct FeedHello {
    /// From here on nothing is missing.
    number: i64,
    now_ms: i64,
    user_id: i64,
    /// Version of the program.
    build: &'static str,
}

/// How far the feed has come.
#[derive(Serialize, JsonSchema)]
struct FeedBeat {
    number: i64,
    now_ms: i64,
}

/// Why everything has to be fetched again.
#[derive(Serialize, JsonSchema)]
struct FeedReset {
    reason: &'static str,
}

/// Changes up to a number, which is the event's id too.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "its changes are written once for everybody")]
struct FeedChanges {
    number: i64,
    changes: Vec<Change>,
}

/// An event by its name, with its data.
#[derive(JsonSchema)]
#[schemars(tag = "event", content = "data", rename_all = "lowercase")]
#[expect(dead_code, reason = "it is only described")]
enum FeedEvent {
    Hello(FeedHello),
    Change(FeedChanges),
    Live(Live),
    Beat(FeedBeat),
    Reset(FeedReset),
    /// The session is over.
    Bye(FeedBye),
}

/// Nothing.
#[derive(JsonSchema)]
struct FeedBye {}

/// For the OpenAPI document.
pub(super) fn described(generator: &mut SchemaGenerator) -> Operation {
    let after = "The number up to which everything is known; the header Last-Event-ID goes before it.";
    let schema = json!({"type": "integer", "minimum": 0});
    Operation {
        path: "/api/feed",
        verb: "get",
        about: "The live feed: server-sent events, each of them one of these.",
        admits: Admits::Browsers,
        query: vec![json!({"name": "after", "in": "query", "description": after, "schema": schema})],
        body: Vec::new(),
        answer: Answered::Events(described::schema::<FeedEvent>(generator)),
        errors: &[(400, "`ERROR_ARGUMENT`"), (503, "`TOO_MANY_CONNECTIONS`, `QUERY_LIMIT_EXCEEDED`")],
    }
}

fn named(name: &str, data: &impl Serialize) -> Event {
    Event::default().event(name).data(serde_json::to_string(data).expect("shapes are JSON"))
}

/// Answers with the feed of whoever signed in.
pub(super) async fn serve(
    State(app): State<SharedApp>,
    ConnectInfo(Peer(peer)): ConnectInfo<Peer>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    match begin(&app, peer, &uri, &headers).await {
        Ok(told) => {
            let mut response = Sse::new(events(told)).keep_alive(KeepAlive::default()).into_response();
            let headers = response.headers_mut();
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            headers.insert(UNBUFFERED, HeaderValue::from_static("no"));
            response
        }
        Err(error) => rest::render_error(&error),
    }
}

/// Who is told.
struct Told {
    app: SharedApp,
    listener: Listener,
    presented: Presented,
    user_id: i64,
    stage: Stage,
}

/// How far a connection is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Nothing was sent.
    Greeting,
    Listening,
    Over,
}

async fn begin(app: &SharedApp, peer: SocketAddr, uri: &Uri, headers: &HeaderMap) -> Result<Told, RestError> {
    let Browser { caller, presented, .. } = admission::browser(app, peer, headers, Proof::Cookie).await?;
    let after = after(uri, headers)?;
    let listener = feed::listen(app, caller.user.id, after).await?;
    let listener = listener.map_err(|NoPlace| {
        let text = "Too many browsers listen to the live feed: close some and try again";
        RestError::new(StatusCode::SERVICE_UNAVAILABLE, "TOO_MANY_CONNECTIONS", text)
    })?;
    // It may have been without listeners until now.
    app.wakers.feed.notify_waiters();
    Ok(Told { app: SharedApp::clone(app), listener, presented, user_id: caller.user.id, stage: Stage::Greeting })
}

/// The number up to which the browser knows everything: where it stopped, when it reconnects by itself.
fn after(uri: &Uri, headers: &HeaderMap) -> Result<Option<i64>, RestError> {
    let again = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    let query = uri.query().unwrap_or_default();
    let given = again.or_else(|| query.split('&').find_map(|pair| pair.strip_prefix("after=")));
    let Some(text) = given.filter(|text| !text.is_empty()) else { return Ok(None) };
    let number = text.parse().ok().filter(|number: &i64| *number >= 0);
    number.map(Some).ok_or_else(|| RestError::argument("after", "The value of an argument 'after' has an invalid type"))
}

fn events(told: Told) -> impl Stream<Item = Result<Event, Infallible>> {
    futures::stream::unfold(told, |mut told| async move {
        let event = match told.stage {
            Stage::Over => return None,
            Stage::Greeting => {
                told.stage = Stage::Listening;
                let now_ms = told.app.clock.now_ms();
                let (number, build) = (told.listener.number, env!("CARGO_PKG_VERSION"));
                named("hello", &FeedHello { number, now_ms, user_id: told.user_id, build })
            }
            Stage::Listening => {
                let item = told.listener.next().await?;
                told.show(item).await
            }
        };
        Some((Ok(event), told))
    })
}

impl Told {
    async fn show(&mut self, item: Item) -> Event {
        match item {
            Item::Changes { number, changes } => {
                let data = format!(r#"{{"number":{number},"changes":[{}]}}"#, changes.join(","));
                Event::default().id(number.to_string()).event("change").data(data)
            }
            Item::Live(live) => Event::default().event("live").data(live),
            Item::Beat { number, now_ms } => {
                if self.has_ended(now_ms).await {
                    self.stage = Stage::Over;
                    return Event::default().event("bye").data("{}");
                }
                named("beat", &FeedBeat { number, now_ms })
            }
            Item::Reset(reason) => named("reset", &FeedReset { reason }),
        }
    }

    /// Whether the session is over. It is asked for at every beat, so one that ended hears of it at the next.
    async fn has_ended(&self, now_ms: i64) -> bool {
        match auth::authenticate(&self.app, self.presented.clone(), now_ms).await {
            Ok(_) => false,
            Err(error) if error == RestError::no_session() => true,
            Err(error) => {
                // A database that is busy or away says nothing about the session, and a browser takes `bye` as final.
                tracing::warn!(code = %error.body.error, "whether a listener's session goes on could not be read; asking again at the next beat");
                false
            }
        }
    }
}
