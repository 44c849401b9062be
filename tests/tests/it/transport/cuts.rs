//! Connections that break: before the answer, in the middle of its body, or one byte too early.

use octocom_ext::{ErrorKind, Exhausted, Operation, operations as op};

use octocom_tests::script::{USERS, builder, call};
use octocom_tests::server::{Act, Server};
use octocom_tests::sleeper::Recorder;

/// Every way an answer can break off, by name.
fn breaks() -> Vec<(&'static str, Act)> {
    let short = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"data\":[".to_vec();
    let chunk =
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\n{\"data\":[\r\n".to_vec();
    let mut complete_but_one =
        format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", USERS.len());
    complete_but_one.push_str(&USERS[..USERS.len() - 1]);
    vec![
        ("reset before the answer", Act::reset()),
        ("closed before the answer", Act::WriteAndClose(Vec::new())),
        (
            "closed in the headers",
            Act::WriteAndClose(b"HTTP/1.1 200 OK\r\ncont".to_vec()),
        ),
        (
            "body shorter than its length",
            Act::WriteAndClose(short.clone()),
        ),
        (
            "body one byte short",
            Act::WriteAndClose(complete_but_one.into_bytes()),
        ),
        ("reset in the body", Act::WriteAndReset(short)),
        ("chunked body without its end", Act::WriteAndClose(chunk)),
    ]
}

fn good() -> Act {
    Act::answer(200, USERS)
}

#[tokio::test]
async fn a_broken_answer_is_retried_for_reads_and_idempotent_writes() {
    for (name, broken) in breaks() {
        for operation in [&op::LIST_USERS, &op::UPDATE_CUSTOMER] {
            let server = Server::script([broken.clone(), broken.clone(), good()]).await;
            let recorder = Recorder::new();
            let client = builder(&server.url(), &recorder).build().unwrap();
            let value = call(&client, operation).await.unwrap();
            assert_eq!(value["pagination"]["page"], 1, "{name}");
            assert_eq!(
                (server.calls(), recorder.waits()),
                (3, vec![250, 500]),
                "{name}"
            );
            let seen = server.seen();
            assert!(
                seen.iter().all(|request| *request == seen[0]),
                "{name}: {seen:?}"
            );
            let body = if operation.request.is_some() {
                r#"{"text":"hello"}"#
            } else {
                ""
            };
            assert_eq!(seen[0].body, body, "{name}");
        }
    }
}

#[tokio::test]
async fn a_broken_answer_to_an_unsafe_write_is_an_error_at_once() {
    for (name, broken) in breaks() {
        let server = Server::script([broken, good()]).await;
        let recorder = Recorder::new();
        let client = builder(&server.url(), &recorder).build().unwrap();
        let error = call(&client, &op::SEND_OUTBOUND_EMAIL).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.attempts()),
            (ErrorKind::Interrupted, 1),
            "{name}"
        );
        assert!(
            error.may_have_been_processed() && !error.is_retryable(),
            "{name}: {error:?}"
        );
        assert_eq!(
            (error.exhausted(), error.status()),
            (None, None),
            "{name}: {error:?}"
        );
        assert!(
            std::error::Error::source(&error).is_some(),
            "{name}: {error:?}"
        );
        assert_eq!((server.calls(), recorder.waits()), (1, vec![]), "{name}");
        let shown = "send_outbound_email failed: the connection broke after 1 attempt; it may have been \
                     processed";
        assert_eq!(error.to_string(), shown, "{name}");
    }
}

#[tokio::test]
async fn broken_answers_exhaust_the_attempts() {
    let server = Server::start(|_| Act::reset()).await;
    let recorder = Recorder::new();
    let client = builder(&server.url(), &recorder).build().unwrap();
    let error = call(&client, &op::LIST_USERS).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::Interrupted, 5),
        "{error}"
    );
    assert_eq!(error.exhausted(), Some(Exhausted::Attempts));
    assert!(
        !error.may_have_been_processed(),
        "a read changes nothing: {error:?}"
    );
    assert_eq!(
        (server.calls(), recorder.waits()),
        (5, vec![250, 500, 1000, 2000])
    );
}

#[tokio::test]
async fn the_status_of_a_failure_stands_when_its_text_breaks_off() {
    let broken =
        b"HTTP/1.1 404 x\r\ncontent-length: 99\r\nx-request-id: r-1\r\n\r\n{\"error".to_vec();
    for operation in [&op::LIST_USERS, &op::SEND_OUTBOUND_EMAIL] {
        let server = Server::script([Act::WriteAndClose(broken.clone()), good()]).await;
        let client = builder(&server.url(), &Recorder::new()).build().unwrap();
        let error = call(&client, operation).await.unwrap_err();
        assert_eq!(
            (error.kind(), server.calls()),
            (ErrorKind::NotFound, 1),
            "{error}"
        );
        assert_eq!(
            (error.body(), error.request_id()),
            (&b"{\"error"[..], Some("r-1"))
        );
        assert_eq!(error.message(), None);
    }
}

/// A body without a length, larger than the cap, whose end never comes.
fn endless(status: u16, bytes: usize) -> Act {
    let head = format!("HTTP/1.1 {status} x\r\ntransfer-encoding: chunked\r\n\r\n{bytes:x}\r\n");
    Act::WriteAndStall([head.into_bytes(), vec![b'1'; bytes], b"\r\n".to_vec()].concat())
}

async fn capped(operation: &'static Operation, act: Act) -> octocom_ext::Error {
    let server = Server::script([act, good()]).await;
    let client = builder(&server.url(), &Recorder::new()).with_max_body_bytes(1000);
    let error = call(&client.build().unwrap(), operation).await.unwrap_err();
    assert_eq!((error.attempts(), server.calls()), (1, 1), "{error}");
    error
}

#[tokio::test]
async fn reading_stops_at_the_cap() {
    // Both answers stall afterwards: who reads on waits for ever.
    let announced = b"HTTP/1.1 200 OK\r\ncontent-length: 1001\r\n\r\n1".to_vec();
    for act in [endless(200, 1001), Act::WriteAndStall(announced)] {
        let error = capped(&op::LIST_USERS, act.clone()).await;
        assert_eq!(error.kind(), ErrorKind::BodyTooLarge, "{error}");
        assert_eq!(error.status().unwrap().as_u16(), 200);
        assert!(
            error.to_string().contains("larger than 1000 bytes"),
            "{error}"
        );
        assert!(
            !error.may_have_been_processed() && !error.is_retryable(),
            "{error:?}"
        );
        let error = capped(&op::CREATE_ARTICLE, act).await;
        assert!(error.may_have_been_processed(), "{error:?}");
    }
}

#[tokio::test]
async fn a_body_of_exactly_the_cap_is_accepted() {
    let server = Server::script([good()]).await;
    let client = builder(&server.url(), &Recorder::new()).with_max_body_bytes(USERS.len());
    call(&client.build().unwrap(), &op::LIST_USERS)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_failures_large_body_is_kept_up_to_64_kib() {
    let error = capped(&op::LIST_USERS, endless(404, 70_000)).await;
    assert_eq!(
        (error.kind(), error.body().len()),
        (ErrorKind::NotFound, 65_536),
        "{error}"
    );
}
