//! `trunkline.search`: customers, messages and chats by words, numbers and addresses.

use desk::search::{self, Hit, QUERY_CHARS_MAX, Query};
use desk::{Millis, chats, users};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::{Call, RestError};
use super::limit::Limit;
use crate::app::App;
use crate::files::avatar_url;

/// Results of each kind when no limit is given.
const LIMIT: usize = 20;

/// Parameters of `trunkline.search`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct SearchParams {
    /// Words, part of a phone number or e-mail address, or `#12` for chat 12; at most 1,000 characters. The last word may be
    /// unfinished.
    q: String,
    /// Results of each kind, 1 to 50; 20 when it is left out.
    #[serde(default)]
    limit: Limit<LIMIT, { search::LIMIT_MAX }>,
}

/// What was found: of each kind the newest first, and only what the employee may see.
#[derive(Serialize, JsonSchema)]
pub(super) struct SearchFound {
    customers: Vec<FoundCustomer>,
    messages: Vec<FoundMessage>,
    chats: Vec<FoundChat>,
    /// The question would have taken too long: what is much older was not looked at.
    cut: bool,
}

/// A customer.
#[derive(Serialize, JsonSchema)]
struct FoundCustomer {
    id: i64,
    name: String,
    avatar_url: Option<String>,
    phone: String,
    email: String,
    /// The customer's newest chat.
    chat_id: Option<i64>,
}

/// A message.
#[derive(Serialize, JsonSchema)]
struct FoundMessage {
    message_id: i64,
    chat_id: i64,
    chat_name: String,
    no: i64,
    author_id: i64,
    created_ms: Millis,
    snippet: Snippet,
}

/// The part of a message that shows why it was found.
#[derive(Serialize, JsonSchema)]
struct Snippet {
    /// Plain text.
    text: String,
    /// What was found in it, in order.
    marks: Vec<Mark>,
}

/// A stretch of a text.
#[derive(Serialize, JsonSchema)]
struct Mark {
    /// Where it begins, in UTF-16 code units.
    start: usize,
    /// How many UTF-16 code units it has.
    length: usize,
}

/// A chat.
#[derive(Serialize, JsonSchema)]
struct FoundChat {
    id: i64,
    name: String,
    line_id: i64,
    customer_id: Option<i64>,
}

/// `trunkline.search`: for every employee, within the chats that they may see.
pub(super) async fn search(call: Call, params: SearchParams) -> Result<SearchFound, RestError> {
    if params.q.chars().count() > QUERY_CHARS_MAX {
        return Err(RestError::argument("q", format!("Argument 'q' is longer than {QUERY_CHARS_MAX} characters")));
    }
    let limit = params.limit.rows()?;
    let (query, user, app) = (Query::parse(&params.q), call.caller.user.clone(), call.app.clone());
    // All of it on the reading thread: making snippets of long messages would hold up other calls.
    let found = call.read_long(move |tx| {
        let found = search::find(tx, &user, &query, limit)?;
        let customer = |(user, chat)| customer(&app, &user, chat);
        Ok(SearchFound {
            customers: found.customers.into_iter().map(customer).collect(),
            messages: found.messages.into_iter().map(|hit| message(hit, &query)).collect(),
            chats: found.chats.into_iter().map(|(found, name)| chat(&found, name)).collect(),
            cut: found.cut,
        })
    });
    Ok(found.await?)
}

fn customer(app: &App, user: &users::User, chat: Option<chats::Chat>) -> FoundCustomer {
    FoundCustomer {
        id: user.id,
        name: user.full_name(),
        avatar_url: Some(avatar_url(app, user)).filter(|url| !url.is_empty()),
        phone: user.phone.clone(),
        email: user.email.clone(),
        chat_id: chat.map(|chat| chat.id),
    }
}

fn message(hit: Hit, query: &Query) -> FoundMessage {
    let mut text = wire::bbcode::strip(&hit.body);
    for name in &hit.file_names {
        text.push_str(if text.is_empty() { "" } else { "\n" });
        text.push_str(name);
    }
    let snippet = search::snippet(&text, query);
    let marks = snippet.marks.into_iter().map(|mark| Mark { start: mark.start, length: mark.length });
    FoundMessage {
        message_id: hit.id,
        chat_id: hit.chat_id,
        chat_name: hit.chat_name,
        no: hit.no,
        author_id: hit.author_id,
        created_ms: hit.created_ms,
        snippet: Snippet { text: snippet.text, marks: marks.collect() },
    }
}

fn chat(chat: &chats::Chat, name: String) -> FoundChat {
    let customer_id = Some(chat.customer_id).filter(|id| *id != 0);
    FoundChat { id: chat.id, name, line_id: chat.line_id, customer_id }
}
