//! Streaming many conversations takes no more memory than streaming some.
//!
//! A test binary of its own: what is measured is the whole process.

// clippy knows a test by its attribute; the helpers of tests have none.
#![allow(clippy::expect_used, clippy::unwrap_used)]
#![cfg(target_os = "linux")]

use octocom_ext::Client;
use octocom_sandbox::Sandbox;

/// The number of conversations that are streamed unless `OCTOCOM_TEST_CONVERSATIONS` says otherwise; `.ci/run` says a million.
const CONVERSATIONS: u64 = 100_000;
/// Growth that allocators cause by themselves, in KiB.
const SLACK_KIB: u64 = 16 * 1024;

/// A line of `/proc/self/status`, in KiB.
fn memory(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_conversations_are_streamed_in_flat_memory() {
    let conversations = std::env::var("OCTOCOM_TEST_CONVERSATIONS")
        .map_or(CONVERSATIONS, |count| count.parse().unwrap());
    let sandbox = Sandbox::builder()
        .conversations(conversations)
        .start()
        .await
        .unwrap();
    let client = Client::builder()
        .with_base_url(sandbox.url())
        .with_api_key(sandbox.key().to_owned())
        .build()
        .unwrap();
    let mut stream = client.conversations().list().stream();
    let (mut count, mut early) = (0_u64, 0);
    while let Some(conversation) = stream.try_next().await.unwrap() {
        assert!(!conversation.raw().is_empty());
        count += 1;
        if count == conversations / 10 {
            early = memory("VmRSS");
        }
    }
    let (late, peak) = (memory("VmRSS"), memory("VmHWM"));
    println!(
        "{count} conversations: {early} KiB after a tenth, {late} KiB at the end, peak {peak} KiB"
    );
    assert_eq!(count, conversations);
    assert!(
        late < early + SLACK_KIB,
        "{early} KiB after a tenth, {late} KiB at the end"
    );
}
