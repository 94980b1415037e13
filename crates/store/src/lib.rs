//! The database engine: [`Store`] runs closures over an open transaction ([`Tx`]) on SQLite or PostgreSQL.
//!
//! SQL is written once, with `?1` placeholders; this crate has no table of ours except the list of
//! applied migrations. Jobs run on threads of their own, so a transaction cannot wait for a network.

mod dialect;
mod error;
mod migrate;
mod postgres;
mod queue;
mod sqlite;
mod store;
mod tls;
mod tx;
mod value;
pub mod words;

#[cfg(feature = "testing")]
pub mod testing;

pub use error::Error;
pub use migrate::Migration;
pub use store::{Kind, Options, Store};
pub use tx::Tx;
pub use value::{FromColumn, Param, Row, Value};
pub use words::WordIndex;
