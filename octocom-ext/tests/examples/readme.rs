//! The commands of the examples' README, run as they stand there.

use std::process::Stdio;

use tokio::process::Command;

use crate::{example, text};

const README: &str = include_str!("../../examples/README.md");
const RUN: &str = "cargo run -p octocom-ext --example ";

#[tokio::test]
async fn every_command_of_the_readme_runs() {
    let folder = tempfile::tempdir().unwrap();
    let mut seen = Vec::new();
    for run in README.lines().filter_map(|line| line.strip_prefix(RUN)) {
        let mut words = run.split_whitespace();
        let name = words.next().unwrap();
        seen.push(name);
        // That one is the longest, and `.ci/run` counts its lines as well.
        if name == "export" {
            continue;
        }
        let output = Command::new(example(name))
            .args(words.skip(1))
            .current_dir(&folder)
            .env_remove("OCTOCOM_API_KEY")
            .env_remove("OCTOCOM_BASE_URL")
            .stdin(Stdio::null())
            .output()
            .await
            .unwrap();
        assert!(output.status.success(), "{run}: {}", text(&output.stderr));
        assert!(name == "chat" || !output.stdout.is_empty(), "{run}");
    }
    seen.dedup();
    assert_eq!(seen, ["export", "sync", "history", "chat"]);
}
