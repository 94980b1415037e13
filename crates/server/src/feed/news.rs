//! Changes as the feed sends them: each is written as JSON once and shared by all who get it.

use std::sync::Arc;

use desk::feed::{Departed, News};
use desk::sight::{Audience, Sight};
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::rest::shapes::{Chat, Delivery, Employee, LineCounts, Message, Own};

/// A change, as JSON.
pub(super) type Written = Arc<str>;

/// News as JSON, with who gets what.
pub(super) struct Bulletin {
    pub number: i64,
    /// Each change with whom it is for, in the order in which they are sent.
    pub changes: Vec<(For, Written)>,
    /// Unnumbered things.
    pub live: Vec<(Arc<Audience>, Written)>,
    /// Employees who have to fetch everything again; 0 stands for everybody.
    pub strangers: Vec<i64>,
}

/// Whom a change is for.
pub(super) enum For {
    Everybody,
    /// One employee, who sees the chat.
    Employee {
        id: i64,
        audience: Arc<Audience>,
    },
    Audience(Arc<Audience>),
    /// Whoever had a part in a chat and may not see it now.
    Departed {
        who: Departed,
        audience: Arc<Audience>,
    },
    Administrators,
}

impl For {
    pub fn includes(&self, sight: &Sight) -> bool {
        match self {
            For::Everybody => true,
            For::Employee { id, audience } => sight.user_id == *id && sight.sees(audience),
            For::Audience(audience) => sight.sees(audience),
            For::Departed { who: Departed::Employee(id), audience } => sight.user_id == *id && !sight.sees(audience),
            For::Departed { who: Departed::Line(id), audience } => sight.line_ids.contains(id) && !sight.sees(audience),
            For::Administrators => sight.administers,
        }
    }
}

/// A change of the feed.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "FeedChange")]
#[serde(tag = "type", rename_all = "lowercase")]
pub(crate) enum Change {
    Chat { chat: Chat },
    Message { message: Message },
    Own { own: Own },
    Gone { chat_id: i64 },
    Employee { employee: Employee },
    Catalog { name: &'static str },
    Delivery { delivery: Delivery },
}

/// Something unnumbered that may be lost.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "FeedLive")]
#[serde(tag = "type", rename_all = "lowercase")]
pub(crate) enum Live {
    Typing {
        chat_id: i64,
        user_id: i64,
        until_ms: i64,
    },
    Looking {
        chat_id: i64,
        user_ids: Vec<i64>,
    },
    /// Of the lines on which something is open.
    #[expect(dead_code, reason = "put together from lines that are written once for everybody")]
    Counts {
        lines: Vec<LineCounts>,
    },
}

/// How long somebody is shown to be writing after they said so, milliseconds.
pub(super) const TYPING_MS: i64 = 6_000;

pub(super) fn json(value: &impl Serialize) -> Written {
    serde_json::to_string(value).expect("shapes are JSON").into()
}

/// Writes news as JSON.
pub(super) fn written(app: &App, news: &News) -> Bulletin {
    let audiences: std::collections::HashMap<i64, Arc<Audience>> =
        news.audiences.iter().map(|(id, audience)| (*id, Arc::new(audience.clone()))).collect();
    let audience = |chat_id: i64| audiences.get(&chat_id).map(Arc::clone).unwrap_or_default();
    let mut changes = Vec::new();
    let mut add = |whom: For, change: Change| changes.push((whom, json(&change)));
    for departure in &news.departures {
        let whom = For::Departed { who: departure.who, audience: audience(departure.chat_id) };
        add(whom, Change::Gone { chat_id: departure.chat_id });
    }
    for employee in &news.employees {
        let employee = Employee::of(app, employee, news.presence_reasons.get(&employee.id));
        add(For::Everybody, Change::Employee { employee });
    }
    for card in &news.chats {
        add(For::Audience(audience(card.chat.id)), Change::Chat { chat: Chat::of(app, card) });
    }
    for post in &news.posts {
        let whom = For::Audience(audience(post.message.chat_id));
        add(whom, Change::Message { message: Message::of(app, post) });
    }
    for own in &news.owns {
        let whom = For::Employee { id: own.user_id, audience: audience(own.chat_id) };
        add(whom, Change::Own { own: own.into() });
    }
    for delivery in &news.deliveries {
        let whom = match delivery.chat_id {
            0 => For::Administrators,
            chat_id => For::Audience(audience(chat_id)),
        };
        add(whom, Change::Delivery { delivery: delivery.into() });
    }
    for catalog in &news.catalogs {
        add(For::Everybody, Change::Catalog { name: catalog.as_str() });
    }
    let live = news.writing.iter().map(|(chat_id, user_id, at_ms)| {
        let typing = Live::Typing { chat_id: *chat_id, user_id: *user_id, until_ms: at_ms + TYPING_MS };
        (audience(*chat_id), json(&typing))
    });
    Bulletin { number: news.number, live: live.collect(), strangers: news.strangers.clone(), changes }
}
