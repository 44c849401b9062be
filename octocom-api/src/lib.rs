//! Raw client for the Octocom REST API, generated from its OpenAPI document.
//!
//! Most people want [`octocom-ext`](https://docs.rs/octocom-ext), which adds retry, pagination and
//! one error type on top of this crate. Use this one for the bare operations:
//!
//! ```no_run
#![doc = include_str!("../examples/businesses.rs")]
//! ```
//!
//! # How a call travels
//!
//! Every method of [`Client`] builds a request and hands it, with its row of the operation table
//! ([`operations`]), to the client's [`Transport`]. [`Direct`] sends it once: no retry. A path that
//! does not match its operation's template (`..` in a path parameter, say) is refused before.
//!
//! # Features
//!
//! | feature | default | what it does |
//! |---|---|---|
//! | `rustls` | yes | TLS by rustls with the platform's certificates |
//! | `native-tls` | no | TLS by the platform's own library |
//! | `generate` | no | generates the client anew when it is built, for those who change the document; costs the build of the generator |
//!
//! Without either TLS, an `https` base URL is refused when the client is built.

mod base_url;
mod client;
mod direct;
mod key;
mod operation;
mod path;
mod record;
mod request;
mod seam;
mod transport;
mod unknown;

/// The open enums of the document.
mod enums {
    #[cfg(feature = "generate")]
    include!(concat!(env!("OUT_DIR"), "/enums.rs"));
    #[cfg(not(feature = "generate"))]
    include!("../generated/enums.rs");
}

#[allow(
    clippy::all,
    clippy::expect_used,
    clippy::must_use_candidate,
    clippy::unwrap_used,
    elided_lifetimes_in_paths,
    missing_docs,
    rustdoc::all,
    unreachable_pub,
    unused_imports,
    reason = "progenitor's output, not ours to mend"
)]
mod generated {
    #[cfg(feature = "generate")]
    include!(concat!(env!("OUT_DIR"), "/client.rs"));
    #[cfg(not(feature = "generate"))]
    include!("../generated/client.rs");
}

/// The types of the API: what its operations take and answer.
pub mod types {
    pub use crate::enums::*;
    pub use crate::generated::types::*;
}

pub use base_url::{BaseUrl, InvalidBaseUrl};
pub use direct::Direct;
pub use generated::{Client, Error, ResponseValue};
pub use key::{ApiKey, InvalidApiKey};
pub use operation::{
    API_VERSION, Authentication, DEFAULT_BASE_URL, LimitGroup, Operation, PageSize, Replay,
    operations,
};
pub use record::{CallRecord, RecordedResponse};
pub use seam::Seam;
pub use transport::{BoxFuture, Call, Transport, TransportError};
pub use unknown::{UnknownValue, unknown_values};

/// The OpenAPI document that this client was generated from, as JSON text.
///
/// It is the published document with the corrections and names that the client needs; the
/// repository keeps the published one beside it.
pub const DOCUMENT: &str = include_str!("../openapi.json");
