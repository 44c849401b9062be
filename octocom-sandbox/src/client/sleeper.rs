//! A sleeper that does not wait.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use octocom_api::BoxFuture;
use octocom_ext::Sleeper;

use crate::control::Control;

/// A sleeper that moves the sandbox's clock forward instead of sleeping, so that rate limits end
/// and replies of the bot become due.
///
/// Clones record the same waits, so a test can keep one:
///
/// ```
/// use std::time::Duration;
///
/// use octocom_sandbox::{FaultPlan, Sandbox};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let plan = FaultPlan::on("list_businesses").times(1, "rate-limit=60".parse()?);
/// let sandbox = Sandbox::builder().plan(plan).start().await?;
/// let sleeper = sandbox.sleeper();
/// let client = sandbox.client_builder().with_sleeper(sleeper.clone()).build()?;
///
/// client.businesses().all().await?;
/// assert!(sleeper.waits()[0] > Duration::from_secs(55));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct SandboxSleeper {
    control: Control,
    waits: Arc<Mutex<Vec<Duration>>>,
}

impl SandboxSleeper {
    pub(super) fn new(control: Control) -> Self {
        Self {
            control,
            waits: Arc::default(),
        }
    }

    /// Returns the waits that the client asked for, in order.
    #[must_use]
    pub fn waits(&self) -> Vec<Duration> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Duration>> {
        self.waits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sleeper for SandboxSleeper {
    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        self.lock().push(duration);
        self.control.advance(duration);
        // Others that wait for the same time get their turn.
        Box::pin(tokio::task::yield_now())
    }

    /// Never completes, because no real time passes.
    fn expire(&self, _left: Duration) -> BoxFuture<'_, ()> {
        Box::pin(std::future::pending())
    }

    fn now(&self) -> Instant {
        let waited: Duration = self.lock().iter().sum();
        Instant::now() + waited
    }

    fn system_time(&self) -> SystemTime {
        self.control.now()
    }
}
