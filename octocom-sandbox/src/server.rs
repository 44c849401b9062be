//! The way of a request through the sandbox.
//!
//! A request passes the key check, the rate limits, the document's checks on parameters and body,
//! and the operation's handler; in debug builds the answer is then held against the document too.
//! A fault is put in around that: before the operation took effect, in which case the operation runs
//! on a copy of the state that is thrown away, or after.

mod operate;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{ConnectInfo, FromRequestParts, Request as HttpRequest};
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter, get};
use octocom_api::{Operation, operations};

use crate::clock::Clock;
use crate::compression::takes_gzip;
use crate::connection::Peer;
use crate::contract::Contract;
use crate::control_api::{self, ControlAccess};
use crate::cors;
use crate::fault::{FAULT_HEADER, Fault, FaultKind, Prepared, distort};
use crate::incoming::Incoming;
use crate::plan::Candidate;
use crate::received::{ReceivedRequest, RequestLog};
use crate::record::RequestRecord;
use crate::reply::Refusal;
use crate::rng::{Rng, Stream, mix};
use crate::stopped::Stopped;
use crate::world::World;

/// Called with each request when it is answered.
pub(crate) type Observer = Arc<dyn Fn(&RequestRecord) + Send + Sync>;

/// Name of the header that tells requests apart.
const REQUEST_ID: &str = "x-request-id";

/// Settings that do not change while the sandbox runs.
pub(crate) struct Settings {
    pub(crate) seed: u64,
    pub(crate) key: String,
    /// Share of requests answered 429, and the delay they are told.
    pub(crate) rate_limited: Option<(f64, Duration)>,
    /// Share of requests with a fault, and the faults to choose from.
    pub(crate) faults: Option<(f64, Vec<Fault>)>,
    pub(crate) observer: Option<Observer>,
    /// Most received requests that are kept.
    pub(crate) kept_requests: usize,
    /// Access to the control API; `None` when it is closed.
    pub(crate) control: Option<ControlAccess>,
    /// `true` if responses are compressed for requests that take it.
    pub(crate) compress: bool,
}

/// A running sandbox's insides.
pub(crate) struct Server {
    pub(crate) settings: Settings,
    pub(crate) contract: &'static Contract,
    pub(crate) clock: Clock,
    world: Mutex<World>,
    /// The world at the start.
    initial: World,
    received: Mutex<RequestLog>,
    arrived: AtomicU64,
    answered: AtomicU64,
    stopped: Stopped,
}

impl Server {
    pub(crate) fn new(
        settings: Settings,
        contract: &'static Contract,
        clock: Clock,
        world: World,
        stopped: Stopped,
    ) -> Self {
        Self {
            received: Mutex::new(RequestLog::new(settings.kept_requests)),
            settings,
            contract,
            clock,
            initial: world.clone(),
            world: Mutex::new(world),
            arrived: AtomicU64::new(0),
            answered: AtomicU64::new(0),
            stopped,
        }
    }

    /// Number of requests answered.
    pub(crate) fn answered(&self) -> u64 {
        self.answered.load(Ordering::Relaxed)
    }

    /// The world, for reading and writing.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells when the sandbox is shut down.
    pub(crate) fn stopped(&self) -> Stopped {
        self.stopped.clone()
    }

    /// The received requests.
    pub(crate) fn received(&self) -> MutexGuard<'_, RequestLog> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts another world in place, and the clock where it stood in it.
    pub(crate) fn replace(&self, world: World) {
        let mut current = self.world();
        self.clock.take(world.clock);
        *current = world;
    }

    /// Makes everything as it was at the start.
    pub(crate) fn reset(&self) {
        self.replace(self.initial.clone());
        self.received().clear();
        self.arrived.store(0, Ordering::Relaxed);
        self.answered.store(0, Ordering::Relaxed);
    }

    /// Routes for every operation of the table.
    pub(crate) fn router(self: &Arc<Self>) -> Router {
        let mut router = Router::new().route("/health", get(health));
        if let Some(access) = &self.settings.control {
            router = router.merge(control_api::router(Arc::clone(self), access.clone()));
        }
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
        let (mut parts, body) = request.into_parts();
        if let Some(response) = cors::preflight(&parts) {
            return response;
        }
        let ordinal = self.arrived.fetch_add(1, Ordering::Relaxed);
        let request_id = self.request_id(&parts, ordinal);
        let peer = ConnectInfo::<Peer>::from_request_parts(&mut parts, &()).await;
        let Ok(ConnectInfo(peer)) = peer else {
            return answer_refusal(&Refusal::internal("the connection is unknown")).response();
        };
        // It may have been slowed down for the answer before.
        peer.line.throttle(0);
        let line = peer.line.clone();
        let incoming = Incoming::receive(ordinal, parts, body, peer).await;
        let record = RequestRecord {
            ordinal,
            method: incoming.parts.method.to_string(),
            path: incoming.parts.uri.path().to_owned(),
            operation: operation.map(|operation| operation.id),
            status: None,
            elapsed: Duration::ZERO,
            fault: None,
        };
        let mut received = ReceivedRequest::new(
            record,
            request_id.clone(),
            &incoming.parts,
            incoming.query(),
            incoming.bytes(),
        );
        received.organization = self.organization_of(api_key(&incoming.parts));
        let fault = self.fault(operation, &incoming);
        let faulty = fault.as_ref().ok().and_then(Option::as_ref);
        received.record.fault = faulty.map(Fault::to_string);
        let receipt = Receipt {
            server: Arc::clone(&self),
            received: Some(received),
            started,
        };
        let gzip = self.settings.compress && takes_gzip(&incoming.parts.headers);
        let (answer, kind) = match fault {
            Ok(fault) => {
                let answer = self.answer(operation, incoming, fault.as_ref()).await;
                (answer, fault.map(|fault| fault.kind))
            }
            Err(refusal) => (answer_refusal(&refusal), None),
        };
        let answer = Prepared { gzip, ..answer };
        let mut response = distort(answer, kind.as_ref(), &line, &self.stopped);
        if self.settings.compress {
            let coding = HeaderValue::from_static("accept-encoding");
            response.headers_mut().append(header::VARY, coding);
        }
        cors::open(operation, response.headers_mut());
        if let Ok(id) = HeaderValue::from_str(&request_id) {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        let silent = [FaultKind::Reset, FaultKind::Close, FaultKind::Hang];
        let told = kind.is_none_or(|kind| !silent.contains(&kind));
        receipt.answered(told.then(|| response.status().as_u16()));
        response
    }

    /// The id that the client gave its request, else one that follows from the order of arrival.
    fn request_id(&self, parts: &Parts, ordinal: u64) -> String {
        let given = parts
            .headers
            .get(REQUEST_ID)
            .and_then(|id| id.to_str().ok());
        let made = || format!("req-{:016x}", mix(self.settings.seed ^ mix(ordinal)));
        given
            .filter(|id| !id.is_empty())
            .map_or_else(made, str::to_owned)
    }

    fn organization_of(&self, key: Option<&[u8]>) -> Option<String> {
        let world = self.world();
        let place = world.with_key(key?)?;
        let organization = world.organizations.get(place)?;
        Some(organization.name.clone())
    }

    /// The fault that the request asks for, else the one that a plan has for it, else the one that
    /// falls to it.
    fn fault(
        &self,
        operation: Option<&'static Operation>,
        incoming: &Incoming,
    ) -> Result<Option<Fault>, Refusal> {
        if let Some(text) = incoming.parts.headers.get(FAULT_HEADER) {
            let text = String::from_utf8_lossy(text.as_bytes());
            let fault = text.parse::<Fault>();
            return fault
                .map(Some)
                .map_err(|error| Refusal::invalid(error.to_string()));
        }
        let mut world = self.world();
        if !world.plans.all().is_empty() {
            let body = serde_json::from_slice(incoming.bytes()).ok();
            let candidate = Candidate {
                operation,
                uri: &incoming.parts.uri,
                query: incoming.query(),
                body: body.as_ref(),
            };
            let now = self.clock.now();
            let decided = world.plans.decide(&candidate, now, self.contract);
            if let Some(fault) = decided {
                return Ok(fault);
            }
        }
        let Some((share, faults)) = &self.settings.faults else {
            return Ok(None);
        };
        let mut draw = Rng::new(self.settings.seed, Stream::Fault, incoming.ordinal);
        let strikes = draw.chance(*share) && !faults.is_empty();
        Ok(strikes.then(|| draw.pick(faults).clone()))
    }
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server")
            .field("answered", &self.answered)
            .finish_non_exhaustive()
    }
}

/// A request that is under way. Dropped because the client gave up, it is recorded without a status.
struct Receipt {
    server: Arc<Server>,
    received: Option<ReceivedRequest>,
    started: Instant,
}

impl Receipt {
    fn answered(mut self, status: Option<u16>) {
        self.server.answered.fetch_add(1, Ordering::Relaxed);
        if let Some(received) = &mut self.received {
            received.record.status = status;
        }
    }
}

impl Drop for Receipt {
    fn drop(&mut self) {
        let Some(mut received) = self.received.take() else {
            return;
        };
        received.record.elapsed = self.started.elapsed();
        let server = &self.server;
        if let Some(observer) = &server.settings.observer {
            observer(&received.record);
        }
        server.received().add(received);
    }
}

/// The answer to who asks whether the sandbox is there.
const HEALTHY: &str = concat!(
    r#"{"status":"ok","version":""#,
    env!("CARGO_PKG_VERSION"),
    r#""}"#
);

async fn health() -> ([(header::HeaderName, &'static str); 1], &'static str) {
    ([(header::CONTENT_TYPE, "application/json")], HEALTHY)
}

fn api_key(parts: &Parts) -> Option<&[u8]> {
    parts.headers.get("x-api-key").map(|key| key.as_bytes())
}

fn answer_refusal(refusal: &Refusal) -> Prepared {
    let Refusal {
        status,
        retry_after,
        ..
    } = *refusal;
    Prepared {
        status,
        body: refusal.body(),
        retry_after,
        gzip: false,
    }
}

/// Returns `true` if a path is one of a template's.
pub(crate) fn matches(template: &str, path: &str) -> bool {
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
