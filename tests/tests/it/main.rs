//! The only test binary of the workspace, one topic a module.

mod pagination;
mod transport;
