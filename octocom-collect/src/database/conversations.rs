//! Conversations: their summaries, their details, and what is known of both.

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params};

use super::children;
use super::records::{Stamp, upsert};
use super::tables::{Table, quoted};
use super::values::values;
use crate::record::{Members, Record, members, string};
use crate::store::{Change, Taken};

/// The stored state of a conversation.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) summary: Option<String>,
    pub(super) raw: Option<String>,
    /// `true` if the details were fetched for this summary.
    pub(super) details_current: bool,
    /// Number of the run that fetched them.
    pub(super) details_run: i64,
}

impl Known {
    pub(super) fn read(connection: &Connection, id: &str) -> rusqlite::Result<Option<Self>> {
        let mut query = connection.prepare_cached(
            "SELECT raw_summary, raw, details_current, details_run FROM conversations WHERE id = ?1",
        )?;
        let known = query.query_row([id], |row| {
            Ok(Self {
                summary: row.get(0)?,
                raw: row.get(1)?,
                details_current: row.get(2)?,
                details_run: row.get(3)?,
            })
        });
        known.optional()
    }
}

/// Writes a summary. The details that are there stay, and are no longer current if it has changed.
pub(super) fn write_summary(
    connection: &Connection,
    table: &Table,
    summary: &Record,
    stamp: Stamp<'_>,
) -> rusqlite::Result<Taken> {
    let before = Known::read(connection, &summary.id)?;
    let change = match &before {
        None => Change::New,
        Some(known) if known.summary.as_deref() == Some(&summary.text) => Change::Unchanged,
        Some(_) => Change::Updated,
    };
    let current = change == Change::Unchanged && before.is_some_and(|known| known.details_current);
    let fields = members(&summary.text).unwrap_or_default();
    let (mut names, mut row, odd) = documented(table, &fields, &summary.id);
    push(
        &mut names,
        &mut row,
        "raw_summary",
        Value::Text(summary.text.clone()),
    );
    push(
        &mut names,
        &mut row,
        "details_current",
        Value::Integer(current.into()),
    );
    stamped(&mut names, &mut row, stamp);
    upsert(connection, table, &names, row)?;
    let odd_fields = odd + children::replace(connection, &summary.id, &fields)?;
    Ok(Taken { change, odd_fields })
}

/// Writes the details of a conversation, and all lists within it.
pub(super) fn write_details(
    connection: &Connection,
    table: &Table,
    details: &Record,
    stamp: Stamp<'_>,
) -> rusqlite::Result<Taken> {
    let before = Known::read(connection, &details.id)?;
    let fields = members(&details.text).unwrap_or_default();
    let (mut names, mut row, odd) = documented(table, &fields, &details.id);
    push(&mut names, &mut row, "customer_id", customer_id(&fields));
    push(
        &mut names,
        &mut row,
        "raw",
        Value::Text(details.text.clone()),
    );
    push(
        &mut names,
        &mut row,
        "details_at",
        Value::Text(stamp.now.to_owned()),
    );
    push(
        &mut names,
        &mut row,
        "details_run",
        Value::Integer(stamp.run),
    );
    push(&mut names, &mut row, "details_current", Value::Integer(1));
    stamped(&mut names, &mut row, stamp);
    upsert(connection, table, &names, row)?;
    let odd_fields = odd + children::replace(connection, &details.id, &fields)?;
    let change = match before {
        None => Change::New,
        Some(known) if known.raw.as_deref() == Some(&details.text) => Change::Unchanged,
        Some(_) => Change::Updated,
    };
    Ok(Taken { change, odd_fields })
}

/// Notes that a conversation is gone.
pub(super) fn set_gone(connection: &Connection, id: &str, now: &str) -> rusqlite::Result<()> {
    let update = "UPDATE conversations SET gone_at = ?2 WHERE id = ?1 AND gone_at IS NULL";
    connection.execute(update, params![id, now])?;
    Ok(())
}

/// Ids of the conversations whose details are missing or out of date.
pub(super) fn without_details(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut query = connection.prepare(
        "SELECT id FROM conversations WHERE details_current = 0 AND gone_at IS NULL
         ORDER BY created_at",
    )?;
    let ids = query.query_map([], |row| row.get(0))?;
    ids.collect()
}

/// The columns of a text's documented fields. A text in full lacks some that a summary has, and the
/// other way round: those stay.
fn documented(table: &Table, fields: &Members<'_>, id: &str) -> (Vec<String>, Vec<Value>, u64) {
    let present = || {
        table
            .columns
            .iter()
            .filter(|column| fields.contains_key(&column.field))
    };
    let (mut row, odd) = values(present(), fields);
    let mut names: Vec<_> = present().map(|column| quoted(&column.name)).collect();
    match present().position(|column| column.name == "id") {
        Some(place) => row[place] = Value::Text(id.to_owned()),
        None => push(&mut names, &mut row, "id", Value::Text(id.to_owned())),
    }
    (names, row, odd)
}

fn customer_id(fields: &Members<'_>) -> Value {
    let id = fields
        .get("customer")
        .and_then(|customer| members(customer.get()))
        .and_then(|customer| string(customer.get("id")?));
    id.map_or(Value::Null, Value::Text)
}

fn stamped(names: &mut Vec<String>, row: &mut Vec<Value>, stamp: Stamp<'_>) {
    push(names, row, "gone_at", Value::Null);
    push(names, row, "synced_at", Value::Text(stamp.now.to_owned()));
    push(names, row, "seen_run", Value::Integer(stamp.run));
    push(names, row, "missed", Value::Integer(0));
}

fn push(names: &mut Vec<String>, row: &mut Vec<Value>, name: &str, value: Value) {
    names.push(quoted(name));
    row.push(value);
}
