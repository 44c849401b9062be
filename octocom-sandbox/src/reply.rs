//! Answers of operations.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::timestamp::Timestamp;

/// The answer of an operation that succeeded.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reply {
    /// `None` for the status that the document gives for success.
    pub(crate) status: Option<StatusCode>,
    pub(crate) body: Value,
    /// Time to answer at; `None` for at once.
    pub(crate) due: Option<Timestamp>,
}

impl Reply {
    /// A success with this body.
    pub(crate) fn new(body: Value) -> Self {
        Self {
            status: None,
            body,
            due: None,
        }
    }

    /// A success whose body is under `data`.
    pub(crate) fn data(data: impl serde::Serialize) -> Self {
        Self::new(json!({ "data": data }))
    }

    /// `success` and a message, with further fields.
    pub(crate) fn done(message: &str, further: Value) -> Self {
        let mut body = json!({ "success": true, "message": message });
        if let (Value::Object(body), Value::Object(further)) = (&mut body, further) {
            body.extend(further);
        }
        Self::new(body)
    }

    /// The same answer, not before a time.
    pub(crate) fn due(self, at: Timestamp) -> Self {
        Self {
            due: Some(at),
            ..self
        }
    }
}

/// Why an operation did not succeed: answered as `{"error": …}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) error: String,
    pub(crate) retry_after: Option<Duration>,
    /// Time to answer at; `None` for at once.
    pub(crate) due: Option<Timestamp>,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, error: impl Into<String>) -> Self {
        Self {
            status,
            error: error.into(),
            retry_after: None,
            due: None,
        }
    }

    pub(crate) fn invalid(error: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error)
    }

    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("{what} not found"))
    }

    /// A 429 that waiting lifts.
    pub(crate) fn limited(error: impl Into<String>, retry_after: Duration) -> Self {
        let refusal = Self::new(StatusCode::TOO_MANY_REQUESTS, error);
        Self {
            retry_after: Some(retry_after),
            ..refusal
        }
    }

    /// The same answer, not before a time.
    pub(crate) fn due(self, at: Timestamp) -> Self {
        Self {
            due: Some(at),
            ..self
        }
    }

    /// The sandbox's own fault, which a test is to notice.
    pub(crate) fn internal(error: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, error)
    }

    /// The body of the answer.
    pub(crate) fn body(&self) -> Value {
        json!({ "error": self.error })
    }
}
