//! Connections that never come about.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use octocom_ext::{ErrorKind, Exhausted, Operation, operations as op};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

use octocom_tests::script::{builder, call};
use octocom_tests::server::{Act, Server};
use octocom_tests::sleeper::Recorder;

/// Knows no name for the first so many times.
struct Unreliable {
    address: SocketAddr,
    failures: AtomicUsize,
}

impl Resolve for Unreliable {
    fn resolve(&self, _: Name) -> Resolving {
        let failed = self
            .failures
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
                left.checked_sub(1)
            })
            .is_ok();
        let address = self.address;
        Box::pin(async move {
            if failed {
                return Err("no such name".into());
            }
            let addresses: Addrs = Box::new(std::iter::once(address));
            Ok(addresses)
        })
    }
}

static ANY: [&Operation; 3] = [
    &op::LIST_USERS,
    &op::UPDATE_CUSTOMER,
    &op::SEND_OUTBOUND_EMAIL,
];

#[tokio::test]
async fn what_never_reached_the_server_is_retried_for_every_operation() {
    for operation in ANY {
        let server = Server::start(|_| Act::answer(200, "{}")).await;
        let failures = AtomicUsize::new(2);
        let resolver = Arc::new(Unreliable {
            address: server.address,
            failures,
        });
        let http = reqwest::Client::builder().dns_resolver(resolver).no_proxy();
        let recorder = Recorder::new();
        let url = format!("http://localhost:{}", server.address.port());
        let client = builder(&url, &recorder).with_http(http).build().unwrap();
        call(&client, operation).await.unwrap();
        assert_eq!(
            (server.calls(), recorder.waits()),
            (1, vec![250, 500]),
            "{}",
            operation.id
        );
    }
}

#[tokio::test]
async fn a_refused_connection_exhausts_the_attempts_and_nothing_was_processed() {
    let closed = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    for operation in ANY {
        let recorder = Recorder::new();
        let client = builder(&format!("http://{closed}"), &recorder)
            .build()
            .unwrap();
        let error = call(&client, operation).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.attempts()),
            (ErrorKind::Connect, 5),
            "{error}"
        );
        assert_eq!(error.exhausted(), Some(Exhausted::Attempts));
        assert!(
            !error.may_have_been_processed() && error.is_retryable(),
            "{error:?}"
        );
        assert!(error.is_connect() && error.status().is_none(), "{error:?}");
        assert_eq!(recorder.waits(), [250, 500, 1000, 2000]);
        let address = error.to_string();
        let shown = format!(
            "{} failed: no connection to http://127.0.0.1:",
            operation.id
        );
        let port = address
            .strip_prefix(&shown)
            .and_then(|rest| rest.split_once(' '));
        let (port, rest) = port.unwrap_or_else(|| panic!("{address}"));
        assert!(port.parse::<u16>().is_ok(), "{address}");
        assert_eq!(rest, "after 5 attempts");
        assert!(!format!("{error:?}").contains("rest/v1"), "{error:?}");
    }
}

/// Never finds out.
struct Pending;

impl Resolve for Pending {
    fn resolve(&self, _: Name) -> Resolving {
        Box::pin(std::future::pending())
    }
}

#[tokio::test]
async fn a_connection_that_takes_too_long_is_retried_for_every_operation() {
    let http = reqwest::Client::builder()
        .dns_resolver(Arc::new(Pending))
        .no_proxy();
    let recorder = Recorder::new();
    let client = builder("http://localhost:1", &recorder)
        .with_http(http)
        .with_connect_timeout(std::time::Duration::from_millis(20))
        .build()
        .unwrap();
    let error = call(&client, &op::SEND_OUTBOUND_EMAIL).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::Connect, 5),
        "{error:?}"
    );
    assert!(
        !error.may_have_been_processed() && error.is_retryable(),
        "{error:?}"
    );
    assert_eq!(recorder.waits(), [250, 500, 1000, 2000]);
}

/// Answers every connection with these bytes and closes it.
async fn raw(bytes: &'static [u8]) -> (SocketAddr, Arc<AtomicUsize>, tokio::task::JoinSet<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let connections = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&connections);
    let mut tasks = tokio::task::JoinSet::new();
    tasks.spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            count.fetch_add(1, Ordering::SeqCst);
            let _ = stream.write_all(bytes).await;
        }
    });
    (address, connections, tasks)
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_is_an_error_at_once() {
    let (address, connections, _tasks) = raw(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    let recorder = Recorder::new();
    let client = builder(&format!("https://{address}"), &recorder)
        .build()
        .unwrap();
    let error = call(&client, &op::LIST_USERS).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::Tls, 1),
        "{error:?}"
    );
    assert!(
        !error.may_have_been_processed() && !error.is_retryable(),
        "{error:?}"
    );
    assert_eq!(
        (connections.load(Ordering::SeqCst), recorder.waits()),
        (1, vec![])
    );
}

#[tokio::test]
async fn a_connection_that_ends_during_the_handshake_is_retried() {
    let (address, connections, _tasks) = raw(b"").await;
    let recorder = Recorder::new();
    let client = builder(&format!("https://{address}"), &recorder)
        .build()
        .unwrap();
    let error = call(&client, &op::SEND_OUTBOUND_EMAIL).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::Connect, 5),
        "{error:?}"
    );
    assert_eq!(connections.load(Ordering::SeqCst), 5);
    assert_eq!(recorder.waits(), [250, 500, 1000, 2000]);
}
