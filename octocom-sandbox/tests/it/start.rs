//! Starting and stopping, and requests that belong to no operation.

use std::time::Duration;

use octocom_sandbox::{Sandbox, StartError};
use reqwest::Method;
use serde_json::json;

use crate::api::{Api, api, send};

#[tokio::test]
async fn a_share_of_requests_is_rate_limited_and_never_the_same_ones_for_good() {
    let builder = || {
        let sandbox = Sandbox::builder().conversations(10).seed(7);
        sandbox.rate_limited(0.3, Duration::from_millis(1_500))
    };
    let statuses = async || {
        let api = Api::start(builder()).await;
        let mut statuses = Vec::new();
        for _ in 0..100 {
            let response = api.request(Method::GET, "/users").send().await.unwrap();
            let status = response.status().as_u16();
            let retry_after = response.headers().get("retry-after").cloned();
            let expected = (status == 429).then(|| "2".parse().unwrap());
            assert_eq!(retry_after, expected);
            statuses.push(status);
        }
        statuses
    };
    let once = statuses().await;
    assert_eq!(once, statuses().await);
    let limited = once.iter().filter(|&&status| status == 429).count();
    assert!((20..40).contains(&limited), "{limited}");
    assert_eq!(
        once.iter().filter(|&&status| status == 200).count(),
        100 - limited
    );
}

#[tokio::test]
async fn a_delay_below_a_second_is_told_as_nought() {
    let builder = Sandbox::builder().rate_limited(1.0, Duration::from_millis(999));
    let api = Api::start(builder).await;
    let response = api.request(Method::GET, "/users").send().await.unwrap();
    assert_eq!(response.status(), 429);
    assert_eq!(response.headers()["retry-after"], "0");
    let body: serde_json::Value = response.json().await.unwrap();
    assert_eq!(body, json!({"error": "Rate limit exceeded"}));
}

#[tokio::test]
async fn a_setting_outside_its_limits_is_named() {
    let builder = Sandbox::builder;
    let second = Duration::from_secs(1);
    let cases = [
        (
            builder().rate_limited(1.1, second),
            "`rate_limited` is 1.1, allowed is a share of 0 to 1",
        ),
        (
            builder().rate_limited(f64::NAN, second),
            "`rate_limited` is NaN, allowed is a share of 0 to 1",
        ),
        (
            builder().faults(-0.1),
            "`faults` is -0.1, allowed is a share of 0 to 1",
        ),
        (
            builder().faults(0.1).fault_kinds([]),
            "`fault_kinds` is empty, allowed is at least one",
        ),
        (
            builder().conversations(1_000_000_001),
            "`conversations` is 1000000001, allowed is at most 1000000000",
        ),
        (
            builder().token_bucket(0, 1.0),
            "`token_bucket` is 0 tokens, allowed is a capacity of at least 1",
        ),
        (
            builder().token_bucket(1, 0.0),
            "`token_bucket` is 0 a second, allowed is a rate above 0",
        ),
        (
            builder().key("secret\n"),
            "`key` is not a header value, allowed is visible ASCII, not empty",
        ),
    ];
    for (builder, expected) in cases {
        let error = builder.start().await.err().map(|error| error.to_string());
        assert_eq!(error.as_deref(), Some(expected));
    }
}

#[tokio::test]
async fn an_address_in_use_is_an_error_with_its_cause() {
    let api = api().await;
    let address = api.sandbox.address();
    let error = Sandbox::builder()
        .address(address)
        .start()
        .await
        .err()
        .unwrap();
    assert!(matches!(&error, StartError::Bind { address: refused, .. } if *refused == address));
    assert_eq!(error.to_string(), format!("cannot listen on {address}"));
    assert!(std::error::Error::source(&error).is_some());
}

#[tokio::test]
async fn after_shutdown_nobody_listens() {
    let Api { sandbox, .. } = api().await;
    let address = sandbox.address();
    assert!(tokio::net::TcpStream::connect(address).await.is_ok());
    sandbox.shutdown().await;
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn once_dropped_it_stops_listening() {
    let Api { sandbox, .. } = api().await;
    let address = sandbox.address();
    drop(sandbox);
    let stopped = async {
        while tokio::net::TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    let within = Duration::from_secs(10);
    assert!(tokio::time::timeout(within, stopped).await.is_ok());
}

#[tokio::test]
async fn every_request_is_counted() {
    let api = api().await;
    api.get("/users").await;
    send(api.anonymous(Method::GET, "/users")).await;
    api.get("/nothing").await;
    assert_eq!(api.sandbox.requests(), 3);
}

#[tokio::test]
async fn what_belongs_to_no_operation_is_refused() {
    let api = api().await;
    assert_eq!(
        api.get("/nothing").await,
        (404, json!({"error": "Path not found"}))
    );
    let put = send(api.request(Method::PUT, "/users")).await;
    assert_eq!(put, (405, json!({"error": "Method not allowed"})));
}
