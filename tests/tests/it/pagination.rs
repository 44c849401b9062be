//! Listings against a server whose rows a test is in charge of.
//!
//! Contract: which requests a listing sends and when, what it delivers, and where it goes on from.
//! The scan itself is tested against a model of the server in `octocom-ext`; here it has a socket.

mod bad_input;
mod checkpoints;
mod concurrent;
mod details;
mod items;
mod lists;
mod model;
mod plans;
mod requests;
mod zoo;
