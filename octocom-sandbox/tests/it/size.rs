//! A million conversations: made when asked for, so that they cost neither time nor memory.

use std::time::{Duration, Instant};

use octocom_sandbox::Sandbox;

use crate::api::Api;

const MILLION: u64 = 1_000_000;

/// Resident memory of this process in bytes.
#[cfg(target_os = "linux")]
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .unwrap();
    line.split_whitespace()
        .nth(1)
        .unwrap()
        .parse::<u64>()
        .unwrap()
        * 1024
}

#[tokio::test]
async fn a_million_conversations_start_in_seconds_and_every_page_is_at_hand() {
    let started = Instant::now();
    let api = Api::start(Sandbox::builder().conversations(MILLION).seed(7)).await;
    assert!(
        started.elapsed() < Duration::from_secs(5),
        "{:?}",
        started.elapsed()
    );
    for (page, items, more) in [(1, 50, true), (10_000, 50, true), (20_000, 50, false)] {
        let body = api.read(&format!("/conversations?page={page}")).await;
        assert_eq!(body["data"].as_array().unwrap().len(), items);
        assert_eq!(body["pagination"]["hasMore"], more);
    }
    let last = api.read("/conversations?page=20000").await["data"][49].clone();
    let at = last["createdAt"].as_str().unwrap();
    let since = api.read(&format!("/conversations?startDate={at}")).await;
    assert_eq!(since["data"].as_array().unwrap().last(), Some(&last));
    assert_eq!(last["publicId"], "CONV-2025-1000000");
    #[cfg(target_os = "linux")]
    assert!(resident() < 1 << 30, "{}", resident());
}
