//! `im.*`: the messenger methods that connectors and operators' tools use (`contract/platform.md` 9).

mod dialog;
pub(super) mod dialog_id;
mod disk;
pub(super) mod message;
pub(super) mod message_params;
mod notify;
mod read;
mod recent;
mod search;
pub(super) mod status;
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
        method("im.message.like", SCOPES, All, read::like),
        method("im.dialog.read", SCOPES, All, read::read),
        method("im.dialog.unread", SCOPES, All, read::unread),
        method("im.dialog.read.all", SCOPES, All, read::read_all),
        method("im.dialog.writing", SCOPES, All, read::writing),
        method("im.recent.list", SCOPES, All, recent::list),
        method("im.recent.get", SCOPES, All, recent::get),
        method("im.counters.get", SCOPES, All, recent::counters),
        method("im.search.chat.list", SCOPES, All, search::chats),
        method("im.search.user.list", SCOPES, All, search::users),
        method("im.search.department.list", SCOPES, All, search::departments),
        method("im.search.last.add", SCOPES, All, search::last_add),
        method("im.search.last.get", SCOPES, All, search::last_get),
        method("im.search.last.delete", SCOPES, All, search::last_delete),
        method("im.disk.folder.get", SCOPES, All, disk::folder),
        method("im.disk.file.commit", SCOPES, All, disk::commit),
        method("im.v2.File.upload", SCOPES, All, disk::upload),
        method("im.notify", SCOPES, All, notify::add_any),
        method("im.notify.personal.add", SCOPES, All, notify::add_personal),
        method("im.notify.system.add", SCOPES, All, notify::add_system),
        method("im.notify.get", SCOPES, All, notify::get),
        method("im.notify.delete", SCOPES, All, notify::delete),
        method("im.notify.read", SCOPES, All, notify::read),
        method("im.notify.read.list", SCOPES, All, notify::read_list),
        method("im.notify.read.all", SCOPES, All, notify::read_all),
        method("im.chat.get", SCOPES, All, dialog::chat_get),
        method("im.chat.user.list", SCOPES, All, dialog::chat_users),
        method("im.user.get", SCOPES, All, user::get),
        method("im.user.status.get", SCOPES, All, status::get),
        method("im.user.status.set", SCOPES, All, status::set),
        method("im.user.status.idle.start", SCOPES, All, status::idle_start),
        method("im.user.status.idle.end", SCOPES, All, status::idle_end),
        method("im.user.list.get", SCOPES, All, user::list),
        method("im.revision.get", SCOPES, All, user::revision),
    ]
}
