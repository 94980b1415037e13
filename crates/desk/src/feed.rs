//! The live feed: what numbered events mean, as the things they speak of are now (promise 6).
//!
//! Sending a thing as it is makes every change harmless to repeat, and lets a client that resumes later skip what lies
//! between. The reads of many events are grouped: their number does not grow with the events.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use store::Tx;

use crate::cards::{self, Card};
use crate::deliveries::{self, Delivery};
use crate::events::{Catalog, Event, Kind};
use crate::own::{self, Own};
use crate::posts::{self, Post};
use crate::sight::Audience;
use crate::users::{self, User};
use crate::{Millis, Result, chats, files, messages, presence};

/// What happened, for everybody who listens; each listener gets what they may see of it.
#[derive(Debug, Default)]
pub struct News {
    /// Number of the last event in it.
    pub number: i64,
    /// Chats that changed.
    pub chats: Vec<Card>,
    /// To whom they matter; also those of the posts, deliveries and departures.
    pub audiences: HashMap<i64, Audience>,
    /// Messages that are new or changed, in their order.
    pub posts: Vec<Post>,
    /// What listeners keep with chats.
    pub owns: Vec<Own>,
    /// Who may not see a chat any more, unless they may for another reason.
    pub departures: Vec<Departure>,
    /// Employees who changed.
    pub employees: Vec<User>,
    /// Why employees are away, for those who say so; read only when an employee changed.
    pub presence_reasons: HashMap<i64, String>,
    /// Lists to fetch again.
    pub catalogs: Vec<Catalog>,
    /// Deliveries that changed.
    pub deliveries: Vec<Delivery>,
    /// Employees who see other chats than before; 0 stands for everybody.
    pub strangers: Vec<i64>,
    /// Who is writing where, and when the event was.
    pub writing: Vec<(i64, i64, Millis)>,
    /// Sessions began, ended or changed hands.
    pub sessions_moved: bool,
}

/// Somebody has no part in a chat any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Departure {
    /// The chat.
    pub chat_id: i64,
    /// Who.
    pub who: Departed,
}

/// Who has no part in a chat any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Departed {
    /// An employee left it.
    Employee(i64),
    /// A line that had taken it over.
    Line(i64),
}

/// Ids that the events name.
#[derive(Default)]
struct Named {
    chats: BTreeSet<i64>,
    messages: BTreeSet<i64>,
    changed_messages: BTreeSet<i64>,
    files: BTreeSet<i64>,
    customers: BTreeSet<i64>,
    employees: BTreeSet<i64>,
    deliveries: BTreeSet<i64>,
    catalogs: BTreeSet<Catalog>,
    departures: BTreeSet<Departure>,
    strangers: BTreeSet<i64>,
    /// Chats of which every listener's own part may have changed.
    owns_of_chats: BTreeSet<i64>,
    owns: BTreeSet<(i64, i64)>,
}

/// Reads what the events speak of. Only what `listeners` (employees) keep for themselves is read.
///
/// # Errors
/// Those of the database.
pub fn read(tx: &mut Tx<'_>, events: &[Event], listeners: &HashSet<i64>) -> Result<News> {
    let mut news = News { number: events.last().map_or(0, |event| event.number), ..News::default() };
    let mut named = Named::default();
    for event in events {
        named.take(event, &mut news);
    }
    named.follow(tx)?;
    let ids: Vec<i64> = named.chats.iter().copied().collect();
    news.chats = cards::load(tx, &ids)?;
    news.audiences = news.chats.iter().map(|card| (card.chat.id, card.audience())).collect();
    let message_ids: Vec<i64> = named.messages.iter().copied().collect();
    let found = messages::find_many(tx, &message_ids)?;
    news.posts = posts::load(tx, found)?;
    let pairs = named.own_pairs(tx, &news.audiences, listeners)?;
    news.owns = own::of_pairs(tx, &pairs)?;
    // A draft is kept although its chat is out of sight; it is not told until the chat is seen again.
    let unknown: BTreeSet<i64> = pairs.iter().map(|(chat_id, _)| *chat_id).collect();
    let unknown: Vec<i64> = unknown.into_iter().filter(|id| !news.audiences.contains_key(id)).collect();
    for card in cards::load(tx, &unknown)? {
        news.audiences.insert(card.chat.id, card.audience());
    }
    let employees: Vec<i64> = named.employees.iter().copied().collect();
    news.employees = users::find_many(tx, &employees)?;
    if !news.employees.is_empty() {
        news.presence_reasons = presence::reasons(tx)?;
    }
    let delivery_ids: Vec<i64> = named.deliveries.iter().copied().collect();
    news.deliveries = deliveries::find_many(tx, &delivery_ids)?;
    news.catalogs = named.catalogs.into_iter().collect();
    news.departures = named.departures.into_iter().collect();
    news.strangers = named.strangers.into_iter().collect();
    Ok(news)
}

impl Named {
    fn take(&mut self, event: &Event, news: &mut News) {
        let Some(kind) = Kind::parse(&event.kind) else { return };
        let (chat_id, subject_id) = (event.chat_id, event.subject_id);
        match kind {
            Kind::MessageAdded | Kind::MessageChanged | Kind::MessageDeleted => {
                self.chats.insert(chat_id);
                self.messages.insert(subject_id);
                self.owns_of_chats.insert(chat_id);
                if kind != Kind::MessageAdded {
                    self.changed_messages.insert(subject_id);
                }
            }
            Kind::MessageDelivered => {
                self.chats.insert(chat_id);
                self.messages.insert(subject_id);
            }
            Kind::ChatChanged | Kind::SessionStarted | Kind::SessionChanged | Kind::SessionFinished => {
                self.chats.insert(chat_id);
                self.owns_of_chats.insert(chat_id);
                news.sessions_moved |= kind != Kind::ChatChanged;
            }
            Kind::ChatRead => drop(self.owns.insert((chat_id, event.actor_id))),
            Kind::OwnChanged => drop(self.owns.insert((chat_id, subject_id))),
            Kind::ChatWriting => {
                self.chats.insert(chat_id);
                news.writing.push((chat_id, subject_id, event.at_ms));
            }
            Kind::ChatLeft => {
                self.chats.insert(chat_id);
                self.owns.insert((chat_id, subject_id));
                self.departures.insert(Departure { chat_id, who: Departed::Employee(subject_id) });
            }
            Kind::ChatMoved => {
                self.chats.insert(chat_id);
                self.departures.insert(Departure { chat_id, who: Departed::Line(subject_id) });
            }
            Kind::AnswerLate => {}
            Kind::FileChanged => drop(self.files.insert(subject_id)),
            Kind::PresenceChanged | Kind::EmployeeChanged => drop(self.employees.insert(subject_id)),
            Kind::CustomerChanged => drop(self.customers.insert(subject_id)),
            Kind::DeliveryChanged => drop(self.deliveries.insert(subject_id)),
            Kind::AccessChanged => drop(self.strangers.insert(subject_id)),
            Kind::CatalogChanged => self.catalogs.extend(Catalog::of_number(subject_id)),
        }
    }

    /// Adds what shows the things named: the messages of files and deliveries, those that quote a message, a customer's chats.
    fn follow(&mut self, tx: &mut Tx<'_>) -> Result<()> {
        let ids: Vec<i64> = self.files.iter().copied().collect();
        for file in files::find_many(tx, &ids)? {
            match file.purpose.as_str() {
                "avatar" => {
                    self.customers.insert(file.author_id);
                    self.employees.insert(file.author_id);
                }
                _ if file.message_id != 0 => drop(self.messages.insert(file.message_id)),
                _ => {}
            }
        }
        let ids: Vec<i64> = self.deliveries.iter().copied().collect();
        for (chat_id, message_id) in deliveries::messages_of(tx, &ids)? {
            self.messages.insert(message_id);
            self.chats.insert(chat_id);
        }
        let ids: Vec<i64> = self.changed_messages.iter().copied().collect();
        self.messages.extend(messages::replies_to(tx, &ids)?);
        let ids: Vec<i64> = self.messages.iter().copied().collect();
        // The chat says who may see the message.
        self.chats.extend(messages::chats_of(tx, &ids)?);
        let ids: Vec<i64> = self.customers.iter().copied().collect();
        self.chats.extend(chats::of_customers(tx, &ids)?);
        let ids: Vec<i64> = self.employees.iter().copied().collect();
        let customers = users::find_many(tx, &ids)?.into_iter().filter(|user| user.kind != users::Kind::Employee);
        for user in customers.collect::<Vec<_>>() {
            self.employees.remove(&user.id);
        }
        Ok(())
    }

    /// Whose own part to read: that of the listeners who take part in the chats or keep something with them.
    fn own_pairs(
        &self,
        tx: &mut Tx<'_>,
        audiences: &HashMap<i64, Audience>,
        listeners: &HashSet<i64>,
    ) -> Result<Vec<(i64, i64)>> {
        let mut pairs: BTreeMap<(i64, i64), ()> = self.owns.iter().map(|pair| (*pair, ())).collect();
        for chat_id in &self.owns_of_chats {
            let members = audiences.get(chat_id).map(|audience| audience.member_ids.as_slice()).unwrap_or_default();
            pairs.extend(members.iter().map(|user_id| ((*chat_id, *user_id), ())));
        }
        let chat_ids: Vec<i64> = self.owns_of_chats.iter().copied().collect();
        pairs.extend(own::keepers(tx, &chat_ids)?.into_iter().map(|pair| (pair, ())));
        Ok(pairs.into_keys().filter(|(_, user_id)| listeners.contains(user_id)).collect())
    }
}
