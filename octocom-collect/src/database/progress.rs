//! Progress in the database: failures, scans, and the account.

use rusqlite::{Connection, OptionalExtension, params};

use crate::account::Owner;
use crate::failure::Failure;
use crate::failures::Failures;
use crate::scope::Scope;
use crate::store::{RefreshScan, Scan};

/// Reads the owner and the number of the last run; `None` in a new database.
pub(super) fn owner(connection: &Connection) -> rusqlite::Result<Option<(String, i64)>> {
    let query = "SELECT owner, run FROM octocom_state";
    connection
        .query_row(query, [], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
}

pub(super) fn set_owner(connection: &Connection, owner: &Owner, run: i64) -> rusqlite::Result<()> {
    let owner = serde_json::to_string(owner).unwrap_or_default();
    connection.execute(
        "INSERT INTO octocom_state VALUES (1, ?1, ?2)
         ON CONFLICT (row) DO UPDATE SET owner = excluded.owner, run = excluded.run",
        params![owner, run],
    )?;
    Ok(())
}

/// Reads the failures. One that cannot be read any more is asked for anew by its list.
pub(super) fn failures(connection: &Connection) -> rusqlite::Result<Vec<Failure>> {
    let mut query = connection.prepare("SELECT raw FROM octocom_failures ORDER BY rowid")?;
    let texts = query.query_map([], |row| row.get::<_, String>(0))?;
    let texts: Vec<String> = texts.collect::<rusqlite::Result<_>>()?;
    let failures = texts
        .iter()
        .filter_map(|text| serde_json::from_str(text).ok());
    Ok(failures.collect())
}

pub(super) fn set_failures(connection: &Connection, failures: &Failures) -> rusqlite::Result<()> {
    connection.execute("DELETE FROM octocom_failures", [])?;
    let mut insert = connection.prepare_cached(
        "INSERT INTO octocom_failures VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    for failure in failures.all() {
        insert.execute(params![
            failure.stream,
            failure.business,
            failure.place.as_str(),
            failure.id,
            failure.reason,
            failure.first_seen.to_rfc3339(),
            failure.last_seen.to_rfc3339(),
            failure.count,
            serde_json::to_string(failure).unwrap_or_default(),
        ])?;
    }
    Ok(())
}

pub(super) fn scan(connection: &Connection, scope: &Scope) -> rusqlite::Result<Scan> {
    let query = "SELECT place, finished, refresh_run, refresh_since FROM octocom_scans
                 WHERE stream = ?1 AND business = ?2";
    let scan = connection.query_row(query, [scope.stream.table(), scope.slug()], |row| {
        let place: Option<String> = row.get(0)?;
        let since: Option<String> = row.get(3)?;
        Ok(Scan {
            // A place that cannot be read is none: the list is taken again from its start.
            place: place.and_then(|place| place.parse().ok()),
            finished: row.get(1)?,
            refresh_run: row.get(2)?,
            refresh: row.get::<_, Option<i64>>(2)?.map(|_| RefreshScan {
                since: since.and_then(|since| since.parse().ok()),
                place: None,
            }),
        })
    });
    Ok(scan.optional()?.unwrap_or_default())
}

pub(super) fn set_scan(
    connection: &Connection,
    scope: &Scope,
    scan: &Scan,
) -> rusqlite::Result<()> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO octocom_scans VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (stream, business) DO UPDATE SET
             (place, finished, refresh_run, refresh_since) = (
                 excluded.place, excluded.finished, excluded.refresh_run, excluded.refresh_since
             )",
    )?;
    let since = scan.refresh.as_ref().and_then(|refresh| refresh.since);
    insert.execute(params![
        scope.stream.table(),
        scope.slug(),
        scan.place.as_ref().map(ToString::to_string),
        scan.finished,
        scan.refresh_run,
        since.map(|since| since.to_rfc3339()),
    ])?;
    Ok(())
}

/// Forgets all places: those of another server do not hold.
pub(super) fn forget_places(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute("UPDATE octocom_scans SET place = NULL, finished = 0", [])?;
    Ok(())
}
