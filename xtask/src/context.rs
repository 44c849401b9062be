//! The surroundings of a command, passed in so that tests can choose them.

use anyhow::{Context as _, Result};
use chrono::{DateTime, SecondsFormat, Utc};

use crate::fetch::Limits;
use crate::generator::Generator;
use crate::root::Root;

/// Names the URL to fetch the document from.
pub(crate) const URL_VARIABLE: &str = "OCTOCOM_SPEC_URL";

/// The workspace, the settings and the clock of one run.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    pub(crate) root: Root,
    /// Value of [`URL_VARIABLE`].
    pub(crate) url_variable: Option<String>,
    pub(crate) now: DateTime<Utc>,
    pub(crate) limits: Limits,
    pub(crate) generator: Generator,
    /// `true` if an address of this machine is recorded as where the document is published.
    pub(crate) record_local: bool,
}

impl Context {
    /// This workspace, this environment, now.
    ///
    /// # Errors
    ///
    /// Fails when the system does not say which program this is.
    pub(crate) fn discover() -> Result<Self> {
        let program = std::env::current_exe().context("looking for this program")?;
        Ok(Self {
            root: Root::discover(),
            // A variable that a workflow sets from nothing is empty, and means nothing.
            url_variable: std::env::var(URL_VARIABLE)
                .ok()
                .filter(|url| !url.is_empty()),
            now: Utc::now(),
            limits: Limits::default(),
            generator: Generator::Program(program),
            // Nobody else could fetch it from there.
            record_local: false,
        })
    }

    /// The time of the run (RFC 3339, UTC, whole seconds).
    pub(crate) fn timestamp(&self) -> String {
        self.now.to_rfc3339_opts(SecondsFormat::Secs, true)
    }
}
