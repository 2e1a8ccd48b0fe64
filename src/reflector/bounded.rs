//! A connection that never says more than it was told, until its peer has shown a key.
//!
//! TCP proves the way back before anything is said, so nothing is reflected to a third party here. Holding the same rule
//! as for datagrams still makes the reflector worthless to strangers: errors of the HTTP library included, they never
//! get more octets than they send.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A ClientHello is longer than this (RFC 8446 section 4.1.2, with the extensions that a client of TLS 1.3 must send);
/// until so much has come, no grace is given.
const HELLO: u64 = 100;

/// Wraps a stream.
#[derive(Debug)]
pub(crate) struct Bounded<S> {
    inner: S,
    free: Arc<AtomicBool>,
    read: u64,
    written: u64,
    grace: u64,
}

impl<S> Bounded<S> {
    /// Holds every answer to the octets read so far, and `grace` more once a TLS ClientHello can have come, until `free`
    /// becomes true.
    pub(crate) fn new(inner: S, free: Arc<AtomicBool>, grace: u64) -> Self {
        Self {
            inner,
            free,
            read: 0,
            written: 0,
            grace,
        }
    }
    fn allows(&self, more: usize) -> bool {
        let grace = if self.read >= HELLO { self.grace } else { 0 };
        self.free.load(Ordering::Relaxed)
            || self.written.saturating_add(more as u64) <= self.read.saturating_add(grace)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Bounded<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(cx, buf))?;
        self.read += buf.filled().len().saturating_sub(before) as u64;
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Bounded<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        if !self.allows(buf.len()) {
            return Poll::Ready(Err(io::Error::new(
                io::ErrorKind::PermissionDenied,
                "the answer would be longer than what was asked",
            )));
        }
        let n = ready!(Pin::new(&mut self.inner).poll_write(cx, buf))?;
        self.written += n as u64;
        Poll::Ready(Ok(n))
    }
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
