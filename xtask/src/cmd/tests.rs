//! The commands as a maintainer runs them, in a copy of the workspace's documents.

mod check;
mod diff;
mod drift;
mod regen;
mod regen_advice;
mod regen_fetched;
mod regen_lock;
mod regen_refused;
pub(crate) mod workspace;
