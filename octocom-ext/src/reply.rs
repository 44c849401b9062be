//! An answer with what came with it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, StatusCode};
use octocom_api::CallRecord;

/// A value that the API answered with, and how the call went.
#[derive(Clone)]
pub struct Reply<T> {
    value: T,
    meta: Meta,
}

/// How a call went that succeeded.
#[derive(Clone)]
pub(crate) struct Meta {
    pub(crate) status: StatusCode,
    pub(crate) headers: Arc<HeaderMap>,
    pub(crate) attempts: u32,
    pub(crate) elapsed: Duration,
}

impl<T> Reply<T> {
    pub(crate) fn new(value: T, meta: Meta) -> Self {
        Self { value, meta }
    }

    pub(crate) fn with_value<U>(self, value: U) -> Reply<U> {
        Reply::new(value, self.meta)
    }

    /// The value.
    ///
    /// ```no_run
    /// # fn example(reply: octocom_ext::Reply<serde_json::Value>) {
    /// println!("{}", reply.value());
    /// # }
    /// ```
    #[must_use]
    pub fn value(&self) -> &T {
        &self.value
    }

    /// The value alone.
    ///
    /// ```no_run
    /// # fn example(reply: octocom_ext::Reply<serde_json::Value>) {
    /// let json = reply.into_value();
    /// # }
    /// ```
    #[must_use]
    pub fn into_value(self) -> T {
        self.value
    }

    /// Status of the answer, as the server sent it.
    ///
    /// ```no_run
    /// # fn example(reply: octocom_ext::Reply<serde_json::Value>) {
    /// println!("{}", reply.status());
    /// # }
    /// ```
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.meta.status
    }

    /// Headers of the answer.
    ///
    /// ```no_run
    /// # fn example(reply: octocom_ext::Reply<serde_json::Value>) {
    /// println!("{} headers", reply.headers().len());
    /// # }
    /// ```
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.meta.headers
    }

    /// The server's id of the request.
    ///
    /// ```no_run
    /// # fn example(reply: octocom_ext::Reply<serde_json::Value>) {
    /// println!("{:?}", reply.request_id());
    /// # }
    /// ```
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        request_id(&self.meta.headers)
    }

    /// How often the request was sent, the first time included.
    ///
    /// ```no_run
    /// # fn example(reply: octocom_ext::Reply<serde_json::Value>) {
    /// println!("{} attempts", reply.attempts());
    /// # }
    /// ```
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.meta.attempts
    }

    /// Time from the start of the call to the value, waits included.
    ///
    /// ```no_run
    /// # fn example(reply: octocom_ext::Reply<serde_json::Value>) {
    /// println!("{:?}", reply.elapsed());
    /// # }
    /// ```
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.meta.elapsed
    }
}

/// Shows the value, and no header.
impl<T: fmt::Debug> fmt::Debug for Reply<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("value", &self.value)
            .field("status", &self.meta.status)
            .field("attempts", &self.meta.attempts)
            .field("elapsed", &self.meta.elapsed)
            .finish_non_exhaustive()
    }
}

impl Meta {
    /// What the record says of a success.
    pub(crate) fn of(record: &CallRecord, elapsed: Duration) -> Self {
        let response = record.response();
        Self {
            status: response
                .as_ref()
                .map_or(StatusCode::OK, |response| response.status),
            headers: response
                .map(|response| response.headers)
                .unwrap_or_default(),
            attempts: record.attempts(),
            elapsed,
        }
    }
}

/// Headers that carry the server's id of a request, the likeliest first. The document names none;
/// these are what web frameworks, load balancers and Cloudflare send.
pub(crate) const REQUEST_ID_HEADERS: &[&str] = &[
    "x-request-id",
    "request-id",
    "x-correlation-id",
    "x-amzn-requestid",
    "cf-ray",
];

pub(crate) fn request_id(headers: &HeaderMap) -> Option<&str> {
    REQUEST_ID_HEADERS
        .iter()
        .find_map(|name| headers.get(*name)?.to_str().ok())
}
