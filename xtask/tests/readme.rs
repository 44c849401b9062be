//! The README's synopses: every flag that they show is one, and every flag is shown.

use std::collections::BTreeSet;
use std::process::Command;

const README: &str = include_str!("../README.md");

/// The long flags in a text; `--help`, which every command has, left out.
fn flags(text: &str) -> BTreeSet<&str> {
    let inside = |c: char| c.is_ascii_lowercase() || c == '-';
    text.split(|c: char| !inside(c))
        .filter(|word| word.len() > 2 && word.starts_with("--") && *word != "--help")
        .collect()
}

#[test]
fn every_synopsis_has_the_flags_of_its_command() -> Result<(), Box<dyn std::error::Error>> {
    let synopses = README.split("```text\ncargo xtask ").skip(1);
    let mut seen = Vec::new();
    for synopsis in synopses {
        let synopsis = synopsis.split("```").next().unwrap_or_default();
        let command = synopsis.split_whitespace().next().unwrap_or_default();
        let help = Command::new(env!("CARGO_BIN_EXE_xtask"))
            .args([command, "-h"])
            .output()?;
        assert!(help.status.success(), "{command}: {help:?}");
        let help = String::from_utf8(help.stdout)?;
        let known = flags(&help);
        for flag in flags(synopsis) {
            assert!(known.contains(flag), "{command} has no {flag}");
        }
        // `...` stands for flags that the command before has shown.
        if !synopsis.contains("...") {
            assert_eq!(flags(synopsis), known, "{command}");
        }
        seen.push(command);
    }
    assert_eq!(seen, ["diff", "drift", "regen"]);
    Ok(())
}
