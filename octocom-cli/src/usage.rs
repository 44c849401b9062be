//! Arguments that cannot be used, told like every other error.

use std::process::ExitCode;

use clap::error::ErrorKind;

use crate::failure::{ErrorFormat, Failure};
use crate::status::Status;

/// Prints the help, the version, or the error of the arguments.
///
/// `command` is what was typed, without its arguments.
pub(crate) fn tell(error: &clap::Error, command: &str) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // A pipe that is closed ends it quietly.
            let _ = error.print();
            Status::Done.into()
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let _ = error.print();
            Status::Usage.into()
        }
        _ => {
            failure(error, command).print(format());
            Status::Usage.into()
        }
    }
}

/// The error on one line: the paragraphs that clap puts below each other are joined.
fn failure(error: &clap::Error, command: &str) -> Failure {
    let text = error.to_string();
    let mut message = String::new();
    let mut advice = Vec::new();
    for paragraph in text.split("\n\n") {
        let lines: Vec<_> = paragraph.lines().map(str::trim).collect();
        let line = lines.join(" ");
        if let Some(what) = line.strip_prefix("error: ") {
            message = what.to_owned();
        } else if let Some(tip) = line.strip_prefix("tip: ") {
            advice.push(tip.to_owned());
        }
    }
    advice.push(format!("see `{command} --help`"));
    Failure::usage(message).advise(advice.join("; "))
}

/// The command that was typed, without its arguments.
pub(crate) fn command() -> String {
    let mut words = vec!["octocom".to_owned()];
    let program = crate::program();
    let mut command = &program;
    for argument in std::env::args_os().skip(1) {
        if let Some(next) = command.find_subcommand(&argument) {
            words.push(next.get_name().to_owned());
            command = next;
        }
    }
    words.join(" ")
}

/// The form of errors, as far as it can be read from arguments that cannot be.
fn format() -> ErrorFormat {
    let arguments: Vec<_> = std::env::args_os().collect();
    let is_joined = arguments.iter().any(|word| word == "--error-format=json");
    let pairs = arguments.windows(2);
    let is_apart = pairs
        .into_iter()
        .any(|pair| pair[0] == "--error-format" && pair[1] == "json");
    let variable = std::env::var_os("OCTOCOM_ERROR_FORMAT");
    match is_joined || is_apart || variable.is_some_and(|value| value == "json") {
        true => ErrorFormat::Json,
        false => ErrorFormat::Text,
    }
}
