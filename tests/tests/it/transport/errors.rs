//! What an error tells, whatever the server answered, and what it never shows.

use std::error::Error as _;

use octocom_ext::{ErrorKind, operations as op};

use super::script::{Answer, Script, call, status, users};

/// What customers wrote: no error may show it by itself.
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
            let error = client
                .call(async |api| api.list_users(None).await)
                .await
                .unwrap_err();
            assert_eq!(error.kind(), kind, "{code} {name}: {error:?}");
            assert_eq!(error.status().unwrap().as_u16(), code, "{name}");
            assert_eq!(error.headers()["x-request-id"], "r-17", "{name}");
            assert_eq!(error.request_id(), Some("r-17"), "{name}");
            assert_eq!(error.body(), body, "{name}");
            assert_eq!(error.message().as_deref(), message, "{name}");
            let delay = error.retry_after().map(|delay| delay.as_secs());
            assert_eq!(
                delay,
                matches!(code, 429 | 503).then_some(9),
                "{code} {name}"
            );
            assert_eq!((error.attempts(), script.calls()), (1, 1), "{name}");
            assert_eq!(error.operation().unwrap().id, "list_users");
            assert_shows_nothing_private(&error);
            let shown = format!("list_users failed with status {code} after 1 attempt");
            assert_eq!(error.to_string(), shown);
        }
    }
}

fn assert_shows_nothing_private(error: &octocom_ext::Error) {
    let shown = error.to_string();
    assert!(!shown.contains('\n') && !shown.ends_with('.'), "{shown}");
    assert_eq!(shown.to_lowercase(), shown);
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
    for private in [PRIVATE, "r-17", super::script::KEY, "4929"] {
        assert!(!all.contains(private), "{all}");
    }
}

#[tokio::test]
async fn a_decoding_failure_names_its_place_and_is_not_retried() {
    let page = |id: &str| {
        format!(
            r#"{{"data":[{{"id":"{id}","email":"{PRIVATE}"}}],
                "pagination":{{"hasMore":false,"limit":50,"page":1}}}}"#
        )
    };
    for (body, path) in [
        (page(PRIVATE), "data[0].id"),
        (format!(r#"{{"data":"{PRIVATE}"}}"#), "data"),
        (r#"{"data":[]}"#.to_owned(), "."),
        (format!("<html>{PRIVATE}</html>"), "."),
        (String::new(), "."),
    ] {
        let answer = status(200).header("x-request-id", "r-17").body(&body);
        let script = Script::new([answer, users()]).await;
        let (client, recorder) = script.client();
        let error = client
            .call(async |api| api.list_users(None).await)
            .await
            .unwrap_err();
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
        assert!(error.source().is_some() && error.is_decode(), "{error:?}");
        assert!(
            !error.is_retryable() && !error.may_have_been_processed(),
            "{error:?}"
        );
        assert_eq!((script.calls(), recorder.waits()), (1, vec![]), "{body}");
        assert_shows_nothing_private(&error);
        let shown = format!(
            "list_users answered something undocumented at `{path}` with status 200 after 1 attempt"
        );
        assert_eq!(error.to_string(), shown);
    }
}

#[tokio::test]
async fn a_write_whose_answer_does_not_decode_was_processed() {
    let script = Script::new([status(200).body("<html>")]).await;
    let (client, _) = script.client();
    let id = uuid::Uuid::nil();
    let error = client
        .call(async |api| api.delete_workflow(&id).await)
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), script.calls()),
        (ErrorKind::Decode, 1),
        "{error}"
    );
    assert!(error.may_have_been_processed(), "{error:?}");
}

#[tokio::test]
async fn a_success_that_is_not_documented_is_an_error_where_the_body_matters() {
    for code in [201, 202, 206] {
        let script = Script::new([status(code).body(super::script::USERS)]).await;
        let (client, _) = script.client();
        let error = client
            .call(async |api| api.list_users(None).await)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedStatus, "{error:?}");
        assert_eq!(
            (error.status().unwrap().as_u16(), script.calls()),
            (code, 1)
        );
    }
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
        let result = client
            .call_with_meta(async |api| api.list_article_versions(&id, slug).await)
            .await;
        match (result, expected) {
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
    let reply = client
        .call_with_meta(async |api| api.list_users(None).await)
        .await
        .unwrap();
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
    let script = Script::new([status(200).body("x".repeat(100_000))]).await;
    let (client, _) = script.client();
    let error = call(&client, &op::LIST_USERS).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.body().len()),
        (ErrorKind::Decode, 65_536)
    );
}

#[tokio::test]
async fn a_closure_that_makes_no_call_is_an_error() {
    let script = Script::new([]).await;
    let (client, _) = script.client();
    let refuse = async |_| -> Result<octocom_api::ResponseValue<()>, octocom_api::Error<()>> {
        Err(octocom_api::Error::Custom("not today".to_owned()))
    };
    let error = client.call(refuse).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::InvalidRequest, 0),
        "{error}"
    );
    assert_eq!(
        (error.to_string().as_str(), script.calls()),
        ("not today", 0)
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
    let call = async move { client.call(async |api| api.list_users(None).await).await };
    assert_eq!(tokio::spawn(call).await.unwrap().unwrap().data.len(), 0);
}
