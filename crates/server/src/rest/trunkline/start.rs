//! `trunkline.start`: everything that the inbox begins with, in one look.

use std::collections::HashMap;

use desk::sight::{self, Sight};
use desk::{
    Millis, channels, chat_list, connectors, events, labels, lines, preferences, presence, queue, second_factors, users,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use store::Tx;

use super::super::views::me::{Me, me};
use super::super::{Call, NoParams, RestError};
use super::label::Label;
use super::quick_answer::{self, QuickAnswer};
use super::shapes::{Connector, Counts, Employee, Line, LineConnector, LineCounts};
use super::view::{self, SavedView};

/// What the inbox begins with.
#[derive(Serialize, JsonSchema)]
pub(super) struct Start {
    /// Everything up to this event is in it.
    number: i64,
    now_ms: Millis,
    me: Me,
    employees: Vec<Employee>,
    lines: Vec<Line>,
    connectors: Vec<Connector>,
    labels: Vec<Label>,
    views: Vec<SavedView>,
    quick_answers: Vec<QuickAnswer>,
    counts: Counts,
    /// What the inbox remembers for the employee.
    preferences: Map<String, Value>,
}

/// `trunkline.start`
pub(super) async fn start(call: Call, _: NoParams) -> Result<Start, RestError> {
    let user = call.caller.user.clone();
    let (app, now_ms) = (call.app.clone(), call.now);
    let start = call.read(move |tx| {
        let sight = sight::of(tx, &user)?;
        let reasons = presence::reasons(tx)?;
        let employees = users::employees(tx)?;
        let preferences = preferences::of(tx, user.id)?;
        Ok(Start {
            number: events::number(tx)?,
            now_ms,
            me: me(&app, &user, second_factors::is_on(tx, user.id)?),
            employees: employees.iter().map(|one| Employee::of(&app, one, reasons.get(&one.id))).collect(),
            lines: all_lines(tx)?,
            connectors: connectors::list(tx)?.iter().map(Connector::of).collect(),
            labels: labels::list(tx)?.into_iter().map(Label::from).collect(),
            views: view::all(tx, user.id)?,
            quick_answers: quick_answer::all(tx, &sight)?,
            counts: counts(tx, &sight)?,
            preferences: serde_json::from_str(&preferences).unwrap_or_default(),
        })
    });
    Ok(start.await?)
}

fn all_lines(tx: &mut Tx<'_>) -> desk::Result<Vec<Line>> {
    let mut of_line: HashMap<i64, Vec<LineConnector>> = HashMap::new();
    for (line_id, code, name, active) in channels::all(tx)? {
        of_line.entry(line_id).or_default().push(LineConnector { code, name, active });
    }
    let mut found = Vec::new();
    for line in lines::list(tx)? {
        found.push(Line {
            id: line.id,
            queue: queue::user_ids(tx, line.id)?,
            connectors: of_line.remove(&line.id).unwrap_or_default(),
            name: line.name,
            active: line.active,
        });
    }
    Ok(found)
}

fn counts(tx: &mut Tx<'_>, sight: &Sight) -> desk::Result<Counts> {
    let counts = chat_list::live_counts(tx)?;
    let seen = counts.iter().filter(|line| sight.sees_line(line.line_id));
    Ok(Counts { lines: seen.map(LineCounts::from).collect() })
}
