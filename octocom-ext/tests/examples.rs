//! The lessons as their readers run them: as processes, against a sandbox.

// clippy knows a test by its attribute; the helpers of tests have none.
#![allow(clippy::expect_used, clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use octocom_sandbox::Sandbox;
use tokio::process::Command;

/// Lines that a lesson may have.
const MOST_LINES: usize = 60;

/// A lesson's program. Cargo builds a package's examples with its tests.
fn program(lesson: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let target = test.parent().and_then(Path::parent).unwrap();
    let name = format!("{lesson}{}", std::env::consts::EXE_SUFFIX);
    target.join("examples").join(name)
}

async fn run(lesson: &str, arguments: &[&str], sandbox: &Sandbox) -> Output {
    let mut command = Command::new(program(lesson));
    command
        .args(arguments)
        .env("OCTOCOM_API_KEY", sandbox.key())
        .env("OCTOCOM_BASE_URL", sandbox.url())
        .stdin(Stdio::null());
    let output = command.output().await.unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{lesson}: {errors}");
    output
}

/// Returns the output of a lesson.
async fn printed(lesson: &str, arguments: &[&str], sandbox: &Sandbox) -> String {
    String::from_utf8(run(lesson, arguments, sandbox).await.stdout).unwrap()
}

async fn sandbox() -> Sandbox {
    Sandbox::builder().conversations(220).start().await.unwrap()
}

#[tokio::test]
async fn list_shows_summaries_details_and_other_lists() {
    let text = printed("list", &[], &sandbox().await).await;
    assert_eq!(
        text.lines()
            .filter(|line| line.starts_with("CONV-"))
            .count(),
        15,
        "{text}"
    );
    assert_eq!(
        text.lines()
            .filter(|line| line.ends_with(" messages"))
            .count(),
        5,
        "{text}"
    );
    assert!(
        text.lines().any(|line| line.starts_with("acme-corp: ")),
        "{text}"
    );
}

#[tokio::test]
async fn write_creates_changes_and_deletes() {
    let text = printed("write", &[], &sandbox().await).await;
    for line in ["created ", "deleted ", "the conversation does not exist"] {
        assert!(text.contains(line), "{text}");
    }
}

#[tokio::test]
async fn history_compares_and_goes_back() {
    let sandbox = sandbox().await;
    let text = printed("history", &["acme-corp"], &sandbox).await;
    assert!(
        text.contains(" versions\n") && text.contains("~ /"),
        "{text}"
    );
    assert!(!text.contains("went back"), "{text}");
    let text = printed("history", &["acme-corp", "restore"], &sandbox).await;
    assert!(text.contains("went back to the version before"), "{text}");
}

#[tokio::test]
async fn chat_has_two_answers() {
    let text = printed(
        "chat",
        &["acme-corp", "Where is my order?"],
        &sandbox().await,
    )
    .await;
    assert_eq!(
        text.lines()
            .filter(|line| line.starts_with("bot> "))
            .count(),
        2,
        "{text}"
    );
}

#[tokio::test]
async fn resume_lists_everything_once() {
    let sandbox = sandbox().await;
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("place.json");
    let mut records = Vec::new();
    for expected in [100, 100, 20, 0] {
        let text = printed("resume", &[place.to_str().unwrap()], &sandbox).await;
        assert_eq!(text.lines().count(), expected, "{text}");
        records.extend(text.lines().map(str::to_owned));
    }
    records.sort();
    records.dedup();
    assert_eq!(records.len(), 220);
}

#[tokio::test]
async fn test_needs_no_server() {
    let text = printed("test", &[], &sandbox().await).await;
    assert_eq!(text, "tagged after 3 requests\n");
}

#[test]
fn lessons_are_short() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.lines().count() <= MOST_LINES, "{}", path.display());
        names.push(path.file_stem().unwrap().to_string_lossy().into_owned());
    }
    names.sort();
    assert_eq!(
        names,
        ["chat", "history", "list", "resume", "test", "write"]
    );
}
