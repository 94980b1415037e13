//! The inbox: the files of the web application, from inside the program.

use std::sync::LazyLock;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::Response;
use memory_serve::CacheControl;
use tower::ServiceExt;

/// The files, each with its route. They are the same for every portal.
static FILES: LazyLock<Router> = LazyLock::new(|| {
    memory_serve::load!()
        .index_file(Some(INDEX))
        .html_cache_control(CacheControl::NoCache)
        // Names of scripts and styles contain a hash of what is in them.
        .cache_control(CacheControl::Long)
        .into_router()
});

const INDEX: &str = "/index.html";

/// What the pages may load: their own files and nothing else.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
    media-src 'self' blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Whether a request is for the inbox: a browser reads.
pub fn may_want(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

/// A file of the inbox. Every other address is a page of the application, which finds its own way; `None` when it is not a page
/// that is wanted.
pub async fn serve(request: Request) -> Option<Response> {
    let (wants_page, method) = (accepts_html(request.headers()), request.method().clone());
    let headers = request.headers().clone();
    let mut response = from_files(request).await;
    if response.status() == StatusCode::NOT_FOUND {
        if !wants_page {
            return None;
        }
        let mut index = Request::new(Body::empty());
        *index.method_mut() = method;
        *index.uri_mut() = Uri::from_static(INDEX);
        *index.headers_mut() = headers;
        response = from_files(index).await;
    }
    let headers = response.headers_mut();
    let mut set = |name, value| headers.insert(name, HeaderValue::from_static(value));
    set(header::CONTENT_SECURITY_POLICY, POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::REFERRER_POLICY, "same-origin");
    set(header::VARY, "accept-encoding");
    Some(response)
}

async fn from_files(request: Request) -> Response {
    let Ok(response) = FILES.clone().oneshot(request).await;
    response
}

fn accepts_html(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|kind| kind.trim().starts_with("text/html"))
}
