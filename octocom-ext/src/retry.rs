//! The rules by which a call is retried, and the delays between attempts.
//!
//! Repeating a request is safe or harmful depending on two things: what the operation does when it
//! arrives twice, and whether it arrived. The first stands in the operation table
//! ([`Operation::idempotency`](octocom_api::Operation::idempotency)), and a caller who knows better overrides
//! it for a call. The second is read from how the attempt ended:
//!
//! | the attempt ended with | it was carried out | safe or idempotent | unsafe |
//! |---|---|---|---|
//! | no connection: DNS, refused, not accepted in time | no | retry | retry |
//! | a certificate that is not valid or not of this host | no | error | error |
//! | 429, 425 | no: the server refused it | retry | retry |
//! | 429 whose text says that a quota is full | no | error | error |
//! | 408, 500, 502 to 504, 520 to 530, a timeout, a reset, a body that breaks off | nobody knows | retry | error |
//! | any other 3xx, 4xx or 5xx | see the error | error | error |
//!
//! The last column is the point of it: a write that may have been carried out is never sent again
//! by this client. It comes back at once, and
//! [`may_have_been_processed`](octocom_api::Error::may_have_been_processed) is true.
//!
//! The delay is the server's where it names one (`retry_after`, in the order and with the
//! edge cases of that module), else exponential with full jitter (`backoff`). A server's delay, and
//! any 429, holds back everybody who shares the limit, because whoever goes on only lengthens it; see
//! [`limiter`](crate::limiter). A delay longer than the caller allows, or than what is left of the
//! deadline, is not slept at all: the error returns at once and carries the delay.
//!
//! Four limits end the retries: attempts, the deadline, the longest server delay, and the budget
//! that all clones of the client share. A 429 counts against neither attempts nor budget: it is
//! retried until the deadline, and without one for 15 minutes in which no call succeeds. At any
//! limit the caller gets the last answer of the server, with
//! [`exhausted`](octocom_api::Error::exhausted) saying which limit it was, and not an error about retries.
//!
//! The loop is this crate's own. backon's recipe for Retry-After ignores the limit on attempts,
//! tower and reqwest know no Retry-After, and progenitor's idea of "retryable" does not look at the
//! method.

mod backoff;
mod budget;
mod retry_after;

use std::time::Duration;

use octocom_api::{Exhausted, Failure};

pub(crate) use backoff::Backoff;
pub(crate) use budget::{Budget, DEFAULT_TOKENS, MAX_TOKENS};
pub(crate) use retry_after::retry_after;

use crate::limiter::Refused;
use crate::time::Random;

/// Longest time for which a call without a deadline is retried after 429 while no call of its group
/// succeeds. Limits counted by the minute are over by then, limits counted by the hour are for the
/// caller to decide.
const MAX_REFUSING: Duration = Duration::from_secs(15 * 60);

/// The bounds of the retries of one call.
#[derive(Debug)]
pub(crate) struct Policy<'a> {
    pub(crate) max_attempts: u32,
    pub(crate) max_server_delay: Duration,
    pub(crate) backoff: Backoff,
    pub(crate) budget: Option<&'a Budget>,
    pub(crate) random: &'a dyn Random,
}

/// The decision after a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Another attempt would not help or might act twice.
    Permanent,
    /// Another attempt would help, and a limit forbids it.
    Exhausted(Exhausted),
    /// Another attempt after this delay.
    Retry(Delay),
}

/// The delay before a retry, and where it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delay {
    /// The server: it holds back the whole limit group.
    Server(Duration),
    /// Our backoff: it holds back this call.
    Backoff(Duration),
}

impl Policy<'_> {
    /// Decides after attempt number `attempt`, the first counted as 1 and those that were answered
    /// with 429 not at all.
    ///
    /// `refused` is set after a 429. `left` is what is left of the deadline, `None` without one. The token is taken last, so that
    /// no other limit wastes it.
    pub(crate) fn decide(
        &self,
        failure: &Failure,
        attempt: u32,
        refused: Option<Refused>,
        left: Option<Duration>,
    ) -> Decision {
        if !failure.retryable {
            return Decision::Permanent;
        }
        if let Some(refused) = refused {
            return self.decide_refused(failure.retry_after, refused, left);
        }
        if attempt >= self.max_attempts {
            return Decision::Exhausted(Exhausted::Attempts);
        }
        let delay = match failure.retry_after {
            Some(delay) if delay > self.max_server_delay => {
                return Decision::Exhausted(Exhausted::ServerDelay);
            }
            Some(delay) => Delay::Server(delay),
            None => Delay::Backoff(self.backoff.delay(attempt, self.random)),
        };
        if left.is_some_and(|left| delay.duration() >= left) {
            return Decision::Exhausted(Exhausted::Deadline);
        }
        if self.budget.is_some_and(|budget| !budget.take()) {
            return Decision::Exhausted(Exhausted::Budget);
        }
        Decision::Retry(delay)
    }

    /// Decides after a 429: the server did nothing, so only time bounds the retries.
    fn decide_refused(
        &self,
        server_delay: Option<Duration>,
        refused: Refused,
        left: Option<Duration>,
    ) -> Decision {
        // One attempt means no retry, for whatever reason.
        if self.max_attempts == 1 {
            return Decision::Exhausted(Exhausted::Attempts);
        }
        if server_delay.is_some_and(|delay| delay > self.max_server_delay) {
            return Decision::Exhausted(Exhausted::ServerDelay);
        }
        let wait = refused.wait;
        match left {
            Some(left) if wait >= left => Decision::Exhausted(Exhausted::Deadline),
            None if refused.refusing_for.saturating_add(wait) > MAX_REFUSING => {
                Decision::Exhausted(Exhausted::ServerDelay)
            }
            _ => Decision::Retry(Delay::Server(wait)),
        }
    }
}

impl Delay {
    pub(crate) fn duration(self) -> Duration {
        match self {
            Self::Server(duration) | Self::Backoff(duration) => duration,
        }
    }
}

#[cfg(test)]
mod tests;
