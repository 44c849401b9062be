//! Waits, clocks and random numbers, which tests can replace.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use octocom_api::BoxFuture;

/// Provides waits and clocks to a [`Client`](crate::Client).
///
/// The client uses its sleeper for every wait and every clock. A test that sets its own
/// ([`with_sleeper`](crate::ClientBuilder::with_sleeper)) can record the waits and finish at once.
/// Do not pause tokio's clock instead: while a connection is open, the paused clock jumps to the
/// next timer and timeouts fire too early.
///
/// The timeout of an attempt is not affected; the HTTP client measures it.
pub trait Sleeper: fmt::Debug + Send + Sync {
    /// Completes when `duration` has passed.
    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()>;

    /// Completes when `left` has passed, the rest of a call's deadline, while the call waits for
    /// other calls.
    ///
    /// When this future completes, the call fails. A sleeper that does not really wait should
    /// therefore return a future that never completes. Default: `sleep`.
    fn expire(&self, left: Duration) -> BoxFuture<'_, ()> {
        self.sleep(left)
    }

    /// Returns the time of the monotonic clock, for deadlines and rate limits.
    fn now(&self) -> Instant;

    /// Returns the time of the system clock. It is compared with dates in headers if a response has
    /// no `Date`.
    fn system_time(&self) -> SystemTime;
}

/// An `Arc` of a sleeper, to keep a copy of it.
impl<S: Sleeper + ?Sized> Sleeper for Arc<S> {
    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        (**self).sleep(duration)
    }

    fn expire(&self, left: Duration) -> BoxFuture<'_, ()> {
        (**self).expire(left)
    }

    fn now(&self) -> Instant {
        (**self).now()
    }

    fn system_time(&self) -> SystemTime {
        (**self).system_time()
    }
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

/// A source of random numbers, for jitter.
pub trait Random: fmt::Debug + Send + Sync {
    /// Returns a number from 0 to below 1. Other values are brought into that range.
    fn unit(&self) -> f64;
}

impl<R: Random + ?Sized> Random for Arc<R> {
    fn unit(&self) -> f64 {
        (**self).unit()
    }
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
