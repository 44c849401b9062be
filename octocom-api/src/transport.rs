//! The seam through which every request leaves.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;

use crate::operation::Operation;
use crate::record::CallRecord;

/// A boxed future that can be moved between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Sends requests: authentication, timeouts and retry are its business.
pub trait Transport: fmt::Debug + Send + Sync {
    /// Sends a call and reads the whole answer.
    ///
    /// Every status is an answer: an `Err` means that none arrived, or that the transport gave up.
    /// An implementation counts each attempt and keeps the last answer in the call's record.
    fn send<'a>(
        &'a self,
        call: Call<'a>,
    ) -> BoxFuture<'a, Result<http::Response<Bytes>, TransportError>>;
}

/// A request on its way to the transport.
#[derive(Debug)]
#[non_exhaustive]
pub struct Call<'a> {
    /// The operation's row of the table.
    pub operation: &'static Operation,
    /// The client to send with.
    pub http: &'a reqwest::Client,
    /// The request, without a key. Its body is in memory, so it can be cloned.
    pub request: reqwest::Request,
    /// Path of the base URL, for [`Operation::path_parameters`].
    pub base_path: &'a str,
    /// Where the transport writes what happens.
    pub record: &'a CallRecord,
}

/// Why a transport has no answer.
#[derive(Debug)]
#[non_exhaustive]
pub enum TransportError {
    /// The HTTP client failed.
    Http(reqwest::Error),
    /// The transport gave up, with the reason.
    Refused(String),
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Http(_) => f.write_str("sending the request failed"),
            Self::Refused(reason) => f.write_str(reason),
        }
    }
}

impl std::error::Error for TransportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Http(error) => Some(error),
            Self::Refused(_) => None,
        }
    }
}

impl From<reqwest::Error> for TransportError {
    fn from(error: reqwest::Error) -> Self {
        // A URL holds what people searched for.
        Self::Http(error.without_url())
    }
}
