//! `octocom schema`: the typed columns of a list.

use std::io::Write as _;

use clap::Args;
use octocom_collect::Stream;
use serde_json::json;

use super::export::stream_parser;
use crate::failure::{Failure, Result};

/// Print the typed columns of a list as JSON, for programs that read its exports
///
/// Types are string, boolean, integer (64 bits), number, timestamp (RFC 3339), json (any JSON as
/// text), list with its `items`, and object with its `fields`. Every column may be null. Nothing is
/// asked of the server.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  octocom schema conversations --details
  octocom schema customers | jq -r '.columns[].name'")]
pub(crate) struct SchemaArgs {
    /// The list
    #[arg(value_name = "RESOURCE", value_parser = stream_parser())]
    resource: Stream,
    /// Columns of conversations in full
    #[arg(long)]
    details: bool,
}

pub(crate) fn run(args: &SchemaArgs) -> Result<()> {
    let SchemaArgs { resource, details } = *args;
    if details && !resource.has_details() {
        return Err(Failure::usage(format!(
            "--details: {resource} are listed in full already"
        )));
    }
    let schema = json!({
        "resource": resource.name(),
        "details": details,
        "columns": resource.columns(details),
    });
    let written = writeln!(std::io::stdout().lock(), "{schema:#}");
    written.map_err(|error| Failure::stdout(&error))
}
