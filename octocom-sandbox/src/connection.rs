//! Connections that can be cut, closed and slowed down.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Sleep;

/// Pause in which it is looked whether a client has taken what was sent.
const LOOK_AGAIN: Duration = Duration::from_millis(5);
/// Pieces a second in which a throttled answer is sent.
const PIECES_A_SECOND: u32 = 20;

/// Accepts connections that know how to be reset.
#[derive(Debug)]
pub(crate) struct ResettableListener(pub(crate) TcpListener);

/// A connection of a client.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    line: ConnectionHandle,
    /// Bytes that a throttled connection may send before its next pause, and the pause.
    allowance: usize,
    pause: Option<Pin<Box<Sleep>>>,
    /// `true` if something was written since the last flush.
    has_written: bool,
}

/// The other end of a connection.
#[derive(Debug, Clone)]
pub(crate) struct Peer {
    pub(crate) address: SocketAddr,
    pub(crate) line: ConnectionHandle,
}

/// The means to end or slow down a connection.
#[derive(Debug, Clone, Default)]
pub(crate) struct ConnectionHandle(Arc<ConnectionState>);

#[derive(Debug, Default)]
struct ConnectionState {
    end: AtomicU8,
    /// Bytes a second; 0 for no limit.
    throttle: AtomicU32,
    /// `true` if the client has yet to take what was sent.
    blocked: AtomicBool,
}

/// It is reset: nothing is written to it any more. Zero is an open connection.
const RESET: u8 = 1;
/// It is closed in order: nothing is written to it any more.
const CLOSE: u8 = 2;
/// It is closed in order once the answer is sent.
const CLOSE_AFTER: u8 = 3;
/// The answer is sent, upon which it is closed in order.
const ANSWERED: u8 = 4;

impl ConnectionHandle {
    pub(crate) fn reset(&self) {
        self.0.end.store(RESET, Ordering::Release);
    }

    pub(crate) fn close(&self) {
        self.0.end.store(CLOSE, Ordering::Release);
    }

    /// Closes the connection once the answer that is written next is sent.
    pub(crate) fn close_after_answer(&self) {
        self.0.end.store(CLOSE_AFTER, Ordering::Release);
    }

    /// Sends the answer at so many bytes a second; 0 for no limit.
    pub(crate) fn throttle(&self, bytes_a_second: u32) {
        self.0.throttle.store(bytes_a_second, Ordering::Release);
    }

    /// Resets the connection once what was written has left this process.
    pub(crate) async fn reset_once_sent(&self) {
        loop {
            // While this waits, what was written is flushed.
            tokio::time::sleep(LOOK_AGAIN).await;
            if !self.0.blocked.load(Ordering::Acquire) {
                return self.reset();
            }
        }
    }

    fn end(&self) -> u8 {
        self.0.end.load(Ordering::Acquire)
    }
}

impl Listener for ResettableListener {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        // axum's own accept retries what can be retried.
        let (stream, address) = Listener::accept(&mut self.0).await;
        // Answers are small, and a client under test should not wait for more.
        let _ = stream.set_nodelay(true);
        (
            Connection {
                stream,
                line: ConnectionHandle::default(),
                allowance: 0,
                pause: None,
                has_written: false,
            },
            address,
        )
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

impl Connected<IncomingStream<'_, ResettableListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, ResettableListener>) -> Self {
        Self {
            address: *stream.remote_addr(),
            line: stream.io().line.clone(),
        }
    }
}

impl Connection {
    fn check(&self) -> io::Result<()> {
        match self.line.end() {
            RESET => Err(io::ErrorKind::ConnectionReset.into()),
            CLOSE => Err(io::ErrorKind::BrokenPipe.into()),
            _ => Ok(()),
        }
    }

    /// Returns how many bytes may be sent now; waits where the connection is throttled.
    fn poll_allowance(&mut self, context: &mut Context<'_>, wanted: usize) -> Poll<usize> {
        let rate = self.line.0.throttle.load(Ordering::Acquire);
        if rate == 0 {
            return Poll::Ready(wanted);
        }
        if let Some(pause) = &mut self.pause {
            ready!(pause.as_mut().poll(context));
            self.pause = None;
            let piece = (rate / PIECES_A_SECOND).max(1);
            self.allowance = usize::try_from(piece).unwrap_or(usize::MAX);
        }
        if self.allowance == 0 {
            // A rate below one piece a pause makes the pauses longer.
            let pieces = PIECES_A_SECOND.min(rate);
            let pause = Duration::from_secs(1) / pieces;
            let mut pause = Box::pin(tokio::time::sleep(pause));
            if pause.as_mut().poll(context).is_pending() {
                self.pause = Some(pause);
                return Poll::Pending;
            }
            self.allowance = 1;
        }
        Poll::Ready(wanted.min(self.allowance))
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if self.line.end() == RESET {
            // Without lingering, closing sends a reset rather than an orderly end. A connection
            // that is gone already cannot be told, and need not be.
            let _ = self.stream.set_zero_linger();
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.line.end() == ANSWERED {
            // To the HTTP server it is the client that closes.
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.check()?;
        let allowed = ready!(self.poll_allowance(context, buffer.len()));
        let written = Pin::new(&mut self.stream).poll_write(context, &buffer[..allowed]);
        let wire = &self.line.0;
        wire.blocked.store(written.is_pending(), Ordering::Release);
        if let Poll::Ready(Ok(written)) = &written {
            self.allowance = self.allowance.saturating_sub(*written);
            self.has_written |= *written > 0;
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        ready!(Pin::new(&mut self.stream).poll_flush(context))?;
        if self.line.end() == CLOSE_AFTER && std::mem::take(&mut self.has_written) {
            self.line.0.end.store(ANSWERED, Ordering::Release);
            // So that it is read, and the end seen.
            context.waker().wake_by_ref();
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
