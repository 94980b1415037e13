//! Lists come in pages of 50 (`contract/platform.md` 1.9).

use serde_json::Value;
use wire::node::Node;

use super::{Answer, RestError};

/// Rows of a page.
pub(crate) const PAGE_ROWS: usize = 50;

/// Where a page starts and whether the rows are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    /// Rows before the page.
    At(usize),
    /// `start=-1`: the first page, without counting (P-22).
    Uncounted,
}

/// Reads the parameter `start`: any whole number; one below -1 is the beginning.
///
/// # Errors
/// `ERROR_ARGUMENT` when it is no whole number.
pub(crate) fn start(node: Option<&Node>) -> Result<Start, RestError> {
    let Some(node) = node.filter(|node| !node.is_empty()) else { return Ok(Start::At(0)) };
    let invalid = || RestError::argument("start", "The value of an argument 'start' has an invalid type");
    Ok(match node.as_int().ok_or_else(invalid)? {
        -1 => Start::Uncounted,
        offset => Start::At(usize::try_from(offset.max(0)).unwrap_or(usize::MAX)),
    })
}

/// A page of rows that are not rendered yet.
pub(crate) struct Page<T> {
    rows: Vec<T>,
    total: i64,
    next: Option<i64>,
}

impl<T> Page<T> {
    /// Renders the rows of the page.
    pub(crate) fn map(self, render: impl FnMut(T) -> Value) -> Answer {
        let rows: Vec<Value> = self.rows.into_iter().map(render).collect();
        Answer { result: rows.into(), total: Some(self.total), next: self.next }
    }
}

/// Cuts the page out of all rows.
pub(crate) fn page<T>(all: Vec<T>, start: Start) -> Page<T> {
    let count = all.len();
    let int = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let (offset, total) = match start {
        Start::At(offset) => (offset, int(count)),
        Start::Uncounted => (0, 0),
    };
    let more = start != Start::Uncounted && offset.saturating_add(PAGE_ROWS) < count;
    let next = more.then(|| int(offset + PAGE_ROWS));
    let rows = all.into_iter().skip(offset).take(PAGE_ROWS).collect();
    Page { rows, total, next }
}
