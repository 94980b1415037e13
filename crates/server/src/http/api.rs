//! What the methods are: an OpenAPI document and a page.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde_json::Value;

use super::page as html;
use crate::app::SharedApp;
use crate::rest::openapi;

/// `GET /api/openapi.json`
pub async fn document(State(app): State<SharedApp>) -> Json<Value> {
    Json(openapi::document(&app.methods))
}

/// `GET /api`
pub async fn page(State(app): State<SharedApp>) -> Response {
    html::shown(&app, "Methods", &openapi::page(&app.methods, html::escaped))
}
