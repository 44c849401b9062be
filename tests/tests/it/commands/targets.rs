//! What the commands name exists: packages, targets, filters of tests, variables and scripts.

use std::ffi::OsStr;
use std::path::Path;

use serde_json::Value;

use super::root;
use crate::contributing::metadata;
use crate::markdown::{self, variable, words};

/// Variables that others than this workspace read.
const FOREIGN: [&str; 2] = ["PROPTEST_CASES", "RUSTDOCFLAGS"];

/// What a command names and the workspace does not have.
fn missing(command: &str, metadata: &Value) -> Vec<String> {
    let words = words(command);
    // What follows `--` is for the program.
    let words: Vec<_> = words.iter().take_while(|word| *word != "--").collect();
    let value = |flag: &str| {
        let at = words.iter().position(|word| *word == flag)?;
        words.get(at + 1).map(|word| word.as_str())
    };
    let mut missing = Vec::new();
    if let Some(script) = words.iter().find(|word| word.starts_with("scripts/"))
        && !root().join(script).is_file()
    {
        missing.push(format!("script {script}"));
    }
    let Some(name) = value("-p") else {
        return missing;
    };
    let packages = metadata["packages"].as_array().unwrap();
    let Some(package) = packages.iter().find(|package| package["name"] == name) else {
        missing.push(format!("package {name}"));
        return missing;
    };
    let has = |kind: &str, name: Option<&str>| {
        let targets = package["targets"].as_array().unwrap();
        targets.iter().any(|target| {
            let is_kind = target["kind"].as_array().unwrap().contains(&kind.into());
            is_kind && name.is_none_or(|name| target["name"] == name)
        })
    };
    for kind in ["bench", "example", "test"] {
        let name = value(&format!("--{kind}"));
        if name.is_some() && !has(kind, name) {
            missing.push(format!("{kind} {}", name.unwrap_or_default()));
        }
    }
    for kind in ["bench", "example"] {
        let all = words
            .iter()
            .any(|word| *word == kind || **word == format!("--{kind}s"));
        if all && !has(kind, None) {
            missing.push(format!("any {kind}"));
        }
    }
    let manifest = Path::new(package["manifest_path"].as_str().unwrap());
    let sources = sources(manifest.parent().unwrap());
    for name in words.iter().filter_map(|word| variable(word)) {
        let read = format!("\"{name}\"");
        if !FOREIGN.contains(&name) && !sources.iter().any(|(_, text)| text.contains(&read)) {
            missing.push(format!("variable {name}"));
        }
    }
    // The last word of `cargo test` without a flag before it is part of a test's path.
    if let [.., before, filter] = words[..]
        && words.iter().any(|word| *word == "test")
        && !filter.starts_with('-')
        && !before.starts_with('-')
        && !sources.iter().any(|(stem, _)| stem == filter)
    {
        missing.push(format!("tests {filter}"));
    }
    missing
}

/// Name and text of every Rust file below a folder.
fn sources(folder: &Path) -> Vec<(String, String)> {
    let mut sources = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources.extend(self::sources(&path));
        } else if path.extension() == Some(OsStr::new("rs")) {
            let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
            sources.push((stem, std::fs::read_to_string(&path).unwrap()));
        }
    }
    sources
}

#[test]
fn what_the_commands_name_exists() {
    let metadata = metadata();
    for (file, command) in markdown::commands(&root()).unwrap() {
        let missing = missing(&command, &metadata);
        assert!(
            missing.is_empty(),
            "{}: `{command}`: no {missing:?}",
            file.display()
        );
    }
}

#[test]
fn what_a_command_names_in_vain_is_found() {
    let metadata = metadata();
    for (command, expected) in [
        ("scripts/paint", &["script scripts/paint"][..]),
        ("cargo test -p octocom-paint", &["package octocom-paint"]),
        ("cargo bench -p octocom-ext --bench paint", &["bench paint"]),
        ("cargo bench -p octocom-tests", &["any bench"]),
        ("cargo build -p xtask --examples", &["any example"]),
        (
            "cargo run -p octocom-ext --example paint -- -p paint",
            &["example paint"],
        ),
        ("cargo test -p octocom-ext --test paint", &["test paint"]),
        (
            "PAINT=1 cargo test -p octocom-ext paint",
            &["variable PAINT", "tests paint"],
        ),
        ("UPDATE_DOCS=1 cargo test -p octocom-ext guide", &[]),
    ] {
        assert_eq!(missing(command, &metadata), expected, "{command}");
    }
}

/// Scripts are run where somebody who reads their help decides to.
#[cfg(unix)]
#[test]
fn every_script_says_how_it_is_used() {
    let folder = root().join("scripts");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        // One that does not know the flag would do its work.
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains("--help"), "scripts/{name} has no --help");
        let output = std::process::Command::new(&path)
            .arg("--help")
            .output()
            .unwrap();
        assert!(output.status.success(), "scripts/{name}: {output:?}");
        assert!(output.stderr.is_empty(), "scripts/{name}: {output:?}");
        let usage = String::from_utf8(output.stdout).unwrap();
        assert!(usage.contains(&format!("scripts/{name}")), "{usage}");
        count += 1;
    }
    assert!(count > 0);
}
