//! `imbot.*`: bots of applications. Shapes from the public pages of these methods.

mod message;
mod registration;

use desk::bots::Owner;
use wire::node::Node;

use super::{Call, Callers, Method, RestError, method, raw_method};
use crate::auth::Credential;

const SCOPES: &[&str] = &["imbot"];

/// Longest `CLIENT_ID`, in bytes.
const CLIENT_ID_BYTES_MAX: usize = 255;

pub(super) fn methods() -> Vec<Method> {
    use Callers::NotBrowsers;
    vec![
        raw_method::<registration::RegisterParams, _, _>("imbot.register", SCOPES, NotBrowsers, registration::register),
        method("imbot.update", SCOPES, NotBrowsers, registration::update),
        method("imbot.unregister", SCOPES, NotBrowsers, registration::unregister),
        method("imbot.bot.list", SCOPES, NotBrowsers, registration::list),
        method("imbot.message.add", SCOPES, NotBrowsers, message::add),
        method("imbot.message.update", SCOPES, NotBrowsers, message::update),
        method("imbot.message.delete", SCOPES, NotBrowsers, message::delete),
    ]
}

/// Whose bots a call is about: the calling application's, or, through a webhook, those of the key it gives.
pub(super) fn owner(call: &Call, client_id: Option<&Node>) -> Option<Owner> {
    match &call.caller.credential {
        Credential::Application(application) => Some(Owner::Application(application.id)),
        Credential::Webhook(_) | Credential::Browser(_) => {
            let key = client_id.and_then(Node::as_text).map(|key| key.trim().to_owned())?;
            (!key.is_empty() && key.len() <= CLIENT_ID_BYTES_MAX).then_some(Owner::Key(key))
        }
    }
}

/// The same where a call without an owner is refused in these words.
fn required_owner(call: &Call, client_id: Option<&Node>) -> Result<Owner, RestError> {
    owner(call, client_id).ok_or_else(|| RestError::access_denied("Access denied! Client ID not specified"))
}

/// `BOT_ID`: absent means the owner's first bot.
fn bot_id(node: Option<&Node>) -> Result<Option<i64>, RestError> {
    match node.filter(|node| !node.is_empty()) {
        None => Ok(None),
        Some(node) => node.as_int().map(Some).ok_or_else(|| desk::Refusal::NoBot.into()),
    }
}
