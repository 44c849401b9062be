//! The sandbox as a program: an Octocom server on this machine.

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::time::Duration;

use chrono::{SecondsFormat, Utc};
use clap::Parser;
use octocom_sandbox::{Builder, Fault, RequestRecord, Sandbox, StartError};

/// Octocom on your own machine: the REST API over made-up data, in memory.
///
/// Prints its URL and an API key to standard output, and one line of JSON for each request to
/// standard error. Stops on Ctrl-C and SIGTERM.
#[derive(Debug, Parser)]
#[command(name = "octocom-sandbox", version)]
struct Flags {
    /// Port to listen on; 0 for any free one
    #[arg(long, default_value_t = 4010)]
    port: u16,
    /// Address to listen on; anything but loopback opens the sandbox to the network
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    host: IpAddr,
    /// Number of conversations
    #[arg(long, default_value_t = 10_000)]
    conversations: u64,
    /// Seed of data and faults
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// API key to accept [default: made from the seed]
    #[arg(long)]
    key: Option<String>,
    /// Share of requests that get a fault, 0 to 1
    #[arg(long, default_value_t = 0.0, value_name = "SHARE")]
    faults: f64,
    /// Fault to choose from, such as `status=503; after`; repeat for more [default: transient ones]
    #[arg(long = "fault", value_name = "FAULT")]
    fault_kinds: Vec<Fault>,
    /// Share of requests that are answered 429, 0 to 1
    #[arg(long, default_value_t = 0.0, value_name = "SHARE")]
    rate_limited: f64,
    /// Seconds that those are told to wait
    #[arg(long, default_value_t = 1, value_name = "SECONDS")]
    retry_after: u64,
    /// Requests a second that the key may make; twice as many at once [default: no limit]
    #[arg(long, value_name = "RATE")]
    requests_per_second: Option<f64>,
    /// Milliseconds that the bot takes to answer
    #[arg(long, default_value_t = 0, value_name = "MS")]
    bot_replies_after: u64,
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
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        let status = if matches!(error, StartError::Setting { .. }) {
            2
        } else {
            1
        };
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}"));
        // The builder's names are the flags', with another separator.
        let message = error.to_string().replace('_', "-");
        Self {
            message: format!("{message}{}", cause.unwrap_or_default()),
            status,
        }
    }
}

async fn run(flags: Flags) -> Result<(), Failure> {
    // Before the server starts, so that a signal is never too early.
    let stop = stop_signal().map_err(Failure::io)?;
    let sandbox = builder(flags).start().await?;
    // Whoever started the program may have stopped reading; the server is there all the same.
    let _ = introduce(&sandbox);
    stop.await;
    sandbox.shutdown().await;
    Ok(())
}

fn builder(flags: Flags) -> Builder {
    let mut builder = Sandbox::builder()
        .address(SocketAddr::from((flags.host, flags.port)))
        .conversations(flags.conversations)
        .seed(flags.seed)
        .faults(flags.faults)
        .rate_limited(flags.rate_limited, Duration::from_secs(flags.retry_after))
        .bot_replies_after(Duration::from_millis(flags.bot_replies_after));
    if !flags.fault_kinds.is_empty() {
        builder = builder.fault_kinds(flags.fault_kinds);
    }
    if let Some(rate) = flags.requests_per_second {
        builder = builder.token_bucket((rate * 2.0).clamp(1.0, f64::from(u32::MAX)) as u32, rate);
    }
    if let Some(key) = flags.key {
        builder = builder.key(key);
    }
    match flags.quiet {
        true => builder,
        false => builder.on_request(log),
    }
}

/// Says what a client needs to know, one fact a line.
fn introduce(sandbox: &Sandbox) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "url: {}", sandbox.url())?;
    writeln!(out, "key: {}", sandbox.key())?;
    if let Some(session) = sandbox.browser_sessions().first() {
        writeln!(out, "browser session: {session}")?;
    }
    out.flush()
}

fn log(record: &RequestRecord) {
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
    // A log that nobody reads any more is no reason to stop.
    let _ = writeln!(
        std::io::stderr().lock(),
        "{}",
        serde_json::Value::from(line)
    );
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
