//! The settings of a run for personal data, applied where records and errors enter.

use std::sync::atomic::{AtomicU64, Ordering};

use octocom_ext::{Error as CallError, ErrorKind};

use super::apply::Applier;
use super::rules::{Rule, Rules, compile};
use super::{HashKey, Privacy};
use crate::error::{Error, Result};
use crate::fetch::Fetched;
use crate::record::{Record, quoted};
use crate::stream::Stream;

/// Treats records and errors before anything of them is stored.
#[derive(Debug, Default)]
pub(crate) struct Guard {
    is_active: bool,
    rules: Vec<(Stream, Rules)>,
    key: Option<HashKey>,
    keeps_undocumented: bool,
    left_out: AtomicU64,
}

impl Guard {
    /// Returns the guard of a run over streams.
    ///
    /// # Errors
    ///
    /// An error that names a column which cannot be treated like this, or the key that is missing.
    pub(crate) fn new(privacy: &Privacy, streams: &[Stream]) -> Result<Self> {
        if !privacy.is_active() {
            return Ok(Self::default());
        }
        if !privacy.hash.is_empty() && privacy.key.is_none() {
            return Err(Error::options(
                "`hash`: a key is needed (hash_key): make one with `openssl rand -hex 32`",
            ));
        }
        Ok(Self {
            is_active: true,
            rules: compile(privacy, streams)?,
            key: privacy.key.clone(),
            keeps_undocumented: privacy.keep_undocumented,
            left_out: AtomicU64::new(0),
        })
    }

    /// Treats a record.
    pub(crate) fn record(&self, stream: Stream, record: Record) -> Record {
        if !self.is_active {
            return record;
        }
        let mut applier = Applier {
            key: self.key.as_ref(),
            keeps_undocumented: self.keeps_undocumented,
            left_out: 0,
        };
        let id = self.id(stream, record.id);
        let text = self
            .rules(stream)
            .and_then(|rules| applier.object(rules, &record.text));
        // A deleted item may be anything: what tells it from others stays.
        let text = text.unwrap_or_else(|| format!("{{\"id\":{}}}", quoted(&id)));
        self.left_out.fetch_add(applier.left_out, Ordering::Relaxed);
        Record { id, text }
    }

    /// Treats what was fetched.
    pub(crate) fn fetched(&self, stream: Stream, fetched: Fetched) -> Fetched {
        match fetched {
            Fetched::Details(record) => Fetched::Details(self.record(stream, record)),
            Fetched::Versions(mut versions) if self.is_active => {
                let records = versions.records.into_iter();
                versions.records = records.map(|record| self.record(stream, record)).collect();
                let rule = self.rules(stream).and_then(|rules| rules.get("version"));
                let keeps = self.keeps_undocumented && matches!(rule, Some(Rule::Undocumented));
                versions.snapshot = versions.snapshot.filter(|_| keeps);
                Fetched::Versions(versions)
            }
            fetched => fetched,
        }
    }

    /// Treats the id of a record.
    pub(crate) fn id(&self, stream: Stream, id: String) -> String {
        let rule = self.rules(stream).and_then(|rules| rules.get("id"));
        match (rule, &self.key) {
            (Some(Rule::Hash), Some(key)) => key.hash(id.as_bytes()),
            _ => id,
        }
    }

    /// Takes the server's words out of an error: they may quote a record.
    pub(crate) fn error(&self, error: CallError) -> CallError {
        match self.is_active {
            true => without_words(error),
            false => error,
        }
    }

    /// Returns `true` if a field of the records is dropped.
    pub(crate) fn drops(&self, stream: Stream, name: &str) -> bool {
        let rule = self.rules(stream).and_then(|rules| rules.get(name));
        matches!(rule, Some(Rule::Drop))
    }

    /// Number of values that were left out because they are not documented.
    pub(crate) fn left_out(&self) -> u64 {
        self.left_out.load(Ordering::Relaxed)
    }

    fn rules(&self, stream: Stream) -> Option<&Rules> {
        let mut rules = self.rules.iter();
        let (_, rules) = rules.find(|(known, _)| *known == stream)?;
        Some(rules)
    }
}

/// Takes the server's words out of an error.
pub(super) fn without_words(mut error: CallError) -> CallError {
    let kind = error.kind();
    let failure = error.failure_mut();
    failure.body = Default::default();
    failure.json_path = None;
    let is_of_answer = matches!(
        kind,
        ErrorKind::Decode | ErrorKind::Redirect | ErrorKind::UnexpectedStatus
    );
    if is_of_answer {
        let detail = "the answer could not be decoded".to_owned();
        failure.detail = (kind == ErrorKind::Decode).then_some(detail);
        failure.source = None;
    }
    error
}
