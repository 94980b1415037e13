//! `im.*`: the messenger methods that connectors and operators' tools use (`contract/platform.md` 9).

mod dialog;
pub(super) mod dialog_id;
mod message;
pub(super) mod message_params;
mod user;

use super::{Callers, Method, method};

const SCOPES: &[&str] = &["im"];

pub(super) fn methods() -> Vec<Method> {
    use Callers::All;
    vec![
        method("im.message.add", SCOPES, All, message::add),
        method("im.message.update", SCOPES, All, message::update),
        method("im.message.delete", SCOPES, All, message::delete),
        method("im.dialog.messages.get", SCOPES, All, dialog::messages),
        method("im.dialog.get", SCOPES, All, dialog::get),
        method("im.dialog.users.list", SCOPES, All, dialog::users),
        method("im.dialog.read", SCOPES, All, dialog::read),
        method("im.chat.get", SCOPES, All, dialog::chat_get),
        method("im.chat.user.list", SCOPES, All, dialog::chat_users),
        method("im.user.get", SCOPES, All, user::get),
        method("im.user.list.get", SCOPES, All, user::list),
        method("im.revision.get", SCOPES, All, user::revision),
    ]
}
