//! The lock that lets one `regen` at a time write the workspace's files.

use std::fs::File;

use anyhow::{Context as _, Result, bail};

use crate::root::Root;

/// The file that is locked. It stays, empty; git ignores it.
pub(crate) const LOCK: &str = "openapi/.regen.lock";

/// The right to write, held until it is dropped or the process ends.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock without waiting.
    ///
    /// # Errors
    ///
    /// Fails when another process holds the lock, or when the file cannot be opened.
    pub(crate) fn take(root: &Root) -> Result<Self> {
        let path = root.join(LOCK);
        let cannot = || format!("locking `{}`", path.display());
        let file = File::create(&path).with_context(cannot)?;
        match fs4::FileExt::try_lock(&file) {
            Ok(()) => Ok(Self { _file: file }),
            Err(fs4::TryLockError::WouldBlock) => bail!(
                "another `cargo xtask regen` is running in this workspace; nothing was written. \
                 Run the command again when the other one has ended"
            ),
            Err(fs4::TryLockError::Error(error)) => Err(error).with_context(cannot),
        }
    }
}
