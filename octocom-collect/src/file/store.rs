//! A file, or a pipe, as a store.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufWriter, Write};

use octocom_ext::{Checkpoint, DateTime, Utc};
use sha2::{Digest, Sha256};

use super::encode::{Encoder, Key};
use super::opening::{Opened, Opening, save};
use super::state::{Phase, State};
use crate::account::hex;
use crate::error::{Error, Result};
use crate::exporting::Exported;
use crate::failures::Failures;
use crate::record::Record;
use crate::report::End;
use crate::scope::Scope;
use crate::source::Versions;
use crate::store::{Change, Store, Taken, Want};

/// A file with its state, or a pipe without.
pub(crate) struct FileStore {
    encoder: Encoder,
    details: bool,
    /// The records that are there.
    keys: HashSet<Key>,
    failures: Failures,
    target: Target,
    /// `true` after a failed write: the content of the file is unknown, so the state stays as it is.
    is_broken: bool,
}

enum Target {
    File(Box<Part>),
    Pipe(BufWriter<Box<dyn Write + Send>>),
}

/// The file that is written until it is whole.
struct Part {
    opening: Opening,
    state: State,
    file: BufWriter<File>,
    digest: Sha256,
}

impl FileStore {
    pub(super) fn new(opening: Opening, state: State, opened: Opened, encoder: Encoder) -> Self {
        Self {
            encoder,
            details: state.purpose.details,
            keys: opened.keys,
            failures: Failures::new(state.failures.clone()),
            target: Target::File(Box::new(Part {
                opening,
                state,
                file: BufWriter::new(opened.file),
                digest: opened.digest,
            })),
            is_broken: false,
        }
    }

    /// A pipe, begun with its header.
    pub(crate) fn pipe(
        pipe: Box<dyn Write + Send>,
        details: bool,
        encoder: Encoder,
    ) -> Result<Self> {
        let mut pipe = BufWriter::new(pipe);
        let header = encoder.header().map_err(Error::pipe)?;
        pipe.write_all(&header).map_err(Error::pipe)?;
        Ok(Self {
            encoder,
            details,
            keys: HashSet::new(),
            failures: Failures::default(),
            target: Target::Pipe(pipe),
            is_broken: false,
        })
    }

    /// Gives the file its name, now that it is whole.
    fn publish(mut self) -> Result<()> {
        if let Target::File(part) = &mut self.target {
            part.state.phase = Phase::Whole;
        }
        self.commit()?;
        match self.target {
            Target::File(part) => part.opening.files.publish(&part.state),
            Target::Pipe(_) => Ok(()),
        }
    }

    fn write(&mut self, record: &Record) -> Result<Taken> {
        let key = Encoder::key(&record.id);
        if !self.keys.insert(key) {
            return Ok(Taken {
                change: Change::Unchanged,
                odd_fields: 0,
            });
        }
        let encoded = self.encoder.encode(record);
        let (line, odd_fields) = encoded.map_err(|error| self.target.error(error))?;
        if let Err(error) = self.target.write(&line) {
            self.is_broken = true;
            return Err(error);
        }
        Ok(Taken {
            change: Change::New,
            odd_fields,
        })
    }
}

impl Target {
    fn write(&mut self, line: &[u8]) -> Result<()> {
        let written = match self {
            Self::File(part) => {
                part.digest.update(line);
                part.state.written.bytes += u64::try_from(line.len()).unwrap_or(u64::MAX);
                part.state.written.records += 1;
                part.file.write_all(line)
            }
            Self::Pipe(pipe) => pipe.write_all(line),
        };
        written.map_err(|error| self.error(error))
    }

    fn error(&self, error: io::Error) -> Error {
        match self {
            Self::File(part) => Error::io("write", &part.opening.files.part, error),
            Self::Pipe(_) => Error::pipe(error),
        }
    }
}

impl Exported for FileStore {
    fn state(&mut self) -> Option<&mut State> {
        match &mut self.target {
            Target::File(part) => Some(&mut part.state),
            Target::Pipe(_) => None,
        }
    }

    fn end(mut self, end: End) -> Result<()> {
        match end {
            End::Complete | End::MaxItems => self.publish(),
            _ => self.commit(),
        }
    }
}

impl Store for FileStore {
    fn want(&mut self, scope: &Scope, record: &Record) -> Result<Want> {
        Ok(match self.keys.contains(&Encoder::key(&record.id)) {
            true => Want::Nothing,
            false if self.wants_details(scope) => Want::Details,
            false => Want::Listed,
        })
    }

    fn wants_details(&self, _: &Scope) -> bool {
        self.details
    }

    fn unchanged(&mut self, _: &Scope, _: &Record) -> Result<()> {
        Ok(())
    }

    fn listed(&mut self, _: &Scope, record: &Record, _: DateTime<Utc>) -> Result<Taken> {
        self.write(record)
    }

    fn detailed(
        &mut self,
        _: &Scope,
        _: Option<&Record>,
        details: &Record,
        _: DateTime<Utc>,
    ) -> Result<Taken> {
        self.write(details)
    }

    fn versions(
        &mut self,
        _: &Scope,
        _: &str,
        versions: &Versions,
        _: DateTime<Utc>,
    ) -> Result<Vec<Taken>> {
        versions
            .records
            .iter()
            .map(|record| self.write(record))
            .collect()
    }

    fn refused(&mut self, _: &Scope, _: &str, _: Option<&Record>, _: DateTime<Utc>) -> Result<()> {
        Ok(())
    }

    fn gone(&mut self, _: &Scope, _: &str, _: Option<&Record>, _: DateTime<Utc>) -> Result<()> {
        Ok(())
    }

    fn set_place(&mut self, scope: &Scope, place: Checkpoint) {
        if let Some(state) = self.state() {
            state.scan(scope).place = Some(place);
        }
    }

    fn failures(&mut self) -> &mut Failures {
        &mut self.failures
    }

    fn commit(&mut self) -> Result<()> {
        if self.is_broken {
            let error = io::Error::other("an earlier write has failed");
            return Err(self.target.error(error));
        }
        let flushed = match &mut self.target {
            Target::File(part) => part
                .file
                .flush()
                .and_then(|()| part.file.get_ref().sync_data()),
            Target::Pipe(pipe) => pipe.flush(),
        };
        if let Err(error) = flushed {
            self.is_broken = true;
            return Err(self.target.error(error));
        }
        if let Target::File(part) = &mut self.target {
            part.state.written.sha256 = hex(&part.digest.clone().finalize());
            part.state.failures = self.failures.all().cloned().collect();
            save(&part.opening.files.part_state, &part.state)?;
        }
        Ok(())
    }
}
