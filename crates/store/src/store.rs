//! [`Store`]: the handle that everything else holds.

use std::path::Path;
use std::sync::{Arc, RwLock};
use std::thread::JoinHandle;

use async_channel::{Sender, TrySendError};

use crate::queue::{BoxedJob, job};
use crate::{Error, Migration, Tx, migrate, postgres, sqlite};

/// Which database runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The embedded database, one file.
    Sqlite,
    /// A PostgreSQL server.
    Postgres,
}

/// How much the store may do at once.
#[derive(Debug, Clone)]
pub struct Options {
    /// Threads, each with a connection, that run [`Store::read`].
    pub readers: usize,
    /// Threads, each with a connection, that run [`Store::read_long`].
    pub long_readers: usize,
    /// Writes that may wait; one more gets [`Error::Busy`].
    pub write_queue_max: usize,
    /// Reads that may wait; one more gets [`Error::Busy`].
    pub read_queue_max: usize,
    /// Long reads that may wait; one more gets [`Error::Busy`].
    pub long_queue_max: usize,
    /// Writes that share one `COMMIT` at most.
    pub write_batch_max: usize,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            readers: 2,
            long_readers: 2,
            write_queue_max: 10_000,
            read_queue_max: 10_000,
            long_queue_max: 100,
            write_batch_max: 512,
        }
    }
}

/// An open database. Clones are cheap and mean the same database.
///
/// When the last clone is dropped the threads finish what is queued and end by themselves;
/// [`Store::close`] waits for that.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    kind: Kind,
    engine: Arc<dyn Engine>,
    /// `None` once closed.
    queues: RwLock<Option<Queues>>,
    threads: tokio::sync::Mutex<Vec<JoinHandle<()>>>,
}

struct Queues {
    reads: Sender<BoxedJob>,
    long_reads: Sender<BoxedJob>,
    writes: Sender<BoxedJob>,
}

/// What a driver does outside of transactions.
pub(crate) trait Engine: Send + Sync {
    /// Copies the database to a new file; blocks.
    fn backup(&self, file: &Path) -> Result<(), Error>;
}

/// What opening a driver gives.
pub(crate) struct Opened {
    pub(crate) engine: Arc<dyn Engine>,
    pub(crate) reads: Sender<BoxedJob>,
    pub(crate) long_reads: Sender<BoxedJob>,
    pub(crate) writes: Sender<BoxedJob>,
    pub(crate) threads: Vec<JoinHandle<()>>,
}

impl Store {
    /// Opens `sqlite:///absolute/file.db`, `sqlite:relative/file.db` (made if it does not exist) or
    /// `postgres://user:password@host/database?sslmode=verify-full&sslrootcert=/ca.pem`.
    ///
    /// `sslmode` is `disable`, `prefer` (the default), `require` (encrypts; verifies the chain if
    /// `sslrootcert` is given) or `verify-full` (verifies chain and host name).
    ///
    /// # Errors
    /// [`Error::BadUrl`]; [`Error::Connection`] or [`Error::Database`] if it cannot be opened.
    pub async fn open(url: &str, options: Options) -> Result<Store, Error> {
        let (kind, opened) = if let Some(path) = url.strip_prefix("sqlite:") {
            (Kind::Sqlite, sqlite::open(path, options).await?)
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            (Kind::Postgres, postgres::open(url, options).await?)
        } else {
            return Err(Error::bad_url("it must start with sqlite: or postgres://"));
        };
        let Opened { engine, reads, long_reads, writes, threads } = opened;
        let queues = RwLock::new(Some(Queues { reads, long_reads, writes }));
        let threads = tokio::sync::Mutex::new(threads);
        Ok(Store { inner: Arc::new(Inner { kind, engine, queues, threads }) })
    }

    /// Runs `job` in a transaction and returns when that is durable.
    ///
    /// Writes waiting at the same time share one `COMMIT`. If the job returns an error or panics,
    /// its changes, and only those, are undone. A caller that stops waiting changes nothing.
    ///
    /// # Errors
    /// Those of the job; [`Error::Busy`] and [`Error::Closed`] if it did not run; [`Error::Commit`],
    /// also after the job itself returned an error, if the shared `COMMIT` failed.
    pub async fn write<T, E>(&self, work: impl FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.run(|queues| &queues.writes, work).await
    }

    /// Runs `job` on one consistent view of the database. It cannot change anything. What may take long stands in
    /// [`Store::read_long`].
    ///
    /// # Errors
    /// Those of the job; [`Error::ReadOnly`] if it tried to write; [`Error::Busy`] and [`Error::Closed`].
    pub async fn read<T, E>(&self, work: impl FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.run(|queues| &queues.reads, work).await
    }

    /// As [`Store::read`], for what may take longer than others should wait: it has threads of its own.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn read_long<T, E>(&self, work: impl FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.run(|queues| &queues.long_reads, work).await
    }

    async fn run<T, E>(
        &self,
        queue: fn(&Queues) -> &Sender<BoxedJob>,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (job, answer) = job(work);
        self.enqueue(queue, job)?;
        answer.await.unwrap_or_else(|_| Err(Error::Closed.into()))
    }

    /// The lock is held while sending, so that nothing gets into a queue whose readers have gone.
    fn enqueue(&self, queue: fn(&Queues) -> &Sender<BoxedJob>, job: BoxedJob) -> Result<(), Error> {
        let queues = self.inner.queues.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        let queue = queues.as_ref().map(queue).ok_or(Error::Closed)?;
        queue.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => Error::Busy,
            TrySendError::Closed(_) => Error::Closed,
        })
    }

    /// How many writes wait for their turn.
    pub fn write_queue_len(&self) -> usize {
        let queues = self.inner.queues.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        queues.as_ref().map_or(0, |queues| queues.writes.len())
    }

    /// Waits until a reader and the writer have answered.
    ///
    /// # Errors
    /// Whatever keeps them from answering.
    pub async fn ping(&self) -> Result<(), Error> {
        let probe = |tx: &mut Tx<'_>| tx.query_one("SELECT 1", &[], |row| row.get::<i64>(0));
        self.read(probe).await?;
        self.write(probe).await?;
        Ok(())
    }

    /// Which database runs; only for showing it.
    pub fn kind(&self) -> Kind {
        self.inner.kind
    }

    /// Applies the migrations that were not applied yet, each in its own transaction, and returns
    /// their names. Two processes may do so at the same time.
    ///
    /// # Errors
    /// [`Error::MigrationChanged`], [`Error::DatabaseNewer`], or what the database says.
    pub async fn migrate(&self, migrations: &'static [Migration]) -> Result<Vec<&'static str>, Error> {
        migrate::migrate(self, migrations).await
    }

    /// The names of the migrations that [`Store::migrate`] would apply.
    ///
    /// # Errors
    /// As [`Store::migrate`].
    pub async fn pending_migrations(&self, migrations: &'static [Migration]) -> Result<Vec<&'static str>, Error> {
        self.read(move |tx| migrate::pending(tx, migrations)).await
    }

    /// Copies the running database to a new file and checks the copy. The file appears when it is complete.
    ///
    /// # Errors
    /// [`Error::Unsupported`] on PostgreSQL, which has `pg_dump`; [`Error::Database`] if the file
    /// exists already or the copy is not sound.
    pub async fn backup(&self, file: &Path) -> Result<(), Error> {
        let engine = Arc::clone(&self.inner.engine);
        let file = file.to_owned();
        let copied = tokio::task::spawn_blocking(move || engine.backup(&file)).await;
        copied.unwrap_or_else(|panic| Err(Error::Panicked(panic.to_string().into())))
    }

    /// Takes no new jobs, and returns when those queued are done and the database is closed.
    pub async fn close(&self) {
        let mut threads = self.inner.threads.lock().await;
        self.inner.queues.write().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        let ending = std::mem::take(&mut *threads);
        let joined = tokio::task::spawn_blocking(move || {
            for thread in ending {
                let name = thread.thread().name().unwrap_or_default().to_owned();
                if thread.join().is_err() {
                    tracing::error!(thread = name, "a database thread had panicked");
                }
            }
        });
        let _ = joined.await;
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("kind", &self.inner.kind).finish_non_exhaustive()
    }
}
