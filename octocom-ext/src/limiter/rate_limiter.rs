//! The limit on attempts a second, over all groups of a client, and the time between two starts.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

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

/// Keeps starts a gap apart.
///
/// Only a start that has happened is remembered. Calls that wait reserve nothing, so a call that
/// is dropped while it waits changes nothing for the others.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Spacing {
    /// The moment that the next gap is measured from.
    base: Option<Instant>,
}

impl Spacing {
    /// Returns the time from `now` until the next start may happen.
    pub(super) fn wait(&self, now: Instant, gap: Duration) -> Duration {
        self.base
            .and_then(|base| base.checked_add(gap))
            .map_or(Duration::ZERO, |due| due.saturating_duration_since(now))
    }

    /// Records a start. `due` is the moment that the call waited for, if it did.
    ///
    /// A timer fires late, never early. If every gap were measured from the late start, 5 ms of
    /// lateness would make 20 starts a second 18, so the gap after a start that was waited for is
    /// measured from the moment it was due. Idle time is not saved up.
    pub(super) fn start(&mut self, now: Instant, gap: Duration, due: Option<Instant>) {
        let is_late = |due: &Instant| *due <= now && now.duration_since(*due) < gap;
        self.base = Some(due.filter(is_late).unwrap_or(now));
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

    const GAP: Duration = Duration::from_millis(250);

    #[test]
    fn starts_are_a_gap_apart_and_idle_time_is_not_saved_up() {
        let (mut spacing, start) = (Spacing::default(), Instant::now());
        let at = |ms| start + Duration::from_millis(ms);
        assert_eq!(spacing.wait(at(0), GAP), Duration::ZERO);
        spacing.start(at(0), GAP, None);
        assert_eq!(spacing.wait(at(0), GAP), GAP);
        assert_eq!(spacing.wait(at(100), GAP), Duration::from_millis(150));
        spacing.start(at(5000), GAP, None);
        assert_eq!(spacing.wait(at(5000), GAP), GAP);
    }

    #[test]
    fn a_late_timer_does_not_slow_the_queue_down() {
        let (mut spacing, start) = (Spacing::default(), Instant::now());
        let at = |ms| start + Duration::from_millis(ms);
        spacing.start(at(0), GAP, None);
        spacing.start(at(255), GAP, Some(at(250)));
        assert_eq!(spacing.wait(at(255), GAP), Duration::from_millis(245));
        // A call that did not wait keeps the whole gap behind it.
        spacing.start(at(745), GAP, None);
        assert_eq!(spacing.wait(at(745), GAP), GAP);
        // Nor is a gap made up for that was missed as a whole.
        spacing.start(at(1300), GAP, Some(at(995)));
        assert_eq!(spacing.wait(at(1300), GAP), GAP);
    }

    #[test]
    fn asking_for_the_wait_reserves_nothing() {
        let (mut spacing, now) = (Spacing::default(), Instant::now());
        spacing.start(now, GAP, None);
        for _ in 0..1000 {
            assert_eq!(spacing.wait(now, GAP), GAP);
        }
    }

    #[test]
    fn a_clock_that_stands_still_piles_up_no_starts() {
        let (mut spacing, now) = (Spacing::default(), Instant::now());
        for _ in 0..10 {
            spacing.start(now, GAP, Some(now + GAP));
        }
        assert_eq!(spacing.wait(now, GAP), GAP);
    }
}
