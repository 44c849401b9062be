#![doc = include_str!("../README.md")]
mod builder;
mod clock;
mod connection;
pub mod contract;
mod data;
mod draw;
mod fault;
mod handlers;
mod ids;
mod incoming;
mod limit;
mod model;
mod page;
mod record;
mod reply;
mod request;
mod sandbox;
pub mod schema;
mod server;
mod start_error;
mod store;
mod timestamp;

pub use builder::Builder;
pub use fault::{Effect, FAULT_HEADER, Fault, FaultKind, InvalidFault};
pub use record::{OutboundEmail, Purchase, RequestRecord};
pub use sandbox::Sandbox;
pub use start_error::StartError;
