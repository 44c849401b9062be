//! Permits and pace.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use octocom_ext::{Client, Error, Exhausted, Operation, operations as op};
use serde_json::Value;
use tokio::task::JoinHandle;

use octocom_tests::script::{KEY, builder, call};
use octocom_tests::server::{Act, Server};
use octocom_tests::sleeper::{Hourglass, Recorder, until};

const SECOND: Duration = Duration::from_secs(1);

fn silence() -> Act {
    Act::WriteAndStall(Vec::new())
}

fn spawn(client: &Client, operation: &'static Operation) -> JoinHandle<Result<Value, Error>> {
    let client = client.clone();
    tokio::spawn(async move { call(&client, operation).await })
}

async fn until_calls(server: &Server, calls: usize) {
    until(|| server.calls() >= calls).await;
}

#[tokio::test]
async fn no_more_attempts_of_a_group_are_under_way_than_there_are_permits() {
    let server = Server::script([silence(), silence(), Act::answer(200, "{}")]).await;
    let hourglass = Hourglass::new();
    let client = Client::builder()
        .with_api_key(KEY)
        .with_base_url(server.url())
        .with_sleeper(hourglass.clone())
        .with_max_concurrency(2)
        .build()
        .unwrap();
    let stuck = [
        spawn(&client, &op::LIST_USERS),
        spawn(&client, &op::LIST_TEAMS),
    ];
    until_calls(&server, 2).await;
    let third = spawn(&client, &op::LIST_MACROS);
    // The third waits for its turn, no longer than its deadline.
    hourglass.until_waits(1).await;
    assert_eq!((server.calls(), hourglass.waits()), (2, vec![180 * SECOND]));
    stuck[0].abort();
    third.await.unwrap().unwrap();
    assert_eq!(server.calls(), 3);
    stuck[1].abort();
}

#[tokio::test]
async fn a_call_whose_turn_does_not_come_in_time_fails_with_nothing_sent() {
    let server = Server::script([silence(), Act::answer(200, "{}")]).await;
    let hourglass = Hourglass::new();
    let client = Client::builder()
        .with_api_key(KEY)
        .with_base_url(server.url())
        .with_sleeper(hourglass.clone())
        .with_max_concurrency(1)
        .build()
        .unwrap();
    let stuck = spawn(&client, &op::LIST_USERS);
    until_calls(&server, 1).await;
    let second = spawn(&client.with_deadline(5 * SECOND), &op::SEND_OUTBOUND_EMAIL);
    hourglass.until_waits(1).await;
    hourglass.set(5 * SECOND);
    let error = second.await.unwrap().unwrap_err();
    assert_eq!(
        (error.exhausted(), error.attempts()),
        (Some(Exhausted::Deadline), 0),
        "{error}"
    );
    assert!(error.is_timeout() && error.is_retryable(), "{error:?}");
    assert!(!error.may_have_been_processed(), "{error:?}");
    // Another group has permits of its own.
    call(&client, &op::START_BOT_CONVERSATION).await.unwrap();
    assert_eq!(server.calls(), 2);
    stuck.abort();
}

#[tokio::test]
async fn permits_shrink_on_429_and_recover() {
    let answered = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&answered);
    // One 429, four successes, then silence: what is under way shows how many permits there are.
    let server = Server::start(move |_| match count.fetch_add(1, Ordering::SeqCst) {
        0 => Act::answer(429, ""),
        1..=4 => Act::answer(200, "{}"),
        _ => silence(),
    })
    .await;
    let recorder = Recorder::new();
    let client = builder(&server.url(), &recorder)
        .with_max_concurrency(4)
        .build()
        .unwrap();
    // The 429 leaves two of four, two successes of a retry and a call make it three.
    call(&client, &op::LIST_USERS).await.unwrap();
    call(&client, &op::LIST_USERS).await.unwrap();
    call(&client, &op::LIST_USERS).await.unwrap();
    call(&client, &op::LIST_USERS).await.unwrap();
    let calls: Vec<_> = (0..10).map(|_| spawn(&client, &op::LIST_USERS)).collect();
    // Three are with the server, and the other seven wait for their turn: nothing is left to come.
    until_calls(&server, 5 + 3).await;
    until(|| recorder.limited() >= 7).await;
    assert_eq!((server.calls(), recorder.limited()), (5 + 3, 7));
    calls.iter().for_each(JoinHandle::abort);
}

#[tokio::test]
async fn attempts_start_evenly_spread_when_a_pace_is_set() {
    let acts = [200, 503, 200, 200].map(|status| Act::answer(status, "{}"));
    let server = Server::script(acts).await;
    let recorder = Recorder::new();
    let paced = builder(&server.url(), &recorder)
        .with_requests_per_second(2.0)
        .build()
        .unwrap();
    call(&paced, &op::LIST_USERS).await.unwrap();
    // Half a second for its turn, 250 ms of backoff and what is left of the half second.
    call(&paced, &op::LIST_USERS).await.unwrap();
    assert_eq!(recorder.waits(), [500, 250, 250]);
    recorder.advance(10 * SECOND);
    call(&paced, &op::START_BOT_CONVERSATION).await.unwrap();
    assert_eq!((server.calls(), recorder.waits().len()), (4, 3));
}

#[tokio::test]
async fn a_turn_after_the_deadline_is_not_waited_for() {
    let server = Server::script([Act::answer(200, "{}")]).await;
    let recorder = Recorder::new();
    let paced = builder(&server.url(), &recorder)
        .with_requests_per_second(0.1)
        .build()
        .unwrap();
    call(&paced, &op::LIST_USERS).await.unwrap();
    let error = call(&paced.with_deadline(9 * SECOND), &op::LIST_USERS)
        .await
        .unwrap_err();
    assert_eq!(
        (error.exhausted(), error.attempts()),
        (Some(Exhausted::Deadline), 0),
        "{error}"
    );
    assert_eq!((server.calls(), recorder.waits()), (1, vec![]));
}
