//! Text that customers and the server wrote: escaped, cut, and never taken for instructions.

use std::fmt::Write as _;

use serde_json::{Map, Value};
use unicode_general_category::{GeneralCategory, get_general_category};

/// Returns `true` for a character that is not seen, or that changes how others are shown: control,
/// bidirectional, zero-width, variation, tag, private and unassigned characters.
fn is_hidden(letter: char) -> bool {
    use GeneralCategory as Category;
    let category = get_general_category(letter);
    let is_invisible = matches!(
        category,
        Category::Control
            | Category::Format
            | Category::LineSeparator
            | Category::ParagraphSeparator
            | Category::PrivateUse
            | Category::Surrogate
            | Category::Unassigned
    );
    // Of other categories, but shown as nothing: Unicode's Default_Ignorable_Code_Point, and a blank.
    is_invisible
        || matches!(letter,
            '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// Returns the text with hidden characters escaped, as in `\u{202e}`. Line feeds and tabs stay:
/// JSON escapes them.
pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' | '\t' => safe.push(letter),
            letter if is_hidden(letter) => {
                let _ = write!(safe, "\\u{{{:x}}}", u32::from(letter));
            }
            letter => safe.push(letter),
        }
    }
    safe
}

/// Returns the start of a text, escaped, on one line.
pub(crate) fn one_line(text: &str, max_chars: usize) -> String {
    let line: Vec<_> = text.split_whitespace().collect();
    cut(&line.join(" "), max_chars, 0).unwrap_or_default()
}

/// Shortens a text to so many bytes at most, at the border of a character.
pub(crate) fn truncate(text: &mut String, max_bytes: usize) {
    let end = (0..=max_bytes.min(text.len()))
        .rev()
        .find(|end| text.is_char_boundary(*end));
    text.truncate(end.unwrap_or_default());
}

/// Returns the part of a text that starts at a character, escaped, with a mark where it is cut;
/// `None` if the text ends before.
pub(crate) fn cut(text: &str, max_chars: usize, start: usize) -> Option<String> {
    if text.len() <= max_chars && start == 0 {
        return Some(escape(text));
    }
    let count = text.chars().count();
    if start > 0 && start >= count {
        return None;
    }
    let part: String = text.chars().skip(start).take(max_chars).collect();
    let end = start + part.chars().count();
    let mut part = escape(&part);
    if end < count {
        let _ = write!(
            part,
            "… [cut: {} more characters, textOffset {end}]",
            count - end
        );
    }
    Some(part)
}

/// Limits of the texts of a result.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Texts {
    /// Most characters of one text.
    pub(crate) max_chars: usize,
    /// Character that each text starts at; shorter texts are left out.
    pub(crate) start: usize,
}

impl Texts {
    /// Returns the value with its texts and names escaped and cut, without members that are null or
    /// empty; `None` if nothing is left.
    pub(crate) fn shown(self, value: &Value) -> Option<Value> {
        match value {
            Value::Null => None,
            Value::String(text) => cut(text, self.max_chars, self.start).map(Value::from),
            Value::Array(items) if items.is_empty() => None,
            Value::Array(items) => {
                // An item keeps its place, so that ranges mean the same in each call.
                let shown = items
                    .iter()
                    .map(|item| self.shown(item).unwrap_or_default());
                Some(Value::Array(shown.collect()))
            }
            Value::Object(members) => {
                let shown: Map<_, _> = members
                    .iter()
                    .filter_map(|(name, value)| {
                        let name = cut(name, MAX_NAME_CHARS, 0)?;
                        Some((name, self.shown(value)?))
                    })
                    .collect();
                (!shown.is_empty()).then_some(Value::Object(shown))
            }
            other => Some(other.clone()),
        }
    }
}

/// Most characters of the name of a member. The API's own are short.
const MAX_NAME_CHARS: usize = 200;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_not_seen_is_escaped_and_what_is_seen_stays() {
        for (text, expected) in [
            ("a\u{1b}[31m", "a\\u{1b}[31m"),
            ("b\u{202e}c\u{2066}", "b\\u{202e}c\\u{2066}"),
            ("zero\u{200b}width\u{feff}", "zero\\u{200b}width\\u{feff}"),
            ("tag\u{e0041}", "tag\\u{e0041}"),
            ("variation\u{fe0f}\u{e0101}", "variation\\u{fe0f}\\u{e0101}"),
            ("filler\u{3164}\u{115f}", "filler\\u{3164}\\u{115f}"),
            ("soft\u{ad}hyphen\u{2028}", "soft\\u{ad}hyphen\\u{2028}"),
            ("private\u{e000}", "private\\u{e000}"),
        ] {
            assert_eq!(escape(text), expected);
        }
        let seen = "Grüße, 😀 العربية\n\t日本 – “x” é";
        assert_eq!(escape(seen), seen);
    }

    #[test]
    fn a_cut_text_says_how_the_rest_is_read() {
        let text = "ä".repeat(10);
        let first = cut(&text, 4, 0).unwrap();
        assert_eq!(first, "ääää… [cut: 6 more characters, textOffset 4]");
        assert_eq!(cut(&text, 100, 4).unwrap(), "ä".repeat(6));
        assert_eq!(cut(&text, 100, 10), None);
        assert_eq!(cut(&text, 10, 0).unwrap(), text);
        assert_eq!(one_line("a \n b\r\nc", 100), "a b c");
        for (max_bytes, expected) in [(0, ""), (1, ""), (3, "ä"), (4, "ää"), (9, "ää")] {
            let mut text = "ää".to_owned();
            truncate(&mut text, max_bytes);
            assert_eq!(text, expected);
        }
    }

    #[test]
    fn names_are_escaped_and_empty_members_left_out() {
        let texts = Texts {
            max_chars: 3,
            start: 0,
        };
        let value =
            json!({"a\u{200b}": "long text", "none": null, "empty": [], "n": 1, "l": [null, "x"]});
        let shown = texts.shown(&value).unwrap();
        assert_eq!(
            shown,
            json!({"a\\u{200b}": "lon… [cut: 6 more characters, textOffset 3]", "n": 1,
                "l": [null, "x"]})
        );
        assert_eq!(texts.shown(&json!({"none": null})), None);
    }
}
