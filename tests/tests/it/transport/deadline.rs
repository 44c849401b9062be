//! Attempt timeouts inside one deadline, and calls that are dropped.

use std::time::{Duration, Instant};

use octocom_ext::{ErrorKind, Exhausted, operations as op};

use octocom_tests::script::{USERS, builder, call};
use octocom_tests::server::{Act, Server};
use octocom_tests::sleeper::{Recorder, until};

/// Short, because these run on the HTTP client's own timer and not on the recorder's.
const SOON: Duration = Duration::from_millis(60);

fn silence() -> Act {
    Act::WriteAndStall(Vec::new())
}

fn slow_body() -> Act {
    Act::WriteAndStall(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"data\":".to_vec())
}

#[tokio::test]
async fn an_attempt_ends_by_its_timeout_and_a_read_is_retried() {
    for act in [silence(), slow_body()] {
        let server = Server::script([act, Act::answer(200, USERS)]).await;
        let recorder = Recorder::new();
        let client = builder(&server.url(), &recorder)
            .with_attempt_timeout(SOON)
            .build()
            .unwrap();
        call(&client, &op::LIST_USERS).await.unwrap();
        assert_eq!((server.calls(), recorder.waits()), (2, vec![250]));
    }
}

#[tokio::test]
async fn a_timeout_of_an_unsafe_write_is_an_error_at_once() {
    for act in [silence(), slow_body()] {
        let server = Server::script([act, Act::answer(200, "{}")]).await;
        let recorder = Recorder::new();
        let client = builder(&server.url(), &recorder)
            .build()
            .unwrap()
            .with_attempt_timeout(SOON);
        let error = call(&client, &op::SEND_BOT_MESSAGE).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.exhausted()),
            (ErrorKind::Timeout, None),
            "{error}"
        );
        assert!(
            error.may_have_been_processed() && error.is_timeout(),
            "{error:?}"
        );
        assert_eq!((server.calls(), recorder.waits()), (1, vec![]));
    }
}

#[tokio::test]
async fn an_attempt_never_outlives_the_deadline() {
    // The operation allows 30 seconds, the deadline far less: the answer comes never.
    let server = Server::start(|_| silence()).await;
    let client = octocom_ext::Client::builder()
        .with_api_key("k")
        .with_base_url(server.url())
        .with_deadline(SOON)
        .build()
        .unwrap();
    let began = Instant::now();
    let error = call(&client, &op::LIST_USERS).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::Timeout, 1),
        "{error}"
    );
    assert_eq!(error.exhausted(), Some(Exhausted::Deadline), "{error}");
    assert!(
        error.elapsed() >= SOON && began.elapsed() < Duration::from_secs(10),
        "{error:?}"
    );
    assert_eq!(
        error.to_string(),
        "list_users failed: no complete response in time after 1 attempt, \
         the deadline leaves no time for another attempt"
    );
}

#[tokio::test]
async fn the_time_of_attempts_counts_against_the_deadline() {
    for (seconds, attempts) in [(59, 4), (60, 3), (90, 2), (180, 1), (200, 1)] {
        let recorder = Recorder::new();
        let clock = recorder.clone();
        let server = Server::start(move |_| {
            clock.advance(Duration::from_secs(seconds));
            Act::answer(503, "")
        })
        .await;
        let client = builder(&server.url(), &recorder).build().unwrap();
        let error = call(&client, &op::LIST_USERS).await.unwrap_err();
        assert_eq!(
            error.exhausted(),
            Some(Exhausted::Deadline),
            "{seconds} {error}"
        );
        assert_eq!(
            (server.calls(), error.attempts()),
            (attempts, attempts as u32),
            "{seconds}"
        );
        // No attempt began after the deadline.
        let last_start = error.elapsed() - Duration::from_secs(seconds);
        assert!(last_start < Duration::from_secs(180), "{error:?}");
    }
}

#[tokio::test]
async fn without_a_deadline_only_the_attempts_are_counted() {
    let recorder = Recorder::new();
    let clock = recorder.clone();
    let server = Server::start(move |_| {
        clock.advance(Duration::from_secs(3600));
        Act::answer(503, "")
    })
    .await;
    let client = builder(&server.url(), &recorder)
        .build()
        .unwrap()
        .without_deadline();
    let error = call(&client, &op::LIST_USERS).await.unwrap_err();
    assert_eq!(error.exhausted(), Some(Exhausted::Attempts), "{error}");
    assert_eq!((server.calls(), error.attempts()), (5, 5));
}

#[test]
fn synchronous_bot_calls_may_take_longer_than_the_server_takes() {
    for operation in op::ALL {
        let bot = operation.path.starts_with("/rest/v1/bot/");
        let expected = Duration::from_secs(if bot { 45 } else { 30 });
        assert_eq!(operation.attempt_timeout, expected, "{}", operation.id);
    }
}

#[tokio::test]
async fn dropping_a_call_ends_it_at_once_and_gives_its_permit_back() {
    let server = Server::script([silence(), Act::answer(200, USERS)]).await;
    let recorder = Recorder::new();
    let client = builder(&server.url(), &recorder)
        .with_max_concurrency(1)
        .build()
        .unwrap();
    let dropped = tokio::spawn({
        let client = client.clone();
        async move { call(&client, &op::SEND_OUTBOUND_EMAIL).await }
    });
    until(|| server.calls() > 0).await;
    dropped.abort();
    assert!(dropped.await.unwrap_err().is_cancelled());
    call(&client, &op::LIST_USERS).await.unwrap();
    assert_eq!((server.calls(), recorder.waits()), (2, vec![]));
}
