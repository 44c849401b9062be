//! The way to a slot.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use octocom_api::Operation;
use tokio::sync::MutexGuard;

use crate::limiter::cool_down::Step;
use crate::limiter::groups::Throttle;
use crate::limiter::{Group, Permit, RateLimiter, Slot};
use crate::time::{Random, Sleeper};

/// The limits that an attempt passes, one after the other.
#[derive(Debug)]
pub(crate) struct Limiter<'a> {
    pub(crate) group: &'a Arc<Group>,
    pub(crate) rate: Option<&'a RateLimiter>,
    pub(crate) sleeper: &'a dyn Sleeper,
    pub(crate) random: &'a dyn Random,
}

/// The bounds of a call's waits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WaitLimits {
    pub(crate) deadline: Option<Instant>,
    pub(crate) max_server_delay: Duration,
}

/// Why an attempt was not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AcquireError {
    /// The cool-down lasts this long, more than is left of the deadline.
    CoolDown(Duration),
    /// The server named a delay of which this is left, more than the call accepts.
    ServerDelay(Duration),
    /// The deadline is over, or will be before the attempt's turn comes.
    Queue,
}

impl WaitLimits {
    /// Returns what is left of the deadline; `None` without one.
    pub(crate) fn left(self, now: Instant) -> Option<Duration> {
        self.deadline
            .map(|deadline| deadline.saturating_duration_since(now))
    }
}

/// One call on its way to a slot.
struct Waiter<'a> {
    limiter: &'a Limiter<'a>,
    throttle: Arc<Throttle>,
    operation: &'static Operation,
    ticket: u64,
    limits: WaitLimits,
    /// The end of the last wait. Never before it, even if the clock says so.
    floor: Option<Instant>,
}

/// Something changed while a call waited for its turn; it begins again.
struct Changed;

impl Limiter<'_> {
    /// Waits until an attempt of `operation` may start; `None` if the key was replaced meanwhile.
    ///
    /// Calls are served in the order of their tickets after a cool-down, and otherwise first come,
    /// first served.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves no trace: nothing is reserved before the attempt starts.
    pub(crate) async fn acquire(
        &self,
        operation: &'static Operation,
        ticket: u64,
        limits: WaitLimits,
    ) -> Result<Option<Slot>, AcquireError> {
        let mut waiter = Waiter {
            limiter: self,
            throttle: self.group.operation(operation),
            operation,
            ticket,
            limits,
            floor: None,
        };
        let throttle = Arc::clone(&waiter.throttle);
        while !self.group.is_retired() {
            waiter.cool_down(&throttle).await?;
            waiter.cool_down(&self.group.throttle).await?;
            if let Ok(slot) = waiter.line_up(&throttle).await? {
                return Ok(Some(slot));
            }
        }
        Ok(None)
    }
}

impl Waiter<'_> {
    /// Waits for the end of a cool-down.
    async fn cool_down(&mut self, throttle: &Throttle) -> Result<(), AcquireError> {
        let _place = Place {
            throttle,
            ticket: self.ticket,
        };
        loop {
            let changed = throttle.changed.notified();
            if self.limiter.group.is_retired() {
                return Ok(());
            }
            let (now, random) = (self.now(), self.limiter.random);
            let step = throttle
                .state()
                .cool_down
                .step(self.ticket, now, self.limits, random);
            match step {
                Step::Open => return Ok(()),
                Step::Refused(error) => return Err(error),
                Step::Wait(wait, wake) => {
                    let sleep = self.limiter.sleeper.sleep(wait);
                    let woken = async { either(changed, wake.notified()).await };
                    if either(sleep, woken).await.is_first() {
                        self.floor = now.checked_add(wait);
                    }
                }
            }
        }
    }

    /// Waits for everything that lets one call through at a time, and starts.
    ///
    /// Each turnstile is held until the start, so that a start is recorded everywhere or nowhere.
    async fn line_up(
        &mut self,
        throttle: &Throttle,
    ) -> Result<Result<Slot, Changed>, AcquireError> {
        let limiter = self.limiter;
        let queued = match limiter.rate {
            Some(rate) => {
                let now = self.now();
                let queued = rate.join(now, self.limits.left(now));
                Some(queued.ok_or(AcquireError::Queue)?)
            }
            None => None,
        };
        let _turn = self.turn(&throttle.turnstile).await?;
        let Ok(alone) = self.learned_rate(throttle).await? else {
            return Ok(Err(Changed));
        };
        let group = limiter.group;
        let _group_turn = self.turn(&group.throttle.turnstile).await?;
        let Some(permit) = self.permit().await? else {
            return Ok(Err(Changed));
        };
        let Ok(shared) = self.learned_rate(&group.throttle).await? else {
            return Ok(Err(Changed));
        };
        let mut due = None;
        let _rate_turn = match limiter.rate {
            Some(rate) => {
                let turn = self.turn(&rate.turnstile).await?;
                let now = self.now();
                let wait = rate.wait(now);
                if self.limits.left(now).is_some_and(|left| wait >= left) {
                    return Err(AcquireError::Queue);
                }
                if !wait.is_zero() {
                    limiter.sleeper.sleep(wait).await;
                    due = now.checked_add(wait);
                    self.floor = due;
                }
                Some(turn)
            }
            None => None,
        };
        drop(queued);
        let now = self.now();
        if self.limits.left(now).is_some_and(|left| left.is_zero()) {
            return Err(AcquireError::Queue);
        }
        let (mut own, mut whole) = (throttle.state(), group.throttle.state());
        if !own.cool_down.admits(now, self.limits) || !whole.cool_down.admits(now, self.limits) {
            return Ok(Err(Changed));
        }
        // Starts are spaced by the clock, which in a test need not have moved.
        let clock = limiter.sleeper.now();
        own.rate.start(clock, alone);
        whole.rate.start(clock, shared);
        if let Some(rate) = limiter.rate {
            rate.start(clock, due);
        }
        let is_probe = own.cool_down.start(now) | whole.cool_down.start(now);
        drop((own, whole));
        Ok(Ok(Slot {
            operation: self.operation,
            group: Arc::clone(group),
            throttle: Arc::clone(&self.throttle),
            permit,
            start: group.count_start(),
            is_probe,
        }))
    }

    /// Waits in the queue of a turnstile.
    async fn turn<'t>(
        &self,
        turnstile: &'t tokio::sync::Mutex<()>,
    ) -> Result<MutexGuard<'t, ()>, AcquireError> {
        match turnstile.try_lock() {
            Ok(turn) => Ok(turn),
            Err(_) => self.in_time(turnstile.lock()).await,
        }
    }

    /// Waits for a permit; `None` if a cool-down began meanwhile.
    async fn permit(&self) -> Result<Option<Permit>, AcquireError> {
        let group = self.limiter.group;
        loop {
            let changed = group.throttle.changed.notified();
            if self.is_held(&group.throttle) {
                return Ok(None);
            }
            if let Some(permit) = group.concurrency.try_acquire() {
                return Ok(Some(permit));
            }
            let permit = either(group.concurrency.acquire(), changed);
            match self.in_time(permit).await? {
                Either::First(permit) => return permit.map(Some).ok_or(AcquireError::Queue),
                Either::Second(()) => {}
            }
        }
    }

    /// Waits until a start fits the learned rate. Returns the moment that it slept until, if it did.
    async fn learned_rate(
        &mut self,
        throttle: &Throttle,
    ) -> Result<Result<Option<Instant>, Changed>, AcquireError> {
        let mut due = None;
        loop {
            let changed = throttle.changed.notified();
            if self.is_held(throttle) {
                return Ok(Err(Changed));
            }
            let now = self.now();
            let wait = throttle.state().rate.wait(now);
            if wait.is_zero() {
                return Ok(Ok(due));
            }
            if self.limits.left(now).is_some_and(|left| wait >= left) {
                return Err(AcquireError::Queue);
            }
            let slept = either(self.limiter.sleeper.sleep(wait), changed).await;
            due = now.checked_add(wait).filter(|_| slept.is_first());
            self.floor = due.or(self.floor);
        }
    }

    fn is_held(&self, throttle: &Throttle) -> bool {
        let now = self.now();
        self.limiter.group.is_retired() || !throttle.state().cool_down.admits(now, self.limits)
    }

    /// Bounds a wait by the deadline.
    async fn in_time<T>(&self, wait: impl Future<Output = T>) -> Result<T, AcquireError> {
        match self.limits.left(self.now()) {
            None => Ok(wait.await),
            Some(left) => match either(wait, self.limiter.sleeper.expire(left)).await {
                Either::First(value) => Ok(value),
                Either::Second(()) => Err(AcquireError::Queue),
            },
        }
    }

    fn now(&self) -> Instant {
        let now = self.limiter.sleeper.now();
        self.floor.map_or(now, |floor| floor.max(now))
    }
}

/// A place among the calls that wait for a cool-down. Given up when dropped.
struct Place<'a> {
    throttle: &'a Throttle,
    ticket: u64,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.throttle.state().cool_down.leave(self.ticket);
    }
}

enum Either<A, B> {
    First(A),
    Second(B),
}

impl<A, B> Either<A, B> {
    fn is_first(&self) -> bool {
        matches!(self, Self::First(_))
    }
}

/// Waits for the first of two futures; the first one is asked first.
async fn either<A: Future, B: Future>(first: A, second: B) -> Either<A::Output, B::Output> {
    let (mut first, mut second): (Pin<&mut A>, Pin<&mut B>) = (pin!(first), pin!(second));
    poll_fn(|context| match first.as_mut().poll(context) {
        Poll::Ready(value) => Poll::Ready(Either::First(value)),
        Poll::Pending => second.as_mut().poll(context).map(Either::Second),
    })
    .await
}
