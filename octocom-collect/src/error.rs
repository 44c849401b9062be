//! The error of a run.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::report::Report;

/// The result of everything that can fail in this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The reason why a run ended before its end.
///
/// Everything that was accepted until then is stored, and [`report`](Self::report) says what that is. `Display`
/// is one line that says what failed, why, and what to do.
pub struct Error(Box<Inner>);

struct Inner {
    cause: Cause,
    report: Option<Report>,
}

enum Cause {
    Call(octocom_ext::Error),
    /// So many records in a row failed in the same way.
    InARow(u32, octocom_ext::Error),
    Task,
    Io {
        action: &'static str,
        path: Option<PathBuf>,
        source: io::Error,
    },
    Database {
        path: PathBuf,
        source: rusqlite::Error,
    },
    Refused(ErrorKind, String),
}

/// The kinds of errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An option cannot be used as it is, or not with another one.
    Options,
    /// A call failed: [`Error::call`] has its error.
    Call,
    /// The output exists, and it was not said what to do with it.
    Exists,
    /// Another process is writing the output.
    Locked,
    /// The state cannot be read, is of another run, or does not fit the output.
    State,
    /// The output belongs to another account or server.
    Account,
    /// The output is not, or not entirely, a database of this crate.
    Database,
    /// The output cannot be written or read: a full disk, say.
    Output,
    /// The run was interrupted before it had begun.
    Interrupted,
    /// The reader of a pipe has closed it. A program ends without a word then.
    ClosedPipe,
}

impl Error {
    /// Returns the kind.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match &self.0.cause {
            Cause::Call(_) | Cause::InARow(..) => ErrorKind::Call,
            Cause::Task => ErrorKind::Output,
            Cause::Io { source, .. } if source.kind() == io::ErrorKind::BrokenPipe => {
                ErrorKind::ClosedPipe
            }
            Cause::Io { .. } => ErrorKind::Output,
            Cause::Database { source, .. } => match source.sqlite_error_code() {
                Some(rusqlite::ErrorCode::NotADatabase) => ErrorKind::Database,
                Some(rusqlite::ErrorCode::DatabaseBusy) => ErrorKind::Locked,
                _ => ErrorKind::Output,
            },
            Cause::Refused(kind, _) => *kind,
        }
    }

    /// Returns the error of the call that failed, for [`ErrorKind::Call`].
    #[must_use]
    pub fn call(&self) -> Option<&octocom_ext::Error> {
        match &self.0.cause {
            Cause::Call(error) | Cause::InARow(_, error) => Some(error),
            _ => None,
        }
    }

    /// Returns what was stored before the error; `None` where the run had not begun.
    #[must_use]
    pub fn report(&self) -> Option<&Report> {
        self.0.report.as_ref()
    }

    /// Returns the exit status: 2 for options, 4 for a key that is missing or not accepted, 5 for
    /// something that does not exist, 6 for a rate limit or quota, 0 for a closed pipe, 130 for an
    /// interruption, else 1.
    #[must_use]
    pub fn exit_status(&self) -> u8 {
        match (self.kind(), self.call()) {
            (ErrorKind::Options, _) => 2,
            (ErrorKind::Interrupted, _) => 130,
            (ErrorKind::ClosedPipe, _) => 0,
            (_, Some(call)) if call.is_unauthorized() || call.is_forbidden() => 4,
            (_, Some(call)) if call.is_rate_limited() || call.is_quota() => 6,
            (_, Some(call)) if call.is_not_found() => 5,
            _ => 1,
        }
    }

    pub(crate) fn options(detail: impl Into<String>) -> Self {
        Self::refused(ErrorKind::Options, detail)
    }

    pub(crate) fn refused(kind: ErrorKind, detail: impl Into<String>) -> Self {
        Self::new(Cause::Refused(kind, detail.into()))
    }

    /// Returns the error of a file that cannot be read or written. `action` is a verb: "write".
    pub(crate) fn io(action: &'static str, path: &Path, source: io::Error) -> Self {
        let path = Some(path.to_owned());
        Self::new(Cause::Io {
            action,
            path,
            source,
        })
    }

    /// Returns the error of a pipe that cannot be written.
    pub(crate) fn pipe(source: io::Error) -> Self {
        Self::new(Cause::Io {
            action: "write",
            path: None,
            source,
        })
    }

    pub(crate) fn database(path: &Path, source: rusqlite::Error) -> Self {
        let path = path.to_owned();
        Self::new(Cause::Database { path, source })
    }

    /// Returns the error of a run in which too many records in a row failed in the same way.
    pub(crate) fn in_a_row(count: u32, error: octocom_ext::Error) -> Self {
        Self::new(Cause::InARow(count, error))
    }

    pub(crate) fn is_in_a_row(&self) -> bool {
        matches!(self.0.cause, Cause::InARow(..))
    }

    /// Returns the error of a task that has panicked.
    pub(crate) fn task() -> Self {
        Self::new(Cause::Task)
    }

    pub(crate) fn with_report(mut self, report: Report) -> Self {
        self.0.report = Some(report);
        self
    }

    fn new(cause: Cause) -> Self {
        let report = None;
        Self(Box::new(Inner { cause, report }))
    }
}

impl From<octocom_ext::Error> for Error {
    fn from(error: octocom_ext::Error) -> Self {
        Self::new(Cause::Call(error))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.cause {
            Cause::Call(error) => error.fmt(f),
            Cause::InARow(count, error) => write!(
                f,
                "{count} records in a row failed in the same way, the last one: {error}"
            ),
            Cause::Task => f.write_str("a task of the run has ended early"),
            Cause::Io {
                action,
                path: Some(path),
                source,
            } => write!(f, "cannot {action} `{}`: {source}", path.display()),
            Cause::Io { action, source, .. } => write!(f, "cannot {action} the output: {source}"),
            Cause::Database { path, source } => {
                write!(f, "the database `{}`: {source}", path.display())
            }
            Cause::Refused(_, detail) => f.write_str(detail),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.kind();
        f.debug_tuple("Error")
            .field(&kind)
            .field(&self.to_string())
            .finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0.cause {
            Cause::Call(error) | Cause::InARow(_, error) => Some(error),
            // The message has it.
            _ => None,
        }
    }
}
