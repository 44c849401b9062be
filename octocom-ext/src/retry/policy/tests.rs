//! The decision after each kind of failure, and the limits in their order.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use octocom_api::{Answer, Idempotency, operations};

use super::*;
use crate::time::Always;

/// Returns the failure that a status tells of, with the delay that the server asks for.
fn failure(status: u16, delay: Option<Duration>, idempotency: Idempotency) -> Failure {
    let status = StatusCode::from_u16(status).unwrap();
    let answer = Answer::new(
        &operations::LIST_USERS,
        status,
        HeaderMap::new(),
        Bytes::new(),
    );
    let mut failure = Failure::from_status(&answer, idempotency);
    failure.retry_after = delay;
    failure
}

fn unavailable(delay: Option<Duration>) -> Failure {
    failure(503, delay, Idempotency::Safe)
}

fn limited(delay: Option<Duration>) -> Failure {
    failure(429, delay, Idempotency::Unsafe)
}

fn policy(budget: Option<&Budget>) -> Policy<'_> {
    Policy {
        max_attempts: 5,
        max_server_delay: Duration::from_secs(120),
        backoff: Backoff::default(),
        budget,
        random: &Always(0.5),
    }
}

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn what_is_not_retryable_is_permanent() {
    let policy = policy(None);
    for (status, idempotency) in [
        (503, Idempotency::Unsafe),
        (400, Idempotency::Safe),
        (404, Idempotency::Safe),
        (501, Idempotency::Idempotent),
    ] {
        let failure = failure(status, Some(SECOND), idempotency);
        assert_eq!(
            policy.decide(&failure, 1, None),
            Decision::Permanent,
            "{status}"
        );
    }
}

#[test]
fn delays_come_from_the_server_or_double() {
    for idempotency in [Idempotency::Safe, Idempotency::Idempotent] {
        let policy = policy(None);
        let unclear = failure(503, None, idempotency);
        let delays = [1, 2, 3, 4].map(|attempt| policy.decide(&unclear, attempt, None));
        let backoff = |ms| Decision::Retry(Delay::Backoff(Duration::from_millis(ms)));
        assert_eq!(delays, [250, 500, 1000, 2000].map(backoff));
        let decision = policy.decide(&failure(503, Some(SECOND), idempotency), 4, None);
        assert_eq!(decision, Decision::Retry(Delay::Server(SECOND)));
    }
}

#[test]
fn limits_are_asked_in_order_and_the_token_is_taken_last() {
    let budget = Budget::new(1);
    let policy = policy(Some(&budget));
    let long = limited(Some(121 * SECOND));
    let exhausted = Decision::Exhausted;
    let is_retried = |decision| matches!(decision, Decision::Retry(_));
    assert_eq!(
        policy.decide(&long, 5, None),
        exhausted(Exhausted::Attempts)
    );
    assert_eq!(
        policy.decide(&long, 1, None),
        exhausted(Exhausted::ServerDelay)
    );
    let left = Some(2 * SECOND);
    let decision = policy.decide(&limited(Some(2 * SECOND)), 1, left);
    assert_eq!(decision, exhausted(Exhausted::Deadline));
    let decision = policy.decide(&limited(None), 1, Some(SECOND / 4));
    assert_eq!(decision, exhausted(Exhausted::Deadline));
    // A delay of the server's is free; the one token is still there for a backoff.
    assert!(is_retried(policy.decide(&limited(Some(SECOND)), 1, left)));
    assert!(is_retried(policy.decide(&limited(None), 1, left)));
    assert_eq!(
        policy.decide(&limited(None), 1, left),
        exhausted(Exhausted::Budget)
    );
    assert!(is_retried(policy.decide(&limited(Some(SECOND)), 1, left)));
}

#[test]
fn a_503_with_a_delay_takes_a_token() {
    let unclear = unavailable(Some(SECOND));
    let budget = Budget::new(1);
    let policy = policy(Some(&budget));
    assert!(matches!(
        policy.decide(&unclear, 1, None),
        Decision::Retry(_)
    ));
    let decision = policy.decide(&unclear, 1, None);
    assert_eq!(decision, Decision::Exhausted(Exhausted::Budget));
}

#[test]
fn an_over_deadline_is_never_slept_even_without_jitter() {
    let policy = Policy {
        backoff: Backoff {
            initial: Duration::ZERO,
            max: Duration::ZERO,
        },
        ..policy(None)
    };
    let decision = policy.decide(&unavailable(None), 1, Some(Duration::ZERO));
    assert_eq!(decision, Decision::Exhausted(Exhausted::Deadline));
}
