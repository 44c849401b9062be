//! The Airbyte source.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Pipeline, messages, rows, seeded};
use crate::program::Ended;

/// The protocol's own schema, see `golden/airbyte_protocol.LICENSE`.
const PROTOCOL: &str = include_str!("../golden/airbyte_protocol.json");

/// Returns the validator of one of the protocol's types.
fn validator(name: &str) -> jsonschema::Validator {
    let mut protocol: Value = serde_json::from_str(PROTOCOL).unwrap();
    let definitions = protocol["definitions"].take();
    let schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$ref": format!("#/definitions/{name}"),
        "definitions": definitions,
    });
    jsonschema::validator_for(&schema).unwrap()
}

/// The messages of an output, each as the protocol's schema says.
pub(super) fn valid(out: &str) -> Vec<Value> {
    let validator = validator("AirbyteMessage");
    let messages = messages(out);
    for message in &messages {
        if let Err(error) = validator.validate(message) {
            panic!("{error}: {message}");
        }
    }
    messages
}

/// A run, as the platform sees it.
#[derive(Debug, Default)]
struct Read {
    records: Vec<(String, Value)>,
    statuses: BTreeMap<String, Vec<String>>,
    states: BTreeMap<String, Value>,
    /// Records of the streams, by the counts of the states.
    counted: BTreeMap<String, f64>,
    errors: Vec<Value>,
}

fn read(out: &str) -> Read {
    let mut read = Read::default();
    for message in valid(out) {
        match message["type"].as_str().unwrap() {
            "RECORD" => {
                let record = &message["record"];
                let stream = record["stream"].as_str().unwrap().to_owned();
                let told = read.statuses[&stream].last().unwrap();
                assert_eq!(told, "RUNNING", "{stream}");
                read.records.push((stream, record["data"].clone()));
            }
            "STATE" => {
                let state = &message["state"];
                assert_eq!(state["type"], "STREAM");
                let name = &state["stream"]["stream_descriptor"]["name"];
                let name = name.as_str().unwrap().to_owned();
                let count = state["sourceStats"]["recordCount"].as_f64().unwrap();
                *read.counted.entry(name.clone()).or_default() += count;
                read.states.insert(name, state.clone());
            }
            "TRACE" if message["trace"]["type"] == "ERROR" => {
                read.errors.push(message["trace"]["error"].clone());
            }
            "TRACE" => {
                let status = &message["trace"]["stream_status"];
                let name = status["stream_descriptor"]["name"].as_str().unwrap();
                let statuses = read.statuses.entry(name.to_owned()).or_default();
                statuses.push(status["status"].as_str().unwrap().to_owned());
            }
            other => panic!("{other}"),
        }
    }
    read
}

impl Read {
    fn count(&self, stream: &str) -> usize {
        self.records
            .iter()
            .filter(|(name, _)| name == stream)
            .count()
    }

    fn states(&self) -> String {
        Value::from_iter(self.states.values().cloned()).to_string()
    }
}

/// Configures streams in `catalog.json`, with their sync modes.
async fn configure(source: &Pipeline, streams: &[(&str, &str)]) -> BTreeMap<String, Vec<String>> {
    let discovered = source.run("discover --config config.json").await;
    let catalog = &valid(&discovered.assert_done().out)[0]["catalog"];
    let catalog = catalog["streams"].as_array().unwrap();
    let (mut configured, mut keys) = (Vec::new(), BTreeMap::new());
    for (name, sync_mode) in streams {
        let stream = catalog
            .iter()
            .find(|stream| stream["name"] == *name)
            .unwrap();
        configured.push(json!({
            "stream": stream,
            "sync_mode": sync_mode,
            "destination_sync_mode": "append",
        }));
        let key = stream["source_defined_primary_key"]
            .as_array()
            .unwrap()
            .iter();
        let key = key
            .map(|path| path[0].as_str().unwrap().to_owned())
            .collect();
        keys.insert((*name).to_owned(), key);
    }
    let configured = json!({ "streams": configured });
    validator("ConfiguredAirbyteCatalog")
        .validate(&configured)
        .unwrap();
    source
        .program
        .write("catalog.json", &configured.to_string());
    keys
}

async fn sync(source: &Pipeline, more: &str) -> (Ended, Read) {
    let arguments = format!("read --config config.json --catalog catalog.json {more}");
    let ended = source.run(&arguments).await;
    let read = read(&ended.out);
    (ended, read)
}

const STREAMS: [(&str, &str); 4] = [
    ("conversations", "incremental"),
    ("messages", "incremental"),
    ("tags", "incremental"),
    ("teams", "full_refresh"),
];

#[tokio::test]
async fn the_specification_hides_the_key_and_the_catalog_says_how_streams_are_read() {
    let source = Pipeline::source(|builder| builder).await;
    let spec = source.run("spec").await;
    let spec = valid(&spec.assert_done().out);
    let settings = &spec[0]["spec"]["connectionSpecification"];
    assert_eq!(settings["properties"]["api_key"]["airbyte_secret"], true);
    assert_eq!(settings["required"], json!(["api_key"]));
    jsonschema::validator_for(settings).unwrap();
    let catalog = source.run("discover --config config.json").await;
    assert!(!catalog.out.contains("\"enum\""));
    let catalog = valid(&catalog.assert_done().out);
    for stream in catalog[0]["catalog"]["streams"].as_array().unwrap() {
        let properties = &stream["json_schema"]["properties"];
        for path in stream["source_defined_primary_key"].as_array().unwrap() {
            assert!(
                properties.get(path[0].as_str().unwrap()).is_some(),
                "{stream}"
            );
        }
        let modes = stream["supported_sync_modes"].as_array().unwrap();
        let is_incremental = modes.contains(&json!("incremental"));
        assert_eq!(
            stream.get("source_defined_cursor").is_some(),
            is_incremental
        );
        if is_incremental {
            let cursor = stream["default_cursor_field"][0].as_str().unwrap();
            assert_eq!(
                properties[cursor]["airbyte_type"],
                "timestamp_with_timezone"
            );
        }
        jsonschema::validator_for(&stream["json_schema"]).unwrap();
    }
}

#[tokio::test]
async fn a_check_says_whether_the_key_may_read() {
    let source = Pipeline::source(|builder| builder).await;
    let status = async || {
        let ended = source.run("check --config config.json").await;
        assert_eq!(ended.status, 0, "{ended:?}");
        valid(&ended.out)[0]["connectionStatus"].clone()
    };
    assert_eq!(status().await["status"], "SUCCEEDED");
    source.configure(json!({ "api_key": "wrong-key" }));
    let failed = status().await;
    assert_eq!(failed["status"], "FAILED");
    assert!(
        failed["message"]
            .as_str()
            .unwrap()
            .contains("rejected the key"),
        "{failed}"
    );
    source.configure(json!({ "api_key": "" }));
    let failed = status().await;
    assert!(
        failed["message"]
            .as_str()
            .unwrap()
            .contains("`api_key` is missing"),
        "{failed}"
    );
}

#[tokio::test]
async fn every_stream_starts_runs_and_completes_and_its_records_are_counted() {
    let source = Pipeline::source(|builder| builder).await;
    configure(&source, &STREAMS).await;
    source.program.write("state.json", "[]");
    let (ended, first) = sync(&source, "--state state.json").await;
    ended.assert_done();
    for (stream, _) in STREAMS {
        assert_eq!(
            first.statuses[stream],
            ["STARTED", "RUNNING", "COMPLETE"],
            "{stream}"
        );
        assert_eq!(
            first.counted[stream],
            first.count(stream) as f64,
            "{stream}"
        );
    }
    assert_eq!(first.count("conversations"), 12);
    assert!(first.errors.is_empty());

    source.program.write("state.json", &first.states());
    let (ended, second) = sync(&source, "--state state.json").await;
    ended.assert_done();
    assert_eq!(second.count("teams"), first.count("teams"));
    assert!(second.count("conversations") < 12);
    assert_eq!(
        second.statuses["messages"],
        ["STARTED", "RUNNING", "COMPLETE"]
    );
    for state in ["", "{}", "null"] {
        source.program.write("state.json", state);
        let (_, whole) = sync(&source, "--state state.json").await;
        assert_eq!(whole.count("conversations"), 12);
    }
}

#[tokio::test]
async fn streams_that_a_reset_or_a_full_refresh_concerns_are_sent_from_the_start() {
    let source = Pipeline::source(|builder| builder).await;
    configure(&source, &STREAMS).await;
    let (_, first) = sync(&source, "").await;
    let mut states = first.states.clone();
    states.remove("messages");
    let states = Value::from_iter(states.values().cloned());
    source.program.write("state.json", &states.to_string());
    let (ended, reset) = sync(&source, "--state state.json").await;
    assert_eq!(ended.status, 0, "{ended:?}");
    assert!(
        ended.err.contains("conversations: listed from the start"),
        "{ended:?}"
    );
    assert_eq!(reset.count("messages"), first.count("messages"));
    source.program.write("state.json", &reset.states());
    let full = STREAMS.map(|(stream, _)| (stream, "full_refresh"));
    configure(&source, &full).await;
    let (_, whole) = sync(&source, "--state state.json").await;
    assert_eq!(whole.count("conversations"), 12);
}

#[tokio::test]
async fn a_failure_leaves_its_streams_incomplete() {
    let source = Pipeline::source(|builder| builder).await;
    configure(&source, &STREAMS).await;
    source.program.refuse_one_conversation().await;
    let (ended, first) = sync(&source, "").await;
    ended.assert_error(3, &["1 record could not be fetched"]);
    assert_eq!(first.statuses["teams"].last().unwrap(), "COMPLETE");
    for stream in ["conversations", "messages", "tags"] {
        assert_eq!(first.statuses[stream].last().unwrap(), "INCOMPLETE");
    }
    assert_eq!(first.errors.len(), 1);
    assert_eq!(first.errors[0]["failure_type"], "transient_error");
    source.configure(json!({ "accept_failures": 1 }));
    source.program.write("state.json", &first.states());
    let (ended, second) = sync(&source, "--state state.json").await;
    assert_eq!(ended.status, 0, "{ended:?}");
    assert!(second.errors.is_empty());
    assert_eq!(second.statuses["tags"].last().unwrap(), "COMPLETE");
}

#[tokio::test]
async fn a_run_that_cannot_begin_says_so_for_every_stream() {
    let source = Pipeline::source(|builder| builder).await;
    configure(&source, &STREAMS).await;
    let (_, first) = sync(&source, "").await;
    let other = Pipeline::source(|builder| builder.seed(7)).await;
    configure(&other, &STREAMS).await;
    other.program.write("state.json", &first.states());
    other.configure(json!({ "same_account": true }));
    for (state, words) in [
        ("--state state.json", "the state belongs to the account"),
        ("--state catalog.json", "is not a JSON array"),
    ] {
        let (ended, read) = sync(&other, state).await;
        ended.assert_error(2, &[words]);
        assert!(read.records.is_empty() && read.states.is_empty());
        assert_eq!(read.errors[0]["failure_type"], "config_error");
        for (stream, _) in STREAMS {
            assert_eq!(read.statuses[stream], ["INCOMPLETE"]);
        }
    }
    other.configure(json!({ "api_key": "wrong-key" }));
    let (ended, read) = sync(&other, "").await;
    ended.assert_error(4, &["rejected the key"]);
    assert_eq!(read.errors[0]["failure_type"], "config_error");
    let ended = other.run("discover --config no.json").await;
    ended.assert_error(2, &["no.json"]);
    assert_eq!(
        valid(&ended.out)[0]["trace"]["error"]["failure_type"],
        "config_error"
    );
    other
        .run("read --config config.json")
        .await
        .assert_error(2, &["--catalog"]);
}

#[tokio::test]
async fn a_killed_run_goes_on_like_an_undisturbed_one() {
    let source = Pipeline::source(|builder| builder).await;
    let keys = configure(&source, &STREAMS).await;
    let arguments = "read --config config.json --catalog catalog.json";
    let before = source.program.requests();
    let (_, undisturbed) = sync(&source, "").await;
    let requests = source.program.requests() - before;
    let (seed, mut random) = seeded();
    for _ in 0..5 {
        let at = random.u64(1..requests);
        let killed = source.start_until(at, arguments).await.kill().await;
        let mut all = read(&killed.out);
        source.program.write("state.json", &all.states());
        let (ended, rest) = sync(&source, "--state state.json").await;
        ended.assert_done();
        all.records.extend(rest.records);
        let (found, expected) = (rows(&all.records, &keys), rows(&undisturbed.records, &keys));
        assert_eq!(found, expected, "OCTOCOM_TEST_SEED={seed}, request {at}");
    }
}
