//! What can be wrong with a sequence of pages, each of which is fine by itself.

use std::fmt;

use chrono::{DateTime, Utc};
use octocom_api::{Answer, ErrorKind, Operation};

use crate::error::Error;

/// Why a listing cannot go on.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) enum Fault {
    /// Successive pages promise more and bring nothing new.
    Stalled {
        /// The last of them, counted from 1.
        page: u64,
    },
    /// The rows of one instant change faster than they can be listed.
    Unstable {
        /// The instant.
        at: DateTime<Utc>,
        /// How often they were listed.
        passes: u32,
    },
    /// A row stands where its `createdAt` does not belong.
    OutOfOrder {
        /// The page, counted from 1.
        page: u64,
        /// What the row before it, or the filter, says.
        after: DateTime<Utc>,
        /// What the row says.
        found: DateTime<Utc>,
    },
    /// No row of a page says when it was created.
    Undated {
        /// The page, counted from 1.
        page: u64,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stalled { page } => {
                write!(
                    f,
                    "pages up to page {page} promise more and bring no new id"
                )
            }
            Self::Unstable { at, passes } => write!(
                f,
                "the records created at {} did not hold still during {passes} passes",
                at.to_rfc3339()
            ),
            Self::OutOfOrder { page, after, found } => write!(
                f,
                "page {page} lists a record created at {} after {}",
                found.to_rfc3339(),
                after.to_rfc3339()
            ),
            Self::Undated { page } => {
                write!(f, "no record of page {page} has a readable `createdAt`")
            }
        }
    }
}

impl std::error::Error for Fault {}

impl Fault {
    /// Returns the error of the list, with what came with its last page.
    #[cold]
    pub(crate) fn into_error(self, operation: &'static Operation, answer: &Answer) -> Error {
        let kind = match self {
            Self::Stalled { .. } => ErrorKind::Stalled,
            Self::Unstable { .. } => ErrorKind::Unstable,
            Self::OutOfOrder { .. } | Self::Undated { .. } => ErrorKind::OutOfOrder,
        };
        let mut error = Error::of_sequence(kind, operation, self.to_string());
        let failure = error.failure_mut();
        failure.status = Some(answer.status);
        failure.headers = std::sync::Arc::clone(&answer.headers);
        error
    }
}
