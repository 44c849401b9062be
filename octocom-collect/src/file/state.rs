//! The state of an exported file, which stands beside it.

use std::io;
use std::path::Path;

use octocom_ext::Checkpoint;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::account::{Owner, hex};
use crate::error::{Error, ErrorKind, Result};
use crate::export::Format;
use crate::failure::Failure;
use crate::scope::Scope;
use crate::stream::Stream;

/// Text that tells a state file from other JSON files.
const KIND: &str = "octocom export state";
/// Version of the form.
const VERSION: u64 = 1;

/// The state of an exported file.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct State {
    kind: String,
    version: u64,
    pub(crate) phase: Phase,
    /// `true` if the file may replace one of its name, because that was asked for.
    pub(crate) replaces: bool,
    /// `true` if all lists were taken to their ends.
    pub(crate) finished: bool,
    pub(crate) purpose: Purpose,
    pub(crate) owner: Owner,
    /// Size and digest of the file; of a folder of parts, those of its journal.
    pub(crate) written: Written,
    /// The finished parts of a folder, by their numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) parts: Vec<Written>,
    pub(crate) scans: Vec<ScanState>,
    pub(crate) failures: Vec<Failure>,
}

/// The step that a run is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Phase {
    /// A finished file is copied, to go on with.
    Copying,
    /// Records are written.
    Writing,
    /// The file is whole; its name is the output's, or is about to be.
    Whole,
}

/// The intended content of a file: two runs on one file have to agree in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Purpose {
    pub(crate) stream: String,
    pub(crate) format: String,
    pub(crate) columns: Option<Vec<String>>,
    pub(crate) details: bool,
    /// Filters by the document's names, businesses, and the shard of a plan.
    pub(crate) filters: Value,
}

/// The written part of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Written {
    pub(crate) bytes: u64,
    /// SHA-256 of those bytes.
    pub(crate) sha256: String,
    pub(crate) records: u64,
}

/// The progress of a list.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ScanState {
    pub(crate) business: Option<String>,
    pub(crate) place: Option<Checkpoint>,
    pub(crate) finished: bool,
}

impl State {
    pub(crate) fn new(purpose: Purpose, owner: Owner, written: Written) -> Self {
        Self {
            kind: KIND.to_owned(),
            version: VERSION,
            phase: Phase::Writing,
            replaces: false,
            finished: false,
            purpose,
            owner,
            written,
            parts: Vec::new(),
            scans: Vec::new(),
            failures: Vec::new(),
        }
    }

    /// Reads a state file; `None` if there is none.
    ///
    /// # Errors
    ///
    /// An error that names the file and what cannot be read.
    pub(crate) fn load(path: &Path) -> Result<Option<Self>> {
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::io("read", path, error)),
        };
        let refuse = |detail: String| {
            let detail = format!("the state file `{}` {detail}", path.display());
            Error::refused(ErrorKind::State, detail)
        };
        let hint = "restore it, or start anew (--overwrite)";
        let broken = |place: String| refuse(format!("cannot be read at `{place}`: {hint}"));
        let value: Value = serde_json::from_slice(&bytes).map_err(|_| broken(".".to_owned()))?;
        if value["kind"] != KIND {
            return Err(refuse("is not one of an export: move it away".to_owned()));
        }
        if value["version"].as_u64() != Some(VERSION) {
            let version = &value["version"];
            let detail = format!(
                "has version {version}, and this program reads version {VERSION}: use the program \
                 that wrote it"
            );
            return Err(refuse(detail));
        }
        let state = serde_path_to_error::deserialize(&value);
        state
            .map(Some)
            .map_err(|error| broken(error.path().to_string()))
    }

    /// Returns the scan of a scope, which is begun if there is none.
    pub(crate) fn scan(&mut self, scope: &Scope) -> &mut ScanState {
        let found = self
            .scans
            .iter()
            .position(|scan| scan.business == scope.business);
        let index = found.unwrap_or_else(|| {
            self.scans.push(ScanState {
                business: scope.business.clone(),
                place: None,
                finished: false,
            });
            self.scans.len() - 1
        });
        &mut self.scans[index]
    }

    /// Returns `true` if everything was listed and nothing failed.
    pub(crate) fn is_done(&self) -> bool {
        self.finished && self.failures.is_empty()
    }

    /// Takes what is new since lists were finished.
    pub(crate) fn read_again(&mut self) {
        let stream = self.purpose.stream.parse::<Stream>();
        let by_number = stream.is_ok_and(|stream| !stream.operation().keyset);
        for scan in self.scans.iter_mut().filter(|scan| scan.finished) {
            scan.finished = false;
            if by_number {
                // New rows may stand on any page.
                scan.place = None;
            }
        }
        self.finished = false;
    }

    /// Forgets the places in lists: those of another server do not hold.
    pub(crate) fn forget_places(&mut self) {
        for scan in &mut self.scans {
            scan.place = None;
        }
        for failure in &mut self.failures {
            failure.before = None;
        }
    }

    /// Checks that a run has the purpose of the one before.
    ///
    /// # Errors
    ///
    /// An error that names what differs.
    pub(crate) fn check(&self, purpose: &Purpose, output: &Path) -> Result<()> {
        let (stored, asked) = (&self.purpose, purpose);
        let text = |value: &Value| value.to_string();
        let columns = |columns: &Option<Vec<String>>| match columns {
            Some(columns) => columns.join(","),
            None => "all".to_owned(),
        };
        let details = |details: bool| if details { "with" } else { "without" }.to_owned();
        let differs = [
            ("stream", stored.stream.clone(), asked.stream.clone()),
            ("format", stored.format.clone(), asked.format.clone()),
            ("columns", columns(&stored.columns), columns(&asked.columns)),
            ("details", details(stored.details), details(asked.details)),
            ("filters", text(&stored.filters), text(&asked.filters)),
        ];
        match differs
            .into_iter()
            .find(|(_, stored, asked)| stored != asked)
        {
            Some((what, stored, asked)) => {
                let detail = format!(
                    "`{}` was begun with other {what}: {stored}, not {asked}; use another output, \
                     or start anew (--overwrite)",
                    output.display()
                );
                Err(Error::refused(ErrorKind::State, detail))
            }
            None => Ok(()),
        }
    }
}

impl Written {
    /// Nothing.
    pub(crate) fn nothing() -> Self {
        Self {
            bytes: 0,
            sha256: hex(&Sha256::digest([])),
            records: 0,
        }
    }
}

impl Purpose {
    /// The format.
    pub(crate) fn new(stream: String, format: Format, filters: Value) -> Self {
        Self {
            stream,
            format: format.as_str().to_owned(),
            columns: None,
            details: false,
            filters,
        }
    }
}
