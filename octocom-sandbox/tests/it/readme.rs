//! The commands of the README and the guides, run as they stand there but for the port.

#![cfg(unix)]

use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

const TEXTS: [&str; 3] = [
    include_str!("../../README.md"),
    include_str!("../../docs/record-faults.md"),
    include_str!("../../docs/test-your-code.md"),
];

/// The lines of a text's `sh` blocks.
fn commands(text: &str) -> Vec<&str> {
    let blocks = text.split("```sh\n").skip(1);
    let lines = blocks.filter_map(|block| block.split("```").next());
    lines.flat_map(str::lines).collect()
}

#[tokio::test]
async fn every_command_starts_a_sandbox_that_answers() {
    let commands: Vec<_> = TEXTS.into_iter().flat_map(commands).collect();
    assert_eq!(commands.len(), 2, "{commands:?}");
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    for command in commands {
        assert!(command.contains(" --port 4010 "), "{command}");
        let program = concat!("exec '", env!("CARGO_BIN_EXE_octocom-sandbox"), "'");
        let here = command
            .replacen("cargo run -p octocom-sandbox --", program, 1)
            .replace("--port 4010", "--port 0")
            .replace("requests.ndjson", "/dev/null");
        assert!(here.starts_with(program), "{command}");
        let mut child = Command::new("sh")
            .args(["-c", &here])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let url = lines.next_line().await.unwrap().expect(command);
        let url = url.strip_prefix("url: ").unwrap();
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
