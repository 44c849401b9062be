//! What differs between two snapshots.

use std::collections::HashMap;
use std::fmt;

use json_patch::PatchOperation;
use serde_json::Value;

/// A place where two snapshots differ.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct FieldChange {
    /// JSON Pointer (RFC 6901) of the place: in the older snapshot where something was removed,
    /// otherwise in the newer one. The empty path is the whole.
    pub path: String,
    /// What was there; `None` where something was added.
    pub before: Option<Value>,
    /// What is there now; `None` where something was removed.
    pub after: Option<Value>,
}

/// One line: `~ /title: "a" -> "b"`, `+ /tags/1: "c"` or `- /note: null`.
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
    // A patch removes the end of a list by removing one place again and again.
    let mut removed: HashMap<String, usize> = HashMap::new();
    let mut changes: Vec<_> = json_patch::diff(older, newer)
        .0
        .into_iter()
        .filter_map(|operation| match operation {
            PatchOperation::Add(add) => Some((add.path.to_string(), Some(add.value))),
            PatchOperation::Replace(replace) => {
                Some((replace.path.to_string(), Some(replace.value)))
            }
            PatchOperation::Remove(remove) => {
                let path = remove.path.to_string();
                let before = removed.entry(path.clone()).or_default();
                let place = shifted(&path, *before);
                *before += 1;
                Some((place, None))
            }
            // A comparison makes no others.
            PatchOperation::Move(_) | PatchOperation::Copy(_) | PatchOperation::Test(_) => None,
        })
        .map(|(path, after)| FieldChange {
            before: older.pointer(&path).cloned(),
            path,
            after,
        })
        .collect();
    // Neither the order of members nor that of the patch should show.
    changes.sort_by_cached_key(|change| order(&change.path));
    changes
}

/// The place so many further in the same list.
fn shifted(path: &str, by: usize) -> String {
    let further = path.rsplit_once('/').and_then(|(list, index)| {
        let index = index.parse::<usize>().ok()?.checked_add(by)?;
        Some(format!("{list}/{index}"))
    });
    match (by, further) {
        (0, _) | (_, None) => path.to_owned(),
        (_, Some(further)) => further,
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
