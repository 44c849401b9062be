//! Decoding JSON, with the path of the value that cannot be decoded.

use std::fmt;

use serde::de::DeserializeOwned;

/// Longest JSON path in a message, in characters.
const MAX_PATH_CHARS: usize = 200;

/// The reason why JSON could not be decoded. It contains no values, since they may be private.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DecodeError {
    /// Path of the value, such as `data[3].createdAt`; `.` is the top level.
    pub json_path: String,
    /// Problem at that path, such as ``missing field `id` ``.
    pub reason: String,
}

impl DecodeError {
    pub(crate) fn new(json_path: impl Into<String>, error: &serde_json::Error) -> Self {
        let message = error.to_string();
        let end = message.rfind(" at line ").unwrap_or(message.len());
        let message = &message[..end];
        // serde_json's messages quote values: "invalid type: string \"hello\", expected i64".
        let reason = if !error.is_data() || message.starts_with("missing field ") {
            message.to_owned()
        } else if let Some(start) = message.rfind(", expected ") {
            message[start + 2..].to_owned()
        } else {
            "a value of another form".to_owned()
        };
        Self {
            json_path: json_path.into(),
            reason: format!(
                "{reason} at line {} column {}",
                error.line(),
                error.column()
            ),
        }
    }

    pub(crate) fn at_top_level(reason: impl Into<String>) -> Self {
        Self {
            json_path: ".".to_owned(),
            reason: reason.into(),
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.json_path.as_str() {
            "." => f.write_str("could not decode the JSON at the top level: ")?,
            path => {
                // Keys may hold anything.
                let path: String = path.escape_debug().take(MAX_PATH_CHARS).collect();
                write!(f, "could not decode the JSON at `{path}`: ")?;
            }
        }
        f.write_str(&self.reason)
    }
}

impl std::error::Error for DecodeError {}

/// Decodes a JSON text. The place of an error is looked for only once there is one, because that
/// takes twice as long.
pub(crate) fn decode<T: DeserializeOwned>(json: &[u8]) -> Result<T, DecodeError> {
    serde_json::from_slice(json).map_err(|error| locate::<T>(json, error))
}

/// Decodes a JSON text like [`decode`], without checking each of its strings for UTF-8 again.
pub(crate) fn decode_text<T: DeserializeOwned>(json: &str) -> Result<T, DecodeError> {
    serde_json::from_str(json).map_err(|error| locate::<T>(json.as_bytes(), error))
}

#[cold]
fn locate<T: DeserializeOwned>(json: &[u8], error: serde_json::Error) -> DecodeError {
    let mut json = serde_json::Deserializer::from_slice(json);
    match serde_path_to_error::deserialize::<_, T>(&mut json) {
        // The value is complete: something follows it.
        Ok(_) => DecodeError::new(".", &error),
        Err(failure) => DecodeError::new(failure.path().to_string(), failure.inner()),
    }
}

/// Returns a body without what may stand around its JSON: white space, and a byte order mark.
pub(crate) fn trimmed(body: &[u8]) -> &[u8] {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    body.trim_ascii()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

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
            let failure = decode::<Page>(body.as_bytes()).unwrap_err();
            assert_eq!(failure.json_path, path, "{body}");
            let place = failure.reason.strip_prefix(reason);
            assert!(place.is_some_and(|place| place.starts_with(" at line 1 column ")));
            assert!(!failure.to_string().contains("sesame"), "{failure}");
        }
        assert!(decode::<Page>(br#"{"data":[{"id":1}]}"#).is_ok());
    }

    #[test]
    fn a_path_stays_on_one_line_and_is_cut() {
        let failure = |path: &str| DecodeError {
            json_path: path.to_owned(),
            reason: "expected u32".to_owned(),
        };
        assert_eq!(
            failure("data.a\nb").to_string(),
            "could not decode the JSON at `data.a\\nb`: expected u32"
        );
        assert_eq!(failure(&"x".repeat(1000)).to_string().len(), 245);
        assert_eq!(
            failure(".").to_string(),
            "could not decode the JSON at the top level: expected u32"
        );
    }

    #[test]
    fn what_stands_around_the_json_is_left_out() {
        assert_eq!(trimmed(b"\xef\xbb\xbf {} \r\n"), b"{}");
        assert_eq!(trimmed(b"  "), b"");
        assert_eq!(trimmed(b"{}"), b"{}");
    }
}
