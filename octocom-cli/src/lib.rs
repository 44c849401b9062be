#![doc = include_str!("../README.md")]

mod args;
mod collecting;
mod commands;
mod config_file;
mod confirm;
mod connection;
mod embedded;
mod failure;
mod files;
mod filters;
mod help;
mod json_text;
mod key;
mod operations;
mod output;
mod pipelines;
mod privacy;
mod progress;
#[cfg(test)]
mod reference;
mod signals;
mod status;
mod terminal;
mod text;
mod usage;
mod waits;

use std::process::ExitCode;

use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _};

use crate::args::{Cli, Command, Global};
use crate::failure::{Failure, Result};
use crate::status::Status;

/// Runs the program with the arguments of the process, and returns its exit status.
#[must_use]
pub fn main() -> ExitCode {
    let parsed = program().try_get_matches().and_then(|matches| {
        let global = Global::from_arg_matches(&matches)?;
        Ok((matches, global))
    });
    let (matches, global) = match parsed {
        Ok(parsed) => parsed,
        Err(error) => return usage::tell(&error, &usage::command()),
    };
    let format = global.error_format;
    match run(&global, &matches) {
        Ok(()) => Status::Done.into(),
        Err(failure) => {
            failure.print(format);
            failure.status.into()
        }
    }
}

/// Runs the Singer tap `tap-octocom` with the arguments of the process, and returns its exit status.
#[must_use]
pub fn tap() -> ExitCode {
    pipelines::tap()
}

/// Runs the Airbyte source `source-octocom` with the arguments of the process, and returns its exit
/// status.
#[must_use]
pub fn source() -> ExitCode {
    pipelines::source()
}

/// The whole program: its own commands, and one for each operation of the API.
fn program() -> clap::Command {
    operations::add_to(Cli::command())
}

/// Starts the async runtime of a program.
fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::failed(format!("the program cannot start: {error}")))
}

fn run(global: &Global, matches: &ArgMatches) -> Result<()> {
    let runtime = runtime()?;
    let outcome = runtime.block_on(carry_out(global, matches));
    // A line that is being waited for is not waited for any more.
    runtime.shutdown_background();
    outcome
}

async fn carry_out(global: &Global, matches: &ArgMatches) -> Result<()> {
    let operation = async {
        let outcome = operations::run(global, matches).await;
        outcome.unwrap_or_else(|| Err(Failure::failed("the command has no operation")))
    };
    let command = match Command::from_arg_matches(matches) {
        Ok(command) => command,
        // Not one of the program's own.
        Err(_) => {
            let writes = operations::changes_something(matches);
            return until_interrupted(operation, writes).await;
        }
    };
    match command {
        // These two store what they have when they are interrupted.
        Command::Export(args) => commands::export::run(global, *args).await,
        Command::Sync(args) => commands::sync::run(global, args).await,
        Command::Plan(args) => until_interrupted(commands::plan::run(global, args), false).await,
        Command::Schema(args) => commands::schema::run(&args),
        Command::History(args) => {
            until_interrupted(commands::history::run(global, args), true).await
        }
        Command::Chat(args) => until_interrupted(commands::chat::run(global, args), true).await,
        Command::Api(args) => until_interrupted(commands::api::run(global, args), true).await,
        // It ends when its client goes away, or in good order at a signal.
        Command::Mcp(args) => commands::mcp::run(global, args).await,
        Command::Doctor(args) => {
            until_interrupted(commands::doctor::run(global, args), false).await
        }
        Command::Config(args) => commands::config::run(global, args),
        Command::Completions(args) => commands::shell::completions(&args, program()),
        Command::Man(args) => commands::shell::man(args, program()),
    }
}

/// Runs a command that has nothing to store when it is interrupted. `writes` says that it may be
/// changing something just then.
async fn until_interrupted(command: impl Future<Output = Result<()>>, writes: bool) -> Result<()> {
    let interrupted = async {
        if !signals::interrupted().await {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        outcome = command => outcome,
        () = interrupted => {
            let failure = Failure::new(Status::Interrupted, "interrupted");
            Err(match writes {
                true => failure.advise(
                    "what was under way may have been processed: check before you repeat it",
                ),
                false => failure,
            })
        }
    }
}
