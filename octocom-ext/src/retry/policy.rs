//! The decision after a failed attempt.

use std::time::Duration;

use octocom_api::{Exhausted, Failure};

use crate::limiter::Refused;
use crate::retry::{Backoff, Budget};
use crate::time::Random;

/// Longest time for which a call without a deadline is retried after 429 while no call of its group
/// succeeds.
/// Limits counted by the minute are over by then, limits counted by the hour are for the caller to
/// decide.
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
    /// 429 not at all.
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
