//! The control API over HTTP: who may use it, and how its requests become calls of [`Control`].

mod call;
mod routes;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{FromRequestParts, Query, RawPathParams, Request as HttpRequest};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::any;
use serde_json::{Value, json};

use crate::control::Control;
use crate::control_error::ControlError;
use crate::incoming::read_body;
use crate::reply::Refusal;
use crate::server::Server;

use call::Call;
use routes::{ROUTES, Route};

/// The OpenAPI document of the control API, as JSON text.
pub(crate) const DOCUMENT: &str = include_str!("../control.json");
/// Everything of the control API lies below.
pub(crate) const PREFIX: &str = "/__sandbox";
/// Name of the header that has the token.
const TOKEN: &str = "x-sandbox-token";
/// Most bytes of a body: a snapshot with many records.
const MAX_BODY_BYTES: usize = 256 * 1024 * 1024;

/// Access to the control API.
#[derive(Debug, Clone)]
pub(crate) struct ControlAccess {
    /// The token that requests have to have; `None` where loopback is protection enough.
    pub(crate) token: Option<String>,
}

impl ControlAccess {
    fn check(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let refuse = |status, error: &str| Err(Refusal::new(status, error));
        if let Some(token) = &self.token {
            let given = headers.get(TOKEN).map(|token| token.as_bytes());
            return match given == Some(token.as_bytes()) {
                true => Ok(()),
                false => refuse(
                    StatusCode::UNAUTHORIZED,
                    "Invalid or missing x-sandbox-token",
                ),
            };
        }
        // A website that is open in a browser on this machine reaches loopback too.
        if headers.contains_key(header::ORIGIN) || !is_local(headers.get(header::HOST)) {
            let error = "Requests from websites and by other names than localhost need a token";
            return refuse(StatusCode::FORBIDDEN, error);
        }
        Ok(())
    }
}

/// Returns `true` if a request was addressed to this machine by a loopback address or `localhost`.
fn is_local(host: Option<&HeaderValue>) -> bool {
    let host = host.and_then(|host| host.to_str().ok());
    let uri = host.and_then(|host| format!("http://{host}/").parse::<axum::http::Uri>().ok());
    let Some(host) = uri.as_ref().and_then(|uri| uri.host()) else {
        return host.is_none();
    };
    let address = host.trim_start_matches('[').trim_end_matches(']');
    let loopback = address
        .parse()
        .is_ok_and(|it: std::net::IpAddr| it.is_loopback());
    loopback || host.eq_ignore_ascii_case("localhost")
}

/// The answer to a call.
pub(super) type CallResult = Result<Value, ControlError>;

/// Routes for everything below the prefix.
pub(crate) fn router(server: Arc<Server>, access: ControlAccess) -> Router {
    let control = Control::new(server);
    let mut paths: Vec<&str> = ROUTES.iter().map(|route| route.path).collect();
    paths.sort_unstable();
    paths.dedup();
    let serve = |path: Option<&'static str>| {
        let (control, access) = (control.clone(), access.clone());
        any(move |request| answer(control, access, path, request))
    };
    let unknown = format!("{PREFIX}/{{*rest}}");
    let router = Router::new().route(&unknown, serve(None));
    let add = |router: Router, path: &'static str| router.route(path, serve(Some(path)));
    paths.into_iter().fold(router, add)
}

async fn answer(
    control: Control,
    access: ControlAccess,
    path: Option<&'static str>,
    request: HttpRequest,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let outcome = match access.check(&parts.headers) {
        Ok(()) => call(&control, path, &mut parts, body).await,
        Err(refusal) => Err(refusal),
    };
    let (status, body) = match outcome {
        Ok(Ok(body)) => (StatusCode::OK, body),
        Ok(Err(error)) if error.is_not_found() => {
            (StatusCode::NOT_FOUND, json!({ "error": error.to_string() }))
        }
        Ok(Err(error)) => {
            let told = json!({ "error": error.to_string(), "field": error.field() });
            (StatusCode::BAD_REQUEST, told)
        }
        Err(refusal) => (refusal.status, refusal.body()),
    };
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    response
}

async fn call(
    control: &Control,
    path: Option<&'static str>,
    parts: &mut Parts,
    body: Body,
) -> Result<CallResult, Refusal> {
    let unknown = || Refusal::not_found("Path");
    let path = path.ok_or_else(unknown)?;
    let route = |route: &&Route| route.path == path && route.method == parts.method;
    let not_allowed = || Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed");
    let route = ROUTES.iter().find(route).ok_or_else(not_allowed)?;
    let invalid = |error: String| Refusal::invalid(error);
    let parameters = RawPathParams::from_request_parts(parts, &()).await;
    let parameters = parameters.map_err(|error| invalid(error.to_string()))?;
    let parameters = parameters
        .iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let query = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
    let Query(query) = query.map_err(|error| invalid(error.to_string()))?;
    let bytes = axum::body::to_bytes(body, MAX_BODY_BYTES).await;
    let bytes = bytes.map_err(|_| {
        let error = "body: too large or cut off";
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, error)
    })?;
    let call = Call {
        path: parameters.collect(),
        query,
        body: read_body(parts, &bytes)?,
    };
    Ok(call
        .check_query(route.query)
        .and_then(|()| (route.serve)(control, &call)))
}

#[cfg(test)]
mod tests;
