//! A list in an answer whose shape nobody knows.

use serde_json::value::RawValue;

use super::fields::Fields;

const PLACES: &[&str] = &["data", "versions", "items", "history", "entries", "results"];

/// The records of a list, each as its original text.
#[derive(Debug)]
pub(super) struct Listing<'a> {
    /// `None` when there is no list.
    pub(super) records: Option<Vec<&'a RawValue>>,
    /// Whether the answer says that there is more than it has.
    pub(super) has_more: bool,
}

impl<'a> Listing<'a> {
    pub(super) fn of(answer: &'a RawValue) -> Self {
        let fields = Fields::of(answer);
        let within = || fields.under(PLACES).map(Fields::of);
        let lists = list(answer)
            .into_iter()
            .chain(fields.under(PLACES).filter_map(list))
            .chain(
                within().flat_map(|inner| inner.under(PLACES).filter_map(list).collect::<Vec<_>>()),
            );
        // An empty list may stand beside the one that is meant.
        let records = lists.reduce(|first, next| match first.is_empty() {
            true if !next.is_empty() => next,
            _ => first,
        });
        let has_more = std::iter::once(fields.under(&["pagination"]).map(Fields::of).next())
            .flatten()
            .chain(within().filter_map(|inner| inner.under(&["pagination"]).map(Fields::of).next()))
            .chain([Fields::of(answer)])
            .any(|fields| {
                fields
                    .under(&["hasMore"])
                    .any(|value| value.get() == "true")
            });
        Self { records, has_more }
    }
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

    fn records(json: &str) -> Option<Vec<&str>> {
        let listing = Listing::of(serde_json::from_str(json).unwrap());
        listing
            .records
            .map(|records| records.into_iter().map(RawValue::get).collect())
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
            assert_eq!(records(json), Some(vec!["1", "2"]), "{json}");
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
        let more = |json| Listing::of(serde_json::from_str(json).unwrap()).has_more;
        assert!(more(r#"{"data": [], "pagination": {"hasMore": true}}"#));
        assert!(more(r#"{"data": [], "hasMore": true}"#));
        assert!(more(
            r#"{"data": {"items": [], "pagination": {"hasMore": true}}}"#
        ));
        assert!(!more(r#"{"data": [], "pagination": {"hasMore": false}}"#));
        assert!(!more("[]"));
    }
}
