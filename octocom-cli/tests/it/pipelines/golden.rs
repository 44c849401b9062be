//! Whole transcripts of both programs, as files.

use std::path::Path;

use serde_json::{Value, json};

use super::{Pipeline, airbyte, messages};

/// Streams of the transcripts: a list, a list of each business, and conversations with two lists.
const STREAMS: [&str; 5] = ["teams", "bot_rules", "conversations", "messages", "tags"];

/// Compares with a file, or writes it.
#[track_caller]
fn keep(name: &str, messages: Vec<Value>, url: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/golden");
    let path = folder.join(name);
    let lines = messages.into_iter().map(|mut message| {
        steady(&mut message, url);
        format!("{message}\n")
    });
    let text: String = lines.collect();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, text).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    for (number, (found, expected)) in text.lines().zip(kept.lines()).enumerate() {
        assert_eq!(found, expected, "line {} of {name}", number + 1);
    }
    let hint = "run `UPDATE_DOCS=1 cargo test -p octocom-cli --test it golden`";
    assert_eq!(
        text.lines().count(),
        kept.lines().count(),
        "{name} is stale: {hint}"
    );
}

/// Takes away what differs from run to run.
fn steady(json: &mut Value, url: &str) {
    match json {
        Value::Object(members) => {
            for (name, value) in members {
                match name.as_str() {
                    "synced_at" | "time_extracted" if value.is_string() => {
                        *value = json!("2026-01-31T09:00:00.000000Z");
                    }
                    "salt" | "digest" | "checksum" => *value = json!("…"),
                    "emitted_at" => *value = json!(0),
                    "place" if value.is_string() => {
                        let place = value.as_str().unwrap();
                        let mut place: Value = serde_json::from_str(place).unwrap();
                        steady(&mut place, url);
                        *value = place;
                    }
                    _ => steady(value, url),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| steady(item, url)),
        Value::String(text) if text == url => "http://127.0.0.1:4010".clone_into(text),
        _ => {}
    }
}

/// Keeps the first records of each stream.
fn few(messages: Vec<Value>) -> Vec<Value> {
    let mut counts = std::collections::BTreeMap::<_, u32>::new();
    let is_among_first = |message: &Value| {
        let stream = match message["record"].get("stream") {
            Some(stream) => stream,
            None => &message["stream"],
        };
        let count = counts.entry(stream.to_string()).or_default();
        *count += 1;
        message["type"] != "RECORD" || *count <= 4
    };
    messages.into_iter().filter(is_among_first).collect()
}

#[tokio::test]
async fn the_tap_writes_what_it_wrote() {
    let tap = Pipeline::tap(|builder| builder.conversations(3)).await;
    let url = tap.program.sandbox().url().to_owned();
    let streams = STREAMS.map(|name| json!({ "tap_stream_id": name }));
    tap.program
        .write("catalog.json", &json!({ "streams": streams }).to_string());
    let run = "--config config.json --catalog catalog.json";
    let first = tap.run(run).await;
    let first = messages(&first.assert_done().out);
    let mut states = first.iter().filter(|message| message["type"] == "STATE");
    tap.program.write(
        "state.json",
        &states.next_back().unwrap()["value"].to_string(),
    );
    let second = tap.run(&format!("{run} --state state.json")).await;
    keep("tap.jsonl", few(first), &url);
    keep(
        "tap-again.jsonl",
        few(messages(&second.assert_done().out)),
        &url,
    );
}

#[tokio::test]
async fn the_source_writes_what_it_wrote() {
    let source = Pipeline::source(|builder| builder.conversations(3)).await;
    let url = source.program.sandbox().url().to_owned();
    let discovered = source.run("discover --config config.json").await;
    let discovered = airbyte::valid(&discovered.assert_done().out);
    let catalog = discovered[0]["catalog"]["streams"]
        .as_array()
        .unwrap()
        .iter();
    let streams = catalog.filter(|stream| STREAMS.iter().any(|name| stream["name"] == *name));
    let streams = streams.map(|stream| {
        let modes = stream["supported_sync_modes"].as_array().unwrap();
        json!({
            "stream": stream,
            "sync_mode": modes.last(),
            "destination_sync_mode": "append_dedup",
        })
    });
    let configured = json!({ "streams": streams.collect::<Vec<_>>() });
    source
        .program
        .write("catalog.json", &configured.to_string());
    let spec = source.run("spec").await;
    keep("source-spec.jsonl", airbyte::valid(&spec.out), &url);
    keep("source-discover.jsonl", discovered, &url);
    let read = "read --config config.json --catalog catalog.json";
    let first = source.run(read).await;
    keep(
        "source-read.jsonl",
        few(airbyte::valid(&first.assert_done().out)),
        &url,
    );
}
