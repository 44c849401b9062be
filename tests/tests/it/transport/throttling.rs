//! Servers that limit how often they are asked, with and without a delay header.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use octocom_ext::{Client, ErrorKind, Exhausted, operations as op};

use octocom_tests::clockwork::Clockwork;
use octocom_tests::script::{KEY, Script, assert_repeated, builder, call, status};
use octocom_tests::server::{Act, Request, Server};
use octocom_tests::sleeper::Recorder;

const SECOND: Duration = Duration::from_secs(1);

/// A 429 with these headers.
fn refused(headers: &[(&'static str, &str)]) -> Act {
    Act::Answer {
        status: 429,
        headers: headers
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()))
            .collect(),
        body: r#"{"error":"Too many requests"}"#.to_owned(),
    }
}

fn accepted() -> Act {
    Act::answer(200, "{}")
}

/// The time of each request, and if the server accepted it.
type Seen = Arc<Mutex<Vec<(Duration, bool)>>>;

/// A server that decides by the clock.
async fn server(
    clock: &Arc<Clockwork>,
    mut is_accepted: impl FnMut(Duration, &Request) -> bool + Send + 'static,
    headers: &'static [(&'static str, &'static str)],
) -> (Server, Seen) {
    let (clock, seen) = (Arc::clone(clock), Seen::default());
    let (log, decide) = (
        Arc::clone(&seen),
        Mutex::new(move |now, request: &Request| is_accepted(now, request)),
    );
    let server = Server::start(move |request| {
        let now = clock.passed();
        let is_accepted = decide.lock().unwrap()(now, request);
        log.lock().unwrap().push((now, is_accepted));
        if is_accepted {
            accepted()
        } else {
            refused(headers)
        }
    })
    .await;
    (server, seen)
}

fn client(server: &Server, clock: &Arc<Clockwork>) -> Client {
    Client::builder()
        .with_api_key(KEY)
        .with_base_url(server.url())
        .with_sleeper(clock.clone())
        .build()
        .unwrap()
}

/// A bucket of tokens.
fn bucket(rate: f64, size: f64) -> impl FnMut(Duration, &Request) -> bool + Send {
    let (mut tokens, mut filled) = (size, Duration::ZERO);
    move |now, _| {
        tokens = (tokens + (now - filled).as_secs_f64() * rate).min(size);
        filled = now;
        let is_accepted = tokens >= 1.0 - 1e-9;
        tokens -= f64::from(u8::from(is_accepted));
        is_accepted
    }
}

#[tokio::test]
async fn four_hundred_reads_against_forty_a_second_end_within_twice_the_ideal_time() {
    for (size, headers) in [(20.0, &[][..]), (1.0, &[]), (20.0, &[("retry-after", "1")])] {
        let clock = Clockwork::new();
        let (server, seen) = server(&clock, bucket(40.0, size), headers).await;
        let client = client(&server, &clock);
        let calls = (0..400).map(|_| {
            let client = client.clone();
            async move { call(&client, &op::LIST_USERS).await }
        });
        for result in clock.run(calls).await {
            result.unwrap();
        }
        let (seconds, seen) = (clock.passed().as_secs_f64(), seen.lock().unwrap().clone());
        assert!(seconds <= 2.0 * (400.0 - size) / 40.0, "{size}: {seconds}");
        let later: Vec<_> = seen.iter().filter(|(at, _)| *at >= 2 * SECOND).collect();
        let refused = later.iter().filter(|(_, is_accepted)| !is_accepted).count();
        assert!(refused * 10 <= later.len(), "{size}: {refused}");
        assert!(seen.len() <= 480, "{size}: {}", seen.len());
    }
}

#[tokio::test]
async fn sixty_pages_outlast_a_window_of_thirty_in_twenty_seconds() {
    let clock = Clockwork::new();
    let (mut window, mut used) = (0, 0);
    let limit = move |now: Duration, _: &Request| {
        if now.as_secs() / 20 != window {
            (window, used) = (now.as_secs() / 20, 0);
        }
        used += 1;
        used <= 30
    };
    let (server, seen) = server(&clock, limit, &[]).await;
    let client = client(&server, &clock);
    let listing = async move {
        for _ in 0..60 {
            call(&client, &op::LIST_CONVERSATIONS).await.unwrap();
        }
    };
    clock.run([listing]).await;
    let refused = seen.lock().unwrap().iter().filter(|(_, ok)| !ok).count();
    assert!(refused <= 6, "{refused}");
    assert!(clock.passed() < 60 * SECOND, "{:?}", clock.passed());
}

#[tokio::test]
async fn a_closed_window_is_remembered_and_a_thousand_calls_send_one_request() {
    let limited = || status(429).header("retry-after", "300");
    let script = Script::new([limited(), limited(), status(200), status(200)]).await;
    let (client, recorder) = script.client();
    let error = call(&client, &op::LIST_USERS).await.unwrap_err();
    assert_eq!(
        (error.attempts(), error.exhausted()),
        (1, Some(Exhausted::ServerDelay))
    );
    for number in 1..1000 {
        recorder.advance(SECOND / 10);
        let error = call(&client, &op::LIST_TEAMS).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::RateLimited, "{error}");
        assert_eq!((error.attempts(), error.status()), (0, None), "{error}");
        let left = 300 * SECOND - number * SECOND / 10;
        assert_eq!(error.retry_after(), Some(left));
        assert_eq!(error.exhausted(), Some(Exhausted::ServerDelay), "{error}");
        assert!(
            error.is_retryable() && !error.may_have_been_processed(),
            "{error:?}"
        );
    }
    assert_eq!((script.calls(), recorder.waits()), (1, vec![]));
    // Two minutes after the refusal one call asks, is refused too, and the others are told so.
    recorder.advance(20 * SECOND + SECOND / 10);
    let error = call(&client, &op::LIST_USERS).await.unwrap_err();
    assert_eq!((error.attempts(), script.calls()), (1, 2), "{error}");
    let error = call(&client, &op::LIST_USERS).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(300 * SECOND));
    // The next probe finds the window open, for all.
    recorder.advance(120 * SECOND);
    call(&client, &op::LIST_USERS).await.unwrap();
    call(&client, &op::LIST_TEAMS).await.unwrap();
    assert_eq!((script.calls(), recorder.waits()), (4, vec![]));
}

#[tokio::test]
async fn a_closed_window_closes_no_other_group_and_no_other_key() {
    let limited = status(429).header("retry-after", "300");
    let script = Script::new([limited, status(200), status(200)]).await;
    let (client, recorder) = script.client();
    call(&client, &op::LIST_USERS).await.unwrap_err();
    call(&client, &op::START_BOT_CONVERSATION).await.unwrap();
    client.set_api_key("an0ther-k3y").unwrap();
    call(&client, &op::LIST_USERS).await.unwrap();
    assert_eq!((script.calls(), recorder.waits()), (3, vec![]));
}

#[tokio::test]
async fn a_call_that_waits_goes_on_at_once_with_a_new_key() {
    let clock = Clockwork::new();
    let is_new = |_: Duration, request: &Request| request.header("x-api-key") != Some(KEY);
    let (server, seen) = server(&clock, is_new, &[("retry-after", "100")]).await;
    let client = client(&server, &clock);
    let waiting = client.clone();
    let calls: [octocom_ext::BoxFuture<'static, ()>; 2] = [
        Box::pin(async move {
            call(&waiting, &op::LIST_USERS).await.unwrap();
        }),
        Box::pin({
            let clock = Arc::clone(&clock);
            async move {
                octocom_ext::Sleeper::sleep(&*clock, 5 * SECOND).await;
                client.set_api_key("an0ther-k3y").unwrap();
            }
        }),
    ];
    clock.run(calls).await;
    assert_eq!(
        *seen.lock().unwrap(),
        [(Duration::ZERO, false), (5 * SECOND, true)]
    );
}

#[tokio::test]
async fn a_429_without_a_delay_is_waited_out_and_costs_neither_attempts_nor_budget() {
    for operation in [&op::LIST_USERS, &op::SEND_OUTBOUND_EMAIL] {
        let answers = [429, 429, 429, 429, 429, 429, 200].map(status);
        let script = Script::new(answers).await;
        let recorder = Recorder::new();
        let client = builder(&script.url(), &recorder)
            .with_retry_budget(1)
            .with_max_attempts(2)
            .build()
            .unwrap();
        call(&client, operation).await.unwrap();
        let waits = vec![1000, 2000, 4000, 8000, 16_000, 32_000];
        assert_eq!((script.calls(), recorder.waits()), (7, waits));
        assert_repeated(&script.seen());
    }
}

#[tokio::test]
async fn a_success_sets_the_delay_back() {
    let script = Script::new([429, 429, 200, 429, 200].map(status)).await;
    let (client, recorder) = script.client();
    call(&client, &op::LIST_USERS).await.unwrap();
    call(&client, &op::LIST_USERS).await.unwrap();
    assert_eq!(script.calls(), 5);
    assert_eq!(recorder.waits()[..3], [1000, 2000, 1000]);
}

#[tokio::test]
async fn one_attempt_means_no_retry_after_a_429_either() {
    let script = Script::new([429, 200].map(status)).await;
    let (client, recorder) = script.client();
    let once = client.with_max_attempts(1);
    let error = call(&once, &op::LIST_USERS).await.unwrap_err();
    assert_eq!(
        (error.exhausted(), error.attempts()),
        (Some(Exhausted::Attempts), 1)
    );
    assert_eq!((script.calls(), recorder.waits()), (1, vec![]));
    // The group has learned of it all the same.
    call(&once, &op::LIST_USERS).await.unwrap();
    assert_eq!((script.calls(), recorder.waits()), (2, vec![1000]));
}

#[tokio::test]
async fn a_limit_that_does_not_lift_ends_the_call_at_its_deadline() {
    let server = Server::start(|_| refused(&[])).await;
    let recorder = Recorder::new();
    let client = builder(&server.url(), &recorder).build().unwrap();
    let error = call(&client, &op::LIST_USERS).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimited, "{error}");
    assert_eq!(
        (error.exhausted(), error.attempts()),
        (Some(Exhausted::Deadline), 8)
    );
    // The next wait, of a minute, would end after the deadline of three minutes.
    let waits = vec![1000, 2000, 4000, 8000, 16_000, 32_000, 60_000];
    assert_eq!((server.calls(), recorder.waits()), (8, waits));
}

#[tokio::test]
async fn without_a_deadline_a_limit_is_waited_for_a_quarter_of_an_hour() {
    for (headers, calls) in [(&[][..], 20), (&[("retry-after", "60")], 16)] {
        let server = Server::start(move |_| refused(headers)).await;
        let recorder = Recorder::new();
        let client = builder(&server.url(), &recorder)
            .without_deadline()
            .build()
            .unwrap();
        let error = call(&client, &op::LIST_USERS).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::RateLimited, "{error}");
        assert_eq!(error.exhausted(), Some(Exhausted::ServerDelay), "{error}");
        assert_eq!(server.calls(), calls, "{headers:?}");
        let end = error.elapsed();
        assert!(end > 14 * 60 * SECOND && end <= 15 * 60 * SECOND, "{end:?}");
        // A later call finds that nothing has changed, and does not begin another quarter.
        recorder.advance(60 * SECOND);
        call(&client, &op::LIST_TEAMS).await.unwrap_err();
        assert_eq!(server.calls(), calls + 1, "{headers:?}");
    }
}

#[tokio::test]
async fn an_operation_that_is_refused_alone_does_not_slow_the_others() {
    let server = Server::start(|request| match &*request.target {
        target if target.ends_with("/users") => refused(&[]),
        _ => accepted(),
    })
    .await;
    let recorder = Recorder::new();
    let client = builder(&server.url(), &recorder).build().unwrap();
    call(&client, &op::LIST_TEAMS).await.unwrap();
    let once = client.with_max_attempts(1);
    for _ in 0..3 {
        call(&once, &op::LIST_USERS).await.unwrap_err();
        let waited = recorder.waits();
        for _ in 0..50 {
            call(&client, &op::LIST_TEAMS).await.unwrap();
        }
        assert_eq!(recorder.waits(), waited);
    }
    // Its own calls wait: 1 second after the first refusal, 2 after the second.
    assert_eq!((server.calls(), recorder.waits()), (154, vec![1000, 2000]));
}

#[tokio::test]
async fn a_429_of_an_operation_with_a_quota_does_not_slow_the_others() {
    let script = Script::new([429, 200, 200].map(status)).await;
    let (client, recorder) = script.client();
    let once = client.with_max_attempts(1);
    call(&once, &op::SET_CONVERSATION_METADATA)
        .await
        .unwrap_err();
    call(&client, &op::LIST_USERS).await.unwrap();
    assert_eq!((script.calls(), recorder.waits()), (2, vec![]));
    call(&client, &op::SET_CONVERSATION_METADATA).await.unwrap();
    assert_eq!((script.calls(), recorder.waits()), (3, vec![1000]));
}

#[tokio::test]
async fn a_first_429_slows_the_whole_group() {
    let script = Script::new([429, 200].map(status)).await;
    let (client, recorder) = script.client();
    call(&client.with_max_attempts(1), &op::LIST_USERS)
        .await
        .unwrap_err();
    call(&client, &op::LIST_TEAMS).await.unwrap();
    assert_eq!((script.calls(), recorder.waits()), (2, vec![1000]));
}
