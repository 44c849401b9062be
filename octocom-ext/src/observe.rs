//! Hooks for metrics and for values that the OpenAPI document does not describe.
//!
//! Unknown fields and values never fail a response. To find out when you need a newer version of
//! this crate, set a callback ([`on_drift`](crate::ClientBuilder::on_drift)).

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use octocom_api::{ErrorKind, Exhausted, OnUnknown, Operation, UnknownValue};

/// Receives an event for every attempt and every call, to record metrics.
///
/// The methods are called by the task that makes the call, and should return quickly. Events
/// contain only fixed words and numbers, so that each can be used as a label: no URL, no headers,
/// no body.
pub trait Observer: fmt::Debug + Send + Sync {
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
pub struct DriftEvent {
    /// Operation of the response.
    pub operation: &'static Operation,
    /// Difference from the document.
    pub drift: Drift,
}

/// A difference between a response and the OpenAPI document.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Drift {
    /// An unknown value of an enum. It was delivered as `Unknown`.
    UnknownValue {
        /// Name of the enum in [`types`](crate::types).
        type_name: &'static str,
        /// The value, cut to 100 characters.
        value: String,
    },
    /// A record of a list that could not be decoded. It was delivered as an error.
    UndecodableItem {
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
    fn tell(&self, operation: &'static Operation, drift: Drift) {
        (self.0)(&DriftEvent { operation, drift });
    }

    /// Returns the callback as answers take it, which tell of unknown values.
    pub(crate) fn on_unknown(&self) -> OnUnknown {
        let this = self.clone();
        Arc::new(move |operation, unknown| {
            let UnknownValue {
                type_name, value, ..
            } = unknown;
            this.tell(operation, Drift::UnknownValue { type_name, value });
        })
    }

    /// Tells of a record that could not be decoded.
    pub(crate) fn undecodable(&self, operation: &'static Operation, json_path: String) {
        self.tell(operation, Drift::UndecodableItem { json_path });
    }
}
