//! Which session each incoming message belongs to: the open one, a new one, or the one that it rates.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use super::{Author, Item};
use crate::chats::Chat;
use crate::lines::{self, Line};
use crate::routing::Facts;
use crate::sessions::{self, For, Open, Spoken};
use crate::votes::{self, Question, Vote};
use crate::{Change, Result, bots, queue};

/// Where fresh messages belong. A message is named by its index.
#[derive(Default)]
pub(super) struct Routed {
    /// The session of each message.
    pub sessions: HashMap<usize, i64>,
    /// The messages for which a session was opened that people are to answer.
    pub opened: Vec<usize>,
    /// The lines of sessions that another line has than the one through which the customer writes (it was transferred).
    pub elsewhere: HashMap<usize, Line>,
    /// The messages that are a rating.
    pub votes: Vec<(usize, Vote)>,
    /// The bots that joined chats.
    pub bots: HashMap<i64, i64>,
}

/// The session of each fresh message: the open one, a new one, which the line's bot begins if there is one, or the one that
/// it rates.
pub(super) fn sessions_for(
    change: &mut Change<'_, '_>,
    items: &[Item<'_>],
    chats: &[Chat],
    fresh: &[usize],
) -> Result<Routed> {
    let mut chat_ids: Vec<i64> = fresh.iter().map(|index| chats[*index].id).collect();
    chat_ids.sort_unstable();
    chat_ids.dedup();
    let mut open = sessions::open_of_chats(change, &chat_ids)?;
    let mut routed = Routed::default();
    take_votes(change, items, chats, fresh, &open, &mut routed)?;
    if !routed.votes.is_empty() {
        // A rating may have ended its session.
        open = sessions::open_of_chats(change, &chat_ids)?;
    }
    // Before others are opened: what goes on counts when routing looks who is free.
    customers_wrote(change, items, chats, fresh, &open, &routed)?;
    let mut of_chats: HashMap<i64, i64> = HashMap::new();
    let mut facts: HashMap<i64, Facts> = HashMap::new();
    for index in fresh {
        let (chat, place) = (&chats[*index], items[*index].place);
        if routed.sessions.contains_key(index) {
            continue;
        }
        if let Some(session_id) = of_chats.get(&chat.id) {
            routed.sessions.insert(*index, *session_id);
            continue;
        }
        let session_id = match open.get(&chat.id) {
            Some(session) => {
                if let Some(line) = lines::elsewhere(change.tx, session.line_id, &place.line)? {
                    routed.elsewhere.insert(*index, line);
                }
                session.id
            }
            None => {
                if let Some(bot) = bots::welcome(change, chat, &place.line)? {
                    let id = sessions::open(change, chat, &place.connector, &place.line, For::Bot(&bot))?;
                    routed.bots.insert(chat.id, bot.id);
                    of_chats.insert(chat.id, id);
                    routed.sessions.insert(*index, id);
                    continue;
                }
                // Whoever gets this session has one more on the other lines too: what was loaded for them is out of date.
                facts.retain(|line_id, _| *line_id == place.line.id);
                if let Entry::Vacant(entry) = facts.entry(place.line.id) {
                    entry.insert(queue::facts(change, &place.line)?);
                }
                let facts = facts.get_mut(&place.line.id).expect("loaded above");
                routed.opened.push(*index);
                sessions::open(change, chat, &place.connector, &place.line, For::Queue(facts))?
            }
        };
        of_chats.insert(chat.id, session_id);
        routed.sessions.insert(*index, session_id);
    }
    Ok(routed)
}

/// Finds the ratings: messages that come before anything else their customer writes.
fn take_votes(
    change: &mut Change<'_, '_>,
    items: &[Item<'_>],
    chats: &[Chat],
    fresh: &[usize],
    open: &HashMap<i64, Open>,
    routed: &mut Routed,
) -> Result<()> {
    let mut talking: HashSet<i64> = HashSet::new();
    for index in fresh {
        let chat_id = chats[*index].id;
        if talking.contains(&chat_id) {
            continue;
        }
        match take_vote(change, &items[*index], chat_id, open.get(&chat_id).copied())? {
            Some((question, vote)) => {
                routed.sessions.insert(*index, question.session_id);
                routed.elsewhere.extend(question.elsewhere.map(|line| (*index, line)));
                routed.votes.push((*index, vote));
            }
            None => drop(talking.insert(chat_id)),
        }
    }
    Ok(())
}

/// Stores the rating, if the message is one and the customer was asked; returns what it answers.
fn take_vote(
    change: &mut Change<'_, '_>,
    item: &Item<'_>,
    chat_id: i64,
    open: Option<Open>,
) -> Result<Option<(Question, Vote)>> {
    let is_bare = item.incoming.author == Author::Customer && item.incoming.files.is_empty();
    let Some(vote) = Vote::parse(&item.incoming.body).filter(|_| is_bare) else { return Ok(None) };
    let Some(question) = votes::pending(change, chat_id, open, &item.place.line)? else { return Ok(None) };
    votes::store(change, chat_id, &question, vote)?;
    Ok(Some((question, vote)))
}

/// Tells the open sessions whose customers have written.
fn customers_wrote(
    change: &mut Change<'_, '_>,
    items: &[Item<'_>],
    chats: &[Chat],
    fresh: &[usize],
    open: &HashMap<i64, Open>,
    routed: &Routed,
) -> Result<()> {
    let is_rating = |index: &usize| routed.sessions.contains_key(index);
    let by_customer =
        fresh.iter().filter(|index| items[**index].incoming.author == Author::Customer && !is_rating(index));
    let mut spoken: Vec<Spoken> = by_customer
        .filter_map(|index| {
            let session = open.get(&chats[*index].id)?;
            Some(Spoken { chat_id: chats[*index].id, session_id: session.id, status: session.status })
        })
        .collect();
    spoken.sort_unstable_by_key(|one| one.session_id);
    spoken.dedup_by_key(|one| one.session_id);
    sessions::customers_wrote(change, &spoken)
}
