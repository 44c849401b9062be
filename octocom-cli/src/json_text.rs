//! JSON as text: shortened, picked from and escaped without touching its numbers.

use std::borrow::Cow;
use std::fmt::Write as _;

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::text::is_unsafe;

/// The members of an object in their order, each as its text.
pub(crate) type Members<'a> = IndexMap<Cow<'a, str>, &'a RawValue>;

/// Returns JSON text without white space between tokens.
pub(crate) fn compact(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    let (mut is_string, mut is_escaped) = (false, false);
    for letter in json.chars() {
        if is_string {
            text.push(letter);
            is_string = is_escaped || letter != '"';
            is_escaped = letter == '\\' && !is_escaped;
        } else if !letter.is_ascii_whitespace() {
            text.push(letter);
            is_string = letter == '"';
        }
    }
    text
}

/// Returns JSON text in which no character steers a terminal: those in texts are written as `\u…`,
/// which is the same JSON.
pub(crate) fn escape_for_terminal(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for letter in json.chars() {
        if is_unsafe(letter) && letter != '\n' {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                let _ = write!(text, "\\u{unit:04x}");
            }
        } else {
            text.push(letter);
        }
    }
    text
}

/// Returns JSON text with line breaks and two spaces a level.
pub(crate) fn pretty(json: &str) -> String {
    let mut text = String::with_capacity(json.len() * 2);
    let (mut is_string, mut is_escaped, mut depth) = (false, false, 0_usize);
    let compact = compact(json);
    let mut letters = compact.chars().peekable();
    let break_line = |text: &mut String, depth: usize| {
        text.push('\n');
        text.extend(std::iter::repeat_n("  ", depth));
    };
    while let Some(letter) = letters.next() {
        if is_string {
            text.push(letter);
            is_string = is_escaped || letter != '"';
            is_escaped = letter == '\\' && !is_escaped;
            continue;
        }
        match letter {
            '{' | '[' => {
                text.push(letter);
                if matches!(letters.peek(), Some('}' | ']')) {
                    text.extend(letters.next());
                } else {
                    depth += 1;
                    break_line(&mut text, depth);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                break_line(&mut text, depth);
                text.push(letter);
            }
            ',' => {
                text.push(letter);
                break_line(&mut text, depth);
            }
            ':' => text.push_str(": "),
            letter => {
                is_string = letter == '"';
                text.push(letter);
            }
        }
    }
    text
}

/// Returns the members of an object; `None` for every other JSON.
pub(crate) fn members(json: &str) -> Option<Members<'_>> {
    #[derive(Deserialize)]
    #[serde(transparent)]
    struct Object<'a>(#[serde(borrow)] IndexMap<Key<'a>, &'a RawValue>);

    /// A name that is borrowed where nothing in it is escaped.
    #[derive(Deserialize, PartialEq, Eq, Hash)]
    #[serde(transparent)]
    struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

    let object: Object<'_> = serde_json::from_str(json).ok()?;
    Some(
        object
            .0
            .into_iter()
            .map(|(Key(name), value)| (name, value))
            .collect(),
    )
}

/// Returns the items of an array; `None` for every other JSON.
pub(crate) fn items(json: &str) -> Option<Vec<&RawValue>> {
    serde_json::from_str(json).ok()
}

/// Returns what stands at a path of names, `customer.email` say.
pub(crate) fn pick<'a>(json: &'a str, path: &str) -> Option<&'a str> {
    let (name, rest) = match path.split_once('.') {
        Some((name, rest)) => (name, Some(rest)),
        None => (path, None),
    };
    let value = members(json)?.get(name)?.get();
    match rest {
        Some(rest) => pick(value, rest),
        None => Some(value),
    }
}

/// Returns `true` if an object on the way lacks the name that a path has there. In null and lists, a
/// path may lead anywhere.
pub(crate) fn lacks(json: &str, path: &str) -> bool {
    let (name, rest) = path.split_once('.').unwrap_or((path, ""));
    match members(json).map(|members| members.get(name).map(|value| value.get())) {
        None => false,
        Some(None) => true,
        Some(Some(value)) => !rest.is_empty() && lacks(value, rest),
    }
}

/// Returns an object with its members in this order.
pub(crate) fn object(members: &[(&str, serde_json::Value)]) -> String {
    let member = |(name, value): &(&str, serde_json::Value)| format!("\"{name}\":{value}");
    let members: Vec<_> = members.iter().map(member).collect();
    format!("{{{}}}", members.join(","))
}

/// Returns the value as the text of a cell: a text without its quotes, nothing for `null`, and
/// everything else as JSON.
pub(crate) fn cell(json: &str) -> String {
    match json.as_bytes().first() {
        Some(b'"') => serde_json::from_str(json).unwrap_or_else(|_| json.to_owned()),
        Some(b'n') => String::new(),
        _ => compact(json),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: &str = r#" { "a b" : 123456789012345678901234567890 , "t": "x \" y\\" , "o": {"p": [1, { }]}, "n": null } "#;

    #[test]
    fn a_path_is_lacking_where_an_object_has_no_such_name() {
        for (path, expected) in [
            ("t", false),
            ("nothing", true),
            ("o.p", false),
            ("o.q", true),
            ("o.p.x", false),
            ("n.x", false),
        ] {
            assert_eq!(lacks(JSON, path), expected, "{path}");
        }
        assert!(!lacks("[1]", "x"));
    }

    #[test]
    fn white_space_is_taken_between_tokens_only() {
        assert_eq!(
            compact(JSON),
            r#"{"a b":123456789012345678901234567890,"t":"x \" y\\","o":{"p":[1,{}]},"n":null}"#
        );
    }

    #[test]
    fn pretty_json_is_the_same_json() {
        let pretty = pretty(JSON);
        assert_eq!(compact(&pretty), compact(JSON));
        assert!(pretty.starts_with("{\n  \"a b\": 1234"), "{pretty}");
        assert!(
            pretty.contains("\"p\": [\n      1,\n      {}\n    ]"),
            "{pretty}"
        );
    }

    #[test]
    fn a_value_is_picked_by_its_path_and_keeps_its_digits() {
        assert_eq!(pick(JSON, "a b"), Some("123456789012345678901234567890"));
        assert_eq!(pick(JSON, "o.p"), Some("[1, { }]"));
        assert_eq!(pick(JSON, "o.q"), None);
        assert_eq!(pick(JSON, "t.p"), None);
        assert_eq!(cell(pick(JSON, "t").unwrap()), "x \" y\\");
        assert_eq!(cell(pick(JSON, "n").unwrap()), "");
    }

    #[test]
    fn what_steers_a_terminal_is_escaped_and_stays_json() {
        let json = "{\"t\":\"\u{202e}\u{9b}31m\"}";
        let escaped = escape_for_terminal(json);
        assert_eq!(escaped, r#"{"t":"\u202e\u009b31m"}"#);
        let (one, other): (serde_json::Value, serde_json::Value) = (
            serde_json::from_str(json).unwrap(),
            serde_json::from_str(&escaped).unwrap(),
        );
        assert_eq!(one, other);
    }
}
