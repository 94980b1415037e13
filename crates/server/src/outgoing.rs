//! The only HTTP client: SSRF guard on resolved addresses, size and time limits.

use crate::config::Config;

/// The client.
#[derive(Debug)]
pub struct Outgoing;

impl Outgoing {
    /// As configured.
    ///
    /// # Errors
    /// A text that says what is wrong.
    pub fn new(_config: &Config) -> Result<Outgoing, String> {
        Ok(Outgoing)
    }
}
