//! A REST call: from the bytes of a request to the envelope of its answer, in the order of P-32.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method as Verb, StatusCode, header};
use axum::response::Response;
use serde::Serialize;
use serde_json::Value;
use wire::node::Node;
use wire::path::{Format, RestPath};
use wire::{Limits, Map, Params, Success};

use super::admission::{self, Origin};
use super::timing::{Timing, Worked};
use super::{body, session};
use crate::app::{App, SharedApp};
use crate::auth::Presented;
use crate::rest::{Answer, Call, Outcome, RestError, run_batch};
use crate::telemetry;

/// Under which name a request came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// The portal's.
    Portal,
    /// The authorisation server's, when that has a name of its own (P-43).
    Authorization,
}

impl Door {
    fn of(app: &App, headers: &HeaderMap) -> Door {
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        let (portal, authorization) = (&app.address.domain, &app.address.authorization_domain);
        if portal != authorization && host.eq_ignore_ascii_case(authorization) {
            return Door::Authorization;
        }
        Door::Portal
    }
}

/// Answers one REST call.
pub async fn handle(app: SharedApp, peer: SocketAddr, target: RestPath, request: Request) -> Response {
    let timing = Timing::start(&app);
    let request_id = request.headers().get("x-request-id").cloned();
    let format = target.format;
    let method = target.method.clone();
    let timeout = app.config.request_timeout();
    let outcome = match tokio::time::timeout(timeout, answer(&app, peer, target, request)).await {
        Ok(outcome) => outcome,
        Err(_) => {
            let method = telemetry::method_label(&app, &method);
            tracing::warn!(method, seconds = timeout.as_secs(), "a call took too long and was given up");
            Err(RestError::internal())
        }
    };
    telemetry::call_finished(&app, &method, &outcome, timing.elapsed_s(&app));
    let mut response = match outcome {
        Ok((answer, worked)) => {
            let Answer { result, total, next } = answer;
            let envelope = Success { result, next, total, time: timing.finish(&app, worked) };
            render(StatusCode::OK, &envelope, format)
        }
        Err(error) => render(error.status, &error.body, format),
    };
    if let Some(id) = request_id {
        response.headers_mut().insert("x-request-id", id);
    }
    response
}

/// Answers a call that is a request of its own kind, such as a file that was sent.
pub(super) fn finished(app: &App, timing: Timing, outcome: Outcome) -> Response {
    match outcome {
        Ok(Answer { result, total, next }) => {
            let worked = Worked { processing_s: timing.elapsed_s(app), spent: None };
            render(StatusCode::OK, &Success { result, next, total, time: timing.finish(app, worked) }, Format::Json)
        }
        Err(error) => render_error(&error),
    }
}

async fn answer(
    app: &SharedApp,
    peer: SocketAddr,
    target: RestPath,
    request: Request,
) -> Result<(Answer, Worked), RestError> {
    let origin = Origin::admit(app, peer, request.headers())?;
    let bearer = bearer_token(request.headers());
    let cookie = session::presented(app, request.headers(), session::Proof::Header);
    let door = Door::of(app, request.headers());
    let mut params = read_params(app, request).await?;
    let now = app.clock.now_ms();
    let token = params.take_auth();
    let presented = match (target.webhook, token.or(bearer)) {
        (Some((user_id, code)), _) => Presented::Webhook(user_id, code),
        (None, Some(token)) => Presented::Token(token),
        (None, None) => cookie?,
    };
    let caller = admission::admit(app, origin.address, presented, now).await?;
    let call = Call {
        app: Arc::clone(app),
        caller,
        door,
        address: origin.address,
        now,
        source: String::new(),
        act: None,
        params,
    };
    if target.method == "batch" {
        let started = Timing::start(app);
        let result = run_batch(call).await;
        let worked = Worked { processing_s: started.elapsed_s(app), spent: None };
        return Ok((Answer::from(result), worked));
    }
    run_method(call, &target.method).await
}

/// Runs one method with its operating time; a batch does so for each command.
///
/// # Errors
/// `ERROR_METHOD_NOT_FOUND`, `OPERATION_TIME_LIMIT` and those of [`crate::rest::Method::call`].
pub async fn run_method(mut call: Call, name: &str) -> Result<(Answer, Worked), RestError> {
    let app = Arc::clone(&call.app);
    let method = app.methods.find(name).ok_or_else(RestError::method_not_found)?;
    let meter = call.caller.meter();
    if !app.operating.allow(meter, method.name, call.now) {
        return Err(RestError::operation_time_limit());
    }
    call.source = call.params.get("auth_connector").and_then(Node::as_text).unwrap_or_default().into_owned();
    let started = Timing::start(&app);
    let outcome = method.call(call).await;
    let processing_s = started.elapsed_s(&app);
    let spent = app.operating.add(meter, method.name, app.clock.now_ms(), processing_s);
    outcome.map(|answer| (answer, Worked { processing_s, spent }))
}

fn bearer_token(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned()).filter(|token| !token.is_empty())
}

/// Query and body in one tree, whatever the encoding (1.3).
///
/// # Errors
/// `INVALID_REQUEST` with what could not be read, or which limit was exceeded; `OVERLOAD_LIMIT`.
pub async fn read_params(app: &App, request: Request) -> Result<Params, RestError> {
    let invalid = |error: wire::DecodeError| RestError::invalid_request(error.to_string());
    let (parts, body) = request.into_parts();
    let query = wire::form::decode_form(parts.uri.query().unwrap_or_default().as_bytes(), Limits::default())
        .map_err(invalid)?;
    match parts.method {
        Verb::GET | Verb::HEAD => return Ok(Params::from(query)),
        Verb::POST => {}
        _ => {
            let text = "Method not allowed";
            return Err(RestError::new(StatusCode::METHOD_NOT_ALLOWED, "INVALID_REQUEST", text));
        }
    }
    let held = body::read(app, body).await?;
    let bytes = &held.bytes;
    let content_type =
        parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let body = match essence.as_str() {
        "application/json" => wire::json::decode_json(bytes, Limits::default()).map_err(invalid)?,
        "multipart/form-data" => read_multipart(content_type, bytes.clone()).await?,
        "application/x-www-form-urlencoded" => wire::form::decode_form(bytes, Limits::default()).map_err(invalid)?,
        // No or an unknown type: what looks like an object is one (P-09).
        _ if bytes.trim_ascii_start().starts_with(b"{") => {
            wire::json::decode_json(bytes, Limits::default()).map_err(invalid)?
        }
        _ => wire::form::decode_form(bytes, Limits::default()).map_err(invalid)?,
    };
    Ok(Params::merge(query, body))
}

async fn read_multipart(content_type: &str, bytes: bytes::Bytes) -> Result<Map, RestError> {
    let invalid = |_| RestError::invalid_request("Invalid multipart body");
    let boundary = multer::parse_boundary(content_type).map_err(invalid)?;
    let stream = futures::stream::once(async move { Ok::<_, std::convert::Infallible>(bytes) });
    let mut multipart = multer::Multipart::new(stream, boundary);
    let mut form = wire::FormBuilder::new(Limits::default());
    while let Some(field) = multipart.next_field().await.map_err(invalid)? {
        let name = field.name().unwrap_or_default().to_owned();
        let value = field.bytes().await.map_err(invalid)?;
        let value = String::from_utf8(value.into())
            .map_err(|_| RestError::invalid_request("Parameters are not valid UTF-8"))?;
        form.push(&name, value.replace('\0', "\u{fffd}"))
            .map_err(|error| RestError::invalid_request(error.to_string()))?;
    }
    Ok(form.finish())
}

/// An error outside of any method, as JSON.
#[must_use]
pub fn render_error(error: &RestError) -> Response {
    render(error.status, &error.body, Format::Json)
}

/// An answer in the format that the path asked for.
pub(super) fn render<B: Serialize>(status: StatusCode, body: &B, format: Format) -> Response {
    let (content_type, text) = match format {
        Format::Json => ("application/json; charset=utf-8", serde_json::to_vec(body).expect("answers are JSON")),
        Format::Xml => {
            let value: Value = serde_json::to_value(body).expect("answers are JSON");
            ("text/xml; charset=utf-8", wire::envelope::to_xml(&value).into_bytes())
        }
    };
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}
