//! Log lines: what is logged and how it looks (`docs/logging.md`).

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;

use crate::config::{Log, LogFormat};

/// Writes log lines to standard error as configured, from now on and for the whole process.
///
/// # Errors
/// A text that says what is wrong with `log.level`, or that logging was started before.
pub fn start(log: &Log) -> Result<(), String> {
    let filter = filter(&log.level).map_err(|error| format!("log.level {}: {error}", log.level))?;
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match log.format {
        LogFormat::Text => lines.with_ansi(std::io::stderr().is_terminal()).try_init(),
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(false).try_init(),
    };
    started.map_err(|error| error.to_string())
}

/// A level means our own crates; libraries then tell only of warnings, because what they log in detail may hold the
/// secrets of those who call. Anything else is taken as a filter as it stands.
pub(crate) fn filter(level: &str) -> Result<EnvFilter, ParseError> {
    let level = level.trim();
    match level.parse::<tracing::Level>() {
        Ok(level) => {
            let ours = ["trunkline", "server", "desk", "store", "wire"].map(|name| format!("{name}={level}"));
            let others = level.min(tracing::Level::WARN);
            EnvFilter::try_new(format!("{others},{}", ours.join(",")))
        }
        Err(_) => EnvFilter::try_new(level),
    }
}
