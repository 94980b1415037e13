//! A filter as a condition of a statement over sessions `s` and their chats `c`.

use std::collections::HashMap;

use store::{Param, Tx};

use super::{Bucket, Filter, Grouping};
use crate::{Millis, Result};

/// A filter with the connectors it names.
pub(super) struct Wanted<'f> {
    pub(super) filter: &'f Filter,
    /// All connectors, removed ones too.
    pub(super) connector_codes: HashMap<i64, String>,
}

/// A condition and its parameters.
#[derive(Default)]
pub(super) struct Condition {
    pub(super) text: String,
    pub(super) params: Vec<Param<'static>>,
}

impl Condition {
    /// Adds what must be true too; each question mark stands for the next of these parameters.
    pub(super) fn and(&mut self, text: &str, params: impl IntoIterator<Item = Param<'static>>) {
        self.text.push_str(if self.text.is_empty() { " WHERE " } else { " AND " });
        let mut params = params.into_iter();
        for piece in text.split_inclusive('?') {
            self.text.push_str(piece);
            if piece.ends_with('?') {
                self.params.extend(params.next());
                self.text.push_str(&self.params.len().to_string());
            }
        }
    }

    fn one_of(&mut self, column: &str, ids: &[i64]) {
        let marks = vec!["?"; ids.len()].join(", ");
        match ids {
            [] => self.and("1 = 0", []),
            _ => self.and(&format!("{column} IN ({marks})"), ids.iter().map(|id| Param::Int(*id))),
        }
    }
}

impl<'f> Wanted<'f> {
    pub(super) fn new(tx: &mut Tx<'_>, filter: &'f Filter) -> Result<Wanted<'f>> {
        let codes = tx.query("SELECT id, code FROM connectors", &[], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Wanted { filter, connector_codes: codes.into_iter().collect() })
    }

    /// The sessions that the filter names, of those opened from `from_ms` until before `to_ms`.
    pub(super) fn condition(&self, from_ms: Millis, to_ms: Millis) -> Condition {
        let mut condition = Condition::default();
        condition.and("s.created_ms >= ? AND s.created_ms < ?", [Param::Int(from_ms), Param::Int(to_ms)]);
        for (column, ids) in [("s.line_id", &self.filter.line_ids), ("s.operator_id", &self.filter.operator_ids)] {
            if !ids.is_empty() {
                condition.one_of(column, ids);
            }
        }
        if !self.filter.connectors.is_empty() {
            let wanted = |code: &str| self.filter.connectors.iter().any(|wanted| wanted.eq_ignore_ascii_case(code));
            condition.one_of("c.connector_id", &self.connectors(wanted));
        }
        condition
    }

    /// Adds what makes a session one of a bucket. Times are not looked at.
    pub(super) fn within(&self, condition: &mut Condition, grouping: Grouping, bucket: &Bucket) {
        match (grouping, bucket) {
            (Grouping::Line, Bucket::Id(id)) => condition.one_of("s.line_id", &[*id]),
            (Grouping::Operator, Bucket::Id(id)) => condition.one_of("s.operator_id", &[*id]),
            (Grouping::Connector, Bucket::Word(word)) => {
                condition.one_of("c.connector_id", &self.connectors(|code| code == word));
            }
            (Grouping::CloseReason, Bucket::Word(word)) => {
                condition.and(&format!("{CLOSE_REASON} = ?"), [Param::from(word.clone())]);
            }
            _ => {}
        }
    }

    fn connectors(&self, wanted: impl Fn(&str) -> bool) -> Vec<i64> {
        let mut ids: Vec<i64> =
            self.connector_codes.iter().filter(|(_, code)| wanted(code)).map(|(id, _)| *id).collect();
        ids.sort_unstable();
        ids
    }
}

/// Why a session was closed; empty for one that is open.
pub(super) const CLOSE_REASON: &str = "CASE WHEN s.closed_ms IS NULL THEN '' ELSE s.close_reason END";
