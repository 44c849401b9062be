//! Opening a folder of parts: what is there already, and what becomes of it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::journal::Journal;
use super::schema::Columns;
use super::store::PartStore;
use crate::account::Owner;
use crate::error::{Error, ErrorKind, Result};
use crate::export::Existing;
use crate::file::{Phase, Purpose, State, Written, save, verify};
use crate::lock::Lock;
use crate::paths::{remove, remove_new, rename};

/// The files of one export, or of one shard, in a folder.
///
/// Readers pass over names that begin with `_`, and over those that do not end in `.parquet`.
#[derive(Debug, Clone)]
pub(super) struct Files {
    pub(super) folder: PathBuf,
    /// Begins every name: `all`, or `shard-00003`.
    name: String,
    /// `true` for a run that is to replace finished parts: its own are hidden until it is whole.
    is_hidden: bool,
}

/// A folder of which one export, or one shard, is locked.
#[derive(Debug)]
pub(crate) struct Opening {
    files: Files,
    purpose: Purpose,
    /// The owner of what other shards have written there.
    others: Option<Owner>,
    _lock: Lock,
}

/// The beginning of a run.
#[derive(Debug)]
pub(crate) enum Begin {
    /// The run before was finished and left nothing to do.
    Nothing(Box<Owner>),
    /// The first part is written, in place of others or not.
    New { replaces: bool },
    /// More parts are added.
    Continue { state: Box<State>, appends: bool },
}

impl Files {
    pub(super) fn state(&self) -> PathBuf {
        self.own(".state.json")
    }

    /// Records that no finished part has.
    pub(super) fn journal(&self) -> PathBuf {
        self.own(".journal")
    }

    /// The part that is being written.
    pub(super) fn unfinished(&self) -> PathBuf {
        self.own(".parquet.part")
    }

    pub(super) fn finished(&self, number: usize) -> PathBuf {
        match self.is_hidden {
            true => self
                .folder
                .join(format!("_{}-{number:05}.parquet.new", self.name)),
            false => self
                .folder
                .join(format!("{}-{number:05}.parquet", self.name)),
        }
    }

    fn own(&self, suffix: &str) -> PathBuf {
        let new = if self.is_hidden { ".new" } else { "" };
        self.folder.join(format!("_{}{new}{suffix}", self.name))
    }

    pub(super) fn is_hidden(&self) -> bool {
        self.is_hidden
    }

    fn shown(&self, is_hidden: bool) -> Self {
        Self {
            is_hidden,
            ..self.clone()
        }
    }

    /// Numbers and paths of the finished parts that are there.
    fn found(&self) -> Result<Vec<(usize, PathBuf)>> {
        let (start, end) = match self.is_hidden {
            true => (format!("_{}-", self.name), ".parquet.new"),
            false => (format!("{}-", self.name), ".parquet"),
        };
        let number = |name: &str| name.strip_prefix(&start)?.strip_suffix(end)?.parse().ok();
        let names = names(&self.folder)?.into_iter();
        Ok(names
            .filter_map(|name| Some((number(&name)?, self.folder.join(name))))
            .collect())
    }

    /// Removes finished parts from a number on.
    fn remove_from(&self, count: usize) -> Result<()> {
        for (number, path) in self.found()? {
            if number >= count {
                remove(&path)?;
            }
        }
        Ok(())
    }

    /// Removes what an unfinished run has left.
    pub(super) fn remove_unfinished(&self) -> Result<()> {
        remove(&self.unfinished())?;
        remove(&self.journal())
    }

    /// Shows the parts of a run that is whole in place of those that they replace. Can be repeated
    /// after a kill at any place.
    pub(super) fn publish(&self, state: &State) -> Result<()> {
        let shown = self.shown(false);
        for (number, path) in self.found()? {
            rename(&path, &shown.finished(number))?;
        }
        shown.remove_from(state.parts.len())?;
        shown.remove_unfinished()?;
        self.remove_unfinished()?;
        rename(&self.state(), &shown.state())
    }
}

/// Names of the files in a folder; those that are not UTF-8 are not ours.
fn names(folder: &Path) -> Result<Vec<String>> {
    let cannot = |error| Error::io("read", folder, error);
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(cannot)? {
        names.extend(entry.map_err(cannot)?.file_name().into_string());
    }
    Ok(names)
}

impl Opening {
    /// Locks an export, or its shard, in a folder, which is made if there is none.
    ///
    /// # Errors
    ///
    /// A refusal of a folder in which another export stands.
    pub(crate) fn new(folder: &Path, purpose: Purpose, shard: Option<usize>) -> Result<Self> {
        match fs::create_dir(folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(Error::io("create", folder, error));
            }
            Err(_) if !folder.is_dir() => {
                let detail = format!(
                    "`{}` is a file, and Parquet is written to a folder: use another output",
                    folder.display()
                );
                return Err(Error::refused(ErrorKind::Exists, detail));
            }
            _ => {}
        }
        let name = match shard {
            Some(shard) => format!("shard-{shard:05}"),
            None => "all".to_owned(),
        };
        let lock = Lock::take(&folder.join(format!("_{name}")))?;
        let files = Files {
            folder: folder.to_owned(),
            name,
            is_hidden: false,
        };
        for is_hidden in [true, false] {
            remove_new(&files.shown(is_hidden).state())?;
        }
        let others = others(&files, &purpose)?;
        Ok(Self {
            files,
            purpose,
            others,
            _lock: lock,
        })
    }

    /// Returns the owner of what other shards have written in the folder.
    pub(crate) fn others(&self) -> Option<&Owner> {
        self.others.as_ref()
    }

    /// Looks at what is there and decides how to begin. Changes nothing, but that parts which were
    /// whole when a run was killed are shown.
    pub(crate) fn look(&mut self, existing: Existing) -> Result<Begin> {
        let (shown, hidden) = (self.files.shown(false), self.files.shown(true));
        let mut replacing = match State::load(&hidden.state()) {
            // A state that is replaced need not be readable.
            Err(_) if existing == Existing::Overwrite => None,
            state => state?,
        };
        if let Some(state) = replacing.take_if(|state| state.phase == Phase::Whole) {
            hidden.publish(&state)?;
        }
        let has_parts = !shown.found()?.is_empty();
        if existing == Existing::Overwrite {
            // One that was to replace parts which are gone is replaced itself.
            let replaces = has_parts || shown.state().exists() || hidden.state().exists();
            return Ok(Begin::New { replaces });
        }
        self.files.is_hidden = replacing.is_some();
        let state = match replacing {
            Some(state) => Some(state),
            None => State::load(&shown.state())?,
        };
        let folder = self.files.folder.display();
        let name = &self.files.name;
        let refuse = |kind, detail: String| Err(Error::refused(kind, detail));
        let Some(state) = state else {
            return match has_parts {
                true => refuse(
                    ErrorKind::State,
                    format!(
                        "`{folder}` has parts of `{name}` without their state, so no export can \
                         continue them: replace them (--overwrite) or use another output"
                    ),
                ),
                false => Ok(Begin::New { replaces: false }),
            };
        };
        let appends = match existing {
            Existing::Refuse | Existing::Overwrite => {
                return refuse(
                    ErrorKind::Exists,
                    format!(
                        "`{folder}` has an export of `{name}`: finish it (--resume), add what is \
                         new (--append) or replace it (--overwrite)"
                    ),
                );
            }
            Existing::Resume => false,
            Existing::Append => true,
        };
        state.check(&self.purpose, &self.files.folder)?;
        for (number, written) in state.parts.iter().enumerate() {
            verify(&self.files.finished(number), written, false)?;
        }
        // The state of a run that has listed everything says so before its last part is whole.
        let is_whole = state.phase == Phase::Whole && state.is_done();
        if is_whole && !appends {
            self.files.remove_unfinished()?;
            return Ok(Begin::Nothing(Box::new(state.owner)));
        }
        Ok(Begin::Continue {
            state: Box::new(state),
            appends,
        })
    }

    /// Begins to write.
    pub(crate) fn begin(
        mut self,
        begin: Begin,
        owner: Owner,
        moved: bool,
        columns: Columns,
        part_records: u64,
    ) -> Result<PartStore> {
        let (mut state, appends) = match begin {
            Begin::Continue { state, appends } => (*state, appends),
            Begin::New { .. } | Begin::Nothing(_) => {
                let replaces = matches!(begin, Begin::New { replaces: true });
                self.files.is_hidden = replaces;
                let mut state = State::new(self.purpose.clone(), owner.clone(), Written::nothing());
                state.replaces = replaces;
                // From here on, the files of an older run are rests, and no file is without a state.
                save(&self.files.state(), &state)?;
                (state, false)
            }
        };
        state.phase = Phase::Writing;
        state.owner = owner;
        if appends {
            state.read_again();
        }
        if moved {
            state.forget_places();
        }
        let files = &self.files;
        // One that was finished just when the run was killed is written anew.
        files.remove_from(state.parts.len())?;
        remove(&files.unfinished())?;
        let journal = Journal::open(&files.journal(), &state.written)?;
        save(&files.state(), &state)?;
        PartStore::open(
            self.files,
            self._lock,
            state,
            columns,
            part_records,
            journal,
        )
    }
}

/// Checks that the other exports of a folder are shards of the same plan.
fn others(files: &Files, purpose: &Purpose) -> Result<Option<Owner>> {
    let mut owner = None;
    for name in names(&files.folder)? {
        let is_state = name.starts_with('_') && name.ends_with(".state.json");
        let path = files.folder.join(&name);
        if !is_state || [files.shown(true).state(), files.shown(false).state()].contains(&path) {
            continue;
        }
        // It may have been renamed meanwhile.
        let Some(other) = State::load(&path)? else {
            continue;
        };
        let mut same = purpose.clone();
        if !same.filters["shard"].is_null() {
            same.filters["shard"] = other.purpose.filters["shard"].clone();
        }
        other.check(&same, &files.folder)?;
        owner = Some(other.owner);
    }
    Ok(owner)
}
