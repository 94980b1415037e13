//! `GET /api/feed?after=N`: the live feed as server-sent events.
//!
//! `hello` comes first; `change` carries numbered changes and its number as the event's id, so that a browser that reconnects
//! names it (`Last-Event-ID`); `live` is unnumbered and may be lost; `beat` says how far the feed has come; after `reset`
//! everything has to be fetched again; `bye` ends a session.

use std::convert::Infallible;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::sse::{Event, KeepAlive};
use axum::response::{IntoResponse, Response, Sse};
use futures::Stream;
use serde_json::json;

use super::rest;
use super::session::{self, Proof};
use crate::app::SharedApp;
use crate::auth::{self, Presented};
use crate::feed::{self, Item, Listener, NoPlace};
use crate::rest::RestError;

/// What a proxy must not gather before it passes it on.
const UNBUFFERED: HeaderName = HeaderName::from_static("x-accel-buffering");

/// Answers with the feed of whoever signed in.
pub(super) async fn serve(State(app): State<SharedApp>, uri: Uri, headers: HeaderMap) -> Response {
    match begin(&app, &uri, &headers).await {
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

async fn begin(app: &SharedApp, uri: &Uri, headers: &HeaderMap) -> Result<Told, RestError> {
    let now = app.clock.now_ms();
    let presented = session::presented(app, headers, Proof::Cookie)?;
    let caller = auth::authenticate(app, presented.clone(), now).await?;
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
                let hello = json!({"number": number, "now_ms": now_ms, "user_id": told.user_id, "build": build});
                Event::default().event("hello").data(hello.to_string())
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
                Event::default().event("beat").data(json!({"number": number, "now_ms": now_ms}).to_string())
            }
            Item::Reset(reason) => Event::default().event("reset").data(json!({"reason": reason}).to_string()),
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
