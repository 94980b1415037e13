//! The server as its clients see it: HTTP against a real server on a port of the system's choice, on both databases.

mod bad_input;
mod cli;
mod common;
mod crash;
mod delivery;
mod events;
mod files;
mod im;
mod imconnector;
mod imopenlines_config;
mod imopenlines_sessions;
mod method_table;
mod oauth;
mod offline;
mod options;
mod promises;
mod receiver;
mod support;
mod transport;
mod users;
