//! The sandbox over HTTP, as a client sees it.

// clippy knows a test by its attribute; the helpers of tests have none.
#![allow(clippy::unwrap_used)]

mod annotations;
mod api;
mod binary;
mod bot;
mod client;
mod compression;
mod control;
mod control_api;
mod customers;
mod faults;
mod inspection;
mod knowledge;
mod limits;
mod lists;
mod plans;
mod readme;
mod seed;
mod size;
mod snapshot;
mod start;
mod unkind;
mod wire;
