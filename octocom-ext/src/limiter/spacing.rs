//! The time between two starts.

use std::time::{Duration, Instant};

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
