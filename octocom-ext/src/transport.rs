//! The one place that every call passes, raw or not.
//!
//! The generated client builds a request and hands it here with its row of the operation table
//! ([`octocom_api::Transport`]). What happens to it, in this order:
//!
//! 1. It is refused before anything is sent when a setting of the handle is out of its range.
//!    (Another origin than the configured one, and path parameters that are empty, `.` or `..`, are
//!    refused one step earlier, in `octocom-api`.)
//! 2. It waits for its turn ([`limiter`](crate::limiter)).
//! 3. It is sent with the current key, if the operation takes one, and with no key otherwise. The
//!    attempt may take as long as the operation's row says, and no longer than what is left of the
//!    deadline. The answer's body is read to its end within that time.
//! 4. How it ended decides what follows ([`retry`](crate::retry)): an answer, an error, or the next
//!    attempt, from step 2, with the same body and headers.
//!
//! A success is `Ok` from here to the caller, and a failure an error that has all there is to know.
//! Nothing is spawned: the future that the caller holds is the whole call, and dropping it ends the
//! call at once, wherever it is.

mod attempt;
mod body;
mod retry_loop;

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use octocom_api::{Answer, BoxFuture, Call, ErrorKind, Failure, Transport};
use tracing::Instrument;

use retry_loop::RetryLoop;

use crate::settings::{Settings, Shared};
use crate::trace;

/// The transport of a handle: what all handles share, and the handle's own settings.
#[derive(Debug, Clone)]
pub(crate) struct Retrying {
    pub(crate) shared: Arc<Shared>,
    pub(crate) settings: Settings,
}

impl Transport for Retrying {
    fn send<'a>(&'a self, call: Call<'a>) -> BoxFuture<'a, Result<Answer, octocom_api::Error>> {
        let span = trace::call_span(call.operation);
        let end = span.clone();
        Box::pin(
            async move {
                self.check().map_err(|detail| {
                    trace::fail(&end, ErrorKind::Config.as_str());
                    Failure::refused(ErrorKind::Config, call.operation, detail)
                })?;
                Ok(RetryLoop::new(self, &call, end).send(&call).await?)
            }
            .instrument(span),
        )
    }
}

impl Retrying {
    /// Names what keeps every call of the handle from being sent.
    fn check(&self) -> Result<(), String> {
        self.settings.check()?;
        match tokio::runtime::Handle::try_current() {
            Ok(_) => Ok(()),
            // The HTTP client would panic.
            Err(_) => Err(
                "not inside a tokio runtime: poll the stream, or await the call, within one"
                    .to_owned(),
            ),
        }
    }
}

/// A body in memory that notes its first poll.
///
/// The HTTP client asks for a body once there is a connection to send it on, a pooled one or a new
/// one. Until then nothing of the request was sent, whatever ends the attempt.
struct SendingBody {
    bytes: Option<Bytes>,
    began: Arc<AtomicBool>,
}

/// Tells whether a body began to be sent.
struct Sending(Arc<AtomicBool>);

impl Sending {
    fn began(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl SendingBody {
    /// Lets the body of a request note that it begins to be sent; `None` if it has no body in
    /// memory.
    fn wrap(request: &mut reqwest::Request) -> Option<Sending> {
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
