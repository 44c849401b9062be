//! Every operation of the API as a command, from the operation table.

mod call;
mod field;
mod given;
mod tree;

use clap::ArgMatches;
use octocom_ext::{Operation, operations};

use crate::args::Global;
use crate::failure::Result;

pub(crate) use given::read_text;
pub(crate) use tree::add_to;

/// The operation of a group's verb.
fn find(group: &str, verb: &str) -> Option<&'static Operation> {
    let mut operations = operations::ALL.iter().copied();
    operations.find(|operation| operation.command_words() == (group, verb))
}

/// Returns `true` if the command is one of an operation that does more than read.
pub(crate) fn changes_something(matches: &ArgMatches) -> bool {
    let words = matches.subcommand().and_then(|(group, matches)| {
        let (verb, _) = matches.subcommand()?;
        Some((group, verb))
    });
    let operation = words.and_then(|(group, verb)| find(group, verb));
    operation.is_some_and(Operation::changes_something)
}

/// Carries out the command of an operation; `None` if it is not one.
pub(crate) async fn run(global: &Global, matches: &ArgMatches) -> Option<Result<()>> {
    let (group, matches) = matches.subcommand()?;
    let (verb, matches) = matches.subcommand()?;
    let operation = find(group, verb)?;
    Some(call::run(global, operation, matches).await)
}
