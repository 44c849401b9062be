//! The server as agents use it: a client of the protocol, against a sandbox.

// clippy knows a test by its attribute; the helpers of tests have none.
#![allow(clippy::expect_used, clippy::unwrap_used)]

mod budget;
mod business;
mod common;
mod composed;
mod http;
mod injection;
mod list;
mod reads;
mod sends;
mod writes;
