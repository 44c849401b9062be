//! An answer whose shape nobody knows: its fields, points in time and lists.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::Value;
use serde_json::value::RawValue;

/// The members of an object. Of members with one name, the last counts.
#[derive(Debug, Default)]
pub(super) struct Fields<'a>(HashMap<Cow<'a, str>, &'a RawValue>);

impl<'a> Fields<'a> {
    /// Reads an object; anything else has no members.
    pub(super) fn parse(raw: &'a RawValue) -> Self {
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

/// From here on a number counts milliseconds: as seconds it would be in the year 5138.
const MILLISECONDS_FROM: f64 = 1e11;
/// From here on a number counts microseconds, for the same reason.
const MICROSECONDS_FROM: f64 = 1e14;
/// Dates and times without a zone, with `T` or a space between.
const WITHOUT_ZONE: [&str; 2] = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f"];

/// Reads a point in time; `None` when it is none.
pub(super) fn moment(value: &RawValue) -> Option<DateTime<Utc>> {
    let text = text(value)?;
    if !value.get().starts_with('"') {
        return since_1970(&text);
    }
    // chrono's own reading takes a space for the `T` as well.
    if let Ok(at) = text.parse::<DateTime<Utc>>() {
        return Some(at);
    }
    WITHOUT_ZONE
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(&text, format).ok())
        .map(|at| at.and_utc())
}

fn since_1970(number: &str) -> Option<DateTime<Utc>> {
    let number: f64 = number.parse().ok()?;
    let milliseconds = match number.abs() {
        MICROSECONDS_FROM.. => number / 1000.0,
        MILLISECONDS_FROM.. => number,
        _ => number * 1000.0,
    };
    // A cast of a float keeps to the range of the integer; chrono refuses what it cannot hold.
    DateTime::from_timestamp_millis(milliseconds as i64)
}

const PLACES: &[&str] = &["data", "versions", "items", "history", "entries", "results"];

/// An answer and what was read of the records of its list.
#[derive(Debug, Clone)]
pub(super) struct ParsedList<T> {
    pub(super) raw: Box<RawValue>,
    /// Empty if no list was found.
    pub(super) records: Vec<T>,
    pub(super) is_recognized: bool,
    /// `true` if the answer says that there is more than it has.
    pub(super) has_more: bool,
}

impl<T> ParsedList<T> {
    pub(super) fn read(raw: Box<RawValue>, read: impl Fn(&RawValue) -> T) -> Self {
        let fields = Fields::parse(&raw);
        let found = records(&raw, &fields);
        let is_recognized = found.is_some();
        let records = found.into_iter().flatten().map(read).collect();
        let has_more = has_more(&fields);
        Self {
            raw,
            records,
            is_recognized,
            has_more,
        }
    }
}

/// The records of the list; `None` when there is none.
fn records<'a>(answer: &'a RawValue, fields: &Fields<'a>) -> Option<Vec<&'a RawValue>> {
    let within = fields.under(PLACES).map(Fields::parse);
    let lists = list(answer)
        .into_iter()
        .chain(fields.under(PLACES).filter_map(list))
        .chain(within.flat_map(|inner| inner.under(PLACES).filter_map(list).collect::<Vec<_>>()));
    // An empty list may stand beside the one that is meant.
    lists.reduce(|first, next| match first.is_empty() {
        true if !next.is_empty() => next,
        _ => first,
    })
}

fn has_more(answer: &Fields<'_>) -> bool {
    let says_so = |fields: &Fields<'_>| {
        fields
            .under(&["hasMore"])
            .any(|value| value.get() == "true")
    };
    let pages_say_so = |fields: &Fields<'_>| {
        let mut pages = fields.under(&["pagination"]).map(Fields::parse);
        pages.any(|pages| says_so(&pages))
    };
    let mut within = answer.under(PLACES).map(Fields::parse);
    says_so(answer) || pages_say_so(answer) || within.any(|inner| pages_say_so(&inner))
}

fn list(value: &RawValue) -> Option<Vec<&RawValue>> {
    let text = value.get();
    text.starts_with('[')
        .then(|| serde_json::from_str(text).ok())
        .flatten()
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
        let fields = Fields::parse(&json);
        let found: Vec<_> = fields
            .under(&["a", "cat", "b"])
            .map(RawValue::get)
            .collect();
        assert_eq!(found, ["7", "\"x\""]);
        assert_eq!(fields.text(&["a", "b"]).as_deref(), Some("x"));
        for other in ["[1]", "7", "\"a\"", "null"] {
            assert_eq!(
                Fields::parse(&raw(other)).under(&["a"]).count(),
                0,
                "{other}"
            );
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

    fn time(json: &str) -> Option<String> {
        moment(serde_json::from_str::<&RawValue>(json).unwrap()).map(|at| at.to_rfc3339())
    }

    #[test]
    fn a_time_is_read_in_every_documented_form() {
        for json in [
            "\"2024-01-15T10:30:00Z\"",
            "\"2024-01-15T10:30:00.000Z\"",
            "\"2024-01-15T12:30:00+02:00\"",
            "\"2024-01-15 10:30:00Z\"",
            "\"2024-01-15T10:30:00\"",
            "\"2024-01-15 10:30:00.0\"",
            "1705314600",
            "1705314600.0",
            "1705314600000",
            "1705314600000000",
        ] {
            assert_eq!(
                time(json).as_deref(),
                Some("2024-01-15T10:30:00+00:00"),
                "{json}"
            );
        }
    }

    #[test]
    fn anything_else_is_no_time() {
        for json in [
            "\"yesterday\"",
            "\"2024-01-15\"",
            "\"1705314600\"",
            "\"\"",
            "1e300",
            "true",
            "{}",
            "[]",
            "null",
        ] {
            assert_eq!(time(json), None, "{json}");
        }
    }

    fn listing(json: &str) -> ParsedList<String> {
        ParsedList::read(serde_json::from_str(json).unwrap(), |raw| {
            raw.get().to_owned()
        })
    }

    fn records(json: &str) -> Option<Vec<String>> {
        let listing = listing(json);
        assert!(
            listing.is_recognized || listing.records.is_empty(),
            "{json}"
        );
        listing.is_recognized.then_some(listing.records)
    }

    #[test]
    fn a_list_is_found_wherever_a_reasonable_server_puts_it() {
        for json in [
            "[1, 2]",
            r#"{"data": [1, 2]}"#,
            r#"{"versions": [1, 2], "total": 2}"#,
            r#"{"items": [1, 2]}"#,
            r#"{"history": [1, 2]}"#,
            r#"{"data": {"versions": [1, 2]}}"#,
            r#"{"data": {"id": 7, "items": [1, 2]}}"#,
            r#"{"data": [], "versions": [1, 2]}"#,
            r#"{"success": true, "data": null, "items": [1, 2]}"#,
        ] {
            assert_eq!(
                records(json),
                Some(vec!["1".to_owned(), "2".to_owned()]),
                "{json}"
            );
        }
        assert_eq!(records(r#"{"data": []}"#), Some(vec![]));
        assert_eq!(records("[]"), Some(vec![]));
    }

    #[test]
    fn no_list_is_none_and_no_error() {
        for json in [
            "null",
            "7",
            "\"text\"",
            "{}",
            r#"{"data": null}"#,
            r#"{"data": {"id": 7}}"#,
            r#"{"other": [1]}"#,
            r#"{"data": {"a": {"items": [1]}}}"#,
        ] {
            assert_eq!(records(json), None, "{json}");
        }
    }

    #[test]
    fn an_answer_that_says_there_is_more_is_believed() {
        let more = |json| listing(json).has_more;
        assert!(more(r#"{"data": [], "pagination": {"hasMore": true}}"#));
        assert!(more(r#"{"data": [], "hasMore": true}"#));
        assert!(more(
            r#"{"data": {"items": [], "pagination": {"hasMore": true}}}"#
        ));
        assert!(!more(r#"{"data": [], "pagination": {"hasMore": false}}"#));
        assert!(!more("[]"));
    }
}
