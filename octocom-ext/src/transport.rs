//! The one place that every call passes, raw or not.
//!
//! The generated client builds a request and hands it here with its row of the operation table
//! ([`octocom_api::Transport`]). What happens to it, in this order:
//!
//! 1. It is refused before anything is sent when a setting of the handle is out of its range, or
//!    when it would go to another origin than the configured one. (Path parameters that are empty,
//!    `.` or `..` are refused one step earlier, in `octocom-api`.)
//! 2. It waits for its turn ([`limit`](crate::limit)).
//! 3. It goes out with the current key, if the operation takes one, and with no key otherwise. The
//!    attempt may take as long as the operation's row says, and no longer than what is left of the
//!    deadline. The answer's body is read to its end within that time.
//! 4. How it ended decides what follows ([`retry`](crate::retry)): done, an error, or the next
//!    attempt, from step 2, with the same body and headers.
//!
//! What happened is written to the call's record, which the error is made from; a failed call
//! leaves a `Failure` there. Nothing is spawned: the future that the caller holds is the whole call,
//! and dropping it ends the call at once, wherever it is.

mod attempt;
mod fault;
mod run;
mod stop;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use octocom_api::{BoxFuture, Call, CallRecord, Operation, Replay, Transport, TransportError};
use tracing::Instrument;

pub(crate) use attempt::{Answer, Outcome};
pub(crate) use fault::Fault;

use crate::error::{ErrorKind, Failure};
use crate::settings::Settings;
use crate::shared::Shared;
use crate::trace;
use run::Run;

/// The transport of a handle: what all handles share, and the handle's own settings.
#[derive(Debug, Clone)]
pub(crate) struct Retrying {
    pub(crate) shared: Arc<Shared>,
    pub(crate) settings: Settings,
}

/// Whether an operation does more than read.
pub(crate) fn changes_something(operation: &Operation) -> bool {
    operation.replay != Replay::Safe
}

impl Transport for Retrying {
    fn send<'a>(
        &'a self,
        call: Call<'a>,
    ) -> BoxFuture<'a, Result<http::Response<Bytes>, TransportError>> {
        let span = trace::call_span(call.operation, &self.shared.base_url);
        let end = span.clone();
        Box::pin(
            async move {
                match self.check(&call.request) {
                    Ok(()) => Run::new(self, &call, end).send(&call).await,
                    Err(failure) => Err(give_up(call.record, failure)),
                }
            }
            .instrument(span),
        )
    }
}

impl Retrying {
    /// Refuses what must not be sent.
    fn check(&self, request: &reqwest::Request) -> Result<(), Failure> {
        self.settings
            .check()
            .map_err(|reason| Failure::refused(ErrorKind::Config, reason))?;
        if !same_origin(request.url(), self.shared.base_url.url()) {
            let reason = "the request is not for the configured server";
            return Err(Failure::refused(ErrorKind::InvalidRequest, reason));
        }
        Ok(())
    }

    /// How long an attempt of this operation may take, the deadline aside.
    fn attempt_timeout(&self, operation: &Operation) -> Duration {
        self.settings
            .attempt_timeout
            .unwrap_or(operation.attempt_timeout)
    }
}

/// Whether two addresses are of one server: scheme, host and port, compared where they stand.
fn same_origin(one: &reqwest::Url, other: &reqwest::Url) -> bool {
    one.scheme() == other.scheme()
        && one.host_str() == other.host_str()
        && one.port_or_known_default() == other.port_or_known_default()
}

/// Leaves a failure without an answer.
fn give_up(record: &CallRecord, failure: Failure) -> TransportError {
    let reason = failure.to_string();
    record.fail(failure);
    TransportError::Refused(reason)
}
