//! What the methods are: an OpenAPI document and a page.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use super::page as html;
use crate::app::SharedApp;
use crate::rest::openapi;

/// `GET /api/openapi.json`
pub async fn document(State(app): State<SharedApp>) -> Json<Value> {
    Json(openapi::document(&app.methods))
}

/// `GET /webhook/nodes.json`: the addresses from which events are sent (P-113). None is known here: what stands between this server
/// and a handler decides from where its requests seem to come.
pub async fn senders() -> Json<Value> {
    Json(json!({"nodes": []}))
}

/// `GET /api`
pub async fn page(State(app): State<SharedApp>) -> Response {
    html::shown(&app, "Methods", &openapi::page(&app.methods, html::escaped))
}
