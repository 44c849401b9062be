//! Records as rows of tables.

use std::collections::HashMap;
use std::fmt::Write as _;

use octocom_ext::DateTime;
use serde_json::Value;
use serde_json::value::RawValue;

use super::table::{
    BUSINESS, CONVERSATION, CUSTOMER, Column, GONE_AT, POSITION, SYNCED_AT, TEXT, Table, UNKNOWN,
};
use crate::column::ColumnType;
use crate::database::tables::{self, Child, ChildKind};
use crate::json_schema::fits;
use crate::record::{Members, Record, compact, members, quoted, string, without_halves};

/// A row that is made from a record.
struct Row<'a> {
    table: &'a Table,
    /// JSON of the columns that have a value.
    values: HashMap<&'a str, String>,
    /// JSON of the fields that have no column, or do not fit into theirs.
    unknown: Vec<(String, String)>,
    odd_fields: u64,
}

/// JSON of a row, and the number of its fields that have another type than documented.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Rendered {
    pub(super) json: String,
    pub(super) odd_fields: u64,
}

/// Makes the row of a listed record.
pub(super) fn of_record(
    table: &Table,
    record: &Record,
    business: Option<&str>,
    is_deleted: bool,
    now: &str,
) -> Rendered {
    let mut row = Row::new(table, now);
    let fields = members(&record.text).unwrap_or_default();
    let deleted_at = fields
        .get("deletedAt")
        .filter(|_| is_deleted)
        .and_then(|at| string(at))
        .filter(|at| DateTime::parse_from_rfc3339(at).is_ok());
    row.document(&fields, |field| {
        field == "deletedAt" && deleted_at.is_some()
    });
    if table.key() == ["id"] {
        row.set("id", quoted(&record.id).into_owned());
    }
    if let (Some(business), None) = (business, row.values.get(BUSINESS)) {
        row.set(BUSINESS, quoted(business).into_owned());
    }
    if is_deleted {
        let gone_at = deleted_at.as_deref().unwrap_or(now);
        row.set(GONE_AT, quoted(gone_at).into_owned());
    }
    row.render()
}

/// Makes the row of a conversation: its details, and what only its summary has.
pub(super) fn of_conversation(
    table: &Table,
    id: &str,
    details: Option<&Record>,
    summary: Option<&Record>,
    gone_at: Option<&str>,
    now: &str,
) -> Rendered {
    let mut row = Row::new(table, now);
    let parts = [details, summary].map(|record| members(&record?.text));
    let [details, summary] = parts.map(Option::unwrap_or_default);
    row.document(&details, has_own_table);
    row.document(&summary, |field| {
        details.contains_key(field) || has_own_table(field)
    });
    for child in tables::children() {
        // A list that does not fit into its table is not lost.
        if let Some(list) = details
            .get(&child.field)
            .filter(|list| !is_whole(child, list))
        {
            row.unknown.push((child.field.clone(), safe(list)));
            row.odd_fields += 1;
        }
    }
    row.set("id", quoted(id).into_owned());
    let customer = details.get("customer").and_then(|it| members(it.get()));
    if let Some(id) = customer.and_then(|customer| string(customer.get("id")?)) {
        row.set(CUSTOMER, quoted(&id).into_owned());
    }
    if let Some(gone_at) = gone_at {
        row.set(GONE_AT, quoted(gone_at).into_owned());
    }
    row.render()
}

/// Makes the rows of a list within a conversation.
pub(super) fn of_children(
    table: &Table,
    child: &Child,
    conversation: &Record,
    now: &str,
) -> Vec<Rendered> {
    let fields = members(&conversation.text).unwrap_or_default();
    let records = fields.get(&child.field).and_then(|list| items(list));
    let mut rows = Vec::new();
    for (position, record) in records.unwrap_or_default().into_iter().enumerate() {
        let mut row = Row::new(table, now);
        match child.kind {
            ChildKind::Texts => match string(record) {
                Some(text) => row.set(TEXT, quoted(&text).into_owned()),
                None => continue,
            },
            _ => {
                let Some(fields) = members(record.get()) else {
                    continue;
                };
                row.document(&fields, |_| false);
                row.set(POSITION, position.to_string());
                row.set_child_key(child, &fields, &conversation.id, position);
            }
        }
        row.set(CONVERSATION, quoted(&conversation.id).into_owned());
        rows.push(row.render());
    }
    rows
}

impl<'a> Row<'a> {
    fn new(table: &'a Table, now: &str) -> Self {
        let mut row = Self {
            table,
            values: HashMap::new(),
            unknown: Vec::new(),
            odd_fields: 0,
        };
        row.set(SYNCED_AT, quoted(now).into_owned());
        row
    }

    /// Takes the fields of a record, but for those to skip.
    fn document(&mut self, fields: &Members<'_>, skip: impl Fn(&str) -> bool) {
        for (field, json) in fields.iter().filter(|(field, _)| !skip(field)) {
            let mut columns = self.table.columns.iter();
            let column = columns.find(|column| column.field.as_ref() == Some(field));
            match column.map(|column| (column, column.value(json))) {
                Some((column, Some(value))) => {
                    self.values.insert(&column.name, value);
                }
                other => {
                    self.odd_fields += u64::from(other.is_some());
                    self.unknown.push((field.clone(), safe(json)));
                }
            }
        }
    }

    fn set(&mut self, name: &'static str, json: String) {
        self.values.insert(name, json);
    }

    /// Gives a row a key where it has none that can be read.
    fn set_child_key(
        &mut self,
        child: &Child,
        fields: &Members<'_>,
        conversation: &str,
        position: usize,
    ) {
        let Some((name, key)) = child.substitute_key(fields, conversation, position) else {
            return;
        };
        if self.values.get(name).is_none_or(|value| value == "null") {
            self.set(name, quoted(&key).into_owned());
        }
    }

    /// Writes the row, with a null in each column without a value. A row of what is gone has only what
    /// is known of it.
    fn render(mut self) -> Rendered {
        if !self.unknown.is_empty() {
            let members = self.unknown.iter();
            let members = members.map(|(name, json)| format!("{}:{json}", quoted(name)));
            let json = format!("{{{}}}", members.collect::<Vec<_>>().join(","));
            self.set(UNKNOWN, json);
        }
        let is_gone = self.values.contains_key(GONE_AT);
        let mut json = String::from("{");
        for column in self
            .table
            .columns
            .iter()
            .filter(|column| column.is_selected)
        {
            let value = match self.values.get(column.name.as_str()) {
                Some(value) => value.as_str(),
                None if is_gone => continue,
                None => "null",
            };
            let comma = if json.len() > 1 { "," } else { "" };
            let _ = write!(json, "{comma}{}:{value}", quoted(&column.name));
        }
        json.push('}');
        Rendered {
            json,
            odd_fields: self.odd_fields,
        }
    }
}

impl Column {
    /// Returns the JSON of a field's value; `None` if it has another type than documented.
    fn value(&self, json: &RawValue) -> Option<String> {
        if json.get() == "null" {
            return Some("null".to_owned());
        }
        if self.kind == ColumnType::Json {
            return Some(quoted(&compact(json.get())).into_owned());
        }
        let json = without_halves(&compact(json.get()));
        let value: Value = serde_json::from_str(&json).ok()?;
        fits(&self.kind, &value).then_some(json)
    }
}

fn has_own_table(field: &str) -> bool {
    tables::children().iter().any(|child| child.field == field)
}

/// Returns `true` if all of a list within a conversation fits into its table.
fn is_whole(child: &Child, list: &RawValue) -> bool {
    let is_item = |item: &&RawValue| match child.kind {
        ChildKind::Texts => string(item).is_some(),
        _ => members(item.get()).is_some(),
    };
    list.get() == "null" || items(list).is_some_and(|items| items.iter().all(is_item))
}

fn items(list: &RawValue) -> Option<Vec<&RawValue>> {
    serde_json::from_str(list.get()).ok()
}

/// Returns JSON that every reader takes: what only some can read (a number beyond all bounds, say) is
/// a text.
fn safe(json: &RawValue) -> String {
    let json = without_halves(&compact(json.get()));
    match serde_json::from_str::<Value>(&json) {
        Ok(_) => json,
        Err(_) => quoted(&json).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW: &str = "2026-01-31T09:00:00.000000Z";

    fn table(name: &str) -> Table {
        let mut all = Table::all().into_iter();
        all.find(|table| table.name() == name).unwrap()
    }

    fn record(json: &str) -> Record {
        Record::read(json.as_bytes()).unwrap()
    }

    fn value(rendered: &Rendered) -> Value {
        serde_json::from_str(&rendered.json).unwrap()
    }

    #[test]
    fn what_is_not_documented_or_of_another_type_is_kept_beside() {
        let text =
            r#"{"id": 7, "fullName": "x\ud83d", "isAgent": "yes", "new": 1e999, "a": [1.50]}"#;
        let row = of_record(&table("users"), &record(text), None, false, NOW);
        let expected = json!({
            "id": "7", "email": null, "full_name": "x\u{fffd}", "is_agent": null,
            "is_manager": null, "team_id": null, "gone_at": null, "synced_at": NOW,
            "unknown_fields": {"id": 7, "isAgent": "yes", "new": "1e999", "a": [1.5]},
        });
        assert_eq!(value(&row), expected);
        assert_eq!(row.odd_fields, 2, "{row:?}");
        assert!(
            row.json.contains("[1.50]"),
            "numbers stay as they were: {row:?}"
        );
    }

    #[test]
    fn a_gone_record_has_only_what_is_known_of_it() {
        let text = format!(r#"{{"id": "a", "title": "Returns", "deletedAt": "{NOW}"}}"#);
        let row = of_record(&table("macros"), &record(&text), Some("shop"), true, NOW);
        let expected = json!({
            "id": "a", "title": "Returns", "business_slug": "shop", "gone_at": NOW,
            "synced_at": NOW,
        });
        assert_eq!(value(&row), expected);
    }

    #[test]
    fn a_conversation_has_what_only_its_summary_has_and_no_lists() {
        let details = record(
            r#"{"id": "a", "subject": "new", "customer": {"id": "c"}, "tags": ["x"],
                "notes": [{"id": "n"}, 7], "extra": {"b": 1}}"#,
        );
        let summary = record(r#"{"id": "a", "subject": "old", "isOutbound": true, "extra": 0}"#);
        let conversations = table("conversations");
        let row = of_conversation(
            &conversations,
            "a",
            Some(&details),
            Some(&summary),
            None,
            NOW,
        );
        let found = value(&row);
        assert_eq!(found["subject"], "new");
        assert_eq!(found["is_outbound"], true);
        assert_eq!(found["customer_id"], "c");
        assert_eq!(found.get("tags"), None);
        // A list that does not fit is there as it was.
        let unknown = json!({"extra": {"b": 1}, "notes": [{"id": "n"}, 7]});
        assert_eq!(found["unknown_fields"], unknown);
        let deselected = ["subject".to_owned(), UNKNOWN.to_owned()].into();
        let fewer = conversations.without(&deselected);
        let row = of_conversation(&fewer, "a", Some(&details), None, None, NOW);
        assert!(
            !row.json.contains("new") && !row.json.contains("extra"),
            "{row:?}"
        );
    }

    #[test]
    fn rows_of_lists_within_a_conversation_have_keys() {
        let details = record(
            r#"{"id": "a", "tags": ["x", 7, "y"], "messages": [{"id": "m", "text": "hi"}, {"z": 1}],
                "dataCollectionResults": null}"#,
        );
        let rows = |name: &str| {
            let mut all = tables::children().iter();
            let child = all.find(|child| child.table.name == name).unwrap();
            let rows = of_children(&table(name), child, &details, NOW);
            rows.iter().map(value).collect::<Vec<_>>()
        };
        let tags = rows("tags");
        assert_eq!(tags.len(), 2);
        assert_eq!(
            tags[1],
            json!({"conversation_id": "a", "text": "y", "synced_at": NOW})
        );
        let messages = rows("messages");
        assert_eq!(
            (&messages[0]["id"], &messages[0]["position"]),
            (&json!("m"), &json!(0))
        );
        assert_eq!(messages[1]["id"], "a#1");
        assert_eq!(messages[1]["unknown_fields"], json!({"z": 1}));
        assert_eq!(rows("data_collection_results"), Vec::<Value>::new());
    }
}
