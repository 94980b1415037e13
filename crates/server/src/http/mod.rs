//! All routes on one page, and the layers in order.

mod admission;
mod api;
pub mod body;
pub(crate) mod described;
mod feed;
mod files;
pub(crate) mod form;
pub mod health;
mod inbox;
mod invitation;
pub mod listener;
pub mod oauth;
mod page;
pub mod rest;
pub mod session;
pub mod timing;
mod upload;

use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;

use wire::Format;

use self::listener::Peer;
use crate::app::SharedApp;
use crate::rest::RestError;

/// Everything the server answers. The protocol's paths come in so many spellings that they are told apart by
/// `wire::path`, not by routes.
pub fn router(app: SharedApp) -> Router {
    Router::new()
        .route("/files/{secret}/{name}", get(files::serve))
        .route("/webhook/nodes.json", get(api::senders))
        .route("/api", get(api::page))
        .route("/api/openapi.json", get(api::document))
        .fallback(dispatch)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn(cors))
        // What belongs to the portal's own pages stands below that layer: no other page may read it.
        .merge(own_pages().layer(CatchPanicLayer::custom(panicked)))
        .merge(health::routes())
        .with_state(app)
}

fn own_pages() -> Router<SharedApp> {
    session::routes()
        .merge(invitation::routes())
        .route("/api/feed", get(feed::serve).fallback(session::not_allowed))
        .route("/api/files", post(upload::receive).fallback(session::not_allowed))
}

fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    rest::render_error(&RestError::internal())
}

async fn dispatch(
    State(app): State<SharedApp>,
    ConnectInfo(Peer(peer)): ConnectInfo<Peer>,
    request: Request,
) -> Response {
    let path = request.uri().path().to_owned();
    match oauth::Endpoint::of(&path) {
        Some(oauth::Endpoint::Authorize) => return oauth::authorize(&app, peer, request).await,
        Some(oauth::Endpoint::Token) => return oauth::token(&app, peer, request).await,
        None => {}
    }
    match wire::path::parse_path(&path) {
        Some(wire::Route::Method(target)) if target.method == "upload" && target.webhook.is_none() => {
            upload::receive_offered(&app, peer, request).await
        }
        Some(wire::Route::Method(target)) => rest::handle(app, peer, target, request).await,
        Some(wire::Route::V3) => {
            rest::render(StatusCode::NOT_FOUND, &wire::envelope::method_not_found_v3(), Format::Json)
        }
        None => {
            let page = if inbox::may_want(request.method()) { inbox::serve(request).await } else { None };
            page.unwrap_or_else(|| rest::render_error(&RestError::method_not_found()))
        }
    }
}

/// The protocol is called from pages of other hosts: every answer may be read, errors included (P-20).
async fn cors(request: Request, next: Next) -> Response {
    // The page on which people sign in is nobody else's to read.
    if oauth::Endpoint::of(request.uri().path()) == Some(oauth::Endpoint::Authorize) {
        return next.run(request).await;
    }
    let preflight = request.method() == axum::http::Method::OPTIONS;
    let mut response = if preflight { StatusCode::NO_CONTENT.into_response() } else { next.run(request).await };
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST, OPTIONS"));
    let allowed = "*, authorization, content-type, x-request-id, x-bitrix24-request-id, x-bitrix24-sdk-version";
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(allowed));
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    response
}
