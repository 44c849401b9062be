//! `octocom plan`: the conversations cut into shards, for several workers.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use crate::args::Global;
use crate::connection::{Connection, Options};
use crate::failure::{Failure, Result};
use crate::files::{self, Access};
use crate::filters::FilterArgs;
use crate::terminal::tell_line;
use crate::waits::Waits;

/// Cut the conversations into shards of creation dates, for several workers
///
/// The plan is made once; each worker exports one shard of it, and together they export every
/// conversation exactly once. A plan belongs to its server and has the filters given here.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  octocom plan --shards 8 --out plan.json
  octocom export conversations --plan plan.json --shard 3 --out 3.ndjson")]
pub(crate) struct PlanArgs {
    /// Most shards, 1 to 10000; there are fewer where the conversations do not fill a page each
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u16).range(1..=10_000))]
    shards: u16,
    /// File to write, or - for standard output
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Replace a file that is there
    #[arg(long)]
    overwrite: bool,
    #[command(flatten)]
    filters: FilterArgs,
}

pub(crate) async fn run(global: &Global, args: PlanArgs) -> Result<()> {
    let is_stdout = args.out.as_os_str() == "-";
    if !is_stdout && !args.overwrite && args.out.exists() {
        return Err(is_there(&args.out));
    }
    let waits = Arc::new(Waits::default());
    let connection = Connection::open(global, &waits, Options::default()).await?;
    let list = args.filters.apply(connection.client.conversations().list());
    let plan = list.plan(usize::from(args.shards)).await;
    let plan = plan.map_err(|error| connection.failure(&error).and("no plan was written"));
    let closed = connection.close();
    let plan = plan?;
    closed?;
    let mut text = serde_json::to_vec_pretty(&plan)
        .map_err(|error| Failure::failed(format!("the plan cannot be written: {error}")))?;
    text.push(b'\n');
    if is_stdout {
        let written = std::io::stdout().lock().write_all(&text);
        return written.map_err(|error| Failure::stdout(&error));
    }
    match args.overwrite {
        true => files::replace(&args.out, &text, Access::Shared)?,
        // It may have appeared meanwhile.
        false if !files::create(&args.out, &text)? => return Err(is_there(&args.out)),
        false => {}
    }
    if !global.quiet {
        let path = files::quoted(&args.out);
        let (shards, pages) = (plan.shards().len(), plan.pages());
        tell_line(&format!(
            "planned {shards} shards of {pages} pages in {path}"
        ));
    }
    Ok(())
}

fn is_there(path: &Path) -> Failure {
    let path = files::quoted(path);
    Failure::failed(format!("{path} is there already")).advise("add --overwrite to replace it")
}
