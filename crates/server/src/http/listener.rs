//! The listener: takes no more connections than `server.connections_max`; those beyond wait until another one closes. Clients
//! that say or read nothing are cut off, so that those places become free.

use std::future::Future;
use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep};

/// Listens with a limit on open connections and on the time that a client may take.
#[derive(Debug)]
pub struct Limited {
    inner: TcpListener,
    room: Arc<Semaphore>,
    connections_max: usize,
    patience: Duration,
}

impl Limited {
    /// Takes connections from `inner`, at most `connections_max` at once. A connection is closed when for `patience` no
    /// request begins, a request that began has no answer, or its client reads nothing of the answer; a request that comes
    /// fast enough may take longer to come.
    #[must_use]
    pub fn new(inner: TcpListener, connections_max: usize, patience: Duration) -> Limited {
        // The semaphore's own bound is far above what an operating system opens.
        let connections_max = connections_max.min(Semaphore::MAX_PERMITS);
        Limited { inner, room: Arc::new(Semaphore::new(connections_max)), connections_max, patience }
    }

    async fn permit(&self) -> OwnedSemaphorePermit {
        let room = || Arc::clone(&self.room);
        if let Ok(permit) = room().try_acquire_owned() {
            return permit;
        }
        tracing::warn!(
            open = self.connections_max,
            "as many connections are open as server.connections_max allows: new ones wait until one closes"
        );
        room().acquire_owned().await.expect("nobody closes the semaphore")
    }
}

impl Listener for Limited {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        // Room first: a connection that is not taken yet waits in the operating system's queue.
        let permit = self.permit().await;
        let (stream, peer) = Listener::accept(&mut self.inner).await;
        // Answers are small and should leave at once; a socket that refuses the option still works.
        let _ = stream.set_nodelay(true);
        (Connection { stream, deadline: Deadline::new(self.patience), _permit: permit }, peer)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.inner.local_addr()
    }
}

/// Who is at the other end of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub SocketAddr);

impl Connected<IncomingStream<'_, Limited>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Limited>) -> Peer {
        Peer(*stream.remote_addr())
    }
}

/// A connection that makes room for another one when it closes, and closes when its client takes too long.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    deadline: Deadline,
    _permit: OwnedSemaphorePermit,
}

/// What a client sends at least while its request goes on, bytes in a second.
const FLOOR_BYTES_PER_S: f64 = 16_000.0;

/// Until when something must be written: `patience` after the connection, the last write or the first byte of a request. What
/// is read moves it on by the time that it may have taken at [`FLOOR_BYTES_PER_S`]: a large file may take long, and no client
/// gains time by sending its request byte by byte.
#[derive(Debug)]
struct Deadline {
    patience: Duration,
    /// Nothing was read since the last write.
    idle: bool,
    at: Instant,
    sleep: Pin<Box<Sleep>>,
}

impl Deadline {
    fn new(patience: Duration) -> Deadline {
        let at = Instant::now() + patience;
        Deadline { patience, idle: true, at, sleep: Box::pin(tokio::time::sleep_until(at)) }
    }

    fn was_read(&mut self, bytes: usize, now: Instant) {
        let latest = now + self.patience;
        if self.idle {
            self.idle = false;
            self.at = latest;
        }
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        self.at = latest.min(self.at + Duration::from_secs_f64(f64::from(bytes) / FLOOR_BYTES_PER_S));
    }

    fn was_written(&mut self) {
        self.idle = true;
        self.at = Instant::now() + self.patience;
    }

    /// An error once the deadline is over.
    fn poll_over(&mut self, context: &mut Context<'_>) -> Poll<io::Error> {
        // Moved only here: most reads and writes need not wait.
        if self.sleep.deadline() != self.at {
            self.sleep.as_mut().reset(self.at);
        }
        let over = |()| io::Error::new(io::ErrorKind::TimedOut, "the client takes too long");
        self.sleep.as_mut().poll(context).map(over)
    }
}

impl Connection {
    fn watch_write(&mut self, context: &mut Context<'_>, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if written.is_pending() {
            return self.deadline.poll_over(context).map(Err);
        }
        self.deadline.was_written();
        written
    }
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, into);
        if read.is_pending() {
            return self.deadline.poll_over(context).map(Err);
        }
        self.deadline.was_read(into.filled().len() - before, Instant::now());
        read
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, from: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, from);
        self.watch_write(context, written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        from: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, from);
        self.watch_write(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seconds from the first byte until a client is cut off that sends so many bytes each second, looked at for an hour.
    fn cut_off_after_s(bytes_per_s: usize) -> Option<u64> {
        let started = Instant::now();
        let mut deadline = Deadline::new(Duration::from_secs(120));
        (0..3600).find(|second| {
            let now = started + Duration::from_secs(*second);
            let over = !deadline.idle && deadline.at <= now;
            deadline.was_read(bytes_per_s, now);
            over
        })
    }

    #[tokio::test]
    async fn who_sends_fast_enough_may_take_long() {
        assert_eq!(cut_off_after_s(16_000), None);
        assert_eq!(cut_off_after_s(1_000_000), None);
        assert_eq!(cut_off_after_s(8_000), Some(239), "every second gains half of one");
        assert_eq!(cut_off_after_s(1), Some(121), "next to nothing is gained");
    }

    #[tokio::test]
    async fn nobody_saves_time_up() {
        let mut deadline = Deadline::new(Duration::from_secs(120));
        let now = Instant::now();
        deadline.was_read(1_000_000_000, now);
        assert_eq!(deadline.at, now + Duration::from_secs(120));
    }
}
