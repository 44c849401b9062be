//! Copies conversations into a local SQLite file and keeps it up to date.
//!
//! With `OCTOCOM_API_KEY` set it talks to the live service (or to `OCTOCOM_BASE_URL`), without it to
//! a sandbox of 1,000 conversations that it starts itself.

#[path = "../common/mod.rs"]
mod common;
mod database;
mod details;
mod failure;
mod lock;
mod refresh;
mod row;
mod run;
mod schema;
mod tally;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use chrono::Utc;
use clap::Parser;
use octocom_ext::Client;
use octocom_sandbox::Sandbox;

use crate::database::Database;
use crate::refresh::Refresh;
use crate::run::Run;

/// Copies conversations into a local SQLite file and keeps it up to date: made for cron.
///
/// A run fetches what is new since the run before, in full, and then lists the conversations created
/// in the last 30 days again: those whose summary has changed are updated and fetched anew.
///
/// The API cannot be asked for what has changed since a date. So changes to conversations that were
/// created before the --refresh period are not seen; --refresh all lists everything again, one
/// request for 50 conversations, and sees all changes that show in a summary. Conversations that
/// are gone from the server stay in the file.
///
/// A run may be killed at any moment: the next goes on from there. Two runs on one file exclude
/// each other. Exit status: 0 done, 1 failed, 2 bad flags.
#[derive(Debug, Parser)]
struct Args {
    /// SQLite file to write; made when it is not there. FILE.lock beside it is held during a run.
    #[arg(long, value_name = "FILE")]
    db: PathBuf,
    /// Age up to which conversations are listed again: a whole number with s, m, h or d; or all; or
    /// none.
    #[arg(long, value_name = "AGE", default_value = "30d")]
    refresh: Refresh,
    /// Keep the summaries alone: do not fetch messages, notes and metadata.
    #[arg(long)]
    no_details: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    match sync(Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn sync(args: Args) -> Result<()> {
    let builder = Client::builder().with_user_agent_suffix("octocom-sync");
    let (client, sandbox) =
        common::connect(builder, Sandbox::builder(), "syncing from a sandbox").await?;
    let source = match sandbox {
        Some(_) => "a sandbox".to_owned(),
        None => std::env::var("OCTOCOM_BASE_URL")
            .unwrap_or_else(|_| octocom_api::DEFAULT_BASE_URL.to_owned()),
    };
    let database = Database::open(&args.db, source.trim_end_matches('/'))?;
    let mut run = Run::new(client.conversations(), database, !args.no_details);
    let synced = run.sync(args.refresh, Utc::now()).await;
    println!("{}: {}", args.db.display(), run.tally());
    if let Some(sandbox) = sandbox {
        sandbox.shutdown().await;
    }
    synced
}
