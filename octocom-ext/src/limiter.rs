//! The start of attempts: the one place where calls wait for each other.
//!
//! The API limits how often it may be asked, for each key, and for some operations on their own:
//! starting bot conversations, messages of one conversation, purchases. The operation table names
//! these *limit groups*. A client that ignores them is answered with 429 again and again, and every
//! needless request lengthens the wait for all its others. So every attempt of every clone of a
//! client passes here, in this order:
//!
//! 1. **Cool-down** of the operation and of its group (`cool_down`). A delay that the server names
//!    holds back the group until then, whether or not the call that was told can wait so long. A
//!    429 without a delay, which is the likely case since the OpenAPI document names no such
//!    header, holds it back for 1 second, doubling to 60 while no call succeeds.
//! 2. **Turn.** First come, first served. Nothing is reserved before an attempt starts, so a call
//!    that is dropped while it waits leaves no trace.
//! 3. **Permit** (`concurrency`). A bounded number of attempts of a group is under way at once. A
//!    429 halves the number, however many of the requests under way bring one; as many successes in
//!    a row as there are permits add one, up to the maximum again (additive increase,
//!    multiplicative decrease, as in TCP: clients that share a limit come to fair shares).
//! 4. **Learned rate** of the operation and of its group (`learned_rate`). After a 429 starts are
//!    spaced out at four fifths of the rate at which calls succeeded, and the rate rises again
//!    slowly. Until the first success there is one start a second.
//! 5. **Rate limit** (`rate_limiter`), if the caller set one: attempts of the whole client start
//!    evenly spread over the second, without a burst.
//!
//! If a cool-down begins meanwhile, a call begins again at step 1.
//!
//! # Closed windows
//!
//! A delay that the server named and that is longer than a call accepts, by its `max_server_delay`
//! or its deadline, fails the call at once, and the group remembers when the window opens. Later
//! calls whose own limits reach that far wait; the others fail at once, with nothing sent. Once per
//! `max_server_delay` one call is sent all the same, as a probe. A key that is replaced has groups
//! of its own, so a new key starts open.
//!
//! # One operation
//!
//! A 429 without a delay holds back the operation only, if the operation has a quota or the server
//! accepts other operations of the group meanwhile. A named delay always holds back the group.
//!
//! # Release
//!
//! Calls that waited for the end of a cool-down are not released in the same instant. The oldest is
//! released at the end. Each other takes a random moment of the window that follows, in the order
//! of their arrival. The window is a quarter of the delay long, at least 250 milliseconds and at
//! most 5 seconds.
//!
//! Every wait counts against the deadline of the call. One that cannot end in time does not begin,
//! and the call fails at once with nothing sent.
//!
//! Pagination has no throttle of its own: reading ahead goes through here like everything else.

mod acquire;
mod concurrency;
mod cool_down;
mod groups;
mod learned_rate;
mod rate_limiter;

use std::sync::Arc;
use std::time::{Duration, Instant};

use octocom_api::Operation;

pub(crate) use acquire::{AcquireError, Limiter, WaitLimits};
pub(crate) use concurrency::Permit;
pub(crate) use groups::{Group, GroupKey, Groups};
pub(crate) use rate_limiter::RateLimiter;

use crate::limiter::groups::{Refusal, Throttle};

/// Attempts of one limit group under way at once. HTTP/1.1 takes a connection for each, and an
/// export gains nothing from more.
pub(crate) const DEFAULT_MAX_CONCURRENCY: u32 = 32;
/// Most permits that can be set.
pub(crate) const MAX_CONCURRENCY: u32 = 10_000;

/// The wait of a call that was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refused {
    /// Time until the call may be sent again.
    pub(crate) wait: Duration,
    /// Time since the first refusal after the last success.
    pub(crate) refusing_for: Duration,
}

/// The right to have one attempt under way.
///
/// Dropping it gives the right back and teaches nothing: the attempt was cut off, or its answer
/// says nothing about limits.
#[derive(Debug)]
pub(crate) struct Slot {
    operation: &'static Operation,
    group: Arc<Group>,
    throttle: Arc<Throttle>,
    permit: Permit,
    /// Number of the start, counted within the group.
    start: u64,
    /// It was sent during a cool-down, to see if the server accepts calls again.
    is_probe: bool,
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

    /// The server answered with 429, with a delay or without.
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
