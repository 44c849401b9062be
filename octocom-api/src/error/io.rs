//! Failures of attempts without a response.
//!
//! The question that matters is whether the request can have arrived. reqwest answers it with
//! `is_connect()`: the error came up before there was a connection, so no byte of the request was
//! written. Under that name it also reports a failed TLS handshake, and most of those do not mend
//! themselves: a certificate that is invalid or not for this host, or a server that does not speak
//! TLS. reqwest does not tell them apart, so the chain of causes is read:
//!
//! - rustls comes wrapped in an [`io::Error`] of kind `InvalidData`, whatever it refuses; a
//!   connection that ends during the handshake is `UnexpectedEof` or a reset, and is retried.
//! - native-tls has no kinds. Its errors are found by the words of the three libraries behind it:
//!   "certificate", "hostname", "TLS", "SSL", "handshake".
//!
//! A cause that is not recognized counts as "no connection", which is retried: never a write twice,
//! at worst a few attempts in vain.

use std::error::Error;
use std::io;

use super::{ErrorKind, Failure};
use crate::operation::{Idempotency, Operation};

impl Failure {
    /// Returns the failure of an attempt without a complete response.
    ///
    /// It is retryable if nothing was sent, or if the operation is. The message has the address of
    /// a failed connection, but no other part of the URL.
    #[must_use]
    pub fn from_io(
        operation: &'static Operation,
        error: reqwest::Error,
        idempotency: Idempotency,
    ) -> Self {
        let origin = || {
            error.url().map_or_else(
                || "the server".to_owned(),
                |url| url.origin().ascii_serialization(),
            )
        };
        let can_repeat = idempotency != Idempotency::Unsafe;
        // The kind, what to say, whether something was sent, and whether it may pass.
        let (kind, detail, was_sent, retryable) = if let Some(reason) = proxy_problem(&error) {
            let detail = format!("the proxy cannot be used: {reason}");
            (ErrorKind::Config, detail, false, false)
        } else if error.is_builder() {
            let detail = "the request cannot be built".to_owned();
            (ErrorKind::InvalidRequest, detail, false, false)
        } else if error.is_connect() {
            // "Not accepted in time" and "no such name" are connect errors too.
            if causes(&error).any(is_not_tls) {
                let detail = format!("{} does not speak TLS: is the address http?", origin());
                (ErrorKind::Tls, detail, false, false)
            } else if causes(&error).any(is_untrusted) {
                let detail = format!("the identity of {} cannot be verified", origin());
                (ErrorKind::Tls, detail, false, false)
            } else {
                let detail = format!("no connection to {}", origin());
                (ErrorKind::Connect, detail, false, true)
            }
        } else if error.is_timeout() {
            let detail = "no complete response in time".to_owned();
            (ErrorKind::Timeout, detail, true, can_repeat)
        } else if causes(&error).any(was_refused) {
            let detail = "the server refused the request before processing it".to_owned();
            (ErrorKind::Interrupted, detail, false, true)
        } else if let Some(reason) = causes(&error).find_map(not_http) {
            // The same server would answer the next attempt alike.
            let detail = format!("the response is not HTTP: {reason}");
            (ErrorKind::Interrupted, detail, true, false)
        } else {
            let detail = "the connection broke".to_owned();
            (ErrorKind::Interrupted, detail, true, can_repeat)
        };
        Self {
            operation: Some(operation),
            attempts: u32::from(!matches!(
                kind,
                ErrorKind::Config | ErrorKind::InvalidRequest
            )),
            may_have_been_processed: was_sent && operation.changes_something(),
            retryable,
            detail: Some(detail),
            // A URL holds what people searched for.
            source: Some(Box::new(error.without_url())),
            ..Self::new(kind)
        }
    }
}

fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| next_cause(*error))
}

/// Returns the cause of an error. An `io::Error` made from another error names that one's cause, and
/// not that one.
fn next_cause<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref)
    {
        Some(inner) => Some(inner),
        None => error.source(),
    }
}

/// Returns what is wrong with the configured proxy, if that is what failed.
fn proxy_problem(error: &reqwest::Error) -> Option<String> {
    let reason = causes(error).map(ToString::to_string);
    let mut reason = reason.filter(|text| text.contains("proxy scheme"));
    reason
        .next()
        .filter(|_| error.is_builder() || error.is_connect())
}

/// Returns `true` if the server said by HTTP/2 that it has not processed the request: it reset the
/// stream with REFUSED_STREAM, or the stream is above the last one of a graceful GOAWAY (RFC 9113,
/// section 8.7).
#[cfg(feature = "http2")]
fn was_refused(cause: &(dyn Error + 'static)) -> bool {
    cause.downcast_ref::<h2::Error>().is_some_and(|error| {
        let is_refused = error.is_reset() && error.reason() == Some(h2::Reason::REFUSED_STREAM);
        let is_leaving = error.is_go_away() && error.reason() == Some(h2::Reason::NO_ERROR);
        error.is_remote() && (is_refused || is_leaving)
    })
}

/// HTTP/1 has no such answer.
#[cfg(not(feature = "http2"))]
fn was_refused(_: &(dyn Error + 'static)) -> bool {
    false
}

/// Returns what is wrong with an answer that is not HTTP/1: its status line, or more headers than the
/// HTTP client takes.
fn not_http(cause: &(dyn Error + 'static)) -> Option<String> {
    let cause = cause.downcast_ref::<hyper::Error>()?;
    cause.is_parse().then(|| cause.to_string())
}

/// Returns `true` if the server has answered the TLS handshake with something else than TLS.
fn is_not_tls(cause: &(dyn Error + 'static)) -> bool {
    // rustls: "received corrupt message of type InvalidContentType"; OpenSSL: "wrong version number".
    let text = cause.to_string();
    text.contains("InvalidContentType") || text.contains("wrong version number")
}

fn is_untrusted(cause: &(dyn Error + 'static)) -> bool {
    if let Some(cause) = cause.downcast_ref::<io::Error>() {
        return cause.kind() == io::ErrorKind::InvalidData;
    }
    cfg!(feature = "native-tls") && {
        let text = cause.to_string();
        ["certificate", "hostname", "TLS", "SSL", "handshake"]
            .iter()
            .any(|word| text.contains(word))
    }
}
