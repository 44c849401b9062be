//! The programs `tap-octocom` and `source-octocom`.

mod airbyte;
mod golden;
mod singer;

use std::collections::BTreeMap;
use std::fs::File;

use octocom_sandbox::Builder;
use serde_json::{Value, json};
use tokio::process::{Child, Command};

use crate::program::{Ended, Program, end};

/// Draws from `OCTOCOM_TEST_SEED`, or from a new seed, which is printed.
fn seeded() -> (u64, fastrand::Rng) {
    let seed = std::env::var("OCTOCOM_TEST_SEED")
        .map_or_else(|_| fastrand::u64(..), |seed| seed.parse().unwrap());
    println!("OCTOCOM_TEST_SEED={seed}");
    (seed, fastrand::Rng::with_seed(seed))
}

/// A program of a pipeline, with a sandbox and a configuration.
pub(crate) struct Pipeline {
    pub(crate) program: Program,
    executable: &'static str,
}

impl Pipeline {
    async fn tap(set_up: impl FnOnce(Builder) -> Builder) -> Self {
        Self::start(env!("CARGO_BIN_EXE_tap-octocom"), set_up).await
    }

    async fn source(set_up: impl FnOnce(Builder) -> Builder) -> Self {
        Self::start(env!("CARGO_BIN_EXE_source-octocom"), set_up).await
    }

    async fn start(executable: &'static str, set_up: impl FnOnce(Builder) -> Builder) -> Self {
        let program = Program::with(|builder| set_up(builder.conversations(12))).await;
        let pipeline = Self {
            program,
            executable,
        };
        pipeline.configure(json!({}));
        pipeline
    }

    /// Writes `config.json`, with settings beside the key and the address.
    fn configure(&self, settings: Value) {
        let sandbox = self.program.sandbox();
        let mut config = json!({ "api_key": sandbox.key(), "base_url": sandbox.url() });
        let settings = settings.as_object().unwrap().clone();
        config.as_object_mut().unwrap().extend(settings);
        self.program.write("config.json", &config.to_string());
    }

    fn command(&self, words: &str) -> Command {
        let words: Vec<_> = words.split_whitespace().collect();
        self.program.command_of(self.executable, &words)
    }

    /// Starts it, and returns once its sandbox has had so many requests.
    async fn start_until(&self, requests: u64, words: &str) -> Running<'_> {
        let mut command = self.command(words);
        command.stdout(File::create(self.program.path("out")).unwrap());
        Running {
            pipeline: self,
            child: self.program.spawn_until(requests, command).await,
        }
    }

    /// Runs to the end. The key is in nothing that is written.
    async fn run(&self, words: &str) -> Ended {
        let ended = end(self.command(words).spawn().unwrap()).await;
        let key = self.program.sandbox().key();
        assert!(
            !ended.out.contains(key) && !ended.err.contains(key),
            "{ended:?}"
        );
        ended
    }
}

/// A running program, whose output goes to a file: a pipe that nobody reads would stop it.
pub(crate) struct Running<'a> {
    pipeline: &'a Pipeline,
    pub(crate) child: Child,
}

impl Running<'_> {
    async fn end(self) -> Ended {
        let ended = end(self.child).await;
        Ended {
            out: self.pipeline.program.read("out"),
            ..ended
        }
    }

    /// Kills it, and returns its output up to the last whole line.
    async fn kill(mut self) -> Ended {
        // It may have ended just then.
        let _ = self.child.start_kill();
        let mut ended = self.end().await;
        ended
            .out
            .truncate(ended.out.rfind('\n').map_or(0, |end| end + 1));
        ended
    }
}

/// The messages of an output.
fn messages(out: &str) -> Vec<Value> {
    let whole = out.rfind('\n').map_or("", |end| &out[..end]);
    let lines = whole
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    lines.collect()
}

/// The rows of a table by their keys, without the time of the run. `records` are pairs of a table and
/// a record.
fn rows(
    records: &[(String, Value)],
    keys: &BTreeMap<String, Vec<String>>,
) -> BTreeMap<String, Value> {
    let mut rows = BTreeMap::new();
    for (table, record) in records {
        let key: Vec<_> = keys[table]
            .iter()
            .map(|name| record[name].to_string())
            .collect();
        let mut record = record.clone();
        record.as_object_mut().unwrap().remove("synced_at");
        rows.insert(format!("{table} {}", key.join(" ")), record);
    }
    rows
}
