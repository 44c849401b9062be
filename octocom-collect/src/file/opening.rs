//! Opening an output: what is there already, and what becomes of it.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::encode::{Encoder, Key};
use super::state::{Phase, Purpose, State, Written};
use super::store::FileStore;
use crate::account::{Owner, hex};
use crate::error::{Error, ErrorKind, Result};
use crate::export::Existing;
use crate::lock::Lock;
use crate::paths::{beside, remove_new, rename, replace, resolved};

/// An output file that is locked, and the files beside it.
#[derive(Debug)]
pub(crate) struct Opening {
    pub(crate) files: Files,
    pub(crate) purpose: Purpose,
    _lock: Lock,
}

/// An output and the files beside it.
#[derive(Debug, Clone)]
pub(crate) struct Files {
    pub(crate) output: PathBuf,
    pub(crate) state: PathBuf,
    /// The file that is written until it is whole.
    pub(crate) part: PathBuf,
    pub(crate) part_state: PathBuf,
}

/// The beginning of a run.
#[derive(Debug)]
pub(crate) enum Begin {
    /// The run before was finished and left nothing to do.
    Nothing(State),
    /// A new file.
    New { replaces: bool },
    /// An unfinished file is continued; with what is new in lists that were finished if `appends`.
    Continue { state: State, appends: bool },
    /// A file that is whole is continued, from a copy; with what is new if `appends`.
    Copy { state: State, appends: bool },
}

/// A file that is continued, and what was read of it.
pub(crate) struct Opened {
    pub(crate) file: File,
    pub(crate) digest: Sha256,
    pub(crate) keys: HashSet<Key>,
}

impl Files {
    pub(crate) fn new(output: &Path) -> Self {
        let output = resolved(output);
        let part = beside(&output, ".part");
        Self {
            state: beside(&output, ".state.json"),
            part_state: beside(&part, ".state.json"),
            part,
            output,
        }
    }

    /// Gives a file that is whole its name. Can be repeated after a kill at any place.
    pub(crate) fn publish(&self, state: &State) -> Result<()> {
        if self.part.exists() {
            if self.output.exists() && !state.replaces && !self.is_as_it_was_left() {
                let detail = format!(
                    "`{}` has appeared during the run: `{}` has what was exported; move one away \
                     and go on (--resume)",
                    self.output.display(),
                    self.part.display()
                );
                return Err(Error::refused(ErrorKind::Exists, detail));
            }
            rename(&self.part, &self.output)?;
        }
        rename(&self.part_state, &self.state)
    }

    /// Returns `true` if the output is the file that its state speaks of.
    fn is_as_it_was_left(&self) -> bool {
        let state = State::load(&self.state).ok().flatten();
        state.is_some_and(|state| verify(&self.output, &state.written, false).is_ok())
    }
}

impl Opened {
    /// Begins an empty file.
    fn write_header(&mut self, header: &[u8]) -> io::Result<Written> {
        self.file.write_all(header)?;
        self.file.sync_data()?;
        self.digest.update(header);
        Ok(Written {
            bytes: length(header),
            sha256: hex(&self.digest.clone().finalize()),
            records: 0,
        })
    }
}

impl Opening {
    /// Locks an output.
    pub(crate) fn new(output: &Path, purpose: Purpose) -> Result<Self> {
        let files = Files::new(output);
        let lock = Lock::take(&files.output)?;
        remove_new(&files.part_state)?;
        Ok(Self {
            files,
            purpose,
            _lock: lock,
        })
    }

    /// Looks at what is there and decides how to begin. Changes nothing, but that a file which was
    /// whole when a run was killed is given its name.
    pub(crate) fn look(&self, existing: Existing) -> Result<Begin> {
        let files = &self.files;
        let output = files.output.display();
        let refuse = |kind, detail: String| Err(Error::refused(kind, detail));
        if files.part.exists() && !files.part_state.exists() {
            let detail = format!(
                "`{}` is in the way, and no export has made it: move it away",
                files.part.display()
            );
            return refuse(ErrorKind::Exists, detail);
        }
        if existing == Existing::Overwrite {
            return Ok(Begin::New { replaces: true });
        }
        let mut unfinished = State::load(&files.part_state)?;
        if let Some(state) = unfinished.take_if(|state| state.phase == Phase::Whole) {
            let whole = match files.part.exists() {
                true => &files.part,
                false => &files.output,
            };
            verify(whole, &state.written, false)?;
            files.publish(&state)?;
        }
        // A copy that was not finished is made anew.
        let is_copying = unfinished
            .take_if(|state| state.phase == Phase::Copying)
            .is_some();
        match (existing, unfinished) {
            (Existing::Overwrite, _) => Ok(Begin::New { replaces: true }),
            (Existing::Refuse, Some(_)) => refuse(
                ErrorKind::Exists,
                format!(
                    "`{output}` has an unfinished export: go on with it (--resume) or start anew \
                     (--overwrite)"
                ),
            ),
            (Existing::Refuse, None) if files.output.exists() => refuse(
                ErrorKind::Exists,
                format!(
                    "`{output}` exists: finish it (--resume), add what is new (--append) or \
                     replace it (--overwrite)"
                ),
            ),
            (Existing::Refuse, None) => {
                // A file of that name that is no state is not replaced.
                State::load(&files.state)?;
                Ok(Begin::New { replaces: false })
            }
            (Existing::Resume | Existing::Append, Some(state)) => {
                state.check(&self.purpose, &files.output)?;
                let appends = existing == Existing::Append;
                Ok(Begin::Continue { state, appends })
            }
            (Existing::Resume | Existing::Append, None) => {
                self.look_finished(existing == Existing::Append, is_copying)
            }
        }
    }

    /// Decides about a file that was whole, which a killed run may have begun to copy.
    fn look_finished(&self, appends: bool, is_copying: bool) -> Result<Begin> {
        let files = &self.files;
        let output = files.output.display();
        let state = match (files.output.exists(), State::load(&files.state)?) {
            (false, None) => return Ok(Begin::New { replaces: false }),
            (true, Some(state)) => state,
            (exists, _) => {
                let detail = match exists {
                    true => format!(
                        "`{output}` has no state beside it, so no export can continue it: \
                         replace it (--overwrite) or use another output"
                    ),
                    false => format!(
                        "`{output}` is missing, but its state is there: restore it, or start anew \
                         (--overwrite)"
                    ),
                };
                return Err(Error::refused(ErrorKind::State, detail));
            }
        };
        state.check(&self.purpose, &files.output)?;
        verify(&files.output, &state.written, false)?;
        // A file with nothing left to do is copied only to add what is new.
        let appends = appends || (is_copying && state.is_done());
        Ok(match state.is_done() && !appends {
            true => Begin::Nothing(state),
            false => Begin::Copy { state, appends },
        })
    }

    /// Begins to write.
    pub(crate) fn begin(
        self,
        begin: Begin,
        owner: Owner,
        moved: bool,
        encoder: Encoder,
    ) -> Result<FileStore> {
        let files = &self.files;
        let (mut state, appends) = match begin {
            Begin::Nothing(state) => (state, false),
            Begin::Continue { state, appends } => (state, appends),
            Begin::New { replaces } => {
                let nothing = Written::nothing();
                let mut state = State::new(self.purpose.clone(), owner.clone(), nothing);
                state.replaces = replaces;
                // From here on, a file of an older run is a rest behind 0 bytes.
                save(&files.part_state, &state)?;
                (state, false)
            }
            Begin::Copy { mut state, appends } => {
                state.phase = Phase::Copying;
                // But for the file that is copied, which is known by its digest.
                state.replaces = false;
                save(&files.part_state, &state)?;
                copy(&files.output, &files.part)?;
                state.phase = Phase::Writing;
                (state, appends)
            }
        };
        let mut read = go_on(&files.part, &state.written, &encoder)?;
        if appends {
            state.read_again();
        }
        // Here, not only in a new file: a run can be killed before it has written its header.
        if state.written.bytes == 0 {
            let header = encoder.header();
            let written = header.and_then(|header| read.write_header(&header));
            state.written = written.map_err(|error| Error::io("write", &files.part, error))?;
        }
        state.owner = owner;
        if moved {
            state.forget_places();
        }
        save(&files.part_state, &state)?;
        Ok(FileStore::new(self, state, read, encoder))
    }
}

/// Writes a state file.
pub(crate) fn save(path: &Path, state: &State) -> Result<()> {
    let text = serde_json::to_vec_pretty(state);
    let text = text.map_err(|error| Error::io("write", path, io::Error::other(error)))?;
    replace(path, &text)
}

fn create(path: &Path) -> Result<File> {
    File::create(path).map_err(|error| Error::io("create", path, error))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).map_err(|error| Error::io("copy", from, error))?;
    let synced = File::open(to).and_then(|file| file.sync_data());
    synced.map_err(|error| Error::io("write", to, error))
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

/// Opens an unfinished file at its end. What a killed run has written behind is cut off.
fn go_on(path: &Path, written: &Written, encoder: &Encoder) -> Result<Opened> {
    if written.bytes == 0 && !path.exists() {
        create(path)?;
    }
    let digest = verify(path, written, true)?;
    let cannot = |error| Error::io("read", path, error);
    let file = File::open(path).map_err(cannot)?;
    let keys = encoder
        .keys(BufReader::new(file.take(written.bytes)))
        .map_err(cannot)?;
    let cannot = |error| Error::io("write", path, error);
    let mut file = OpenOptions::new().write(true).open(path).map_err(cannot)?;
    file.set_len(written.bytes).map_err(cannot)?;
    file.seek(SeekFrom::End(0)).map_err(cannot)?;
    Ok(Opened { file, digest, keys })
}

/// Checks that a file is what its state says; it may be longer where that is a killed run's rest.
pub(crate) fn verify(path: &Path, written: &Written, may_be_longer: bool) -> Result<Sha256> {
    let refuse = |what: String| {
        let detail = format!(
            "`{}` {what}: it was changed; restore it, or start anew (--overwrite)",
            path.display()
        );
        Err(Error::refused(ErrorKind::State, detail))
    };
    let cannot = |error| Error::io("read", path, error);
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return refuse("is missing, but its state is there".to_owned());
        }
        file => file.map_err(cannot)?,
    };
    let length = file.metadata().map_err(cannot)?.len();
    if length < written.bytes || (length > written.bytes && !may_be_longer) {
        return refuse(format!(
            "has {length} bytes, and its state says {}",
            written.bytes
        ));
    }
    let mut digest = Sha256::new();
    io::copy(
        &mut BufReader::new(file.take(written.bytes)),
        &mut Hashing(&mut digest),
    )
    .map_err(cannot)?;
    match hex(&digest.clone().finalize()) == written.sha256 {
        true => Ok(digest),
        false => refuse("has other content than its state says".to_owned()),
    }
}

struct Hashing<'a>(&'a mut Sha256);

impl Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
