//! `octocom sync`: the whole account in one SQLite file.

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use octocom_collect::{AccountSync, Refresh, Stream};

use crate::args::{Global, duration};
use crate::collecting::{Run, RunArgs};
use crate::failure::Result;
use crate::files;

/// Copy the whole account into one SQLite file and keep the copy up to date
///
/// Made for cron: each run takes what is new and lists what was created in the --refresh period
/// again, to see what has changed. Changes to older conversations are not seen: the API cannot be
/// asked for what has changed since a date. --refresh all lists everything again.
///
/// A run may be killed at any moment and the next goes on; two runs on one file exclude each other;
/// the file can be read meanwhile. Nothing is deleted: what is gone from the server has `gone_at`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  octocom sync --db octocom.db
  octocom sync --db octocom.db --histories --refresh 90d
  octocom sync --db octocom.db --only conversations,customers --no-details")]
pub(crate) struct SyncArgs {
    /// SQLite file to write; made when it is not there
    #[arg(long, value_name = "FILE")]
    db: PathBuf,
    /// Copy these lists only [default: all]
    #[arg(long, value_name = "RESOURCE,…", value_delimiter = ',', value_parser = Stream::from_str)]
    only: Vec<Stream>,
    /// Age of the conversations that are listed again, as in 30d; or all; or none
    #[arg(long, value_name = "AGE", default_value = "7d", value_parser = refresh)]
    refresh: Refresh,
    /// Leave out messages, notes and metadata; a later run without this fetches them
    #[arg(long)]
    no_details: bool,
    /// Copy the versions of workflows, articles and bot rules too: one request for each item
    #[arg(long)]
    histories: bool,
    #[command(flatten)]
    run: RunArgs,
}

pub(crate) async fn run(global: &Global, args: SyncArgs) -> Result<()> {
    let sync = AccountSync::new(&args.db)
        .only(args.only)
        .details(!args.no_details)
        .histories(args.histories)
        .refresh(args.refresh);
    let run = Run::prepare(global, &args.run, None).await?;
    let ended = run.collector.sync(sync).await;
    let doing = format!("copied to {}", files::quoted(&args.db));
    run.end(ended, &doing, "the same command").await
}

/// A refresh period.
pub(crate) fn refresh(text: &str) -> Result<Refresh, String> {
    match text {
        "all" => Ok(Refresh::All),
        "none" => Ok(Refresh::Nothing),
        text => duration(text)
            .map(Refresh::Last)
            .map_err(|error| format!("{error}; or all; or none")),
    }
}
