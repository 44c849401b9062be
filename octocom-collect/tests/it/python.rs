//! Python reads the outputs.

use std::process::Command;

use octocom_collect::{Export, Format, Output, Stream};

use crate::common::Setup;

const SCRIPT: &str = r#"
import csv, json, sqlite3, sys

folder, conversations = sys.argv[1], {}
with open(f"{folder}/all.ndjson", encoding="utf-8") as file:
    for line in file:
        record = json.loads(line)
        conversations[record["id"]] = record
assert len(conversations) == 60, len(conversations)

with open(f"{folder}/all.csv", encoding="utf-8", newline="") as file:
    rows = list(csv.DictReader(file))
assert {row["id"] for row in rows} == set(conversations), len(rows)
for row in rows:
    record = conversations[row["id"]]
    assert row["subject"] == record["subject"]
    assert row["closedAt"] == (record["closedAt"] or "")
    assert json.loads(row["messages"]) == record["messages"]
    assert row["unknownFields"] == "", row["unknownFields"]

database = sqlite3.connect(f"file:{folder}/copy.db?mode=ro", uri=True)
stored = {id: json.loads(raw) for id, raw in database.execute("SELECT id, raw FROM conversations")}
assert stored == conversations
counted = dict(database.execute("SELECT conversation_id, messages FROM messages_per_conversation"))
assert counted == {id: len(record["messages"]) for id, record in conversations.items()}
tags = sorted(database.execute("SELECT conversation_id, text FROM tags"))
assert tags == sorted({(id, tag) for id, record in conversations.items() for tag in record["tags"]})
assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
print("read")
"#;

#[tokio::test]
async fn python_reads_what_was_written() {
    let setup = Setup::new(60).await;
    for (name, format) in [("all.ndjson", Format::Ndjson), ("all.csv", Format::Csv)] {
        let export = Export::new(Stream::CONVERSATIONS, Output::file(setup.path(name)));
        let export = export.details(true).format(format);
        setup.collector().export(export).await.unwrap();
    }
    setup.sync().await.unwrap();
    let mut python = Command::new("python3");
    let output = python
        .args(["-c", SCRIPT])
        .arg(setup.path(""))
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}");
    assert_eq!(output.stdout, b"read\n");
}
