//! The only HTTP client. It goes to public addresses only, unless the configuration allows a private network, and every
//! answer has a limit of time and size.
//!
//! The guard sits where names become addresses, so that a name cannot mean one thing when it is checked and another when it
//! is used.

mod by_hand;
mod guard;

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, Url};

use crate::config::Config;

pub use by_hand::post_json;
pub use guard::is_forbidden;
use guard::{Guard, Refused};

/// Redirects that are followed to a file.
const REDIRECTS_MAX: usize = 5;

/// How much of a handler's answer is kept for people to look at, bytes.
const ANSWER_BYTES_MAX: usize = 1024;

/// How much of a handler's answer is read at all: a connection whose answer was read whole can be used again.
const ANSWER_READ_BYTES_MAX: usize = 64 * 1024;

/// The client.
#[derive(Debug)]
pub struct Outgoing {
    handlers: Client,
    files: Client,
    guard: Arc<Guard>,
    require_https: bool,
}

/// Why nothing came back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The address may not be called; trying again is of no use.
    #[error("{0}")]
    Refused(String),
    /// Nobody answered in time, or the connection broke: trying again may help.
    #[error("{0}")]
    Unreachable(String),
    /// The answer is larger than allowed, in bytes.
    #[error("it is larger than {0} bytes")]
    TooLarge(u64),
    /// The other side answered that it will not give the file.
    #[error("the server answered {0}")]
    Status(u16),
}

/// What a handler answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// `Retry-After` as sent.
    pub retry_after: Option<String>,
    /// Where it redirects to, if it does.
    pub redirect: Option<Url>,
    /// Start of the body.
    pub start: String,
}

impl Outgoing {
    /// As configured.
    ///
    /// # Errors
    /// A text that says what is wrong.
    pub fn new(config: &Config) -> Result<Outgoing, String> {
        let guard = Arc::new(Guard::new(config.delivery.allow_private.clone()));
        let client = |timeout_s: u64| {
            Client::builder()
                .user_agent(concat!("Trunkline-Events/", env!("CARGO_PKG_VERSION")))
                .no_proxy()
                .redirect(Policy::none())
                .connect_timeout(Duration::from_secs(config.delivery.connect_timeout_s))
                .timeout(Duration::from_secs(timeout_s))
                .pool_idle_timeout(Duration::from_secs(20))
                .pool_max_idle_per_host(config.delivery.per_handler_max)
                .dns_resolver(Arc::clone(&guard))
                .build()
                .map_err(|error| format!("the HTTP client: {}", chain(&error)))
        };
        Ok(Outgoing {
            handlers: client(config.delivery.timeout_s)?,
            files: client(config.files.timeout_s)?,
            guard,
            require_https: config.delivery.require_https,
        })
    }

    /// Checks an address that will be called later; what its name means is checked when it is called.
    ///
    /// # Errors
    /// [`Failure::Refused`] with the reason.
    pub fn check(&self, url: &str) -> Result<Url, Failure> {
        let url = Url::parse(url).map_err(|error| Failure::Refused(format!("the address is not valid: {error}")))?;
        self.check_url(&url)?;
        Ok(url)
    }

    fn check_url(&self, url: &Url) -> Result<(), Failure> {
        match url.scheme() {
            "https" => {}
            "http" if self.require_https => {
                return Err(Failure::Refused("the address must begin with https://".to_owned()));
            }
            "http" => {}
            other => return Err(Failure::Refused(format!("addresses of the kind {other}: are not called"))),
        }
        self.guard.check_host(url).map_err(|refused| Failure::Refused(refused.to_string()))
    }

    /// Posts a form to a handler. Redirects are answers like any other.
    ///
    /// # Errors
    /// [`Failure::Refused`] and [`Failure::Unreachable`].
    pub async fn post_form(&self, url: &str, headers: HeaderMap, form: String) -> Result<Answer, Failure> {
        let url = self.check(url)?;
        let form_type = HeaderValue::from_static("application/x-www-form-urlencoded");
        let request =
            self.handlers.post(url.clone()).headers(headers).header(header::CONTENT_TYPE, form_type).body(form);
        let mut response = request.send().await.map_err(|error| failure(&error))?;
        let status = response.status().as_u16();
        let retry_after = response.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
        let retry_after = retry_after.map(str::to_owned);
        let redirect = response.status().is_redirection().then(|| redirected(&url, &response)).flatten();
        let mut start = Vec::new();
        let mut read = 0;
        // The status has come: a body that breaks off or never ends changes nothing about it.
        while read < ANSWER_READ_BYTES_MAX
            && let Ok(Some(chunk)) = response.chunk().await
        {
            read += chunk.len();
            let room = ANSWER_BYTES_MAX.saturating_sub(start.len()).min(chunk.len());
            start.extend_from_slice(&chunk[..room]);
        }
        // PostgreSQL stores no zero characters.
        let start = String::from_utf8_lossy(&start).replace('\0', "");
        Ok(Answer { status, retry_after, redirect, start })
    }

    /// Begins to fetch a file of at most `bytes_max` bytes.
    ///
    /// # Errors
    /// Each [`Failure`].
    pub async fn fetch(&self, url: &str, bytes_max: u64) -> Result<Download, Failure> {
        let mut url = self.check(url)?;
        for _ in 0..=REDIRECTS_MAX {
            let response = self.files.get(url.clone()).send().await.map_err(|error| failure(&error))?;
            match response.status() {
                status if status.is_redirection() && status != StatusCode::NOT_MODIFIED => {
                    url = redirected(&url, &response).ok_or(Failure::Status(status.as_u16()))?;
                    self.check_url(&url)?;
                }
                status if status.is_success() => {
                    if response.content_length().is_some_and(|length| length > bytes_max) {
                        return Err(Failure::TooLarge(bytes_max));
                    }
                    return Ok(Download { response, bytes_max, read: 0 });
                }
                status => return Err(Failure::Status(status.as_u16())),
            }
        }
        Err(Failure::Refused(format!("more than {REDIRECTS_MAX} redirects")))
    }
}

/// A file on its way.
#[derive(Debug)]
pub struct Download {
    response: Response,
    bytes_max: u64,
    read: u64,
}

impl Download {
    /// The next piece, `None` at the end.
    ///
    /// # Errors
    /// [`Failure::TooLarge`] and [`Failure::Unreachable`].
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Failure> {
        let chunk = self.response.chunk().await.map_err(|error| failure(&error))?;
        self.read += chunk.as_ref().map_or(0, |chunk| chunk.len() as u64);
        if self.read > self.bytes_max {
            return Err(Failure::TooLarge(self.bytes_max));
        }
        Ok(chunk)
    }
}

fn redirected(from: &Url, response: &Response) -> Option<Url> {
    let location = response.headers().get(header::LOCATION)?.to_str().ok()?;
    from.join(location).ok()
}

fn failure(error: &reqwest::Error) -> Failure {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(refused) = inner.downcast_ref::<Refused>() {
            return Failure::Refused(refused.to_string());
        }
        cause = inner.source();
    }
    if error.is_builder() {
        return Failure::Refused(chain(error));
    }
    match error.is_timeout() {
        true => Failure::Unreachable("no answer in time".to_owned()),
        false => Failure::Unreachable(chain(error)),
    }
}

/// What happened and why, without the address: it may hold a secret.
fn chain(error: &reqwest::Error) -> String {
    let mut causes = Vec::new();
    let mut cause = error.source();
    while let Some(inner) = cause {
        causes.push(inner.to_string());
        cause = inner.source();
    }
    causes.dedup();
    if causes.is_empty() { "the connection broke".to_owned() } else { causes.join(": ") }
}
