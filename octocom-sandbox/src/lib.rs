// On docs.rs, each item shows the feature that it needs.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![doc = include_str!("../README.md")]
mod behavior;
mod bot;
mod bot_script;
mod builder;
#[cfg(feature = "client")]
mod client;
mod clock;
mod compression;
mod connection;
pub mod contract;
mod control;
mod control_api;
mod control_error;
mod cors;
mod data;
mod fault;
pub mod guide;
mod handlers;
mod ids;
mod incoming;
mod limit;
mod model;
mod page;
mod plan;
mod received;
mod record;
mod records;
mod reply;
mod request;
mod rng;
mod sandbox;
mod server;
mod start_error;
mod stopped;
mod store;
mod timestamp;
mod world;

pub use behavior::{Behavior, Bound, FilterPrecision, InvalidBehavior, PastTheEnd, Rounding, Ties};
pub use bot_script::ScriptedReply;
pub use builder::Builder;
#[cfg(feature = "client")]
pub use client::SandboxSleeper;
pub use control::{AgentAction, Control, OrganizationSummary, Snapshot};
pub use control_error::ControlError;
pub use fault::{Effect, FAULT_HEADER, Fault, FaultKind, InvalidFault, Latency};
pub use plan::{FaultPlan, PlanId, PlanStatus};
pub use received::{ReceivedRequest, RequestFilter};
pub use record::{OutboundEmail, Purchase, RequestRecord};
pub use records::RecordKind;
pub use sandbox::Sandbox;
pub use start_error::StartError;
