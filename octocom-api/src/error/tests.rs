//! The message of an error, and the secrets that it does not show.

use super::*;
use crate::operation::operations::{LIST_USERS, SEND_OUTBOUND_EMAIL};

fn answer(status: u16, body: &str) -> Answer {
    Answer::new(
        &SEND_OUTBOUND_EMAIL,
        StatusCode::from_u16(status).unwrap(),
        HeaderMap::new(),
        bytes::Bytes::copy_from_slice(body.as_bytes()),
    )
}

fn error(status: u16, body: &str) -> Error {
    Failure::from_status(&answer(status, body), crate::Idempotency::Unsafe).into()
}

#[test]
fn an_error_is_one_pointer_wide() {
    assert_eq!(size_of::<Error>(), size_of::<usize>());
    assert_eq!(size_of::<Option<Error>>(), size_of::<usize>());
}

#[test]
fn every_kind_has_a_word_of_its_own() {
    let kinds = [
        ErrorKind::Config,
        ErrorKind::InvalidRequest,
        ErrorKind::Connect,
        ErrorKind::Tls,
        ErrorKind::Timeout,
        ErrorKind::Interrupted,
        ErrorKind::Unauthorized,
        ErrorKind::Forbidden,
        ErrorKind::NotFound,
        ErrorKind::Rejected,
        ErrorKind::RateLimited,
        ErrorKind::Quota,
        ErrorKind::Server,
        ErrorKind::Redirect,
        ErrorKind::UnexpectedStatus,
        ErrorKind::Decode,
        ErrorKind::BodyTooLarge,
        ErrorKind::Stalled,
        ErrorKind::Unstable,
        ErrorKind::OutOfOrder,
    ];
    let words: std::collections::HashSet<_> = kinds.iter().map(|kind| kind.as_str()).collect();
    assert_eq!(words.len(), kinds.len(), "{words:?}");
    for word in words {
        assert!(
            word.bytes()
                .all(|byte| byte == b'_' || byte.is_ascii_lowercase()),
            "{word}"
        );
    }
}

#[test]
fn the_message_has_the_apis_own_words_and_whether_it_may_have_been_processed() {
    for (status, body, expected) in [
        (
            400,
            r#"{"error":"No such \"template\""}"#,
            "send_outbound_email failed with status 400: No such \"template\" after 1 attempt",
        ),
        (
            503,
            "<html>sesame</html>",
            "send_outbound_email failed with status 503 after 1 attempt; it may have been processed",
        ),
        (
            429,
            r#"{"error":"line one\nline\u001b[31m two"}"#,
            "send_outbound_email failed with status 429: line one\\nline\\u{1b}[31m two after 1 attempt",
        ),
    ] {
        assert_eq!(error(status, body).to_string(), expected);
    }
    let long = format!(r#"{{"error":"{}"}}"#, "x".repeat(1000));
    let shown = error(400, &long).to_string();
    assert!(
        shown.contains(&format!(": {}… after", "x".repeat(200))),
        "{shown}"
    );
}

#[test]
fn what_a_status_says_decides_what_may_be_repeated() {
    use crate::Idempotency::{Idempotent, Safe, Unsafe};
    for (status, kind, unclear, retryable) in [
        (303, ErrorKind::Redirect, true, [false; 3]),
        (400, ErrorKind::Rejected, false, [false; 3]),
        (401, ErrorKind::Unauthorized, false, [false; 3]),
        (403, ErrorKind::Forbidden, false, [false; 3]),
        (404, ErrorKind::NotFound, false, [false; 3]),
        (408, ErrorKind::Server, true, [true, true, false]),
        (425, ErrorKind::Rejected, false, [true; 3]),
        (429, ErrorKind::RateLimited, false, [true; 3]),
        (500, ErrorKind::Server, true, [true, true, false]),
        (501, ErrorKind::Server, true, [false; 3]),
        (504, ErrorKind::Server, true, [true, true, false]),
        (520, ErrorKind::Server, true, [true, true, false]),
        (530, ErrorKind::Server, true, [true, true, false]),
        (531, ErrorKind::Server, true, [false; 3]),
        (700, ErrorKind::UnexpectedStatus, true, [false; 3]),
    ] {
        for (idempotency, retryable) in [Safe, Idempotent, Unsafe].into_iter().zip(retryable) {
            let failure = Failure::from_status(&answer(status, ""), idempotency);
            assert_eq!(
                (
                    failure.kind,
                    failure.may_have_been_processed,
                    failure.retryable
                ),
                (kind, unclear, retryable),
                "{status} {idempotency:?}"
            );
        }
        let mut read = answer(status, "");
        read.operation = &LIST_USERS;
        let failure = Failure::from_status(&read, Safe);
        assert!(!failure.may_have_been_processed, "{status}");
    }
}

#[test]
fn a_quota_is_told_by_the_text_of_the_table() {
    let quota = |body: &str| {
        let mut answer = answer(429, body);
        answer.operation = &crate::operations::SET_CONVERSATION_METADATA;
        Failure::from_status(&answer, crate::Idempotency::Idempotent).kind
    };
    assert_eq!(
        quota(r#"{"error":"PAIR LIMIT exceeded"}"#),
        ErrorKind::Quota
    );
    for body in ["", "<html>", r#"{"error":"Rate limit exceeded"}"#] {
        assert_eq!(quota(body), ErrorKind::RateLimited, "{body}");
    }
}

#[test]
fn the_apis_text_is_read_where_there_is_one() {
    assert_eq!(
        error(400, r#"{"error":"No such user"}"#)
            .message()
            .as_deref(),
        Some("No such user")
    );
    for body in [
        "",
        "<html>",
        r#"{"error":7}"#,
        r#"{"message":"a"}"#,
        "\"error\"",
    ] {
        assert_eq!(error(400, body).message(), None, "{body}");
    }
    // Of a success the message is the API's own words.
    let denied = Failure::from_answer(&answer(200, r#"{"message":"a"}"#), ErrorKind::Rejected);
    assert_eq!(Error::from(denied).message().as_deref(), Some("a"));
}

#[test]
fn an_error_without_a_call_says_what_is_wrong() {
    let mut failure = Failure::new(ErrorKind::Config);
    failure.detail = Some("with_max_attempts: 0 is not from 1 to 100".to_owned());
    let error = Error::from(failure);
    assert_eq!(
        error.to_string(),
        "with_max_attempts: 0 is not from 1 to 100"
    );
    assert!(error.is_config() && error.operation().is_none() && error.source().is_none());
    assert_eq!((error.attempts(), error.elapsed()), (0, Duration::ZERO));
    assert!(error.headers().is_empty() && error.body().is_empty() && error.message().is_none());
}

#[test]
fn the_debug_form_shows_neither_body_nor_header() {
    let mut answer = answer(500, "sesame");
    let mut headers = HeaderMap::new();
    headers.insert("set-cookie", http::HeaderValue::from_static("sesame"));
    answer.headers = headers.into();
    let error = Error::from(Failure::from_status(&answer, crate::Idempotency::Unsafe));
    let shown = format!("{error:?} {error} {answer:?}");
    assert!(
        shown.contains("body_bytes: 6") && !shown.contains("sesame"),
        "{shown}"
    );
}

#[test]
fn a_large_body_is_cut() {
    let body = "a".repeat(MAX_ERROR_BODY_BYTES + 1);
    assert_eq!(error(500, &body).body().len(), 65_536);
    assert_eq!(error(500, "abc").body(), b"abc");
}
