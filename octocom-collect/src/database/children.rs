//! The lists within a conversation, in tables of their own.

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use serde_json::value::RawValue;

use super::tables::{Child, ChildKind, children, quoted};
use super::values::values;
use crate::record::{Members, compact, members, string};

/// Replaces the lists that a conversation has; those that it lacks stay. Returns the number of fields
/// of another JSON type than documented.
pub(super) fn replace(
    connection: &Connection,
    conversation: &str,
    fields: &Members<'_>,
) -> rusqlite::Result<u64> {
    let mut odd = 0;
    for child in children() {
        if let Some(list) = fields.get(&child.field) {
            odd += replace_list(connection, conversation, child, list)?;
        }
    }
    Ok(odd)
}

fn replace_list(
    connection: &Connection,
    conversation: &str,
    child: &Child,
    list: &RawValue,
) -> rusqlite::Result<u64> {
    let table = quoted(&child.table.name);
    connection
        .prepare_cached(&format!("DELETE FROM {table} WHERE conversation_id = ?1"))?
        .execute([conversation])?;
    let records: Vec<&RawValue> = match serde_json::from_str(list.get()) {
        Ok(records) => records,
        Err(_) => return Ok(u64::from(list.get() != "null")),
    };
    let mut odd = 0;
    for (position, record) in (0_i64..).zip(records) {
        if child.kind == ChildKind::Texts {
            match string(record) {
                Some(text) => {
                    let insert = format!("INSERT OR IGNORE INTO {table} VALUES (?1, ?2)");
                    connection
                        .prepare_cached(&insert)?
                        .execute([conversation, &text])?;
                }
                None => odd += 1,
            }
            continue;
        }
        let Some(fields) = members(record.get()) else {
            odd += 1;
            continue;
        };
        let (mut row, odd_fields) = values(child.table.columns.iter(), &fields);
        odd += odd_fields;
        set_key(&mut row, child, &fields, conversation, position);
        row.push(Value::Text(conversation.to_owned()));
        row.push(Value::Integer(position));
        row.push(Value::Text(compact(record.get())));
        // Named, since a column that was added later stands last.
        let names = child
            .table
            .fields()
            .chain(["conversation_id", "position", "raw"]);
        let names: Vec<_> = names.map(quoted).collect();
        let places = vec!["?"; row.len()].join(", ");
        let names = names.join(", ");
        let insert = format!("INSERT OR REPLACE INTO {table} ({names}) VALUES ({places})");
        connection
            .prepare_cached(&insert)?
            .execute(params_from_iter(row))?;
    }
    Ok(odd)
}

/// Gives a record a key where it has none that can be read.
fn set_key(
    row: &mut [Value],
    child: &Child,
    fields: &Members<'_>,
    conversation: &str,
    position: i64,
) {
    let Some((name, key)) = child.substitute_key(fields, conversation, position) else {
        return;
    };
    let found = child.table.fields().position(|column| column == name);
    if let Some(value) = found.and_then(|place| row.get_mut(place))
        && *value == Value::Null
    {
        *value = Value::Text(key);
    }
}
