//! The README's commands, as they stand there.

use std::process::Stdio;

use tokio::process::Command;

use crate::{example, text};

const README: &str = include_str!("../../README.md");
const RUN: &str = "cargo run -p octocom-ext --example ";

/// The lines of the README's blocks of shell commands.
fn commands() -> impl Iterator<Item = &'static str> {
    let blocks = README.split("```sh\n").skip(1);
    blocks.flat_map(|block| block.split("```").next().unwrap_or_default().lines())
}

#[tokio::test]
async fn every_example_of_the_readme_runs() {
    let folder = tempfile::tempdir().unwrap();
    let mut seen = Vec::new();
    for command in commands() {
        let Some(run) = command.strip_prefix(RUN) else {
            assert_eq!(command, "cargo test --workspace");
            continue;
        };
        let mut words = run.split(' ');
        let name = words.next().unwrap();
        seen.push(name);
        // That one is the longest, and `.ci/run` counts its lines as well.
        if name == "export" {
            continue;
        }
        let output = Command::new(example(name))
            .args(words.skip_while(|word| *word == "--"))
            .current_dir(&folder)
            .env_remove("OCTOCOM_API_KEY")
            .env_remove("OCTOCOM_BASE_URL")
            .stdin(Stdio::null())
            .output()
            .await
            .unwrap();
        assert!(
            output.status.success(),
            "{command}: {}",
            text(&output.stderr)
        );
        assert!(name == "chat" || !output.stdout.is_empty(), "{command}");
    }
    seen.dedup();
    assert_eq!(seen, ["export", "chat", "sync", "history"]);
}
