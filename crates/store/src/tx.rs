//! [`Tx`]: an open transaction, as the rules see it.

use std::ops::ControlFlow;

use crate::{Error, Kind, Param, Row};

/// Looks at one row and says whether to go on.
pub(crate) type Each<'a> = dyn FnMut(usize, &Row<'_>) -> ControlFlow<()> + 'a;

/// Whose savepoint it is. A panic leaves those of parts open; ending the job's ends them too.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Level {
    Job,
    Part,
}

impl Level {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Level::Job => "job",
            Level::Part => "part",
        }
    }
}

/// What a driver can do inside a transaction. Errors are the database's, never the caller's closure's.
pub(crate) trait Session {
    fn kind(&self) -> Kind;
    fn execute(&mut self, sql: &str, params: &[Param<'_>]) -> Result<u64, Error>;
    fn query(&mut self, sql: &str, params: &[Param<'_>], each: &mut Each<'_>) -> Result<(), Error>;
    fn execute_each(&mut self, sql: &str, rows: &[Vec<Param<'_>>]) -> Result<u64, Error>;
    fn query_each(&mut self, sql: &str, rows: &[Vec<Param<'_>>], each: &mut Each<'_>) -> Result<(), Error>;
    /// As `execute_each`; an error may come with a later call, at the latest with `settle` or the commit.
    fn send_each(&mut self, sql: &str, rows: &[Vec<Param<'_>>]) -> Result<(), Error>;
    /// Waits for what was sent.
    fn settle(&mut self) -> Result<(), Error>;

    fn savepoint(&mut self, level: Level) -> Result<(), Error>;
    /// Keeps what happened since the innermost savepoint of this level.
    fn release(&mut self, level: Level) -> Result<(), Error>;
    /// Undoes what happened since the innermost savepoint of this level, and those inside it.
    fn undo(&mut self, level: Level) -> Result<(), Error>;

    /// Keeps other processes from migrating until this transaction ends.
    fn lock_schema(&mut self) -> Result<(), Error>;
    fn has_table(&mut self, table: &str) -> Result<bool, Error>;
    /// Runs the statements of a migration.
    fn script(&mut self, sql: &str) -> Result<(), Error>;
}

/// An open transaction. [`Store::write`](crate::Store::write) and [`Store::read`](crate::Store::read) lend one to their job.
///
/// SQL uses the placeholders `?1`, `?2`, ... A statement that the database refused spoils the
/// transaction, on both databases: every later statement returns the same error, and the job
/// cannot succeed. What may fail without spoiling all stands in [`Tx::attempt`], or is written
/// with `ON CONFLICT`.
pub struct Tx<'a> {
    session: &'a mut dyn Session,
    spoilt: Option<Error>,
    epoch: u64,
}

impl<'a> Tx<'a> {
    pub(crate) fn new(session: &'a mut dyn Session, epoch: u64) -> Self {
        Tx { session, spoilt: None, epoch }
    }

    /// Changes whenever something that this store's writer wrote was undone: a refused job, a failed `COMMIT`. What a job
    /// remembers of the rows it saw or wrote holds for later jobs only while the epoch stays the same.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Which database it is.
    pub(crate) fn kind(&self) -> Kind {
        self.session.kind()
    }

    /// The error that spoilt the transaction, if any did.
    pub(crate) fn spoilt(&self) -> Option<&Error> {
        self.spoilt.as_ref()
    }

    /// Runs a statement and returns how many rows it changed.
    ///
    /// # Errors
    /// [`Error::Conflict`] if a unique key refused; [`Error::Database`] and others as their texts say.
    pub fn execute(&mut self, sql: &str, params: &[Param<'_>]) -> Result<u64, Error> {
        self.run(sql, |session| {
            check(params)?;
            session.execute(sql, params)
        })
    }

    /// All rows, in the order of the statement.
    ///
    /// # Errors
    /// Those of the database and the first one of `map`.
    pub fn query<T>(
        &mut self,
        sql: &str,
        params: &[Param<'_>],
        mut map: impl FnMut(&Row<'_>) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        let mut found = Collect::new();
        self.run(sql, |session| {
            check(params)?;
            session.query(sql, params, &mut |_, row| found.take(map(row)))
        })?;
        found.finish()
    }

    /// The first row, if there is one.
    ///
    /// # Errors
    /// Those of the database and of `map`.
    pub fn query_opt<T>(
        &mut self,
        sql: &str,
        params: &[Param<'_>],
        map: impl FnOnce(&Row<'_>) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        let mut map = Some(map);
        let mut found = None;
        self.run(sql, |session| {
            check(params)?;
            session.query(sql, params, &mut |_, row| {
                if let Some(map) = map.take() {
                    found = Some(map(row));
                }
                ControlFlow::Break(())
            })
        })?;
        found.transpose()
    }

    /// The first row.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is none; otherwise as [`Tx::query_opt`].
    pub fn query_one<T>(
        &mut self,
        sql: &str,
        params: &[Param<'_>],
        map: impl FnOnce(&Row<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.query_opt(sql, params, map)?.ok_or(Error::NotFound)
    }

    /// Runs one `SELECT` for each of many parameter rows, in one round trip. The answers come in the order of the parameter
    /// rows, those of one in the order of its own `ORDER BY`; `map` also gets the index of the parameter row. One that finds
    /// nothing adds nothing.
    ///
    /// All parameter rows have the same length.
    ///
    /// # Errors
    /// As [`Tx::query`].
    pub fn query_each<T>(
        &mut self,
        sql: &str,
        rows: &[Vec<Param<'_>>],
        mut map: impl FnMut(usize, &Row<'_>) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        let mut found = Collect::new();
        self.run(sql, |session| {
            check_rows(rows)?;
            if rows.is_empty() {
                return Ok(());
            }
            session.query_each(sql, rows, &mut |index, row| found.take(map(index, row)))
        })?;
        found.finish()
    }

    /// Runs one `INSERT ... VALUES (...)`, `UPDATE` or `DELETE` for each of many parameter rows, as
    /// if one after the other, and returns how many rows were changed in total.
    ///
    /// All parameter rows have the same length.
    ///
    /// # Errors
    /// As [`Tx::execute`]; the first refusal spoils the whole call.
    pub fn execute_each(&mut self, sql: &str, rows: &[Vec<Param<'_>>]) -> Result<u64, Error> {
        self.run(sql, |session| {
            check_rows(rows)?;
            if rows.is_empty() {
                return Ok(0);
            }
            session.execute_each(sql, rows)
        })
    }

    /// As [`Tx::execute_each`], for those who need not know how many rows changed: it does not wait for the database, which
    /// saves a round trip. A refusal reaches the job with one of its later statements, or its caller instead of the job's
    /// result; either way nothing of the job is stored.
    ///
    /// # Errors
    /// As [`Tx::execute_each`], and those of statements sent before.
    pub fn send_each(&mut self, sql: &str, rows: &[Vec<Param<'_>>]) -> Result<(), Error> {
        self.run(sql, |session| {
            check_rows(rows)?;
            if rows.is_empty() {
                return Ok(());
            }
            session.send_each(sql, rows)
        })
    }

    /// Runs a part of the job that may be refused: if it returns an error, what it changed is
    /// undone and the transaction goes on.
    ///
    /// # Errors
    /// Those of the part. A part that ignored a refused statement gets the statement's error.
    pub fn attempt<T, E: From<Error>>(&mut self, part: impl FnOnce(&mut Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        if let Some(error) = &self.spoilt {
            return Err(error.clone().into());
        }
        self.spoil(|session| session.savepoint(Level::Part))?;
        let mut inner = Tx::new(self.session, self.epoch);
        let result = part(&mut inner);
        let settled = match inner.spoilt {
            Some(error) => Err(error),
            None => self.session.settle(),
        };
        match result.and_then(|value| settled.map(|()| value).map_err(E::from)) {
            Ok(value) => {
                self.spoil(|session| session.release(Level::Part))?;
                Ok(value)
            }
            Err(refusal) => {
                self.spoil(|session| session.undo(Level::Part))?;
                Err(refusal)
            }
        }
    }

    pub(crate) fn lock_schema(&mut self) -> Result<(), Error> {
        self.spoil(|session| session.lock_schema())
    }

    pub(crate) fn has_table(&mut self, table: &str) -> Result<bool, Error> {
        self.spoil(|session| session.has_table(table))
    }

    pub(crate) fn script(&mut self, sql: &str) -> Result<(), Error> {
        self.spoil(|session| session.script(sql))
    }

    fn run<T>(&mut self, sql: &str, call: impl FnOnce(&mut dyn Session) -> Result<T, Error>) -> Result<T, Error> {
        if let Some(error) = &self.spoilt {
            return Err(error.clone());
        }
        self.spoil(|session| {
            refuse_transaction_control(sql)?;
            call(session)
        })
    }

    fn spoil<T>(&mut self, call: impl FnOnce(&mut dyn Session) -> Result<T, Error>) -> Result<T, Error> {
        call(self.session).inspect_err(|error| self.spoilt = Some(error.clone()))
    }
}

/// Gathers what `map` returns and stops at its first error.
struct Collect<T> {
    found: Vec<T>,
    refused: Option<Error>,
}

impl<T> Collect<T> {
    fn new() -> Self {
        Collect { found: Vec::new(), refused: None }
    }

    fn take(&mut self, mapped: Result<T, Error>) -> ControlFlow<()> {
        match mapped {
            Ok(value) => {
                self.found.push(value);
                ControlFlow::Continue(())
            }
            Err(error) => {
                self.refused = Some(error);
                ControlFlow::Break(())
            }
        }
    }

    fn finish(self) -> Result<Vec<T>, Error> {
        match self.refused {
            None => Ok(self.found),
            Some(error) => Err(error),
        }
    }
}

fn check(params: &[Param<'_>]) -> Result<(), Error> {
    params.iter().zip(1..).try_for_each(|(param, number)| param.check(number))
}

fn check_rows(rows: &[Vec<Param<'_>>]) -> Result<(), Error> {
    let width = rows.first().map_or(0, Vec::len);
    rows.iter().try_for_each(|row| {
        if row.len() != width {
            return Err(Error::parameter(row.len().min(width) + 1, "not all parameter rows have the same length"));
        }
        check(row)
    })
}

/// A job that ended the transaction itself would be answered before it is durable, or take its neighbours with it.
fn refuse_transaction_control(sql: &str) -> Result<(), Error> {
    const WORDS: [&str; 8] = ["BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE"];
    let sql = sql.trim_start();
    let word = sql.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or("");
    match WORDS.iter().any(|forbidden| word.eq_ignore_ascii_case(forbidden)) {
        true => Err(Error::unsupported(format!("{word} inside a job: the store begins and ends transactions"))),
        false => Ok(()),
    }
}
