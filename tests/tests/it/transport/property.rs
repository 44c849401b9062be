//! Random sequences of outcomes for every operation.
//!
//! Whatever happens: a write that is not known to be repeatable reaches the server a second time
//! only if the server turned it away with 429 or it never got there; there are no more attempts
//! than allowed; and none begins when the deadline is over.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use octocom_ext::{Client, ErrorKind, Idempotency, Operation, operations as op};
use proptest::prelude::*;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use octocom_tests::script::{KEY, call};
use octocom_tests::server::{Act, Server};
use octocom_tests::sleeper::{Fixed, Recorder};

/// The end of an attempt, and its duration.
#[derive(Debug, Clone)]
enum Outcome {
    /// No name, no connection, nothing sent.
    Unresolved(u64),
    /// 429 with a delay in milliseconds, or without.
    Limited(u64, Option<u64>),
    /// Another status.
    Status(u64, u16),
    /// The connection breaks before or in the middle of the answer.
    Broken(u64, bool),
}

fn outcome() -> impl Strategy<Value = Outcome> {
    let time = || prop_oneof![3 => Just(0_u64), 1 => 0..70_000_u64];
    let delay = prop_oneof![Just(None), (0..200_000_u64).prop_map(Some)];
    let status = prop::sample::select(vec![
        200_u16, 201, 204, 302, 400, 401, 403, 404, 408, 409, 418, 500, 501, 502, 503, 504, 520,
    ]);
    prop_oneof![
        2 => time().prop_map(Outcome::Unresolved),
        3 => (time(), delay).prop_map(|(time, delay)| Outcome::Limited(time, delay)),
        4 => (time(), status).prop_map(|(time, status)| Outcome::Status(time, status)),
        2 => (time(), any::<bool>()).prop_map(|(time, body)| Outcome::Broken(time, body)),
    ]
}

/// The simulated server: the outcomes to come, and the attempts so far with their start times.
#[derive(Debug, Default)]
struct World {
    coming: VecDeque<Outcome>,
    happened: Vec<(Duration, Outcome)>,
}

#[derive(Debug)]
struct Stage {
    world: Mutex<World>,
    clock: Arc<Recorder>,
}

impl Stage {
    /// Takes the next outcome if it is of this sort. After the last one all is well.
    fn next(&self, unresolved: bool) -> Option<Outcome> {
        let mut world = self.world.lock().unwrap();
        let next = world
            .coming
            .front()
            .cloned()
            .unwrap_or(Outcome::Status(0, 200));
        if matches!(next, Outcome::Unresolved(_)) != unresolved {
            return None;
        }
        world.coming.pop_front();
        world.happened.push((self.clock.passed(), next.clone()));
        let (Outcome::Unresolved(time)
        | Outcome::Limited(time, _)
        | Outcome::Status(time, _)
        | Outcome::Broken(time, _)) = next;
        self.clock.advance(Duration::from_millis(time));
        Some(next)
    }

    fn act(&self) -> Act {
        // A connection serves one attempt, so that the next asks for the address again.
        let close = ("connection", "close".to_owned());
        match self.next(false) {
            Some(Outcome::Limited(_, delay)) => {
                let delay = delay.map(|delay| ("retry-after-ms", delay.to_string()));
                let headers = delay.into_iter().chain([close]).collect();
                Act::Answer {
                    status: 429,
                    headers,
                    body: String::new(),
                }
            }
            Some(Outcome::Status(_, 204)) => {
                Act::WriteAndClose(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n".to_vec())
            }
            Some(Outcome::Status(_, status)) => Act::Answer {
                status,
                headers: vec![close],
                body: "{}".to_owned(),
            },
            Some(Outcome::Broken(_, true)) => {
                Act::WriteAndClose(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{".to_vec())
            }
            _ => Act::reset(),
        }
    }
}

/// Finds the server, unless the next outcome is that it does not.
struct Finder(Arc<Stage>, std::net::SocketAddr);

impl Resolve for Finder {
    fn resolve(&self, _: Name) -> Resolving {
        let found = self.0.next(true).is_none();
        let address: Addrs = Box::new(std::iter::once(self.1));
        Box::pin(async move {
            if found {
                Ok(address)
            } else {
                Err("no such name".into())
            }
        })
    }
}

struct Limits {
    max_attempts: u32,
    deadline: Duration,
}

async fn check(outcomes: &[Outcome], limits: &Limits) -> Result<(), TestCaseError> {
    let clock = Recorder::new();
    let stage = Arc::new(Stage {
        world: Mutex::default(),
        clock: Arc::clone(&clock),
    });
    let server = Server::start({
        let stage = Arc::clone(&stage);
        move |_| stage.act()
    })
    .await;
    let finder = Arc::new(Finder(Arc::clone(&stage), server.address));
    let http = reqwest::Client::builder()
        .dns_resolver(finder)
        .pool_max_idle_per_host(0)
        .no_proxy();
    let client = Client::builder()
        .with_api_key(KEY)
        .with_base_url(format!("http://localhost:{}", server.address.port()))
        .with_http(http)
        .with_sleeper(clock.clone())
        .with_random(Arc::new(Fixed(0.9)))
        .with_max_attempts(limits.max_attempts)
        .with_deadline(limits.deadline)
        .without_retry_budget()
        .build()
        .unwrap();
    for operation in op::ALL {
        *stage.world.lock().unwrap() = World {
            coming: outcomes.iter().cloned().collect(),
            happened: Vec::new(),
        };
        let (began, before) = (clock.passed(), server.calls());
        let result = call(&client, operation).await;
        let requests = server.calls() - before;
        let happened = std::mem::take(&mut stage.world.lock().unwrap().happened);
        judge(operation, &result, &happened, requests, began, limits).map_err(|error| {
            TestCaseError::fail(format!("{}: {error} {result:?}", operation.id))
        })?;
    }
    Ok(())
}

fn judge(
    operation: &Operation,
    result: &Result<serde_json::Value, octocom_ext::Error>,
    happened: &[(Duration, Outcome)],
    requests: usize,
    began: Duration,
    limits: &Limits,
) -> Result<(), TestCaseError> {
    let reached = |outcome: &Outcome| !matches!(outcome, Outcome::Unresolved(_));
    prop_assert_eq!(
        happened
            .iter()
            .filter(|(_, outcome)| reached(outcome))
            .count(),
        requests
    );
    // A 429 costs no attempt, unless there is only one.
    let costs =
        |outcome: &Outcome| limits.max_attempts == 1 || !matches!(outcome, Outcome::Limited(..));
    let attempts = happened
        .iter()
        .filter(|(_, outcome)| costs(outcome))
        .count();
    prop_assert!(attempts <= limits.max_attempts as usize, "{happened:?}");
    for (start, outcome) in happened {
        prop_assert!(
            *start - began < limits.deadline,
            "{outcome:?} began at {start:?}"
        );
    }
    let harmless =
        |outcome: &Outcome| matches!(outcome, Outcome::Unresolved(_) | Outcome::Limited(..));
    let (last, earlier) = match happened.split_last() {
        Some(((_, last), earlier)) => (Some(last), earlier),
        None => (None, happened),
    };
    if operation.idempotency == Idempotency::Unsafe {
        let again = earlier.iter().find(|(_, outcome)| !harmless(outcome));
        prop_assert!(again.is_none(), "sent again after {again:?}");
    }
    // A 204 has no body, which the document may promise: it counts as a body that was cut off.
    let is_cut = |outcome: &Outcome| {
        matches!(outcome, Outcome::Status(_, 204)) && operation.success.is_some()
    };
    let success = matches!(last, Some(Outcome::Status(_, 200..=299)));
    let success = success && !last.is_some_and(is_cut);
    prop_assert_eq!(result.is_ok(), success, "{:?}", last);
    if let Err(error) = result {
        prop_assert_eq!(error.attempts() as usize, happened.len());
        // Who is told that nothing was processed can rely on it.
        let maybe = happened.iter().any(|(_, outcome)| match outcome {
            Outcome::Broken(..) => true,
            outcome if is_cut(outcome) => true,
            Outcome::Status(_, status) => {
                matches!(status, 300..=399 | 408 | 500..=599)
            }
            _ => false,
        });
        let writes = operation.idempotency != Idempotency::Safe;
        prop_assert_eq!(error.may_have_been_processed(), maybe && writes);
        prop_assert_eq!(
            error.kind() == ErrorKind::Connect,
            matches!(last, Some(Outcome::Unresolved(_)))
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 32,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_sequence_of_outcomes_breaks_a_promise(
        outcomes in prop::collection::vec(outcome(), 0..9),
        max_attempts in 1_u32..8,
        deadline in 1_u64..200,
    ) {
        let limits = Limits { max_attempts, deadline: Duration::from_secs(deadline) };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(check(&outcomes, &limits))?;
    }
}
