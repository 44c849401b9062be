//! A running sandbox.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::builder::Builder;
use crate::connection::{Doorway, Peer};
use crate::model::Conversation;
use crate::record::{OutboundEmail, Purchase};
use crate::server::Server;
use crate::start_error::StartError;
use crate::timestamp::Timestamp;

/// Longest wait for requests that are under way when the sandbox is shut down.
const SHUTDOWN_WAIT: Duration = Duration::from_secs(5);

/// A running sandbox: an Octocom server of one's own, in this process.
///
/// Dropping it stops it; [`shutdown`](Self::shutdown) also waits until it has stopped.
#[derive(Debug)]
pub struct Sandbox {
    server: Arc<Server>,
    address: SocketAddr,
    url: String,
    /// Dropped or sent, it stops the server.
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Sandbox {
    /// Settings of a new sandbox.
    pub fn builder() -> Builder {
        Builder::new()
    }

    pub(crate) async fn start(server: Server, address: SocketAddr) -> Result<Self, StartError> {
        let refuse = |source| StartError::Bind { address, source };
        let listener = TcpListener::bind(address).await.map_err(refuse)?;
        let bound = listener.local_addr().map_err(refuse)?;
        let server = Arc::new(server);
        let router = server
            .router()
            .into_make_service_with_connect_info::<Peer>();
        let (stop, stopped) = oneshot::channel::<()>();
        let serve = axum::serve(Doorway(listener), router).with_graceful_shutdown(async {
            // An error means that the sandbox was dropped, which stops the server as well.
            let _ = stopped.await;
        });
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

    /// The base URL, `http://127.0.0.1:PORT` unless another address was asked for.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The address that it listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The API key that it accepts.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.server.settings.key
    }

    /// Number of requests answered so far, refused and reset ones included.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.server.answered()
    }

    /// Emails that were sent, oldest first.
    #[must_use]
    pub fn outbox(&self) -> Vec<OutboundEmail> {
        self.server.state().outbox.to_vec()
    }

    /// Purchases that were recorded, oldest first.
    #[must_use]
    pub fn purchases(&self) -> Vec<Purchase> {
        self.server.state().purchases.to_vec()
    }

    /// Rows that were added to a spreadsheet, oldest first, each as column and value.
    #[must_use]
    pub fn sheet_rows(&self, spreadsheet: &str) -> Vec<Vec<(String, String)>> {
        let state = self.server.state();
        let rows = state.sheets.get(spreadsheet).into_iter().flatten();
        rows.map(|row| row.clone().into_iter().collect()).collect()
    }

    /// Browser sessions for which purchases can be recorded.
    #[must_use]
    pub fn browser_sessions(&self) -> Vec<Uuid> {
        self.server.state().browser_sessions()
    }

    /// Adds a conversation of this creation date, also one in the past, and returns its id.
    ///
    /// The API cannot do that; a test of a listing can want it. The date is kept to the millisecond.
    #[expect(
        clippy::must_use_candidate,
        reason = "what it does may be all that is wanted"
    )]
    pub fn insert_conversation(&self, created_at: SystemTime) -> Uuid {
        let mut state = self.server.state();
        let created_at = Timestamp::from(created_at);
        let (id, public_id) = state.conversations.next_id(created_at);
        let business = state
            .data
            .businesses
            .first()
            .map_or("", |business| business.slug);
        let conversation = Conversation::new(id, public_id, business, created_at);
        state.conversations.insert(conversation);
        id
    }

    /// Takes a conversation away; false when there is none.
    ///
    /// The API cannot do that; a test of a listing can want it.
    #[expect(
        clippy::must_use_candidate,
        reason = "what it does may be all that is wanted"
    )]
    pub fn remove_conversation(&self, id: Uuid) -> bool {
        let mut state = self.server.state();
        let number = state.conversations.number(id);
        if let Some(number) = number {
            state.conversations.remove(number);
        }
        number.is_some()
    }

    /// Stops the server and waits, at most 5 seconds, for requests that are under way.
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
