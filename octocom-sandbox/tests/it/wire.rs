//! Faults as they look on the wire: what arrives, and how the connection ends.

use std::io::ErrorKind;
use std::time::Duration;

use octocom_sandbox::FAULT_HEADER;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::api::{Api, api};

/// The end of a connection.
#[derive(Debug, PartialEq, Eq)]
enum End {
    /// In order.
    Closed,
    /// By a reset.
    Reset,
    /// Not at all within half a second.
    Open,
}

/// The bytes that a server sent, and the way the connection ended.
#[derive(Debug)]
struct RawResponse {
    head: String,
    body: Vec<u8>,
    end: End,
}

/// Sends a GET with a fault on a connection of its own and listens.
async fn heard(api: &Api, path: &str, fault: &str) -> RawResponse {
    let mut stream = TcpStream::connect(api.sandbox.address()).await.unwrap();
    let request = format!(
        "GET /rest/v1{path} HTTP/1.1\r\nhost: localhost\r\nx-api-key: {}\r\n{FAULT_HEADER}: {fault}\r\n\r\n",
        api.sandbox.key()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut all = Vec::new();
    let mut buffer = vec![0; 64 * 1024];
    let end = loop {
        let read = stream.read(&mut buffer);
        match tokio::time::timeout(Duration::from_millis(500), read).await {
            Err(_) => break End::Open,
            Ok(Ok(0)) => break End::Closed,
            Ok(Ok(count)) => all.extend_from_slice(&buffer[..count]),
            Ok(Err(error)) if error.kind() == ErrorKind::ConnectionReset => break End::Reset,
            Ok(Err(error)) => panic!("{error}"),
        }
    };
    let text = String::from_utf8_lossy(&all);
    let head = text.split("\r\n\r\n").next().unwrap().to_owned();
    let body = all.get(head.len() + 4..).unwrap_or_default().to_vec();
    RawResponse { head, body, end }
}

/// The length that a head promises.
fn promised(head: &str) -> usize {
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.parse().unwrap())
    });
    length.unwrap_or_else(|| panic!("{head}"))
}

async fn whole(api: &Api, path: &str) -> Vec<u8> {
    let request = api.request(reqwest::Method::GET, path);
    request
        .send()
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap()
        .to_vec()
}

#[tokio::test]
async fn a_truncated_answer_is_half_of_the_body_and_then_a_reset() {
    let api = api().await;
    for path in ["/users", "/conversations", "/teams", "/businesses"] {
        let whole = whole(&api, path).await;
        let heard = heard(&api, path, "truncated").await;
        assert_eq!(heard.end, End::Reset, "{path}");
        assert_eq!(promised(&heard.head), whole.len());
        assert!(heard.head.starts_with("HTTP/1.1 200"), "{}", heard.head);
        assert!(heard.body.len().abs_diff(whole.len() / 2) <= 3, "{path}");
        assert_eq!(heard.body, whole[..heard.body.len()]);
    }
}

#[tokio::test]
async fn a_reset_and_a_closed_connection_send_nothing_and_end_differently() {
    let api = api().await;
    for (fault, end) in [("reset", End::Reset), ("close", End::Closed)] {
        let heard = heard(&api, "/users", fault).await;
        assert_eq!((heard.head.as_str(), heard.end), ("", end), "{fault}");
    }
}

#[tokio::test]
async fn a_connection_that_hangs_sends_nothing_and_one_that_stalls_half_of_the_body() {
    let api = api().await;
    let whole = whole(&api, "/users").await;
    let silent = heard(&api, "/users", "hang").await;
    assert_eq!((silent.head.as_str(), silent.end), ("", End::Open));
    let stalled = heard(&api, "/users", "stall").await;
    assert_eq!(stalled.end, End::Open);
    assert_eq!(stalled.body, whole[..whole.len() / 2]);
    assert_eq!(promised(&stalled.head), whole.len());
    // Neither keeps the sandbox from stopping.
    let stopped = tokio::time::timeout(Duration::from_secs(3), api.sandbox.shutdown());
    assert!(stopped.await.is_ok());
}

#[tokio::test]
async fn a_connection_that_is_closed_after_the_answer_says_nothing_of_it() {
    let api = api().await;
    let whole = whole(&api, "/users").await;
    let heard = heard(&api, "/users", "close-after").await;
    assert_eq!(heard.end, End::Closed);
    assert_eq!(heard.body, whole);
    assert!(!heard.head.to_lowercase().contains("connection: close"));
    // An answer without a fault leaves the connection open.
    let open = self::heard(&api, "/users", "extra-field").await;
    assert_eq!(open.end, End::Open);
}

#[tokio::test]
async fn half_of_the_json_and_an_empty_body_are_whole_answers() {
    let api = api().await;
    let whole = whole(&api, "/users").await;
    let half = heard(&api, "/users", "half-json").await;
    assert_eq!(half.body, whole[..whole.len() / 2]);
    assert_eq!(promised(&half.head), half.body.len());
    let empty = heard(&api, "/users", "empty").await;
    assert_eq!((promised(&empty.head), empty.body.len()), (0, 0));
    let page = heard(&api, "/users", "html=200").await;
    assert!(page.body.starts_with(b"<!DOCTYPE html>"));
    for answer in [half, empty, page] {
        assert!(answer.head.starts_with("HTTP/1.1 200"), "{}", answer.head);
        assert_eq!(answer.end, End::Open);
    }
}

#[tokio::test]
async fn a_throttled_answer_is_whole_and_the_next_one_on_its_connection_is_fast() {
    let api = api().await;
    let whole = whole(&api, "/users").await;
    let started = std::time::Instant::now();
    let rate = format!("throttle={}", whole.len() * 4);
    let request = api.request(reqwest::Method::GET, "/users");
    let slow = request.header(FAULT_HEADER, &rate).send().await.unwrap();
    assert_eq!(slow.bytes().await.unwrap(), whole);
    assert!(started.elapsed() >= Duration::from_millis(150));
    let started = std::time::Instant::now();
    let fast = self::whole(&api, "/users").await;
    assert_eq!(fast, whole);
    assert!(started.elapsed() < Duration::from_millis(150));
}
