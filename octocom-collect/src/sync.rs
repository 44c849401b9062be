//! A copy of the account in a SQLite file.

use std::path::PathBuf;
use std::time::Duration;

use crate::stream::Stream;

/// A copy of the account in one SQLite file, brought up to date by each run.
#[derive(Debug, Clone)]
#[must_use = "a copy is made by Collector::sync"]
pub struct AccountSync {
    pub(crate) database: PathBuf,
    pub(crate) only: Vec<Stream>,
    pub(crate) details: bool,
    pub(crate) histories: bool,
    pub(crate) refresh: Refresh,
}

/// Age of the conversations that a run lists again, to find what has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refresh {
    /// All of them: each is fetched again.
    All,
    /// None: only what is new.
    Nothing,
    /// Those that were created within this time, by the server's clock. Their details are fetched
    /// again also where the summary has not changed, since it does not show notes and metadata.
    Last(Duration),
}

/// One week: most conversations are closed by then.
const DEFAULT_REFRESH: Duration = Duration::from_secs(7 * 24 * 60 * 60);

impl Default for Refresh {
    /// Seven days.
    fn default() -> Self {
        Self::Last(DEFAULT_REFRESH)
    }
}

impl AccountSync {
    /// Returns a copy of everything but the histories.
    pub fn new(database: impl Into<PathBuf>) -> Self {
        Self {
            database: database.into(),
            only: Vec::new(),
            details: true,
            histories: false,
            refresh: Refresh::default(),
        }
    }

    /// Copies these streams only. Default: all, histories as [`histories`](Self::histories) says.
    pub fn only(mut self, streams: Vec<Stream>) -> Self {
        self.only = streams;
        self
    }

    /// Fetches the conversations in full. Default: `true`. What a run without left out is fetched by
    /// the next run with.
    pub fn details(mut self, details: bool) -> Self {
        self.details = details;
        self
    }

    /// Copies the version histories of workflows, articles and bot rules: one request for each item.
    /// Default: `false`.
    pub fn histories(mut self, histories: bool) -> Self {
        self.histories = histories;
        self
    }

    /// Sets the age of the conversations that are listed again. Default: 7 days.
    pub fn refresh(mut self, refresh: Refresh) -> Self {
        self.refresh = refresh;
        self
    }
}
