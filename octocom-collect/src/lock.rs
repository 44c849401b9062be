//! One writer for an output.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};

use fs4::TryLockError;

use crate::error::{Error, ErrorKind, Result};
use crate::paths::beside;

/// The lock of an output: held as long as it lives, and given back by the system when the process
/// dies. It is a file beside the output, since the output itself is replaced by renaming.
#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
    path: PathBuf,
}

impl Lock {
    /// Takes the lock of an output.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Locked`] when another process has it.
    pub(crate) fn take(output: &Path) -> Result<Self> {
        let path = beside(output, ".lock");
        loop {
            let file = OpenOptions::new()
                .create(true)
                .truncate(false)
                .write(true)
                .open(&path)
                .map_err(|error| Error::io("create", &path, error))?;
            match fs4::FileExt::try_lock(&file) {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    let detail = format!(
                        "another process is writing `{}`: wait until it has ended",
                        output.display()
                    );
                    return Err(Error::refused(ErrorKind::Locked, detail));
                }
                Err(TryLockError::Error(error)) => return Err(Error::io("lock", &path, error)),
            }
            // The one before may have removed the file between the opening and the locking.
            if is_same(&file, &path) {
                return Ok(Self { file, path });
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Removed while it is still held, so that nobody's lock is removed but ours.
        if cfg!(unix) {
            let _ = std::fs::remove_file(&self.path);
        }
        let _ = fs4::FileExt::unlock(&self.file);
    }
}

#[cfg(unix)]
fn is_same(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let (Ok(open), Ok(named)) = (file.metadata(), std::fs::metadata(path)) else {
        return false;
    };
    (open.dev(), open.ino()) == (named.dev(), named.ino())
}

#[cfg(not(unix))]
fn is_same(_: &File, _: &Path) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_lock_is_refused_until_the_first_is_given_back() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("out.ndjson");
        let first = Lock::take(&output).unwrap();
        let error = Lock::take(&output).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Locked);
        assert!(error.to_string().contains("out.ndjson`"), "{error}");
        drop(first);
        assert!(!folder.path().join("out.ndjson.lock").exists());
        drop(Lock::take(&output).unwrap());
        let missing = folder.path().join("no").join("out.ndjson");
        assert_eq!(Lock::take(&missing).unwrap_err().kind(), ErrorKind::Output);
    }
}
