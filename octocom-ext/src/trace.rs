//! Traces: one span a call, and under it one span and one event for each attempt.
//!
//! The names are OpenTelemetry's for HTTP clients (semantic conventions 1.23 and later, "HTTP client
//! span", a span for each attempt), so that a bridge needs no mapping. Neither path parameters nor
//! query values appear at any level, nor bodies: `url.full` has `REDACTED` in their place. Of the
//! headers only those of a fixed list do: whatever a server or a proxy adds tomorrow stays out until
//! somebody has looked at it.

use std::fmt;
use std::time::Duration;

use http::HeaderMap;
use octocom_api::{BaseUrl, ErrorKind, Operation};
use reqwest::Url;
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

/// Returns the span of a call. The spans of its attempts stand under it.
///
/// Its fields have other names than theirs, so that no field stands twice in a line that shows both.
/// Its kind is the default one, internal.
pub(crate) fn call_span(operation: &'static Operation) -> Span {
    debug_span!(
        target: "octocom_ext::call",
        "octocom.call",
        otel.status_code = Empty,
        octocom.operation = operation.id,
        octocom.attempts = Empty,
        error.type = Empty,
    )
}

/// Completes the span of a call.
///
/// Numbers of spans are signed: the bridge to OpenTelemetry makes texts of unsigned ones.
pub(crate) fn end_call(span: &Span, event: &CallEvent) {
    span.record("octocom.attempts", i64::from(event.attempts));
    if let Some(error) = event.error {
        fail(span, error.as_str());
    }
}

/// The span of an attempt. One that is dropped before its end was cancelled by the caller.
pub(crate) struct AttemptSpan {
    span: Span,
    ended: bool,
}

impl AttemptSpan {
    /// Returns the span of an attempt that is about to be sent.
    pub(crate) fn new(
        operation: &'static Operation,
        base_url: &BaseUrl,
        request: &reqwest::Request,
        resends: u32,
    ) -> Self {
        let span = debug_span!(
            target: "octocom_ext::attempt",
            "octocom.attempt",
            otel.name = %format_args!("{} {}", operation.method, operation.path),
            otel.kind = "client",
            otel.status_code = Empty,
            http.request.method = operation.method.as_str(),
            url.full = Empty,
            url.template = operation.path,
            server.address = base_url.url().host_str(),
            server.port = base_url.url().port_or_known_default().map(i64::from),
            http.request.resend_count = Empty,
            http.response.status_code = Empty,
            error.type = Empty,
        );
        if !span.is_disabled() {
            span.record("url.full", redacted(operation, base_url, request.url()));
            if resends > 0 {
                span.record("http.request.resend_count", i64::from(resends));
            }
        }
        Self { span, ended: false }
    }

    pub(crate) fn span(&self) -> Span {
        self.span.clone()
    }

    pub(crate) fn in_scope<T>(&self, run: impl FnOnce() -> T) -> T {
        self.span.in_scope(run)
    }

    /// Records the failure of an attempt that was not sent.
    pub(crate) fn fail(&mut self, kind: ErrorKind) {
        self.ended = true;
        fail(&self.span, kind.as_str());
    }

    /// Completes the span and emits the event of an attempt that ended.
    ///
    /// The event is a warning if the attempt failed, except for a 404, which callers may expect. It
    /// repeats the fields of the span only if the subscriber does not want the span.
    pub(crate) fn end(&mut self, event: &AttemptEvent, headers: &HeaderMap, base_url: &BaseUrl) {
        self.ended = true;
        let span = &self.span;
        if let Some(status) = event.status {
            span.record("http.response.status_code", i64::from(status.as_u16()));
        }
        if let Some(error) = event.error {
            fail(span, error.as_str());
        }
        // The level of an event is fixed at its place in the source.
        macro_rules! emit {
            ($level:ident, $message:literal) => {
                match span.is_disabled() {
                    false => $level!(
                        target: "octocom_ext::attempt",
                        parent: span,
                        {
                            octocom.duration_ms = milliseconds(event.duration),
                            octocom.delay_ms = event.delay.map(milliseconds),
                            octocom.headers = ?Shown(headers)
                        },
                        $message
                    ),
                    true => $level!(
                        target: "octocom_ext::attempt",
                        {
                            octocom.operation = event.operation.id,
                            http.request.method = event.operation.method.as_str(),
                            url.template = event.operation.path,
                            server.address = base_url.url().host_str(),
                            http.request.resend_count = (event.attempt > 1).then(|| event.attempt - 1),
                            http.response.status_code = event.status.map(|status| status.as_u16()),
                            error.type = event.error.map(ErrorKind::as_str),
                            octocom.duration_ms = milliseconds(event.duration),
                            octocom.delay_ms = event.delay.map(milliseconds),
                            octocom.headers = ?Shown(headers)
                        },
                        $message
                    ),
                }
            };
        }
        match (event.error, event.delay) {
            (None, _) => emit!(debug, "answered"),
            (Some(_), Some(_)) => emit!(warn, "failed, retrying"),
            (Some(ErrorKind::NotFound), None) => emit!(debug, "not found"),
            (Some(_), None) => emit!(warn, "failed"),
        }
    }
}

impl Drop for AttemptSpan {
    fn drop(&mut self) {
        if !self.ended {
            fail(&self.span, "cancelled");
        }
    }
}

/// Marks a span as that of a failure.
pub(crate) fn fail(span: &Span, error_type: &str) {
    span.record("error.type", error_type);
    span.record("otel.status_code", "ERROR");
}

/// Returns the address of a request with `REDACTED` for each path parameter and query value: they
/// may be what customers wrote.
fn redacted(operation: &Operation, base_url: &BaseUrl, url: &Url) -> String {
    let segments = operation.path.split('/').map(|segment| {
        let is_parameter = segment.starts_with('{');
        if is_parameter { "REDACTED" } else { segment }
    });
    let path: Vec<_> = segments.collect();
    let mut full = format!("{}{}", base_url.as_str(), path.join("/"));
    // As the query is written: a decoded name may hold a character that has a meaning.
    let members = url.query().unwrap_or_default().split('&');
    let members = members.filter(|member| !member.is_empty());
    for (index, member) in members.enumerate() {
        full.push(if index == 0 { '?' } else { '&' });
        full.push_str(member.split('=').next().unwrap_or_default());
        full.push_str("=REDACTED");
    }
    full
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
    fn an_address_shows_neither_path_parameters_nor_query_values() {
        let base_url = BaseUrl::parse("http://127.0.0.1:9/stem").unwrap();
        let shown = |operation: &Operation, url: &str| {
            redacted(operation, &base_url, &Url::parse(url).unwrap())
        };
        let metadata = &octocom_api::operations::GET_CONVERSATION_METADATA;
        assert_eq!(
            shown(
                metadata,
                "http://127.0.0.1:9/stem/rest/v1/conversations/1/metadata/card"
            ),
            "http://127.0.0.1:9/stem/rest/v1/conversations/REDACTED/metadata/REDACTED"
        );
        let users = &octocom_api::operations::LIST_USERS;
        let url = "http://127.0.0.1:9/stem/rest/v1/users";
        assert_eq!(shown(users, url), url);
        assert_eq!(
            shown(users, &format!("{url}?page=2&q=secret=1&flag")),
            format!("{url}?page=REDACTED&q=REDACTED&flag=REDACTED")
        );
    }

    #[test]
    fn the_ids_of_requests_are_shown() {
        for name in octocom_api::REQUEST_ID_HEADERS {
            assert!(SHOWN_HEADERS.contains(name), "{name}");
        }
    }
}
