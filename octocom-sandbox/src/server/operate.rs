//! Carrying out an operation, and its answer.

use axum::http::{StatusCode, Uri};
use octocom_api::{Authentication, Operation, operations};
use serde_json::Value;
use uuid::Uuid;

use super::{Server, answer_refusal, api_key, matches};
use crate::behavior::Behavior;
use crate::contract::Contract;
use crate::control_api;
use crate::fault::{Effect, Fault, FaultKind, Prepared};
use crate::handlers::handler;
use crate::incoming::Incoming;
use crate::reply::{Refusal, Reply};
use crate::request::Request;
use crate::rng::{Rng, Stream};
use crate::store::State;

impl Server {
    pub(super) async fn answer(
        &self,
        operation: Option<&'static Operation>,
        request: Incoming,
        fault: Option<&Fault>,
    ) -> Prepared {
        let ordinal = request.ordinal;
        let line = request.peer.line.clone();
        let outcome = match operation {
            Some(operation) => self.operate(operation, request, fault).await,
            None => Err(self.no_operation(&request.parts.uri)),
        };
        let (answer, due) = match outcome {
            Ok((status, reply)) => {
                let answer = Prepared {
                    status,
                    body: reply.body,
                    retry_after: None,
                    gzip: false,
                };
                (answer, reply.due)
            }
            Err(refusal) => (answer_refusal(&refusal), refusal.due),
        };
        if let Some(due) = due {
            // Then it is that time for everyone.
            self.clock.wait_until(due).await;
        }
        match fault.map(|fault| &fault.kind) {
            Some(FaultKind::Latency(latency)) => {
                let mut draw = Rng::new(self.settings.seed, Stream::Latency, ordinal);
                tokio::time::sleep(latency.draw(&mut draw)).await;
            }
            Some(FaultKind::Hang) => self.stopped.reached().await,
            Some(FaultKind::Reset) => line.reset(),
            Some(FaultKind::Close) => line.close(),
            Some(FaultKind::CloseAfter) => line.close_after_answer(),
            Some(FaultKind::Throttle(rate)) => line.throttle(*rate),
            _ => {}
        }
        answer
    }

    /// Why a request that belongs to no operation is refused.
    fn no_operation(&self, uri: &Uri) -> Refusal {
        if uri.path().starts_with(control_api::PREFIX) {
            let error = "The control API is closed; --control or Builder::control_api opens it";
            return Refusal::new(StatusCode::NOT_FOUND, error);
        }
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
        let takes_effect = fault.is_none_or(|fault| fault.effect == Effect::After);
        let place = self.addressed(operation, &incoming)?;
        self.limit(incoming.ordinal)?;
        if operation.authentication == Authentication::None {
            // The document limits requests, also those that are refused afterwards.
            let address = incoming.peer.address.ip();
            let admitted = self.run(place, takes_effect, |state| state.admit_purchase(address));
            admitted?.map_err(|wait| Refusal::limited("Rate limit exceeded", wait))?;
        }
        let behavior = self.behavior();
        let mut request = incoming.check(operation, self.contract, behavior).await?;
        let repeated = fault.is_some_and(|fault| fault.kind == FaultKind::RepeatedPage);
        let repeated = repeated.then(|| step_back(&mut request)).flatten();
        let unfinished = || {
            Refusal::new(
                StatusCode::NOT_IMPLEMENTED,
                format!("{} is not here", operation.id),
            )
        };
        let handler = handler(operation.id).ok_or_else(unfinished)?;
        let outcome = self.run(place, takes_effect, |state| handler(&request, state))?;
        hold_against_document(self.contract, operation, &outcome)?;
        let mut reply = outcome?;
        if let (Some(page), Some(told)) = (repeated, reply.body.pointer_mut("/pagination/page")) {
            *told = page;
        }
        let status = StatusCode::from_u16(operation.success_status).unwrap_or(StatusCode::OK);
        Ok((reply.status.unwrap_or(status), reply))
    }

    fn behavior(&self) -> Behavior {
        self.world().behavior
    }

    /// The organization that a request is for.
    fn addressed(&self, operation: &Operation, incoming: &Incoming) -> Result<usize, Refusal> {
        let segments = incoming.parts.uri.path().split('/');
        let session = segments.filter_map(|it| Uuid::parse_str(it).ok()).next();
        let key = api_key(&incoming.parts);
        self.world().addressed(operation, key, session)
    }

    /// Runs something on the state of an organization, or on a copy that is thrown away.
    fn run<T>(
        &self,
        place: usize,
        takes_effect: bool,
        run: impl FnOnce(&mut State) -> T,
    ) -> Result<T, Refusal> {
        let mut world = self.world();
        let organization = world.organizations.get_mut(place);
        // It was found by its key a moment ago, and may have been taken away since.
        let state = organization.map(|it| &mut it.state);
        let state = state.ok_or_else(|| Refusal::not_found("Organization"))?;
        Ok(match takes_effect {
            true => run(state),
            false => run(&mut state.clone()),
        })
    }

    fn limit(&self, ordinal: u64) -> Result<(), Refusal> {
        let limited = |delay| Refusal::limited("Rate limit exceeded", delay);
        if let Some((share, delay)) = self.settings.rate_limited {
            // Drawn by place in the order of arrival: a retry is another draw.
            let mut draw = Rng::new(self.settings.seed, Stream::RateLimit, ordinal);
            if draw.chance(share) {
                return Err(limited(delay));
            }
        }
        match &mut self.world().bucket {
            Some(bucket) => bucket.take(self.clock.now()).map_err(limited),
            None => Ok(()),
        }
    }
}

/// Debug builds hold every answer against the document, so that a test cannot pass against an answer
/// that the API could not have given.
pub(super) fn hold_against_document(
    contract: &Contract,
    operation: &Operation,
    outcome: &Result<Reply, Refusal>,
) -> Result<(), Refusal> {
    if !cfg!(debug_assertions) {
        return Ok(());
    }
    let checked = match outcome {
        Ok(reply) => {
            let status = reply.status.map(|status| status.as_u16());
            let status = status.unwrap_or(operation.success_status);
            contract.check_response_body(operation, status, &reply.body)
        }
        Err(refusal) => {
            let status = refusal.status.as_u16();
            contract.check_response_body(operation, status, &refusal.body())
        }
    };
    checked.map_err(|violation| Refusal::internal(format!("sandbox: {violation}")))
}

/// Asks for the page before; returns the page that was asked for, where there is one before.
fn step_back(request: &mut Request) -> Option<Value> {
    let page = request.parameters.get_mut("page")?;
    let before = page.as_u64()?.checked_sub(1).filter(|&before| before > 0)?;
    Some(std::mem::replace(page, Value::from(before)))
}
