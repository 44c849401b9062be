//! Why a call has no further attempt, and what its caller is told.

use std::time::Duration;

use octocom_api::Replay;

use crate::error::{ErrorKind, Exhausted, Failure};
use crate::limit::Held;
use crate::retry::Verdict;
use crate::transport::{Fault, Outcome, Retrying};

/// Why there is no further attempt.
#[derive(Debug, Clone, Copy)]
pub(super) enum Stop {
    /// It would not help, or might act twice.
    Permanent,
    /// A limit forbids it.
    Exhausted(Exhausted),
    /// Its turn comes too late.
    Held(Held),
    /// The body can be sent once only.
    Streamed,
}

/// The last attempt, when it failed.
#[derive(Debug)]
pub(super) struct Last {
    pub(super) verdict: Verdict,
    pub(super) server_delay: Option<Duration>,
    pub(super) outcome: Outcome,
}

impl Stop {
    /// What the caller is told: the last attempt's outcome where there was one.
    pub(super) fn failure(
        self,
        transport: &Retrying,
        replay: Replay,
        ambiguous: bool,
        last: Option<&Last>,
    ) -> Failure {
        if let Self::Streamed = self {
            let reason = "the request's body is a stream, which cannot be sent again";
            return Failure::refused(ErrorKind::InvalidRequest, reason);
        }
        let held = match self {
            Self::Held(Held::CoolDown(rest) | Held::ServerDelay(rest)) => Some(rest),
            _ => None,
        };
        let unsent = if held.is_some() {
            ErrorKind::RateLimited
        } else {
            ErrorKind::Timeout
        };
        Failure {
            kind: last.and_then(|last| last.verdict.kind).unwrap_or(unsent),
            exhausted: match self {
                Self::Permanent | Self::Streamed => None,
                Self::Exhausted(exhausted) => Some(exhausted),
                Self::Held(Held::ServerDelay(_)) => Some(Exhausted::ServerDelay),
                Self::Held(Held::CoolDown(_) | Held::Queue) => Some(Exhausted::Deadline),
            },
            retry_after: held.or_else(|| last?.server_delay),
            ambiguous,
            retryable: last.is_none_or(|last| last.verdict.is_retryable(replay)),
            detail: last.and_then(|last| detail(transport, &last.outcome)),
        }
    }
}

/// What to say of an attempt beside its status.
fn detail(transport: &Retrying, outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::Answered(answer) if answer.status.is_redirection() => {
            let target = answer.headers.get(http::header::LOCATION)?.to_str().ok()?;
            let target = transport.shared.base_url.url().join(target).ok()?;
            let origin = target.origin().ascii_serialization();
            Some(format!("redirects to {origin} are not followed"))
        }
        Outcome::Answered(_) => None,
        Outcome::TooLarge(_) => {
            let cap = transport.settings.max_body_bytes;
            Some(format!("the body is larger than {cap} bytes"))
        }
        Outcome::Failed(fault, _) => Some(
            match fault {
                Fault::Unsendable => "the request cannot be built",
                Fault::Untrusted => "the server's identity cannot be verified",
                Fault::Unreached => "no connection",
                Fault::TimedOut => "no complete answer in time",
                Fault::Interrupted => "the connection broke",
            }
            .to_owned(),
        ),
    }
}
