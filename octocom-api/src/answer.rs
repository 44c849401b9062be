//! The server's answer to a call, as the transport hands it to the generated client.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use crate::decode::DecodeError;
use crate::error::Error;
use crate::operation::Operation;
use crate::record::Record;
use crate::unknown::{UnknownValue, unknown_values};

/// Receives each value that the document does not list, with the operation that answered with it.
pub type OnUnknown = Arc<dyn Fn(&'static Operation, UnknownValue) + Send + Sync>;

/// Headers that carry the server's id of a request, the likeliest first. The document names none;
/// these are what web frameworks, load balancers and Cloudflare send.
pub const REQUEST_ID_HEADERS: &[&str] = &[
    "x-request-id",
    "request-id",
    "x-correlation-id",
    "x-amzn-requestid",
    "cf-ray",
];

/// The whole answer to a call: status, headers and body, and how the call went.
///
/// `Debug` shows the length of the body in place of its text, and no header.
#[derive(Clone)]
#[non_exhaustive]
pub struct Answer {
    /// The operation that was called.
    pub operation: &'static Operation,
    /// Status of the answer.
    pub status: StatusCode,
    /// Headers of the answer, shared by everything that is made of it.
    pub headers: Arc<HeaderMap>,
    /// Body of the answer.
    pub body: Bytes,
    /// Number of times that the request was sent, the first included.
    pub attempts: u32,
    /// Time from the start of the call to the end of the answer, waits included.
    pub elapsed: Duration,
    /// Is called with each value that the document does not list, when something is decoded.
    pub on_unknown: Option<OnUnknown>,
}

impl Answer {
    /// Returns the answer to a request that was sent once.
    #[must_use]
    pub fn new(
        operation: &'static Operation,
        status: StatusCode,
        headers: HeaderMap,
        body: Bytes,
    ) -> Self {
        Self {
            operation,
            status,
            headers: Arc::new(headers),
            body,
            attempts: 1,
            elapsed: Duration::ZERO,
            on_unknown: None,
        }
    }

    /// Returns the status. Generated code calls it.
    #[doc(hidden)]
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the server's id of the request, from the first of [`REQUEST_ID_HEADERS`] that is
    /// there.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        request_id(&self.headers)
    }

    /// Decodes a record of this answer, and tells of the values in it that the document does not
    /// list.
    ///
    /// # Errors
    ///
    /// [`Error::is_decode`] with the record, whole, as its [body](Error::body), and with the status,
    /// headers and attempts of this answer.
    pub fn decode<T: DeserializeOwned>(&self, record: &Record<T>) -> Result<T, Error> {
        self.watch(|| record.parse())
            .map_err(|error| Error::undecodable(self, record.json(), error))
    }

    /// Decodes something, and tells of the values that the document does not list if anybody wants
    /// to know.
    pub(crate) fn watch<T>(
        &self,
        decode: impl FnOnce() -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        let Some(on_unknown) = &self.on_unknown else {
            return decode();
        };
        let (result, unknown) = unknown_values(decode);
        if result.is_ok() {
            for value in unknown {
                on_unknown(self.operation, value);
            }
        }
        result
    }

    /// Returns everything but the body, which may be large.
    #[must_use]
    pub fn without_body(&self) -> Self {
        Self {
            body: Bytes::new(),
            on_unknown: self.on_unknown.clone(),
            headers: Arc::clone(&self.headers),
            ..*self
        }
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("operation", &self.operation.id)
            .field("status", &self.status)
            .field("attempts", &self.attempts)
            .field("elapsed", &self.elapsed)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// Returns the server's id of a request.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<&str> {
    REQUEST_ID_HEADERS
        .iter()
        .find_map(|name| headers.get(*name)?.to_str().ok())
}
