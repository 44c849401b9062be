//! Servers, clocks and clients for the tests: see `tests/it`.

#![allow(
    clippy::expect_used,
    clippy::must_use_candidate,
    clippy::unwrap_used,
    missing_debug_implementations,
    missing_docs,
    reason = "only tests use it, and a failure here is theirs"
)]

pub mod clockwork;
pub mod list_server;
pub mod sandboxed;
pub mod script;
pub mod server;
pub mod sleeper;
pub mod zoo;
