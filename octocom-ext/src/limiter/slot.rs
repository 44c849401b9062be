//! The right to send one attempt, and what its answer teaches the limiter.

use std::sync::Arc;
use std::time::{Duration, Instant};

use octocom_api::Operation;

use crate::limiter::concurrency::Permit;
use crate::limiter::throttle::{Refusal, Throttle};
use crate::limiter::{Group, Refused};

/// The right to have one attempt under way.
///
/// Dropping it gives the right back and teaches nothing: the attempt was cut off, or its answer
/// says nothing about limits.
#[derive(Debug)]
pub(crate) struct Slot {
    pub(super) operation: &'static Operation,
    pub(super) group: Arc<Group>,
    pub(super) throttle: Arc<Throttle>,
    pub(super) permit: Permit,
    /// Number of the start, counted within the group.
    pub(super) start: u64,
    /// It was sent during a cool-down, to see if the server accepts calls again.
    pub(super) is_probe: bool,
}

impl Slot {
    /// The server accepted the request: it succeeded, or failed for a reason that has nothing to do
    /// with limits.
    pub(crate) fn accept(self, now: Instant) {
        self.group.record(self.operation, self.start, true, now);
        self.throttle.accept(now, self.start, self.is_probe);
        self.group.throttle.accept(now, self.start, self.is_probe);
        self.permit.succeed();
    }

    /// The server answered 429, with a delay or without.
    pub(crate) fn refuse(self, now: Instant, delay: Option<Duration>) -> Refused {
        let is_alone = delay.is_none() && self.group.is_refused_alone(self.operation, now);
        self.group.record(self.operation, self.start, false, now);
        let throttle = if is_alone {
            &self.throttle
        } else {
            &self.group.throttle
        };
        throttle.refuse(now, self.refusal(delay, true));
        let own = self.throttle.state().cool_down.refused(now);
        let shared = self.group.throttle.state().cool_down.refused(now);
        if is_alone {
            drop(self.permit);
        } else {
            self.permit.limited();
        }
        Refused {
            wait: own.wait.max(shared.wait),
            refusing_for: own.refusing_for.max(shared.refusing_for),
        }
    }

    /// The server named a delay with another failure than 429.
    pub(crate) fn hold(self, now: Instant, delay: Duration) {
        let refusal = self.refusal(Some(delay), false);
        self.group.throttle.refuse(now, refusal);
    }

    fn refusal(&self, delay: Option<Duration>, is_rate: bool) -> Refusal {
        Refusal {
            start: self.start,
            starts: self.group.starts(),
            delay,
            is_rate,
        }
    }
}
