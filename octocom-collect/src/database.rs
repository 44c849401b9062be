//! The SQLite file of a copy: tables of records, and the progress beside them.

mod children;
mod conversations;
mod opening;
mod progress;
mod records;
mod store;
pub(crate) mod tables;
mod values;
mod views;

use std::path::{Path, PathBuf};

use octocom_ext::{Checkpoint, DateTime, Utc};
use rusqlite::types::Value;
use rusqlite::{Connection, params};

use self::records::{Stamp, miss};
use self::tables::Table;

use crate::account::Owner;
use crate::error::{Error, ErrorKind, Result};
use crate::failures::Failures;
use crate::lock::Lock;
use crate::paths::resolved;
use crate::record::{Record, members};
use crate::scope::Scope;
use crate::source::Versions;
use crate::store::{AccountStore, Change, Scan, Store, Taken};
use crate::stream::Stream;

/// A database that is written by this run alone.
pub(crate) struct Database {
    connection: Connection,
    path: PathBuf,
    details: bool,
    /// Number of this run.
    run: i64,
    failures: Failures,
    /// Conversations whose details an earlier run has fetched are fetched again.
    refresh_run: Option<i64>,
    /// The progress of the present scope's list.
    place: Option<(Scope, Checkpoint)>,
    in_transaction: bool,
    /// `true` after a failed write: nothing more is written.
    is_broken: bool,
    _lock: Lock,
}

impl Database {
    /// Opens a database, or a new one, and locks it.
    pub(crate) fn open(path: &Path, details: bool) -> Result<Self> {
        let path = resolved(path);
        let lock = Lock::take(&path)?;
        let connection = opening::open(&path)?;
        let cannot = |error| Error::database(&path, error);
        let failures = progress::failures(&connection).map_err(cannot)?;
        Ok(Self {
            connection,
            details,
            run: 0,
            failures: Failures::new(failures),
            refresh_run: None,
            place: None,
            in_transaction: false,
            is_broken: false,
            path,
            _lock: lock,
        })
    }

    /// Returns the account that the database belongs to; `None` for a new one.
    pub(crate) fn owner(&mut self) -> Result<Option<Owner>> {
        let owner = progress::owner(&self.connection).map_err(|error| self.error(error))?;
        let Some((text, run)) = owner else {
            return Ok(None);
        };
        self.run = run;
        serde_json::from_str(&text).map(Some).map_err(|_| {
            let detail = format!(
                "the database `{}` does not say whose it is: its table octocom_state was changed",
                self.path.display()
            );
            Error::refused(ErrorKind::State, detail)
        })
    }

    /// Begins a run. The places of another server do not hold.
    pub(crate) fn begin(&mut self, owner: &Owner, moved: bool) -> Result<()> {
        self.run += 1;
        let run = self.run;
        self.write(|connection| {
            progress::set_owner(connection, owner, run)?;
            match moved {
                true => progress::forget_places(connection),
                false => Ok(()),
            }
        })?;
        self.commit()
    }

    /// Writes within the present transaction, which is begun if there is none.
    fn write<T>(&mut self, write: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T> {
        if self.is_broken {
            let detail = format!(
                "the database `{}` could not be written",
                self.path.display()
            );
            return Err(Error::refused(ErrorKind::Output, detail));
        }
        if !self.in_transaction {
            let begun = self.connection.execute_batch("BEGIN IMMEDIATE");
            begun.map_err(|error| self.error(error))?;
            self.in_transaction = true;
        }
        let written = write(&self.connection);
        written.map_err(|error| self.roll_back(error))
    }

    /// Gives up what was written since the last commit: a record may be half written.
    fn roll_back(&mut self, error: rusqlite::Error) -> Error {
        // After some failures the database has done it already.
        let _ = self.connection.execute_batch("ROLLBACK");
        self.in_transaction = false;
        self.is_broken = true;
        self.error(error)
    }

    fn error(&self, error: rusqlite::Error) -> Error {
        Error::database(&self.path, error)
    }

    fn stamped<T>(
        &mut self,
        scope: &Scope,
        now: DateTime<Utc>,
        write: impl FnOnce(&Connection, Stamp<'_>) -> rusqlite::Result<T>,
    ) -> Result<T> {
        let (run, now) = (self.run, time(now));
        self.write(|connection| {
            let stamp = Stamp {
                run,
                now: &now,
                business: scope.business.as_deref(),
            };
            write(connection, stamp)
        })
    }

    fn conversations() -> Result<&'static Table> {
        tables::of_stream(Stream::CONVERSATIONS).ok_or_else(Error::task)
    }
}

impl AccountStore for Database {
    fn scan(&self, scope: &Scope) -> Result<Scan> {
        progress::scan(&self.connection, scope).map_err(|error| self.error(error))
    }

    fn set_scan(&mut self, scope: &Scope, scan: &Scan) -> Result<()> {
        self.place = None;
        self.write(|connection| progress::set_scan(connection, scope, scan))
    }

    fn refresh(&mut self, run: Option<i64>) {
        self.refresh_run = run;
    }

    fn run(&self) -> i64 {
        self.run
    }

    fn without_details(&self) -> Result<Vec<String>> {
        conversations::without_details(&self.connection).map_err(|error| self.error(error))
    }

    /// Rows that were not listed are gone after two such lists.
    fn listed_all(
        &mut self,
        scope: &Scope,
        since: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let Some(table) = tables::of_stream(scope.stream) else {
            return Ok(());
        };
        let (run, now) = (self.run, time(now));
        let (condition, parameter) = match (&scope.business, since) {
            (Some(slug), _) => ("business_slug = ?2", Some(slug.clone())),
            (None, Some(since)) => (
                "julianday(created_at) > julianday(?2)",
                Some(since.to_rfc3339()),
            ),
            (None, None) => ("true", None),
        };
        self.write(|connection| {
            let stamp = Stamp {
                run,
                now: &now,
                business: None,
            };
            miss(connection, table, stamp, condition, parameter.as_deref())
        })
    }
}

impl Database {
    /// Takes a deleted item: its row is gone, and made if it was never listed.
    fn deleted(&mut self, scope: &Scope, record: &Record, now: DateTime<Utc>) -> Result<Taken> {
        let table = tables::of_stream(scope.stream.items()).ok_or_else(Error::task)?;
        self.stamped(scope, now, |connection, stamp| {
            let is_known = records::raw(connection, table, &record.id)?.is_some();
            let change = match is_known {
                true => Change::Unchanged,
                false => records::write(connection, table, record, stamp)?.change,
            };
            let fields = members(&record.text).unwrap_or_default();
            let at = fields
                .get("deletedAt")
                .and_then(|at| crate::record::string(at));
            let table = tables::quoted(&table.name);
            let gone = connection.execute(
                // One that this run has listed was restored: the next run decides.
                &format!(
                    "UPDATE {table} SET gone_at = ?2
                     WHERE id = ?1 AND gone_at IS NULL AND NOT (?4 AND seen_run = ?3)"
                ),
                params![
                    record.id,
                    at.unwrap_or_else(|| stamp.now.to_owned()),
                    stamp.run,
                    is_known
                ],
            )?;
            let change = match (change, gone) {
                (Change::Unchanged, 1) => Change::Updated,
                (change, _) => change,
            };
            Ok(Taken {
                change,
                odd_fields: 0,
            })
        })
    }
}

/// Fills what lists do not have from the newest version's snapshot.
fn fill_from_snapshot(
    connection: &Connection,
    items: Stream,
    item: &str,
    versions: &Versions,
) -> rusqlite::Result<()> {
    let Some(snapshot) = &versions.snapshot else {
        return Ok(());
    };
    let (column, field) = match items.table() {
        "articles" => ("content", &snapshot["content"]),
        "workflows" => ("variants", &snapshot["variants"]),
        _ => return Ok(()),
    };
    let value = match field {
        serde_json::Value::Null => return Ok(()),
        serde_json::Value::String(text) => Value::Text(text.clone()),
        other => Value::Text(other.to_string()),
    };
    let table = tables::quoted(items.table());
    connection.execute(
        &format!("UPDATE {table} SET {column} = ?2 WHERE id = ?1"),
        params![item, value],
    )?;
    Ok(())
}

/// A time as text that sorts as the time does.
fn time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
}
