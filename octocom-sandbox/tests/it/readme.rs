//! The commands of the Markdown files that start a sandbox or ask one, run as they stand there but for
//! the port.

#![cfg(unix)]

use std::path::Path;
use std::process::Stdio;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

#[path = "../../../tests/tests/it/markdown.rs"]
mod markdown;

const RUN: &str = "cargo run -p octocom-sandbox";

/// Starts the sandbox of a command on a free port.
async fn started(command: &str) -> (Child, String) {
    let flags = command.strip_prefix(RUN).unwrap();
    // Without flags it takes the port of the other commands.
    let flags = match flags.strip_prefix(" -- ") {
        Some(flags) => flags.replace("requests.ndjson", "/dev/null"),
        None => flags.to_owned() + "--port 4010",
    };
    assert!(flags.contains("--port 4010"), "{command}");
    let flags = flags.replace("--port 4010", "--port 0");
    let here = format!("exec '{}' {flags}", env!("CARGO_BIN_EXE_octocom-sandbox"));
    let mut child = Command::new("sh")
        .args(["-c", &here])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let url = lines.next_line().await.unwrap();
    let url = url.unwrap_or_else(|| panic!("{command}"));
    let url = url.strip_prefix("url: ").unwrap().to_owned();
    (child, url)
}

fn root() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[tokio::test]
async fn every_command_starts_a_sandbox_that_answers() {
    let commands = markdown::commands(&root()).unwrap().into_iter();
    let commands = commands.map(|(_, command)| command);
    let commands: Vec<_> = commands.filter(|it| it.starts_with(RUN)).collect();
    assert!(!commands.is_empty());
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    for command in commands {
        let (mut child, url) = started(&command).await;
        // Without a key it is refused, unless a fault of the command is quicker.
        let answer = client.get(format!("{url}/rest/v1/users")).send().await;
        let status = answer.map(|answer| answer.status().as_u16());
        assert!(
            status.as_ref().map_or(true, |&status| status >= 400),
            "{status:?}"
        );

        let pid = child.id().unwrap().to_string();
        let sent = Command::new("kill").arg(&pid).status().await.unwrap();
        assert!(sent.success());
        assert_eq!(child.wait().await.unwrap().code(), Some(0), "{command}");
    }
}

#[tokio::test]
async fn the_first_screen_of_the_readme_does_what_it_says() {
    let text = std::fs::read_to_string(root().join("octocom-sandbox/README.md")).unwrap();
    let commands = markdown::commands_of(&text);
    let start = commands.iter().find(|it| it.starts_with(RUN)).unwrap();
    let (_child, url) = started(start).await;
    let mut answers: Vec<Value> = Vec::new();
    for command in commands.iter().filter(|it| it.starts_with("curl ")) {
        let here = command.replace("http://127.0.0.1:4010", &url);
        let shell = Command::new("sh").args(["-c", &here]).output();
        let output = shell.await.unwrap();
        let answer = serde_json::from_slice(&output.stdout);
        answers.push(answer.unwrap_or_else(|_| panic!("{command}")));
    }
    assert_eq!(answers[0]["id"], 1);
    assert_eq!(answers[1]["error"], "Injected fault");
    assert_eq!(answers[2]["data"][0]["status"], 503);
    assert_eq!(answers.len(), 3);
}
