//! `imconnector.*`: what a connector calls (`contract/openlines.md` Part 2). Applications only.

mod messages;
mod registration;
mod status;

use super::{Callers, Method, raw_method};

/// Either scope will do (D-08).
const SCOPES: &[&str] = &["imopenlines", "imconnector"];

pub(super) fn methods() -> Vec<Method> {
    use Callers::Applications;
    vec![raw_method::<messages::SendParams, _, _>("imconnector.send.messages", SCOPES, Applications, messages::send)]
}
