//! Runs that are killed, at the n-th request or byte, and continued.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use octocom_collect::{AccountSync, Collector, Existing, Export, Format, Output, Stream};
use octocom_ext::Client;
use octocom_sandbox::{RecordKind, Sandbox};
use rusqlite::Connection;
use rusqlite::types::Value;
use tokio::sync::Notify;

/// Names the task of a child: `FORM URL KEY OUTPUT`.
const TASK: &str = "OCTOCOM_COLLECT_TEST_TASK";
const CONVERSATIONS: u64 = 40;
const KILLS: usize = 34;

/// Runs as the child process; does nothing in any other.
#[tokio::test]
async fn child() {
    let Ok(task) = std::env::var(TASK) else {
        return;
    };
    let [form, url, key, output] = task.split(' ').collect::<Vec<_>>()[..] else {
        panic!()
    };
    let client = Client::builder()
        .with_base_url(url)
        .with_api_key(key.to_owned())
        .build()
        .unwrap();
    // The address changes with each sandbox, not with each child.
    let collector = Collector::new(client)
        .save_every(Duration::from_millis(10))
        .concurrency(3);
    collect(&collector, form, Path::new(output)).await;
}

async fn collect(collector: &Collector, form: &str, output: &Path) {
    let existing = match form {
        "append" => Existing::Append,
        _ => Existing::Resume,
    };
    let export = |stream: &str| {
        Export::new(stream.parse().unwrap(), Output::file(output)).existing(existing)
    };
    let report = match form {
        "pipeline" => crate::pipelines::pipe(collector, output).await,
        "ndjson" | "append" => {
            collector
                .export(export("conversations").details(true))
                .await
        }
        "csv" => {
            collector
                .export(export("articles").format(Format::Csv))
                .await
        }
        #[cfg(feature = "parquet")]
        "parquet" => {
            let parts = export("conversations").details(true).part_records(25);
            collector.export(parts.format(Format::Parquet)).await
        }
        _ => {
            let streams = ["conversations", "macros", "teams"];
            let streams: Vec<Stream> = streams.map(|stream| stream.parse().unwrap()).to_vec();
            collector.sync(AccountSync::new(output).only(streams)).await
        }
    };
    assert!(report.unwrap().failures().is_empty());
}

/// A disk that is full: the system refuses to let files grow beyond a size.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_an_error_and_the_next_run_goes_on() {
    let sandbox = Sandbox::builder()
        .conversations(CONVERSATIONS)
        .start()
        .await
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let collector = Collector::new(sandbox.client_builder().build().unwrap());
    let forms = ["ndjson", "sqlite", "parquet"];
    let count = if cfg!(feature = "parquet") { 3 } else { 2 };
    for form in &forms[..count] {
        let undisturbed = folder.path().join(format!("undisturbed.{form}"));
        collect(&collector, form, &undisturbed).await;
        let output = folder.path().join(format!("full.{form}"));
        let task = format!(
            "{form} {} {} {}",
            sandbox.url(),
            sandbox.key(),
            output.display()
        );
        let mut command = Command::new("bash");
        // In units of 1,024 bytes.
        let limited = "trap '' XFSZ; ulimit -f 40; exec \"$0\" kills::child --exact --nocapture";
        command
            .args(["-c", limited])
            .arg(std::env::current_exe().unwrap())
            .env(TASK, task);
        let ended = tokio::task::spawn_blocking(move || command.output().unwrap())
            .await
            .unwrap();
        assert!(!ended.status.success(), "{form}");
        let error = String::from_utf8_lossy(&ended.stderr);
        assert!(error.contains("Error(Output, \""), "{form}: {error}");
        collect(&collector, form, &output).await;
        assert_eq!(
            content(form, &output),
            content(form, &undisturbed),
            "{form}"
        );
    }
}

/// Tells when the server has seen so many requests.
#[derive(Default)]
struct Countdown {
    left: AtomicU64,
    over: Notify,
}

impl Countdown {
    fn request(&self) {
        let left = self
            .left
            .fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1));
        if left == Ok(1) {
            self.over.notify_one();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_exports_end_like_undisturbed_ones() {
    kill_and_go_on("ndjson").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_exports_of_pages_by_number_end_like_undisturbed_ones() {
    kill_and_go_on("csv").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_runs_that_append_end_like_undisturbed_ones() {
    kill_and_go_on("append").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_copies_end_like_undisturbed_ones() {
    kill_and_go_on("sqlite").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_pipelines_end_like_undisturbed_ones() {
    kill_and_go_on("pipeline").await;
}

#[cfg(feature = "parquet")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_exports_as_parquet_end_like_undisturbed_ones() {
    kill_and_go_on("parquet").await;
}

async fn kill_and_go_on(form: &str) {
    let seed = std::env::var("OCTOCOM_TEST_SEED")
        .map_or_else(|_| fastrand::u64(..), |seed| seed.parse().unwrap());
    println!("OCTOCOM_TEST_SEED={seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let countdown = Arc::new(Countdown::default());
    let seen = Arc::clone(&countdown);
    let builder = Sandbox::builder()
        .conversations(CONVERSATIONS)
        .on_request(move |_| seen.request());
    let sandbox = builder.start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let client = sandbox.client_builder().build().unwrap();
    let collector = Collector::new(client);
    let earlier = folder.path().join("earlier");
    if form == "append" {
        collect(&collector, "ndjson", &earlier).await;
        for number in 0..20 {
            let new = serde_json::json!({ "subject": format!("new {number}") });
            let control = sandbox.control();
            control.insert(RecordKind::Conversations, new).unwrap();
        }
    }
    let undisturbed = folder.path().join("undisturbed");
    copy(&earlier, &undisturbed);
    let before = sandbox.requests();
    collect(&collector, form, &undisturbed).await;
    let requests = sandbox.requests() - before;
    let bytes = match std::fs::metadata(&undisturbed).unwrap() {
        file if file.is_file() => file.len(),
        _ => written(&undisturbed),
    };
    let expected = content(form, &undisturbed);

    let (mut kills, mut round) = (0, 0);
    // A pipeline's rounds are longer.
    let least = if form == "pipeline" { 20 } else { KILLS };
    while kills < least {
        round += 1;
        let output = folder.path().join(format!("{form}-{round}"));
        copy(&earlier, &output);
        if form == "ndjson" && random.bool() {
            // A file that is whole, though not everything: it is continued from a copy.
            let export = Export::new(Stream::CONVERSATIONS, Output::file(&output)).details(true);
            collector.clone().max_items(7).export(export).await.unwrap();
        }
        for _ in 0..random.usize(1..5) {
            let task = format!(
                "{form} {} {} {}",
                sandbox.url(),
                sandbox.key(),
                output.display()
            );
            let kill = if random.bool() {
                Kill::AtRequest(random.u64(1..=requests))
            } else {
                Kill::AtByte(random.u64(1..=bytes))
            };
            kills += usize::from(kill.run(&task, &output, &countdown).await);
        }
        collect(&collector, form, &output).await;
        assert_eq!(
            content(form, &output),
            expected,
            "round {round}, OCTOCOM_TEST_SEED={seed}"
        );
        let within = if output.is_dir() {
            &output
        } else {
            folder.path()
        };
        let left: Vec<_> = std::fs::read_dir(within)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| {
                name.ends_with(".journal")
                    || name.contains(".parquet.new")
                    || name.ends_with(".part")
                    || name.contains(".part.state")
                    || name.ends_with(".new")
                    || name.ends_with(".lock")
            })
            .collect();
        assert_eq!(left, Vec::<String>::new(), "OCTOCOM_TEST_SEED={seed}");
    }
    println!("{kills} kills in {round} rounds");
}

/// Copies an output with its state, if there is one.
fn copy(from: &Path, to: &Path) {
    for suffix in ["", ".state.json"] {
        let path = |output: &Path| format!("{}{suffix}", output.display());
        if std::fs::exists(path(from)).unwrap() {
            std::fs::copy(path(from), path(to)).unwrap();
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Kill {
    AtRequest(u64),
    AtByte(u64),
}

impl Kill {
    /// Runs a child until it is killed. Returns `false` if it came to its end before.
    async fn run(self, task: &str, output: &Path, countdown: &Countdown) -> bool {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["kills::child", "--exact", "--nocapture"])
            .env(TASK, task)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let requests = match self {
            Self::AtRequest(requests) => requests,
            Self::AtByte(_) => 0,
        };
        countdown.left.store(requests, SeqCst);
        let mut child = tokio::process::Command::from(command).spawn().unwrap();
        let is_over = async {
            match self {
                Self::AtRequest(_) => countdown.over.notified().await,
                Self::AtByte(bytes) => {
                    while written(output) < bytes {
                        tokio::task::yield_now().await;
                    }
                }
            }
        };
        tokio::select! {
            status = child.wait() => {
                let status = status.unwrap();
                assert!(status.success(), "{self:?}: {status}");
                countdown.left.store(0, SeqCst);
                return false;
            }
            () = is_over => child.start_kill().unwrap(),
        }
        let status = child.wait().await.unwrap();
        status.code().is_none()
    }
}

/// Bytes of an unfinished output, or of all files of a folder.
fn written(output: &Path) -> u64 {
    let length = |path: &Path| std::fs::metadata(path).map_or(0, |metadata| metadata.len());
    if let Ok(entries) = std::fs::read_dir(output) {
        let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        return paths.map(|path| length(&path)).sum();
    }
    let beside = |suffix: &str| length(Path::new(&format!("{}{suffix}", output.display())));
    let is_pipeline = output.to_string_lossy().contains("pipeline-");
    let whole = if is_pipeline { beside("") } else { 0 };
    beside(".part").max(beside("-wal")).max(whole)
}

/// The content of an output, whatever the order and the times of writing.
fn content(form: &str, output: &Path) -> BTreeSet<String> {
    if form == "pipeline" {
        return crate::pipelines::rows(output);
    }
    #[cfg(feature = "parquet")]
    if form == "parquet" {
        let rows = crate::parquet::rows(output);
        let raw = |row: &serde_json::Map<_, serde_json::Value>| row["raw"].to_string();
        let raw: BTreeSet<_> = rows.iter().map(raw).collect();
        assert_eq!(raw.len(), rows.len(), "a record is there twice");
        return raw;
    }
    if form != "sqlite" {
        let text = std::fs::read_to_string(output).unwrap();
        let lines: BTreeSet<_> = text.lines().map(ToOwned::to_owned).collect();
        assert_eq!(lines.len(), text.lines().count(), "a record is there twice");
        return lines;
    }
    let database = Connection::open(output).unwrap();
    let mut tables = database
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'octocom%'")
        .unwrap();
    let tables: Vec<String> = tables
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let mut rows = BTreeSet::new();
    for table in tables {
        let mut query = database.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let names: Vec<String> = query
            .column_names()
            .into_iter()
            .map(ToOwned::to_owned)
            .collect();
        let mut found = query.query([]).unwrap();
        while let Some(row) = found.next().unwrap() {
            let mut text = table.clone();
            for (place, name) in names.iter().enumerate() {
                let is_stamp = [
                    "synced_at",
                    "details_at",
                    "details_run",
                    "seen_run",
                    "missed",
                ]
                .contains(&name.as_str());
                if !is_stamp {
                    let value: Value = row.get(place).unwrap();
                    text += &format!(" {name}={value:?}");
                }
            }
            rows.insert(text);
        }
    }
    rows
}
