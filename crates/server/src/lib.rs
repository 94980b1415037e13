//! The program: command line, configuration, HTTP, REST methods, jobs and the only outgoing HTTP client.

pub mod app;
pub mod auth;
pub mod chance;
pub mod clock;
pub mod config;
mod contents;
pub mod entity_data;
pub mod feed;
pub mod files;
pub mod http;
pub mod intake;
pub mod jobs;
pub mod logging;
pub mod long_reads;
pub mod operating;
pub mod outgoing;
pub mod payload;
pub mod provision;
pub mod rate;
pub mod rest;
pub mod scopes;
pub mod sign_in;
pub mod start;
pub mod telemetry;
pub mod totp;
