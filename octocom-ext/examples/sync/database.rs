//! The file: everything that is read from it and written to it.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use octocom_ext::Checkpoint;
use rusqlite::{Connection, TransactionBehavior};
use uuid::Uuid;

use crate::failure::Failure;
use crate::lock::Lock;
use crate::row::{Known, Row, text};
use crate::schema;

/// How long to wait for others that write to the file, such as a `VACUUM` by hand.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// The file, locked against other runs.
pub(crate) struct Database {
    connection: Connection,
    _lock: Lock,
}

/// What a page of the list comes to: written as a whole or not at all.
#[derive(Default)]
pub(crate) struct Batch {
    pub(crate) rows: Vec<Row>,
    pub(crate) failures: Vec<Failure>,
    /// Where the list goes on; `None` leaves that as it is.
    pub(crate) checkpoint: Option<Checkpoint>,
}

impl Database {
    /// Opens or makes the file; `source` says which server it is for.
    pub(crate) fn open(path: &Path, source: &str) -> Result<Self> {
        let cannot = || format!("opening `{}`", path.display());
        // Made first, so that all names of the file lead to the same lock.
        std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .with_context(cannot)?;
        let path = path.canonicalize().with_context(cannot)?;
        let lock = Lock::take(&path)?;
        let mut connection = Connection::open(&path).with_context(cannot)?;
        connection.busy_timeout(BUSY_TIMEOUT).with_context(cannot)?;
        schema::prepare(&mut connection, source).with_context(cannot)?;
        Ok(Self {
            connection,
            _lock: lock,
        })
    }

    /// Where the list of new conversations goes on; `None` before the first page.
    pub(crate) fn checkpoint(&self) -> Result<Option<Checkpoint>> {
        let query = "SELECT checkpoint FROM progress";
        let text: Option<String> = self.connection.query_row(query, [], |row| row.get(0))?;
        Ok(text.map(|text| text.parse()).transpose()?)
    }

    /// The latest creation date; `None` when there is no conversation.
    pub(crate) fn newest(&self) -> Result<Option<DateTime<Utc>>> {
        let query = "SELECT max(created_at) FROM conversations";
        let text: Option<String> = self.connection.query_row(query, [], |row| row.get(0))?;
        text.map(|text| text.parse().context("reading `created_at`"))
            .transpose()
    }

    pub(crate) fn known(&self, id: Uuid) -> Result<Option<Known>> {
        Known::read(&self.connection, id).context("reading the database")
    }

    /// Writes a batch in one transaction.
    pub(crate) fn write(&mut self, batch: &Batch, now: DateTime<Utc>) -> Result<()> {
        let now = text(now);
        let mut write = || -> rusqlite::Result<()> {
            let transaction = self
                .connection
                .transaction_with_behavior(TransactionBehavior::Immediate)?;
            for row in &batch.rows {
                row.write(&transaction, &now)?;
            }
            for failure in &batch.failures {
                failure.write(&transaction, &now)?;
            }
            if let Some(checkpoint) = &batch.checkpoint {
                transaction.execute(
                    "UPDATE progress SET checkpoint = ?1",
                    [checkpoint.to_string()],
                )?;
            }
            transaction.commit()
        };
        write().context("writing the database")
    }
}
