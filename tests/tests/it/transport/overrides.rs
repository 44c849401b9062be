//! Settings of one handle or one call.

use std::time::Duration;

use http::{HeaderName, HeaderValue};
use octocom_ext::{Client, ErrorKind, Exhausted, Idempotency, operations as op};

use octocom_tests::script::{Script, builder, call, status, users};
use octocom_tests::sleeper::Recorder;

#[tokio::test]
async fn a_handle_differs_in_its_setting_and_leaves_the_client_alone() {
    let script = Script::new((0..8).map(|_| status(503))).await;
    let (client, recorder) = script.client();
    let error = call(&client.with_max_attempts(2), &op::LIST_USERS)
        .await
        .unwrap_err();
    assert_eq!(
        (error.exhausted(), error.attempts()),
        (Some(Exhausted::Attempts), 2),
        "{error}"
    );
    let error = call(&client.with_max_attempts(1), &op::LIST_USERS)
        .await
        .unwrap_err();
    assert_eq!(
        (error.exhausted(), error.attempts()),
        (Some(Exhausted::Attempts), 1),
        "{error}"
    );
    let error = call(&client, &op::LIST_USERS).await.unwrap_err();
    assert_eq!((error.attempts(), script.calls()), (5, 8), "{error}");
    assert_eq!(recorder.waits(), [250, 250, 500, 1000, 2000]);
}

#[tokio::test]
async fn the_replay_class_can_be_overridden_either_way() {
    let script = Script::new([503, 200, 503, 503, 200].map(status)).await;
    let (client, recorder) = script.client();
    // A caller who knows that this one converges.
    call(
        &client.with_idempotency(Idempotency::Idempotent),
        &op::CREATE_ARTICLE,
    )
    .await
    .unwrap();
    // A caller who does not trust that one.
    let error = call(
        &client.with_idempotency(Idempotency::Unsafe),
        &op::UPDATE_CUSTOMER,
    )
    .await
    .unwrap_err();
    assert!(
        error.may_have_been_processed() && !error.is_retryable(),
        "{error:?}"
    );
    assert_eq!((script.calls(), recorder.waits()), (3, vec![250]));
    call(&client, &op::UPDATE_CUSTOMER).await.unwrap();
    assert_eq!((script.calls(), recorder.waits()), (5, vec![250, 250]));
}

#[tokio::test]
async fn backoff_and_server_delay_can_be_overridden() {
    let limited = status(429).header("retry-after", "300");
    let script = Script::new([status(503), status(503), limited, users()]).await;
    let (client, recorder) = script.client();
    let second = Duration::from_secs(1);
    let client = client
        .with_max_backoff(30 * second)
        .with_backoff(20 * second)
        .with_max_server_delay(300 * second)
        .with_deadline(1000 * second);
    call(&client, &op::LIST_USERS).await.unwrap();
    assert_eq!(
        (script.calls(), recorder.waits()),
        (4, vec![10_000, 15_000, 300_000])
    );
}

#[tokio::test]
async fn a_header_of_the_callers_goes_with_every_attempt() {
    let script = Script::new([status(503), users(), users()]).await;
    let (client, _) = script.client();
    let name = HeaderName::from_static("x-tenant");
    let tagged = client.with_header("X-Tenant", "one");
    let tagged = tagged.with_header(name, HeaderValue::from_static("two"));
    call(&tagged, &op::LIST_USERS).await.unwrap();
    call(&client, &op::LIST_USERS).await.unwrap();
    let seen = script.seen();
    let tenants: Vec<_> = seen.iter().map(|seen| seen.header("x-tenant")).collect();
    assert_eq!(tenants, [Some("two"), Some("two"), None]);
    assert!(!format!("{tagged:?}").contains("two"), "{tagged:?}");
}

#[tokio::test]
async fn headers_of_the_clients_own_are_refused_before_sending() {
    for name in ["x-api-key", "host", "content-length", "transfer-encoding"] {
        let script = Script::new([]).await;
        let (client, _) = script.client();
        let header = HeaderName::from_static(name);
        let client = client.with_header(header, HeaderValue::from_static("sesame"));
        let error = call(&client, &op::RECORD_PURCHASE).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.attempts()),
            (ErrorKind::Config, 0),
            "{error}"
        );
        assert!(error.to_string().contains(name), "{error}");
        assert!(!error.to_string().contains("sesame"), "{error}");
        assert_eq!(script.calls(), 0);
    }
}

#[tokio::test]
async fn a_text_that_is_not_a_header_is_refused_before_sending() {
    let script = Script::new([]).await;
    let (client, _) = script.client();
    for (client, part) in [
        (client.with_header("x tenant", "sesame"), "name"),
        (client.with_header("x-tenant", "sesame\n"), "value"),
    ] {
        let error = call(&client, &op::LIST_USERS).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert_eq!(
            error.to_string(),
            format!("list_users failed: with_header: the {part} is invalid, nothing was sent")
        );
    }
    assert_eq!(script.calls(), 0);
}

#[tokio::test]
async fn a_setting_out_of_its_range_fails_the_call_before_sending() {
    let script = Script::new([]).await;
    let (client, _) = script.client();
    let zero = Duration::ZERO;
    let handles: [(&str, Client); 5] = [
        ("with_max_attempts", client.with_max_attempts(0)),
        ("with_deadline", client.with_deadline(zero)),
        ("with_attempt_timeout", client.with_attempt_timeout(zero)),
        ("with_backoff", client.with_backoff(Duration::from_secs(9))),
        ("with_max_body_bytes", client.with_max_body_bytes(0)),
    ];
    for (setter, handle) in handles {
        let error = call(&handle, &op::LIST_USERS).await.unwrap_err();
        assert!(
            error.is_config() && error.to_string().contains(setter),
            "{error}"
        );
        assert_eq!(script.calls(), 0);
    }
}

#[tokio::test]
async fn the_user_agent_names_the_crate_and_the_caller() {
    let script = Script::new([users(), users()]).await;
    let recorder = Recorder::new();
    let http = reqwest::Client::builder().user_agent("another");
    let plain = builder(&script.url(), &recorder)
        .with_http(http)
        .build()
        .unwrap();
    let named = builder(&script.url(), &recorder).with_user_agent_suffix("acme-export/2");
    call(&plain, &op::LIST_USERS).await.unwrap();
    call(&named.build().unwrap(), &op::LIST_USERS)
        .await
        .unwrap();
    let seen = script.seen();
    let agents: Vec<_> = seen
        .iter()
        .map(|seen| seen.header("user-agent").unwrap())
        .collect();
    let version = env!("CARGO_PKG_VERSION");
    let [name, suffix] = ["octocom-ext/", " acme-export/2"];
    assert_eq!(
        agents,
        [
            format!("{name}{version}"),
            format!("{name}{version}{suffix}")
        ]
    );
}
