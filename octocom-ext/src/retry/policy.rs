//! The decision after a failed attempt.

use std::time::Duration;

use octocom_api::{ErrorKind, Exhausted, Failure};

use crate::retry::{Backoff, Budget};
use crate::time::Random;

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
    /// Decides after attempt number `attempt`, the first counted as 1.
    ///
    /// `left` is what is left of the deadline, `None` without one. The token is taken last, so that
    /// no other limit wastes it.
    pub(crate) fn decide(
        &self,
        failure: &Failure,
        attempt: u32,
        left: Option<Duration>,
    ) -> Decision {
        if !failure.retryable {
            return Decision::Permanent;
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
        let is_throttled = failure.kind == ErrorKind::RateLimited;
        let free = is_throttled && matches!(delay, Delay::Server(_));
        if !free && self.budget.is_some_and(|budget| !budget.take()) {
            return Decision::Exhausted(Exhausted::Budget);
        }
        Decision::Retry(delay)
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
