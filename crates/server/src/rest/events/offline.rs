//! The offline queue: `event.offline.get`, `.list`, `.clear` and `.error` (`contract/platform.md` 6.2).

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use desk::offline::{self, OfflineEvent, Taking};
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use store::Tx;
use wire::node::Node;

use super::super::params::moment;
use super::super::{Call, Callers, Method, Outcome, RestError, method, paging};
use crate::payload::{self, Locale};

pub(super) fn methods() -> Vec<Method> {
    vec![
        // A webhook gets the methods' own refusal, the same as somebody who is no administrator.
        method("event.offline.get", &[], Callers::All, get),
        method("event.offline.list", &[], Callers::All, list),
        method("event.offline.clear", &[], Callers::All, clear),
        method("event.offline.error", &[], Callers::All, error),
    ]
}

/// Events in one answer unless `limit` says otherwise, and at most (P-62).
const LIMIT: i64 = 50;
const LIMIT_MAX: i64 = 1000;

/// How often a call chooses anew when others have taken all that it chose.
const CHOICES_MAX: usize = 5;

#[derive(Deserialize, JsonSchema)]
struct GetParams {
    /// Values by field with an optional operator before the name.
    filter: Option<Node>,
    /// `ASC` or `DESC` by field; `TIMESTAMP_X` ascending unless given.
    order: Option<Node>,
    /// Events in the answer.
    limit: Option<i64>,
    /// Remove what is returned (1, unless given) or reserve it (0).
    clear: Option<bool>,
    /// Return the events of this package again.
    process_id: Option<String>,
    /// Source key.
    auth_connector: Option<String>,
    /// Return the events that were marked as erroneous.
    error: Option<bool>,
}

/// `event.offline.get`
async fn get(call: Call, params: GetParams) -> Outcome {
    let application_id = allowed(&call)?;
    let zone = &call.app.time_zone;
    let query = Query::read(params.filter.as_ref(), params.order.as_ref(), Column::TimestampX, zone)?;
    let limit = usize::try_from(params.limit.unwrap_or(LIMIT).clamp(0, LIMIT_MAX)).unwrap_or(0);
    let failed = params.error.unwrap_or(false);
    let taking = match (params.clear.unwrap_or(true), &params.process_id) {
        (true, _) => Taking::Remove,
        (false, Some(process_id)) => Taking::Reserve(process_id.clone()),
        (false, None) => Taking::Reserve(call.app.chance.alphanumeric(32)),
    };
    let process_id = match &taking {
        Taking::Remove => Value::Null,
        Taking::Reserve(process_id) => json!(process_id),
    };
    let auth_connector = params.auth_connector.unwrap_or_default();
    let choose = Arc::new(move |tx: &mut Tx<'_>| {
        let mut events = match (&params.process_id, failed) {
            (None, false) => offline::list_free(tx, application_id, &auth_connector)?,
            _ => offline::list(tx, application_id, &auth_connector)?,
        };
        events.retain(|event| {
            let wanted = params.process_id.as_ref().is_none_or(|process_id| event.process_id == *process_id);
            wanted && event.failed == failed && query.holds(event, application_id)
        });
        query.sort(&mut events, application_id);
        events.truncate(limit);
        Ok(events)
    });
    // Chosen beside the writer, however long the queue is. Where another call was faster, others are chosen.
    let mut events = Vec::new();
    for _ in 0..CHOICES_MAX {
        let choose = Arc::clone(&choose);
        let chosen = call.read_long(move |tx| choose(tx)).await?;
        if chosen.is_empty() {
            break;
        }
        let taking = taking.clone();
        events = call.change(move |change| offline::take(change.tx, application_id, chosen, &taking)).await?;
        if !events.is_empty() {
            break;
        }
    }
    let rows = render(&call, application_id, events).await?;
    let rows: Vec<Value> = rows.into_iter().map(|(_, row)| row).collect();
    Ok(json!({"process_id": process_id, "events": rows}).into())
}

#[derive(Deserialize, JsonSchema)]
struct ListParams {
    /// Values by field with an optional operator before the name.
    filter: Option<Node>,
    /// `ASC` or `DESC` by field; `ID` ascending unless given.
    order: Option<Node>,
    /// Offset of the first row.
    start: Option<Node>,
    /// Source key.
    auth_connector: Option<String>,
}

/// `event.offline.list`: reads and changes nothing.
async fn list(call: Call, params: ListParams) -> Outcome {
    let application_id = allowed(&call)?;
    let query = Query::read(params.filter.as_ref(), params.order.as_ref(), Column::Id, &call.app.time_zone)?;
    let start = paging::start(params.start.as_ref())?;
    let auth_connector = params.auth_connector.unwrap_or_default();
    let mut events = call.read(move |tx| offline::list(tx, application_id, &auth_connector)).await?;
    events.retain(|event| query.holds(event, application_id));
    query.sort(&mut events, application_id);
    let rows = render(&call, application_id, events).await?;
    Ok(paging::page(rows, start).map(|(event, mut row)| {
        row["PROCESS_ID"] = json!(event.process_id);
        row["ERROR"] = json!(if event.failed { "1" } else { "0" });
        row
    }))
}

#[derive(Deserialize, JsonSchema)]
struct PackageParams {
    /// The package.
    process_id: Option<String>,
    /// Ids of its events.
    id: Option<Vec<String>>,
    /// Keys of its events; not looked at when there are ids.
    message_id: Option<Vec<String>>,
}

/// `event.offline.clear`: removes events of a package, all of them unless some are named.
async fn clear(call: Call, params: PackageParams) -> Outcome {
    let application_id = allowed(&call)?;
    let process_id = params.process_id.ok_or_else(|| RestError::empty_argument("PROCESS_ID"))?;
    let (ids, keys) = (params.id.unwrap_or_default(), params.message_id.unwrap_or_default());
    call.change(move |change| {
        let mut events = offline::of_package(change.tx, application_id, &process_id)?;
        events.retain(|event| match (ids.is_empty(), keys.is_empty()) {
            (false, _) => ids.iter().any(|id| *id == event.id.to_string()),
            (true, false) => keys.contains(&event.message_id(application_id)),
            (true, true) => true,
        });
        let ids: Vec<i64> = events.iter().map(|event| event.id).collect();
        offline::remove(change.tx, application_id, &ids)
    })
    .await?;
    Ok(json!(true).into())
}

/// `event.offline.error`: marks events of a package as erroneous and keeps them.
async fn error(call: Call, params: PackageParams) -> Outcome {
    let application_id = allowed(&call)?;
    let process_id = params.process_id.ok_or_else(|| RestError::empty_argument("PROCESS_ID"))?;
    let keys = params.message_id.unwrap_or_default();
    call.change(move |change| {
        let mut events = offline::of_package(change.tx, application_id, &process_id)?;
        events.retain(|event| keys.is_empty() || keys.contains(&event.message_id(application_id)));
        let ids: Vec<i64> = events.iter().map(|event| event.id).collect();
        offline::mark_failed(change.tx, application_id, &ids)
    })
    .await?;
    Ok(json!(true).into())
}

/// The application of an administrator.
fn allowed(call: &Call) -> Result<i64, RestError> {
    let application = call.caller.application().filter(|_| call.caller.user.admin);
    application.map(|application| application.id).ok_or_else(|| RestError::access_denied("Access denied!"))
}

/// The rows, each beside its event.
async fn render(
    call: &Call,
    application_id: i64,
    events: Vec<OfflineEvent>,
) -> Result<Vec<(OfflineEvent, Value)>, RestError> {
    let with_files = |event: &OfflineEvent| payload::message_with_files(&event.event_code, &event.fact);
    let message_ids: Vec<i64> = events.iter().filter_map(with_files).collect();
    let files = call.read(move |tx| desk::files::of_messages(tx, &message_ids)).await?;
    let mut by_message: HashMap<i64, Vec<desk::files::File>> = HashMap::new();
    for file in files {
        by_message.entry(file.message_id).or_default().push(file);
    }
    let locale = Locale::of(&call.app);
    let row = |event: OfflineEvent| {
        let files = with_files(&event).and_then(|id| by_message.get(&id)).map_or(&[][..], Vec::as_slice);
        let data = payload::data(&event.event_code, &event.fact, files, &locale);
        let is_empty = data.as_object().is_some_and(serde_json::Map::is_empty);
        let row = json!({
            "ID": event.id.to_string(),
            "TIMESTAMP_X": call.app.datetime(event.at_ms),
            "EVENT_NAME": event.event_code,
            "EVENT_DATA": if is_empty { Value::Bool(false) } else { data },
            "EVENT_ADDITIONAL": if event.actor_id == 0 { Value::Bool(false) } else { json!({"user_id": event.actor_id}) },
            "MESSAGE_ID": event.message_id(application_id),
        });
        (event, row)
    };
    Ok(events.into_iter().map(row).collect())
}

/// What events can be filtered and sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Id,
    TimestampX,
    EventName,
    MessageId,
    ProcessId,
    Error,
}

/// A comparable value of a column.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Cell {
    Number(i64),
    Text(String),
}

impl Column {
    fn parse(name: &str) -> Option<Column> {
        match name.to_ascii_uppercase().as_str() {
            "ID" => Some(Column::Id),
            "TIMESTAMP_X" => Some(Column::TimestampX),
            "EVENT_NAME" => Some(Column::EventName),
            "MESSAGE_ID" => Some(Column::MessageId),
            "PROCESS_ID" => Some(Column::ProcessId),
            "ERROR" => Some(Column::Error),
            _ => None,
        }
    }

    fn of(self, event: &OfflineEvent, application_id: i64) -> Cell {
        match self {
            Column::Id => Cell::Number(event.id),
            // Whole seconds: that is what the rows show.
            Column::TimestampX => Cell::Number(event.at_ms.div_euclid(1000)),
            Column::EventName => Cell::Text(event.event_code.clone()),
            Column::MessageId => Cell::Text(event.message_id(application_id)),
            Column::ProcessId => Cell::Text(event.process_id.clone()),
            Column::Error => Cell::Number(i64::from(event.failed)),
        }
    }

    fn read(self, text: &str, zone: &TimeZone) -> Option<Cell> {
        match self {
            Column::Id | Column::Error => text.trim().parse().ok().map(Cell::Number),
            Column::TimestampX => moment(text.trim(), zone).map(|at| Cell::Number(at.as_second())),
            Column::EventName => Some(Cell::Text(text.trim().to_uppercase())),
            Column::MessageId | Column::ProcessId => Some(Cell::Text(text.trim().to_owned())),
        }
    }
}

struct Condition {
    column: Column,
    operator: &'static str,
    cells: Vec<Cell>,
}

struct Query {
    conditions: Vec<Condition>,
    order: Vec<(Column, bool)>,
}

/// The longer ones first.
const OPERATORS: &[&str] = &[">=", "<=", "!=", "=", ">", "<", "!", "@"];

impl Query {
    /// Reads `filter` and `order`. A field that does not exist is refused: `event.offline.get` would otherwise remove events
    /// that were not asked for.
    fn read(
        filter: Option<&Node>,
        order: Option<&Node>,
        default_order: Column,
        zone: &TimeZone,
    ) -> Result<Query, RestError> {
        let mut conditions = Vec::new();
        for (name, value) in entries(filter, "filter")? {
            let operator = OPERATORS.iter().find(|operator| name.starts_with(**operator)).copied().unwrap_or("");
            let column = Column::parse(&name[operator.len()..]).ok_or_else(|| unknown("filter", &name))?;
            let values = value.into_items().unwrap_or_else(|scalar| vec![scalar]);
            let cells = values.iter().map(|value| column.read(&value.as_text()?, zone)).collect::<Option<_>>();
            let cells = cells.ok_or_else(|| {
                RestError::argument("filter", format!("The value of '{name}' in 'filter' has an invalid type"))
            })?;
            conditions.push(Condition { column, operator, cells });
        }
        let mut columns = Vec::new();
        for (name, direction) in entries(order, "order")? {
            let column = Column::parse(&name).ok_or_else(|| unknown("order", &name))?;
            columns.push((column, direction.as_text().is_some_and(|text| text.eq_ignore_ascii_case("DESC"))));
        }
        if columns.is_empty() {
            columns.push((default_order, false));
        }
        Ok(Query { conditions, order: columns })
    }

    fn holds(&self, event: &OfflineEvent, application_id: i64) -> bool {
        self.conditions.iter().all(|condition| {
            let cell = condition.column.of(event, application_id);
            let any = |wanted: &[Ordering]| condition.cells.iter().any(|other| wanted.contains(&cell.cmp(other)));
            match condition.operator {
                ">=" => any(&[Ordering::Greater, Ordering::Equal]),
                "<=" => any(&[Ordering::Less, Ordering::Equal]),
                ">" => any(&[Ordering::Greater]),
                "<" => any(&[Ordering::Less]),
                "!" | "!=" => !any(&[Ordering::Equal]),
                _ => any(&[Ordering::Equal]),
            }
        })
    }

    fn sort(&self, events: &mut [OfflineEvent], application_id: i64) {
        events.sort_by(|one, other| {
            let mut order = Ordering::Equal;
            for (column, descending) in &self.order {
                let next = column.of(one, application_id).cmp(&column.of(other, application_id));
                order = order.then(if *descending { next.reverse() } else { next });
            }
            order.then(one.id.cmp(&other.id))
        });
    }
}

fn entries(node: Option<&Node>, name: &'static str) -> Result<Vec<(String, Node)>, RestError> {
    match node {
        Some(Node::Map(map)) => Ok(map.iter().map(|(key, value)| (key.clone(), value.clone())).collect()),
        node if wire::node::is_absent(node) => Ok(Vec::new()),
        _ => Err(RestError::argument(name, format!("The value of an argument '{name}' must be of type array"))),
    }
}

fn unknown(argument: &str, name: &str) -> RestError {
    let name: String = name.chars().take(50).collect();
    let fields = "ID, TIMESTAMP_X, EVENT_NAME, MESSAGE_ID, PROCESS_ID and ERROR";
    RestError::argument(argument, format!("'{name}' is no field of '{argument}': take {fields}"))
}
