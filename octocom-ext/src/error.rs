//! The error of this crate.
//!
//! Everything fails with [`Error`]. It contains the error of the call ([`octocom_api::Error`]), to
//! which it dereferences, and adds details of lists and conversations.

use std::error::Error as StdError;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::time::Duration;

use bytes::Bytes;
use octocom_api::{Answer, Failure, Operation, Record, Response};
pub use octocom_api::{ErrorKind, Exhausted};
use serde_json::Value;
use uuid::Uuid;

use crate::checkpoint::Checkpoint;
use crate::pending_reply::PendingReply;

/// The result of everything that can fail in this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The error of a call, a list, a conversation with the bot, or the configuration.
///
/// It dereferences to [`octocom_api::Error`], which has `kind()`, `status()`, `message()`,
/// `may_have_been_processed()`, `retry_after()` and predicates for common kinds. Its size is one
/// pointer.
///
/// ```no_run
/// # async fn example(client: octocom_ext::Client, id: octocom_ext::Uuid) -> octocom_ext::Result<()> {
/// match client.business("acme-corp").articles().delete(id).await {
///     Ok(_) => println!("deleted"),
///     Err(error) if error.is_not_found() => println!("it does not exist"),
///     Err(error) if error.is_rate_limited() => {
///         println!("busy, ready in {:?}", error.retry_after());
///     }
///     Err(error) => return Err(error),
/// }
/// # Ok(())
/// # }
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    call: octocom_api::Error,
    checkpoint: Option<Box<Checkpoint>>,
    conversation_id: Option<Uuid>,
    pending_reply: Option<PendingReply>,
    is_item: bool,
}

impl Error {
    /// Returns the checkpoint from which a failed list can be resumed; `None` for other errors.
    #[must_use]
    pub fn checkpoint(&self) -> Option<&Checkpoint> {
        self.0.checkpoint.as_deref()
    }

    /// Returns `true` if a single record of a list failed; the stream continues after it.
    ///
    /// # Troubleshooting
    ///
    /// [`body`](octocom_api::Error::body) returns the record's JSON, and
    /// [`json_path`](octocom_api::Error::json_path) the path of the value that could not be
    /// decoded. A newer version of this crate may support the new form.
    #[must_use]
    pub fn is_item(&self) -> bool {
        self.0.is_item
    }

    /// Returns the id of the conversation that failed: the chat with the bot, or the conversation
    /// that [`with_details`](crate::ItemStream::with_details) could not fetch. `None` for other
    /// errors.
    #[must_use]
    pub fn conversation_id(&self) -> Option<Uuid> {
        self.0.conversation_id
    }

    /// Returns the reply of the bot that was expected, to continue to wait with
    /// [`Bot::resume`](crate::Bot::resume). `None` for other errors.
    #[must_use]
    pub fn pending_reply(&self) -> Option<&PendingReply> {
        self.0.pending_reply.as_ref()
    }
}

/// Constructors and additions.
impl Error {
    /// Returns the error of a setting that is missing or out of its range. `detail` names it and
    /// holds no secret.
    #[cold]
    pub(crate) fn config(detail: impl Into<String>) -> Self {
        Self::plain(ErrorKind::Config, detail)
    }

    /// Returns the error of an HTTP client that cannot be set up.
    #[cold]
    pub(crate) fn http_client(error: reqwest::Error) -> Self {
        Self::config("the HTTP client cannot be set up").with_source(error.without_url())
    }

    /// Returns the error of a call that cannot be made as it is. `detail` holds no secret.
    #[cold]
    pub(crate) fn invalid_request(detail: impl Into<String>) -> Self {
        Self::plain(ErrorKind::InvalidRequest, detail)
    }

    /// Returns the error of input that the document forbids. `detail` names the field, the limit and
    /// what was given.
    #[cold]
    pub(crate) fn invalid_input(operation: &'static Operation, detail: impl Into<String>) -> Self {
        octocom_api::Error::from(Failure::refused(
            ErrorKind::InvalidRequest,
            operation,
            detail,
        ))
        .into()
    }

    /// Returns the error of a list that cannot go on, or of a wait that is over: of several calls,
    /// not of one.
    #[cold]
    pub(crate) fn for_sequence(
        kind: ErrorKind,
        operation: &'static Operation,
        detail: impl Into<String>,
    ) -> Self {
        let mut failure = Failure::refused(kind, operation, detail);
        failure.is_sequence = true;
        octocom_api::Error::from(failure).into()
    }

    /// Returns the error of a task of our own that did not end.
    #[cold]
    pub(crate) fn interrupted(detail: &str) -> Self {
        Self::plain(ErrorKind::Interrupted, detail)
    }

    /// Returns the error of a bot that did not reply in time.
    #[cold]
    pub(crate) fn no_reply(deadline: Duration) -> Self {
        let detail = format!("the bot has not replied within {deadline:?}");
        let operation = &octocom_api::operations::GET_CONVERSATION;
        let mut this = Self::for_sequence(ErrorKind::Timeout, operation, detail);
        let failure = this.0.call.failure_mut();
        failure.elapsed = deadline;
        failure.retryable = true;
        this
    }

    fn plain(kind: ErrorKind, detail: impl Into<String>) -> Self {
        let mut failure = Failure::new(kind);
        failure.detail = Some(detail.into());
        octocom_api::Error::from(failure).into()
    }

    pub(crate) fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.0.call.failure_mut().source = Some(Box::new(source));
        self
    }

    /// Adds what an earlier call answered.
    pub(crate) fn with_body(mut self, body: Bytes) -> Self {
        self.0.call.failure_mut().body = body;
        self
    }

    pub(crate) fn with_checkpoint(mut self, checkpoint: Checkpoint) -> Self {
        self.0.checkpoint = Some(Box::new(checkpoint));
        self
    }

    pub(crate) fn of_conversation(
        mut self,
        id: Option<Uuid>,
        pending: Option<PendingReply>,
    ) -> Self {
        self.0.conversation_id = id;
        self.0.pending_reply = pending;
        self
    }

    /// Makes it the error of one record, after which the list goes on.
    pub(crate) fn for_item(mut self) -> Self {
        self.0.is_item = true;
        self
    }
}

impl From<octocom_api::Error> for Error {
    fn from(call: octocom_api::Error) -> Self {
        Self(Box::new(Inner {
            call,
            checkpoint: None,
            conversation_id: None,
            pending_reply: None,
            is_item: false,
        }))
    }
}

impl From<octocom_api::DecodeError> for Error {
    fn from(error: octocom_api::DecodeError) -> Self {
        octocom_api::Error::from(error).into()
    }
}

impl Deref for Error {
    type Target = octocom_api::Error;

    fn deref(&self) -> &Self::Target {
        &self.0.call
    }
}

impl DerefMut for Error {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0.call
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.call.fmt(f)
    }
}

/// Omits the body and the headers.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.call.fmt(f)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.call.source()
    }
}

/// Returns the response of a deletion. If an earlier attempt may have been processed, a 404 means
/// that it deleted the record, so the call succeeds with the status 404.
///
/// # Errors
///
/// Returns the error of the call, including a 404 of the first attempt.
pub(crate) fn deleted(
    result: Result<Response<Record<Value>>, octocom_api::Error>,
) -> Result<Response<()>, Error> {
    match result {
        Ok(response) => Ok(response.parse()?.map(|_| ())),
        Err(error) if error.is_not_found() && error.may_have_been_processed() => {
            let failure = *error.into_failure();
            let (Some(operation), Some(status)) = (failure.operation, failure.status) else {
                return Err(octocom_api::Error::from(failure).into());
            };
            let mut answer = Answer::new(operation, status, Default::default(), failure.body);
            answer.headers = failure.headers;
            answer.attempts = failure.attempts;
            answer.elapsed = failure.elapsed;
            Ok(Response::new((), answer))
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_pointer_wide_and_can_cross_threads() {
        fn crosses_threads<T: Send + Sync + 'static>() {}
        crosses_threads::<Error>();
        assert_eq!(size_of::<Error>(), size_of::<usize>());
        assert_eq!(size_of::<Option<Error>>(), size_of::<usize>());
    }

    #[test]
    fn an_error_of_several_calls_counts_no_attempts() {
        let operation = &octocom_api::operations::LIST_USERS;
        let error = Error::for_sequence(ErrorKind::Stalled, operation, "no new record");
        assert_eq!(error.to_string(), "list_users failed: no new record");
        assert!(!error.is_item() && error.checkpoint().is_none());
        assert!(error.for_item().is_item());
    }

    #[test]
    fn an_error_without_a_call_says_what_is_wrong() {
        let error = Error::config("with_max_attempts: 0 is not from 1 to 100");
        assert_eq!(
            error.to_string(),
            "with_max_attempts: 0 is not from 1 to 100"
        );
        assert!(error.is_config() && error.operation().is_none() && error.source().is_none());
    }
}
