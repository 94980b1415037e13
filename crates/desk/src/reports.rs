//! Reports: how many sessions there were, how fast they were answered, how they ended. Counted from the sessions themselves
//! whenever somebody asks, by the database, on a reading connection: nothing is written for a report but three numbers of a
//! session, in statements that write it anyway (`sessions/turns.rs`).
//!
//! A session belongs to the moment it was opened at. It is *answered* when an operator wrote to the waiting customer, *lost* when it
//! was closed without that, unless it was spam.

mod bucket;
mod figures;
mod wanted;

use std::collections::HashMap;

use jiff::tz::TimeZone;
use store::{Param, Row, Tx, params};

use crate::{Millis, Result, chats, search};

pub use bucket::{Bucket, Grouping};
pub use figures::Figures;
use wanted::{CLOSE_REASON, Condition, Wanted};

/// Longest time of a report.
pub const RANGE_DAYS_MAX: i64 = 366;

/// Sessions that one report looks at.
pub const SESSIONS_MAX: i64 = 1_000_000;

/// Rows read in one go where the program looks for a weekday and hour.
const LISTED: usize = 1000;

/// Rows that are looked at for one page; the next one goes on from there.
const LOOKED_AT_MAX: usize = 20_000;

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
    /// So many sessions opened in that time are counted, the first; at most [`SESSIONS_MAX`].
    pub sessions_max: i64,
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
    /// There were more sessions than are counted; only the first were.
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
    let end = end_of_first(tx, filter)?;
    let to_ms = end.unwrap_or(filter.to_ms);
    let mut groups: HashMap<Bucket, Figures> = HashMap::new();
    for bucket in grouping.all_between(filter) {
        groups.insert(bucket, Figures::default());
    }
    match grouping {
        Grouping::Day | Grouping::Hour | Grouping::WeekdayHour => {
            by_time(tx, &wanted, grouping, to_ms, &mut groups)?;
        }
        Grouping::Line => by_id(tx, &wanted, "s.line_id", to_ms, Bucket::Id, &mut groups)?,
        Grouping::Operator => by_id(tx, &wanted, "s.operator_id", to_ms, Bucket::Id, &mut groups)?,
        Grouping::Connector => {
            let code = |id: i64| Bucket::Word(wanted.connector_codes.get(&id).cloned().unwrap_or_default());
            by_id(tx, &wanted, "c.connector_id", to_ms, code, &mut groups)?;
        }
        Grouping::CloseReason => {
            let counted = counted(tx, &wanted.condition(filter.from_ms, to_ms), CLOSE_REASON, |row| row.get(0))?;
            groups.extend(counted.into_iter().map(|(reason, figures)| (Bucket::Word(reason), figures)));
        }
    }
    let mut total = Figures::default();
    groups.values().for_each(|figures| total.add(figures));
    let mut rows: Vec<(Bucket, Figures)> = groups.into_iter().collect();
    rows.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(Report { rows, total, cut: end.is_some() })
}

/// When there are more sessions than are counted: the moment before which that many were opened, or a few less.
fn end_of_first(tx: &mut Tx<'_>, filter: &Filter) -> Result<Option<Millis>> {
    let sessions_max = filter.sessions_max.clamp(0, SESSIONS_MAX);
    // Ids count the sessions: most of the time there cannot be that many.
    let newest: Option<i64> = tx.query_one("SELECT max(id) FROM sessions", &[], |row| row.get(0))?;
    if newest.unwrap_or(0) <= sessions_max {
        return Ok(None);
    }
    let sql = "SELECT created_ms FROM sessions WHERE created_ms >= ?1 AND created_ms < ?2 \
               ORDER BY created_ms, id LIMIT 1 OFFSET ?3";
    Ok(tx.query_opt(sql, &params![filter.from_ms, filter.to_ms, sessions_max], |row| row.get(0))?)
}

/// The figures of the sessions that have the same key.
fn counted<K>(
    tx: &mut Tx<'_>,
    condition: &Condition,
    key: &str,
    read: impl Fn(&Row<'_>) -> std::result::Result<K, store::Error>,
) -> Result<Vec<(K, Figures)>> {
    let chats = match [key, &condition.text].iter().any(|text| text.contains("c.connector_id")) {
        true => " JOIN chats c ON c.id = s.chat_id",
        false => "",
    };
    let sql = format!("SELECT {key}, {} FROM sessions s{chats}{} GROUP BY {key}", figures::columns(), condition.text);
    Ok(tx.query(&sql, &condition.params, |row| Ok((read(row)?, Figures::from_row(row, 1)?)))?)
}

fn by_id(
    tx: &mut Tx<'_>,
    wanted: &Wanted<'_>,
    column: &str,
    to_ms: Millis,
    bucket: impl Fn(i64) -> Bucket,
    groups: &mut HashMap<Bucket, Figures>,
) -> Result<()> {
    let condition = wanted.condition(wanted.filter.from_ms, to_ms);
    for (id, figures) in counted(tx, &condition, column, |row| row.get(0))? {
        groups.entry(bucket(id)).or_default().add(&figures);
    }
    Ok(())
}

/// The database counts by equal stretches of time, the longest of which every day or hour of the report is made.
fn by_time(
    tx: &mut Tx<'_>,
    wanted: &Wanted<'_>,
    grouping: Grouping,
    to_ms: Millis,
    groups: &mut HashMap<Bucket, Figures>,
) -> Result<()> {
    let filter = wanted.filter;
    let spans = grouping.spans(filter);
    let stretch_ms = spans.iter().fold(0, |stretch, (from_ms, to_ms)| gcd(gcd(stretch, *from_ms), *to_ms)).max(1);
    let condition = wanted.condition(filter.from_ms, to_ms);
    let stretch = format!("s.created_ms / {stretch_ms}");
    for (number, figures) in counted(tx, &condition, &stretch, |row| row.get::<i64>(0))? {
        let at_ms = number * stretch_ms;
        let span = spans.partition_point(|(_, end_ms)| *end_ms <= at_ms);
        let at_ms = spans.get(span).map_or(at_ms, |(from_ms, _)| *from_ms);
        groups.entry(grouping.moment(at_ms, &filter.time_zone)).or_default().add(&figures);
    }
    Ok(())
}

fn gcd(one: i64, other: i64) -> i64 {
    match other {
        0 => one.abs(),
        _ => gcd(other, one % other),
    }
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
    // Only weekdays and hours are the program's to tell.
    let fits = |session: &Counted| match within {
        Some((Grouping::WeekdayHour, bucket)) => {
            Grouping::WeekdayHour.moment(session.created_ms, &filter.time_zone) == *bucket
        }
        _ => true,
    };
    let step = if matches!(within, Some((Grouping::WeekdayHour, _))) { LISTED } else { limit };
    let mut place = place.unwrap_or((to_ms, 0)).min((to_ms, 0));
    let (mut found, mut looked_at) = (Vec::new(), 0);
    while looked_at < LOOKED_AT_MAX {
        let mut condition = wanted.condition(from_ms, to_ms);
        if let Some((grouping, bucket)) = within {
            wanted.within(&mut condition, grouping, bucket);
        }
        let (at_ms, id) = (Param::Int(place.0), Param::Int(place.1));
        condition.and("s.created_ms <= ? AND (s.created_ms < ? OR s.id < ?)", [at_ms.clone(), at_ms, id]);
        let sql = format!(
            "SELECT {COLUMNS} FROM sessions s JOIN chats c ON c.id = s.chat_id{} \
             ORDER BY s.created_ms DESC, s.id DESC LIMIT {step}",
            condition.text
        );
        let page = tx.query(&sql, &condition.params, from_row)?;
        if page.is_empty() {
            return named(tx, &wanted, found, None);
        }
        looked_at += page.len();
        for session in page {
            place = (session.created_ms, session.id);
            if fits(&session) {
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
