//! For those who watch the server: `/health`, `/ready` and `/metrics` (`docs/operations.md`, Watch).

use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::json;
use wire::Format;

use super::rest::render;
use crate::app::{App, SharedApp};
use crate::telemetry;

/// How long the database may take before the server counts as not ready.
const DATABASE_TIMEOUT: Duration = Duration::from_secs(1);

/// The routes. They stand outside of the protocol: no page of another host may read them.
pub fn routes() -> Router<SharedApp> {
    Router::new().route("/health", get(health)).route("/ready", get(ready)).route("/metrics", get(metrics))
}

/// The process is alive. Restart it when this fails.
async fn health() -> Response {
    render(StatusCode::OK, &json!({"status": "alive"}), Format::Json)
}

/// It can take calls. Send it none while this fails, but do not restart it.
async fn ready(State(app): State<SharedApp>) -> Response {
    let reasons = reasons(&app).await;
    let (status, word) = match reasons.is_empty() {
        true => (StatusCode::OK, "ready"),
        false => (StatusCode::SERVICE_UNAVAILABLE, "not ready"),
    };
    render(status, &json!({"status": word, "reasons": reasons}), Format::Json)
}

/// Why it is not ready.
async fn reasons(app: &App) -> Vec<String> {
    let mut reasons = Vec::new();
    match tokio::time::timeout(DATABASE_TIMEOUT, app.store.ping()).await {
        Ok(Ok(())) => {}
        // What exactly is wrong may name hosts and users: that is for the log.
        Ok(Err(error)) => {
            tracing::warn!(%error, "the database does not answer");
            reasons.push("the database does not answer".to_owned());
        }
        Err(_) => reasons.push(format!("the database did not answer within {} s", DATABASE_TIMEOUT.as_secs())),
    }
    let waiting = app.store.write_queue_len();
    if waiting > store::Options::default().write_queue_max / 10 * 9 {
        reasons.push(format!("{waiting} transactions wait for the database"));
    }
    if app.intake.is_nearly_full() {
        reasons.push(format!("{} calls wait for their messages to be stored", app.intake.len()));
    }
    reasons
}

async fn metrics(State(app): State<SharedApp>) -> Response {
    match telemetry::render(&app).await {
        Ok(Some(text)) => {
            let text_format = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
            ([(header::CONTENT_TYPE, text_format)], text).into_response()
        }
        Ok(None) => (StatusCode::NOT_FOUND, "this process keeps its numbers elsewhere\n").into_response(),
        Err(error) => {
            tracing::warn!(%error, "the numbers could not be read");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response()
        }
    }
}
