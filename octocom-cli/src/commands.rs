//! The commands, one module each.

pub(crate) mod api;
pub(crate) mod chat;
pub(crate) mod config;
pub(crate) mod doctor;
pub(crate) mod export;
pub(crate) mod history;
pub(crate) mod mcp;
pub(crate) mod plan;
pub(crate) mod schema;
pub(crate) mod shell;
pub(crate) mod sync;
