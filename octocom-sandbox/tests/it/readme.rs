//! The README's commands, run as they stand there but for the port.

#![cfg(unix)]

use std::process::Stdio;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

const README: &str = include_str!("../../README.md");
const RUN: &str = "cargo run -p octocom-sandbox";

/// Starts the sandbox of a command on a free port.
async fn started(command: &str) -> (Child, String) {
    let flags = command.strip_prefix(RUN).unwrap();
    let flags = flags.strip_prefix(" -- ").unwrap();
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

#[tokio::test]
async fn the_first_screen_of_the_readme_does_what_it_says() {
    let start = README.lines().find(|line| line.starts_with(RUN)).unwrap();
    let (_child, url) = started(start).await;
    let mut answers: Vec<Value> = Vec::new();
    for command in README.lines().filter(|line| line.starts_with("curl ")) {
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
