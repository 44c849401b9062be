//! Waiting, the clock and chance: everything a test replaces so that it never sleeps.

use std::fmt;
use std::time::{Duration, Instant, SystemTime};

use octocom_api::BoxFuture;

/// Waits, and tells the time.
///
/// A [`Client`](crate::Client) asks its sleeper for every wait and every reading of the clock, so
/// a test that puts its own in place ([`with_sleeper`](crate::ClientBuilder::with_sleeper)) records
/// the waits and finishes at once. A paused tokio clock is no substitute where a socket is open:
/// it jumps to the next timer while the kernel still delivers bytes, and timeouts fire that should
/// not.
///
/// One thing stays outside: an attempt on the wire ends by the HTTP client's own timer.
pub trait Sleeper: fmt::Debug + Send + Sync {
    /// Completes once `duration` has passed.
    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()>;

    /// Completes once `left` has passed: what is left of a call's deadline, while the call waits
    /// for its turn behind other calls.
    ///
    /// Unlike [`sleep`](Self::sleep), its end is a failure, so a sleeper that does not wait should
    /// return a future that never completes. Default: `sleep`.
    fn expire(&self, left: Duration) -> BoxFuture<'_, ()> {
        self.sleep(left)
    }

    /// The monotonic clock, which deadlines and cool-downs are measured with.
    fn now(&self) -> Instant;

    /// The calendar clock, which an HTTP-date is compared with when the answer has no `Date`.
    fn system_time(&self) -> SystemTime;
}

/// The sleeper of a client that was given no other: tokio's timer and the system's clocks.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct TokioSleeper;

impl Sleeper for TokioSleeper {
    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(duration))
    }

    fn now(&self) -> Instant {
        Instant::now()
    }

    fn system_time(&self) -> SystemTime {
        SystemTime::now()
    }
}

/// The source of jitter.
pub trait Random: fmt::Debug + Send + Sync {
    /// A number from 0 inclusive to 1 exclusive; anything else is brought into that range.
    fn unit(&self) -> f64;
}

/// The source of jitter of a client that was given no other: a fast generator, seeded by the system.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SystemRandom;

impl Random for SystemRandom {
    fn unit(&self) -> f64 {
        fastrand::f64()
    }
}

/// A random part of a duration: from zero to just under the whole.
pub(crate) fn part_of(duration: Duration, random: &dyn Random) -> Duration {
    let unit = random.unit();
    if unit.is_nan() {
        Duration::ZERO
    } else {
        duration.mul_f64(unit.clamp(0.0, 1.0))
    }
}

/// Chance that a test is in charge of: always the same number.
#[cfg(test)]
#[derive(Debug)]
pub(crate) struct Always(pub(crate) f64);

#[cfg(test)]
impl Random for Always {
    fn unit(&self) -> f64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_never_more_than_the_whole_whatever_the_source_says() {
        let second = Duration::from_secs(1);
        for (unit, expected) in [
            (0.0, 0),
            (0.5, 500),
            (1.0, 1000),
            (-3.0, 0),
            (7.0, 1000),
            (f64::NAN, 0),
        ] {
            assert_eq!(
                part_of(second, &Always(unit)),
                Duration::from_millis(expected),
                "{unit}"
            );
        }
    }

    #[test]
    fn the_system_source_stays_in_its_range() {
        for _ in 0..1000 {
            let unit = SystemRandom.unit();
            assert!((0.0..1.0).contains(&unit), "{unit}");
        }
    }
}
