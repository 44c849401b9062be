//! The commands of the operations.

use std::collections::BTreeMap;

use clap::{Arg, ArgAction, Args as _, Command};
use octocom_ext::{Effect, Operation, operations};

use super::field::{Fields, Kind, one_sentence};
use crate::output::OutputArgs;

/// Adds a command for each group of operations, with a command for each verb.
pub(crate) fn add_to(command: Command) -> Command {
    let mut groups: BTreeMap<&str, Vec<Command>> = BTreeMap::new();
    for operation in operations::ALL.iter().copied() {
        let (group, _) = operation.command_words();
        groups.entry(group).or_default().push(verb(operation));
    }
    let groups = groups.into_iter().map(|(group, verbs)| {
        let names: Vec<_> = verbs
            .iter()
            .map(|verb| verb.get_name().to_owned())
            .collect();
        Command::new(group)
            .about(format!("API: {}", names.join(", ")))
            .subcommand_required(true)
            .arg_required_else_help(true)
            .disable_help_subcommand(true)
            .subcommands(verbs)
    });
    command.subcommands(groups)
}

fn verb(operation: &'static Operation) -> Command {
    let (_, verb) = operation.command_words();
    let facts = operation.facts();
    let fields = Fields::of(operation);
    let mut command = Command::new(verb);
    for field in &fields.flat {
        command = command.arg(field.argument());
    }
    if facts.body.is_some() {
        let help = match fields.nested.is_empty() {
            true => {
                "The whole body as JSON: @FILE, - for standard input, or the JSON itself".to_owned()
            }
            false => format!(
                "The body as JSON: @FILE, - for standard input, or the JSON itself; for {}",
                fields.nested.join(", ")
            ),
        };
        command = command.arg(
            Arg::new("body")
                .long("body")
                .value_name("JSON")
                .help(help)
                .help_heading("Fields"),
        );
    }
    if fields.flat.iter().any(|field| field.is_nullable) {
        let nullable = fields.flat.iter().filter(|field| field.is_nullable);
        let names: Vec<_> = nullable.map(|field| field.flag()).collect();
        command = command.arg(
            Arg::new("null")
                .long("null")
                .value_name("FIELD")
                .action(ArgAction::Append)
                .value_parser(names)
                .help("Send null for this field")
                .help_heading("Fields"),
        );
    }
    if operation.page_size.is_some() {
        command = command.arg(
            Arg::new("max-items")
                .long("max-items")
                .value_name("COUNT")
                .value_parser(clap::value_parser!(u64).range(1..))
                .help("End after this many items [default: all]")
                .help_heading("Output"),
        );
    }
    if fields
        .flat
        .iter()
        .any(|field| field.has_values() && field.kind != Kind::Boolean)
    {
        command = command.arg(flag(
            "allow-unknown",
            "Send values that the API does not document",
        ));
    }
    command = command.arg(flag(
        "dry-run",
        "Print the request, without the key, and send nothing",
    ));
    if operation.effect.needs_care() {
        command = command.arg(flag("yes", "Do it without asking").short('y'));
    }
    // The last word on what it is about: the arguments of the output have their own.
    OutputArgs::augment_args(command)
        .about(one_sentence(operation.summary))
        .long_about(long_about(operation))
}

fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .action(ArgAction::SetTrue)
        .help(help)
}

fn long_about(operation: &Operation) -> String {
    let facts = operation.facts();
    let description = match facts.description.is_empty() {
        true => operation.summary,
        false => facts.description.as_str(),
    };
    let effect = match operation.effect {
        Effect::Reads => String::new(),
        effect => format!(" It {effect}."),
    };
    format!(
        "{}\n\n{} {}: the operation {}.{effect}",
        description.trim(),
        operation.method,
        operation.path,
        operation.id
    )
}
