//! Concern of a failure: one record, or the whole run.

use octocom_ext::{Error, ErrorKind};

/// The concern of a failed call for one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Concern {
    /// The record is gone.
    Gone,
    /// The answer is about this record: others may be had.
    Record,
    /// There was no answer at all, which may be this record's fault or not.
    NoAnswer,
    /// The whole run: it waits or ends.
    Run,
}

impl Concern {
    pub(crate) fn of(error: &Error) -> Self {
        match error.kind() {
            ErrorKind::NotFound => Self::Gone,
            // 403, 410, 423 and the like; a body that is not a record; 5xx after its retries.
            ErrorKind::Forbidden
            | ErrorKind::Rejected
            | ErrorKind::UnexpectedStatus
            | ErrorKind::Decode
            | ErrorKind::BodyTooLarge
            | ErrorKind::Server => match error.status().map(|status| status.as_u16()) {
                // The proxy's own refusal.
                Some(407) => Self::Run,
                _ => Self::Record,
            },
            ErrorKind::Timeout | ErrorKind::Interrupted => Self::NoAnswer,
            _ => Self::Run,
        }
    }
}

/// Returns `true` if waiting may help a call that concerns the run: a busy server, or one that
/// cannot be reached.
pub(crate) fn may_pass(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::RateLimited
            | ErrorKind::Connect
            | ErrorKind::Timeout
            | ErrorKind::Interrupted
            | ErrorKind::Server
            | ErrorKind::Decode
            | ErrorKind::Unstable
    )
}

/// Returns `true` if a list is refused for good while others may be had.
pub(crate) fn concerns_list(error: &Error) -> bool {
    let kind = error.kind();
    let record = matches!(Concern::of(error), Concern::Gone | Concern::Record);
    let broken = matches!(
        kind,
        ErrorKind::Stalled | ErrorKind::Unstable | ErrorKind::OutOfOrder
    );
    record || broken
}

/// Returns the status of an answer that stops the run when it comes ten times in a row.
pub(crate) fn stops_in_a_row(status: Option<u16>) -> Option<u16> {
    status.filter(|status| *status == 403 || (500..600).contains(status))
}
