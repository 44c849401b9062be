//! Delays that hold back whoever shares the limit, and nobody else.

use std::sync::Arc;
use std::time::Duration;

use octocom_ext::{Client, Error, ErrorKind, Exhausted, Operation, operations as op};
use serde_json::Value;
use tokio::task::{JoinHandle, JoinSet};

use octocom_tests::script::{KEY, call, call_with};
use octocom_tests::server::{Act, Server};
use octocom_tests::sleeper::{Fixed, Hourglass, Recorder};

const SECOND: Duration = Duration::from_secs(1);

fn limited(seconds: u64) -> Act {
    Act::Answer {
        status: 429,
        headers: vec![("retry-after", seconds.to_string())],
        body: String::new(),
    }
}

fn good() -> Act {
    Act::answer(200, "{}")
}

/// Limits the first request for a path that ends so, and answers all others.
async fn limiting(suffix: &'static str, seconds: u64) -> Server {
    let first = std::sync::atomic::AtomicBool::new(true);
    Server::start(move |request| {
        let hit = request.target.ends_with(suffix)
            && first.swap(false, std::sync::atomic::Ordering::SeqCst);
        if hit { limited(seconds) } else { good() }
    })
    .await
}

fn client(server: &Server) -> (Client, Arc<Hourglass>) {
    let hourglass = Hourglass::new();
    let client = Client::builder()
        .with_api_key(KEY)
        .with_base_url(server.url())
        .with_sleeper(hourglass.clone())
        .with_random(Arc::new(Fixed(0.5)))
        .build()
        .unwrap();
    (client, hourglass)
}

fn spawn(client: &Client, operation: &'static Operation) -> JoinHandle<Result<Value, Error>> {
    let client = client.clone();
    tokio::spawn(async move { call(&client, operation).await })
}

#[tokio::test]
async fn a_delay_holds_back_every_clone_and_every_operation_of_the_group() {
    let server = limiting("/users", 8).await;
    let (client, hourglass) = client(&server);
    let first = spawn(&client, &op::LIST_USERS);
    hourglass.until_waits(1).await;
    let second = spawn(&client.with_max_attempts(1), &op::LIST_TEAMS);
    let third = spawn(&client.clone(), &op::CREATE_ARTICLE);
    hourglass.until_waits(3).await;
    assert_eq!(
        server.calls(),
        1,
        "nobody may ask while the group cools down"
    );
    // The first when the server said, the others half of the window of two seconds later.
    assert_eq!(hourglass.waits(), [8 * SECOND, 9 * SECOND, 9 * SECOND]);
    hourglass.set(8 * SECOND);
    first.await.unwrap().unwrap();
    assert_eq!(server.calls(), 2);
    hourglass.set(9 * SECOND);
    second.await.unwrap().unwrap();
    third.await.unwrap().unwrap();
    assert_eq!(server.calls(), 4);
}

#[tokio::test]
async fn an_hour_for_starting_bot_conversations_does_not_slow_an_export() {
    let server = limiting("/bot/conversations", 3600).await;
    let (client, hourglass) = client(&server);
    let patient = client
        .with_max_server_delay(3600 * SECOND)
        .with_deadline(7200 * SECOND);
    let start = spawn(&patient, &op::START_BOT_CONVERSATION);
    hourglass.until_waits(1).await;
    for operation in [
        &op::LIST_CONVERSATIONS,
        &op::GET_CONVERSATION,
        &op::SEND_BOT_MESSAGE,
    ] {
        call(&client, operation).await.unwrap();
    }
    assert_eq!((server.calls(), hourglass.waits().len()), (4, 1));
    // Who starts another one is told at once how long it takes.
    let error = call(&client, &op::START_BOT_CONVERSATION)
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::RateLimited, 0),
        "{error}"
    );
    assert_eq!(error.exhausted(), Some(Exhausted::ServerDelay), "{error}");
    assert_eq!(error.retry_after(), Some(3600 * SECOND));
    assert!(
        !error.may_have_been_processed() && error.is_retryable(),
        "{error:?}"
    );
    let hurried = client.with_max_server_delay(3600 * SECOND);
    let error = call(&hurried, &op::START_BOT_CONVERSATION)
        .await
        .unwrap_err();
    assert_eq!(error.exhausted(), Some(Exhausted::Deadline), "{error}");
    assert_eq!(
        error.to_string(),
        "start_bot_conversation failed, nothing was sent, \
         the deadline leaves no time for another attempt"
    );
    assert_eq!((server.calls(), hourglass.waits().len()), (4, 1));
    hourglass.set(3600 * SECOND);
    start.await.unwrap().unwrap();
}

#[tokio::test]
async fn messages_of_one_conversation_do_not_hold_back_those_of_another() {
    let server = limiting("/bot/conversations/a/messages", 8).await;
    let (client, hourglass) = client(&server);
    let held = tokio::spawn({
        let client = client.clone();
        async move { call_with(&client, &op::SEND_BOT_MESSAGE, "a").await }
    });
    hourglass.until_waits(1).await;
    call_with(&client, &op::SEND_BOT_MESSAGE, "b")
        .await
        .unwrap();
    assert_eq!((server.calls(), hourglass.waits()), (2, vec![8 * SECOND]));
    hourglass.set(8 * SECOND);
    held.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_hundred_waiting_calls_are_released_one_after_the_other() {
    let server = limiting("/users", 20).await;
    let hourglass = Hourglass::new();
    let client = Client::builder()
        .with_api_key(KEY)
        .with_base_url(server.url())
        .with_sleeper(hourglass.clone())
        .build()
        .unwrap();
    let first = spawn(&client, &op::LIST_USERS);
    hourglass.until_waits(1).await;
    let mut calls = JoinSet::new();
    for _ in 0..100 {
        let client = client.clone();
        calls.spawn(async move { call(&client, &op::LIST_TEAMS).await });
    }
    hourglass.until_waits(101).await;
    assert_eq!(server.calls(), 1);
    let mut starts = hourglass.waits();
    starts.sort();
    assert_eq!(starts[0], 20 * SECOND);
    assert!(starts[100] <= 25 * SECOND, "{starts:?}");
    assert!(
        starts.windows(10).all(|ten| ten[9] - ten[0] > SECOND / 200),
        "{starts:?}"
    );
    hourglass.set(25 * SECOND);
    first.await.unwrap().unwrap();
    while let Some(result) = calls.join_next().await {
        result.unwrap().unwrap();
    }
    assert_eq!(server.calls(), 102);
}

#[tokio::test]
async fn a_new_key_is_not_held_back_by_the_delay_of_the_old_one() {
    let server = limiting("/users", 8).await;
    let (client, hourglass) = client(&server);
    let held = spawn(&client, &op::LIST_USERS);
    hourglass.until_waits(1).await;
    client.set_api_key("an0ther-k3y").unwrap();
    call(&client, &op::LIST_TEAMS).await.unwrap();
    assert_eq!(hourglass.waits(), [8 * SECOND]);
    hourglass.set(8 * SECOND);
    held.await.unwrap().unwrap();
    let keys: Vec<_> = server
        .seen()
        .iter()
        .map(|r| r.header("x-api-key").unwrap().to_owned())
        .collect();
    assert_eq!(keys, [KEY, "an0ther-k3y", "an0ther-k3y"]);
}

#[tokio::test]
async fn two_clients_do_not_hold_back_each_other() {
    let server = limiting("/users", 8).await;
    let (limited, hourglass) = client(&server);
    let held = spawn(&limited, &op::LIST_USERS);
    hourglass.until_waits(1).await;
    let (other, _) = client(&server);
    call(&other, &op::LIST_TEAMS).await.unwrap();
    hourglass.set(8 * SECOND);
    held.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_wait_for_others_counts_against_the_deadline() {
    let server = Server::script([limited(8), good(), good()]).await;
    let recorder = Recorder::still();
    let client = octocom_tests::script::builder(&server.url(), &recorder)
        .build()
        .unwrap();
    call(&client, &op::LIST_USERS).await.unwrap();
    // On this clock the cool-down lasts for ever: eight seconds are more than five.
    let error = call(&client.with_deadline(5 * SECOND), &op::LIST_USERS)
        .await
        .unwrap_err();
    assert_eq!(
        (error.exhausted(), error.attempts()),
        (Some(Exhausted::Deadline), 0),
        "{error}"
    );
    assert_eq!(error.retry_after(), Some(8 * SECOND));
    call(&client.with_deadline(9 * SECOND), &op::LIST_USERS)
        .await
        .unwrap();
    assert_eq!((server.calls(), recorder.waits()), (3, vec![8000, 8500]));
}
