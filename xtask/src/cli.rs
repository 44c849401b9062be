//! The command line: arguments in, exit status out.

use std::ffi::OsString;
use std::io::Write;
use std::panic::{UnwindSafe, catch_unwind};
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::cmd::{check, diff, drift, regen};
use crate::context::Context;
use crate::generator;
use crate::problem::NoClient;
use crate::status::{FAILURE, NO_CLIENT, NOTHING};
use openapi_compare::escape::one_line;

/// The longest line of an error, in characters, and the most lines. An overlay action that is to be pasted has to fit.
const MAX_ERROR_CHARS: usize = 4_000;
const MAX_ERROR_LINES: usize = 50;

/// Maintainers' commands of the Octocom workspace.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Accept a published document and write every file that follows from it.
    Regen(regen::Args),
    /// Check that every derived file is what the document and the overlay give.
    Check,
    /// Say what changed between two documents, and what it does to users of the client.
    Diff(diff::Args),
    /// Compare the published document with the checked-in one, and try to generate from it.
    Drift(drift::Args),
    /// Generate from the derived document on standard input; the other commands start it.
    #[command(name = generator::COMMAND, hide = true)]
    Generate,
}

/// Runs the command that the arguments of the process name.
#[must_use]
pub fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        // `eprintln!` would panic again when the terminal itself is gone.
        let _ = writeln!(
            std::io::stderr(),
            "internal error: {}",
            safe(&panic.to_string())
        );
    }));
    ExitCode::from(guarded(|| {
        let (mut out, mut errors) = (std::io::stdout().lock(), std::io::stderr());
        answer(
            Context::discover,
            std::env::args_os(),
            &mut out,
            &mut errors,
        )
    }))
}

/// A panic is a failure of the tool like any other.
fn guarded(command: impl FnOnce() -> u8 + UnwindSafe) -> u8 {
    catch_unwind(command).unwrap_or(FAILURE)
}

/// Runs the command that the arguments name; the first is the name of the program.
pub(crate) fn answer(
    context: impl FnOnce() -> Result<Context>,
    arguments: impl IntoIterator<Item = OsString>,
    out: &mut dyn Write,
    errors: &mut dyn Write,
) -> u8 {
    let result = match Cli::try_parse_from(arguments) {
        Ok(cli) => context().and_then(|context| run(&context, &cli.command, out)),
        // `--help` and `--version` arrive as errors too, and are no failure.
        Err(help) if !help.use_stderr() => write!(out, "{}", help.render())
            .map(|()| NOTHING)
            .map_err(Into::into),
        Err(usage) => {
            // Nothing is left to do when the terminal itself is gone.
            let _ = write!(errors, "{}", usage.render());
            return FAILURE;
        }
    };
    result.unwrap_or_else(|error| {
        let _ = writeln!(errors, "error: {}", safe(&format!("{error:#}")));
        if error.is::<NoClient>() {
            NO_CLIENT
        } else {
            FAILURE
        }
    })
}

fn run(context: &Context, command: &Command, out: &mut dyn Write) -> Result<u8> {
    let status = match command {
        Command::Regen(args) => regen::run(context, args, out),
        Command::Check => check::run(context, out),
        Command::Diff(args) => diff::run(context, args, out),
        Command::Drift(args) => drift::run(context, args, out),
        Command::Generate => generator::answer(&mut std::io::stdin().lock(), out),
    }?;
    // A report that could not be written is a failure.
    out.flush()?;
    Ok(status)
}

/// Text that may quote a document: without commands to the terminal, and not endless.
fn safe(text: &str) -> String {
    let lines = text.lines().take(MAX_ERROR_LINES);
    let mut lines: Vec<_> = lines.map(|line| one_line(line, MAX_ERROR_CHARS)).collect();
    let more = text.lines().count().saturating_sub(MAX_ERROR_LINES);
    if more > 0 {
        lines.push(format!("and {more} more lines"));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests;
