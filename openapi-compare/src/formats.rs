//! Formats of values, and which of them contain others.

use serde_json::Value;

use super::normal::Normal;
use super::value_rules::ValueRule;

/// The format of a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Format<'a> {
    name: &'a str,
    /// The keyword that gives it.
    pub(super) key: &'static str,
}

/// Formats that generators give a type of its own; the others stay texts and numbers.
const TYPED: &[&str] = &[
    "uuid",
    "date",
    "date-time",
    "ip",
    "ipv4",
    "ipv6",
    "float",
    "double",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
];

/// Formats whose values all have the second format, too.
const CONTAINED: &[(&str, &str)] = &[("int32", "int64"), ("float", "double")];

/// The keywords by which 3.1 replaces two formats of 3.0.
const KEYWORDS: [(&str, &str, &str); 2] = [
    ("contentEncoding", "base64", "byte"),
    ("contentMediaType", "application/octet-stream", "binary"),
];

impl<'a> Format<'a> {
    /// Reads `{"contentEncoding": "base64"}` of 3.1 and `{"format": "byte"}` of 3.0 as the same.
    pub(super) fn of(schema: &Normal<'a>) -> Option<Self> {
        if let Some(name) = schema.text("format") {
            return Some(Self {
                name,
                key: "format",
            });
        }
        KEYWORDS.into_iter().find_map(|(key, text, name)| {
            (schema.text(key) == Some(text)).then_some(Self { name, key })
        })
    }

    pub(super) fn name(&self) -> &'a str {
        self.name
    }

    /// Returns `true` if generators have a type for the format.
    pub(super) fn is_typed(&self) -> bool {
        TYPED.contains(&self.name)
    }

    /// Returns `true` if every text among `values` has the format, as far as that can be told.
    pub(super) fn admits_all(&self, values: &[&Value]) -> bool {
        values
            .iter()
            .filter_map(|value| value.as_str())
            .all(|text| match self.name {
                "uuid" => has_form(text, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", true),
                "date" => has_form(text, "0000-00-00", true),
                "date-time" => has_form(text, "0000-00-00", false) && text.contains([':']),
                // The client takes the value for what it is.
                _ => !self.is_typed(),
            })
    }
}

/// Returns `true` if a text begins with digits where `form` has `0`, hexadecimal digits where it
/// has `x`, and the same characters elsewhere.
pub(super) fn has_form(text: &str, form: &str, whole: bool) -> bool {
    let mut characters = text.chars();
    let begins = form
        .chars()
        .all(|expected| match (expected, characters.next()) {
            ('0', Some(character)) => character.is_ascii_digit(),
            ('x', Some(character)) => character.is_ascii_hexdigit(),
            (expected, character) => character == Some(expected),
        });
    begins && (!whole || characters.next().is_none())
}

/// Returns `true` if a keyword of 3.1 is read as a format.
pub(super) fn is_format(key: &str, value: &Value) -> bool {
    KEYWORDS
        .iter()
        .any(|(keyword, text, _)| *keyword == key && value == text)
}

/// The rule for the step from one format to another; `None` when they are the same.
pub(super) fn rule(old: Option<&Format<'_>>, new: Option<&Format<'_>>) -> Option<ValueRule> {
    Some(match (old, new) {
        (None, None) => return None,
        (None, Some(_)) => ValueRule::FormatAdded,
        (Some(_), None) => ValueRule::FormatRemoved,
        (Some(old), Some(new)) if old.name == new.name => return None,
        (Some(old), Some(new)) if CONTAINED.contains(&(old.name, new.name)) => {
            ValueRule::FormatWidened
        }
        (Some(old), Some(new)) if CONTAINED.contains(&(new.name, old.name)) => {
            ValueRule::FormatNarrowed
        }
        _ => ValueRule::FormatChanged,
    })
}
