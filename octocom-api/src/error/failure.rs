//! Details of a failed call.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::{ErrorKind, Exhausted, api_message, success_message};
use crate::answer::Answer;
use crate::decode::DecodeError;
use crate::operation::{Idempotency, Operation};

/// Largest part of a body that an error keeps: enough for the HTML page of a gateway, and small
/// enough to keep thousands of errors.
pub const MAX_ERROR_BODY_BYTES: usize = 64 * 1024;

/// The details of a failed call, which a [`Transport`](crate::Transport) fills in.
///
/// [`Error`](crate::Error) is made from it and has a method for each field.
#[non_exhaustive]
pub struct Failure {
    /// Kind of the failure.
    pub kind: ErrorKind,
    /// Operation of the call; `None` if no call was made.
    pub operation: Option<&'static Operation>,
    /// Status of the last response; `None` if there was none.
    pub status: Option<StatusCode>,
    /// Headers of the last response.
    pub headers: Arc<HeaderMap>,
    /// Body of the last response, or JSON of the record that could not be decoded.
    pub body: Bytes,
    /// Number of attempts, including the first.
    pub attempts: u32,
    /// Total time of the call, including waits.
    pub elapsed: Duration,
    /// Limit that ended the retries.
    pub exhausted: Option<Exhausted>,
    /// Delay that the server asks for.
    pub retry_after: Option<Duration>,
    /// `true` if the operation is a write and may have been processed.
    pub may_have_been_processed: bool,
    /// `true` if another attempt may succeed and is safe.
    pub retryable: bool,
    /// `true` if a list or a wait failed rather than one call.
    pub is_sequence: bool,
    /// Path of the value that could not be decoded.
    pub json_path: Option<String>,
    /// Text of the message, in addition to operation, status and attempts. It contains no secrets
    /// and no values.
    pub detail: Option<String>,
    /// Cause.
    pub source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Failure {
    /// Returns a failure with only the kind known.
    #[must_use]
    pub fn new(kind: ErrorKind) -> Self {
        Self {
            kind,
            operation: None,
            status: None,
            headers: Arc::default(),
            body: Bytes::new(),
            attempts: 0,
            elapsed: Duration::ZERO,
            exhausted: None,
            retry_after: None,
            may_have_been_processed: false,
            retryable: false,
            is_sequence: false,
            json_path: None,
            detail: None,
            source: None,
        }
    }

    /// Returns the failure of a call that was refused before anything was sent and that a retry
    /// would not fix. `detail` contains no secrets.
    #[must_use]
    pub fn refused(
        kind: ErrorKind,
        operation: &'static Operation,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            operation: Some(operation),
            detail: Some(detail.into()),
            ..Self::new(kind)
        }
    }

    /// Returns a failure of this kind with the details of an answer.
    ///
    /// At most 64 KiB of the body are kept. The operation may have been processed unless it only
    /// reads.
    #[must_use]
    pub fn from_answer(answer: &Answer, kind: ErrorKind) -> Self {
        Self {
            operation: Some(answer.operation),
            status: Some(answer.status),
            headers: Arc::clone(&answer.headers),
            body: capped(&answer.body),
            attempts: answer.attempts,
            elapsed: answer.elapsed,
            may_have_been_processed: answer.operation.changes_something(),
            ..Self::new(kind)
        }
    }

    /// Returns the failure for the status of an answer, even if the status is a success.
    ///
    /// After 429 and other 4xx statuses, nothing was processed; after a redirect, 408 or 5xx it is
    /// unknown. With 408, 425, 500, 502, 503, 504 and 520 to 530, the failure is retryable if the
    /// operation is; with 429 always, unless it is a quota.
    #[must_use]
    pub fn from_status(answer: &Answer, idempotency: Idempotency) -> Self {
        use ErrorKind as Kind;
        let can_repeat = idempotency != Idempotency::Unsafe;
        // The kind, whether the server may have processed the operation, and whether it may pass.
        let (kind, is_unclear, retryable) = match answer.status.as_u16() {
            // A server may have acted before it sent the client elsewhere (303 See Other).
            300..=399 => (Kind::Redirect, true, false),
            429 if is_quota(answer) => (Kind::Quota, false, false),
            429 => (Kind::RateLimited, false, true),
            408 => (Kind::Server, true, can_repeat),
            // Too Early (RFC 8470): the server did not want to risk a replay.
            425 => (Kind::Rejected, false, true),
            401 => (Kind::Unauthorized, false, false),
            403 => (Kind::Forbidden, false, false),
            404 => (Kind::NotFound, false, false),
            400..=499 => (Kind::Rejected, false, false),
            500 | 502 | 503 | 504 | 520..=530 => (Kind::Server, true, can_repeat),
            500..=599 => (Kind::Server, true, false),
            _ => (Kind::UnexpectedStatus, true, false),
        };
        let mut failure = Self::from_answer(answer, kind);
        failure.may_have_been_processed &= is_unclear;
        failure.retryable = retryable;
        failure
    }

    /// Returns the API's own words in the body.
    pub(super) fn message(&self) -> Option<String> {
        let in_success = || {
            self.status.filter(StatusCode::is_success)?;
            success_message(&self.body)
        };
        api_message(&self.body).or_else(in_success)
    }

    pub(crate) fn set_decode_error(&mut self, error: DecodeError) {
        // The message has all of it, so it is not repeated as the source.
        self.detail = Some(error.to_string());
        self.json_path = Some(error.json_path);
    }
}

/// Returns `true` if the text of a 429 says that a quota is used up.
fn is_quota(answer: &Answer) -> bool {
    let Some(pattern) = answer.operation.quota else {
        return false;
    };
    api_message(&answer.body)
        .is_some_and(|text| text.to_lowercase().contains(&pattern.to_lowercase()))
}

/// Returns the start of a body, without keeping the rest in memory.
fn capped(body: &Bytes) -> Bytes {
    match body.get(..MAX_ERROR_BODY_BYTES) {
        Some(start) if body.len() > MAX_ERROR_BODY_BYTES => Bytes::copy_from_slice(start),
        _ => body.clone(),
    }
}

/// Shows neither the body nor a header.
impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.kind)
            .field("operation", &self.operation.map(|operation| operation.id))
            .field("status", &self.status)
            .field("attempts", &self.attempts)
            .field("elapsed", &self.elapsed)
            .field("exhausted", &self.exhausted)
            .field("retry_after", &self.retry_after)
            .field("may_have_been_processed", &self.may_have_been_processed)
            .field("json_path", &self.json_path)
            .field("detail", &self.detail)
            .field("body_bytes", &self.body.len())
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}
