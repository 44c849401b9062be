//! Ctrl-C and SIGTERM.

use crate::status::Status;

/// Calls `first` at the first signal. The second ends the process at once.
///
/// A failure to listen is ignored: the program can still be killed.
pub(crate) fn on_interrupt(first: impl FnOnce() + Send + 'static) {
    tokio::spawn(async move {
        if !interrupted().await {
            return;
        }
        first();
        if interrupted().await {
            std::process::exit(i32::from(Status::Interrupted.code()));
        }
    });
}

/// Completes at the next signal; with `false` if none can be listened for.
#[cfg(unix)]
pub(crate) async fn interrupted() -> bool {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) = (
        signal(SignalKind::interrupt()),
        signal(SignalKind::terminate()),
    ) else {
        return false;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    true
}

/// Completes at the next Ctrl-C; with `false` if none can be listened for.
#[cfg(not(unix))]
pub(crate) async fn interrupted() -> bool {
    tokio::signal::ctrl_c().await.is_ok()
}
