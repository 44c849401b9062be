//! The program `source-octocom`: the Airbyte protocol.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};
use octocom_collect::{Pipeline, Table};
use octocom_ext::operations::{LIST_BUSINESSES, LIST_CONVERSATIONS};
use serde_json::{Value, json};

use super::airbyte_input::{configured, states};
use super::airbyte_sink::{AirbyteSink, error_message};
use super::config::{self, Config};
use super::read_json;
use crate::failure::{Failure, Result};
use crate::output::print;
use crate::waits::Waits;

/// Airbyte source for Octocom: conversations with messages, notes and events, customers, and
/// everything else that the API lists.
///
/// Messages of the Airbyte protocol go to standard output, all others to standard error.
#[derive(Debug, Parser)]
#[command(name = "source-octocom", version, max_term_width = 100)]
struct SourceArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print the settings of the configuration
    Spec,
    /// Check that the server can be reached, and that the key may read
    Check {
        /// Configuration: a JSON file
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
    },
    /// Print the catalog of all streams
    Discover {
        /// Configuration: a JSON file
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
    },
    /// Print the records of the configured streams
    Read {
        /// Configuration: a JSON file
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
        /// Configured catalog: a JSON file
        #[arg(long, value_name = "FILE")]
        catalog: PathBuf,
        /// States that the run before wrote last, as a JSON array [default: none]
        #[arg(long, value_name = "FILE")]
        state: Option<PathBuf>,
    },
}

/// Runs the program.
pub(crate) fn main() -> ExitCode {
    super::main(carry_out)
}

async fn carry_out(args: SourceArgs) -> Result<()> {
    let outcome = match args.command {
        Command::Spec => tell(&spec()),
        Command::Check { config } => tell(&check(&config).await),
        Command::Discover { config } => match config.map(|path| Config::read(&path)) {
            Some(Err(failure)) => Err(failure),
            _ => tell(&catalog(&Table::all())),
        },
        Command::Read {
            config,
            catalog,
            state,
        } => return read(config, catalog, state).await,
    };
    outcome.inspect_err(|failure| {
        let _ = tell(&error_message(failure));
    })
}

fn tell(message: &Value) -> Result<()> {
    print(&format!("{message}\n"))
}

fn spec() -> Value {
    json!({
        "type": "SPEC",
        "spec": {
            "protocol_version": "0.3.2",
            "supportsIncremental": true,
            "connectionSpecification": {
                "$schema": "http://json-schema.org/draft-07/schema#",
                "title": "Octocom",
                "type": "object",
                "required": ["api_key"],
                "properties": config::settings(),
                "additionalProperties": true,
            },
        },
    })
}

async fn check(config: &std::path::Path) -> Value {
    let status = match is_readable(config).await {
        Ok(()) => json!({ "status": "SUCCEEDED" }),
        Err(failure) => json!({ "status": "FAILED", "message": failure.sentence() }),
    };
    json!({ "type": "CONNECTION_STATUS", "connectionStatus": status })
}

async fn is_readable(config: &std::path::Path) -> Result<()> {
    let config = Config::read(config)?;
    let (client, privacy) = (
        config.client(&Arc::new(Waits::default()))?,
        config.privacy()?,
    );
    let failed = |error| Failure::call(&privacy.without_words(error), config::KEY);
    match client.operation(&LIST_BUSINESSES).send().await {
        Ok(_) => {}
        // Not every key may list them.
        Err(error) if error.is_forbidden() || error.is_not_found() => {}
        Err(error) => return Err(failed(error)),
    }
    let page = client.operation(&LIST_CONVERSATIONS).send().await;
    page.map(|_| ()).map_err(failed)
}

/// Returns the catalog of all streams.
fn catalog(tables: &[Table]) -> Value {
    let stream = |table: &Table| {
        let key: Vec<_> = table.key().iter().map(|name| json!([name])).collect();
        let mut stream = json!({
            "name": table.name(),
            "json_schema": json_schema(table),
            "supported_sync_modes": ["full_refresh"],
            "source_defined_primary_key": key,
            "is_resumable": table.cursor().is_some(),
        });
        if let Some(cursor) = table.cursor() {
            stream["supported_sync_modes"] = json!(["full_refresh", "incremental"]);
            stream["source_defined_cursor"] = json!(true);
            stream["default_cursor_field"] = json!([cursor]);
        }
        stream
    };
    let streams: Vec<_> = tables.iter().map(stream).collect();
    json!({ "type": "CATALOG", "catalog": { "streams": streams } })
}

/// Returns a table's schema, whose times are those of Airbyte.
fn json_schema(table: &Table) -> Value {
    let mut schema = table.schema();
    schema["$schema"] = json!("http://json-schema.org/draft-07/schema#");
    let properties = schema["properties"].as_object_mut();
    for (_, property) in properties.into_iter().flatten() {
        if property["format"] == "date-time" {
            property["airbyte_type"] = json!("timestamp_with_timezone");
        }
    }
    schema
}

async fn read(config: PathBuf, catalog: PathBuf, state: Option<PathBuf>) -> Result<()> {
    let mut sink = AirbyteSink::new(io::stdout());
    let outcome = async {
        let config = Config::read(&config)?;
        let (tables, from_start) = configured(&read_json("--catalog", &catalog)?)?;
        sink.expect(&tables);
        let mut pipeline = Pipeline::new(tables);
        if let Some(path) = state {
            for (table, state) in states(&read_json("--state", &path)?)? {
                pipeline = pipeline.table_state(&table, state);
            }
        }
        for table in from_start {
            pipeline = pipeline.from_start(&table);
        }
        super::run(&config, pipeline, &mut sink).await
    }
    .await;
    outcome.inspect_err(|failure| {
        // Whoever reads the output may be gone: the exit status tells it too.
        let _ = sink.fail(failure);
    })
}
