//! Records as text: what is one, its id, and its fields.

use std::borrow::Cow;

use indexmap::IndexMap;
use serde_json::value::RawValue;

/// A record: a JSON object with an id, as its original text without white space between tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) id: String,
    pub(crate) text: String,
}

/// The members of a JSON object, in its order.
pub(crate) type Members<'a> = IndexMap<String, &'a RawValue>;

impl Record {
    /// Reads a record.
    ///
    /// # Errors
    ///
    /// The reason why it is none, without its content.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(bytes)
            .map_err(|error| format!("byte {} is not UTF-8", error.valid_up_to() + 1))?;
        let members = members(text).ok_or("not a JSON object that can be read")?;
        let id = members.get("id").and_then(|id| id_text(id));
        let id = id.ok_or("its `id` is not readable")?;
        let text = compact(text);
        Ok(Self { id, text })
    }
}

impl Record {
    /// Reads a record whose id stands somewhere else than under `id`.
    ///
    /// # Errors
    ///
    /// The reason why it is none, without its content.
    pub(crate) fn with_id(bytes: &[u8], id: String) -> Result<Self, String> {
        let text = std::str::from_utf8(bytes)
            .map_err(|error| format!("byte {} is not UTF-8", error.valid_up_to() + 1))?;
        let text = compact(text);
        Ok(Self { id, text })
    }
}

/// Returns the members of a JSON object; `None` if the text is none, to its last byte.
pub(crate) fn members(text: &str) -> Option<Members<'_>> {
    serde_json::from_str(text).ok()
}

/// Returns an id as text: a string that is not empty, or a number.
pub(crate) fn id_text(id: &RawValue) -> Option<String> {
    match id.get().as_bytes() {
        [b'"', ..] => string(id).filter(|text| !text.is_empty()),
        [b'-' | b'0'..=b'9', ..] => Some(id.get().to_owned()),
        _ => None,
    }
}

/// Returns the text of a JSON string; half a surrogate pair in it becomes U+FFFD. `None` for
/// everything else.
pub(crate) fn string(json: &RawValue) -> Option<String> {
    let text = json.get();
    if !text.starts_with('"') {
        return None;
    }
    match serde_json::from_str(text) {
        Ok(text) => Some(text),
        Err(_) => serde_json::from_str(&without_halves(text)).ok(),
    }
}

/// Replaces escapes of half a surrogate pair by that of U+FFFD.
pub(crate) fn without_halves(json: &str) -> String {
    const ESCAPE: usize = 6;
    let unit = |at: usize| {
        let escape = json.get(at..at + ESCAPE)?.strip_prefix("\\u")?;
        u16::from_str_radix(escape, 16).ok()
    };
    let mut text = String::with_capacity(json.len());
    let mut at = 0;
    while let Some(rest) = json.get(at..).filter(|rest| !rest.is_empty()) {
        let length = match unit(at) {
            Some(0xD800..=0xDBFF) if matches!(unit(at + ESCAPE), Some(0xDC00..=0xDFFF)) => {
                2 * ESCAPE
            }
            Some(0xD800..=0xDFFF) => {
                text.push_str("\\ufffd");
                at += ESCAPE;
                continue;
            }
            Some(_) => ESCAPE,
            // An escaped backslash begins no escape.
            None if rest.starts_with('\\') => {
                1 + rest[1..].chars().next().map_or(0, char::len_utf8)
            }
            None => rest.chars().next().map_or(1, char::len_utf8),
        };
        text.push_str(&json[at..at + length]);
        at += length;
    }
    text
}

/// Returns JSON without white space between tokens.
pub(crate) fn compact(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    let (mut within, mut escaped, mut kept) = (false, false, 0);
    for (at, byte) in json.bytes().enumerate() {
        if within {
            within = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
        } else if byte == b'"' {
            within = true;
        } else if byte.is_ascii_whitespace() {
            text.push_str(&json[kept..at]);
            kept = at + 1;
        }
    }
    text.push_str(&json[kept..]);
    text
}

/// Looks for the id in a text that is not a record, because it is not JSON or not UTF-8 elsewhere.
pub(crate) fn id_in(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let (mut depth, mut rest) = (0_u32, text.as_ref());
    while let Some(at) = rest.find(['"', '{', '[', '}', ']']) {
        let (token, after) = (rest.as_bytes()[at], &rest[at + 1..]);
        rest = after;
        match token {
            b'"' => {
                let end = end_of_string(after)?;
                rest = &after[end + 1..];
                let value = rest.trim_start().strip_prefix(':').map(str::trim_start);
                if let (1, "id", Some(value)) = (depth, &after[..end], value)
                    && let Some(value) = value.strip_prefix('"')
                {
                    let id = &value[..end_of_string(value)?];
                    let is_plain = !id.is_empty() && !id.contains(['\\', '\u{fffd}']);
                    return is_plain.then(|| id.to_owned());
                }
            }
            b'{' | b'[' => depth += 1,
            _ => depth = depth.saturating_sub(1),
        }
    }
    None
}

/// Returns the place of the quote that ends a string.
fn end_of_string(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    })
}

/// Returns the JSON text of a string.
pub(crate) fn quoted(text: &str) -> Cow<'static, str> {
    serde_json::to_string(text).map_or(Cow::Borrowed("\"\""), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_an_object_with_an_id() {
        let read = |json: &str| Record::read(json.as_bytes()).map(|record| record.id);
        assert_eq!(
            read(r#"{"id": "a", "x": [1, {"id": "b"}]}"#),
            Ok("a".to_owned())
        );
        assert_eq!(read(r#"{"x": 1, "id": 7}"#), Ok("7".to_owned()));
        assert_eq!(read(r#"{"id": "a", "x": "\ud83d"}"#), Ok("a".to_owned()));
        for (json, reason) in [
            ("<html>", "not a JSON object that can be read"),
            ("", "not a JSON object that can be read"),
            (r#"{"id": "a", "x": "#, "not a JSON object that can be read"),
            (r#"{"id": "a"} {}"#, "not a JSON object that can be read"),
            (
                r#"{"id": "a", "x": NaN}"#,
                "not a JSON object that can be read",
            ),
            ("[]", "not a JSON object that can be read"),
            (r#"{"error": "a"}"#, "its `id` is not readable"),
            (r#"{"id": {"a": 1}}"#, "its `id` is not readable"),
            (r#"{"id": ""}"#, "its `id` is not readable"),
        ] {
            assert_eq!(read(json), Err(reason.to_owned()), "{json}");
        }
        let error = Record::read(b"{\"id\": \"\xff\"}");
        assert_eq!(error, Err("byte 9 is not UTF-8".to_owned()));
    }

    #[test]
    fn white_space_between_tokens_is_removed_and_no_other() {
        for (json, expected) in [
            (
                "{ \"a b\" :\t1 ,\r\n\"c\":[ 1, 2 ] }",
                "{\"a b\":1,\"c\":[1,2]}",
            ),
            (
                r#"{"a": "\" : \\", "b": 1.50e+2}"#,
                r#"{"a":"\" : \\","b":1.50e+2}"#,
            ),
            ("{\"ä\": \"ö ü\"}", "{\"ä\":\"ö ü\"}"),
            ("{}", "{}"),
        ] {
            assert_eq!(compact(json), expected);
        }
    }

    #[test]
    fn strings_are_read_also_with_half_a_pair() {
        let read = |json: &str| {
            let raw: &RawValue = serde_json::from_str(json).unwrap();
            string(raw)
        };
        assert_eq!(read(r#""a\u00e9""#).as_deref(), Some("aé"));
        assert_eq!(read(r#""x\ud83d y""#).as_deref(), Some("x\u{fffd} y"));
        assert_eq!(
            read(r#""\ude00\ud83d\ude00\\ud83d""#).as_deref(),
            Some("\u{fffd}😀\\ud83d")
        );
        for other in ["7", "null", "{}", "[\"a\"]"] {
            assert_eq!(read(other), None, "{other}");
        }
    }

    #[test]
    fn an_id_is_found_in_what_is_no_record() {
        for (bytes, id) in [
            (
                &br#"{"x": {"id": "no"}, "id": "yes", "y": NaN}"#[..],
                Some("yes"),
            ),
            (b"{\"id\":\"yes\",\"x\":\"\xff\"}", Some("yes")),
            (br#"{"x": "\"id\": \"no\"", "id" : "yes"#, None),
            (br#"{"id": {"a": 1}}"#, None),
            (b"{\"id\":\"\xff\"}", None),
            (br#"["id", "no"]"#, None),
            (b"<html>", None),
            (b"", None),
        ] {
            assert_eq!(
                id_in(bytes).as_deref(),
                id,
                "{}",
                String::from_utf8_lossy(bytes)
            );
        }
    }
}
