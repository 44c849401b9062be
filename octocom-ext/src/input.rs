//! Checks of what is sent, before it is sent.
//!
//! The lengths stand in the document and reach us through the generated types, which refuse a text
//! of another length without saying whose. Here the refusal gets the name of the field and what was
//! given. What the document says in words only is checked here too. A text itself is in no message:
//! it is what customers wrote.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};
use email_address::EmailAddress;
use indexmap::IndexMap;
use octocom_api::types::error::ConversionError;
use octocom_api::types::{MetadataKey, MetadataValue};

/// Metadata pairs of a conversation (the description of `start_bot_conversation`).
pub(crate) const MAX_METADATA_PAIRS: usize = 200;

/// Most characters of an input that a message shows.
const MAX_SHOWN_CHARS: usize = 50;

/// The reason to refuse an update that changes nothing.
pub(crate) const NOTHING_TO_CHANGE: &str = "changes: 0 fields given, at least 1 needed";

/// The checked value of a field, or the reason to refuse it: field, limit and what was given.
pub(crate) type Checked<T> = Result<T, String>;

/// A text as the generated client takes it.
pub(crate) fn text<T>(field: &str, text: &str) -> Checked<T>
where
    T: for<'a> TryFrom<&'a str, Error = ConversionError>,
{
    T::try_from(text).map_err(|error| {
        let length = text.chars().count();
        format!(
            "{field}: {length} characters, {}",
            limit(&error.to_string())
        )
    })
}

/// A text that need not be given.
pub(crate) fn optional<T>(field: &str, given: Option<&str>) -> Checked<Option<T>>
where
    T: for<'a> TryFrom<&'a str, Error = ConversionError>,
{
    given.map(|given| text(field, given)).transpose()
}

/// The generated type's reason as a limit.
fn limit(reason: &str) -> String {
    let number = |start| reason.strip_prefix(start)?.strip_suffix(" characters");
    match (number("longer than "), number("shorter than ")) {
        (Some(most), _) => format!("at most {most} are allowed"),
        (_, Some(least)) => format!("at least {least} needed"),
        _ => reason.to_owned(),
    }
}

/// An email address (`format: email`, which is that of RFC 5321 and so of ASCII).
pub(crate) fn email(field: &str, text: &str) -> Checked<String> {
    match text.is_ascii() && EmailAddress::is_valid(text) {
        true => Ok(text.to_owned()),
        false => Err(format!(
            "{field}: {} characters that are not an email address",
            text.chars().count()
        )),
    }
}

/// Metadata pairs to send along with something else.
pub(crate) fn metadata(pairs: &[(String, String)]) -> Checked<IndexMap<String, MetadataValue>> {
    if pairs.len() > MAX_METADATA_PAIRS {
        let given = pairs.len();
        return Err(format!(
            "metadata: {given} pairs, at most {MAX_METADATA_PAIRS} are allowed"
        ));
    }
    unique("metadata", pairs)?;
    pairs
        .iter()
        .map(|(key, value)| {
            let key: MetadataKey = text("metadata key", key)?;
            Ok((key.into(), text("metadata value", value)?))
        })
        .collect()
}

/// Refuses two pairs of one name, of which one would be lost.
pub(crate) fn unique(field: &str, pairs: &[(String, String)]) -> Checked<()> {
    let mut names = HashSet::new();
    match pairs.iter().position(|(name, _)| !names.insert(name)) {
        None => Ok(()),
        Some(index) => Err(format!(
            "{field}: pair {} has the name of an earlier one, each may be given once",
            index + 1
        )),
    }
}

/// A point in time, to filter a list: a `DateTime` of any time zone, or a text.
///
/// The text is RFC 3339 (`2024-01-15T10:30:00Z`) or a date (`2024-01-15`, midnight UTC). With any
/// other text, the list fails before anything is sent.
///
/// ```
/// use octocom_ext::{DateTime, Timestamp, Utc};
///
/// let day = Timestamp::from("2024-01-15");
/// assert_eq!(day, Timestamp::from("2024-01-15T01:00:00+01:00"));
/// assert_eq!(day, Timestamp::from("2024-01-15T00:00:00Z".parse::<DateTime<Utc>>()?));
/// # Ok::<_, chrono::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timestamp(Result<DateTime<Utc>, String>);

impl Timestamp {
    /// Returns the point in time, or what is wrong with it: the parameter and what was given.
    pub(crate) fn checked(self, parameter: &str) -> Checked<DateTime<Utc>> {
        self.0.map_err(|given| {
            format!("{parameter}: `{given}` is neither RFC 3339 nor a day like 2024-01-15")
        })
    }
}

impl<Z: TimeZone> From<DateTime<Z>> for Timestamp {
    fn from(at: DateTime<Z>) -> Self {
        Self(Ok(at.to_utc()))
    }
}

impl<Z: TimeZone> From<&DateTime<Z>> for Timestamp {
    fn from(at: &DateTime<Z>) -> Self {
        Self(Ok(at.to_utc()))
    }
}

impl From<NaiveDate> for Timestamp {
    fn from(day: NaiveDate) -> Self {
        Self(Ok(day.and_time(NaiveTime::MIN).and_utc()))
    }
}

impl From<std::time::SystemTime> for Timestamp {
    fn from(at: std::time::SystemTime) -> Self {
        Self(Ok(at.into()))
    }
}

impl From<&str> for Timestamp {
    fn from(text: &str) -> Self {
        let at = DateTime::parse_from_rfc3339(text).map(|at| at.to_utc());
        match (at, text.parse::<NaiveDate>()) {
            (Ok(at), _) => Self(Ok(at)),
            (Err(_), Ok(day)) => day.into(),
            (Err(_), Err(_)) => {
                let shown: String = text.chars().take(MAX_SHOWN_CHARS).collect();
                Self(Err(shown.escape_debug().to_string()))
            }
        }
    }
}

impl From<String> for Timestamp {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<&String> for Timestamp {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

/// Implements `Debug` with only the name of the type.
macro_rules! redact_debug {
    ($($type:ident),+ $(,)?) => {
        $(impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($type)).finish_non_exhaustive()
            }
        })+
    };
}

pub(crate) use redact_debug;

#[cfg(test)]
mod tests {
    use octocom_api::types::{MetadataFilterKey, NonEmptyText, Tag};

    use super::*;

    #[test]
    fn lengths_are_counted_in_characters_and_named() {
        assert!(text::<Tag>("tag", &"é".repeat(100)).is_ok());
        assert!(text::<Tag>("tag", "x").is_ok());
        let error = text::<Tag>("tag", &"é".repeat(101)).unwrap_err();
        assert_eq!(error, "tag: 101 characters, at most 100 are allowed");
        let error = text::<NonEmptyText>("title", "").unwrap_err();
        assert_eq!(error, "title: 0 characters, at least 1 needed");
        let error = text::<MetadataFilterKey>("key", &"k".repeat(201)).unwrap_err();
        assert_eq!(error, "key: 201 characters, at most 200 are allowed");
        assert_eq!(limit("doesn't match"), "doesn't match");
    }

    #[test]
    fn what_is_not_given_is_not_checked() {
        assert!(matches!(optional::<Tag>("tag", None), Ok(None)));
        assert!(matches!(optional::<Tag>("tag", Some("x")), Ok(Some(_))));
        assert!(optional::<Tag>("tag", Some("")).is_err());
    }

    #[test]
    fn a_point_in_time_is_taken_in_every_usual_form() {
        let expected: DateTime<Utc> = "2024-01-15T10:30:00Z".parse().unwrap();
        for given in [
            Timestamp::from(expected),
            Timestamp::from(&expected),
            Timestamp::from(DateTime::parse_from_rfc3339("2024-01-15T12:30:00+02:00").unwrap()),
            Timestamp::from(std::time::SystemTime::from(expected)),
            Timestamp::from("2024-01-15T10:30:00Z"),
            Timestamp::from("2024-01-15T10:30:00+00:00".to_owned()),
        ] {
            assert_eq!(given.checked("since"), Ok(expected));
        }
        let day = NaiveDate::from_ymd_opt(2024, 1, 15).unwrap();
        assert_eq!(Timestamp::from(day), Timestamp::from("2024-01-15"));
        for text in [
            "yesterday",
            "",
            "2024-01-15T10:30:00",
            "2024-13-01",
            "1705314600",
        ] {
            assert_eq!(
                Timestamp::from(text).checked("since").unwrap_err(),
                format!("since: `{text}` is neither RFC 3339 nor a day like 2024-01-15")
            );
        }
    }

    #[test]
    fn an_email_address_is_one_of_ascii() {
        for good in ["mia@example.com", "\"a@b\"@example.com", "mia@localhost"] {
            assert_eq!(email("to", good).as_deref(), Ok(good));
        }
        for bad in [
            "",
            "mia",
            "@example.com",
            "mia@",
            "mia @example.com",
            "mia@a\n",
            "a@b@c",
            "<a@b>",
            "a,b@c",
            "a@-",
            "é@b.c",
            "a@b..c",
            ".a@b",
        ] {
            let error = email("to", bad).unwrap_err();
            assert!(error.starts_with("to: "), "{error}");
            assert!(bad.is_empty() || !error.contains(bad), "{error}");
        }
    }

    #[test]
    fn metadata_is_counted_measured_and_unique() {
        let pairs = |count: usize| -> Vec<_> {
            (0..count).map(|n| (n.to_string(), String::new())).collect()
        };
        assert_eq!(metadata(&pairs(200)).unwrap().len(), 200);
        assert_eq!(
            metadata(&pairs(201)).unwrap_err(),
            "metadata: 201 pairs, at most 200 are allowed"
        );
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        assert_eq!(
            metadata(&[pair("", "v")]).unwrap_err(),
            "metadata key: 0 characters, at least 1 needed"
        );
        assert_eq!(
            metadata(&[pair("k", &"v".repeat(50_001))]).unwrap_err(),
            "metadata value: 50001 characters, at most 50000 are allowed"
        );
        assert_eq!(
            metadata(&[pair("k", "1"), pair("l", "2"), pair("k", "3")]).unwrap_err(),
            "metadata: pair 3 has the name of an earlier one, each may be given once"
        );
    }
}
