//! Thousands of calls against a server of which three in ten requests come to harm.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use octocom_ext::{Client, ClientBuilder, Error, Exhausted, operations as op};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use octocom_tests::script::builder;
use octocom_tests::server::{Act, Request, Server};
use octocom_tests::sleeper::Recorder;

/// Calls that one task makes one after the other; there are 50 tasks.
const TASKS: u64 = 50;

/// The server's view of each call, by the call's number.
#[derive(Debug, Default)]
struct Ledger(Mutex<HashMap<u64, Entry>>);

#[derive(Debug, Default, Clone, Copy)]
struct Entry {
    requests: u64,
    applied: u64,
}

impl Ledger {
    /// Handles a request: chance, which is the same in every run, decides about harm.
    fn handle(&self, number: u64) -> Act {
        let mut ledger = self.0.lock().unwrap();
        let entry = ledger.entry(number).or_default();
        entry.requests += 1;
        // Seeds that follow each other give numbers that do: hence the factor.
        let seed = (number * 100 + entry.requests).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut chance = fastrand::Rng::with_seed(seed);
        chance.u64(..);
        // A third each: turned away, harmed before it was applied, harmed after.
        let harm = if chance.u8(0..10) < 3 {
            chance.u8(1..8)
        } else {
            0
        };
        if matches!(harm, 0 | 6 | 7) {
            entry.applied += 1;
        }
        let limited = |delay: &str| Act::Answer {
            status: 429,
            headers: vec![("retry-after", delay.to_owned())],
            body: r#"{"error":"Too many requests"}"#.to_owned(),
        };
        match harm {
            0 => Act::answer(200, "{}"),
            1 => limited("1"),
            2 => limited("soon"),
            3 | 6 => Act::answer([500, 502, 503, 504][chance.usize(0..4)], "oops"),
            4 => Act::WriteAndClose(Vec::new()),
            7 => Act::WriteAndReset(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{".to_vec()),
            _ => Act::reset(),
        }
    }

    fn entry(&self, number: u64) -> Entry {
        self.0
            .lock()
            .unwrap()
            .get(&number)
            .copied()
            .unwrap_or_default()
    }
}

fn number(request: &Request) -> u64 {
    let digits = request.target.split("page=").nth(1).map(str::to_owned);
    digits
        .or_else(|| Some(serde_json::from_str::<Value>(&request.body).ok()?["n"].to_string()))
        .unwrap()
        .parse()
        .unwrap()
}

/// Makes this many calls from many tasks, through a client of this make.
async fn run(
    calls: u64,
    make: impl Fn(ClientBuilder) -> ClientBuilder,
    operation: &'static octocom_ext::Operation,
) -> (Arc<Ledger>, HashMap<u64, Result<Value, Error>>) {
    let ledger = Arc::new(Ledger::default());
    let server = Server::start({
        let ledger = Arc::clone(&ledger);
        move |request| ledger.handle(number(request))
    })
    .await;
    // The clock stands still, so that the waits of one call do not use up another's deadline.
    let client = make(builder(&server.url(), &Recorder::still()))
        .build()
        .unwrap();
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let client = client.clone();
        tasks.spawn(async move {
            let mut results = Vec::new();
            for n in (task..calls).step_by(TASKS as usize) {
                results.push((n, one(&client, operation, n).await));
            }
            results
        });
    }
    let results: HashMap<_, _> = tasks.join_all().await.into_iter().flatten().collect();
    assert_eq!(results.len() as u64, calls);
    (ledger, results)
}

async fn one(
    client: &Client,
    operation: &'static octocom_ext::Operation,
    n: u64,
) -> Result<Value, Error> {
    let api = client.api();
    let request = api.request(operation, &[]);
    let request = match operation.request {
        Some(_) => request.json(&json!({ "n": n })),
        None => request.query(&[("page", n)]),
    };
    let request = request.build().unwrap();
    Ok(api.send(operation, request).await?.parse()?.into_value())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_ten_thousand_unsafe_writes_none_is_applied_twice() {
    let (ledger, results) = run(
        10_000,
        |b| b.without_retry_budget(),
        &op::SEND_OUTBOUND_EMAIL,
    )
    .await;
    let (mut unclear, mut retried) = (0, 0);
    for (number, result) in results {
        let Entry { requests, applied } = ledger.entry(number);
        assert!(
            applied <= 1,
            "call {number} was applied {applied} times in {requests} requests"
        );
        retried += u64::from(requests > 1);
        match result {
            Ok(_) => assert_eq!(applied, 1, "call {number}"),
            Err(error) if error.may_have_been_processed() => {
                assert_eq!(error.exhausted(), None, "{error}");
                unclear += 1;
            }
            // A 429 is waited out, however often it comes.
            Err(error) => panic!("call {number}: {error:?}"),
        }
    }
    // The harm was really there: otherwise this test proves nothing.
    assert!((1500..3000).contains(&unclear), "{unclear} unclear");
    assert!(retried > 500, "{retried} retried");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_twelve_attempts_and_no_budget_every_read_succeeds() {
    let make = |b: ClientBuilder| b.with_max_attempts(12).without_retry_budget();
    let (ledger, results) = run(3000, make, &op::LIST_USERS).await;
    for (number, result) in results {
        assert!(
            result.is_ok(),
            "call {number}: {result:?} {:?}",
            ledger.entry(number)
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_the_defaults_every_failed_read_is_exhausted_or_the_budget_refused() {
    let (ledger, results) = run(3000, |b| b, &op::LIST_USERS).await;
    let mut by_budget = 0;
    for (number, result) in results {
        let Err(error) = result else { continue };
        assert_eq!(
            u64::from(error.attempts()),
            ledger.entry(number).requests,
            "{error}"
        );
        match error.exhausted() {
            // What was answered 429 does not count.
            Some(Exhausted::Attempts) => assert!(error.attempts() >= 5, "{error}"),
            Some(Exhausted::Budget) => by_budget += 1,
            other => panic!("{other:?}: {error:?}"),
        }
    }
    assert!(
        by_budget > 0,
        "at this rate of failures the budget must run out"
    );

    let (ledger, results) = run(3000, |b| b.without_retry_budget(), &op::LIST_USERS).await;
    let failed: Vec<_> = results
        .into_iter()
        .filter_map(|(n, r)| Some((n, r.err()?)))
        .collect();
    assert!(
        !failed.is_empty(),
        "at this rate of failures some must fail five times"
    );
    for (number, error) in failed {
        let requests = ledger.entry(number).requests;
        assert_eq!(u64::from(error.attempts()), requests, "{error}");
        assert!(requests >= 5, "{error}");
        assert_eq!(error.exhausted(), Some(Exhausted::Attempts), "{error}");
    }
}
