//! Tells when a sandbox has answered a certain number of requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use octocom_sandbox::RequestRecord;
use tokio::process::Child;
use tokio::sync::Notify;

pub(crate) struct Bell {
    left: Arc<AtomicU64>,
    rung: Arc<Notify>,
}

impl Bell {
    pub(crate) fn new() -> Self {
        Self {
            left: Arc::new(AtomicU64::new(u64::MAX)),
            rung: Arc::new(Notify::new()),
        }
    }

    /// For the sandbox's `on_request`.
    pub(crate) fn counter(&self) -> impl Fn(&RequestRecord) + Send + Sync + 'static {
        let (left, rung) = (Arc::clone(&self.left), Arc::clone(&self.rung));
        move |_| {
            if left.fetch_sub(1, Ordering::SeqCst) == 1 {
                rung.notify_one();
            }
        }
    }

    /// Starts a process and waits until so many requests were answered, or it has ended.
    pub(crate) async fn after(&self, requests: u64, spawn: impl FnOnce() -> Child) -> Child {
        self.left.store(requests, Ordering::SeqCst);
        let mut child = spawn();
        tokio::select! {
            () = self.rung.notified() => {}
            _ = child.wait() => {}
        }
        self.left.store(u64::MAX, Ordering::SeqCst);
        child
    }
}
