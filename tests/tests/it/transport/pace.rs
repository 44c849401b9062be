//! The limit on requests a second, whose callers come and go.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use octocom_ext::BoxFuture;
use octocom_ext::{Client, Sleeper, operations as op};

use octocom_tests::clockwork::Clockwork;
use octocom_tests::script::{KEY, call, call_with};
use octocom_tests::server::{Act, Server};

const SECOND: Duration = Duration::from_secs(1);

/// A server that notes when it is asked for what, and a client of so many requests a second.
async fn paced(rate: f64) -> (Arc<Clockwork>, Server, Client, Arc<Mutex<Vec<Duration>>>) {
    let (clock, seen) = (Clockwork::new(), Arc::default());
    let (now, log): (_, Arc<Mutex<Vec<Duration>>>) = (Arc::clone(&clock), Arc::clone(&seen));
    let server = Server::start(move |_| {
        log.lock().unwrap().push(now.passed());
        Act::answer(200, "{}")
    })
    .await;
    let client = Client::builder()
        .with_api_key(KEY)
        .with_base_url(server.url())
        .with_sleeper(clock.clone())
        .with_requests_per_second(rate)
        .build()
        .unwrap();
    (clock, server, client, seen)
}

#[tokio::test]
async fn callers_that_go_away_give_their_place_back() {
    let (clock, _server, client, seen) = paced(5.0).await;
    let mut calls: Vec<BoxFuture<'static, ()>> = Vec::new();
    for number in 0..400_u32 {
        let (client, clock) = (client.clone(), Arc::clone(&clock));
        calls.push(Box::pin(async move {
            clock.sleep(number * SECOND / 50).await;
            // Who has waited longest starts next: with 300 it would go away in that instant.
            let patience = 310 * SECOND / 1000;
            let call = call(&client, &op::LIST_USERS);
            clock.give_up_after(patience, call).await;
        }));
    }
    let (lone, time) = (client.clone(), Arc::clone(&clock));
    calls.push(Box::pin(async move {
        time.sleep(9 * SECOND).await;
        call(&lone, &op::LIST_TEAMS).await.unwrap();
        assert!(
            time.passed() <= 9 * SECOND + SECOND / 5,
            "{:?}",
            time.passed()
        );
    }));
    clock.run(calls).await;
    let seen = seen.lock().unwrap().clone();
    let during = seen.iter().filter(|at| **at < 8 * SECOND).count();
    assert!((38..=42).contains(&during), "{during}: {seen:?}");
    assert!(
        seen.windows(2).all(|pair| pair[1] - pair[0] >= SECOND / 5),
        "{seen:?}"
    );
}

#[tokio::test]
async fn first_come_first_served() {
    let (clock, server, client, seen) = paced(10.0).await;
    let calls = (0..30).map(|number| {
        let client = client.clone();
        async move { call_with(&client, &op::GET_CONVERSATION, &number.to_string()).await }
    });
    for result in clock.run(calls).await {
        result.unwrap();
    }
    let asked: Vec<_> = server
        .seen()
        .iter()
        .map(|request| request.target.rsplit('/').next().unwrap().to_owned())
        .collect();
    let expected: Vec<_> = (0..30).map(|number: u32| number.to_string()).collect();
    assert_eq!(asked, expected);
    let expected: Vec<_> = (0..30).map(|number| number * SECOND / 10).collect();
    assert_eq!(*seen.lock().unwrap(), expected);
}

#[tokio::test]
async fn a_dropped_call_that_was_next_lets_the_one_behind_it_start_in_its_place() {
    let (clock, _server, client, seen) = paced(1.0).await;
    let patient = |patience: u32| {
        let (client, clock) = (client.clone(), Arc::clone(&clock));
        async move {
            let call = call(&client, &op::LIST_USERS);
            clock.give_up_after(patience * SECOND / 10, call).await;
        }
    };
    clock.run([100, 5, 100].map(patient)).await;
    assert_eq!(*seen.lock().unwrap(), [Duration::ZERO, SECOND]);
}
