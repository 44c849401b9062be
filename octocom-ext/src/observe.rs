//! Hooks: an event for every attempt and call, for metrics, and one for drift.
//!
//! Drift is what the server sends and the document does not foresee. Neither an unknown value nor an
//! unknown field makes an answer fail. A program that wants to know when a newer version of this
//! crate is due passes a callback ([`on_drift`](crate::ClientBuilder::on_drift)); without one
//! nothing is looked for.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use octocom_api::{ErrorKind, Exhausted, OnUnknown, Operation, UnknownValue};

/// Receives an event for every attempt and every call, to record metrics.
///
/// The methods are called from the task that makes the call: they should count and return. The
/// events are made of fixed words and numbers, so that each can be a label; they have no URL, no
/// header and no body.
pub trait Observer: fmt::Debug + Send + Sync {
    /// An attempt ended.
    fn attempt(&self, event: &AttemptEvent) {
        let _ = event;
    }

    /// A call ended, decoding aside. A call whose future is dropped tells nothing.
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
    /// Status of the answer; `None` without one.
    pub status: Option<StatusCode>,
    /// Kind of the failure; `None` for a success.
    pub error: Option<ErrorKind>,
    /// Time from sending to the end of the answer's body.
    pub duration: Duration,
    /// The delay before the next attempt; `None` when this was the last.
    pub delay: Option<Duration>,
}

/// A call that ended.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CallEvent {
    /// The operation.
    pub operation: &'static Operation,
    /// Number of times that the request was sent; 0 when the call was over before.
    pub attempts: u32,
    /// Status of the last answer; `None` without one.
    pub status: Option<StatusCode>,
    /// Kind of the failure; `None` for a success.
    pub error: Option<ErrorKind>,
    /// The limit that ended the retries.
    pub exhausted: Option<Exhausted>,
    /// Time from the start of the call to its end, waits included.
    pub elapsed: Duration,
}

/// Something that the document does not foresee, in an answer that was delivered all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DriftEvent {
    /// The operation that answered.
    pub operation: &'static Operation,
    /// The observation.
    pub drift: Drift,
}

/// An observation of drift.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Drift {
    /// A value that an enum of the document does not list. It was kept as `Unknown`.
    UnknownValue {
        /// Name of the enum in [`types`](crate::types).
        type_name: &'static str,
        /// The value, at most its first 100 characters.
        value: String,
    },
    /// A record of a listing that could not be decoded. It was delivered as an error of its own.
    UndecodableItem {
        /// The place in the record.
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
