//! Bodies of unusual bytes: what can be read of them is delivered, and the rest is an error.

use std::sync::atomic::{AtomicUsize, Ordering};

use octocom_ext::ErrorKind;

use super::*;

/// A server whose every answer is this body.
async fn server(body: Vec<u8>) -> ((MockServer, String), Arc<AtomicUsize>) {
    let server = MockServer::start_async().await;
    let key = own_key();
    let own = key.clone();
    let requests = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&requests);
    server
        .mock_async(move |when, then| {
            when.header(KEY_HEADER, own);
            then.respond_with(move |_: &HttpMockRequest| {
                counted.fetch_add(1, Ordering::Relaxed);
                let response = HttpMockResponse::builder().status(200);
                response
                    .header("content-type", "application/json")
                    .body(body.clone())
                    .build()
            });
        })
        .await;
    ((server, key), requests)
}

fn client((server, key): &(MockServer, String)) -> Client {
    let builder = Client::builder().with_base_url(server.base_url());
    let builder = builder.with_api_key(key.clone());
    builder
        .with_backoff(std::time::Duration::from_millis(1))
        .build()
        .unwrap()
}

/// Three conversations, of which the second has these bytes in its subject.
fn three(subject: &[u8], pagination: &str) -> Vec<u8> {
    let rows: Vec<_> = (0..3)
        .map(|number| conversation(number, i64::from(number) * 1000).1.to_string())
        .collect();
    let body = format!(
        r#"{{"data":[{}],"pagination":{pagination}}}"#,
        rows.join(",")
    );
    let mut bytes = Vec::new();
    let mut parts = body.split(r#""subject":"s""#);
    bytes.extend_from_slice(parts.next().unwrap().as_bytes());
    for (number, part) in parts.enumerate() {
        let subject = if number == 1 { subject } else { b"s" };
        bytes.extend_from_slice(b"\"subject\":\"");
        bytes.extend_from_slice(subject);
        bytes.push(b'"');
        bytes.extend_from_slice(part.as_bytes());
    }
    bytes
}

const LAST: &str = r#"{"hasMore":false}"#;

#[tokio::test]
async fn one_unreadable_record_is_its_own_error_and_the_others_are_delivered() {
    for subject in [
        &b"\xff"[..],
        b"\xed\xa0\x80",
        b"\x01",
        b"\\ud800",
        b"a\nb",
        b"\\q",
    ] {
        let (server, _) = server(three(subject, LAST)).await;
        let mut stream = client(&server).conversations().list().stream();
        let (mut good, mut bad) = (Vec::new(), Vec::new());
        loop {
            match stream.try_next().await {
                Ok(Some(item)) => good.push(item.public_id.clone()),
                Ok(None) => break,
                Err(error) => {
                    assert!(error.is_item(), "{subject:?}: {error}");
                    bad.push(error.body().to_vec());
                }
            }
        }
        assert_eq!(good, ["0", "2"], "{subject:?}");
        assert_eq!(bad.len(), 1);
        let has_subject = bad[0].windows(subject.len()).any(|part| part == subject);
        assert!(has_subject, "{subject:?}");
    }
}

#[tokio::test]
async fn only_has_more_is_needed_of_pagination() {
    for pagination in [
        LAST,
        r#"{"page":1.0,"limit":50.0,"hasMore":false}"#,
        r#"{"page":null,"limit":null,"hasMore":false}"#,
        r#"{"page":"1","limit":[],"hasMore":false,"total":3}"#,
    ] {
        let (server, requests) = server(three(b"s", pagination)).await;
        let mut stream = client(&server).conversations().list().stream();
        let (numbers, error) = read(&mut stream).await;
        assert!(error.is_none(), "{pagination}: {error:?}");
        assert_eq!(numbers, [0, 1, 2]);
        assert_eq!(requests.load(Ordering::Relaxed), 1);
    }
    for pagination in [r#"{"page":1,"limit":50}"#, r#"{"hasMore":null}"#, "{}"] {
        let (server, _) = server(three(b"s", pagination)).await;
        let mut stream = client(&server).conversations().list().stream();
        let (numbers, error) = read(&mut stream).await;
        assert_eq!(
            (numbers, error.unwrap().kind()),
            (vec![], ErrorKind::Decode)
        );
    }
}

#[tokio::test]
async fn a_byte_order_mark_does_no_harm_and_anything_behind_a_page_breaks_it() {
    let page = three(b"s", LAST);
    let (marked, _) = server([b"\xef\xbb\xbf", &page[..], b" \n"].concat()).await;
    let mut stream = client(&marked).conversations().list().stream();
    let (numbers, error) = read(&mut stream).await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(numbers, [0, 1, 2]);

    for after in [&b"garbage"[..], b"<html>502</html>", b"{}", b"]", &page[..]] {
        let (server, requests) = server([&page[..], after].concat()).await;
        let mut stream = client(&server).conversations().list().stream();
        let (numbers, error) = read(&mut stream).await;
        let error = error.unwrap();
        assert!(numbers.is_empty(), "{error}");
        assert!(!error.is_item(), "{error}");
        assert!(requests.load(Ordering::Relaxed) >= 1);
    }
}

#[tokio::test]
async fn an_odd_member_that_is_not_read_loses_nothing_of_an_open_answer() {
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    for odd in [r#""\ud800""#, "1e999", &deep] {
        let records: Vec<_> = (0..2)
            .map(|number| {
                format!(
                    r#"{{"id":"{number}","key":"k{number}","value":"v","createdAt":"2024-01-15T00:00:0{number}Z","updatedAt":"2024-01-15T00:00:0{number}Z","odd":{odd}}}"#
                )
            })
            .collect();
        let body = format!(r#"{{"odd":{odd},"data":[{}]}}"#, records.join(","));
        let (server, _) = server(body.into_bytes()).await;
        let client = client(&server);
        let id = "550e8400-e29b-41d4-a716-446655440000";
        let metadata = client.conversations().metadata(id).all().await.unwrap();
        let keys: Vec<_> = metadata.iter().map(|entry| entry.key.as_str()).collect();
        assert_eq!(keys, ["k0", "k1"], "{odd}");
        let articles = client.business("acme-corp").articles();
        let history = articles.history(id).await.unwrap();
        let ids: Vec<_> = history
            .versions()
            .iter()
            .map(|version| version.id().unwrap())
            .collect();
        assert_eq!(ids.len(), 2, "{odd}");
        assert!(history.versions()[0].raw().contains(odd), "{odd}");
    }
}
