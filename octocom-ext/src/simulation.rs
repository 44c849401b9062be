//! Calls against a model of a server, in virtual time: for tests and benchmarks.
//!
//! The limiter and the retry policy are the real ones, with the default settings. Only the network
//! is a model: a request takes a fixed time, and the server decides when it arrives.

mod scenarios;
mod virtual_time;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use octocom_api::{ErrorKind, Exhausted, Failure, Operation};

pub use scenarios::Figures;
pub(crate) use scenarios::all as throttling;
use scenarios::{Answer, Server};
use virtual_time::{VirtualTime, give_up_after};

use crate::limiter::{
    AcquireError, DEFAULT_MAX_CONCURRENCY, GroupKey, Groups, Limiter, RateLimiter, WaitLimits,
};
use crate::retry::{Backoff, Decision, Policy};
use crate::settings::{DEFAULT_DEADLINE, DEFAULT_MAX_ATTEMPTS, DEFAULT_MAX_SERVER_DELAY};
use crate::time::{Random, Sleeper, SystemRandom};

/// A client, a server and what the server saw.
pub(crate) struct Simulation {
    pub(crate) time: Arc<VirtualTime>,
    pub(crate) deadline: Option<Duration>,
    pub(crate) max_server_delay: Duration,
    pub(crate) rate: Option<RateLimiter>,
    /// Time from the start of an attempt to its answer; the server decides half way.
    pub(crate) latency: Duration,
    groups: Groups,
    random: Box<dyn Random>,
    server: Mutex<Box<dyn Server>>,
    seen: Mutex<Vec<Request>>,
}

/// A request, as the server saw it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Request {
    pub(crate) at: Duration,
    pub(crate) call: u64,
    pub(crate) accepted: bool,
}

/// Why a call failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failed {
    /// It could not be sent.
    Unsent(AcquireError),
    /// It was refused and not retried.
    Refused(Exhausted),
}

impl Simulation {
    pub(crate) fn new(server: impl Server + 'static) -> Self {
        Self {
            time: VirtualTime::new(),
            deadline: Some(DEFAULT_DEADLINE),
            max_server_delay: DEFAULT_MAX_SERVER_DELAY,
            rate: None,
            latency: Duration::from_millis(20),
            groups: Groups::new(DEFAULT_MAX_CONCURRENCY),
            random: Box::new(SystemRandom),
            server: Mutex::new(Box::new(server)),
            seen: Mutex::default(),
        }
    }

    /// Makes one call.
    pub(crate) async fn call(&self, operation: &'static Operation) -> Result<(), Failed> {
        let ticket = self.groups.ticket();
        let now = self.time.now();
        let limits = WaitLimits {
            deadline: self.deadline.and_then(|deadline| now.checked_add(deadline)),
            max_server_delay: self.max_server_delay,
        };
        let key = GroupKey {
            api_key: Some(0),
            name: operation.limit_group.name,
            part: None,
        };
        let group = self.groups.get(key, now);
        let limiter = Limiter {
            group: &group,
            rate: self.rate.as_ref(),
            sleeper: &*self.time,
            random: &*self.random,
        };
        loop {
            let slot = limiter.acquire(operation, ticket, limits).await;
            let Some(slot) = slot.map_err(Failed::Unsent)? else {
                continue;
            };
            self.time.sleep(self.latency / 2).await;
            let answer = self.ask(operation, ticket);
            self.time.sleep(self.latency / 2).await;
            let now = self.time.now();
            let Some(delay) = answer else {
                slot.accept(now);
                return Ok(());
            };
            let refused = slot.refuse(now, delay);
            let mut failure = Failure::new(ErrorKind::RateLimited);
            (failure.retryable, failure.retry_after) = (true, delay);
            let left = limits.left(now);
            let decision = self.policy().decide(&failure, 0, Some(refused), left);
            match decision {
                Decision::Exhausted(limit) => return Err(Failed::Refused(limit)),
                _ => continue,
            }
        }
    }

    /// Makes many calls of one operation at once.
    pub(crate) fn call_all(
        &self,
        calls: usize,
        operation: &'static Operation,
    ) -> Vec<Result<(), Failed>> {
        let results = Mutex::new(Vec::new());
        let task = || async {
            let result = self.call(operation).await;
            lock(&results).push(result);
        };
        self.time
            .run((0..calls).map(|_| Box::pin(task()) as _).collect());
        std::mem::take(&mut *lock(&results))
    }

    /// Returns what the server saw.
    pub(crate) fn seen(&self) -> Vec<Request> {
        lock(&self.seen).clone()
    }

    fn ask(&self, operation: &Operation, call: u64) -> Answer {
        let at = self.time.passed();
        let answer = lock(&self.server).ask(operation, at);
        lock(&self.seen).push(Request {
            at,
            call,
            accepted: answer.is_none(),
        });
        answer
    }

    fn policy(&self) -> Policy<'_> {
        Policy {
            max_attempts: DEFAULT_MAX_ATTEMPTS,
            max_server_delay: self.max_server_delay,
            backoff: Backoff::default(),
            budget: None,
            random: &*self.random,
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
