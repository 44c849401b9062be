//! What the transport leaves in a call's record when the call fails.

use std::fmt;
use std::time::Duration;

use crate::error::{ErrorKind, Exhausted};

/// A failed call, as the transport saw it; status, headers and body stand in the record.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) kind: ErrorKind,
    pub(crate) exhausted: Option<Exhausted>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) ambiguous: bool,
    pub(crate) retryable: bool,
    /// What to say beside operation, status and attempts.
    pub(crate) detail: Option<String>,
}

impl Failure {
    /// A failure that nothing was sent for, and that asking again does not mend.
    pub(crate) fn refused(kind: ErrorKind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            exhausted: None,
            retry_after: None,
            ambiguous: false,
            retryable: false,
            detail: Some(detail.into()),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.detail {
            Some(detail) => f.write_str(detail),
            None => write!(f, "the call failed: {}", self.kind),
        }
    }
}

impl std::error::Error for Failure {}
