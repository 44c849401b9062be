//! The transport of `octocom-ext` against servers that misbehave.
//!
//! Every test asserts the result, how many requests the server saw and
//! which waits were asked for; none of them sleeps. Statuses are served by httpmock, broken
//! connections by a server of our own.

mod certificate;
mod chaos;
mod clockwork;
mod connections;
mod cool_down;
mod cuts;
mod deadline;
mod delay_headers;
mod delays;
mod errors;
mod http2;
mod key;
mod limiter;
mod network;
mod overrides;
mod pace;
mod property;
mod quota;
mod retry;
pub(crate) mod script;
pub(crate) mod server;
pub(crate) mod sleeper;
mod throttling;
mod traces;

pub(crate) use sleeper::Recorder;
