//! One call on its way through its attempts.

use std::time::{Duration, Instant};

use http::header::ACCEPT_ENCODING;
use http::{HeaderName, HeaderValue};
use octocom_api::{Answer, Call, ErrorKind, Exhausted, Failure, Idempotency, Operation};
use tracing::{Instrument, Span};

use crate::limiter::{AcquireError, Limiter, Refused, Slot, WaitLimits};
use crate::observe::{AttemptEvent, CallEvent, OutgoingAttempt};
use crate::retry::{Decision, Delay, Policy, retry_after};
use crate::settings::Key;
use crate::time::Sleeper;
use crate::trace::{self, AttemptSpan};
use crate::transport::Retrying;
use crate::transport::attempt::Attempt;
use crate::transport::body::ACCEPTED;

/// The header that only the transport sets.
const API_KEY_HEADER: HeaderName = HeaderName::from_static("x-api-key");

/// One call: its bounds, and what has happened so far.
pub(super) struct RetryLoop<'a> {
    transport: &'a Retrying,
    operation: &'static Operation,
    /// The call's own span: the current one may be the caller's, when ours is not enabled.
    span: Span,
    idempotency: Idempotency,
    limits: WaitLimits,
    /// Number of the call: older calls go first.
    ticket: u64,
    started: Instant,
    attempts: u32,
    /// Attempts that were answered with 429, which do not count against the limit on attempts.
    throttled: u32,
    /// `true` if an attempt has failed and may have been processed all the same.
    indeterminate: bool,
    /// The failure of the last attempt.
    last: Option<Box<Failure>>,
}

/// The right to send one attempt now.
struct Acquired {
    key: Option<Key>,
    slot: Slot,
}

impl<'a> RetryLoop<'a> {
    pub(super) fn new(transport: &'a Retrying, call: &Call<'a>, span: Span) -> Self {
        let settings = &transport.settings;
        let started = transport.shared.sleeper.now();
        let deadline = settings
            .deadline
            .and_then(|deadline| started.checked_add(deadline));
        Self {
            transport,
            operation: call.operation,
            span,
            idempotency: settings.idempotency.unwrap_or(call.operation.idempotency),
            limits: WaitLimits {
                deadline,
                max_server_delay: settings.max_server_delay,
            },
            ticket: transport.shared.groups.ticket(),
            started,
            attempts: 0,
            throttled: 0,
            indeterminate: false,
            last: None,
        }
    }

    /// Sends until there is a success or a reason to stop.
    pub(super) async fn send(&mut self, call: &Call<'a>) -> Result<Answer, Box<Failure>> {
        let mut result = self.attempts(call).await;
        let elapsed = self.sleeper().now().saturating_duration_since(self.started);
        let (status, error, exhausted) = match &mut result {
            Ok(answer) => {
                answer.attempts = self.attempts;
                answer.elapsed = elapsed;
                answer
                    .on_unknown
                    .clone_from(&self.transport.shared.on_unknown);
                (Some(answer.status), None, None)
            }
            Err(failure) => {
                failure.operation = Some(self.operation);
                failure.attempts = self.attempts;
                failure.elapsed = elapsed;
                failure.may_have_been_processed = self.indeterminate;
                (failure.status, Some(failure.kind), failure.exhausted)
            }
        };
        let event = CallEvent {
            operation: self.operation,
            attempts: self.attempts,
            status,
            error,
            exhausted,
            elapsed,
        };
        trace::end_call(&self.span, &event);
        if let Some(observer) = &self.transport.shared.observer {
            observer.call(&event);
        }
        result
    }

    async fn attempts(&mut self, call: &Call<'a>) -> Result<Answer, Box<Failure>> {
        let path = call.request.url().path();
        // Only some groups ask for them.
        let parameters = self
            .operation
            .limit_group
            .per
            .and_then(|_| self.operation.path_parameters(call.base_path, path))
            .unwrap_or_default();
        loop {
            let Acquired { key, slot } = match self.acquire(&parameters).await? {
                Ok(acquired) => acquired,
                Err(error) => return Err(self.not_acquired(error)),
            };
            let began = self.sleeper().now();
            if self.limits.left(began).is_some_and(|left| left.is_zero()) {
                // The last wait took longer than it should have: nothing more is sent.
                return Err(self.not_acquired(AcquireError::Queue));
            }
            let base_url = &self.transport.shared.base_url;
            let mut span = AttemptSpan::new(self.operation, base_url, &call.request, self.attempts);
            let prepared = span.in_scope(|| self.prepare(&call.request, key.as_ref()));
            let request = prepared.inspect_err(|failure| span.fail(failure.kind))?;
            self.attempts += 1;
            let sending = self.attempt(began).send(call.http, request);
            let ended = sending.instrument(span.span()).await;
            let now = self.sleeper().now();
            let duration = now.saturating_duration_since(began);
            let mut failure = match ended {
                Ok(answer) => {
                    if let Some(budget) = &self.transport.shared.budget {
                        budget.succeed();
                    }
                    slot.accept(now);
                    self.tell(&mut span, Ok(&answer), duration, None);
                    return Ok(answer);
                }
                Err(failure) => failure,
            };
            self.indeterminate |= failure.may_have_been_processed;
            failure.retry_after = failure.status.and_then(|status| {
                retry_after(status, &failure.headers, self.sleeper().system_time())
            });
            let refused = settle(slot, &failure, now);
            self.throttled += u32::from(refused.is_some());
            let counted = self.attempts.saturating_sub(self.throttled);
            let left = self.limits.left(now);
            let decision = self.policy().decide(&failure, counted, refused, left);
            let delay = match decision {
                Decision::Retry(delay) => Some(delay.duration()),
                Decision::Permanent | Decision::Exhausted(_) => None,
            };
            self.tell(&mut span, Err(&failure), duration, delay);
            match decision {
                Decision::Retry(delay) => {
                    self.last = Some(failure);
                    // A server's delay is the limiter's, which holds back all who share the limit.
                    if let Delay::Backoff(delay) = delay {
                        self.sleeper().sleep(delay).await;
                    }
                }
                Decision::Exhausted(exhausted) => {
                    failure.exhausted = Some(exhausted);
                    return Err(failure);
                }
                Decision::Permanent => {
                    // An attempt never outlives the deadline, which may be what has cut it.
                    let is_over = left.is_some_and(|left| left.is_zero());
                    if is_over && failure.kind == ErrorKind::Timeout {
                        failure.exhausted = Some(Exhausted::Deadline);
                    }
                    return Err(failure);
                }
            }
        }
    }

    /// Waits until an attempt may start.
    async fn acquire(
        &self,
        parameters: &[(&'static str, &str)],
    ) -> Result<Result<Acquired, AcquireError>, Box<Failure>> {
        let shared = &self.transport.shared;
        loop {
            let key = shared.key_for(self.operation)?;
            let number = key.as_ref().map(|key| key.number);
            let group_key = shared.group_key(self.operation, key.as_ref(), parameters);
            let group = shared.groups.get(group_key, self.sleeper().now());
            let limiter = Limiter {
                group: &group,
                rate: shared.rate.as_ref(),
                sleeper: &*shared.sleeper,
                random: &*shared.random,
            };
            let acquired = limiter.acquire(self.operation, self.ticket, self.limits);
            let slot = match acquired.await {
                Ok(slot) => slot,
                Err(error) => return Ok(Err(error)),
            };
            // A key that was replaced during the wait is not used, and the new one has limits of
            // its own.
            let is_current = shared.key_for(self.operation)?.map(|key| key.number) == number;
            if let Some(slot) = slot.filter(|_| is_current) {
                return Ok(Ok(Acquired { key, slot }));
            }
        }
    }

    /// Returns the failure of a call whose next attempt may not start in time: the last attempt's
    /// where there was one.
    fn not_acquired(&mut self, error: AcquireError) -> Box<Failure> {
        let (kind, exhausted, rest) = match error {
            AcquireError::CoolDown(rest) => {
                (ErrorKind::RateLimited, Exhausted::Deadline, Some(rest))
            }
            AcquireError::ServerDelay(rest) => {
                (ErrorKind::RateLimited, Exhausted::ServerDelay, Some(rest))
            }
            AcquireError::Queue => (ErrorKind::Timeout, Exhausted::Deadline, None),
        };
        let mut failure = self.last.take().unwrap_or_else(|| {
            let mut failure = Failure::new(kind);
            failure.retryable = true;
            Box::new(failure)
        });
        failure.exhausted = Some(exhausted);
        failure.retry_after = rest.or(failure.retry_after);
        failure
    }

    /// Returns the request to send: with the handle's headers, the observer's, and the key or none.
    fn prepare(
        &self,
        request: &reqwest::Request,
        key: Option<&Key>,
    ) -> Result<reqwest::Request, Box<Failure>> {
        let mut request = request.try_clone().ok_or_else(|| {
            let detail = "the request's body is a stream, which cannot be sent again";
            Failure::refused(ErrorKind::InvalidRequest, self.operation, detail)
        })?;
        let headers = &self.transport.settings.headers;
        if !headers.is_empty() {
            request.headers_mut().extend(headers.clone());
        }
        request.headers_mut().remove(API_KEY_HEADER);
        // Without the header, a server may choose any coding (RFC 9110, section 12.5.3).
        let accepted = match self.transport.shared.compressed {
            true => ACCEPTED,
            false => "identity",
        };
        let accepted = HeaderValue::from_static(accepted);
        request.headers_mut().insert(ACCEPT_ENCODING, accepted);
        if let Some(observer) = &self.transport.shared.observer {
            let headers = request.headers_mut();
            let number = self.attempts.saturating_add(1);
            let mut attempt = OutgoingAttempt::new(self.operation, number, headers);
            observer.before_attempt(&mut attempt);
        }
        if let Some(key) = key {
            key.value.authenticate(&mut request);
        }
        Ok(request)
    }

    /// Returns the bounds of an attempt: the operation's time, within what is left of the deadline.
    fn attempt(&self, now: Instant) -> Attempt<'a> {
        let Retrying { shared, settings } = self.transport;
        let timeout = settings
            .attempt_timeout
            .unwrap_or(self.operation.attempt_timeout);
        let left = self.limits.left(now);
        Attempt {
            operation: self.operation,
            idempotency: self.idempotency,
            base_url: &shared.base_url,
            timeout: left.map_or(timeout, |left| left.min(timeout)),
            max_body_bytes: settings.max_body_bytes,
        }
    }

    fn policy(&self) -> Policy<'_> {
        let Retrying { shared, settings } = self.transport;
        Policy {
            max_attempts: settings.max_attempts,
            max_server_delay: settings.max_server_delay,
            backoff: settings.backoff,
            budget: shared.budget.as_ref().filter(|_| settings.budgeted),
            random: &*shared.random,
        }
    }

    /// Tells traces and the observer of an attempt, and of the delay before the next.
    fn tell(
        &self,
        span: &mut AttemptSpan,
        ended: Result<&Answer, &Failure>,
        duration: Duration,
        delay: Option<Duration>,
    ) {
        let (status, error, headers, body) = match ended {
            Ok(answer) => (Some(answer.status), None, &answer.headers, &answer.body),
            Err(failure) => {
                let kind = Some(failure.kind);
                (failure.status, kind, &failure.headers, &failure.body)
            }
        };
        let event = AttemptEvent {
            operation: self.operation,
            attempt: self.attempts,
            status,
            error,
            duration,
            body_bytes: body.len(),
            delay,
        };
        span.end(&event, headers, &self.transport.shared.base_url);
        if let Some(observer) = &self.transport.shared.observer {
            observer.attempt(&event);
        }
    }

    fn sleeper(&self) -> &'a dyn Sleeper {
        &*self.transport.shared.sleeper
    }
}

/// Lets the limiter learn from a failed attempt.
fn settle(slot: Slot, failure: &Failure, now: Instant) -> Option<Refused> {
    match (failure.kind, failure.retry_after) {
        (ErrorKind::RateLimited, delay) => return Some(slot.refuse(now, delay)),
        // A quota says nothing about anybody else.
        (ErrorKind::Quota, _) => {}
        (_, Some(delay)) => slot.hold(now, delay),
        (_, None) if passed_limits(failure) => slot.accept(now),
        (_, None) => {}
    }
    None
}

/// Returns `true` if the answer shows that the server's limits let the request through.
fn passed_limits(failure: &Failure) -> bool {
    let status = failure.status;
    status.is_some_and(|status| status.is_success() || status.is_client_error())
}
