//! A request as it came in, and how it is read.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequestParts, Query, RawPathParams};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use octocom_api::Operation;
use serde_json::Value;

use crate::behavior::Behavior;
use crate::connection::Peer;
use crate::contract::{Contract, Violation};
use crate::reply::Refusal;
use crate::request::Request;

/// Most bytes of a request's body: 200 metadata pairs of the longest kind fit.
const MAX_BODY_BYTES: usize = 48 * 1024 * 1024;

/// A request as it came in.
#[derive(Debug)]
pub(crate) struct Incoming {
    pub(crate) ordinal: u64,
    pub(crate) parts: Parts,
    pub(crate) query: Result<Vec<(String, String)>, Refusal>,
    pub(crate) body: Result<Bytes, Refusal>,
    pub(crate) peer: Peer,
}

impl Incoming {
    /// Reads a request to its end.
    pub(crate) async fn receive(ordinal: u64, parts: Parts, body: Body, peer: Peer) -> Self {
        let too_large =
            |_| Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "body: too large or cut off");
        let body = axum::body::to_bytes(body, MAX_BODY_BYTES).await;
        let query = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        let query = query.map(|Query(query)| query);
        Self {
            ordinal,
            query: query.map_err(|error| Refusal::invalid(error.to_string())),
            body: body.map_err(too_large),
            parts,
            peer,
        }
    }

    /// The query; empty when it cannot be read.
    pub(crate) fn query(&self) -> &[(String, String)] {
        self.query.as_deref().unwrap_or_default()
    }

    /// The body; empty when it cannot be read.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.body.as_deref().unwrap_or_default()
    }

    /// Holds a request against the document and reads it.
    pub(crate) async fn check(
        self,
        operation: &'static Operation,
        contract: &Contract,
        behavior: Behavior,
    ) -> Result<Request, Refusal> {
        let Self {
            ordinal,
            mut parts,
            query,
            body,
            peer: _,
        } = self;
        let path = RawPathParams::from_request_parts(&mut parts, &()).await;
        let path = path.map_err(|error| Refusal::invalid(error.to_string()))?;
        let path: Vec<_> = path
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let parameters = contract.parameters(operation, &path, &query?);
        let parameters = parameters.map_err(refuse)?;
        let raw = match contract.takes_body(operation).map_err(refuse)? {
            true => body?,
            false => Bytes::new(),
        };
        let body = read_body(&parts, &raw)?;
        let checked = contract.check_request_body(operation, body.as_ref());
        checked.map_err(refuse)?;
        let body = body.unwrap_or(Value::Null);
        Ok(Request {
            operation,
            parameters,
            body,
            raw,
            behavior,
            ordinal,
        })
    }
}

fn refuse(violation: Violation) -> Refusal {
    match violation {
        Violation::Broken(message) => Refusal::invalid(message),
        Violation::Document(message) => Refusal::internal(format!("sandbox: {message}")),
    }
}

/// The JSON of a body; `None` without a body.
pub(crate) fn read_body(parts: &Parts, body: &[u8]) -> Result<Option<Value>, Refusal> {
    if body.is_empty() {
        return Ok(None);
    }
    let kind = parts.headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or_default().split(';').next();
    if !kind
        .unwrap_or_default()
        .trim()
        .eq_ignore_ascii_case("application/json")
    {
        return Err(Refusal::invalid(
            "body: the content type must be application/json",
        ));
    }
    let invalid = |error| Refusal::invalid(format!("body: {error}"));
    serde_json::from_slice(body).map(Some).map_err(invalid)
}
