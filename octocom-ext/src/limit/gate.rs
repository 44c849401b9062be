//! The way into a limit group.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use crate::limit::groups::Group;
use crate::limit::{Pace, Permit};
use crate::time::{Random, Sleeper};

/// Lets attempts of a group in, one after the other.
#[derive(Debug)]
pub(crate) struct Gate<'a> {
    pub(crate) group: &'a Group,
    pub(crate) pace: Option<&'a Pace>,
    pub(crate) sleeper: &'a dyn Sleeper,
    pub(crate) random: &'a dyn Random,
}

/// How long a call is willing to wait.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    pub(crate) deadline: Option<Instant>,
    pub(crate) max_server_delay: Duration,
}

/// Why an attempt was not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Held {
    /// The cool-down lasts this long, more than is left of the deadline.
    CoolDown(Duration),
    /// The cool-down lasts this long, more than the call lets a server delay it.
    ServerDelay(Duration),
    /// The deadline is over, or will be before the attempt's turn comes.
    Queue,
}

impl Patience {
    /// What is left of the deadline; `None` without one.
    pub(crate) fn left(self, now: Instant) -> Option<Duration> {
        self.deadline
            .map(|deadline| deadline.saturating_duration_since(now))
    }
}

impl Gate<'_> {
    /// Waits until an attempt may start.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future gives everything back, but for its place in the pace.
    pub(crate) async fn enter(&self, patience: Patience) -> Result<Permit, Held> {
        let mut waited_until = None;
        loop {
            self.cool_down(patience, &mut waited_until).await?;
            let permit = self.permit(patience).await?;
            let left = patience.left(self.sleeper.now());
            if left.is_some_and(|left| left.is_zero()) {
                return Err(Held::Queue);
            }
            if self.is_held(waited_until) {
                continue;
            }
            let Some(pace) = self.pace else {
                return Ok(permit);
            };
            let wait = pace
                .reserve(self.sleeper.now(), left)
                .map_err(|_| Held::Queue)?;
            if wait.is_zero() {
                return Ok(permit);
            }
            self.sleeper.sleep(wait).await;
            if !self.is_held(waited_until) {
                return Ok(permit);
            }
        }
    }

    async fn cool_down(
        &self,
        patience: Patience,
        waited_until: &mut Option<Instant>,
    ) -> Result<(), Held> {
        loop {
            let now = self.sleeper.now();
            let Some(wait) = self.group.cool_down.wait(now, *waited_until, self.random) else {
                return Ok(());
            };
            if wait.rest > patience.max_server_delay {
                return Err(Held::ServerDelay(wait.rest));
            }
            let mut spread = wait.spread;
            if let Some(left) = patience.left(now) {
                let spare = left.saturating_sub(wait.rest);
                if spare.is_zero() {
                    return Err(Held::CoolDown(wait.rest));
                }
                // The spread is ours, and no reason to miss the deadline.
                spread = spread.min(spare / 2);
            }
            self.sleeper.sleep(wait.rest.saturating_add(spread)).await;
            *waited_until = Some(wait.until);
        }
    }

    async fn permit(&self, patience: Patience) -> Result<Permit, Held> {
        let permits = &self.group.permits;
        if let Some(permit) = permits.try_acquire() {
            return Ok(permit);
        }
        let permit = match patience.left(self.sleeper.now()) {
            None => permits.acquire().await,
            Some(left) => {
                let mut permit = pin!(permits.acquire());
                let mut expired = self.sleeper.expire(left);
                poll_fn(|context| match permit.as_mut().poll(context) {
                    Poll::Ready(permit) => Poll::Ready(permit),
                    Poll::Pending => expired.as_mut().poll(context).map(|()| None),
                })
                .await
            }
        };
        permit.ok_or(Held::Queue)
    }

    fn is_held(&self, waited_until: Option<Instant>) -> bool {
        self.group
            .cool_down
            .is_held(self.sleeper.now(), waited_until)
    }
}

#[cfg(test)]
mod tests;
