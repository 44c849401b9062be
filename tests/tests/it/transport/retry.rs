//! The retry table: which answer is followed by another attempt, for which operation.

use octocom_ext::{Client, ErrorKind, Exhausted, operations as op};

use octocom_tests::script::{Script, assert_repeated, builder, call, status, users};
use octocom_tests::sleeper::Recorder;

const TRANSIENT: [u16; 5] = [408, 500, 502, 503, 504];

#[tokio::test]
async fn transient_statuses_of_a_read_are_retried() {
    for code in TRANSIENT {
        let script = Script::new([status(code), users()]).await;
        let (client, recorder) = script.client();
        let page = client.api().list_users(None).await.unwrap();
        assert_eq!((page.data.len(), script.calls()), (0, 2), "{code}");
        assert_eq!(recorder.waits(), [250], "{code}");
        assert_repeated(&script.seen());
    }
}

#[tokio::test]
async fn transient_statuses_of_an_idempotent_write_are_retried_with_the_same_body() {
    for code in TRANSIENT {
        let script = Script::new([status(code), status(code), status(200)]).await;
        let (client, recorder) = script.client();
        call(&client, &op::UPDATE_CUSTOMER).await.unwrap();
        assert_eq!(
            (script.calls(), recorder.waits()),
            (3, vec![250, 500]),
            "{code}"
        );
        let seen = script.seen();
        assert_repeated(&seen);
        assert_eq!(seen[2].body, r#"{"text":"hello"}"#);
        assert_eq!(seen[2].header("content-type"), Some("application/json"));
    }
}

#[tokio::test]
async fn transient_statuses_of_an_unsafe_write_are_an_error_at_once() {
    for code in TRANSIENT {
        let script = Script::new([status(code).header("retry-after", "1"), status(200)]).await;
        let (client, recorder) = script.client();
        let error = call(&client, &op::SEND_OUTBOUND_EMAIL).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.attempts()),
            (ErrorKind::Server, 1),
            "{error}"
        );
        assert!(
            error.may_have_been_processed() && !error.is_retryable(),
            "{error:?}"
        );
        assert_eq!(
            (error.exhausted(), script.calls(), recorder.waits()),
            (None, 1, vec![])
        );
    }
}

#[tokio::test]
async fn a_429_is_retried_for_every_operation_with_the_same_request() {
    for operation in [
        &op::LIST_USERS,
        &op::UPDATE_CUSTOMER,
        &op::SEND_OUTBOUND_EMAIL,
    ] {
        let limited = status(429).header("retry-after", "3");
        let script = Script::new([limited, status(429), status(200)]).await;
        let (client, recorder) = script.client();
        call(&client, operation).await.unwrap();
        assert_eq!(
            (script.calls(), recorder.waits()),
            (3, vec![3000, 1000]),
            "{}",
            operation.id
        );
        assert_repeated(&script.seen());
    }
}

#[tokio::test]
async fn other_failures_are_an_error_at_once() {
    for (code, kind, ambiguous) in [
        (400, ErrorKind::Rejected, false),
        (401, ErrorKind::Unauthorized, false),
        (403, ErrorKind::Forbidden, false),
        (404, ErrorKind::NotFound, false),
        (409, ErrorKind::Rejected, false),
        (422, ErrorKind::Rejected, false),
        (501, ErrorKind::Server, true),
        (599, ErrorKind::Server, true),
    ] {
        for operation in [
            &op::LIST_USERS,
            &op::UPDATE_CUSTOMER,
            &op::SEND_OUTBOUND_EMAIL,
        ] {
            let answer = status(code).header("retry-after", "1");
            let script = Script::new([answer, status(200)]).await;
            let (client, recorder) = script.client();
            let error = call(&client, operation).await.unwrap_err();
            assert_eq!((error.kind(), error.exhausted()), (kind, None), "{error}");
            assert_eq!(error.status().unwrap().as_u16(), code);
            let writes = operation.id != "list_users";
            assert_eq!(
                error.may_have_been_processed(),
                ambiguous && writes,
                "{error:?}"
            );
            assert!(!error.is_retryable(), "{error:?}");
            assert_eq!((script.calls(), recorder.waits()), (1, vec![]));
        }
    }
}

#[tokio::test]
async fn exhaustion_returns_the_last_answer() {
    let answers = (1..=5).map(|n| status(503).body(format!(r#"{{"error":"answer {n}"}}"#)));
    let script = Script::new(answers).await;
    let (client, recorder) = script.client();
    let error = call(&client, &op::UPDATE_CUSTOMER).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts(), script.calls()),
        (ErrorKind::Server, 5, 5)
    );
    assert_eq!(error.exhausted(), Some(Exhausted::Attempts));
    assert_eq!(error.message().as_deref(), Some("answer 5"));
    assert_eq!(
        error.to_string(),
        "update_customer failed with status 503: answer 5 after 5 attempts; it may have been \
         processed"
    );
    assert!(
        error.may_have_been_processed() && error.is_retryable(),
        "{error:?}"
    );
    assert_eq!(recorder.waits(), [250, 500, 1000, 2000]);
    assert_eq!(error.elapsed().as_millis(), 3750);
}

#[tokio::test]
async fn the_last_attempt_may_succeed() {
    let script = Script::new([500, 502, 503, 504, 200].map(status)).await;
    let (client, recorder) = script.client();
    call(&client, &op::LIST_DELETED_ARTICLES).await.unwrap();
    assert_eq!(
        (script.calls(), recorder.waits()),
        (5, vec![250, 500, 1000, 2000])
    );
}

#[tokio::test]
async fn an_earlier_unclear_failure_is_not_forgotten() {
    let script = Script::new([status(504), status(404)]).await;
    let (client, _) = script.client();
    let error = call(&client, &op::DELETE_ARTICLE).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::NotFound, 2),
        "{error}"
    );
    assert!(error.may_have_been_processed(), "{error:?}");

    let script = Script::new([status(429), status(404)]).await;
    let (client, _) = script.client();
    let error = call(&client, &op::DELETE_ARTICLE).await.unwrap_err();
    assert!(!error.may_have_been_processed(), "{error:?}");
}

fn with_budget(script: &Script, tokens: u32) -> (Client, std::sync::Arc<Recorder>) {
    let recorder = Recorder::new();
    let builder = builder(&script.url(), &recorder).with_retry_budget(tokens);
    (builder.build().unwrap(), recorder)
}

#[tokio::test]
async fn an_empty_budget_ends_retries_in_all_clones() {
    let script = Script::new([503, 503, 503, 200, 503, 200].map(status)).await;
    let (client, recorder) = with_budget(&script, 1);
    let error = call(&client, &op::LIST_TEAMS).await.unwrap_err();
    assert_eq!(
        (error.exhausted(), error.attempts()),
        (Some(Exhausted::Budget), 2),
        "{error}"
    );
    let shown =
        "list_teams failed with status 503: scripted after 2 attempts, the retry budget is spent";
    assert_eq!(error.to_string(), shown);
    let error = call(&client.clone(), &op::LIST_USERS).await.unwrap_err();
    assert_eq!(
        (error.exhausted(), error.attempts()),
        (Some(Exhausted::Budget), 1),
        "{error}"
    );
    call(&client, &op::LIST_USERS).await.unwrap();
    // A handle may do without.
    call(&client.without_retry_budget(), &op::LIST_USERS)
        .await
        .unwrap();
    assert_eq!((script.calls(), recorder.waits()), (6, vec![250, 250]));
}

#[tokio::test]
async fn five_successes_pay_for_a_retry_and_a_429_is_free() {
    let limited = || status(429).header("retry-after", "1");
    let mut answers = vec![status(503), status(200)];
    answers.extend((0..5).map(|_| status(200)));
    answers.extend([status(503), status(200)]);
    answers.extend([limited(), limited(), status(429), status(200), status(503)]);
    let script = Script::new(answers).await;
    let (client, recorder) = with_budget(&script, 1);
    for _ in 0..8 {
        call(&client, &op::LIST_USERS).await.unwrap();
    }
    // The tokens are gone, and a 429 needs none, with a delay or without.
    let error = call(&client, &op::LIST_USERS).await.unwrap_err();
    assert_eq!(error.exhausted(), Some(Exhausted::Budget), "{error}");
    assert_eq!(
        (script.calls(), recorder.waits()),
        (14, vec![250, 250, 1000, 1000, 1000])
    );
}
