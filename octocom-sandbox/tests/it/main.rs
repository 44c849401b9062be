//! The sandbox over HTTP, as a client sees it.

// clippy knows a test by its attribute; the helpers of tests have none.
#![allow(clippy::unwrap_used)]

mod annotations;
mod api;
mod binary;
mod bot;
mod customers;
mod faults;
mod knowledge;
mod limits;
mod lists;
mod readme;
mod size;
mod start;
