//! Incoming messages: customer, chat, session, routing, message, events and deliveries of many calls in one transaction
//! (`contract/openlines.md`, `imconnector.send.messages`). Calls only down into the nouns.

mod routed;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use crate::automatic::{self, Spot};
use crate::bots::{self, Heard};
use crate::channels;
use crate::chats::{self, Chat, Key, Wanted};
use crate::connectors::{self, Connector};
use crate::customers::{self, Profile};
use crate::facts::EventCode;
use crate::files::Link;
use crate::lines::{self, Line};
use crate::memory::PlaceKey;
use crate::messages::{self, Direction, NewMessage, OnceKey, Original};
use crate::outbound;
use crate::sessions;
use crate::tracker::Look;
use crate::votes;
use crate::{Change, Error, Millis, Refusal, Result, tracker};

use routed::{Routed, sessions_for};

/// One call of a connector.
#[derive(Debug, Clone)]
pub struct Call {
    /// The application that calls.
    pub application_id: i64,
    /// Connector in any letter case.
    pub connector: String,
    /// Line.
    pub line_id: i64,
    /// Source key of the call (`auth_connector`), or empty.
    pub source: String,
    /// Its messages, in order.
    pub messages: Vec<Incoming>,
}

/// One message of a call.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// The customer.
    pub profile: Profile,
    /// Chat id in the external system.
    pub chat_external_id: String,
    /// The chat's name.
    pub chat_name: Option<String>,
    /// The chat's link.
    pub chat_url: Option<String>,
    /// The message's id in the external system; a message without one is always new.
    pub external_id: Option<String>,
    /// When it was written.
    pub sent_ms: Option<Millis>,
    /// Text.
    pub body: String,
    /// Files to fetch.
    pub files: Vec<Link>,
    /// Who wrote it.
    pub author: Author,
    /// The tracker must not read it (`disable_crm`).
    pub disable_crm: bool,
}

/// Who wrote an incoming message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Author {
    /// The customer.
    Customer,
    /// This employee, in the external system (`message.user_id`).
    Employee(i64),
    /// Somebody of the staff, in the external system (`message.user_id` = 0).
    Staff,
}

/// What became of a message; the same for the first time and for every repetition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accepted {
    /// The customer's user id.
    pub customer_id: i64,
    /// The chat.
    pub chat_id: i64,
    /// The session.
    pub session_id: i64,
    /// The message.
    pub message_id: i64,
    /// It had been accepted before; nothing was stored.
    pub repeated: bool,
}

/// What becomes of a call that the database did not fail.
pub type CallOutcome = std::result::Result<Vec<Accepted>, Refusal>;

/// Where the messages of a call go.
#[derive(Debug)]
pub struct Place {
    /// The connector.
    pub connector: Connector,
    /// The line.
    pub line: Line,
}

/// Checks that messages may come through this connector into this line (D-25, D-32, D-37).
///
/// # Errors
/// [`Refusal::LineInactive`], [`Refusal::NoProvider`]; those of the database.
pub fn place(change: &mut Change<'_, '_>, application_id: i64, connector: &str, line_id: i64) -> Result<Place> {
    let line = lines::find(change.tx, line_id)?.filter(|line| line.active).ok_or(Refusal::LineInactive)?;
    let connector = connectors::find(change.tx, connector)?
        .filter(|connector| connector.application_id == application_id)
        .ok_or(Refusal::NoProvider)?;
    let channel = channels::find(change.tx, connector.id, line_id)?;
    if !channel.is_some_and(|channel| channel.active) {
        return Err(Error::Refused(Refusal::NoProvider));
    }
    Ok(Place { connector, line })
}

/// The customer changed a message in the external system. Returns the customer's user id.
///
/// # Errors
/// [`Refusal::NoMessage`] when no message of the chat owns the external id (D-39); those of the database.
pub fn update(change: &mut Change<'_, '_>, place: &Place, incoming: &Incoming, external_id: &str) -> Result<i64> {
    let message = known(change, place, &incoming.chat_external_id, external_id, &incoming.profile.external_id)?;
    let profile = [(place.connector.id, &incoming.profile)];
    let customer_id = customers::find_or_add(change, &profile)?[0].id;
    let item = Item { place, incoming };
    let chat = chats::find(change.tx, message.chat_id)?.ok_or(Refusal::NoMessage)?;
    let chat = chats::take_over(change, chat, wanted_chat(&item, customer_id))?;
    messages::set_body(change, &message, &incoming.body, None)?;
    messages::replace_files(change, &message, &incoming.files)?;
    outbound::announce_change(change, &chat, &place.connector, &message, EventCode::LineMessageUpdate);
    let heard = Heard { body: &incoming.body, ..Heard::from(&message) };
    bots::tell_change(change, &chat, heard, EventCode::BotMessageUpdate)?;
    Ok(customer_id)
}

/// The customer deleted a message in the external system. Returns the customer's user id.
///
/// # Errors
/// [`Refusal::NoMessage`] when no message of the chat owns the external id; those of the database.
pub fn delete(
    change: &mut Change<'_, '_>,
    place: &Place,
    chat_external_id: &str,
    external_id: &str,
    user_external_id: &str,
) -> Result<i64> {
    let message = known(change, place, chat_external_id, external_id, user_external_id)?;
    let chat = chats::find(change.tx, message.chat_id)?.ok_or(Refusal::NoMessage)?;
    messages::set_deleted(change, &message)?;
    outbound::announce_change(change, &chat, &place.connector, &message, EventCode::LineMessageDelete);
    bots::tell_change(change, &chat, (&message).into(), EventCode::BotMessageDelete)?;
    Ok(if chat.customer_id == 0 { message.author_id } else { chat.customer_id })
}

fn known(
    change: &mut Change<'_, '_>,
    place: &Place,
    chat_external_id: &str,
    external_id: &str,
    user_external_id: &str,
) -> Result<messages::Message> {
    let customer_id = customers::find(change.tx, place.connector.id, user_external_id)?.unwrap_or(0);
    let (connector_id, line_id) = (place.connector.id, place.line.id);
    let found =
        messages::find_by_external(change.tx, connector_id, line_id, chat_external_id, external_id, customer_id)?;
    Ok(found.ok_or(Refusal::NoMessage)?)
}

/// One message with its place, on the way down.
struct Item<'c> {
    place: &'c Place,
    incoming: &'c Incoming,
}

/// Accepts the messages of many calls. Each call has its own answer: a refused one does not touch its neighbours.
///
/// # Errors
/// Those of the database, for all calls together.
pub fn accept(change: &mut Change<'_, '_>, calls: &[Call]) -> Result<Vec<CallOutcome>> {
    let mut places: HashMap<PlaceKey, std::result::Result<Arc<Place>, Refusal>> = HashMap::new();
    let key = |call: &Call| (call.application_id, call.connector.to_lowercase(), call.line_id);
    for call in calls {
        if let Entry::Vacant(entry) = places.entry(key(call)) {
            let place = recall_place(change, entry.key())?;
            entry.insert(place);
        }
    }
    let mut items = Vec::new();
    for call in calls {
        if let Ok(place) = &places[&key(call)] {
            items.extend(call.messages.iter().map(|incoming| Item { place, incoming }));
        }
    }
    let mut accepted = accept_items(change, &items)?.into_iter();
    Ok(calls
        .iter()
        .map(|call| match &places[&key(call)] {
            Ok(_) => Ok(accepted.by_ref().take(call.messages.len()).collect()),
            Err(refusal) => Err(*refusal),
        })
        .collect())
}

/// The place of a call, from memory or from the database.
fn recall_place(change: &mut Change<'_, '_>, key: &PlaceKey) -> Result<std::result::Result<Arc<Place>, Refusal>> {
    if let Some(remembered) = change.memory.places.get(key) {
        return Ok(remembered.clone());
    }
    let found = match place(change, key.0, &key.1, key.2) {
        Ok(found) => Ok(Arc::new(found)),
        Err(Error::Refused(refusal)) => Err(refusal),
        Err(error) => return Err(error),
    };
    change.memory.places.insert(key.clone(), found.clone());
    Ok(found)
}

fn accept_items(change: &mut Change<'_, '_>, items: &[Item<'_>]) -> Result<Vec<Accepted>> {
    let profiles: Vec<_> = items.iter().map(|item| (item.place.connector.id, &item.incoming.profile)).collect();
    let found = customers::find_or_add(change, &profiles)?;
    let customers: Vec<i64> = found.iter().map(|customer| customer.id).collect();
    let wanted: Vec<Wanted<'_>> =
        items.iter().zip(&customers).map(|(item, customer)| wanted_chat(item, *customer)).collect();
    let mut chats = chats::find_or_add(change, &wanted)?;
    let originals = find_originals(change, items, &customers, &chats)?;
    let fresh: Vec<usize> = (0..items.len()).filter(|index| matches!(originals[*index], Seen::Never)).collect();
    let Routed { sessions, elsewhere, opened, votes, bots } = sessions_for(change, items, &chats, &fresh)?;
    for chat in &mut chats {
        chat.bot_id = bots.get(&chat.id).copied().unwrap_or(chat.bot_id);
    }
    let new: Vec<NewMessage> = fresh
        .iter()
        .map(|index| new_message(change.now, &items[*index], &chats[*index], customers[*index], sessions[index]))
        .collect();
    let ids = messages::append(change, &new)?;
    for ((index, id), message) in fresh.iter().zip(&ids).zip(&new) {
        let connector = &items[*index].place.connector;
        if change.is_heard(connector.application_id, EventCode::LineMessageAdd)? {
            outbound::announce_in_line(change, &chats[*index], connector, message, *id);
        }
        if chats[*index].bot_id != 0 {
            let heard = Heard { id: *id, author_id: message.author_id, direction: Direction::In, body: &message.body };
            bots::tell_message(change, &chats[*index], heard)?;
            bots::expect_answer(change, &chats[*index])?;
        }
    }
    let by_customer = |index: &&usize| items[**index].incoming.author == Author::Customer;
    let looks: Vec<Look<'_>> = fresh
        .iter()
        .zip(ids.iter().zip(&new))
        .filter(|(index, _)| by_customer(index))
        .map(|(index, (id, message))| Look {
            place: items[*index].place,
            session_id: message.session_id,
            message_id: *id,
            text: &message.body,
            learned: found[*index].learned,
            disabled: items[*index].incoming.disable_crm,
        })
        .collect();
    tracker::plan(change, &looks)?;
    // What the line says answers what the customer wrote, so it comes after it.
    let spot = |index: usize| Spot {
        chat: &chats[index],
        connector: &items[index].place.connector,
        line: elsewhere.get(&index).unwrap_or(&items[index].place.line),
        session_id: sessions[&index],
    };
    for index in opened {
        let Spot { chat, connector, line, session_id } = spot(index);
        sessions::greet(change, chat, connector, line, session_id)?;
    }
    for (index, vote) in &votes {
        let place = fresh.iter().position(|one| one == index).expect("a rating is a fresh message");
        // When its session is over it is the chat's last message, also if nothing is said to it.
        chats::rest_at(change, chats[*index].id, ids[place])?;
        votes::thank(change, spot(*index), *vote)?;
    }
    let is_answer_wanted = |index: &&usize| by_customer(index) && !votes.iter().any(|(vote, _)| vote == *index);
    let spots: Vec<_> = fresh.iter().filter(is_answer_wanted).map(|index| spot(*index)).collect();
    say_out_of_hours(change, &spots)?;
    let stored: HashMap<usize, Original> = fresh
        .iter()
        .zip(ids.iter().zip(&new))
        .map(|(index, (id, message))| (*index, Original { message_id: *id, session_id: message.session_id }))
        .collect();
    Ok((0..items.len())
        .map(|index| {
            let (original, repeated) = match originals[index] {
                Seen::Never => (stored[&index], false),
                Seen::Before(original) => (original, true),
                Seen::InThisBatch(first) => (stored[&first], true),
            };
            Accepted {
                customer_id: customers[index],
                chat_id: chats[index].id,
                session_id: original.session_id,
                message_id: original.message_id,
                repeated,
            }
        })
        .collect())
}

fn wanted_chat<'i>(item: &Item<'i>, customer_id: i64) -> Wanted<'i> {
    let group = item.place.connector.registration.chat_group;
    Wanted {
        key: Key {
            connector_id: item.place.connector.id,
            line_id: item.place.line.id,
            external_id: &item.incoming.chat_external_id,
            customer_id: if group { 0 } else { customer_id },
        },
        name: item.incoming.chat_name.as_deref(),
        url: item.incoming.chat_url.as_deref(),
    }
}

/// Whether a message was accepted before.
#[derive(Debug, Clone, Copy)]
enum Seen {
    Never,
    Before(Original),
    InThisBatch(usize),
}

fn find_originals(
    change: &mut Change<'_, '_>,
    items: &[Item<'_>],
    customers: &[i64],
    chats: &[Chat],
) -> Result<Vec<Seen>> {
    let mut seen = vec![Seen::Never; items.len()];
    let mut keys: Vec<OnceKey<'_>> = Vec::new();
    let mut owners: Vec<usize> = Vec::new();
    let mut first_in_batch: HashMap<OnceKey<'_>, usize> = HashMap::new();
    for (index, item) in items.iter().enumerate() {
        let Some(external_id) = item.incoming.external_id.as_deref() else { continue };
        let key = OnceKey {
            chat_id: chats[index].id,
            external_id,
            author_id: author_id(item.incoming, customers[index]),
            digest: messages::content_digest(&item.incoming.body, &item.incoming.files),
        };
        if let Some(first) = first_in_batch.get(&key) {
            seen[index] = Seen::InThisBatch(*first);
            continue;
        }
        first_in_batch.insert(key, index);
        keys.push(key);
        owners.push(index);
    }
    for (position, original) in messages::originals(change.tx, &keys)? {
        seen[owners[position]] = Seen::Before(original);
    }
    // A repetition inside the batch whose first is itself a repetition has the same original.
    for index in 0..seen.len() {
        if let Seen::InThisBatch(first) = seen[index]
            && let Seen::Before(original) = seen[first]
        {
            seen[index] = Seen::Before(original);
        }
    }
    Ok(seen)
}

fn author_id(incoming: &Incoming, customer_id: i64) -> i64 {
    match incoming.author {
        Author::Customer => customer_id,
        Author::Employee(id) => id,
        Author::Staff => 0,
    }
}

fn new_message(now: Millis, item: &Item<'_>, chat: &Chat, customer_id: i64, session_id: i64) -> NewMessage {
    NewMessage {
        chat_id: chat.id,
        session_id,
        author_id: author_id(item.incoming, customer_id),
        direction: Direction::In,
        // Nobody writes in the future: the channel's clock is wrong.
        sent_ms: item.incoming.sent_ms.unwrap_or(now).min(now),
        body: item.incoming.body.clone(),
        params: String::new(),
        external_id: item.incoming.external_id.clone(),
        files: item.incoming.files.clone(),
        client_id: None,
        reply_to: None,
    }
}

/// Tells the customers who write while their line does not work.
fn say_out_of_hours(change: &mut Change<'_, '_>, spots: &[Spot<'_>]) -> Result<()> {
    let mut closed: HashMap<i64, bool> = HashMap::new();
    for spot in spots {
        let is_closed = || automatic::is_out_of_hours(spot.line, change.now);
        if *closed.entry(spot.line.id).or_insert_with(is_closed) {
            automatic::say_out_of_hours(change, *spot)?;
        }
    }
    Ok(())
}
