//! One call on its way through its attempts.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, HeaderName};
use octocom_api::{Call, CallRecord, Operation, Replay, TransportError};
use tracing::Span;

use crate::error::Failure;
use crate::limit::{Gate, Group, Held, Patience, Permit};
use crate::observe::{AttemptEvent, CallEvent};
use crate::retry::{Decision, Delay, Effect, Policy, Verdict, retry_after};
use crate::shared::Key;
use crate::time::Sleeper;
use crate::trace;
use crate::transport::stop::{Last, Stop};
use crate::transport::{Answer, Outcome, Retrying, attempt, changes_something, give_up};

/// The header that only the transport sets.
const API_KEY_HEADER: HeaderName = HeaderName::from_static("x-api-key");

/// One call: what bounds it, and what has happened so far.
pub(super) struct Run<'a> {
    transport: &'a Retrying,
    operation: &'static Operation,
    record: &'a CallRecord,
    /// The call's own span: the current one may be the caller's, when ours is not enabled.
    span: Span,
    replay: Replay,
    patience: Patience,
    started: Instant,
    attempts: u32,
    ambiguous: bool,
    last: Option<Last>,
}

/// The right to send one attempt now.
struct Turn {
    key: Option<Key>,
    group: Arc<Group>,
    permit: Permit,
}

type Response = http::Response<Bytes>;

impl<'a> Run<'a> {
    pub(super) fn new(transport: &'a Retrying, call: &Call<'a>, span: Span) -> Self {
        let settings = &transport.settings;
        let started = transport.shared.sleeper.now();
        let deadline = settings
            .deadline
            .and_then(|deadline| started.checked_add(deadline));
        Self {
            transport,
            operation: call.operation,
            record: call.record,
            span,
            replay: settings.replay.unwrap_or(call.operation.replay),
            patience: Patience {
                deadline,
                max_server_delay: settings.max_server_delay,
            },
            started,
            attempts: 0,
            ambiguous: false,
            last: None,
        }
    }

    pub(super) async fn send(&mut self, call: &Call<'a>) -> Result<Response, TransportError> {
        let (result, error, exhausted) = match self.attempts(call).await {
            Ok(answer) => (Ok(response(answer)), None, None),
            Err(stop) => {
                let last = self.last.as_ref();
                let ambiguous = self.ambiguous && changes_something(self.operation);
                let failure = stop.failure(self.transport, self.replay, ambiguous, last);
                let (kind, exhausted) = (failure.kind, failure.exhausted);
                (self.fail(failure), Some(kind), exhausted)
            }
        };
        let event = CallEvent {
            operation: self.operation,
            attempts: self.attempts,
            status: self.record.response().map(|response| response.status),
            error,
            exhausted,
            elapsed: self.sleeper().now().saturating_duration_since(self.started),
        };
        trace::end_call(&self.span, &event);
        if let Some(observer) = &self.transport.shared.observer {
            observer.call(&event);
        }
        result
    }

    /// Sends until there is a success or a reason to stop.
    async fn attempts(&mut self, call: &Call<'a>) -> Result<Answer, Stop> {
        let path = call.request.url().path();
        // Only some groups ask for them.
        let parameters = self
            .operation
            .limit_group
            .per
            .and_then(|_| self.operation.path_parameters(call.base_path, path))
            .unwrap_or_default();
        loop {
            let turn = self.turn(&parameters).await?;
            let request = self.prepare(&call.request, turn.key.as_ref())?;
            let began = self.sleeper().now();
            if self.patience.left(began).is_some_and(|left| left.is_zero()) {
                // The last wait took longer than it should have: nothing is sent any more.
                return Err(Stop::Held(Held::Queue));
            }
            self.attempts += 1;
            self.record.attempt();
            let max_body_bytes = self.transport.settings.max_body_bytes;
            let timeout = self.timeout(began);
            let outcome = attempt::send(call.http, request, timeout, max_body_bytes).await;
            self.write_down(&outcome);
            let now = self.sleeper().now();
            let verdict = Verdict::of(self.operation, &outcome);
            if verdict.ambiguous {
                self.ambiguous = true;
                self.record.unclear();
            }
            self.settle(turn.permit, verdict);
            let server_delay = outcome.answer().and_then(|answer| {
                let now = self.transport.shared.sleeper.system_time();
                retry_after(answer.status, &answer.headers, now)
            });
            let left = self.patience.left(now);
            let decision = self
                .policy()
                .decide(verdict, self.attempts, server_delay, left);
            let duration = now.saturating_duration_since(began);
            self.tell(verdict, outcome.answer(), duration, decision);
            match (decision, outcome) {
                (Decision::Done, Outcome::Answered(answer)) => return Ok(answer),
                (_, outcome) => {
                    self.last = Some(Last {
                        verdict,
                        server_delay,
                        outcome,
                    })
                }
            }
            match decision {
                Decision::Retry(Delay::Server(delay)) => turn.group.cool_down.hold(now, delay),
                Decision::Retry(Delay::Backoff(delay)) => self.sleeper().sleep(delay).await,
                Decision::Exhausted(exhausted) => return Err(Stop::Exhausted(exhausted)),
                Decision::Permanent | Decision::Done => return Err(Stop::Permanent),
            }
        }
    }

    /// Waits until an attempt may start.
    async fn turn(&self, parameters: &[(&'static str, &str)]) -> Result<Turn, Stop> {
        let shared = &self.transport.shared;
        loop {
            let key = shared.key_for(self.operation);
            let number = key.as_ref().map(|key| key.number);
            let group_key = shared.group_key(self.operation, key.as_ref(), parameters);
            let group = shared.groups.get(group_key, self.sleeper().now());
            let gate = Gate {
                group: &group,
                pace: shared.pace.as_ref(),
                sleeper: &*shared.sleeper,
                random: &*shared.random,
            };
            let permit = gate.enter(self.patience).await.map_err(Stop::Held)?;
            // A key that was replaced during the wait is not used, and the new one has limits of
            // its own.
            if shared.key_for(self.operation).map(|key| key.number) == number {
                return Ok(Turn { key, group, permit });
            }
        }
    }

    /// The request as it goes out: the handle's headers, and the key or none.
    fn prepare(
        &self,
        request: &reqwest::Request,
        key: Option<&Key>,
    ) -> Result<reqwest::Request, Stop> {
        let mut request = request.try_clone().ok_or(Stop::Streamed)?;
        let headers = &self.transport.settings.headers;
        if !headers.is_empty() {
            request.headers_mut().extend(headers.clone());
        }
        request.headers_mut().remove(API_KEY_HEADER);
        if let Some(key) = key {
            key.value.authenticate(&mut request);
        }
        Ok(request)
    }

    /// How long an attempt may take: the operation's time, within what is left of the deadline.
    fn timeout(&self, now: Instant) -> Duration {
        let timeout = self.transport.attempt_timeout(self.operation);
        let left = self.patience.left(now);
        left.map_or(timeout, |left| left.min(timeout))
    }

    /// Writes down what an attempt was answered.
    fn write_down(&self, outcome: &Outcome) {
        if let Some(Answer {
            status,
            headers,
            body,
        }) = outcome.answer()
        {
            self.record.respond(*status, headers.clone(), body.clone());
        }
    }

    /// Lets the limiter and the budget learn from an attempt.
    fn settle(&self, permit: Permit, verdict: Verdict) {
        match verdict.effect {
            Effect::Done => {
                if let Some(budget) = &self.transport.shared.budget {
                    budget.succeed();
                }
                permit.succeed();
            }
            Effect::Deferred => permit.limited(),
            Effect::Rejected | Effect::Unreached | Effect::Unclear => drop(permit),
        }
    }

    fn policy(&self) -> Policy<'_> {
        let Retrying { shared, settings } = self.transport;
        Policy {
            replay: self.replay,
            max_attempts: settings.max_attempts,
            max_server_delay: settings.max_server_delay,
            backoff: settings.backoff,
            budget: shared.budget.as_ref().filter(|_| settings.budgeted),
            random: &*shared.random,
        }
    }

    /// Tells of an attempt.
    fn tell(
        &self,
        verdict: Verdict,
        answer: Option<&Answer>,
        duration: Duration,
        decision: Decision,
    ) {
        let event = AttemptEvent {
            operation: self.operation,
            attempt: self.attempts,
            status: answer.map(|answer| answer.status),
            error: verdict.kind,
            duration,
            delay: match decision {
                Decision::Retry(delay) => Some(delay.duration()),
                _ => None,
            },
        };
        let none = HeaderMap::new();
        let headers = answer.map_or(&none, |answer| &answer.headers);
        trace::attempt(&event, headers, &self.transport.shared.base_url);
        if let Some(observer) = &self.transport.shared.observer {
            observer.attempt(&event);
        }
    }

    /// Leaves a failure in the record and returns what the generated client should see.
    fn fail(&mut self, failure: Failure) -> Result<Response, TransportError> {
        match self.last.take().map(|last| last.outcome) {
            Some(Outcome::Answered(answer)) => {
                self.record.fail(failure);
                Ok(response(answer))
            }
            Some(Outcome::Failed(_, error)) => {
                self.record.fail(failure);
                Err(TransportError::Http(error))
            }
            Some(Outcome::TooLarge(_)) | None => Err(give_up(self.record, failure)),
        }
    }

    fn sleeper(&self) -> &'a dyn Sleeper {
        &*self.transport.shared.sleeper
    }
}

fn response(answer: Answer) -> Response {
    let mut response = http::Response::new(answer.body);
    *response.status_mut() = answer.status;
    *response.headers_mut() = answer.headers;
    response
}
