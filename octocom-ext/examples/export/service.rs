//! Where the conversations come from: the live service, or a sandbox of our own.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use octocom_ext::Client;
use octocom_sandbox::Sandbox;

use crate::common;
use crate::counter::Counter;

/// Conversations of the embedded sandbox.
const CONVERSATIONS: u64 = 10_000;
/// Requests that the sandbox answers 429 in a run of either kind, about, and the delay it asks for.
const RATE_LIMITED: (f64, Duration) = (6.0, Duration::from_secs(1));
/// Conversations on a page of the list.
const PAGE_SIZE: u64 = 50;

/// A client, what it counts, and the sandbox it talks to if that is ours.
pub(crate) struct Service {
    pub(crate) client: Client,
    pub(crate) counter: Arc<Counter>,
    sandbox: Option<Sandbox>,
}

impl Service {
    /// The live service when `OCTOCOM_API_KEY` is set, otherwise a sandbox.
    ///
    /// `details` says that every conversation will be asked for by itself.
    pub(crate) async fn from_env(details: bool) -> Result<Self> {
        let counter = Arc::new(Counter::default());
        let builder = Client::builder()
            .with_user_agent_suffix("octocom-export")
            .with_observer(Arc::clone(&counter) as _);
        let (answers, delay) = RATE_LIMITED;
        let requests = if details {
            CONVERSATIONS
        } else {
            CONVERSATIONS / PAGE_SIZE
        };
        let share = answers / f64::from(u32::try_from(requests)?);
        let sandbox = Sandbox::builder()
            .conversations(CONVERSATIONS)
            .rate_limited(share, delay);
        let doing = format!("exporting from a sandbox of {CONVERSATIONS} made-up conversations");
        let (client, sandbox) = common::connect(builder, sandbox, &doing).await?;
        Ok(Self {
            client,
            counter,
            sandbox,
        })
    }

    pub(crate) async fn stop(self) {
        if let Some(sandbox) = self.sandbox {
            sandbox.shutdown().await;
        }
    }
}
