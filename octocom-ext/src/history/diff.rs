//! Differences between two snapshots.

use std::fmt;

use serde_json::Value;

/// A difference between two snapshots.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct FieldChange {
    /// JSON Pointer (RFC 6901) of the place: in the older snapshot if a value was removed,
    /// otherwise in the newer one. Empty for the whole snapshot.
    pub path: String,
    /// Older value; `None` if a value was added.
    pub before: Option<Value>,
    /// Newer value; `None` if a value was removed.
    pub after: Option<Value>,
}

/// Prints one line: `~ /title: "a" -> "b"`, `+ /tags/1: "c"` or `- /note: null`.
impl fmt::Display for FieldChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            path,
            before,
            after,
        } = self;
        match (before, after) {
            (Some(before), Some(after)) => write!(f, "~ {path}: {before} -> {after}"),
            (None, Some(after)) => write!(f, "+ {path}: {after}"),
            (Some(before), None) => write!(f, "- {path}: {before}"),
            (None, None) => write!(f, "  {path}"),
        }
    }
}

/// Compares two snapshots; lists are compared place by place.
pub(super) fn diff(older: &Value, newer: &Value) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    compare("", Some(older), Some(newer), &mut changes);
    // The order of members should not show.
    changes.sort_by_cached_key(|change| order(&change.path));
    changes
}

/// Compares what stands at a place. Not deeper than JSON can be read.
fn compare(
    path: &str,
    older: Option<&Value>,
    newer: Option<&Value>,
    changes: &mut Vec<FieldChange>,
) {
    match (older, newer) {
        (Some(Value::Object(older)), Some(Value::Object(newer))) => {
            let added = newer.keys().filter(|name| !older.contains_key(*name));
            for name in older.keys().chain(added) {
                // RFC 6901, section 3.
                let step = name.replace('~', "~0").replace('/', "~1");
                let place = format!("{path}/{step}");
                compare(&place, older.get(name), newer.get(name), changes);
            }
        }
        (Some(Value::Array(older)), Some(Value::Array(newer))) => {
            for index in 0..older.len().max(newer.len()) {
                let place = format!("{path}/{index}");
                compare(&place, older.get(index), newer.get(index), changes);
            }
        }
        (older, newer) if older == newer => {}
        (older, newer) => changes.push(FieldChange {
            path: path.to_owned(),
            before: older.cloned(),
            after: newer.cloned(),
        }),
    }
}

/// Sorts places of a list by number, everything else by text.
fn order(path: &str) -> Vec<(Option<usize>, String)> {
    path.split('/')
        .map(|step| (step.parse().ok(), step.to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn lines(older: Value, newer: Value) -> Vec<String> {
        diff(&older, &newer)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn every_kind_of_change_has_its_line_and_its_place() {
        let older = json!({"title": "a", "gone": 1, "same": [1], "deep": {"x/y": {"~": true}}});
        let newer = json!({"title": "b", "new": null, "same": [1], "deep": {"x/y": {"~": false}}});
        assert_eq!(
            lines(older, newer),
            [
                "~ /deep/x~1y/~0: true -> false",
                "- /gone: 1",
                "+ /new: null",
                "~ /title: \"a\" -> \"b\"",
            ]
        );
    }

    #[test]
    fn a_shorter_list_names_each_place_that_is_gone() {
        assert_eq!(
            lines(
                json!({"tags": ["a", "b", "c", "d"]}),
                json!({"tags": ["a", "x"]})
            ),
            [
                "~ /tags/1: \"b\" -> \"x\"",
                "- /tags/2: \"c\"",
                "- /tags/3: \"d\""
            ]
        );
        assert_eq!(lines(json!([1]), json!([1, 2, 3])), ["+ /1: 2", "+ /2: 3"]);
    }

    #[test]
    fn places_of_a_list_are_in_the_order_of_their_numbers() {
        let zeros: Vec<_> = (0..12).map(|_| 0).collect();
        let ones: Vec<_> = (0..12).map(|_| 1).collect();
        let paths: Vec<_> = diff(&json!(zeros), &json!(ones))
            .into_iter()
            .map(|change| change.path)
            .collect();
        let expected: Vec<_> = (0..12).map(|index| format!("/{index}")).collect();
        assert_eq!(paths, expected);
    }

    #[test]
    fn the_whole_has_the_empty_path_and_equals_have_no_changes() {
        assert_eq!(
            lines(json!("a"), json!({"b": 1})),
            ["~ : \"a\" -> {\"b\":1}"]
        );
        assert_eq!(lines(json!({"a": [1, {}]}), json!({"a": [1, {}]})), [""; 0]);
    }
}
