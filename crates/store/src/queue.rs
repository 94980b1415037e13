//! The loop that both drivers run: take what is queued, run it in one transaction, commit, answer.

use std::any::Any;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};

use async_channel::Receiver;
use tokio::sync::oneshot;

use crate::tx::{Level, Session, Tx};
use crate::{Error, Options};

/// A connection that lives on its own thread.
pub(crate) trait Connection: Session {
    /// Waits for the next job; `None` when the store was closed and the queue is empty.
    fn next(&mut self, queue: &Receiver<BoxedJob>) -> Option<BoxedJob>;
    /// Begins a transaction, on a new connection if the old one is lost.
    fn begin(&mut self) -> Result<(), Error>;
    /// Ends the transaction; after an error nothing of it is left open.
    fn commit(&mut self) -> Result<(), Error>;
    fn rollback(&mut self);
    /// Whether the transaction can still be committed.
    fn intact(&mut self) -> Result<(), Error>;
}

/// A closure and the caller who waits for it.
pub(crate) trait Job: Send {
    fn run(&mut self, session: &mut dyn Session, epoch: u64) -> Verdict;
    /// Whether somebody still waits for the answer.
    fn is_awaited(&self) -> bool;
    /// Replaces what the closure returned.
    fn refuse(&mut self, error: Error);
    /// Tells the caller. `Err` replaces whatever the closure returned.
    fn answer(self: Box<Self>, outcome: Result<(), Error>);
}

pub(crate) type BoxedJob = Box<dyn Job>;

/// Whether the changes of a job stay.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Keep,
    Undo,
}

struct Call<F, T, E> {
    work: Option<F>,
    result: Option<Result<T, E>>,
    caller: oneshot::Sender<Result<T, E>>,
}

/// Makes a job of a closure, and the end on which its result arrives.
pub(crate) fn job<F, T, E>(work: F) -> (BoxedJob, oneshot::Receiver<Result<T, E>>)
where
    F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: From<Error> + Send + 'static,
{
    let (caller, answer) = oneshot::channel();
    (Box::new(Call { work: Some(work), result: None, caller }), answer)
}

impl<F, T, E> Job for Call<F, T, E>
where
    F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<Error> + Send,
{
    fn run(&mut self, session: &mut dyn Session, epoch: u64) -> Verdict {
        let Some(work) = self.work.take() else {
            return Verdict::Undo;
        };
        // Everything the closure could have left half-done is rolled back with its savepoint.
        let run = catch_unwind(AssertUnwindSafe(|| {
            let mut tx = Tx::new(session, epoch);
            let result = work(&mut tx);
            match tx.spoilt() {
                Some(error) if result.is_ok() => Err(error.clone().into()),
                _ => result,
            }
        }));
        let result = run.unwrap_or_else(|panic| Err(Error::Panicked(panic_text(&*panic).into()).into()));
        let verdict = if result.is_ok() { Verdict::Keep } else { Verdict::Undo };
        self.result = Some(result);
        verdict
    }

    fn is_awaited(&self) -> bool {
        !self.caller.is_closed()
    }

    fn refuse(&mut self, error: Error) {
        self.result = Some(Err(error.into()));
    }

    fn answer(self: Box<Self>, outcome: Result<(), Error>) {
        let result = match (outcome, self.result) {
            (Ok(()), Some(result)) => result,
            (Ok(()), None) => Err(Error::Closed.into()),
            (Err(error), _) => Err(error.into()),
        };
        // A caller that gave up no longer listens; its work is done all the same.
        let _ = self.caller.send(result);
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "without a message".to_owned())
}

/// What waits, without waiting for more.
fn queued(queue: &Receiver<BoxedJob>) -> impl Iterator<Item = BoxedJob> {
    std::iter::from_fn(|| queue.try_recv().ok())
}

/// The writer's life: one transaction for all that waits.
pub(crate) fn write_loop(connection: &mut dyn Connection, queue: &Receiver<BoxedJob>, batch_max: usize) {
    let mut waiting = VecDeque::new();
    let mut epoch = 0;
    loop {
        if waiting.is_empty() {
            match connection.next(queue) {
                Some(job) => waiting.push_back(job),
                None => return,
            }
        }
        let room = batch_max.max(1).saturating_sub(waiting.len());
        waiting.extend(queued(queue).take(room));
        if let Err(error) = run_batch(connection, &mut waiting, &mut epoch) {
            // Those who queued up meanwhile have waited as long; one by one they would wait for hours.
            waiting.drain(..).chain(queued(queue)).for_each(|job| job.answer(Err(error.clone())));
        }
    }
}

/// Runs `waiting` in one transaction. Jobs that did not start because it broke down stay there;
/// an error says that it could not begin. Whatever is undone begins a new epoch.
fn run_batch(connection: &mut dyn Connection, waiting: &mut VecDeque<BoxedJob>, epoch: &mut u64) -> Result<(), Error> {
    connection.begin()?;
    if waiting.len() == 1 {
        waiting.drain(..).for_each(|job| run_alone(connection, job, epoch));
        return Ok(());
    }
    let mut started = Vec::with_capacity(waiting.len());
    let mut state = Ok(());
    while state.is_ok()
        && let Some(mut job) = waiting.pop_front()
    {
        state = run_one(connection, &mut *job, epoch);
        started.push(job);
    }
    let outcome = match state {
        Ok(()) => connection.commit(),
        Err(error) => {
            connection.rollback();
            Err(error)
        }
    };
    if outcome.is_err() {
        *epoch += 1;
    }
    started.into_iter().for_each(|job| job.answer(outcome.clone()));
    Ok(())
}

/// Runs a job that shares its transaction. An error means that the transaction is lost.
fn run_one(connection: &mut dyn Connection, job: &mut dyn Job, epoch: &mut u64) -> Result<(), Error> {
    connection.savepoint(Level::Job)?;
    let mut verdict = job.run(connection, *epoch);
    // A refusal that comes late is the job's own, not its neighbours'.
    if let Err(error) = connection.settle() {
        job.refuse(error);
        verdict = Verdict::Undo;
    }
    connection.intact()?;
    match verdict {
        Verdict::Keep => connection.release(Level::Job),
        Verdict::Undo => {
            *epoch += 1;
            connection.undo(Level::Job)
        }
    }
}

/// Runs a job that has the open transaction for itself, and ends it.
fn run_alone(connection: &mut dyn Connection, mut job: BoxedJob, epoch: &mut u64) {
    let verdict = job.run(connection, *epoch);
    let outcome = match verdict {
        Verdict::Keep => connection.intact().and_then(|()| connection.commit()),
        Verdict::Undo => {
            connection.rollback();
            Ok(())
        }
    };
    if verdict == Verdict::Undo || outcome.is_err() {
        *epoch += 1;
    }
    job.answer(outcome);
}

/// The names of the reading threads, and the queue that each works off.
pub(crate) fn readers(
    options: &Options,
    reads: &Receiver<BoxedJob>,
    long_reads: &Receiver<BoxedJob>,
) -> Vec<(String, Receiver<BoxedJob>)> {
    let short = (0..options.readers.max(1)).map(|number| (format!("store-reader-{number}"), reads.clone()));
    let long = (0..options.long_readers.max(1)).map(|number| (format!("store-long-{number}"), long_reads.clone()));
    short.chain(long).collect()
}

/// A reader's life: one transaction, so one consistent view, for each job. What nobody waits for any more is not begun.
pub(crate) fn read_loop(connection: &mut dyn Connection, queue: &Receiver<BoxedJob>) {
    while let Some(mut job) = connection.next(queue) {
        if !job.is_awaited() {
            continue;
        }
        match connection.begin() {
            Ok(()) => {
                job.run(connection, 0);
                job.answer(Ok(()));
                connection.rollback();
            }
            Err(error) => std::iter::once(job).chain(queued(queue)).for_each(|job| job.answer(Err(error.clone()))),
        }
    }
}
