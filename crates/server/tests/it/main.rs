//! The server as its clients see it: HTTP against a real server on a port of the system's choice, on both databases.

mod imconnector;
mod promises;
mod support;
