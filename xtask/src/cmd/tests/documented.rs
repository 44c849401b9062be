//! The commands of the Markdown files, run with what their placeholders stand for.

#[path = "../../../../tests/tests/it/markdown.rs"]
mod markdown;

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};

use super::workspace::{Outcome, Workspace};
use crate::root::{DOCUMENT, Root};
use crate::server::Server;

const TOOL: &str = "cargo xtask ";

/// What follows the name of the tool in every command of every text.
fn commands() -> Result<BTreeSet<String>> {
    let commands = markdown::commands(&Root::discover().join(""))?.into_iter();
    Ok(commands
        .filter_map(|(_, command)| Some(command.strip_prefix(TOOL)?.to_owned()))
        .collect())
}

/// The command lines that a synopsis stands for: without its options, and with each of them alone.
///
/// `...` stands for what another synopsis shows.
fn expanded(synopsis: &str) -> Vec<String> {
    let mut parts = synopsis.split('[');
    let base = parts.next().unwrap_or_default().trim_end();
    let mut lines = vec![base.to_owned()];
    for option in parts.flat_map(|part| part.trim_end().trim_end_matches(']').split(" | ")) {
        match option.split_once(' ') {
            Some((_, "...")) => {}
            Some((flag, values)) => {
                let values = values.split('|');
                lines.extend(values.map(|value| format!("{base} {flag} {value}")));
            }
            None => lines.push(format!("{base} {option}")),
        }
    }
    lines
}

/// Runs one command line on an unchanged document, published and checked in.
fn run(line: &str) -> Result<Outcome> {
    let mut workspace = Workspace::fresh()?;
    let document = workspace.document()?;
    // A command that fetches nothing leaves it waiting until the tests end.
    let server = Server::answering("200 OK", workspace.changed(|_| ())?.as_bytes())?;
    let url = server.url();
    workspace.context.url_variable = Some(url.clone());
    let words = markdown::words(line);
    let words = words.iter().map(|word| match word.as_str() {
        "OLD" | "NEW" | "FILE" | DOCUMENT => document.as_str(),
        "URL" => url.as_str(),
        word => word,
    });
    workspace.run(&words.collect::<Vec<_>>())
}

#[test]
fn every_command_of_the_texts_succeeds_on_an_unchanged_document() -> Result<()> {
    let lines: BTreeSet<_> = commands()?.iter().flat_map(|it| expanded(it)).collect();
    for line in &lines {
        let outcome = run(line)?;
        assert_eq!(
            (outcome.status, outcome.errors.as_str()),
            (0, ""),
            "{line}: {outcome:?}"
        );
    }
    let names: Option<BTreeSet<_>> = lines.iter().map(|line| line.split(' ').next()).collect();
    let names = names.context("a name")?;
    assert_eq!(names, BTreeSet::from(["check", "diff", "drift", "regen"]));
    Ok(())
}

#[test]
fn a_command_that_is_none_fails() -> Result<()> {
    for line in ["paint", "diff OLD", "regen --url URL --paint", "check FILE"] {
        let outcome = run(line)?;
        assert_eq!((outcome.status, outcome.out.as_str()), (4, ""), "{line}");
    }
    Ok(())
}

#[test]
fn a_synopsis_is_run_without_options_and_with_each() {
    assert_eq!(
        expanded("drift [--url URL | --live FILE] [--format text|json] [--fail-on ...] [--dry]"),
        [
            "drift",
            "drift --url URL",
            "drift --live FILE",
            "drift --format text",
            "drift --format json",
            "drift --dry",
        ]
    );
    assert_eq!(expanded("diff OLD NEW"), ["diff OLD NEW"]);
}
