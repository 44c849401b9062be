//! The sandbox as a program: an Octocom server on this machine.

use std::fs::File;
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::Duration;

use chrono::{SecondsFormat, Utc};
use clap::Parser;
use octocom_sandbox::{Behavior, Builder, Fault, RequestRecord, Sandbox, Snapshot, StartError};
use serde_json::Value;

/// A server that behaves like the Octocom API, with made-up data in memory.
///
/// Prints its URL and an API key to standard output, and one line of JSON for each request to
/// standard error. Stops on Ctrl-C and SIGTERM.
#[derive(Debug, Parser)]
#[command(name = "octocom-sandbox", version)]
struct Flags {
    /// Port to listen on; 0 for any free one
    #[arg(long, default_value_t = 4010)]
    port: u16,
    /// Address to listen on; other addresses than loopback open the sandbox to the network
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    host: IpAddr,
    /// Number of conversations
    #[arg(long, default_value_t = 10_000)]
    conversations: u64,
    /// Seed of data and faults
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// API key [default: follows from the seed]
    #[arg(long)]
    key: Option<String>,
    /// JSON file with records, organizations, plans and more to add; repeatable
    #[arg(long = "seed-file", value_name = "FILE")]
    seed_files: Vec<PathBuf>,
    /// JSON file with a snapshot to start from, instead of made-up data
    #[arg(long, value_name = "FILE")]
    snapshot: Option<PathBuf>,
    /// Plan of faults as JSON, such as `{"operation":"list_users","fault":"reset","times":2}`;
    /// repeat for more
    #[arg(long = "plan", value_name = "JSON")]
    plans: Vec<String>,
    /// Share of requests that have a fault, 0 to 1
    #[arg(long, default_value_t = 0.0, value_name = "SHARE")]
    faults: f64,
    /// Fault to choose from, such as `status=503; after`; repeatable [default: transient ones]
    #[arg(long = "fault", value_name = "FAULT")]
    fault_kinds: Vec<Fault>,
    /// Share of requests that are answered with 429, 0 to 1
    #[arg(long, default_value_t = 0.0, value_name = "SHARE")]
    rate_limited: f64,
    /// `Retry-After` of these responses, in seconds
    #[arg(long, default_value_t = 1, value_name = "SECONDS")]
    retry_after: u64,
    /// Requests per second for each key; twice as many at once [default: no limit]
    #[arg(long, value_name = "RATE")]
    requests_per_second: Option<f64>,
    /// Undocumented behavior, such as `ties=random,filterPrecision=microseconds`
    #[arg(long, value_name = "NAME=VALUE,…")]
    behavior: Option<Behavior>,
    /// Milliseconds until the bot replies
    #[arg(long, default_value_t = 0, value_name = "MS")]
    bot_replies_after: u64,
    /// Compress responses with gzip for requests that take it
    #[arg(long)]
    compress: bool,
    /// Open the control API under /__sandbox/, for tests in other languages
    #[arg(long)]
    control: bool,
    /// Open the control API to requests with this value in the header x-sandbox-token
    #[arg(long, value_name = "TOKEN")]
    control_token: Option<String>,
    /// Number of received requests that are kept for the control API
    #[arg(long, default_value_t = 1_000, value_name = "COUNT")]
    keep_requests: usize,
    /// File to log requests to instead of standard error
    #[arg(long, value_name = "FILE", conflicts_with = "quiet")]
    log: Option<PathBuf>,
    /// Log no requests
    #[arg(long)]
    quiet: bool,
}

fn main() -> ExitCode {
    let flags = Flags::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let outcome = match runtime {
        Ok(runtime) => runtime.block_on(run(flags)),
        Err(error) => Err(Failure {
            message: error.to_string(),
            status: 1,
        }),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure { message, status }) => {
            eprintln!("error: {message}");
            ExitCode::from(status)
        }
    }
}

/// Why the program ends, and its exit status: 2 for what the flags say, 1 for all else.
struct Failure {
    message: String,
    status: u8,
}

impl Failure {
    fn io(error: std::io::Error) -> Self {
        Self {
            message: error.to_string(),
            status: 1,
        }
    }

    fn usage(message: String) -> Self {
        Self { message, status: 2 }
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}"));
        match error {
            StartError::Setting { name, value, limit } => {
                Self::usage(format!("`{}` is {value}, allowed is {limit}", flag(name)))
            }
            StartError::Setup(refused) => Self::usage(refused.to_string()),
            error => Self {
                message: format!("{error}{}", cause.unwrap_or_default()),
                status: 1,
            },
        }
    }
}

/// The flag of a setting of the builder.
fn flag(setting: &str) -> String {
    match setting {
        "token_bucket" => "--requests-per-second".to_owned(),
        "fault_kinds" => "--fault".to_owned(),
        other => format!("--{}", other.replace('_', "-")),
    }
}

async fn run(flags: Flags) -> Result<(), Failure> {
    // Before the server starts, so that a signal is never too early.
    let stop = stop_signal().map_err(Failure::io)?;
    let control = flags.control || flags.control_token.is_some();
    let sandbox = builder(flags)?.start().await?;
    // Whoever started the program may have stopped reading; the server is there all the same.
    let _ = introduce(&sandbox, control);
    stop.await;
    sandbox.shutdown().await;
    Ok(())
}

fn builder(flags: Flags) -> Result<Builder, Failure> {
    let mut builder = Sandbox::builder()
        .address(SocketAddr::from((flags.host, flags.port)))
        .conversations(flags.conversations)
        .seed(flags.seed)
        .faults(flags.faults)
        .rate_limited(flags.rate_limited, Duration::from_secs(flags.retry_after))
        .bot_replies_after(Duration::from_millis(flags.bot_replies_after))
        .keep_requests(flags.keep_requests);
    if !flags.fault_kinds.is_empty() {
        builder = builder.fault_kinds(flags.fault_kinds);
    }
    if let Some(rate) = flags.requests_per_second {
        builder = builder.token_bucket((rate * 2.0).clamp(1.0, f64::from(u32::MAX)) as u32, rate);
    }
    if let Some(key) = flags.key {
        builder = builder.key(key);
    }
    if let Some(behavior) = flags.behavior {
        builder = builder.behavior(behavior);
    }
    if let Some(path) = &flags.snapshot {
        builder = builder.snapshot(Snapshot::from_json(json(path, "--snapshot")?));
    }
    for path in &flags.seed_files {
        builder = builder.seed_data(json(path, "--seed-file")?);
    }
    if !flags.plans.is_empty() {
        let mut plans = Vec::new();
        for plan in &flags.plans {
            let invalid = |error| Failure::usage(format!("`--plan` is not JSON: {error}"));
            plans.push(serde_json::from_str::<Value>(plan).map_err(invalid)?);
        }
        builder = builder.seed_data(serde_json::json!({ "plans": plans }));
    }
    if flags.compress {
        builder = builder.compress();
    }
    if flags.control {
        builder = builder.control_api();
    }
    if let Some(token) = flags.control_token {
        builder = builder.control_token(token);
    }
    if let Some(path) = &flags.log {
        let unusable = |error| Failure::usage(format!("`--log` {}: {error}", path.display()));
        let file = Mutex::new(File::create(path).map_err(unusable)?);
        return Ok(builder.on_request(move |record| {
            if let Ok(mut file) = file.lock() {
                log(record, &mut *file);
            }
        }));
    }
    Ok(match flags.quiet {
        true => builder,
        false => builder.on_request(|record| log(record, &mut std::io::stderr().lock())),
    })
}

/// The JSON of a file that a flag names.
fn json(path: &Path, flag: &str) -> Result<Value, Failure> {
    let unreadable =
        |error: String| Failure::usage(format!("`{flag}` {}: {error}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
    serde_json::from_str(&text).map_err(|error| unreadable(format!("not JSON: {error}")))
}

/// Says what a client needs to know, one fact a line.
fn introduce(sandbox: &Sandbox, control: bool) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "url: {}", sandbox.url())?;
    writeln!(out, "key: {}", sandbox.key())?;
    if control {
        writeln!(out, "control: {}/__sandbox/", sandbox.url())?;
    }
    if let Some(session) = sandbox.browser_sessions().first() {
        writeln!(out, "browser session: {session}")?;
    }
    out.flush()
}

fn log(record: &RequestRecord, to: &mut impl Write) {
    let Ok(serde_json::Value::Object(fields)) = serde_json::to_value(record) else {
        return;
    };
    let mut line = serde_json::Map::new();
    line.insert(
        "at".to_owned(),
        Utc::now()
            .to_rfc3339_opts(SecondsFormat::Millis, true)
            .into(),
    );
    line.extend(fields);
    // The sandbox continues if nobody reads its log any more.
    let _ = writeln!(to, "{}", Value::from(line));
}

/// Completes when the program is asked to stop.
#[cfg(unix)]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Completes when the program is asked to stop.
#[cfg(not(unix))]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
