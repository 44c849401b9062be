//! The end of the sandbox, for everything that waits.

use tokio::sync::watch;

/// Tells when the sandbox is shut down.
#[derive(Debug, Clone)]
pub(crate) struct Stopped(watch::Receiver<()>);

impl Stopped {
    /// The sender ends the sandbox when it is dropped.
    pub(crate) fn new() -> (watch::Sender<()>, Self) {
        let (stop, stopped) = watch::channel(());
        (stop, Self(stopped))
    }

    /// Completes once the sandbox is shut down.
    pub(crate) async fn reached(&self) {
        let mut stopped = self.0.clone();
        // It never changes: an error means that the sender is gone.
        while stopped.changed().await.is_ok() {}
    }
}
