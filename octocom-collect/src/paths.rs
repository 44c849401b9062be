//! Files beside an output, and writing them whole.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// Returns the path of a file beside another, its name with a suffix.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Replaces a file by one written beside it, so that a reader finds the old content or the new.
pub(crate) fn replace(path: &Path, content: &[u8]) -> Result<()> {
    let new = new(path);
    let cannot = |error| Error::io("write", &new, error);
    let mut file = File::create(&new).map_err(cannot)?;
    file.write_all(content).map_err(cannot)?;
    file.sync_data().map_err(cannot)?;
    drop(file);
    rename(&new, path)
}

/// Removes what [`replace`] leaves when it is killed.
pub(crate) fn remove_new(path: &Path) -> Result<()> {
    remove(&new(path))
}

fn new(path: &Path) -> PathBuf {
    beside(path, ".new")
}

/// Renames a file, and makes sure of it.
pub(crate) fn rename(from: &Path, to: &Path) -> Result<()> {
    fs::rename(from, to).map_err(|error| Error::io("replace", to, error))?;
    // A rename is durable once its folder is; where a folder cannot be synced, the system decides.
    if let Some(folder) = folder(to)
        && let Ok(folder) = File::open(folder)
    {
        let _ = folder.sync_all();
    }
    Ok(())
}

/// Removes a file, if it is there.
pub(crate) fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::io("remove", path, error))
        }
        _ => Ok(()),
    }
}

/// Returns the path that a symbolic link leads to, so that the link is not replaced.
pub(crate) fn resolved(path: &Path) -> PathBuf {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_symlink() => {
            fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
        }
        _ => path.to_owned(),
    }
}

fn folder(path: &Path) -> Option<&Path> {
    let folder = path.parent()?;
    Some(match folder.as_os_str().is_empty() {
        true => Path::new("."),
        false => folder,
    })
}
