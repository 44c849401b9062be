//! Streaming many conversations takes no more memory than streaming some, and a compressed body no
//! more than its limit.
//!
//! A test binary of its own: what is measured is the whole process.

// clippy knows a test by its attribute; the helpers of tests have none.
#![allow(clippy::expect_used, clippy::unwrap_used)]
#![cfg(target_os = "linux")]

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use octocom_ext::{Client, ErrorKind};
use octocom_sandbox::Sandbox;
use octocom_tests::server::{Act, Server};
use tokio::sync::Mutex;

/// The number of conversations that are streamed unless `OCTOCOM_TEST_CONVERSATIONS` says otherwise; `.ci/run` says a million.
const CONVERSATIONS: u64 = 100_000;
/// Growth that allocators cause by themselves, in KiB.
const SLACK_KIB: u64 = 16 * 1024;

/// One test at a time: what is measured is the process.
static ALONE: Mutex<()> = Mutex::const_new(());

/// A line of `/proc/self/status`, in KiB.
fn memory(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_conversations_are_streamed_in_flat_memory() {
    let _alone = ALONE.lock().await;
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

#[tokio::test]
async fn a_gibibyte_in_a_compressed_body_takes_no_more_memory_than_the_limit() {
    const LIMIT_KIB: u64 = 8 * 1024;
    let _alone = ALONE.lock().await;
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&vec![b' '; 1024 * 1024]).unwrap();
    // Decompressed, the parts of a body are one after the other.
    let bomb = encoder.finish().unwrap().repeat(1024);
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
        bomb.len()
    );
    let server = Server::script([Act::WriteAndStall([head.into_bytes(), bomb].concat())]).await;
    let client = Client::builder()
        .with_base_url(server.url())
        .with_api_key("key")
        .with_max_body_bytes(usize::try_from(LIMIT_KIB * 1024).unwrap())
        .build()
        .unwrap();
    // The peak counts from here on.
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = memory("VmHWM");
    let error = client.api().list_users(None).await.unwrap_err();
    let after = memory("VmHWM");
    println!("{before} KiB before, {after} KiB after: {error}");
    assert_eq!((error.kind(), server.calls()), (ErrorKind::BodyTooLarge, 1));
    // The buffer doubles until the limit fits.
    assert!(after < before + 2 * LIMIT_KIB + SLACK_KIB);
}
