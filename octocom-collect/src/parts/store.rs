//! A folder of parts as a store.

use std::collections::HashMap;
use std::io;

use octocom_ext::{Checkpoint, DateTime, Utc};
use sha2::{Digest, Sha256};

use super::journal::{Journal, Line};
use super::opening::Files;
use super::part::{Part, known};
use super::schema::Columns;
use crate::error::{Error, Result};
use crate::exporting::Exported;
use crate::failures::Failures;
use crate::file::{Phase, State, Written, save};
use crate::lock::Lock;
use crate::paths::rename;
use crate::record::Record;
use crate::report::End;
use crate::scope::Scope;
use crate::source::Versions;
use crate::store::{Change, Store, Taken, Want};

/// Bytes of JSON after which a part ends.
const PART_BYTES: u64 = 256 << 20;

/// Hash of a record that was never listed: whatever is listed, it is had.
const UNLISTED: i64 = 0;
/// Hash of a record whose newer form could not be had: whatever comes is taken.
const STALE: i64 = 1;

/// A folder of parts with its state.
pub(crate) struct PartStore {
    files: Files,
    _lock: Lock,
    state: State,
    columns: Columns,
    /// Records after which a part ends.
    part_records: u64,
    details: bool,
    /// The newest hash of each record that is there, by a hash of its id.
    known: HashMap<u64, i64>,
    failures: Failures,
    journal: Journal,
    part: Option<Part>,
    /// The last time of writing, in microseconds.
    written_at: i64,
    /// `true` after a failed write: the content of the files is unknown, so the state stays as it is.
    is_broken: bool,
}

impl PartStore {
    /// Opens a folder: learns what the finished parts have, and writes the unfinished one anew.
    pub(super) fn open(
        files: Files,
        lock: Lock,
        state: State,
        columns: Columns,
        part_records: u64,
        journal: Journal,
    ) -> Result<Self> {
        let mut store = Self {
            files,
            _lock: lock,
            details: state.purpose.details,
            failures: Failures::new(state.failures.clone()),
            state,
            columns,
            part_records,
            known: HashMap::new(),
            journal,
            part: None,
            written_at: 0,
            is_broken: false,
        };
        for number in 0..store.state.parts.len() {
            known(&store.files.finished(number), |record| {
                store.known.insert(hash(&record.key), record.listed);
                store.written_at = store.written_at.max(record.written);
            })?;
        }
        let (known, written_at) = (&mut store.known, &mut store.written_at);
        let (part, columns, files) = (&mut store.part, &store.columns, &store.files);
        store.journal.read(|line| {
            known.insert(hash(&line.key), line.listed);
            *written_at = line.written.max(*written_at);
            unfinished(part, files, columns)?.push(columns, line.entry())?;
            Ok(())
        })?;
        for failure in store.failures.all() {
            let id = failure.id.as_deref().unwrap_or_default();
            if let Some(listed) = store.known.get_mut(&hash(id)) {
                *listed = STALE;
            }
        }
        Ok(store)
    }

    fn write(
        &mut self,
        scope: &Scope,
        record: &Record,
        listed: i64,
        now: DateTime<Utc>,
    ) -> Result<Taken> {
        let key = hash(&record.id);
        let change = match self.known.get(&key) {
            None => Change::New,
            Some(&STALE) => Change::Updated,
            Some(&known) if known == listed || listed == UNLISTED => {
                return Ok(Taken {
                    change: Change::Unchanged,
                    odd_fields: 0,
                });
            }
            Some(_) => Change::Updated,
        };
        let written = now.timestamp_micros().max(self.written_at + 1);
        let line = Line {
            key: record.id.clone(),
            business: scope.business.clone(),
            listed,
            written,
            raw: serde_json::from_str(&record.text)
                .map_err(|error| Error::io("write", &self.journal.path, error.into()))?,
        };
        let odd_fields = self.append(&line).inspect_err(|_| self.is_broken = true)?;
        self.known.insert(key, listed);
        self.written_at = written;
        Ok(Taken { change, odd_fields })
    }

    fn append(&mut self, line: &Line<'_>) -> Result<u64> {
        let written = &self.journal.written;
        // Not behind the last record of a part, whose failure is settled after it was written.
        if written.bytes >= PART_BYTES || written.records >= self.part_records {
            self.finish_part()?;
        }
        let pushed = self.journal.push(line);
        pushed.map_err(|error| Error::io("write", &self.journal.path, error))?;
        let part = unfinished(&mut self.part, &self.files, &self.columns)?;
        part.push(&self.columns, line.entry())
    }

    /// Ends the part that is being written, and notes it in the state.
    fn finish_part(&mut self) -> Result<()> {
        let Some(part) = self.part.take() else {
            return Ok(());
        };
        let written = part.finish()?;
        let path = self.files.finished(self.state.parts.len());
        rename(&self.files.unfinished(), &path)?;
        self.state.parts.push(written);
        self.state.written = Written::nothing();
        self.save()?;
        let cleared = self.journal.clear();
        cleared.map_err(|error| Error::io("write", &self.journal.path, error))
    }

    fn save(&mut self) -> Result<()> {
        self.state.failures = self.failures.all().cloned().collect();
        save(&self.files.state(), &self.state)
    }

    fn mark_stale(&mut self, id: &str) {
        if let Some(listed) = self.known.get_mut(&hash(id)) {
            *listed = STALE;
        }
    }
}

/// Returns the part that is being written, which is begun if there is none.
fn unfinished<'a>(
    part: &'a mut Option<Part>,
    files: &Files,
    columns: &Columns,
) -> Result<&'a mut Part> {
    Ok(match part {
        Some(part) => part,
        None => part.insert(Part::create(&files.unfinished(), columns)?),
    })
}

/// Returns a hash of a text that is the same in every run.
fn hash(text: &str) -> u64 {
    let digest = Sha256::digest(text);
    let bytes = digest.iter().take(8);
    bytes.fold(0, |hash, byte| hash << 8 | u64::from(*byte))
}

/// Returns the hash of a listed record.
fn listed(record: &Record) -> i64 {
    match hash(&record.text).cast_signed() {
        UNLISTED | STALE => i64::MAX,
        hash => hash,
    }
}

impl Exported for PartStore {
    fn state(&mut self) -> Option<&mut State> {
        Some(&mut self.state)
    }

    fn end(mut self, end: End) -> Result<()> {
        self.commit()?;
        let is_whole = matches!(end, End::Complete | End::MaxItems);
        if is_whole && self.state.parts.is_empty() {
            // Readers learn the columns also where there is no record.
            unfinished(&mut self.part, &self.files, &self.columns)?;
        }
        self.finish_part()?;
        if is_whole {
            self.state.phase = Phase::Whole;
        }
        self.save()?;
        match is_whole && self.files.is_hidden() {
            true => self.files.publish(&self.state),
            false => self.files.remove_unfinished(),
        }
    }
}

impl Store for PartStore {
    fn want(&mut self, scope: &Scope, record: &Record) -> Result<Want> {
        Ok(match self.known.get(&hash(&record.id)) {
            Some(&known) if known == UNLISTED || known == listed(record) => Want::Nothing,
            _ if self.wants_details(scope) => Want::Details,
            _ => Want::Listed,
        })
    }

    fn wants_details(&self, _: &Scope) -> bool {
        self.details
    }

    fn unchanged(&mut self, _: &Scope, _: &Record) -> Result<()> {
        Ok(())
    }

    fn listed(&mut self, scope: &Scope, record: &Record, now: DateTime<Utc>) -> Result<Taken> {
        self.write(scope, record, listed(record), now)
    }

    fn detailed(
        &mut self,
        scope: &Scope,
        summary: Option<&Record>,
        details: &Record,
        now: DateTime<Utc>,
    ) -> Result<Taken> {
        self.write(scope, details, summary.map_or(UNLISTED, listed), now)
    }

    fn versions(
        &mut self,
        scope: &Scope,
        _: &str,
        versions: &Versions,
        now: DateTime<Utc>,
    ) -> Result<Vec<Taken>> {
        let mut taken = Vec::with_capacity(versions.records.len());
        for record in &versions.records {
            taken.push(self.write(scope, record, listed(record), now)?);
        }
        Ok(taken)
    }

    fn refused(&mut self, _: &Scope, id: &str, _: Option<&Record>, _: DateTime<Utc>) -> Result<()> {
        self.mark_stale(id);
        Ok(())
    }

    fn gone(&mut self, _: &Scope, _: &str, _: Option<&Record>, _: DateTime<Utc>) -> Result<()> {
        Ok(())
    }

    fn set_place(&mut self, scope: &Scope, place: Checkpoint) {
        self.state.scan(scope).place = Some(place);
    }

    fn failures(&mut self) -> &mut Failures {
        &mut self.failures
    }

    fn commit(&mut self) -> Result<()> {
        let cannot = |error| Error::io("write", &self.journal.path, error);
        if self.is_broken {
            return Err(cannot(io::Error::other("an earlier write has failed")));
        }
        if let Err(error) = self.journal.sync() {
            self.is_broken = true;
            return Err(Error::io("write", &self.journal.path, error));
        }
        self.state.written = self.journal.written.clone();
        self.save()
    }
}
