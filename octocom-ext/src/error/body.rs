//! What an answer's body says about a failure.

use std::fmt;

use bytes::Bytes;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Most bytes of a body that an error keeps: enough for a gateway's HTML page, too little to
/// matter when thousands of errors are kept.
pub(crate) const MAX_ERROR_BODY_BYTES: usize = 64 * 1024;

/// Longest JSON path in a message, in characters.
const MAX_PATH_CHARS: usize = 200;

/// The API's own text in the body of a failure.
pub(crate) fn api_message(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Body {
        error: String,
    }
    serde_json::from_slice(body)
        .ok()
        .map(|Body { error }| error)
}

/// The API's own text in the body of a success.
pub(crate) fn success_message(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Body {
        message: String,
    }
    serde_json::from_slice(body)
        .ok()
        .map(|Body { message }| message)
}

/// The start of a body, without keeping the rest in memory.
pub(crate) fn capped(body: &Bytes) -> Bytes {
    if body.len() > MAX_ERROR_BODY_BYTES {
        Bytes::copy_from_slice(&body[..MAX_ERROR_BODY_BYTES])
    } else {
        body.clone()
    }
}

/// Why a body is not what the document says. It has nothing of the body's values.
#[derive(Debug)]
pub(crate) struct DecodeFailure {
    reason: String,
    line: usize,
    column: usize,
}

impl DecodeFailure {
    /// Keeps of a message what comes from the type and not from the body.
    ///
    /// serde_json's messages quote values ("invalid type: string \"hello\", expected i64"), and the
    /// values are what customers wrote.
    pub(crate) fn new(error: &serde_json::Error) -> Self {
        let message = error.to_string();
        let end = message.rfind(" at line ").unwrap_or(message.len());
        let message = &message[..end];
        let reason = if !error.is_data() || message.starts_with("missing field ") {
            message.to_owned()
        } else if let Some(start) = message.rfind(", expected ") {
            message[start + 2..].to_owned()
        } else {
            "a value of another form".to_owned()
        };
        Self {
            reason,
            line: error.line(),
            column: error.column(),
        }
    }
}

impl fmt::Display for DecodeFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} at line {} column {}",
            self.reason, self.line, self.column
        )
    }
}

impl std::error::Error for DecodeFailure {}

/// Finds where a body is not a `T`; `None` when it is one.
pub(crate) fn locate<T: DeserializeOwned>(body: &[u8]) -> Option<(String, DecodeFailure)> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let failure = match serde_path_to_error::deserialize::<_, T>(&mut json) {
        Ok(_) => {
            return json
                .end()
                .err()
                .map(|error| (".".to_owned(), DecodeFailure::new(&error)));
        }
        Err(failure) => failure,
    };
    Some((
        failure.path().to_string(),
        DecodeFailure::new(failure.inner()),
    ))
}

/// A JSON path for one line of text: keys may hold anything.
pub(crate) fn path_for_display(path: &str) -> String {
    path.escape_debug().take(MAX_PATH_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[allow(dead_code, reason = "decoded, never read")]
    struct Page {
        data: Vec<Item>,
    }

    #[derive(Debug, Deserialize)]
    #[allow(dead_code, reason = "decoded, never read")]
    struct Item {
        id: u32,
        color: Option<Color>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Color {
        Red,
    }

    #[test]
    fn a_failure_is_located_without_showing_the_value() {
        for (body, path, reason) in [
            (
                r#"{"data":[{"id":1},{"id":"sesame"}]}"#,
                "data[1].id",
                "expected u32",
            ),
            (
                r#"{"data":[{"color":null}]}"#,
                "data[0]",
                "missing field `id`",
            ),
            (
                r#"{"data":[{"id":1,"color":"sesame"}]}"#,
                "data[0].color",
                "expected `red`",
            ),
            (r#"{"data":[{"id":-1}]}"#, "data[0].id", "expected u32"),
            (
                r#"{"data":"sesame, expected sesame"}"#,
                "data",
                "expected a sequence",
            ),
            ("<html>sesame</html>", ".", "expected value"),
            ("", ".", "EOF while parsing a value"),
            (r#"{"data":[]} sesame"#, ".", "trailing characters"),
        ] {
            let (found, failure) = locate::<Page>(body.as_bytes()).unwrap();
            let shown = failure.to_string();
            assert_eq!(found, path, "{body}");
            assert!(shown.starts_with(reason), "{shown}");
            assert!(!shown.contains("sesame"), "{shown}");
        }
        assert!(locate::<Page>(br#"{"data":[{"id":1}]}"#).is_none());
    }

    #[test]
    fn the_apis_text_is_read_where_there_is_one() {
        assert_eq!(
            api_message(br#"{"error":"No such user"}"#).as_deref(),
            Some("No such user")
        );
        for body in [
            "",
            "<html>",
            r#"{"error":7}"#,
            r#"{"message":"a"}"#,
            "\"error\"",
        ] {
            assert_eq!(api_message(body.as_bytes()), None, "{body}");
        }
        assert_eq!(api_message(&[0xff, 0xfe]), None);
    }

    #[test]
    fn a_large_body_is_cut_and_a_path_stays_on_one_line() {
        assert_eq!(
            capped(&Bytes::from(vec![b'a'; MAX_ERROR_BODY_BYTES + 1])).len(),
            65_536
        );
        assert_eq!(capped(&Bytes::from_static(b"abc")), "abc");
        assert_eq!(path_for_display("data.a\nb"), "data.a\\nb");
        assert_eq!(path_for_display(&"x".repeat(1000)).len(), 200);
    }
}
