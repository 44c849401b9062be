//! Ending a run before its end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// A switch that ends a run: what was accepted is stored, and the run ends
/// [`End::Interrupted`](crate::End::Interrupted).
///
/// Clones are the same switch.
#[derive(Debug, Clone, Default)]
pub struct Interrupt(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    triggered: AtomicBool,
    notify: Notify,
}

impl Interrupt {
    /// Returns a switch that is not triggered.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends the runs that have this switch.
    pub fn trigger(&self) {
        self.0.triggered.store(true, Ordering::SeqCst);
        self.0.notify.notify_waiters();
    }

    /// Returns `true` once the switch was triggered.
    #[must_use]
    pub fn is_triggered(&self) -> bool {
        self.0.triggered.load(Ordering::SeqCst)
    }

    /// Completes when the switch is triggered.
    pub(crate) async fn triggered(&self) {
        let notified = self.0.notify.notified();
        tokio::pin!(notified);
        // Registered before the look, so that no trigger falls between the two.
        notified.as_mut().enable();
        if !self.is_triggered() {
            notified.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_trigger_before_and_after_the_wait_is_seen() {
        let interrupt = Interrupt::new();
        let waiting = interrupt.clone();
        let waiter = tokio::spawn(async move { waiting.triggered().await });
        tokio::task::yield_now().await;
        assert!(!interrupt.is_triggered() && !waiter.is_finished());
        interrupt.trigger();
        waiter.await.unwrap();
        interrupt.triggered().await;
    }
}
