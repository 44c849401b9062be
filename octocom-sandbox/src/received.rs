//! Received requests.

use std::collections::{BTreeMap, VecDeque};

use axum::http::HeaderMap;
use axum::http::request::Parts;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::record::RequestRecord;

/// Most bytes of a body that are kept.
const MAX_BODY_BYTES: usize = 64 * 1024;
/// Headers whose values are not kept.
const MASKED: [&str; 5] = [
    "x-api-key",
    "authorization",
    "proxy-authorization",
    "cookie",
    "x-sandbox-token",
];
/// Stands for a value that is not kept.
const MASK: &str = "***";

/// A received request and a summary of its response.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ReceivedRequest {
    /// Operation, status, fault and so on.
    #[serde(flatten)]
    pub record: RequestRecord,
    /// Value of the response header `x-request-id`: that of the request, or else a new one.
    pub request_id: String,
    /// Name of the organization that the key belongs to; `None` if the key is invalid.
    pub organization: Option<String>,
    /// Query parameters. If one is given twice, the last value.
    pub query: BTreeMap<String, String>,
    /// Headers by lower-case name. Keys, tokens and cookies are replaced by `***`.
    pub headers: BTreeMap<String, String>,
    /// Body: JSON if it is valid, or else a text; `None` if there was none.
    pub body: Option<Value>,
    /// `true` if the body had more than 64 KiB; only the first 64 KiB are kept, as a text.
    pub body_truncated: bool,
}

impl ReceivedRequest {
    pub(crate) fn new(
        record: RequestRecord,
        request_id: String,
        parts: &Parts,
        query: &[(String, String)],
        body: &[u8],
    ) -> Self {
        let kept = &body[..body.len().min(MAX_BODY_BYTES)];
        let text = || Value::from(String::from_utf8_lossy(kept));
        let body_truncated = kept.len() < body.len();
        let read = match body_truncated {
            true => text(),
            false => serde_json::from_slice(kept).unwrap_or_else(|_| text()),
        };
        Self {
            record,
            request_id,
            organization: None,
            query: query.iter().cloned().collect(),
            headers: headers(&parts.headers),
            body: (!body.is_empty()).then_some(read),
            body_truncated,
        }
    }
}

fn headers(headers: &HeaderMap) -> BTreeMap<String, String> {
    let mut kept = BTreeMap::new();
    for (name, value) in headers {
        let value = match MASKED.contains(&name.as_str()) {
            true => MASK.into(),
            false => String::from_utf8_lossy(value.as_bytes()),
        };
        let all = kept.entry(name.as_str().to_owned());
        all.and_modify(|all: &mut String| {
            all.push_str(", ");
            all.push_str(&value);
        })
        .or_insert_with(|| value.clone().into_owned());
    }
    kept
}

/// A filter for received requests. The default matches all.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[must_use]
pub struct RequestFilter {
    pub(crate) operation: Option<String>,
    pub(crate) method: Option<String>,
    pub(crate) path: Option<String>,
    pub(crate) status: Option<u16>,
    pub(crate) faulty: Option<bool>,
    pub(crate) since: Option<u64>,
    pub(crate) limit: Option<usize>,
}

impl RequestFilter {
    /// Returns a filter that matches all requests.
    pub fn all() -> Self {
        Self::default()
    }

    /// Matches only requests of an operation, given by its id.
    pub fn operation(self, id: impl Into<String>) -> Self {
        Self {
            operation: Some(id.into()),
            ..self
        }
    }

    /// Matches only requests with a method, such as `POST`.
    pub fn method(self, method: impl Into<String>) -> Self {
        Self {
            method: Some(method.into()),
            ..self
        }
    }

    /// Matches only requests with exactly this path.
    pub fn path(self, path: impl Into<String>) -> Self {
        Self {
            path: Some(path.into()),
            ..self
        }
    }

    /// Matches only requests that were answered with this status.
    pub fn status(self, status: u16) -> Self {
        Self {
            status: Some(status),
            ..self
        }
    }

    /// Matches only requests with a fault, or only those without.
    pub fn faulty(self, faulty: bool) -> Self {
        Self {
            faulty: Some(faulty),
            ..self
        }
    }

    /// Matches only requests from this position in the order of arrival on.
    pub fn since(self, ordinal: u64) -> Self {
        Self {
            since: Some(ordinal),
            ..self
        }
    }

    /// Matches only the latest requests, up to this number.
    pub fn limit(self, limit: usize) -> Self {
        Self {
            limit: Some(limit),
            ..self
        }
    }

    fn passes(&self, request: &ReceivedRequest) -> bool {
        let record = &request.record;
        let same = |wanted: &Option<String>, value: Option<&str>| {
            wanted.as_deref().is_none_or(|it| value == Some(it))
        };
        let method = self.method.as_deref();
        same(&self.operation, record.operation)
            && method.is_none_or(|method| method.eq_ignore_ascii_case(&record.method))
            && same(&self.path, Some(&record.path))
            && self.status.is_none_or(|it| record.status == Some(it))
            && self.faulty.is_none_or(|it| record.fault.is_some() == it)
            && self.since.is_none_or(|it| record.ordinal >= it)
    }
}

/// The latest requests, oldest first.
#[derive(Debug)]
pub(crate) struct RequestLog {
    kept: VecDeque<ReceivedRequest>,
    most: usize,
}

impl RequestLog {
    /// Keeps so many at most.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            kept: VecDeque::new(),
            most,
        }
    }

    pub(crate) fn add(&mut self, request: ReceivedRequest) {
        if self.most == 0 {
            return;
        }
        if self.kept.len() >= self.most {
            self.kept.pop_front();
        }
        self.kept.push_back(request);
    }

    pub(crate) fn clear(&mut self) {
        self.kept.clear();
    }

    pub(crate) fn read(&self, filter: &RequestFilter) -> Vec<ReceivedRequest> {
        let passing = self.kept.iter().filter(|request| filter.passes(request));
        let limit = filter.limit.unwrap_or(usize::MAX);
        let mut latest: Vec<_> = passing.rev().take(limit).cloned().collect();
        latest.reverse();
        // Answered in another order than they arrived.
        latest.sort_by_key(|request| request.record.ordinal);
        latest
    }
}
