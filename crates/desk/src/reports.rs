//! Reports: how many sessions there were, how fast they were answered, how they ended. Counted from the sessions themselves
//! whenever somebody asks, on a reading connection: nothing is written for a report but three numbers of a session, in
//! statements that write it anyway (`sessions/turns.rs`).
//!
//! A session belongs to the moment it was opened at. It is *answered* when an operator wrote to the waiting customer, *lost* when it
//! was closed without that, unless it was spam.

mod bucket;
mod figures;

use std::collections::HashMap;

use jiff::tz::TimeZone;
use store::{Row, Tx, params};

use crate::{Millis, Result, chats, search};

pub use bucket::{Bucket, Grouping};
pub use figures::Figures;

/// Longest time of a report.
pub const RANGE_DAYS_MAX: i64 = 366;

/// Sessions that one report looks at.
pub const SESSIONS_MAX: usize = 1_000_000;

/// Rows read in one go.
const PAGE: i64 = 10_000;

/// The same while sessions are listed.
const LISTED: i64 = 1000;

/// Which sessions.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Opened at this moment or later.
    pub from_ms: Millis,
    /// Opened before this moment.
    pub to_ms: Millis,
    /// Of these lines; of all when it is empty.
    pub line_ids: Vec<i64>,
    /// Of these owners, 0 for nobody; of all when it is empty.
    pub operator_ids: Vec<i64>,
    /// Through these connectors, by code; through all when it is empty.
    pub connectors: Vec<String>,
    /// Where days begin.
    pub time_zone: TimeZone,
}

/// A session as reports see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// Session's id.
    pub id: i64,
    /// Its chat.
    pub chat_id: i64,
    /// The chat's name as people see it; only in [`sessions`].
    pub chat_name: String,
    /// Its line.
    pub line_id: i64,
    /// Its last owner, 0 for nobody.
    pub operator_id: i64,
    /// Its connector.
    pub connector_id: i64,
    /// The connector's code; only in [`sessions`].
    pub connector: String,
    /// When it was opened.
    pub created_ms: Millis,
    /// When an operator first answered.
    pub first_reply_ms: Option<Millis>,
    /// How often the customer's waiting was ended.
    pub replies: i64,
    /// How long the customer waited for these answers in all.
    pub replies_ms: Millis,
    /// When it was closed.
    pub closed_ms: Option<Millis>,
    /// Why, or empty.
    pub close_reason: String,
    /// Customer's rating: 5, 1 or 0 for none.
    pub vote: i64,
    /// There was nobody to talk to.
    pub spam: bool,
}

/// The time zone of a name such as `Europe/Berlin`.
#[must_use]
pub fn zone(name: &str) -> Option<TimeZone> {
    TimeZone::get(name).ok()
}

/// A report.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// One row for each bucket, in the order of the buckets; days and hours without sessions too.
    pub rows: Vec<(Bucket, Figures)>,
    /// Of all of them together.
    pub total: Figures,
    /// There were more than [`SESSIONS_MAX`]; only the first were counted.
    pub cut: bool,
}

const COLUMNS: &str = "s.id, s.chat_id, s.line_id, s.operator_id, c.connector_id, s.created_ms, s.first_reply_ms, \
     s.replies, s.replies_ms, s.closed_ms, s.close_reason, s.vote, s.status";

fn from_row(row: &Row<'_>) -> std::result::Result<Counted, store::Error> {
    Ok(Counted {
        chat_name: String::new(),
        connector: String::new(),
        id: row.get(0)?,
        chat_id: row.get(1)?,
        line_id: row.get(2)?,
        operator_id: row.get(3)?,
        connector_id: row.get(4)?,
        created_ms: row.get(5)?,
        first_reply_ms: row.get(6)?,
        replies: row.get(7)?,
        replies_ms: row.get(8)?,
        closed_ms: row.get(9)?,
        close_reason: row.get(10)?,
        vote: row.get(11)?,
        spam: row.get::<String>(12)? == "spam",
    })
}

/// Counts the sessions of a filter.
///
/// # Errors
/// Those of the database.
pub fn report(tx: &mut Tx<'_>, filter: &Filter, grouping: Grouping) -> Result<Report> {
    let wanted = Wanted::new(tx, filter)?;
    let mut groups: HashMap<Bucket, Figures> = HashMap::new();
    for bucket in grouping.all_between(filter) {
        groups.insert(bucket, Figures::default());
    }
    let (mut total, mut looked_at) = (Figures::default(), 0);
    let mut place = (filter.from_ms, 0);
    loop {
        let sql = format!(
            "SELECT {COLUMNS} FROM sessions s JOIN chats c ON c.id = s.chat_id \
             WHERE s.created_ms >= ?1 AND (s.created_ms > ?1 OR s.id > ?2) AND s.created_ms < ?3 \
             ORDER BY s.created_ms, s.id LIMIT ?4"
        );
        let page = tx.query(&sql, &params![place.0, place.1, filter.to_ms, PAGE], from_row)?;
        let Some(last) = page.last() else { break };
        place = (last.created_ms, last.id);
        looked_at += page.len();
        for session in page.iter().filter(|session| wanted.takes(session)) {
            let bucket = grouping.bucket(session, &filter.time_zone, &wanted.connector_codes);
            groups.entry(bucket).or_default().count(session);
            total.count(session);
        }
        if looked_at >= SESSIONS_MAX {
            break;
        }
    }
    let mut rows: Vec<(Bucket, Figures)> = groups.into_iter().collect();
    rows.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(Report { rows, total, cut: looked_at >= SESSIONS_MAX })
}

/// Part of a list of sessions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// The newest first.
    pub sessions: Vec<Counted>,
    /// Where the next part goes on, when there may be one.
    pub next: Option<Place>,
}

/// A place in a list of sessions: when one was opened, and its id.
pub type Place = (Millis, i64);

/// The sessions of a filter, or of one bucket of it, the newest first: those before `place`, at most `limit`.
///
/// # Errors
/// Those of the database.
pub fn sessions(
    tx: &mut Tx<'_>,
    filter: &Filter,
    within: Option<(Grouping, &Bucket)>,
    place: Option<Place>,
    limit: usize,
) -> Result<Page> {
    let wanted = Wanted::new(tx, filter)?;
    let (from_ms, to_ms) = match within {
        Some((_, Bucket::Span(from_ms, to_ms))) => (filter.from_ms.max(*from_ms), filter.to_ms.min(*to_ms)),
        _ => (filter.from_ms, filter.to_ms),
    };
    let mut place = place.unwrap_or((to_ms, 0)).min((to_ms, 0));
    let mut found = Vec::new();
    let mut looked_at = 0;
    while looked_at < SESSIONS_MAX {
        let sql = format!(
            "SELECT {COLUMNS} FROM sessions s JOIN chats c ON c.id = s.chat_id \
             WHERE s.created_ms <= ?1 AND (s.created_ms < ?1 OR s.id < ?2) AND s.created_ms >= ?3 \
             ORDER BY s.created_ms DESC, s.id DESC LIMIT ?4"
        );
        let page = tx.query(&sql, &params![place.0, place.1, from_ms, LISTED], from_row)?;
        if page.is_empty() {
            return named(tx, &wanted, found, None);
        }
        looked_at += page.len();
        for session in page {
            place = (session.created_ms, session.id);
            let fits = |(grouping, bucket): (Grouping, &Bucket)| {
                grouping.bucket(&session, &filter.time_zone, &wanted.connector_codes) == *bucket
            };
            if wanted.takes(&session) && within.is_none_or(fits) {
                found.push(session);
                if found.len() >= limit {
                    return named(tx, &wanted, found, Some(place));
                }
            }
        }
    }
    named(tx, &wanted, found, Some(place))
}

/// The page, with what its sessions' chats and connectors are called.
fn named(tx: &mut Tx<'_>, wanted: &Wanted<'_>, mut sessions: Vec<Counted>, next: Option<Place>) -> Result<Page> {
    let ids: Vec<i64> = sessions.iter().map(|session| session.chat_id).collect();
    let chats = chats::find_many(tx, &ids)?;
    let names = search::chat_names(tx, &chats)?;
    for session in &mut sessions {
        let named = chats.iter().zip(&names).find(|(chat, _)| chat.id == session.chat_id);
        session.chat_name = named.map(|(_, name)| name.clone()).unwrap_or_default();
        session.connector = wanted.connector_codes.get(&session.connector_id).cloned().unwrap_or_default();
    }
    Ok(Page { sessions, next })
}

/// A filter with the connectors it names.
struct Wanted<'f> {
    filter: &'f Filter,
    /// All connectors, removed ones too.
    connector_codes: HashMap<i64, String>,
}

impl<'f> Wanted<'f> {
    fn new(tx: &mut Tx<'_>, filter: &'f Filter) -> Result<Wanted<'f>> {
        let codes = tx.query("SELECT id, code FROM connectors", &[], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Wanted { filter, connector_codes: codes.into_iter().collect() })
    }

    fn takes(&self, session: &Counted) -> bool {
        let is_one = |ids: &[i64], id: i64| ids.is_empty() || ids.contains(&id);
        let code = || self.connector_codes.get(&session.connector_id);
        is_one(&self.filter.line_ids, session.line_id)
            && is_one(&self.filter.operator_ids, session.operator_id)
            && (self.filter.connectors.is_empty()
                || code()
                    .is_some_and(|code| self.filter.connectors.iter().any(|wanted| wanted.eq_ignore_ascii_case(code))))
    }
}
