//! A database as a store.

use octocom_ext::{Checkpoint, DateTime, Utc};
use rusqlite::params;

use super::conversations::{self, Known};
use super::{Database, fill_from_snapshot, progress, records, tables};
use crate::error::{Error, Result};
use crate::failures::Failures;
use crate::record::{Record, members};
use crate::scope::Scope;
use crate::source::Versions;
use crate::store::{AccountStore, Change, Store, Taken, Want};
use crate::stream::Kind;

impl Store for Database {
    fn want(&mut self, scope: &Scope, record: &Record) -> Result<Want> {
        let Some(table) = tables::of_stream(scope.stream) else {
            return Ok(Want::Listed);
        };
        let cannot = |error| Error::database(&self.path, error);
        if !scope.stream.has_details() {
            let raw = records::raw(&self.connection, table, &record.id).map_err(cannot)?;
            return Ok(match raw {
                Some(raw) if raw == record.text => Want::Nothing,
                _ => Want::Listed,
            });
        }
        let known = Known::read(&self.connection, &record.id).map_err(cannot)?;
        let changed = if self.details {
            Want::Details
        } else {
            Want::Listed
        };
        Ok(match known {
            None => changed,
            Some(known) if known.summary.as_deref() != Some(&record.text) => changed,
            Some(known) if self.details && !known.details_current => Want::Details,
            Some(known) if self.details && self.refresh_run > Some(known.details_run) => {
                Want::Details
            }
            Some(_) => Want::Nothing,
        })
    }

    fn wants_details(&self, scope: &Scope) -> bool {
        self.details && scope.stream.has_details()
    }

    fn unchanged(&mut self, scope: &Scope, record: &Record) -> Result<()> {
        let Some(table) = tables::of_stream(scope.stream) else {
            return Ok(());
        };
        let run = self.run;
        self.write(|connection| records::touch(connection, table, &record.id, run))
    }

    fn listed(&mut self, scope: &Scope, record: &Record, now: DateTime<Utc>) -> Result<Taken> {
        if scope.stream.kind() == Kind::Deleted {
            return self.deleted(scope, record, now);
        }
        let table = tables::of_stream(scope.stream).ok_or_else(Error::task)?;
        self.stamped(scope, now, |connection, stamp| {
            match scope.stream.has_details() {
                true => conversations::write_summary(connection, table, record, stamp),
                false => records::write(connection, table, record, stamp),
            }
        })
    }

    fn detailed(
        &mut self,
        scope: &Scope,
        summary: Option<&Record>,
        details: &Record,
        now: DateTime<Utc>,
    ) -> Result<Taken> {
        let table = Self::conversations()?;
        self.stamped(scope, now, |connection, stamp| {
            let listed = match summary {
                Some(summary) => Some(conversations::write_summary(
                    connection, table, summary, stamp,
                )?),
                None => None,
            };
            let taken = conversations::write_details(connection, table, details, stamp)?;
            // The columns that only a summary has may have changed too.
            let change = match (listed.map(|listed| listed.change), taken.change) {
                (Some(change @ (Change::New | Change::Updated)), _) => change,
                (_, change) => change,
            };
            let odd_fields = taken.odd_fields + listed.map_or(0, |listed| listed.odd_fields);
            Ok(Taken { change, odd_fields })
        })
    }

    fn versions(
        &mut self,
        scope: &Scope,
        item: &str,
        versions: &Versions,
        now: DateTime<Utc>,
    ) -> Result<Vec<Taken>> {
        let items = scope.stream.items();
        self.stamped(scope, now, |connection, stamp| {
            let mut taken = Vec::new();
            for version in &versions.records {
                let id = version.id.strip_prefix(item).unwrap_or(&version.id);
                let id = id.trim_start_matches('/');
                let fields = members(&version.text).unwrap_or_default();
                let raw = fields.get("version").map_or("null", |raw| raw.get());
                let known = connection
                    .prepare_cached(
                        "SELECT raw = ?4 FROM versions
                         WHERE (kind, item_id, version_id) = (?1, ?2, ?3)",
                    )?
                    .query_map(params![items.table(), item, id, raw], |row| row.get(0))?
                    .next()
                    .transpose()?;
                let change = match known {
                    None => Change::New,
                    Some(true) => Change::Unchanged,
                    Some(false) => Change::Updated,
                };
                if change != Change::Unchanged {
                    connection
                        .prepare_cached(
                            "INSERT OR REPLACE INTO versions VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                        )?
                        .execute(params![
                            items.table(),
                            item,
                            id,
                            stamp.business,
                            raw,
                            stamp.now
                        ])?;
                }
                taken.push(Taken {
                    change,
                    odd_fields: 0,
                });
            }
            fill_from_snapshot(connection, items, item, versions)?;
            Ok(taken)
        })
    }

    fn refused(
        &mut self,
        scope: &Scope,
        id: &str,
        summary: Option<&Record>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let Some(table) = tables::of_stream(scope.stream) else {
            return Ok(());
        };
        self.stamped(scope, now, |connection, stamp| {
            match summary.filter(|_| scope.stream.has_details()) {
                Some(summary) => {
                    conversations::write_summary(connection, table, summary, stamp)?;
                }
                // It was listed, so it is not gone.
                None => records::touch(connection, table, id, stamp.run)?,
            }
            if scope.stream.has_details() {
                // What could not be had is asked for again.
                let update = "UPDATE conversations SET details_current = 0 WHERE id = ?1";
                connection.execute(update, [id])?;
            }
            Ok(())
        })
    }

    fn gone(
        &mut self,
        scope: &Scope,
        id: &str,
        summary: Option<&Record>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        if !scope.stream.has_details() {
            return Ok(());
        }
        let table = Self::conversations()?;
        self.stamped(scope, now, |connection, stamp| {
            if let Some(summary) = summary {
                conversations::write_summary(connection, table, summary, stamp)?;
            }
            conversations::set_gone(connection, id, stamp.now)
        })
    }

    fn set_place(&mut self, scope: &Scope, place: Checkpoint) {
        self.place = Some((scope.clone(), place));
    }

    fn failures(&mut self) -> &mut Failures {
        &mut self.failures
    }

    fn commit(&mut self) -> Result<()> {
        if let Some((scope, place)) = self.place.take() {
            let mut scan = self.scan(&scope)?;
            scan.place = Some(place);
            self.set_scan(&scope, &scan)?;
        }
        if self.failures.is_changed {
            let failures = std::mem::take(&mut self.failures);
            let stored = self.write(|connection| progress::set_failures(connection, &failures));
            self.failures = failures;
            stored?;
            self.failures.is_changed = false;
        }
        if self.in_transaction {
            let committed = self.connection.execute_batch("COMMIT");
            committed.map_err(|error| self.roll_back(error))?;
            self.in_transaction = false;
        }
        Ok(())
    }
}
