//! What happened during one call, as its transport saw it.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::operation::Operation;

/// What happened during one call, written by the transport and read by whoever attached it.
///
/// progenitor's error loses status and headers when a body does not decode, so whoever wants them
/// attaches a record ([`Client::recorded`](crate::Client::recorded)) and reads it afterwards.
///
/// A record is for one call; of several calls it keeps the last.
pub struct CallRecord {
    state: Mutex<State>,
    decodes: bool,
}

#[derive(Default)]
struct State {
    operation: Option<&'static Operation>,
    attempts: u32,
    unclear: bool,
    response: Option<RecordedResponse>,
    failure: Option<Failure>,
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The last answer of the server.
#[derive(Clone)]
#[non_exhaustive]
pub struct RecordedResponse {
    /// Status.
    pub status: StatusCode,
    /// Headers, shared by all who ask for them.
    pub headers: Arc<HeaderMap>,
    /// The body, as far as it was read.
    pub body: Bytes,
}

impl CallRecord {
    /// A record for a call whose answer the client decodes.
    #[must_use]
    pub fn new() -> Self {
        Self {
            state: Mutex::default(),
            decodes: true,
        }
    }

    /// A record for a call whose answer the caller decodes from [`RecordedResponse::body`].
    ///
    /// The client's method then returns an error in any case: it is not given the body.
    #[must_use]
    pub fn undecoded() -> Self {
        Self {
            decodes: false,
            ..Self::new()
        }
    }

    /// Whether the client decodes the answer.
    #[must_use]
    pub fn decodes(&self) -> bool {
        self.decodes
    }

    /// The operation that was called; `None` before the call.
    #[must_use]
    pub fn operation(&self) -> Option<&'static Operation> {
        self.state().operation
    }

    /// How often the request was sent, the first time included.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.state().attempts
    }

    /// The last answer of the server; `None` when none arrived.
    #[must_use]
    pub fn response(&self) -> Option<RecordedResponse> {
        self.state().response.clone()
    }

    /// Takes the failure that the transport left.
    #[must_use]
    pub fn take_failure(&self) -> Option<Failure> {
        self.state().failure.take()
    }

    /// Whether the transport left a failure that nobody has taken.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.state().failure.is_some()
    }

    /// Starts anew for a call of this operation.
    pub(crate) fn begin(&self, operation: &'static Operation) {
        *self.state() = State {
            operation: Some(operation),
            ..State::default()
        };
    }

    /// Counts an attempt, and forgets the answer to the one before.
    pub fn attempt(&self) {
        let mut state = self.state();
        state.attempts = state.attempts.saturating_add(1);
        state.response = None;
    }

    /// Notes that an attempt has failed and may have been carried out all the same.
    pub fn unclear(&self) {
        self.state().unclear = true;
    }

    /// Whether an attempt has failed and may have been carried out all the same.
    #[must_use]
    pub fn was_unclear(&self) -> bool {
        self.state().unclear
    }

    /// Keeps an answer.
    pub fn respond(&self, status: StatusCode, headers: HeaderMap, body: Bytes) {
        self.state().response = Some(RecordedResponse {
            status,
            headers: Arc::new(headers),
            body,
        });
    }

    /// Keeps why the call failed, for [`take_failure`](Self::take_failure).
    pub fn fail(&self, failure: impl Into<Failure>) {
        self.state().failure = Some(failure.into());
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // No code panics while it holds the lock, and the state is whole at every step.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for CallRecord {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for CallRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        f.debug_struct("CallRecord")
            .field("operation", &state.operation.map(|operation| operation.id))
            .field("attempts", &state.attempts)
            .field("response", &state.response)
            .finish_non_exhaustive()
    }
}

/// Shows the status alone: headers and body may hold what must not be in a log.
impl fmt::Debug for RecordedResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordedResponse")
            .field("status", &self.status)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}
