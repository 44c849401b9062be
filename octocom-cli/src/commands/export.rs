//! `octocom export`: one list to a file or a pipe.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser as _};
use octocom_collect::{Existing, Export, Filters, Format, Output, Stream};
use octocom_ext::Plan;

use crate::args::Global;
use crate::collecting::{Run, RunArgs};
use crate::failure::{Failure, Result};
use crate::files;
use crate::filters::FilterArgs;

/// Variable with the number of a worker in a Kubernetes indexed job.
const SHARD_VARIABLE: &str = "JOB_COMPLETION_INDEX";

/// Export one list to a file or a pipe, one JSON object a line or as CSV, or to a folder as Parquet
///
/// A run may be killed at any moment: with --resume the next goes on. A record that cannot be
/// fetched stops nothing; it is asked for again by each later run, and until it comes the exit
/// status is 3.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  octocom export conversations --out all.ndjson
  octocom export conversations --details --since 2026-01-01 --out new.ndjson --resume
  octocom export customers --format csv --out customers.csv
  octocom export conversations --out - | jq -r .subject
  octocom export conversations --details --format parquet --out conversations
  octocom export conversations --plan plan.json --shard 3 --out 3.ndjson")]
pub(crate) struct ExportArgs {
    /// The list
    #[arg(value_name = "RESOURCE", value_parser = stream_parser())]
    resource: Stream,
    /// File to write, or - for standard output; of Parquet, the folder
    ///
    /// FILE.part grows while it runs and is renamed when it is whole; FILE.state.json says how far
    /// it is.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Fetch the conversations in full: messages, notes, metadata
    #[arg(long)]
    details: bool,
    /// Form of the output; Parquet needs a program built with the feature `parquet`
    #[arg(long, value_name = "FORMAT", default_value = "ndjson", value_parser = ["ndjson", "csv", "parquet"])]
    format: String,
    /// Columns of CSV, by the names of the API [default: all]
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    columns: Option<Vec<String>>,
    #[command(flatten)]
    existing: ExistingArgs,
    /// End after this many records; the next run goes on
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u64).range(1..))]
    max_items: Option<u64>,
    /// Plan made by `octocom plan`, of which one shard is exported
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
    /// Number of the shard, counted from 0 [default: JOB_COMPLETION_INDEX]
    #[arg(long, value_name = "NUMBER", requires = "plan")]
    shard: Option<usize>,
    /// Records of this business, for lists of each business; repeat for more [default: all]
    #[arg(long, value_name = "SLUG", help_heading = "Filters")]
    business: Vec<String>,
    /// Custom data of this classification only, issue_type say
    #[arg(long, value_name = "NAME", help_heading = "Filters")]
    key: Option<String>,
    #[command(flatten)]
    filters: FilterArgs,
    #[command(flatten)]
    run: RunArgs,
}

/// Treatment of an output that exists.
#[derive(Debug, Args)]
#[group(multiple = false)]
struct ExistingArgs {
    /// Go on with an unfinished run; start one if there is none; do nothing for a finished one
    #[arg(long)]
    resume: bool,
    /// Like --resume, and take what is new since a finished run
    #[arg(long)]
    append: bool,
    /// Replace what is there, once the new file is whole
    #[arg(long)]
    overwrite: bool,
}

impl ExistingArgs {
    fn treatment(&self) -> Existing {
        match self {
            Self { resume: true, .. } => Existing::Resume,
            Self { append: true, .. } => Existing::Append,
            Self {
                overwrite: true, ..
            } => Existing::Overwrite,
            _ => Existing::Refuse,
        }
    }
}

pub(crate) async fn run(global: &Global, args: ExportArgs) -> Result<()> {
    let is_stdout = args.out.as_os_str() == "-";
    let treatment = args.existing.treatment();
    if is_stdout && treatment != Existing::Refuse {
        return Err(Failure::usage(
            "--resume, --append and --overwrite are for a file, not for standard output",
        ));
    }
    if args.columns.is_some() && args.format != "csv" {
        return Err(Failure::usage("--columns needs --format csv"));
    }
    let format = format(&args.format)?;
    if is_stdout && args.format == "parquet" {
        return Err(Failure::usage(
            "--format parquet writes a folder, not to standard output: name one with --out",
        ));
    }
    let plan = args.plan.as_deref().map(read_plan).transpose()?;
    if plan.is_some() && !args.filters.is_empty() {
        return Err(Failure::usage(
            "a plan has filters of its own: give them to `octocom plan`",
        ));
    }
    let output = match is_stdout {
        true => Output::stdout(),
        false => Output::file(&args.out),
    };
    let filters = Filters {
        businesses: args.business,
        key: args.key,
        ..args.filters.to_filters()
    };
    let mut export = Export::new(args.resource, output)
        .format(format)
        .details(args.details)
        .existing(treatment)
        .filters(filters);
    if let Some(columns) = args.columns {
        export = export.columns(columns);
    }
    if let Some(plan) = &plan {
        let shard = match args.shard {
            Some(shard) => shard,
            None => shard_of_job()?,
        };
        let shards = plan.shards().len();
        if shard >= shards {
            return Err(Failure::usage(format!(
                "--shard: {shard} is not below {shards}, the number of shards"
            )));
        }
        export = export.shard(plan.clone(), shard);
    }
    let mut run = Run::prepare(global, &args.run, plan.as_ref()).await?;
    if let Some(items) = args.max_items {
        run.collector = run.collector.max_items(items);
    }
    let ended = run.collector.export(export).await;
    let (doing, again) = match is_stdout {
        true => ("exported".to_owned(), "the same command with --out FILE"),
        false => {
            let path = files::quoted(&args.out);
            (
                format!("exported to {path}"),
                "the same command with --resume",
            )
        }
    };
    run.end(ended, &doing, again).await
}

/// Returns the form that a name stands for.
fn format(name: &str) -> Result<Format> {
    match name {
        "csv" => Ok(Format::Csv),
        #[cfg(feature = "parquet")]
        "parquet" => Ok(Format::Parquet),
        "ndjson" => Ok(Format::Ndjson),
        name => Err(
            Failure::usage(format!("--format: this program was built without {name}"))
                .advise("install it with `cargo install --path octocom-cli --features parquet`"),
        ),
    }
}

/// The names of all streams.
pub(crate) fn stream_parser() -> impl clap::builder::TypedValueParser<Value = Stream> {
    let names = Stream::all().map(|stream| PossibleValue::new(stream.name()));
    PossibleValuesParser::new(names).try_map(|name| name.parse())
}

/// The number that the scheduler gives this worker. Without a plan the variable means nothing.
fn shard_of_job() -> Result<usize> {
    let number = std::env::var(SHARD_VARIABLE).ok();
    let number = number.ok_or_else(|| {
        Failure::usage(format!(
            "--plan needs --shard, or the variable {SHARD_VARIABLE}"
        ))
    })?;
    let refuse = |_| Failure::usage(format!("{SHARD_VARIABLE} is not a number"));
    number.parse().map_err(refuse)
}

/// A plan in a file. It is held against its server when it is used.
fn read_plan(path: &std::path::Path) -> Result<Plan> {
    let text = std::fs::read(path).map_err(|error| Failure::file("reading", path, error))?;
    serde_json::from_slice(&text).map_err(|error| {
        Failure::usage(format!("`{}` is not a plan: {error}", path.display()))
            .advise("make one with `octocom plan`")
    })
}
