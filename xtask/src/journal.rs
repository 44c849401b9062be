//! Several files replaced as one: all of them or none, whenever the process is stopped.
//!
//! 1. Each new content is written beside its file, as `.NAME.staged`.
//! 2. The journal, which names them all, is written and renamed into place.
//! 3. Each staged file is renamed to its file.
//! 4. The journal is deleted.
//!
//! Stopped before the journal is in place, nothing has changed, and the next command deletes the
//! staged files. Stopped after, the next command does the remaining steps. In between, each file is
//! the old or the new one as a whole. The files of the generated client follow each other, and a
//! build that comes between them may have to be repeated.
//!
//! A file that somebody edits in between is never overwritten: the journal knows what stood there.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use crate::document::{pretty, sha256};
use crate::root::{CHANGELOG, DERIVED, DOCUMENT, GENERATED, OPERATIONS, PROVENANCE, Root, SANDBOX};
use crate::workspace_files::WorkspaceFile;

/// The place where the journal stands while a set of files is being replaced.
pub(crate) const JOURNAL: &str = "openapi/.regen-journal.json";

/// All files that may be replaced; a journal that names another is not followed.
fn paths() -> impl Iterator<Item = &'static str> {
    let others = [
        DOCUMENT, PROVENANCE, DERIVED, SANDBOX, OPERATIONS, CHANGELOG,
    ];
    others.into_iter().chain(GENERATED)
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Journal {
    files: Vec<Entry>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    path: String,
    /// SHA-256 of the old content; `None` where there was no file.
    before: Option<String>,
    /// SHA-256 of the new content.
    after: String,
}

/// The state of an interrupted set of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Recovery {
    Nothing,
    /// The set had not begun to be replaced, and the files are the old ones.
    RolledBack,
    /// All files are the new ones.
    Completed,
}

/// Replaces all files. `after_step` is called after each step on disk, so that tests can stop there.
pub(crate) fn commit(
    root: &Root,
    files: &[WorkspaceFile],
    after_step: &mut dyn FnMut() -> Result<()>,
) -> Result<()> {
    let mut journal = Journal { files: Vec::new() };
    for file in files {
        let path = root.join(file.path);
        journal.files.push(Entry {
            path: file.path.to_owned(),
            before: digest(&path)?,
            after: sha256(&file.content),
        });
        stage(&path, &file.content)?;
        after_step()?;
    }
    let path = root.join(JOURNAL);
    stage(&path, &pretty(&serde_json::to_value(&journal)?)?)?;
    after_step()?;
    unstage(&path)?;
    after_step()?;
    for file in files {
        unstage(&root.join(file.path))?;
        after_step()?;
    }
    remove(&path)?;
    after_step()
}

/// Finishes or rolls back what an interrupted [`commit`] has left.
pub(crate) fn recover(root: &Root) -> Result<Recovery> {
    let path = root.join(JOURNAL);
    let text = match std::fs::read(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return discard(root),
        Err(error) => return Err(error).with_context(|| format!("reading `{}`", path.display())),
    };
    let journal: Journal = serde_json::from_slice(&text)
        .with_context(|| format!("`{JOURNAL}` is no journal of `regen`: delete it"))?;
    let (mut replaced, mut pending, mut unfit) = (0, Vec::new(), Vec::new());
    for entry in &journal.files {
        if !paths().any(|path| path == entry.path) {
            bail!("`{JOURNAL}` names a file that `regen` does not write: delete it");
        }
        let path = root.join(&entry.path);
        let current = digest(&path)?;
        let staged = digest(&staged(&path)?)?;
        if current.as_ref() == Some(&entry.after) {
            replaced += usize::from(entry.before != current);
        } else if current == entry.before && staged.as_ref() == Some(&entry.after) {
            pending.push(path);
        } else {
            unfit.push(entry.path.as_str());
        }
    }
    if !unfit.is_empty() {
        if replaced > 0 {
            bail!(
                "an interrupted `regen` cannot be finished, because these files have changed \
                 since: {}; restore them, or delete `{JOURNAL}` and run `cargo xtask regen --from \
                 {DOCUMENT}`",
                unfit.join(", ")
            );
        }
        remove(&path)?;
        return discard(root).map(|_| Recovery::RolledBack);
    }
    for path in pending {
        unstage(&path)?;
    }
    remove(&path)?;
    discard(root)?;
    Ok(Recovery::Completed)
}

/// Deletes all staged files.
fn discard(root: &Root) -> Result<Recovery> {
    let mut recovery = Recovery::Nothing;
    for path in paths().chain([JOURNAL]) {
        let staged = staged(&root.join(path))?;
        if staged.exists() {
            remove(&staged)?;
            recovery = Recovery::RolledBack;
        }
    }
    Ok(recovery)
}

/// Returns the path where the new content of a file waits: on the same file system.
fn staged(path: &Path) -> Result<PathBuf> {
    let name = path.file_name().context("a file to write has no name")?;
    let hidden = format!(".{}.staged", name.to_string_lossy());
    Ok(path.with_file_name(hidden))
}

fn stage(path: &Path, content: &[u8]) -> Result<()> {
    let staged = staged(path)?;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("creating `{}`", folder.display()))?;
    }
    File::create(&staged)
        .and_then(|mut file| {
            file.write_all(content)?;
            file.sync_all()
        })
        .with_context(|| format!("writing `{}`", staged.display()))
}

fn unstage(path: &Path) -> Result<()> {
    std::fs::rename(staged(path)?, path)
        .with_context(|| format!("replacing `{}`", path.display()))?;
    sync_folder(path)
}

fn remove(path: &Path) -> Result<()> {
    std::fs::remove_file(path).with_context(|| format!("deleting `{}`", path.display()))?;
    sync_folder(path)
}

/// A rename is on disk once its folder is.
#[cfg(unix)]
fn sync_folder(path: &Path) -> Result<()> {
    let folder = path.parent().context("a file has no folder")?;
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .with_context(|| format!("writing `{}`", folder.display()))
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> Result<()> {
    Ok(())
}

fn digest(path: &Path) -> Result<Option<String>> {
    match std::fs::read(path) {
        Ok(content) => Ok(Some(sha256(&content))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("reading `{}`", path.display())),
    }
}
