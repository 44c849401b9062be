//! Requests, retries and waits of the client, for who watches a run.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use octocom_ext::{AttemptEvent, ErrorKind, Observer};

/// Counts what the client sends, and remembers until when it waits.
#[derive(Debug, Default)]
pub(crate) struct Waits {
    requests: AtomicU64,
    retries: AtomicU64,
    waiting: Mutex<Option<Wait>>,
}

/// A wait before the next attempt.
#[derive(Debug, Clone, Copy)]
struct Wait {
    until: Instant,
    reason: &'static str,
}

/// Waits that are too short to be told.
const SHORTEST: Duration = Duration::from_secs(2);

impl Waits {
    /// Requests so far, and how many of them were retries.
    pub(crate) fn counts(&self) -> (u64, u64) {
        let read = |number: &AtomicU64| number.load(Ordering::Relaxed);
        (read(&self.requests), read(&self.retries))
    }

    /// Says that the run waits, as in "waiting 30 s: rate limit"; `None` if it does not.
    pub(crate) fn message(&self, now: Instant) -> Option<String> {
        let waiting = self.waiting.lock().ok()?;
        let wait = waiting.as_ref().filter(|wait| wait.until > now)?;
        let left = wait.until.duration_since(now);
        // A second that has begun counts.
        let seconds = left.as_secs() + u64::from(left.subsec_nanos() > 0);
        Some(format!("waiting {seconds} s: {}", wait.reason))
    }

    /// Notes a wait. The longest that is under way is told.
    pub(crate) fn wait(&self, delay: Duration, reason: &'static str) {
        let Some(until) = Instant::now()
            .checked_add(delay)
            .filter(|_| delay >= SHORTEST)
        else {
            return;
        };
        if let Ok(mut waiting) = self.waiting.lock()
            && waiting.is_none_or(|wait| wait.until < until)
        {
            *waiting = Some(Wait { until, reason });
        }
    }
}

impl Observer for Waits {
    fn attempt(&self, event: &AttemptEvent) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        if event.attempt > 1 {
            self.retries.fetch_add(1, Ordering::Relaxed);
        }
        if let (Some(delay), Some(kind)) = (event.delay, event.error) {
            self.wait(delay, reason(kind));
        }
    }
}

fn reason(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::RateLimited | ErrorKind::Quota => "rate limit",
        ErrorKind::Connect | ErrorKind::Interrupted | ErrorKind::Timeout => "no connection",
        _ => "the server is busy",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_wait_is_told_in_whole_seconds() {
        let waits = Waits::default();
        let now = Instant::now();
        assert_eq!(waits.message(now), None);
        waits.wait(Duration::from_secs(1), "rate limit");
        assert_eq!(waits.message(now), None, "too short to be told");
        waits.wait(Duration::from_secs(30), "rate limit");
        waits.wait(Duration::from_secs(5), "no connection");
        let message = waits.message(Instant::now()).unwrap();
        assert_eq!(message, "waiting 30 s: rate limit");
        assert_eq!(waits.message(now + Duration::from_secs(60)), None);
    }
}
