//! The program: what it prints, how it stops, and what it refuses.

use std::process::Stdio;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};

fn sandbox(flags: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_octocom-sandbox"));
    command
        .args(flags)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// Starts the program and reads its URL and key.
async fn started(flags: &[&str]) -> (Child, String, String) {
    let mut child = sandbox(flags).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut fact = async |name: &str| {
        let line = lines.next_line().await.unwrap().unwrap();
        line.strip_prefix(name)
            .unwrap_or_else(|| panic!("{line}"))
            .to_owned()
    };
    let (url, key) = (fact("url: ").await, fact("key: ").await);
    (child, url, key)
}

#[cfg(unix)]
async fn stops_on(signal: &str) {
    let (mut child, url, key) = started(&["--port", "0", "--conversations", "60"]).await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let page = client.get(format!(
        "{url}/rest/v1/conversations?page=2&metadataKey=secret"
    ));
    let answer = page.header("x-api-key", &key).send().await.unwrap();
    assert_eq!(answer.status(), 400);
    let pid = child.id().unwrap().to_string();
    let sent = Command::new("kill")
        .args(["-s", signal, &pid])
        .status()
        .await
        .unwrap();
    assert!(sent.success());
    let mut log = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut log)
        .await
        .unwrap();
    assert_eq!(child.wait().await.unwrap().code(), Some(0), "{log}");

    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 1, "{log}");
    assert_eq!(lines[0]["operation"], "list_conversations");
    assert_eq!(lines[0]["path"], "/rest/v1/conversations");
    assert_eq!(lines[0]["status"], 400);
    assert_eq!(lines[0]["ordinal"], 0);
    assert!(lines[0]["at"].is_string() && lines[0]["elapsedMs"].is_number());
    assert!(!log.contains(&key) && !log.contains("secret"), "{log}");
}

#[cfg(unix)]
#[tokio::test]
async fn it_prints_url_and_key_logs_requests_and_stops_cleanly_on_sigterm() {
    stops_on("TERM").await;
}

#[cfg(unix)]
#[tokio::test]
async fn it_stops_cleanly_on_ctrl_c() {
    stops_on("INT").await;
}

#[tokio::test]
async fn bad_flags_end_with_status_2_and_name_the_flag() {
    let cases: [(&[&str], &str); 15] = [
        (&["--port", "70000"], "--port"),
        (&["--host", "nowhere"], "--host"),
        (&["--conversations", "-1"], "-1"),
        (
            &["--conversations", "1000000001"],
            "`--conversations` is 1000000001",
        ),
        (
            &["--faults", "1.5"],
            "`--faults` is 1.5, allowed is a share of 0 to 1",
        ),
        (&["--fault", "gone"], "`gone` is not a fault"),
        (&["--rate-limited", "2"], "`--rate-limited` is 2"),
        (
            &["--requests-per-second", "0"],
            "`--requests-per-second` is 0 a second, allowed is a rate above 0",
        ),
        (&["--unknown"], "--unknown"),
        (
            &["--control", "--host", "0.0.0.0", "--port", "0"],
            "`--control-token` is missing on 0.0.0.0:0",
        ),
        (&["--plan", "{"], "`--plan` is not JSON"),
        (
            &[
                "--plan",
                r#"{"operation": "list_nothing", "fault": "reset"}"#,
            ],
            "`plans[0].operation`: `list_nothing` is not an operation",
        ),
        (
            &["--behavior", "ties=none"],
            "`ties`: unknown variant `none`",
        ),
        (
            &["--seed-file", "/nowhere.json"],
            "`--seed-file` /nowhere.json: ",
        ),
        (
            &["--snapshot", "/nowhere.json"],
            "`--snapshot` /nowhere.json: ",
        ),
    ];
    for (flags, expected) in cases {
        let output = sandbox(flags).output().await.unwrap();
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{flags:?}: {message}");
        assert!(
            message.starts_with("error: ") && message.contains(expected),
            "{message}"
        );
        assert!(output.stdout.is_empty());
    }
}

#[tokio::test]
async fn it_listens_on_loopback_unless_told_otherwise() {
    let (_child, url, _) = started(&["--port", "0", "--quiet"]).await;
    assert!(url.starts_with("http://127.0.0.1:"), "{url}");
    let (_child, url, _) = started(&["--port", "0", "--quiet", "--host", "::1"]).await;
    assert!(url.starts_with("http://[::1]:"), "{url}");
}

#[tokio::test]
async fn a_port_in_use_is_an_error_with_its_cause() {
    let (_child, url, _) = started(&["--port", "0", "--quiet"]).await;
    let port = url.rsplit(':').next().unwrap();
    let output = sandbox(&["--port", port]).output().await.unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{message}");
    let expected = format!("error: cannot listen on 127.0.0.1:{port}: ");
    assert!(message.starts_with(&expected), "{message}");
}
