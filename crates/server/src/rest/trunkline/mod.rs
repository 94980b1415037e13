//! `trunkline.*`: what operators' tools need beyond the protocol.

mod quick_answer;

use super::{Callers, Method, method};

const SCOPES: &[&str] = &["imopenlines"];

pub(super) fn methods() -> Vec<Method> {
    use Callers::All;
    vec![method("trunkline.quickanswer.list", SCOPES, All, quick_answer::list)]
}
