//! The reader of the delay that a server asks for.
//!
//! It is asked by 429 and 503 only, and a delay is never zero.
#![no_main]

use std::time::{Duration, UNIX_EPOCH};

use libfuzzer_sys::fuzz_target;
use octocom_ext::fuzzing::delay;

const HEADERS: [&str; 5] = [
    "retry-after",
    "retry-after-ms",
    "ratelimit-reset",
    "x-ratelimit-reset",
    "date",
];

fuzz_target!(|input: (u8, u32, Vec<(u8, &[u8])>)| {
    let (status, now, headers) = input;
    let status = [429, 503, 200, 500][usize::from(status % 4)];
    let headers: Vec<_> = headers
        .iter()
        .map(|(name, value)| (HEADERS[usize::from(name % 5)], *value))
        .collect();
    let now = UNIX_EPOCH + Duration::from_secs(now.into());
    let delay = delay(status, &headers, now);
    assert!(delay.is_none_or(|delay| !delay.is_zero()));
    assert!(delay.is_none() || status == 429 || status == 503);
});
