//! `trunkline.audit.*`: the audit log, for administrators.

use desk::Millis;
use desk::audit::{self, Entry, Filter};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::super::{Call, RestError};
use super::limit::Limit;

/// Rows of a page, unless fewer are asked for; also at most.
const LIMIT: usize = 200;

/// Parameters of `trunkline.audit.list`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct ListParams {
    /// Only what this employee did; 0 is nobody who was signed in: refused sign-ins and the command line.
    user_id: Option<i64>,
    /// Only of this kind: a method's name, or a word such as `session.start`; the first words of it are enough.
    action: Option<String>,
    /// Only what was done to this: an id or a code.
    subject: Option<String>,
    /// Not before.
    from_ms: Option<Millis>,
    /// Before.
    to_ms: Option<Millis>,
    /// `next` of the page before.
    cursor: Option<String>,
    #[serde(default)]
    limit: Limit<LIMIT, LIMIT>,
}

/// A row of the audit log.
#[derive(Serialize, JsonSchema)]
pub(super) struct AuditEntry {
    /// Later acts have higher numbers.
    id: i64,
    at_ms: Millis,
    /// The employee who did it; null when nobody was signed in.
    user_id: Option<i64>,
    /// The application that called in the employee's name.
    application_id: Option<i64>,
    /// A method's name, or a word such as `session.start`.
    action: String,
    /// To what: an id or a code, or empty.
    subject: String,
    /// The subject, when it is an id.
    subject_id: Option<i64>,
    /// With what; secrets are left out.
    detail: Map<String, Value>,
    /// From which network address.
    address: String,
}

/// A page of the audit log, newest first.
#[derive(Serialize, JsonSchema)]
pub(super) struct AuditPage {
    entries: Vec<AuditEntry>,
    /// `cursor` of the next page; null on the last one.
    next: Option<String>,
    /// All that `action` may be; only the first page says it.
    actions: Vec<String>,
}

/// `trunkline.audit.list`
pub(super) async fn list(call: Call, params: ListParams) -> Result<AuditPage, RestError> {
    let limit = params.limit.rows()?;
    let filter = Filter {
        actor_id: params.user_id,
        kind: params.action,
        subject: params.subject,
        from_ms: params.from_ms,
        to_ms: params.to_ms,
        before_id: params.cursor.map(|cursor| number(&cursor)).transpose()?,
    };
    let read = call.read_long(move |tx| {
        let found = audit::list(tx, &filter, limit + 1)?;
        let kinds = if filter.before_id.is_none() { audit::kinds(tx)? } else { Vec::new() };
        Ok((found, kinds))
    });
    let (mut found, actions) = read.await?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|entry| entry.id.to_string());
    Ok(AuditPage { entries: found.into_iter().map(shown).collect(), next, actions })
}

fn shown(entry: Entry) -> AuditEntry {
    AuditEntry {
        detail: serde_json::from_str(&entry.details).unwrap_or_default(),
        id: entry.id,
        at_ms: entry.at_ms,
        user_id: Some(entry.actor_id).filter(|id| *id != 0),
        application_id: Some(entry.application_id).filter(|id| *id != 0),
        action: entry.kind,
        subject_id: entry.subject.parse().ok(),
        subject: entry.subject,
        address: entry.address,
    }
}

fn number(cursor: &str) -> Result<i64, RestError> {
    cursor.parse().map_err(|_| RestError::argument("cursor", "cursor is `next` of the page before"))
}
