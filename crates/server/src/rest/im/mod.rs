//! `im.*`: the messenger methods that connectors and operators' tools use (`contract/platform.md` 9).

mod dialog_id;
mod message;
mod message_params;

use super::{Callers, Method, method};

const SCOPES: &[&str] = &["im"];

pub(super) fn methods() -> Vec<Method> {
    use Callers::All;
    vec![method("im.message.add", SCOPES, All, message::add)]
}
