//! The body of a request, which notes when it begins to be sent.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

/// A body in memory that notes its first poll.
///
/// The HTTP client asks for a body once there is a connection to send it on, a pooled one or a new
/// one. Until then nothing of the request was sent, whatever ends the attempt.
pub(super) struct SendingBody {
    bytes: Option<Bytes>,
    began: Arc<AtomicBool>,
}

/// Tells whether a body began to be sent.
pub(super) struct Sending(Arc<AtomicBool>);

impl Sending {
    pub(super) fn began(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl SendingBody {
    /// Lets the body of a request note that it begins to be sent; `None` when there is no body in
    /// memory.
    pub(super) fn wrap(request: &mut reqwest::Request) -> Option<Sending> {
        let bytes = request.body()?.as_bytes()?;
        if bytes.is_empty() {
            return None;
        }
        let began = Arc::new(AtomicBool::new(false));
        let body = Self {
            bytes: Some(Bytes::copy_from_slice(bytes)),
            began: Arc::clone(&began),
        };
        *request.body_mut() = Some(reqwest::Body::wrap(body));
        Some(Sending(began))
    }
}

impl Body for SendingBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.began.store(true, Ordering::Relaxed);
        Poll::Ready(self.bytes.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        let length = self.bytes.as_ref().map_or(0, Bytes::len);
        SizeHint::with_exact(u64::try_from(length).unwrap_or(u64::MAX))
    }
}
