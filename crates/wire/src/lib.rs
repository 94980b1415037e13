//! The language of the public REST API, without I/O.
//!
//! What a client sent becomes a tree of [`Node`]s ([`form`], [`json`]), the tree becomes [`Params`],
//! and a method reads its own struct out of them. What a method answers becomes the envelope of
//! `contract/platform.md` section 2 ([`envelope`]), with PHP's array rules ([`php`]).
//!
//! There is no clock, no database, no network and no async in this crate: everything is a function
//! of its arguments. Whatever a client sends, no function here panics, and each decoder is bounded
//! by [`Limits`].

pub mod batch;
pub mod bbcode;
pub mod envelope;
pub mod form;
pub mod json;
pub mod limits;
pub mod node;
pub mod params;
pub mod path;
pub mod php;
pub mod user_code;
mod xml;

pub use batch::{Batch, Command};
pub use envelope::{ErrorBody, Success, TimeBlock};
pub use form::FormBuilder;
pub use limits::{DecodeError, Limits};
pub use node::{Map, Node};
pub use params::{ParamError, ParamReason, Params};
pub use path::{Format, RestPath, Route};
pub use php::PhpMap;
pub use user_code::UserCode;
