//! Records of lists in their tables.

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};

use super::tables::{Table, quoted};
use super::values::values;
use crate::record::{Record, members};
use crate::store::{Change, Taken};

/// A run that writes rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stamp<'a> {
    pub(super) run: i64,
    /// The server's time.
    pub(super) now: &'a str,
    /// Slug of the business, for tables that have it beside the documented fields.
    pub(super) business: Option<&'a str>,
}

/// Returns the original JSON of a record.
pub(super) fn raw(
    connection: &Connection,
    table: &Table,
    id: &str,
) -> rusqlite::Result<Option<String>> {
    let query = format!("SELECT raw FROM {} WHERE id = ?1", quoted(&table.name));
    let raw = connection
        .prepare_cached(&query)?
        .query_row([id], |row| row.get(0));
    raw.optional()
}

/// Notes that a row was listed and has not changed.
pub(super) fn touch(
    connection: &Connection,
    table: &Table,
    id: &str,
    run: i64,
) -> rusqlite::Result<()> {
    let update = format!(
        "UPDATE {} SET seen_run = ?2, missed = 0, gone_at = NULL WHERE id = ?1",
        quoted(&table.name)
    );
    connection
        .prepare_cached(&update)?
        .execute(params![id, run])?;
    Ok(())
}

/// Writes a record.
pub(super) fn write(
    connection: &Connection,
    table: &Table,
    record: &Record,
    stamp: Stamp<'_>,
) -> rusqlite::Result<Taken> {
    let before = raw(connection, table, &record.id)?;
    let fields = members(&record.text).unwrap_or_default();
    let (mut row, odd_fields) = values(table.columns.iter(), &fields);
    let mut names: Vec<_> = table.fields().map(quoted).collect();
    if let Some(id) = table.fields().position(|name| name == "id") {
        row[id] = Value::Text(record.id.clone());
    }
    let own = [
        ("raw", Value::Text(record.text.clone())),
        ("synced_at", Value::Text(stamp.now.to_owned())),
        ("seen_run", Value::Integer(stamp.run)),
        ("missed", Value::Integer(0)),
        ("gone_at", Value::Null),
    ];
    for (name, value) in own {
        names.push(quoted(name));
        row.push(value);
    }
    if let Some(business) = stamp.business.filter(|_| !table.documents("business_slug")) {
        names.push(quoted("business_slug"));
        row.push(Value::Text(business.to_owned()));
    }
    upsert(connection, table, &names, row)?;
    let change = match before {
        None => Change::New,
        Some(raw) if raw == record.text => Change::Unchanged,
        Some(_) => Change::Updated,
    };
    Ok(Taken { change, odd_fields })
}

/// Inserts a row, or updates these columns of it.
pub(super) fn upsert(
    connection: &Connection,
    table: &Table,
    names: &[String],
    row: Vec<Value>,
) -> rusqlite::Result<()> {
    let places = vec!["?"; names.len()].join(", ");
    let updates = names.iter().map(|name| format!("{name} = excluded.{name}"));
    let updates: Vec<_> = updates.collect();
    let sql = format!(
        "INSERT INTO {} ({}) VALUES ({places}) ON CONFLICT (id) DO UPDATE SET {}",
        quoted(&table.name),
        names.join(", "),
        updates.join(", ")
    );
    connection
        .prepare_cached(&sql)?
        .execute(params_from_iter(row))?;
    Ok(())
}

/// Notes that rows were not listed, after everything was; they are gone after two such lists.
pub(super) fn miss(
    connection: &Connection,
    table: &Table,
    stamp: Stamp<'_>,
    condition: &str,
    parameter: Option<&str>,
) -> rusqlite::Result<()> {
    let table = quoted(&table.name);
    let unseen = format!("seen_run <> ?1 AND gone_at IS NULL AND {condition}");
    connection.execute(
        &format!("UPDATE {table} SET missed = missed + 1 WHERE {unseen}"),
        params_from_iter(
            [Value::Integer(stamp.run)]
                .into_iter()
                .chain(parameter.map(|it| Value::Text(it.to_owned()))),
        ),
    )?;
    connection.execute(
        &format!("UPDATE {table} SET gone_at = ?1 WHERE missed >= 2 AND gone_at IS NULL"),
        [stamp.now],
    )?;
    Ok(())
}
