//! How an error comes about.

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use octocom_api::{CallRecord, Operation};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::body::{capped, locate};
use super::{DecodeFailure, Error, ErrorKind, Failure, Inner};
use crate::pagination::JsonError;
use crate::reply::{Meta, Reply};

type Source = Box<dyn StdError + Send + Sync>;

impl Error {
    /// A setting is missing or out of its range. The text names it and holds no secret.
    #[cold]
    pub(crate) fn config(detail: impl Into<String>) -> Self {
        Self::plain(ErrorKind::Config, detail.into())
    }

    /// The HTTP client cannot be set up.
    #[cold]
    pub(crate) fn http_client(error: reqwest::Error) -> Self {
        let mut this = Self::config("the HTTP client cannot be set up");
        this.0.source = Some(Box::new(error.without_url()));
        this
    }

    /// A call that cannot be made as it is. The text holds no secret.
    #[cold]
    pub(crate) fn invalid_request(detail: impl Into<String>) -> Self {
        Self::plain(ErrorKind::InvalidRequest, detail.into())
    }

    /// The failure of a call of the generated client, whose answer should have been a `T`.
    #[cold]
    pub(crate) fn of_call<T: DeserializeOwned, E>(
        record: &CallRecord,
        elapsed: Duration,
        error: octocom_api::Error<E>,
    ) -> Self {
        use octocom_api::Error as Api;
        let failure = record
            .take_failure()
            .and_then(|failure| failure.downcast::<Failure>().ok());
        let (refusal, source): (Option<String>, Option<Source>) = match error {
            Api::InvalidRequest(reason) | Api::Custom(reason) => (Some(reason), None),
            Api::CommunicationError(error)
            | Api::InvalidUpgrade(error)
            | Api::ResponseBodyError(error) => (None, Some(Box::new(error.without_url()))),
            // The record has all that is in these.
            Api::ErrorResponse(_)
            | Api::InvalidResponsePayload(..)
            | Api::UnexpectedResponse(_) => (None, None),
        };
        match failure {
            Some(failure) => Self::of_failure(record, elapsed, *failure, source),
            None if record.response().is_some() => Self::of_answer::<T>(record, elapsed),
            None => {
                let detail = refusal.unwrap_or_else(|| "the request cannot be built".to_owned());
                let failure = Failure::refused(ErrorKind::InvalidRequest, detail);
                Self::of_failure(record, elapsed, failure, source)
            }
        }
    }

    /// Input that the document forbids. The text names the field, the limit and what was given.
    #[cold]
    pub(crate) fn invalid_input(operation: &'static Operation, detail: impl Into<String>) -> Self {
        let mut this = Self::invalid_request(detail);
        this.0.operation = Some(operation);
        this
    }

    /// With what an earlier call answered.
    pub(crate) fn with_body(mut self, body: &str) -> Self {
        self.0.body = capped(&Bytes::copy_from_slice(body.as_bytes()));
        self
    }

    /// An answer with a status of success whose body says that nothing was done.
    #[cold]
    pub(crate) fn denied(record: &CallRecord, elapsed: Duration) -> Self {
        let mut inner = Inner::of(record, elapsed, ErrorKind::Rejected);
        inner.detail = Some("the answer says `success: false`".to_owned());
        // This attempt has done nothing; an earlier one may have.
        inner.ambiguous = record.was_unclear()
            && inner
                .operation
                .is_some_and(crate::transport::changes_something);
        Self(Box::new(inner))
    }

    /// A success whose record is not what the document says.
    #[cold]
    pub(crate) fn of_record(
        record: &CallRecord,
        elapsed: Duration,
        raw: &str,
        error: JsonError,
    ) -> Self {
        let mut inner = Inner::of(record, elapsed, ErrorKind::Decode);
        // Whole, however long: it is all that is left of the record.
        inner.body = Bytes::copy_from_slice(raw.as_bytes());
        inner.json_path = Some(error.path().to_string());
        inner.source = Some(Box::new(DecodeFailure::new(error.inner())));
        Self(Box::new(inner))
    }

    /// The answer as JSON, for a failure that turns out to be a success.
    ///
    /// # Errors
    ///
    /// The error itself, when it has no answer.
    pub(crate) fn into_reply(self) -> Result<Reply<Value>, Self> {
        let Some(status) = self.0.status else {
            return Err(self);
        };
        let Inner {
            headers,
            body,
            attempts,
            elapsed,
            ..
        } = *self.0;
        // A gateway's page is no JSON, and says nothing that a caller could use.
        let value = serde_json::from_slice(&body).unwrap_or_default();
        let meta = Meta {
            status,
            headers,
            attempts,
            elapsed,
        };
        Ok(Reply::new(value, meta))
    }

    /// A call that the transport gave up.
    fn of_failure(
        record: &CallRecord,
        elapsed: Duration,
        failure: Failure,
        source: Option<Source>,
    ) -> Self {
        let mut inner = Inner::of(record, elapsed, failure.kind);
        inner.exhausted = failure.exhausted;
        inner.retry_after = failure.retry_after;
        inner.ambiguous = failure.ambiguous;
        inner.retryable = failure.retryable;
        inner.detail = failure.detail;
        inner.source = source;
        Self(Box::new(inner))
    }

    /// A success that the generated client could not make anything of.
    pub(crate) fn of_answer<T: DeserializeOwned>(record: &CallRecord, elapsed: Duration) -> Self {
        let body = record
            .response()
            .map(|response| response.body)
            .unwrap_or_default();
        let located = locate::<T>(&body);
        let kind = if located.is_some() {
            ErrorKind::Decode
        } else {
            ErrorKind::UnexpectedStatus
        };
        let mut inner = Inner::of(record, elapsed, kind);
        inner.ambiguous = inner
            .operation
            .is_some_and(crate::transport::changes_something);
        if let Some((path, failure)) = located {
            inner.json_path = Some(path);
            inner.source = Some(Box::new(failure));
        }
        Self(Box::new(inner))
    }

    pub(super) fn plain(kind: ErrorKind, detail: String) -> Self {
        Self(Box::new(Inner {
            detail: Some(detail),
            ..Inner::empty(kind)
        }))
    }
}

impl Inner {
    fn of(record: &CallRecord, elapsed: Duration, kind: ErrorKind) -> Self {
        let response = record.response();
        Self {
            operation: record.operation(),
            status: response.as_ref().map(|response| response.status),
            attempts: record.attempts(),
            elapsed,
            body: response
                .as_ref()
                .map(|response| capped(&response.body))
                .unwrap_or_default(),
            headers: response
                .map(|response| response.headers)
                .unwrap_or_default(),
            ..Self::empty(kind)
        }
    }

    fn empty(kind: ErrorKind) -> Self {
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
            ambiguous: false,
            retryable: false,
            json_path: None,
            checkpoint: None,
            conversation: None,
            is_item: false,
            of_listing: false,
            detail: None,
            source: None,
        }
    }
}
