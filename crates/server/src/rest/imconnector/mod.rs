//! `imconnector.*`: what a connector calls (`contract/openlines.md` Part 2). Applications only.

mod channel;
mod delivery;
mod messages;
mod registration;

use super::{Callers, Method, method, raw_method};

/// Either scope will do (D-08).
const SCOPES: &[&str] = &["imopenlines", "imconnector"];

pub(super) fn methods() -> Vec<Method> {
    use Callers::Applications as Apps;
    vec![
        method("imconnector.register", SCOPES, Apps, registration::register).audited(),
        method("imconnector.activate", SCOPES, Apps, channel::activate).audited(),
        method("imconnector.status", SCOPES, Apps, channel::status),
        method("imconnector.connector.data.set", SCOPES, Apps, channel::set_data).audited(),
        method("imconnector.list", SCOPES, Apps, registration::list),
        method("imconnector.unregister", SCOPES, Apps, registration::unregister).audited(),
        raw_method::<messages::Parameters, _, _>("imconnector.send.messages", SCOPES, Apps, messages::send),
        raw_method::<messages::Parameters, _, _>("imconnector.update.messages", SCOPES, Apps, messages::update),
        raw_method::<messages::Parameters, _, _>("imconnector.delete.messages", SCOPES, Apps, messages::delete),
        raw_method::<messages::Parameters, _, _>("imconnector.send.status.delivery", SCOPES, Apps, delivery::delivered),
        raw_method::<messages::Parameters, _, _>("imconnector.send.status.reading", SCOPES, Apps, delivery::read),
        method("imconnector.chat.name.set", SCOPES, Apps, channel::set_chat_name),
    ]
}
