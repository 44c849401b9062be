//! The text of errors for any response of the server, and the data it never shows.

use std::error::Error as _;

use octocom_ext::{ErrorKind, operations as op};

use octocom_tests::script::{Answer, Script, call, status, users};

/// Text of a customer, which no error shows.
const PRIVATE: &str = "my card is 4929-1234";

fn answers() -> Vec<(&'static str, Vec<u8>, Option<&'static str>)> {
    vec![
        ("html", format!("<html>{PRIVATE}</html>").into_bytes(), None),
        ("empty", Vec::new(), None),
        ("not UTF-8", vec![0xff, 0xfe, 0x00, b'{'], None),
        (
            "other JSON",
            format!(r#"{{"message":"{PRIVATE}"}}"#).into_bytes(),
            None,
        ),
        (
            "documented",
            br#"{"error":"Invalid API key"}"#.to_vec(),
            Some("Invalid API key"),
        ),
    ]
}

#[tokio::test]
async fn every_failure_keeps_status_headers_delay_and_body() {
    // 401 is documented for list_users, 418 and 500 are not.
    for (code, kind) in [
        (401, ErrorKind::Unauthorized),
        (418, ErrorKind::Rejected),
        (429, ErrorKind::RateLimited),
        (500, ErrorKind::Server),
        (503, ErrorKind::Server),
    ] {
        for (name, body, message) in answers() {
            let answer = status(code)
                .header("x-request-id", "r-17")
                .header("retry-after", "9")
                .body(&body);
            let script = Script::new([answer]).await;
            let (client, _) = script.client();
            let client = client.with_max_attempts(1);
            let error = client.api().list_users(None).await.unwrap_err();
            assert_eq!(error.kind(), kind, "{code} {name}: {error:?}");
            assert_eq!(error.status().unwrap().as_u16(), code, "{name}");
            assert_eq!(error.headers()["x-request-id"], "r-17", "{name}");
            assert_eq!(error.request_id(), Some("r-17"), "{name}");
            assert_eq!(error.body(), body, "{name}");
            assert_eq!(error.message().as_deref(), message, "{name}");
            let delay = error.retry_after().map(|delay| delay.as_secs());
            assert_eq!(
                delay,
                matches!(code, 429 | 500 | 503).then_some(9),
                "{code} {name}"
            );
            assert_eq!((error.attempts(), script.calls()), (1, 1), "{name}");
            assert_eq!(error.operation().unwrap().id, "list_users");
            assert_shows_nothing_private(&error);
            let words = message
                .map(|words| format!(": {words}"))
                .unwrap_or_default();
            let shown = format!("list_users failed with status {code}{words} after 1 attempt");
            assert_eq!(error.to_string(), shown);
        }
    }
}

fn assert_shows_nothing_private(error: &octocom_api::Error) {
    let shown = error.to_string();
    assert!(!shown.contains('\n') && !shown.ends_with('.'), "{shown}");
    let mut all = format!("{shown} {error:?}");
    let mut cause = error.source();
    while let Some(error) = cause {
        assert!(
            !shown.contains(&error.to_string()),
            "{shown} repeats {error}"
        );
        all.push_str(&format!(" {error} {error:?}"));
        cause = error.source();
    }
    for private in [PRIVATE, "r-17", octocom_tests::script::KEY, "4929"] {
        assert!(!all.contains(private), "{all}");
    }
}

#[tokio::test]
async fn a_decoding_failure_names_its_place_and_is_not_retried() {
    for (body, path) in [
        (format!(r#"{{"data":"{PRIVATE}"}}"#), "data"),
        (r#"{"data":[]}"#.to_owned(), "."),
    ] {
        let answer = status(200).header("x-request-id", "r-17").body(&body);
        let script = Script::new([answer, users()]).await;
        let (client, recorder) = script.client();
        let error = client.api().list_users(None).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.json_path()),
            (ErrorKind::Decode, Some(path)),
            "{body}"
        );
        assert_eq!(
            (error.status().unwrap().as_u16(), error.request_id()),
            (200, Some("r-17"))
        );
        assert_eq!(error.body(), body.as_bytes());
        assert!(error.source().is_none() && error.is_decode(), "{error:?}");
        assert!(
            !error.is_retryable() && !error.may_have_been_processed(),
            "{error:?}"
        );
        assert_eq!((script.calls(), recorder.waits()), (1, vec![]), "{body}");
        assert_shows_nothing_private(&error);
        let place = match path {
            "." => "at the top level".to_owned(),
            path => format!("at `{path}`"),
        };
        let shown = error.to_string();
        let start =
            format!("list_users failed with status 200: could not decode the JSON {place}: ");
        assert!(shown.starts_with(&start), "{shown}");
        assert!(shown.ends_with(" after 1 attempt"), "{shown}");
    }
}

#[tokio::test]
async fn a_record_that_cannot_be_decoded_is_an_error_with_all_of_its_answer() {
    let record = format!(r#"{{"id":"{PRIVATE}","email":"x"}}"#);
    let page = format!(r#"{{"data":[{record}],"pagination":{{"hasMore":false}}}}"#);
    let script = Script::new([status(200).header("x-request-id", "r-17").body(page)]).await;
    let (client, _) = script.client();
    let users = client.api().list_users(None).await.unwrap();
    let error = users.answer().decode(&users.data[0]).unwrap_err();
    assert_eq!(
        (error.kind(), error.json_path(), error.body()),
        (ErrorKind::Decode, Some("id"), record.as_bytes())
    );
    assert_eq!(
        (error.status().unwrap().as_u16(), error.request_id()),
        (200, Some("r-17"))
    );
    assert_eq!((error.attempts(), script.calls()), (1, 1));
    assert_shows_nothing_private(&error);
    // By itself it says the same of the record.
    let error = users.data[0].parse().unwrap_err();
    assert_eq!(error.json_path, "id");
}

#[tokio::test]
async fn a_body_that_does_not_begin_and_end_like_json_is_a_cut_body() {
    for body in [
        format!("<html>{PRIVATE}</html>"),
        String::new(),
        "{\"data\":[".to_owned(),
    ] {
        // A read is retried.
        let script = Script::new([status(200).body(&body), users()]).await;
        let (client, recorder) = script.client();
        assert!(client.api().list_users(None).await.is_ok(), "{body}");
        assert_eq!((script.calls(), recorder.waits()), (2, vec![250]), "{body}");
        // A write is not: it may have been processed.
        let script = Script::new([status(201).body(&body)]).await;
        let (client, _) = script.client();
        let error = call(&client, &op::CREATE_ARTICLE).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.json_path(), script.calls()),
            (ErrorKind::Decode, Some("."), 1),
            "{body}"
        );
        assert!(error.may_have_been_processed() && !error.is_retryable());
        assert_eq!(error.body(), body.as_bytes());
        assert_shows_nothing_private(&error);
        assert_eq!(
            error.to_string(),
            "create_article failed with status 201: the body does not begin and end like JSON \
             after 1 attempt; it may have been processed"
        );
    }
}

#[tokio::test]
async fn a_write_whose_answer_does_not_decode_was_processed() {
    let script = Script::new([status(200).body("<html>")]).await;
    let (client, _) = script.client();
    let id = uuid::Uuid::nil();
    let workflows = client.business("acme").workflows();
    let error = workflows.delete(id).await.unwrap_err();
    assert_eq!(
        (error.kind(), script.calls()),
        (ErrorKind::Decode, 1),
        "{error}"
    );
    assert!(error.may_have_been_processed(), "{error:?}");
}

#[tokio::test]
async fn operations_without_a_documented_body_take_any_success() {
    let id = uuid::Uuid::nil();
    let cases: [(u16, &str, Option<&str>); 6] = [
        (200, "", Some("null")),
        (204, "", Some("null")),
        (201, r#"{"ok":true}"#, Some(r#"{"ok":true}"#)),
        (202, "", Some("null")),
        (200, "[1]", Some("[1]")),
        (200, "<html>", None),
    ];
    for (code, body, expected) in cases {
        let script = Script::new([status(code).body(body)]).await;
        let (client, _) = script.client();
        let slug = "acme";
        let result = client.api().list_article_versions(&id, slug).await;
        match (result.unwrap().parse(), expected) {
            (Ok(reply), Some(expected)) => {
                assert_eq!(reply.value().to_string(), expected, "{code} {body}");
                assert_eq!(
                    reply.status().as_u16(),
                    code,
                    "the status is the server's own"
                );
            }
            (Err(error), None) => {
                assert_eq!(
                    (error.kind(), error.body()),
                    (ErrorKind::Decode, body.as_bytes())
                );
            }
            (result, _) => panic!("{code} {body}: {result:?}"),
        }
    }
}

#[tokio::test]
async fn a_reply_tells_how_the_call_went() {
    let script = Script::new([status(503), users().header("x-request-id", "r-2")]).await;
    let (client, recorder) = script.client();
    let reply = client.api().list_users(None).await.unwrap();
    assert_eq!((reply.status().as_u16(), reply.attempts()), (200, 2));
    assert_eq!(
        (reply.request_id(), reply.elapsed().as_millis()),
        (Some("r-2"), 250)
    );
    assert_eq!(
        (&reply.headers()["x-request-id"], recorder.waits()),
        (&"r-2".parse().unwrap(), vec![250])
    );
    assert!(!format!("{reply:?}").contains("r-2"), "{reply:?}");
    assert_eq!(reply.into_value().data.len(), 0);
}

#[tokio::test]
async fn the_raw_client_goes_the_same_way() {
    let limited: Answer = status(429).header("retry-after", "2");
    let script = Script::new([limited, users(), status(404)]).await;
    let (client, recorder) = script.client();
    assert_eq!(client.api().list_users(None).await.unwrap().data.len(), 0);
    let error = client.api().list_users(None).await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 404);
    assert_eq!((script.calls(), recorder.waits()), (3, vec![2000]));
}

#[tokio::test]
async fn an_error_keeps_no_more_than_64_kib() {
    let script = Script::new([status(404).body("x".repeat(100_000))]).await;
    let (client, _) = script.client();
    let error = call(&client, &op::LIST_USERS).await.unwrap_err();
    assert_eq!(error.body().len(), 65_536);
    let long = format!("{{\"x\":\"{}\"}}", "x".repeat(100_000));
    let script = Script::new([status(200).body(long)]).await;
    let (client, _) = script.client();
    let error = client.api().list_users(None).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.body().len()),
        (ErrorKind::Decode, 65_536)
    );
}

#[test]
fn an_error_is_one_pointer_wide_and_can_go_anywhere() {
    fn anywhere<T: Send + Sync + 'static>() {}
    anywhere::<octocom_ext::Error>();
    anywhere::<octocom_ext::Client>();
    assert_eq!(size_of::<octocom_ext::Error>(), size_of::<usize>());
}

#[tokio::test]
async fn calls_can_be_spawned() {
    let script = Script::new([users()]).await;
    let (client, _) = script.client();
    let call = async move { client.api().list_users(None).await };
    assert_eq!(tokio::spawn(call).await.unwrap().unwrap().data.len(), 0);
}
