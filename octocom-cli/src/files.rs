//! Files that are replaced as a whole.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::failure::{Failure, Result};

/// The users who may read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Its owner: it may hold a key.
    Private,
    /// Everybody whom the user's own settings allow.
    Shared,
}

/// Replaces a file by a rename, so that a reader finds the old content or the new, never half.
pub(crate) fn replace(path: &Path, content: &[u8], access: Access) -> Result<()> {
    // A link is followed, or the rename would replace the link.
    let target = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let persisted = beside_it(&target, content, access)?.persist(&target);
    persisted.map_err(|error| Failure::file("writing", path, error.error))?;
    Ok(())
}

/// Makes a new file that everybody may read. Returns `false` if there is one already, which stays.
pub(crate) fn create(path: &Path, content: &[u8]) -> Result<bool> {
    let persisted = beside_it(path, content, Access::Shared)?.persist_noclobber(path);
    match persisted {
        Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(Failure::file("writing", path, error.error)),
        Ok(_) => Ok(true),
    }
}

/// Writes a temporary file to the folder of another.
fn beside_it(path: &Path, content: &[u8], access: Access) -> Result<NamedTempFile> {
    let failed = |error: std::io::Error| Failure::file("writing", path, error);
    let mut builder = tempfile::Builder::new();
    builder.prefix(".octocom-");
    #[cfg(unix)]
    if access == Access::Shared {
        // The system takes from it what the user's mask forbids.
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    }
    #[cfg(not(unix))]
    let _ = access;
    let mut file = builder.tempfile_in(folder(path)).map_err(failed)?;
    file.write_all(content).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    Ok(file)
}

/// The folder that a file is in.
fn folder(path: &Path) -> &Path {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

/// Returns the same path from the root, with links resolved. The file need not be there.
pub(crate) fn absolute(path: &Path) -> Result<PathBuf> {
    if let Ok(path) = std::fs::canonicalize(path) {
        return Ok(path);
    }
    let folder = std::fs::canonicalize(folder(path));
    let folder = folder.map_err(|error| Failure::file("looking for", path, error))?;
    Ok(folder.join(path.file_name().unwrap_or_default()))
}

/// The path `FILE.suffix`, beside a file.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    PathBuf::from(name)
}

/// The path as a word of a shell.
pub(crate) fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |letter: char| letter.is_alphanumeric() || "/._-+:@%".contains(letter);
    match text.chars().all(plain) {
        true => text,
        false => format!("'{}'", text.replace('\'', "'\\''")),
    }
}
