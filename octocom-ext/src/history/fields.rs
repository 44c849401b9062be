//! The members of an object whose shape nobody knows, each as its original text.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use serde_json::Value;
use serde_json::value::RawValue;

/// The members of an object. Of members with one name, the last counts.
#[derive(Debug, Default)]
pub(super) struct Fields<'a>(HashMap<Cow<'a, str>, &'a RawValue>);

impl<'a> Fields<'a> {
    /// Reads an object; anything else has no members.
    pub(super) fn of(raw: &'a RawValue) -> Self {
        Self::read(raw.get())
    }

    fn read(text: &'a str) -> Self {
        Self(match text.starts_with('{') {
            true => serde_json::from_str(text).unwrap_or_default(),
            false => HashMap::new(),
        })
    }

    /// The values under some names, in the order of the names; `null` is as good as nothing.
    pub(super) fn under(
        &self,
        names: &'static [&'static str],
    ) -> impl Iterator<Item = &'a RawValue> + use<'_, 'a> {
        names
            .iter()
            .filter_map(|name| self.0.get(*name).copied())
            .filter(|value| value.get() != "null")
    }

    /// The first of some names that is a text or a number, as text.
    pub(super) fn text(&self, names: &'static [&'static str]) -> Option<String> {
        self.under(names).find_map(text)
    }
}

/// A text, or a number in the digits it was sent with.
pub(super) fn text(value: &RawValue) -> Option<String> {
    let json = value.get();
    let text = match json.as_bytes().first()? {
        b'"' => serde_json::from_str(json).ok()?,
        b'-' | b'0'..=b'9' => json.to_owned(),
        _ => return None,
    };
    Some(text).filter(|text| !text.is_empty())
}

/// An object, also one that is written as text.
pub(super) fn object(value: &RawValue) -> Option<Value> {
    let json = value.get();
    match json.as_bytes().first()? {
        b'{' => serde_json::from_str(json).ok().map(sorted),
        b'"' => {
            let text: String = serde_json::from_str(json).ok()?;
            let inner = text.trim_start().starts_with('{');
            inner
                .then(|| serde_json::from_str(&text).ok().map(sorted))
                .flatten()
        }
        _ => None,
    }
}

/// The same JSON, the members of objects by name: a program that switches serde_json's
/// `preserve_order` on should not see another order.
pub(super) fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let sorted: BTreeMap<_, _> = members.into_iter().collect();
            let members = sorted
                .into_iter()
                .map(|(name, value)| (name, self::sorted(value)));
            Value::Object(members.collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        plain => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(json: &str) -> Box<RawValue> {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn members_are_found_by_name_and_null_is_nothing() {
        let json = raw(r#"{"a": null, "b": [1], "c\u0061t": 7, "b": "x"}"#);
        let fields = Fields::of(&json);
        let found: Vec<_> = fields
            .under(&["a", "cat", "b"])
            .map(RawValue::get)
            .collect();
        assert_eq!(found, ["7", "\"x\""]);
        assert_eq!(fields.text(&["a", "b"]).as_deref(), Some("x"));
        for other in ["[1]", "7", "\"a\"", "null"] {
            assert_eq!(Fields::of(&raw(other)).under(&["a"]).count(), 0, "{other}");
        }
    }

    #[test]
    fn a_number_keeps_its_digits() {
        for (json, expected) in [
            ("17", Some("17")),
            ("-1.50", Some("-1.50")),
            (
                "123456789012345678901234567890",
                Some("123456789012345678901234567890"),
            ),
            ("\"caf\\u00e9\"", Some("café")),
            ("\"\"", None),
            ("true", None),
            ("{}", None),
            ("[]", None),
        ] {
            assert_eq!(text(&raw(json)).as_deref(), expected, "{json}");
        }
    }

    #[test]
    fn an_object_may_be_written_as_text() {
        let expected = Some(serde_json::json!({"a": 1}));
        assert_eq!(object(&raw(r#"{"a": 1}"#)), expected);
        assert_eq!(object(&raw(r#"" {\"a\": 1}""#)), expected);
        for other in [r#""{a}""#, r#""text""#, "[1]", "7", "true"] {
            assert_eq!(object(&raw(other)), None, "{other}");
        }
    }
}
