//! Connections: when they are given up, what was sent on them, and servers that speak something else.

use std::sync::Arc;
use std::time::Duration;

use octocom_ext::{ErrorKind, Exhausted, operations as op};
use reqwest::dns::{Name, Resolve, Resolving};

use octocom_tests::script::{builder, call};
use octocom_tests::server::{Act, Server};
use octocom_tests::sleeper::Recorder;

/// Never finds a name.
struct Silent;

impl Resolve for Silent {
    fn resolve(&self, _: Name) -> Resolving {
        Box::pin(std::future::pending())
    }
}

#[tokio::test]
async fn a_write_that_times_out_before_there_is_a_connection_was_not_sent_and_is_retried() {
    let recorder = Recorder::new();
    let http = reqwest::Client::builder()
        .dns_resolver(Arc::new(Silent))
        .no_proxy();
    let client = builder("http://localhost:9", &recorder)
        .with_http(http)
        .with_attempt_timeout(Duration::from_millis(20))
        .with_max_attempts(3)
        .build()
        .unwrap();
    let error = call(&client, &op::SEND_OUTBOUND_EMAIL).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts(), error.exhausted()),
        (ErrorKind::Timeout, 3, Some(Exhausted::Attempts))
    );
    assert!(
        !error.may_have_been_processed() && error.is_retryable(),
        "{error:?}"
    );
    assert_eq!(recorder.waits(), [250, 500]);
    assert_eq!(
        error.to_string(),
        "send_outbound_email failed: no connection in time after 3 attempts"
    );
}

#[tokio::test]
async fn a_write_that_times_out_on_a_connection_may_have_been_processed() {
    let server = Server::start(|_| Act::WriteAndStall(Vec::new())).await;
    let recorder = Recorder::new();
    let client = builder(&server.url(), &recorder)
        .with_attempt_timeout(Duration::from_millis(200))
        .build()
        .unwrap();
    let error = call(&client, &op::SEND_OUTBOUND_EMAIL).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts(), server.calls()),
        (ErrorKind::Timeout, 1, 1)
    );
    assert!(
        error.may_have_been_processed() && !error.is_retryable(),
        "{error:?}"
    );
    assert!(
        error.to_string().ends_with("; it may have been processed"),
        "{error}"
    );
}

#[tokio::test]
async fn a_write_that_the_deadline_cuts_says_so() {
    let server = Server::start(|_| Act::WriteAndStall(Vec::new())).await;
    let client = octocom_ext::Client::builder()
        .with_api_key("key")
        .with_base_url(server.url())
        .with_deadline(Duration::from_millis(200))
        .build()
        .unwrap();
    let error = call(&client, &op::SEND_OUTBOUND_EMAIL).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.exhausted(), error.attempts()),
        (ErrorKind::Timeout, Some(Exhausted::Deadline), 1)
    );
    assert!(error.may_have_been_processed(), "{error:?}");
}

#[tokio::test]
async fn an_idle_connection_is_given_up() {
    for (idle, connections) in [(Duration::from_nanos(1), 2), (Duration::from_secs(60), 1)] {
        let server = Server::start(|_| Act::answer(200, "{}")).await;
        let client = builder(&server.url(), &Recorder::new())
            .with_idle_timeout(idle)
            .build()
            .unwrap();
        for _ in 0..2 {
            call(&client, &op::UPDATE_CUSTOMER).await.unwrap();
        }
        assert_eq!((server.calls(), server.connections()), (2, connections));
    }
    let refused = builder("http://127.0.0.1:9", &Recorder::new()).with_idle_timeout(Duration::ZERO);
    let error = refused.build().unwrap_err().to_string();
    assert!(error.starts_with("with_idle_timeout: "), "{error}");
}

#[tokio::test]
async fn a_body_that_trickles_in_does_not_hold_back_the_error() {
    let head = b"HTTP/1.1 404 Not Found\r\ncontent-length: 1000\r\n\r\nab".to_vec();
    let server = Server::start(move |_| Act::WriteAndStall(head.clone())).await;
    let client = builder(&server.url(), &Recorder::new()).build().unwrap();
    // Without the bound on the body it would be the attempt's own timeout, 30 seconds.
    let error = call(&client, &op::GET_CONVERSATION).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.body(), server.calls()),
        (ErrorKind::NotFound, &b"ab"[..], 1)
    );
}

#[tokio::test]
async fn a_server_that_does_not_speak_tls_is_named_and_not_asked_again() {
    // What a plain server says to a handshake.
    let answering = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = answering.local_addr().unwrap().port();
    let speaker = tokio::spawn(async move {
        use tokio::io::AsyncWriteExt;
        let (mut stream, _) = answering.accept().await.unwrap();
        let answer = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n";
        stream.write_all(answer).await.unwrap();
        stream
    });
    let recorder = Recorder::new();
    let url = format!("https://127.0.0.1:{port}");
    let client = builder(&url, &recorder).build().unwrap();
    let error = call(&client, &op::LIST_USERS).await.unwrap_err();
    let _ = speaker.await;
    assert_eq!(
        (error.kind(), error.attempts(), recorder.waits()),
        (ErrorKind::Tls, 1, vec![])
    );
    assert_eq!(
        error.to_string(),
        format!(
            "list_users failed: {url} does not speak TLS: is the address http? after 1 attempt"
        )
    );
}

#[tokio::test]
async fn an_answer_that_is_not_http_is_not_asked_for_again() {
    let many: String = (0..200).map(|n| format!("x-{n}: y\r\n")).collect();
    for answer in [
        "SSH-2.0-OpenSSH\r\n\r\n".to_owned(),
        "HTTP/1.1 2OO OK\r\n\r\n".to_owned(),
        format!("HTTP/1.1 200 OK\r\n{many}\r\n"),
    ] {
        let bytes = answer.clone().into_bytes();
        let server = Server::start(move |_| Act::WriteAndClose(bytes.clone())).await;
        let recorder = Recorder::new();
        let client = builder(&server.url(), &recorder).build().unwrap();
        let error = call(&client, &op::LIST_USERS).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.attempts(), server.calls()),
            (ErrorKind::Interrupted, 1, 1),
            "{error}"
        );
        let shown = error.to_string();
        assert!(
            shown.starts_with("list_users failed: the response is not HTTP: "),
            "{shown}"
        );
        assert!(!error.is_retryable() && recorder.waits().is_empty());
    }
}
