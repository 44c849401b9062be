//! Escaping of text from documents, which can come from anyone.

use std::fmt::Write as _;

use serde_json::Value;

/// Returns the text on one line of at most `limit` characters, without control characters.
///
/// If it is shortened, `…` and the number of omitted characters are appended.
#[must_use]
pub fn one_line(text: &str, limit: usize) -> String {
    let mut line = String::new();
    let mut characters = text.chars();
    let mut length = 0;
    for character in characters.by_ref() {
        let start = line.len();
        push_visible(&mut line, character);
        length += line.get(start..).map_or(0, |added| added.chars().count());
        if length > limit {
            line.truncate(start);
            let cut = 1 + characters.count();
            let plural = if cut == 1 { "" } else { "s" };
            let _ = write!(line, "… ({cut} more character{plural})");
            return line;
        }
    }
    line
}

/// Returns a JSON value on one line, in the same way. A missing value is a dash.
#[must_use]
pub fn value(value: Option<&Value>, limit: usize) -> String {
    value.map_or_else(
        || "–".to_owned(),
        |value| one_line(&value.to_string(), limit),
    )
}

/// Returns JSON text with escaped invisible characters.
///
/// Apart from line breaks of the layout, they can only be in strings.
#[must_use]
pub fn visible_json(json: &str) -> String {
    let mut visible = String::with_capacity(json.len());
    for character in json.chars() {
        if character == '\n' || !is_invisible(character) {
            visible.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            let _ = write!(visible, "\\u{unit:04x}");
        }
    }
    visible
}

/// Returns a Markdown code span with `text`, which must not have line breaks.
///
/// The fence is longer than any sequence of backticks inside, and separated from them by spaces.
#[must_use]
pub fn code_span(text: &str) -> String {
    let longest = text
        .split(|character| character != '`')
        .map(str::len)
        .max()
        .unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let text = if text.is_empty() { "(empty)" } else { text };
    format!("{fence} {text} {fence}")
}

/// Writes a character as it is, or its code when it is invisible or commands the display.
fn push_visible(text: &mut String, character: char) {
    match character {
        '\n' => text.push_str("\\n"),
        '\t' => text.push_str("\\t"),
        '\r' => text.push_str("\\r"),
        _ if is_invisible(character) => {
            let _ = write!(text, "\\u{{{:x}}}", u32::from(character));
        }
        _ => text.push(character),
    }
}

/// Control characters (C0, DEL, C1), and format characters that hide or reorder others.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::{one_line, visible_json};

    #[test]
    fn control_and_format_characters_become_visible() {
        let text = "\u{1b}[31mred\u{7}\r\n\u{9b}2J\u{202e}abc\u{200b}";
        assert_eq!(
            one_line(text, 100),
            "\\u{1b}[31mred\\u{7}\\r\\n\\u{9b}2J\\u{202e}abc\\u{200b}"
        );
    }

    #[test]
    fn json_stays_the_same_value() {
        let text = "\u{7f}\u{9b}2J\u{202e}\u{e0041}é\n\"";
        let json = serde_json::json!({text: [text]});
        let visible = visible_json(&format!("{json:#}"));
        assert!(!visible.contains(['\u{7f}', '\u{9b}', '\u{202e}', '\u{e0041}']));
        assert!(
            visible.contains("\\u007f\\u009b2J\\u202e\\udb40\\udc41é\\n"),
            "{visible}"
        );
        assert_eq!(serde_json::from_str::<Value>(&visible).ok(), Some(json));
    }

    #[test]
    fn long_text_is_cut_and_the_cut_is_counted() {
        assert_eq!(one_line("abcdef", 6), "abcdef");
        assert_eq!(one_line("abcdefg", 6), "abcdef… (1 more character)");
        assert_eq!(one_line("abcdefgh", 6), "abcdef… (2 more characters)");
    }
}
