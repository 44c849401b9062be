//! One run at a time on a file.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rusqlite::{Connection, ErrorCode};

/// Held as long as it lives, and given back by the system when the process dies.
///
/// It is the lock of an empty database beside the file, and not of the file itself, so that others
/// can read that during a run.
pub(crate) struct Lock {
    _connection: Connection,
}

impl Lock {
    /// Takes the lock of a file, or says that another run has it.
    pub(crate) fn take(file: &Path) -> Result<Self> {
        let mut name = file.as_os_str().to_owned();
        name.push(".lock");
        let path = PathBuf::from(name);
        let cannot = || format!("locking `{}`", path.display());
        let connection = Connection::open(&path).with_context(cannot)?;
        connection
            .busy_timeout(Duration::ZERO)
            .with_context(cannot)?;
        match connection.execute_batch("BEGIN EXCLUSIVE") {
            Ok(()) => Ok(Self {
                _connection: connection,
            }),
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => bail!(
                "another run is at work on `{}`: it holds `{}`",
                file.display(),
                path.display()
            ),
            Err(error) => Err(error).with_context(cannot),
        }
    }
}
