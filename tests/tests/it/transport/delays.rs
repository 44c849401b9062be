//! The delay that a server asks for, and what it is worth.

use octocom_ext::{ErrorKind, Exhausted, operations as op};

use octocom_tests::script::{Script, call, status};

/// The waits after one answer with these headers, on an operation that can be retried.
pub(crate) async fn waits(code: u16, headers: &[(&str, &str)]) -> Vec<u128> {
    let answer = headers.iter().fold(status(code), |answer, (name, value)| {
        answer.header(name, value)
    });
    let script = Script::new([answer, status(200)]).await;
    let (client, recorder) = script.client();
    call(&client, &op::LIST_USERS).await.unwrap();
    assert_eq!(script.calls(), 2, "{headers:?}");
    recorder.waits()
}

#[tokio::test]
async fn the_servers_delay_is_waited_for_exactly() {
    for code in [429, 503] {
        for (name, value, expected) in [
            ("retry-after", "7", 7000),
            ("retry-after", "0.25", 250),
            ("retry-after", "1.5", 1500),
            ("retry-after-ms", "1234", 1234),
            ("retry-after", "Sun, 06 Nov 1994 08:49:47 GMT", 10_000),
            ("retry-after", "Sunday, 06-Nov-94 08:49:47 GMT", 10_000),
            ("retry-after", "Sun Nov  6 08:49:47 1994", 10_000),
        ] {
            assert_eq!(
                waits(code, &[(name, value)]).await,
                [expected],
                "{code} {name}: {value}"
            );
        }
    }
}

#[tokio::test]
async fn reset_headers_count_on_429_only() {
    for name in [
        "ratelimit-reset",
        "x-ratelimit-reset",
        "x-ratelimit-reset-after",
    ] {
        assert_eq!(waits(429, &[(name, "4")]).await, [4000], "{name}");
        assert_eq!(waits(503, &[(name, "4")]).await, [250], "{name}");
    }
}

#[tokio::test]
async fn zero_negative_past_and_garbage_delays_leave_it_to_us() {
    for value in [
        "0",
        "0.0",
        "-5",
        "soon",
        "",
        "1e9",
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sat, 05 Nov 1994 08:49:37 GMT",
    ] {
        // The cool-down after a 429, and backoff after anything else.
        for (code, expected) in [(429, 1000), (503, 250)] {
            assert_eq!(
                waits(code, &[("retry-after", value)]).await,
                [expected],
                "{code} {value}"
            );
        }
    }
    // An unreadable header does not hide the next one.
    let headers = [
        ("retry-after-ms", "soon"),
        ("retry-after", "-1"),
        ("ratelimit-reset", "2"),
    ];
    assert_eq!(waits(429, &headers).await, [2000]);
}

#[tokio::test]
async fn every_status_that_is_retried_has_a_server_delay() {
    for code in [408, 425, 429, 500, 502, 503, 504, 520, 522, 530] {
        assert_eq!(waits(code, &[("retry-after", "7")]).await, [7000], "{code}");
    }
}

#[tokio::test]
async fn a_delay_beyond_the_cap_is_an_error_at_once_and_is_remembered() {
    let second = std::time::Duration::from_secs(1);
    for seconds in [121, 300, 3600] {
        for code in [429, 503] {
            let limited = status(code).header("retry-after", &seconds.to_string());
            let script = Script::new([limited, status(200)]).await;
            let (client, recorder) = script.client();
            let error = call(&client, &op::LIST_USERS).await.unwrap_err();
            assert_eq!(error.exhausted(), Some(Exhausted::ServerDelay), "{error}");
            assert_eq!(error.retry_after().unwrap().as_secs(), seconds, "{error:?}");
            assert!(error.is_retryable(), "{error:?}");
            // Others are told what is left of it, with nothing sent.
            recorder.advance(second / 2);
            let error = call(&client, &op::LIST_TEAMS).await.unwrap_err();
            assert_eq!(error.exhausted(), Some(Exhausted::ServerDelay), "{error}");
            let left = std::time::Duration::from_secs(seconds) - second / 2;
            assert_eq!(error.retry_after(), Some(left));
            assert_eq!((error.attempts(), script.calls()), (0, 1), "{error}");
            // Who can wait so long does.
            let patient = client
                .with_max_server_delay(3600 * second)
                .with_deadline(7200 * second);
            call(&patient, &op::LIST_TEAMS).await.unwrap();
            let waits = vec![left.as_millis()];
            assert_eq!((script.calls(), recorder.waits()), (2, waits), "{code}");
        }
    }
    assert_eq!(waits(429, &[("retry-after", "120")]).await, [120_000]);
}

#[tokio::test]
async fn a_delay_beyond_the_deadline_is_an_error_at_once_and_is_remembered() {
    let second = std::time::Duration::from_secs(1);
    for (value, retried, wait) in [
        ("59.9", true, 59_900),
        ("60", false, 60_000),
        ("61", false, 61_000),
    ] {
        let script = Script::new([status(429).header("retry-after", value), status(200)]).await;
        let (client, recorder) = script.client();
        let result = call(&client.with_deadline(60 * second), &op::LIST_USERS).await;
        assert_eq!(result.is_ok(), retried, "{value}");
        if let Err(error) = result {
            assert_eq!(error.kind(), ErrorKind::RateLimited, "{error}");
            assert_eq!(error.exhausted(), Some(Exhausted::Deadline), "{error}");
            assert!(error.retry_after().unwrap() >= 60 * second, "{error:?}");
            assert_eq!((script.calls(), recorder.waits()), (1, vec![]));
            // A call with more time waits until the server is ready.
            call(&client, &op::LIST_TEAMS).await.unwrap();
        }
        assert_eq!((script.calls(), recorder.waits()), (2, vec![wait]));
    }
}

#[tokio::test]
async fn backoff_that_would_outlive_the_deadline_is_not_begun() {
    let script = Script::new([503, 503, 503].map(status)).await;
    let (client, recorder) = script.client();
    let hurried = client.with_deadline(std::time::Duration::from_millis(700));
    let error = call(&hurried, &op::LIST_USERS).await.unwrap_err();
    assert_eq!(error.exhausted(), Some(Exhausted::Deadline), "{error}");
    assert_eq!(
        (error.status().unwrap().as_u16(), error.attempts()),
        (503, 2),
        "{error}"
    );
    assert_eq!((script.calls(), recorder.waits()), (2, vec![250]));
}

#[tokio::test]
async fn the_delay_of_the_last_attempt_is_told_and_remembered() {
    let answer = || status(503).header("retry-after", "2");
    let script = Script::new([answer(), answer(), status(200)]).await;
    let (client, recorder) = script.client();
    let error = call(&client.with_max_attempts(2), &op::LIST_USERS)
        .await
        .unwrap_err();
    assert_eq!(error.exhausted(), Some(Exhausted::Attempts), "{error}");
    assert_eq!(error.retry_after().unwrap().as_secs(), 2);
    call(&client, &op::LIST_USERS).await.unwrap();
    assert_eq!((script.calls(), recorder.waits()), (3, vec![2000, 2000]));
}

#[tokio::test]
async fn an_unsafe_write_tells_the_delay_of_its_503() {
    let script = Script::new([status(503).header("retry-after", "2")]).await;
    let (client, recorder) = script.client();
    let error = call(&client, &op::CREATE_ARTICLE).await.unwrap_err();
    assert_eq!(error.retry_after().unwrap().as_secs(), 2);
    assert_eq!(
        (error.exhausted(), script.calls(), recorder.waits()),
        (None, 1, vec![])
    );
}
