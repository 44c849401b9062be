//! The Singer tap.

use std::collections::{BTreeMap, BTreeSet};

use octocom_sandbox::{FaultPlan, RequestFilter};
use serde_json::{Value, json};

use super::{Pipeline, messages, rows, seeded};
use crate::program::{Ended, end};

/// A run, as a target sees it.
#[derive(Debug, Default)]
struct Read {
    schemas: BTreeMap<String, Value>,
    keys: BTreeMap<String, Vec<String>>,
    records: Vec<(String, Value)>,
    state: Value,
}

/// Reads messages like a target: a schema comes before its records, and each record is as it says.
fn read(out: &str) -> Read {
    let mut read = Read::default();
    let mut validators = BTreeMap::new();
    for message in messages(out) {
        let stream = || message["stream"].as_str().unwrap().to_owned();
        match message["type"].as_str().unwrap() {
            "SCHEMA" => {
                let schema = &message["schema"];
                validators.insert(stream(), jsonschema::validator_for(schema).unwrap());
                let keys = message["key_properties"].as_array().unwrap().iter();
                let keys = keys.map(|key| key.as_str().unwrap().to_owned()).collect();
                read.keys.insert(stream(), keys);
                let bookmarks = message["bookmark_properties"].as_array();
                for bookmark in bookmarks.into_iter().flatten() {
                    assert!(
                        schema["properties"]
                            .get(bookmark.as_str().unwrap())
                            .is_some()
                    );
                }
                read.schemas.insert(stream(), schema.clone());
            }
            "RECORD" => {
                let record = &message["record"];
                if let Err(error) = validators[&stream()].validate(record) {
                    panic!("{}: {error}: {record}", stream());
                }
                let properties = read.schemas[&stream()]["properties"].as_object().unwrap();
                let is_known = |name: &String| properties.contains_key(name);
                assert!(record.as_object().unwrap().keys().all(is_known), "{record}");
                assert!(message["time_extracted"].is_string());
                read.records.push((stream(), record.clone()));
            }
            "STATE" => read.state = message["value"].clone(),
            other => panic!("{other}"),
        }
    }
    read
}

impl Read {
    fn of(&self, table: &str) -> Vec<&Value> {
        let records = self.records.iter().filter(|(name, _)| name == table);
        records.map(|(_, record)| record).collect()
    }

    fn rows(&self) -> BTreeMap<String, Value> {
        rows(&self.records, &self.keys)
    }
}

async fn sync(tap: &Pipeline, more: &str) -> (Ended, Read) {
    let ended = tap.run(&format!("--config config.json {more}")).await;
    let read = read(&ended.out);
    (ended, read)
}

/// Selects streams in `catalog.json`.
fn select(tap: &Pipeline, streams: &[&str]) {
    let streams: Vec<_> = streams
        .iter()
        .map(|name| json!({ "tap_stream_id": name }))
        .collect();
    tap.program
        .write("catalog.json", &json!({ "streams": streams }).to_string());
}

#[tokio::test]
async fn everything_that_sync_copies_is_sent_and_is_as_its_schema_says() {
    let faults = |builder: octocom_sandbox::Builder| {
        let strange =
            |operation: &str, fault: &str| FaultPlan::on(operation).always(fault.parse().unwrap());
        builder
            .plan(strange("list_users", "extra-field"))
            .plan(strange("list_customers", "unknown-enum"))
    };
    let tap = Pipeline::tap(faults).await;
    let (ended, read) = sync(&tap, "").await;
    ended.assert_done();
    let copied = tap.program.type_in("sync --db o.db --histories").await;
    copied.assert_done();
    let database = rusqlite::Connection::open(tap.program.path("o.db")).unwrap();
    let rows = read.rows();
    for table in read.schemas.keys() {
        let query = match table.strip_suffix("_versions") {
            Some(items) => format!("SELECT count(*) FROM versions WHERE kind = '{items}s'"),
            None => format!("SELECT count(*) FROM {table}"),
        };
        let expected: i64 = database.query_row(&query, [], |row| row.get(0)).unwrap();
        let start = format!("{table} ");
        let found = rows.keys().filter(|key| key.starts_with(&start)).count();
        assert_eq!(i64::try_from(found), Ok(expected), "{table}");
    }
    assert_eq!(read.schemas.len(), 23);
    let user = read.of("users")[0];
    assert!(user["unknown_fields"].is_object(), "{user}");
}

#[tokio::test]
async fn the_catalog_needs_no_key_and_lists_no_values() {
    let tap = Pipeline::tap(|builder| builder).await;
    let ended = tap.run("--discover").await;
    let catalog: Value = serde_json::from_str(&ended.assert_done().out).unwrap();
    assert!(!ended.out.contains("\"enum\"") && !ended.out.contains("$ref"));
    assert_eq!(tap.program.requests(), 0);
    let streams = catalog["streams"].as_array().unwrap();
    let incremental: BTreeSet<_> = streams
        .iter()
        .filter(|stream| {
            stream["metadata"][0]["metadata"]["forced-replication-method"] == "INCREMENTAL"
        })
        .map(|stream| stream["tap_stream_id"].as_str().unwrap())
        .collect();
    assert!(incremental.contains("conversations") && incremental.contains("messages"));
    assert!(!incremental.contains("users"));
    // What it prints can be given back as it is.
    tap.program.write("catalog.json", &ended.out);
    let (ended, all) = sync(&tap, "--catalog catalog.json").await;
    ended.assert_done();
    assert_eq!(all.schemas.len(), streams.len());
}

#[tokio::test]
async fn only_what_is_selected_is_asked_for_and_sent() {
    let tap = Pipeline::tap(|builder| builder).await;
    let catalog = json!({"streams": [
        {
            "tap_stream_id": "messages",
            "metadata": [{"breadcrumb": ["properties", "text"], "metadata": {"selected": false}}],
        },
        {"tap_stream_id": "users", "metadata": [{"breadcrumb": [], "metadata": {"selected": false}}]},
    ]});
    tap.program.write("catalog.json", &catalog.to_string());
    for argument in ["--catalog", "--properties"] {
        let (ended, read) = sync(&tap, &format!("{argument} catalog.json")).await;
        ended.assert_done();
        assert_eq!(read.schemas.keys().collect::<Vec<_>>(), ["messages"]);
        let messages = read.of("messages");
        assert!(messages.len() >= 12);
        assert!(
            messages
                .iter()
                .all(|it| it.get("text").is_none() && it["id"].is_string())
        );
    }
    let asked = |operation: &str| {
        let filter = RequestFilter::all().operation(operation);
        tap.program.sandbox().control().requests(&filter).len()
    };
    assert_eq!((asked("list_users"), asked("get_conversation")), (0, 24));
    select(&tap, &["no"]);
    let (ended, read) = sync(&tap, "--catalog catalog.json").await;
    ended.assert_error(2, &["selects `no`"]);
    assert!(read.records.is_empty());
}

#[tokio::test]
async fn a_run_goes_on_from_the_state_of_the_one_before() {
    let tap = Pipeline::tap(|builder| builder).await;
    select(&tap, &["conversations", "messages", "teams"]);
    let (ended, first) = sync(&tap, "--catalog catalog.json").await;
    ended.assert_done();
    assert_eq!(first.of("conversations").len(), 12);
    tap.program.write("state.json", &first.state.to_string());
    let new = tap
        .program
        .sandbox()
        .insert_conversation(std::time::SystemTime::now());
    let (ended, second) = sync(&tap, "--catalog catalog.json --state state.json").await;
    ended.assert_done();
    let sent = second.of("conversations");
    assert!(
        sent.iter().any(|it| it["id"] == new.to_string()),
        "{sent:?}"
    );
    assert!(sent.len() < 12, "{sent:?}");
    assert_eq!(second.of("teams").len(), first.of("teams").len());
    // Without a state, or with an empty one, everything is sent.
    tap.program.write("state.json", "{}");
    let (_, whole) = sync(&tap, "--catalog catalog.json --state state.json").await;
    assert_eq!(whole.of("conversations").len(), 13);
    tap.program.write(
        "state.json",
        r#"{"bookmarks": {"conversations": {"since": 7}}}"#,
    );
    let (ended, _) = sync(&tap, "--state state.json").await;
    ended.assert_error(2, &["the state is not one of this program"]);
}

#[tokio::test]
async fn a_failure_ends_it_with_3_until_it_is_accepted_or_mended() {
    let tap = Pipeline::tap(|builder| builder).await;
    tap.program.refuse_one_conversation().await;
    select(&tap, &["conversations", "teams"]);
    let (ended, first) = sync(&tap, "--catalog catalog.json").await;
    ended.assert_error(
        3,
        &[
            "1 record could not be fetched",
            "`accept_failures`: 1 ends with 0",
        ],
    );
    assert_eq!(first.of("conversations").len(), 11);
    tap.program.write("state.json", &first.state.to_string());
    tap.configure(json!({ "accept_failures": 1 }));
    let (ended, _) = sync(&tap, "--catalog catalog.json --state state.json").await;
    assert_eq!(ended.status, 0, "{ended:?}");
    tap.program.sandbox().control().clear_plans();
    tap.configure(json!({}));
    let (ended, mended) = sync(&tap, "--catalog catalog.json --state state.json").await;
    ended.assert_done();
    let failed = &first.state["bookmarks"]["conversations"]["failures"][0]["id"];
    assert!(
        mended
            .of("conversations")
            .iter()
            .any(|it| it["id"] == *failed)
    );
    assert_eq!(
        mended.state["bookmarks"]["conversations"]["failures"],
        json!([])
    );
}

#[tokio::test]
async fn another_account_and_a_key_that_is_not_accepted_are_refused() {
    let tap = Pipeline::tap(|builder| builder).await;
    select(&tap, &["conversations"]);
    let (_, first) = sync(&tap, "--catalog catalog.json").await;
    let other = Pipeline::tap(|builder| builder.seed(7)).await;
    other.program.write("state.json", &first.state.to_string());
    let (ended, read) = sync(&other, "--state state.json").await;
    ended.assert_error(2, &["the state was made from", "`same_account`: true"]);
    assert!(read.schemas.is_empty() && read.state.is_null());
    other.configure(json!({ "same_account": true }));
    let (ended, read) = sync(&other, "--state state.json").await;
    ended.assert_error(2, &["the state belongs to the account with the businesses"]);
    assert!(read.schemas.is_empty() && read.state.is_null());
    tap.configure(json!({ "api_key": "wrong-key" }));
    let (ended, _) = sync(&tap, "").await;
    ended.assert_error(
        4,
        &["rejected the key", "check `api_key` of the configuration"],
    );
    assert!(!ended.err.contains("wrong-key"), "{ended:?}");
}

#[tokio::test]
async fn a_configuration_that_cannot_be_used_is_named() {
    let tap = Pipeline::tap(|builder| builder).await;
    let with = async |config: &str| {
        tap.program.write("other.json", config);
        tap.run("--config other.json").await
    };
    with("{}")
        .await
        .assert_error(4, &["`api_key` is missing", "other.json"]);
    let ended = with(r#"{"api_key": "secret-in-here" "#).await;
    ended.assert_error(2, &["is not JSON at line 1"]);
    assert!(!ended.err.contains("secret-in-here"), "{ended:?}");
    with("[]").await.assert_error(2, &["is not a JSON object"]);
    with(r#"{"api_key": "k", "start_date": "soon"}"#)
        .await
        .assert_error(2, &["`start_date`", "expected a date"]);
    with(r#"{"api_key": "k", "base_url": "here"}"#)
        .await
        .assert_error(2, &["base_url"]);
    tap.run("--config no.json")
        .await
        .assert_error(2, &["no.json", "cannot be read"]);
    tap.run("")
        .await
        .assert_error(2, &["--config", "see `tap-octocom --help`"]);
    assert_eq!(tap.program.requests(), 0);
    tap.configure(json!({ "color": "red" }));
    select(&tap, &["teams"]);
    let (ended, _) = sync(&tap, "--catalog catalog.json").await;
    assert!(
        ended
            .err
            .contains("warning: `color` of config.json is not known"),
        "{ended:?}"
    );
    assert_eq!(ended.status, 0);
}

#[tokio::test]
async fn a_reader_that_leaves_is_no_success() {
    let tap = Pipeline::tap(|builder| builder).await;
    let mut child = tap.command("--config config.json").spawn().unwrap();
    drop(child.stdout.take());
    let ended = end(child).await;
    ended.assert_error(1, &["its reader has closed it"]);
}

#[tokio::test]
async fn a_killed_run_goes_on_like_an_undisturbed_one() {
    let tap = Pipeline::tap(|builder| builder).await;
    select(
        &tap,
        &[
            "teams",
            "workflows",
            "workflow_versions",
            "conversations",
            "tags",
        ],
    );
    let arguments = "--config config.json --catalog catalog.json";
    let before = tap.program.requests();
    let (_, undisturbed) = sync(&tap, "--catalog catalog.json").await;
    let requests = tap.program.requests() - before;
    let (seed, mut random) = seeded();
    for _ in 0..5 {
        let at = random.u64(1..requests);
        let killed = tap.start_until(at, arguments).await.kill().await;
        let mut all = read(&killed.out);
        tap.program.write("state.json", &all.state.to_string());
        let (ended, rest) = sync(&tap, "--catalog catalog.json --state state.json").await;
        ended.assert_done();
        all.records.extend(rest.records);
        all.keys.extend(rest.keys);
        assert_eq!(
            all.rows(),
            undisturbed.rows(),
            "OCTOCOM_TEST_SEED={seed}, request {at}"
        );
    }
}

#[cfg(unix)]
#[tokio::test]
async fn an_interrupted_run_writes_its_state() {
    let tap = Pipeline::tap(|builder| builder.conversations(120)).await;
    select(&tap, &["conversations"]);
    let arguments = "--config config.json --catalog catalog.json";
    let running = tap.start_until(30, arguments).await;
    crate::program::interrupt(&running.child).await;
    let ended = running.end().await;
    ended.assert_error(130, &["interrupted"]);
    let first = read(&ended.out);
    let sent = first.of("conversations").len();
    assert!(sent > 0 && sent < 120, "{sent}");
    tap.program.write("state.json", &first.state.to_string());
    let (ended, rest) = sync(&tap, "--catalog catalog.json --state state.json").await;
    ended.assert_done();
    let all: BTreeSet<_> = first
        .of("conversations")
        .iter()
        .chain(&rest.of("conversations"))
        .map(|record| record["id"].to_string())
        .collect();
    assert_eq!(all.len(), 120);
}
