//! The program as people run it: a process.

// clippy knows a test by its attribute; the helpers of tests have none.
#![allow(clippy::expect_used, clippy::unwrap_used)]

mod calls;
mod config;
mod docs;
mod export;
mod history;
mod key;
mod mcp;
mod operations;
mod output;
mod personal;
mod pipelines;
mod plans;
mod program;
mod safety;
mod sandbox;
mod schema;
mod shells;
mod statuses;
mod sync;
mod terminal;
