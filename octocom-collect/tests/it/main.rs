//! Exports and copies of a sandbox.

// clippy knows a test by its attribute; the helpers of tests have none.
#![allow(clippy::unwrap_used)]

mod changing;
mod common;
mod crashes;
mod export;
mod failures;
mod kills;
mod outputs;
#[cfg(feature = "parquet")]
mod parquet;
mod pipelines;
mod python;
mod sync;
mod wire;
