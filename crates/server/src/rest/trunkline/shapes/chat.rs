//! Chats as the inbox lists them, and what an employee keeps with one.

use desk::cards::Card;
use desk::{Millis, own, posts};
use schemars::JsonSchema;
use serde::Serialize;

use super::message::MessageState;
use super::{plain, present, words};
use crate::app::App;
use crate::files::avatar_url;

/// Longest text of a preview, in characters.
const PREVIEW_CHARS: usize = 160;

/// A chat as the inbox lists it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Chat {
    pub id: i64,
    /// Its own name, else the customer's.
    pub name: String,
    /// The line that has it now.
    pub line_id: i64,
    /// Code of its connector.
    pub connector: String,
    /// `null` in a group chat.
    pub customer_id: Option<i64>,
    pub avatar_url: Option<String>,
    /// What employees write stays inside.
    pub silent: bool,
    /// The last one, open or closed.
    pub session: Option<Session>,
    /// The last message that was not deleted.
    pub last: Option<Preview>,
    /// Number of the last message, deleted or not.
    pub last_no: i64,
    /// When that was accepted: what lists are ordered by.
    pub active_ms: Millis,
    /// The customer's messages since somebody last answered, 100 at most.
    pub unanswered: i64,
    pub labels: Vec<i64>,
    /// 0 to 3
    #[schemars(extend("enum" = words::priorities()))]
    pub priority: i64,
    /// Who takes part.
    pub member_ids: Vec<i64>,
    /// The bot that takes part, 0 for none.
    pub bot_id: i64,
}

/// One handling of a chat.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Session {
    pub id: i64,
    /// `new`, `offered`, `bot`, `answered`, `waiting`, `closing`, `closed` or `spam`
    #[schemars(extend("enum" = words::statuses()))]
    pub status: &'static str,
    /// 0 for nobody
    pub owner_id: i64,
    pub created_ms: Millis,
    /// When somebody first took it.
    pub answered_ms: Option<Millis>,
    /// Since when the customer waits for an answer.
    pub waiting_ms: Option<Millis>,
    pub closed_ms: Option<Millis>,
    /// `finished`, `silence`, `spam` or `line_removed`
    pub close_reason: Option<&'static str>,
    /// The customer's rating: 1 or -1.
    pub vote: Option<i64>,
    /// The supervisor's rating, 1 to 5.
    pub head_vote: Option<i64>,
    /// Its owner keeps it at hand.
    pub pinned: bool,
    /// When the customer should have an answer.
    pub due_ms: Option<Millis>,
}

/// The beginning of a message.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Preview {
    pub message_id: i64,
    pub no: i64,
    /// 0 for the program
    pub author_id: i64,
    /// `in`, `out`, `system` or `note`
    #[schemars(extend("enum" = words::directions()))]
    pub direction: &'static str,
    /// At most 160 characters, without markup.
    pub text: String,
    pub state: Option<MessageState>,
    pub created_ms: Millis,
}

/// What the employee who asks keeps with a chat.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Own {
    pub chat_id: i64,
    /// Number of the last message read.
    pub read_no: i64,
    /// Messages of others after it, 1000 at most; only members have any.
    pub unread: i64,
    pub draft: Option<Draft>,
    /// Until when it is out of the way.
    pub snoozed_until_ms: Option<Millis>,
    /// Number of the last note that names the employee and is not read.
    pub mentioned_no: Option<i64>,
    /// Planned messages that could not be sent: `trunkline.message.scheduled` says why.
    pub returned: i64,
}

/// A text that was begun and not sent.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Draft {
    pub text: String,
    /// For colleagues.
    pub note: bool,
    pub updated_ms: Millis,
}

impl Chat {
    pub fn of(app: &App, card: &Card) -> Chat {
        let chat = &card.chat;
        let named = |name: &str| present(name.trim());
        let customer = card.customer.as_ref();
        let name = named(&chat.name).or_else(|| named(&customer?.full_name())).unwrap_or_default();
        let handling = card.session.as_ref().filter(|session| session.closed_ms.is_none());
        Chat {
            id: chat.id,
            name,
            line_id: handling.map_or(chat.line_id, |session| session.line_id),
            connector: card.connector.clone(),
            customer_id: (chat.customer_id != 0).then_some(chat.customer_id),
            avatar_url: customer.and_then(|customer| present(&avatar_url(app, customer))),
            silent: chat.silent,
            session: Session::of(card),
            last: Preview::of(card),
            last_no: card.last_no,
            active_ms: card.active_ms,
            unanswered: card.unanswered,
            labels: card.label_ids.clone(),
            priority: card.priority,
            member_ids: card.member_ids.clone(),
            bot_id: chat.bot_id,
        }
    }
}

impl Session {
    fn of(card: &Card) -> Option<Session> {
        let session = card.session.as_ref()?;
        let rated = |vote: i64| (vote != 0).then_some(vote);
        Some(Session {
            id: session.id,
            status: session.status.as_str(),
            owner_id: session.operator_id,
            created_ms: session.created_ms,
            answered_ms: session.answered_ms,
            waiting_ms: session.waiting_ms,
            closed_ms: session.closed_ms,
            close_reason: session.close_reason.map(desk::sessions::CloseReason::as_str),
            vote: rated(card.vote),
            head_vote: rated(session.vote_head),
            pinned: card.pinned,
            due_ms: card.due_ms,
        })
    }
}

impl Preview {
    fn of(card: &Card) -> Option<Preview> {
        let message = card.last.as_ref()?;
        Some(Preview {
            message_id: message.id,
            no: message.no,
            author_id: message.author_id,
            direction: message.direction.as_str(),
            text: plain(&message.body, PREVIEW_CHARS),
            state: posts::State::of(message).map(MessageState::from),
            created_ms: message.created_ms,
        })
    }
}

impl From<&own::Own> for Own {
    fn from(own: &own::Own) -> Own {
        Own {
            chat_id: own.chat_id,
            read_no: own.read_no,
            unread: own.unread,
            draft: own.draft.as_ref().map(|draft| Draft {
                text: draft.text.clone(),
                note: draft.note,
                updated_ms: draft.updated_ms,
            }),
            snoozed_until_ms: own.snoozed_until_ms,
            mentioned_no: own.mentioned_no,
            returned: own.returned,
        }
    }
}
