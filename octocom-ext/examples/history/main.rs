//! Reads the version history of workflows, articles and bot rules, and goes back in it.
//!
//! With `OCTOCOM_API_KEY` set it talks to the live service (or to `OCTOCOM_BASE_URL`), without it to
//! a sandbox that it starts itself and that forgets what was done when the program ends.

#[path = "../common/mod.rs"]
mod common;
mod moment;
mod report;
mod table;
mod things;

use std::fmt::Write as _;
use std::io::{ErrorKind, Write as _};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{Parser, Subcommand};
use octocom_ext::{Client, History, Version};
use octocom_sandbox::Sandbox;
use uuid::Uuid;

use crate::moment::Moment;
use crate::things::{Kind, Things};

/// Reads the version history of workflows, articles and bot rules, and goes back in it.
///
/// Nothing is changed without --yes. Exit status: 0 done, 1 failed or refused, 2 bad flags.
#[derive(Debug, Parser)]
struct Args {
    /// Business whose things they are.
    #[arg(long, value_name = "SLUG")]
    business: String,
    /// What to look at.
    kind: Kind,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List what there is, with the ids that the other commands take.
    Ids,
    /// List the versions of one, newest first.
    List { id: Uuid },
    /// Show what differs between two versions: + added, - removed, ~ changed.
    Diff {
        id: Uuid,
        /// Version to start from; default: the one before the newest.
        #[arg(requires = "newer")]
        older: Option<String>,
        /// Version to compare it with; default: the newest.
        newer: Option<String>,
    },
    /// Bring one back to a version; without --yes, show what that would change.
    #[command(
        override_usage = "history --business <SLUG> <KIND> restore <ID> <VERSION|--before <TIME>> [--yes]"
    )]
    Restore {
        id: Uuid,
        #[command(flatten)]
        point: Point,
        /// Do it.
        #[arg(long)]
        yes: bool,
    },
    /// List what was deleted and can be brought back.
    Deleted,
    /// Bring back what was deleted, as of its newest version; without --yes, show that version.
    Undelete {
        id: Uuid,
        /// Do it.
        #[arg(long)]
        yes: bool,
    },
}

/// The version to go back to.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct Point {
    /// Version to go back to.
    version: Option<String>,
    /// Go back to the newest version from before this time: a date, taken as midnight UTC, or RFC
    /// 3339.
    #[arg(long, value_name = "TIME")]
    before: Option<Moment>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> Result<()> {
    let builder = Client::builder().with_user_agent_suffix("octocom-history");
    let doing = "reading the histories of a sandbox";
    let (client, sandbox) = common::connect(builder, Sandbox::builder(), doing).await?;
    let things = Things::of(&client.business(&args.business), args.kind);
    let mut out = String::new();
    let done = carry_out(&things, args.command, &mut out).await;
    if let Some(sandbox) = sandbox {
        sandbox.shutdown().await;
    }
    match std::io::stdout().write_all(out.as_bytes()) {
        // Whoever reads it has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => done,
        written => done.and(written.context("writing to standard output")),
    }
}

/// What is to be printed goes to `out`, also when it fails.
async fn carry_out(things: &Things, command: Command, out: &mut String) -> Result<()> {
    match command {
        Command::Ids => report::titles(out, &things.titles().await?),
        Command::List { id } => report::versions(out, &things.history(id).await?),
        Command::Deleted => report::deleted(out, &things.deleted().await?),
        Command::Diff { id, older, newer } => {
            let history = things.history(id).await?;
            let (older, newer) = match (older, newer) {
                (Some(older), Some(newer)) => (find(&history, &older)?, find(&history, &newer)?),
                _ => match history.versions() {
                    [newer, older, ..] => (older, newer),
                    few => bail!("a comparison needs 2 versions, and there are {}", few.len()),
                },
            };
            report::changes(out, older, newer)?;
        }
        Command::Restore { id, point, yes } => {
            let history = things.history(id).await?;
            let version = match (&point.version, point.before) {
                (Some(version), _) => find(&history, version)?,
                (None, Some(Moment(time))) => history
                    .before(time)
                    .with_context(|| format!("no version is known to be from before {time}"))?,
                (None, None) => bail!("neither a version nor --before"),
            };
            if yes {
                things.restore(id, version).await?;
                writeln!(out, "{id} went back to version {}", report::name(version))?;
                return Ok(());
            }
            let name = report::name(version);
            writeln!(out, "{id} would go back to version {name}")?;
            if let Some(changes) = history.latest().and_then(|latest| latest.diff(version)) {
                report::lines(out, &changes);
            }
            bail!("nothing was changed: add --yes to do it");
        }
        Command::Undelete { id, yes } => {
            if yes {
                things.undelete(id).await?;
                writeln!(out, "{id} is back")?;
                return Ok(());
            }
            let history = things.history(id).await?;
            let version = history
                .restorable()
                .context("no version has an id that can be read")?;
            let name = report::name(version);
            writeln!(out, "{id} would come back as of version {name}")?;
            bail!("nothing was changed: add --yes to do it");
        }
    }
    Ok(())
}

fn find<'a>(history: &'a History, version: &str) -> Result<&'a Version> {
    history.get(version).with_context(|| {
        format!(
            "there is no version `{}`: see `list`",
            version.escape_debug()
        )
    })
}
