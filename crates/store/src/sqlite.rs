//! The SQLite driver: one writer thread, some reader threads, one thread that writes the log back.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use async_channel::{Receiver, Sender};
use rusqlite::config::DbConfig;
use rusqlite::ffi::{SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_ROWID, SQLITE_CONSTRAINT_UNIQUE};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{ErrorCode, OpenFlags, ToSql, params_from_iter};
use tokio::sync::oneshot;

use crate::queue::{BoxedJob, Connection, read_loop, readers, write_loop};
use crate::store::{Engine, Opened};
use crate::tx::{Each, Level, Session};
use crate::value::{Columns, Value};
use crate::{Error, Kind, Options, Param, Row, dialect};

mod backup;
mod log;

use log::{Log, checkpoint, checkpoints};

const WRITER_CACHE_KIB: i64 = 16 * 1024;
const READER_CACHE_KIB: i64 = 8 * 1024;
const STATEMENTS_MAX: usize = 256;
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
struct Sqlite {
    path: PathBuf,
}

impl Engine for Sqlite {
    fn backup(&self, file: &Path) -> Result<(), Error> {
        backup::backup(&self.path, file)
    }
}

/// Opens what follows `sqlite:` in the address.
pub(crate) async fn open(url_path: &str, options: Options) -> Result<Opened, Error> {
    let path = file_path(url_path)?;
    create_file(&path)?;
    let (writes, write_queue) = async_channel::bounded(options.write_queue_max.max(1));
    let (reads, read_queue) = async_channel::bounded(options.read_queue_max.max(1));
    let (long_reads, long_queue) = async_channel::bounded(options.long_queue_max.max(1));
    let (wake, woken) = async_channel::bounded(1);
    let mut threads = Vec::new();

    // The writer comes first: it is the one that makes the file a database with a log.
    let batch_max = options.write_batch_max;
    let writer_path = path.clone();
    let writer = move || Db::writer(&writer_path, wake);
    threads.push(
        start("store-writer".to_owned(), writer, move |mut writer: Db| writer.write(&write_queue, batch_max)).await?,
    );
    for (name, queue) in readers(&options, &read_queue, &long_queue) {
        let path = path.clone();
        let live = move |mut reader: Db| read_loop(&mut reader, &queue);
        threads.push(start(name, move || Db::reader(&path), live).await?);
    }
    let checkpoint_path = path.clone();
    let open = move || connect(&checkpoint_path, READER_CACHE_KIB / 8);
    threads.push(start("store-checkpoint".to_owned(), open, move |connection| checkpoints(&connection, &woken)).await?);
    Ok(Opened { engine: Arc::new(Sqlite { path }), reads, long_reads, writes, threads })
}

fn file_path(url_path: &str) -> Result<PathBuf, Error> {
    let path = url_path.strip_prefix("//").unwrap_or(url_path);
    if path.is_empty() || path.contains(['?', '#', ':']) {
        return Err(Error::bad_url(
            "write sqlite:///absolute/file.db or sqlite:relative/file.db, without options; a database in memory is not durable",
        ));
    }
    Ok(PathBuf::from(path))
}

/// Customers' messages are nobody else's business: the folder and the file are made for the owner alone.
fn create_file(path: &Path) -> Result<(), Error> {
    let cannot = |error: std::io::Error| Error::connection(format!("cannot create {}: {error}", path.display()));
    let mut folder = std::fs::DirBuilder::new();
    let mut file = std::fs::OpenOptions::new();
    folder.recursive(true);
    file.create(true).append(true);
    #[cfg(unix)]
    {
        std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
        std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
    }
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        folder.create(parent).map_err(cannot)?;
    }
    file.open(path).map_err(cannot)?;
    Ok(())
}

/// Starts a thread and waits until it has opened its connection.
async fn start<C: 'static>(
    name: String,
    open: impl FnOnce() -> Result<C, Error> + Send + 'static,
    live: impl FnOnce(C) + Send + 'static,
) -> Result<JoinHandle<()>, Error> {
    let (opened, ready) = oneshot::channel();
    let thread = std::thread::Builder::new().name(name).spawn(move || match open() {
        Ok(connection) => {
            let _ = opened.send(Ok(()));
            live(connection);
        }
        Err(error) => {
            let _ = opened.send(Err(error));
        }
    });
    let thread = thread.map_err(Error::connection)?;
    ready.await.unwrap_or(Err(Error::Closed))?;
    Ok(thread)
}

fn connect(path: &Path, cache_kib: i64) -> Result<rusqlite::Connection, Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connect = || {
        let connection = rusqlite::Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
        // Otherwise a prepared statement is planned anew for every value, once ANALYZE has run.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", "ON")?;
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        connection.pragma_update(None, "wal_autocheckpoint", 0)?;
        // As on PostgreSQL, LIKE tells capitals from small letters.
        connection.pragma_update(None, "case_sensitive_like", "ON")?;
        connection.pragma_update(None, "cache_size", -cache_kib)?;
        Ok(connection)
    };
    connect().map_err(|error: rusqlite::Error| Error::connection(format!("{}: {error}", path.display())))
}

/// A connection and its place among the others.
struct Db {
    connection: rusqlite::Connection,
    role: Role,
}

enum Role {
    Reader,
    Writer(Log),
}

impl Db {
    fn writer(path: &Path, wake: Sender<()>) -> Result<Self, Error> {
        let mut connection = connect(path, WRITER_CACHE_KIB)?;
        let log = Log::watch(&mut connection, wake)?;
        Ok(Db { connection, role: Role::Writer(log) })
    }

    fn reader(path: &Path) -> Result<Self, Error> {
        let connection = connect(path, READER_CACHE_KIB)?;
        connection.pragma_update(None, "query_only", "ON").map_err(Error::connection)?;
        Ok(Db { connection, role: Role::Reader })
    }

    fn write(&mut self, queue: &Receiver<BoxedJob>, batch_max: usize) {
        write_loop(self, queue, batch_max);
        // Readers may still be at work; then whoever closes the file last finishes this.
        let _ = self.connection.busy_timeout(Duration::ZERO);
        checkpoint(&self.connection, "TRUNCATE");
    }

    fn batch(&self, sql: &str) -> Result<(), Error> {
        self.connection.execute_batch(sql).map_err(refusal)
    }

    fn prepare(&self, sql: &str, count: Option<usize>) -> Result<rusqlite::CachedStatement<'_>, Error> {
        let statement = self.connection.prepare_cached(sql).map_err(refusal)?;
        let wanted = statement.parameter_count();
        match count {
            Some(count) if count != wanted => Err(Error::wrong_count(wanted, count)),
            _ => Ok(statement),
        }
    }
}

impl Session for Db {
    fn kind(&self) -> Kind {
        Kind::Sqlite
    }

    fn execute(&mut self, sql: &str, params: &[Param<'_>]) -> Result<u64, Error> {
        let before = self.connection.total_changes();
        let mut statement = self.prepare(sql, Some(params.len()))?;
        let changed = statement.execute(params_from_iter(params)).map_err(refusal)?;
        // A statement that changes no rows leaves the number of the one before it.
        Ok(if self.connection.total_changes() == before { 0 } else { changed as u64 })
    }

    fn query(&mut self, sql: &str, params: &[Param<'_>], each: &mut Each<'_>) -> Result<(), Error> {
        let mut statement = self.prepare(sql, Some(params.len()))?;
        step(&mut statement, 0, params, each).map(|_| ())
    }

    fn send_each(&mut self, sql: &str, rows: &[Vec<Param<'_>>]) -> Result<(), Error> {
        self.execute_each(sql, rows).map(drop)
    }

    fn settle(&mut self) -> Result<(), Error> {
        Ok(())
    }

    fn execute_each(&mut self, sql: &str, rows: &[Vec<Param<'_>>]) -> Result<u64, Error> {
        let mut statement = self.prepare(sql, rows.first().map(Vec::len))?;
        let mut changed = 0;
        for row in rows {
            changed += statement.execute(params_from_iter(row)).map_err(refusal)? as u64;
        }
        Ok(changed)
    }

    fn query_each(&mut self, sql: &str, rows: &[Vec<Param<'_>>], each: &mut Each<'_>) -> Result<(), Error> {
        let mut statement = self.prepare(sql, rows.first().map(Vec::len))?;
        for (index, row) in rows.iter().enumerate() {
            if step(&mut statement, index, row, each)?.is_break() {
                break;
            }
        }
        Ok(())
    }

    fn savepoint(&mut self, level: Level) -> Result<(), Error> {
        Connection::intact(self)?;
        let mut statement = self.prepare(&format!("SAVEPOINT {}", level.name()), None)?;
        statement.execute([]).map(|_| ()).map_err(refusal)
    }

    fn release(&mut self, level: Level) -> Result<(), Error> {
        let mut statement = self.prepare(&format!("RELEASE {}", level.name()), None)?;
        statement.execute([]).map(|_| ()).map_err(refusal)
    }

    fn undo(&mut self, level: Level) -> Result<(), Error> {
        let name = level.name();
        self.batch(&format!("ROLLBACK TO {name}; RELEASE {name}"))
    }

    fn lock_schema(&mut self) -> Result<(), Error> {
        // The writer began with BEGIN IMMEDIATE: nobody else writes.
        Ok(())
    }

    fn has_table(&mut self, table: &str) -> Result<bool, Error> {
        let mut statement = self.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?1", Some(1))?;
        statement.exists([table]).map_err(refusal)
    }

    fn script(&mut self, sql: &str) -> Result<(), Error> {
        for statement in dialect::script(Kind::Sqlite, sql) {
            self.batch(&statement).map_err(|error| Error::database(format!("{error} in: {statement}")))?;
        }
        Ok(())
    }
}

fn step(
    statement: &mut rusqlite::CachedStatement<'_>,
    index: usize,
    params: &[Param<'_>],
    each: &mut Each<'_>,
) -> Result<ControlFlow<()>, Error> {
    let mut rows = statement.query(params_from_iter(params)).map_err(refusal)?;
    while let Some(row) = rows.next().map_err(refusal)? {
        if each(index, &Row::new(row)).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

impl Connection for Db {
    fn next(&mut self, queue: &Receiver<BoxedJob>) -> Option<BoxedJob> {
        queue.recv_blocking().ok()
    }

    fn begin(&mut self) -> Result<(), Error> {
        // After an error that nobody could handle a transaction may still be open.
        self.rollback();
        match self.role {
            Role::Reader => self.batch("BEGIN"),
            Role::Writer(_) => self.batch("BEGIN IMMEDIATE"),
        }
    }

    fn commit(&mut self) -> Result<(), Error> {
        let committed = self.connection.execute_batch("COMMIT").map_err(|error| Error::commit(refusal(error)));
        // A refused COMMIT (a deferred foreign key) leaves the transaction open.
        self.rollback();
        if let Role::Writer(log) = &mut self.role {
            log.care(&self.connection);
        }
        committed
    }

    fn rollback(&mut self) {
        // SQLite may have rolled back by itself (disk full, input/output error).
        if !self.connection.is_autocommit()
            && let Err(error) = self.batch("ROLLBACK")
        {
            tracing::error!(%error, "cannot roll back");
        }
    }

    /// Without this check a savepoint would silently become a transaction of its own.
    fn intact(&mut self) -> Result<(), Error> {
        match self.connection.is_autocommit() {
            true => Err(Error::commit("SQLite rolled the transaction back after an earlier error")),
            false => Ok(()),
        }
    }
}

impl ToSql for Param<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Param::Null => ValueRef::Null,
            Param::Int(int) => ValueRef::Integer(*int),
            Param::Real(real) => ValueRef::Real(*real),
            Param::Text(text) => ValueRef::Text(text.as_bytes()),
            Param::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl Columns for rusqlite::Row<'_> {
    fn value(&self, index: usize) -> Result<Value<'_>, Error> {
        let absent = |found: String| Error::Column { index, expected: "a column", found: found.into() };
        let value = self.get_ref(index).map_err(|error| absent(error.to_string()))?;
        Ok(match value {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(int) => Value::Int(int),
            ValueRef::Real(real) => Value::Real(real),
            ValueRef::Text(text) => Value::Text(std::str::from_utf8(text).map_err(|_| absent("not UTF-8".to_owned()))?),
            ValueRef::Blob(bytes) => Value::Blob(bytes),
        })
    }
}

/// SQLite's error in the store's words.
fn refusal(error: rusqlite::Error) -> Error {
    let rusqlite::Error::SqliteFailure(code, message) = &error else {
        return Error::database(error);
    };
    match (code.code, code.extended_code) {
        (ErrorCode::DatabaseBusy, _) => Error::Busy,
        (ErrorCode::ReadOnly, _) => Error::ReadOnly(error.to_string().into()),
        (_, SQLITE_CONSTRAINT_UNIQUE | SQLITE_CONSTRAINT_PRIMARYKEY | SQLITE_CONSTRAINT_ROWID) => {
            let text = message.as_deref().unwrap_or_default();
            let key = text.split_once(": ").map_or(text, |(_, key)| key);
            let index = key.strip_prefix("index '").and_then(|key| key.strip_suffix('\''));
            Error::Conflict { constraint: index.unwrap_or(key).to_owned() }
        }
        _ => Error::database(error),
    }
}
