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
            policy.decide(&failure, 1, None, None),
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
        let delays = [1, 2, 3, 4].map(|attempt| policy.decide(&unclear, attempt, None, None));
        let backoff = |ms| Decision::Retry(Delay::Backoff(Duration::from_millis(ms)));
        assert_eq!(delays, [250, 500, 1000, 2000].map(backoff));
        let decision = policy.decide(&failure(503, Some(SECOND), idempotency), 4, None, None);
        assert_eq!(decision, Decision::Retry(Delay::Server(SECOND)));
    }
}

#[test]
fn limits_are_asked_in_order_and_the_token_is_taken_last() {
    let budget = Budget::new(1);
    let policy = policy(Some(&budget));
    let long = Some(121 * SECOND);
    let exhausted = Decision::Exhausted;
    let decide = |attempt, delay, left| policy.decide(&unavailable(delay), attempt, None, left);
    assert_eq!(decide(5, long, None), exhausted(Exhausted::Attempts));
    assert_eq!(decide(1, long, None), exhausted(Exhausted::ServerDelay));
    let left = Some(2 * SECOND);
    let deadline = exhausted(Exhausted::Deadline);
    assert_eq!(decide(1, Some(2 * SECOND), left), deadline);
    assert_eq!(decide(1, None, Some(SECOND / 4)), deadline);
    assert!(matches!(decide(1, None, left), Decision::Retry(_)));
    assert_eq!(decide(1, None, left), exhausted(Exhausted::Budget));
}

/// Decides after a 429 that the limiter answered with these times, in seconds.
fn throttled(
    policy: &Policy<'_>,
    attempt: u32,
    server_delay: Option<u32>,
    (wait, refusing_for): (u32, u32),
    left: Option<u32>,
) -> Decision {
    let refused = Refused {
        wait: wait * SECOND,
        refusing_for: refusing_for * SECOND,
    };
    let seconds = |number: u32| number * SECOND;
    let failure = failure(429, server_delay.map(seconds), Idempotency::Unsafe);
    policy.decide(&failure, attempt, Some(refused), left.map(seconds))
}

#[test]
fn a_429_is_bounded_by_time_and_costs_neither_attempts_nor_tokens() {
    let budget = Budget::new(1);
    assert!(budget.take());
    let policy = policy(Some(&budget));
    let retry = |seconds: u32| Decision::Retry(Delay::Server(seconds * SECOND));
    for delay in [None, Some(8)] {
        assert_eq!(throttled(&policy, 99, delay, (8, 0), Some(9)), retry(8));
        let deadline = Decision::Exhausted(Exhausted::Deadline);
        assert_eq!(throttled(&policy, 1, delay, (8, 0), Some(8)), deadline);
    }
    // The deadline is the only bound where there is one.
    assert_eq!(throttled(&policy, 1, None, (8, 3600), Some(9)), retry(8));
}

#[test]
fn without_a_deadline_a_429_is_retried_for_fifteen_minutes() {
    let policy = policy(None);
    let retry = Decision::Retry(Delay::Server(60 * SECOND));
    assert_eq!(throttled(&policy, 1, None, (60, 840), None), retry);
    let exhausted = Decision::Exhausted(Exhausted::ServerDelay);
    assert_eq!(throttled(&policy, 1, None, (60, 841), None), exhausted);
}

#[test]
fn a_429_that_names_too_long_a_delay_is_not_retried() {
    let policy = policy(None);
    let retry = Decision::Retry(Delay::Server(120 * SECOND));
    assert_eq!(throttled(&policy, 1, Some(120), (120, 0), Some(180)), retry);
    let exhausted = Decision::Exhausted(Exhausted::ServerDelay);
    assert_eq!(
        throttled(&policy, 1, Some(121), (121, 0), Some(180)),
        exhausted
    );
}

#[test]
fn one_attempt_means_no_retry_after_a_429_either() {
    let policy = Policy {
        max_attempts: 1,
        ..policy(None)
    };
    let exhausted = Decision::Exhausted(Exhausted::Attempts);
    assert_eq!(throttled(&policy, 0, None, (1, 0), Some(9)), exhausted);
}

#[test]
fn a_503_with_a_delay_takes_a_token() {
    let unclear = unavailable(Some(SECOND));
    let budget = Budget::new(1);
    let policy = policy(Some(&budget));
    assert!(matches!(
        policy.decide(&unclear, 1, None, None),
        Decision::Retry(_)
    ));
    let decision = policy.decide(&unclear, 1, None, None);
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
    let decision = policy.decide(&unavailable(None), 1, None, Some(Duration::ZERO));
    assert_eq!(decision, Decision::Exhausted(Exhausted::Deadline));
}
