//! Messages, their files and deliveries.

use desk::posts::{self, Post};
use desk::users::{self, User};
use desk::{Millis, files, messages};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{plain, present, words};
use crate::app::App;
use crate::files::{avatar_url, preview_url, url};

/// Longest text of a quote, in characters.
const QUOTE_CHARS: usize = 300;

/// A message of a chat.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Message {
    pub id: i64,
    pub chat_id: i64,
    /// Per chat, from 1, without gaps.
    pub no: i64,
    pub session_id: i64,
    /// 0 for the program
    pub author_id: i64,
    /// The author as known when this was sent; later changes of a name are told of the employee or chat.
    pub author: Option<Author>,
    /// `in`, `out`, `system` or `note`
    #[schemars(extend("enum" = words::directions()))]
    pub direction: &'static str,
    /// An answer that went to colleagues only, for the chat was silent or its bot wanted it so: the customer never gets it.
    pub hidden: bool,
    /// BB code; empty when deleted.
    pub body: String,
    pub files: Vec<File>,
    /// As `im.message.add` takes it.
    pub attach: Option<Value>,
    /// As `im.message.add` takes it.
    pub keyboard: Option<Value>,
    pub quote: Option<Quote>,
    /// When it was written, as its channel says: messages stand in the order of `no` all the same.
    pub created_ms: Millis,
    pub edited_ms: Option<Millis>,
    pub deleted_ms: Option<Millis>,
    /// Who liked it.
    pub likes: Vec<i64>,
    /// How an outgoing message stands.
    pub state: Option<MessageState>,
    /// Why the last attempt to deliver it failed; it may still be `queued`.
    pub failure: Option<String>,
    pub delivery_id: Option<i64>,
    /// The name that the writer's browser gave it.
    pub client_id: Option<String>,
}

/// Who wrote a message.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Author {
    pub id: i64,
    pub name: String,
    pub avatar_url: Option<String>,
    pub kind: AuthorKind,
}

/// What an author is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AuthorKind {
    Employee,
    Customer,
    Bot,
}

/// How an outgoing message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum MessageState {
    /// To be delivered, perhaps once more.
    Queued,
    /// The connector has it.
    Sent,
    /// The connector says that it was delivered.
    Delivered,
    /// The connector says that it was read.
    Read,
    /// Given up.
    Failed,
}

impl From<posts::State> for MessageState {
    fn from(state: posts::State) -> MessageState {
        match state {
            posts::State::Queued => MessageState::Queued,
            posts::State::Sent => MessageState::Sent,
            posts::State::Delivered => MessageState::Delivered,
            posts::State::Read => MessageState::Read,
            posts::State::Failed => MessageState::Failed,
        }
    }
}

/// A file of a message.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct File {
    pub id: i64,
    pub name: String,
    pub mime: String,
    /// Bytes.
    pub size: i64,
    /// `loading`, `ready` or `failed`
    #[schemars(extend("enum" = words::file_states()))]
    pub state: &'static str,
    /// Empty until it is ready.
    pub url: String,
    pub preview_url: Option<String>,
    pub width: Option<i64>,
    pub height: Option<i64>,
}

/// The message that another one answers.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Quote {
    pub no: i64,
    pub author_id: i64,
    /// Its beginning without markup; empty when it was deleted.
    pub text: String,
}

/// One event for one handler of an application.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Delivery {
    pub id: i64,
    pub chat_id: Option<i64>,
    /// The outgoing message that it carries.
    pub message_id: Option<i64>,
    pub application_id: i64,
    /// Code of the event.
    pub event: String,
    pub url: String,
    /// `pending`, `done`, `settled`, `failed` or `cancelled`
    #[schemars(extend("enum" = words::delivery_states()))]
    pub state: &'static str,
    /// Attempts made.
    pub attempt_count: i64,
    /// When it is tried next.
    pub next_ms: Option<Millis>,
    pub created_ms: Millis,
    pub finished_ms: Option<Millis>,
}

impl Message {
    pub fn of(app: &App, post: &Post) -> Message {
        let message = &post.message;
        let deleted = message.deleted_ms.is_some();
        let mut params: Map<String, Value> = match deleted {
            true => Map::new(),
            false => serde_json::from_str(&message.params).unwrap_or_default(),
        };
        let files = if deleted { &[][..] } else { &post.files };
        Message {
            id: message.id,
            chat_id: message.chat_id,
            no: message.no,
            session_id: message.session_id,
            author_id: message.author_id,
            author: post.author.as_ref().map(|author| Author::of(app, author)),
            direction: message.direction.as_str(),
            hidden: message.direction == messages::Direction::Out && message.is_hidden(),
            body: if deleted { String::new() } else { message.body.clone() },
            files: files.iter().map(|file| File::of(app, file)).collect(),
            attach: params.remove("ATTACH"),
            keyboard: params.remove("KEYBOARD"),
            quote: post.quote.as_ref().map(Quote::of),
            created_ms: message.sent_ms,
            edited_ms: message.edited_ms,
            deleted_ms: message.deleted_ms,
            likes: post.like_ids.clone(),
            state: post.state.map(MessageState::from),
            failure: post.failure.clone(),
            delivery_id: message.delivery_id,
            client_id: message.client_id.clone(),
        }
    }
}

impl Author {
    fn of(app: &App, user: &User) -> Author {
        Author {
            id: user.id,
            name: user.full_name(),
            avatar_url: present(&avatar_url(app, user)),
            kind: match user.kind {
                users::Kind::Employee => AuthorKind::Employee,
                users::Kind::Customer => AuthorKind::Customer,
                users::Kind::Bot => AuthorKind::Bot,
            },
        }
    }
}

impl Quote {
    pub fn of(message: &messages::Message) -> Quote {
        let text = match message.deleted_ms {
            None => plain(&message.body, QUOTE_CHARS),
            Some(_) => String::new(),
        };
        Quote { no: message.no, author_id: message.author_id, text }
    }
}

impl File {
    pub fn of(app: &App, file: &files::File) -> File {
        let ready = file.state == files::State::Ready;
        let sized = |size: i64| (size > 0).then_some(size);
        File {
            id: file.id,
            name: file.name.clone(),
            mime: file.mime.clone(),
            size: file.size_bytes,
            state: file.state.as_str(),
            url: if ready { url(app, file) } else { String::new() },
            preview_url: (ready && file.has_preview).then(|| preview_url(app, file)),
            width: sized(file.width),
            height: sized(file.height),
        }
    }
}

impl From<&desk::deliveries::Delivery> for Delivery {
    fn from(delivery: &desk::deliveries::Delivery) -> Delivery {
        let named = |id: i64| (id != 0).then_some(id);
        Delivery {
            id: delivery.id,
            chat_id: named(delivery.chat_id),
            message_id: named(delivery.message_id),
            application_id: delivery.application_id,
            event: delivery.event_code.clone(),
            // What stands behind the question mark is often a secret.
            url: delivery.url.split(['?', '#']).next().unwrap_or_default().to_owned(),
            state: delivery.state.as_str(),
            attempt_count: delivery.attempts,
            next_ms: delivery.due_ms,
            created_ms: delivery.created_ms,
            finished_ms: delivery.finished_ms,
        }
    }
}
