//! A run: what it may do, and its entry points.

use std::sync::Arc;
use std::time::Duration;

use octocom_ext::Client;

use crate::error::{Error, Result};
use crate::event::{Event, Events};
use crate::export::Export;
use crate::exporting;
use crate::interrupt::Interrupt;
use crate::pipeline::{self, Pipeline, Sink};
use crate::privacy::Privacy;
use crate::report::Report;
use crate::sync::AccountSync;
use crate::syncing;

/// Collects whole lists: to a file ([`export`](Self::export)), to a SQLite database
/// ([`sync`](Self::sync)) or to a pipeline ([`pipe`](Self::pipe)).
///
/// | setting | default |
/// |---|---|
/// | details fetched at once | 8 |
/// | time between two savings of the progress | 5 seconds |
/// | margin for records that become visible late | 10 minutes |
/// | time without any success before a run ends | 15 minutes |
/// | failures that are accepted | 0 |
/// | personal data | as it is |
/// | records, time | no limit |
#[derive(Debug, Clone)]
#[must_use]
pub struct Collector {
    pub(crate) client: Client,
    pub(crate) settings: Settings,
}

/// The settings of a run.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) api_key: Option<ApiKeyText>,
    pub(crate) same_account: bool,
    pub(crate) concurrency: usize,
    pub(crate) max_items: Option<u64>,
    pub(crate) deadline: Option<Duration>,
    pub(crate) accept_failures: u64,
    pub(crate) save_every: Duration,
    pub(crate) margin: Duration,
    pub(crate) patience: Duration,
    pub(crate) interrupt: Interrupt,
    pub(crate) events: Events,
    pub(crate) privacy: Privacy,
}

/// The API key, of which a keyed fingerprint is taken.
#[derive(Clone)]
pub(crate) struct ApiKeyText(pub(crate) Arc<str>);

impl std::fmt::Debug for ApiKeyText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ApiKeyText")
    }
}

/// Most details that are fetched at once.
const MAX_CONCURRENCY: usize = 256;

impl Collector {
    /// Returns a collector with every setting at its default.
    ///
    /// The client's server name
    /// ([`with_server_name`](octocom_ext::ClientBuilder::with_server_name)) is the server that state
    /// is bound to, and its sleeper makes the run's own waits.
    pub fn new(client: Client) -> Self {
        let settings = Settings {
            api_key: None,
            same_account: false,
            concurrency: 8,
            max_items: None,
            deadline: None,
            accept_failures: 0,
            save_every: Duration::from_secs(5),
            margin: Duration::from_secs(10 * 60),
            patience: Duration::from_secs(15 * 60),
            interrupt: Interrupt::new(),
            events: Events::default(),
            privacy: Privacy::new(),
        };
        Self { client, settings }
    }

    /// Gives the API key, of which a keyed fingerprint is stored: it tells accounts apart where the
    /// businesses cannot. Default: not known.
    pub fn api_key(mut self, key: &str) -> Self {
        self.settings.api_key = Some(ApiKeyText(key.into()));
        self
    }

    /// Takes an output to be of the same account although nothing proves it, or although the server
    /// has another name. Default: `false`.
    pub fn same_account(mut self, same: bool) -> Self {
        self.settings.same_account = same;
        self
    }

    /// Sets how many records are fetched in full at once: 1 to 256. Default: 8.
    pub fn concurrency(mut self, requests: usize) -> Self {
        self.settings.concurrency = requests;
        self
    }

    /// Ends the run after this many records, failures included. Default: no limit.
    pub fn max_items(mut self, items: u64) -> Self {
        self.settings.max_items = Some(items);
        self
    }

    /// Ends the run after this time. Default: no limit.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.settings.deadline = Some(deadline);
        self
    }

    /// Accepts this many known failures: a run with no more ends [`Status::Done`](crate::Status).
    /// Default: 0.
    pub fn accept_failures(mut self, failures: u64) -> Self {
        self.settings.accept_failures = failures;
        self
    }

    /// Sets the time between two savings of the progress. Default: 5 seconds.
    pub fn save_every(mut self, interval: Duration) -> Self {
        self.settings.save_every = interval;
        self
    }

    /// Sets how far a run looks back, from the place in the list of conversations that it goes on from,
    /// for records that became visible late. Default: 10 minutes.
    pub fn margin(mut self, margin: Duration) -> Self {
        self.settings.margin = margin;
        self
    }

    /// Sets how long a run goes on without any success, while the server is busy or not to be
    /// reached. Default: 15 minutes.
    pub fn patience(mut self, patience: Duration) -> Self {
        self.settings.patience = patience;
        self
    }

    /// Sets the switch that ends a run: for Ctrl-C, say.
    pub fn interrupt(mut self, interrupt: Interrupt) -> Self {
        self.settings.interrupt = interrupt;
        self
    }

    /// Sets the receiver of events.
    pub fn on_event(mut self, receive: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        self.settings.events = Events::new(receive);
        self
    }

    /// Sets the treatment of personal data. Default: everything is written as it is.
    ///
    /// An output that was begun with another treatment is refused.
    pub fn privacy(mut self, privacy: Privacy) -> Self {
        self.settings.privacy = privacy;
        self
    }

    /// Writes a stream to a file or a pipe.
    ///
    /// # Errors
    ///
    /// [`Error`], when the run cannot begin or has to end before its end. A record that fails is not
    /// an error, it stands in the report.
    pub async fn export(&self, export: Export) -> Result<Report> {
        self.check()?;
        exporting::export(self, export).await
    }

    /// Brings a copy of the account in a SQLite file up to date, and creates it if there is none.
    ///
    /// # Errors
    ///
    /// As for [`export`](Self::export).
    pub async fn sync(&self, sync: AccountSync) -> Result<Report> {
        self.check()?;
        syncing::sync(self, sync).await
    }

    /// Hands the account's records to a sink: everything in the first run, later what is new and what
    /// may have changed.
    ///
    /// # Errors
    ///
    /// As for [`export`](Self::export), and [`ErrorKind::Account`](crate::ErrorKind::Account) when a
    /// state belongs to another account.
    pub async fn pipe(&self, pipeline: Pipeline, sink: &mut dyn Sink) -> Result<Report> {
        self.check()?;
        pipeline::pipe(self, pipeline, sink).await
    }

    fn check(&self) -> Result<()> {
        let concurrency = self.settings.concurrency;
        if !(1..=MAX_CONCURRENCY).contains(&concurrency) {
            let detail = format!("`concurrency`: {concurrency} is not from 1 to {MAX_CONCURRENCY}");
            return Err(Error::options(detail));
        }
        Ok(())
    }
}
