//! The delay before a retry when the server names none.

use std::time::Duration;

use crate::time::{Random, part_of};

/// Exponential backoff with full jitter.
///
/// The delay before retry *n* (counted from 1) is random between zero and the smaller of
/// `initial` × 2ⁿ⁻¹ and `max`. Full jitter, and not a fixed delay with a little noise, because it
/// finishes the same work with the fewest requests when many clients fail at once
/// ("Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Backoff {
    /// Upper bound of the first delay.
    pub(crate) initial: Duration,
    /// Upper bound of every delay.
    pub(crate) max: Duration,
}

impl Default for Backoff {
    /// 500 milliseconds, doubling to 8 seconds: at the fourth retry half a minute may have gone
    /// by, which outlasts the restart of a server.
    fn default() -> Self {
        Self {
            initial: Duration::from_millis(500),
            max: Duration::from_secs(8),
        }
    }
}

impl Backoff {
    /// The longest delay before this retry, counted from 1.
    pub(crate) fn bound(self, retry: u32) -> Duration {
        let factor = 2_u32
            .checked_pow(retry.saturating_sub(1))
            .unwrap_or(u32::MAX);
        self.initial.saturating_mul(factor).min(self.max)
    }

    /// The delay before this retry, counted from 1.
    pub(crate) fn delay(self, retry: u32, random: &dyn Random) -> Duration {
        part_of(self.bound(retry), random)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::time::Always;

    #[test]
    fn the_bound_doubles_up_to_the_maximum() {
        let bounds: Vec<_> = (1..=7)
            .map(|retry| Backoff::default().bound(retry).as_millis())
            .collect();
        assert_eq!(bounds, [500, 1000, 2000, 4000, 8000, 8000, 8000]);
        assert_eq!(Backoff::default().bound(u32::MAX), Duration::from_secs(8));
    }

    proptest! {
        #[test]
        fn a_delay_lies_between_zero_and_its_bound_and_bounds_never_shrink(
            initial in 1_u64..100_000,
            factor in 1_u64..1_000,
            retry in 1_u32..200,
            unit in 0.0..1.0,
        ) {
            let initial = Duration::from_millis(initial);
            let backoff = Backoff { initial, max: initial * u32::try_from(factor)? };
            let bound = backoff.bound(retry);
            prop_assert!(backoff.delay(retry, &Always(unit)) <= bound);
            prop_assert_eq!(backoff.delay(retry, &Always(0.0)), Duration::ZERO);
            prop_assert!(bound <= backoff.bound(retry + 1), "{:?}", backoff);
            prop_assert!(bound >= backoff.initial && bound <= backoff.max, "{:?}", bound);
        }
    }
}
