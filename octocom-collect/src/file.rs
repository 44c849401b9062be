//! Exports as files: the output, and the state beside it.

mod encode;
mod opening;
mod state;
mod store;

pub(crate) use encode::Encoder;
pub(crate) use opening::{Begin, Opening};
pub(crate) use state::Purpose;
pub(crate) use store::FileStore;
