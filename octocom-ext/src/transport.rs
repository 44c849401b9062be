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
mod retry_loop;
mod sending;

use std::sync::Arc;

use octocom_api::{Answer, BoxFuture, Call, ErrorKind, Failure, Transport};
use tracing::Instrument;

use crate::settings::Settings;
use crate::shared::Shared;
use crate::trace;
use retry_loop::RetryLoop;

/// The transport of a handle: what all handles share, and the handle's own settings.
#[derive(Debug, Clone)]
pub(crate) struct Retrying {
    pub(crate) shared: Arc<Shared>,
    pub(crate) settings: Settings,
}

impl Transport for Retrying {
    fn send<'a>(&'a self, call: Call<'a>) -> BoxFuture<'a, Result<Answer, octocom_api::Error>> {
        let span = trace::call_span(call.operation, &self.shared.base_url);
        let end = span.clone();
        Box::pin(
            async move {
                self.check().map_err(|detail| {
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
                "there is no tokio runtime: poll the stream, or await the call, within one"
                    .to_owned(),
            ),
        }
    }
}
