//! A running sandbox.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::builder::Builder;
use crate::connection::{Peer, ResettableListener};
use crate::control::Control;
use crate::model::Conversation;
use crate::record::{OutboundEmail, Purchase};
use crate::records::RecordKind;
use crate::server::Server;
use crate::start_error::StartError;
use crate::timestamp::Timestamp;

/// Longest wait for requests that are under way when the sandbox is shut down.
const SHUTDOWN_WAIT: Duration = Duration::from_secs(5);

/// A running sandbox server in this process.
///
/// Dropping it stops the server. [`shutdown`](Self::shutdown) also waits until it has stopped.
#[derive(Debug)]
pub struct Sandbox {
    server: Arc<Server>,
    address: SocketAddr,
    url: String,
    /// Dropped, it stops the server.
    stop: watch::Sender<()>,
    task: JoinHandle<()>,
}

impl Sandbox {
    /// Returns a builder to configure and start a sandbox.
    pub fn builder() -> Builder {
        Builder::new()
    }

    pub(crate) async fn start(
        server: Server,
        address: SocketAddr,
        stop: watch::Sender<()>,
    ) -> Result<Self, StartError> {
        let refuse = |source| StartError::Bind { address, source };
        let listener = TcpListener::bind(address).await.map_err(refuse)?;
        let bound = listener.local_addr().map_err(refuse)?;
        let server = Arc::new(server);
        let router = server
            .router()
            .into_make_service_with_connect_info::<Peer>();
        let stopped = server.stopped();
        let stopping = async move { stopped.reached().await };
        let serve =
            axum::serve(ResettableListener(listener), router).with_graceful_shutdown(stopping);
        let task = tokio::spawn(async move {
            // It never ends with an error (axum's documentation).
            let _ = serve.await;
        });
        Ok(Self {
            server,
            address: bound,
            url: format!("http://{bound}"),
            stop,
            task,
        })
    }

    /// Returns the base URL: `http://127.0.0.1:PORT`, unless another address was set.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the address on which it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the API key.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.server.settings.key
    }

    /// Returns the number of requests so far, including refused and reset ones.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.server.answered()
    }

    /// Returns a control for the sandbox: data, faults, the clock, received requests.
    #[must_use]
    pub fn control(&self) -> Control {
        Control::new(Arc::clone(&self.server))
    }

    /// Returns the emails that were sent, oldest first.
    #[must_use]
    pub fn outbox(&self) -> Vec<OutboundEmail> {
        self.control().outbox().unwrap_or_default()
    }

    /// Returns the purchases that were recorded, oldest first.
    #[must_use]
    pub fn purchases(&self) -> Vec<Purchase> {
        self.control().purchases().unwrap_or_default()
    }

    /// Returns the rows that were added to a spreadsheet, oldest first: header and value of each
    /// cell, in the order of the columns. Empty if the spreadsheet does not exist.
    #[must_use]
    pub fn sheet_rows(&self, spreadsheet: &str) -> Vec<Vec<(String, String)>> {
        self.control().sheet_rows(spreadsheet).unwrap_or_default()
    }

    /// Returns the browser sessions for which purchases can be recorded.
    #[must_use]
    pub fn browser_sessions(&self) -> Vec<Uuid> {
        self.control().browser_sessions().unwrap_or_default()
    }

    /// Adds a conversation with this creation date, which may be in the past, and returns its id.
    ///
    /// The date has a precision of milliseconds. [`Control::insert`] adds conversations with any
    /// fields.
    #[expect(
        clippy::must_use_candidate,
        reason = "the effect may be all that is wanted"
    )]
    pub fn insert_conversation(&self, created_at: SystemTime) -> Uuid {
        let mut world = self.server.world();
        let created_at = Timestamp::from(created_at);
        // The organization from the start stays as long as the sandbox.
        let Some(organization) = world.organizations.first_mut() else {
            return Uuid::nil();
        };
        let state = &mut organization.state;
        let (id, public_id) = state.conversations.next_id(created_at);
        let business = state.first_business();
        let conversation = Conversation::new(id, public_id, business, created_at);
        state.conversations.put(conversation);
        id
    }

    /// Removes a conversation without a trace. Returns `false` if it does not exist.
    #[expect(
        clippy::must_use_candidate,
        reason = "the effect may be all that is wanted"
    )]
    pub fn remove_conversation(&self, id: Uuid) -> bool {
        let removed = self
            .control()
            .remove(RecordKind::Conversations, &id.to_string());
        removed.is_ok()
    }

    /// Stops the server and waits up to 5 seconds for requests in progress.
    pub async fn shutdown(self) {
        let Self { stop, mut task, .. } = self;
        drop(stop);
        if tokio::time::timeout(SHUTDOWN_WAIT, &mut task)
            .await
            .is_err()
        {
            task.abort();
        }
    }
}
