//! The PostgreSQL driver: threads, each with one connection and the runtime that drives it.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use async_channel::Receiver;
use futures::future::{Either, join, ready};
use futures::poll;
use tokio::runtime::Runtime;
use tokio_postgres::Statement;

use crate::queue::{BoxedJob, Connection, read_loop, readers, write_loop};
use crate::store::{Engine, Opened};
use crate::tx::{Each, Level, Session};
use crate::{Error, Kind, Options, Param, Row, dialect};

mod flight;
mod link;
mod values;

use flight::{PIPELINE_MAX, Underway, columns, pipeline, settle, visit};
use link::{Link, Prepared, Target};
use values::refusal;

/// How long a job waits for a connection.
const CONNECT_WAIT: Duration = Duration::from_secs(5);
/// How long a connection that has committed something is taken to be alive.
const TRUSTED: Duration = Duration::from_secs(1);
const PAUSE_FIRST: Duration = Duration::from_millis(20);
const PAUSE_MAX: Duration = Duration::from_millis(500);
/// Any number will do, as long as nobody else uses it: `trunk` as bytes.
const SCHEMA_LOCK: i64 = 0x74_72_75_6e_6b;

struct Postgres;

impl Engine for Postgres {
    fn backup(&self, _file: &Path) -> Result<(), Error> {
        Err(Error::unsupported("a backup of PostgreSQL from here: use pg_dump"))
    }
}

pub(crate) async fn open(url: &str, options: Options) -> Result<Opened, Error> {
    let target = Arc::new(Target::parse(url)?);
    let (writes, write_queue) = async_channel::bounded(options.write_queue_max.max(1));
    let (reads, read_queue) = async_channel::bounded(options.read_queue_max.max(1));
    let (long_reads, long_queue) = async_channel::bounded(options.long_queue_max.max(1));
    let mut threads = Vec::new();

    let batch_max = options.write_batch_max;
    let (opened, ready) = tokio::sync::oneshot::channel();
    let mut writer = Pg::new(Arc::clone(&target), "BEGIN")?;
    let live = move || {
        // A wrong password is told at once, not with the first job.
        let connected = writer.connect();
        let failed = connected.is_err();
        let _ = opened.send(connected);
        if !failed {
            write_loop(&mut writer, &write_queue, batch_max);
        }
    };
    threads.push(std::thread::Builder::new().name("store-writer".to_owned()).spawn(live).map_err(Error::connection)?);
    ready.await.unwrap_or(Err(Error::Closed))?;

    for (name, queue) in readers(&options, &read_queue, &long_queue) {
        let mut reader = Pg::new(Arc::clone(&target), "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
        let live = move || read_loop(&mut reader, &queue);
        let thread = std::thread::Builder::new().name(name);
        threads.push(thread.spawn(live).map_err(Error::connection)?);
    }
    Ok(Opened { engine: Arc::new(Postgres), reads, long_reads, writes, threads })
}

/// A thread's connection. Its tasks run only while the thread waits in `runtime.block_on`.
struct Pg {
    runtime: Runtime,
    target: Arc<Target>,
    begin: &'static str,
    link: Option<Link>,
    /// Savepoint statements that go out together with the next statement.
    pending: String,
    /// Statements that were sent and whose answers nobody has waited for.
    underway: Vec<Underway>,
    /// When the connection last committed something.
    committed: Option<Instant>,
    /// Set when the connection broke inside the open transaction.
    lost: Option<Error>,
}

impl Pg {
    fn new(target: Arc<Target>, begin: &'static str) -> Result<Self, Error> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::connection)?;
        Ok(Pg {
            runtime,
            target,
            begin,
            link: None,
            pending: String::new(),
            underway: Vec::new(),
            committed: None,
            lost: None,
        })
    }

    fn connect(&mut self) -> Result<(), Error> {
        self.link = None;
        self.link = Some(self.runtime.block_on(self.target.connect())?);
        Ok(())
    }

    fn try_begin(&mut self) -> Result<(), Error> {
        let alive = self.link.as_ref().is_some_and(|link| !link.client.is_closed());
        if alive && self.committed.is_some_and(|at| at.elapsed() < TRUSTED) {
            // It worked a moment ago: no need to wait for its word, the first statement brings it.
            self.pending = format!("{};", self.begin);
            return Ok(());
        }
        if self.link.as_ref().is_none_or(|link| link.client.is_closed()) {
            self.connect()?;
        }
        let link = self.link.as_ref().ok_or(Error::Closed)?;
        self.runtime.block_on(link.client.batch_execute(self.begin)).map_err(refusal)
    }

    /// The prepared statement, and the savepoint statements to send before it.
    fn prepare(&mut self, sql: &str) -> Result<Prepared, Error> {
        let known = self.link.as_mut().and_then(|link| link.cached(sql));
        if let Some(prepared) = known {
            return Ok(prepared);
        }
        // A statement that cannot be prepared spoils the transaction too: the savepoint must be there before it.
        self.try_settle()?;
        self.flush()?;
        let link = self.link.as_mut().ok_or(Error::Closed)?;
        self.runtime.block_on(link.prepare(sql)).map_err(refusal)
    }

    fn flush(&mut self) -> Result<(), Error> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let pending = std::mem::take(&mut self.pending);
        let link = self.link.as_ref().ok_or(Error::Closed)?;
        self.runtime.block_on(link.client.batch_execute(&pending)).map_err(refusal)
    }

    /// Runs `call` right behind the pending savepoint statements, without waiting for them.
    fn send<T>(
        &mut self,
        call: impl AsyncFnOnce(&tokio_postgres::Client) -> Result<T, tokio_postgres::Error>,
    ) -> Result<T, Error> {
        let pending = std::mem::take(&mut self.pending);
        let link = self.link.as_ref().ok_or(Error::Closed)?;
        let before = match pending.is_empty() {
            true => Either::Left(ready(Ok(()))),
            false => Either::Right(link.client.batch_execute(&pending)),
        };
        // `join` polls in this order, and a request is sent when it is first polled.
        let (before, result) = self.runtime.block_on(join(before, call(&link.client)));
        // Those sent earlier were answered earlier, and what they were refused for explains the rest.
        self.try_settle()?;
        before.and(result).map_err(refusal)
    }

    fn try_settle(&mut self) -> Result<(), Error> {
        if self.underway.is_empty() {
            return Ok(());
        }
        self.runtime.block_on(settle(std::mem::take(&mut self.underway))).map_err(refusal)
    }

    /// Notes a lost connection, and forgets a statement that may have become wrong (a changed table).
    fn note<T>(&mut self, sql: &str, result: Result<T, Error>) -> Result<T, Error> {
        if let Err(error) = &result {
            if let Some(link) = &mut self.link {
                link.forget(sql);
            }
            if matches!(error, Error::Connection(_) | Error::Closed) {
                self.lost = Some(error.clone());
            }
        }
        result
    }

    fn try_execute(&mut self, sql: &str, params: &[Param<'_>]) -> Result<u64, Error> {
        let prepared = self.prepare(sql)?;
        prepared.check(params.len())?;
        self.send(async |client| client.execute_raw(&prepared.plain, params).await)
    }

    fn try_query(&mut self, sql: &str, params: &[Param<'_>], each: &mut Each<'_>) -> Result<(), Error> {
        let prepared = self.prepare(sql)?;
        prepared.check(params.len())?;
        self.send(async |client| {
            let rows = client.query_raw(&prepared.plain, params).await?;
            visit(rows, |row| each(0, &Row::new(row))).await
        })
    }

    fn try_execute_each(&mut self, sql: &str, rows: &[Vec<Param<'_>>]) -> Result<u64, Error> {
        let prepared = self.prepare(sql)?;
        let Some(first) = rows.first() else {
            return Ok(0);
        };
        prepared.check(first.len())?;
        let together = dialect::insert_each(sql, &prepared.type_names()).filter(|insert| insert.allows(rows));
        match together {
            Some(insert) if rows.len() > 1 => {
                let whole = self.prepare_each(sql, &insert.sql)?;
                let columns = columns(rows);
                self.send(async |client| client.execute_raw(&whole, &columns).await)
            }
            _ => rows.chunks(PIPELINE_MAX).try_fold(0, |changed, rows| {
                Ok(changed + self.send(async |client| pipeline(client, &prepared.plain, rows).await)?)
            }),
        }
    }

    fn try_send_each(&mut self, sql: &str, rows: &[Vec<Param<'_>>]) -> Result<(), Error> {
        let prepared = self.prepare(sql)?;
        let Some(first) = rows.first() else {
            return Ok(());
        };
        prepared.check(first.len())?;
        let together = dialect::insert_each(sql, &prepared.type_names()).filter(|insert| insert.allows(rows));
        let whole = match together {
            Some(insert) if rows.len() > 1 => Some(self.prepare_each(sql, &insert.sql)?),
            _ if rows.len() > PIPELINE_MAX => return self.try_execute_each(sql, rows).map(drop),
            _ => None,
        };
        let client = Arc::clone(&self.link.as_ref().ok_or(Error::Closed)?.client);
        if !self.pending.is_empty() {
            let (client, pending) = (Arc::clone(&client), std::mem::take(&mut self.pending));
            self.depart(Box::pin(async move { client.batch_execute(&pending).await.map(|()| 0) }));
        }
        let rows: Vec<Vec<Param<'static>>> = rows.iter().map(|row| row.iter().map(Param::to_owned).collect()).collect();
        let statement: Underway = match whole {
            Some(whole) => Box::pin(async move { client.execute_raw(&whole, &columns(&rows)).await }),
            None => Box::pin(async move { pipeline(&client, &prepared.plain, &rows).await }),
        };
        self.depart(statement);
        Ok(())
    }

    /// Sends a statement without waiting for its answer.
    fn depart(&mut self, mut statement: Underway) {
        let answered = self.runtime.block_on(async {
            // The first poll hands it to the connection, which writes it when it has its turn.
            let answered = poll!(&mut statement);
            tokio::task::yield_now().await;
            answered
        });
        self.underway.push(match answered {
            Poll::Ready(result) => Box::pin(ready(result)),
            Poll::Pending => statement,
        });
    }

    fn try_query_each(&mut self, sql: &str, rows: &[Vec<Param<'_>>], each: &mut Each<'_>) -> Result<(), Error> {
        let prepared = self.prepare(sql)?;
        let Some(first) = rows.first() else {
            return Ok(());
        };
        prepared.check(first.len())?;
        if first.is_empty() || rows.len() == 1 {
            return self.query_one_by_one(&prepared.plain, rows, each);
        }
        let whole = self.prepare_each(sql, &dialect::select_each(sql, &prepared.type_names()))?;
        let columns = columns(rows);
        self.send(async |client| {
            let rows = client.query_raw(&whole, &columns).await?;
            visit(rows, |row| {
                let (index, row) = values::behind_ordinal(row);
                each(index, &Row::new(&row))
            })
            .await
        })
    }

    fn query_one_by_one(
        &mut self,
        statement: &Statement,
        rows: &[Vec<Param<'_>>],
        each: &mut Each<'_>,
    ) -> Result<(), Error> {
        for (index, params) in rows.iter().enumerate() {
            let flow = self.send(async |client| {
                let mut flow = ControlFlow::Continue(());
                let found = client.query_raw(statement, params).await?;
                visit(found, |row| {
                    flow = each(index, &Row::new(row));
                    flow
                })
                .await?;
                Ok(flow)
            })?;
            if flow.is_break() {
                break;
            }
        }
        Ok(())
    }

    fn prepare_each(&mut self, sql: &str, whole: &str) -> Result<Statement, Error> {
        if let Some(statement) = self.link.as_mut().and_then(|link| link.cached_each(sql)) {
            return Ok(statement);
        }
        self.flush()?;
        let link = self.link.as_mut().ok_or(Error::Closed)?;
        self.runtime.block_on(link.prepare_each(sql, whole)).map_err(refusal)
    }
}

impl Session for Pg {
    fn kind(&self) -> Kind {
        Kind::Postgres
    }

    fn execute(&mut self, sql: &str, params: &[Param<'_>]) -> Result<u64, Error> {
        let result = self.try_execute(sql, params);
        self.note(sql, result)
    }

    fn query(&mut self, sql: &str, params: &[Param<'_>], each: &mut Each<'_>) -> Result<(), Error> {
        let result = self.try_query(sql, params, each);
        self.note(sql, result)
    }

    fn execute_each(&mut self, sql: &str, rows: &[Vec<Param<'_>>]) -> Result<u64, Error> {
        let result = self.try_execute_each(sql, rows);
        self.note(sql, result)
    }

    fn query_each(&mut self, sql: &str, rows: &[Vec<Param<'_>>], each: &mut Each<'_>) -> Result<(), Error> {
        let result = self.try_query_each(sql, rows, each);
        self.note(sql, result)
    }

    fn send_each(&mut self, sql: &str, rows: &[Vec<Param<'_>>]) -> Result<(), Error> {
        let result = self.try_send_each(sql, rows);
        self.note(sql, result)
    }

    fn settle(&mut self) -> Result<(), Error> {
        let result = self.try_settle();
        self.note("", result)
    }

    fn savepoint(&mut self, level: Level) -> Result<(), Error> {
        // What was refused before it must not be taken for a refusal of what comes behind it.
        self.settle()?;
        self.pending += &format!("SAVEPOINT {};", level.name());
        Ok(())
    }

    fn release(&mut self, level: Level) -> Result<(), Error> {
        self.pending += &format!("RELEASE {};", level.name());
        Ok(())
    }

    fn undo(&mut self, level: Level) -> Result<(), Error> {
        // Whatever they were refused for is undone.
        let _ = self.settle();
        let name = level.name();
        self.pending += &format!("ROLLBACK TO {name};RELEASE {name};");
        Ok(())
    }

    fn lock_schema(&mut self) -> Result<(), Error> {
        self.script(&format!("SET LOCAL statement_timeout = 0; SELECT pg_advisory_xact_lock({SCHEMA_LOCK});"))
    }

    fn has_table(&mut self, table: &str) -> Result<bool, Error> {
        let mut found = 0;
        let sql = "SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = current_schema() AND tablename = ?1";
        self.query(sql, &[Param::from(table)], &mut |_, _| {
            found += 1;
            ControlFlow::Continue(())
        })?;
        Ok(found > 0)
    }

    fn script(&mut self, sql: &str) -> Result<(), Error> {
        let mut result = self.flush();
        for statement in dialect::script(Kind::Postgres, sql) {
            let Some(link) = &self.link else {
                return Err(Error::Closed);
            };
            result = result.and_then(|()| {
                let done = self.runtime.block_on(link.client.batch_execute(&statement)).map_err(refusal);
                done.map_err(|error| match error {
                    Error::Database(text) => Error::database(format!("{text} in: {statement}")),
                    other => other,
                })
            });
        }
        self.note(sql, result)
    }
}

impl Connection for Pg {
    fn next(&mut self, queue: &Receiver<BoxedJob>) -> Option<BoxedJob> {
        // Waiting inside the runtime lets the connection notice meanwhile that the server went away.
        self.runtime.block_on(queue.recv()).ok()
    }

    fn begin(&mut self) -> Result<(), Error> {
        self.pending.clear();
        self.underway.clear();
        self.lost = None;
        let deadline = Instant::now() + CONNECT_WAIT;
        let mut pause = PAUSE_FIRST;
        loop {
            let error = match self.try_begin() {
                Ok(()) => return Ok(()),
                Err(error) => error,
            };
            self.link = None;
            if Instant::now() >= deadline {
                return Err(error);
            }
            tracing::warn!(%error, "no connection to PostgreSQL; trying again");
            self.runtime.block_on(async { tokio::time::sleep(pause).await });
            pause = (pause * 2).min(PAUSE_MAX);
        }
    }

    fn commit(&mut self) -> Result<(), Error> {
        self.intact()?;
        let sql = std::mem::take(&mut self.pending) + "COMMIT";
        let link = self.link.as_ref().ok_or(Error::Closed)?;
        let underway = std::mem::take(&mut self.underway);
        // The commit goes out behind the statements underway. PostgreSQL calls it a success even if one of them was
        // refused and it rolled back, so their word counts first.
        let (committed, earlier) = self.runtime.block_on(join(link.client.batch_execute(&sql), settle(underway)));
        let outcome = earlier.map_err(refusal).and(committed.map_err(|error| Error::commit(refusal(error))));
        self.committed = outcome.is_ok().then(Instant::now);
        outcome.inspect_err(|_| self.rollback())
    }

    fn rollback(&mut self) {
        self.pending.clear();
        self.underway.clear();
        let Some(link) = &self.link else { return };
        // A connection in an unknown state is not used again.
        if self.lost.is_some() || self.runtime.block_on(link.client.batch_execute("ROLLBACK")).is_err() {
            self.link = None;
        }
    }

    fn intact(&mut self) -> Result<(), Error> {
        match &self.lost {
            Some(error) => Err(error.clone()),
            None => Ok(()),
        }
    }
}
