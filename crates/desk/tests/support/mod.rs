//! What the tests of sessions, of lists and the simulation send and register.

use desk::connectors::Registration;
use desk::customers::Profile;
use desk::inbound::{Author, Incoming};

/// A connector with the code `c` and all its switches on, but for group chats.
pub fn registration() -> Registration {
    Registration {
        spelling: "c".to_owned(),
        name: "C".to_owned(),
        icon: "{}".to_owned(),
        icon_disabled: "{}".to_owned(),
        placement_url: "https://c.example/".to_owned(),
        comment: String::new(),
        del_external_messages: true,
        edit_internal_messages: true,
        del_internal_messages: true,
        newsletter: true,
        need_system_messages: true,
        need_signature: true,
        chat_group: false,
    }
}

/// A customer's message without an id, in a chat of their own.
pub fn incoming(chat: &str) -> Incoming {
    Incoming {
        profile: Profile { external_id: chat.to_owned(), ..Default::default() },
        chat_external_id: chat.to_owned(),
        chat_name: None,
        chat_url: None,
        external_id: None,
        sent_ms: None,
        body: "hello".to_owned(),
        files: Vec::new(),
        author: Author::Customer,
        disable_crm: false,
    }
}
