//! The limit on attempts a second, over all groups of a client.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::limiter::spacing::Spacing;

/// Spreads the starts of a client evenly over time, first come, first served.
#[derive(Debug)]
pub(crate) struct RateLimiter {
    gap: Duration,
    spacing: Mutex<Spacing>,
    /// Held by the call that starts next.
    pub(super) turnstile: tokio::sync::Mutex<()>,
    /// Calls that wait for a start, in any group.
    queued: AtomicU32,
}

/// A call that waits for its start. Leaves the queue when dropped.
#[derive(Debug)]
pub(super) struct Queued<'a>(&'a RateLimiter);

impl RateLimiter {
    /// Creates a limiter of `per_second` starts a second, a positive number.
    pub(crate) fn new(per_second: f64) -> Self {
        Self {
            gap: Duration::try_from_secs_f64(1.0 / per_second).unwrap_or(Duration::MAX),
            spacing: Mutex::default(),
            turnstile: tokio::sync::Mutex::new(()),
            queued: AtomicU32::new(0),
        }
    }

    /// Joins the queue; `None` when the calls that already wait take longer than `left`.
    pub(super) fn join(&self, now: Instant, left: Option<Duration>) -> Option<Queued<'_>> {
        let ahead = self.queued.load(Ordering::Relaxed);
        let wait = self
            .wait(now)
            .saturating_add(self.gap.saturating_mul(ahead));
        if left.is_some_and(|left| wait >= left) {
            return None;
        }
        self.queued.fetch_add(1, Ordering::Relaxed);
        Some(Queued(self))
    }

    /// Returns the time from `now` until the next start may happen.
    pub(super) fn wait(&self, now: Instant) -> Duration {
        self.spacing().wait(now, self.gap)
    }

    /// Records a start. `due` is the moment that the call waited for, if it did.
    pub(super) fn start(&self, now: Instant, due: Option<Instant>) {
        self.spacing().start(now, self.gap, due);
    }

    fn spacing(&self) -> MutexGuard<'_, Spacing> {
        self.spacing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Queued<'_> {
    fn drop(&mut self) {
        self.0.queued.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_call_that_cannot_start_in_time_does_not_join_the_queue() {
        let (limiter, now) = (RateLimiter::new(1.0), Instant::now());
        limiter.start(now, None);
        assert!(limiter.join(now, Some(SECOND)).is_none());
        let first = limiter.join(now, Some(SECOND * 2));
        assert!(first.is_some());
        assert!(limiter.join(now, Some(SECOND * 2)).is_none());
        // A call that leaves makes room for another.
        drop(first);
        assert!(limiter.join(now, Some(SECOND * 2)).is_some());
        assert!(limiter.join(now, None).is_some());
    }
}
