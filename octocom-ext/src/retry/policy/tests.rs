//! The retry table, row by row.

use bytes::Bytes;
use http::HeaderMap;
use octocom_api::operations;

use super::*;
use crate::time::Always;
use crate::transport::Answer;

fn verdict(operation: &Operation, status: u16, body: &'static str) -> Verdict {
    let status = StatusCode::from_u16(status).unwrap();
    let body = Bytes::from_static(body.as_bytes());
    Verdict::of(
        operation,
        &Outcome::Answered(Answer {
            status,
            headers: HeaderMap::new(),
            body,
        }),
    )
}

fn policy(replay: Replay, budget: Option<&Budget>) -> Policy<'_> {
    Policy {
        replay,
        max_attempts: 5,
        max_server_delay: Duration::from_secs(120),
        backoff: Backoff::default(),
        budget,
        random: &Always(0.5),
    }
}

const SECOND: Duration = Duration::from_secs(1);
const REPEATABLE: [Replay; 2] = [Replay::Safe, Replay::Idempotent];

#[test]
fn every_status_has_its_row() {
    for status in 200..=599 {
        let verdict = verdict(&operations::LIST_USERS, status, "");
        let expected = match status {
            200..=299 => Effect::Done,
            429 => Effect::Deferred,
            408 | 500 | 502 | 503 | 504 => Effect::Unclear,
            _ => Effect::Rejected,
        };
        assert_eq!(verdict.effect, expected, "{status}");
        assert_eq!(verdict.kind.is_none(), status < 300, "{status}");
        let ambiguous = matches!(status, 300..=399 | 408 | 500..=599);
        assert_eq!(verdict.ambiguous, ambiguous, "{status}");
    }
}

#[test]
fn only_unclear_failures_depend_on_the_operation() {
    let classes = [Replay::Safe, Replay::Idempotent, Replay::Unsafe];
    for (effect, retried) in [
        (Effect::Done, [false; 3]),
        (Effect::Rejected, [false; 3]),
        (Effect::Deferred, [true; 3]),
        (Effect::Unreached, [true; 3]),
        (Effect::Unclear, [true, true, false]),
    ] {
        let verdict = Verdict {
            kind: Some(ErrorKind::Server),
            effect,
            ambiguous: false,
        };
        assert_eq!(
            classes.map(|class| verdict.is_retryable(class)),
            retried,
            "{effect:?}"
        );
    }
}

#[test]
fn a_quota_is_told_by_its_text_in_any_case() {
    let metadata = &operations::SET_CONVERSATION_METADATA;
    for (operation, body, kind) in [
        (
            metadata,
            r#"{"error":"Pair limit exceeded"}"#,
            ErrorKind::Quota,
        ),
        (
            metadata,
            r#"{"error":"PAIR LIMIT EXCEEDED"}"#,
            ErrorKind::Quota,
        ),
        (
            metadata,
            r#"{"error":"Message limit exceeded"}"#,
            ErrorKind::RateLimited,
        ),
        (
            metadata,
            r#"{"error":"Rate limit exceeded"}"#,
            ErrorKind::RateLimited,
        ),
        (metadata, "pair limit", ErrorKind::RateLimited),
        (
            &operations::LIST_USERS,
            r#"{"error":"Pair limit exceeded"}"#,
            ErrorKind::RateLimited,
        ),
    ] {
        assert_eq!(verdict(operation, 429, body).kind, Some(kind), "{body}");
    }
}

#[test]
fn delays_come_from_the_server_or_double() {
    let unclear = verdict(&operations::LIST_USERS, 503, "");
    for replay in REPEATABLE {
        let policy = policy(replay, None);
        let delays = [1, 2, 3, 4].map(|attempt| policy.decide(unclear, attempt, None, None));
        let backoff = |ms| Decision::Retry(Delay::Backoff(Duration::from_millis(ms)));
        assert_eq!(delays, [250, 500, 1000, 2000].map(backoff));
        let decision = policy.decide(unclear, 4, Some(SECOND), None);
        assert_eq!(decision, Decision::Retry(Delay::Server(SECOND)));
    }
}

#[test]
fn limits_are_asked_in_order_and_the_token_is_taken_last() {
    let limited = verdict(&operations::LIST_USERS, 429, "");
    let budget = Budget::new(1);
    let policy = policy(Replay::Safe, Some(&budget));
    let long = Some(121 * SECOND);
    let exhausted = Decision::Exhausted;
    assert_eq!(
        policy.decide(limited, 5, long, None),
        exhausted(Exhausted::Attempts)
    );
    assert_eq!(
        policy.decide(limited, 1, long, None),
        exhausted(Exhausted::ServerDelay)
    );
    let left = Some(2 * SECOND);
    let decision = policy.decide(limited, 1, Some(2 * SECOND), left);
    assert_eq!(decision, exhausted(Exhausted::Deadline));
    let decision = policy.decide(limited, 1, None, Some(SECOND / 4));
    assert_eq!(decision, exhausted(Exhausted::Deadline));
    // A delay of the server's is free; the one token is still there for a backoff.
    assert!(matches!(
        policy.decide(limited, 1, Some(SECOND), left),
        Decision::Retry(_)
    ));
    assert!(matches!(
        policy.decide(limited, 1, None, left),
        Decision::Retry(_)
    ));
    assert_eq!(
        policy.decide(limited, 1, None, left),
        exhausted(Exhausted::Budget)
    );
    assert!(matches!(
        policy.decide(limited, 1, Some(SECOND), left),
        Decision::Retry(_)
    ));
}

#[test]
fn a_503_with_a_delay_takes_a_token() {
    let unclear = verdict(&operations::LIST_USERS, 503, "");
    let budget = Budget::new(1);
    let policy = policy(Replay::Safe, Some(&budget));
    assert!(matches!(
        policy.decide(unclear, 1, Some(SECOND), None),
        Decision::Retry(_)
    ));
    let decision = policy.decide(unclear, 1, Some(SECOND), None);
    assert_eq!(decision, Decision::Exhausted(Exhausted::Budget));
}

#[test]
fn an_over_deadline_is_never_slept_even_without_jitter() {
    let unclear = verdict(&operations::LIST_USERS, 503, "");
    let policy = Policy {
        backoff: Backoff {
            initial: Duration::ZERO,
            max: Duration::ZERO,
        },
        ..policy(Replay::Safe, None)
    };
    let decision = policy.decide(unclear, 1, None, Some(Duration::ZERO));
    assert_eq!(decision, Decision::Exhausted(Exhausted::Deadline));
}
