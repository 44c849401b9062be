//! Compressed responses, by servers that are asked for them or not, and broken ones.

use std::io::Write;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use octocom_ext::{Client, ErrorKind, operations as op};
use octocom_sandbox::Sandbox;
use octocom_tests::sandboxed;
use octocom_tests::script::{Answer, KEY, Script, Seen, USERS, builder, call, status, users};
use octocom_tests::server::{Act, Server};
use octocom_tests::sleeper::Recorder;

fn gzip(text: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_ref()).unwrap();
    encoder.finish().unwrap()
}

fn coded(answer: Answer, coding: &str, body: impl AsRef<[u8]>) -> Answer {
    answer.header("content-encoding", coding).body(body)
}

/// A response as bytes, for a server that can break it.
fn bytes(length: usize, body: &[u8]) -> Vec<u8> {
    let head =
        format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {length}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

#[tokio::test]
async fn a_compressed_response_is_asked_for_and_read_like_a_plain_one() {
    for coding in ["gzip", "x-gzip", "GZip", "identity, gzip"] {
        let script = Script::new([coded(status(200), coding, gzip(USERS)), users()]).await;
        let (client, recorder) = script.client();
        let compressed = client.api().list_users(None).await.unwrap();
        let plain = client.api().list_users(None).await.unwrap();
        assert_eq!(compressed.raw(), plain.raw());
        let header = |name| compressed.headers().get(name);
        assert_eq!(
            (header("content-encoding"), header("content-length")),
            (None, None)
        );
        assert!(plain.headers().contains_key("content-length"));
        let asked: Vec<_> = script
            .seen()
            .iter()
            .map(|seen| seen.header("accept-encoding").map(str::to_owned))
            .collect();
        assert_eq!(asked, [Some("gzip".to_owned()), Some("gzip".to_owned())]);
        assert_eq!(recorder.waits(), [0_u128; 0]);
    }
}

#[tokio::test]
async fn without_compression_none_is_asked_for_and_it_is_read_all_the_same() {
    let script = Script::new([users(), coded(status(200), "gzip", gzip(USERS))]).await;
    let client = builder(&script.url(), &Recorder::new()).without_compression();
    let client = client.build().unwrap();
    let plain = client.api().list_users(None).await.unwrap();
    let compressed = client.api().list_users(None).await.unwrap();
    assert_eq!(compressed.raw(), plain.raw());
    let asked = |seen: &Seen| seen.header("accept-encoding") == Some("identity");
    assert!(script.seen().iter().all(asked));
}

#[tokio::test]
async fn the_text_of_a_compressed_failure_is_read() {
    let text = |text: &str| gzip(serde_json::json!({ "error": text }).to_string());
    let script = Script::new([
        coded(status(404), "gzip", text("no such user")),
        coded(status(429), "gzip", text("Pair limit exceeded")).header("retry-after", "2"),
        coded(status(400), "gzip", vec![b'1'; 10]),
        // Nothing is nothing, compressed or not.
        coded(status(404), "gzip", ""),
    ])
    .await;
    let (client, _) = script.client();
    let error = call(&client, &op::LIST_USERS).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.message().as_deref()),
        (ErrorKind::NotFound, Some("no such user"))
    );
    let error = call(&client, &op::SET_CONVERSATION_METADATA)
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), script.calls()),
        (ErrorKind::Quota, 2),
        "{error}"
    );
    let error = call(&client, &op::LIST_USERS).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.body()),
        (ErrorKind::Rejected, &b""[..])
    );
    assert!(
        error
            .to_string()
            .contains("content-encoding `gzip` and cannot be decompressed"),
        "{error}"
    );
    let error = call(&client, &op::LIST_USERS).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.body()),
        (ErrorKind::NotFound, &b""[..])
    );
    assert!(!error.to_string().contains("encoding"), "{error}");
}

#[tokio::test]
async fn an_unknown_coding_is_named_after_one_request() {
    for (coding, named) in [
        ("br", "`br`"),
        ("zstd", "`zstd`"),
        ("deflate", "`deflate`"),
        ("gzip, gzip", "`gzip, gzip`"),
    ] {
        for operation in [&op::LIST_USERS, &op::CREATE_ARTICLE] {
            let script = Script::new([coded(status(200), coding, gzip(USERS)), users()]).await;
            let (client, _) = script.client();
            let error = call(&client, operation).await.unwrap_err();
            assert_eq!(
                (error.kind(), script.calls()),
                (ErrorKind::Decode, 1),
                "{error}"
            );
            assert_eq!(
                error.may_have_been_processed(),
                operation.changes_something()
            );
            assert!(
                !error.is_retryable() && error.body().is_empty(),
                "{error:?}"
            );
            let expected =
                format!("the body has the content-encoding {named}, which was not asked for");
            assert!(error.to_string().contains(&expected), "{error}");
        }
    }
    // The status of a failure decides alone.
    let script = Script::new([coded(status(503), "br", "x"), coded(status(403), "br", "x")]).await;
    let (client, recorder) = script.client();
    let error = call(&client, &op::LIST_USERS).await.unwrap_err();
    assert_eq!((error.kind(), script.calls()), (ErrorKind::Forbidden, 2));
    assert_eq!(recorder.waits(), [250]);
    assert!(error.to_string().contains("`br`"), "{error}");
}

#[tokio::test]
async fn a_write_that_no_answer_is_documented_for_is_done_in_any_coding() {
    for answer in [
        coded(status(200), "br", "x"),
        coded(status(200), "gzip", "not gzip"),
        coded(status(200), "gzip", gzip("{}")),
    ] {
        let script = Script::new([answer]).await;
        let (client, _) = script.client();
        call(&client, &op::UPDATE_CUSTOMER).await.unwrap();
        assert_eq!(script.calls(), 1);
    }
    // What says that nothing was done is heard.
    let no = gzip(r#"{"success":false,"message":"no"}"#);
    let script = Script::new([coded(status(200), "gzip", no)]).await;
    let (client, _) = script.client();
    let error = call(&client, &op::UPDATE_CUSTOMER).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected, "{error}");
}

#[tokio::test]
async fn the_text_of_a_failure_that_is_cut_off_is_not_said_to_be_broken() {
    let text = gzip(format!("{{\"error\":\"{}\"}}", "where is it? ".repeat(100)));
    let head = bytes(text.len(), &text[..text.len() - 9]);
    let head = [b"HTTP/1.1 404 x", &head["HTTP/1.1 200 OK".len()..]].concat();
    for act in [Act::WriteAndClose(head.clone()), Act::WriteAndStall(head)] {
        let server = Server::script([act]).await;
        let client = builder(&server.url(), &Recorder::new()).build().unwrap();
        let error = call(&client, &op::LIST_USERS).await.unwrap_err();
        assert_eq!((error.kind(), server.calls()), (ErrorKind::NotFound, 1));
        assert!(!error.to_string().contains("encoding"), "{error}");
    }
}

#[tokio::test]
async fn a_body_that_is_not_gzip_is_retried_like_one_that_is_not_json() {
    let whole = gzip(USERS);
    let mut flipped = whole.clone();
    let last = flipped.len() - 5;
    flipped[last] ^= 1;
    let broken = [
        USERS.as_bytes().to_vec(),
        whole[..whole.len() / 2].to_vec(),
        whole[..whole.len() - 1].to_vec(),
        flipped,
        [&whole[..], b"garbage"].concat(),
    ];
    for body in broken {
        let answer = || coded(status(200), "gzip", &body);
        let script = Script::new([answer(), answer(), users()]).await;
        let (client, recorder) = script.client();
        call(&client, &op::LIST_USERS).await.unwrap();
        assert_eq!((script.calls(), recorder.waits()), (3, vec![250, 500]));

        let script = Script::new([answer(), users()]).await;
        let (client, recorder) = script.client();
        let error = call(&client, &op::SEND_BOT_MESSAGE).await.unwrap_err();
        assert_eq!(
            (error.kind(), script.calls()),
            (ErrorKind::Decode, 1),
            "{error}"
        );
        assert_eq!(recorder.waits(), [0_u128; 0]);
        assert!(
            error.may_have_been_processed() && !error.is_retryable(),
            "{error:?}"
        );
        let expected = "the body has the content-encoding `gzip` and cannot be decompressed: ";
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[tokio::test]
async fn a_compressed_body_that_is_cut_off_is_a_broken_connection() {
    let whole = gzip(USERS);
    for act in [
        Act::WriteAndClose(bytes(whole.len(), &whole[..20])),
        Act::WriteAndReset(bytes(whole.len(), &whole[..20])),
        Act::WriteAndClose(bytes(whole.len() + 1, &whole)),
    ] {
        let good = Act::WriteAndClose(bytes(whole.len(), &whole));
        let server = Server::script([act.clone(), good.clone()]).await;
        let recorder = Recorder::new();
        let client = builder(&server.url(), &recorder).build().unwrap();
        call(&client, &op::LIST_USERS).await.unwrap();
        assert_eq!((server.calls(), recorder.waits()), (2, vec![250]));

        let server = Server::script([act, good]).await;
        let client = builder(&server.url(), &recorder).build().unwrap();
        let error = call(&client, &op::SEND_BOT_MESSAGE).await.unwrap_err();
        assert_eq!(
            (error.kind(), server.calls()),
            (ErrorKind::Interrupted, 1),
            "{error}"
        );
        assert!(error.may_have_been_processed(), "{error:?}");
    }
}

#[tokio::test]
async fn the_cap_is_on_the_decompressed_size() {
    let bomb = gzip(vec![b'1'; 1_000_000]);
    let exact = gzip(USERS);
    for (body, limit, stalls, fits) in [
        // Who reads on waits for ever.
        (&bomb, 1000, true, false),
        (&bomb, 900_000, true, false),
        (&bomb, 999_999, false, false),
        (&exact, USERS.len() - 1, false, false),
        (&exact, USERS.len(), false, true),
    ] {
        let act = match stalls {
            true => Act::WriteAndStall(bytes(body.len() + 1, body)),
            false => Act::WriteAndClose(bytes(body.len(), body)),
        };
        let server = Server::script([act]).await;
        let client = builder(&server.url(), &Recorder::new()).with_max_body_bytes(limit);
        let result = call(&client.build().unwrap(), &op::LIST_USERS).await;
        if fits {
            result.unwrap();
            continue;
        }
        let error = result.unwrap_err();
        assert_eq!(
            (error.kind(), server.calls()),
            (ErrorKind::BodyTooLarge, 1),
            "{error}"
        );
        let expected = format!("larger than {limit} bytes, decompressed");
        assert!(error.to_string().contains(&expected), "{error}");
    }
}

#[tokio::test]
async fn an_http_client_that_decompresses_itself_does_not_do_so_first() {
    let http = || reqwest::Client::builder().gzip(true);
    let script = Script::new([
        coded(status(200), "gzip", USERS),
        coded(status(200), "gzip", gzip(USERS)),
        users(),
    ])
    .await;
    let recorder = Recorder::new();
    let client = builder(&script.url(), &recorder)
        .with_http(http())
        .with_max_attempts(1);
    let client = client.build().unwrap();
    let error = call(&client, &op::LIST_USERS).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("content-encoding `gzip` and cannot"),
        "{error}"
    );
    call(&client, &op::LIST_USERS).await.unwrap();
    let client = builder(&script.url(), &recorder)
        .with_http(http())
        .without_compression();
    call(&client.build().unwrap(), &op::LIST_USERS)
        .await
        .unwrap();
    assert_eq!(script.seen()[2].header("accept-encoding"), Some("identity"));
    // By itself it would.
    let script = Script::new([coded(status(200), "gzip", gzip(USERS))]).await;
    let http = http().no_proxy().build().unwrap();
    let response = http
        .get(script.url())
        .header("x-api-key", KEY)
        .send()
        .await
        .unwrap();
    assert_eq!(response.text().await.unwrap(), USERS);
    assert_eq!(script.seen()[0].header("accept-encoding"), Some("gzip"));
}

/// The texts of all conversations.
async fn all(client: &Client) -> Vec<String> {
    let mut stream = client.conversations().list().stream();
    let mut texts = Vec::new();
    while let Some(conversation) = stream.try_next().await.unwrap() {
        texts.push(conversation.raw().to_owned());
    }
    texts
}

#[tokio::test]
async fn a_list_is_the_same_with_compression_and_faults() {
    let sandbox = || Sandbox::builder().conversations(500).seed(3);
    let plain = sandbox().start().await.unwrap();
    let client = |sandbox: &Sandbox| {
        let sleeper = Recorder::new();
        sandboxed::builder(sandbox)
            .with_sleeper(sleeper)
            .with_max_attempts(100)
            .without_retry_budget()
            .with_deadline(Duration::from_secs(86_400))
    };
    let expected = all(&client(&plain).build().unwrap()).await;
    assert_eq!(expected.len(), 500);
    let faulty = sandbox().compress().faults(0.3).start().await.unwrap();
    assert_eq!(all(&client(&faulty).build().unwrap()).await, expected);
    assert_eq!(
        all(&client(&faulty).without_compression().build().unwrap()).await,
        expected
    );
}
