//! The few HTML pages that the server writes itself. No script, no picture, no frame; every text is escaped.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use desk::applications::Application;
use url::Url;

use crate::app::App;

/// The sign-in form of an application; `problem` says why it is shown again.
#[must_use]
pub fn form(
    app: &App,
    status: StatusCode,
    application: &Application,
    state: &str,
    email: &str,
    problem: &str,
) -> Response {
    let body = format!(
        "<h1>{name}</h1><p>Sign in to let the application {name} act in your name. It may use: {scopes}.</p>\
         <p class=\"problem\" role=\"alert\">{problem}</p>\
         <form method=\"post\" action=\"/oauth/authorize/\">\
         <input type=\"hidden\" name=\"client_id\" value=\"{client_id}\">\
         <input type=\"hidden\" name=\"state\" value=\"{state}\">\
         <label>E-mail <input type=\"email\" name=\"email\" value=\"{email}\" autocomplete=\"username\" required autofocus></label>\
         <label>Password <input type=\"password\" name=\"password\" autocomplete=\"current-password\" required></label>\
         <label>Code, if you use an authenticator <input name=\"code\" autocomplete=\"one-time-code\" maxlength=\"20\"></label>\
         <button type=\"submit\">Sign in</button></form>",
        name = escaped(&application.name),
        scopes = escaped(&application.scopes.replace(',', ", ")),
        problem = escaped(problem),
        client_id = escaped(&application.client_id),
        state = escaped(state),
        email = escaped(email),
    );
    // A browser checks the address that the form leads to in the end, too.
    let target = Url::parse(&application.redirect_url).map(|url| url.origin().ascii_serialization());
    let target = target.unwrap_or_default();
    page(app, status, "Sign in", &body, &target)
}

/// The code of an application without a redirect address, for copying.
#[must_use]
pub fn code(app: &App, application: &Application, code: &str) -> Response {
    let body = format!(
        "<h1>{}</h1><p>Copy this code into the application. It works once, for 30 seconds.</p><p><code>{}</code></p>",
        escaped(&application.name),
        escaped(code)
    );
    page(app, StatusCode::OK, "Code", &body, "")
}

/// Says what went wrong and what to do next.
#[must_use]
pub fn failed(app: &App, status: StatusCode, text: &str) -> Response {
    page(app, status, "Not possible", &format!("<h1>Not possible</h1><p>{}</p>", escaped(text)), "")
}

/// A page to read.
#[must_use]
pub fn shown(app: &App, title: &str, body: &str) -> Response {
    page(app, StatusCode::OK, title, body, "")
}

/// Sends the browser to an address.
#[must_use]
pub fn redirect(url: &Url) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::FOUND;
    let headers = response.headers_mut();
    // A parsed address is ASCII without control characters.
    headers.insert(header::LOCATION, HeaderValue::from_str(url.as_str()).expect("an address is a header value"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:26rem;margin:4rem auto;padding:0 1rem}\
label{display:block;margin:.75rem 0}input{display:block;width:100%;padding:.5rem;box-sizing:border-box}\
button{padding:.5rem 1rem}.problem{color:#b00020}";

fn page(app: &App, status: StatusCode, title: &str, body: &str, form_target: &str) -> Response {
    let nonce = app.chance.hex(16);
    let language = escaped(&app.config.server.language);
    let html = format!(
        "<!doctype html><html lang=\"{language}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title>\
         <style nonce=\"{nonce}\">{STYLE}</style></head><body>{body}</body></html>",
    );
    let policy = format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; form-action 'self' {form_target}; frame-ancestors 'none'; \
         base-uri 'none'"
    );
    let mut response = Response::new(Body::from(html));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    let mut set = |name, value| headers.insert(name, HeaderValue::from_static(value));
    set(header::CONTENT_TYPE, "text/html; charset=utf-8");
    set(header::CACHE_CONTROL, "no-store");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "no-referrer");
    let policy = HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"));
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

/// Text that is to stand in a page.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}
