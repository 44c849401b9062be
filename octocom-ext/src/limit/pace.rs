//! Attempts a second, over all groups of a client.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Spreads starts evenly over time.
#[derive(Debug)]
pub(crate) struct Pace {
    gap: Duration,
    next: Mutex<Option<Instant>>,
}

impl Pace {
    /// `per_second` is a positive number.
    pub(crate) fn new(per_second: f64) -> Self {
        let gap = Duration::try_from_secs_f64(1.0 / per_second).unwrap_or(Duration::MAX);
        Self {
            gap,
            next: Mutex::new(None),
        }
    }

    /// Reserves the next start and returns the wait until then; `Err` with the wait when it is not
    /// shorter than `left`, and nothing is reserved.
    ///
    /// A call that is dropped while it waits leaves its place empty.
    pub(crate) fn reserve(
        &self,
        now: Instant,
        left: Option<Duration>,
    ) -> Result<Duration, Duration> {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let start = next.map_or(now, |next| next.max(now));
        let wait = start.saturating_duration_since(now);
        if left.is_some_and(|left| wait >= left) {
            return Err(wait);
        }
        *next = start.checked_add(self.gap);
        Ok(wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_are_evenly_spread_and_idle_time_is_not_saved_up() {
        let (pace, now) = (Pace::new(4.0), Instant::now());
        let wait = |at: u64, left| {
            let result = pace.reserve(now + Duration::from_millis(at), left);
            result
                .map(|wait| wait.as_millis())
                .map_err(|wait| wait.as_millis())
        };
        assert_eq!(wait(0, None), Ok(0));
        assert_eq!(wait(0, None), Ok(250));
        assert_eq!(wait(100, None), Ok(400));
        // Five seconds later there is no burst.
        assert_eq!(wait(5000, None), Ok(0));
        assert_eq!(wait(5000, None), Ok(250));
    }

    #[test]
    fn a_start_after_the_deadline_is_refused_and_takes_no_place() {
        let (pace, now) = (Pace::new(1.0), Instant::now());
        let second = Duration::from_secs(1);
        assert_eq!(pace.reserve(now, Some(second)), Ok(Duration::ZERO));
        assert_eq!(pace.reserve(now, Some(second)), Err(second));
        assert_eq!(pace.reserve(now, Some(second * 2)), Ok(second));
    }
}
