//! Exports as files: the output, and the state beside it.

mod encode;
mod opening;
mod state;
mod store;

pub(crate) use encode::Encoder;
pub(crate) use opening::{Begin, Opening};
#[cfg(feature = "parquet")]
pub(crate) use opening::{save, verify};
#[cfg(feature = "parquet")]
pub(crate) use state::{Phase, Written};
pub(crate) use state::{Purpose, State};
pub(crate) use store::FileStore;
