//! Maintainers' commands: turn the published OpenAPI document into what the workspace builds from.
//!
//! Every command ends with one of these statuses: 0 nothing to do, 1 a checked-in file is stale,
//! 4 the command itself failed (usage, files). A failure never looks like a stale file.

mod atomic_file;
mod cmd;
mod derive;
mod document;
mod overlay;
mod pointer;
mod problem;
mod provenance;
mod root;
mod workspace_files;

/// The rows of the operation table, read by the same code as in `octocom-api`'s build script.
#[path = "../../octocom-api/codegen/operations.rs"]
mod operations;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::cmd::{check, regen};
use crate::root::Root;

/// Exit status for a usage, file or tool failure.
const FAILURE: u8 = 4;

/// Maintainers' commands of the Octocom workspace.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Accept a published document and write every file derived from it.
    Regen(regen::Args),
    /// Check that every derived file is what the document and the overlay give. Writes nothing.
    Check,
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // `--help` and `--version` arrive here too, and are no failure.
            let status = if error.use_stderr() { FAILURE } else { 0 };
            // Nothing is left to do when the terminal itself is gone.
            let _ = error.print();
            return ExitCode::from(status);
        }
    };
    let root = Root::discover();
    let mut out = std::io::stdout().lock();
    let result = match cli.command {
        Command::Regen(args) => regen::run(&root, &args, &mut out),
        Command::Check => check::run(&root, &mut out),
    };
    match result {
        Ok(status) => ExitCode::from(status),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(FAILURE)
        }
    }
}
