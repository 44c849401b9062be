//! A list in an answer whose shape nobody knows.

use serde_json::value::RawValue;

use super::fields::Fields;

const PLACES: &[&str] = &["data", "versions", "items", "history", "entries", "results"];

/// An answer and what was read of the records of its list.
#[derive(Debug, Clone)]
pub(super) struct Listing<T> {
    pub(super) raw: Box<RawValue>,
    /// Empty when there is no list.
    pub(super) records: Vec<T>,
    pub(super) is_recognized: bool,
    /// `true` if the answer says that there is more than it has.
    pub(super) has_more: bool,
}

impl<T> Listing<T> {
    pub(super) fn read(raw: Box<RawValue>, read: impl Fn(&RawValue) -> T) -> Self {
        let fields = Fields::of(&raw);
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
    let within = fields.under(PLACES).map(Fields::of);
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
        let mut pages = fields.under(&["pagination"]).map(Fields::of);
        pages.any(|pages| says_so(&pages))
    };
    let mut within = answer.under(PLACES).map(Fields::of);
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

    fn read(json: &str) -> Listing<String> {
        Listing::read(serde_json::from_str(json).unwrap(), |raw| {
            raw.get().to_owned()
        })
    }

    fn records(json: &str) -> Option<Vec<String>> {
        let listing = read(json);
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
        let more = |json| read(json).has_more;
        assert!(more(r#"{"data": [], "pagination": {"hasMore": true}}"#));
        assert!(more(r#"{"data": [], "hasMore": true}"#));
        assert!(more(
            r#"{"data": {"items": [], "pagination": {"hasMore": true}}}"#
        ));
        assert!(!more(r#"{"data": [], "pagination": {"hasMore": false}}"#));
        assert!(!more("[]"));
    }
}
