//! Exports as Parquet, read back with another reader than the one that writes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use octocom_collect::{
    ColumnType, End, ErrorKind, Existing, Export, Format, Output, Report, Status, Stream,
};
use octocom_ext::DateTime;
use octocom_sandbox::RecordKind;
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::record::{Field, Row};
use serde_json::{Map, Value, json};

use crate::common::Setup;

type Result<T> = std::result::Result<T, octocom_collect::Error>;

/// The finished parts of a folder, by name.
pub(crate) fn parts(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "parquet"));
    paths.sort();
    paths
}

/// Names of the other files of a folder.
pub(crate) fn others(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| !name.ends_with(".parquet")).collect()
}

/// The rows of a folder, in the order of its parts.
pub(crate) fn rows(folder: &Path) -> Vec<Map<String, Value>> {
    let mut rows = Vec::new();
    for path in parts(folder) {
        let reader = SerializedFileReader::try_from(path.as_path()).unwrap();
        for row in reader.get_row_iter(None).unwrap() {
            rows.push(object(&row.unwrap()));
        }
    }
    rows
}

fn object(row: &Row) -> Map<String, Value> {
    let fields = row.get_column_iter();
    fields
        .map(|(name, field)| (name.clone(), value(field)))
        .collect()
}

fn value(field: &Field) -> Value {
    match field {
        Field::Null => Value::Null,
        Field::Bool(value) => json!(value),
        Field::Long(value) | Field::TimestampMicros(value) => json!(value),
        Field::Double(value) => json!(value),
        Field::Str(value) => json!(value),
        Field::Group(row) => Value::Object(object(row)),
        Field::ListInternal(list) => list.elements().iter().map(value).collect(),
        other => panic!("{other:?}"),
    }
}

/// The value that a column should have for a JSON value.
fn expected(kind: &ColumnType, json: Option<&Value>) -> Value {
    match (kind, json.unwrap_or(&Value::Null)) {
        (_, Value::Null) => Value::Null,
        (ColumnType::Timestamp, Value::String(text)) => match DateTime::parse_from_rfc3339(text) {
            Ok(time) => json!(time.timestamp_micros()),
            Err(_) => Value::Null,
        },
        (ColumnType::String, value @ Value::String(_))
        | (ColumnType::Boolean, value @ Value::Bool(_)) => value.clone(),
        (ColumnType::Integer, value) => value.as_i64().map_or(Value::Null, Value::from),
        (ColumnType::Number, value) => value.as_f64().map_or(Value::Null, Value::from),
        (ColumnType::Json, value) => value.to_string().into(),
        (ColumnType::List { items }, Value::Array(list)) => list
            .iter()
            .map(|item| expected(items, Some(item)))
            .collect(),
        (ColumnType::Object { fields }, value @ Value::Object(_)) => {
            let field = |column: &octocom_collect::Column| {
                let value = expected(&column.kind, value.get(&column.name));
                (column.name.clone(), value)
            };
            Value::Object(fields.iter().map(field).collect())
        }
        _ => Value::Null,
    }
}

/// Checks every typed column of a row against its original text.
fn assert_typed(stream: Stream, details: bool, row: &Map<String, Value>) {
    let raw: Value = serde_json::from_str(row["raw"].as_str().unwrap()).unwrap();
    for column in stream.columns(details) {
        let mut expected = expected(&column.kind, raw.get(&column.name));
        let mut value = row[&column.name].clone();
        if column.kind == ColumnType::Json {
            // The order of fields in JSON depends on the build.
            let read = |text: &Value| serde_json::from_str(text.as_str()?).ok();
            expected = read(&expected).unwrap_or_default();
            value = read(&value).unwrap_or_default();
        }
        assert_eq!(value, expected, "{stream} {}", column.name);
    }
}

fn folder(setup: &Setup, existing: Existing) -> Export {
    setup
        .conversations("all")
        .format(Format::Parquet)
        .details(true)
        .part_records(20)
        .existing(existing)
}

async fn export(setup: &Setup, existing: Existing) -> Result<Report> {
    setup.collector().export(folder(setup, existing)).await
}

/// The newest row of each record.
fn newest(rows: Vec<Map<String, Value>>) -> BTreeMap<String, Map<String, Value>> {
    let mut newest: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    for row in rows {
        let key = row["recordKey"].as_str().unwrap().to_owned();
        let is_older = newest
            .get(&key)
            .is_some_and(|other| other["writtenAt"].as_i64() > row["writtenAt"].as_i64());
        if !is_older {
            newest.insert(key, row);
        }
    }
    newest
}

#[tokio::test]
async fn every_stream_has_the_records_of_ndjson_in_typed_columns() {
    let setup = Setup::new(60).await;
    for stream in Stream::all() {
        let details = stream.has_details();
        let name = format!("{stream}.ndjson");
        let ndjson = Export::new(stream, Output::file(setup.path(&name))).details(details);
        let plain = setup.collector().export(ndjson).await.unwrap();
        let path = setup.path(&stream.to_string());
        let export = Export::new(stream, Output::file(&path)).details(details);
        let report = setup
            .collector()
            .export(export.format(Format::Parquet))
            .await
            .unwrap();
        assert_eq!((report.status(), report.end), (Status::Done, End::Complete));
        assert_eq!(report.written(), plain.written(), "{stream}");
        let rows = rows(&path);
        let raw: Vec<_> = rows
            .iter()
            .map(|row| row["raw"].as_str().unwrap())
            .collect();
        let text = setup.read(&name);
        assert_eq!(raw, text.lines().collect::<Vec<_>>(), "{stream}");
        let mut written_at = 0;
        for row in &rows {
            assert_typed(stream, details, row);
            let business = row.get("businessSlug").is_some_and(Value::is_string);
            assert!(business || !stream.is_of_business(), "{row:?}");
            assert!(row["writtenAt"].as_i64().unwrap() > written_at, "{row:?}");
            written_at = row["writtenAt"].as_i64().unwrap();
        }
        let state = BTreeSet::from(["_all.state.json".to_owned()]);
        assert_eq!(others(&path), state, "{stream}");
    }
}

fn ids(setup: &Setup) -> Vec<String> {
    let records = setup
        .control()
        .records(RecordKind::Conversations, 0, 1000)
        .unwrap();
    let id = |record: &Value| record["id"].as_str().unwrap().to_owned();
    records.iter().map(id).collect()
}

#[tokio::test]
async fn parts_are_bounded_and_an_unfinished_run_goes_on() {
    let setup = Setup::new(50).await;
    let path = setup.path("all");
    let collector = setup.collector().max_items(30);
    let report = collector
        .export(folder(&setup, Existing::Refuse))
        .await
        .unwrap();
    assert_eq!((report.written(), report.end), (30, End::MaxItems));
    let before: Vec<_> = parts(&path)
        .iter()
        .map(|part| std::fs::read(part).unwrap())
        .collect();
    assert_eq!(before.len(), 2);
    let error = export(&setup, Existing::Refuse).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Exists);
    let report = export(&setup, Existing::Resume).await.unwrap();
    assert_eq!((report.written(), report.end), (20, End::Complete));
    let after: Vec<_> = parts(&path)
        .iter()
        .map(|part| std::fs::read(part).unwrap())
        .collect();
    assert_eq!((after.len(), &after[..2]), (3, &before[..]));
    let rows = rows(&path);
    assert_eq!((rows.len(), newest(rows).len()), (50, 50));
    let report = export(&setup, Existing::Resume).await.unwrap();
    assert_eq!(report.end, End::NothingToDo);
}

#[tokio::test]
async fn appending_writes_what_is_new_or_has_changed_to_a_later_part() {
    let setup = Setup::new(60).await;
    let (path, control) = (setup.path("customers"), setup.control());
    let stream: Stream = "customers".parse().unwrap();
    let append = || async {
        let export = Export::new(stream, Output::file(&path)).format(Format::Parquet);
        let export = export.existing(Existing::Append);
        setup.collector().export(export).await.unwrap()
    };
    let count = usize::try_from(append().await.written()).unwrap();
    let first = rows(&path)[0]["recordKey"].as_str().unwrap().to_owned();
    let newer = json!({"name": "another one"});
    control
        .update(RecordKind::Customers, &first, newer)
        .unwrap();
    let added = json!({"name": "a new one"});
    control.insert(RecordKind::Customers, added).unwrap();
    let counts = append().await.streams[0].counts;
    assert_eq!((counts.new, counts.updated), (1, 1));
    assert_eq!(parts(&path).len(), 2);
    let rows = rows(&path);
    assert_eq!(rows.len(), count + 2);
    let newest = newest(rows);
    assert_eq!(newest.len(), count + 1);
    assert_eq!(newest[&first]["name"], "another one");
    // Nothing has changed since.
    assert_eq!((append().await.written(), parts(&path).len()), (0, 2));
}

#[tokio::test]
async fn a_record_that_was_refused_comes_with_a_later_run_and_nothing_twice() {
    let setup = Setup::new(25).await;
    let path = setup.path("all");
    let id = ids(&setup)[7].clone();
    setup.poison(&id, "status=500");
    let report = export(&setup, Existing::Refuse).await.unwrap();
    assert_eq!(
        (report.status(), report.written()),
        (Status::Incomplete, 24)
    );
    setup.control().clear_plans();
    let report = export(&setup, Existing::Resume).await.unwrap();
    assert_eq!((report.status(), report.written()), (Status::Done, 1));
    let rows = rows(&path);
    assert_eq!((rows.len(), newest(rows).len()), (25, 25));
}

#[tokio::test]
async fn overwriting_shows_the_new_parts_when_all_are_whole() {
    let setup = Setup::new(50).await;
    let path = setup.path("all");
    export(&setup, Existing::Refuse).await.unwrap();
    let before: Vec<_> = parts(&path)
        .iter()
        .map(|part| std::fs::read(part).unwrap())
        .collect();
    for id in &ids(&setup)[..30] {
        setup
            .control()
            .remove(RecordKind::Conversations, id)
            .unwrap();
    }
    let gone = setup.collector().deadline(std::time::Duration::ZERO);
    let report = gone
        .export(folder(&setup, Existing::Overwrite))
        .await
        .unwrap();
    assert_eq!(report.end, End::Deadline);
    let after: Vec<_> = parts(&path)
        .iter()
        .map(|part| std::fs::read(part).unwrap())
        .collect();
    assert_eq!(after, before);
    let report = export(&setup, Existing::Resume).await.unwrap();
    assert_eq!((report.end, report.written()), (End::Complete, 20));
    assert_eq!((parts(&path).len(), rows(&path).len()), (1, 20));
    let state = BTreeSet::from(["_all.state.json".to_owned()]);
    assert_eq!(others(&path), state);
}

#[tokio::test]
async fn shards_of_one_plan_share_a_folder_and_others_are_refused() {
    let setup = Setup::new(200).await;
    let path = setup.path("all");
    let plan = setup.client.conversations().list().plan(3).await.unwrap();
    let shard = |shard| {
        folder(&setup, Existing::Refuse)
            .details(false)
            .shard(plan.clone(), shard)
    };
    for number in 0..3 {
        setup.collector().export(shard(number)).await.unwrap();
    }
    let names: Vec<_> = parts(&path)
        .iter()
        .map(|part| part.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    assert!(
        names.contains(&"shard-00002-00000.parquet".to_owned()),
        "{names:?}"
    );
    let rows = rows(&path);
    assert_eq!((rows.len(), newest(rows).len()), (200, 200));
    let error = export(&setup, Existing::Refuse).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::State);
    let other = setup.client.conversations().list().plan(2).await.unwrap();
    let other = folder(&setup, Existing::Overwrite)
        .details(false)
        .shard(other, 1);
    let error = setup.collector().export(other).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::State);
    let with_details = shard(1).existing(Existing::Overwrite).details(true);
    let error = setup.collector().export(with_details).await.unwrap_err();
    assert!(error.to_string().contains("other details"), "{error}");
}

#[tokio::test]
async fn what_is_not_a_folder_of_parts_is_refused() {
    let setup = Setup::new(5).await;
    let path = setup.path("all");
    std::fs::write(&path, "mine").unwrap();
    let error = export(&setup, Existing::Overwrite).await.unwrap_err();
    assert!(error.to_string().contains("is a file"), "{error}");
    std::fs::remove_file(&path).unwrap();
    export(&setup, Existing::Refuse).await.unwrap();
    // A part that was changed, or is missing.
    let part = parts(&path)[0].clone();
    let mut bytes = std::fs::read(&part).unwrap();
    bytes[100] ^= 1;
    std::fs::write(&part, &bytes).unwrap();
    let error = export(&setup, Existing::Append).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::State);
    std::fs::remove_file(&part).unwrap();
    let error = export(&setup, Existing::Append).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::State);
    let piped = Export::new(Stream::CONVERSATIONS, Output::stdout()).format(Format::Parquet);
    let error = setup.collector().export(piped).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Options);
    let columns = folder(&setup, Existing::Overwrite).columns(vec!["id".to_owned()]);
    let error = setup.collector().export(columns).await.unwrap_err();
    assert!(error.to_string().starts_with("`columns`: "), "{error}");
    let none = folder(&setup, Existing::Overwrite).part_records(0);
    let error = setup.collector().export(none).await.unwrap_err();
    assert!(error.to_string().starts_with("`part_records`: "), "{error}");
}

#[tokio::test]
async fn another_account_is_refused() {
    let setup = Setup::new(5).await;
    export(&setup, Existing::Refuse).await.unwrap();
    let other = setup.control().add_organization("other", 5).unwrap();
    let client = setup
        .sandbox
        .client_builder()
        .with_api_key(other)
        .build()
        .unwrap();
    let collector = octocom_collect::Collector::new(client);
    let error = collector
        .export(folder(&setup, Existing::Append))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Account);
}

#[tokio::test]
async fn an_export_of_nothing_has_the_columns() {
    let setup = Setup::new(0).await;
    let report = export(&setup, Existing::Refuse).await.unwrap();
    assert_eq!(report.written(), 0);
    let part = parts(&setup.path("all"))[0].clone();
    let reader = SerializedFileReader::try_from(part.as_path()).unwrap();
    let schema = reader.metadata().file_metadata().schema_descr_ptr();
    assert!(
        schema
            .columns()
            .iter()
            .any(|column| column.path().string() == "messages.list.element.text")
    );
}
