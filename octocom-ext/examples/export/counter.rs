//! Counts requests and retries, for the last line.

use std::sync::atomic::{AtomicU64, Ordering};

use octocom_ext::{AttemptEvent, Observer};

/// What the client sent.
#[derive(Debug, Default)]
pub(crate) struct Counter {
    requests: AtomicU64,
    retries: AtomicU64,
}

impl Counter {
    /// Requests so far, and how many of them were retries.
    pub(crate) fn read(&self) -> (u64, u64) {
        (
            self.requests.load(Ordering::Relaxed),
            self.retries.load(Ordering::Relaxed),
        )
    }
}

impl Observer for Counter {
    fn attempt(&self, event: &AttemptEvent) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        if event.attempt > 1 {
            self.retries.fetch_add(1, Ordering::Relaxed);
        }
    }
}
