//! A sink that writes lines of JSON to a file, and what a warehouse has of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::Path;

use octocom_collect::{Collector, Error, Pipeline, PipelineState, Report, Sink, Table};
use octocom_ext::{DateTime, Utc};
use serde_json::{Value, json};

/// Tables of one list by page number, and of the conversations.
pub(super) const TABLES: [&str; 5] = ["macros", "conversations", "messages", "tags", "metadata"];

/// Writes lines of JSON.
struct Lines(BufWriter<File>);

impl Lines {
    fn write(&mut self, line: &Value) -> io::Result<()> {
        self.0.write_all(format!("{line}\n").as_bytes())
    }
}

impl Sink for Lines {
    fn begin(&mut self, table: &Table) -> io::Result<()> {
        self.write(&json!({ "begin": table.name() }))
    }

    fn record(&mut self, table: &Table, record: &str, _: DateTime<Utc>) -> io::Result<()> {
        let record: Value = serde_json::from_str(record)?;
        let key: Vec<_> = table
            .key()
            .iter()
            .map(|name| record[name].clone())
            .collect();
        self.write(&json!({ "table": table.name(), "key": key, "record": record }))
    }

    fn save(&mut self, state: &PipelineState, tables: &[&Table]) -> io::Result<()> {
        assert!(!tables.is_empty());
        self.0.flush()?;
        self.write(&json!({ "state": state.to_json() }))?;
        self.0.flush()
    }

    fn end(&mut self, table: &Table) -> io::Result<()> {
        self.write(&json!({ "end": table.name() }))
    }
}

pub(super) fn tables(names: &[&str]) -> Vec<Table> {
    let all = Table::all().into_iter();
    all.filter(|table| names.contains(&table.name())).collect()
}

/// The whole lines of an output.
pub(super) fn lines(output: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(output).unwrap_or_default();
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    let lines = whole
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    lines.collect()
}

/// The state that was written last.
pub(super) fn state(output: &Path) -> PipelineState {
    let lines = lines(output);
    let last = lines.iter().rev().find_map(|line| line.get("state"));
    PipelineState::from_json(last.unwrap_or(&Value::Null)).unwrap()
}

/// Runs from the state that an output has, and appends to it.
pub(crate) async fn pipe(collector: &Collector, output: &Path) -> Result<Report, Error> {
    let pipeline = Pipeline::new(tables(&TABLES)).state(state(output));
    append(collector, pipeline, output).await
}

pub(super) async fn append(
    collector: &Collector,
    pipeline: Pipeline,
    output: &Path,
) -> Result<Report, Error> {
    let text = std::fs::read_to_string(output).unwrap_or_default();
    let file = File::options()
        .create(true)
        .append(true)
        .open(output)
        .unwrap();
    // A line that a kill cut off is taken away.
    file.set_len(text.rfind('\n').map_or(0, |end| end as u64 + 1))
        .unwrap();
    let mut sink = Lines(BufWriter::new(file));
    collector.pipe(pipeline, &mut sink).await
}

/// The rows that a warehouse has of an output: the last one of each key.
pub(crate) fn rows(output: &Path) -> BTreeSet<String> {
    let mut rows = BTreeMap::new();
    for mut line in lines(output) {
        if let Some(record) = line["record"].as_object_mut() {
            record.remove("synced_at");
            rows.insert(
                format!("{} {}", line["table"], line["key"]),
                line.to_string(),
            );
        }
    }
    rows.into_values().collect()
}

pub(super) fn records(output: &Path, table: &str) -> Vec<Value> {
    let lines = lines(output)
        .into_iter()
        .filter(|line| line["table"] == table);
    lines.map(|line| line["record"].clone()).collect()
}
