//! The commands of the Markdown files that run an example, as they stand there.

use std::path::Path;
use std::process::Stdio;

use tokio::process::Command;

use crate::{example, text};

#[path = "../../../tests/tests/it/markdown.rs"]
mod markdown;

const RUN: &str = "cargo run -p octocom-ext --example ";

#[tokio::test]
async fn every_example_of_the_texts_runs() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folder = tempfile::tempdir().unwrap();
    let mut seen = Vec::new();
    for (_, command) in markdown::commands(&root).unwrap() {
        let Some(run) = command.strip_prefix(RUN) else {
            continue;
        };
        let mut words = markdown::words(run).into_iter();
        let name = words.next().unwrap();
        seen.push(name.clone());
        // That one is the longest, and `.ci/run` counts its lines as well.
        if name == "export" {
            continue;
        }
        let output = Command::new(example(&name))
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
    assert_eq!(seen, ["chat", "export", "history", "sync"]);
}
