//! What to do after an attempt.

use std::time::Duration;

use http::StatusCode;
use octocom_api::{Operation, Replay};

use crate::error::{ErrorKind, Exhausted};
use crate::retry::{Backoff, Budget};
use crate::time::Random;
use crate::transport::{Fault, Outcome};

/// What an attempt did on the server, as far as anyone can know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// It was carried out.
    Done,
    /// It was turned away for good: asking again changes nothing.
    Rejected,
    /// It was turned away for now, and not carried out.
    Deferred,
    /// It never reached the server.
    Unreached,
    /// Nobody knows, and asking again may help.
    Unclear,
}

/// An attempt, judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// What failed; `None` for a success.
    pub(crate) kind: Option<ErrorKind>,
    pub(crate) effect: Effect,
    /// Whether the operation may have been carried out although the attempt failed.
    pub(crate) ambiguous: bool,
}

impl Verdict {
    pub(crate) fn of(operation: &Operation, outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Answered(answer) => Self::of_status(operation, answer.status, &answer.body),
            Outcome::TooLarge(_) => Self::failed(ErrorKind::BodyTooLarge, Effect::Rejected, true),
            Outcome::Failed(fault, _) => match fault {
                Fault::Unsendable => {
                    Self::failed(ErrorKind::InvalidRequest, Effect::Rejected, false)
                }
                Fault::Untrusted => Self::failed(ErrorKind::Tls, Effect::Rejected, false),
                Fault::Unreached => Self::failed(ErrorKind::Connect, Effect::Unreached, false),
                Fault::TimedOut => Self::failed(ErrorKind::Timeout, Effect::Unclear, true),
                Fault::Interrupted => Self::failed(ErrorKind::Interrupted, Effect::Unclear, true),
            },
        }
    }

    fn of_status(operation: &Operation, status: StatusCode, body: &[u8]) -> Self {
        use Effect::{Deferred, Done, Rejected, Unclear};
        match status.as_u16() {
            200..=299 => Self {
                kind: None,
                effect: Done,
                ambiguous: false,
            },
            // A server may have acted before it sent the client elsewhere (303 See Other).
            300..=399 => Self::failed(ErrorKind::Redirect, Rejected, true),
            429 if is_quota(operation, body) => Self::failed(ErrorKind::Quota, Rejected, false),
            429 => Self::failed(ErrorKind::RateLimited, Deferred, false),
            408 => Self::failed(ErrorKind::Server, Unclear, true),
            401 => Self::failed(ErrorKind::Unauthorized, Rejected, false),
            403 => Self::failed(ErrorKind::Forbidden, Rejected, false),
            404 => Self::failed(ErrorKind::NotFound, Rejected, false),
            400..=499 => Self::failed(ErrorKind::Rejected, Rejected, false),
            500 | 502 | 503 | 504 => Self::failed(ErrorKind::Server, Unclear, true),
            500..=599 => Self::failed(ErrorKind::Server, Rejected, true),
            _ => Self::failed(ErrorKind::UnexpectedStatus, Rejected, true),
        }
    }

    fn failed(kind: ErrorKind, effect: Effect, ambiguous: bool) -> Self {
        Self {
            kind: Some(kind),
            effect,
            ambiguous,
        }
    }

    /// Whether another attempt is worth it and cannot act twice.
    pub(crate) fn is_retryable(self, replay: Replay) -> bool {
        match self.effect {
            Effect::Deferred | Effect::Unreached => true,
            Effect::Unclear => matches!(replay, Replay::Safe | Replay::Idempotent),
            Effect::Done | Effect::Rejected => false,
        }
    }
}

/// Whether the text of a 429 says that a quota is full, which no waiting lifts.
fn is_quota(operation: &Operation, body: &[u8]) -> bool {
    let Some(pattern) = operation.quota else {
        return false;
    };
    crate::error::api_message(body)
        .is_some_and(|text| text.to_lowercase().contains(&pattern.to_lowercase()))
}

/// What bounds the retries of one call.
#[derive(Debug)]
pub(crate) struct Policy<'a> {
    pub(crate) replay: Replay,
    pub(crate) max_attempts: u32,
    pub(crate) max_server_delay: Duration,
    pub(crate) backoff: Backoff,
    pub(crate) budget: Option<&'a Budget>,
    pub(crate) random: &'a dyn Random,
}

/// What to do after an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    /// It succeeded.
    Done,
    /// It failed, and another attempt would not help or might act twice.
    Permanent,
    /// Another attempt would help, and a limit forbids it.
    Exhausted(Exhausted),
    /// Another attempt after this delay.
    Retry(Delay),
}

/// How long to wait before a retry, and who says so.
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
        verdict: Verdict,
        attempt: u32,
        server_delay: Option<Duration>,
        left: Option<Duration>,
    ) -> Decision {
        if verdict.effect == Effect::Done {
            return Decision::Done;
        }
        if !verdict.is_retryable(self.replay) {
            return Decision::Permanent;
        }
        if attempt >= self.max_attempts {
            return Decision::Exhausted(Exhausted::Attempts);
        }
        let delay = match server_delay {
            Some(delay) if delay > self.max_server_delay => {
                return Decision::Exhausted(Exhausted::ServerDelay);
            }
            Some(delay) => Delay::Server(delay),
            None => Delay::Backoff(self.backoff.delay(attempt, self.random)),
        };
        if left.is_some_and(|left| delay.duration() >= left) {
            return Decision::Exhausted(Exhausted::Deadline);
        }
        let free = verdict.effect == Effect::Deferred && matches!(delay, Delay::Server(_));
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
