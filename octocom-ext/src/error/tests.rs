//! What an error shows, and what it does not.

use super::*;

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
fn an_error_without_a_call_says_what_is_wrong() {
    let error = Error::config("with_max_attempts: 0 is not from 1 to 100");
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
    let mut error = Error::invalid_request("refused");
    error.0.body = Bytes::from_static(b"sesame");
    let mut headers = http::HeaderMap::new();
    headers.insert("set-cookie", http::HeaderValue::from_static("sesame"));
    error.0.headers = headers.into();
    let shown = format!("{error:?} {error}");
    assert!(
        shown.contains("body_bytes: 6") && !shown.contains("sesame"),
        "{shown}"
    );
}
