//! `trunkline.delivery.*`: what was told to applications, every attempt with request and answer, and telling it again. For whoever
//! may open the chat; what belongs to no chat is for administrators. An application without the scope `administration` sees its
//! own deliveries alone: what others were sent, and what they answered, is theirs.

use desk::attempts;
use desk::deliveries::{self, Filter, State};
use desk::users::{Role, User};
use desk::{Error, Millis, Refusal, chats, messages};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Tx;

use super::super::{Call, RestError, insufficient_scope};
use super::limit::Limit;
use super::shapes::Delivery;
use super::{ADMINISTRATION, at_least, not_found};

/// Parameters of `trunkline.delivery.list`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct ListParams {
    chat_id: Option<i64>,
    /// An outgoing message.
    message_id: Option<i64>,
    application_id: Option<i64>,
    /// `pending`, `done`, `settled`, `failed` or `cancelled`
    state: Option<String>,
    /// `next` of the page before.
    #[schemars(with = "Option<String>")]
    cursor: Option<i64>,
    #[serde(default)]
    limit: Limit<50, 100>,
}

/// Deliveries, the newest first.
#[derive(Serialize, JsonSchema)]
pub(super) struct DeliveryPage {
    deliveries: Vec<Delivery>,
    /// Cursor of the next page.
    next: Option<String>,
}

/// Whose deliveries a caller may look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    All,
    Application(i64),
}

impl Reach {
    /// A webhook is told nothing, so it has no deliveries of its own.
    ///
    /// # Errors
    /// `insufficient_scope`.
    fn of(call: &Call) -> Result<Reach, RestError> {
        if call.caller.has_any_scope(ADMINISTRATION) {
            return Ok(Reach::All);
        }
        let application = call.caller.application().ok_or_else(|| insufficient_scope(call))?;
        Ok(Reach::Application(application.id))
    }

    fn covers(self, application_id: i64) -> bool {
        self == Reach::All || self == Reach::Application(application_id)
    }
}

/// `trunkline.delivery.list`: without a chat or message for administrators.
pub(super) async fn list(call: Call, params: ListParams) -> Result<DeliveryPage, RestError> {
    let limit = params.limit.rows()?;
    let reach = Reach::of(&call)?;
    if params.chat_id.is_none() && params.message_id.is_none() {
        at_least(&call, Role::Administrator)?;
    }
    let known = |word: String| {
        let state = State::ALL.iter().copied().find(|state| state.as_str() == word);
        state.ok_or_else(|| {
            let words: Vec<&str> = State::ALL.iter().map(|state| state.as_str()).collect();
            RestError::argument("state", format!("A state is one of: {}", words.join(", ")))
        })
    };
    if params.application_id.is_some_and(|id| !reach.covers(id)) {
        return Err(RestError::method("ERROR_NOT_FOUND", "Not found"));
    }
    let mut filter = Filter {
        state: params.state.map(known).transpose()?,
        application_id: match reach {
            Reach::All => params.application_id,
            Reach::Application(id) => Some(id),
        },
        chat_id: params.chat_id,
        message_id: params.message_id,
        before_id: params.cursor,
    };
    let user_id = call.caller.user.id;
    let found = call.read_long(move |tx| {
        if let Some(chat_id) = filter.chat_id {
            chats::open_for(tx, chat_id, user_id)?;
        }
        if let Some(message_id) = filter.message_id {
            let message = messages::find(tx, message_id)?.ok_or(Refusal::NoMessage)?;
            chats::open_for(tx, message.chat_id, user_id)?;
            filter.chat_id = filter.chat_id.or(Some(message.chat_id));
        }
        deliveries::list(tx, filter, i64::try_from(limit + 1).unwrap_or(i64::MAX))
    });
    let mut found = found.await.map_err(not_found)?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().map(|last| last.id.to_string()).filter(|_| more);
    Ok(DeliveryPage { deliveries: found.iter().map(Delivery::from).collect(), next })
}

/// Names one delivery.
#[derive(Deserialize, JsonSchema)]
pub(super) struct DeliveryParams {
    id: i64,
}

/// A delivery with its attempts.
#[derive(Serialize, JsonSchema)]
pub(super) struct DeliveryWithAttempts {
    delivery: Delivery,
    /// The oldest first.
    attempts: Vec<Attempt>,
}

/// One attempt.
#[derive(Serialize, JsonSchema)]
pub(super) struct Attempt {
    at_ms: Millis,
    duration_ms: Millis,
    /// HTTP status, if the handler answered.
    status: Option<i64>,
    /// `ok`, or what went wrong.
    result: String,
    /// Start of the answer's body.
    answer: String,
    /// Start of what was sent, as JSON and without what authorises it.
    request: String,
}

impl From<attempts::Attempt> for Attempt {
    fn from(attempt: attempts::Attempt) -> Attempt {
        let attempts::Attempt { at_ms, duration_ms, status, result, answer, request } = attempt;
        Attempt { at_ms, duration_ms, status, result, answer, request }
    }
}

/// A delivery that the caller may look at.
fn visible(tx: &mut Tx<'_>, reach: Reach, user: &User, id: i64) -> desk::Result<deliveries::Delivery> {
    let found = deliveries::find(tx, id)?.filter(|delivery| reach.covers(delivery.application_id));
    let delivery = found.ok_or(Refusal::NotFound)?;
    match delivery.chat_id {
        0 if user.role() < Role::Administrator => Err(Error::Refused(Refusal::NotFound)),
        0 => Ok(delivery),
        chat_id => chats::open_for(tx, chat_id, user.id).map(|_| delivery),
    }
}

fn with_attempts(tx: &mut Tx<'_>, delivery: &deliveries::Delivery) -> desk::Result<DeliveryWithAttempts> {
    let attempts = attempts::of_delivery(tx, delivery.id)?;
    Ok(DeliveryWithAttempts { delivery: delivery.into(), attempts: attempts.into_iter().map(Attempt::from).collect() })
}

/// `trunkline.delivery.get`
pub(super) async fn get(call: Call, params: DeliveryParams) -> Result<DeliveryWithAttempts, RestError> {
    let (reach, user) = (Reach::of(&call)?, call.caller.user.clone());
    let found = call.read(move |tx| {
        let delivery = visible(tx, reach, &user, params.id)?;
        with_attempts(tx, &delivery)
    });
    found.await.map_err(not_found)
}

/// `trunkline.delivery.replay`: tells it again, before what waits behind it; one that is pending stays as it is.
pub(super) async fn replay(call: Call, params: DeliveryParams) -> Result<DeliveryWithAttempts, RestError> {
    let (reach, user) = (Reach::of(&call)?, call.caller.user.clone());
    let done = call.change(move |change| {
        visible(change.tx, reach, &user, params.id)?;
        deliveries::replay(change, params.id)?;
        let delivery = visible(change.tx, reach, &user, params.id)?;
        with_attempts(change.tx, &delivery)
    });
    done.await.map_err(not_found)
}
