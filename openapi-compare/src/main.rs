//! `openapi-compare OLD NEW`: what changed between two OpenAPI documents, and for whom.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use openapi_compare::{
    Arguments, Filter, Format, Gate, Generator, Growth, Level, Names, Show, compare_with,
    rules_markdown, source, write, write_failure,
};
use semver::Version;

/// A document cannot be read or compared, or the command line is wrong.
const FAILURE: u8 = 4;

/// Compares two OpenAPI documents, on the wire and in generated Rust code.
///
/// Exit status: 0 no change reaches `--fail-on`; 1 additive changes; 2 breaking, unclassified or
/// to review; 4 the documents cannot be compared.
#[derive(Parser)]
#[command(
    version,
    after_help = "OLD and NEW are files, JSON or YAML, or `git:REV:PATH`."
)]
struct Cli {
    /// The document that clients were made from.
    #[arg(required_unless_present = "rules")]
    old: Option<PathBuf>,
    /// The document to compare it with.
    #[arg(required_unless_present = "rules")]
    new: Option<PathBuf>,
    /// Format of the report: text, json, markdown or github.
    #[arg(long, default_value_t = Format::Text)]
    format: Format,
    /// The lowest level that fails, as `LEVEL` or `AXIS:LEVEL`: levels are cosmetic, additive,
    /// review and breaking, axes are wire and rust.
    #[arg(long, value_name = "GATE", default_values_t = [Gate::default()])]
    fail_on: Vec<Gate>,
    /// The lowest level that is printed.
    #[arg(long, default_value_t = Level::Cosmetic)]
    level: Level,
    /// Print each change of a text instead of their number.
    #[arg(long)]
    prose: bool,
    /// Only operations at this path and below it.
    #[arg(long, value_name = "PATH")]
    path: Vec<String>,
    /// Only this operation, as in `GET /things/{id}`.
    #[arg(long, value_name = "OPERATION")]
    operation: Vec<String>,
    /// The current version, from which the next one is computed.
    #[arg(long, value_name = "VERSION")]
    current: Option<Version>,
    /// The way generated functions take their arguments.
    #[arg(long, value_enum, default_value_t = ArgumentsFlag::Positional)]
    arguments: ArgumentsFlag,
    /// Set `open` if generated structs may gain fields without breaking callers.
    #[arg(long, value_enum, default_value_t = GrowthFlag::Closed)]
    fields: GrowthFlag,
    /// Set `open` if generated enums may gain values without breaking callers.
    #[arg(long, value_enum, default_value_t = GrowthFlag::Closed)]
    enums: GrowthFlag,
    /// The source of the names of generated functions.
    #[arg(long, value_enum, default_value_t = NamesFlag::OperationId)]
    names: NamesFlag,
    /// Print the table of all rules in Markdown, and compare nothing.
    #[arg(long)]
    rules: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum ArgumentsFlag {
    Positional,
    Builder,
}

#[derive(Clone, Copy, ValueEnum)]
enum GrowthFlag {
    Open,
    Closed,
}

#[derive(Clone, Copy, ValueEnum)]
enum NamesFlag {
    OperationId,
    Map,
}

impl Cli {
    fn generator(&self) -> Generator {
        let growth = |flag| match flag {
            GrowthFlag::Open => Growth::Open,
            GrowthFlag::Closed => Growth::Closed,
        };
        Generator::default()
            .with_arguments(match self.arguments {
                ArgumentsFlag::Positional => Arguments::Positional,
                ArgumentsFlag::Builder => Arguments::Builder,
            })
            .with_fields(growth(self.fields))
            .with_enums(growth(self.enums))
            .with_names(match self.names {
                NamesFlag::OperationId => Names::OperationId,
                NamesFlag::Map => Names::Map,
            })
    }

    fn filter(&self) -> Filter {
        let filter = self.path.iter().fold(Filter::default(), Filter::with_path);
        self.operation.iter().fold(filter, Filter::with_operation)
    }

    fn show(&self) -> Show {
        Show {
            level: self.level,
            prose: self.prose,
            current: self.current.clone(),
        }
    }
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Nothing is left to do when the terminal itself is gone.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { FAILURE } else { 0 });
        }
    };
    let mut out = io::stdout().lock();
    let status = answer(&cli, &mut out).unwrap_or_else(|error| {
        // A reader that stops early is not an error.
        if error.kind() != io::ErrorKind::BrokenPipe {
            let _ = writeln!(io::stderr(), "error: {error}");
        }
        FAILURE
    });
    ExitCode::from(status)
}

fn answer(cli: &Cli, out: &mut dyn Write) -> io::Result<u8> {
    let (Some(old), Some(new)) = (&cli.old, &cli.new) else {
        write!(out, "{}", rules_markdown())?;
        return Ok(0);
    };
    let result = load(old).and_then(|old| {
        let new = load(new)?;
        let report = compare_with(&old, &new, &cli.generator())
            .map_err(|error| format!("the documents cannot be compared: {error}"))?;
        let report = cli.filter().apply(report);
        let status = report
            .exit_status(&cli.fail_on)
            .map_err(|error| format!("--fail-on: {error}"))?;
        Ok((report, status))
    });
    let status = match result {
        Ok((report, status)) => {
            write(&report, &cli.show(), cli.format, out)?;
            status
        }
        Err(message) => {
            // Reports for programs go to where they are read; messages for people do not.
            match cli.format {
                Format::Text => {
                    write_failure(&format!("error: {message}"), cli.format, &mut io::stderr())?;
                }
                _ => write_failure(&message, cli.format, out)?,
            }
            FAILURE
        }
    };
    out.flush()?;
    Ok(status)
}

fn load(name: &Path) -> Result<serde_json::Value, String> {
    source::load(name).map_err(|error| format!("`{}`: {error}", name.display()))
}
