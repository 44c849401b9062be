//! Pipelines against a sandbox, to writers that fail.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use octocom_collect::{Collector, Pipeline, PipelineState, Sink, Table};
use octocom_sandbox::Sandbox;
use serde_json::Value;

use super::airbyte_input::states;
use super::airbyte_sink::AirbyteSink;
use super::singer_sink::SingerSink;

const SEEDS: u64 = 20;

/// A writer that fails once, after so many bytes, and then takes everything again.
#[derive(Clone)]
struct Failing {
    bytes: Arc<Mutex<Vec<u8>>>,
    left: Option<usize>,
}

impl Failing {
    fn after(left: Option<usize>) -> Self {
        Self {
            bytes: Arc::default(),
            left,
        }
    }

    fn text(&self) -> String {
        String::from_utf8(self.bytes.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Failing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = match &mut self.left {
            Some(0) => {
                self.left = None;
                return Err(io::Error::other("the disk is full"));
            }
            Some(left) => {
                let taken = bytes.len().min(*left);
                *left -= taken;
                taken
            }
            None => bytes.len(),
        };
        self.bytes.lock().unwrap().extend(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A protocol, as far as the tests read it.
#[derive(Debug, Clone, Copy)]
enum Protocol {
    Singer,
    Airbyte,
}

impl Protocol {
    fn sink(self, out: Failing) -> Box<dyn Sink> {
        match self {
            Self::Singer => Box::new(SingerSink::new(out)),
            Self::Airbyte => Box::new(AirbyteSink::new(out)),
        }
    }

    /// Returns the pipeline that goes on from the last states of an output.
    fn resumed(self, pipeline: Pipeline, messages: &[Value]) -> Pipeline {
        let mut saved = messages.iter().filter(|message| message["type"] == "STATE");
        match self {
            Self::Singer => match saved.next_back() {
                Some(last) => pipeline.state(PipelineState::from_json(&last["value"]).unwrap()),
                None => pipeline,
            },
            Self::Airbyte => {
                let mut by_stream = BTreeMap::new();
                for message in saved {
                    let stream = &message["state"]["stream"]["stream_descriptor"]["name"];
                    by_stream.insert(stream.to_string(), message["state"].clone());
                }
                let all = Value::from_iter(by_stream.into_values());
                let all = states(&all).unwrap().into_iter();
                all.fold(pipeline, |pipeline, (table, state)| {
                    pipeline.table_state(&table, state)
                })
            }
        }
    }

    fn record(self, message: &Value) -> Option<(String, Value)> {
        let (stream, record) = match self {
            Self::Singer => (message.get("stream")?, message.get("record")?),
            Self::Airbyte => {
                let record = message.get("record")?;
                (record.get("stream")?, record.get("data")?)
            }
        };
        Some((stream.as_str()?.to_owned(), record.clone()))
    }
}

/// The messages of whole lines.
fn messages(text: &str) -> Vec<Value> {
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    let lines = whole
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    lines.collect()
}

/// The rows of a warehouse, by their keys and without the time of the run.
fn rows(protocol: Protocol, tables: &[Table], messages: &[Value]) -> BTreeMap<String, Value> {
    let mut rows = BTreeMap::new();
    for message in messages {
        let Some((stream, mut record)) = protocol.record(message) else {
            continue;
        };
        record.as_object_mut().unwrap().remove("synced_at");
        let table = tables.iter().find(|table| table.name() == stream).unwrap();
        let key: Vec<_> = table
            .key()
            .iter()
            .map(|name| record[name].to_string())
            .collect();
        rows.insert(format!("{stream} {}", key.join(" ")), record);
    }
    rows
}

async fn fail_and_go_on(protocol: Protocol) {
    let seed = std::env::var("OCTOCOM_TEST_SEED")
        .map_or_else(|_| fastrand::u64(..), |seed| seed.parse().unwrap());
    println!("OCTOCOM_TEST_SEED={seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let sandbox = Sandbox::builder().conversations(20).start().await.unwrap();
    let client = octocom_ext::Client::builder()
        .with_base_url(sandbox.url())
        .with_api_key(sandbox.key().to_owned())
        .build()
        .unwrap();
    let collector = Collector::new(client)
        .concurrency(3)
        .save_every(Duration::from_millis(20));
    let wanted = BTreeSet::from(["conversations", "messages", "notes", "tags", "teams"]);
    let mut tables = Table::all();
    tables.retain(|table| wanted.contains(table.name()));
    let pipeline = || Pipeline::new(tables.clone());

    let whole = Failing::after(None);
    collector
        .pipe(pipeline(), &mut *protocol.sink(whole.clone()))
        .await
        .unwrap();
    let undisturbed = whole.text();
    let expected = rows(protocol, &tables, &messages(&undisturbed));
    assert!(expected.len() > 100, "{}", expected.len());
    let mut resumed = 0;
    for round in 0..SEEDS {
        let bytes = random.usize(1..undisturbed.len());
        let out = Failing::after(Some(bytes));
        let ended = collector
            .pipe(pipeline(), &mut *protocol.sink(out.clone()))
            .await;
        let text = out.text();
        // The number of states differs from run to run, so a run may come to its end before.
        let has_failed = ended.is_err();
        // What was begun may follow once the writer takes it, and nothing that comes after.
        let length = match has_failed && random.bool() {
            true => bytes,
            false => text.len(),
        };
        let mut all = messages(text.get(..length).unwrap_or(&text));
        let has_state = all.iter().any(|message| message["type"] == "STATE");
        resumed += usize::from(has_failed && has_state);
        let rest = Failing::after(None);
        let pipeline = protocol.resumed(pipeline(), &all);
        collector
            .pipe(pipeline, &mut *protocol.sink(rest.clone()))
            .await
            .unwrap();
        all.extend(messages(&rest.text()));
        let found = rows(protocol, &tables, &all);
        assert_eq!(found, expected, "round {round}, OCTOCOM_TEST_SEED={seed}");
    }
    println!("{resumed} of {SEEDS} went on from a state");
    assert!(resumed > 0, "OCTOCOM_TEST_SEED={seed}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tap_whose_output_fails_goes_on_from_its_last_state() {
    fail_and_go_on(Protocol::Singer).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_source_whose_output_fails_goes_on_from_its_last_states() {
    fail_and_go_on(Protocol::Airbyte).await;
}
