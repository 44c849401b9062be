//! Hooks for each attempt and call, and for values that the OpenAPI document does not describe.
//!
//! Unknown fields and values never fail a response. To find out when you need a newer version of
//! this crate, set a callback ([`on_drift`](crate::ClientBuilder::on_drift)).

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use octocom_api::{ErrorKind, Exhausted, OnUnknown, Operation, UnknownValue};

/// Headers that callers cannot set: the key has its own rules, and the others belong to HTTP
/// itself.
pub(crate) const RESERVED_HEADERS: &[&str] = &[
    "x-api-key",
    "host",
    "content-length",
    // The transport decompresses what it has asked for.
    "accept-encoding",
    "transfer-encoding",
    "connection",
    "upgrade",
];

/// Sees every attempt before it leaves, to add headers, and every attempt and call after it ended,
/// to record metrics.
///
/// The methods are called by the task that makes the call, and should return quickly. Events
/// contain only fixed words and numbers, so that each can be used as a label: no URL, no headers,
/// no body. [Observability](crate::guide::observability) has recipes for OpenTelemetry.
///
/// ```
/// use octocom_ext::http::HeaderValue;
/// use octocom_ext::{Observer, OutgoingAttempt};
///
/// /// Tells the server how often a request was resent.
/// #[derive(Debug)]
/// struct Resends;
///
/// impl Observer for Resends {
///     fn before_attempt(&self, attempt: &mut OutgoingAttempt<'_>) {
///         let resends = HeaderValue::from(attempt.number() - 1);
///         // Refused for a header that is the client's own, which this one is not.
///         let _ = attempt.set_header("x-resends", resends);
///     }
/// }
/// ```
pub trait Observer: fmt::Debug + Send + Sync {
    /// Called before each attempt is sent, after it has waited for the limits.
    ///
    /// The current `tracing` span is the attempt's.
    fn before_attempt(&self, attempt: &mut OutgoingAttempt<'_>) {
        let _ = attempt;
    }

    /// Called after each attempt.
    fn attempt(&self, event: &AttemptEvent) {
        let _ = event;
    }

    /// Called after each call, before the response is decoded. Not called for a call whose future
    /// is dropped.
    fn call(&self, event: &CallEvent) {
        let _ = event;
    }
}

/// An `Arc` of an observer, to keep a copy of it.
impl<O: Observer + ?Sized> Observer for Arc<O> {
    fn before_attempt(&self, attempt: &mut OutgoingAttempt<'_>) {
        (**self).before_attempt(attempt);
    }

    fn attempt(&self, event: &AttemptEvent) {
        (**self).attempt(event);
    }

    fn call(&self, event: &CallEvent) {
        (**self).call(event);
    }
}

/// An attempt that is about to be sent: see [`Observer::before_attempt`].
pub struct OutgoingAttempt<'a> {
    operation: &'static Operation,
    number: u32,
    headers: &'a mut HeaderMap,
}

impl<'a> OutgoingAttempt<'a> {
    pub(crate) fn new(
        operation: &'static Operation,
        number: u32,
        headers: &'a mut HeaderMap,
    ) -> Self {
        Self {
            operation,
            number,
            headers,
        }
    }

    /// Returns the operation.
    #[must_use]
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// Returns the number of the attempt in its call, counted from 1.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Returns the headers of the request. The key is not among them: it is added afterwards.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.headers
    }

    /// Sets a header, in place of one of the same name, for this attempt.
    ///
    /// # Errors
    ///
    /// The reason, for an invalid name and for a header that is the client's own: `X-API-Key`,
    /// `Host`, `Content-Length`, `Accept-Encoding` and those of the connection. The attempt is sent
    /// without it.
    pub fn set_header(&mut self, name: &str, value: HeaderValue) -> Result<(), String> {
        let header = HeaderName::try_from(name).map_err(|_| {
            let name: String = name.chars().take(50).collect();
            format!("`{}` is not the name of a header", name.escape_debug())
        })?;
        if RESERVED_HEADERS.contains(&header.as_str()) {
            return Err(format!("`{header}` is set by the client itself"));
        }
        self.headers.insert(header, value);
        Ok(())
    }
}

/// Shows the names of the headers, whose values may be secrets.
impl fmt::Debug for OutgoingAttempt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutgoingAttempt")
            .field("operation", &self.operation.id)
            .field("number", &self.number)
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .finish()
    }
}

/// An attempt that ended.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct AttemptEvent {
    /// The operation.
    pub operation: &'static Operation,
    /// Number of the attempt in its call, counted from 1.
    pub attempt: u32,
    /// Status of the response; `None` if there was none.
    pub status: Option<StatusCode>,
    /// Kind of the failure; `None` for a success.
    pub error: Option<ErrorKind>,
    /// Time from sending the request to the end of the response body.
    pub duration: Duration,
    /// Size of the answer's body in bytes, decompressed and as far as it was read: of a failure at
    /// most 64 KiB. 0 without an answer.
    pub body_bytes: usize,
    /// Delay before the next attempt; `None` if this was the last.
    pub delay: Option<Duration>,
}

/// A call that ended.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CallEvent {
    /// The operation.
    pub operation: &'static Operation,
    /// Number of attempts; 0 if nothing was sent.
    pub attempts: u32,
    /// Status of the last response; `None` if there was none.
    pub status: Option<StatusCode>,
    /// Kind of the failure; `None` for a success.
    pub error: Option<ErrorKind>,
    /// Limit that ended the retries.
    pub exhausted: Option<Exhausted>,
    /// Total time of the call, including waits.
    pub elapsed: Duration,
}

/// A value or record that the OpenAPI document does not describe, in a response that was delivered
/// anyway.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DriftEvent {
    /// An unknown value of an enum. It was delivered as `Unknown`.
    #[non_exhaustive]
    UnknownValue {
        /// Operation of the response.
        operation: &'static Operation,
        /// Name of the enum in [`types`](crate::types).
        type_name: &'static str,
        /// The value, cut to 100 characters.
        value: String,
    },
    /// A record of a list that could not be decoded. It was delivered as an error.
    #[non_exhaustive]
    UndecodableItem {
        /// Operation of the response.
        operation: &'static Operation,
        /// Path of the value that could not be decoded.
        json_path: String,
    },
}

/// The callback for drift.
#[derive(Clone)]
pub(crate) struct DriftCallback(pub(crate) Arc<dyn Fn(&DriftEvent) + Send + Sync>);

impl fmt::Debug for DriftCallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DriftCallback")
    }
}

impl DriftCallback {
    /// Returns the callback as answers take it, which tell of unknown values.
    pub(crate) fn on_unknown(&self) -> OnUnknown {
        let this = self.clone();
        Arc::new(move |operation, unknown| {
            let UnknownValue {
                type_name, value, ..
            } = unknown;
            (this.0)(&DriftEvent::UnknownValue {
                operation,
                type_name,
                value,
            });
        })
    }

    /// Tells of a record that could not be decoded.
    pub(crate) fn undecodable(&self, operation: &'static Operation, json_path: String) {
        (self.0)(&DriftEvent::UndecodableItem {
            operation,
            json_path,
        });
    }
}
