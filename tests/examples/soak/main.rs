//! A soak: many writes over a bad network, and a reckoning at the end.
//!
//! Workers create, change and delete through the client while a share of all requests goes wrong. A
//! ledger keeps what the client was told about each write. At the end both sides are compared: what
//! was told to have succeeded is there exactly once, what was told to have failed is not there, what
//! may have been processed is there at most once, and nothing else is there.
//!
//! The seed decides the faults but not their times: the workers run at the same time.

mod audit;
mod ledger;
mod worker;

use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use clap::Parser;
use octocom_ext::Client;
use octocom_sandbox::{FAULT_HEADER, Sandbox};

use ledger::Ledger;
use worker::Worker;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Business that everything is written to.
const BUSINESS: &str = "acme-corp";
/// Seeded conversations, which the workers share out among themselves.
const CONVERSATIONS: usize = 120;
const WORKERS: usize = 6;
/// Few attempts, so that calls which give up early are compared too.
const ATTEMPTS: u32 = 3;
/// Enough to read everything back although some requests are refused.
const PATIENT_ATTEMPTS: u32 = 30;
/// Share of requests that are refused with 429: a write that ends with one is not done.
const REFUSED: f64 = 0.15;
/// A purchase above the limit of 100 a minute is told to have failed and not waited for.
const LONGEST_DELAY: Duration = Duration::from_secs(1);

/// Writes over a bad network, and counts at the end what is there.
#[derive(Debug, Parser)]
struct Flags {
    /// Minutes to go on for
    #[arg(long, default_value_t = 30.0)]
    minutes: f64,
    /// Share of requests that get a fault, 0 to 1
    #[arg(long, default_value_t = 0.2)]
    faults: f64,
    /// Seed of data, faults and of what the workers do
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Flags::parse()).await {
        Ok(differences) if differences.is_empty() => {
            println!("both sides are equal");
            ExitCode::SUCCESS
        }
        Ok(differences) => {
            for difference in &differences {
                eprintln!("{difference}");
            }
            eprintln!("{} differences", differences.len());
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

async fn run(flags: Flags) -> Result<Vec<String>, Failure> {
    let sandbox = Sandbox::builder()
        .conversations(CONVERSATIONS as u64)
        .seed(flags.seed)
        .faults(flags.faults)
        .rate_limited(REFUSED, Duration::ZERO)
        .start()
        .await?;
    let client = Client::builder()
        .with_base_url(sandbox.url())
        .with_api_key(sandbox.key())
        .with_max_attempts(ATTEMPTS)
        .with_backoff(Duration::from_millis(5))
        .with_max_backoff(Duration::from_millis(50))
        .with_max_server_delay(LONGEST_DELAY)
        .without_retry_budget()
        .build()?;
    // A fault of one's own takes the place of a drawn one, and this one does nothing.
    let calm = client
        .with_header(FAULT_HEADER, "latency=0; after")
        .with_max_attempts(PATIENT_ATTEMPTS);

    let mut conversations = Vec::new();
    let mut listing = calm.conversations().list().stream();
    while let Some(conversation) = listing.try_next().await? {
        conversations.push(conversation.id);
    }
    let sessions = sandbox.browser_sessions();
    let ledger = Arc::new(Mutex::new(Ledger::default()));
    let end = Instant::now() + Duration::try_from_secs_f64(flags.minutes * 60.0)?;
    let workers: Vec<_> = conversations
        .chunks(CONVERSATIONS.div_ceil(WORKERS))
        .zip(&sessions)
        .enumerate()
        .map(|(number, (conversations, session))| {
            let worker = Worker::new(
                number,
                flags.seed,
                client.clone(),
                conversations.to_vec(),
                *session,
                Arc::clone(&ledger),
            );
            tokio::spawn(worker.work_until(end))
        })
        .collect();
    for worker in workers {
        worker.await?;
    }

    let ledger = ledger
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    println!("{} requests; {ledger}", sandbox.requests());
    let found = audit::take(&sandbox, &calm, &conversations).await?;
    let mut differences = ledger.compare(&found);
    if found.conversations != conversations.len() + sandbox.outbox().len() {
        differences.push(format!(
            "{} conversations, of which {} were there and {} begun by an email",
            found.conversations,
            conversations.len(),
            sandbox.outbox().len()
        ));
    }
    sandbox.shutdown().await;
    Ok(differences)
}
