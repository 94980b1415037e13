//! What can go wrong, in words that do not depend on the database.

use std::sync::Arc;

/// Why a job, or the store itself, failed.
///
/// It can be cloned, because one failed `COMMIT` answers every caller of its batch.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The queue is full, or another process held the database too long. Nothing ran; try again later.
    #[error("the database has more work waiting than it may queue: try again later")]
    Busy,
    /// The store was closed. Nothing ran.
    #[error("the store is closed")]
    Closed,
    /// A unique key refused the row.
    #[error("a row with the same key exists already: {constraint}")]
    Conflict {
        /// `table.column, table.column` on both databases; the name of the index where the key is an expression.
        constraint: String,
    },
    /// [`Tx::query_one`](crate::Tx::query_one) found no row.
    #[error("no such row")]
    NotFound,
    /// A statement of [`Store::read`](crate::Store::read) tried to write.
    #[error("a read may not change anything: {0}")]
    ReadOnly(Arc<str>),
    /// The connection is lost or cannot be made. Nothing of the job was stored.
    #[error("no connection to the database: {0}")]
    Connection(Arc<str>),
    /// `COMMIT` failed. If the connection was lost meanwhile, the rows may or may not be there.
    #[error("the transaction could not be committed: {0}")]
    Commit(Arc<str>),
    /// The job panicked; its changes were rolled back.
    #[error("the job panicked: {0}")]
    Panicked(Arc<str>),
    /// The database refused a statement.
    #[error("the database refused: {0}")]
    Database(Arc<str>),
    /// A parameter cannot be stored the same way on both databases.
    #[error("parameter {number}: {problem}")]
    Parameter {
        /// Counted from 1, as in `?1`.
        number: usize,
        /// What is wrong with it.
        problem: Arc<str>,
    },
    /// A column holds something else than what [`Row::get`](crate::Row::get) asked for.
    #[error("column {index} is {found}, not {expected}")]
    Column {
        /// Counted from 0.
        index: usize,
        /// The Rust type that was asked for.
        expected: &'static str,
        /// What was found.
        found: Arc<str>,
    },
    /// The address of the database cannot be understood.
    #[error("the database address is wrong: {0}")]
    BadUrl(Arc<str>),
    /// A migration's text is not what was applied.
    #[error("migration {0} was changed after it had been applied: restore its text and add a new migration instead")]
    MigrationChanged(String),
    /// The database knows a migration that this program does not.
    #[error("the database is newer than this program (it has migration {0}): run the newer program")]
    DatabaseNewer(String),
    /// This database cannot do that, or nobody may ask for it.
    #[error("not supported: {0}")]
    Unsupported(Arc<str>),
}

impl Error {
    pub(crate) fn database(problem: impl std::fmt::Display) -> Error {
        Error::Database(problem.to_string().into())
    }

    pub(crate) fn connection(problem: impl std::fmt::Display) -> Error {
        Error::Connection(problem.to_string().into())
    }

    pub(crate) fn commit(problem: impl std::fmt::Display) -> Error {
        Error::Commit(problem.to_string().into())
    }

    pub(crate) fn bad_url(problem: impl std::fmt::Display) -> Error {
        Error::BadUrl(problem.to_string().into())
    }

    pub(crate) fn unsupported(problem: impl std::fmt::Display) -> Error {
        Error::Unsupported(problem.to_string().into())
    }

    pub(crate) fn wrong_count(wanted: usize, given: usize) -> Error {
        let problem = format!("the statement has {wanted} parameters, the call {given}");
        Error::parameter(wanted.min(given) + 1, problem)
    }

    pub(crate) fn parameter(number: usize, problem: impl std::fmt::Display) -> Error {
        Error::Parameter { number, problem: problem.to_string().into() }
    }
}
