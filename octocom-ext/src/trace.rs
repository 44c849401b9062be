//! Traces: one span a call, one event an attempt.
//!
//! The names are OpenTelemetry's for HTTP clients (semantic conventions 1.23 and later), so that a
//! bridge needs no mapping. `url.template` stands in place of the URL: neither path parameters nor
//! query values appear at any level, nor bodies. Of the headers only those of a fixed list do:
//! whatever a server or a proxy adds tomorrow stays out until somebody has looked at it.

use std::fmt;
use std::time::Duration;

use http::HeaderMap;
use octocom_api::{BaseUrl, ErrorKind, Operation};
use tracing::field::Empty;
use tracing::{Span, debug, debug_span, warn};

use crate::observe::{AttemptEvent, CallEvent};

/// Headers of answers that may be shown: they say how the exchange went, and nothing of anybody.
const SHOWN_HEADERS: &[&str] = &[
    "cf-ray",
    "content-length",
    "content-type",
    "date",
    "ratelimit-limit",
    "ratelimit-remaining",
    "ratelimit-reset",
    "request-id",
    "retry-after",
    "retry-after-ms",
    "x-amzn-requestid",
    "x-correlation-id",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "x-request-id",
];

/// The span of a call.
pub(crate) fn call_span(operation: &'static Operation, base_url: &BaseUrl) -> Span {
    debug_span!(
        target: "octocom_ext::call",
        "octocom.call",
        otel.name = %format_args!("{} {}", operation.method, operation.path),
        otel.kind = "client",
        octocom.operation = operation.id,
        http.request.method = operation.method.as_str(),
        url.template = operation.path,
        server.address = base_url.url().host_str(),
        server.port = base_url.url().port_or_known_default(),
        http.request.resend_count = Empty,
        http.response.status_code = Empty,
        error.type = Empty,
    )
}

/// Completes the span of a call.
pub(crate) fn end_call(span: &Span, event: &CallEvent) {
    span.record(
        "http.request.resend_count",
        event.attempts.saturating_sub(1),
    );
    if let Some(status) = event.status {
        span.record("http.response.status_code", status.as_u16());
    }
    if let Some(error) = event.error {
        span.record("error.type", error.as_str());
    }
}

/// The event of an attempt: a warning when it failed.
pub(crate) fn attempt(event: &AttemptEvent, headers: &HeaderMap, base_url: &BaseUrl) {
    // The level of an event is fixed at its place in the source.
    macro_rules! emit {
        ($level:ident, $message:literal) => {
            $level!(
                target: "octocom_ext::attempt",
                {
                    octocom.operation = event.operation.id,
                    http.request.method = event.operation.method.as_str(),
                    url.template = event.operation.path,
                    server.address = base_url.url().host_str(),
                    http.request.resend_count = event.attempt.saturating_sub(1),
                    http.response.status_code = event.status.map(|status| status.as_u16()),
                    error.type = event.error.map(ErrorKind::as_str),
                    octocom.duration_ms = milliseconds(event.duration),
                    octocom.delay_ms = event.delay.map(milliseconds),
                    octocom.headers = ?Shown(headers)
                },
                $message
            )
        };
    }
    match (event.error, event.delay) {
        (None, _) => emit!(debug, "answered"),
        (Some(_), Some(_)) => emit!(warn, "failed, retrying"),
        (Some(_), None) => emit!(warn, "failed"),
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// The headers that may be shown.
struct Shown<'a>(&'a HeaderMap);

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self
            .0
            .iter()
            .filter(|(name, _)| SHOWN_HEADERS.contains(&name.as_str()));
        f.debug_map().entries(shown).finish()
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn only_headers_of_the_list_are_shown() {
        let mut headers = HeaderMap::new();
        for name in ["retry-after", "x-request-id"] {
            headers.insert(name, HeaderValue::from_static("shown"));
        }
        for name in [
            "set-cookie",
            "x-api-key",
            "authorization",
            "location",
            "x-new",
        ] {
            headers.insert(name, HeaderValue::from_static("sesame"));
        }
        let shown = format!("{:?}", Shown(&headers));
        assert_eq!(
            shown,
            r#"{"retry-after": "shown", "x-request-id": "shown"}"#
        );
    }

    #[test]
    fn the_ids_of_requests_are_shown() {
        for name in octocom_api::REQUEST_ID_HEADERS {
            assert!(SHOWN_HEADERS.contains(name), "{name}");
        }
    }
}
