//! Reasons to end a list although each of its pages is valid.

use std::fmt;

use chrono::{DateTime, Utc};
use octocom_api::{Answer, ErrorKind, Operation};

use crate::error::Error;

/// The promise of a list that the server broke.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) enum ListingFailure {
    /// Successive pages promise more and bring nothing new.
    Stalled {
        /// The last of them, counted from 1.
        page: u64,
    },
    /// The rows of a tie group move between the passes over them.
    Unstable {
        /// The latest timestamp of the group's first page.
        at: DateTime<Utc>,
        /// Number of passes.
        passes: u32,
    },
    /// A row stands where its `createdAt` does not belong.
    OutOfOrder {
        /// The page, counted from 1.
        page: u64,
        /// `createdAt` of the row before it.
        after: DateTime<Utc>,
        /// Its own `createdAt`.
        found: DateTime<Utc>,
    },
    /// No row of a page has a readable `createdAt`.
    Undated {
        /// The page, counted from 1.
        page: u64,
    },
}

/// The advice to a caller if keyset mode cannot continue.
const USE_OFFSET: &str = "list it by page numbers with `offset()`";

impl fmt::Display for ListingFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stalled { page } => write!(
                f,
                "pages up to {page} say that there are more records, but have no new ones: the server ignores `page` \
                 or reports a wrong `hasMore`"
            ),
            Self::Unstable { at, passes } => write!(
                f,
                "the records created about {} were in another order in each of {passes} passes: the \
                 server sorts each page differently, or the records change; resume from the \
                 checkpoint later, or {USE_OFFSET}",
                at.to_rfc3339()
            ),
            Self::OutOfOrder { page, after, found } => write!(
                f,
                "page {page} lists a record created at {} after one created at {}: the list is not \
                 in ascending order of `createdAt`; {USE_OFFSET}",
                found.to_rfc3339(),
                after.to_rfc3339()
            ),
            Self::Undated { page } => write!(
                f,
                "no record of page {page} has a readable `createdAt`; {USE_OFFSET}"
            ),
        }
    }
}

impl std::error::Error for ListingFailure {}

impl ListingFailure {
    /// Returns the error of the list, with what came with its last page.
    #[cold]
    pub(crate) fn into_error(self, operation: &'static Operation, answer: &Answer) -> Error {
        let kind = match self {
            Self::Stalled { .. } => ErrorKind::Stalled,
            Self::Unstable { .. } => ErrorKind::Unstable,
            Self::OutOfOrder { .. } | Self::Undated { .. } => ErrorKind::OutOfOrder,
        };
        let mut error = Error::for_sequence(kind, operation, self.to_string());
        let failure = error.failure_mut();
        failure.status = Some(answer.status);
        failure.headers = std::sync::Arc::clone(&answer.headers);
        error
    }
}
