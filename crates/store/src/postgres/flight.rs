//! Statements on their way to PostgreSQL: their parameters, their rows, their answers.

use std::ops::ControlFlow;
use std::pin::Pin;
use std::task::Poll;

use futures::future::{Either, ready};
use futures::{StreamExt, poll};
use tokio_postgres::{RowStream, Statement};

use crate::Param;

/// Statements in flight at once: their answers wait in memory.
pub(super) const PIPELINE_MAX: usize = 256;

/// A statement on its way, with all that it needs.
pub(super) type Underway = Pin<Box<dyn Future<Output = Result<u64, tokio_postgres::Error>> + Send>>;

/// The parameter rows as columns, each an array.
pub(super) fn columns<'r, 'p>(rows: &'r [Vec<Param<'p>>]) -> Vec<Vec<&'r Param<'p>>> {
    let width = rows.first().map_or(0, Vec::len);
    (0..width).map(|column| rows.iter().map(|row| &row[column]).collect()).collect()
}

pub(super) async fn visit(
    rows: RowStream,
    mut each: impl FnMut(&tokio_postgres::Row) -> ControlFlow<()>,
) -> Result<(), tokio_postgres::Error> {
    let mut rows = std::pin::pin!(rows);
    while let Some(row) = rows.next().await {
        // Rows that nobody reads are thrown away by the connection.
        if each(&row?).is_break() {
            break;
        }
    }
    Ok(())
}

/// Sends all, then waits for all; the first error counts, those after it only follow from it.
pub(super) async fn pipeline(
    client: &tokio_postgres::Client,
    statement: &Statement,
    rows: &[Vec<Param<'_>>],
) -> Result<u64, tokio_postgres::Error> {
    let mut answers = Vec::with_capacity(rows.len());
    for row in rows {
        let mut answer = Box::pin(client.execute_raw(statement, row));
        // The first poll sends it, so they go out in order.
        answers.push(match poll!(&mut answer) {
            Poll::Ready(done) => Either::Left(ready(done)),
            Poll::Pending => Either::Right(answer),
        });
    }
    let mut total = Ok(0);
    for answer in answers {
        let answer = answer.await;
        total = total.and_then(|sum| Ok(sum + answer?));
    }
    total
}

/// Waits for all; the first error counts, those after it only follow from it.
pub(super) async fn settle(underway: Vec<Underway>) -> Result<(), tokio_postgres::Error> {
    let mut first = Ok(());
    for answer in underway {
        let answer = answer.await;
        first = first.and(answer.map(drop));
    }
    first
}
