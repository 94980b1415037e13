//! `trunkline.chat.list`, `.count` and `.get`: which chats there are.

use desk::chat_list::{self, Place, Query};
use desk::sessions::Status;
use desk::{Millis, cards, chats, customers, events, own, sight};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::{Call, RestError};
use super::customer::Customer;
use super::limit::Limit;
use super::not_found;
use super::shapes::{Chat, Own, words};

/// Which chats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum ViewName {
    /// Open, owned by or offered to the caller alone, and not snoozed.
    Mine,
    /// Open, and nobody's.
    Unassigned,
    /// Open.
    All,
    /// With a note that names the caller and is not read.
    Mentions,
    /// Snoozed by the caller.
    Snoozed,
    /// Whose last session is over; always the newest first.
    Closed,
}

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Sort {
    /// The newest message first.
    #[default]
    Newest,
    /// Whose customer waits longest first, then those who do not wait, the newest message first.
    Waiting,
    /// The highest priority first, then the newest message first.
    Priority,
}

/// What narrows a view; what is empty or absent restricts nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Filter {
    /// Lines that have the chat now.
    line_ids: Vec<i64>,
    /// Codes of connectors.
    connectors: Vec<String>,
    /// Owners of the last session; 0 for nobody.
    owner_ids: Vec<i64>,
    /// States of the last session.
    #[schemars(extend("items" = words::status_items()))]
    statuses: Vec<String>,
    /// One of these labels.
    label_ids: Vec<i64>,
    /// The last message is of this moment or later.
    from_ms: Option<Millis>,
    /// The last message is of before.
    to_ms: Option<Millis>,
    /// Only with something unread.
    unread: bool,
}

/// Entries of one list of a filter at most.
const FILTER_MAX: usize = 1000;

impl ViewName {
    fn of(self) -> chat_list::View {
        match self {
            ViewName::Mine => chat_list::View::Mine,
            ViewName::Unassigned => chat_list::View::Unassigned,
            ViewName::All => chat_list::View::All,
            ViewName::Mentions => chat_list::View::Mentions,
            ViewName::Snoozed => chat_list::View::Snoozed,
            ViewName::Closed => chat_list::View::Closed,
        }
    }
}

impl Sort {
    fn of(self) -> chat_list::Sort {
        match self {
            Sort::Newest => chat_list::Sort::Newest,
            Sort::Waiting => chat_list::Sort::Waiting,
            Sort::Priority => chat_list::Sort::Priority,
        }
    }
}

impl Filter {
    /// The filter, if it is sound.
    ///
    /// # Errors
    /// `ERROR_ARGUMENT` when a list is too long or a status unknown.
    pub(super) fn read(&self) -> Result<chat_list::Filter, RestError> {
        let lengths = [
            self.line_ids.len(),
            self.connectors.len(),
            self.owner_ids.len(),
            self.statuses.len(),
            self.label_ids.len(),
        ];
        if lengths.into_iter().any(|length| length > FILTER_MAX) {
            return Err(RestError::argument("filter", format!("A list of a filter may have {FILTER_MAX} entries")));
        }
        let known = |word: &String| Status::ALL.iter().copied().find(|status| status.as_str() == word);
        let statuses: Option<Vec<Status>> = self.statuses.iter().map(known).collect();
        let statuses = statuses.ok_or_else(|| {
            let words: Vec<&str> = Status::ALL.iter().map(|status| status.as_str()).collect();
            RestError::argument("filter.statuses", format!("A status is one of: {}", words.join(", ")))
        })?;
        Ok(chat_list::Filter {
            line_ids: self.line_ids.clone(),
            connectors: self.connectors.clone(),
            owner_ids: self.owner_ids.clone(),
            statuses,
            label_ids: self.label_ids.clone(),
            from_ms: self.from_ms,
            to_ms: self.to_ms,
            unread: self.unread,
        })
    }
}

/// Parameters of `trunkline.chat.list`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct ListParams {
    view: ViewName,
    filter: Option<Filter>,
    sort: Option<Sort>,
    /// `next` of the page before.
    cursor: Option<String>,
    #[serde(default)]
    limit: Limit<50, 200>,
}

/// A page of chats.
#[derive(Serialize, JsonSchema)]
pub(super) struct ChatPage {
    /// Everything up to this event is in it.
    number: i64,
    chats: Vec<Chat>,
    /// What the caller keeps with them; none for those with which nothing is kept.
    owns: Vec<Own>,
    /// Cursor of the next page; a page may be short although there is one.
    next: Option<String>,
}

/// `trunkline.chat.list`
pub(super) async fn list(call: Call, params: ListParams) -> Result<ChatPage, RestError> {
    let query = Query {
        view: params.view.of(),
        filter: params.filter.unwrap_or_default().read()?,
        sort: params.sort.unwrap_or_default().of(),
        after: params.cursor.as_deref().map(read_cursor).transpose()?,
        limit: params.limit.rows()?,
    };
    let (user, app) = (call.caller.user.clone(), call.app.clone());
    let page = call.read(move |tx| {
        let sight = sight::of(tx, &user)?;
        let (ids, next) = chat_list::page(tx, &sight, &query)?;
        let found = cards::load(tx, &ids)?;
        let owns = own::of_user(tx, user.id, &ids)?;
        Ok(ChatPage {
            number: events::number(tx)?,
            chats: found.iter().map(|card| Chat::of(&app, card)).collect(),
            owns: owns.iter().filter(|own| own.is_kept()).map(Own::from).collect(),
            next: next.map(cursor),
        })
    });
    Ok(page.await?)
}

/// A place in a list as clients pass it back.
fn cursor(place: Place) -> String {
    format!("{}.{}.{}", place.group, place.rank, place.chat)
}

fn read_cursor(text: &str) -> Result<Place, RestError> {
    let numbers: Option<Vec<i64>> = text.split('.').map(|number| number.parse().ok()).collect();
    match numbers.as_deref() {
        Some([group, rank, chat]) if [group, rank, chat].into_iter().all(|number| *number != i64::MIN) => {
            Ok(Place { group: *group, rank: *rank, chat: *chat })
        }
        _ => Err(RestError::argument("cursor", "The cursor is not one of a page before: begin without one")),
    }
}

/// Parameters of `trunkline.chat.count`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct CountParams {
    view: ViewName,
    filter: Option<Filter>,
}

/// So many chats are counted.
const COUNT_MAX: usize = 1000;

/// How many chats there are.
#[derive(Serialize, JsonSchema)]
pub(super) struct ChatCount {
    /// So many were found, 1000 at most.
    count: usize,
    /// There are or may be more: of closed chats only the newest thousands are looked at.
    more: bool,
}

/// `trunkline.chat.count`
pub(super) async fn count(call: Call, params: CountParams) -> Result<ChatCount, RestError> {
    let filter = params.filter.unwrap_or_default().read()?;
    let (user, view) = (call.caller.user.clone(), params.view.of());
    let counted = call.read_long(move |tx| {
        let sight = sight::of(tx, &user)?;
        chat_list::count(tx, &sight, view, filter, COUNT_MAX)
    });
    let chat_list::Count { count, more } = counted.await?;
    Ok(ChatCount { count, more })
}

/// Names one chat.
#[derive(Deserialize, JsonSchema)]
pub(super) struct ChatParams {
    pub(super) chat_id: i64,
}

/// One chat.
#[derive(Serialize, JsonSchema)]
pub(super) struct OneChat {
    /// Everything up to this event is in it.
    number: i64,
    chat: Chat,
    own: Option<Own>,
    /// `null` in a group chat.
    customer: Option<Customer>,
}

/// `trunkline.chat.get`
pub(super) async fn get(call: Call, params: ChatParams) -> Result<OneChat, RestError> {
    let (user_id, app) = (call.caller.user.id, call.app.clone());
    let one = call.read(move |tx| {
        chats::open_for(tx, params.chat_id, user_id)?;
        let card = cards::load(tx, &[params.chat_id])?.pop().ok_or(desk::Refusal::NoChat)?;
        let own = own::of_user(tx, user_id, &[params.chat_id])?.pop().filter(own::Own::is_kept);
        let customer = customers::card(tx, card.chat.customer_id)?;
        Ok(OneChat {
            number: events::number(tx)?,
            chat: Chat::of(&app, &card),
            own: own.as_ref().map(Own::from),
            customer: customer.map(|known| Customer::of(&app, known)),
        })
    });
    one.await.map_err(not_found)
}
