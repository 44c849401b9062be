//! The generated client for the Octocom REST API, without retry and pagination.
//!
//! You probably want [`octocom-ext`](https://docs.rs/octocom-ext), which adds retry, pagination and
//! rate limits. Use this crate for single calls with nothing around them:
//!
//! ```no_run

// On docs.rs, each item shows the feature that it needs.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![doc = include_str!("../examples/businesses.rs")]
//! ```
//!
//! # The path of a call
//!
//! A method of [`Client`] builds a request and passes it, with the operation's row of the table
//! ([`operations`]), to the client's [`Transport`]. [`Direct`] sends it once. A path parameter that
//! would change the path, such as `..`, is refused before.
//!
//! The transport returns an [`Answer`], which the method decodes into a [`Response`]. The value of
//! the response is a type of [`types`], a [`Page`] or [`Envelope`] of [`Record`]s, which are
//! decoded when they are used, or a record of any JSON if the response is not documented.
//! Everything else is an [`Error`].
//!
//! # Cargo features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `rustls` | yes | TLS by rustls with the platform's certificates |
//! | `rustls-ring` | no | TLS by rustls with ring in place of aws-lc: quicker to build; makes ring the default of the process unless it has one |
//! | `native-tls` | no | TLS by the library of the operating system |
//! | `http2` | no | HTTP/2, where the server offers it |
//! | `generate` | yes | generates the client from `openapi.json` when it is built; without it the checked-in output is built, which is the same and takes half the time |
//!
//! Without a TLS feature, an `https` base URL is refused when the client is built.

mod answer;
mod base_url;
mod client;
mod decode;
mod direct;
mod error;
mod facts;
mod hooks;
mod http_client;
mod key;
mod nullable;
mod operation;
mod page;
mod path;
mod record;
mod request;
mod response;
pub mod schema;
mod split;
#[allow(
    dead_code,
    unreachable_pub,
    reason = "generated code decides what is used and re-exported"
)]
mod support;
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
    private_bounds,
    private_interfaces,
    rustdoc::all,
    unreachable_pub,
    unused_imports,
    reason = "progenitor's output, which is not edited"
)]
mod generated {
    // The names that the generated code uses for its support crate and its HTTP client.
    use crate::support as progenitor_client;
    use crate::support::reqwest;

    #[cfg(feature = "generate")]
    include!(concat!(env!("OUT_DIR"), "/client.rs"));
    #[cfg(not(feature = "generate"))]
    include!("../generated/client.rs");
}

/// Types of requests and responses.
pub mod types {
    pub use crate::enums::*;
    pub use crate::generated::types::*;
}

/// A business can be given for its slug.
impl AsRef<str> for types::Business {
    fn as_ref(&self) -> &str {
        &self.slug
    }
}

pub use answer::{Answer, OnUnknown, REQUEST_ID_HEADERS, content_encoding};
pub use base_url::{BaseUrl, InvalidBaseUrl};
pub use decode::DecodeError;
pub use direct::Direct;
pub use error::{Error, ErrorKind, Exhausted, Failure, MAX_ERROR_BODY_BYTES};
pub use facts::{Facts, Location, Parameter};
pub use generated::Client;
pub use http_client::guarded_http;
pub use key::{ApiKey, InvalidApiKey};
pub use nullable::Nullable;
pub use operation::{
    API_VERSION, Authentication, DEFAULT_BASE_URL, Effect, Idempotency, LimitGroup, Operation,
    PageSize, operations,
};
pub use page::{Envelope, FromBody, Page, Pagination};
pub use record::Record;
pub use response::Response;
pub use transport::{BoxFuture, Call, Transport};
pub use unknown::{UnknownValue, unknown_values};

/// The OpenAPI document from which this client was generated, as JSON text.
///
/// This is the published document with corrections and with the names that the client needs.
pub const DOCUMENT: &str = include_str!("../openapi.json");
