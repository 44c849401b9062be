//! The way of a request through the sandbox.
//!
//! A request passes the key check, the rate limits, the document's checks on parameters and body,
//! and the operation's handler; in debug builds the answer is then held against the document too.
//! A fault is put in around that: before the operation took effect, in which case the operation runs
//! on a copy of the state that is thrown away, or after.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{ConnectInfo, FromRequestParts, Request as HttpRequest};
use axum::http::request::Parts;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter};
use octocom_api::{Authentication, Operation, operations};
use serde_json::Value;

use crate::connection::Peer;
use crate::contract::Contract;
use crate::draw::{Draw, Stream};
use crate::fault::{Answer, Effect, FAULT_HEADER, Fault, FaultKind, distort};
use crate::handlers::handler;
use crate::incoming::Incoming;
use crate::limit::TokenBucket;
use crate::record::RequestRecord;
use crate::reply::{Refusal, Reply};
use crate::request::Request;
use crate::store::State;
use crate::timestamp::Timestamp;

/// Called with each request when it is answered.
pub(crate) type Observer = Arc<dyn Fn(&RequestRecord) + Send + Sync>;

/// What a sandbox does beside answering.
pub(crate) struct Settings {
    pub(crate) seed: u64,
    pub(crate) key: String,
    /// Share of requests answered 429, and the delay they are told.
    pub(crate) rate_limited: Option<(f64, Duration)>,
    /// Share of requests with a fault, and the faults to choose from.
    pub(crate) faults: Option<(f64, Vec<Fault>)>,
    pub(crate) observer: Option<Observer>,
}

/// A running sandbox's insides.
pub(crate) struct Server {
    pub(crate) settings: Settings,
    contract: &'static Contract,
    state: Mutex<State>,
    bucket: Option<Mutex<TokenBucket>>,
    arrived: AtomicU64,
    answered: AtomicU64,
}

impl Server {
    pub(crate) fn new(
        settings: Settings,
        contract: &'static Contract,
        state: State,
        bucket: Option<TokenBucket>,
    ) -> Self {
        Self {
            settings,
            contract,
            state: Mutex::new(state),
            bucket: bucket.map(Mutex::new),
            arrived: AtomicU64::new(0),
            answered: AtomicU64::new(0),
        }
    }

    /// Number of requests answered.
    pub(crate) fn answered(&self) -> u64 {
        self.answered.load(Ordering::Relaxed)
    }

    /// The state, for reading and writing.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Routes for every operation of the table.
    pub(crate) fn router(self: &Arc<Self>) -> Router {
        let mut router = Router::new();
        for &operation in operations::ALL {
            // A method that axum cannot route would be answered 405, which a test would notice.
            let Ok(method) = MethodFilter::try_from(operation.method.clone()) else {
                continue;
            };
            let server = Arc::clone(self);
            let serve = move |request| Arc::clone(&server).serve(Some(operation), request);
            router = router.route(operation.path, MethodRouter::new().on(method, serve));
        }
        let unknown = || {
            let server = Arc::clone(self);
            move |request| Arc::clone(&server).serve(None, request)
        };
        router
            .method_not_allowed_fallback(unknown())
            .fallback(unknown())
    }

    async fn serve(
        self: Arc<Self>,
        operation: Option<&'static Operation>,
        request: HttpRequest,
    ) -> Response {
        let started = Instant::now();
        let ordinal = self.arrived.fetch_add(1, Ordering::Relaxed);
        let (mut parts, body) = request.into_parts();
        let mut record = RequestRecord {
            ordinal,
            method: parts.method.to_string(),
            path: parts.uri.path().to_owned(),
            operation: operation.map(|operation| operation.id),
            status: None,
            elapsed: Duration::ZERO,
            fault: None,
        };
        let peer = ConnectInfo::<Peer>::from_request_parts(&mut parts, &()).await;
        let fault = self.fault(ordinal, &parts);
        let (answer, kind) = match (peer, fault) {
            (Ok(ConnectInfo(peer)), Ok(fault)) => {
                let request = Incoming {
                    ordinal,
                    parts,
                    body,
                    peer,
                };
                let answer = self.answer(operation, request, fault.as_ref()).await;
                record.fault = fault.as_ref().map(Fault::to_string);
                (answer, fault.map(|fault| fault.kind))
            }
            (Ok(_), Err(refusal)) => (answer_refusal(&refusal), None),
            (Err(_), _) => (
                answer_refusal(&Refusal::internal("the connection is unknown")),
                None,
            ),
        };
        let response = distort(answer, kind.as_ref());
        record.status = (kind != Some(FaultKind::Reset)).then(|| response.status().as_u16());
        record.elapsed = started.elapsed();
        self.answered.fetch_add(1, Ordering::Relaxed);
        if let Some(observer) = &self.settings.observer {
            observer(&record);
        }
        response
    }

    /// The fault that the request asks for, else the one that falls to it.
    fn fault(&self, ordinal: u64, parts: &Parts) -> Result<Option<Fault>, Refusal> {
        if let Some(text) = parts.headers.get(FAULT_HEADER) {
            let text = String::from_utf8_lossy(text.as_bytes());
            let fault = text.parse::<Fault>();
            return fault
                .map(Some)
                .map_err(|error| Refusal::invalid(error.to_string()));
        }
        let Some((share, faults)) = &self.settings.faults else {
            return Ok(None);
        };
        let mut draw = Draw::new(self.settings.seed, Stream::Fault, ordinal);
        let strikes = draw.chance(*share) && !faults.is_empty();
        Ok(strikes.then(|| draw.pick(faults).clone()))
    }

    async fn answer(
        &self,
        operation: Option<&'static Operation>,
        request: Incoming,
        fault: Option<&Fault>,
    ) -> Answer {
        let reset = request.peer.reset.clone();
        let outcome = match operation {
            Some(operation) => self.operate(operation, request, fault).await,
            None => Err(self.no_operation(&request.parts.uri)),
        };
        let (answer, due) = match outcome {
            Ok((status, reply)) => {
                let answer = Answer {
                    status,
                    body: reply.body,
                    retry_after: None,
                };
                (answer, reply.due)
            }
            Err(refusal) => (answer_refusal(&refusal), refusal.due),
        };
        self.wait(due).await;
        match fault.map(|fault| &fault.kind) {
            Some(FaultKind::Latency(delay)) => tokio::time::sleep(*delay).await,
            Some(FaultKind::Reset) => reset.trigger(),
            _ => {}
        }
        answer
    }

    /// Waits until an answer is due; then it is that time for everyone.
    async fn wait(&self, due: Option<Timestamp>) {
        let Some(due) = due else { return };
        let clock = self.state().clock.clone();
        let rest = due.since(clock.now());
        if !rest.is_zero() {
            tokio::time::sleep(rest).await;
        }
        clock.reach(due);
    }

    /// Why a request that belongs to no operation is refused.
    fn no_operation(&self, uri: &Uri) -> Refusal {
        let known = |operation: &&Operation| matches(operation.path, uri.path());
        match operations::ALL
            .iter()
            .copied()
            .any(|operation| known(&operation))
        {
            true => Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed"),
            false => Refusal::not_found("Path"),
        }
    }

    async fn operate(
        &self,
        operation: &'static Operation,
        incoming: Incoming,
        fault: Option<&Fault>,
    ) -> Result<(StatusCode, Reply), Refusal> {
        if operation.authentication == Authentication::ApiKey {
            self.authenticate(&incoming.parts)?;
        }
        self.limit(incoming.ordinal)?;
        let mut request = incoming.check(operation, self.contract).await?;
        let repeated = fault.is_some_and(|fault| fault.kind == FaultKind::RepeatedPage);
        let repeated = repeated.then(|| step_back(&mut request)).flatten();
        let unfinished = || {
            Refusal::new(
                StatusCode::NOT_IMPLEMENTED,
                format!("{} is not here", operation.id),
            )
        };
        let handler = handler(operation.id).ok_or_else(unfinished)?;
        let outcome = {
            let mut state = self.state();
            match fault.map(|fault| fault.effect) {
                Some(Effect::Before) => handler(&request, &mut state.clone()),
                Some(Effect::After) | None => handler(&request, &mut state),
            }
        };
        self.hold_against_document(operation, &outcome)?;
        let mut reply = outcome?;
        if let (Some(page), Some(told)) = (repeated, reply.body.pointer_mut("/pagination/page")) {
            *told = page;
        }
        let status = StatusCode::from_u16(operation.success_status).unwrap_or(StatusCode::OK);
        Ok((reply.status.unwrap_or(status), reply))
    }

    fn authenticate(&self, parts: &Parts) -> Result<(), Refusal> {
        let given = parts.headers.get("x-api-key").map(|key| key.as_bytes());
        match given == Some(self.settings.key.as_bytes()) {
            true => Ok(()),
            false => Err(Refusal::new(
                StatusCode::UNAUTHORIZED,
                "Invalid or missing API key",
            )),
        }
    }

    fn limit(&self, ordinal: u64) -> Result<(), Refusal> {
        let limited = |delay| Refusal::limited("Rate limit exceeded", delay);
        if let Some((share, delay)) = self.settings.rate_limited {
            // Drawn by place in the order of arrival: a retry is another draw.
            let mut draw = Draw::new(self.settings.seed, Stream::RateLimit, ordinal);
            if draw.chance(share) {
                return Err(limited(delay));
            }
        }
        if let Some(bucket) = &self.bucket {
            let now = self.state().now();
            let mut bucket = bucket.lock().unwrap_or_else(PoisonError::into_inner);
            bucket.take(now).map_err(limited)?;
        }
        Ok(())
    }

    /// Debug builds hold every answer against the document, so that a test cannot pass against an
    /// answer that the API could not have given.
    fn hold_against_document(
        &self,
        operation: &Operation,
        outcome: &Result<Reply, Refusal>,
    ) -> Result<(), Refusal> {
        if !cfg!(debug_assertions) {
            return Ok(());
        }
        let checked = match outcome {
            Ok(reply) => {
                let status = reply
                    .status
                    .map_or(operation.success_status, |status| status.as_u16());
                self.contract
                    .check_response_body(operation, status, &reply.body)
            }
            Err(refusal) => {
                let status = refusal.status.as_u16();
                self.contract
                    .check_response_body(operation, status, &refusal.body())
            }
        };
        checked.map_err(|violation| Refusal::internal(format!("sandbox: {violation}")))
    }
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server")
            .field("answered", &self.answered)
            .finish_non_exhaustive()
    }
}

/// Asks for the page before; returns the page that was asked for, where there is one before.
fn step_back(request: &mut Request) -> Option<Value> {
    let page = request.parameters.get_mut("page")?;
    let before = page.as_u64()?.checked_sub(1).filter(|&before| before > 0)?;
    Some(std::mem::replace(page, Value::from(before)))
}

fn answer_refusal(refusal: &Refusal) -> Answer {
    let Refusal {
        status,
        retry_after,
        ..
    } = *refusal;
    Answer {
        status,
        body: refusal.body(),
        retry_after,
    }
}

/// Whether a path is one of a template's.
fn matches(template: &str, path: &str) -> bool {
    let (mut template, mut path) = (template.split('/'), path.split('/'));
    loop {
        match (template.next(), path.next()) {
            (None, None) => return true,
            (Some(expected), Some(given)) if expected.starts_with('{') || expected == given => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests;
