//! The listener: takes no more connections than `server.connections_max`; those beyond wait until another one closes.

use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Listens with a limit on open connections.
#[derive(Debug)]
pub struct Limited {
    inner: TcpListener,
    room: Arc<Semaphore>,
    connections_max: usize,
}

impl Limited {
    /// Takes connections from `inner`, at most `connections_max` at once.
    #[must_use]
    pub fn new(inner: TcpListener, connections_max: usize) -> Limited {
        // The semaphore's own bound is far above what an operating system opens.
        let connections_max = connections_max.min(Semaphore::MAX_PERMITS);
        Limited { inner, room: Arc::new(Semaphore::new(connections_max)), connections_max }
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
        (Connection { stream, _permit: permit }, peer)
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

/// A connection that makes room for another one when it closes.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    _permit: OwnedSemaphorePermit,
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, from: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, from)
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
        Pin::new(&mut self.stream).poll_write_vectored(context, from)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
