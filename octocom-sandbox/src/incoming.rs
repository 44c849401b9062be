//! A request as it came in, and how it is read.

use axum::body::Body;
use axum::extract::{FromRequestParts, Query, RawPathParams};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use octocom_api::Operation;
use serde_json::Value;

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
    pub(crate) body: Body,
    pub(crate) peer: Peer,
}

impl Incoming {
    /// Holds a request against the document and reads it.
    pub(crate) async fn check(
        self,
        operation: &'static Operation,
        contract: &Contract,
    ) -> Result<Request, Refusal> {
        let Self {
            mut parts,
            body,
            peer,
            ..
        } = self;
        let path = RawPathParams::from_request_parts(&mut parts, &()).await;
        let path = path.map_err(|error| Refusal::invalid(error.to_string()))?;
        let path: Vec<_> = path
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let query = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        let Query(query) = query.map_err(|error| Refusal::invalid(error.to_string()))?;
        let parameters = contract.parameters(operation, &path, &query);
        let parameters = parameters.map_err(refuse)?;
        let body = match contract.takes_body(operation).map_err(refuse)? {
            true => read_body(&parts, body).await?,
            false => None,
        };
        let checked = contract.check_request_body(operation, body.as_ref());
        checked.map_err(refuse)?;
        let body = body.unwrap_or(Value::Null);
        Ok(Request {
            operation,
            parameters,
            body,
            peer: peer.address.ip(),
        })
    }
}

fn refuse(violation: Violation) -> Refusal {
    match violation {
        Violation::Broken(message) => Refusal::invalid(message),
        Violation::Document(message) => Refusal::internal(format!("sandbox: {message}")),
    }
}

async fn read_body(parts: &Parts, body: Body) -> Result<Option<Value>, Refusal> {
    let too_large = |_| Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "body: too large or cut off");
    let bytes = axum::body::to_bytes(body, MAX_BODY_BYTES)
        .await
        .map_err(too_large)?;
    if bytes.is_empty() {
        return Ok(None);
    }
    let kind = parts
        .headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let kind = kind
        .unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default()
        .trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        return Err(Refusal::invalid(
            "body: the content type must be application/json",
        ));
    }
    let invalid = |error| Refusal::invalid(format!("body: {error}"));
    serde_json::from_slice(&bytes).map(Some).map_err(invalid)
}
