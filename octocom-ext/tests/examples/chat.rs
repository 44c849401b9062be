//! The example `chat`, its two sides piped.

use std::process::{Output, Stdio};

use octocom_sandbox::Sandbox;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::{example, text};

/// Runs the example against a sandbox, or one of its own, with these lines typed.
async fn chat(sandbox: Option<&Sandbox>, arguments: &[&str], typed: &str) -> Output {
    let mut command = Command::new(example("chat"));
    command
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
        .env_remove("OCTOCOM_API_KEY")
        .env_remove("OCTOCOM_BASE_URL");
    if let Some(sandbox) = sandbox {
        command
            .env("OCTOCOM_API_KEY", sandbox.key())
            .env("OCTOCOM_BASE_URL", sandbox.url());
    }
    let mut child = command.spawn().unwrap();
    // A program that ends before it has read everything is no fault of the test's.
    let _ = child
        .stdin
        .take()
        .unwrap()
        .write_all(typed.as_bytes())
        .await;
    child.wait_with_output().await.unwrap()
}

#[tokio::test]
async fn a_chat_goes_on_until_it_is_handed_off() {
    let sandbox = Sandbox::builder().conversations(10).start().await.unwrap();
    let typed = "Where is my order?\n\nSomething else\nA human, please\nnever sent\n";
    let arguments = ["--name", "Mia", "--business", "nordlicht-outdoor"];
    let output = chat(Some(&sandbox), &arguments, typed).await;
    let (said, told) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{told}");
    assert_eq!(said.lines().count(), 2, "{said}");
    assert!(said.lines().all(|line| line.starts_with("bot> ")), "{said}");
    assert!(said.contains("Mia"), "{said}");
    assert!(told.contains("bot of nordlicht-outdoor"), "{told}");
    assert!(told.contains("A human agent has taken over"), "{told}");
    assert!(told.contains("The conversation is CONV-"), "{told}");
    assert!(!told.contains(sandbox.key()), "{told}");
}

#[tokio::test]
async fn without_a_key_it_talks_to_a_sandbox_of_its_own() {
    let output = chat(
        None,
        &["--synchronous"],
        "/wait\nHello\n/quit\nnever sent\n",
    )
    .await;
    let (said, told) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{told}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(told.contains("OCTOCOM_API_KEY is not set"), "{told}");
    assert!(told.contains("bot of acme-corp"), "{told}");
    assert!(told.contains("Nothing to wait for yet."), "{told}");
}

#[tokio::test]
async fn what_cannot_be_done_is_said() {
    let sandbox = Sandbox::builder().conversations(10).start().await.unwrap();
    let output = chat(Some(&sandbox), &["--business", "no-such"], "Hello\n").await;
    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("error: Business not found"), "{told}");
    assert!(
        told.contains("start_bot_conversation failed with status 404"),
        "{told}"
    );
    let output = chat(Some(&sandbox), &["--wait", "0"], "Hello\n").await;
    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("--wait <SECONDS>"), "{told}");
    let output = chat(Some(&sandbox), &["--email", "mia"], "Hello\n").await;
    let told = text(&output.stderr);
    assert!(
        told.contains("customer_email: 3 characters that are no email address"),
        "{told}"
    );
    assert_eq!(output.status.code(), Some(1), "{told}");
}
