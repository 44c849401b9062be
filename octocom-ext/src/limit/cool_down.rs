//! The time until which a limit group is held back.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::time::{Random, part_of};

/// Shortest window over which waiting calls are released.
const MIN_WINDOW: Duration = Duration::from_millis(250);
/// Longest window over which waiting calls are released.
const MAX_WINDOW: Duration = Duration::from_secs(5);

/// Until when the calls of a group wait.
#[derive(Debug, Default)]
pub(crate) struct CoolDown(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    until: Option<Instant>,
    window: Duration,
    /// Calls that were told to wait since the cool-down began.
    waiting: u64,
}

/// A wait that somebody was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wait {
    /// End of the cool-down.
    pub(crate) until: Instant,
    /// From now to the end.
    pub(crate) rest: Duration,
    /// On top, so that not all start at once.
    pub(crate) spread: Duration,
}

impl CoolDown {
    /// Holds the group back. A cool-down is never shortened.
    ///
    /// One that is still in force is prolonged, and the calls that wait for it go on being counted:
    /// thirty answers of 429 within the same instant are thirty calls to spread, not thirty times
    /// the first.
    pub(crate) fn hold(&self, now: Instant, delay: Duration) {
        let Some(until) = now.checked_add(delay) else {
            return;
        };
        let mut state = self.state();
        if state.until.is_none_or(|current| current <= now) {
            state.waiting = 0;
        }
        if state.until.is_none_or(|current| current < until) {
            state.until = Some(until);
            state.window = (delay / 4).clamp(MIN_WINDOW, MAX_WINDOW);
        }
    }

    /// The wait until the cool-down is over; `None` when it is, or when the caller has already
    /// waited for this end.
    pub(crate) fn wait(
        &self,
        now: Instant,
        waited_until: Option<Instant>,
        random: &dyn Random,
    ) -> Option<Wait> {
        let mut state = self.state();
        let until = state.until?;
        if waited_until.is_some_and(|waited| waited >= until) {
            return None;
        }
        let rest = until
            .checked_duration_since(now)
            .filter(|rest| !rest.is_zero())?;
        let spread = if state.waiting == 0 {
            Duration::ZERO
        } else {
            part_of(state.window, random)
        };
        state.waiting = state.waiting.saturating_add(1);
        Some(Wait {
            until,
            rest,
            spread,
        })
    }

    /// Whether a call has to wait that has waited until then already.
    pub(crate) fn is_held(&self, now: Instant, waited_until: Option<Instant>) -> bool {
        let until = self.state().until;
        until.is_some_and(|until| until > now && waited_until.is_none_or(|waited| waited < until))
    }

    /// Whether nobody has to wait.
    pub(crate) fn is_over(&self, now: Instant) -> bool {
        self.state().until.is_none_or(|until| until <= now)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{Always, SystemRandom};

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn the_first_call_waits_exactly_and_every_other_a_part_of_the_window_longer() {
        let (cool_down, now) = (CoolDown::default(), Instant::now());
        assert_eq!(cool_down.wait(now, None, &Always(0.5)), None);
        cool_down.hold(now, 8 * SECOND);
        let spread = || cool_down.wait(now, None, &Always(0.5)).unwrap().spread;
        assert_eq!(
            [spread(), spread(), spread()],
            [Duration::ZERO, SECOND, SECOND]
        );
    }

    #[test]
    fn a_hundred_calls_do_not_start_in_the_same_instant() {
        let (cool_down, now) = (CoolDown::default(), Instant::now());
        cool_down.hold(now, 8 * SECOND);
        let mut starts: Vec<_> = (0..100)
            .map(|_| cool_down.wait(now, None, &SystemRandom).unwrap())
            .map(|wait| wait.rest + wait.spread)
            .collect();
        starts.sort();
        assert_eq!(starts[0], 8 * SECOND);
        assert!(starts[99] <= 10 * SECOND, "{starts:?}");
        // Evenly spread they are 20 ms apart; ten in the same tenth of that are none of chance.
        assert!(
            starts.windows(10).all(|ten| ten[9] - ten[0] > SECOND / 500),
            "{starts:?}"
        );
    }

    #[test]
    fn calls_that_each_bring_a_delay_are_spread_too() {
        let (cool_down, now) = (CoolDown::default(), Instant::now());
        let spreads = [0, 1, 2].map(|millisecond| {
            let now = now + Duration::from_millis(millisecond);
            cool_down.hold(now, 8 * SECOND);
            cool_down.wait(now, None, &Always(0.5)).unwrap().spread
        });
        assert_eq!(spreads, [Duration::ZERO, SECOND, SECOND]);
        // The next cool-down has a first call again.
        let later = now + 9 * SECOND;
        cool_down.hold(later, 8 * SECOND);
        assert_eq!(
            cool_down.wait(later, None, &Always(0.5)).unwrap().spread,
            Duration::ZERO
        );
    }

    #[test]
    fn the_window_has_a_least_and_a_greatest_length() {
        for (delay, window) in [(1, 250), (1000, 250), (4000, 1000), (3_600_000, 5000)] {
            let (cool_down, now) = (CoolDown::default(), Instant::now());
            cool_down.hold(now, Duration::from_millis(delay));
            cool_down.wait(now, None, &Always(0.5)).unwrap();
            let spread = cool_down.wait(now, None, &Always(0.5)).unwrap().spread;
            assert_eq!(spread, Duration::from_millis(window) / 2, "{delay}");
        }
    }

    #[test]
    fn a_cool_down_is_prolonged_and_never_shortened() {
        let (cool_down, now) = (CoolDown::default(), Instant::now());
        cool_down.hold(now, 3 * SECOND);
        cool_down.hold(now, SECOND);
        let first = cool_down.wait(now, None, &Always(0.5)).unwrap();
        assert_eq!(first.rest, 3 * SECOND);
        // Who has waited for this end goes on, whatever the clock says.
        assert_eq!(cool_down.wait(now, Some(first.until), &Always(0.5)), None);
        cool_down.hold(now, 4 * SECOND);
        assert_eq!(
            cool_down
                .wait(now, Some(first.until), &Always(0.5))
                .unwrap()
                .rest,
            4 * SECOND
        );
    }

    #[test]
    fn it_is_over_when_its_time_has_come() {
        let (cool_down, now) = (CoolDown::default(), Instant::now());
        cool_down.hold(now, SECOND);
        assert!(!cool_down.is_over(now));
        assert!(cool_down.is_over(now + SECOND));
        assert_eq!(cool_down.wait(now + SECOND, None, &Always(0.5)), None);
    }

    #[test]
    fn a_delay_beyond_all_time_holds_back_nobody() {
        let (cool_down, now) = (CoolDown::default(), Instant::now());
        cool_down.hold(now, Duration::MAX);
        assert!(cool_down.is_over(now));
    }
}
