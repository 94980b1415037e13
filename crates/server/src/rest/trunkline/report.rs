//! `trunkline.report.*`: how many sessions there were, how fast they were answered, and which they are.

use desk::reports::{self, Bucket, Counted, Filter, Grouping, RANGE_DAYS_MAX, SESSIONS_MAX};
use desk::users::Role;
use desk::{DAY_MS, Millis};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::{Call, RestError};
use super::limit::Limit;

/// Ids or codes in one list of a filter.
const LIST_MAX: usize = 1000;

/// Sessions on one page.
const PAGE: usize = 50;
const PAGE_MAX: usize = 200;

/// By what sessions are counted together.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum GroupBy {
    /// The line that handles them.
    Line,
    /// Their last owner; 0 stands for nobody.
    Operator,
    /// Their connector.
    Connector,
    /// The day they were opened on.
    Day,
    /// The hour they were opened in, one by one.
    Hour,
    /// Why they were closed; empty for those that are open.
    CloseReason,
    /// Weekday and hour they were opened in, over all weeks.
    WeekdayHour,
}

impl From<GroupBy> for Grouping {
    fn from(group_by: GroupBy) -> Self {
        match group_by {
            GroupBy::Line => Grouping::Line,
            GroupBy::Operator => Grouping::Operator,
            GroupBy::Connector => Grouping::Connector,
            GroupBy::Day => Grouping::Day,
            GroupBy::Hour => Grouping::Hour,
            GroupBy::CloseReason => Grouping::CloseReason,
            GroupBy::WeekdayHour => Grouping::WeekdayHour,
        }
    }
}

/// Parameters of `trunkline.report.get`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct ReportParams {
    /// Sessions opened at this moment or later, unix milliseconds.
    from_ms: i64,
    /// Sessions opened before this moment; at most 366 days after `from_ms`.
    to_ms: i64,
    /// Of these lines only.
    line_ids: Option<Vec<i64>>,
    /// Of these owners only, 0 for sessions of nobody. An operator gets their own, whatever stands here.
    operator_ids: Option<Vec<i64>>,
    /// Through these connectors only, by code.
    connectors: Option<Vec<String>>,
    /// Where days begin, such as `Europe/Berlin`; the portal's time zone when it is left out.
    time_zone: Option<String>,
    group_by: GroupBy,
}

/// Parameters of `trunkline.report.sessions`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct SessionsParams {
    /// As in `trunkline.report.get`.
    from_ms: i64,
    /// As in `trunkline.report.get`.
    to_ms: i64,
    /// As in `trunkline.report.get`.
    line_ids: Option<Vec<i64>>,
    /// As in `trunkline.report.get`.
    operator_ids: Option<Vec<i64>>,
    /// As in `trunkline.report.get`.
    connectors: Option<Vec<String>>,
    /// As in `trunkline.report.get`.
    time_zone: Option<String>,
    /// What `bucket` is one of.
    group_by: Option<GroupBy>,
    /// A row's `bucket`; without it all sessions of the filter.
    bucket: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
    #[serde(default)]
    limit: Limit<PAGE, PAGE_MAX>,
}

/// A report.
#[derive(Serialize, JsonSchema)]
pub(super) struct Report {
    /// In the order of their buckets; days and hours without sessions too.
    rows: Vec<ReportRow>,
    /// All rows together.
    total: ReportFigures,
    /// There were more sessions than a report counts (1,000,000): it holds the first only.
    cut: bool,
    /// The time zone in which days and hours were counted.
    time_zone: String,
}

/// One group of sessions.
#[derive(Serialize, JsonSchema)]
struct ReportRow {
    /// Names the group for `trunkline.report.sessions`.
    bucket: String,
    /// The line or operator.
    id: Option<i64>,
    /// The connector's code or the reason of closing.
    word: Option<String>,
    /// When the day or hour begins.
    from_ms: Option<Millis>,
    /// Before when it ends.
    to_ms: Option<Millis>,
    /// 1 for Monday to 7 for Sunday.
    weekday: Option<i8>,
    /// 0 to 23.
    hour: Option<i8>,
    figures: ReportFigures,
}

/// Numbers of a group of sessions.
#[derive(Serialize, JsonSchema)]
struct ReportFigures {
    /// Opened.
    sessions: i64,
    /// Of these, answered by an operator.
    answered: i64,
    /// Closed without an answer, and no spam.
    lost: i64,
    /// Called spam.
    spam: i64,
    /// Rated well.
    likes: i64,
    /// Rated badly.
    dislikes: i64,
    /// From the opening to the first answer: half of the answered sessions took at most so long.
    first_answer_median_ms: Option<Millis>,
    /// Nine of ten took at most so long.
    first_answer_p90_ms: Option<Millis>,
    /// How long customers waited for an answer on average.
    answer_average_ms: Option<Millis>,
    /// How long sessions lasted on average.
    duration_average_ms: Option<Millis>,
}

/// Sessions of a report.
#[derive(Serialize, JsonSchema)]
pub(super) struct ReportSessions {
    /// The newest first.
    sessions: Vec<ReportSession>,
    /// For the page after this one; `null` after the last.
    next: Option<String>,
}

/// A session of a report.
#[derive(Serialize, JsonSchema)]
struct ReportSession {
    id: i64,
    chat_id: i64,
    chat_name: String,
    line_id: i64,
    /// Its last owner, 0 for nobody.
    operator_id: i64,
    /// The connector's code.
    connector: String,
    created_ms: Millis,
    /// When an operator first answered.
    first_answer_ms: Option<Millis>,
    closed_ms: Option<Millis>,
    /// `finished`, `silence`, `spam` or `line_removed`.
    close_reason: Option<String>,
    /// `like` or `dislike`.
    #[schemars(extend("enum" = ["like", "dislike", null]))]
    vote: Option<&'static str>,
}

/// `trunkline.report.get`: for supervisors and administrators of everybody, for operators of themselves.
pub(super) async fn get(call: Call, params: ReportParams) -> Result<Report, RestError> {
    let lists = (params.line_ids, params.operator_ids, params.connectors);
    let filter = filter(&call, (params.from_ms, params.to_ms), lists, params.time_zone.as_deref())?;
    let time_zone = filter.time_zone.iana_name().unwrap_or("UTC").to_owned();
    let grouping = params.group_by.into();
    let report = call.read_in_turn(move |tx| reports::report(tx, &filter, grouping)).await?;
    let rows = report.rows.iter().map(|(bucket, figures)| row(bucket, figures));
    Ok(Report { rows: rows.collect(), total: figures(&report.total), cut: report.cut, time_zone })
}

/// `trunkline.report.sessions`: the sessions behind a number.
pub(super) async fn sessions(call: Call, params: SessionsParams) -> Result<ReportSessions, RestError> {
    let lists = (params.line_ids, params.operator_ids, params.connectors);
    let filter = filter(&call, (params.from_ms, params.to_ms), lists, params.time_zone.as_deref())?;
    let within = match (params.group_by.map(Grouping::from), params.bucket) {
        (_, None) => None,
        (None, Some(_)) => {
            return Err(RestError::argument("group_by", "Argument 'group_by' must say what 'bucket' is"));
        }
        (Some(grouping), Some(word)) => {
            let bucket = grouping.parse(&word);
            Some((
                grouping,
                bucket.ok_or_else(|| RestError::argument("bucket", "Argument 'bucket' is none of a report"))?,
            ))
        }
    };
    let limit = params.limit.rows()?;
    let place = params.cursor.as_deref().map(place).transpose()?;
    let page = call
        .read_in_turn(move |tx| {
            let within = within.as_ref().map(|(grouping, bucket)| (*grouping, bucket));
            reports::sessions(tx, &filter, within, place, limit)
        })
        .await?;
    let next = page.next.map(|(at_ms, id)| format!("{at_ms}-{id}"));
    Ok(ReportSessions { sessions: page.sessions.into_iter().map(shown).collect(), next })
}

type Lists = (Option<Vec<i64>>, Option<Vec<i64>>, Option<Vec<String>>);

fn filter(call: &Call, range: (Millis, Millis), lists: Lists, zone: Option<&str>) -> Result<Filter, RestError> {
    let (from_ms, to_ms) = range;
    if from_ms < 0 || to_ms <= from_ms || to_ms - from_ms > RANGE_DAYS_MAX * DAY_MS {
        let text = format!("Argument 'to_ms' must be after 'from_ms', at most {RANGE_DAYS_MAX} days");
        return Err(RestError::argument("to_ms", text));
    }
    let (line_ids, operator_ids, connectors) = lists;
    let (line_ids, operator_ids) = (line_ids.unwrap_or_default(), operator_ids.unwrap_or_default());
    let connectors = connectors.unwrap_or_default();
    for (name, length) in
        [("line_ids", line_ids.len()), ("operator_ids", operator_ids.len()), ("connectors", connectors.len())]
    {
        if length > LIST_MAX {
            return Err(RestError::argument(name, format!("Argument '{name}' has more than {LIST_MAX} items")));
        }
    }
    let time_zone = match zone {
        None => call.app.time_zone.clone(),
        Some(name) => reports::zone(name).ok_or_else(|| {
            RestError::argument("time_zone", "Argument 'time_zone' is no time zone, such as Europe/Berlin")
        })?,
    };
    let user = &call.caller.user;
    let operator_ids = if user.role() >= Role::Supervisor { operator_ids } else { vec![user.id] };
    Ok(Filter { from_ms, to_ms, line_ids, operator_ids, connectors, time_zone, sessions_max: SESSIONS_MAX })
}

fn place(cursor: &str) -> Result<reports::Place, RestError> {
    let parts = cursor.split_once('-').and_then(|(at_ms, id)| Some((at_ms.parse().ok()?, id.parse().ok()?)));
    parts.ok_or_else(|| RestError::argument("cursor", "Argument 'cursor' is not the 'next' of a page"))
}

fn row(bucket: &Bucket, of: &reports::Figures) -> ReportRow {
    let mut row = ReportRow {
        bucket: bucket.to_word(),
        id: None,
        word: None,
        from_ms: None,
        to_ms: None,
        weekday: None,
        hour: None,
        figures: figures(of),
    };
    match bucket {
        Bucket::Id(id) => row.id = Some(*id),
        Bucket::Word(word) => row.word = Some(word.clone()),
        Bucket::Span(from_ms, to_ms) => (row.from_ms, row.to_ms) = (Some(*from_ms), Some(*to_ms)),
        Bucket::WeekdayHour(weekday, hour) => (row.weekday, row.hour) = (Some(*weekday), Some(*hour)),
    }
    row
}

fn figures(of: &reports::Figures) -> ReportFigures {
    ReportFigures {
        sessions: of.sessions,
        answered: of.answered,
        lost: of.lost,
        spam: of.spam,
        likes: of.likes,
        dislikes: of.dislikes,
        first_answer_median_ms: of.first_answer_ms(50),
        first_answer_p90_ms: of.first_answer_ms(90),
        answer_average_ms: of.answer_ms(),
        duration_average_ms: of.duration_ms(),
    }
}

fn shown(session: Counted) -> ReportSession {
    ReportSession {
        id: session.id,
        chat_id: session.chat_id,
        chat_name: session.chat_name,
        line_id: session.line_id,
        operator_id: session.operator_id,
        connector: session.connector,
        created_ms: session.created_ms,
        first_answer_ms: session.first_reply_ms,
        closed_ms: session.closed_ms,
        close_reason: Some(session.close_reason).filter(|_| session.closed_ms.is_some()),
        vote: match session.vote {
            5 => Some("like"),
            1 => Some("dislike"),
            _ => None,
        },
    }
}
