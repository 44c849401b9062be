//! Rate limits.

use std::collections::VecDeque;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::timestamp::Timestamp;

/// At most so many in any period of this length: for limits that the document states.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Window {
    limit: usize,
    period: Duration,
    /// Times of the latest admissions, oldest first.
    admitted: VecDeque<Timestamp>,
}

impl Window {
    pub(crate) fn new(limit: usize, period: Duration) -> Self {
        Self {
            limit,
            period,
            admitted: VecDeque::new(),
        }
    }

    /// Admits one, or says how long to wait.
    pub(crate) fn admit(&mut self, now: Timestamp) -> Result<(), Duration> {
        while self
            .admitted
            .front()
            .is_some_and(|oldest| now.since(*oldest) >= self.period)
        {
            self.admitted.pop_front();
        }
        match self.admitted.front() {
            Some(oldest) if self.admitted.len() >= self.limit => Err(whole_seconds(
                self.period.saturating_sub(now.since(*oldest)),
            )),
            _ => {
                self.admitted.push_back(now);
                Ok(())
            }
        }
    }
}

/// A bucket of tokens, one for each request, that fills up steadily.
#[derive(Debug, Clone)]
pub(crate) struct TokenBucket {
    capacity: f64,
    per_second: f64,
    tokens: f64,
    filled: Timestamp,
}

impl TokenBucket {
    /// A full bucket. `per_second` is above 0.
    pub(crate) fn new(capacity: u32, per_second: f64, now: Timestamp) -> Self {
        let capacity = f64::from(capacity);
        Self {
            capacity,
            per_second,
            tokens: capacity,
            filled: now,
        }
    }

    /// Takes a token, or says when the next one is there.
    pub(crate) fn take(&mut self, now: Timestamp) -> Result<(), Duration> {
        let gained = now.since(self.filled).as_secs_f64() * self.per_second;
        self.tokens = (self.tokens + gained).min(self.capacity);
        self.filled = self.filled.max(now);
        if self.tokens >= 1.0 {
            self.tokens -= 1.0;
            return Ok(());
        }
        let wait = (1.0 - self.tokens) / self.per_second;
        Err(whole_seconds(
            Duration::try_from_secs_f64(wait).unwrap_or(Duration::MAX),
        ))
    }
}

/// A wait as `Retry-After` can tell it: in whole seconds, and never too short.
fn whole_seconds(wait: Duration) -> Duration {
    let seconds = wait
        .as_secs()
        .saturating_add(u64::from(wait.subsec_nanos() > 0));
    Duration::from_secs(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_window_admits_its_limit_and_tells_when_the_oldest_leaves() {
        let mut window = Window::new(2, 10 * SECOND);
        assert_eq!(window.admit(Timestamp(0)), Ok(()));
        assert_eq!(window.admit(Timestamp(4_000)), Ok(()));
        assert_eq!(window.admit(Timestamp(6_000)), Err(4 * SECOND));
        assert_eq!(window.admit(Timestamp(10_000)), Ok(()));
        assert_eq!(window.admit(Timestamp(10_000)), Err(4 * SECOND));
    }

    #[test]
    fn a_bucket_gives_its_capacity_at_once_and_then_its_rate() {
        let mut bucket = TokenBucket::new(2, 0.5, Timestamp(0));
        assert_eq!(bucket.take(Timestamp(0)), Ok(()));
        assert_eq!(bucket.take(Timestamp(0)), Ok(()));
        assert_eq!(bucket.take(Timestamp(0)), Err(2 * SECOND));
        assert_eq!(bucket.take(Timestamp(200)), Err(2 * SECOND));
        assert_eq!(bucket.take(Timestamp(1_000)), Err(SECOND));
        assert_eq!(bucket.take(Timestamp(2_000)), Ok(()));
    }

    #[test]
    fn a_bucket_never_holds_more_than_its_capacity() {
        let mut bucket = TokenBucket::new(1, 1.0, Timestamp(0));
        assert_eq!(bucket.take(Timestamp(60_000)), Ok(()));
        assert_eq!(bucket.take(Timestamp(60_000)), Err(SECOND));
    }
}
