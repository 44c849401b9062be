//! The program `tap-octocom`: the Singer protocol.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use octocom_collect::{Pipeline, PipelineState, Table};

use super::config::Config;
use super::singer_catalog::{catalog, selected};
use super::singer_sink::SingerSink;
use super::{read_json, refusal};
use crate::failure::{Failure, Result};

/// Singer tap for Octocom: conversations with messages, notes and events, customers, and everything
/// else that the API lists.
///
/// Messages of the Singer protocol go to standard output, all others to standard error.
#[derive(Debug, Parser)]
#[command(name = "tap-octocom", version, max_term_width = 100)]
#[command(after_help = "\
Examples:
  tap-octocom --config config.json --discover > catalog.json
  tap-octocom --config config.json --catalog catalog.json --state state.json

The configuration is a JSON object with `api_key`, and if need be `start_date`, `refresh`,
`accept_failures`, `same_account`, `base_url`.")]
struct TapArgs {
    /// Configuration: a JSON file
    #[arg(short, long, value_name = "FILE", required_unless_present = "discover")]
    config: Option<PathBuf>,
    /// Print the catalog of all streams
    #[arg(short, long)]
    discover: bool,
    /// Catalog that selects streams and columns [default: all]
    #[arg(long, value_name = "FILE", conflicts_with = "properties")]
    catalog: Option<PathBuf>,
    /// The same as --catalog, by its former name
    #[arg(short, long, value_name = "FILE")]
    properties: Option<PathBuf>,
    /// State that the run before wrote last [default: none]
    #[arg(short, long, value_name = "FILE")]
    state: Option<PathBuf>,
}

/// Runs the program.
pub(crate) fn main() -> ExitCode {
    super::main(carry_out)
}

async fn carry_out(args: TapArgs) -> Result<()> {
    if args.discover {
        let catalog = catalog(&Table::all());
        return crate::output::print(&format!("{catalog:#}\n"));
    }
    let config = args
        .config
        .ok_or_else(|| Failure::usage("--config is missing"))?;
    let config = Config::read(&config)?;
    let (tables, from_start) = match (&args.catalog, &args.properties) {
        (Some(path), _) => selected(&read_json("--catalog", path)?)?,
        (None, Some(path)) => selected(&read_json("--properties", path)?)?,
        (None, None) => (Table::all(), Vec::new()),
    };
    let mut pipeline = Pipeline::new(tables);
    if let Some(path) = &args.state {
        let state = PipelineState::from_json(&read_json("--state", path)?);
        pipeline = pipeline.state(state.map_err(|error| refusal(&error))?);
    }
    for table in from_start {
        pipeline = pipeline.from_start(&table);
    }
    super::run(&config, pipeline, &mut SingerSink::new(std::io::stdout())).await
}
