//! Requests from websites: only what needs no key may be asked from there.

use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use octocom_api::{Authentication, Operation, operations};

use crate::server::matches;

/// Header in which a browser asks whether it may send a method.
const ASKED: &str = "access-control-request-method";
/// Headers of answers that a script may read.
const EXPOSED: HeaderValue = HeaderValue::from_static("retry-after, x-request-id");
/// Seconds for which a browser may remember the answer.
const MAX_AGE: HeaderValue = HeaderValue::from_static("600");

/// The answer to a browser that asks before it sends a request; `None` for all other requests.
pub(crate) fn preflight(parts: &Parts) -> Option<Response> {
    if parts.method != Method::OPTIONS {
        return None;
    }
    let asked = parts.headers.get(ASKED)?;
    let allowed = |operation: &&Operation| {
        is_open(operation)
            && operation.method.as_str().as_bytes() == asked.as_bytes()
            && matches(operation.path, parts.uri.path())
    };
    let operation = operations::ALL.iter().copied().find(allowed)?;
    let mut response = Response::default();
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    allow(headers);
    if let Ok(method) = HeaderValue::from_str(operation.method.as_str()) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, method);
    }
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static("content-type, x-request-id"),
    );
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
    Some(response)
}

/// Lets scripts of any website read an answer, where the operation is called from websites.
pub(crate) fn open(operation: Option<&Operation>, headers: &mut HeaderMap) {
    if operation.is_some_and(is_open) {
        allow(headers);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    }
}

fn is_open(operation: &Operation) -> bool {
    operation.authentication == Authentication::None
}

fn allow(headers: &mut HeaderMap) {
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    );
}
