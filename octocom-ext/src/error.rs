//! The one error of this crate.
//!
//! Everything fails with [`Error`]. A finer set of types would help nobody: what a caller does next
//! depends on a handful of questions, and each has a method. *What is it?* [`Error::kind`]. *May the
//! write have happened?* [`Error::may_have_been_processed`]. *Would it help to ask again?*
//! [`Error::is_retryable`], and after how long, [`Error::retry_after`]. *What did the server say?*
//! [`Error::status`], [`Error::message`], [`Error::headers`], [`Error::body`].
//!
//! An error is built from what the transport recorded of the call, not from the generated client's
//! error, which loses status and headers when a body does not decode and prints whole bodies. So
//! there is no `From` for another crate's error, and none of theirs in a signature.
//!
//! `Display` is one line: operation, outcome, status, attempts. It never shows a body, a header, a
//! query or the key, nor the cause, which is to be had from `source()`.

mod body;
mod conversation;
mod failure;
mod from_record;
mod kind;
mod listing;

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use octocom_api::Operation;

pub(crate) use body::{DecodeFailure, MAX_ERROR_BODY_BYTES, api_message};
pub(crate) use failure::Failure;
pub use kind::{ErrorKind, Exhausted};

use crate::pagination::Checkpoint;

/// Why a call failed, or why a client could not be built.
///
/// One pointer wide, so that a `Result` is no larger than its value.
///
/// ```no_run
/// # async fn example(client: octocom_ext::Client) -> Result<(), octocom_ext::Error> {
/// # let id = "0198c5a1-0000-7000-8000-00000000000a".parse().unwrap_or_default();
/// use octocom_ext::ErrorKind;
///
/// match client.call(async |api| api.delete_workflow(&id).await).await {
///     Ok(_) => println!("deleted"),
///     // An earlier attempt of the same call may have done it.
///     Err(error) if error.is_not_found() && error.may_have_been_processed() => println!("deleted"),
///     Err(error) if error.kind() == ErrorKind::RateLimited => {
///         println!("busy, ready in {:?}", error.retry_after());
///     }
///     Err(error) => return Err(error),
/// }
/// # Ok(())
/// # }
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    operation: Option<&'static Operation>,
    status: Option<StatusCode>,
    headers: Arc<HeaderMap>,
    body: Bytes,
    attempts: u32,
    elapsed: Duration,
    exhausted: Option<Exhausted>,
    retry_after: Option<Duration>,
    ambiguous: bool,
    retryable: bool,
    json_path: Option<String>,
    /// Where a listing goes on from.
    checkpoint: Option<Box<Checkpoint>>,
    /// The conversation that failed.
    conversation: Option<Box<conversation::ConversationIds>>,
    /// Whether one record of a listing is at fault.
    is_item: bool,
    /// Whether a sequence of calls failed, and not one of them.
    of_listing: bool,
    detail: Option<String>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// What went wrong, for a `match`.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The operation that was called; `None` when it did not come to a call.
    #[must_use]
    pub fn operation(&self) -> Option<&'static Operation> {
        self.0.operation
    }

    /// Status of the last attempt's answer; `None` when it got none.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// Headers of the last attempt's answer; empty when it got none.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// The API's own words: the `error` text of the answer, or the `message` of an answer with a
    /// status of success.
    ///
    /// They may quote what was sent, so they are not part of `Display`.
    #[must_use]
    pub fn message(&self) -> Option<String> {
        let acknowledged = || {
            self.0.status.filter(StatusCode::is_success)?;
            body::success_message(&self.0.body)
        };
        api_message(&self.0.body).or_else(acknowledged)
    }

    /// The answer's body: text or not, at most its first 64 KiB, empty when there was none.
    ///
    /// It may hold what customers wrote. Nothing else of the error shows it.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.0.body
    }

    /// The server's id of the request, for a question to its support.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        crate::reply::request_id(&self.0.headers)
    }

    /// How long the server asks to wait before the next attempt.
    ///
    /// Also set when nothing was sent because another call's answer holds the limit group back.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// How often the request was sent, the first time included.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Time from the start of the call to the error, waits included.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed
    }

    /// Which limit ended the retries of a call that was worth another attempt; `None` when no
    /// further attempt was worth it.
    #[must_use]
    pub fn exhausted(&self) -> Option<Exhausted> {
        self.0.exhausted
    }

    /// Whether the operation changes something and the server may have carried it out, in any of
    /// the attempts.
    ///
    /// # Troubleshooting
    ///
    /// Look before asking again: the change may be there. Never send an outbound email or a bot
    /// message a second time on this.
    #[must_use]
    pub fn may_have_been_processed(&self) -> bool {
        self.0.ambiguous
    }

    /// Whether the same call may succeed later and cannot act twice.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.0.retryable
    }

    /// Where in the answer's JSON a value is not what the document says, as `data[3].createdAt`;
    /// `.` is the whole.
    #[must_use]
    pub fn json_path(&self) -> Option<&str> {
        self.0.json_path.as_deref()
    }
}

/// Questions with a yes or no.
impl Error {
    /// Whether a setting is missing or out of its range.
    ///
    /// # Troubleshooting
    ///
    /// The message names the environment variable or the builder's method, and the limit.
    #[must_use]
    pub fn is_config(&self) -> bool {
        self.kind() == ErrorKind::Config
    }

    /// Whether there was no connection.
    ///
    /// # Troubleshooting
    ///
    /// Nothing was sent. Look at the base URL, the network and the proxy; `source()` has the
    /// system's reason.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        self.kind() == ErrorKind::Connect
    }

    /// Whether an attempt or the whole call took too long.
    ///
    /// # Troubleshooting
    ///
    /// [`exhausted`](Self::exhausted) tells the deadline of the call from the timeout of one
    /// attempt. A local wait (a cool-down, a limit on requests) counts against the deadline.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.kind() == ErrorKind::Timeout
    }

    /// Whether the server has had too many requests for now.
    ///
    /// # Troubleshooting
    ///
    /// The client has waited and retried as far as it was allowed:
    /// [`exhausted`](Self::exhausted) says what stopped it, [`retry_after`](Self::retry_after) when
    /// the server is ready again.
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.kind() == ErrorKind::RateLimited
    }

    /// Whether a number of things is reached that no waiting lifts: metadata pairs or messages of a
    /// conversation.
    ///
    /// # Troubleshooting
    ///
    /// Delete metadata pairs, or start another conversation.
    #[must_use]
    pub fn is_quota(&self) -> bool {
        self.kind() == ErrorKind::Quota
    }

    /// Whether there is no such thing.
    ///
    /// # Troubleshooting
    ///
    /// After a failed delete that [may have been processed](Self::may_have_been_processed) it means
    /// that the deletion happened.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.kind() == ErrorKind::NotFound
    }

    /// Whether the answer is not what the document says.
    ///
    /// # Troubleshooting
    ///
    /// [`json_path`](Self::json_path) names the place and [`body`](Self::body) has the text; a newer
    /// version of this crate may know the new form.
    #[must_use]
    pub fn is_decode(&self) -> bool {
        self.kind() == ErrorKind::Decode
    }

    /// Whether a limit ended the retries of a call that was worth another attempt.
    ///
    /// # Troubleshooting
    ///
    /// [`exhausted`](Self::exhausted) names the limit; every one of them can be raised for a client
    /// and for one call.
    #[must_use]
    pub fn is_exhausted(&self) -> bool {
        self.exhausted().is_some()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner {
            kind,
            operation,
            status,
            attempts,
            exhausted,
            json_path,
            detail,
            ..
        } = &*self.0;
        let Some(operation) = operation else {
            return f.write_str(detail.as_deref().unwrap_or(kind.as_str()));
        };
        match (kind, json_path) {
            (ErrorKind::Decode, Some(path)) => {
                let path = body::path_for_display(path);
                write!(
                    f,
                    "{} answered something undocumented at `{path}`",
                    operation.id
                )?;
            }
            (ErrorKind::Quota, _) => write!(f, "{} reached a quota", operation.id)?,
            _ => write!(f, "{} failed", operation.id)?,
        }
        if let Some(status) = status {
            write!(f, " with status {}", status.as_u16())?;
        }
        if let Some(detail) = detail {
            write!(f, ": {detail}")?;
        }
        match attempts {
            // The error is of several calls, which counts no attempts.
            0 if self.0.of_listing => {}
            0 => f.write_str(", nothing was sent")?,
            1 => f.write_str(" after 1 attempt")?,
            attempts => write!(f, " after {attempts} attempts")?,
        }
        match exhausted {
            // The number of attempts says it.
            None | Some(Exhausted::Attempts) => Ok(()),
            Some(exhausted) => write!(f, ", {exhausted}"),
        }
    }
}

/// Shows neither body nor header.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        f.debug_struct("Error")
            .field("kind", &inner.kind)
            .field("operation", &inner.operation.map(|operation| operation.id))
            .field("status", &inner.status)
            .field("attempts", &inner.attempts)
            .field("elapsed", &inner.elapsed)
            .field("exhausted", &inner.exhausted)
            .field("retry_after", &inner.retry_after)
            .field("may_have_been_processed", &inner.ambiguous)
            .field("json_path", &inner.json_path)
            .field("detail", &inner.detail)
            .field("body_bytes", &inner.body.len())
            .field("source", &inner.source)
            .finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests;
