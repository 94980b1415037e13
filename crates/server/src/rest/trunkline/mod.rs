//! `trunkline.*`: what operators' tools need beyond the protocol.

mod quick_answer;
mod session;

use super::im::status;
use super::{Callers, Method, method, typed};

const SCOPES: &[&str] = &["imopenlines"];

pub(super) fn methods() -> Vec<Method> {
    use Callers::All;
    vec![
        typed("trunkline.quickanswer.list", SCOPES, All, quick_answer::list),
        method("trunkline.session.get", SCOPES, All, session::get),
        method("trunkline.presence.get", &["im"], All, status::get_presence),
        method("trunkline.presence.set", &["im"], All, status::set_presence),
    ]
}
