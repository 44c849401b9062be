//! The only test binary of the workspace, one topic a module.

// clippy knows a test by its attribute; the helpers of tests have none.
#![allow(clippy::expect_used, clippy::unwrap_used)]

mod blocking;
mod bot;
mod contract;
mod drift;
mod dynamic;
mod pagination;
mod resources;
mod transport;
