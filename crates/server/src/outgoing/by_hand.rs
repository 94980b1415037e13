//! The one call that a person makes from the command line.

use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use serde_json::Value;

use super::{Failure, failure};

/// How long an answer may take.
const TIMEOUT: Duration = Duration::from_secs(60);

/// How much of an answer is read, bytes.
const ANSWER_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Posts JSON to the address that somebody typed, wherever that leads; returns status and body.
///
/// # Errors
/// Each [`Failure`] but `Status`.
pub async fn post_json(url: &Url, body: &Value) -> Result<(u16, String), Failure> {
    let client = Client::builder().user_agent(concat!("Trunkline/", env!("CARGO_PKG_VERSION")));
    let client = client.no_proxy().redirect(Policy::none()).timeout(TIMEOUT).build();
    let client = client.map_err(|error| failure(&error))?;
    let mut response = client.post(url.clone()).json(body).send().await.map_err(|error| failure(&error))?;
    let status = response.status().as_u16();
    let mut answer = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failure(&error))? {
        if answer.len() + chunk.len() > ANSWER_BYTES_MAX {
            return Err(Failure::TooLarge(ANSWER_BYTES_MAX as u64));
        }
        answer.extend_from_slice(&chunk);
    }
    Ok((status, String::from_utf8_lossy(&answer).into_owned()))
}
