//! The error of every call.

mod failure;
mod io;
mod kind;

use std::error::Error as StdError;
use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use http::{HeaderMap, StatusCode};
use serde::Deserialize;

pub use failure::{Failure, MAX_ERROR_BODY_BYTES};
pub use kind::{ErrorKind, Exhausted};

use crate::answer::{Answer, request_id};
use crate::decode::DecodeError;
use crate::operation::Operation;

/// Most characters of the API's own words in a message.
const MAX_MESSAGE_CHARS: usize = 200;

/// The error of a call.
///
/// Its size is one pointer. `Display` prints one line: the operation, the problem, the API's
/// message, and whether a write may have been processed. It shows no key, header, query value or
/// body.
///
/// The type parameter exists only for generated code and has no meaning.
///
/// ```no_run
/// # async fn example(client: octocom_api::Client) {
/// match client.list_users(None).await {
///     Ok(page) => println!("{} users", page.data.len()),
///     Err(error) if error.is_unauthorized() => println!("the key is wrong"),
///     Err(error) => println!("{error}"),
/// }
/// # }
/// ```
pub struct Error<E = ()> {
    failure: Box<Failure>,
    body_type: PhantomData<fn() -> E>,
}

impl Error {
    /// Returns the kind of the error, for a `match`.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.failure.kind
    }

    /// Returns the operation of the call; `None` if no call was made.
    #[must_use]
    pub fn operation(&self) -> Option<&'static Operation> {
        self.failure.operation
    }

    /// Returns the status of the last response; `None` if there was none.
    #[doc(alias = "status_code")]
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.failure.status
    }

    /// Returns the headers of the last response; empty if there was none.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.failure.headers
    }

    /// Returns the API's message: the text `error` of the response, or `message` if the status is a
    /// success.
    ///
    /// It may quote what was sent. `Display` prints its first 200 characters, escaped.
    #[must_use]
    pub fn message(&self) -> Option<String> {
        self.failure.message()
    }

    /// Returns the body of the response, up to its first 64 KiB; empty if there was none.
    ///
    /// For an error of one record, this is the record's whole JSON. The body may contain private
    /// data; no other part of the error does.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.failure.body
    }

    /// Returns the server's id of the request, for questions to the API's support.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        request_id(&self.failure.headers)
    }

    /// Returns the delay that the server asks for before the next attempt.
    ///
    /// It is also set if nothing was sent because an earlier response asked for a delay.
    #[doc(alias = "rate limit")]
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.failure.retry_after
    }

    /// Returns the number of attempts, including the first.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.failure.attempts
    }

    /// Returns the total time of the call, including waits.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.failure.elapsed
    }

    /// Returns the limit that ended the retries; `None` if the error was not worth another attempt.
    #[must_use]
    pub fn exhausted(&self) -> Option<Exhausted> {
        self.failure.exhausted
    }

    /// Returns `true` if the operation is a write and the server may have processed it in any of
    /// the attempts.
    ///
    /// # Troubleshooting
    ///
    /// Check if the change is there before you repeat the call. Do not automatically repeat an
    /// email, a message to the bot, a row of a sheet or a purchase.
    #[must_use]
    pub fn may_have_been_processed(&self) -> bool {
        self.failure.may_have_been_processed
    }

    /// Returns `true` if the call may succeed later and repeating it is safe.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.failure.retryable
    }

    /// Returns the path of the value that could not be decoded, such as `data[3].createdAt`; `.` is
    /// the top level.
    #[must_use]
    pub fn json_path(&self) -> Option<&str> {
        self.failure.json_path.as_deref()
    }

    /// Returns the details of the failed call.
    #[must_use]
    pub fn failure(&self) -> &Failure {
        &self.failure
    }

    /// Returns the details of the failed call, to change them.
    #[must_use]
    pub fn failure_mut(&mut self) -> &mut Failure {
        &mut self.failure
    }

    /// Returns the details of the failed call, by value.
    #[must_use]
    pub fn into_failure(self) -> Box<Failure> {
        self.failure
    }

    /// Returns the error of an answer whose status is a success and whose body could not be
    /// decoded. `body` is what could not be decoded.
    pub(crate) fn undecodable(answer: &Answer, body: &bytes::Bytes, error: DecodeError) -> Self {
        let mut failure = Failure::from_answer(answer, ErrorKind::Decode);
        failure.body = body.clone();
        failure.set_decode_error(error);
        failure.into()
    }
}

/// Predicates for common kinds.
impl Error {
    /// Returns `true` if a setting is missing or out of its range.
    ///
    /// # Troubleshooting
    ///
    /// The message names the environment variable or the setter, and the limit.
    #[must_use]
    pub fn is_config(&self) -> bool {
        self.kind() == ErrorKind::Config
    }

    /// Returns `true` if the request was refused before anything was sent.
    #[doc(alias = "is_validation")]
    #[must_use]
    pub fn is_invalid_request(&self) -> bool {
        self.kind() == ErrorKind::InvalidRequest
    }

    /// Returns `true` if no connection was made. Nothing was sent.
    ///
    /// # Troubleshooting
    ///
    /// Check the base URL, the network and the proxy; `source()` is the system's error.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        self.kind() == ErrorKind::Connect
    }

    /// Returns `true` if an attempt or the whole call took too long.
    ///
    /// # Troubleshooting
    ///
    /// [`exhausted`](Self::exhausted) returns [`Exhausted::Deadline`] for the deadline of the call
    /// and something else for the timeout of one attempt. Waiting because of a rate limit counts
    /// against the deadline.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.kind() == ErrorKind::Timeout
    }

    /// Returns `true` if the API answered 401 Unauthorized: the key is unknown or was revoked.
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        self.kind() == ErrorKind::Unauthorized
    }

    /// Returns `true` if the API answered 403 Forbidden: the key may not do this.
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        self.kind() == ErrorKind::Forbidden
    }

    /// Returns `true` if the API answered 404 Not Found.
    ///
    /// # Troubleshooting
    ///
    /// After a deletion that [may have been processed](Self::may_have_been_processed), it means
    /// that the record was deleted.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.kind() == ErrorKind::NotFound
    }

    /// Returns `true` if the API answered 429 Too Many Requests, and waiting helps.
    ///
    /// # Troubleshooting
    ///
    /// [`exhausted`](Self::exhausted) returns the limit that ended the retries,
    /// [`retry_after`](Self::retry_after) the delay after which the server accepts requests again.
    #[doc(alias = "throttle")]
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.kind() == ErrorKind::RateLimited
    }

    /// Returns `true` if the API answered 429 because a quota is used up, such as the metadata
    /// pairs or the messages of a conversation. Waiting does not help.
    ///
    /// # Troubleshooting
    ///
    /// Delete metadata pairs, or start another conversation.
    #[must_use]
    pub fn is_quota(&self) -> bool {
        self.kind() == ErrorKind::Quota
    }

    /// Returns `true` if the API answered 408 or 5xx.
    #[doc(alias = "is_server_error")]
    #[must_use]
    pub fn is_server(&self) -> bool {
        self.kind() == ErrorKind::Server
    }

    /// Returns `true` if the response could not be decoded.
    ///
    /// # Troubleshooting
    ///
    /// [`json_path`](Self::json_path) returns the path of the value and [`body`](Self::body) the
    /// JSON. A newer version of this crate may support the new form.
    #[must_use]
    pub fn is_decode(&self) -> bool {
        self.kind() == ErrorKind::Decode
    }

    /// Returns `true` if a limit ended the retries.
    ///
    /// # Troubleshooting
    ///
    /// [`exhausted`](Self::exhausted) returns the limit. It can be raised for a client or for
    /// single calls.
    #[must_use]
    pub fn is_exhausted(&self) -> bool {
        self.exhausted().is_some()
    }
}

impl Error {
    /// Called by generated code for a status that is not a success of the operation.
    #[doc(hidden)]
    #[allow(non_snake_case, reason = "generated code uses it as a variant")]
    #[must_use]
    pub fn UnexpectedResponse(answer: Answer) -> Self {
        Failure::from_status(&answer, answer.operation.idempotency).into()
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Box::new(failure).into()
    }
}

impl From<Box<Failure>> for Error {
    fn from(failure: Box<Failure>) -> Self {
        Self {
            failure,
            body_type: PhantomData,
        }
    }
}

/// Converts the error of a request that cannot be built, or of an HTTP client that cannot be set
/// up.
impl From<reqwest::Error> for Error {
    fn from(error: reqwest::Error) -> Self {
        let mut failure = Failure::new(ErrorKind::InvalidRequest);
        failure.detail = Some("the request cannot be built".to_owned());
        // A URL holds what people searched for.
        failure.source = Some(Box::new(error.without_url()));
        failure.into()
    }
}

/// Converts the error of a record, without details of its call.
impl From<DecodeError> for Error {
    fn from(error: DecodeError) -> Self {
        let mut failure = Failure::new(ErrorKind::Decode);
        failure.set_decode_error(error);
        failure.into()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let failure = &*self.failure;
        let Some(operation) = failure.operation else {
            let detail = failure.detail.as_deref();
            return f.write_str(detail.unwrap_or(failure.kind.as_str()));
        };
        match failure.kind {
            ErrorKind::Quota => write!(f, "{} reached a quota", operation.id)?,
            _ => write!(f, "{} failed", operation.id)?,
        }
        match failure.status {
            Some(status) if !failure.is_sequence => {
                write!(f, " with status {}", status.as_u16())?;
            }
            _ => {}
        }
        if let Some(detail) = &failure.detail {
            write!(f, ": {detail}")?;
        }
        if let Some(message) = failure.message() {
            write!(f, ": {}", one_line(&message))?;
        }
        match failure.attempts {
            // A sequence of calls counts no attempts.
            0 if failure.is_sequence => {}
            0 => f.write_str(", nothing was sent")?,
            1 => f.write_str(" after 1 attempt")?,
            attempts => write!(f, " after {attempts} attempts")?,
        }
        match failure.exhausted {
            // The number of attempts says it.
            None | Some(Exhausted::Attempts) => {}
            Some(exhausted) => write!(f, ", {exhausted}")?,
        }
        if failure.may_have_been_processed {
            f.write_str("; it may have been processed")?;
        }
        Ok(())
    }
}

/// Returns the start of a text on one line, its control characters escaped.
fn one_line(text: &str) -> String {
    let mut line = String::new();
    for (count, character) in text.chars().enumerate() {
        if count == MAX_MESSAGE_CHARS {
            line.push('…');
            break;
        }
        match character {
            // Quotes and apostrophes stay as they are, unlike with `escape_debug` alone.
            '"' | '\'' | '\\' => line.push(character),
            _ => line.extend(character.escape_debug()),
        }
    }
    line
}

/// Omits the body and the headers.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.failure.fmt(f)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.failure.source.as_deref().map(|source| source as _)
    }
}

/// Returns the API's own text in the body of a failure.
pub(crate) fn api_message(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Body {
        error: String,
    }
    let body: Body = serde_json::from_slice(body).ok()?;
    Some(body.error)
}

/// Returns the API's own text in the body of a success.
fn success_message(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Body {
        message: String,
    }
    let body: Body = serde_json::from_slice(body).ok()?;
    Some(body.message)
}

#[cfg(test)]
mod tests;
