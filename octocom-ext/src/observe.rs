//! A hook for metrics.

use std::fmt;
use std::time::Duration;

use http::StatusCode;
use octocom_api::Operation;

use octocom_api::{ErrorKind, Exhausted};

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
