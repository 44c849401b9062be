//! Exports every conversation to a file, one JSON object a line.
//!
//! With `OCTOCOM_API_KEY` set it talks to the live service (or to `OCTOCOM_BASE_URL`), without it
//! to a sandbox of 10,000 conversations that it starts itself and that answers some requests 429.

#[path = "../common/mod.rs"]
mod common;
mod counter;
mod journal;
mod progress;
mod run;
mod service;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;

use crate::service::Service;

/// Exit status when Ctrl-C ended the export: 128 and the number of the signal, as shells have it.
const INTERRUPTED: u8 = 130;

/// Exports every conversation to a file, one JSON object a line.
#[derive(Debug, Parser)]
struct Args {
    /// File to write. Beside it, FILE.checkpoint says how far it is complete.
    #[arg(long, value_name = "FILE", required_unless_present = "plan")]
    out: Option<PathBuf>,
    /// Fetch the conversations in full, with messages, notes and metadata.
    #[arg(long)]
    details: bool,
    /// Go on where FILE.checkpoint says; after a finished export, add what is new.
    #[arg(long)]
    resume: bool,
    /// Begin anew although FILE.checkpoint is that of an unfinished export.
    #[arg(long, conflicts_with = "resume")]
    restart: bool,
    /// Print a plan that cuts the export into up to N shards, and export nothing.
    #[arg(long, value_name = "N", conflicts_with_all = ["out", "details", "resume", "use_plan"])]
    plan: Option<usize>,
    /// Export one shard of this plan.
    #[arg(long, value_name = "PLAN", requires = "shard")]
    use_plan: Option<PathBuf>,
    /// Number of the shard, counted from 0.
    #[arg(long, value_name = "K", requires = "use_plan")]
    shard: Option<usize>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match export(Args::parse()).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(INTERRUPTED),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Returns whether it came to its end.
async fn export(args: Args) -> Result<bool> {
    let service = Service::from_env(args.details).await?;
    let conversations = service.client.conversations();
    let finished = if let Some(shards) = args.plan {
        let plan = conversations.list().plan(shards).await?;
        println!("{}", serde_json::to_string_pretty(&plan)?);
        true
    } else {
        let list = match (&args.use_plan, args.shard) {
            (Some(path), Some(shard)) => {
                let text = std::fs::read_to_string(path)
                    .with_context(|| format!("reading `{}`", path.display()))?;
                let plan = serde_json::from_str(&text)
                    .with_context(|| format!("`{}` is no plan", path.display()))?;
                conversations.shard(&plan, shard)?
            }
            _ => conversations.list(),
        };
        run::run(&service, list, &args).await?
    };
    service.stop().await;
    Ok(finished)
}
