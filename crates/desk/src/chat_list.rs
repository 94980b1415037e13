//! The inbox's lists: which chats a view shows to an employee, page by page.
//!
//! Nothing is written per incoming message for them. Closed chats rest: an index has them by their last message. Of open ones
//! the last message is looked up where they are few; where they are many, they are met by walking back from the newest
//! messages, which ends as soon as the page is full.

mod counts;
mod walk;

use std::collections::{HashMap, HashSet};

use store::{Param, Row, Tx, params};

use crate::sessions::Status;
use crate::sight::Sight;
use crate::{Millis, Result, own, recent};

pub use counts::{LineCounts, Load, live_counts, loads};

/// Which chats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// Open, owned by or offered to the employee alone, and not snoozed by them.
    Mine,
    /// Open, and nobody's.
    Unassigned,
    /// Open.
    All,
    /// With a note that names the employee and is not read.
    Mentions,
    /// Snoozed by the employee.
    Snoozed,
    /// Whose last session is over, newest first whatever the order asked for.
    Closed,
}

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// The newest message first.
    Newest,
    /// Whose customer waits longest first, then those who do not wait, the newest message first.
    Waiting,
    /// The highest priority first, then the newest message first.
    Priority,
}

/// What narrows a view; empty restricts nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Lines that have the chat now.
    pub line_ids: Vec<i64>,
    /// Codes of connectors.
    pub connectors: Vec<String>,
    /// Owners of the last session; 0 for nobody.
    pub owner_ids: Vec<i64>,
    /// States of the last session.
    pub statuses: Vec<Status>,
    /// One of these labels.
    pub label_ids: Vec<i64>,
    /// Last message at or after.
    pub from_ms: Option<Millis>,
    /// Last message before.
    pub to_ms: Option<Millis>,
    /// Only with something unread.
    pub unread: bool,
}

/// A place in a list: sorted ascending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Group of the order: who waits and who does not, or the priority turned round.
    pub group: i64,
    /// Since when the customer waits, or the last message's id turned round.
    pub rank: i64,
    /// The chat's id turned round.
    pub chat: i64,
}

impl Place {
    fn newest(group: i64, last_id: i64, chat_id: i64) -> Place {
        Place { group, rank: -last_id, chat: -chat_id }
    }
}

/// A list to read.
#[derive(Debug, Clone)]
pub struct Query {
    /// Which chats.
    pub view: View,
    /// What narrows it.
    pub filter: Filter,
    /// In which order.
    pub sort: Sort,
    /// After this place; `None` from the beginning.
    pub after: Option<Place>,
    /// So many at most.
    pub limit: usize,
}

/// What is known of a chat without its messages.
#[derive(Debug, Clone, Copy)]
struct Known {
    chat_id: i64,
    line_id: i64,
    connector_id: i64,
    priority: i64,
    session_line_id: i64,
    status: Option<Status>,
    operator_id: i64,
    waiting_ms: Option<Millis>,
}

const ROW: &str = "c.id, c.line_id, c.connector_id, c.priority, coalesce(s.line_id, 0), s.status, coalesce(s.operator_id, 0), s.waiting_ms";

fn from_row(row: &Row<'_>) -> std::result::Result<Known, store::Error> {
    Ok(Known {
        chat_id: row.get(0)?,
        line_id: row.get(1)?,
        connector_id: row.get(2)?,
        priority: row.get(3)?,
        session_line_id: row.get(4)?,
        status: row.get::<Option<String>>(5)?.map(|word| Status::parse(&word)),
        operator_id: row.get(6)?,
        waiting_ms: row.get(7)?,
    })
}

impl Known {
    fn is_open(&self) -> bool {
        self.status.is_some_and(|status| !matches!(status, Status::Closed | Status::Spam))
    }

    /// The line that has the chat now.
    fn handling_line_id(&self) -> i64 {
        if self.is_open() { self.session_line_id } else { self.line_id }
    }
}

/// A query with what is asked of the database once.
struct Asked<'q> {
    sight: &'q Sight,
    query: &'q Query,
    connector_ids: HashSet<i64>,
    /// Open chats that the employee takes part in.
    joined: HashSet<i64>,
    snoozed: HashSet<i64>,
    /// Bounds of the last message's id: from, to.
    last_ids: (i64, i64),
}

/// Ids of the chats of a page, and the place after which the next one begins. A page may be short although there is a next
/// one: of closed chats only so many are looked at for one page.
///
/// # Errors
/// Those of the database.
pub fn page(tx: &mut Tx<'_>, sight: &Sight, query: &Query) -> Result<(Vec<i64>, Option<Place>)> {
    let asked = ask(tx, sight, query)?;
    let (mut found, reached) = match query.view {
        View::Closed => asked.closed(tx)?,
        View::Mentions => {
            let ids = own::mentioning(tx, sight.user_id)?;
            (asked.listed(tx, &ids)?, None)
        }
        View::Snoozed => {
            let ids: Vec<i64> = asked.snoozed.iter().copied().collect();
            (asked.listed(tx, &ids)?, None)
        }
        View::Mine | View::Unassigned | View::All => (asked.open(tx)?, None),
    };
    found.sort_unstable();
    let more = found.len() > query.limit;
    found.truncate(query.limit);
    let next = if more { found.last().copied() } else { reached };
    Ok((found.iter().map(|place| -place.chat).collect(), next))
}

/// How many chats there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// So many were found.
    pub count: usize,
    /// There are or may be more: no more were wanted, or no more were looked at.
    pub more: bool,
}

/// How many chats there are, as far as one page of `limit` goes.
///
/// # Errors
/// Those of the database.
pub fn count(tx: &mut Tx<'_>, sight: &Sight, view: View, filter: Filter, limit: usize) -> Result<Count> {
    let query = Query { view, filter, sort: Sort::Newest, after: None, limit };
    let (ids, next) = page(tx, sight, &query)?;
    Ok(Count { count: ids.len(), more: next.is_some() })
}

fn ask<'q>(tx: &mut Tx<'_>, sight: &'q Sight, query: &'q Query) -> Result<Asked<'q>> {
    let mut connector_ids = HashSet::new();
    for code in &query.filter.connectors {
        let sql = "SELECT id FROM connectors WHERE code = ?1";
        connector_ids.extend(tx.query(sql, &params![code.to_lowercase()], |row| row.get::<i64>(0))?);
    }
    let mut joined = HashSet::new();
    if !sight.everything {
        let sql = "SELECT chat_id FROM chat_members WHERE user_id = ?1 AND resting_id IS NULL";
        joined.extend(tx.query(sql, &params![sight.user_id], |row| row.get::<i64>(0))?);
    }
    let snoozed = match query.view {
        View::Mine | View::Snoozed => own::snoozed(tx, sight.user_id)?.into_keys().collect(),
        _ => HashSet::new(),
    };
    let from = query.filter.from_ms.map(|at_ms| recent::first_since(tx, at_ms)).transpose()?.unwrap_or(0);
    let to = query.filter.to_ms.map(|at_ms| recent::first_since(tx, at_ms)).transpose()?.unwrap_or(i64::MAX);
    Ok(Asked { sight, query, connector_ids, joined, snoozed, last_ids: (from, to) })
}

impl Asked<'_> {
    /// One more than asked for tells whether there are more.
    fn wanted(&self) -> usize {
        self.query.limit.saturating_add(1)
    }

    /// Whether the view and the filter take a chat, as far as its row says.
    fn takes(&self, row: &Known) -> bool {
        let (query, filter) = (self.query, &self.query.filter);
        let of_view = match query.view {
            View::Mine => {
                row.is_open() && row.operator_id == self.sight.user_id && !self.snoozed.contains(&row.chat_id)
            }
            View::Unassigned => row.is_open() && row.operator_id == 0,
            View::All => row.is_open(),
            View::Mentions | View::Snoozed => true,
            View::Closed => !row.is_open(),
        };
        let among = |list: &[i64], id: i64| list.is_empty() || list.contains(&id);
        of_view
            && among(&filter.line_ids, row.handling_line_id())
            && (filter.connectors.is_empty() || self.connector_ids.contains(&row.connector_id))
            && among(&filter.owner_ids, row.operator_id)
            && (filter.statuses.is_empty() || row.status.is_some_and(|status| filter.statuses.contains(&status)))
    }

    fn sees(&self, row: &Known) -> bool {
        self.sight.everything
            || self.sight.line_ids.contains(&row.line_id)
            || (row.is_open() && self.sight.line_ids.contains(&row.session_line_id))
            || self.joined.contains(&row.chat_id)
    }

    /// Those of the chats that have one of the labels and something unread, if that is asked for.
    fn keep(&self, tx: &mut Tx<'_>, places: Vec<Place>) -> Result<Vec<Place>> {
        let mut places = places;
        if !self.query.filter.label_ids.is_empty() {
            let mut labelled = HashSet::new();
            for label_id in &self.query.filter.label_ids {
                let keys: Vec<Vec<Param<'_>>> =
                    places.iter().map(|place| params![-place.chat, *label_id].to_vec()).collect();
                let sql = "SELECT chat_id FROM chat_labels WHERE chat_id = ?1 AND label_id = ?2";
                labelled.extend(tx.query_each(sql, &keys, |_, row| row.get::<i64>(0))?);
            }
            places.retain(|place| labelled.contains(&-place.chat));
        }
        if self.query.filter.unread {
            let ids: Vec<i64> = places.iter().map(|place| -place.chat).collect();
            let owns = own::of_user(tx, self.sight.user_id, &ids)?;
            let unread: HashSet<i64> = owns.iter().filter(|own| own.unread > 0).map(|own| own.chat_id).collect();
            places.retain(|place| unread.contains(&-place.chat));
        }
        Ok(places)
    }

    fn place(&self, row: &Known, last_id: i64) -> Place {
        match (self.query.sort, row.waiting_ms) {
            (Sort::Newest, _) => Place::newest(0, last_id, row.chat_id),
            (Sort::Waiting, Some(since_ms)) => Place { group: 0, rank: since_ms, chat: -row.chat_id },
            (Sort::Waiting, None) => Place::newest(1, last_id, row.chat_id),
            (Sort::Priority, _) => Place::newest(-row.priority, last_id, row.chat_id),
        }
    }

    fn is_after(&self, place: &Place) -> bool {
        self.query.after.is_none_or(|after| *place > after)
    }

    fn in_time(&self, last_id: i64) -> bool {
        (self.last_ids.0..self.last_ids.1).contains(&last_id)
    }

    /// The page of a view that has few chats, given by id.
    fn listed(&self, tx: &mut Tx<'_>, chat_ids: &[i64]) -> Result<Vec<Place>> {
        let rows = rows(tx, chat_ids)?;
        let mut kept = Vec::new();
        for row in rows.into_iter().filter(|row| self.takes(row)) {
            if self.sees(&row) || is_member(tx, row.chat_id, self.sight.user_id)? {
                kept.push(row);
            }
        }
        self.looked_up(tx, &kept)
    }

    /// The places of these chats that follow the last page, each chat's last message looked up.
    fn looked_up(&self, tx: &mut Tx<'_>, rows: &[Known]) -> Result<Vec<Place>> {
        let ids: Vec<i64> = rows.iter().map(|row| row.chat_id).collect();
        let last = last_ids(tx, &ids)?;
        let last = |row: &Known| last.get(&row.chat_id).copied().unwrap_or(0);
        let in_time = rows.iter().filter(|row| self.in_time(last(row)));
        let mut places: Vec<Place> =
            in_time.map(|row| self.place(row, last(row))).filter(|place| self.is_after(place)).collect();
        places.sort_unstable();
        self.keep_first(tx, &places)
    }

    /// The first of these places, in order, that are kept.
    fn keep_first(&self, tx: &mut Tx<'_>, places: &[Place]) -> Result<Vec<Place>> {
        let mut kept = Vec::new();
        for part in places.chunks(walk::STEP) {
            kept.extend(self.keep(tx, part.to_vec())?);
            if kept.len() >= self.wanted() {
                break;
            }
        }
        Ok(kept)
    }
}

/// What is known of these chats.
fn rows(tx: &mut Tx<'_>, chat_ids: &[i64]) -> Result<Vec<Known>> {
    let keys: Vec<Vec<Param<'_>>> = chat_ids.iter().map(|id| params![*id].to_vec()).collect();
    let sql = format!(
        "SELECT {ROW} FROM chats c LEFT JOIN sessions s ON s.id = \
         (SELECT max(x.id) FROM sessions x WHERE x.chat_id = c.id) WHERE c.id = ?1"
    );
    Ok(tx.query_each(&sql, &keys, |_, row| from_row(row))?)
}

fn is_member(tx: &mut Tx<'_>, chat_id: i64, user_id: i64) -> Result<bool> {
    let sql = "SELECT 1 FROM chat_members WHERE chat_id = ?1 AND user_id = ?2";
    Ok(tx.query_opt(sql, &params![chat_id, user_id], |row| row.get::<i64>(0))?.is_some())
}

/// The last message of each chat, deleted or not.
fn last_ids(tx: &mut Tx<'_>, chat_ids: &[i64]) -> Result<HashMap<i64, i64>> {
    let keys: Vec<Vec<Param<'_>>> = chat_ids.iter().map(|id| params![*id].to_vec()).collect();
    let sql = "SELECT id FROM messages WHERE chat_id = ?1 ORDER BY no DESC LIMIT 1";
    Ok(tx.query_each(sql, &keys, |index, row| Ok((chat_ids[index], row.get(0)?)))?.into_iter().collect())
}
