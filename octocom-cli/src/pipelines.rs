//! The account's records for pipelines: a Singer tap and an Airbyte source.

mod airbyte;
mod airbyte_input;
mod airbyte_sink;
mod config;
mod singer;
mod singer_catalog;
mod singer_sink;
#[cfg(test)]
mod tests;

pub(crate) use airbyte::main as source;
pub(crate) use singer::main as tap;

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{CommandFactory, Parser};
use octocom_collect::{ErrorKind, Pipeline, Sink};
use serde_json::Value;

use self::config::Config;
use crate::failure::{ErrorFormat, Failure, Result};
use crate::progress::Progress;
use crate::status::Status;
use crate::waits::Waits;
use crate::{collecting, runtime, usage};

/// Reads the arguments of the process, and carries them out.
fn main<A: Parser + CommandFactory>(carry_out: impl AsyncFnOnce(A) -> Result<()>) -> ExitCode {
    let arguments = match A::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return usage::tell(&error, A::command().get_name()),
    };
    let outcome = runtime().and_then(|runtime| {
        let outcome = runtime.block_on(carry_out(arguments));
        runtime.shutdown_background();
        outcome
    });
    match outcome {
        Ok(()) => Status::Done.into(),
        Err(failure) => {
            failure.print(ErrorFormat::Text);
            // A reader that has left has not read everything.
            match failure.status {
                Status::Done => Status::Failed.into(),
                status => status.into(),
            }
        }
    }
}

/// Runs a pipeline. Messages go to standard error.
async fn run(config: &Config, pipeline: Pipeline, sink: &mut dyn Sink) -> Result<()> {
    let waits = Arc::new(Waits::default());
    let (client, privacy) = (config.client(&waits)?, config.privacy()?);
    let progress = Progress::new(&waits, false, None);
    let stopping = "stopping: what was accepted is being written";
    let collector = collecting::watched(client, &progress, stopping)
        .api_key(config.key())
        .accept_failures(config.accept_failures)
        .same_account(config.same_account)
        .privacy(privacy);
    let pipeline = pipeline.since(config.start_date).refresh(config.refresh);
    match collector.pipe(pipeline, sink).await {
        Ok(report) => {
            progress.summarize(&report, "sent");
            collecting::outcome(&report, "the next run", "`accept_failures`:")
        }
        Err(error) => {
            progress.finish();
            Err(refusal(&error))
        }
    }
}

fn refusal(error: &octocom_collect::Error) -> Failure {
    match (error.kind(), error.call()) {
        (_, Some(call)) => Failure::call(call, config::KEY),
        (ErrorKind::ClosedPipe, _) => {
            Failure::failed("writing to standard output failed: its reader has closed it")
        }
        (ErrorKind::Interrupted, _) => Failure::new(Status::Interrupted, error.to_string()),
        (ErrorKind::Account, _) => Failure::usage(
            error
                .to_string()
                .replace("--same-account", "`same_account`: true"),
        ),
        (ErrorKind::Options | ErrorKind::State, _) => Failure::usage(error.to_string()),
        _ => Failure::failed(error.to_string()),
    }
}

/// Reads a file of JSON that an argument names.
fn read_json(argument: &str, path: &Path) -> Result<Value> {
    let text = std::fs::read_to_string(path);
    let text = text.map_err(|error| {
        Failure::usage(format!(
            "`{argument}` {} cannot be read: {error}",
            path.display()
        ))
    })?;
    if text.trim().is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_str(&text).map_err(|error| {
        // Where it fails, and not what stands there: it may be a key.
        let (line, column) = (error.line(), error.column());
        Failure::usage(format!(
            "`{argument}` {} is not JSON at line {line}, column {column}",
            path.display()
        ))
    })
}
