//! The reference of all commands, written from their arguments.

use std::fmt::Write as _;

use clap::{Arg, Command};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/reference.md");

/// The reference as Markdown.
fn reference() -> String {
    let mut program = crate::program();
    program.build();
    let mut text = "# Reference of all commands\n\n\
        <!-- Written by `UPDATE_DOCS=1 cargo test -p octocom-cli --lib reference`. -->\n\n\
        `octocom COMMAND --help` says the same.\n\n## Every command\n\n"
        .to_owned();
    let global = program.get_arguments().filter(|arg| !is_of_clap(arg));
    text.push_str(&table(global));
    for command in program.get_subcommands() {
        write(&mut text, command, "octocom");
    }
    text
}

fn write(text: &mut String, command: &Command, parent: &str) {
    let name = format!("{parent} {}", command.get_name());
    let about = command.get_long_about().or(command.get_about());
    let about = about.map(ToString::to_string).unwrap_or_default();
    if command.has_subcommands() {
        let _ = write!(text, "\n## {name}\n\n{about}\n");
    } else {
        let level = if parent == "octocom" { "##" } else { "###" };
        let own = command.get_arguments();
        let own = own.filter(|arg| !is_of_clap(arg) && !arg.is_global_set());
        let _ = write!(text, "\n{level} {name}\n\n{about}\n\n{}", table(own));
    }
    for command in command.get_subcommands() {
        write(text, command, &name);
    }
}

fn table<'a>(args: impl Iterator<Item = &'a Arg>) -> String {
    let mut rows = String::new();
    for arg in args {
        let value = arg.get_value_names().unwrap_or_default().join(" ");
        let takes = arg.get_action().takes_values() && !value.is_empty();
        let name = match (arg.get_long(), takes) {
            (Some(long), true) => format!("--{long} {value}"),
            (Some(long), false) => format!("--{long}"),
            (None, _) => value,
        };
        let name = match arg.get_short() {
            Some(short) => format!("-{short}, {name}"),
            None => name,
        };
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        let values: Vec<_> = match arg.get_action().takes_values() {
            true => arg.get_possible_values(),
            false => Vec::new(),
        };
        let values: Vec<_> = values
            .iter()
            .map(|value| format!("`{}`", value.get_name()))
            .collect();
        let values = match values.is_empty() {
            true => String::new(),
            false => format!(": {}", values.join(", ")),
        };
        let help = format!("{help}{values}")
            .replace('|', "\\|")
            .replace('\n', " ");
        let _ = writeln!(rows, "| `{name}` | {help} |");
    }
    match rows.is_empty() {
        true => String::new(),
        false => format!("| argument | meaning |\n|---|---|\n{rows}"),
    }
}

fn is_of_clap(arg: &Arg) -> bool {
    ["help", "version"].contains(&arg.get_id().as_str())
}

#[test]
fn the_reference_has_every_command_as_it_is() {
    let written = std::fs::read_to_string(FILE).unwrap_or_default();
    let reference = reference();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(FILE, &reference).unwrap();
    } else {
        let hint = "run `UPDATE_DOCS=1 cargo test -p octocom-cli --lib reference`";
        assert!(written == reference, "docs/reference.md is stale: {hint}");
    }
    for operation in octocom_ext::operations::ALL {
        assert!(reference.contains(&format!("### octocom {}\n", operation.command)));
    }
}
