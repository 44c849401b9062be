//! The response to a call, before it is decoded.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_ENCODING;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use crate::decode::DecodeError;
use crate::error::Error;
use crate::operation::Operation;
use crate::record::Record;
use crate::unknown::{UnknownValue, unknown_values};

/// Called with each value that an enum of the document does not list, and the operation that
/// responded.
pub type OnUnknown = Arc<dyn Fn(&'static Operation, UnknownValue) + Send + Sync>;

/// Headers with the server's id of a request, the most likely first. The OpenAPI document names
/// none; these are the headers of common web frameworks, load balancers and Cloudflare.
pub const REQUEST_ID_HEADERS: &[&str] = &[
    "x-request-id",
    "request-id",
    "x-correlation-id",
    "x-amzn-requestid",
    "cf-ray",
];

/// Most characters of a coding that are shown.
const MAX_CODING_CHARS: usize = 60;

/// The response to a call: status, headers and body, before it is decoded.
///
/// `Debug` shows the length of the body instead of its text, and no headers.
#[derive(Clone)]
#[non_exhaustive]
pub struct Answer {
    /// Operation of the call.
    pub operation: &'static Operation,
    /// Status.
    pub status: StatusCode,
    /// Headers, shared by everything that is made from this answer.
    pub headers: Arc<HeaderMap>,
    /// Body.
    pub body: Bytes,
    /// Number of attempts, including the first.
    pub attempts: u32,
    /// Total time of the call, including waits.
    pub elapsed: Duration,
    /// Callback for values that an enum of the document does not list.
    pub on_unknown: Option<OnUnknown>,
}

impl Answer {
    /// Returns the answer to a request that was sent once, now.
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

    /// Returns the status. Used by generated code.
    #[doc(hidden)]
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the server's id of the request, from the first of [`REQUEST_ID_HEADERS`] that is
    /// present.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        request_id(&self.headers)
    }

    /// Decodes a record of this answer and reports unknown enum values.
    ///
    /// # Errors
    ///
    /// [`is_decode`](Error::is_decode) if the record has another form. The error's [body](Error::body) is the
    /// record's JSON; its status, headers and attempts are those of this answer.
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

/// Returns the coding of a body, such as `gzip`, by the header `Content-Encoding`; `None` for a body
/// as it is, and a list for several codings, the first 60 characters of it.
#[must_use]
pub fn content_encoding(headers: &HeaderMap) -> Option<String> {
    // A repeated header is one list (RFC 9110, sections 5.3 and 8.4).
    let values = headers.get_all(CONTENT_ENCODING).iter();
    let codings = values.flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    let codings: Vec<_> = codings
        .map(|coding| String::from_utf8_lossy(coding.trim_ascii()).into_owned())
        .filter(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case("identity"))
        .collect();
    let shown: String = codings.join(", ").chars().take(MAX_CODING_CHARS).collect();
    (!shown.is_empty()).then(|| shown.escape_debug().to_string())
}
