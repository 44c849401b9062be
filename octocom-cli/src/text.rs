//! Text that is safe to show: customers write what they like.

use std::fmt::Write as _;

/// Returns `true` for a character that steers a terminal or reorders the text around it.
pub(crate) fn is_unsafe(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
            | '\u{2028}' | '\u{2029}' | '\u{FEFF}')
}

/// Returns the text with control and bidirectional characters escaped: `\n`, `\u{1b}`.
pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' => safe.push_str("\\n"),
            '\r' => safe.push_str("\\r"),
            '\t' => safe.push_str("\\t"),
            letter if is_unsafe(letter) => {
                let _ = write!(safe, "\\u{{{:x}}}", u32::from(letter));
            }
            letter => safe.push(letter),
        }
    }
    safe
}

/// Returns the text on one line: line breaks become spaces, everything else is [`escape`]d.
pub(crate) fn one_line(text: &str) -> String {
    let lines: Vec<_> = text.split(['\n', '\r']).map(str::trim).collect();
    let lines = lines.into_iter().filter(|line| !line.is_empty());
    escape(&lines.collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_and_bidirectional_characters_are_escaped() {
        assert_eq!(
            escape("a\u{1b}[31m\tb\u{202e}c\r\n"),
            "a\\u{1b}[31m\\tb\\u{202e}c\\r\\n"
        );
        assert_eq!(escape("Grüße, 😀 العربية"), "Grüße, 😀 العربية");
    }

    #[test]
    fn one_line_joins_lines() {
        assert_eq!(one_line("a\n  b\r\n\nc\u{7}"), "a b c\\u{7}");
    }
}
